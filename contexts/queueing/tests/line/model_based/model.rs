//! The reference: tickets with their places, what each may do, and what everybody did last.

use proptest::prelude::*;
use usher_kernel::Timestamp;
use usher_queueing::model::queue::Algorithm;
use usher_queueing::model::{LeaseId, Status, Ticket, TicketId};

use super::step::Verb;

/// The classes, and the minutes that each is ahead by.
pub(super) const CLASSES: [&str; 4] = ["normal", "priority", "vip", CLAIM.0];
const HEAD_START: [i64; 4] = [0, 10, 20, 5];
/// The class that counts once staff confirm it, and its head start.
pub(super) const CLAIM: (&str, f64) = ("frail", 5.0);
/// How often a ticket may be called again.
const RECALLS: i64 = 3;
/// The services' targets in minutes.
pub(super) const TARGETS: [f64; 2] = [15.0, 25.0];
const DUE: [i64; 2] = [15, 25];
/// The lines of each counter.
pub(super) const SERVES: [&[usize]; 3] = [&[0], &[1, 0], &[0, 1]];
/// A minute of a rank.
const MINUTE: i64 = 60_000_000;

/// A ticket as the model knows it.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) id: TicketId,
    number: String,
    value: i64,
    /// The line whose number it has.
    home: usize,
    pub(super) queue: usize,
    service: usize,
    pub(super) class: usize,
    /// Whether the class counts.
    confirmed: bool,
    pub(super) rank: i64,
    status: Status,
    counter: Option<usize>,
    pub(super) target: Option<usize>,
    /// How often it was called again.
    pub(super) recalls: i64,
    /// When its customer left.
    left_at: Option<Timestamp>,
    /// Counts what was done to it.
    steps: u32,
}

impl Known {
    /// The states from which a ticket goes to another line.
    pub(super) const IN_REACH: &[Status] =
        &[Status::Waiting, Status::Called, Status::Serving, Status::Paused];

    /// Back in line, where that is possible from these states.
    pub(super) fn back_from(&self, states: &[Status]) -> Result<Status, &'static str> {
        if states.contains(&self.status) { Ok(Status::Waiting) } else { Err("not_allowed_in_state") }
    }

    /// Where a verb leads.
    pub(super) fn led_by(&self, verb: Verb) -> Result<Status, &'static str> {
        use Status::{Called, Cancelled, Expired, NoShow, Parked, Paused, Served, Serving, Waiting, WrapUp};
        match (verb, self.status) {
            (Verb::Start, Called) | (Verb::Resume, Paused) => Ok(Serving),
            (Verb::Pause, Serving) => Ok(Paused),
            (Verb::WrapUp, Serving) => Ok(WrapUp),
            (Verb::Close, Serving)
            | (Verb::Close | Verb::WrapUp, Called | Paused | WrapUp)
            | (Verb::FinishWrapUp, WrapUp) => Ok(Served),
            (Verb::NoShow, Called) => Ok(NoShow),
            (Verb::Park | Verb::Away, Waiting) => Ok(Parked),
            (Verb::Unpark, Parked) => Ok(Waiting),
            (Verb::Leave, Waiting | Called | Parked) => Ok(Cancelled),
            (Verb::Expire, Waiting | Parked) => Ok(Expired),
            _ => Err("not_allowed_in_state"),
        }
    }

    pub(super) fn may_recall(&self) -> Result<Status, &'static str> {
        match self.status {
            Status::Called if self.recalls >= RECALLS => Err("recall_limit"),
            Status::Called => Ok(Status::Called),
            _ => Err("not_allowed_in_state"),
        }
    }

    pub(super) fn may_confirm(&self) -> Result<Status, &'static str> {
        match self.status {
            Status::Waiting | Status::Called | Status::Serving if self.confirmed => Err("nothing_to_confirm"),
            Status::Waiting | Status::Called | Status::Serving => Ok(self.status),
            _ => Err("not_allowed_in_state"),
        }
    }

    /// Whether who has left may come back to their place.
    pub(super) fn may_return(&self, now: Timestamp) -> Result<Status, &'static str> {
        match (self.status, self.left_at) {
            (Status::Cancelled, Some(at)) if now.duration_since(at).as_secs() <= 30 => Ok(Status::Waiting),
            (Status::Cancelled, _) => Err("undo_too_late"),
            _ => Err("not_allowed_in_state"),
        }
    }

    pub(super) fn leave(&mut self, now: Timestamp) {
        self.turn(Status::Cancelled);
        self.left_at = Some(now);
    }

    pub(super) fn call(&mut self, counter: usize) {
        self.status = Status::Called;
        self.counter = Some(counter);
    }

    pub(super) fn turn(&mut self, status: Status) {
        self.status = status;
        if status == Status::Waiting {
            self.counter = None;
            self.recalls = 0;
        }
    }

    /// Into a line; a counter that alone may call it stays only where it serves that line.
    pub(super) fn enter(&mut self, queue: usize, target: Option<usize>) {
        self.queue = queue;
        self.target = target.filter(|counter| SERVES[*counter].contains(&queue));
        self.turn(Status::Waiting);
    }
}

