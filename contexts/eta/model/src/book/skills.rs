//! What services ask of whoever serves them, and who knows how to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::situation::Key;

/// All skills of a tenant, in the form in which they are compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Skills {
    /// Services that ask for any.
    needed: BTreeMap<Key, Vec<String>>,
    /// Agents who have any.
    known: BTreeMap<Key, Vec<String>>,
}

impl Skills {
    /// What a service asks for from now on.
    pub(super) fn need(&mut self, service: Key, skills: Vec<String>) {
        keep(&mut self.needed, service, skills);
    }

    /// What an agent knows from now on.
    pub(super) fn know(&mut self, agent: Key, skills: Vec<String>) {
        keep(&mut self.known, agent, skills);
    }

    /// Whether a service asks for anything.
    pub(super) fn asks(&self, service: Key) -> bool {
        self.needed.contains_key(&service)
    }

    /// Whether whoever sits at a counter can serve a service; one that asks for nothing is served where nobody sits, too.
    pub(super) fn cover(&self, service: Key, agent: Option<Key>) -> bool {
        let Some(needed) = self.needed.get(&service) else { return true };
        let known = agent.and_then(|agent| self.known.get(&agent));
        needed.iter().all(|skill| known.is_some_and(|known| known.contains(skill)))
    }
}

fn keep(of: &mut BTreeMap<Key, Vec<String>>, key: Key, skills: Vec<String>) {
    if skills.is_empty() {
        of.remove(&key);
    } else {
        of.insert(key, skills);
    }
}
