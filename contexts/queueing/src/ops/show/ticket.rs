//! A ticket as staff and programs see it.

use schemars::JsonSchema;
use serde::Serialize;
use usher_customers::CustomerId;
use usher_kernel::{SiteId, Timestamp};

use super::visit::{NextStepView, step};
use crate::model::machine;
use crate::model::ticket::{Booked, Channel, Note};
use crate::model::{
    AgentId, CounterId, Estimate, Op, QueueId, ServiceId, Status, TenantConfig, Ticket, TicketId, VisitId,
};
use crate::ops::Queueing;

/// A ticket's priority.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PriorityView {
    /// The class; "normal" for none.
    pub class: String,
    /// Why.
    pub reason: Option<String>,
    /// Whether it counts.
    pub confirmed: bool,
}

/// A ticket as staff and programs see it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TicketView {
    /// Its id.
    pub id: TicketId,
    /// Its number.
    pub number: String,
    /// The line it stands in.
    pub queue_id: QueueId,
    /// That line's name.
    pub queue_name: String,
    /// What the person came for.
    pub service_id: ServiceId,
    /// That service's name.
    pub service_name: String,
    /// Where.
    pub site_id: SiteId,
    /// Where it stands.
    pub status: Status,
    /// Its priority.
    pub priority: PriorityView,
    /// Through which door the person came.
    pub channel: Channel,
    /// How many people.
    pub party_size: i64,
    /// The person's name.
    pub customer_name: Option<String>,
    /// Their phone number.
    pub customer_phone: Option<String>,
    /// Their e-mail address.
    pub customer_email: Option<String>,
    /// The person, where known.
    pub customer_id: Option<CustomerId>,
    /// Who holds it.
    pub counter_id: Option<CounterId>,
    /// That counter's label.
    pub counter_number: Option<String>,
    /// The agent there.
    pub agent_id: Option<AgentId>,
    /// Their name.
    pub agent_name: Option<String>,
    /// The member of staff who alone may call it: their time was booked, and they are here or still waited for.
    pub for_agent_id: Option<AgentId>,
    /// Their name.
    pub for_agent_name: Option<String>,
    /// Its place in line, from 1; null when it does not wait.
    pub position: Option<i64>,
    /// How many come before it.
    pub people_ahead: Option<i64>,
    /// How long it will still wait.
    pub estimate: Option<Estimate>,
    /// What was said when it was issued.
    pub issued_estimate: Option<IssuedEstimate>,
    /// What the person needs.
    pub assistance: Option<String>,
    /// Remarks of staff.
    pub notes: Vec<Note>,
    /// Marks.
    pub tags: Vec<String>,
    /// How the service ended.
    pub outcome: Option<String>,
    /// How often it was called again.
    pub recalls: i64,
    /// How often its line allows that.
    pub recall_limit: i64,
    /// How often it changed lines.
    pub transfers: i64,
    /// The visit it is part of.
    pub visit_id: Option<VisitId>,
    /// The services still to come in this visit.
    pub remaining_services: Vec<ServiceId>,
    /// What became of the next of them, once this ticket was served.
    pub next_step: Option<NextStepView>,
    /// The appointment that brought the person.
    pub booked: Option<Booked>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it entered the line it stands in.
    pub entered_at: Timestamp,
    /// When it was called: for the first time, where it was called again.
    pub called_at: Option<Timestamp>,
    /// When it was last called again.
    pub recalled_at: Option<Timestamp>,
    /// Since when the person is late: they were called and have not come for as long as their line waits. The agent
    /// is advised to mark them as a no-show.
    pub overdue_since: Option<Timestamp>,
    /// When service began.
    pub started_at: Option<Timestamp>,
    /// Since when it is paused.
    pub paused_at: Option<Timestamp>,
    /// When it comes back into the line.
    pub parked_until: Option<Timestamp>,
    /// When the person was last known to be there: checked in, or answered from their page.
    pub seen_at: Option<Timestamp>,
    /// When their page asked whether they still come.
    pub asked_at: Option<Timestamp>,
    /// Since when they have not answered and are probably gone; they keep their place.
    pub silent_since: Option<Timestamp>,
    /// When its life ended.
    pub ended_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: i64,
    /// The operations that are possible now.
    pub allowed: Vec<Op>,
}

