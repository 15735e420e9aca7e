//! Changing what an appointment says of a person, and noting that they did not come.

use usher_db::Tx;
use usher_kernel::Change;

use super::book::Person;
use super::{Appointments, By, clock, customer, offer, place, save, step};
use crate::error::Error;
use crate::events;
use crate::model::{Act, Appointment, AppointmentId, Availability, State};

/// A change of what an appointment says of a person.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// Their name.
    pub name: Change<String>,
    /// Their phone number.
    pub phone: Change<String>,
    /// Their e-mail address.
    pub email: Change<String>,
    /// How many people; as many as before when none.
    pub party_size: Option<i64>,
    /// What they want remembered.
    pub notes: Change<String>,
    /// The language they read.
    pub locale: Change<String>,
}

impl Edit {
    /// Whether nothing is said.
    pub(crate) fn says_nothing(&self) -> bool {
        let texts = [&self.name, &self.phone, &self.email, &self.notes, &self.locale];
        self.party_size.is_none() && texts.into_iter().all(Change::is_keep)
    }

    /// What is said, apart from what is emptied.
    fn said(&self) -> Person {
        let text = |change: &Change<String>| change.value().cloned();
        Person {
            name: text(&self.name),
            phone: text(&self.phone),
            email: text(&self.email),
            party_size: self.party_size,
            notes: text(&self.notes),
            locale: text(&self.locale),
        }
    }

    /// Empties what is emptied; blanks alone say nothing either.
    fn empty(&self, a: &mut Appointment) {
        let places = [
            (&self.name, &mut a.name),
            (&self.phone, &mut a.phone),
            (&self.email, &mut a.email),
            (&self.notes, &mut a.notes),
            (&self.locale, &mut a.locale),
        ];
        for (change, place) in places {
            let emptied = match change {
                Change::Keep => false,
                Change::Clear => true,
                Change::Set(text) => text.trim().is_empty(),
            };
            if emptied {
                *place = None;
            }
        }
    }
}

/// Changes what an appointment says of a person; what is absent stays.
///
/// # Errors
/// It is over, a value is wrong, whoever it is for would have no name, or the version is not the current one.
pub fn edit(
    me: &Appointments,
    tx: &mut Tx<'_>,
    id: AppointmentId,
    change: &Edit,
    version: Option<i64>,
    by: By,
) -> Result<Appointment, Error> {
    let person = change.said().sound()?;
    let (mut a, _, rules) = step(me, tx, id, Act::Edit, by)?;
    fresh(version, a.version)?;
    let before = a.clone();
    if a.customer_id.is_none() {
        a.customer_id = customer::of(me, tx, a.tenant_id, None, &person)?;
    }
    person.put(&mut a);
    change.empty(&mut a);
    if before.name.is_some() {
        Person { name: a.name.clone(), ..Person::default() }.named(by)?;
    }
    // What a client read and sends back changes nothing.
    if a == before {
        return Ok(a);
    }
    if a.party_size > before.party_size {
        roomy(tx, &a, &rules, by)?;
    }
    let leaves_places = rules.rules.places(a.party_size) < rules.rules.places(before.party_size);
    if leaves_places {
        place::lock(tx, std::slice::from_ref(&rules))?;
    }
    save(tx, &mut a, &rules)?;
    events::appointment(tx, "appointment.edited", &a, |_| {})?;
    if leaves_places {
        offer::freed(me, tx, &rules, a.busy(), a.starts_at)?;
    }
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
