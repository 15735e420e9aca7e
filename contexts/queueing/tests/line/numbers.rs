//! No two living tickets of a site have one number, and no kiosk prints one that somebody has.

use usher_kernel::Change;
use usher_queueing::Error;
use usher_queueing::model::queue::Reset;
use usher_queueing::model::{Queue, QueueId, Ticket, TicketId};
use usher_queueing::ops::configure::{QueueInput, archive_queue, update_queue};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::undo::undo;
use usher_queueing::ops::{cancel, lease, place, transfer};

use crate::app::{App, on_engines};
use crate::offline::{leased, printed, upload, words};
use crate::timed::open_until;

/// A line whose numbers end early.
async fn short(app: &App, last: i64) -> QueueId {
    let service = app.service("Deposit").await;
    let more = QueueInput { last_number: Some(last), ..QueueInput::default() };
    app.queue("Deposit", "A", &[service], more).await
}

async fn leave(app: &App, id: TicketId) {
    app.act(&app.manager(), move |line, tx| cancel::leave(line, tx, id)).await.unwrap();
}

/// The ticket of a line that has a number.
fn in_line(app: &App, queue: QueueId, number: &str) -> TicketId {
    let line = app.line.live().line(queue).unwrap();
    let line = line.lock();
    line.waiting().find(|t| t.number == number).unwrap().id
}

/// So many tickets, one after the other.
async fn issued(app: &App, queue: QueueId, count: usize) -> Vec<Ticket> {
    let mut tickets = Vec::new();
    for _ in 0..count {
        tickets.push(app.issue(queue).await);
    }
    tickets
}

/// Why there is no further number.
async fn refused(app: &App, queue: QueueId) -> &'static str {
    let wanted = Issue { queue_id: Some(queue), ..Issue::default() };
    app.issue_as(&app.manager(), wanted).await.unwrap_err().code()
}

#[test]
fn a_kiosk_gets_no_number_that_still_lives() {
    on_engines(|app| async move {
        let queue = short(&app, 5).await;
        let tickets = issued(&app, queue, 5).await;
        for n in [0, 1, 3, 4] {
            leave(&app, tickets[n].id).await;
        }
        assert_eq!(app.issue(queue).await.number, "A-001", "the range has begun anew, and A-003 waits");
        assert_eq!(leased(&app, queue, 4).await.numbers, ["A-002"], "a block has no hole");
        let behind = leased(&app, queue, 3).await;
        assert_eq!((behind.first, behind.last), (4, 5));
        assert_eq!(behind.numbers, ["A-004", "A-005"]);
        let none = app.act(&app.manager(), move |line, tx| lease::lease(line, tx, queue, 1, None)).await;
        assert_eq!(none.unwrap_err().code(), "numbers_exhausted");

        // What a kiosk prints of it stands in the line where the block was given out.
        let service = app.first_service().await;
        let told = upload(&app, &behind, &[printed(&app, service, 4)]).await;
        assert_eq!(words(&told), [(4, "taken in")]);
        assert_eq!(app.waiting(queue), ["A-003", "A-001", "A-004"]);

        // The next day begins with all of them in line.
        app.wait(24 * 60);
        assert_eq!(leased(&app, queue, 5).await.numbers, ["A-002"]);
        assert_eq!(leased(&app, queue, 5).await.numbers, ["A-005"]);
    });
}

#[test]
fn nobody_gets_a_number_that_a_kiosk_may_still_print() {
    on_engines(|app| async move {
        let queue = short(&app, 3).await;
        let service = app.first_service().await;
        let first = app.issue(queue).await;
        let block = leased(&app, queue, 2).await;
        assert_eq!(block.numbers, ["A-002", "A-003"]);
        leave(&app, first.id).await;
        let again = app.issue(queue).await;
        assert_eq!((again.number.as_str(), again.cycle), ("A-001", 1));
        assert_eq!(refused(&app, queue).await, "numbers_exhausted", "the kiosk has the other two");
        leave(&app, again.id).await;
        assert_eq!(app.issue(queue).await.number, "A-001");

        // Another kiosk gets none of them either.
        let none = app.act(&app.manager(), move |line, tx| lease::lease(line, tx, queue, 2, None)).await;
        assert_eq!(none.unwrap_err().code(), "numbers_exhausted");

        // Once it is printed and its ticket is over, a number is free again.
        upload(&app, &block, &[printed(&app, service, 2)]).await;
        assert_eq!(refused(&app, queue).await, "numbers_exhausted", "A-002 waits now");
        leave(&app, in_line(&app, queue, "A-002")).await;
        assert_eq!(app.issue(queue).await.number, "A-002");
    });
}

