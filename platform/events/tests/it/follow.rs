//! What following the log in memory promises.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::common::{World, settings};
use parking_lot::Mutex;
use usher_db::{Db, DbError, Read, Tx};
use usher_events::{Event, EventId, Events, Following, Memory, Picture, retention};
use usher_kernel::{SignedDuration, TenantId, Timestamp};

usher_db::sql! {
    STORE = "INSERT INTO traces (subscriber, event_id, n) VALUES ('memory', $1, $2)";
    CLEAR = "DELETE FROM traces WHERE subscriber = 'memory'";
    STORED = "SELECT event_id FROM traces WHERE subscriber = 'memory' ORDER BY n";
}

/// Remembers every event, and stores them all.
#[derive(Default)]
struct Diary {
    held: Mutex<Vec<EventId>>,
    whole: Mutex<Vec<bool>>,
    unreadable: AtomicBool,
    loaded: AtomicUsize,
}

impl Memory for Diary {
    type Beside = usize;

    fn name(&self) -> &'static str {
        "diary"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["thing.made"]
    }

    fn load(&self, read: &mut Read<'_>) -> Result<bool, DbError> {
        *self.held.lock() = read.query(STORED, &[])?;
        Ok(!self.unreadable.load(Ordering::Relaxed))
    }

    fn loaded(&self) {
        self.loaded.fetch_add(1, Ordering::Relaxed);
    }

    fn looks_beside(&self, event: &Event) -> bool {
        event.thing_version > 1
    }

    fn beside(&self, _: &mut Read<'_>, page: &[Arc<Event>]) -> Result<usize, DbError> {
        Ok(page.len())
    }

    fn take(&self, page: &[Arc<Event>], beside: usize) {
        // Every thing here is of version 1: nothing is read beside it.
        assert_eq!((page.is_empty(), beside), (false, 0));
        self.held.lock().extend(page.iter().map(|event| event.id));
    }

    fn picture(&self, whole: bool) -> Picture {
        self.whole.lock().push(whole);
        let held = self.held.lock().clone();
        Box::new(move |tx: &mut Tx<'_>| {
            tx.execute(CLEAR, &[])?;
            for (n, id) in (0_i64..).zip(&held) {
                tx.execute(STORE, &[id, &n])?;
            }
            Ok(())
        })
    }

    fn stored(&self) {}
}

async fn open(events: &Events) -> Arc<Following<Diary>> {
    let following = events.follow(Arc::new(Diary::default()));
    following.catch_up().await.unwrap();
    following
}

/// Somebody who has taken in what was stored, and nothing of the log after it.
async fn begun(events: &Events) -> Arc<Following<Diary>> {
    let following = events.follow(Arc::new(Diary::default()));
    following.load().await.unwrap();
    following
}

fn held(following: &Following<Diary>) -> Vec<EventId> {
    following.memory().held.lock().clone()
}

#[tokio::test]
async fn a_start_goes_on_from_what_was_stored() {
    for world in World::each().await {
        let mut ids = vec![world.append("thing.made").await, world.append("thing.made").await];
        world.append("thing.changed").await;
        let first = open(&world.events).await;
        assert_eq!(held(&first), ids);
        assert!(first.store().await.unwrap());
        ids.push(world.append("thing.made").await);
        // Held, and not stored.
        first.catch_up().await.unwrap();
        assert_eq!(held(&first), ids);

        let second = begun(&world.events).await;
        assert_eq!(held(&second), ids[..2]);
        second.catch_up().await.unwrap();
        assert_eq!(held(&second), ids);
        assert_eq!(*first.memory().whole.lock(), [true]);
    }
}

#[tokio::test]
async fn who_stores_after_another_stores_all_and_once_more_only_what_changed() {
    for world in World::each().await {
        world.append("thing.made").await;
        let first = open(&world.events).await;
        let second = open(&world.events).await;
        assert!(first.store().await.unwrap());
        assert!(first.store().await.unwrap());
        assert_eq!(*first.memory().whole.lock(), [true, false]);
        assert!(second.store().await.unwrap(), "the same node");
        assert_eq!(*second.memory().whole.lock(), [true]);
    }
}

