//! What appointments publish, and what they react to.
//!
//! Each change is one event, written in its own transaction; all payloads are of version 1 and none carries a
//! name, a number or an address of a person. What happened becomes frames in the live rooms on every node.

use bytes::Bytes;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use usher_db::Tx;
use usher_events::{Bus, Event, NewEvent};
use usher_kernel::{Id, SiteId, TenantId, Timestamp};
use usher_queueing::model::{Channel, ServiceId, TicketFact};
use usher_realtime::Room;
use uuid::Uuid;

use crate::error::Error;
use crate::model::{Appointment, AppointmentFact, Availability, Entry, EntryFact, FeedKind};
use crate::ops::Appointments;

/// Every kind that this context publishes.
pub const KINDS: &[&str] = &[
    "appointment.held",
    "appointment.extended",
    "appointment.booked",
    "appointment.rescheduled",
    "appointment.edited",
    "appointment.cancelled",
    "appointment.expired",
    "appointment.reminder_due",
    "appointment.disrupted",
    "appointment.checked_in",
    "appointment.completed",
    "appointment.reopened",
    "appointment.no_show",
    "waitlist.joined",
    "waitlist.offered",
    "waitlist.accepted",
    "waitlist.declined",
    "waitlist.expired",
    "waitlist.left",
    "availability.created",
    "availability.updated",
    "availability.archived",
    "calendar_feed.created",
    "calendar_feed.revoked",
];

/// When a service can be booked was made, changed or taken out of use: `availability.*`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AvailabilityFact {
    /// Its id.
    pub id: Uuid,
    /// What for.
    pub service_id: ServiceId,
    /// How it was; absent for a new one.
    pub before: Option<serde_json::Value>,
    /// How it is; absent for one that was taken out of use.
    pub after: Option<serde_json::Value>,
}

/// A calendar was opened or ended: `calendar_feed.*`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FeedFact {
    /// Its id.
    pub id: Uuid,
    /// Whose appointments it shows.
    pub kind: FeedKind,
    /// The person or site.
    pub subject_id: Uuid,
}

/// Each kind with its version and the schema of its payload.
pub fn schemas() -> Vec<(&'static str, u16, Schema)> {
    fn of<T: JsonSchema>() -> Schema {
        SchemaGenerator::default().into_root_schema_for::<T>()
    }
    let schema = |kind: &str| match kind.split('.').next() {
        Some("appointment") => of::<AppointmentFact>(),
        Some("waitlist") => of::<EntryFact>(),
        Some("availability") => of::<AvailabilityFact>(),
        _ => of::<FeedFact>(),
    };
    KINDS.iter().map(|kind| (*kind, 1, schema(kind))).collect()
}

/// Writes what happened to an appointment.
pub(crate) fn appointment(
    tx: &mut Tx<'_>,
    kind: &'static str,
    a: &Appointment,
    fill: impl FnOnce(&mut AppointmentFact),
) -> Result<(), Error> {
    let mut fact = AppointmentFact::of(a);
    fill(&mut fact);
    let event = NewEvent::new(kind, 1, ("appointment", a.id.uuid()), a.version, &fact);
    usher_events::append(tx, event.at_site(a.site_id))?;
    Ok(())
}

/// Writes what happened to somebody on the waitlist.
pub(crate) fn entry(
    tx: &mut Tx<'_>,
    kind: &'static str,
    e: &Entry,
    offer_until: Option<Timestamp>,
) -> Result<(), Error> {
    let fact = EntryFact {
        waitlist_id: e.id,
        site_id: e.site_id,
        service_id: e.service_id,
        status: e.status,
        appointment_id: e.appointment_id,
        offer_until,
        customer_id: e.customer_id,
    };
    let event = NewEvent::new(kind, 1, ("waitlist", e.id.uuid()), e.version, &fact);
    usher_events::append(tx, event.at_site(e.site_id))?;
    Ok(())
}

