//! Finding slots and places: what can be booked, what is left, and who gets the last one.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;
use std::sync::Arc;

use usher_db::{Read, Tx};
use usher_kernel::civil::Date;
use usher_kernel::{SignedDuration, SiteId, Timestamp, UserId};
use usher_queueing::model::{Service, ServiceId};
use usher_tenancy::Site;

use super::closing::Shut;
use super::staff::given;
use super::{Appointments, By};
use crate::error::Error;
use crate::model::slots::after;
use crate::model::{AppointmentId, Availability, Day, DayState, Rules, Slot, Stretch, Taken};
use crate::store;
use crate::store::appointments::Taker;

/// How many days one answer shows.
pub const MOST_DAYS: i64 = 31;
/// How many days ahead the next free slot is looked for.
const LOOKED_AT: i64 = 92;
/// How many free slots a refusal names.
const NEAREST: usize = 3;

/// What is to be booked: a service at a site, with anybody or a certain member of staff.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Where.
    pub site: Arc<Site>,
    /// What for.
    pub service: Arc<Service>,
    /// The availabilities, in the order in which they are filled.
    pub by: Vec<Availability>,
    /// The emergency in which the site is closed.
    pub shut: Option<Shut>,
    /// How many people come together.
    pub people: i64,
}

impl Offer {
    /// Why nothing takes place at a moment, in an emergency.
    fn shut_at(&self, moment: Timestamp) -> Option<&Shut> {
        self.shut.as_ref().filter(|shut| moment < shut.until)
    }

    /// How many people may come together where they book for themselves.
    pub fn max_party(&self) -> i64 {
        self.by.iter().map(|a| a.rules.max_party).max().unwrap_or(1)
    }

    /// The same for so many people who come together: by those availabilities alone that take as many.
    ///
    /// # Errors
    /// None does.
    pub fn for_party(self, people: Option<i64>, by: By) -> Result<Self, Error> {
        let people = people.unwrap_or(1);
        let most = self.max_party();
        let fitting = self.by.into_iter().filter(|a| party_fits(&a.rules, people, by).is_ok()).collect();
        let fitting = Self { by: fitting, people, ..self };
        if fitting.by.is_empty() { Err(too_many(most)) } else { Ok(fitting) }
    }
}

fn too_many(most: i64) -> Error {
    Error::field("party_size", "too_many_people", format!("At most {most} people can come together."))
}

/// So many people may come together by these rules; staff take in larger parties.
pub(crate) fn party_fits(rules: &Rules, people: i64, by: By) -> Result<(), Error> {
    if by.is_staff() || people <= rules.max_party { Ok(()) } else { Err(too_many(rules.max_party)) }
}

/// Whose limit of how many may come together guards a move. It guards new bookings and parties that grow: where more come
/// than these rules, by which they are booked, let in, staff let them in, or the rules were others when they booked, and they
/// move as they are. That there are places for all of them is looked at whoever moves.
pub(crate) fn guards_move(rules: &Rules, people: i64, by: By) -> By {
    if party_fits(rules, people, by).is_ok() { by } else { By::Staff }
}

/// What is offered of a service at a site.
///
/// # Errors
/// There is no such service or site, or it takes no appointments.
pub fn offer(
    me: &Appointments,
    read: &mut Read<'_>,
    service: ServiceId,
    site: Option<SiteId>,
    staff: Option<UserId>,
    by: By,
) -> Result<Offer, Error> {
    let site = me.site(read, site)?;
    let config = me.line().config(read)?;
    let service = Arc::clone(config.service(service).ok_or(Error::NotFound("service"))?);
    let mut wanted = store::availabilities::at(read, site.id)?;
    wanted.retain(|a| {
        let meant = a.service_id == service.id && (staff.is_none() || a.staff_id == staff);
        meant && service.active && is_offered(&a.rules, by)
    });
    let found = given(me, read, site.tenant_id, wanted)?;
    if found.is_empty() {
        return Err(Error::NoAppointments { service: service.name.clone(), site: site.name.clone() });
    }
    let shut = me.shut(&site, read.now());
    Ok(Offer { site, service, by: found, shut, people: 1 })
}