/// Numbers of a line that a kiosk may print.
pub(super) struct Block {
    pub(super) id: LeaseId,
    pub(super) queue: usize,
    /// Those that it has not brought yet.
    pub(super) left: Vec<i64>,
}

/// What somebody did last, to one ticket or in one operation to two.
struct Last {
    at: Timestamp,
    tickets: Vec<Done>,
}

/// What was done to one ticket.
struct Done {
    ticket: usize,
    before: Known,
    /// How much had been done to the ticket with it.
    steps: u32,
}

pub(super) struct Model {
    algorithm: Algorithm,
    pub(super) tickets: Vec<Known>,
    pub(super) blocks: Vec<Block>,
    last: [Option<Last>; 3],
}

impl Model {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        Self { algorithm, tickets: Vec::new(), blocks: Vec::new(), last: [None, None, None] }
    }

    /// The place that a time of entry, a class and a service give.
    fn rank(&self, entry: i64, service: usize, (class, confirmed): (usize, bool)) -> i64 {
        let head_start = if confirmed { HEAD_START[class] } else { 0 };
        match self.algorithm {
            Algorithm::Fifo => entry,
            Algorithm::Priority => entry - head_start * MINUTE,
            Algorithm::Sla => entry + (DUE[service] - head_start) * MINUTE,
        }
    }

    /// The waiting of a line in calling order.
    pub(super) fn waiting(&self, queue: usize) -> Vec<usize> {
        let here = |n: &usize| (self.tickets[*n].status, self.tickets[*n].queue) == (Status::Waiting, queue);
        let mut found: Vec<usize> = (0..self.tickets.len()).filter(here).collect();
        found.sort_by_key(|n| (self.tickets[*n].rank, self.tickets[*n].id));
        found
    }

    pub(super) fn numbers(&self, queue: usize) -> Vec<String> {
        self.waiting(queue).into_iter().map(|n| self.tickets[n].number.clone()).collect()
    }

    /// The numbers that a line gave out, to people and to kiosks.
    pub(super) fn values(&self, home: usize) -> Vec<i64> {
        let tickets = self.tickets.iter().filter(|t| t.home == home).map(|t| t.value);
        let blocks = self.blocks.iter().filter(|b| b.queue == home).flat_map(|b| b.left.iter().copied());
        let mut values: Vec<i64> = tickets.chain(blocks).collect();
        values.sort_unstable();
        values
    }

    /// The ticket that a counter holds.
    pub(super) fn holds(&self, counter: usize) -> Option<usize> {
        self.tickets.iter().position(|t| t.counter == Some(counter) && t.status.is_held())
    }

    pub(super) fn held(&self, counter: usize) -> bool {
        self.holds(counter).is_some()
    }

    pub(super) fn issue(
        &mut self,
        t: &Ticket,
        queue: usize,
        service: usize,
        (class, by_staff): (usize, bool),
    ) -> Result<(), TestCaseError> {
        let confirmed = by_staff || CLASSES[class] != CLAIM.0;
        prop_assert_eq!(t.rank, self.rank(t.entry, service, (class, confirmed)));
        self.tickets.push(Known {
            id: t.id,
            number: t.number.clone(),
            value: t.value,
            home: queue,
            queue,
            service,
            class,
            confirmed,
            rank: t.rank,
            status: Status::Waiting,
            counter: None,
            target: None,
            recalls: 0,
            left_at: None,
            steps: 0,
        });
        Ok(())
    }

    /// Whom a counter calls next.
    pub(super) fn next(&self, counter: usize) -> Option<usize> {
        let free = |n: &usize| self.tickets[*n].target.is_none_or(|target| target == counter);
        SERVES[counter].iter().find_map(|queue| self.waiting(*queue).into_iter().find(free))
    }

    /// Whether a counter may call this ticket.
    pub(super) fn may_call(&self, ticket: usize, counter: usize) -> Result<Status, &'static str> {
        let t = &self.tickets[ticket];
        if !SERVES[counter].contains(&t.queue) && t.target != Some(counter) {
            Err("not_served_here")
        } else if t.target.is_some_and(|target| target != counter) {
            Err("for_other_counter")
        } else if t.status.is_held() {
            Err("already_called")
        } else if t.status != Status::Waiting {
            Err("not_allowed_in_state")
        } else if self.held(counter) {
            Err("counter_full")
        } else {
            Ok(Status::Called)
        }
    }

    /// Something happens to a ticket that nobody can take back.
    pub(super) fn change(&mut self, ticket: usize, change: impl FnOnce(&mut Known)) {
        let t = &mut self.tickets[ticket];
        change(t);
        t.steps += 1;
    }

    /// Somebody does something to a ticket.
    pub(super) fn act(&mut self, who: usize, ticket: usize, at: Timestamp, change: impl FnOnce(&mut Known)) {
        let done = self.done(ticket, change);
        self.last[who] = Some(Last { at, tickets: vec![done] });
    }

    fn done(&mut self, ticket: usize, change: impl FnOnce(&mut Known)) -> Done {
        let before = self.tickets[ticket].clone();
        self.change(ticket, change);
        Done { ticket, before, steps: self.tickets[ticket].steps }
    }

    /// Somebody finishes a ticket and calls another to a counter, as one action; perhaps there is only one of them.
    pub(super) fn turn(
        &mut self,
        who: usize,
        at: Timestamp,
        completed: Option<usize>,
        called: Option<(usize, usize)>,
    ) {
        let ended = completed.map(|ticket| self.done(ticket, |t| t.turn(Status::Served)));
        let called = called.map(|(ticket, counter)| self.done(ticket, |t| t.call(counter)));
        let tickets: Vec<Done> = ended.into_iter().chain(called).collect();
        if !tickets.is_empty() {
            self.last[who] = Some(Last { at, tickets });
        }
    }

    /// A ticket has come into a line anew.
    pub(super) fn newly(&mut self, ticket: usize, done: &Ticket) -> Result<(), TestCaseError> {
        let t = &self.tickets[ticket];
        let rank = self.rank(done.entry, t.service, (t.class, t.confirmed));
        prop_assert_eq!(done.rank, rank);
        self.tickets[ticket].rank = rank;
        Ok(())
    }

    /// A ticket has the place behind so many of its line, or behind all of them.
    pub(super) fn put(
        &mut self,
        ticket: usize,
        queue: usize,
        behind: Option<usize>,
        rank: i64,
    ) -> Result<(), TestCaseError> {
        let others: Vec<i64> = self
            .waiting(queue)
            .into_iter()
            .filter(|other| *other != ticket)
            .map(|other| self.tickets[other].rank)
            .collect();
        let at = behind.unwrap_or(others.len()).min(others.len());
        let before = at.checked_sub(1).map(|n| others[n]);
        let after = others.get(at).copied();
        let fits = match (before, after) {
            (Some(before), Some(after)) if after > before + 1 => before < rank && rank < after,
            // No room between them: right behind the one, and the id decides.
            (Some(before), Some(_)) => rank == before + 1,
            (Some(before), None) => before < rank,
            (None, Some(after)) => rank < after,
            (None, None) => true,
        };
        prop_assert!(fits, "{rank} at {at} of {others:?}");
        self.tickets[ticket].rank = rank;
        Ok(())
    }

    /// A ticket has this class, confirmed: its place moves by the difference of the head starts.
    pub(super) fn reclass(&mut self, ticket: usize, class: usize) {
        let t = &self.tickets[ticket];
        let (old, service) = ((t.class, t.confirmed), t.service);
        let moved = self.rank(0, service, (class, true)) - self.rank(0, service, old);
        let t = &mut self.tickets[ticket];
        (t.rank, t.class, t.confirmed) = (t.rank + moved, class, true);
    }

    /// The tickets of somebody's last action, the last of them first, if that can be taken back now.
    pub(super) fn may_undo(&self, who: usize, now: Timestamp) -> Result<Vec<usize>, &'static str> {
        let Some(last) = &self.last[who] else { return Err("nothing_to_undo") };
        if now.duration_since(last.at).as_secs() > 60 {
            return Err("undo_too_late");
        }
        let back: Vec<usize> = last.tickets.iter().rev().map(|done| done.ticket).collect();
        // What goes back together makes room for each other.
        let full = |counter| self.holds(counter).is_some_and(|holder| !back.contains(&holder));
        let moved_on = last.tickets.iter().any(|done| {
            let (t, before) = (&self.tickets[done.ticket], &done.before);
            let counter = before.counter.filter(|_| before.status.is_held() && !t.status.is_held());
            t.steps != done.steps || counter.is_some_and(full)
        });
        if moved_on { Err("undo_moved_on") } else { Ok(back) }
    }

    /// Somebody took their last action back.
    pub(super) fn undo(&mut self, who: usize) {
        for done in self.last[who].take().into_iter().flat_map(|last| last.tickets) {
            self.change(done.ticket, |t| *t = Known { steps: t.steps, ..done.before });
        }
    }
}
