//! Who somebody is, from what they say while doing something else.

use usher_db::{DbError, Read, Tx};
use usher_identity::{Identity, User};
use usher_kernel::TenantId;

use crate::error::Error;
use crate::model::contact::{is_e164, plain_phone};
use crate::model::{Contact, Customer, CustomerId, Status};
use crate::{events, store};

/// The customer who has this account, number or address, in that order; a new one when nobody has. None when
/// nothing of it is good to know somebody by, such as a number without its country.
///
/// A record that is there is not changed by it: what a stranger types proves nothing, and two people who share
/// one number stay two as far as they are known. An account finds the record with its own address only once the
/// address is proved.
///
/// # Errors
/// The database failed.
pub fn find_or_create(
    tx: &mut Tx,
    identity: &Identity,
    tenant: TenantId,
    contact: &Contact,
) -> Result<Option<CustomerId>, Error> {
    if contact.is_nobody() {
        return Ok(None);
    }
    let wanted = known_by(tx, identity, tenant, contact)?;
    if let Some(found) = find(tx, &wanted)? {
        return Ok(Some(found.id));
    }
    let mut new = wanted.customer;
    if new.user_id.is_some() {
        if let Some(proved) = wanted.proved
            && let Some(id) = adopt(tx, &new, &proved)?
        {
            return Ok(Some(id));
        }
        // What another has stays theirs; the account is known by itself.
        if let Some(email) = &new.email
            && store::by_email(tx, tenant, email)?.is_some()
        {
            new.email = None;
        }
        if let Some(phone) = &new.phone
            && store::by_phone(tx, tenant, phone)?.is_some()
        {
            new.phone = None;
        }
    }
    if new.user_id.is_none() && new.phone.is_none() && new.email.is_none() {
        return Ok(None);
    }
    if store::insert(tx, &new)? {
        events::created(tx, &new)?;
        return Ok(Some(new.id));
    }
    // Somebody else wrote the same one since the look.
    let again = Wanted { proved: None, customer: new };
    Ok(find(tx, &again)?.map(|found| found.id))
}

/// The record that [`find_or_create`] would answer with, where there is one already; nothing is written.
///
/// # Errors
/// The database failed.
pub fn known(
    read: &mut Read,
    identity: &Identity,
    tenant: TenantId,
    contact: &Contact,
) -> Result<Option<Customer>, Error> {
    if contact.is_nobody() {
        return Ok(None);
    }
    let wanted = known_by(read, identity, tenant, contact)?;
    if let Some(found) = find(read, &wanted)? {
        return Ok(Some(found));
    }
    let Some(proved) = wanted.proved else { return Ok(None) };
    let adopted = store::by_email(read, tenant, &proved)?;
    Ok(adopted.filter(|found| found.status == Status::Active && found.user_id.is_none()))
}

/// Whom a contact means.
struct Wanted {
    /// The record that it would make.
    customer: Customer,
    /// The address of the account, where the person proved it theirs.
    proved: Option<String>,
}

/// The record that a contact would make, where nobody is known by it.
pub(super) fn to_be(
    read: &mut Read,
    identity: &Identity,
    tenant: TenantId,
    contact: &Contact,
) -> Result<Customer, DbError> {
    Ok(known_by(read, identity, tenant, contact)?.customer)
}

/// What of a contact is sound enough to know somebody by.
fn known_by(
    read: &mut Read,
    identity: &Identity,
    tenant: TenantId,
    contact: &Contact,
) -> Result<Wanted, DbError> {
    let now = read.now();
    let mut customer = Customer::new(CustomerId::generate(now), tenant, contact.source, now);
    customer.name = contact.name.as_deref().unwrap_or_default().trim().to_owned();
    customer.phone = contact.phone.as_deref().map(plain_phone).filter(|phone| is_e164(phone));
    customer.email = contact.email.as_deref().map(|email| email.trim().to_owned());
    customer.locale = contact.locale.clone();
    let mut proved = None;
    // Of an account nothing is taken but by its owner, or where it belongs to the tenant.
    if let Some(user) = contact.user
        && (read.caller().actor.user() == Some(user) || identity.is_member(read, tenant, user)?)
        && let Some(account) = identity.people(read, &[user])?.remove(&user)
    {
        proved = account.email_verified_at.is_some().then(|| account.email.clone());
        fill(&mut customer, account);
    }
    // What is not sound is left out rather than refused: whoever took the contact has checked it for their own
    // purpose, and a record is not worth refusing a ticket for.
    let wrong: Vec<String> = customer.faults().into_iter().map(|fault| fault.field).collect();
    for field in wrong {
        match field.as_str() {
            "name" => customer.name.clear(),
            "email" => customer.email = None,
            "locale" => customer.locale = None,
            _ => {}
        }
    }
    Ok(Wanted { customer, proved })
}

/// An account says who it is where the contact does not.
fn fill(customer: &mut Customer, account: User) {
    customer.user_id = Some(account.id);
    if customer.name.is_empty() {
        customer.name = account.display_name().to_owned();
    }
    customer.phone = customer.phone.take().or(account.phone).filter(|phone| is_e164(phone));
    customer.email = customer.email.take().or(Some(account.email));
    customer.locale = customer.locale.take().or(account.locale);
}

/// Who is meant among those who are there. Whoever is signed in is known by the account alone.
fn find(read: &mut Read, wanted: &Wanted) -> Result<Option<Customer>, DbError> {
    let Customer { tenant_id, user_id, phone, email, .. } = &wanted.customer;
    if let Some(user) = user_id {
        return store::by_user(read, *tenant_id, *user);
    }
    if let Some(phone) = phone
        && let Some(found) = store::by_phone(read, *tenant_id, phone)?
    {
        return Ok(Some(found));
    }
    match email {
        Some(email) => store::by_email(read, *tenant_id, email),
        None => Ok(None),
    }
}

/// Gives the account to the record that has its proved address, where that has no account yet.
fn adopt(tx: &mut Tx, new: &Customer, proved: &str) -> Result<Option<CustomerId>, Error> {
    let Some(found) = store::by_email(tx, new.tenant_id, proved)? else { return Ok(None) };
    tx.lock_rows("customers", &[found.id])?;
    let Some(found) = store::get(tx, new.tenant_id, found.id)? else { return Ok(None) };
    if found.status != Status::Active || found.user_id.is_some() {
        return Ok(None);
    }
    let adopted = Customer { user_id: new.user_id, ..found.clone() };
    super::change::save(tx, &found, adopted).map(|saved| Some(saved.id))
}
