//! What is promised to those who make their batches ready beside a reader.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};

use crate::common::{World, settings};
use parking_lot::Mutex;
use usher_db::{DbError, Engine, Read, Tx};
use usher_events::{Effects, Event, EventId, Events, Prepares, Settings, Subscriber, dead_events};
use usher_kernel::{Fault, FaultKind, SignedDuration};

usher_db::sql! {
    LEAVE = "INSERT INTO traces (subscriber, event_id, n) VALUES ($1, $2, $3)";
    LEFT = "SELECT event_id FROM traces WHERE subscriber = $1";
}

const NAME: &str = "ahead";

type Meanwhile = dyn Fn(&[Arc<Event>]) -> Result<(), Fault> + Send + Sync;
type Gate = dyn Fn() -> Result<(), Fault> + Send + Sync;

/// Leaves a trace for each event that has none yet, two in a part.
struct Ahead {
    /// Once it has read what there is.
    meanwhile: Box<Meanwhile>,
    /// Once the last part is written: failing there is failing after the effects.
    gate: Arc<Gate>,
    batches: Mutex<Vec<usize>>,
}

impl Ahead {
    fn new(
        meanwhile: impl Fn(&[Arc<Event>]) -> Result<(), Fault> + Send + Sync + 'static,
        gate: impl Fn() -> Result<(), Fault> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { meanwhile: Box::new(meanwhile), gate: Arc::new(gate), batches: Mutex::default() })
    }

    fn plain() -> Arc<Self> {
        Self::new(|_| Ok(()), || Ok(()))
    }
}

impl Subscriber for Ahead {
    fn name(&self) -> &'static str {
        NAME
    }
    fn prepares(self: Arc<Self>) -> Option<Arc<dyn Prepares>> {
        Some(self)
    }
    fn handle(&self, tx: &mut Tx<'_>, batch: &[Arc<Event>]) -> Result<(), Fault> {
        self.prepare(tx, batch)?.write(tx)
    }
}

impl Prepares for Ahead {
    fn prepare(&self, read: &mut Read<'_>, batch: &[Arc<Event>]) -> Result<Effects, Fault> {
        let left: Vec<EventId> = read.query(LEFT, &[&NAME])?;
        (self.meanwhile)(batch)?;
        self.batches.lock().push(batch.len());
        let fresh = batch.iter().map(|event| event.id).filter(|id| !left.contains(id));
        let fresh: Vec<(usize, EventId)> = (left.len()..).zip(fresh).collect();
        let mut parts: Vec<Vec<(usize, EventId)>> = fresh.chunks(2).map(<[_]>::to_vec).collect();
        let (last, gate) = (parts.pop().unwrap_or_default(), Arc::clone(&self.gate));
        let effects = Effects::new(move |tx| {
            leave(tx, &last)?;
            gate()
        });
        Ok(parts.into_iter().fold(effects, |effects, part| effects.part(move |tx| leave(tx, &part))))
    }
}

fn leave(tx: &mut Tx<'_>, traces: &[(usize, EventId)]) -> Result<(), Fault> {
    for (n, id) in traces {
        tx.execute(LEAVE, &[&NAME, id, &i64::try_from(*n).unwrap()])?;
    }
    Ok(())
}

async fn append(world: &World, count: usize) -> Vec<EventId> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(world.append("thing.made").await);
    }
    ids
}

#[tokio::test]
async fn what_is_made_ready_is_written_once_and_in_order() {
    for world in World::each().await {
        let ahead = Ahead::plain();
        world.events.register(ahead.clone());
        let mut ids = append(&world, 5).await;
        world.events.catch_up().await.unwrap();
        world.events.catch_up().await.unwrap();
        assert_eq!(world.traces(NAME).await, ids);
        ids.extend(append(&world, 3).await);
        world.events.catch_up().await.unwrap();
        assert_eq!(world.traces(NAME).await, ids);
        assert_eq!(*ahead.batches.lock(), [5, 3]);

        // Another run of the product goes on where this one stopped.
        world.events.release().await;
        let next = Events::new(world.db.clone(), world.clock.clone(), settings());
        next.register(Ahead::plain());
        ids.extend(append(&world, 1).await);
        next.catch_up().await.unwrap();
        assert_eq!(world.traces(NAME).await, ids);
    }
}

