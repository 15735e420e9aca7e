//! Taking back one's last action: within a minute, after a restart, on another node.

use usher_kernel::{Change, SignedDuration};
use usher_queueing::Error;
use usher_queueing::model::{CounterId, QueueId, Status, Ticket, TicketId};
use usher_queueing::ops::configure::QueueInput;
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::note::{self, Edit};
use usher_queueing::ops::place::{self, Postpone, Reprioritise, Skip};
use usher_queueing::ops::undo::{LastAction, Undone, undo, undo_this};
use usher_queueing::ops::{call, cancel, close, park, presence, serve, transfer, visit};
use usher_testkit::until;

use crate::app::{App, on_engines};

async fn take_back(app: &App, who: &usher_kernel::Ctx) -> Result<Undone, Error> {
    app.act(who, undo).await
}

/// A counter with somebody in hand and two more in line.
async fn at_work(app: &App) -> (QueueId, CounterId, [Ticket; 3]) {
    let (queue, counter) = app.small().await;
    app.sit(&app.agent(1), counter).await;
    let tickets = [app.issue(queue).await, app.issue(queue).await, app.issue(queue).await];
    app.next(&app.agent(1), counter).await.unwrap();
    (queue, counter, tickets)
}

#[test]
fn every_action_of_staff_can_be_taken_back() {
    on_engines(|app| async move {
        let (queue, counter, [a, b, c]) = at_work(&app).await;
        let undone = take_back(&app, &app.agent(1)).await.unwrap();
        assert_eq!((undone.operation, undone.tickets[0].status), ("call", Status::Waiting));
        assert_eq!(app.waiting(queue), ["A-001", "A-002", "A-003"], "back at its place");

        // Each step: what is done to whom, the operation's name, and where the ticket then stands again.
        macro_rules! and_back {
            ($ticket:expr, $name:literal, $status:ident, |$line:ident, $tx:ident| $op:expr) => {{
                let before = app.waiting(queue);
                app.act(&app.agent(1), move |$line, $tx| $op.map(|_| ())).await.unwrap();
                let undone = take_back(&app, &app.agent(1)).await.unwrap();
                assert_eq!(undone.operation, $name);
                assert_eq!(
                    undone.tickets.last().map(|t| (t.id, t.status)),
                    Some(($ticket.id, Status::$status))
                );
                assert_eq!(app.waiting(queue), before, "after {}", $name);
            }};
        }
        and_back!(c, "park", Waiting, |line, tx| park::park(line, tx, c.id, 5));
        and_back!(a, "postpone", Waiting, |line, tx| {
            place::postpone(line, tx, a.id, &Postpone { places: Some(1), minutes: None })
        });
        and_back!(c, "move", Waiting, |line, tx| {
            let first = place::Move { position: Some(1), reason: "frail".into(), ..Default::default() };
            place::move_to(line, tx, c.id, &first)
        });
        and_back!(b, "cancel", Waiting, |line, tx| cancel::cancel(line, tx, b.id, None));
        and_back!(b, "reprioritise", Waiting, |line, tx| {
            place::reprioritise(
                line,
                tx,
                b.id,
                &Reprioritise { class: "vip".into(), reason: Some("x".into()) },
            )
        });
        app.next(&app.agent(1), counter).await.unwrap();
        and_back!(a, "skip", Called, |line, tx| place::skip(line, tx, a.id, &Skip::default()));
        and_back!(a, "mark_no_show", Called, |line, tx| place::mark_no_show(line, tx, a.id));
        and_back!(a, "start_service", Called, |line, tx| serve::start(line, tx, a.id));
        app.act(&app.agent(1), move |line, tx| serve::start(line, tx, a.id)).await.unwrap();
        and_back!(a, "pause", Serving, |line, tx| serve::pause(line, tx, a.id));
        and_back!(a, "wrap_up", Serving, |line, tx| {
            close::close(line, tx, a.id, &close::Close { wrap_up: Some(true), ..Default::default() })
        });
        and_back!(a, "close", Serving, |line, tx| close::close(line, tx, a.id, &close::Close::default()));
        let second = app.counter(&[queue], 1).await;
        and_back!(a, "transfer", Serving, |line, tx| {
            let to = transfer::Transfer { counter_id: Some(second), ..Default::default() };
            transfer::transfer(line, tx, a.id, &to)
        });
        app.act(&app.agent(1), move |line, tx| park::park(line, tx, c.id, 5)).await.unwrap();
        and_back!(c, "unpark", Parked, |line, tx| park::unpark(line, tx, c.id));
        let line = app.line.live().line(queue).unwrap();
        let line = line.lock();
        assert_eq!((line.day.served, line.day.no_shows), (0, 0), "the figures went back, too");
        assert_eq!((line.day.waits.len(), line.day.services.len()), (1, 0));
    });
}

