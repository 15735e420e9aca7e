//! Booking a slot, or holding it while somebody is still typing.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_customers::CustomerId;
use usher_customers::model::contact::{is_same_phone, key, plain_phone};
use usher_db::Tx;
use usher_kernel::{FieldFault, SiteId, Timestamp, UserId, random};
use usher_queueing::model::person::Faults;
use usher_queueing::model::{Channel, ServiceId};

use super::place::{self, Offer};
use super::{Appointments, By, customer, may_work_at};
use crate::error::Error;
use crate::events;
use crate::model::due::due;
use crate::model::reference::reference;
use crate::model::slots::after;
use crate::model::{Appointment, AppointmentId, Availability, Repeat, SeriesId, State, WaitlistId};
use crate::store;
use crate::store::appointments::Whose;

/// What an appointment says of a person.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Person {
    /// Their name.
    pub name: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// How many people; 1 when absent.
    #[schemars(range(min = 1, max = 100))]
    pub party_size: Option<i64>,
    /// What they want remembered.
    pub notes: Option<String>,
    /// The language they read.
    pub locale: Option<String>,
}

impl Person {
    /// The same in the form in which it is kept.
    pub(crate) fn sound(&self) -> Result<Self, Error> {
        let tidy = |text: &Option<String>| {
            text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let kept = Self {
            name: tidy(&self.name),
            phone: tidy(&self.phone).map(|text| plain_phone(&text)),
            email: tidy(&self.email),
            party_size: self.party_size,
            notes: tidy(&self.notes),
            locale: tidy(&self.locale),
        };
        let mut faults = Faults::default();
        faults.text("name", kept.name.as_deref(), 120);
        faults.phone("phone", kept.phone.as_deref());
        faults.email("email", kept.email.as_deref());
        faults.people("party_size", kept.party_size);
        faults.text("notes", kept.notes.as_deref(), 2_000);
        faults.locale("locale", kept.locale.as_deref());
        if faults.0.is_empty() { Ok(kept) } else { Err(Error::Fields(faults.0)) }
    }

    /// Somebody who books for themselves says their name.
    pub(crate) fn named(&self, by: By) -> Result<(), Error> {
        if by == By::Person && self.name.is_none() {
            return Err(Error::field("name", "required", "Please give your name."));
        }
        Ok(())
    }

    /// Puts it on an appointment; what is absent stays.
    pub(crate) fn put(self, a: &mut Appointment) {
        fn set<T>(to: &mut Option<T>, from: Option<T>) {
            if from.is_some() {
                *to = from;
            }
        }
        set(&mut a.name, self.name);
        set(&mut a.phone, self.phone);
        set(&mut a.email, self.email);
        set(&mut a.notes, self.notes);
        set(&mut a.locale, self.locale);
        a.party_size = self.party_size.unwrap_or(a.party_size);
    }
}

/// A slot to be booked.
#[derive(Clone, Debug)]
pub struct Book {
    /// What for.
    pub service_id: ServiceId,
    /// Where; the tenant's default site when absent.
    pub site_id: Option<SiteId>,
    /// With whom; with anybody when absent.
    pub staff_id: Option<UserId>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// Who comes.
    pub person: Person,
    /// The person, where known.
    pub customer_id: Option<CustomerId>,
    /// The account with which they signed in.
    pub user_id: Option<UserId>,
    /// The account of whoever books for somebody else.
    pub booked_by: Option<UserId>,
    /// Only hold it for some minutes.
    pub hold: bool,
    /// How it comes back.
    pub repeat: Option<Repeat>,
    /// Through which door.
    pub channel: Channel,
}

/// What was booked: one appointment, or the first of a series and the others.
#[derive(Clone, Debug)]
pub struct Booked {
    /// The first.
    pub first: Appointment,
    /// The others of the series.
    pub more: Vec<Appointment>,
    /// Times of the series that were not free and left out.
    pub skipped: Vec<Timestamp>,
}

/// Books a slot, or holds it.
///
/// # Errors
/// The service takes no appointments there, no slot begins then, it is full, too near or too far ahead, the person
/// has as many as they may, or a value is wrong.
pub fn book(me: &Appointments, tx: &mut Tx<'_>, wanted: &Book, by: By) -> Result<Booked, Error> {
    let mut person = wanted.person.sound()?;
    repeatable(wanted)?;
    let offer = place::offer(me, tx, wanted.service_id, wanted.site_id, wanted.staff_id, by)?
        .for_party(person.party_size, by)?;
    may_work_at(tx, by, &offer.site)?;
    let series = wanted.repeat.map(|repeat| (repeat, SeriesId::generate(tx.now())));
    let customer = customer::whose(me, tx, wanted, &mut person)?;
    let series_id = series.map(|(_, id)| id);
    let mut make = Make { offer: &offer, wanted, person: &person, customer, series: series_id, by };
    let first = make.one(tx, wanted.starts_at)?;
    let (mut more, mut skipped) = (Vec::new(), Vec::new());
    if let Some((repeat, _)) = series {
        for start in repeat.starts(wanted.starts_at, &offer.site.zone()) {
            match make.one(tx, start) {
                Ok(made) => more.push(made),
                Err(Error::SlotTaken(_) | Error::NotASlot(_) | Error::TooFar(_) | Error::TooSoon(_)) => {
                    skipped.push(start)
                }
                Err(error) => return Err(error),
            }
        }
        if !(skipped.is_empty() || repeat.skip_taken) {
            return Err(Error::SeriesTaken(skipped));
        }
    }
    Ok(Booked { first, more, skipped })
}

fn repeatable(wanted: &Book) -> Result<(), Error> {
    let Some(repeat) = wanted.repeat else { return Ok(()) };
    let fault = |field: &str, code, message: &str| FieldFault {
        field: field.to_owned(),
        code,
        message: message.to_owned(),
    };
    let mut faults = Vec::new();
    if !(2..=52).contains(&repeat.count) {
        faults.push(fault("repeat.count", "out_of_range", "Give a whole number from 2 to 52."));
    }
    if wanted.hold {
        faults.push(fault("hold", "not_a_series", "A series is booked at once, not held."));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Fields(faults)) }
}

