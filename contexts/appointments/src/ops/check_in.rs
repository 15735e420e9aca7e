//! Checking in: an appointment becomes a ticket.

use usher_db::Tx;
use usher_queueing::model::guard::Proof;
use usher_queueing::model::ticket::Booked;
use usher_queueing::model::{Channel, Ticket};
use usher_queueing::ops::booked_with::BookedWith;
use usher_queueing::ops::issue::{Issue, Terms, issue};

use super::{Appointments, By, clock, save, staff, step};
use crate::error::Error;
use crate::events;
use crate::model::slots::after;
use crate::model::{Act, Appointment, AppointmentId};

/// Takes somebody who booked into the line, in the same transaction. They stand as of the time that they booked,
/// or as of when they came, by the rules for early and late. `proof` is what they bring where the line asks whoever joins
/// by themselves to be near, or to stand before a screen of the site.
///
/// # Errors
/// It is not booked; the person comes too early or too late (staff take them in nevertheless); they are not near, or do
/// not say so where the line asks for it; or the line takes nobody now.
pub fn check_in(
    me: &Appointments,
    tx: &mut Tx<'_>,
    id: AppointmentId,
    by: By,
    proof: Proof,
) -> Result<(Appointment, Ticket), Error> {
    let (mut a, site, rules) = step(me, tx, id, Act::CheckIn, by)?;
    let now = tx.now();
    let opens = after(a.starts_at, -rules.rules.early_minutes);
    let closes = after(a.starts_at, rules.rules.late_minutes);
    // Staff may be generous, but not with another day's appointment.
    let same_day = site.business_day(now) == site.business_day(a.starts_at);
    if now < opens && !(by.is_staff() && same_day) {
        return Err(Error::TooEarly { from: opens, text: clock(&site, opens) });
    }
    if now > closes && !(by.is_staff() && same_day) {
        return Err(Error::TooLate(clock(&site, closes)));
    }
    // The record may have gone into another since, or away.
    let customer_id = match a.customer_id {
        Some(id) => me.line().customers().current(tx, a.tenant_id, id)?,
        None => None,
    };
    let (enters_at, rule) = rules.rules.enters(a.starts_at, now);
    // Whose time was booked serves them; whoever comes late is given the grace from then on.
    let until = after(a.starts_at.max(now), rules.rules.grace_minutes);
    let with = staff::named(me, tx, a.staff_id)?;
    let with = with.map(|who| BookedWith { agent: who.id, name: who.name, until });
    let wanted = Issue {
        service_id: Some(a.service_id),
        site_id: Some(a.site_id),
        name: a.name.clone(),
        phone: a.phone.clone(),
        email: a.email.clone(),
        party_size: Some(a.party_size),
        notes: a.notes.clone(),
        locale: a.locale.clone(),
        customer_id,
        channel: Some(Channel::Appointment),
        with,
        proof,
        ..Issue::default()
    };
    let booked = Booked { appointment_id: a.id.uuid(), slot_at: a.starts_at, enters_at, rule };
    let terms = Terms { staff: by.is_staff(), booked: Some(booked), ..Terms::default() };
    let ticket = issue(me.line(), tx, &wanted, terms)?;
    let from = a.status;
    a.status = crate::model::State::CheckedIn;
    a.ticket_id = Some(ticket.id);
    a.checked_in_at = Some(now);
    save(tx, &mut a, &rules)?;
    events::appointment(tx, "appointment.checked_in", &a, |fact| fact.from = Some(from))?;
    Ok((a, ticket))
}
