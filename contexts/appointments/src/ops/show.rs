//! What screens and programs are shown of appointments.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;
use usher_customers::CustomerId;
use usher_db::Read;
use usher_kernel::{SiteId, Timestamp, UserId};
use usher_queueing::model::{Channel, ServiceId, TicketId};

use super::Appointments;
use super::closing::change_until;
use super::may::May;
use super::staff::{BookableStaff, named, names};
use crate::error::Error;
use crate::model::slots::after;
use crate::model::{
    Act, Appointment, AppointmentId, AvailabilityId, Entry, EntryState, SeriesId, State, WaitlistId,
};
use crate::store;

/// An appointment as staff and programs see it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AppointmentView {
    /// Its id.
    pub id: AppointmentId,
    /// What it is called by, aloud and on paper.
    pub reference: String,
    /// Where it stands.
    pub status: State,
    /// Where.
    pub site_id: SiteId,
    /// That site's name.
    pub site_name: String,
    /// What for.
    pub service_id: ServiceId,
    /// That service's name.
    pub service_name: String,
    /// By which hours and rules.
    pub availability_id: AvailabilityId,
    /// Whose time it takes.
    pub staff_id: Option<UserId>,
    /// What they are called.
    pub staff_name: Option<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Until when it is held.
    pub hold_until: Option<Timestamp>,
    /// The person's name.
    pub name: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The person, where known; null for whoever booked for somebody else.
    pub customer_id: Option<CustomerId>,
    /// The account of whoever booked it for somebody else.
    pub booked_by: Option<UserId>,
    /// How many people.
    pub party_size: i64,
    /// What is to be remembered.
    pub notes: Option<String>,
    /// The language the person reads.
    pub locale: Option<String>,
    /// Through which door it was booked.
    pub channel: Channel,
    /// The series that it is part of.
    pub series_id: Option<SeriesId>,
    /// The place on the waitlist for which it is or was offered.
    pub waitlist_id: Option<WaitlistId>,
    /// The ticket that it became.
    pub ticket_id: Option<TicketId>,
    /// When it was booked or first held.
    pub created_at: Timestamp,
    /// When the person came.
    pub checked_in_at: Option<Timestamp>,
    /// Why it does not take place.
    pub reason: Option<String>,
    /// Counts its changes.
    pub version: i64,
    /// The path of the person's own page, for themselves and for staff who may change it.
    pub url: Option<String>,
    /// What the caller can do with it: staff what its state permits them, whatever the time; a person what its
    /// rules let them do at this moment.
    pub allowed: Vec<Act>,
}

/// An appointment in the shape of the API.
///
/// # Errors
/// The database failed.
pub fn appointment(
    me: &Appointments,
    read: &mut Read<'_>,
    a: &Appointment,
) -> Result<AppointmentView, Error> {
    let mut looked = May::of(me, read)?;
    let names = names(me, read, a.staff_id)?;
    view(me, read, a, &mut looked, &names)
}

/// Appointments in the shape of the API.
///
/// # Errors
/// The database failed.
pub fn appointments(
    me: &Appointments,
    read: &mut Read<'_>,
    all: &[Appointment],
) -> Result<Vec<AppointmentView>, Error> {
    let mut looked = May::of(me, read)?;
    let names = names(me, read, all.iter().filter_map(|a| a.staff_id))?;
    all.iter().map(|a| view(me, read, a, &mut looked, &names)).collect()
}

fn view(
    me: &Appointments,
    read: &mut Read<'_>,
    a: &Appointment,
    may: &mut May,
    names: &HashMap<UserId, String>,
) -> Result<AppointmentView, Error> {
    let url = may.opens(read, a).then(|| format!("/appointments/{}", me.pages().seal(a.id)));
    let allowed = may.with(read, a)?;
    let customer_id = may.whose(a);
    let config = me.line().config(read)?;
    let site = me.line().directory().site(a.tenant_id, a.site_id);
    let a = a.clone();
    Ok(AppointmentView {
        id: a.id,
        site_name: site.map_or_else(String::new, |site| site.name.clone()),
        service_name: config.service(a.service_id).map_or_else(String::new, |s| s.name.clone()),
        staff_name: a.staff_id.and_then(|staff| names.get(&staff).cloned()),
        url,
        allowed,
        reference: a.reference,
        status: a.status,
        site_id: a.site_id,
        service_id: a.service_id,
        availability_id: a.availability_id,
        staff_id: a.staff_id,
        starts_at: a.starts_at,
        ends_at: a.ends_at,
        hold_until: a.hold_until,
        name: a.name,
        phone: a.phone,
        email: a.email,
        customer_id,
        booked_by: a.booked_by,
        party_size: a.party_size,
        notes: a.notes,
        locale: a.locale,
        channel: a.channel,
        series_id: a.series_id,
        waitlist_id: a.waitlist_id,
        ticket_id: a.ticket_id,
        created_at: a.created_at,
        checked_in_at: a.checked_in_at,
        reason: a.reason,
        version: a.version,
    })
}

