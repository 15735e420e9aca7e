//! What live screens are told of waits, and when they are told again.

use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use serde_json::{Value, json};
use usher_kernel::Ctx;
use usher_realtime::{Room, Since, door};

use crate::app::{App, id_of};

on_both!(
    a_screen_is_told_what_holds_though_the_book_is_behind,
    what_the_book_learns_reaches_the_screens,
    the_other_lines_of_a_counter_are_told_at_once,
    who_waits_in_a_line_that_stands_still_is_told_anew_each_minute,
);

/// A screen that listens to one room.
pub(crate) struct Screen(Body, String);

impl Screen {
    pub(crate) fn open(app: &App, kind: &'static str, id: &str) -> Self {
        let room = Room::new(app.bank, kind, id.parse().unwrap());
        let ctx = Ctx::system(app.bank, "screen", app.clock.clone());
        let admitted = app.node.hub.admit_unasked(ctx.caller().clone(), vec![room]).unwrap();
        Self(door::sse(admitted, Since::Start).into_body(), String::new())
    }

    /// The next frame of a kind that is like this; what else is heard on the way is passed over.
    pub(crate) async fn hears(&mut self, kind: &str, like: impl Fn(&Value) -> bool) -> Value {
        let found = tokio::time::timeout(Duration::from_secs(5), self.next(kind, like)).await;
        assert!(found.is_ok(), "no such {kind}");
        found.unwrap()
    }

    /// How many frames of a kind come within a second.
    async fn counts(&mut self, kind: &str) -> usize {
        let mut count = 0;
        let all = async {
            loop {
                self.next(kind, |_| true).await;
                count += 1;
            }
        };
        let _: Result<(), _> = tokio::time::timeout(Duration::from_secs(1), all).await;
        count
    }

    async fn next(&mut self, kind: &str, like: impl Fn(&Value) -> bool) -> Value {
        loop {
            while let Some(end) = self.1.find("\n\n") {
                let event: String = self.1.drain(..end + 2).collect();
                let data: String = event.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
                match serde_json::from_str::<Value>(&data) {
                    Ok(frame) if frame["type"] == kind && like(&frame["data"]) => {
                        return frame["data"].clone();
                    }
                    _ => {}
                }
            }
            let chunk = std::future::poll_fn(|cx| Pin::new(&mut self.0).poll_frame(cx)).await;
            let chunk = chunk.unwrap().unwrap().into_data().unwrap();
            self.1.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

fn p50(frame: &Value) -> f64 {
    frame["estimate"]["p50"].as_f64().unwrap()
}

async fn a_screen_is_told_what_holds_though_the_book_is_behind(app: App) {
    app.ticket().await;
    app.settle().await;
    let mut screen = Screen::open(&app, "queue", &app.queue);
    app.wait(5);
    // The last one who waits is called at the only counter; the book has not read it yet.
    let ticket = app.next(0).await.unwrap();
    let busy = screen.hears("queue.changed", |queue| queue["current_length"] == 0).await;
    assert!(p50(&busy) > 1.0, "the counter is busy now: {busy}");
    app.wait(200);
    app.act(&ticket, "close", json!({})).await;
    let free = screen.hears("queue.changed", |_| true).await;
    assert!(p50(&free) <= 0.5, "the counter is free again: {free}");
}

async fn what_the_book_learns_reaches_the_screens(app: App) {
    app.ticket().await;
    app.settle().await;
    let before = app.estimate().await["p50"].as_f64().unwrap();
    let mut screen = Screen::open(&app, "queue", &app.queue);
    screen.counts("queue.changed").await;
    let rows: Vec<Value> = (0..100)
        .map(|_| json!({ "service_type": "Deposit", "actual_time": 90, "queue_length": 1 }))
        .collect();
    app.admin.post("/feedback", json!(rows)).await.expect(200);
    app.settle().await;
    let after = screen.hears("queue.changed", |_| true).await;
    assert!(p50(&after) > 2.0 * before, "{before} {after}");
    assert_eq!(screen.counts("queue.changed").await, 0, "a hundred things learned at once are shown once");
}

async fn the_other_lines_of_a_counter_are_told_at_once(app: App) {
    let loans = app.another_line().await;
    app.ticket_in(&loans).await;
    app.settle().await;
    let mut screen = Screen::open(&app, "queue", &app.queue);
    screen.counts("queue.changed").await;
    app.wait(5);
    app.next(0).await.unwrap();
    let busy = screen.hears("queue.changed", |_| true).await;
    assert!(p50(&busy) > 1.0, "the counter that serves both is busy: {busy}");
}

async fn who_waits_in_a_line_that_stands_still_is_told_anew_each_minute(app: App) {
    let look = async || app.node.watch.run_due(app.clock.now()).await;
    app.ticket().await;
    let ticket = id_of(&app.ticket().await);
    let served = app.next(0).await.unwrap();
    app.act(&served, "start_service", json!({})).await;
    app.settle().await;
    look().await;
    let mut screen = Screen::open(&app, "ticket", &ticket);
    screen.counts("ticket").await;
    app.wait(59);
    look().await;
    assert_eq!(screen.counts("ticket").await, 0, "within the minute nothing is said again");
    app.wait(1);
    look().await;
    let first = screen.hears("ticket", |_| true).await;
    // Minute by minute nobody is called: what is said is of now, and moves on.
    let moment = |frame: &Value, name: &str| {
        frame["estimate"][name].as_str().unwrap().parse::<usher_kernel::Timestamp>().unwrap()
    };
    assert_eq!(moment(&first, "at"), app.clock.now());
    app.wait(600);
    look().await;
    let later = screen.hears("ticket", |_| true).await;
    assert_eq!(moment(&later, "at"), app.clock.now());
    assert!(moment(&later, "called_by") > app.clock.now(), "{later}");
    assert!(moment(&later, "called_by") > moment(&first, "called_by"), "{first} {later}");
    // Where nobody waits there is nothing to say.
    let mut queue = Screen::open(&app, "queue", &app.queue);
    app.act(&ticket, "cancel", json!({})).await;
    queue.counts("queue.changed").await;
    app.wait(120);
    look().await;
    assert_eq!(queue.counts("queue.changed").await, 0);
}
