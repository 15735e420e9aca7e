//! The end of a site.

use std::sync::Arc;

use usher_db::{DbError, Tx};
use usher_kernel::{Diff, SiteId, TenantId};

use crate::error::Error;
use crate::{events, store};

/// Something that lives at a site and would be lost with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    /// What, as a person says it: "queues", "people waiting".
    pub what: &'static str,
    /// How many.
    pub count: i64,
}

/// Says what lives at a site. Contexts that keep things there register one with
/// [`crate::Tenancy::guard_sites`]; a site is deleted only when none finds anything.
pub trait SiteGuard: Send + Sync {
    /// What lives at `site`; kinds with a count of 0 may be left out.
    ///
    /// # Errors
    /// The database.
    fn residents(&self, tx: &mut Tx, site: SiteId) -> Result<Vec<Resident>, DbError>;
}

/// Deletes a site where nothing lives any more.
///
/// # Errors
/// No such site, or one where the caller does not work; another version; the default site while there are others; a site where something lives,
/// with what and how many.
pub fn delete_site(
    tx: &mut Tx,
    guards: &[Arc<dyn SiteGuard>],
    tenant: TenantId,
    id: SiteId,
    read_version: Option<i64>,
) -> Result<(), Error> {
    store::tenants::lock(tx, tenant)?.ok_or(Error::NoTenant)?;
    let site = store::sites::get(tx, tenant, id)?.ok_or(Error::NoSite)?;
    if !tx.caller().may_at(id) {
        return Err(Error::WrongSite(site.name));
    }
    if let Some(read) = read_version.filter(|read| *read != site.version) {
        return Err(Error::Stale { read, current: site.version });
    }
    let mut residents = Vec::new();
    for guard in guards {
        residents.extend(guard.residents(tx, id)?.into_iter().filter(|resident| resident.count > 0));
    }
    if !residents.is_empty() {
        return Err(Error::SiteInUse(residents));
    }
    if site.is_default && store::sites::of_tenant(tx, tenant)?.len() > 1 {
        return Err(Error::DefaultSite);
    }
    store::sites::delete(tx, tenant, id)?;
    let deleted = crate::model::Site { version: site.version + 1, ..site };
    events::site(tx, events::SITE_DELETED, &deleted, Diff::default())?;
    Ok(())
}
