//! All that is known of one tenant's lines: how they stand, and what they have taught.
//!
//! It is made of the event log and nothing else, event by event in the log's order: read again it comes out the same,
//! to the bit. What it tells people is asked with the line as it stands at this moment ([`Asked`]); what it learns from
//! is what it would have told from the log alone.

mod arrivals;
mod at_once;
mod blocks;
mod line;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use usher_queueing::model::{Cause, Channel, Status, TicketFact, class_number};

use super::forecaster::{Event, Forecaster, What};

use super::situation::{Key, Quote, Wait, Wall};
use super::trees::Forest;

pub(crate) use blocks::{BLOCK, Block, decode};
pub(crate) use line::Standing;
use line::{Line, Serving, Waiting};

/// What a service takes when its declaration is not at hand, in minutes.
const DECLARED: f64 = 5.0;

/// Somebody who asks how long it will take, and how their line stands at this moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// The time on the site's wall.
    pub now: Wall,
    /// Where.
    pub site: Key,
    /// The line.
    pub queue: Key,
    /// What for.
    pub service: Key,
    /// Their priority class; 0 is ordinary.
    pub class: u8,
    /// How many come before them.
    pub ahead: f64,
    /// How many wait in the line.
    pub waiting: f64,
    /// Open counters that serve it.
    pub counters: f64,
    /// What the service takes by its declaration, in minutes.
    pub declared: f64,
}

/// What somebody is told, with what it takes to learn from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The estimate as the forecaster makes it.
    pub quote: Quote,
    /// Where nobody is before them and a counter is free there is no line to estimate: what such people wait.
    pub at_once: Option<Wait>,
}

impl Told {
    /// What the person is told.
    pub fn wait(&self) -> Wait {
        self.at_once.unwrap_or(self.quote.wait)
    }
}

/// A counter, as the log tells of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counter {
    queues: Vec<Key>,
    open: bool,
    agent: Option<Key>,
}

/// All that is known of one tenant's lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Book {
    forecaster: Forecaster,
    lines: BTreeMap<Key, Line>,
    /// In which line a ticket stands, or is served.
    whereabouts: BTreeMap<Key, Key>,
    /// How many wait at each site.
    crowds: BTreeMap<Key, u32>,
    counters: BTreeMap<Key, Counter>,
    /// Agents on a break.
    paused: BTreeSet<Key>,
    /// What services take by their declarations, in minutes.
    declared: BTreeMap<Key, f64>,
    /// What the correction can be trained on.
    lessons: Block,
    /// Which correction is in use.
    correction: Option<u64>,
    /// That correction; stored apart.
    #[serde(skip)]
    forest: Option<Arc<Forest>>,
}

/// Where a ticket was before an event.
enum Was {
    Waiting(Key, Waiting),
    Served(Key, Serving),
    Unknown,
}

impl Book {
    /// What somebody is told.
    pub fn tell(&self, asked: &Asked) -> Told {
        let fresh = Line::default();
        let line = self.lines.get(&asked.queue).unwrap_or(&fresh);
        let elsewhere = self.crowds.get(&asked.site).copied().unwrap_or(0).saturating_sub(line.len());
        let situation = line.situation(asked, f64::from(elsewhere), &self.forecaster);
        let quote = self.forecaster.estimate_with(&situation, self.forest(asked.now));
        let at_once =
            (asked.ahead < 0.5 && line.serves_less_than(asked.counters)).then(|| line.at_once.wait());
        Told { quote, at_once }
    }

    /// The correction in use; none when there is none, or it is stale.
    pub(crate) fn forest(&self, now: Wall) -> Option<&Forest> {
        self.forest.as_deref().filter(|forest| forest.is_fresh(now))
    }

    /// Whether what `queue` is told rests on a correction.
    pub fn is_corrected(&self, now: Wall) -> bool {
        self.forest(now).is_some()
    }

    /// Which correction is in use.
    pub(crate) fn correction(&self) -> Option<u64> {
        self.correction
    }

    /// Uses a correction from now on, or none.
    pub(crate) fn correct(&mut self, version: Option<u64>, forest: Option<Arc<Forest>>) {
        (self.correction, self.forest) = (version, forest);
    }

    /// How many people of a line were called so far.
    pub fn outcomes(&self, queue: Key) -> u32 {
        self.forecaster.outcomes(queue)
    }

    /// How many waits the correction could be trained on so far.
    pub(crate) fn lessons(&self) -> u64 {
        self.lessons.seen()
    }

    /// What the correction can be trained on and is not stored yet.
    pub(crate) fn block(&self) -> &Block {
        &self.lessons
    }

