//! What people do, from the ticket to the end.

use usher_queueing::Error;
use usher_queueing::model::machine::{Op, Status};
use usher_queueing::model::queue::{Algorithm, Reinstate};
use usher_queueing::ops::configure::QueueInput;
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::{call, cancel, close, outside, park, place, serve, transfer, undo};

use crate::app::{App, on_engines};

#[test]
fn every_statement_can_be_prepared() {
    on_engines(|app| async move {
        let ctx = app.manager();
        let failed = app
            .line
            .db()
            .read(&ctx, |read| {
                for stmt in
                    usher_queueing::statements().into_iter().filter(|s| s.text().starts_with("SELECT"))
                {
                    read.prepare(stmt)?;
                }
                Ok::<_, usher_db::DbError>(())
            })
            .await;
        assert!(failed.is_ok(), "{failed:?}");
        let written = app
            .line
            .db()
            .write(&ctx, usher_db::Lane::Tenant, |tx| {
                usher_queueing::statements().into_iter().try_for_each(|stmt| tx.prepare(stmt))
            })
            .await;
        assert!(written.is_ok(), "{written:?}");
    });
}

#[test]
fn a_walk_in_is_called_served_and_gone() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        let a = app.issue(queue).await;
        let b = app.issue(queue).await;
        assert_eq!((a.number.as_str(), b.number.as_str()), ("A-001", "A-002"));
        assert_eq!(b.issued_ahead, 1);
        assert_eq!(app.waiting(queue), ["A-001", "A-002"]);
        app.wait(4);
        let called = app.next(&agent, counter).await.unwrap().unwrap();
        assert_eq!((called.id, called.status, called.agent_id), (a.id, Status::Called, agent.actor.user()));
        let again = app.act(&agent, move |line, tx| call::recall(line, tx, a.id)).await.unwrap();
        assert_eq!(again.recalls, 1);
        app.act(&agent, move |line, tx| serve::start(line, tx, a.id)).await.unwrap();
        app.wait(3);
        app.act(&agent, move |line, tx| serve::pause(line, tx, a.id)).await.unwrap();
        app.act(&agent, move |line, tx| serve::resume(line, tx, a.id)).await.unwrap();
        let done = app.close(&agent, a.id).await.unwrap();
        assert_eq!((done.status, done.ended_at), (Status::Served, Some(app.now())));
        assert_eq!(app.waiting(queue), ["A-002"]);
        let line = app.line.live().line(queue).unwrap();
        let figures = line.lock().day.figures(Some(15.0));
        assert_eq!(figures.average_wait, 4.0);
        assert_eq!(figures.average_service, 3.0);
        assert_eq!(figures.sla_met_percent, Some(100.0));
    });
}

#[test]
fn complete_and_call_next_is_one_step_and_undo_takes_both_back() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        let (a, b) = (app.issue(queue).await, app.issue(queue).await);
        app.next(&agent, counter).await.unwrap();
        app.act(&agent, move |line, tx| serve::start(line, tx, a.id)).await.unwrap();
        let agent = app.agent(1);
        let turn = app
            .act(&agent, move |line, tx| {
                close::complete_and_call_next(line, tx, counter, None, &close::Close::default())
            })
            .await
            .unwrap();
        assert_eq!(turn.completed.map(|t| t.id), Some(a.id));
        assert_eq!(turn.called.map(|t| t.id), Some(b.id));
        app.hands.advance(usher_kernel::SignedDuration::from_secs(59));
        let undone = app.act(&app.agent(1), undo::undo).await.unwrap();
        assert_eq!(undone.operation, "complete_and_call_next");
        let states: Vec<_> = undone.tickets.iter().map(|t| (t.number.clone(), t.status)).collect();
        assert_eq!(states, [("A-002".to_owned(), Status::Waiting), ("A-001".to_owned(), Status::Serving)]);
        assert_eq!(app.waiting(queue), ["A-002"]);
        let nothing = app.act(&app.agent(1), undo::undo).await.unwrap_err();
        assert_eq!(nothing.code(), "nothing_to_undo");
    });
}

