//! Whose a ticket is, and what tickets hold of a person.

use serde_json::{Value, json};
use usher_customers::{Contact, Customer, CustomerId, Holder};
use usher_db::{Read, Tx};
use usher_kernel::{Fault, TenantId};
use uuid::Uuid;

use super::issue::Issue;
use super::line::Queueing;
use crate::error::Error;
use crate::model::secret::SecretKey;
use crate::model::{Ticket, TicketId};
use crate::store;

/// The person behind a ticket.
#[derive(Default)]
pub(super) struct Person {
    pub(super) id: Option<CustomerId>,
    /// What they are called, where the record may say it: it was named, or is the caller's own.
    pub(super) name: Option<String>,
}

/// Who wants a ticket. Nobody is looked for when nothing says who it is.
pub(super) fn whose(
    line: &Queueing,
    tx: &mut Tx<'_>,
    tenant: TenantId,
    input: &Issue,
) -> Result<Person, Error> {
    if let Some(id) = input.customer_id {
        return match line.customers().get(tx, tenant, id) {
            Ok(found) => Ok(Person { id: Some(id), name: Some(found.name).filter(|name| !name.is_empty()) }),
            Err(usher_customers::Error::NoCustomer) => {
                Err(Error::field("customer_id", "unknown", "There is no such customer."))
            }
            Err(other) => Err(other.into()),
        };
    }
    let contact = contact_of(input);
    if contact.is_nobody() {
        return Ok(Person::default());
    }
    let id = line.customers().find_or_create(tx, tenant, &contact)?;
    let Some(user) = input.user_id else { return Ok(Person { id, name: None }) };
    // An account that is none of this tenant's was passed over, and the rest of the contact found somebody else.
    let own = line.customers().of_user(tx, tenant, user)?;
    let Some(id) = id.filter(|id| own == Some(*id)) else {
        return Err(Error::field("user_id", "unknown", "There is no such user in this organisation."));
    };
    let name = line.customers().get(tx, tenant, id)?.name;
    Ok(Person { id: Some(id), name: Some(name).filter(|name| !name.is_empty()) })
}

/// What somebody who wants a ticket says of themselves.
fn contact_of(input: &Issue) -> Contact {
    Contact {
        user: input.user_id,
        name: input.name.clone(),
        phone: input.phone.clone(),
        email: input.email.clone(),
        locale: input.locale.clone(),
        source: if input.user_id.is_some() {
            usher_customers::model::Source::Account
        } else {
            usher_customers::model::Source::Ticket
        },
    }
}

/// The record that a ticket will be tied to, where there is one already: for the rules, which are asked before anybody
/// is let in and becomes a customer.
pub(super) fn known(
    line: &Queueing,
    read: &mut Read<'_>,
    tenant: TenantId,
    input: &Issue,
) -> Result<Option<Customer>, Error> {
    match input.customer_id {
        Some(id) => record(line, read, tenant, id),
        None => Ok(line.customers().known(read, tenant, &contact_of(input))?),
    }
}

/// The record of a customer; none where it is gone.
pub(super) fn record(
    line: &Queueing,
    read: &mut Read<'_>,
    tenant: TenantId,
    id: CustomerId,
) -> Result<Option<Customer>, Error> {
    match line.customers().get(read, tenant, id) {
        Ok(found) => Ok(Some(found)),
        Err(usher_customers::Error::NoCustomer) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Ties a ticket to a person once it says who that is.
pub(super) fn tie(line: &Queueing, tx: &mut Tx<'_>, t: &mut Ticket) -> Result<(), Error> {
    if t.customer_id.is_some() {
        return Ok(());
    }
    let contact = Contact {
        name: t.customer_name.clone(),
        phone: t.customer_phone.clone(),
        email: t.customer_email.clone(),
        locale: t.extra.as_ref().and_then(|extra| extra.locale.clone()),
        source: usher_customers::model::Source::Ticket,
        user: None,
    };
    t.customer_id = line.customers().find_or_create(tx, t.tenant_id, &contact)?;
    Ok(())
}

/// Whether a ticket is that of whoever asks.
///
/// # Errors
/// The database failed.
pub(crate) fn is_own(
    line: &Queueing,
    read: &mut Read<'_>,
    tenant: TenantId,
    customer: Option<CustomerId>,
) -> Result<bool, Error> {
    let Some((customer, user)) = customer.zip(read.caller().actor.user()) else { return Ok(false) };
    Ok(line.customers().of_user(read, tenant, user)? == Some(customer))
}

/// How many tickets are read at once.
const PAGE: u32 = 200;
/// How many of somebody's tickets are handed out: more than a person takes.
const MOST: usize = 10_000;

/// What tickets hold of a person; with the key to the secrets of their pages.
pub(crate) struct TicketsOf(pub(crate) SecretKey);

/// Somebody's tickets, the newest first.
fn all_of(read: &mut Read<'_>, tenant: TenantId, customer: CustomerId) -> Result<Vec<Ticket>, Fault> {
    let (mut all, mut below) = (Vec::new(), TicketId::from_uuid(Uuid::max()));
    loop {
        let page = store::tickets::of_customer(read, tenant, customer, below, PAGE)?;
        let Some(last) = page.last() else { return Ok(all) };
        below = last.id;
        all.extend(page);
        if all.len() >= MOST {
            return Ok(all);
        }
    }
}

impl Holder for TicketsOf {
    fn name(&self) -> &'static str {
        "tickets"
    }

    fn export(&self, read: &mut Read<'_>, tenant: TenantId, customer: CustomerId) -> Result<Value, Fault> {
        let tickets = all_of(read, tenant, customer)?;
        let told = tickets.into_iter().map(|t| {
            json!({
                "id": t.id, "number": t.number, "status": t.status, "site_id": t.site_id,
                "queue_id": t.queue_id, "service_id": t.service_id, "channel": t.channel,
                "party_size": t.party_size, "priority": t.class, "priority_reason": t.class_reason,
                "name": t.customer_name, "phone": t.customer_phone, "email": t.customer_email,
                "issued_at": t.issued_at, "called_at": t.called_at,
                "recalled_at": t.recalled_at, "started_at": t.started_at,
                "ended_at": t.ended_at, "outcome": t.outcome, "more": t.extra,
            })
        });
        Ok(told.collect())
    }

    fn merge(
        &self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        duplicate: CustomerId,
        into: CustomerId,
    ) -> Result<(), Fault> {
        Ok(store::tickets::give_over(tx, tenant, duplicate, into)?)
    }

    fn erase(&self, tx: &mut Tx<'_>, tenant: TenantId, customer: CustomerId) -> Result<Vec<Uuid>, Fault> {
        let tickets = all_of(tx, tenant, customer)?;
        for mut t in tickets.iter().filter(|t| t.extra.is_some()).cloned() {
            t.edit_extra(|extra| {
                extra.notes.clear();
                extra.assistance = None;
                if let Some(moved) = &mut extra.moved {
                    moved.reason = None;
                }
            });
            store::tickets::set_extra(tx, &t)?;
        }
        store::tickets::forget_person(tx, tenant, customer)?;
        Ok(tickets.into_iter().map(|t| t.id.uuid()).collect())
    }

    fn pages(&self, tickets: &[Uuid]) -> Vec<String> {
        tickets.iter().map(|ticket| self.0.seal(TicketId::from_uuid(*ticket))).collect()
    }
}
