//! Offering places to those who wait for one.
//!
//! What an appointment leaves is time: in its own schedule, where slots may overlap, and in every other schedule of the
//! member of staff whose time it was, for that is given once. Of all who wait for anything that has become free there the
//! first who fits in is offered a place, then the next, as long as there are places: a place for four is offered to two,
//! and what they leave of it to others. Each place is kept for one person at a time.

use usher_db::Tx;
use usher_kernel::Timestamp;
use usher_tenancy::Site;

use super::book::{Person, hold_for, insert};
use super::staff::given;
use super::waitlist::put;
use super::{Appointments, place};
use crate::error::Error;
use crate::model::slots::after;
use crate::model::{Availability, Entry, EntryState, Stretch};
use crate::store;

/// A schedule in which there may be places, and the beginnings of the slots that are looked at.
struct Schedule {
    by: Availability,
    /// The one that is offered first comes first.
    starts: Vec<Timestamp>,
    /// The largest party that comes by itself for the same, by any schedule.
    largest: i64,
}

impl Schedule {
    /// Whether so many people who come together fit into so many places of a slot.
    fn takes(&self, people: i64, places: i64) -> bool {
        // A party that no schedule takes has been let in by staff.
        let allowed = people <= self.by.rules.max_party || people > self.largest;
        allowed && self.by.rules.places(people) <= places
    }
}

/// Offers what an appointment has left of the time of `of`, and of that of its member of staff in their other schedules.
/// All of them are locked. Where the slot that begins at `first` suits somebody, they are offered that.
pub(crate) fn freed(
    me: &Appointments,
    tx: &mut Tx<'_>,
    of: &Availability,
    left: Stretch,
    first: Timestamp,
) -> Result<(), Error> {
    let all = store::availabilities::all(tx)?;
    let same_person = |a: &&Availability| a.id != of.id && of.staff_id.is_some() && a.staff_id == of.staff_id;
    let own = all.iter().filter(|a| a.id == of.id);
    let meant: Vec<Availability> = own.chain(all.iter().filter(same_person)).cloned().collect();
    let mut schedules = Vec::new();
    for by in given(me, tx, of.tenant_id, meant)? {
        let Ok(site) = me.site(tx, Some(by.site_id)) else { continue };
        let mut starts = by.rules.starts_meeting(&site, left);
        starts.sort_by_key(|start| (by.id != of.id || *start != first, *start));
        schedules.extend(schedule(me, tx, &site, &all, by, starts)?);
    }
    hand_out(tx, &schedules)
}

/// Offers what is free in one slot of a schedule, which is locked.
pub(crate) fn slot(
    me: &Appointments,
    tx: &mut Tx<'_>,
    by: &Availability,
    start: Timestamp,
) -> Result<(), Error> {
    let all = store::availabilities::all(tx)?;
    let site = me.site(tx, Some(by.site_id))?;
    let starts: Vec<Timestamp> = by.rules.slot_at(&site, start).map(|_| start).into_iter().collect();
    let mut schedules = Vec::new();
    for by in given(me, tx, by.tenant_id, vec![by.clone()])? {
        schedules.extend(schedule(me, tx, &site, &all, by, starts.clone())?);
    }
    hand_out(tx, &schedules)
}

/// A schedule of somebody who works here, at a site, with those of some beginnings that can be offered; none where there
/// are none.
fn schedule(
    me: &Appointments,
    tx: &mut Tx<'_>,
    site: &Site,
    all: &[Availability],
    by: Availability,
    mut starts: Vec<Timestamp>,
) -> Result<Option<Schedule>, Error> {
    let now = tx.now();
    let config = me.line().config(tx)?;
    let offered = by.rules.active && config.service(by.service_id).is_some_and(|service| service.active);
    let shut = me.shut(site, now);
    starts.retain(|start| *start > now && shut.as_ref().is_none_or(|shut| *start >= shut.until));
    if !offered || starts.is_empty() {
        return Ok(None);
    }
    let same = all.iter().filter(|a| a.site_id == by.site_id && a.service_id == by.service_id);
    let largest = same.filter(|a| a.rules.active).map(|a| a.rules.max_party).max();
    Ok(Some(Schedule { largest: largest.unwrap_or(by.rules.max_party), by, starts }))
}

/// Offers one place after the other, each to the first who fits in, until nothing is left or nobody waits for it.
fn hand_out(tx: &mut Tx<'_>, schedules: &[Schedule]) -> Result<(), Error> {
    loop {
        let mut best: Option<(Entry, &Availability, Timestamp)> = None;
        for one in schedules {
            if let Some((entry, start)) = first_in(tx, one)?
                && best.as_ref().is_none_or(|(known, ..)| entry.id < known.id)
            {
                best = Some((entry, &one.by, start));
            }
        }
        let Some((entry, by, start)) = best else { return Ok(()) };
        keep(tx, &entry, by, start)?;
    }
}

/// Who joined first of those who fit into a slot of a schedule, and into which.
fn first_in(tx: &mut Tx<'_>, one: &Schedule) -> Result<Option<(Entry, Timestamp)>, Error> {
    let free = place::open(tx, &one.by, &one.starts)?;
    let starts = free.iter().map(|(start, _)| *start);
    let (Some(first), Some(last)) = (starts.clone().min(), starts.max()) else { return Ok(None) };
    let mut behind = None;
    loop {
        let page = store::waitlist::waiting_for(tx, &one.by, (first, last), behind)?;
        let Some(next) = page.last().map(|entry| entry.id) else { return Ok(None) };
        behind = Some(next);
        for entry in page {
            let fits = |(start, places): &&(Timestamp, i64)| {
                entry.suits(*start) && one.takes(entry.party_size, *places)
            };
            if let Some(start) = free.iter().find(fits).map(|(start, _)| *start) {
                return Ok(Some((entry, start)));
            }
        }
    }
}

/// Keeps a place for somebody until their offer ends. Nothing where they have left the waitlist at this moment.
fn keep(tx: &mut Tx<'_>, entry: &Entry, by: &Availability, start: Timestamp) -> Result<(), Error> {
    tx.lock_rows("waitlist", &[entry.id])?;
    let still = store::waitlist::get(tx, entry.id)?.filter(|e| e.status == EntryState::Waiting);
    let Some(mut entry) = still else { return Ok(()) };
    let until = after(tx.now(), by.rules.offer_minutes).min(start);
    let mut held = hold_for(tx, by, start, until, entry.id)?;
    held.customer_id = entry.customer_id;
    held.booked_by = entry.booked_by;
    let person = Person {
        name: entry.name.clone(),
        phone: entry.phone.clone(),
        email: entry.email.clone(),
        party_size: Some(entry.party_size),
        notes: None,
        locale: entry.locale.clone(),
    };
    person.put(&mut held);
    let held = insert(tx, held, by)?;
    entry.status = EntryState::Offered;
    entry.appointment_id = Some(held.id);
    put(tx, &mut entry, "waitlist.offered", Some(until))
}