/// Whether something is booked now, by people themselves or by staff alone.
fn is_offered(rules: &Rules, by: By) -> bool {
    rules.active && (rules.online || by.is_staff())
}

/// Everything that is offered at a site, service by service in the order in which it was made.
///
/// # Errors
/// The database failed.
pub fn offers(me: &Appointments, read: &mut Read<'_>, site: &Arc<Site>, by: By) -> Result<Vec<Offer>, Error> {
    let config = me.line().config(read)?;
    let mut wanted = store::availabilities::at(read, site.id)?;
    wanted.retain(|a| is_offered(&a.rules, by));
    let shut = me.shut(site, read.now());
    let mut offers: Vec<Offer> = Vec::new();
    for a in given(me, read, site.tenant_id, wanted)? {
        let Some(service) = config.service(a.service_id).filter(|service| service.active) else { continue };
        match offers.iter_mut().find(|offer| offer.service.id == service.id) {
            Some(offer) => offer.by.push(a),
            None => offers.push(Offer {
                site: Arc::clone(site),
                service: Arc::clone(service),
                by: vec![a],
                shut: shut.clone(),
                people: 1,
            }),
        }
    }
    Ok(offers)
}

/// How many places are left in a slot, for everybody but `but`. To be sure of it, lock first.
pub(crate) fn free(
    read: &mut Read<'_>,
    a: &Availability,
    start: Timestamp,
    but: Option<AppointmentId>,
) -> Result<i64, Error> {
    let (busy, now) = (a.rules.busy(start), read.now());
    let taken = store::appointments::taken(read, &Taker::By(a.id), busy, but, now)?;
    let left = a.rules.capacity - a.rules.peak(&taken, busy);
    match a.staff_id {
        Some(staff) if left > 0 => {
            let elsewhere = store::appointments::taken(read, &Taker::Staff(staff, a.id), busy, but, now)?;
            Ok(if elsewhere.is_empty() { left } else { 0 })
        }
        _ => Ok(left.max(0)),
    }
}

/// Those of some slots that have places left, in the order given, and how many. To be sure of it, lock first.
pub(crate) fn open(
    read: &mut Read<'_>,
    a: &Availability,
    starts: &[Timestamp],
) -> Result<Vec<(Timestamp, i64)>, Error> {
    let (Some(first), Some(last)) = (starts.iter().min(), starts.iter().max()) else { return Ok(Vec::new()) };
    let within = Stretch { from: a.rules.busy(*first).from, until: a.rules.busy(*last).until };
    let found = Found::within(read, a, within)?;
    let left = starts.iter().map(|start| (*start, found.free(*start, 1)));
    Ok(left.filter(|(_, free)| *free > 0).collect())
}

/// Keeps everybody else away from the places of these availabilities, and from the time of their staff.
pub(crate) fn lock(tx: &mut Tx<'_>, by: &[Availability]) -> Result<(), Error> {
    let mut ids: Vec<_> = by.iter().map(|a| a.id).collect();
    let staff: BTreeSet<UserId> = by.iter().filter_map(|a| a.staff_id).collect();
    for staff in staff {
        ids.extend(store::availabilities::of_staff(tx, staff)?);
    }
    ids.sort_unstable();
    ids.dedup();
    store::availabilities::lock(tx, &ids)?;
    Ok(())
}