#[test]
fn a_number_that_went_to_another_line_lives_on_there() {
    on_engines(|app| async move {
        let queue = short(&app, 2).await;
        let service = app.first_service().await;
        let other = app.queue("Loans", "B", &[service], QueueInput::default()).await;
        let gone = app.issue(queue).await.id;
        let there =
            transfer::Transfer { queue_id: Some(other), keep_number: Some(true), ..Default::default() };
        app.act(&app.manager(), move |line, tx| transfer::transfer(line, tx, gone, &there)).await.unwrap();
        assert_eq!(app.waiting(other), ["A-001"]);
        let second = app.issue(queue).await;
        leave(&app, second.id).await;
        let again = app.issue(queue).await;
        assert_eq!((again.number.as_str(), again.cycle), ("A-002", 1), "A-001 waits in the other line");
        leave(&app, again.id).await;

        // Overnight, too; and the other line's own numbers are none of this one's.
        assert_eq!(app.issue(other).await.number, "B-001");
        app.wait(24 * 60);
        assert_eq!(app.issue(queue).await.number, "A-002");
        assert_eq!(app.issue(other).await.number, "B-002");
        leave(&app, gone).await;
        assert_eq!(app.issue(queue).await.number, "A-001");
    });
}

#[test]
fn whose_number_was_given_out_again_does_not_come_back() {
    on_engines(|app| async move {
        let queue = short(&app, 2).await;
        let counter = app.counter(&[queue], 1).await;
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        let missed = app.issue(queue).await.id;
        leave(&app, app.issue(queue).await.id).await;
        app.next(&agent, counter).await.unwrap();
        app.act(&agent, move |line, tx| place::mark_no_show(line, tx, missed)).await.unwrap();
        let again = app.issue(queue).await;
        assert_eq!((again.number.as_str(), again.cycle), ("A-001", 1));

        // Neither called back by staff, nor by taking the no-show back.
        let back = app.act(&agent, move |line, tx| place::reinstate(line, tx, missed)).await;
        assert_eq!(back.unwrap_err().code(), "number_given_out");
        assert_eq!(app.act(&agent, undo).await.unwrap_err().code(), "number_given_out");
        assert_eq!(app.waiting(queue), ["A-001"]);

        // Whoever left stays away likewise.
        leave(&app, again.id).await;
        let second = app.issue(queue).await.id;
        leave(&app, second).await;
        let numbers: Vec<String> = issued(&app, queue, 2).await.into_iter().map(|t| t.number).collect();
        assert_eq!(numbers, ["A-001", "A-002"]);
        let back = app.act(&app.manager(), move |line, tx| cancel::undo_leave(line, tx, second)).await;
        assert_eq!(back.unwrap_err().code(), "number_given_out");
    });
}

/// Gives a line another prefix.
async fn rename(app: &App, queue: QueueId, prefix: &str) -> Result<Queue, Error> {
    let change = QueueInput { prefix: Some(prefix.to_owned()), ..QueueInput::default() };
    app.act(&app.manager(), move |line, tx| update_queue(line, tx, queue, &change, None)).await
}

/// Sends a ticket into another line.
async fn send(app: &App, id: TicketId, queue: QueueId, keep_number: bool) -> Ticket {
    let there = transfer::Transfer {
        queue_id: Some(queue),
        keep_number: Some(keep_number),
        ..transfer::Transfer::default()
    };
    app.act(&app.manager(), move |line, tx| transfer::transfer(line, tx, id, &there)).await.unwrap()
}

#[test]
fn a_prefix_stays_while_somebody_has_a_number_with_it_or_a_kiosk_may_print_one() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let other = app.queue("Loans", "B", &[service], QueueInput::default()).await;
        let first = app.issue(queue).await.id;
        let no = rename(&app, queue, "X").await.unwrap_err();
        assert_eq!(no.code(), "prefix_in_use");
        assert!(no.to_string().contains("1 ticket has a number with A"), "{no}");
        send(&app, first, other, true).await;
        assert_eq!(rename(&app, queue, "X").await.unwrap_err().code(), "prefix_in_use", "it lives on there");
        leave(&app, first).await;

        let block = leased(&app, queue, 2).await;
        let no = rename(&app, queue, "X").await.unwrap_err();
        assert_eq!(no.code(), "prefix_in_use");
        assert!(no.to_string().contains("a kiosk may still print"), "{no}");
        upload(&app, &block, &[printed(&app, service, 2), printed(&app, service, 3)]).await;
        for number in ["A-002", "A-003"] {
            assert_eq!(rename(&app, queue, "X").await.unwrap_err().code(), "prefix_in_use");
            leave(&app, in_line(&app, queue, number)).await;
        }
        rename(&app, queue, "X").await.unwrap();
        assert_eq!(app.issue(queue).await.number, "X-004");
        rename(&app, other, "A").await.unwrap();
        assert_eq!(app.issue(other).await.number, "A-001");
    });
}

#[test]
fn a_line_that_takes_a_prefix_gives_out_no_number_that_lives_under_it() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let other = app.queue("Loans", "B", &[service], QueueInput::default()).await;
        let third = app.queue("Cards", "C", &[service], QueueInput::default()).await;
        for ticket in issued(&app, queue, 2).await {
            send(&app, ticket.id, other, true).await;
        }
        app.act(&app.manager(), move |line, tx| archive_queue(line, tx, queue)).await.unwrap();
        leave(&app, app.issue(third).await.id).await;
        rename(&app, third, "A").await.unwrap();
        assert_eq!(app.issue(third).await.number, "A-003", "A-002 waits in another line");
    });
}

