//! The waitlist: who finds no slot is offered the next place that is freed, or that comes by more places or longer hours.
//!
//! An offer is a held appointment in the freed place, so nobody else can take the place while the offer stands, and
//! accepting is confirming it: of two who accept at once one wins, and of two places none is offered twice.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_customers::CustomerId;
use usher_db::Tx;
use usher_kernel::civil::Date;
use usher_kernel::{SignedDuration, SiteId, Timestamp, UserId};
use usher_queueing::model::ServiceId;

use super::book::Person;
use super::cancel::{Cancel, cancel};
use super::{Appointments, By, confirm, customer, may_work_at, offer, place};
use crate::error::Error;
use crate::events;
use crate::model::slots::after;
use crate::model::{Appointment, Entry, EntryState, WaitlistId};
use crate::store;

/// How many days a wish may span.
const LONGEST: i32 = 92;

/// How many free places are tried for somebody before they wait on.
const MOST_TRIED: usize = 20;

/// What somebody waits for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// What for.
    pub service_id: ServiceId,
    /// Where; the tenant's default site when absent, and what the path says where it names one.
    #[serde(default)]
    pub site_id: Option<SiteId>,
    /// With whom; with anybody when absent.
    #[serde(default)]
    pub staff_id: Option<UserId>,
    /// The first date that suits, in the site's time; today when absent.
    #[serde(default)]
    pub from: Option<Date>,
    /// The last date that suits; the first one when absent.
    #[serde(default)]
    pub to: Option<Date>,
    /// Their name.
    pub name: String,
    /// Their phone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// Their e-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// The person, where known; only staff name one.
    #[serde(default)]
    pub customer_id: Option<CustomerId>,
    /// How many people; 1 when absent.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    pub party_size: Option<i64>,
    /// The language they read.
    #[serde(default)]
    pub locale: Option<String>,
    /// Whether whoever is signed in waits for somebody else: then the place is that person's, who is known by the number or
    /// the address given here, and what is offered is seen by whoever waited for them, too.
    #[serde(default)]
    pub for_other: bool,
}

