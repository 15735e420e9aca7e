//! Who can serve what: a service may ask for skills, a member of staff has some.

use std::sync::Arc;

use usher_kernel::TenantId;

use super::line::Queueing;
use crate::error::Error;
use crate::model::rank::Term;
use crate::model::{AgentId, Counter, Queue, Service, ServiceId, TenantConfig, Ticket};

impl Queueing {
    /// The services that an agent lacks the skills for. Costs nothing where no service asks for any.
    pub(crate) fn barred(
        &self,
        config: &TenantConfig,
        tenant: TenantId,
        agent: Option<AgentId>,
    ) -> Vec<ServiceId> {
        if !config.skilled {
            return Vec::new();
        }
        let skills = self.live().skills.read();
        let lacks = |s: &&Arc<Service>| !skills.cover(tenant, agent, &s.required_skills);
        config.services.iter().filter(lacks).map(|s| s.id).collect()
    }

    /// How many open counters could serve somebody who comes to a line for a service.
    pub(crate) fn open_counters(&self, config: &TenantConfig, queue: &Queue, service: &Service) -> i64 {
        let counters = config.counters_of(queue.id);
        let seats = self.live().seats.lock();
        if service.required_skills.is_empty() {
            return seats.open_among(counters);
        }
        let skills = self.live().skills.read();
        let able = counters.iter().filter(|id| {
            seats.is_open(**id)
                && seats.counters.get(id).is_some_and(|seat| {
                    skills.cover(queue.tenant_id, seat.agent_id, &service.required_skills)
                })
        });
        i64::try_from(able.count()).unwrap_or(0)
    }
}

/// The agent at a counter has the skills for a ticket.
pub(crate) fn able(
    line: &Queueing,
    config: &TenantConfig,
    t: &Ticket,
    counter: &Counter,
    agent: Option<AgentId>,
) -> Result<(), Error> {
    if !line.barred(config, t.tenant_id, agent).contains(&t.service_id) {
        return Ok(());
    }
    let skills = config.service(t.service_id).map(|s| s.required_skills.join(", ")).unwrap_or_default();
    let counter = line.counter_text(config, t.tenant_id, counter.id);
    Err(Error::SkillMissing { number: t.number.clone(), skills, counter })
}

/// What a service asks of whoever serves it, and how many at open counters can.
pub(crate) fn term(line: &Queueing, config: &TenantConfig, queue: &Queue, service: &Service) -> Option<Term> {
    if service.required_skills.is_empty() {
        return None;
    }
    let able = line.open_counters(config, queue, service);
    let skills = service.required_skills.join(", ");
    let text = match able {
        0 => format!("needs {skills}, which nobody at an open counter of this line can do"),
        1 => format!("needs {skills}, which 1 open counter can do"),
        n => format!("needs {skills}, which {n} open counters can do"),
    };
    #[expect(clippy::cast_precision_loss, reason = "a handful of counters")]
    Some(Term { name: "skills", value: able as f64, text })
}
