//! Who comes back hears exactly what was missed, or is told that it cannot.

use std::sync::atomic::Ordering;
use std::time::Duration;

use usher_kernel::FaultKind;
use usher_realtime::{Closing, HubConfig, Room};
use uuid::Uuid;

use crate::house::{FIRST, QUEUE, SECOND, SITE, Stream, ctx, hub, say, user};

#[tokio::test(start_paused = true)]
async fn a_cut_loses_nothing_and_repeats_nothing() {
    let (hub, _) = hub(HubConfig::default());
    let mut stream = Stream::open(&hub, &[QUEUE], None).await;
    assert_eq!(stream.one().await["type"], "snapshot");
    say(&hub, &QUEUE, 1);
    assert_eq!(stream.numbers(1).await, [1]);
    let last = stream.last.clone();
    drop(stream);
    for n in 2..=6 {
        say(&hub, &QUEUE, n);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut again = Stream::open(&hub, &[QUEUE], last.as_deref()).await;
    assert_eq!(again.numbers(5).await, [2, 3, 4, 5, 6]);
    say(&hub, &QUEUE, 7);
    assert_eq!(again.numbers(1).await, [7]);
    assert_eq!(hub.resyncs(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_joined_frame_can_be_resumed_in_its_middle() {
    let (hub, _) = hub(HubConfig::default());
    let mut stream = Stream::open(&hub, &[QUEUE], None).await;
    stream.one().await;
    say(&hub, &QUEUE, 0);
    stream.numbers(1).await;
    for n in 1..=4 {
        say(&hub, &QUEUE, n);
    }
    let events = stream.events().await;
    assert_eq!(events.len(), 4);
    let second = events[1]["id"].as_str().expect("an id").to_owned();
    let mut again = Stream::open(&hub, &[QUEUE], Some(&second)).await;
    assert_eq!(again.numbers(2).await, [3, 4]);
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_means_nothing_here_gets_a_marked_snapshot() {
    let (hub, _) = hub(HubConfig::default());
    let mut new = Stream::open(&hub, &[QUEUE], None).await;
    let first = new.one().await;
    assert_eq!((&first["type"], &first["room"]), (&"snapshot".into(), &QUEUE.to_string().into()));
    assert!(first.get("resync").is_none(), "{first}");
    let own = first["id"].as_str().expect("an id").to_owned();
    let (node, number) = own.split_once('.').expect("node.number");
    let ahead = format!("{node}.{}", number.parse::<u64>().expect("a number") + 100);
    for cursor in ["deadbeef.3", "nonsense", ahead.as_str()] {
        let mut stream = Stream::open(&hub, &[QUEUE], Some(cursor)).await;
        assert_eq!(stream.one().await["resync"], true, "{cursor}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_client_is_sent_a_snapshot_and_goes_on() {
    let (hub, _) = hub(HubConfig { keep_events: 8, ..HubConfig::default() });
    let mut slow = Stream::open(&hub, &[QUEUE], None).await;
    slow.one().await;
    for n in 1..=100 {
        say(&hub, &QUEUE, n);
        tokio::time::sleep(Duration::from_millis(110)).await;
    }
    let snapshot = slow.one().await;
    assert_eq!((&snapshot["type"], &snapshot["resync"]), (&"snapshot".into(), &true.into()));
    say(&hub, &QUEUE, 101);
    assert_eq!(slow.numbers(1).await, [101]);
    assert_eq!(hub.resyncs(), 1);
}

#[tokio::test(start_paused = true)]
async fn more_than_may_wait_is_given_up_and_said_so() {
    let (hub, _) = hub(HubConfig { pending_events: 10, ..HubConfig::default() });
    let mut stream = Stream::open(&hub, &[QUEUE], None).await;
    stream.one().await;
    say(&hub, &QUEUE, 0);
    stream.numbers(1).await;
    for n in 1..=50 {
        say(&hub, &QUEUE, n);
    }
    assert_eq!(stream.one().await["resync"], true);
    say(&hub, &QUEUE, 51);
    assert_eq!(stream.numbers(1).await, [51]);
}

#[tokio::test(start_paused = true)]
async fn a_room_that_was_forgotten_is_not_resumed() {
    let (hub, _) = hub(HubConfig::default());
    let mut stream = Stream::open(&hub, &[QUEUE], None).await;
    stream.one().await;
    say(&hub, &QUEUE, 1);
    stream.numbers(1).await;
    let last = stream.last.clone();
    drop(stream);
    assert!(hub.wants(&QUEUE), "it may come back");
    assert_eq!((hub.wanted("queue"), hub.wanted("ticket")), (vec![QUEUE], vec![]));
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert!(!hub.wants(&QUEUE), "nobody came back");
    assert!(hub.wanted("queue").is_empty());
    say(&hub, &QUEUE, 2);
    let mut again = Stream::open(&hub, &[QUEUE], last.as_deref()).await;
    assert_eq!(again.one().await["resync"], true);
}

#[tokio::test(start_paused = true)]
async fn several_rooms_on_one_stream_keep_one_order() {
    let (hub, _) = hub(HubConfig::default());
    let rooms = [QUEUE, SITE];
    let mut stream = Stream::open(&hub, &rooms, None).await;
    let (first, second) = (stream.one().await, stream.one().await);
    assert!(first.get("id").is_none(), "whoever is cut off here lacks the other room: {first}");
    assert!(second.get("id").is_some());
    for n in 1..=6 {
        say(&hub, if n % 2 == 0 { &SITE } else { &QUEUE }, n);
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    let mut ids = Vec::new();
    while ids.len() < 6 {
        for event in stream.events().await {
            let id = event["id"].as_str().expect("an id").rsplit('.').next().map(str::parse::<u64>);
            ids.push(id.expect("a number").expect("a number"));
        }
    }
    assert!(ids.is_sorted(), "{ids:?}");
}

/// Cuts two rooms' stream at every chance; whatever the moment, each event is heard once.
#[tokio::test(start_paused = true)]
async fn many_cuts_at_any_moment() {
    let (hub, _) = hub(HubConfig::default());
    let rooms = [QUEUE, SITE];
    let mut stream = Stream::open(&hub, &rooms, None).await;
    stream.one().await;
    stream.one().await;
    let mut heard = Vec::new();
    let mut dice = 7u64;
    let publisher = tokio::spawn({
        let hub = hub.clone();
        async move {
            for n in 0..400 {
                say(&hub, if n % 3 == 0 { &SITE } else { &QUEUE }, n);
                tokio::time::sleep(Duration::from_millis(n % 37)).await;
            }
        }
    });
    while heard.len() < 400 {
        let events = stream.events().await;
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        // A browser may have read only the first events of a chunk when the line is cut.
        let take = if dice >> 61 == 0 { events.len().div_ceil(2) } else { events.len() };
        for event in events.iter().take(take).filter(|event| event["type"] != "ping") {
            assert_eq!(event["type"], "ticket.called", "{event}");
            heard.push(event["data"]["n"].as_u64().expect("a number"));
            stream.last = event["id"].as_str().map(str::to_owned);
        }
        if dice >> 62 == 0 || take < events.len() {
            let last = stream.last.clone();
            drop(stream);
            tokio::time::sleep(Duration::from_millis((dice >> 32) % 400)).await;
            stream = Stream::open(&hub, &rooms, last.as_deref()).await;
            stream.last = last;
        }
    }
    publisher.await.expect("the publisher ends");
    heard.sort_unstable();
    assert_eq!(heard, (0..400).collect::<Vec<_>>());
    assert_eq!(hub.resyncs(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_is_asked_for_once_for_all() {
    let (hub, source) = hub(HubConfig::default());
    let mut tasks = Vec::new();
    for _ in 0..50 {
        let hub = hub.clone();
        tasks.push(tokio::spawn(async move { Stream::open(&hub, &[QUEUE], None).await.one().await }));
    }
    for task in tasks {
        assert_eq!(task.await.expect("it ends")["data"]["asked"], 1);
    }
    assert_eq!(source.0.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn tenants_do_not_hear_each_other() {
    let (hub, _) = hub(HubConfig::default());
    let theirs = Room::new(SECOND, "queue", QUEUE.id().unwrap_or_default());
    let refused = hub.admit(&ctx(FIRST, user()), vec![theirs]).await.expect_err("another tenant's room");
    assert_eq!(refused.kind(), FaultKind::NotFound);
    let mut stream = Stream::open(&hub, &[QUEUE], None).await;
    stream.one().await;
    // Somebody listens to the room of the same id in the other tenant.
    let admitted = hub.admit(&ctx(SECOND, user()), vec![theirs]).await.expect("their own");
    let _theirs = usher_realtime::door::sse(admitted, hub.since(None));
    say(&hub, &theirs, 1);
    say(&hub, &QUEUE, 2);
    assert_eq!(stream.numbers(1).await, [2]);
}

#[tokio::test(start_paused = true)]
async fn gates_refuse() {
    use usher_kernel::Actor;
    let (hub, _) = hub(HubConfig { max_listeners: 1, ..HubConfig::default() });
    let nobody = hub.admit(&ctx(FIRST, Actor::Anonymous), vec![QUEUE]).await.expect_err("nobody");
    assert_eq!(nobody.kind(), FaultKind::Unauthenticated);
    let missing = Room::new(FIRST, "queue", Uuid::from_u128(404));
    let missing = hub.admit(&ctx(FIRST, user()), vec![QUEUE, missing]).await.expect_err("no such queue");
    assert_eq!(missing.kind(), FaultKind::NotFound);
    let unknown = Room::new(FIRST, "kitchen", Uuid::from_u128(1));
    let unknown = hub.admit(&ctx(FIRST, user()), vec![unknown]).await.expect_err("no such kind");
    assert_eq!(unknown.kind(), FaultKind::NotFound);
    let _only = Stream::open(&hub, &[QUEUE], None).await;
    let full = hub.admit(&ctx(FIRST, user()), vec![QUEUE]).await.expect_err("one is enough");
    assert_eq!((full.kind(), full.code()), (FaultKind::Unavailable, "too_many_listeners"));
}

#[tokio::test(start_paused = true)]
async fn a_revoked_session_ends_its_streams_and_no_others() {
    let (hub, _) = hub(HubConfig::default());
    let mut mine = Stream::open(&hub, &[QUEUE], None).await;
    mine.one().await;
    hub.revoke_credential(Uuid::from_u128(34));
    say(&hub, &QUEUE, 1);
    mine.numbers(1).await;
    hub.revoke_credential(Uuid::from_u128(33));
    assert_eq!(mine.chunk().await, None);
    let mut again = Stream::open(&hub, &[QUEUE], mine.last.as_deref()).await;
    hub.close_where(|_, _| true, Closing::Stopping);
    assert_eq!(again.chunk().await, None);
    drop((mine, again));
    assert_eq!(hub.listeners(), 0);
    hub.stop();
    assert!(hub.admit(&ctx(FIRST, user()), vec![QUEUE]).await.is_err());
}
