//! One line as the log tells it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use usher_queueing::model::TicketFact;

use super::arrivals::Arrivals;
use super::at_once::AtOnce;
use super::row::Row;
use super::{Asked, Told};
use crate::forecaster::{Forecaster, REQUOTED};
use crate::situation::{Crowd, Head, Key, Quote, Situation, Wait, Wall, Work};

/// The services of so many people ahead are summed one by one; those beyond take as long as these on the average.
const SUMMED: usize = 40;

/// So often somebody is told anew who waits: what they are told beyond that teaches nothing.
const MOST_AGAIN: usize = 2 * REQUOTED.len();

/// Somebody who waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    pub(crate) rank: i64,
    pub(crate) ticket: Key,
    /// What for.
    pub service: Key,
    /// Their priority class; 0 is ordinary.
    pub class: u8,
    /// Since when, on the wall.
    pub since: Wall,
    /// How many were before them when they joined.
    pub(crate) places: f64,
    /// Probably gone.
    pub silent: bool,
    /// The only counter that may call them.
    pub(crate) target: Option<Key>,
    /// The only member of staff who may call them.
    pub(crate) for_agent: Option<Key>,
    /// What they were told when they joined, while they simply wait for their turn.
    pub(crate) told: Option<Box<Promise>>,
    /// What they were told while they waited.
    pub(crate) again: Vec<Again>,
}

impl Waiting {
    /// Whether they wait for one counter alone, or for one member of staff.
    pub(crate) fn is_bound(&self) -> bool {
        self.target.is_some() || self.for_agent.is_some()
    }
}

/// What somebody was told when they joined, as far as their wait teaches something of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Promise {
    /// The estimate; none where they were to be called at once: such a wait says nothing of it.
    pub(crate) quote: Option<Box<Quote>>,
    /// What they were told where nobody was before them and a counter was free.
    pub(crate) at_once: Option<Wait>,
}

impl Promise {
    pub(crate) fn of(told: Told) -> Box<Self> {
        let Told { quote, at_once } = told;
        let quote = at_once.is_none().then(|| Box::new(quote));
        Box::new(Self { quote, at_once })
    }
}

/// Where somebody stands who waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stands {
    pub(crate) rank: i64,
    pub(crate) ticket: Key,
    pub(crate) service: Key,
    pub(crate) class: u8,
}

/// What somebody was told who waited already.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Again {
    pub(crate) at: Wall,
    pub(crate) places: f64,
    pub(crate) wait: Wait,
}

/// Somebody whom a counter holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Serving {
    /// What for.
    pub service: Key,
    /// Since when, on the wall.
    pub since: Wall,
    /// Which counter.
    pub(crate) counter: Option<Key>,
}

impl Serving {
    pub(crate) fn of(fact: &TicketFact, at: Wall) -> Self {
        let counter = fact.counter_id.map(|counter| Key(counter.uuid().as_u128()));
        Self { service: Key(fact.service_id.uuid().as_u128()), since: at, counter }
    }
}

/// Somebody who was called: while that can be taken back, it teaches nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Called {
    pub(crate) who: Waiting,
    /// How long they had waited, in minutes.
    pub(crate) minutes: f64,
    pub(crate) at: Wall,
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) site: Key,
    waiting: Row,
    pub(crate) serving: BTreeMap<Key, Serving>,
    /// Those whose call can still be taken back, the oldest first.
    pub(crate) called: VecDeque<Called>,
    pub(crate) outside: i64,
    /// The counters that serve it, open or not.
    pub(crate) counters: BTreeSet<Key>,
    open: u32,
    paused: u32,
    silent: u32,
    /// How many of those who wait are bound to one counter or member of staff.
    bound: u32,
    /// How many of them wait for each service.
    wanted: BTreeMap<Key, u32>,
    /// The moments since when people wait, summed; and the places that they have moved up: so that an estimate does not
    /// have to look at everybody.
    since: i64,
    moved: f64,
    pub(crate) at_once: AtOnce,
    pub(crate) arrivals: Arrivals,
}

