//! Who could be called by whom: counters pass over people for whom their agents lack the skills, and those who wait for
//! another counter or another member of staff.

use super::LiveTicket;
use crate::model::{AgentId, CounterId, ServiceId};

/// A counter that takes people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Which.
    pub counter_id: CounterId,
    /// Who sits there.
    pub agent_id: Option<AgentId>,
    /// The services for which whoever sits there lacks the skills.
    pub lacks: Vec<ServiceId>,
}

impl Caller {
    /// Whether its call would take somebody who waits.
    pub fn may_call(&self, ticket: &LiveTicket) -> bool {
        !self.lacks.contains(&ticket.service_id)
            && ticket.target_counter_id.is_none_or(|target| target == self.counter_id)
            && ticket.for_agent_id.is_none_or(|agent| self.agent_id == Some(agent))
    }
}
