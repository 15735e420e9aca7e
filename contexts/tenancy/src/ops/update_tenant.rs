//! A change of a tenant's record, branding or settings.

use usher_db::Tx;
use usher_kernel::{Diff, TenantId};

use crate::error::Error;
use crate::model::{Tenant, TenantChange, TenantStatus};
use crate::{events, store};

/// Changes a tenant. `read_version` is the version that the client had, where it said so; `platform`
/// says that the caller is the platform administrator.
///
/// # Errors
/// No such tenant; another version; values that cannot be kept; a short name that is taken; a change
/// that only the platform administrator may make.
pub fn update_tenant(
    tx: &mut Tx,
    id: TenantId,
    change: TenantChange,
    read_version: Option<i64>,
    platform: bool,
) -> Result<Tenant, Error> {
    let before = store::tenants::lock(tx, id)?.ok_or(Error::NoTenant)?;
    if let Some(read) = read_version.filter(|read| *read != before.version) {
        return Err(Error::Stale { read, current: before.version });
    }
    if change.is_platform_only(&before) && !platform {
        return Err(Error::PlatformOnly);
    }
    let mut tenant = before.clone();
    change.apply(&mut tenant);
    let mut faults = tenant.faults();
    faults.extend(tenant.unknown_settings(Some(&before)));
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    let diff = Diff::between(&before, &tenant, &["version", "updated_at"]);
    if diff.is_empty() {
        return Ok(before);
    }
    if tenant.slug != before.slug && store::tenants::by_slug(tx, &tenant.slug)?.is_some() {
        return Err(Error::SlugTaken(tenant.slug));
    }
    tenant.version += 1;
    tenant.updated_at = tx.now();
    store::tenants::update(tx, &tenant)?;
    let kind = match (before.status, tenant.status) {
        (TenantStatus::Active, TenantStatus::Suspended) => events::TENANT_SUSPENDED,
        (TenantStatus::Suspended, TenantStatus::Active) => events::TENANT_RESUMED,
        _ => events::TENANT_UPDATED,
    };
    events::tenant(tx, kind, &tenant, diff)?;
    Ok(tenant)
}