/// Joins the waitlist.
///
/// # Errors
/// There are free places, the person waits already, the service takes no appointments, or a value is wrong.
pub fn join(
    me: &Appointments,
    tx: &mut Tx<'_>,
    wish: &Wish,
    user: Option<UserId>,
    by: By,
) -> Result<Entry, Error> {
    let person = Person {
        name: Some(wish.name.clone()),
        phone: wish.phone.clone(),
        email: wish.email.clone(),
        party_size: wish.party_size,
        notes: None,
        locale: wish.locale.clone(),
    };
    let person = person.sound()?;
    if person.name.is_none() {
        return Err(Error::field("name", "required", "Please give your name."));
    }
    if wish.customer_id.is_some() && !by.is_staff() {
        return Err(Error::field("customer_id", "not_yours", "Only staff name a customer."));
    }
    let offer = place::offer(me, tx, wish.service_id, wish.site_id, wish.staff_id, by)?
        .for_party(person.party_size, by)?;
    may_work_at(tx, by, &offer.site)?;
    let (zone, now) = (offer.site.zone(), tx.now());
    let today = zone.to_datetime(now).date();
    let from = wish.from.unwrap_or(today);
    let to = wish.to.unwrap_or(from);
    if from < today {
        return Err(Error::field("from", "in_the_past", "This date is over. Choose a later one."));
    }
    if to < from {
        return Err(Error::field("to", "before_from", "The last date lies before the first."));
    }
    let end = from.checked_add(SignedDuration::from_hours(24 * i64::from(LONGEST)));
    let too_long = || Error::field("to", "too_long", format!("Choose at most {LONGEST} days."));
    if end.map_err(|_| too_long())? < to {
        return Err(too_long());
    }
    // Nothing is freed on a day that nobody can book yet.
    let ahead = offer.by.iter().map(|a| a.rules.days_ahead(by.is_staff())).max().unwrap_or(0);
    if zone.to_datetime(after(now, ahead * 1_440)).date() < to {
        let text = format!("Appointments can be booked {ahead} days ahead at most. Choose an earlier date.");
        return Err(Error::field("to", "too_far", text));
    }
    let bound = |date: Date| {
        let midnight = zone.to_timestamp(date.to_datetime(Default::default()));
        midnight.map_err(|_| Error::field("from", "out_of_range", "Choose a date of these years."))
    };
    let (from_at, until_at) = (bound(from)?, bound(to.tomorrow().map_err(|_| too_long())?)?);
    let tenant = offer.site.tenant_id;
    let customer = match wish.customer_id {
        Some(id) => Some(customer::named(me, tx, tenant, id)?.id),
        None => customer::of(me, tx, tenant, user.filter(|_| !wish.for_other), &person)?,
    };
    // A place that is freed at this moment on another node is seen here, or who joins here is seen there; and nobody
    // joins twice.
    place::lock(tx, &offer.by)?;
    let mut day = from;
    while day <= to {
        let days = place::days(tx, &offer, day, place::MOST_DAYS, by)?;
        let wanted = days.iter().filter(|day| day.date <= to).flat_map(|day| &day.slots);
        let free: Vec<_> = wanted.filter(|slot| slot.free > 0).take(3).cloned().collect();
        if !free.is_empty() {
            return Err(Error::PlacesFree(free));
        }
        match days.last().and_then(|day| day.date.tomorrow().ok()) {
            Some(next) => day = next,
            None => break,
        }
    }
    let entry = Entry {
        id: WaitlistId::generate(now),
        tenant_id: tenant,
        site_id: offer.site.id,
        service_id: offer.service.id,
        staff_id: wish.staff_id,
        status: EntryState::Waiting,
        from_at,
        until_at,
        name: person.name,
        phone: person.phone,
        email: person.email,
        customer_id: customer,
        booked_by: user.filter(|_| wish.for_other),
        party_size: person.party_size.unwrap_or(1),
        locale: person.locale,
        appointment_id: None,
        joined_at: now,
        version: 1,
    };
    if store::waitlist::waiting_same(tx, &entry)? > 0 {
        return Err(Error::AlreadyWaiting);
    }
    store::waitlist::insert(tx, &entry)?;
    events::entry(tx, "waitlist.joined", &entry, None)?;
    Ok(entry)
}

/// Offers somebody who waits the first place that is free for them, after there came to be more: by longer hours, or by
/// more at once. Whether they were offered one; of several who wait for the same place it is offered to who has waited
/// longest.
///
/// # Errors
/// Somebody changed it at the same moment, or the database failed.
pub fn offer_open(me: &Appointments, tx: &mut Tx<'_>, id: WaitlistId) -> Result<bool, Error> {
    let Some(entry) = waiting(tx, id)? else { return Ok(false) };
    let offer = match place::offer(me, tx, entry.service_id, Some(entry.site_id), entry.staff_id, By::Staff) {
        Ok(offer) => offer.for_party(Some(entry.party_size), By::Staff)?,
        Err(Error::NoAppointments { .. } | Error::NotFound(_)) => return Ok(false),
        Err(other) => return Err(other),
    };
    let mut from = entry.from_at.max(tx.now());
    for _ in 0..MOST_TRIED {
        let free = place::next_free_from(tx, &offer, from, By::Staff)?;
        let Some(slot) = free.filter(|slot| slot.starts_at < entry.until_at) else { break };
        place::lock(tx, &offer.by)?;
        for known in &offer.by {
            // Its rules as they are under the lock.
            if let Some(a) = store::availabilities::get(tx, known.id)? {
                offer::slot(me, tx, &a, slot.starts_at)?;
            }
        }
        if waiting(tx, id)?.is_none() {
            return Ok(true);
        }
        from = after(slot.starts_at, 1);
    }
    Ok(false)
}

/// An entry whose person still waits.
fn waiting(tx: &mut Tx<'_>, id: WaitlistId) -> Result<Option<Entry>, Error> {
    let found = store::waitlist::get(tx, id)?;
    Ok(found.filter(|entry| entry.status == EntryState::Waiting))
}

