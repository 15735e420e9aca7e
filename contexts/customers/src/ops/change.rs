//! A change of a record.

use usher_db::{Read, Tx};
use usher_identity::Identity;
use usher_kernel::TenantId;

use super::{check_taken, held};
use crate::error::Error;
use crate::model::{Customer, CustomerChange, CustomerId};
use crate::{events, store};

/// Changes a customer. `read_version` is the version that the client had, where it said so.
///
/// # Errors
/// No such customer; another version; values that cannot be kept; a number, an address or an account that another
/// customer has.
pub fn change(
    tx: &mut Tx,
    identity: &Identity,
    tenant: TenantId,
    id: CustomerId,
    change: CustomerChange,
    read_version: Option<i64>,
) -> Result<Customer, Error> {
    let before = held(tx, tenant, id)?;
    if read_version.is_some_and(|read| read != before.version) {
        return Err(Error::Stale { current: before.version });
    }
    let now = tx.now();
    let by = tx.caller().actor.kind().to_owned();
    let mut customer = before.clone();
    change.apply(&mut customer, now, &by);
    if customer == before {
        return Ok(before);
    }
    let faults = customer.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    if customer.user_id != before.user_id {
        check_account(tx, identity, &customer)?;
    }
    check_taken(tx, &customer)?;
    save(tx, &before, customer)
}

/// Writes a changed record and its event.
pub(super) fn save(tx: &mut Tx, before: &Customer, mut customer: Customer) -> Result<Customer, Error> {
    customer.version = before.version + 1;
    customer.updated_at = tx.now();
    if !store::update(tx, &customer)? {
        return Err(Error::Stale { current: before.version + 1 });
    }
    events::updated(tx, before, &customer)?;
    Ok(customer)
}

/// An account belongs to a member of the tenant: nobody's record is tied to a stranger.
pub(super) fn check_account(read: &mut Read, identity: &Identity, c: &Customer) -> Result<(), Error> {
    match c.user_id {
        Some(user) if !identity.is_member(read, c.tenant_id, user)? => {
            Err(Error::field("user_id", "unknown", "There is no such user in this organisation."))
        }
        _ => Ok(()),
    }
}
