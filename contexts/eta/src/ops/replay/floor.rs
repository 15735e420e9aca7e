//! The lines of a log as they stood at each moment, rebuilt from its events.

use crate::model::{Crowd, Forecaster, Head, Key, Situation, Wall, Work};

use super::log::{Change, Log, Staffing};

/// What a service takes before any has ended, in minutes: a log declares nothing.
pub(super) const DECLARED: f64 = 5.0;
/// How many minutes before its arrival a priority ticket may stand in the line.
const HEAD_STARTS: [i64; 14] = [0, 30, 60, 90, 120, 180, 300, 450, 600, 900, 1200, 1800, 3600, 86_400];

/// Somebody who waits.
#[derive(Clone, Debug)]
struct Waiting {
    ticket: usize,
    arrival: Wall,
    priority: u8,
    service: Key,
    /// The moment from which their place counts.
    rank: i64,
    /// How many were ahead when they joined.
    places: f64,
}

/// Somebody who is being served.
#[derive(Clone, Debug)]
struct Serving {
    ticket: usize,
    since: Wall,
    service: Key,
}

/// One line.
#[derive(Clone, Debug, Default)]
struct Line {
    waiting: Vec<Waiting>,
    serving: Vec<Serving>,
    open: Vec<Key>,
    paused: usize,
    counters: f64,
}

/// All lines of a log.
pub(super) struct Floor<'a> {
    log: &'a Log,
    lines: Vec<Line>,
    /// How many wait at each site.
    waiting: Vec<usize>,
    head_start: HeadStart,
}

/// What a head start of priority tickets must be to explain the order of calls: each call that a candidate has in
/// the wrong order speaks against it. A product knows its rule; a log does not say it.
#[derive(Clone, Debug, Default)]
struct HeadStart {
    against: [u64; HEAD_STARTS.len()],
}

impl HeadStart {
    fn seconds(&self) -> i64 {
        let least = HEAD_STARTS.iter().zip(self.against).min_by_key(|(_, against)| *against);
        least.map_or(0, |(seconds, _)| *seconds)
    }

    /// Looks at who was passed over when `called` was called.
    fn learn(&mut self, called: &Waiting, passed: &[Waiting]) {
        let pairs = passed.iter().filter(|other| (other.priority > 0) != (called.priority > 0));
        for other in pairs {
            for (seconds, against) in HEAD_STARTS.iter().zip(&mut self.against) {
                let rank = |who: &Waiting| who.arrival.0 - if who.priority > 0 { *seconds } else { 0 };
                *against += u64::from(rank(other) < rank(called));
            }
        }
    }
}

/// Counts as `f64`.
#[expect(clippy::cast_precision_loss, reason = "people and counters")]
fn count(number: usize) -> f64 {
    number as f64
}

impl<'a> Floor<'a> {
    pub(super) fn new(log: &'a Log) -> Self {
        Self {
            log,
            lines: vec![Line::default(); log.queues.len()],
            waiting: vec![0; log.sites],
            head_start: HeadStart::default(),
        }
    }

    /// A day begins: nobody waits, no counter is open.
    pub(super) fn clear(&mut self) {
        self.lines.fill(Line::default());
        self.waiting.fill(0);
    }

    /// Where `ticket` will stand when it joins now: the moment from which its place counts, and how many are
    /// ahead.
    fn place(&self, ticket: usize) -> (i64, usize) {
        let one = &self.log.tickets[ticket];
        let rank = one.arrival.0 - if one.priority > 0 { self.head_start.seconds() } else { 0 };
        (rank, self.lines[one.queue].waiting.partition_point(|other| other.rank <= rank))
    }

    /// How many wait in the line of `ticket`.
    pub(super) fn waiting(&self, ticket: usize) -> f64 {
        count(self.lines[self.log.tickets[ticket].queue].waiting.len())
    }

    /// How long the head of the line of `ticket` has waited, in minutes.
    pub(super) fn head_of_line(&self, ticket: usize) -> Option<f64> {
        let one = &self.log.tickets[ticket];
        let head = self.lines[one.queue].waiting.first()?;
        Some(one.arrival.minutes_since(head.arrival))
    }

    /// Counters that serve the line of `ticket`: by the changes of counters where there are any, else as its row has
    /// it; and never fewer than are serving.
    pub(super) fn counters(&self, ticket: usize) -> f64 {
        let one = &self.log.tickets[ticket];
        let line = &self.lines[one.queue];
        let said = if line.open.is_empty() { one.servers } else { count(line.open.len()) };
        said.max(count(line.serving.len()))
    }

    /// Whether the number of counters differs from what it was when somebody last joined.
    pub(super) fn restaffed(&mut self, ticket: usize) -> bool {
        let counters = self.counters(ticket);
        let line = &mut self.lines[self.log.tickets[ticket].queue];
        let changed = (line.counters - counters).abs() > 0.5;
        line.counters = counters;
        changed
    }

