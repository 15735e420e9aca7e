//! The counters of a tenant as the log tells of them: what they serve, who sits there, whom they hold.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use usher_queueing::model::Taker;

use crate::situation::Key;

/// What a counter serves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serves {
    /// The lines, in order.
    pub queues: Vec<Key>,
    /// Their weights, one each; without them the order decides.
    pub weights: Option<Vec<i64>>,
}

impl Serves {
    /// One line after the other.
    pub fn in_order(queues: Vec<Key>) -> Self {
        Self { queues, weights: None }
    }
}

/// One counter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counter {
    serves: Serves,
    open: bool,
    agent: Option<Key>,
    held: BTreeSet<Key>,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Counters {
    known: BTreeMap<Key, Counter>,
    /// Agents on a break.
    paused: BTreeSet<Key>,
}

/// A counter that takes people, as one that calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    /// Which.
    pub(super) counter: Key,
    /// Who sits there.
    pub(super) agent: Option<Key>,
}

/// How the counters of a line stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Staffing {
    /// How many are open and have nobody on a break.
    pub(super) open: u32,
    /// How many are open and have an agent who is on a break.
    pub(super) paused: u32,
    /// How many of the open ones hold nobody: they could call at once.
    pub(super) free: u32,
}

impl Counters {
    /// What a counter serves from now on; none when it is taken out of use. Gives what it served before.
    pub(super) fn serve(&mut self, counter: Key, serves: Option<Serves>) -> Vec<Key> {
        let known = self.known.entry(counter).or_default();
        let before = std::mem::take(&mut known.serves);
        match serves {
            Some(serves) => known.serves = serves,
            None => drop(self.known.remove(&counter)),
        }
        before.queues
    }

    /// A counter opened or closed, or somebody sat down there. Gives what it serves.
    pub(super) fn seat(&mut self, counter: Key, open: bool, agent: Option<Key>) -> Vec<Key> {
        let known = self.known.entry(counter).or_default();
        (known.open, known.agent) = (open, agent);
        known.serves.queues.clone()
    }

    /// An agent went on a break, or came back from it. Gives the lines that they serve; none where that is no news.
    pub(super) fn agent(&mut self, agent: Key, paused: bool) -> BTreeSet<Key> {
        let changed = if paused { self.paused.insert(agent) } else { self.paused.remove(&agent) };
        if changed { self.queues_of_agent(agent) } else { BTreeSet::new() }
    }

    /// The lines that an agent serves.
    pub(super) fn queues_of_agent(&self, agent: Key) -> BTreeSet<Key> {
        let theirs = self.known.values().filter(|counter| counter.agent == Some(agent));
        theirs.flat_map(|counter| counter.serves.queues.iter().copied()).collect()
    }

    /// The lines that a counter serves.
    pub(super) fn queues(&self, counter: Key) -> &[Key] {
        self.known.get(&counter).map_or(&[], |counter| &counter.serves.queues)
    }

    /// A counter holds a ticket.
    pub(super) fn hold(&mut self, counter: Option<Key>, ticket: Key) {
        if let Some(counter) = counter.and_then(|counter| self.known.get_mut(&counter)) {
            counter.held.insert(ticket);
        }
    }

    /// It holds it no more.
    pub(super) fn let_go(&mut self, counter: Option<Key>, ticket: Key) {
        if let Some(counter) = counter.and_then(|counter| self.known.get_mut(&counter)) {
            counter.held.remove(&ticket);
        }
    }

    /// The tickets that these counters hold.
    pub(super) fn held<'c>(&'c self, of: &'c BTreeSet<Key>) -> impl Iterator<Item = Key> + 'c {
        of.iter()
            .filter_map(|counter| self.known.get(counter))
            .flat_map(|counter| counter.held.iter().copied())
    }

    /// Those of these counters that take people.
    fn taking<'c>(&'c self, of: &'c BTreeSet<Key>) -> impl Iterator<Item = (Key, &'c Counter)> + 'c {
        of.iter().filter_map(|name| Some((*name, self.known.get(name)?))).filter(|(_, counter)| {
            counter.open && !counter.agent.is_some_and(|agent| self.paused.contains(&agent))
        })
    }

    /// Those of these counters that take people, where whoever sits there is `able`.
    pub(super) fn callers(&self, of: &BTreeSet<Key>, able: impl Fn(Option<Key>) -> bool) -> Vec<Caller> {
        let taking = self.taking(of).map(|(counter, known)| Caller { counter, agent: known.agent });
        taking.filter(|caller| able(caller.agent)).collect()
    }

    /// What those of these counters that take people do for a line, where whoever sits there is `able`; `load` says how
    /// many people of another line a counter would take.
    pub(super) fn takers(
        &self,
        of: &BTreeSet<Key>,
        queue: Key,
        able: impl Fn(Option<Key>) -> bool,
        load: impl Fn(Key, Key) -> f64,
    ) -> Vec<Taker> {
        let taking = self.taking(of).filter(|(_, counter)| able(counter.agent));
        taking
            .map(|(name, counter)| {
                let Serves { queues, weights } = &counter.serves;
                let weight = |at: usize| weights.as_ref().map(|known| known.get(at).copied().unwrap_or(1));
                let lines = queues.iter().enumerate().map(|(at, line)| (*line, weight(at)));
                Taker::of(lines, queue, |line| load(name, line))
            })
            .collect()
    }

    /// How those of these counters stand where whoever sits there is `able`.
    pub(super) fn staffing(&self, of: &BTreeSet<Key>, able: impl Fn(Option<Key>) -> bool) -> Staffing {
        let mut staffing = Staffing::default();
        let open = of.iter().filter_map(|counter| self.known.get(counter)).filter(|counter| counter.open);
        for counter in open.filter(|counter| able(counter.agent)) {
            let paused = counter.agent.is_some_and(|agent| self.paused.contains(&agent));
            staffing.open += u32::from(!paused);
            staffing.paused += u32::from(paused);
            staffing.free += u32::from(!paused && counter.held.is_empty());
        }
        staffing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_on_a_break_is_neither_open_nor_free() {
        let (one, two, ana, ben, line) = (Key(1), Key(2), Key(11), Key(12), Key(20));
        let mut counters = Counters::default();
        for (counter, agent) in [(one, ana), (two, ben)] {
            counters.serve(counter, Some(Serves::in_order(vec![line])));
            counters.seat(counter, true, Some(agent));
        }
        let both = BTreeSet::from([one, two]);
        let of = |counters: &Counters| {
            let staffing = counters.staffing(&both, |_| true);
            (staffing.open, staffing.paused, staffing.free)
        };
        assert_eq!(of(&counters), (2, 0, 2));
        counters.hold(Some(one), Key(100));
        assert_eq!(of(&counters), (2, 0, 1));
        assert_eq!(counters.agent(ben, true), BTreeSet::from([line]));
        assert_eq!(of(&counters), (1, 1, 0));
        assert!(counters.agent(ben, true).is_empty(), "no news");
        counters.let_go(Some(one), Key(100));
        assert_eq!(of(&counters), (1, 1, 1));
        counters.agent(ben, false);
        counters.seat(one, false, None);
        assert_eq!(of(&counters), (1, 0, 1));
    }
}
