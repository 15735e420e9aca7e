//! Whose an appointment is, and what appointments hold of a person.

use serde_json::{Value, json};
use usher_customers::model::{Customer, Source};
use usher_customers::{Contact, CustomerId, Holder};
use usher_db::{Read, Tx};
use usher_kernel::{Fault, TenantId, UserId};
use uuid::Uuid;

use super::book::{Book, Person};
use super::{Appointments, By, WeakAppointments, cancel, place, waitlist};
use crate::error::Error;
use crate::model::{AppointmentId, EntryState, State, WaitlistId};
use crate::store;

/// Who books. Nobody is looked for when nothing says who it is; a customer who is named is called by the name on
/// record where no other was given.
pub(crate) fn whose(
    me: &Appointments,
    tx: &mut Tx<'_>,
    wanted: &Book,
    person: &mut Person,
) -> Result<Option<CustomerId>, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let Some(id) = wanted.customer_id else { return of(me, tx, tenant, wanted.user_id, person) };
    let known = named(me, tx, tenant, id)?;
    person.name = person.name.take().or(Some(known.name).filter(|name| !name.is_empty()));
    Ok(Some(id))
}

/// The customer whom staff name.
pub(crate) fn named(
    me: &Appointments,
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: CustomerId,
) -> Result<Customer, Error> {
    match me.line().customers().get(tx, tenant, id) {
        Ok(known) => Ok(known),
        Err(usher_customers::Error::NoCustomer) => {
            Err(Error::field("customer_id", "unknown", "There is no such customer."))
        }
        Err(error) => Err(usher_queueing::Error::from(error).into()),
    }
}

/// Who somebody is by their account, their number or their address.
pub(crate) fn of(
    me: &Appointments,
    tx: &mut Tx<'_>,
    tenant: TenantId,
    user: Option<UserId>,
    person: &Person,
) -> Result<Option<CustomerId>, Error> {
    let contact = Contact {
        user,
        name: person.name.clone(),
        phone: person.phone.clone(),
        email: person.email.clone(),
        locale: person.locale.clone(),
        source: if user.is_some() { Source::Account } else { Source::Appointment },
    };
    if contact.is_nobody() {
        return Ok(None);
    }
    let found = me.line().customers().find_or_create(tx, tenant, &contact);
    Ok(found.map_err(usher_queueing::Error::from)?)
}

/// The customer with whose account the caller signed in.
///
/// # Errors
/// The database failed.
pub(crate) fn own(me: &Appointments, read: &mut Read<'_>) -> Result<Option<CustomerId>, Error> {
    let (Some(tenant), Some(user)) = (read.tenant(), read.caller().actor.user()) else { return Ok(None) };
    Ok(me.line().customers().of_user(read, tenant, user)?)
}

/// How many of somebody's appointments are handed out: more than a person has.
const MOST: u32 = 10_000;

/// What appointments and the waitlist hold of a person.
pub(crate) struct AppointmentsOf(pub(crate) WeakAppointments);

