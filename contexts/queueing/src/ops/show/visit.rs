//! What became of the next step of a visit, for staff.

use schemars::JsonSchema;
use serde::Serialize;
use usher_kernel::{SiteId, TenantId, Timestamp};

use crate::model::{NextStep, ServiceId, TenantConfig, TicketId};
use crate::ops::Queueing;

/// What became of the next step of a visit: its ticket, or why there is none.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NextStepView {
    /// The service.
    pub service_id: ServiceId,
    /// Its name.
    pub service_name: String,
    /// The ticket that was issued for it.
    pub ticket_id: Option<TicketId>,
    /// Its number.
    pub number: Option<String>,
    /// The code of the refusal, when none could be issued.
    pub code: Option<String>,
    /// That refusal in words.
    pub reason: Option<String>,
}

/// A visit that waits for staff: somebody was served, and the next step could not be issued.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StoppedVisit {
    /// The ticket that was served last; the next step is issued from it.
    pub ticket_id: TicketId,
    /// Its number.
    pub number: String,
    /// Which step, and why it could not be issued.
    pub step: NextStepView,
    /// Since when.
    pub since: Timestamp,
}

pub(super) fn step(config: &TenantConfig, step: &NextStep) -> NextStepView {
    NextStepView {
        service_id: step.service_id,
        service_name: config.service(step.service_id).map_or_else(String::new, |s| s.name.clone()),
        ticket_id: step.ticket_id,
        number: step.number.clone(),
        code: step.code.clone(),
        reason: step.reason.clone(),
    }
}

/// The visits of a site's business day that wait for staff, the newest first.
pub(super) fn stopped(
    line: &Queueing,
    config: &TenantConfig,
    tenant: TenantId,
    site: SiteId,
    now: Timestamp,
) -> Vec<StoppedVisit> {
    let Ok(today) = line.site_now(tenant, site, now) else { return Vec::new() };
    let found = line.live().visits.lock().at(site);
    found
        .into_iter()
        .filter(|visit| today.site.business_day(visit.at).to_string() == today.day)
        .map(|visit| StoppedVisit {
            ticket_id: visit.ticket_id,
            number: visit.number,
            step: step(config, &visit.step),
            since: visit.at,
        })
        .collect()
}
