//! Who can serve what: a service may ask for skills, a member of staff has some.

use std::sync::Arc;

use usher_kernel::TenantId;

use super::line::Queueing;
use crate::error::Error;
use crate::model::live::Seats;
use crate::model::rank::Term;
use crate::model::{AgentId, Counter, CounterId, Queue, Service, ServiceId, TenantConfig, Ticket};

/// The counters that could serve somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Staffing {
    /// How many are open, with nobody on a break.
    pub(crate) open: i64,
    /// How many of those hold nobody and could call at once.
    pub(crate) free: i64,
}

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

    /// How many open counters, whose agents are not on a break, could serve somebody who comes to a line for a service,
    /// and how many of them are free.
    pub(crate) fn staffing(&self, config: &TenantConfig, queue: &Queue, service: &Service) -> Staffing {
        self.staffing_of(config.counters_of(queue.id), queue, service)
    }

    /// The same of some of the line's counters.
    pub(crate) fn staffing_of(&self, counters: &[CounterId], queue: &Queue, service: &Service) -> Staffing {
        let seats = self.live().seats.lock();
        let mut staffing = Staffing::default();
        self.serving(&seats, counters, queue, service).for_each(|counter| {
            staffing.open += 1;
            staffing.free += i64::from(seats.is_free(counter));
        });
        staffing
    }

    /// Those of some counters that could serve somebody who comes to a line for a service.
    pub(crate) fn serving(
        &self,
        seats: &Seats,
        counters: &[CounterId],
        queue: &Queue,
        service: &Service,
    ) -> impl Iterator<Item = CounterId> {
        let skills = (!service.required_skills.is_empty()).then(|| self.live().skills.read());
        counters.iter().copied().filter(move |counter| {
            let agent = seats.counters.get(counter).and_then(|seat| seat.agent_id);
            let able = skills
                .as_ref()
                .is_none_or(|skills| skills.cover(queue.tenant_id, agent, &service.required_skills));
            able && seats.serves(*counter)
        })
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
    let able = line.staffing(config, queue, service).open;
    let skills = service.required_skills.join(", ");
    let text = match able {
        0 => format!("needs {skills}, which nobody at an open counter of this line can do"),
        1 => format!("needs {skills}, which 1 open counter can do"),
        n => format!("needs {skills}, which {n} open counters can do"),
    };
    #[expect(clippy::cast_precision_loss, reason = "a handful of counters")]
    Some(Term { name: "skills", value: able as f64, text })
}
