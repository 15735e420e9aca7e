//! A new customer, by hand.

use usher_db::Tx;
use usher_identity::Identity;
use usher_kernel::TenantId;

use super::change::check_account;
use super::check_taken;
use crate::error::Error;
use crate::model::{Customer, CustomerChange, CustomerId, Source};
use crate::{events, store};

/// Adds a customer.
///
/// # Errors
/// Values that cannot be kept; a number, an address or an account that another customer has.
pub fn create(
    tx: &mut Tx,
    identity: &Identity,
    tenant: TenantId,
    new: CustomerChange,
    source: Source,
) -> Result<Customer, Error> {
    let now = tx.now();
    let mut customer = Customer::new(CustomerId::generate(now), tenant, source, now);
    let by = tx.caller().actor.kind().to_owned();
    new.apply(&mut customer, now, &by);
    let faults = customer.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    check_account(tx, identity, &customer)?;
    check_taken(tx, &customer)?;
    if !store::insert(tx, &customer)? {
        // Somebody else wrote the same one since the look: now it is there to be named.
        check_taken(tx, &customer)?;
        return Err(Error::Stale { current: 1 });
    }
    events::created(tx, &customer)?;
    Ok(customer)
}