#[test]
fn it_is_refused_too_late_twice_and_once_things_moved_on() {
    on_engines(|app| async move {
        let (queue, counter, [a, b, _]) = at_work(&app).await;
        assert_eq!(take_back(&app, &app.agent(2)).await.unwrap_err().code(), "nothing_to_undo");
        app.hands.advance(SignedDuration::from_secs(61));
        assert_eq!(take_back(&app, &app.agent(1)).await.unwrap_err().code(), "undo_too_late");
        app.act(&app.agent(1), move |line, tx| serve::start(line, tx, a.id)).await.unwrap();
        app.act(&app.agent(2), move |line, tx| serve::pause(line, tx, a.id)).await.unwrap();
        assert_eq!(
            take_back(&app, &app.agent(1)).await.unwrap_err().code(),
            "undo_moved_on",
            "somebody else went on"
        );
        app.close(&app.agent(1), a.id).await.unwrap();
        let called = app.next(&app.agent(2), counter).await.unwrap().unwrap();
        assert_eq!(called.id, b.id);
        assert_eq!(
            take_back(&app, &app.agent(1)).await.unwrap_err().code(),
            "undo_moved_on",
            "the counter is full"
        );
        take_back(&app, &app.agent(2)).await.unwrap();
        assert_eq!(take_back(&app, &app.agent(2)).await.unwrap_err().code(), "nothing_to_undo");
        take_back(&app, &app.agent(1)).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-002", "A-003"]);
    });
}

#[test]
fn what_happens_beside_an_action_does_not_keep_it_from_being_taken_back() {
    on_engines(|app| async move {
        let (queue, counter, [a, b, _]) = at_work(&app).await;
        app.act(&app.agent(2), move |line, tx| note::seen(line, tx, a.id, true)).await.unwrap();
        app.act(&app.agent(2), move |line, tx| presence::open_page(line, tx, a.id)).await.unwrap();
        app.act(&app.agent(2), move |line, tx| call::recall(line, tx, a.id)).await.unwrap();
        app.act(&app.agent(2), move |line, tx| note::note(line, tx, a.id, "deaf")).await.unwrap();
        let name = Edit { customer_name: Change::Set("Ana".into()), ..Edit::default() };
        app.act(&app.agent(2), move |line, tx| note::edit(line, tx, a.id, name.clone())).await.unwrap();
        app.act(&app.agent(2), move |line, tx| note::reprint(line, tx, a.id)).await.unwrap();
        let undone = take_back(&app, &app.agent(1)).await.unwrap();
        let t = &undone.tickets[0];
        assert_eq!((undone.operation, t.status, t.recalls), ("call", Status::Waiting, 0));
        assert_eq!((t.customer_name.as_deref(), t.recalled_at), (Some("Ana"), None), "what was said stays");
        assert_eq!(app.waiting(queue)[0], a.number);
        assert_eq!(app.next(&app.agent(1), counter).await.unwrap().map(|t| t.id), Some(a.id));
        app.act(&app.agent(1), move |line, tx| place::skip(line, tx, a.id, &Skip::default())).await.unwrap();
        assert!(app.act(&app.agent(1), move |line, tx| presence::ask(line, tx, a.id)).await.unwrap());
        assert_eq!(take_back(&app, &app.agent(1)).await.unwrap().operation, "skip");
        app.close(&app.agent(1), a.id).await.unwrap();
        app.act(&app.agent(1), move |line, tx| park::park(line, tx, b.id, 5)).await.unwrap();
        app.act(&app.agent(2), move |line, tx| park::unpark(line, tx, b.id)).await.unwrap();
        let late = take_back(&app, &app.agent(1)).await.unwrap_err();
        assert_eq!(late.code(), "undo_moved_on", "somebody brought it back already");
    });
}

