//! How tickets go through a tenant's lines: who joins one, waits in it, is called out of it, is served and leaves.

use usher_queueing::model::{Cause, Channel, Status, TicketFact, class_number};

use super::learning;
use super::line::{Promise, Serving, Waiting};
use super::{Asked, Book, DECLARED};
use crate::forecaster::{Event, What};
use crate::situation::{Key, Wall};

/// Where a ticket was before an event.
enum Was {
    Waiting(Key, Waiting),
    Served(Key, Serving),
    Unknown,
}

impl Book {
    /// Something happened to a ticket. `issued` says that it was taken at this moment, for this moment.
    pub fn ticket(&mut self, issued: bool, fact: &TicketFact, at: Wall) {
        let (ticket, queue) = (Key(fact.ticket_id.uuid().as_u128()), Key(fact.queue_id.uuid().as_u128()));
        self.settle(queue, at);
        let was = self.take_out(ticket);
        let left = match &was {
            Was::Waiting(from, _) if (*from, fact.status) != (queue, Status::Waiting) => Some(*from),
            _ => None,
        };
        match (was, fact.status) {
            (Was::Served(from, _), Status::Waiting) if from == queue && is_uncalled(fact) => {
                self.uncalled(ticket, queue, fact, at);
            }
            (Was::Waiting(from, waiting), Status::Waiting) if from == queue => {
                self.insert(queue, moved(waiting, fact), fact);
            }
            (was, Status::Waiting) => {
                self.gone(&was, fact, at);
                self.join(issued, ticket, queue, fact, at);
            }
            (Was::Waiting(from, waiting), status) if status.is_held() => {
                self.called(from, waiting, fact, at);
                self.serve(ticket, queue, Serving::of(fact, at));
            }
            (Was::Served(from, serving), status) if status.is_held() => {
                let here = Serving::of(fact, at);
                let stays = Serving { counter: here.counter, ..serving };
                self.serve(ticket, queue, if from == queue { stays } else { here });
            }
            (Was::Unknown, status) if status.is_held() => self.serve(ticket, queue, Serving::of(fact, at)),
            (was, _) => self.gone(&was, fact, at),
        }
        if let Some(left) = left {
            self.tell_again(left, at);
        }
    }

    /// Takes a ticket out of where it was.
    fn take_out(&mut self, ticket: Key) -> Was {
        let Some(queue) = self.whereabouts.remove(&ticket) else { return Was::Unknown };
        let Some(line) = self.lines.get_mut(&queue) else { return Was::Unknown };
        if let Some(serving) = line.serving.remove(&ticket) {
            self.counters.let_go(serving.counter, ticket);
            return Was::Served(queue, serving);
        }
        match line.remove(ticket) {
            Some(waiting) => {
                let crowd = self.crowds.entry(line.site).or_default();
                *crowd = crowd.saturating_sub(1);
                Was::Waiting(queue, waiting)
            }
            None => Was::Unknown,
        }
    }

    pub(super) fn insert(&mut self, queue: Key, waiting: Waiting, fact: &TicketFact) {
        let site = Key(fact.site_id.uuid().as_u128());
        self.whereabouts.insert(waiting.ticket, queue);
        *self.crowds.entry(site).or_default() += 1;
        let line = self.lines.entry(queue).or_default();
        line.site = site;
        line.insert(waiting);
    }

    fn serve(&mut self, ticket: Key, queue: Key, serving: Serving) {
        self.whereabouts.insert(ticket, queue);
        self.counters.hold(serving.counter, ticket);
        self.lines.entry(queue).or_default().serving.insert(ticket, serving);
    }

