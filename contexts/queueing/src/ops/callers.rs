//! How many people come before somebody: those whom at least one of the counters that could call that somebody could call
//! as well. Whom all of them pass over (nobody there has the skills, or they wait for another counter or member of staff)
//! keeps nobody waiting, though their place in the line is before.
//!
//! Most lines have nobody of that kind. There nothing is looked at one by one, and a place costs what it costs in a line
//! of ten thousand.

use usher_kernel::TenantId;

use super::line::Queueing;
use crate::model::line::Key;
use crate::model::live::{Caller, LiveLine, Seats, Skills};
use crate::model::{CounterId, Load, Queue, QueueId, Service, ServiceId, TenantConfig};

/// The services that people wait for, where counters could pass over some of them; `for_sure` is one that the counters
/// serve all of.
fn mixed(config: &TenantConfig, line: &LiveLine, for_sure: Option<ServiceId>) -> Option<Vec<ServiceId>> {
    let asks = |id: ServiceId| config.service(id).is_some_and(|service| !service.required_skills.is_empty());
    let skilled = config.skilled && line.wanted().any(|id| Some(id) != for_sure && asks(id));
    (skilled || line.has_bonds()).then(|| line.wanted().collect())
}

impl Queueing {
    /// How many are expected before a key in a line by those of `counters` that could call somebody for `service`; with
    /// those outside. Where there is no such counter it is everybody.
    pub(crate) fn people_before(
        &self,
        config: &TenantConfig,
        queue: &Queue,
        service: &Service,
        counters: &[CounterId],
        key: Key,
    ) -> i64 {
        let Some(shared) = self.live().line(queue.id) else { return 0 };
        let (everybody, wanted) = {
            let line = shared.lock();
            (line.expected_before(key) + line.outside, mixed(config, &line, Some(service.id)))
        };
        let Some(mut wanted) = wanted else { return everybody };
        wanted.push(service.id);
        let mut callers = self.callers(config, queue.tenant_id, counters, &wanted);
        callers.retain(|caller| !caller.lacks.contains(&service.id));
        if callers.is_empty() {
            return everybody;
        }
        let line = shared.lock();
        line.expected_by(key, &callers) + line.outside
    }

    /// Of those before a key whom one counter may call: how many others may call as well, those outside too, and how many
    /// wait for it alone.
    pub(crate) fn people_before_at(
        &self,
        config: &TenantConfig,
        queue: &Queue,
        counter: CounterId,
        key: Key,
    ) -> (i64, i64) {
        let Some(shared) = self.live().line(queue.id) else { return (0, 0) };
        let wanted: Vec<ServiceId> = shared.lock().wanted().collect();
        let caller = {
            let seats = self.live().seats.lock();
            let skills = self.live().skills.read();
            caller(config, queue.tenant_id, &seats, &skills, counter, &wanted)
        };
        let line = shared.lock();
        let (others_too, own) = line.expected_at(key, &caller);
        (others_too + line.outside, own)
    }

    /// How many people of a line each of the counters that serve it would take; `serving` is how many do.
    #[expect(clippy::cast_precision_loss, reason = "counts of people and counters")]
    pub(crate) fn load_of(
        &self,
        config: &TenantConfig,
        tenant: TenantId,
        queue: QueueId,
        serving: usize,
    ) -> Load<CounterId> {
        let Some(shared) = self.live().line(queue) else { return Load::Even(0.0) };
        let (people, wanted) = {
            let line = shared.lock();
            (line.len() - line.silent() + line.outside, mixed(config, &line, None))
        };
        let Some(wanted) = wanted else { return Load::even(people as f64, serving as f64) };
        let callers = self.callers(config, tenant, config.counters_of(queue), &wanted);
        shared.lock().load_on(&callers)
    }

    /// Those of some counters that take people now, each with those of the wanted services that it cannot serve.
    fn callers(
        &self,
        config: &TenantConfig,
        tenant: TenantId,
        counters: &[CounterId],
        wanted: &[ServiceId],
    ) -> Vec<Caller> {
        let seats = self.live().seats.lock();
        let skills = self.live().skills.read();
        let open = counters.iter().copied().filter(|counter| seats.serves(*counter));
        open.map(|counter| caller(config, tenant, &seats, &skills, counter, wanted)).collect()
    }
}

/// A counter as one that calls.
fn caller(
    config: &TenantConfig,
    tenant: TenantId,
    seats: &Seats,
    skills: &Skills,
    counter_id: CounterId,
    wanted: &[ServiceId],
) -> Caller {
    let agent_id = seats.counters.get(&counter_id).and_then(|seat| seat.agent_id);
    let lacks = |id: &ServiceId| {
        config.service(*id).is_some_and(|service| !skills.cover(tenant, agent_id, &service.required_skills))
    };
    Caller { counter_id, agent_id, lacks: wanted.iter().copied().filter(lacks).collect() }
}