#[test]
fn skipped_missed_and_taken_back() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        for _ in 0..5 {
            app.issue(queue).await;
        }
        let first = app.next(&agent, counter).await.unwrap().unwrap();
        let two = place::Skip { places: Some(2), to_end: false };
        app.act(&agent, move |line, tx| place::skip(line, tx, first.id, &two)).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-002", "A-003", "A-001", "A-004", "A-005"]);
        let second = app.next(&agent, counter).await.unwrap().unwrap();
        let end = place::Skip { places: None, to_end: true };
        app.act(&agent, move |line, tx| place::skip(line, tx, second.id, &end)).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-003", "A-001", "A-004", "A-005", "A-002"]);
        let third = app.next(&agent, counter).await.unwrap().unwrap();
        app.act(&agent, move |line, tx| place::mark_no_show(line, tx, third.id)).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-001", "A-004", "A-005", "A-002"]);
        app.act(&agent, move |line, tx| place::reinstate(line, tx, third.id)).await.unwrap();
        assert_eq!(app.waiting(queue)[0], "A-003");
        let missed = app.next(&agent, counter).await.unwrap().unwrap();
        app.act(&agent, move |line, tx| place::mark_no_show(line, tx, missed.id)).await.unwrap();
        app.wait(61);
        let late = app.act(&agent, move |line, tx| place::reinstate(line, tx, missed.id)).await.unwrap_err();
        assert_eq!(late.code(), "reinstate_too_late");
    });
}

#[test]
fn a_customer_lets_others_go_first_parks_and_leaves() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let me = app.issue(queue).await;
        for _ in 0..3 {
            app.wait(2);
            app.issue(queue).await;
        }
        let manager = app.manager();
        let two = place::Postpone { places: Some(2), minutes: None };
        app.act(&manager, move |line, tx| place::postpone(line, tx, me.id, &two)).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-002", "A-003", "A-001", "A-004"]);
        let ten = place::Postpone { places: None, minutes: Some(10) };
        app.act(&manager, move |line, tx| place::postpone(line, tx, me.id, &ten)).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-002", "A-003", "A-004"], "away for ten minutes");
        app.act(&manager, move |line, tx| park::unpark(line, tx, me.id)).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-002", "A-003", "A-001", "A-004"], "the place is kept");
        let parked = app.act(&manager, move |line, tx| park::park(line, tx, me.id, 5)).await.unwrap();
        assert_eq!(parked.status, Status::Parked);
        assert_eq!(app.waiting(queue).len(), 3);
        app.act(&manager, move |line, tx| park::unpark(line, tx, me.id)).await.unwrap();
        app.act(&manager, move |line, tx| cancel::leave(line, tx, me.id)).await.unwrap();
        assert_eq!(app.waiting(queue).len(), 3);
        let back = app.act(&manager, move |line, tx| cancel::undo_leave(line, tx, me.id)).await.unwrap();
        assert_eq!(back.status, Status::Waiting);
        assert_eq!(app.waiting(queue), ["A-002", "A-003", "A-001", "A-004"]);
    });
}

#[test]
fn a_ticket_goes_to_another_line_and_to_one_counter_only() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let a = app.queue("Deposit", "A", &[deposit], QueueInput::default()).await;
        let b = app
            .queue(
                "Loans",
                "B",
                &[loans],
                QueueInput { transfer_keeps_number: Some(false), ..Default::default() },
            )
            .await;
        let (one, two) = (app.counter(&[a], 1).await, app.counter(&[b], 1).await);
        let agent = app.agent(1);
        let t = app.issue(a).await;
        app.next(&agent, one).await.unwrap();
        let to_b = transfer::Transfer { queue_id: Some(b), ..Default::default() };
        let moved = app.act(&agent, move |line, tx| transfer::transfer(line, tx, t.id, &to_b)).await.unwrap();
        assert_eq!(
            (moved.number.as_str(), moved.status, moved.service_id),
            ("B-001", Status::Waiting, loans)
        );
        assert_eq!(app.waiting(b), ["B-001"]);
        let to_two = transfer::Transfer { counter_id: Some(two), ..Default::default() };
        app.act(&agent, move |line, tx| transfer::transfer(line, tx, t.id, &to_two)).await.unwrap();
        let three = app.counter(&[b], 1).await;
        assert!(app.next(&agent, three).await.unwrap().is_none(), "it waits for the other counter");
        let refused = app.act(&agent, move |line, tx| call::call(line, tx, t.id, three)).await.unwrap_err();
        assert_eq!(refused.code(), "for_other_counter");
        assert_eq!(app.next(&agent, two).await.unwrap().map(|t| t.id), Some(t.id));
    });
}

#[test]
fn priority_and_due_time_decide_the_order() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let more = QueueInput { algorithm: Some(Algorithm::Priority), ..Default::default() };
        let queue = app.queue("Deposit", "A", &[service], more).await;
        let manager = app.manager();
        app.issue(queue).await;
        app.wait(8);
        let vip = Issue { queue_id: Some(queue), priority: Some("priority".into()), ..Issue::default() };
        app.issue_as(&manager, vip.clone()).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-002", "A-001"], "eight minutes are within the head start of ten");
        app.wait(3);
        app.issue_as(&manager, vip).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-002", "A-001", "A-003"], "eleven minutes are not");
        let third = app.line.live().line(queue).unwrap().lock().waiting().last().unwrap().id;
        let up = place::Reprioritise { class: "vip".into(), reason: Some("frail".into()) };
        app.act(&manager, move |line, tx| place::reprioritise(line, tx, third, &up)).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-003", "A-002", "A-001"]);
        let first = app.line.live().line(queue).unwrap().lock().waiting().last().unwrap().id;
        let to_front = place::Move { position: Some(1), reason: "came back".into(), ..Default::default() };
        app.act(&manager, move |line, tx| place::move_to(line, tx, first, &to_front)).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-001", "A-003", "A-002"]);
    });
}

