//! Changing what an appointment says of a person, and noting that they did not come.

use usher_db::Tx;

use super::book::Person;
use super::{Appointments, By, clock, customer, place, save, step};
use crate::error::Error;
use crate::events;
use crate::model::{Act, Appointment, AppointmentId, Availability, State};

/// Changes what an appointment says of a person; what is absent stays.
///
/// # Errors
/// It is over, a value is wrong, or the version is not the current one.
pub fn edit(
    me: &Appointments,
    tx: &mut Tx<'_>,
    id: AppointmentId,
    person: &Person,
    version: Option<i64>,
    by: By,
) -> Result<Appointment, Error> {
    let person = person.sound()?;
    let (mut a, _, rules) = step(me, tx, id, Act::Edit, by)?;
    fresh(version, a.version)?;
    let before = a.clone();
    if a.customer_id.is_none() {
        a.customer_id = customer::of(me, tx, a.tenant_id, None, &person)?;
    }
    person.put(&mut a);
    // What a client read and sends back changes nothing.
    if a == before {
        return Ok(a);
    }
    if a.party_size > before.party_size {
        roomy(tx, &a, &rules, by)?;
    }
    save(tx, &mut a, &rules)?;
    events::appointment(tx, "appointment.edited", &a, |_| {})?;
    Ok(a)
}

/// More people than before may come, and there are places for them.
fn roomy(tx: &mut Tx<'_>, a: &Appointment, by: &Availability, who: By) -> Result<(), Error> {
    place::party_fits(&by.rules, a.party_size, who)?;
    if !by.rules.counts_people {
        return Ok(());
    }
    place::lock(tx, std::slice::from_ref(by))?;
    if place::free(tx, by, a.starts_at, Some(a.id))? < a.party_size {
        return Err(Error::SlotTaken(Vec::new()));
    }
    Ok(())
}

/// Notes that the person did not come.
///
/// # Errors
/// It is not booked, or has not begun.
pub fn no_show(me: &Appointments, tx: &mut Tx<'_>, id: AppointmentId) -> Result<Appointment, Error> {
    let (mut a, site, rules) = step(me, tx, id, Act::NoShow, By::Staff)?;
    if tx.now() < a.starts_at {
        return Err(Error::NotMissedYet(clock(&site, a.starts_at)));
    }
    a.status = State::NoShow;
    save(tx, &mut a, &rules)?;
    events::appointment(tx, "appointment.no_show", &a, |fact| fact.from = Some(State::Booked))?;
    Ok(a)
}

/// The version that the client read is the current one.
pub(crate) fn fresh(read: Option<i64>, current: i64) -> Result<(), Error> {
    match read {
        Some(read) if read != current => Err(Error::Stale { read, current }),
        _ => Ok(()),
    }
}
