//! A new tenant.

use usher_db::Tx;
use usher_kernel::{Diff, TenantId};

use crate::error::Error;
use crate::model::{NewTenant, Tenant};
use crate::{events, store};

/// Creates a tenant under `id`; the transaction is bound to that tenant.
///
/// A short name made from the name gets a number when it is taken; one that was asked for is refused.
///
/// # Errors
/// Values that cannot be kept; a short name that is taken.
pub fn create_tenant(tx: &mut Tx, id: TenantId, new: NewTenant) -> Result<Tenant, Error> {
    let asked_for = new.slug.is_some();
    let mut tenant = new.build(id, tx.now());
    let mut faults = tenant.faults();
    faults.extend(tenant.unknown_settings(None));
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    let base = tenant.slug.clone();
    for number in 2..=99 {
        if store::tenants::insert(tx, &tenant)? {
            events::tenant(tx, events::TENANT_CREATED, &tenant, Diff::default())?;
            return Ok(tenant);
        }
        if asked_for {
            break;
        }
        tenant.slug = format!("{base}-{number}");
    }
    Err(Error::SlugTaken(base))
}
