//! What a line takes at most, whichever way people come to be in it, leave it and come back.

use usher_kernel::{Change, SignedDuration};
use usher_queueing::model::{QueueId, TicketId};
use usher_queueing::ops::configure::{QueueInput, update_queue};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::place::{self, Move, Skip};
use usher_queueing::ops::transfer::{Transfer, transfer};
use usher_queueing::ops::{cancel, expire, park, undo};

use crate::app::{App, on_engines};
use crate::offline::{leased, printed, upload, words};

/// Somebody takes a number of a line; the code of the refusal where they get none.
async fn join(app: &App, queue: QueueId) -> Result<TicketId, &'static str> {
    let wish = Issue { queue_id: Some(queue), ..Issue::default() };
    app.issue_as(&app.manager(), wish).await.map(|t| t.id).map_err(|error| error.code())
}

/// Nobody gets a number of a line that has no spare place; so many are in it.
async fn is_full(app: &App, queue: QueueId, people: i64) {
    assert_eq!(join(app, queue).await, Err("queue_full"));
    let (most, spare, inside) = app.spare(queue).await;
    assert_eq!(inside, people);
    assert!(spare.is_none_or(|spare| spare <= most.unwrap() - people), "{spare:?} of {most:?} with {people}");
}

/// One more gets a number of a line, and then it is full.
async fn one_more(app: &App, queue: QueueId) -> TicketId {
    let came = join(app, queue).await.unwrap_or_else(|code| panic!("there is a spare place: {code}"));
    let (most, _, _) = app.spare(queue).await;
    is_full(app, queue, most.unwrap()).await;
    came
}

#[test]
fn whoever_leaves_makes_way_for_one_and_whoever_comes_back_counts_again() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let most = QueueInput { max_active_tickets: Change::Set(2), ..QueueInput::default() };
        let full = app.queue("Full", "A", &[service], most).await;
        let other = app.queue("Other", "B", &[service], QueueInput::default()).await;
        let counter = app.counter(&[full], 1).await;
        let agent = app.agent(1);
        macro_rules! done {
            (|$line:ident, $tx:ident| $op:expr) => {{
                // What one request does at one moment would be taken back together.
                app.hands.advance(SignedDuration::from_secs(1));
                app.act(&agent, move |$line, $tx| $op.map(drop)).await.unwrap()
            }};
        }
        app.issue(full).await;
        let a = one_more(&app, full).await;

        // Out of the line and back: away for a while, by leaving, by another line.
        done!(|line, tx| park::park(line, tx, a, 5));
        let b = one_more(&app, full).await;
        done!(|line, tx| park::unpark(line, tx, a));
        is_full(&app, full, 3).await;
        done!(|line, tx| cancel::cancel(line, tx, b, None));
        is_full(&app, full, 2).await;
        done!(|line, tx| cancel::leave(line, tx, a));
        let b = one_more(&app, full).await;
        done!(|line, tx| cancel::undo_leave(line, tx, a));
        is_full(&app, full, 3).await;
        done!(|line, tx| expire::expire(line, tx, b));
        is_full(&app, full, 2).await;
        let there = move |queue| Transfer { queue_id: Some(queue), ..Transfer::default() };
        done!(|line, tx| transfer(line, tx, a, &there(other)));
        let b = one_more(&app, full).await;
        let refused = app.act(&agent, move |line, tx| transfer(line, tx, a, &there(full))).await;
        assert_eq!(refused.unwrap_err().code(), "queue_full");
        done!(|line, tx| {
            let home = Move { queue_id: Some(full), reason: "sent astray".into(), ..Move::default() };
            place::move_to(line, tx, a, &home)
        });
        is_full(&app, full, 3).await;
        done!(|line, tx| undo::undo(line, tx));
        is_full(&app, full, 2).await;
        done!(|line, tx| cancel::cancel(line, tx, b, None));
        done!(|line, tx| transfer(line, tx, a, &there(full)));
        is_full(&app, full, 2).await;

        // To a counter, which frees nothing, and what becomes of it there.
        let called = app.next(&agent, counter).await.unwrap().unwrap().id;
        is_full(&app, full, 2).await;
        done!(|line, tx| place::skip(line, tx, called, &Skip::default()));
        is_full(&app, full, 2).await;
        let called = app.next(&agent, counter).await.unwrap().unwrap().id;
        app.hands.advance(SignedDuration::from_secs(1));
        app.close(&agent, called).await.unwrap();
        let b = one_more(&app, full).await;
        done!(|line, tx| undo::undo(line, tx));
        is_full(&app, full, 3).await;
        done!(|line, tx| place::mark_no_show(line, tx, called));
        is_full(&app, full, 2).await;
        done!(|line, tx| cancel::cancel(line, tx, b, None));
        let b = one_more(&app, full).await;
        done!(|line, tx| place::reinstate(line, tx, called));
        is_full(&app, full, 3).await;
        done!(|line, tx| cancel::cancel(line, tx, b, None));
        is_full(&app, full, 2).await;

        // With a number of a kiosk's block, which asks nobody.
        let block = leased(&app, full, 1).await;
        let told = upload(&app, &block, &[printed(&app, service, block.first)]).await;
        assert_eq!(words(&told), [(block.first, "taken in")]);
        is_full(&app, full, 3).await;
    });
}

#[test]
fn a_limit_that_is_changed_holds_from_then_on() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let set = async |most: Change<i64>| {
            let change = QueueInput { max_active_tickets: most, ..QueueInput::default() };
            app.act(&app.manager(), move |line, tx| update_queue(line, tx, queue, &change, None))
                .await
                .unwrap();
        };
        for _ in 0..3 {
            app.issue(queue).await;
        }
        set(Change::Set(4)).await;
        one_more(&app, queue).await;
        set(Change::Set(2)).await;
        is_full(&app, queue, 4).await;
        set(Change::Clear).await;
        app.issue(queue).await;
        assert_eq!(app.spare(queue).await, (None, None, 5));
        set(Change::Set(6)).await;
        one_more(&app, queue).await;
    });
}

#[test]
fn a_line_with_spare_places_is_counted_once_and_again_on_another_day() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let most = QueueInput { max_active_tickets: Change::Set(100), ..QueueInput::default() };
        app.act(&app.manager(), move |line, tx| update_queue(line, tx, queue, &most, None)).await.unwrap();
        let [_, _, gone] = [app.issue(queue).await, app.issue(queue).await, app.issue(queue).await];
        assert_eq!(app.spare(queue).await, (Some(100), Some(97), 3));
        app.act(&app.manager(), move |line, tx| cancel::cancel(line, tx, gone.id, None)).await.unwrap();
        app.issue(queue).await;
        assert_eq!(app.spare(queue).await, (Some(100), Some(96), 3), "nobody was counted");

        // Two of yesterday's three have the first numbers of today, which are passed over, and one person has come.
        app.wait(24 * 60);
        assert_eq!(app.issue(queue).await.number, "A-003");
        assert_eq!(app.spare(queue).await, (Some(100), Some(96), 4), "all of them, and nobody twice");
    });
}
