//! Giving an appointment another time.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;
use usher_kernel::{Timestamp, UserId};

use super::cancel::changeable;
use super::{Appointments, By, offer, place, save, step};
use crate::error::Error;
use crate::events;
use crate::model::{Act, Appointment, AppointmentId, Availability};
use crate::store;

/// To when.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// When it shall begin.
    pub starts_at: Timestamp,
    /// With whom; with whoever is free when absent.
    #[serde(default)]
    pub staff_id: Option<UserId>,
}

/// Moves an appointment to another slot of the same service and site; the place that it leaves is offered to the
/// waitlist. It keeps its reference, its page and everything said of the person.
///
/// # Errors
/// It is not booked, it is too late for the person to move it, or the slot is not free.
pub fn reschedule(
    me: &Appointments,
    tx: &mut Tx<'_>,
    id: AppointmentId,
    to: &Move,
    by: By,
) -> Result<Appointment, Error> {
    let (mut a, site, old) = step(me, tx, id, Act::Reschedule, by)?;
    changeable(me, tx, &a, &site, &old, by)?;
    let limits = place::guards_move(&old.rules, a.party_size, by);
    let wanted = place::offer(me, tx, a.service_id, Some(a.site_id), to.staff_id, by)?
        .for_party(Some(a.party_size), limits)?;
    // All at once, so that two who change places cannot wait for each other.
    let mut all = wanted.by.clone();
    all.push(old.clone());
    place::lock(tx, &all)?;
    let new = place::take(tx, &wanted, to.starts_at, Some(a.id), by)?;
    if a.starts_at == to.starts_at && new.id == a.availability_id {
        return Ok(a);
    }
    let (left, from) = (a.busy(), a.starts_at);
    put(tx, &mut a, &new, to.starts_at)?;
    offer::freed(me, tx, &old, left, from)?;
    Ok(a)
}

/// Puts an appointment into a slot that was taken for it.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    a: &mut Appointment,
    new: &Availability,
    starts_at: Timestamp,
) -> Result<(), Error> {
    let from = a.starts_at;
    let (service, busy) = (new.rules.service(starts_at), new.rules.busy(starts_at));
    a.availability_id = new.id;
    a.staff_id = new.staff_id;
    (a.starts_at, a.ends_at) = (service.from, service.until);
    (a.busy_from, a.busy_until) = (busy.from, busy.until);
    a.reminded = None;
    save(tx, a, new)?;
    store::appointments::remind_anew(tx, a)?;
    events::appointment(tx, "appointment.rescheduled", a, |fact| fact.moved_from = Some(from))
}