#[tokio::test]
async fn what_cannot_be_read_any_more_is_made_anew_from_the_log() {
    for world in World::each().await {
        let id = world.append("thing.made").await;
        let first = open(&world.events).await;
        assert!(first.store().await.unwrap());
        let diary = Diary::default();
        diary.unreadable.store(true, Ordering::Relaxed);
        let second = world.events.follow(Arc::new(diary));
        second.load().await.unwrap();
        second.memory().held.lock().clear();
        second.catch_up().await.unwrap();
        assert_eq!(held(&second), [id]);
        assert!(second.store().await.unwrap());
        assert_eq!(*second.memory().whole.lock(), [true]);
    }
}

#[tokio::test]
async fn one_node_stores_and_another_takes_over_when_it_is_gone() {
    let Some(world) = World::postgres().await else { return };
    let Some(store) = &world.store else { return };
    let db = Db::open(store.config().clone(), crate::common::migrations()).await.unwrap();
    let other = Events::new(db, world.clock.clone(), settings());
    world.append("thing.made").await;
    let (here, there) = (open(&world.events).await, open(&other).await);
    assert!(here.store().await.unwrap());
    assert!(!there.store().await.unwrap(), "the first one does");
    world.time.advance(SignedDuration::from_mins(16));
    assert!(there.store().await.unwrap());
    assert_eq!(*there.memory().whole.lock(), [true]);
    assert!(!here.store().await.unwrap());
}

#[tokio::test]
async fn it_follows_by_itself_and_stores_when_it_stops() {
    for world in World::each().await {
        let following = open(&world.events).await;
        let task = following.start();
        let id = world.append("thing.made").await;
        usher_testkit::until("the event is taken", async || held(&following) == [id]).await;
        task.stop().await;
        let later = begun(&world.events).await;
        assert_eq!(held(&later), [id]);
    }
}

#[tokio::test]
async fn nothing_is_read_before_it_begins_and_then_it_says_so_once() {
    for world in World::each().await {
        let id = world.append("thing.made").await;
        let first = open(&world.events).await;
        assert!(first.store().await.unwrap());
        let second = world.events.follow(Arc::new(Diary::default()));
        let loaded = || second.memory().loaded.load(Ordering::Relaxed);
        assert_eq!((held(&second), loaded()), (Vec::new(), 0));
        let task = second.start();
        usher_testkit::until("what was stored is taken in", async || loaded() == 1).await;
        assert_eq!(held(&second), [id]);
        second.load().await.unwrap();
        second.catch_up().await.unwrap();
        assert_eq!((held(&second), loaded()), (vec![id], 1));
        task.stop().await;
    }
}

#[tokio::test]
async fn who_begins_where_nothing_was_stored_says_so_too() {
    for world in World::each().await {
        let first = begun(&world.events).await;
        assert_eq!((held(&first), first.memory().loaded.load(Ordering::Relaxed)), (Vec::new(), 1));
    }
}

#[tokio::test]
async fn what_came_last_is_taken_before_it_stops_and_without_news_nothing_is_stored_again() {
    for world in World::each().await {
        let first = open(&world.events).await;
        let task = first.start();
        let ids = [world.append("thing.made").await, world.append("thing.made").await];
        // Whether or not it has seen them yet.
        task.stop().await;
        assert_eq!(held(&first), ids);
        assert!(!first.memory().whole.lock().is_empty());

        let second = begun(&world.events).await;
        assert_eq!(held(&second), ids, "there is nothing left to read");
        let task = second.start();
        second.catch_up().await.unwrap();
        task.stop().await;
        assert_eq!(held(&second), ids);
        assert!(second.memory().whole.lock().is_empty(), "what is stored is what is held");
    }
}

/// Everything before a moment is taken out.
struct Before(Timestamp);

impl retention::Rules for Before {
    fn before(&self, _: Option<TenantId>) -> Option<(Timestamp, retention::Keep)> {
        Some((self.0, retention::Keep::Nothing))
    }
}

#[tokio::test]
async fn retention_waits_for_what_is_stored() {
    for world in World::each().await {
        let following = open(&world.events).await;
        assert!(following.store().await.unwrap());
        for _ in 0..3 {
            world.append("thing.made").await;
        }
        world.time.advance(SignedDuration::from_hours(48));
        let rules = Before(world.clock.now());
        assert_eq!(world.events.retire(&rules).await.unwrap(), 0);
        following.catch_up().await.unwrap();
        assert_eq!(world.events.retire(&rules).await.unwrap(), 0, "held, and not stored");
        assert!(following.store().await.unwrap());
        // The newest stays: its place must not be given again.
        assert_eq!(world.events.retire(&rules).await.unwrap(), 2);
    }
}
