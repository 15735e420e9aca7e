//! Replays a queue log and measures what would have been told: `usher eta replay`.
//!
//! One pass in the order of time. An estimate knows only what had happened up to the arrival, and an outcome teaches
//! only once it has happened. Each day begins with an empty line. The last three tenths of the days are
//! measured, over tickets that had to queue: where ends of services are recorded, those that waited at all, else
//! those that found somebody waiting. Nothing is set to the file: a product that has never seen these lines would
//! have told the same.

mod baselines;
mod floor;
mod log;
mod predictions;
mod report;
mod requotes;

use std::collections::BTreeSet;
use std::time::Duration;

use crate::model::{Event, Forecaster, Key, Lessons, Quote, Wait, Wall, What};
use baselines::History;
use floor::{DECLARED, Floor};

pub use baselines::Baselines;
use log::Outcome;
pub use log::{LeftOut, Log, LogError};
pub use predictions::write as write_predictions;
pub use report::{Figures, Mae, Report};
use requotes::Requotes;
pub use requotes::{Again, Requote, RequoteReport};

/// How many outcomes a queue is new for.
const NEW: usize = 20;

/// Seconds between two looks whether a training is due.
const QUARTER: i64 = 900;

/// What was told to one ticket, and what became of it.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// Its place in the log, in order of arrival.
    pub(crate) ticket: usize,
    /// What was told.
    pub wait: Wait,
    /// What others would have told.
    pub baselines: Baselines,
    /// How long it really took, in minutes; nothing for those never called.
    pub waited: Option<f64>,
    /// Whether it had to queue and was called: what counts.
    pub counts: bool,
    /// Whether it is of the days that are measured.
    pub measured: bool,
    /// Whether the queue had fewer than twenty outcomes.
    pub new: bool,
    /// What the estimate cost.
    pub cost: Duration,
}

impl Prediction {
    /// What was told to a ticket that waited already, and how long it still took.
    fn again(ticket: usize, wait: Wait, left: f64) -> Self {
        Self {
            ticket,
            wait,
            baselines: Baselines::default(),
            waited: Some(left),
            counts: true,
            measured: true,
            new: false,
            cost: Duration::ZERO,
        }
    }
}

/// What a replay has told.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// To those who joined, in order of arrival.
    pub predictions: Vec<Prediction>,
    /// To those who waited already.
    pub requotes: Vec<Requote>,
}

/// What a row says that happened; the order is that within one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Happening {
    End(usize),
    Staffing(usize),
    Start(usize),
    Arrival(usize),
    /// A start or an end in the very second of the arrival.
    StartAtOnce(usize),
    EndAtOnce(usize),
}

/// A replay in progress.
struct Replay<'a> {
    log: &'a Log,
    forecaster: Forecaster,
    lessons: Lessons,
    floor: Floor<'a>,
    histories: Vec<History>,
    outcomes: Vec<usize>,
    quotes: Vec<Option<Quote>>,
    predictions: Vec<Prediction>,
    /// What those who wait are told; none where nobody asks for it.
    requotes: Option<Requotes>,
    day: i64,
    quarter: i64,
}

/// Replays `log`; `stopwatch` says how much time has passed since some moment. With `requotes` those who wait are told
/// anew as well, which changes nothing in what is told to those who join.
pub fn run(log: &Log, stopwatch: &dyn Fn() -> Duration, requotes: bool) -> Replayed {
    let measured = measured_from(log);
    let mut replay = Replay {
        log,
        forecaster: Forecaster::default(),
        lessons: Lessons::default(),
        floor: Floor::new(log),
        histories: vec![History::default(); log.queues.len()],
        outcomes: vec![0; log.queues.len()],
        quotes: vec![None; log.tickets.len()],
        predictions: Vec::with_capacity(log.tickets.len()),
        requotes: requotes.then(Requotes::default),
        day: i64::MIN,
        quarter: i64::MIN,
    };
    for (at, happening) in happenings(log) {
        replay.turn(at);
        match happening {
            Happening::Staffing(row) => replay.staff(row),
            Happening::Arrival(ticket) => {
                let begun = stopwatch();
                let situation = replay.floor.situation(ticket, &replay.forecaster);
                let quote = replay.forecaster.estimate(&situation);
                let cost = stopwatch().saturating_sub(begun);
                replay.arrive(ticket, quote, cost, at.day() >= measured);
            }
            Happening::Start(ticket) | Happening::StartAtOnce(ticket) => replay.start(ticket, at),
            Happening::End(ticket) | Happening::EndAtOnce(ticket) => replay.end(ticket, at),
        }
    }
    Replayed {
        predictions: replay.predictions,
        requotes: replay.requotes.map(|requotes| requotes.done).unwrap_or_default(),
    }
}

