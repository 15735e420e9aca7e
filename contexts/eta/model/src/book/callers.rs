//! How many people come before somebody, as the log tells it: those whom at least one of the counters that could call that
//! somebody could call as well. It is the same count as that of the lines as they stand now, so that what is learned
//! and what people are told rest on the same places.

use std::collections::BTreeMap;

use usher_queueing::model::{Load, others_first};

use super::Book;
use super::counters::Caller;
use super::line::{Line, Waiting};
use crate::situation::Key;

impl Book {
    /// The counters that could call somebody of a line for a service, where they could pass over others of it; none where
    /// they call everybody, and where there are no such counters.
    pub(super) fn callers(&self, line: &Line, service: Key) -> Option<Vec<Caller>> {
        let skilled = line.wanted().any(|other| other != service && self.skills.asks(other));
        if !skilled && !line.has_bonds() {
            return None;
        }
        let able = |agent| self.skills.cover(service, agent);
        let callers = self.counters.callers(&line.counters, able);
        (!callers.is_empty()).then_some(callers)
    }

    /// Whether a counter's call would take somebody who waits.
    fn may_call(&self, caller: &Caller, who: &Waiting) -> bool {
        self.skills.cover(who.service, caller.agent)
            && who.target.is_none_or(|target| target == caller.counter)
            && who.for_agent.is_none_or(|agent| caller.agent == Some(agent))
    }

    /// Whether the call of any of these would.
    pub(super) fn is_callable(&self, callers: &[Caller], who: &Waiting) -> bool {
        callers.iter().any(|caller| self.may_call(caller, who))
    }

    /// How many will come before a key in a line, for somebody who comes for a service.
    pub(super) fn before(&self, queue: Key, service: Key, key: (i64, Key)) -> f64 {
        let Some(line) = self.lines.get(&queue) else { return 0.0 };
        match self.callers(line, service) {
            None => line.before(key),
            Some(callers) => line.before_by(key, |who| self.is_callable(&callers, who)),
        }
    }

    /// How many people of a line each of the counters that serve it would take.
    fn load_of(&self, queue: Key) -> Load<Key> {
        let Some(line) = self.lines.get(&queue) else { return Load::Even(0.0) };
        if !line.has_bonds() && !line.wanted().any(|service| self.skills.asks(service)) {
            return Load::even(line.expected(), f64::from(line.open()));
        }
        let callers = self.counters.callers(&line.counters, |_| true);
        let may_call = |caller: &Caller, who: &&Waiting| self.may_call(caller, who);
        Load::each(&callers, |caller| caller.counter, line.present(), line.outside(), may_call)
    }

    /// How many people of other lines the counters of a line that can serve a service take before somebody who has so many
    /// of this line before them.
    pub(super) fn others_first(&self, queue: Key, service: Key, ahead: f64) -> f64 {
        let Some(line) = self.lines.get(&queue) else { return 0.0 };
        let theirs = line.counters.iter().flat_map(|counter| self.counters.queues(*counter));
        let mut loads: BTreeMap<Key, Load<Key>> = BTreeMap::new();
        for other in theirs.filter(|other| **other != queue) {
            loads.entry(*other).or_insert_with(|| self.load_of(*other));
        }
        let able = |agent| self.skills.cover(service, agent);
        let load = |counter: Key, other: Key| loads.get(&other).map_or(0.0, |load| load.at(counter));
        others_first(ahead, &self.counters.takers(&line.counters, queue, able, load))
    }
}