    /// Somebody joins a line: with a new ticket, or back from elsewhere.
    pub(super) fn join(&mut self, issued: bool, ticket: Key, queue: Key, fact: &TicketFact, at: Wall) {
        let (service, site) = (Key(fact.service_id.uuid().as_u128()), Key(fact.site_id.uuid().as_u128()));
        let line = self.lines.entry(queue).or_default();
        line.site = site;
        let waiting = f64::from(line.len()) + line.outside();
        let ahead = self.before(queue, service, (fact.rank, ticket));
        let staffing = self.staffing(queue, service);
        let counters = f64::from(staffing.open);
        let asked = Asked {
            now: at,
            live: true,
            site,
            queue,
            service,
            class: class_number(&fact.class),
            ahead,
            others: self.others_first(queue, service, ahead),
            waiting,
            in_line: false,
            counters: counters.max(1.0),
            free: f64::from(staffing.free),
            declared: self.declared.get(&service).copied().unwrap_or(DECLARED),
        };
        // Who comes at a time of their own, comes back or waits for one of the counters does not simply wait for their turn.
        let bond = bond(fact);
        let simply = issued && fact.channel != Channel::Appointment && counters > 0.0 && bond == (None, None);
        let told = simply.then(|| Promise::of(self.tell(&asked)));
        self.forecaster.observe(&Event { at, queue, site, what: What::Joined { counters } });
        // Who was sent back, comes back or was taken back came before; a ticket that was printed offline did so some time ago.
        let elsewhere = fact.from_queue_id.is_some_and(|from| from != fact.queue_id) && fact.undone.is_none();
        if let Some(line) = self.lines.get_mut(&queue).filter(|_| issued || elsewhere) {
            line.arrivals.note(at, service, asked.class);
        }
        let waiting = Waiting {
            rank: fact.rank,
            ticket,
            service,
            class: asked.class,
            since: at,
            places: ahead,
            silent: fact.presence.is_some_and(|presence| presence.silent),
            target: bond.0,
            for_agent: bond.1,
            told,
            again: Vec::new(),
        };
        self.insert(queue, waiting, fact);
    }

    /// Somebody left a line, or a counter.
    fn gone(&mut self, was: &Was, fact: &TicketFact, at: Wall) {
        let site = Key(fact.site_id.uuid().as_u128());
        let (queue, what) = match was {
            Was::Waiting(queue, _) => (*queue, learning::out(fact)),
            Was::Served(queue, serving) => {
                // Taken back or put back: no service has ended. Forgotten until the day was over: nobody knows when.
                let ended =
                    fact.undone.is_none() && fact.status != Status::Waiting || fact.from_queue_id.is_some();
                if !ended || fact.cause == Some(Cause::Expired) {
                    return;
                }
                let minutes = at.minutes_since(serving.since);
                (*queue, What::Finished { service: serving.service, minutes })
            }
            Was::Unknown => return,
        };
        self.forecaster.observe(&Event { at, queue, site, what });
    }
}

/// Whether an event takes a call back.
fn is_uncalled(fact: &TicketFact) -> bool {
    fact.undone.as_deref() == Some("ticket.called")
}

/// The only counter and the only member of staff that may call somebody.
fn bond(fact: &TicketFact) -> (Option<Key>, Option<Key>) {
    let target = fact.target_counter_id.map(|counter| Key(counter.uuid().as_u128()));
    (target, fact.for_agent_id.map(|agent| Key(agent.uuid().as_u128())))
}

