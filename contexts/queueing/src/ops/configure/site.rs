//! What keeps a site from being deleted.

use usher_db::{DbError, Tx};
use usher_identity::Counters;
use usher_kernel::{Id, SiteId, TenantId};
use usher_tenancy::{Resident, SiteGuard};
use uuid::Uuid;

use crate::store;

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
