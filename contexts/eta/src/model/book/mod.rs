//! All that is known of one tenant's lines: how they stand, and what they have taught.
//!
//! It is made of the event log and nothing else, event by event in the log's order: read again it comes out the same,
//! to the bit. What it tells people is asked with the line as it stands at this moment ([`Asked`]); what it learns from
//! is what it would have told from the log alone.

mod arrivals;
mod at_once;
mod blocks;
mod callers;
mod counters;
mod learning;
mod line;
mod row;
mod skills;
mod stored;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use usher_queueing::model::{Cause, Channel, Status, TicketFact, class_number};

use super::forecaster::{Event, Forecaster, What};

use super::situation::{Key, Quote, Wait, Wall};
use super::trees::Forest;

pub(crate) use arrivals::Kind as ComerKind;
pub(crate) use blocks::{BLOCK, Block, decode};
pub use counters::Serves;
use counters::{Counters, Staffing};
use line::{Line, Promise, Serving};
pub(crate) use line::{Standing, Waiting};
use skills::Skills;

/// What a service takes when its declaration is not at hand, in minutes.
const DECLARED: f64 = 5.0;

/// Somebody who asks how long it will take, and how their line stands at this moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// The time on the site's wall.
    pub now: Wall,
    /// Whether the line is asked about as it stands now. At another moment nobody is known to stand in it, and nothing has
    /// just happened.
    pub live: bool,
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
    /// How many people of other lines its counters take before them, as far as that keeps them waiting.
    pub others: f64,
    /// How many others wait in the line.
    pub waiting: f64,
    /// Whether they wait in it themselves already, and are told anew.
    pub in_line: bool,
    /// Open counters that serve it, those on a break left out.
    pub counters: f64,
    /// How many of those hold nobody and could call at once.
    pub free: f64,
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