/// Somebody who stays in their line, at the place that the event says. Who was moved, sent to one of the counters or waits
/// for another service now does not simply wait any more.
pub(super) fn moved(mut waiting: Waiting, fact: &TicketFact) -> Waiting {
    let service = Key(fact.service_id.uuid().as_u128());
    (waiting.target, waiting.for_agent) = bond(fact);
    if waiting.rank != fact.rank || waiting.is_bound() || waiting.service != service {
        waiting.told = None;
        waiting.again.clear();
    }
    (waiting.rank, waiting.service) = (fact.rank, service);
    waiting.class = class_number(&fact.class);
    waiting.silent = fact.presence.is_some_and(|presence| presence.silent);
    waiting
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Serves;

    const LINE: Key = Key(1);
    /// The half-hour that begins at nine.
    const NINE: usize = 18;

    fn at(minute: i64) -> Wall {
        Wall(20_000 * 86_400 + 9 * 3600 + minute * 60)
    }

    /// Something happens to a ticket of the line, so many minutes after nine; `more` says how it differs from others.
    fn happens(book: &mut Book, issued: bool, ticket: u128, status: &str, minute: i64, more: &Value) {
        let id = |number: u128| uuid::Uuid::from_u128(number).to_string();
        let mut fact = json!({
            "ticket_id": id(ticket), "number": "A-001", "queue_id": id(LINE.0), "service_id": id(2), "site_id": id(3),
            "status": status, "rank": i64::try_from(ticket).unwrap(), "entry": 0, "class": "normal", "channel": "kiosk",
            "party_size": 1, "version": 1, "issued_at": "2024-10-04T09:00:00Z",
        });
        fact.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        book.ticket(issued, &serde_json::from_value(fact).unwrap(), at(minute));
    }

    /// How many come between nine and half past, once that is over.
    fn expected(book: &mut Book) -> f64 {
        happens(book, true, 999, "waiting", 40, &json!({}));
        book.lines[&LINE].arrivals.expected(NINE)
    }

    #[test]
    fn who_comes_back_into_the_line_is_nobody_who_comes() {
        let mut book = Book::default();
        for ticket in 100..106 {
            happens(&mut book, true, ticket, "waiting", 0, &json!({}));
        }
        // Sent back, taken back after a missed call, parked and back, moved within the line, and a call taken back.
        for ticket in 100..106 {
            for (minute, status) in [
                (1, "called"),
                (2, "waiting"),
                (3, "called"),
                (4, "no_show"),
                (5, "waiting"),
                (6, "parked"),
                (7, "waiting"),
                (8, "called"),
            ] {
                happens(&mut book, false, ticket, status, minute, &json!({}));
            }
            happens(&mut book, false, ticket, "waiting", 9, &json!({ "undone": "ticket.called" }));
            let from = uuid::Uuid::from_u128(LINE.0).to_string();
            happens(&mut book, false, ticket, "called", 10, &json!({}));
            happens(&mut book, false, ticket, "waiting", 11, &json!({ "from_queue_id": from }));
        }
        assert_eq!(expected(&mut book), 6.0);
    }

    #[test]
    fn tickets_that_were_printed_offline_did_not_come_as_they_are_uploaded() {
        let mut book = Book::default();
        happens(&mut book, true, 100, "waiting", 0, &json!({}));
        for ticket in 200..260 {
            happens(&mut book, false, ticket, "waiting", 5, &json!({}));
        }
        assert_eq!(expected(&mut book), 1.0);
    }

    #[test]
    fn who_comes_from_another_line_comes_and_who_is_sent_home_again_does_not() {
        let mut book = Book::default();
        let other = uuid::Uuid::from_u128(9).to_string();
        happens(&mut book, false, 100, "waiting", 0, &json!({ "from_queue_id": other }));
        let home = json!({ "from_queue_id": other, "undone": "ticket.moved" });
        happens(&mut book, false, 101, "waiting", 0, &home);
        assert_eq!(expected(&mut book), 1.0);
    }

    #[test]
    fn who_is_away_for_a_while_has_not_left() {
        let mut book = Book::default();
        for ticket in 100..110 {
            happens(&mut book, true, ticket, "waiting", 0, &json!({}));
            happens(&mut book, false, ticket, "parked", 1, &json!({}));
        }
        assert_eq!(book.forecaster.leaving(LINE), 0.0);
        happens(&mut book, true, 110, "waiting", 2, &json!({}));
        happens(&mut book, false, 110, "cancelled", 3, &json!({ "cause": "left" }));
        assert!(book.forecaster.leaving(LINE) > 0.0);
    }

    #[test]
    fn whom_the_day_or_a_closing_sends_home_has_not_left() {
        let mut book = Book::default();
        let ends = [
            ("expired", json!({ "cause": "expired" })),
            ("cancelled", json!({ "cause": "line_closed" })),
            // The ticket counts as never issued.
            ("cancelled", json!({ "cause": "undone", "undone": "ticket.issued" })),
        ];
        for (ticket, (status, more)) in (100..).zip(&ends) {
            happens(&mut book, true, ticket, "waiting", 0, &json!({}));
            happens(&mut book, false, ticket, status, 1, more);
        }
        assert_eq!(book.forecaster.leaving(LINE), 0.0);
    }

    #[test]
    fn who_waits_for_another_service_now_teaches_nothing_of_what_they_were_told() {
        let mut book = Book::default();
        book.counter(Key(30), Key(3), Some(Serves::in_order(vec![LINE])), at(0));
        book.seat(Key(30), Key(3), true, None, at(0));
        for ticket in [100, 101] {
            happens(&mut book, true, ticket, "waiting", 0, &json!({}));
        }
        let told = |book: &Book| -> Vec<bool> {
            book.lines[&LINE].standing().waiting.iter().map(|who| who.told.is_some()).collect()
        };
        assert_eq!(told(&book), [true, true]);
        // One is asked whether they still come, the other keeps their place and is there for something else.
        happens(&mut book, false, 100, "waiting", 1, &json!({}));
        let other = uuid::Uuid::from_u128(7).to_string();
        happens(&mut book, false, 101, "waiting", 1, &json!({ "service_id": other }));
        assert_eq!(told(&book), [true, false]);
    }
}
