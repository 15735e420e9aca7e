//! What happens within a tick goes out together.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use usher_realtime::HubConfig;

use crate::house::{QUEUE, Stream, hub, say};

#[tokio::test(start_paused = true)]
async fn the_first_goes_at_once_and_the_rest_of_its_tick_in_one_frame() {
    let (hub, _) = hub(HubConfig::default());
    let mut stream = Stream::open(&hub, &[QUEUE], None).await;
    stream.one().await;
    let start = Instant::now();
    say(&hub, &QUEUE, 1);
    assert_eq!(stream.one().await["data"]["n"], 1);
    assert!(start.elapsed() < Duration::from_millis(10), "{:?}", start.elapsed());
    for n in 2..=5 {
        say(&hub, &QUEUE, n);
    }
    assert_eq!(stream.events().await.len(), 4);
    let waited = start.elapsed();
    assert!((75..125).contains(&waited.as_millis()), "{waited:?}");
    // Silence ends the tick: the next one goes at once again.
    tokio::time::sleep(Duration::from_millis(250)).await;
    let start = Instant::now();
    say(&hub, &QUEUE, 6);
    stream.one().await;
    assert!(start.elapsed() < Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn of_a_state_only_the_latest_is_sent() {
    let (hub, _) = hub(HubConfig::default());
    let mut stream = Stream::open(&hub, &[QUEUE], None).await;
    stream.one().await;
    say(&hub, &QUEUE, 1);
    stream.one().await;
    for length in 0..10 {
        hub.publish_latest(&QUEUE, "queue.changed", || Bytes::from(format!("{{\"length\":{length}}}")));
    }
    assert_eq!(stream.one().await["data"]["length"], 9);
}

#[tokio::test(start_paused = true)]
async fn line_breaks_do_not_break_the_stream() {
    let (hub, _) = hub(HubConfig::default());
    let mut stream = Stream::open(&hub, &[QUEUE], None).await;
    stream.one().await;
    hub.publish(&QUEUE, "note \"a\"", Bytes::from_static(b"{\n  \"text\": \"one\\ntwo\"\r\n}"));
    hub.publish(&QUEUE, "never", Bytes::from_static(&[0xff, 0xfe]));
    let event = stream.one().await;
    assert_eq!((&event["type"], &event["data"]["text"]), (&"note \"a\"".into(), &"one\ntwo".into()));
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_tells_the_time_and_the_cursor() {
    let (hub, _) = hub(HubConfig::default());
    let mut stream = Stream::open(&hub, &[QUEUE], None).await;
    stream.one().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let start = Instant::now();
    let ping = stream.one().await;
    assert_eq!(ping["type"], "ping");
    assert!(ping["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{ping}");
    // The one that was due before has been taken; from here on they come every five seconds.
    assert!(start.elapsed() < Duration::from_millis(10));
    for _ in 0..3 {
        let start = Instant::now();
        // Reading gives up after three seconds; a heartbeat takes five.
        tokio::time::sleep(Duration::from_millis(2500)).await;
        assert_eq!(stream.one().await["type"], "ping");
        assert!(start.elapsed() <= Duration::from_millis(5100), "{:?}", start.elapsed());
    }
    let cursor = stream.last.clone().expect("a ping has an id");
    let mut again = Stream::open(&hub, &[QUEUE], Some(&cursor)).await;
    say(&hub, &QUEUE, 1);
    assert_eq!(again.numbers(1).await, [1]);
}