/// The availability that takes somebody at `start`: locked, with a place left for everybody but `but`.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    offer: &Offer,
    start: Timestamp,
    but: Option<AppointmentId>,
    by: By,
) -> Result<Availability, Error> {
    let now = tx.now();
    if let Some(shut) = offer.shut_at(start) {
        let (site, reason) = (offer.site.name.clone(), shut.reason.to_string());
        return Err(Error::Line(usher_queueing::Error::SiteClosed { site, reason }));
    }
    let fitting: Vec<Availability> =
        offer.by.iter().filter(|a| a.rules.slot_at(&offer.site, start).is_some()).cloned().collect();
    if fitting.is_empty() {
        return Err(Error::NotASlot(nearest(tx, offer, start, by)?));
    }
    let in_time = |a: &&Availability| {
        let (first, last) = a.rules.bookable(now, by.is_staff());
        first <= start && start <= last
    };
    let bookable: Vec<Availability> = fitting.iter().filter(in_time).cloned().collect();
    if bookable.is_empty() {
        let far = fitting.iter().all(|a| start > a.rules.bookable(now, by.is_staff()).1);
        return match fitting.first() {
            Some(a) if far => Err(Error::TooFar(a.rules.days_ahead(by.is_staff()))),
            _ => Err(Error::TooSoon(nearest(tx, offer, start, by)?)),
        };
    }
    lock(tx, &bookable)?;
    for known in bookable {
        // Its rules as they are under the lock: it may have been changed or given up since.
        let Some(a) = store::availabilities::get(tx, known.id)? else { continue };
        let offered = a.rules.active && a.rules.slot_at(&offer.site, start).is_some();
        if offered && free(tx, &a, start, but)? >= a.rules.places(offer.people) {
            return Ok(a);
        }
    }
    Err(Error::SlotTaken(nearest(tx, offer, start, by)?))
}

/// The free slots that lie nearest to a moment, in order.
pub(crate) fn nearest(
    read: &mut Read<'_>,
    offer: &Offer,
    wanted: Timestamp,
    by: By,
) -> Result<Vec<Slot>, Error> {
    let zone = offer.site.zone();
    let today = zone.to_datetime(read.now()).date();
    let middle = zone.to_datetime(wanted).date();
    let before = middle.checked_sub(SignedDuration::from_hours(72)).unwrap_or(today);
    let mut near: Vec<Slot> = days(read, offer, before.max(today), 7, by)?
        .into_iter()
        .flat_map(|day| day.slots)
        .filter(|slot| slot.free > 0)
        .collect();
    near.sort_by_key(|slot| slot.starts_at.duration_since(wanted).abs());
    near.truncate(NEAREST);
    near.sort_by_key(|slot| slot.starts_at);
    Ok(near)
}

/// The slots of some days from a date on.
///
/// # Errors
/// The database failed.
pub fn days(read: &mut Read<'_>, offer: &Offer, from: Date, count: i64, by: By) -> Result<Vec<Day>, Error> {
    let zone = offer.site.zone();
    let dates: Vec<Date> =
        successors(Some(from), |date| date.tomorrow().ok()).take(day_count(count)).collect();
    let edge = |date: Date| zone.to_timestamp(date.to_datetime(Default::default()));
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return Ok(Vec::new()) };
    // A night may reach into the next day, and buffers further.
    let within = match (edge(*first), edge(*last)) {
        (Ok(from), Ok(until)) => Stretch { from: after(from, -1_440), until: after(until, 4 * 1_440) },
        _ => return Ok(Vec::new()),
    };
    let now = read.now();
    let mut found: Vec<Found> = Vec::new();
    for a in &offer.by {
        found.push(Found::within(read, a, within)?);
    }
    Ok(dates.into_iter().map(|date| day(offer, &found, date, now, by)).collect())
}

fn day_count(count: i64) -> usize {
    usize::try_from(count.clamp(1, MOST_DAYS)).unwrap_or(1)
}

/// An availability with what is taken of it.
struct Found<'a> {
    a: &'a Availability,
    own: Vec<Taken>,
    elsewhere: Vec<Taken>,
}

