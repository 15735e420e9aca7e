//! A ticket's public page.

use schemars::JsonSchema;
use serde::Serialize;
use usher_kernel::{SignedDuration, TenantId, Timestamp};
use usher_tenancy::model::Branding;

use crate::error::Error;
use crate::model::live::Ahead;
use crate::model::ticket::{Cause, Moved};
use crate::model::{
    Estimate, EstimatesKept, Presence, QueueId, ServiceId, Status, TenantConfig, Ticket, TicketId,
};
use crate::ops::Queueing;
use crate::store;

/// A name with an id.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Named<I> {
    /// Its id.
    pub id: I,
    /// Its name.
    pub name: String,
}

/// The site on a ticket's page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PageSite {
    /// Its name.
    pub name: String,
    /// Its short name.
    pub slug: String,
    /// Its time zone.
    pub timezone: String,
    /// Its postal address.
    pub address: Option<String>,
    /// Why it is closed in an emergency, in the words of staff; null while it is not. Nothing is estimated meanwhile.
    pub closed: Option<String>,
}

/// The tenant on a ticket's page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PageTenant {
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its colours and logo.
    pub branding: Branding,
}

/// Where to go.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PageCounter {
    /// The label on the sign.
    pub number: String,
    /// The counter's name.
    pub name: String,
}

/// What comes next in a visit: the ticket for it, or that there is none yet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PageNext {
    /// The service.
    pub service: Named<ServiceId>,
    /// The number of its ticket; null when none could be issued and staff have to help.
    pub number: Option<String>,
    /// The path of that ticket's page.
    pub url: Option<String>,
    /// The code of the refusal, where no ticket could be issued.
    pub code: Option<String>,
    /// That refusal in English words, for programs; pages say the code in their reader's language.
    pub reason: Option<String>,
}

/// What a customer sees of their ticket.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PublicTicket {
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// Where.
    pub site: PageSite,
    /// Whose.
    pub tenant: PageTenant,
    /// The line.
    pub queue: Named<QueueId>,
    /// What for.
    pub service: Named<ServiceId>,
    /// Its place in line, from 1.
    pub position: Option<i64>,
    /// How many are expected to come before it: those who are probably gone do not count.
    pub people_ahead: Option<i64>,
    /// Whether the page is to ask if the person still comes; `still_here` and `leave` answer it.
    pub asks_still_coming: bool,
    /// Whether it is time to come near: so few are before it that the line calls ahead.
    pub near: bool,
    /// How many in line came later.
    pub joined_after: i64,
    /// How long it will still wait.
    pub estimate: Option<Estimate>,
    /// What the estimates of the line were worth lately; null where that is not known.
    pub estimates_kept: Option<EstimatesKept>,
    /// The member of staff who calls, where the person has an appointment with one.
    pub with: Option<String>,
    /// Where to go.
    pub counter: Option<PageCounter>,
    /// When it was called.
    pub called_at: Option<Timestamp>,
    /// How often the call was repeated.
    pub recalls: i64,
    /// Within how many minutes to come.
    pub come_within_minutes: i64,
    /// When it comes back into the line.
    pub parked_until: Option<Timestamp>,
    /// When its life ended.
    pub ended_at: Option<Timestamp>,
    /// Why: `left`, `staff`, `expired`, `line_closed`, `missed`, `undone`, `served`.
    pub cause: Option<&'static str>,
    /// Why its line was closed, in the words of staff, where that ended it.
    pub closed_because: Option<String>,
    /// Until when a missed ticket may come back.
    pub rejoin_until: Option<Timestamp>,
    /// What comes next in this visit, once this ticket was served.
    pub next: Option<PageNext>,
    /// The line it was moved to, by name.
    pub moved_to: Option<String>,
    /// Where the person stands whom staff moved, and why; null once they stand somewhere else by another way.
    pub moved: Option<Moved>,
    /// What the customer can do: `postpone`, `leave`, `coming`, `rejoin`, `undo_leave`, `still_here`.
    pub can: Vec<&'static str>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When this was true.
    pub at: Timestamp,
}

/// A ticket's page by its id; none when there is no such ticket.
///
/// # Errors
/// The database failed.
pub async fn public_ticket(
    line: &Queueing,
    tenant: TenantId,
    id: TicketId,
) -> Result<Option<PublicTicket>, Error> {
    let me = line.clone();
    let ctx = super::reader(line, tenant);
    let found = line
        .db()
        .read(&ctx, move |read| {
            let config = me.config(read)?;
            Ok::<_, Error>((config, store::tickets::get(read, id)?))
        })
        .await?;
    Ok(match found {
        (config, Some(t)) => public_view(line, &config, &t, line.clock().now()),
        (_, None) => None,
    })
}