/// Where an appointment is, as anybody may know.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlaceView {
    /// The tenant's short name.
    pub tenant: String,
    /// The site's short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: Option<String>,
    /// Its time zone.
    pub timezone: String,
}

/// A service, as anybody may know.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ServiceView {
    /// Its id.
    pub id: ServiceId,
    /// Its name.
    pub name: String,
    /// Its name in other languages.
    pub names: std::collections::BTreeMap<String, String>,
}

/// One's own appointment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PublicAppointment {
    /// What it is called by, aloud and on paper.
    pub reference: String,
    /// Where it stands.
    pub status: State,
    /// Where.
    pub site: PlaceView,
    /// What for.
    pub service: ServiceView,
    /// With whom.
    pub staff: Option<BookableStaff>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Until when it is held, or offered.
    pub hold_until: Option<Timestamp>,
    /// The person's name.
    pub name: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// How many people.
    pub party_size: i64,
    /// What the person wants remembered.
    pub notes: Option<String>,
    /// What to bring.
    pub instructions: String,
    /// Until when the person may move or cancel it.
    pub change_until: Timestamp,
    /// From when on one can check in.
    pub check_in_from: Timestamp,
    /// Until when one can check in.
    pub check_in_until: Timestamp,
    /// What can be done with it in its state, whatever the time.
    pub allowed: Vec<Act>,
    /// The path of its page.
    pub url: String,
    /// The path of its calendar file.
    pub calendar_url: String,
    /// The path of the ticket's page, once checked in.
    pub ticket_url: Option<String>,
    /// Why the site is closed now, in an emergency; null while it is not.
    pub site_closed: Option<String>,
    /// Counts its changes.
    pub version: i64,
    /// When this was true: clocks of phones differ from the server's, by which times are meant.
    pub at: Timestamp,
}

/// One's own appointment, as its page shows it.
///
/// # Errors
/// The database failed, or its site is gone.
pub fn public(me: &Appointments, read: &mut Read<'_>, a: &Appointment) -> Result<PublicAppointment, Error> {
    let rules =
        store::availabilities::ever(read, a.availability_id)?.ok_or(Error::NotFound("appointment"))?.rules;
    let secret = me.pages().seal(a.id);
    let staff = named(me, read, a.staff_id)?;
    let allowed = a.status.allowed().iter().copied();
    Ok(PublicAppointment {
        reference: a.reference.clone(),
        status: a.status,
        site: place(me, a.tenant_id, a.site_id)?,
        service: service(me, read, a.service_id)?,
        staff,
        starts_at: a.starts_at,
        ends_at: a.ends_at,
        hold_until: a.hold_until,
        name: a.name.clone(),
        phone: a.phone.clone(),
        email: a.email.clone(),
        party_size: a.party_size,
        notes: a.notes.clone(),
        instructions: rules.instructions.clone(),
        change_until: change_until(a, &rules, me.shut_at(read, a.site_id, a.starts_at).is_some()),
        check_in_from: after(a.starts_at, -rules.early_minutes),
        check_in_until: after(a.starts_at, rules.late_minutes),
        allowed: allowed.filter(|act| !matches!(act, Act::NoShow | Act::Edit)).collect(),
        url: format!("/appointments/{secret}"),
        calendar_url: format!("/api/v1/public/appointments/{secret}/calendar"),
        ticket_url: a.ticket_id.map(|ticket| format!("/t/{}", me.line().secrets().seal(ticket))),
        site_closed: me.line().closure(a.site_id).map(|reason| reason.to_string()),
        version: a.version,
        at: read.now(),
    })
}