#[test]
fn a_visit_goes_on_with_its_next_service() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let a = app.queue("Deposit", "A", &[deposit], QueueInput::default()).await;
        let b = app.queue("Loans", "B", &[loans], QueueInput::default()).await;
        let counter = app.counter(&[a], 1).await;
        let agent = app.agent(1);
        let input = Issue { service_ids: vec![deposit, loans], ..Issue::default() };
        let first = app.issue_as(&agent, input).await.unwrap();
        assert!(first.visit_id.is_some());
        app.next(&agent, counter).await.unwrap();
        app.close(&agent, first.id).await.unwrap();
        assert_eq!(app.waiting(b), ["B-001"]);
    });
}

#[test]
fn numbers_wrap_without_repeating_a_living_one_and_begin_anew_next_day() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let more = QueueInput { last_number: Some(3), reinstate: Some(Reinstate::End), ..Default::default() };
        let queue = app.queue("Deposit", "A", &[service], more).await;
        let counter = app.counter(&[queue], 1).await;
        let agent = app.agent(1);
        let numbers: Vec<String> = [app.issue(queue).await, app.issue(queue).await, app.issue(queue).await]
            .into_iter()
            .map(|t| t.number)
            .collect();
        assert_eq!(numbers, ["A-001", "A-002", "A-003"]);
        let full =
            app.issue_as(&agent, Issue { queue_id: Some(queue), ..Issue::default() }).await.unwrap_err();
        assert_eq!(full.code(), "numbers_exhausted");
        let first = app.next(&agent, counter).await.unwrap().unwrap();
        app.close(&agent, first.id).await.unwrap();
        let again = app.issue(queue).await;
        assert_eq!((again.number.as_str(), again.cycle > 0), ("A-001", true));
        app.wait(24 * 60);
        let second = app.next(&agent, counter).await.unwrap().unwrap();
        app.close(&agent, second.id).await.unwrap();
        assert_eq!(second.number, "A-002");
        assert_eq!(app.issue(queue).await.number, "A-002", "001 and 003 live on from yesterday");
    });
}

#[test]
fn people_outside_count_and_never_fall_below_zero() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        app.issue(queue).await;
        let manager = app.manager();
        let up = app.act(&manager, move |line, tx| outside::update(line, tx, queue, 2)).await.unwrap();
        assert_eq!((up.previous_length, up.new_length), (1, 3));
        let down = app.act(&manager, move |line, tx| outside::update(line, tx, queue, -9)).await.unwrap();
        assert_eq!((down.previous_length, down.new_length), (3, 1));
    });
}

#[test]
fn the_memory_rebuilt_from_the_database_is_the_memory_that_followed_the_events() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        for _ in 0..6 {
            app.issue(queue).await;
            app.wait(1);
        }
        let first = app.next(&agent, counter).await.unwrap().unwrap();
        app.close(&agent, first.id).await.unwrap();
        let second = app.next(&agent, counter).await.unwrap().unwrap();
        app.act(&agent, move |line, tx| place::skip(line, tx, second.id, &place::Skip::default()))
            .await
            .unwrap();
        app.next(&agent, counter).await.unwrap();
        let again = app.reopened().await;
        assert_eq!(again.waiting(queue), app.waiting(queue));
        let (old, new) = (app.line.live().line(queue).unwrap(), again.line.live().line(queue).unwrap());
        assert_eq!(new.lock().day.served, old.lock().day.served);
        assert_eq!(new.lock().day.issued, old.lock().day.issued);
        let holding = |app: &App| app.line.live().seats.lock().counters[&counter].holding.clone();
        assert_eq!(holding(&again), holding(&app));
    });
}

#[test]
fn the_table_of_states_is_what_the_database_enforces() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        let t = app.issue(queue).await;
        let illegal = app.act(&agent, move |line, tx| serve::resume(line, tx, t.id)).await.unwrap_err();
        assert!(matches!(illegal, Error::NotAllowed { op: Op::Resume, status: Status::Waiting, .. }));
        app.next(&agent, counter).await.unwrap();
        let done = app.close(&agent, t.id).await.unwrap();
        let twice = app.close(&agent, done.id).await.unwrap_err();
        assert_eq!(twice.code(), "not_allowed_in_state");
        assert!(twice.to_string().contains("it has been served"), "{twice}");
    });
}
