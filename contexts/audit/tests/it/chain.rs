//! What the chain promises.

use serde_json::json;
use usher_audit::{Audit, Broken, Report, erase};
use usher_db::{Db, DbError, DynQuery, Engine, Lane, Tx};
use usher_events::{Events, NewEvent, Settings, append};
use usher_kernel::{Actor, Caller, Clock, Ctx, SystemCtx, TenantId, Timestamp, UserId};
use usher_testkit::TestDb;
use uuid::Uuid;

struct World {
    db: Db,
    events: Events,
    audit: Audit,
    ctx: Ctx,
    sys: SystemCtx,
    user: UserId,
    _store: TestDb,
}

async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let sets = vec![usher_events::migrations(), usher_audit::MIGRATIONS];
        if let Some(store) = TestDb::open(engine, sets).await {
            worlds.push(World::over(store));
        }
    }
    worlds
}

impl World {
    fn over(store: TestDb) -> Self {
        let db = store.db().clone();
        let (clock, _) = Clock::manual("2026-03-02T09:00:00Z".parse().unwrap());
        let events = Events::new(db.clone(), clock.clone(), Settings { batch: 4, ..Settings::default() });
        let audit = Audit::new(db.clone(), &events);
        let user = UserId::generate(clock.now());
        let mut caller = Caller::system("test", clock.clone());
        caller.actor = Actor::User { id: user, session: Uuid::nil() };
        caller.ip = Some("192.0.2.7".parse().unwrap());
        let ctx = Ctx::new(TenantId::generate(clock.now()), std::sync::Arc::new(caller));
        Self { db, events, audit, ctx, sys: SystemCtx::new("test", clock), user, _store: store }
    }

    /// Six events in two seals; the third names a person.
    async fn fill(&self) {
        for n in 0..6u128 {
            self.db
                .write::<_, DbError>(&self.ctx, Lane::Tenant, move |tx| {
                    let payload = json!({ "n": 1 });
                    let event =
                        NewEvent::new("ticket.issued", 1, ("ticket", Uuid::from_u128(n + 1)), 1, &payload);
                    let event = if n == 2 { event.with_personal(json!({"name": "Ada"})) } else { event };
                    append(tx, event)
                })
                .await
                .unwrap();
        }
        self.events.catch_up().await.unwrap();
    }

    async fn report(&self) -> Report {
        self.audit.verify(&self.sys, Some(self.ctx.tenant)).await.unwrap()
    }

    /// What a check of everything finds.
    async fn verified(&self) -> Vec<Report> {
        self.audit.verify_all(&self.sys, &[self.ctx.tenant]).await.unwrap()
    }

    /// Moves an event in time; its value cannot be written in the common SQL.
    async fn move_in_time(&self, seq: i64) {
        self.db
            .write_system::<_, DbError>(&self.sys, Lane::Any, move |tx: &mut Tx<'_>| {
                let mut update = DynQuery::new("UPDATE events SET at = ");
                update.across("a test").bind(&Timestamp::UNIX_EPOCH).push_sql(" WHERE seq = ").bind(&seq);
                tx.execute_dyn(&update)
            })
            .await
            .unwrap();
    }

    async fn tamper(&self, sql: &'static str) -> u64 {
        self.db
            .write_system::<_, DbError>(&self.sys, Lane::Any, move |tx: &mut Tx<'_>| {
                tx.execute_dyn(DynQuery::new(sql).across("a test"))
            })
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn an_untouched_chain_verifies_and_grows() {
    for world in worlds().await {
        world.fill().await;
        let first = world.report().await;
        assert_eq!((first.seals, first.events, first.broken), (2, 6, None));
        world.fill().await;
        let second = world.report().await;
        assert_eq!((second.events, second.broken), (12, None));
        assert_ne!(first.head, second.head);
        let all = world.verified().await;
        assert_eq!(all.iter().map(|report| report.tenant).collect::<Vec<_>>(), [None, second.tenant]);
        assert_eq!((all[0].events, all[0].head, all[0].broken), (0, None, None), "the installation's own");
        assert_eq!(all[1], second);
    }
}

#[tokio::test]
async fn a_chain_whose_seals_are_all_gone_is_missed() {
    for world in worlds().await {
        world.fill().await;
        assert_eq!(world.tamper("DELETE FROM audit_seals").await, 2);
        let broken: Vec<_> = world.verified().await.into_iter().filter_map(|report| report.broken).collect();
        assert_eq!(broken, [Broken::Unsealed { events: 6 }]);
    }
}