#[test]
fn a_restart_forgets_nothing_of_the_last_minute() {
    on_engines(|app| async move {
        let (queue, counter, [a, b, _]) = at_work(&app).await;
        app.hands.advance(SignedDuration::from_secs(10));
        let turn = app
            .act(&app.agent(1), move |line, tx| {
                close::complete_and_call_next(line, tx, counter, None, &close::Close::default())
            })
            .await
            .unwrap();
        assert_eq!(turn.called.map(|t| t.id), Some(b.id));
        app.act(&app.agent(2), move |line, tx| serve::start(line, tx, b.id)).await.unwrap();
        app.hands.advance(SignedDuration::from_secs(30));
        let again = app.reopened().await;
        let late = take_back(&again, &again.agent(1)).await.unwrap_err();
        assert_eq!(late.code(), "undo_moved_on", "somebody else began to serve it");
        app.act(&again.agent(1), move |line, tx| serve::pause(line, tx, b.id)).await.unwrap();
        let again = again.reopened().await;
        let undone = take_back(&again, &again.agent(1)).await.unwrap();
        assert_eq!(
            (undone.operation, undone.tickets[0].id),
            ("pause", b.id),
            "the last action, not the one before"
        );
        let again = again.reopened().await;
        assert_eq!(take_back(&again, &again.agent(1)).await.unwrap_err().code(), "nothing_to_undo");
        again.close(&again.agent(1), b.id).await.unwrap();
        again.hands.advance(SignedDuration::from_secs(59));
        let again = again.reopened().await;
        assert_eq!(take_back(&again, &again.agent(1)).await.unwrap().operation, "close");
        again.close(&again.agent(1), b.id).await.unwrap();
        again.hands.advance(SignedDuration::from_secs(61));
        let again = again.reopened().await;
        assert_eq!(take_back(&again, &again.agent(1)).await.unwrap_err().code(), "nothing_to_undo");
        assert_eq!(again.waiting(queue), ["A-003"]);
        assert_eq!(again.line.live().ticket(a.id), None);
    });
}

#[test]
fn both_tickets_of_one_action_go_back_after_a_restart() {
    on_engines(|app| async move {
        let (queue, counter, [a, b, _]) = at_work(&app).await;
        app.act(&app.agent(1), move |line, tx| {
            close::complete_and_call_next(line, tx, counter, None, &close::Close::default())
        })
        .await
        .unwrap();
        let again = app.reopened().await;
        let undone = take_back(&again, &again.agent(1)).await.unwrap();
        assert_eq!(undone.operation, "complete_and_call_next");
        let back: Vec<_> = undone.tickets.iter().map(|t| (t.id, t.status)).collect();
        assert_eq!(back, [(b.id, Status::Waiting), (a.id, Status::Called)]);
        assert_eq!(again.waiting(queue), ["A-002", "A-003"]);
    });
}

#[test]
fn what_was_done_on_one_node_is_taken_back_on_the_other() {
    on_engines(|app| async move {
        let Some(other) = app.beside().await else { return };
        let (queue, _, [a, ..]) = at_work(&app).await;
        let (id, who) = (a.id, app.agent(1));
        until("the other node knows of the call", async || {
            other.line.live().ticket(id).is_some_and(|t| t.status == Status::Called)
        })
        .await;
        let undone = take_back(&other, &who).await.unwrap();
        assert_eq!((undone.operation, undone.tickets[0].id), ("call", id));
        until("the first node knows that it was taken back", async || app.waiting(queue).len() == 3).await;
        assert_eq!(take_back(&app, &who).await.unwrap_err().code(), "nothing_to_undo");
    });
}

/// Takes back this and nothing else.
async fn take_back_this(
    node: &App,
    who: &usher_kernel::Ctx,
    operation: &str,
    ticket: TicketId,
) -> Result<Undone, usher_queueing::Error> {
    let meant = LastAction { operation: Some(operation.to_owned()), ticket_id: Some(ticket) };
    node.act(who, move |line, tx| undo_this(line, tx, &meant)).await
}

