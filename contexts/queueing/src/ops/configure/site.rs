//! What stands at a site: where it does when none is named, and what keeps a site from being deleted.

use usher_db::{DbError, Tx};
use usher_identity::Counters;
use usher_kernel::{Id, SiteId, TenantId};
use usher_tenancy::model::scopes::SITES_WRITE;
use usher_tenancy::{Resident, SiteGuard};
use uuid::Uuid;

use crate::error::Error;
use crate::ops::Queueing;
use crate::store;

/// Where something stands that is made without naming a site: the tenant's default one. An organisation that has none
/// yet gets its first from whoever may make one: documents 000 and 004 know queues and counters, and no sites.
pub(super) fn home(line: &Queueing, tx: &mut Tx<'_>, tenant: TenantId) -> Result<SiteId, Error> {
    if let Some(site) = line.directory().default_site(tenant) {
        return Ok(site.id);
    }
    if !tx.caller().may(&SITES_WRITE) || !tx.caller().sites.is_empty() {
        return Err(Error::NotFound("site"));
    }
    usher_tenancy::ops::home_site(tx, tenant).map(|site| site.id).map_err(|error| match error {
        usher_tenancy::Error::Db(error) => Error::Db(error),
        other => Error::Refused(Box::new(other.into())),
    })
}

/// People in line, queues, counters and routing rules keep a site from being deleted.
pub(crate) struct LinesAtSite;

impl Counters for LinesAtSite {
    fn is_counter(&self, tx: &mut Tx, tenant: TenantId, counter: Uuid) -> Result<bool, DbError> {
        Ok(tx.tenant() == Some(tenant) && store::agents::seat_of(tx, Id::from_uuid(counter))?.is_some())
    }
}

impl SiteGuard for LinesAtSite {
    fn residents(&self, tx: &mut Tx, site: SiteId) -> Result<Vec<Resident>, DbError> {
        let Some(tenant) = tx.tenant() else { return Ok(Vec::new()) };
        Ok(vec![
            Resident {
                what: "people in line",
                count: tx.query_one(store::tickets::ALIVE_AT_SITE, &[&tenant, &site])?,
            },
            Resident { what: "queues", count: tx.query_one(store::sites::QUEUES_AT, &[&tenant, &site])? },
            Resident { what: "counters", count: tx.query_one(store::sites::COUNTERS_AT, &[&tenant, &site])? },
            Resident {
                what: "routing rules",
                count: tx.query_one(store::sites::RULES_AT, &[&tenant, &site])?,
            },
        ])
    }
}
