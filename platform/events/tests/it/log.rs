//! What the log promises.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::common::{Tracer, World, settings};
use parking_lot::Mutex;
use serde_json::json;
use usher_db::{DbError, Lane};
use usher_events::{EventId, NewEvent, Settings, append, dead_events, history, retention};
use usher_kernel::{Fault, FaultKind, SignedDuration, SiteId, TenantId, Timestamp};
use uuid::Uuid;

/// The engines to test on.
async fn worlds() -> Vec<World> {
    World::each().await
}

#[tokio::test]
async fn the_bus_hands_on_what_is_committed_and_nothing_else() {
    for world in worlds().await {
        let heard: Arc<Mutex<Vec<EventId>>> = Arc::default();
        let ear = Arc::clone(&heard);
        world.events.bus().listen(move |event| ear.lock().push(event.id));
        let mut receiver = world.events.bus().subscribe();

        let first = world.append("thing.made").await;
        let refused: Result<(), DbError> = world
            .db
            .write(&world.ctx, Lane::Tenant, |tx| {
                append(tx, NewEvent::new("thing.made", 1, ("thing", Uuid::nil()), 1, &json!({})))?;
                Err(DbError::NoRow)
            })
            .await;
        assert!(refused.is_err());
        let second = world.append("thing.changed").await;

        // Before the operation is answered: no wait is needed here.
        assert_eq!(*heard.lock(), [first, second]);
        assert_eq!(receiver.try_recv().unwrap().id, first);
        let event = receiver.try_recv().unwrap();
        assert_eq!((event.id, &*event.kind, event.tenant), (second, "thing.changed", Some(world.tenant)));
        assert!(!event.remote);
    }
}

#[tokio::test]
async fn a_subscriber_gets_each_event_once_and_in_order() {
    for world in worlds().await {
        let all = Tracer::new("all", &[]);
        let some = Tracer::new("some", &["thing.changed"]);
        world.events.register(all.clone());
        world.events.register(some.clone());
        let mut ids = Vec::new();
        for n in 0..7 {
            ids.push(world.append(if n % 3 == 1 { "thing.changed" } else { "thing.made" }).await);
        }
        world.events.catch_up().await.unwrap();
        world.events.catch_up().await.unwrap();
        assert_eq!(world.traces("all").await, ids);
        assert_eq!(world.traces("some").await, [ids[1], ids[4]]);

        // Another run of the product goes on where this one stopped.
        ids.push(world.append("thing.made").await);
        world.events.release().await;
        let next = usher_events::Events::new(world.db.clone(), world.clock.clone(), settings());
        next.register(Tracer::new("all", &[]));
        next.catch_up().await.unwrap();
        assert_eq!(world.traces("all").await, ids);
    }
}

#[tokio::test]
async fn large_deltas_are_read_in_pages() {
    for mut world in worlds().await {
        world.events = usher_events::Events::new(
            world.db.clone(),
            world.clock.clone(),
            Settings { batch: 3, ..settings() },
        );
        let all = Tracer::new("all", &[]);
        world.events.register(all.clone());
        let mut ids = Vec::new();
        for _ in 0..8 {
            ids.push(world.append("thing.made").await);
        }
        world.events.catch_up().await.unwrap();
        assert_eq!(world.traces("all").await, ids);
        assert_eq!(*all.batches.lock(), [3, 3, 2]);
    }
}