/// Makes the appointments of one booking.
struct Make<'a> {
    offer: &'a Offer,
    wanted: &'a Book,
    person: &'a Person,
    customer: Option<CustomerId>,
    series: Option<SeriesId>,
    by: By,
}

impl Make<'_> {
    fn one(&mut self, tx: &mut Tx<'_>, start: Timestamp) -> Result<Appointment, Error> {
        let by = place::take(tx, self.offer, start, None, self.by)?;
        let state = if self.wanted.hold { State::Held } else { State::Booked };
        let mut made = blank(tx, &by, start, state, self.wanted.channel)?;
        self.person.clone().put(&mut made);
        made.customer_id = self.customer;
        made.booked_by = self.wanted.booked_by;
        made.series_id = self.series;
        if state == State::Held {
            made.hold_until = Some(after(tx.now(), by.rules.hold_minutes));
        } else {
            within_limit(tx, &made, &by, self.by)?;
        }
        insert(tx, made, &by)
    }
}

/// A new appointment in a place that was taken, with nothing said of a person yet.
pub(crate) fn blank(
    tx: &mut Tx<'_>,
    by: &Availability,
    start: Timestamp,
    status: State,
    channel: Channel,
) -> Result<Appointment, Error> {
    let now = tx.now();
    let (service, busy) = (by.rules.service(start), by.rules.busy(start));
    Ok(Appointment {
        id: AppointmentId::generate(now),
        tenant_id: by.tenant_id,
        site_id: by.site_id,
        service_id: by.service_id,
        availability_id: by.id,
        staff_id: by.staff_id,
        reference: unused_reference(tx)?,
        status,
        starts_at: service.from,
        ends_at: service.until,
        busy_from: busy.from,
        busy_until: busy.until,
        hold_until: None,
        name: None,
        phone: None,
        email: None,
        customer_id: None,
        booked_by: None,
        party_size: 1,
        notes: None,
        locale: None,
        channel,
        series_id: None,
        waitlist_id: None,
        ticket_id: None,
        created_at: now,
        checked_in_at: None,
        reason: None,
        due_at: None,
        reminded: None,
        version: 1,
    })
}

/// Writes a new appointment, with what becomes due with it and its event.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    mut made: Appointment,
    by: &Availability,
) -> Result<Appointment, Error> {
    made.due_at = due(&made, &by.rules, tx.now());
    store::appointments::insert(tx, &made)?;
    let kind = if made.status == State::Held { "appointment.held" } else { "appointment.booked" };
    events::appointment(tx, kind, &made, |_| {})?;
    Ok(made)
}

/// The person has not as many of these to come as they may. Its availability is locked.
pub(crate) fn within_limit(
    tx: &mut Tx<'_>,
    a: &Appointment,
    rules: &Availability,
    by: By,
) -> Result<(), Error> {
    let Some(most) = rules.rules.max_per_person.filter(|_| !by.is_staff()) else { return Ok(()) };
    let now = tx.now();
    let theirs = store::appointments::to_come(tx, a, now)?;
    let count = theirs.iter().filter(|other| is_theirs(a, other)).count();
    if i64::try_from(count).unwrap_or(i64::MAX) >= most { Err(Error::PersonLimit(most)) } else { Ok(()) }
}

/// Whether another appointment is the same person's: by the record of them, by the number, with or without its country, or by
/// the address in whatever case.
fn is_theirs(a: &Appointment, (customer, phone, email): &Whose) -> bool {
    let known = a.customer_id.is_some() && a.customer_id == *customer;
    let same_number = |(mine, theirs): (&String, &String)| mine == theirs || is_same_phone(mine, theirs);
    let same_address = |(mine, theirs): (&String, &String)| key(mine) == key(theirs);
    known
        || a.phone.as_ref().zip(phone.as_ref()).is_some_and(same_number)
        || a.email.as_ref().zip(email.as_ref()).is_some_and(same_address)
}

/// A reference that no other appointment of the tenant has.
fn unused_reference(tx: &mut Tx<'_>) -> Result<String, Error> {
    loop {
        let made = reference(random::bytes());
        if !store::appointments::reference_exists(tx, &made)? {
            return Ok(made);
        }
    }
}

/// A held appointment that keeps a freed place for somebody on the waitlist.
pub(crate) fn hold_for(
    tx: &mut Tx<'_>,
    by: &Availability,
    start: Timestamp,
    until: Timestamp,
    waitlist: WaitlistId,
) -> Result<Appointment, Error> {
    let mut made = blank(tx, by, start, State::Held, Channel::Web)?;
    made.waitlist_id = Some(waitlist);
    made.hold_until = Some(until);
    Ok(made)
}