impl Holder for AppointmentsOf {
    fn name(&self) -> &'static str {
        "appointments"
    }

    fn export(&self, read: &mut Read<'_>, _: TenantId, customer: CustomerId) -> Result<Value, Fault> {
        let filter = store::appointments::Filter { customer: Some(customer), ..Default::default() };
        let booked = store::appointments::list(read, &filter, MOST)?;
        let waits = store::waitlist::of_customer(read, customer)?;
        let booked: Vec<Value> = booked
            .into_iter()
            .map(|a| {
                json!({
                    "id": a.id, "reference": a.reference, "status": a.status, "site_id": a.site_id,
                    "service_id": a.service_id, "starts_at": a.starts_at, "ends_at": a.ends_at,
                    "name": a.name, "phone": a.phone, "email": a.email, "party_size": a.party_size,
                    "notes": a.notes, "reason": a.reason, "channel": a.channel, "created_at": a.created_at,
                    "checked_in_at": a.checked_in_at,
                })
            })
            .collect();
        let waits: Vec<Value> = waits
            .into_iter()
            .map(|e| {
                json!({
                    "id": e.id, "status": e.status, "site_id": e.site_id, "service_id": e.service_id,
                    "from_at": e.from_at, "until_at": e.until_at, "name": e.name, "phone": e.phone,
                    "email": e.email, "party_size": e.party_size, "joined_at": e.joined_at,
                })
            })
            .collect();
        Ok(json!({ "booked": booked, "waitlist": waits }))
    }

    fn merge(
        &self,
        tx: &mut Tx<'_>,
        _: TenantId,
        duplicate: CustomerId,
        into: CustomerId,
    ) -> Result<(), Fault> {
        store::appointments::give_over(tx, duplicate, into)?;
        Ok(store::waitlist::give_over(tx, duplicate, into)?)
    }

    fn erase(&self, tx: &mut Tx<'_>, _: TenantId, customer: CustomerId) -> Result<Vec<Uuid>, Fault> {
        let me = self.0.upgrade().ok_or_else(|| Fault::internal("appointments have stopped"))?;
        call_off(&me, tx, customer)?;
        let filter = store::appointments::Filter { customer: Some(customer), ..Default::default() };
        let booked = store::appointments::list(tx, &filter, MOST)?.into_iter().map(|a| a.id.uuid());
        let waits = store::waitlist::of_customer(tx, customer)?.into_iter().map(|e| e.id.uuid());
        let things = booked.chain(waits).collect();
        store::appointments::forget_person(tx, customer)?;
        store::waitlist::forget_person(tx, customer)?;
        Ok(things)
    }

    fn pages(&self, things: &[Uuid]) -> Vec<String> {
        let Some(me) = self.0.upgrade() else { return Vec::new() };
        // Which of the two a thing is does not matter: nothing has the secret of the other.
        let booked = things.iter().map(|id| me.pages().seal(AppointmentId::from_uuid(*id)));
        let waits = things.iter().map(|id| me.waitlist().seal(WaitlistId::from_uuid(*id)));
        booked.chain(waits).collect()
    }

    fn erase_account(&self, tx: &mut Tx<'_>, _: TenantId, user: UserId) -> Result<Vec<Uuid>, Fault> {
        // What they booked for others stays, and is those people's alone.
        store::appointments::forget_booker(tx, user)?;
        store::waitlist::forget_booker(tx, user)?;
        Ok(Vec::new())
    }
}

/// Nobody will come any more: the person's place on the waitlist goes first, so that none of what becomes free is
/// offered to them, and then every appointment that is to come, however short the notice.
fn call_off(me: &Appointments, tx: &mut Tx<'_>, customer: CustomerId) -> Result<(), Error> {
    for mut entry in store::waitlist::of_customer(tx, customer)? {
        if entry.status == EntryState::Waiting {
            waitlist::left(tx, &mut entry)?;
        }
    }
    let statuses = vec![State::Held, State::Booked];
    let filter = store::appointments::Filter { customer: Some(customer), statuses, ..Default::default() };
    let now = tx.now();
    let mut coming = store::appointments::list(tx, &filter, MOST)?;
    coming.retain(|a| a.ends_at > now);
    let mut rules = Vec::with_capacity(coming.len());
    for a in &coming {
        let rule = store::availabilities::ever(tx, a.availability_id)?;
        rules.push(rule.ok_or(Error::NotFound("availability"))?);
    }
    // All at once and in order: whoever else changes several of them at this moment waits, or is waited for.
    place::lock(tx, &rules)?;
    for (a, rules) in coming.iter_mut().zip(&rules) {
        let site = me.site(tx, Some(a.site_id))?;
        cancel::off(me, tx, a, &site, rules, None, By::Staff)?;
    }
    Ok(())
}
