//! Whoever listens is asked about again, at every door: rights end without an event, too.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::json;
use tokio::time::Instant;
use usher_kernel::{Actor, Caller, TenantId};
use usher_realtime::{Hub, HubConfig, Vouch, door};
use usher_testkit::until;

use crate::house::{FIRST, QUEUE, Stream, ctx, hub, user};
use crate::socketio::{Client, open_as};

/// Knows whether people still have a right to listen; whoever is nobody in particular always does.
#[derive(Default)]
struct Book {
    over: AtomicBool,
}

impl Vouch for Book {
    fn still_holds<'a>(&'a self, caller: &'a Caller, tenant: Option<TenantId>) -> BoxFuture<'a, bool> {
        let over = self.over.load(Ordering::Acquire) && tenant == Some(FIRST);
        Box::pin(std::future::ready(!over || matches!(caller.actor, Actor::Anonymous)))
    }
}

fn vouched(hub: &Hub) -> Arc<Book> {
    let book = Arc::new(Book::default());
    hub.vouched_by(Arc::clone(&book) as Arc<dyn Vouch>);
    book
}

/// Beats often enough for a client that is waited for.
fn beating(recheck: Duration) -> HubConfig {
    HubConfig { heartbeat: Duration::from_secs(1), recheck, ..HubConfig::default() }
}

#[tokio::test(start_paused = true)]
async fn a_right_that_ran_out_ends_the_stream_and_no_other() {
    let (hub, _) = hub(beating(Duration::from_secs(60)));
    let book = vouched(&hub);
    let mut mine = Stream::open(&hub, &[QUEUE], None).await;
    let nobody = Arc::clone(ctx(FIRST, Actor::Anonymous).caller());
    let _board = door::sse(hub.admit_unasked(nobody, vec![QUEUE]).expect("there is room"), hub.since(None));
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(130) {
        mine.chunk().await.expect("it goes on while the right holds");
    }
    book.over.store(true, Ordering::Release);
    let over = Instant::now();
    while mine.chunk().await.is_some() {}
    assert!(over.elapsed() <= Duration::from_secs(62), "after {:?}", over.elapsed());
    drop(mine);
    assert_eq!(hub.listeners(), 1, "the board listens on");
}

/// Revoked between the gate and the hub: nobody could be told, for nobody listened yet.
#[tokio::test(start_paused = true)]
async fn a_right_that_ended_while_its_holder_came_in_is_found_at_once() {
    let (hub, _) = hub(beating(Duration::from_secs(3_600)));
    let book = vouched(&hub);
    let admitted = hub.admit(&ctx(FIRST, user()), vec![QUEUE]).await.expect("the gate is open");
    book.over.store(true, Ordering::Release);
    hub.revoke_user(crate::house::USER);
    let begun = Instant::now();
    let mut stream = Stream::of(door::sse(admitted, hub.since(None))).await;
    while stream.chunk().await.is_some() {}
    assert!(begun.elapsed() <= Duration::from_secs(2), "after {:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_suspended_tenant_lets_its_listeners_go() {
    let (hub, _) = hub(HubConfig::default());
    let mut theirs = Stream::open(&hub, &[QUEUE], None).await;
    theirs.one().await;
    hub.close_tenant(crate::house::SECOND);
    crate::house::say(&hub, &QUEUE, 1);
    assert_eq!(theirs.numbers(1).await, [1]);
    hub.close_tenant(FIRST);
    assert_eq!(theirs.chunk().await, None);
}

#[tokio::test]
async fn sockets_are_asked_about_too() {
    let (hub, door, router) = open_as(beating(Duration::from_millis(50)));
    let book = vouched(&hub);
    let staff = Client::connect(&router, json!({ "token": "staff" })).await;
    let nobody = Client::connect(&router, json!({})).await;
    let elsewhere = Client::connect(&router, json!({ "tenant": "second" })).await;
    for client in [&staff, &nobody, &elsewhere] {
        client.until("joined").await;
    }
    assert_eq!(door.connected(), 3);
    book.over.store(true, Ordering::Release);
    until("staff are let go", async || door.connected() == 2).await;
    hub.close_tenant(FIRST);
    until("and everybody of the tenant", async || door.connected() == 1).await;
}