/// A ticket's page.
pub fn public_view(
    line: &Queueing,
    config: &TenantConfig,
    t: &Ticket,
    now: Timestamp,
) -> Option<PublicTicket> {
    let tenant = line.directory().tenant(t.tenant_id)?;
    let site = line.directory().site(t.tenant_id, t.site_id)?;
    let queue = config.queue(t.queue_id);
    let waits = t.status == Status::Waiting;
    // A node may not have heard of a new line yet.
    let none = Ahead { ahead: 0, behind: 0 };
    let place = waits.then(|| {
        line.live().line(t.queue_id).map_or(none, |l| {
            let one = l.lock();
            Ahead { ahead: one.expected_before(t.key()), ..one.ahead_of(t.key()) }
        })
    });
    let closed = line.closure(t.site_id);
    let is_open = closed.is_none();
    let estimate = match (waits && is_open, queue, config.service(t.service_id)) {
        (true, Some(queue), Some(service)) => {
            Some(line.estimate(config, queue, service, Some(t.key()), now).for_ticket())
        }
        _ => None,
    };
    let grace = queue.map_or(0, |q| q.settings.reinstate_minutes);
    let rejoin_until = (t.status == Status::NoShow)
        .then(|| t.ended_at?.checked_add(SignedDuration::from_mins(grace)).ok())
        .flatten()
        .filter(|until| *until > now);
    let locale = t.extra.as_ref().and_then(|e| e.locale.as_deref()).unwrap_or("");
    let named = |id| Named {
        id,
        name: config.service(id).map_or_else(String::new, |s| s.name_in(locale).to_owned()),
    };
    let next = t.extra.as_ref().and_then(|e| e.next_step.as_ref()).map(|step| PageNext {
        service: named(step.service_id),
        number: step.number.clone(),
        url: step.ticket_id.map(|id| format!("/t/{}", line.secrets().seal(id))),
        code: step.code.clone(),
        reason: step.reason.clone(),
    });
    let elsewhere = t.extra.as_ref().is_some_and(|e| e.moved_from.is_some());
    let moved = t.extra.as_ref().and_then(|e| e.moved.clone());
    let closed_because = t.extra.as_ref().and_then(|e| e.closed_because.clone());
    Some(PublicTicket {
        number: t.number.clone(),
        status: t.status,
        site: PageSite {
            name: site.name.clone(),
            slug: site.slug.clone(),
            timezone: site.timezone.clone(),
            address: site.address.clone(),
            closed: closed.map(|reason| reason.to_string()),
        },
        tenant: PageTenant {
            slug: tenant.slug.clone(),
            name: tenant.name.clone(),
            branding: tenant.branding.clone(),
        },
        queue: Named { id: t.queue_id, name: queue.map_or_else(String::new, |q| q.name.clone()) },
        service: named(t.service_id),
        position: place.map(|p| p.ahead + 1),
        people_ahead: place.map(|p| p.ahead),
        asks_still_coming: waits && is_open && Presence::of(t).is_some_and(|presence| presence.is_asked()),
        near: is_open && place.is_some_and(|p| queue.is_some_and(|q| p.ahead < q.settings.call_ahead)),
        joined_after: place.map_or(0, |p| p.behind),
        estimate,
        estimates_kept: queue.filter(|_| waits).and_then(|queue| line.estimator().kept(queue, now)),
        with: t.extra.as_ref().and_then(|extra| extra.with.clone()).filter(|_| t.for_agent_id.is_some()),
        counter: t
            .counter_id
            .filter(|_| t.status.is_held())
            .and_then(|id| config.counter(id))
            .map(|c| PageCounter { number: c.number.clone(), name: c.name.clone() }),
        called_at: t.called_at,
        recalls: t.recalls,
        come_within_minutes: queue.map_or(3, |q| q.settings.no_show_minutes),
        parked_until: t.parked_until,
        ended_at: t.ended_at,
        cause: t.cause.map(Cause::as_str).or_else(|| elsewhere.then_some("moved")),
        closed_because: closed_because.filter(|_| t.cause == Some(Cause::LineClosed)),
        rejoin_until,
        next,
        moved_to: elsewhere.then(|| queue.map(|q| q.name.clone())).flatten(),
        moved,
        can: can(t, rejoin_until.is_some(), now),
        issued_at: t.issued_at,
        at: now,
    })
}

fn can(t: &Ticket, may_rejoin: bool, now: Timestamp) -> Vec<&'static str> {
    match t.status {
        Status::Waiting => vec!["postpone", "leave", "still_here"],
        Status::Called => vec!["coming", "leave"],
        Status::Parked => vec!["leave", "still_here"],
        Status::NoShow if may_rejoin => vec!["rejoin"],
        Status::Cancelled
            if t.cause == Some(Cause::Left)
                && t.ended_at.is_some_and(|at| now.duration_since(at) <= SignedDuration::from_secs(10)) =>
        {
            vec!["undo_leave"]
        }
        _ => Vec::new(),
    }
}
