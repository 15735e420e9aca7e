//! Making a held appointment firm, or holding it for longer.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;
use usher_kernel::{Timestamp, UserId};

use super::book::{Person, within_limit};
use super::{Appointments, By, clock, customer, offer, place, save, step, waitlist};
use crate::error::Error;
use crate::events;
use crate::model::slots::after;
use crate::model::{Act, Appointment, AppointmentId, Rules, State};

/// How many times its first length a slot can be held in all.
const LONGEST: i64 = 4;

/// Who comes, as what is held is made firm.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Confirmation {
    /// Their name.
    pub name: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// How many people; as many as it is held for when absent.
    #[schemars(range(min = 1, max = 100))]
    pub party_size: Option<i64>,
    /// What they want remembered.
    pub notes: Option<String>,
    /// The language they read.
    pub locale: Option<String>,
    /// Whether whoever is signed in books for somebody else: then the appointment is that person's, who is known by the
    /// number or the address given here, and whoever booked sees it among their own. Staff always book for others.
    pub for_other: bool,
}

impl Confirmation {
    fn person(&self) -> Person {
        Person {
            name: self.name.clone(),
            phone: self.phone.clone(),
            email: self.email.clone(),
            party_size: self.party_size,
            notes: self.notes.clone(),
            locale: self.locale.clone(),
        }
    }
}

/// Whose a held appointment is as it is made firm.
enum Whose {
    /// Whoever it is held for.
    AsHeld,
    /// Somebody else's, for whom this account books.
    Others(Option<UserId>),
}

/// Makes a held appointment firm, as whoever holds it says; `user` is the account with which they are signed in.
///
/// # Errors
/// As [`confirm`].
pub fn confirm_as_said(
    me: &Appointments,
    tx: &mut Tx<'_>,
    id: AppointmentId,
    said: &Confirmation,
    user: Option<UserId>,
    by: By,
) -> Result<Appointment, Error> {
    let whose = if said.for_other && !by.is_staff() { Whose::Others(user) } else { Whose::AsHeld };
    firm(me, tx, id, &said.person(), &whose, by)
}

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
    firm(me, tx, id, person, &Whose::AsHeld, by)
}

fn firm(
    me: &Appointments,
    tx: &mut Tx<'_>,
    id: AppointmentId,
    person: &Person,
    whose: &Whose,
    by: By,
) -> Result<Appointment, Error> {
    let person = person.sound()?;
    let (mut a, site, rules) = step(me, tx, id, Act::Confirm, by)?;
    let until = a.hold_until.filter(|until| *until > tx.now());
    if until.is_none() {
        return Err(Error::HoldEnded(clock(&site, a.hold_until.unwrap_or(a.created_at))));
    }
    match whose {
        Whose::AsHeld if a.customer_id.is_some() => {}
        Whose::AsHeld => a.customer_id = customer::of(me, tx, a.tenant_id, None, &person)?,
        // It was held for whoever is signed in, before they said for whom they book.
        Whose::Others(user) => {
            a.customer_id = customer::of(me, tx, a.tenant_id, None, &person)?;
            a.booked_by = *user;
        }
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