/// A line whose numbers begin anew at closing, two of which were given out on this day, a minute before it closes.
async fn before_closing(app: &App) -> QueueId {
    let service = app.service("Deposit").await;
    let more = QueueInput { reset: Some(Reset::Closing), ..QueueInput::default() };
    let queue = app.queue("Deposit", "A", &[service], more).await;
    open_until(app, "17:00").await;
    // Berlin is an hour ahead.
    app.hands.set("2026-03-04T15:59:00Z".parse().unwrap());
    for ticket in issued(app, queue, 2).await {
        leave(app, ticket.id).await;
    }
    queue
}

#[test]
fn whoever_comes_back_into_a_series_that_has_ended_keeps_their_number_to_themselves() {
    on_engines(|app| async move {
        let queue = before_closing(&app).await;
        let counter = app.counter(&[queue], 1).await;
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        let missed = app.issue(queue).await;
        let left = app.issue(queue).await;
        assert_eq!((missed.number.as_str(), left.number.as_str()), ("A-003", "A-004"));
        app.next(&agent, counter).await.unwrap();
        let missed = missed.id;
        app.act(&agent, move |line, tx| place::mark_no_show(line, tx, missed)).await.unwrap();

        app.hands.set("2026-03-04T16:00:00Z".parse().unwrap());
        let left = left.id;
        leave(&app, left).await;
        assert_eq!(app.issue(queue).await.number, "A-001", "the next day's series");
        app.act(&agent, move |line, tx| place::reinstate(line, tx, missed)).await.unwrap();
        app.act(&app.manager(), move |line, tx| cancel::undo_leave(line, tx, left)).await.unwrap();
        let numbers: Vec<String> = issued(&app, queue, 3).await.into_iter().map(|t| t.number).collect();
        assert_eq!(numbers, ["A-002", "A-005", "A-006"]);
    });
}

#[test]
fn a_number_that_a_kiosk_printed_before_closing_is_nobody_elses_after_it() {
    on_engines(|app| async move {
        let queue = before_closing(&app).await;
        let service = app.first_service().await;
        let block = leased(&app, queue, 2).await;
        assert_eq!(block.numbers, ["A-003", "A-004"]);
        let offline = printed(&app, service, 3);
        app.hands.set("2026-03-04T16:01:00Z".parse().unwrap());
        let numbers: Vec<String> = issued(&app, queue, 3).await.into_iter().map(|t| t.number).collect();
        assert_eq!(numbers, ["A-001", "A-002", "A-005"], "the next day's series");
        assert_eq!(words(&upload(&app, &block, &[offline]).await), [(3, "taken in")]);
        assert!(app.waiting(queue).contains(&"A-003".to_owned()));
        assert_eq!(leased(&app, queue, 2).await.numbers, ["A-006", "A-007"]);
    });
}

#[test]
fn a_ticket_is_of_the_day_whose_number_it_has() {
    on_engines(|app| async move {
        let queue = before_closing(&app).await;
        let service = app.first_service().await;
        let other = app.queue("Loans", "B", &[service], QueueInput::default()).await;
        let sent = app.issue(other).await;
        assert_eq!(sent.day, "2026-03-04");
        app.hands.set("2026-03-04T16:01:00Z".parse().unwrap());
        let first = app.issue(queue).await;
        assert_eq!((first.number.as_str(), first.day.as_str()), ("A-001", "2026-03-05"));

        // The site stays open for longer: the series that has begun goes on.
        open_until(&app, "20:00").await;
        let late = app.issue(queue).await;
        assert_eq!((late.number.as_str(), late.day.as_str()), ("A-002", "2026-03-05"));
        let there = send(&app, sent.id, queue, false).await;
        assert_eq!((there.number.as_str(), there.day.as_str()), ("A-003", "2026-03-05"));
        let back = app.act(&app.manager(), undo).await.unwrap().tickets.remove(0);
        assert_eq!((back.number, back.day), (sent.number, sent.day));
        let block = leased(&app, queue, 2).await;
        assert_eq!((block.numbers.join(" "), block.day.as_str()), ("A-004 A-005".to_owned(), "2026-03-05"));

        // What one person may take a day counts likewise.
        let once = QueueInput { max_per_customer_per_day: Change::Set(1), ..QueueInput::default() };
        app.act(&app.manager(), move |line, tx| update_queue(line, tx, queue, &once, None)).await.unwrap();
        let phone = Some("+4915112345678".to_owned());
        let wanted = Issue { queue_id: Some(queue), phone, ..Issue::default() };
        app.issue_as(&app.manager(), wanted.clone()).await.unwrap();
        assert_eq!(app.issue_as(&app.manager(), wanted).await.unwrap_err().code(), "customer_limit");
    });
}
