//! Who waits for one counter alone is never left behind by what becomes of line or counter.

use usher_db::Tx;
use usher_kernel::Change;
use usher_queueing::model::live::Caller;
use usher_queueing::model::queue::QueueStatus;
use usher_queueing::model::rule::{RuleEvent, Then};
use usher_queueing::model::{CounterId, CounterStatus, QueueId, Ticket, TicketId};
use usher_queueing::ops::configure::{
    CounterInput, QueueInput, RuleInput, archive_counter, create_rule, update_counter, update_queue,
};
use usher_queueing::ops::{agent, cancel, park, place, transfer, undo};
use usher_queueing::{Error, Queueing};

use crate::app::{App, on_engines};

/// Two lines with a counter each, and one counter that serves both.
struct Hall {
    one: QueueId,
    two: QueueId,
    at_one: CounterId,
    at_two: CounterId,
    at_both: CounterId,
}

async fn hall(app: &App) -> Hall {
    let service = app.service("Deposit").await;
    let one = app.queue("One", "A", &[service], QueueInput::default()).await;
    let two = app.queue("Two", "B", &[service], QueueInput::default()).await;
    let (at_one, at_two) = (app.counter(&[one], 1).await, app.counter(&[two], 1).await);
    Hall { one, two, at_one, at_two, at_both: app.counter(&[one, two], 1).await }
}

async fn send(app: &App, id: TicketId, to: transfer::Transfer) -> Result<Ticket, Error> {
    app.act(&app.manager(), move |line, tx| transfer::transfer(line, tx, id, &to)).await
}

async fn to_counter(app: &App, id: TicketId, counter: CounterId) -> Ticket {
    send(app, id, transfer::Transfer { counter_id: Some(counter), ..Default::default() }).await.unwrap()
}

async fn shift(app: &App, id: TicketId, queue: QueueId) -> Ticket {
    let to = place::Move { queue_id: Some(queue), reason: "shorter".into(), ..Default::default() };
    app.act(&app.manager(), move |line, tx| place::move_to(line, tx, id, &to)).await.unwrap()
}

async fn called(app: &App, counter: CounterId) -> Option<TicketId> {
    app.next(&app.manager(), counter).await.unwrap().map(|t| t.id)
}

#[test]
fn whoever_is_moved_waits_for_a_counter_only_where_it_serves_the_line() {
    on_engines(|app| async move {
        let hall = hall(&app).await;
        let (a, b) = (app.issue(hall.one).await, app.issue(hall.one).await);
        to_counter(&app, a.id, hall.at_one).await;
        to_counter(&app, b.id, hall.at_both).await;
        assert_eq!(shift(&app, a.id, hall.two).await.target_counter_id, None);
        assert_eq!(shift(&app, b.id, hall.two).await.target_counter_id, Some(hall.at_both));
        assert_eq!(called(&app, hall.at_two).await, Some(a.id));
        assert_eq!(called(&app, hall.at_both).await, Some(b.id));
    });
}

#[test]
fn a_rule_that_sends_elsewhere_does_not_keep_the_counter() {
    on_engines(|app| async move {
        let hall = hall(&app).await;
        let to_two = RuleInput {
            event: Some(RuleEvent::Transfer),
            condition: Some("true".into()),
            then: Some(Then { queue_id: Some(hall.two), ..Then::default() }),
            ..RuleInput::default()
        };
        app.act(&app.manager(), move |line, tx| create_rule(line, tx, &to_two)).await.unwrap();
        let t = app.issue(hall.one).await;
        let sent = to_counter(&app, t.id, hall.at_one).await;
        assert_eq!((sent.queue_id, sent.target_counter_id), (hall.two, None));
        assert_eq!(called(&app, hall.at_two).await, Some(t.id));
    });
}

#[test]
fn a_counter_that_is_no_more_lets_its_people_go_to_the_others() {
    on_engines(|app| async move {
        let hall = hall(&app).await;
        let extra = app.counter(&[hall.one], 1).await;
        let tickets = [app.issue(hall.one).await, app.issue(hall.one).await, app.issue(hall.one).await];
        for t in &tickets {
            to_counter(&app, t.id, extra).await;
        }
        let [a, parked, left] = tickets.map(|t| t.id);
        app.act(&app.manager(), move |line, tx| park::park(line, tx, parked, 10)).await.unwrap();
        app.act(&app.manager(), move |line, tx| cancel::leave(line, tx, left)).await.unwrap();
        app.act(&app.manager(), move |line, tx| archive_counter(line, tx, extra)).await.unwrap();
        assert_eq!(called(&app, hall.at_one).await, Some(a), "who waits");
        app.act(&app.manager(), move |line, tx| park::unpark(line, tx, parked)).await.unwrap();
        app.act(&app.manager(), move |line, tx| cancel::undo_leave(line, tx, left)).await.unwrap();
        app.close(&app.manager(), a).await.unwrap();
        assert_eq!(called(&app, hall.at_one).await, Some(parked), "who was away");
        app.close(&app.manager(), parked).await.unwrap();
        assert_eq!(called(&app, hall.at_one).await, Some(left), "who had left and came back");
        let kinds = app
            .act(&app.manager(), move |line, tx| {
                let tenant = line.ticket_in(tx, a)?.tenant_id;
                Ok(usher_events::history(tx, tenant, ("ticket", a.uuid()), None, 10)?)
            })
            .await
            .unwrap();
        assert!(kinds.iter().any(|record| record.event.kind == "ticket.released"));
    });
}