    /// Lets go of blocks that are stored.
    pub(crate) fn let_go(&mut self) {
        self.lessons.let_go();
    }

    /// What a line's services take, in minutes.
    pub fn service_minutes(&self, queue: Key, service: Key, declared: f64) -> f64 {
        self.forecaster.service_minutes(queue, service, declared)
    }

    /// The forecaster.
    pub(crate) fn forecaster(&self) -> &Forecaster {
        &self.forecaster
    }

    /// How a line stands; none for one that nothing happened in.
    pub(crate) fn standing(&self, queue: Key) -> Option<Standing<'_>> {
        self.lines.get(&queue).map(Line::standing)
    }

    /// A service was made or changed.
    pub fn service(&mut self, service: Key, declared: f64) {
        self.declared.insert(service, declared);
    }

    /// A counter was made or changed: the lines that it serves; none when it was taken out of use.
    pub fn counter(&mut self, counter: Key, site: Key, queues: Option<Vec<Key>>, at: Wall) {
        let known = self.counters.entry(counter).or_default();
        let mut touched = std::mem::take(&mut known.queues);
        match queues {
            Some(queues) => {
                touched.extend(&queues);
                known.queues = queues;
            }
            None => {
                self.counters.remove(&counter);
            }
        }
        self.recount(&touched, site, at);
    }

    /// A counter opened or closed, or somebody sat down there.
    pub fn seat(&mut self, counter: Key, site: Key, open: bool, agent: Option<Key>, at: Wall) {
        let known = self.counters.entry(counter).or_default();
        (known.open, known.agent) = (open, agent);
        let queues = known.queues.clone();
        self.recount(&queues, site, at);
    }

    /// An agent went on a break, or came back from it.
    pub fn agent(&mut self, agent: Key, paused: bool, at: &mut dyn FnMut(Key) -> Wall) {
        let changed = if paused { self.paused.insert(agent) } else { self.paused.remove(&agent) };
        if !changed {
            return;
        }
        let theirs = self.counters.values().filter(|counter| counter.agent == Some(agent));
        let queues: Vec<Key> = theirs.flat_map(|counter| counter.queues.iter().copied()).collect();
        for queue in queues {
            let site = self.lines.get(&queue).map(|line| line.site).unwrap_or_default();
            self.recount(&[queue], site, at(site));
        }
    }

    /// How many counters serve these lines, counted anew.
    fn recount(&mut self, queues: &[Key], site: Key, at: Wall) {
        for queue in queues {
            let serve = |counter: &&Counter| counter.open && counter.queues.contains(queue);
            let (mut open, mut paused) = (0, 0);
            for counter in self.counters.values().filter(serve) {
                open += 1;
                paused += u32::from(counter.agent.is_some_and(|agent| self.paused.contains(&agent)));
            }
            let line = self.lines.entry(*queue).or_default();
            line.site = site;
            if line.staff(open, paused) {
                self.forecaster.observe(&Event { at, queue: *queue, site, what: What::Staffed });
            }
        }
    }

    /// How many people are in line without a ticket.
    pub fn outside(&mut self, queue: Key, site: Key, people: i64) {
        let line = self.lines.entry(queue).or_default();
        (line.site, line.outside) = (site, people.clamp(0, 100_000));
    }

    /// Something happened to a ticket. `issued` says that it was taken at this moment, for this moment.
    pub fn ticket(&mut self, issued: bool, fact: &TicketFact, at: Wall) {
        let (ticket, queue) = (Key(fact.ticket_id.uuid().as_u128()), Key(fact.queue_id.uuid().as_u128()));
        let was = self.take_out(ticket);
        match (was, fact.status) {
            (Was::Waiting(from, waiting), Status::Waiting) if from == queue => {
                self.insert(queue, moved(waiting, fact), fact);
            }
            (was, Status::Waiting) => {
                self.gone(&was, fact, at);
                self.join(issued, ticket, queue, fact, at);
            }
            (Was::Waiting(from, waiting), status) if status.is_held() => {
                self.called(from, &waiting, fact, at);
                self.serve(ticket, queue, Serving::of(fact, at));
            }
            (Was::Served(from, serving), status) if status.is_held() => {
                let moved = from != queue;
                self.serve(ticket, queue, if moved { Serving::of(fact, at) } else { serving });
            }
            (Was::Unknown, status) if status.is_held() => self.serve(ticket, queue, Serving::of(fact, at)),
            (was, _) => self.gone(&was, fact, at),
        }
    }

    /// Somebody says how long they really waited: what zeroQ's clients send back.
    pub fn feedback(&mut self, asked: &Asked, minutes: f64, service_minutes: Option<f64>, at: Wall) {
        if let Some(minutes) = service_minutes {
            let what = What::Finished { service: asked.service, minutes };
            self.forecaster.observe(&Event { at, queue: asked.queue, site: asked.site, what });
        }
        let quote = self.tell(asked).quote;
        self.learn(&quote, minutes, at);
    }

    fn learn(&mut self, quote: &Quote, minutes: f64, at: Wall) {
        if let Some(lesson) = self.forecaster.learn(quote, minutes, at) {
            self.lessons.push(&lesson);
        }
    }

    /// Takes a ticket out of where it was.
    fn take_out(&mut self, ticket: Key) -> Was {
        let Some(queue) = self.whereabouts.remove(&ticket) else { return Was::Unknown };
        let Some(line) = self.lines.get_mut(&queue) else { return Was::Unknown };
        if let Some(serving) = line.serving.remove(&ticket) {
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

    fn insert(&mut self, queue: Key, waiting: Waiting, fact: &TicketFact) {
        let site = Key(fact.site_id.uuid().as_u128());
        self.whereabouts.insert(waiting.ticket, queue);
        *self.crowds.entry(site).or_default() += 1;
        let line = self.lines.entry(queue).or_default();
        line.site = site;
        line.insert(waiting);
    }

    fn serve(&mut self, ticket: Key, queue: Key, serving: Serving) {
        self.whereabouts.insert(ticket, queue);
        self.lines.entry(queue).or_default().serving.insert(ticket, serving);
    }

    /// Somebody joins a line: with a new ticket, or back from elsewhere.
    fn join(&mut self, issued: bool, ticket: Key, queue: Key, fact: &TicketFact, at: Wall) {
        let (service, site) = (Key(fact.service_id.uuid().as_u128()), Key(fact.site_id.uuid().as_u128()));
        let line = self.lines.entry(queue).or_default();
        line.site = site;
        let (ahead, counters) = (line.before((fact.rank, ticket)), f64::from(line.open()));
        let asked = Asked {
            now: at,
            site,
            queue,
            service,
            class: class_number(&fact.class),
            ahead,
            waiting: f64::from(line.len()) + line.outside(),
            counters: counters.max(1.0),
            declared: self.declared.get(&service).copied().unwrap_or(DECLARED),
        };
        // Who comes at a time of their own, or comes back, does not simply wait for their turn.
        let simply = issued && fact.channel != Channel::Appointment && counters > 0.0;
        let told = simply.then(|| Box::new(self.tell(&asked)));
        self.forecaster.observe(&Event { at, queue, site, what: What::Joined { counters } });
        if let Some(line) = self.lines.get_mut(&queue) {
            line.arrivals.note(at, asked.class > 0);
        }
        let waiting = Waiting {
            rank: fact.rank,
            ticket,
            service,
            class: asked.class,
            since: at,
            places: ahead,
            silent: fact.presence.is_some_and(|presence| presence.silent),
            told,
        };
        self.insert(queue, waiting, fact);
    }

    /// Somebody was called out of a line.
    fn called(&mut self, queue: Key, waiting: &Waiting, fact: &TicketFact, at: Wall) {
        let site = Key(fact.site_id.uuid().as_u128());
        let waited =
            fact.called_at.map(|called| called.duration_since(fact.waits_since()).as_secs_f64() / 60.0);
        let minutes = waited.unwrap_or_else(|| at.minutes_since(waiting.since));
        let counter = fact.counter_id.map(|counter| Key(counter.uuid().as_u128()));
        self.forecaster.observe(&Event { at, queue, site, what: What::Called { counter, minutes } });
        let Some(told) = &waiting.told else { return };
        match told.at_once {
            Some(_) => {
                if let Some(line) = self.lines.get_mut(&queue) {
                    line.at_once.learn(minutes);
                }
            }
            None => self.learn(&told.quote, minutes, at),
        }
    }

    /// Somebody left a line, or a counter.
    fn gone(&mut self, was: &Was, fact: &TicketFact, at: Wall) {
        let site = Key(fact.site_id.uuid().as_u128());
        let (queue, what) = match was {
            Was::Waiting(queue, _) => (*queue, What::Left),
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

/// Somebody who stays in their line, at the place that the event says. Who was moved does not simply wait any more.
fn moved(mut waiting: Waiting, fact: &TicketFact) -> Waiting {
    if waiting.rank != fact.rank {
        waiting.told = None;
    }
    waiting.rank = fact.rank;
    waiting.class = class_number(&fact.class);
    waiting.service = Key(fact.service_id.uuid().as_u128());
    waiting.silent = fact.presence.is_some_and(|presence| presence.silent);
    waiting
}