/// More events than anybody keeps in memory, and readers that are far apart.
#[tokio::test]
async fn readers_at_different_places_miss_nothing() {
    for world in &worlds().await {
        let many = |count: usize| async move {
            world
                .write(move |tx| {
                    (0..count)
                        .map(|n| {
                            let kind = if n % 1000 == 1 { "thing.changed" } else { "thing.made" };
                            append(tx, NewEvent::new(kind, 1, ("thing", Uuid::nil()), 1, &json!({})))
                        })
                        .collect::<Result<Vec<_>, _>>()
                })
                .await
        };
        world.events.register(Tracer::new("seldom", &["thing.changed"]));
        let mut ids = many(9_000).await;
        world.events.catch_up().await.unwrap();
        // A newcomer begins where nobody reads any more, and meets the others at the end.
        world.events.register(Tracer::new("newcomer", &["thing.changed", "thing.gone"]));
        ids.extend(many(3).await);
        world.events.catch_up().await.unwrap();
        // One that is sent back begins again while the others go on.
        world.events.rewind::<DbError>("seldom", |_| Ok(())).await.unwrap();
        ids.extend(many(2_100).await);
        world.events.catch_up().await.unwrap();

        let wanted: Vec<EventId> = [1, 1_001, 2_001, 3_001, 4_001, 5_001, 6_001, 7_001, 8_001]
            .into_iter()
            .chain([9_001, 9_004, 10_004, 11_004])
            .map(|n| ids[n])
            .collect();
        assert_eq!(world.traces("newcomer").await, wanted);
        let before = wanted[..10].iter().copied();
        assert_eq!(world.traces("seldom").await, before.chain(wanted.iter().copied()).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_failure_after_the_effects_leaves_none_of_them() {
    for world in worlds().await {
        let failures = AtomicU32::new(1);
        let flaky = Tracer::gated("flaky", &[], move |_| {
            match failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) {
                Ok(_) => Err(Fault::new(FaultKind::Unavailable, "down", "the mail server is down")),
                Err(_) => Ok(()),
            }
        });
        world.events.register(flaky);
        let ids = [world.append("thing.made").await, world.append("thing.made").await];
        assert!(world.events.catch_up().await.is_err());
        assert!(world.traces("flaky").await.is_empty());
        world.events.catch_up().await.unwrap();
        assert_eq!(world.traces("flaky").await, ids);
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_taken_is_put_aside_and_holds_up_nobody() {
    for world in worlds().await {
        let picky = Tracer::gated("picky", &[], |batch| {
            let bad = batch.iter().any(|event| event.kind == "thing.broken");
            if bad { Err(Fault::internal("cannot read it")) } else { Ok(()) }
        });
        let calm = Tracer::new("calm", &[]);
        world.events.register(picky);
        world.events.register(calm);
        let (a, b) = (world.append("thing.made").await, world.append("thing.made").await);
        let bad = world.append("thing.broken").await;
        let c = world.append("thing.made").await;

        let mut refusals = 0;
        while world.events.catch_up().await.is_err() {
            refusals += 1;
        }
        // Three tries, the last of which puts it aside and goes on.
        assert_eq!(refusals, 2);
        assert_eq!(world.traces("picky").await, [a, b, c]);
        assert_eq!(world.traces("calm").await, [a, b, bad, c]);
        let dead =
            world.db.read_system::<_, DbError>(&world.sys, |read| dead_events(read, 10)).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!((dead[0].event_id, dead[0].attempts), (bad, 3));
        assert!(dead[0].reason.contains("cannot read it"));
    }
}

/// Several readers share what is read of the log, each in pages of its own.
#[tokio::test(flavor = "multi_thread")]
async fn exactly_once_under_concurrent_writers_that_roll_back() {
    const READERS: [(&str, &[&str]); 4] = [
        ("all", &[]),
        ("made", &["thing.made"]),
        ("changed", &["thing.changed"]),
        ("gone", &["thing.gone", "thing.changed"]),
    ];
    for mut world in worlds().await {
        let small = Settings { batch: 7, linger: std::time::Duration::from_millis(1), ..settings() };
        world.events = usher_events::Events::new(world.db.clone(), world.clock.clone(), small);
        let world = Arc::new(world);
        let (late, early) = READERS.split_last().unwrap();
        early.iter().for_each(|(name, kinds)| world.events.register(Tracer::new(name, kinds)));
        let running = world.events.start().await.unwrap();
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..8u32 {
            let world = Arc::clone(&world);
            writers.spawn(async move {
                let lane = Lane::Site(SiteId::generate(world.clock.now()));
                let mut committed = Vec::new();
                for n in 0..80 {
                    let fail = (n + writer) % 3 == 0;
                    let kind = ["thing.made", "thing.changed", "thing.gone"][(n % 7 % 3) as usize];
                    let written = world
                        .db
                        .write(&world.ctx, lane, move |tx| {
                            let payload = json!({});
                            let id = append(tx, NewEvent::new(kind, 1, ("thing", Uuid::nil()), 1, &payload))?;
                            if fail { Err(DbError::NoRow) } else { Ok((kind, id)) }
                        })
                        .await;
                    committed.extend(written);
                }
                committed
            });
        }
        let committed: Vec<(&str, EventId)> = writers.join_all().await.concat();
        // Reads from the beginning what the others hold in memory.
        world.events.register(Tracer::new(late.0, late.1));
        running.stop().await;
        world.events.catch_up().await.unwrap();
        for (name, kinds) in READERS {
            let wanted = committed.iter().filter(|(kind, _)| kinds.is_empty() || kinds.contains(kind));
            let mut wanted: Vec<EventId> = wanted.map(|(_, id)| *id).collect();
            let mut traces = world.traces(name).await;
            wanted.sort_unstable();
            traces.sort_unstable();
            assert_eq!(traces, wanted, "{name}");
        }
    }
}

#[tokio::test]
async fn history_erasure_and_hashes() {
    for world in worlds().await {
        let thing = Uuid::from_u128(99);
        world.append_about("thing.made", Uuid::from_u128(98)).await;
        world
            .write(move |tx| {
                let payload = json!({"field": "name"});
                let event = NewEvent::new("thing.named", 2, ("thing", thing), 1, &payload);
                append(tx, event.with_personal(json!({"name": "Ada"})))
            })
            .await;
        world.append_about("thing.changed", thing).await;
        let (ctx, tenant) = (world.ctx.clone(), world.tenant);
        let read = async || {
            world
                .db
                .read::<_, DbError>(&ctx, move |read| history(read, tenant, ("thing", thing), None, 10))
                .await
                .unwrap()
        };
        let before = read().await;
        assert_eq!(
            before.iter().map(|r| &*r.event.kind).collect::<Vec<_>>(),
            ["thing.changed", "thing.named"]
        );
        assert_eq!(before[1].personal, Some(json!({"name": "Ada"})));
        assert!(!before[1].event.payload.get().contains("Ada"));

        let erased = world.write(move |tx| retention::erase_thing(tx, Some(tenant), thing)).await;
        assert_eq!(erased, 1);
        let after = read().await;
        assert_eq!(after[1].personal, None);
        assert_eq!(after[1].event.hash(), before[1].event.hash());
        assert_ne!(after[0].event.hash(), after[1].event.hash());

        let other = TenantId::generate(world.clock.now());
        let foreign = world
            .db
            .read::<_, DbError>(&ctx, move |read| history(read, other, ("thing", thing), None, 10))
            .await
            .unwrap();
        assert!(foreign.is_empty());
    }
}

struct OneDay(Timestamp);
impl retention::Rules for OneDay {
    fn before(&self, _: Option<TenantId>) -> Option<(Timestamp, retention::Keep)> {
        Some((self.0 - SignedDuration::from_hours(24), retention::Keep::Archived))
    }
}

#[tokio::test]
async fn retention_takes_out_what_everybody_has_read() {
    for world in worlds().await {
        world.events.register(Tracer::new("all", &[]));
        for _ in 0..5 {
            world.append("thing.made").await;
        }
        world.time.advance(SignedDuration::from_hours(48));
        world.append("thing.made").await;
        let rules = OneDay(world.clock.now());
        let tenant = world.tenant;
        world.events.catch_up().await.unwrap();
        let full = async || {
            world
                .db
                .read::<_, DbError>(&world.ctx, move |read| {
                    usher_events::between(read, Some(tenant), 0, 1000)
                })
                .await
                .unwrap()
        };
        let (before, _) = full().await;
        // A new subscriber has everything still to read.
        world.events.register(Tracer::new("late", &["nothing.such"]));
        world.events.catch_up().await.unwrap();
        world.time.advance(SignedDuration::from_secs(120));
        if world.events.retire(&rules).await.unwrap() == 0 {
            // Its place was remembered, not stored; after a while it is.
            world.append("thing.made").await;
            world.events.catch_up().await.unwrap();
        }
        world.events.retire(&rules).await.unwrap();
        let (left, hashes) = full().await;
        assert!(left.len() <= 2, "{} events are left", left.len());
        let expected: Vec<_> = before.iter().take(5).map(|e| (e.seq.unwrap(), e.hash().unwrap())).collect();
        assert_eq!(hashes, expected);
    }
}