/// How a line stands, for who simulates what comes next.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Those who wait, in calling order.
    pub waiting: &'a VecDeque<Waiting>,
    /// Those whom counters hold.
    pub serving: &'a BTreeMap<Key, Serving>,
    /// How many come in each half-hour.
    pub arrivals: &'a Arrivals,
    /// How many are there without a ticket.
    pub outside: i64,
    /// How many open counters serve it.
    pub open: u32,
}

#[expect(clippy::cast_precision_loss, reason = "people in a line")]
pub(super) fn count(people: usize) -> f64 {
    people as f64
}

impl Line {
    pub(crate) fn standing(&self) -> Standing<'_> {
        Standing {
            waiting: &self.waiting,
            serving: &self.serving,
            arrivals: &self.arrivals,
            outside: self.outside,
            open: self.open,
        }
    }

    /// How many wait.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.waiting.len()).unwrap_or(u32::MAX)
    }

    /// How many open counters serve it.
    pub(crate) fn open(&self) -> u32 {
        self.open
    }

    /// How many are there without a ticket.
    #[expect(clippy::cast_precision_loss, reason = "people")]
    pub(crate) fn outside(&self) -> f64 {
        self.outside as f64
    }

    /// Notes how many counters serve it; whether that is news.
    pub(crate) fn staff(&mut self, open: u32, paused: u32) -> bool {
        let changed = (self.open, self.paused) != (open, paused);
        (self.open, self.paused) = (open, paused);
        changed
    }

    /// How many will come before a key: those before it and those outside, without those who are probably gone.
    pub(crate) fn before(&self, key: (i64, Key)) -> f64 {
        let ahead = self.waiting.partition_point(|other| (other.rank, other.ticket) < key);
        let gone = match self.silent {
            0 => 0,
            _ => self.waiting.iter().take(ahead).filter(|other| other.silent).count(),
        };
        count(ahead - gone) + self.outside()
    }

    /// The same of those who count.
    pub(crate) fn before_by(&self, key: (i64, Key), counts: impl Fn(&Waiting) -> bool) -> f64 {
        let before = self.waiting.iter().take_while(|other| (other.rank, other.ticket) < key);
        count(before.filter(|other| !other.silent && counts(other)).count()) + self.outside()
    }

    /// Those who wait, without those who are probably gone.
    pub(crate) fn present(&self) -> impl Iterator<Item = &Waiting> {
        self.waiting.iter().filter(|who| !who.silent)
    }

    /// Whether anybody waits for one counter alone, or for one member of staff.
    pub(crate) fn has_bonds(&self) -> bool {
        self.bound > 0
    }

    /// The services that people wait for, each once.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = Key> {
        self.wanted.keys().copied()
    }

    /// Those who simply wait at these places, the next one being at 0.
    pub(crate) fn at(&self, places: &[usize]) -> Vec<Stands> {
        let who = places.iter().filter_map(|place| self.waiting.get(*place));
        let stands = |who: &Waiting| Stands {
            rank: who.rank,
            ticket: who.ticket,
            service: who.service,
            class: who.class,
        };
        who.filter(|who| who.told.is_some() && !who.silent).map(stands).collect()
    }

    /// Keeps what somebody is told who waits.
    pub(crate) fn keep(&mut self, ticket: Key, again: Again) {
        self.waiting.tell(ticket, |told| {
            if told.len() < MOST_AGAIN {
                told.push(again);
            }
        });
    }

    /// How many are expected to be called: those who wait and those outside, without those who are probably gone.
    pub(crate) fn expected(&self) -> f64 {
        f64::from(self.len().saturating_sub(self.silent)) + self.outside()
    }

    pub(crate) fn insert(&mut self, waiting: Waiting) {
        let key = (waiting.rank, waiting.ticket);
        let at = self.waiting.partition_point(|other| (other.rank, other.ticket) < key);
        self.silent += u32::from(waiting.silent);
        self.bound += u32::from(waiting.is_bound());
        *self.wanted.entry(waiting.service).or_default() += 1;
        self.since = self.since.saturating_add(waiting.since.0);
        self.waiting.insert(at, waiting);
        self.moved = self.waiting.moved();
    }

    pub(crate) fn remove(&mut self, ticket: Key) -> Option<Waiting> {
        // The head is called as a rule.
        let at = self.waiting.iter().position(|other| other.ticket == ticket)?;
        let waiting = self.waiting.remove(at)?;
        self.silent = self.silent.saturating_sub(u32::from(waiting.silent));
        self.bound = self.bound.saturating_sub(u32::from(waiting.is_bound()));
        if let Some(people) = self.wanted.get_mut(&waiting.service) {
            *people -= 1;
            if *people == 0 {
                self.wanted.remove(&waiting.service);
            }
        }
        self.since = self.since.saturating_sub(waiting.since.0);
        self.moved = self.waiting.moved();
        Some(waiting)
    }

    /// Everybody who waits, taken together.
    #[expect(clippy::cast_precision_loss, reason = "seconds of people in a line")]
    fn crowd(&self, now: Wall) -> Crowd {
        let people = i64::try_from(self.waiting.len()).unwrap_or(i64::MAX);
        let waited = now.0.saturating_mul(people).saturating_sub(self.since).max(0);
        Crowd { waited: waited as f64 / 60.0, moved: self.moved }
    }

    /// Those of them who count, taken together.
    fn crowd_of(&self, now: Wall, counts: &dyn Fn(&Waiting) -> bool) -> Crowd {
        let mut crowd = Crowd::default();
        for (place, who) in self.waiting.iter().filter(|who| counts(who)).enumerate() {
            crowd.waited += now.minutes_since(who.since);
            crowd.moved += (who.places - count(place)).max(0.0);
        }
        crowd
    }

    /// How things stand for somebody. `counts` says who could be called before them, where that is not everybody.
    pub(crate) fn situation(
        &self,
        asked: &Asked,
        elsewhere: f64,
        forecaster: &Forecaster,
        counts: Option<&dyn Fn(&Waiting) -> bool>,
    ) -> Situation {
        let (now, queue) = (asked.now, asked.queue);
        let mut those = self.waiting.iter().filter(|who| counts.is_none_or(|counts| counts(who)));
        let head = |first: &Waiting| Head { waited: now.minutes_since(first.since), places: first.places };
        Situation {
            now,
            live: asked.live,
            queue,
            service: asked.service,
            site: asked.site,
            class: asked.class,
            ahead: asked.ahead + asked.others,
            waiting: asked.waiting + asked.others,
            in_line: asked.in_line,
            counters: asked.counters,
            paused: f64::from(self.paused),
            elsewhere,
            head: those.next().map(head),
            crowd: counts.map_or_else(|| self.crowd(now), |counts| self.crowd_of(now, counts)),
            work: Some(self.work(asked, forecaster, counts)),
            declared: asked.declared,
        }
    }

    fn work(
        &self,
        asked: &Asked,
        forecaster: &Forecaster,
        counts: Option<&dyn Fn(&Waiting) -> bool>,
    ) -> Work {
        let (now, queue, declared) = (asked.now, asked.queue, asked.declared);
        let mut work = Work::default();
        let minutes = |service| forecaster.service_minutes(queue, service, declared);
        let mut summed = 0.0;
        // Most lines have one service or few, and many of one stand together.
        let mut known = (asked.service, minutes(asked.service));
        let those = self.waiting.iter().filter(|who| counts.is_none_or(|counts| counts(who)));
        for other in those.take(SUMMED) {
            if summed >= asked.ahead {
                break;
            }
            if other.service != known.0 {
                known = (other.service, minutes(other.service));
            }
            work.ahead += known.1;
            summed += 1.0;
        }
        // Beyond those, and where the line is asked about as it is not.
        let ahead = asked.ahead + asked.others;
        work.ahead = match summed > 0.0 {
            true => work.ahead * ahead / summed,
            false => minutes(asked.service) * ahead,
        };
        for other in self.serving.values() {
            work.hold(forecaster, queue, other, declared, now);
        }
        work
    }
}

impl Work {
    /// Adds somebody of `queue` whom a counter holds.
    pub(super) fn hold(
        &mut self,
        forecaster: &Forecaster,
        queue: Key,
        who: &Serving,
        declared: f64,
        now: Wall,
    ) {
        let elapsed = now.minutes_since(who.since);
        self.serving += 1.0;
        self.remaining += forecaster.remaining_minutes(queue, who.service, elapsed, declared);
        self.elapsed += elapsed;
        self.longest = self.longest.max(elapsed);
    }
}
