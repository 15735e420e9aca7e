//! How somebody stands.

use usher_customers::CustomerId;
use usher_db::{DbError, Read};
use usher_kernel::TenantId;

use super::programme::programme;
use crate::model::{Points, Standing};
use crate::store;

/// How somebody stands: all zero for whoever has no record or no points yet.
///
/// # Errors
/// The database failed.
pub fn statement(read: &mut Read, tenant: TenantId, customer: Option<CustomerId>) -> Result<Points, DbError> {
    let programme = programme(read, tenant)?;
    let mut standing = Standing::default();
    if let Some(customer) = customer
        && let Some(account) = store::points::account(read, tenant, customer)?
    {
        standing.balance = account.balance;
        standing.lifetime = account.lifetime;
        standing.lots = store::points::lots(read, tenant, customer)?;
    }
    Ok(Points::of(customer, &standing, &programme, read.now()))
}