#[test]
fn who_names_what_they_take_back_takes_back_nothing_else() {
    on_engines(|app| async move {
        let (_, counter, [a, b, _]) = at_work(&app).await;
        for (operation, ticket) in [("close", a.id), ("call", b.id)] {
            let no = take_back_this(&app, &app.agent(1), operation, ticket).await.unwrap_err();
            assert_eq!(no.code(), "undo_moved_on");
            assert!(no.to_string().contains("call of A-001"), "{no}");
        }
        let undone = take_back_this(&app, &app.agent(1), "call", a.id).await.unwrap();
        assert_eq!((undone.operation, undone.tickets[0].id), ("call", a.id));

        // What one has done on one node and takes back on another, which may not have heard of it yet: that, or nothing.
        let Some(other) = app.beside().await else { return };
        app.next(&app.agent(1), counter).await.unwrap();
        app.act(&app.agent(1), move |line, tx| serve::start(line, tx, a.id)).await.unwrap();
        for _ in 0..5 {
            app.act(&app.agent(1), move |line, tx| serve::pause(line, tx, a.id)).await.unwrap();
            until("the other node knows that the service is interrupted", async || {
                other.line.live().ticket(a.id).is_some_and(|t| t.status == Status::Paused)
            })
            .await;
            app.act(&app.agent(1), move |line, tx| park::park(line, tx, b.id, 5)).await.unwrap();
            match take_back_this(&other, &app.agent(1), "park", b.id).await {
                Ok(undone) => assert_eq!((undone.operation, undone.tickets[0].id), ("park", b.id)),
                Err(behind) => {
                    // It knows of the action before, or of none yet; either way it takes back nothing.
                    assert!(["undo_moved_on", "nothing_to_undo"].contains(&behind.code()), "{behind}");
                    take_back_this(&app, &app.agent(1), "park", b.id).await.unwrap();
                }
            }
            let still = app.act(&app.manager(), move |line, tx| line.ticket_in(tx, a.id)).await.unwrap();
            assert_eq!(still.status, Status::Paused, "what was done before stays");
            app.act(&app.agent(1), move |line, tx| serve::resume(line, tx, a.id)).await.unwrap();
        }
    });
}

#[test]
fn the_next_step_of_a_visit_goes_back_with_the_one_before() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let a = app.queue("Deposit", "A", &[deposit], QueueInput::default()).await;
        let b = app.queue("Loans", "B", &[loans], QueueInput::default()).await;
        let (one, two) = (app.counter(&[a], 1).await, app.counter(&[b], 1).await);
        let visit = Issue { service_ids: vec![deposit, loans], ..Issue::default() };
        let first = app.issue_as(&app.agent(1), visit).await.unwrap();
        app.next(&app.agent(1), one).await.unwrap();
        app.close(&app.agent(1), first.id).await.unwrap();
        assert_eq!(app.waiting(b), ["B-001"]);
        let again = app.reopened().await;
        let undone = take_back(&again, &again.agent(1)).await.unwrap();
        assert_eq!(undone.operation, "close");
        assert!(again.waiting(b).is_empty(), "the next step is taken out again");
        let figures = |app: &App| app.line.live().line(b).unwrap().lock().day.clone();
        assert_eq!(figures(&again).issued, 0);
        assert_eq!(figures(&again.reopened().await), figures(&again), "also for who starts after it");
        let done = again.close(&again.agent(1), first.id).await.unwrap();
        assert_eq!(again.waiting(b), ["B-002"], "and issued anew");
        again.next(&again.agent(2), two).await.unwrap();
        let late = take_back(&again, &again.agent(1)).await.unwrap_err();
        assert_eq!(late.code(), "undo_moved_on", "the next step was called");
        let twice = again
            .act(&again.agent(1), move |line, tx| {
                visit::continue_visit(line, tx, done.id, &Default::default())
            })
            .await
            .unwrap_err();
        assert_eq!(twice.code(), "visit_went_on");
    });
}
