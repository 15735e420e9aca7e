//! Who sits where, and what each counter has done today.

use std::collections::HashMap;

use usher_kernel::{SiteId, TenantId, Timestamp};

use crate::model::counter::{AgentStatus, CounterStatus};
use crate::model::{AgentId, CounterId, Status, TicketFact, TicketId};

/// A counter as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct CounterSeat {
    /// Whose.
    pub tenant_id: TenantId,
    /// Where.
    pub site_id: SiteId,
    /// Open or closed.
    pub status: CounterStatus,
    /// Who sits there.
    pub agent_id: Option<AgentId>,
    /// Since when it is as it is: opened, closed, became busy, became idle.
    pub since: Timestamp,
    /// What it holds.
    pub holding: Vec<TicketId>,
    /// The business day of the next figure.
    pub day: String,
    /// How many it served on that day.
    pub served_today: i64,
    /// When something was last done there.
    pub last_action: Timestamp,
}

impl CounterSeat {
    /// Takes in that something was done there. What is told of earlier does not set it back, but for the moment of the start,
    /// which stands for one that is not known yet.
    fn acted(&mut self, started: Option<Timestamp>, at: Timestamp) {
        if Some(self.last_action) == started || self.last_action < at {
            self.last_action = at;
        }
    }

    /// Counts anew on a new day.
    fn begin(&mut self, day: &str) {
        if self.day != day {
            day.clone_into(&mut self.day);
            self.served_today = 0;
        }
    }
}

/// An agent as they stand now.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentSeat {
    /// Their name.
    pub name: String,
    /// Whether they take tickets.
    pub status: AgentStatus,
    /// Why they are on a break.
    pub pause_reason: Option<String>,
    /// Where they sit.
    pub counter_id: Option<CounterId>,
    /// Since when.
    pub since: Timestamp,
    /// Counts their changes.
    pub version: i64,
}

/// Counters and agents as they stand now.
#[derive(Clone, Debug, Default)]
pub struct Seats {
    /// Counters.
    pub counters: HashMap<CounterId, CounterSeat>,
    /// Agents by tenant and user.
    pub agents: HashMap<(TenantId, AgentId), AgentSeat>,
    /// Which counter holds a ticket.
    holders: HashMap<TicketId, CounterId>,
    /// When this node started: of what was done before, at a counter where nothing was done since, only the past tells.
    pub(crate) started: Option<Timestamp>,
}

impl Seats {
    /// Whether a counter is open.
    pub fn is_open(&self, counter: CounterId) -> bool {
        self.counters.get(&counter).is_some_and(|seat| seat.status == CounterStatus::Open)
    }

    /// How many of these counters are open.
    pub fn open_among(&self, counters: &[CounterId]) -> i64 {
        i64::try_from(counters.iter().filter(|c| self.is_open(**c)).count()).unwrap_or(0)
    }

    /// Whether an agent is on a break.
    fn on_break(&self, tenant: TenantId, agent: AgentId) -> bool {
        self.agents.get(&(tenant, agent)).is_some_and(|agent| agent.status == AgentStatus::Paused)
    }

    /// Whether a counter takes people: it is open, and its agent is not on a break.
    pub fn serves(&self, counter: CounterId) -> bool {
        self.counters.get(&counter).is_some_and(|seat| {
            seat.status == CounterStatus::Open
                && !seat.agent_id.is_some_and(|agent| self.on_break(seat.tenant_id, agent))
        })
    }

    /// How a counter stands for whoever looks at the screen above it: `busy`, `closed`, `paused` or `idle`.
    pub fn standing(&self, counter: CounterId) -> &'static str {
        match self.counters.get(&counter) {
            Some(seat) if !seat.holding.is_empty() => "busy",
            Some(seat) if seat.status == CounterStatus::Open && self.serves(counter) => "idle",
            Some(seat) if seat.status == CounterStatus::Open => "paused",
            _ => "closed",
        }
    }

    /// Whether somebody could be called to a counter at this moment: it takes people, and holds nobody.
    pub fn is_free(&self, counter: CounterId) -> bool {
        self.serves(counter) && self.counters.get(&counter).is_some_and(|seat| seat.holding.is_empty())
    }

    /// An agent's name; empty when unknown.
    pub fn agent_name(&self, tenant: TenantId, agent: AgentId) -> &str {
        self.agents.get(&(tenant, agent)).map_or("", |a| &a.name)
    }

    /// Takes in that a ticket ended at a counter before the start.
    pub fn remember(&mut self, counter: CounterId, served: bool, at: Timestamp, day: &str) {
        let started = self.started;
        let Some(seat) = self.counters.get_mut(&counter) else { return };
        seat.begin(day);
        seat.served_today += i64::from(served);
        seat.acted(started, at);
    }

    /// Takes in what happened to a ticket; says which counter let go of it, and which one took it.
    pub fn note(&mut self, fact: &TicketFact, at: Timestamp, day: &str) -> [Option<CounterId>; 2] {
        let held_at = fact.counter_id.filter(|_| fact.status.is_held());
        let holder = self.holders.get(&fact.ticket_id).copied();
        let mut changed = [None, None];
        if let Some(old) = holder.filter(|old| Some(*old) != held_at) {
            changed[0] = Some(old);
            self.holders.remove(&fact.ticket_id);
            if let Some(seat) = self.counters.get_mut(&old) {
                seat.holding.retain(|t| *t != fact.ticket_id);
                seat.acted(self.started, at);
                if seat.holding.is_empty() {
                    seat.since = at;
                }
            }
        }
        let Some(counter) = fact.counter_id else { return changed };
        let Some(seat) = self.counters.get_mut(&counter) else { return changed };
        seat.begin(day);
        if held_at.is_some() && !seat.holding.contains(&fact.ticket_id) {
            if seat.holding.is_empty() {
                seat.since = at;
            }
            seat.holding.push(fact.ticket_id);
            self.holders.insert(fact.ticket_id, counter);
            changed[1] = Some(counter);
        }
        match (fact.undone.is_some(), fact.from, fact.status) {
            (false, from, Status::Served) if from != Some(Status::Served) => seat.served_today += 1,
            (true, Some(Status::Served), _) => seat.served_today -= 1,
            _ => {}
        }
        seat.acted(self.started, at);
        changed
    }
}