/// Writes an entry back with its event, if nobody changed it since it was read.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    entry: &mut Entry,
    kind: &'static str,
    offer_until: Option<Timestamp>,
) -> Result<(), Error> {
    if !store::waitlist::save(tx, entry)? {
        return Err(Error::Raced);
    }
    events::entry(tx, kind, entry, offer_until)
}

/// The entry for which an appointment is offered, while it is.
fn offered(tx: &mut Tx<'_>, a: &Appointment) -> Result<Option<Entry>, Error> {
    let Some(id) = a.waitlist_id else { return Ok(None) };
    let entry = store::waitlist::get(tx, id)?;
    Ok(entry.filter(|e| e.status == EntryState::Offered && e.appointment_id == Some(a.id)))
}

/// What was offered is booked.
pub(crate) fn confirmed(tx: &mut Tx<'_>, a: &Appointment) -> Result<(), Error> {
    settle(tx, a, EntryState::Accepted, "waitlist.accepted")
}

/// What was offered is not wanted.
pub(crate) fn turned_down(tx: &mut Tx<'_>, a: &Appointment) -> Result<(), Error> {
    settle(tx, a, EntryState::Declined, "waitlist.declined")
}

/// What was offered was not answered in time.
pub(crate) fn let_pass(tx: &mut Tx<'_>, a: &Appointment) -> Result<(), Error> {
    settle(tx, a, EntryState::Expired, "waitlist.expired")
}

fn settle(tx: &mut Tx<'_>, a: &Appointment, to: EntryState, kind: &'static str) -> Result<(), Error> {
    match offered(tx, a)? {
        Some(mut entry) => {
            entry.status = to;
            put(tx, &mut entry, kind, None)
        }
        None => Ok(()),
    }
}

/// An entry of the tenant.
///
/// # Errors
/// There is none.
pub fn entry(tx: &mut Tx<'_>, id: WaitlistId) -> Result<Entry, Error> {
    store::waitlist::get(tx, id)?.ok_or(Error::NotFound("waitlist entry"))
}

/// Accepts the place that is offered.
///
/// # Errors
/// Nothing is offered, or not any more.
pub fn accept(me: &Appointments, tx: &mut Tx<'_>, id: WaitlistId, by: By) -> Result<Appointment, Error> {
    let entry = entry(tx, id)?;
    let site = me.site(tx, Some(entry.site_id))?;
    may_work_at(tx, by, &site)?;
    match (entry.status, entry.appointment_id) {
        (EntryState::Offered, Some(offered)) => confirm::confirm(me, tx, offered, &Person::default(), by),
        (status, _) => Err(Error::NotOffered(status)),
    }
}

/// Declines the place that is offered, or leaves the waitlist where none is.
///
/// # Errors
/// They no longer wait.
pub fn leave(me: &Appointments, tx: &mut Tx<'_>, id: WaitlistId, by: By) -> Result<Entry, Error> {
    let mut found = entry(tx, id)?;
    let site = me.site(tx, Some(found.site_id))?;
    may_work_at(tx, by, &site)?;
    match (found.status, found.appointment_id) {
        (EntryState::Waiting, _) => {
            left(tx, &mut found)?;
            Ok(found)
        }
        (EntryState::Offered, Some(offered)) => {
            cancel(me, tx, offered, &Cancel::default(), by)?;
            entry(tx, id)
        }
        (status, _) => Err(Error::NotOffered(status)),
    }
}

/// Somebody who waits no longer does.
pub(crate) fn left(tx: &mut Tx<'_>, entry: &mut Entry) -> Result<(), Error> {
    entry.status = EntryState::Left;
    put(tx, entry, "waitlist.left", None)
}

/// Ends the wait of somebody whose time has passed.
///
/// # Errors
/// Somebody changed it at the same moment, or the database failed.
pub fn pass(tx: &mut Tx<'_>, id: WaitlistId) -> Result<(), Error> {
    let now = tx.now();
    match store::waitlist::get(tx, id)? {
        Some(mut entry) if entry.status == EntryState::Waiting && entry.until_at <= now => {
            entry.status = EntryState::Expired;
            put(tx, &mut entry, "waitlist.expired", None)
        }
        _ => Ok(()),
    }
}
