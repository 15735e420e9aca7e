//! Two records of one person become one.

use usher_db::Tx;
use usher_kernel::TenantId;

use super::customer;
use crate::error::Error;
use crate::model::{Customer, CustomerId, Status};
use crate::{Holder, events, store};

/// Merges `duplicate` into `into`: what `into` lacks is filled, what other contexts keep moves over, and the
/// duplicate is no customer any more. `read_version` is the version of `into` that the client had.
///
/// # Errors
/// No such customers, or one and the same; another version; both have an account.
pub fn merge(
    tx: &mut Tx,
    holders: &[std::sync::Arc<dyn Holder>],
    tenant: TenantId,
    into: CustomerId,
    duplicate: CustomerId,
    read_version: Option<i64>,
) -> Result<Customer, Error> {
    if into == duplicate {
        return Err(Error::field("duplicate_id", "same", "Name another customer: this is the same one."));
    }
    tx.lock_rows("customers", &[into, duplicate])?;
    let before = customer(tx, tenant, into)?;
    let other = match customer(tx, tenant, duplicate) {
        Err(Error::NoCustomer) => {
            return Err(Error::field("duplicate_id", "unknown", "There is no such customer."));
        }
        found => found?,
    };
    if read_version.is_some_and(|read| read != before.version) {
        return Err(Error::Stale { current: before.version });
    }
    if before.user_id.is_some() && other.user_id.is_some() {
        return Err(Error::BothHaveAccounts);
    }
    let now = tx.now();
    // The duplicate lets go of number, address and account first: one at a time may have them.
    let gone = Customer { merged_into: Some(into), updated_at: now, ..other.emptied(Status::Merged, now) };
    if !store::update(tx, &gone)? {
        return Err(Error::Stale { current: gone.version });
    }
    store::pass_on(tx, tenant, duplicate, into)?;
    let mut merged = before;
    merged.absorb(other.clone());
    merged.version += 1;
    merged.updated_at = now;
    if !store::update(tx, &merged)? {
        return Err(Error::Stale { current: merged.version });
    }
    for holder in holders {
        holder.merge(tx, tenant, duplicate, into).map_err(Error::Holder)?;
    }
    events::merged(tx, &merged, &other)?;
    Ok(merged)
}