#[tokio::test]
async fn every_change_of_an_event_is_found_and_named() {
    let changes = [
        "UPDATE events SET id = request_id WHERE seq = 3",
        "UPDATE events SET site_id = id WHERE seq = 3",
        "UPDATE events SET kind = 'ticket.called' WHERE seq = 3",
        "UPDATE events SET version = 2 WHERE seq = 3",
        "UPDATE events SET thing_kind = 'queue' WHERE seq = 3",
        "UPDATE events SET thing_id = id WHERE seq = 3",
        "UPDATE events SET thing_version = 9 WHERE seq = 3",
        "UPDATE events SET actor_kind = 'system' WHERE seq = 3",
        "UPDATE events SET actor_id = NULL WHERE seq = 3",
        "UPDATE events SET ip = '192.0.2.8' WHERE seq = 3",
        "UPDATE events SET ip = NULL WHERE seq = 3",
        "UPDATE events SET ip_mark = NULL WHERE seq = 3",
        "UPDATE events SET request_id = id WHERE seq = 3",
        "UPDATE events SET payload = '{\"n\":2}' WHERE seq = 3",
        "UPDATE events SET payload = 'no json' WHERE seq = 3",
        "UPDATE events SET personal_hash = NULL WHERE seq = 3",
        "UPDATE events SET node = node + 1 WHERE seq = 3",
    ];
    for change in changes {
        for world in worlds().await {
            world.fill().await;
            assert_eq!(world.tamper(change).await, 1, "{change}");
            let broken = world.report().await.broken;
            let found = matches!(
                broken,
                Some(Broken::EventChanged { seal: 1, seq: 3 } | Broken::PersonalChanged { seq: 3 })
            );
            assert!(found, "{change}: {broken:?}");
        }
    }
}

#[tokio::test]
async fn an_event_moved_in_time_is_found() {
    for world in worlds().await {
        world.fill().await;
        world.move_in_time(5).await;
        assert_eq!(world.report().await.broken, Some(Broken::EventChanged { seal: 2, seq: 5 }));
    }
}

#[tokio::test]
async fn rows_taken_out_moved_and_slipped_in_are_found() {
    let changes = [
        ("DELETE FROM events WHERE seq = 3", Broken::EventMissing { seal: 1, seq: 3 }),
        ("UPDATE events SET tenant_id = NULL WHERE seq = 3", Broken::EventMissing { seal: 1, seq: 3 }),
        ("DELETE FROM audit_seals WHERE number = 1", Broken::SealMissing { seal: 1 }),
        ("UPDATE audit_seals SET count = 3 WHERE number = 2", Broken::SealChanged { seal: 2 }),
        ("UPDATE event_personal SET value = '{}'", Broken::PersonalChanged { seq: 3 }),
        ("DELETE FROM audit_seals WHERE number = 2", Broken::Unsealed { events: 2 }),
    ];
    for (change, expected) in changes {
        for world in worlds().await {
            world.fill().await;
            assert_eq!(world.tamper(change).await, 1, "{change}");
            assert_eq!(world.report().await.broken, Some(expected), "{change}");
        }
    }
}

#[tokio::test]
async fn a_person_can_be_erased_and_the_chain_holds() {
    for world in worlds().await {
        world.fill().await;
        let tenant = world.ctx.tenant;
        let person = Uuid::from_u128(3);
        let values = world
            .db
            .write::<_, DbError>(&world.ctx, Lane::Tenant, move |tx| erase(tx, tenant, person, &[person]))
            .await
            .unwrap();
        assert_eq!(values, 1);
        assert!(world.audit.erase_addresses(&world.ctx, world.user).await.unwrap() >= 6);
        world.events.catch_up().await.unwrap();
        let report = world.report().await;
        // The two erasures are events of the chain themselves.
        assert_eq!((report.events, report.broken), (8, None));
        let left = world
            .db
            .read::<_, DbError>(&world.ctx, move |read| usher_events::between(read, Some(tenant), 1, 6))
            .await
            .unwrap();
        assert!(left.0.iter().all(|event| event.ip.is_none()));
    }
}

struct All;
impl usher_events::retention::Rules for All {
    fn before(&self, _: Option<TenantId>) -> Option<(Timestamp, usher_events::retention::Keep)> {
        Some((Timestamp::MAX, usher_events::retention::Keep::Archived))
    }
}

#[tokio::test]
async fn the_chain_holds_past_retention_and_guards_the_archive() {
    for world in worlds().await {
        world.fill().await;
        assert_eq!(world.events.retire(&All).await.unwrap(), 5);
        let report = world.report().await;
        assert_eq!((report.events, report.retired, report.broken), (1, 5, None));
        world.tamper("UPDATE event_archive SET body = replace(body, 'issued', 'called') WHERE seq = 2").await;
        assert_eq!(world.report().await.broken, Some(Broken::EventChanged { seal: 1, seq: 2 }));
    }
}