    /// Who waits in a line, the next one first.
    pub(super) fn standing(&self, queue: usize) -> impl Iterator<Item = usize> + '_ {
        self.lines[queue].waiting.iter().map(|who| who.ticket)
    }

    /// How things stand for `ticket`, which is about to join.
    pub(super) fn situation(&self, ticket: usize, forecaster: &Forecaster) -> Situation {
        let one = &self.log.tickets[ticket];
        let (_, ahead) = self.place(ticket);
        let waiting = self.lines[one.queue].waiting.len();
        let counters = self.counters(ticket);
        self.situation_of(ticket, (ahead, waiting), counters, one.arrival, forecaster)
    }

    /// How things stand for `ticket`, which waits behind so many.
    pub(super) fn situation_in_line(
        &self,
        ticket: usize,
        ahead: usize,
        now: Wall,
        forecaster: &Forecaster,
    ) -> Situation {
        let line = &self.lines[self.log.tickets[ticket].queue];
        let said = if line.open.is_empty() { line.counters } else { count(line.open.len()) };
        let counters = said.max(count(line.serving.len()));
        let others = line.waiting.len().saturating_sub(1);
        let situation = self.situation_of(ticket, (ahead, others), counters, now, forecaster);
        Situation { in_line: true, ..situation }
    }

    fn situation_of(
        &self,
        ticket: usize,
        (ahead, waiting): (usize, usize),
        counters: f64,
        now: Wall,
        forecaster: &Forecaster,
    ) -> Situation {
        let one = &self.log.tickets[ticket];
        let line = &self.lines[one.queue];
        let (queue, site) = (Key(one.queue as u128), self.log.queues[one.queue].site);
        let minutes = |service| forecaster.service_minutes(queue, service, DECLARED);
        let mut work = Work { serving: count(line.serving.len()), ..Work::default() };
        // Many of one service stand together, in most lines all of them.
        let mut known = (one.service, minutes(one.service));
        for other in &line.waiting[..ahead] {
            if other.service != known.0 {
                known = (other.service, minutes(other.service));
            }
            work.ahead += known.1;
        }
        for other in &line.serving {
            let elapsed = now.minutes_since(other.since);
            work.remaining += forecaster.remaining_minutes(queue, other.service, elapsed, DECLARED);
            work.elapsed += elapsed;
            work.longest = work.longest.max(elapsed);
        }
        let mut crowd = Crowd::default();
        for (place, other) in line.waiting.iter().enumerate() {
            crowd.waited += now.minutes_since(other.arrival);
            crowd.moved += (other.places - count(place)).max(0.0);
        }
        let head = |first: &Waiting| Head { waited: now.minutes_since(first.arrival), places: first.places };
        Situation {
            now,
            live: true,
            queue,
            service: one.service,
            site: Key(site as u128),
            class: one.priority,
            ahead: count(ahead),
            waiting: count(waiting),
            in_line: false,
            counters,
            paused: count(line.paused),
            elsewhere: count(self.waiting[site].saturating_sub(line.waiting.len())),
            head: line.waiting.first().map(head),
            crowd,
            work: self.log.ends.then_some(work),
            declared: DECLARED,
        }
    }

    /// `ticket` joins its line.
    pub(super) fn join(&mut self, ticket: usize) {
        let (rank, at) = self.place(ticket);
        let one = &self.log.tickets[ticket];
        let who = Waiting {
            ticket,
            arrival: one.arrival,
            priority: one.priority,
            service: one.service,
            rank,
            places: count(at),
        };
        self.lines[one.queue].waiting.insert(at, who);
        self.waiting[self.log.queues[one.queue].site] += 1;
    }

    /// `ticket` is out of its line, called or not.
    pub(super) fn take(&mut self, ticket: usize) {
        let one = &self.log.tickets[ticket];
        let line = &mut self.lines[one.queue];
        let Some(at) = line.waiting.iter().position(|who| who.ticket == ticket) else { return };
        let who = line.waiting.remove(at);
        self.waiting[self.log.queues[one.queue].site] -= 1;
        let Some(since) = one.called() else { return };
        self.head_start.learn(&who, &line.waiting);
        if one.end.is_some() {
            line.serving.push(Serving { ticket, since, service: one.service });
        }
    }

    /// The service of `ticket` ends.
    pub(super) fn end(&mut self, ticket: usize) {
        self.lines[self.log.tickets[ticket].queue].serving.retain(|serving| serving.ticket != ticket);
    }

    /// A counter opens, closes, pauses or resumes.
    pub(super) fn staff(&mut self, staffing: &Staffing) {
        let line = &mut self.lines[staffing.queue];
        line.open.retain(|counter| *counter != staffing.counter);
        match staffing.change {
            Change::Open => line.open.push(staffing.counter),
            Change::Resume => {
                line.open.push(staffing.counter);
                line.paused = line.paused.saturating_sub(1);
            }
            Change::Pause => line.paused += 1,
            Change::Close => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(ticket: usize, minute: i64, priority: u8) -> Waiting {
        let arrival = Wall(minute * 60);
        Waiting { ticket, arrival, priority, service: Key(0), rank: 0, places: 0.0 }
    }

    #[test]
    fn calls_out_of_order_tell_the_head_start() {
        let mut start = HeadStart::default();
        assert_eq!(start.seconds(), 0);
        // Came eight minutes later and is called first: more than 450 seconds.
        start.learn(&who(1, 8, 1), &[who(2, 0, 0)]);
        assert_eq!(start.seconds(), 600);
        // Came eleven minutes later and is not: 600 stays the best, 900 speaks against itself.
        start.learn(&who(3, 20, 0), &[who(4, 31, 1)]);
        assert_eq!(start.seconds(), 600);
        // The order among equals says nothing.
        start.learn(&who(5, 40, 0), &[who(6, 30, 0)]);
        assert_eq!(start.seconds(), 600);
    }
}
