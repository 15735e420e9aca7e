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
mod tickets;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::forecaster::{Event, Forecaster, What};
use super::situation::{Key, Quote, Wait, Wall};
use super::trees::Forest;

pub use arrivals::{Arrivals, Kind as ComerKind};
use blocks::Block;
pub use blocks::{BLOCK, decode};
pub use counters::Serves;
use counters::{Counters, Staffing};
use line::Line;
pub use line::{Serving, Standing, Waiting};
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

impl Book {
    /// A book that is made anew where so many waits were counted already.
    pub fn after(counted: u64) -> Self {
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
    pub fn is_able(&self, service: Key, agent: Option<Key>) -> bool {
        self.skills.cover(service, agent)
    }

    /// How the counters of a line stand that can serve a service.
    fn staffing(&self, queue: Key, service: Key) -> Staffing {
        let able = |agent| self.skills.cover(service, agent);
        self.lines.get(&queue).map(|line| self.counters.staffing(&line.counters, able)).unwrap_or_default()
    }

    /// With how many counters a line is asked about at a moment of which nobody knows who serves then: as many as usually do
    /// when somebody joins it; where nobody was seen joining yet `configured`, and one at the least.
    pub fn usual_counters(&self, queue: Key, configured: usize) -> f64 {
        let configured = || u32::try_from(configured).map_or(f64::MAX, f64::from);
        self.forecaster.usual_counters(queue).unwrap_or_else(configured).max(1.0)
    }

    /// How many counters are set up for a line, open or not, as the log tells it.
    pub fn configured(&self, queue: Key) -> usize {
        self.lines.get(&queue).map_or(0, |line| line.counters.len())
    }

    /// The lines that share a counter with this one, and it itself, each with its site: what happens in one is felt
    /// in all of them.
    pub fn together(&self, queue: Key) -> BTreeSet<(Key, Key)> {
        let counters = self.lines.get(&queue).into_iter().flat_map(|line| &line.counters);
        let shared = counters.flat_map(|counter| self.counters.queues(*counter)).copied();
        self.with_sites(shared.chain([queue]))
    }

    /// The lines of a counter, each with its site.
    pub fn lines_of_counter(&self, counter: Key) -> BTreeSet<(Key, Key)> {
        self.with_sites(self.counters.queues(counter).iter().copied())
    }

    /// The lines of an agent, each with its site.
    pub fn lines_of_agent(&self, agent: Key) -> BTreeSet<(Key, Key)> {
        self.with_sites(self.counters.queues_of_agent(agent))
    }

    /// Every line, with its site.
    pub fn every_line(&self) -> BTreeSet<(Key, Key)> {
        self.with_sites(self.lines.keys().copied())
    }

    fn with_sites(&self, queues: impl IntoIterator<Item = Key>) -> BTreeSet<(Key, Key)> {
        queues.into_iter().filter_map(|queue| Some((self.lines.get(&queue)?.site, queue))).collect()
    }

    /// The correction in use; none when there is none, or it is stale.
    pub fn forest(&self, now: Wall) -> Option<&Forest> {
        self.forest.as_deref().filter(|forest| forest.is_fresh(now))
    }

    /// Whether what `queue` is told rests on a correction.
    pub fn is_corrected(&self, now: Wall) -> bool {
        self.forest(now).is_some()
    }

    /// Which correction is in use.
    pub fn correction(&self) -> Option<u64> {
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
    pub fn lessons(&self) -> u64 {
        self.lessons.seen()
    }

    /// What the correction can be trained on and is not stored yet: full blocks, by number.
    pub fn full_blocks(&self) -> &[(u64, Vec<u8>)] {
        self.lessons.full()
    }

    /// Lets go of blocks that are stored.
    pub fn let_go(&mut self) {
        self.lessons.let_go();
    }

    /// What a line's services take, in minutes.
    pub fn service_minutes(&self, queue: Key, service: Key, declared: f64) -> f64 {
        self.forecaster.service_minutes(queue, service, declared)
    }

    /// The forecaster.
    pub fn forecaster(&self) -> &Forecaster {
        &self.forecaster
    }

    /// How a line stands; none for one that nothing happened in.
    pub fn standing(&self, queue: Key) -> Option<Standing<'_>> {
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
}
