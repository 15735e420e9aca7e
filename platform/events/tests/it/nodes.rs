//! Several writers and several nodes on one PostgreSQL.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use crate::common::{Tracer, World, migrations, settings};
use parking_lot::Mutex;
use serde_json::json;
use usher_db::{Db, DbError, DynQuery, Lane};
use usher_events::{Event, EventId, Events, Link, NewEvent, Settings, append};
use usher_kernel::SiteId;
use usher_testkit::until;
use uuid::Uuid;

/// Lanes of two writers: the first two sites to write are given one each.
fn lanes(world: &World) -> [Lane; 2] {
    [(); 2].map(|()| Lane::Site(SiteId::generate(world.clock.now())))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_commits_late_is_neither_skipped_nor_waited_for() {
    let Some(world) = World::postgres().await else { return };
    let [slow, quick] = lanes(&world);
    world.events.register(Tracer::new("all", &[]));
    let first = world.db.write(&world.ctx, quick, make).await.unwrap();
    // Takes its number in the log, and commits after events with higher ones.
    let (go, gate) = mpsc::channel::<()>();
    let (taken, has_number) = tokio::sync::oneshot::channel();
    let (gate, taken) = (Mutex::new(Some(gate)), Mutex::new(Some(taken)));
    let (db, ctx) = (world.db.clone(), world.ctx.clone());
    let late = tokio::spawn(async move {
        db.write::<_, DbError>(&ctx, slow, move |tx| {
            let id = make(tx)?;
            // Whatever was deferred is at the server once a query has been answered.
            usher_events::head(tx)?;
            if let Some(taken) = taken.lock().take() {
                taken.send(()).ok();
            }
            if let Some(gate) = gate.lock().take() {
                gate.recv().ok();
            }
            Ok(id)
        })
        .await
    });
    has_number.await.unwrap();
    let mut ids = vec![first];
    for _ in 0..5 {
        ids.push(world.db.write(&world.ctx, quick, make).await.unwrap());
        world.events.catch_up().await.unwrap();
        // The open transaction holds nobody up.
        assert_eq!(world.traces("all").await, ids);
    }
    go.send(()).unwrap();
    ids.push(late.await.unwrap().unwrap());
    world.events.catch_up().await.unwrap();
    assert_eq!(world.traces("all").await, ids);
    world.events.catch_up().await.unwrap();
    assert_eq!(world.traces("all").await, ids);
}

fn make(tx: &mut usher_db::Tx<'_>) -> Result<EventId, DbError> {
    append(tx, NewEvent::new("thing.made", 1, ("thing", Uuid::nil()), 1, &json!({})))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_share_a_subscriber_through_rollbacks_and_a_lost_lease() {
    let Some(world) = World::postgres().await else { return };
    let world = Arc::new(world);
    // Leases have lapsed when they are given here, so that both nodes read the same batches and fight over the cursor.
    let hasty = Settings { lease: usher_kernel::SignedDuration::from_secs(-1), batch: 16, ..settings() };
    let nodes: Vec<Events> = (0..2)
        .map(|_| {
            let node = Events::new(world.db.clone(), world.clock.clone(), hasty.clone());
            node.register(Tracer::new("all", &[]));
            node
        })
        .collect();
    let mut running = Vec::new();
    for node in &nodes {
        running.push(node.start().await.unwrap());
    }
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..4u32 {
        let world = Arc::clone(&world);
        writers.spawn(async move {
            let mut committed = Vec::new();
            let lane = Lane::Site(SiteId::generate(world.clock.now()));
            for n in 0..60 {
                let fail = (n + writer) % 3 == 0;
                let written = world
                    .db
                    .write::<_, DbError>(&world.ctx, lane, move |tx| {
                        let id = make(tx)?;
                        if fail { Err(DbError::NoRow) } else { Ok(id) }
                    })
                    .await;
                committed.extend(written);
            }
            committed
        });
    }
    let mut committed: Vec<EventId> = writers.join_all().await.concat();
    committed.sort_unstable();
    until("everything is read", async || world.traces("all").await.len() >= committed.len()).await;
    for running in running {
        running.stop().await;
    }
    nodes[0].catch_up().await.unwrap();
    let mut traces = world.traces("all").await;
    traces.sort_unstable();
    assert_eq!(traces, committed);
}

/// A Redis of the test's own.
struct Redis {
    child: Child,
    port: u16,
}

impl Redis {
    fn start(port: u16) -> Option<Self> {
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .ok()?;
        Some(Self { child, port })
    }

    fn free_port() -> u16 {
        std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_nodes_hear_of_a_commit_and_catch_up_when_redis_was_gone() {
    let Some(world) = World::postgres().await else { return };
    let Some(redis) = Redis::start(Redis::free_port()) else {
        assert!(std::env::var("CI").is_err(), "redis-server is not installed");
        return;
    };
    let port = redis.port;
    let url = Some(format!("redis://127.0.0.1:{port}"));
    let settings = Settings { redis_url: url, ..settings() };
    // Two nodes, so two connections to the database: the bus hangs on the `Db`.
    let store = world.store.as_ref().unwrap();
    let other = Db::open(store.config().clone(), migrations()).await.unwrap();
    let here = Events::new(world.db.clone(), world.clock.clone(), settings.clone());
    let there = Events::new(other.clone(), world.clock.clone(), settings);
    let heard: Arc<Mutex<Vec<Arc<Event>>>> = Arc::default();
    let own: Arc<Mutex<Vec<Arc<Event>>>> = Arc::default();
    let (ear, own_ear) = (Arc::clone(&heard), Arc::clone(&own));
    there.bus().listen(move |event| ear.lock().push(Arc::clone(event)));
    here.bus().listen(move |event| own_ear.lock().push(Arc::clone(event)));
    let link = there.bus().link();
    let running = [here.start().await.unwrap(), there.start().await.unwrap()];
    until("the link is live", async || *link.borrow() == Link::Live).await;

    let mut ids = vec![world.append("thing.made").await];
    until("the event arrives", async || heard.lock().len() == 1).await;

    drop(redis);
    until("the link is known to be stale", async || matches!(*link.borrow(), Link::Stale(_))).await;
    for _ in 0..5 {
        ids.push(world.append("thing.changed").await);
    }
    until("the log stands in", async || heard.lock().len() == ids.len()).await;

    let again = Redis::start(port);
    until("the link is live again", async || *link.borrow() == Link::Live).await;
    ids.push(world.append("thing.made").await);
    until("events arrive again", async || heard.lock().len() == ids.len()).await;
    // Whatever the log brings a second time is known.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let events = heard.lock().clone();
    assert_eq!(events.iter().map(|event| event.id).collect::<Vec<_>>(), ids);
    assert!(events.iter().all(|event| event.remote));
    // A node hears its own events once, from itself.
    assert_eq!(
        own.lock().iter().map(|event| (event.id, event.remote)).collect::<Vec<_>>(),
        ids.iter().map(|id| (*id, false)).collect::<Vec<_>>()
    );
    for running in running {
        running.stop().await;
    }
    other.close().await;
    drop(again);
}

/// What PostgreSQL has walked over in the log by anything but the index that readers go by, and how often they went by
/// that. Each connection tells a second after it did.
async fn walked(world: &World) -> (i64, i64) {
    const WALKED: &str = "SELECT coalesce(sum(t.seq_tup_read), 0)::bigint + (SELECT coalesce(sum(idx_tup_read), 0)::bigint \
        FROM pg_stat_user_indexes WHERE relname = 'events' AND indexrelname <> 'events_xid') \
        FROM pg_stat_user_tables t WHERE t.relname = 'events'";
    const WENT: &str = "SELECT coalesce(sum(idx_scan), 0)::bigint FROM pg_stat_user_indexes WHERE indexrelname = 'events_xid'";
    let mut told = [0, 0];
    for (told, text) in told.iter_mut().zip([WALKED, WENT]) {
        let found = world.db.read(&world.ctx, move |read| read.query_dyn::<i64>(&DynQuery::new(text))).await;
        *told = found.unwrap_or_else(|e: DbError| panic!("{e}"))[0];
    }
    told.into()
}

/// With plans that were made while there were few rows, without statistics, under row-level security: the way in is
/// the index.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_does_not_slow_its_readers() {
    const READS: i64 = 10;
    let Some(world) = World::postgres().await else { return };
    world.events.register(Tracer::new("all", &["thing.changed"]));
    let read = async |times: i64| {
        for _ in 0..times {
            world.append("thing.changed").await;
            world.events.catch_up().await.unwrap();
        }
    };
    read(READS).await;
    for _ in 0..40 {
        world
            .write(|tx| {
                for _ in 0..500 {
                    make(tx)?;
                }
                Ok(())
            })
            .await;
    }
    world.events.catch_up().await.unwrap();
    // A second, as said above.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    read(1).await;
    let (before, went_before) = walked(&world).await;
    read(READS).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    read(1).await;
    until("what was read is told", async || walked(&world).await.1 >= went_before + READS).await;
    let (after, _) = walked(&world).await;
    assert!(after - before < 20_000, "{} rows were walked over for a few new ones", after - before);
    assert_eq!(i64::try_from(world.traces("all").await.len()).unwrap(), 2 * READS + 2);
}
