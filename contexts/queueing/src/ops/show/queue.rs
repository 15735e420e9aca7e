//! A queue as screens see it: its settings and how it stands now.

use schemars::JsonSchema;
use serde::Serialize;
use usher_kernel::{SiteId, TenantId, Timestamp};

use crate::error::Error;
use crate::model::queue::{Algorithm, QueueStatus, Reinstate, Reset};
use crate::model::{Estimate, Queue, QueueId, ServiceId, Status, TenantConfig, TicketId};
use crate::ops::Queueing;

/// A queue: its settings and how it stands now.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the settings are described in QueueSettings")]
pub struct QueueView {
    pub id: QueueId,
    pub tenant_id: TenantId,
    /// What older documents call the tenant.
    pub organization_id: TenantId,
    pub site_id: SiteId,
    pub name: String,
    pub description: String,
    pub status: QueueStatus,
    pub algorithm: Algorithm,
    pub service_ids: Vec<ServiceId>,
    pub prefix: String,
    pub first_number: i64,
    pub last_number: i64,
    pub padding: i64,
    pub reset: Reset,
    pub max_active_tickets: Option<i64>,
    pub max_per_customer_per_day: Option<i64>,
    pub no_show_minutes: i64,
    pub recall_limit: i64,
    pub park_limit_minutes: i64,
    pub wrap_up: bool,
    pub call_ahead: i64,
    pub reinstate_minutes: i64,
    pub reinstate: Reinstate,
    pub transfer_keeps_number: bool,
    pub join_within_meters: Option<i64>,
    pub join_code_seconds: Option<i64>,
    pub ask_at_place: Option<i64>,
    pub silent_minutes: i64,
    /// People in line who hold no ticket.
    pub outside_count: i64,
    pub version: i64,
    /// How many are in line, those outside too.
    pub current_length: i64,
    /// The number called last.
    pub current_number: Option<String>,
    /// The median wait in whole minutes; where nobody serves (`estimate.serving` is false) as if one counter opened now.
    pub estimated_wait_time: i64,
    /// Mean minutes of service today; the declared duration before anybody was served.
    pub average_service_time: f64,
    /// The wait of somebody who joins now.
    pub estimate: Estimate,
    /// Whether it takes people now.
    pub open: bool,
    /// Why it does not: `paused`, `inactive`, `closed`, `full`, `emergency`.
    pub closed_reason: Option<String>,
    /// When the site opens next.
    pub opens_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Why a line takes nobody now; none when it does.
pub(crate) fn closed_reason(
    line: &Queueing,
    q: &Queue,
    now: Timestamp,
) -> (Option<&'static str>, Option<Timestamp>) {
    if line.closure(q.site_id).is_some() {
        return (Some("emergency"), None);
    }
    match q.status {
        QueueStatus::Paused => return (Some("paused"), None),
        QueueStatus::Inactive => return (Some("inactive"), None),
        QueueStatus::Active => {}
    }
    match line.site_now(q.tenant_id, q.site_id, now) {
        Ok(site) if !site.open => return (Some("closed"), site.opens_at),
        // One that was made together with the queue comes into memory with the commit; it has no hours yet.
        Ok(_) | Err(_) => {}
    }
    let full = q.settings.max_active_tickets.is_some_and(|max| {
        line.live().line(q.id).is_some_and(|l| {
            let line = l.lock();
            let held = line.aside().filter(|t| t.status.is_held()).count();
            line.len().saturating_add(i64::try_from(held).unwrap_or(i64::MAX)) >= max
        })
    });
    (full.then_some("full"), None)
}

/// A queue in the shape of the API.
pub fn view(line: &Queueing, config: &TenantConfig, q: &Queue, now: Timestamp) -> QueueView {
    let (length, outside, current_number, average) = match line.live().line(q.id) {
        Some(shared) => {
            let one = shared.lock();
            let average = one.day.figures(None).average_service;
            (one.len() + one.outside, one.outside, one.current_number.clone(), average)
        }
        None => (0, 0, None, 0.0),
    };
    let service = config.first_service(q);
    let estimate = match service {
        Some(service) => line.estimate(config, q, service, None, now),
        None => Estimate::unserved(now),
    };
    let estimated_wait_time = service.map_or(0, |s| line.minutes_told(config, q, s, (None, now), &estimate));
    let declared = service.map_or(0.0, |s| s.default_minutes);
    let (closed_reason, opens_at) = closed_reason(line, q, now);
    let s = &q.settings;
    QueueView {
        id: q.id,
        tenant_id: q.tenant_id,
        organization_id: q.tenant_id,
        site_id: q.site_id,
        name: q.name.clone(),
        description: q.description.clone(),
        status: q.status,
        algorithm: s.algorithm,
        service_ids: s.service_ids.clone(),
        prefix: s.prefix.clone(),
        first_number: s.first_number,
        last_number: s.last_number,
        padding: s.padding,
        reset: s.reset,
        max_active_tickets: s.max_active_tickets,
        max_per_customer_per_day: s.max_per_customer_per_day,
        no_show_minutes: s.no_show_minutes,
        recall_limit: s.recall_limit,
        park_limit_minutes: s.park_limit_minutes,
        wrap_up: s.wrap_up,
        call_ahead: s.call_ahead,
        reinstate_minutes: s.reinstate_minutes,
        reinstate: s.reinstate,
        transfer_keeps_number: s.transfer_keeps_number,
        join_within_meters: s.join_within_meters,
        join_code_seconds: s.join_code_seconds,
        ask_at_place: s.ask_at_place,
        silent_minutes: s.silent_minutes,
        outside_count: outside,
        version: q.version,
        current_length: length,
        current_number,
        estimated_wait_time,
        average_service_time: if average > 0.0 { average } else { declared },
        open: closed_reason.is_none(),
        closed_reason: closed_reason.map(str::to_owned),
        opens_at,
        estimate,
        created_at: q.id.made_at(),
        updated_at: q.updated_at,
    }
}

/// A queue by its id, for a room; none when there is no such queue.
///
/// # Errors
/// The database failed.
pub async fn queue(line: &Queueing, tenant: TenantId, id: QueueId) -> Result<Option<QueueView>, Error> {
    line.day_known().await;
    let me = line.clone();
    let ctx = super::reader(line, tenant);
    let config = line.db().read(&ctx, move |read| me.config(read)).await?;
    Ok(config.queue(id).map(|q| view(line, &config, q, line.clock().now())))
}

/// Document 004's `queue:updated`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueUpdated {
    /// The queue.
    pub queue_id: QueueId,
    /// The number called last.
    pub current_number: Option<String>,
    /// Those in line, the next one first; at most fifty.
    pub active_tickets: Vec<ActiveTicket>,
    /// The day so far.
    pub statistics: Statistics,
}

