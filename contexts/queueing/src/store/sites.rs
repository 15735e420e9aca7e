//! Emergency closures of sites, and what stands at one.

use usher_db::{DbError, Read, Tx};
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};

use crate::model::{Status, TicketId};

usher_db::sql! {
    pub(crate) CLOSE = "INSERT INTO site_closures (site_id, tenant_id, reason, mode, closed_at, closed_by) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (site_id) DO UPDATE SET reason = excluded.reason, \
         mode = excluded.mode, closed_at = excluded.closed_at, closed_by = excluded.closed_by, reopened_at = NULL \
         WHERE site_closures.reopened_at IS NOT NULL";
    pub(crate) REOPEN = "UPDATE site_closures SET reopened_at = $3 \
         WHERE site_id = $1 AND tenant_id = $2 AND reopened_at IS NULL";
    pub(crate) REASON = "SELECT reason FROM site_closures WHERE site_id = $1 AND tenant_id = $2 AND reopened_at IS NULL";
    /// Everybody who is in one of a site's lines or on the way to a counter; each part by an index of the living.
    pub(crate) IN_LINE = "SELECT id, status FROM tickets WHERE status = 'waiting' \
         AND queue_id IN (SELECT q.id FROM queues q WHERE q.site_id = $1 AND q.tenant_id = $2) AND tenant_id = $2 \
         UNION ALL SELECT id, status FROM tickets WHERE status IN ('called', 'serving', 'paused', 'wrap_up') \
         AND status = 'called' \
         AND queue_id IN (SELECT q.id FROM queues q WHERE q.site_id = $1 AND q.tenant_id = $2) AND tenant_id = $2 \
         UNION ALL SELECT id, status FROM tickets WHERE status = 'parked' \
         AND queue_id IN (SELECT q.id FROM queues q WHERE q.site_id = $1 AND q.tenant_id = $2) AND tenant_id = $2";
    pub(crate) QUEUES_AT = "SELECT count(*) FROM queues WHERE tenant_id = $1 AND site_id = $2 AND archived_at IS NULL";
    pub(crate) COUNTERS_AT = "SELECT count(*) FROM counters \
         WHERE tenant_id = $1 AND site_id = $2 AND archived_at IS NULL";
    pub(crate) RULES_AT = "SELECT count(*) FROM routing_rules WHERE tenant_id = $1 AND site_id = $2";
    pub(crate) CLOSURES across "the memory of every tenant is filled at start" = "SELECT ", ClosureRow::COLUMNS, " FROM site_closures";
}

usher_db::row! {
    /// A site that is, or was last, closed in an emergency.
    pub(crate) struct ClosureRow { site_id: SiteId, reason: String, reopened_at: Option<Timestamp> }
}

/// Closes a site; false when it is closed already.
pub(crate) fn close(
    tx: &mut Tx<'_>,
    site: SiteId,
    tenant: TenantId,
    reason: &str,
    mode: &str,
    at: Timestamp,
    by: Option<UserId>,
) -> Result<bool, DbError> {
    Ok(tx.execute(CLOSE, &[&site, &tenant, &reason, &mode, &at, &by])? == 1)
}

/// Opens it again; false when it was not closed.
pub(crate) fn reopen(tx: &mut Tx<'_>, site: SiteId) -> Result<bool, DbError> {
    let (tenant, now) = (tx.tenant(), tx.now());
    Ok(tx.execute(REOPEN, &[&site, &tenant, &now])? == 1)
}

/// Why a site is closed in an emergency, where it is.
pub(crate) fn reason(read: &mut Read<'_>, site: SiteId) -> Result<Option<String>, DbError> {
    let tenant = read.tenant();
    read.query_opt(REASON, &[&site, &tenant])
}

/// Everybody who waits at a site, is parked, or is on the way to a counter.
pub(crate) fn in_line(read: &mut Read<'_>, site: SiteId) -> Result<Vec<(TicketId, Status)>, DbError> {
    let tenant = read.tenant();
    read.query(IN_LINE, &[&site, &tenant])
}