impl<'a> Found<'a> {
    /// The same within a stretch.
    fn within(read: &mut Read<'_>, a: &'a Availability, within: Stretch) -> Result<Self, Error> {
        let now = read.now();
        let own = store::appointments::taken(read, &Taker::By(a.id), within, None, now)?;
        let elsewhere = match a.staff_id {
            Some(staff) => store::appointments::taken(read, &Taker::Staff(staff, a.id), within, None, now)?,
            None => Vec::new(),
        };
        Ok(Self { a, own, elsewhere })
    }

    /// How many places are left, where so many people fit in.
    fn free(&self, start: Timestamp, people: i64) -> i64 {
        let rules = &self.a.rules;
        let busy = rules.busy(start);
        if self.elsewhere.iter().any(|taken| taken.stretch.meets(&busy)) {
            return 0;
        }
        let near: Vec<Taken> = self.own.iter().filter(|taken| taken.stretch.meets(&busy)).copied().collect();
        let left = rules.capacity - rules.peak(&near, busy);
        if left >= rules.places(people) { left } else { 0 }
    }
}

fn day(offer: &Offer, found: &[Found<'_>], date: Date, now: Timestamp, by: By) -> Day {
    let mut slots: BTreeMap<Timestamp, Slot> = BTreeMap::new();
    let (mut any, mut ahead, mut shut) = (false, false, None);
    for one in found {
        let (first, last) = one.a.rules.bookable(now, by.is_staff());
        for start in one.a.rules.starts_on(&offer.site, date) {
            if let Some(closed) = offer.shut_at(start) {
                shut = Some(closed.reason.to_string());
                continue;
            }
            any = true;
            ahead |= start > last;
            if start < first || start > last {
                continue;
            }
            let free = one.free(start, offer.people);
            let ends_at = one.a.rules.service(start).until;
            let slot = slots.entry(start).or_insert(Slot { starts_at: start, ends_at, free: 0 });
            slot.free += free;
        }
    }
    let state = match (any, slots.is_empty()) {
        (false, _) => DayState::Closed,
        (true, true) if ahead => DayState::TooFar,
        (true, true) => DayState::TooSoon,
        (true, false) if slots.values().any(|slot| slot.free > 0) => DayState::Free,
        (true, false) => DayState::Full,
    };
    let own = found.iter().filter_map(|one| {
        let exceptions = &one.a.rules.exceptions;
        exceptions.iter().find(|exception| exception.date == date).map(|exception| exception.name.clone())
    });
    let holiday = offer.site.opening.exception_on(date).map(|exception| exception.name.clone());
    let name = shut.into_iter().chain(holiday).chain(own).find(|name| !name.is_empty());
    Day { date, state, name, slots: slots.into_values().collect() }
}

/// The next slot with a free place, within the next three months.
///
/// # Errors
/// The database failed.
pub fn next_free(read: &mut Read<'_>, offer: &Offer, by: By) -> Result<Option<Slot>, Error> {
    next_free_from(read, offer, read.now(), by)
}

/// The same, from a moment on.
pub(crate) fn next_free_from(
    read: &mut Read<'_>,
    offer: &Offer,
    moment: Timestamp,
    by: By,
) -> Result<Option<Slot>, Error> {
    let mut from = offer.site.zone().to_datetime(moment).date();
    for _ in 0..=LOOKED_AT / MOST_DAYS {
        let days = days(read, offer, from, MOST_DAYS, by)?;
        let slots = days.iter().flat_map(|day| &day.slots);
        if let Some(slot) = slots.into_iter().find(|slot| slot.free > 0 && slot.starts_at >= moment) {
            return Ok(Some(slot.clone()));
        }
        // Behind the last day that anybody may book nothing follows.
        if days.iter().any(|day| day.state == DayState::TooFar) {
            return Ok(None);
        }
        let Some(next) = days.last().and_then(|day| day.date.tomorrow().ok()) else { return Ok(None) };
        from = next;
    }
    Ok(None)
}