/// Writes a change of when a service can be booked.
pub(crate) fn availability(
    tx: &mut Tx<'_>,
    kind: &'static str,
    before: Option<&Availability>,
    after: Option<&Availability>,
) -> Result<(), Error> {
    let Some(one) = after.or(before) else { return Ok(()) };
    let value = |one: Option<&Availability>| one.and_then(|one| serde_json::to_value(one).ok());
    let fact = AvailabilityFact {
        id: one.id.uuid(),
        service_id: one.service_id,
        before: value(before),
        after: value(after),
    };
    let event = NewEvent::new(kind, 1, ("availability", one.id.uuid()), one.version, &fact);
    usher_events::append(tx, event.at_site(one.site_id))?;
    Ok(())
}

/// Writes that a calendar was opened or ended.
pub(crate) fn feed(tx: &mut Tx<'_>, kind: &'static str, fact: &FeedFact) -> Result<(), Error> {
    usher_events::append(tx, NewEvent::new(kind, 1, ("calendar_feed", fact.id), 0, fact))?;
    Ok(())
}

/// Follows the bus: live screens hear of appointments, and appointments of their tickets.
pub(crate) fn follow(me: &Appointments, bus: &Bus) {
    let me = me.clone();
    bus.listen(move |event| {
        let Some(tenant) = event.tenant else { return };
        match &*event.thing_kind {
            "appointment" => publish(&me, tenant, event),
            "waitlist" => to_site(&me, tenant, event),
            "availability" => availability_changed(&me, tenant, event),
            "site" if !event.remote => me.note_site(tenant, Id::from_uuid(event.thing_id)),
            "ticket" if !event.remote => ticket_changed(&me, tenant, event),
            _ => {}
        }
    });
}

/// What anybody may know of a changed slot.
#[derive(Serialize)]
struct SlotsChanged {
    site_id: SiteId,
    service_id: ServiceId,
    starts_at: Option<Timestamp>,
}

fn publish(me: &Appointments, tenant: TenantId, event: &Event) {
    to_site(me, tenant, event);
    let Ok(fact) = event.payload_as::<AppointmentFact>() else {
        tracing::warn!(event = %event.id, "an event of an appointment was not understood");
        return;
    };
    let room = Room::new(tenant, "appointment", fact.appointment_id.uuid());
    me.line().hub().publish_with(&room, event.kind.clone(), || raw(event));
    for at in [Some(fact.starts_at), fact.moved_from].into_iter().flatten() {
        slots_changed(me, tenant, fact.site_id, fact.service_id, Some(at));
    }
}

/// Staff at the site hear the facts.
fn to_site(me: &Appointments, tenant: TenantId, event: &Event) {
    if let Some(site) = event.site {
        let room = Room::new(tenant, "site", site.uuid());
        me.line().hub().publish_with(&room, event.kind.clone(), || raw(event));
    }
}

/// Everybody at the board and in the service's room hears that slots have changed, and asks for them anew.
fn slots_changed(
    me: &Appointments,
    tenant: TenantId,
    site_id: SiteId,
    service_id: ServiceId,
    starts_at: Option<Timestamp>,
) {
    let changed = SlotsChanged { site_id, service_id, starts_at };
    let data = || serde_json::to_vec(&changed).map(Bytes::from).unwrap_or_default();
    for room in [Room::new(tenant, "board", site_id.uuid()), Room::new(tenant, "service", service_id.uuid())]
    {
        me.line().hub().publish_with(&room, "slots.changed", data);
    }
}

fn availability_changed(me: &Appointments, tenant: TenantId, event: &Event) {
    if let (Some(site), Ok(fact)) = (event.site, event.payload_as::<AvailabilityFact>()) {
        slots_changed(me, tenant, site, fact.service_id, None);
        if !event.remote {
            me.note_site(tenant, site);
        }
    }
}

/// A ticket that came from an appointment has ended, or its end was taken back.
fn ticket_changed(me: &Appointments, tenant: TenantId, event: &Event) {
    let ends = ["ticket.completed", "ticket.cancelled", "ticket.expired", "ticket.no_show"];
    let ends_not = ["ticket.undone", "ticket.reinstated"];
    if !ends.iter().chain(&ends_not).any(|kind| *kind == event.kind) {
        return;
    }
    match event.payload_as::<TicketFact>() {
        Ok(fact) if fact.channel == Channel::Appointment => {
            me.note_ticket(tenant, fact.site_id, fact.ticket_id);
        }
        _ => {}
    }
}

fn raw(event: &Event) -> Bytes {
    Bytes::copy_from_slice(event.payload.get().as_bytes())
}
