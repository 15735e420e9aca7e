//! What somebody says of a service, once for each ticket.

use usher_db::Tx;
use usher_kernel::{SignedDuration, TenantId, TimeZone, Timestamp};
use usher_queueing::model::{Status, Ticket, TicketId};

use super::earn::{Earning, earn};
use super::programme::programme;
use crate::error::Error;
use crate::model::{Deed, Feedback, FeedbackChannel, FeedbackId, FeedbackInput, Trigger};
use crate::{Engagement, events, store};

/// For how many days after the service something can be said.
pub const FEEDBACK_DAYS: i64 = 30;

/// Takes what somebody says of the service behind a ticket.
///
/// # Errors
/// No such ticket, or one that was not served; it is too long ago, or was said already; scores and words out of range.
pub fn say(
    tx: &mut Tx,
    engagement: &Engagement,
    tenant: TenantId,
    ticket: TicketId,
    input: FeedbackInput,
    channel: FeedbackChannel,
) -> Result<Feedback, Error> {
    let input = input.tidied();
    let faults = input.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    let ticket = engagement.line().ticket_in(tx, ticket)?;
    let now = tx.now();
    can_say(&ticket, now)?;
    let said = Feedback {
        id: FeedbackId::generate(now),
        tenant_id: tenant,
        ticket_id: ticket.id,
        appointment_id: ticket.booked().map(|booked| booked.appointment_id),
        site_id: ticket.site_id,
        queue_id: ticket.queue_id,
        service_id: ticket.service_id,
        counter_id: ticket.counter_id,
        agent_id: ticket.agent_id,
        customer_id: ticket.customer_id,
        csat: input.csat,
        nps: input.nps,
        comment: input.comment,
        tags: input.tags,
        channel,
        hour: hour_of(engagement, &ticket),
        created_at: now,
    };
    if !bring_in(tx, &said)? {
        return Err(Error::SaidAlready);
    }
    events::said(tx, &said)?;
    if let Some(customer) = said.customer_id {
        let programme = programme(tx, tenant)?;
        let deed =
            Deed { trigger: Trigger::Feedback, service: Some(said.service_id), waited_minutes: 0, amount: 0 };
        let source = format!("feedback/{}", said.id);
        let reference = Some(said.id.uuid());
        earn(tx, engagement, tenant, &programme, Earning { customer, deed, reference, source })?;
    }
    Ok(said)
}

/// Keeps what somebody said before, or elsewhere, as it was said: nobody is told, and no points are given. False when
/// something is known of that ticket.
///
/// # Errors
/// The database.
pub fn bring_in(tx: &mut Tx, said: &Feedback) -> Result<bool, Error> {
    let new = store::feedback::insert(tx, said)?;
    if new {
        store::figures::count(tx, said)?;
    }
    Ok(new)
}

/// Whether something can be said of a ticket's service now.
pub(crate) fn can_say(ticket: &Ticket, now: Timestamp) -> Result<(), Error> {
    let Some(ended) = ticket.ended_at.filter(|_| ticket.status == Status::Served) else {
        return Err(Error::NotServed);
    };
    let over = SignedDuration::from_hours(24 * FEEDBACK_DAYS);
    if now.duration_since(ended) > over { Err(Error::TooLate) } else { Ok(()) }
}

/// The hour in which somebody was served, by the site's clock.
fn hour_of(engagement: &Engagement, ticket: &Ticket) -> i64 {
    let site = engagement.line().directory().site(ticket.tenant_id, ticket.site_id);
    let zone = site.map_or(TimeZone::UTC, |site| site.zone());
    let served = ticket.service_began().or(ticket.ended_at).unwrap_or(ticket.issued_at);
    i64::from(served.to_zoned(zone).hour())
}
