//! A database with a log and a table that subscribers leave their traces in.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use usher_db::{Db, DbConfig, DbError, Lane, Migration, MigrationSet, Tx};
use usher_events::{Event, EventId, Events, NewEvent, Settings, Subscriber, append};
use usher_kernel::{Clock, Ctx, Fault, ManualClock, SystemCtx, TenantId, Timestamp, random};
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

pub struct World {
    pub db: Db,
    pub events: Events,
    pub clock: Clock,
    pub time: ManualClock,
    pub sys: SystemCtx,
    pub tenant: TenantId,
    pub ctx: Ctx,
    folder: Option<PathBuf>,
}

pub fn settings() -> Settings {
    Settings { first_back_off: std::time::Duration::from_millis(1), tries: 3, ..Settings::default() }
}

pub fn migrations() -> Vec<MigrationSet> {
    vec![usher_events::migrations(), TABLES]
}

impl World {
    pub async fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("usher-events-{}", random::uuid_v7(Timestamp::UNIX_EPOCH)));
        let config = DbConfig::sqlite(folder.join("usher.db")).without_sync();
        Self::open(config, Some(folder), settings()).await
    }

    pub async fn open(config: DbConfig, folder: Option<PathBuf>, settings: Settings) -> Self {
        let db = Db::open(config, migrations()).await.unwrap();
        Self::over(db, folder, settings)
    }

    pub fn over(db: Db, folder: Option<PathBuf>, settings: Settings) -> Self {
        let (clock, time) = Clock::manual("2026-03-02T09:00:00Z".parse().unwrap());
        let events = Events::new(db.clone(), clock.clone(), settings);
        let tenant = TenantId::generate(clock.now());
        let ctx = Ctx::system(tenant, "test", clock.clone());
        Self { db, events, sys: SystemCtx::new("test", clock.clone()), clock, time, tenant, ctx, folder }
    }

    /// Appends one event and says which.
    pub async fn append(&self, kind: &'static str) -> EventId {
        self.append_about(kind, Uuid::from_u128(7)).await
    }

    pub async fn append_about(&self, kind: &'static str, thing: Uuid) -> EventId {
        self.write(move |tx| append(tx, NewEvent::new(kind, 1, ("thing", thing), 1, &BTreeMap::from([("a", 1)])))).await
    }

    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, DbError> + Send + 'static,
    ) -> T {
        self.db.write(&self.ctx, Lane::Tenant, f).await.unwrap()
    }

    /// What a subscriber has left, in its order.
    pub async fn traces(&self, subscriber: &'static str) -> Vec<EventId> {
        self.db
            .read_system::<_, DbError>(&self.sys, move |read| read.query::<EventId>(TRACES, &[&subscriber]))
            .await
            .unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            drop(std::fs::remove_dir_all(folder));
        }
    }
}

type Gate = dyn Fn(&[Event]) -> Result<(), Fault> + Send + Sync;

/// Leaves a trace for each event, and then does what its gate says: failing there is failing after the effects.
pub struct Tracer {
    pub name: &'static str,
    pub kinds: &'static [&'static str],
    gate: Box<Gate>,
    pub batches: Mutex<Vec<usize>>,
}

impl Tracer {
    pub fn new(name: &'static str, kinds: &'static [&'static str]) -> Arc<Self> {
        Self::gated(name, kinds, |_| Ok(()))
    }

    pub fn gated(
        name: &'static str,
        kinds: &'static [&'static str],
        gate: impl Fn(&[Event]) -> Result<(), Fault> + Send + Sync + 'static,
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
    fn handle(&self, tx: &mut Tx<'_>, batch: &[Event]) -> Result<(), Fault> {
        let before: i64 = tx.query_one(COUNT_TRACES, &[&self.name])?;
        for (n, event) in (before..).zip(batch) {
            tx.execute(TRACE, &[&self.name, &event.id, &n])?;
        }
        self.batches.lock().push(batch.len());
        (self.gate)(batch)
    }
}
