//! A database with a log and a table that subscribers leave their traces in.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use usher_db::{Db, DbError, Engine, Lane, Migration, MigrationSet, Tx};
use usher_events::{Event, EventId, Events, NewEvent, Settings, Subscriber, append};
use usher_kernel::{Clock, Ctx, Fault, ManualClock, SystemCtx, TenantId};
use usher_testkit::TestDb;
use uuid::Uuid;

usher_db::sql! {
    TRACE = "INSERT INTO traces (subscriber, event_id, n) VALUES ($1, $2, $3)";
    TRACES = "SELECT event_id FROM traces WHERE subscriber = $1 ORDER BY n";
    COUNT_TRACES = "SELECT count(*) FROM traces WHERE subscriber = $1";
}

const TABLES: MigrationSet = MigrationSet {
    context: "traces",
    migrations: &[Migration {
        name: "0001_init",
        sqlite: "CREATE TABLE traces (subscriber TEXT NOT NULL, event_id UUID NOT NULL, n BIGINT NOT NULL)",
        postgres: "CREATE TABLE traces (subscriber TEXT NOT NULL, event_id UUID NOT NULL, n BIGINT NOT NULL)",
    }],
};

pub(crate) struct World {
    pub(crate) db: Db,
    pub(crate) events: Events,
    pub(crate) clock: Clock,
    pub(crate) time: ManualClock,
    pub(crate) sys: SystemCtx,
    pub(crate) tenant: TenantId,
    pub(crate) ctx: Ctx,
    pub(crate) store: Option<TestDb>,
}

pub(crate) fn settings() -> Settings {
    Settings { first_back_off: std::time::Duration::from_millis(1), tries: 3, ..Settings::default() }
}

pub(crate) fn migrations() -> Vec<MigrationSet> {
    vec![usher_events::migrations(), TABLES]
}

impl World {
    /// One on each engine that is wanted and there.
    pub(crate) async fn each() -> Vec<Self> {
        let mut worlds = Vec::new();
        for engine in [Engine::Sqlite, Engine::Postgres] {
            if let Some(store) = TestDb::open(engine, migrations()).await {
                worlds.push(Self::over(store.db().clone(), Some(store), settings()));
            }
        }
        worlds
    }

    /// One on PostgreSQL, where that is wanted and there.
    pub(crate) async fn postgres() -> Option<Self> {
        let store = TestDb::open(Engine::Postgres, migrations()).await?;
        Some(Self::over(store.db().clone(), Some(store), settings()))
    }

    pub(crate) fn over(db: Db, store: Option<TestDb>, settings: Settings) -> Self {
        let (clock, time) = Clock::manual("2026-03-02T09:00:00Z".parse().unwrap());
        let events = Events::new(db.clone(), clock.clone(), settings);
        let tenant = TenantId::generate(clock.now());
        let ctx = Ctx::system(tenant, "test", clock.clone());
        Self { db, events, sys: SystemCtx::new("test", clock.clone()), clock, time, tenant, ctx, store }
    }

    /// Appends one event and says which.
    pub(crate) async fn append(&self, kind: &'static str) -> EventId {
        self.append_about(kind, Uuid::from_u128(7)).await
    }

    pub(crate) async fn append_about(&self, kind: &'static str, thing: Uuid) -> EventId {
        self.write(move |tx| {
            append(tx, NewEvent::new(kind, 1, ("thing", thing), 1, &BTreeMap::from([("a", 1)])))
        })
        .await
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, DbError> + Send + 'static,
    ) -> T {
        self.db.write(&self.ctx, Lane::Tenant, f).await.unwrap()
    }

    /// What a subscriber has left, in its order.
    pub(crate) async fn traces(&self, subscriber: &'static str) -> Vec<EventId> {
        self.db
            .read_system::<_, DbError>(&self.sys, move |read| read.query::<EventId>(TRACES, &[&subscriber]))
            .await
            .unwrap()
    }
}

type Gate = dyn Fn(&[Arc<Event>]) -> Result<(), Fault> + Send + Sync;

/// Leaves a trace for each event, and then does what its gate says: failing there is failing after the effects.
pub(crate) struct Tracer {
    pub(crate) name: &'static str,
    pub(crate) kinds: &'static [&'static str],
    gate: Box<Gate>,
    pub(crate) batches: Mutex<Vec<usize>>,
}

impl Tracer {
    pub(crate) fn new(name: &'static str, kinds: &'static [&'static str]) -> Arc<Self> {
        Self::gated(name, kinds, |_| Ok(()))
    }

    pub(crate) fn gated(
        name: &'static str,
        kinds: &'static [&'static str],
        gate: impl Fn(&[Arc<Event>]) -> Result<(), Fault> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { name, kinds, gate: Box::new(gate), batches: Mutex::default() })
    }
}

impl Subscriber for Tracer {
    fn name(&self) -> &'static str {
        self.name
    }
    fn kinds(&self) -> &[&'static str] {
        self.kinds
    }
    fn handle(&self, tx: &mut Tx<'_>, batch: &[Arc<Event>]) -> Result<(), Fault> {
        let before: i64 = tx.query_one(COUNT_TRACES, &[&self.name])?;
        for (n, event) in (before..).zip(batch) {
            tx.execute(TRACE, &[&self.name, &event.id, &n])?;
        }
        self.batches.lock().push(batch.len());
        (self.gate)(batch)
    }
}
