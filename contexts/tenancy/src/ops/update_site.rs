//! A change of a site: its record, its hours, its status.

use usher_db::{DbError, Tx};
use usher_kernel::{Diff, SiteId, TenantId};

use crate::error::Error;
use crate::model::{Site, SiteChange};
use crate::{events, store};

/// Changes a site. `read_version` is the version that the client had, where it said so.
///
/// # Errors
/// No such site, or one where the caller does not work; another version; values that cannot be kept; a short name that is taken; taking the
/// default mark away without giving it to another site.
pub fn update_site(
    tx: &mut Tx,
    tenant: TenantId,
    id: SiteId,
    change: SiteChange,
    read_version: Option<i64>,
) -> Result<Site, Error> {
    store::tenants::lock(tx, tenant)?.ok_or(Error::NoTenant)?;
    let before = store::sites::get(tx, tenant, id)?.ok_or(Error::NoSite)?;
    if !tx.caller().may_at(id) {
        return Err(Error::WrongSite(before.name));
    }
    if let Some(read) = read_version.filter(|read| *read != before.version) {
        return Err(Error::Stale { read, current: before.version });
    }
    let mut site = before.clone();
    change.apply(&mut site);
    let faults = site.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    if before.is_default && !site.is_default {
        return Err(Error::DefaultSite);
    }
    if site.slug != before.slug && store::sites::by_slug(tx, tenant, &site.slug)?.is_some() {
        return Err(Error::SlugTaken(site.slug));
    }
    if site.is_default && !before.is_default {
        for other in store::sites::of_tenant(tx, tenant)? {
            unmark_default(tx, &other)?;
        }
    }
    save(tx, &before, site).map_err(Error::from)
}

/// Takes the default mark from a site that has it.
pub(super) fn unmark_default(tx: &mut Tx, before: &Site) -> Result<(), DbError> {
    if before.is_default {
        let after = Site { is_default: false, ..before.clone() };
        save(tx, before, after)?;
    }
    Ok(())
}

/// Writes a changed site and its event; a change that changes nothing leaves no trace.
fn save(tx: &mut Tx, before: &Site, mut site: Site) -> Result<Site, DbError> {
    let diff = Diff::between(before, &site, &["version", "updated_at"]);
    if diff.is_empty() {
        return Ok(site);
    }
    site.version += 1;
    site.updated_at = tx.now();
    store::sites::update(tx, &site)?;
    events::site(tx, events::SITE_UPDATED, &site, diff)?;
    Ok(site)
}