/// Everything that happens, in order. In one second, what went before comes first, and nothing of a ticket before its
/// arrival.
fn happenings(log: &Log) -> Vec<(Wall, Happening)> {
    let mut all = Vec::with_capacity(3 * log.tickets.len() + log.staffing.len());
    for (number, ticket) in log.tickets.iter().enumerate() {
        all.push((ticket.arrival, Happening::Arrival(number)));
        let at_once = |at: Wall| at == ticket.arrival;
        if let Some(start) = ticket.start {
            let start_at_once = at_once(start);
            all.push((
                start,
                if start_at_once { Happening::StartAtOnce(number) } else { Happening::Start(number) },
            ));
        }
        if let Some(end) = ticket.end.filter(|_| ticket.called().is_some()) {
            all.push((end, if at_once(end) { Happening::EndAtOnce(number) } else { Happening::End(number) }));
        }
    }
    all.extend(log.staffing.iter().enumerate().map(|(row, change)| (change.at, Happening::Staffing(row))));
    // Those served at once must be gone before the next one arrives in the same second.
    let order = |happening: Happening| match happening {
        Happening::End(ticket) => (0, ticket, 0),
        Happening::Staffing(row) => (1, row, 0),
        Happening::Start(ticket) => (2, ticket, 0),
        Happening::Arrival(ticket) => (3, ticket, 0),
        Happening::StartAtOnce(ticket) => (3, ticket, 1),
        Happening::EndAtOnce(ticket) => (3, ticket, 2),
    };
    all.sort_by_key(|(at, happening)| (*at, order(*happening)));
    all
}

/// The first of the last three tenths of the days.
fn measured_from(log: &Log) -> i64 {
    let days = log.tickets.iter().map(|ticket| ticket.arrival.day()).collect::<BTreeSet<_>>();
    let skipped = (days.len() * 7 + 5) / 10;
    days.into_iter().nth(skipped).unwrap_or(i64::MAX)
}

impl Replay<'_> {
    /// Each quarter of an hour the correction is trained where that is due, as the product does it; a new day clears the
    /// lines.
    fn turn(&mut self, at: Wall) {
        let quarter = at.0.div_euclid(QUARTER);
        if quarter != self.quarter {
            self.quarter = quarter;
            self.lessons.compete(&mut self.forecaster, at.day());
        }
        if at.day() != self.day {
            self.day = at.day();
            self.floor.clear();
        }
    }

    fn observe(&mut self, queue: usize, at: Wall, what: What) {
        let site = Key(self.log.queues[queue].site as u128);
        self.forecaster.observe(&Event { at, queue: Key(queue as u128), site, what });
    }

    fn staff(&mut self, row: usize) {
        let change = &self.log.staffing[row];
        self.floor.staff(change);
        self.observe(change.queue, change.at, What::Staffed);
    }

    fn arrive(&mut self, ticket: usize, quote: Quote, cost: Duration, measured: bool) {
        let one = &self.log.tickets[ticket];
        let (queue, at) = (one.queue, one.arrival);
        let waited = one.called().map(|called| called.minutes_since(at));
        let waiting = self.floor.waiting(ticket);
        let counters = self.floor.counters(ticket);
        let had_to = waited.is_some_and(|waited| if self.log.ends { waited > 0.0 } else { waiting > 0.0 });
        let head = self.floor.head_of_line(ticket);
        self.predictions.push(Prediction {
            ticket,
            wait: quote.wait,
            baselines: self.histories[queue].say(waiting, one.servers, head, DECLARED),
            waited,
            counts: had_to,
            measured,
            new: self.outcomes[queue] < NEW,
            cost,
        });
        self.quotes[ticket] = Some(quote).filter(|_| had_to);
        if self.floor.restaffed(ticket) && self.log.staffing.is_empty() {
            self.observe(queue, at, What::Staffed);
        }
        self.floor.join(ticket);
        self.observe(queue, at, What::Joined { counters });
    }

    fn start(&mut self, ticket: usize, at: Wall) {
        let one = &self.log.tickets[ticket];
        let queue = one.queue;
        self.floor.take(ticket);
        let called = one.called();
        self.settle_again(ticket, called);
        if called.is_none() {
            self.observe(queue, at, What::Left);
            self.tell_again(queue, at);
            return;
        }
        let minutes = at.minutes_since(one.arrival);
        let stood = minutes > 0.0 || self.floor.waiting(ticket) > 0.0;
        self.histories[queue].call(minutes, at.minutes_since(Wall(0)), one.servers, stood);
        self.outcomes[queue] += 1;
        self.observe(queue, at, What::Called { counter: one.agent, minutes });
        let quote = self.quotes[ticket].take();
        self.lessons.extend(quote.and_then(|quote| self.forecaster.learn(&quote, minutes, at)));
        self.tell_again(queue, at);
    }

    fn end(&mut self, ticket: usize, at: Wall) {
        let one = &self.log.tickets[ticket];
        self.floor.end(ticket);
        let minutes = one.start.map_or(0.0, |start| at.minutes_since(start));
        if one.outcome == Outcome::Served {
            self.histories[one.queue].serve(minutes);
        }
        self.observe(one.queue, at, What::Finished { service: one.service, minutes });
    }
}
