//! Making a held appointment firm, or holding it for longer.

use usher_db::Tx;
use usher_kernel::Timestamp;

use super::book::{Person, within_limit};
use super::{Appointments, By, clock, customer, offer, place, save, step, waitlist};
use crate::error::Error;
use crate::events;
use crate::model::slots::after;
use crate::model::{Act, Appointment, AppointmentId, Rules, State};

/// How many times its first length a slot can be held in all.
const LONGEST: i64 = 4;

/// Makes a held appointment firm.
///
/// # Errors
/// It is not held, or not any more; the name is missing; or the person has as many as they may.
pub fn confirm(
    me: &Appointments,
    tx: &mut Tx<'_>,
    id: AppointmentId,
    person: &Person,
    by: By,
) -> Result<Appointment, Error> {
    let person = person.sound()?;
    let (mut a, site, rules) = step(me, tx, id, Act::Confirm, by)?;
    let until = a.hold_until.filter(|until| *until > tx.now());
    if until.is_none() {
        return Err(Error::HoldEnded(clock(&site, a.hold_until.unwrap_or(a.created_at))));
    }
    if a.customer_id.is_none() {
        a.customer_id = customer::of(me, tx, a.tenant_id, None, &person)?;
    }
    let held_for = a.party_size;
    person.put(&mut a);
    Person { name: a.name.clone(), ..Person::default() }.named(by)?;
    // What staff hold for more than come by themselves is confirmed for as many.
    if a.party_size > held_for {
        place::party_fits(&rules.rules, a.party_size, by)?;
    }
    place::lock(tx, std::slice::from_ref(&rules))?;
    // More may come than it was held for. And a node whose clock is ahead may have given the place away already.
    if place::free(tx, &rules, a.starts_at, Some(a.id))? < rules.rules.places(a.party_size) {
        return Err(Error::SlotTaken(Vec::new()));
    }
    within_limit(tx, &a, &rules, by)?;
    a.status = State::Booked;
    save(tx, &mut a, &rules)?;
    events::appointment(tx, "appointment.booked", &a, |fact| fact.from = Some(State::Held))?;
    waitlist::confirmed(tx, &a)?;
    if rules.rules.places(a.party_size) < rules.rules.places(held_for) {
        offer::freed(me, tx, &rules, a.busy(), a.starts_at)?;
    }
    Ok(a)
}

/// Whether a held appointment can be held for longer. What is offered to the waitlist has a deadline of its own.
pub(crate) fn extendable(a: &Appointment, rules: &Rules, now: Timestamp) -> bool {
    let until = a.hold_until.unwrap_or(a.created_at);
    until > now && a.waitlist_id.is_none() && until < after(a.created_at, rules.hold_minutes * LONGEST)
}

/// Holds a held appointment for longer.
///
/// # Errors
/// It is not held, or not any more, or was held as long as it may be.
pub fn extend(me: &Appointments, tx: &mut Tx<'_>, id: AppointmentId, by: By) -> Result<Appointment, Error> {
    let (mut a, site, rules) = step(me, tx, id, Act::Extend, by)?;
    let now = tx.now();
    let until = a.hold_until.unwrap_or(a.created_at);
    if until <= now {
        return Err(Error::HoldEnded(clock(&site, until)));
    }
    let most = rules.rules.hold_minutes * LONGEST;
    if !extendable(&a, &rules.rules, now) {
        return Err(Error::HoldLimit(if a.waitlist_id.is_some() { rules.rules.offer_minutes } else { most }));
    }
    a.hold_until = Some(after(now, rules.rules.hold_minutes).min(after(a.created_at, most)).max(until));
    place::lock(tx, std::slice::from_ref(&rules))?;
    if place::free(tx, &rules, a.starts_at, Some(a.id))? < rules.rules.places(a.party_size) {
        return Err(Error::SlotTaken(Vec::new()));
    }
    save(tx, &mut a, &rules)?;
    events::appointment(tx, "appointment.extended", &a, |_| {})?;
    Ok(a)
}