/// A site, as anybody may know.
pub(crate) fn place(
    me: &Appointments,
    tenant: usher_kernel::TenantId,
    site: SiteId,
) -> Result<PlaceView, Error> {
    let directory = me.line().directory();
    let site = directory.site(tenant, site).ok_or(Error::NotFound("site"))?;
    let tenant = directory.tenant(tenant).ok_or(Error::NotFound("tenant"))?;
    Ok(PlaceView {
        tenant: tenant.slug.clone(),
        slug: site.slug.clone(),
        name: site.name.clone(),
        address: site.address.clone(),
        timezone: site.timezone.clone(),
    })
}

/// A service, as anybody may know.
pub(crate) fn service(me: &Appointments, read: &mut Read<'_>, id: ServiceId) -> Result<ServiceView, Error> {
    let config = me.line().config(read)?;
    // One that was given up since leaves its appointments without a name.
    let found = config.service(id);
    Ok(ServiceView {
        id,
        name: found.map_or_else(String::new, |service| service.name.clone()),
        names: found.map(|service| service.names.clone()).unwrap_or_default(),
    })
}

/// Somebody on the waitlist, as staff see them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EntryView {
    /// Its id.
    pub id: WaitlistId,
    /// Where.
    pub site_id: SiteId,
    /// What for.
    pub service_id: ServiceId,
    /// With whom.
    pub staff_id: Option<UserId>,
    /// Where they stand.
    pub status: EntryState,
    /// They want a slot that begins at or after it.
    pub from_at: Timestamp,
    /// And before it.
    pub until_at: Timestamp,
    /// The person's name.
    pub name: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The person, where known.
    pub customer_id: Option<CustomerId>,
    /// How many people.
    pub party_size: i64,
    /// The appointment that is offered or was accepted.
    pub appointment_id: Option<AppointmentId>,
    /// When they joined.
    pub joined_at: Timestamp,
    /// The path of the person's own page, for whoever put them on the waitlist; null where others look.
    pub url: Option<String>,
    /// Counts its changes.
    pub version: i64,
}

impl EntryView {
    /// The same with the path of the person's own page.
    pub(crate) fn with_page(e: Entry, me: &Appointments) -> Self {
        let url = page_of(me, e.id);
        Self { url: Some(url), ..Self::from(e) }
    }
}

/// The path of somebody's own page of the waitlist.
fn page_of(me: &Appointments, id: WaitlistId) -> String {
    format!("/waitlist/{}", me.waitlist().seal(id))
}

impl From<Entry> for EntryView {
    fn from(e: Entry) -> Self {
        Self {
            id: e.id,
            site_id: e.site_id,
            service_id: e.service_id,
            staff_id: e.staff_id,
            status: e.status,
            from_at: e.from_at,
            until_at: e.until_at,
            name: e.name,
            phone: e.phone,
            email: e.email,
            customer_id: e.customer_id,
            party_size: e.party_size,
            appointment_id: e.appointment_id,
            joined_at: e.joined_at,
            url: None,
            version: e.version,
        }
    }
}

/// One's own place on the waitlist.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PublicEntry {
    /// Where they stand.
    pub status: EntryState,
    /// Where.
    pub site: PlaceView,
    /// What for.
    pub service: ServiceView,
    /// They want a slot that begins at or after it.
    pub from_at: Timestamp,
    /// And before it.
    pub until_at: Timestamp,
    /// How many wait for the same and joined before; null when one does not wait.
    pub ahead: Option<i64>,
    /// What is offered, or was accepted.
    pub appointment: Option<PublicAppointment>,
    /// The path of its page.
    pub url: String,
}

/// One's own place on the waitlist, as its page shows it.
///
/// # Errors
/// The database failed, or its site is gone.
pub fn public_entry(me: &Appointments, read: &mut Read<'_>, e: &Entry) -> Result<PublicEntry, Error> {
    let offered = match e.appointment_id {
        Some(id) => store::appointments::get(read, id)?,
        None => None,
    };
    let appointment = offered.map(|a| public(me, read, &a)).transpose()?;
    let ahead = match e.status {
        EntryState::Waiting => Some(store::waitlist::ahead(read, e)?),
        _ => None,
    };
    Ok(PublicEntry {
        status: e.status,
        site: place(me, e.tenant_id, e.site_id)?,
        service: service(me, read, e.service_id)?,
        from_at: e.from_at,
        until_at: e.until_at,
        ahead,
        appointment,
        url: page_of(me, e.id),
    })
}