/// One ticket of [`QueueUpdated`].
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActiveTicket {
    /// The ticket.
    pub id: TicketId,
    /// Its number.
    pub ticket_number: String,
    /// Where it stands.
    pub status: Status,
}

/// The figures of [`QueueUpdated`].
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// How many wait.
    pub waiting: i64,
    /// How many were served today.
    pub served_today: i64,
    /// Mean minutes waited today.
    pub average_wait_time: f64,
    /// Mean minutes served today.
    pub average_service_time: f64,
}

impl QueueUpdated {
    /// A line that nobody has entered yet.
    fn empty(queue_id: QueueId) -> Self {
        let statistics = Statistics::default();
        Self { queue_id, current_number: None, active_tickets: Vec::new(), statistics }
    }
}

/// What is public of [`QueueUpdated`], as the site's board shows it: for whoever is connected.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicQueueUpdated {
    /// The queue.
    pub queue_id: QueueId,
    /// The number called last.
    pub current_number: Option<String>,
    /// Those who are called or served, the newest first; who waits is nobody else's business.
    pub active_tickets: Vec<ActiveTicket>,
    /// The day so far, as far as it is public.
    pub statistics: PublicStatistics,
}

/// The figures of [`PublicQueueUpdated`].
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct PublicStatistics {
    /// How many wait.
    pub waiting: i64,
}

/// What everybody may know of a line; none of one that its site's board does not show.
pub fn public_queue_updated(line: &Queueing, tenant: TenantId, id: QueueId) -> Option<PublicQueueUpdated> {
    let config = line.known_config(tenant)?;
    let queue = config.queue(id).filter(|queue| queue.status != QueueStatus::Inactive)?;
    let (current_number, waiting) = line.live().line(id).map_or((None, 0), |shared| {
        let one = shared.lock();
        (one.current_number.clone(), one.len() + one.outside)
    });
    let mut called: Vec<(TicketId, String)> = Vec::new();
    for call in line.live().calls.lock().of(queue.site_id).filter(|call| call.queue_id == id) {
        if !called.iter().any(|(ticket, _)| *ticket == call.ticket_id) {
            called.push((call.ticket_id, call.number.clone()));
        }
    }
    let at_a_counter = |(id, ticket_number)| {
        let status = line.live().ticket(id)?.status;
        let held = matches!(status, Status::Called | Status::Serving | Status::Paused);
        held.then_some(ActiveTicket { id, ticket_number, status })
    };
    Some(PublicQueueUpdated {
        queue_id: id,
        current_number,
        active_tickets: called.into_iter().filter_map(at_a_counter).collect(),
        statistics: PublicStatistics { waiting },
    })
}

/// How a line stands now, as document 004's clients read it. One in which nobody has stood yet is empty.
pub fn queue_updated(line: &Queueing, id: QueueId) -> QueueUpdated {
    let Some(shared) = line.live().line(id) else { return QueueUpdated::empty(id) };
    let one = shared.lock();
    let figures = one.day.figures(None);
    QueueUpdated {
        queue_id: id,
        current_number: one.current_number.clone(),
        active_tickets: one
            .waiting()
            .take(50)
            .map(|t| ActiveTicket { id: t.id, ticket_number: t.number.clone(), status: t.status })
            .collect(),
        statistics: Statistics {
            waiting: one.len(),
            served_today: one.day.served,
            average_wait_time: figures.average_wait,
            average_service_time: figures.average_service,
        },
    }
}
