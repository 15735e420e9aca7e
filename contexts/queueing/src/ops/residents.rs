//! What of the line lives at a site, so that nobody deletes it from under people.

use usher_db::{DbError, Tx};
use usher_kernel::SiteId;
use usher_tenancy::{Resident, SiteGuard};

use crate::store;

/// Keeps a site as long as it has people in line, queues or counters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinesAtSite;

impl SiteGuard for LinesAtSite {
    fn residents(&self, tx: &mut Tx, site: SiteId) -> Result<Vec<Resident>, DbError> {
        let Some(tenant) = tx.tenant() else { return Ok(Vec::new()) };
        let people: i64 = tx.query_one(store::tickets::ALIVE_AT_SITE, &[&tenant, &site])?;
        let queues = store::config::queues(tx, tenant)?.iter().filter(|q| q.site_id == site).count();
        let counters = store::config::counters(tx, tenant)?.iter().filter(|c| c.site_id == site).count();
        let of = |what, count: usize| Resident { what, count: i64::try_from(count).unwrap_or(i64::MAX) };
        Ok(vec![
            Resident { what: "people in line", count: people },
            of("queues", queues),
            of("counters", counters),
        ])
    }
}