/// The estimate that was given when a ticket was issued, in minutes.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct IssuedEstimate {
    /// The median.
    pub p50: f64,
    /// What nine in ten stay within.
    pub p90: f64,
}

/// A ticket in the shape of the API, with its place and estimate as they are now.
pub fn ticket(line: &Queueing, config: &TenantConfig, t: &Ticket, now: Timestamp) -> TicketView {
    let waits = t.status == Status::Waiting;
    let ahead = waits.then(|| line.live().line(t.queue_id).map_or(0, |l| l.lock().ahead_of(t.key()).ahead));
    let queue = config.queue(t.queue_id);
    let service = config.service(t.service_id);
    let estimate = match (waits, queue, service) {
        (true, Some(queue), Some(service)) => {
            Some(line.estimate(config, queue, service, Some(t.key()), now).for_ticket())
        }
        _ => None,
    };
    let agent_name = t.agent_id.and_then(|agent| {
        let seats = line.live().seats.lock();
        let name = seats.agent_name(t.tenant_id, agent);
        (!name.is_empty()).then(|| name.to_owned())
    });
    let extra = t.extra.clone().unwrap_or_default();
    TicketView {
        id: t.id,
        number: t.number.clone(),
        queue_id: t.queue_id,
        queue_name: queue.map_or_else(String::new, |q| q.name.clone()),
        service_id: t.service_id,
        service_name: service.map_or_else(String::new, |s| s.name.clone()),
        site_id: t.site_id,
        status: t.status,
        priority: PriorityView {
            class: t.class.clone(),
            reason: t.class_reason.clone(),
            confirmed: t.class_confirmed,
        },
        channel: t.channel,
        party_size: t.party_size,
        customer_name: t.customer_name.clone(),
        customer_phone: t.customer_phone.clone(),
        customer_email: t.customer_email.clone(),
        customer_id: t.customer_id,
        counter_id: t.counter_id,
        counter_number: t.counter_id.and_then(|id| config.counter(id)).map(|c| c.number.clone()),
        agent_id: t.agent_id,
        agent_name,
        for_agent_id: t.for_agent_id,
        for_agent_name: extra.with.filter(|_| t.for_agent_id.is_some()),
        position: ahead.map(|n| n + 1),
        people_ahead: ahead,
        estimate,
        issued_estimate: t.issued_p50.zip(t.issued_p90).map(|(p50, p90)| IssuedEstimate { p50, p90 }),
        assistance: extra.assistance,
        notes: extra.notes,
        tags: extra.tags,
        outcome: t.outcome.clone(),
        recalls: t.recalls,
        recall_limit: queue.map_or(0, |q| q.settings.recall_limit),
        transfers: t.transfers,
        visit_id: t.visit_id,
        next_step: extra.next_step.as_ref().map(|next| step(config, next)),
        remaining_services: extra.remaining_services,
        booked: extra.booked,
        issued_at: t.issued_at,
        entered_at: t.entered_at(),
        called_at: t.called_at,
        recalled_at: t.recalled_at,
        overdue_since: t.overdue_since(),
        started_at: t.started_at,
        paused_at: t.paused_at,
        parked_until: t.parked_until,
        seen_at: extra.seen_at,
        asked_at: extra.asked_at,
        silent_since: extra.silent_since.filter(|_| waits),
        ended_at: t.ended_at,
        version: t.version,
        allowed: machine::choices(t.status, t.claims_priority()).collect(),
    }
}

/// A person's tickets in this tenant, the newest first, at most `limit`.
///
/// # Errors
/// The database failed.
pub fn of_customer(
    read: &mut usher_db::Read<'_>,
    customer: CustomerId,
    limit: u32,
) -> Result<Vec<Ticket>, crate::error::Error> {
    let filter = crate::store::tickets::Filter { customer: Some(customer), ..Default::default() };
    Ok(crate::store::tickets::list(read, &filter, limit)?)
}
