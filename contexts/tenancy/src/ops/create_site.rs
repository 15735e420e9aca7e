//! A new site.

use usher_db::Tx;
use usher_kernel::{Diff, SiteId, TenantId};

use crate::error::Error;
use crate::model::{Site, SiteChange};
use crate::{events, store};

/// The site that is meant where none is named: the default one of the tenant, and where it has none yet its first, which
/// bears the tenant's own name.
///
/// # Errors
/// No such tenant; its name cannot be one of a site.
pub fn home_site(tx: &mut Tx, tenant: TenantId) -> Result<Site, Error> {
    // Two who make their first thing at once make one site between them.
    let tenant = store::tenants::lock(tx, tenant)?.ok_or(Error::NoTenant)?;
    let known = store::sites::of_tenant(tx, tenant.id)?.into_iter().find(|site| site.is_default);
    match known {
        Some(site) => Ok(site),
        None => create_site(tx, tenant.id, SiteChange { name: Some(tenant.name), ..SiteChange::default() }),
    }
}

/// Creates a site; the first one of a tenant is its default site.
///
/// A short name made from the name gets a number when it is taken; one that was asked for is refused.
///
/// # Errors
/// No such tenant; values that cannot be kept; a short name that is taken.
pub fn create_site(tx: &mut Tx, tenant: TenantId, new: SiteChange) -> Result<Site, Error> {
    // The tenant's lock decides which of two first sites is the default one.
    let tenant = store::tenants::lock(tx, tenant)?.ok_or(Error::NoTenant)?;
    let asked_for = new.slug.is_some();
    let mut site = new.build(SiteId::generate(tx.now()), &tenant, tx.now());
    let faults = site.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    let others = store::sites::of_tenant(tx, tenant.id)?;
    if others.is_empty() {
        site.is_default = true;
    } else if site.is_default {
        for other in others {
            super::update_site::unmark_default(tx, &other)?;
        }
    }
    let base = site.slug.clone();
    for number in 2..=999 {
        if store::sites::insert(tx, &site)? {
            events::site(tx, events::SITE_CREATED, &site, Diff::default())?;
            return Ok(site);
        }
        if asked_for {
            break;
        }
        site.slug = format!("{base}-{number}");
    }
    Err(Error::SlugTaken(base))
}