/// All that is known of one tenant's lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Book {
    forecaster: Forecaster,
    lines: BTreeMap<Key, Line>,
    /// In which line a ticket stands, or is served.
    whereabouts: BTreeMap<Key, Key>,
    /// How many wait at each site.
    crowds: BTreeMap<Key, u32>,
    counters: Counters,
    skills: Skills,
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
    /// A book that is made anew where so many waits were counted already.
    pub(crate) fn after(counted: u64) -> Self {
        Self { lessons: Block::after(counted), ..Self::default() }
    }

    /// What somebody is told.
    pub fn tell(&self, asked: &Asked) -> Told {
        let fresh = Line::default();
        let known = self.lines.get(&asked.queue).unwrap_or(&fresh);
        // Those who wait now would have waited for hours at another hour.
        let line = if asked.live { known } else { &fresh };
        let crowd = self.crowds.get(&asked.site).filter(|_| asked.live);
        let elsewhere = crowd.copied().unwrap_or(0).saturating_sub(line.len());
        let callers = self.callers(line, asked.service);
        let called = |who: &Waiting| callers.as_ref().is_none_or(|callers| self.is_callable(callers, who));
        let counts: Option<&dyn Fn(&Waiting) -> bool> = if callers.is_some() { Some(&called) } else { None };
        let mut situation = line.situation(asked, f64::from(elsewhere), &self.forecaster, counts);
        for (other, serving) in self.held_beside(asked.queue, line) {
            let declared = self.declared.get(&serving.service).copied().unwrap_or(DECLARED);
            situation.work.get_or_insert_default().hold(
                &self.forecaster,
                other,
                serving,
                declared,
                asked.now,
            );
        }
        let quote = self.forecaster.estimate_with(&situation, self.forest(asked.now));
        let at_once = (asked.ahead + asked.others < 0.5 && asked.free > 0.5).then(|| known.at_once.wait());
        Told { quote, at_once }
    }

    /// Who of other lines is held by the counters of this one.
    fn held_beside<'b>(
        &'b self,
        queue: Key,
        line: &'b Line,
    ) -> impl Iterator<Item = (Key, &'b Serving)> + 'b {
        self.counters.held(&line.counters).filter_map(move |ticket| {
            let other = *self.whereabouts.get(&ticket).filter(|other| **other != queue)?;
            Some((other, self.lines.get(&other)?.serving.get(&ticket)?))
        })
    }

    /// Whether somebody can serve a service; `None` is a counter at which nobody sits.
    pub(crate) fn is_able(&self, service: Key, agent: Option<Key>) -> bool {
        self.skills.cover(service, agent)
    }

    /// How the counters of a line stand that can serve a service.
    fn staffing(&self, queue: Key, service: Key) -> Staffing {
        let able = |agent| self.skills.cover(service, agent);
        self.lines.get(&queue).map(|line| self.counters.staffing(&line.counters, able)).unwrap_or_default()
    }

    /// With how many counters a line is asked about at a moment of which nobody knows who serves then: as many as usually do
    /// when somebody joins it; where nobody was seen joining yet `configured`, and one at the least.
    pub(crate) fn usual_counters(&self, queue: Key, configured: usize) -> f64 {
        let configured = || u32::try_from(configured).map_or(f64::MAX, f64::from);
        self.forecaster.usual_counters(queue).unwrap_or_else(configured).max(1.0)
    }

    /// How many counters are set up for a line, open or not, as the log tells it.
    pub(crate) fn configured(&self, queue: Key) -> usize {
        self.lines.get(&queue).map_or(0, |line| line.counters.len())
    }

    /// The lines that share a counter with this one, and it itself, each with its site: what happens in one is felt
    /// in all of them.
    pub(crate) fn together(&self, queue: Key) -> BTreeSet<(Key, Key)> {
        let counters = self.lines.get(&queue).into_iter().flat_map(|line| &line.counters);
        let shared = counters.flat_map(|counter| self.counters.queues(*counter)).copied();
        self.with_sites(shared.chain([queue]))
    }

    /// The lines of a counter, each with its site.
    pub(crate) fn lines_of_counter(&self, counter: Key) -> BTreeSet<(Key, Key)> {
        self.with_sites(self.counters.queues(counter).iter().copied())
    }

    /// The lines of an agent, each with its site.
    pub(crate) fn lines_of_agent(&self, agent: Key) -> BTreeSet<(Key, Key)> {
        self.with_sites(self.counters.queues_of_agent(agent))
    }

    /// Every line, with its site.
    pub(crate) fn every_line(&self) -> BTreeSet<(Key, Key)> {
        self.with_sites(self.lines.keys().copied())
    }

    fn with_sites(&self, queues: impl IntoIterator<Item = Key>) -> BTreeSet<(Key, Key)> {
        queues.into_iter().filter_map(|queue| Some((self.lines.get(&queue)?.site, queue))).collect()
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
    pub fn correct(&mut self, version: Option<u64>, forest: Option<Arc<Forest>>) {
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

    /// A service was made or changed: what it takes, and what it asks of whoever serves it.
    pub fn service(&mut self, service: Key, declared: f64, skills: Vec<String>) {
        self.declared.insert(service, declared);
        self.skills.need(service, skills);
    }

    /// What an agent knows how to do from now on.
    pub fn skills_of(&mut self, agent: Key, skills: Vec<String>) {
        self.skills.know(agent, skills);
    }

    /// A counter was made or changed: the lines that it serves; none when it was taken out of use.
    pub fn counter(&mut self, counter: Key, site: Key, serves: Option<Serves>, at: Wall) {
        let now = serves.as_ref().map_or_else(Vec::new, |serves| serves.queues.clone());
        let before = self.counters.serve(counter, serves);
        for queue in &before {
            self.lines.entry(*queue).or_default().counters.remove(&counter);
        }
        for queue in &now {
            self.lines.entry(*queue).or_default().counters.insert(counter);
        }
        self.recount(before.into_iter().chain(now), site, at);
    }

    /// A counter opened or closed, or somebody sat down there.
    pub fn seat(&mut self, counter: Key, site: Key, open: bool, agent: Option<Key>, at: Wall) {
        let queues = self.counters.seat(counter, open, agent);
        self.recount(queues, site, at);
    }

    /// An agent went on a break, or came back from it.
    pub fn agent(&mut self, agent: Key, paused: bool, at: &mut dyn FnMut(Key) -> Wall) {
        for queue in self.counters.agent(agent, paused) {
            let site = self.lines.get(&queue).map(|line| line.site).unwrap_or_default();
            self.recount([queue], site, at(site));
        }
    }

    /// How many counters serve these lines, counted anew.
    fn recount(&mut self, queues: impl IntoIterator<Item = Key>, site: Key, at: Wall) {
        for queue in queues {
            let line = self.lines.entry(queue).or_default();
            let staffing = self.counters.staffing(&line.counters, |_| true);
            line.site = site;
            if line.staff(staffing.open, staffing.paused) {
                self.forecaster.observe(&Event { at, queue, site, what: What::Staffed });
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
        self.counters.hold(serving.counter, ticket);
        self.lines.entry(queue).or_default().serving.insert(ticket, serving);
    }

    /// Somebody joins a line: with a new ticket, or back from elsewhere.
    fn join(&mut self, issued: bool, ticket: Key, queue: Key, fact: &TicketFact, at: Wall) {
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
fn moved(mut waiting: Waiting, fact: &TicketFact) -> Waiting {
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