#[test]
fn a_counter_that_loses_a_line_lets_its_people_there_go() {
    on_engines(|app| async move {
        let hall = hall(&app).await;
        let (a, b) = (app.issue(hall.one).await, app.issue(hall.two).await);
        let missed = app.issue(hall.one).await;
        for t in [&a, &b, &missed] {
            to_counter(&app, t.id, hall.at_both).await;
        }
        assert_eq!(called(&app, hall.at_both).await, Some(a.id));
        let only_two = CounterInput { queue_ids: Some(vec![hall.two]), ..CounterInput::default() };
        let counter = hall.at_both;
        app.act(&app.manager(), move |line, tx| update_counter(line, tx, counter, &only_two, None))
            .await
            .unwrap();
        assert_eq!(called(&app, hall.at_one).await, Some(missed.id), "the other counter may call it now");
        app.close(&app.manager(), missed.id).await.unwrap();
        app.act(&app.manager(), move |line, tx| place::skip(line, tx, a.id, &Default::default()))
            .await
            .unwrap();
        assert_eq!(called(&app, hall.at_one).await, Some(a.id), "who was in its hands and goes back");
        assert_eq!(called(&app, hall.at_two).await, None, "{} still waits for it", b.number);
        assert_eq!(called(&app, hall.at_both).await, Some(b.id));
    });
}

#[test]
fn what_is_taken_back_does_not_bring_back_a_counter_that_is_no_more() {
    on_engines(|app| async move {
        let hall = hall(&app).await;
        let extra = app.counter(&[hall.one], 1).await;
        let t = app.issue(hall.one).await;
        to_counter(&app, t.id, extra).await;
        shift(&app, t.id, hall.two).await;
        app.act(&app.manager(), move |line, tx| archive_counter(line, tx, extra)).await.unwrap();
        let undone = app.act(&app.manager(), undo::undo).await.unwrap();
        assert_eq!((undone.operation, undone.tickets[0].queue_id), ("move", hall.one));
        assert_eq!(called(&app, hall.at_one).await, Some(t.id));
    });
}

#[test]
fn a_line_that_takes_nobody_takes_nobody_from_another_line_either() {
    on_engines(|app| async move {
        let hall = hall(&app).await;
        let (a, b) = (app.issue(hall.one).await, app.issue(hall.one).await);
        let set = async |change: QueueInput| {
            let two = hall.two;
            app.act(&app.manager(), move |line, tx| update_queue(line, tx, two, &change, None))
                .await
                .unwrap();
        };
        let over = |keep| transfer::Transfer {
            queue_id: Some(hall.two),
            keep_number: Some(keep),
            ..Default::default()
        };
        for keep in [true, false] {
            set(QueueInput { status: Some(QueueStatus::Paused), ..QueueInput::default() }).await;
            assert_eq!(send(&app, a.id, over(keep)).await.unwrap_err().code(), "queue_paused");
            let full = QueueInput {
                status: Some(QueueStatus::Active),
                max_active_tickets: Change::Set(1),
                ..QueueInput::default()
            };
            set(full).await;
            let there = app.issue(hall.two).await;
            assert_eq!(send(&app, a.id, over(keep)).await.unwrap_err().code(), "queue_full");
            app.act(&app.manager(), move |line, tx| cancel::cancel(line, tx, there.id, None)).await.unwrap();
        }
        assert_eq!(send(&app, a.id, over(true)).await.unwrap().queue_id, hall.two, "now there is room");
        assert_eq!(send(&app, b.id, over(true)).await.unwrap_err().code(), "queue_full");
    });
}

async fn shut(app: &App, counter: CounterId) {
    let shut =
        move |line: &Queueing, tx: &mut Tx<'_>| agent::set_counter(line, tx, counter, CounterStatus::Closed);
    app.act(&app.manager(), shut).await.unwrap();
}

#[test]
fn whoever_waits_for_one_counter_is_told_of_that_counter() {
    on_engines(|app| async move {
        let hall = hall(&app).await;
        let mut people = Vec::new();
        for _ in 0..7 {
            people.push(app.issue(hall.one).await);
        }
        // The third and the last wait for one counter, the second for the other.
        to_counter(&app, people[1].id, hall.at_both).await;
        to_counter(&app, people[2].id, hall.at_one).await;
        to_counter(&app, people[6].id, hall.at_one).await;
        let view = async |n: usize| {
            let id = people[n].id;
            app.act(&app.manager(), move |line, tx| {
                let (t, config) = (line.ticket_in(tx, id)?, line.config(tx)?);
                let queue = config.queue(t.queue_id).unwrap();
                let service = config.service(t.service_id).unwrap();
                let view = line.view(&config, queue, service, Some(t.key()), tx.now());
                Ok::<_, Error>((view.people_ahead, view.open_counters))
            })
            .await
            .unwrap()
        };
        let whole = view(5).await;
        assert_eq!(whole, (5, 2), "both counters, one of which may call each");
        let last = app.line.live().ticket(people[6].id).unwrap();
        let caller = Caller { counter_id: hall.at_one, agent_id: None, lacks: Vec::new() };
        let line = app.line.live().line(hall.one).unwrap();
        let (shared, own) = line.lock().expected_at((last.rank, last.id), &caller);
        assert_eq!((shared, own), (4, 1));
        assert_eq!(view(6).await, (1 + 2, 1), "half of those whom both may call");
        shut(&app, hall.at_one).await;
        assert_eq!(view(6).await.1, 0, "nobody serves them, though the other counter is open");
        assert_eq!(view(5).await, (4, 1), "all but the one who waits for the closed counter");
    });
}
