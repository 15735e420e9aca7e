//! Which promise of a line breaks next, and the counter that would help.

use std::sync::Arc;

use usher_kernel::Timestamp;

use super::floor::{Suggestion, tenth};
use crate::model::estimate::step;
use crate::model::line::Key;
use crate::model::{LineView, Queue, Service, ServiceId, TenantConfig, rank};
use crate::ops::{Queueing, micros};

/// Of those who wait for a service, whoever entered first: their place, and when that was, in microseconds.
pub(super) type Oldest = (ServiceId, Key, i64);

/// How the promises of a line stand. Each service has its own target; one without promises nothing.
#[derive(Debug, Default)]
pub(super) struct Promise {
    /// Somebody has waited longer than they should.
    pub(super) broken: bool,
    /// When the first promise breaks, unless something changes; none where that is past.
    pub(super) breach_at: Option<Timestamp>,
    /// How likely it is that somebody in line, or who joins now, is not called in time.
    pub(super) chance: Option<f64>,
    /// Whose promise breaks first: their service, and its target in minutes.
    pub(super) first: Option<(ServiceId, f64)>,
    /// Whether any of the services that people wait for is served.
    pub(super) served: bool,
    /// Of those that nobody serves, the one whose promise breaks first.
    pub(super) unserved: Option<ServiceId>,
}

/// How the promises of a line stand, in which these have waited longest.
#[expect(clippy::cast_precision_loss, reason = "minutes for people")]
pub(super) fn promise(
    line: &Queueing,
    config: &TenantConfig,
    q: &Queue,
    oldest: &[Oldest],
    now: Timestamp,
) -> Promise {
    let mut promise = Promise::default();
    let (mut first, mut first_unserved): (Option<i64>, Option<i64>) = (None, None);
    let mut likeliest = |chance: Option<f64>| {
        promise.chance = chance.into_iter().chain(promise.chance).reduce(f64::max);
    };
    for (id, key, entry) in oldest {
        let served = config.service(*id).is_some_and(|service| line.staffing(config, q, service).open > 0);
        promise.served |= served;
        if !served {
            // One without a promise comes after all that have one.
            let target = promised(config, *id).map(|(_, target)| rank::micros(target));
            let due = target.map_or(i64::MAX, |target| entry.saturating_add(target));
            if first_unserved.is_none_or(|first| due < first) {
                (first_unserved, promise.unserved) = (Some(due), Some(*id));
            }
        }
        let Some((service, target)) = promised(config, *id) else { continue };
        let waited = (micros(now) - entry).max(0) as f64 / 6e7;
        promise.broken |= tenth(waited) > target;
        // Whom nobody serves is not called in time, unless something changes.
        let estimate = line.estimate(config, q, service, Some(*key), now);
        likeliest(Some(estimate.chance_over(target - waited).unwrap_or(1.0)));
        let due = entry.saturating_add(rank::micros(target));
        if first.is_none_or(|first| due < first) {
            (first, promise.first) = (Some(due), Some((*id, target)));
        }
    }
    // Whoever joins now, for what one can join for; where nobody waits there is nothing to warn of.
    if !oldest.is_empty() {
        let promises = q.settings.service_ids.iter().filter_map(|id| promised(config, *id));
        for (service, target) in promises.filter(|(service, _)| service.active) {
            likeliest(line.estimate(config, q, service, None, now).chance_over(target));
        }
    }
    promise.breach_at = first.and_then(|due| Timestamp::from_microsecond(due).ok()).filter(|due| *due > now);
    promise
}

/// A service that promises something, with its target in minutes.
fn promised(config: &TenantConfig, id: ServiceId) -> Option<(&Arc<Service>, f64)> {
    let service = config.service(id)?;
    Some((service, service.target_minutes?))
}

/// The closed counter to open for those who come for a service: whoever sits there can serve it, and their wait becomes
/// shorter by a step of what is said.
pub(super) fn suggest(
    line: &Queueing,
    config: &TenantConfig,
    q: &Queue,
    service: &Service,
    now: Timestamp,
) -> Option<Suggestion> {
    let counter = {
        let seats = line.live().seats.lock();
        let skills = line.live().skills.read();
        let closed = config.counters_of(q.id).iter().filter(|counter| !seats.is_open(**counter));
        closed.filter_map(|id| config.counter(*id)).find(|counter| {
            let seated = seats.counters.get(&counter.id).and_then(|seat| seat.agent_id);
            skills.cover(q.tenant_id, seated.or(counter.staff_id), &service.required_skills)
        })?
    };
    let view = line.view(config, q, service, None, now);
    let with = |more| {
        let (open_counters, free_counters) = (view.open_counters + more, view.free_counters + more);
        line.ask(&LineView { open_counters, free_counters, ..view }).p50
    };
    let to = with(1)?;
    // Where nobody serves there is no wait to compare with.
    let from = if view.open_counters > 0 { with(0)? } else { to };
    (view.open_counters == 0 || from - to >= step(from)).then(|| Suggestion {
        text_key: "open_counter",
        counter_id: counter.id,
        counter_number: counter.number.clone(),
        from_minutes: from,
        to_minutes: to,
    })
}