#[tokio::test]
async fn parts_that_were_written_before_a_failure_are_found_done() {
    for world in World::each().await {
        let failures = AtomicU32::new(1);
        let down = move || match failures
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
        {
            Ok(_) => Err(Fault::new(FaultKind::Unavailable, "down", "the power is down")),
            Err(_) => Ok(()),
        };
        world.events.register(Ahead::new(|_| Ok(()), down));
        let mut ids = append(&world, 5).await;
        assert!(world.events.catch_up().await.is_err());
        // Where people wait for the writer they had it in between; elsewhere all of a batch is one transaction.
        let kept = if world.db.engine() == Engine::Sqlite { 4 } else { 0 };
        assert_eq!(world.traces(NAME).await, ids[..kept]);
        ids.extend(append(&world, 1).await);
        world.events.catch_up().await.unwrap();
        assert_eq!(world.traces(NAME).await, ids);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_ready_before_the_cursor_moved_is_thrown_away() {
    for world in World::each().await {
        // Leases have lapsed when they are given here, so that another node may read while this one makes ready.
        let hasty = Settings { lease: SignedDuration::from_secs(-1), ..settings() };
        let [here, there] =
            [(); 2].map(|()| Events::new(world.db.clone(), world.clock.clone(), hasty.clone()));
        let (go, gate) = mpsc::channel::<()>();
        let (has_read, reads) = tokio::sync::oneshot::channel();
        let (gate, has_read) = (Mutex::new(Some(gate)), Mutex::new(Some(has_read)));
        let slow = Ahead::new(
            move |_| {
                if let Some(has_read) = has_read.lock().take() {
                    has_read.send(()).ok();
                }
                // The first time alone.
                if let Some(gate) = gate.lock().take() {
                    gate.recv().ok();
                }
                Ok(())
            },
            || Ok(()),
        );
        here.register(slow.clone());
        there.register(Ahead::plain());
        let mut ids = append(&world, 5).await;
        let reading = here.clone();
        let slowly = tokio::spawn(async move { reading.catch_up().await });
        reads.await.unwrap();
        there.catch_up().await.unwrap();
        assert_eq!(world.traces(NAME).await, ids);
        go.send(()).unwrap();
        slowly.await.unwrap().unwrap();
        assert_eq!(world.traces(NAME).await, ids, "no trace twice");

        // It goes on from where the other one is.
        ids.extend(append(&world, 2).await);
        here.catch_up().await.unwrap();
        assert_eq!(world.traces(NAME).await, ids);
        assert_eq!(*slow.batches.lock(), [5, 2]);
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_made_ready_is_put_aside() {
    for world in World::each().await {
        let picky = |batch: &[Arc<Event>]| {
            let bad = batch.iter().any(|event| event.kind == "thing.broken");
            if bad { Err(Fault::internal("cannot read it")) } else { Ok(()) }
        };
        world.events.register(Ahead::new(picky, || Ok(())));
        let mut ids = append(&world, 2).await;
        let bad = world.append("thing.broken").await;
        ids.extend(append(&world, 1).await);
        let mut refusals = 0;
        while world.events.catch_up().await.is_err() {
            refusals += 1;
        }
        // Three tries, the last of which puts it aside and goes on.
        assert_eq!(refusals, 2);
        assert_eq!(world.traces(NAME).await, ids);
        let dead =
            world.db.read_system::<_, DbError>(&world.sys, |read| dead_events(read, 10)).await.unwrap();
        assert_eq!(dead.iter().map(|dead| dead.event_id).collect::<Vec<_>>(), [bad]);
    }
}
