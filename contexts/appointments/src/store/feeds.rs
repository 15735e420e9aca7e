//! Calendars that other programs subscribe to.

use usher_db::{DbError, Read, Tx};
use usher_kernel::{TenantId, Timestamp};
use uuid::Uuid;

use crate::model::{FeedId, FeedKind};

usher_db::row! {
    /// A calendar as it is stored.
    pub(crate) struct FeedRow { id: FeedId, kind: FeedKind, subject_id: Uuid, created_at: Timestamp }
}

usher_db::sql! {
    pub(crate) INSERT = "INSERT INTO calendar_feeds (tenant_id, id, kind, subject_id, created_at) \
         VALUES ($1, $2, $3, $4, $5)";
    pub(crate) GET = "SELECT ", FeedRow::COLUMNS, " FROM calendar_feeds \
         WHERE id = $1 AND tenant_id = $2 AND revoked_at IS NULL";
    pub(crate) TENANT_OF across "the secret of its address names a calendar before anybody knows the tenant" =
        "SELECT tenant_id FROM calendar_feeds WHERE id = $1 AND revoked_at IS NULL";
    pub(crate) OF_SUBJECT = "SELECT ", FeedRow::COLUMNS, " FROM calendar_feeds \
         WHERE tenant_id = $1 AND kind = $2 AND subject_id = $3 AND revoked_at IS NULL ORDER BY id LIMIT 1";
    pub(crate) REVOKE = "UPDATE calendar_feeds SET revoked_at = $2 WHERE id = $1 AND tenant_id = $3 AND revoked_at IS NULL";
}

/// Writes a new calendar.
pub(crate) fn insert(tx: &mut Tx<'_>, tenant: TenantId, feed: &FeedRow) -> Result<(), DbError> {
    tx.execute(INSERT, &[&tenant, &feed.id, &feed.kind, &feed.subject_id, &feed.created_at])?;
    Ok(())
}

/// A calendar of the tenant.
pub(crate) fn get(read: &mut Read<'_>, id: FeedId) -> Result<Option<FeedRow>, DbError> {
    let tenant = read.tenant();
    read.query_opt(GET, &[&id, &tenant])
}

/// Whose a calendar is.
pub(crate) fn tenant_of(read: &mut Read<'_>, id: FeedId) -> Result<Option<TenantId>, DbError> {
    read.query_opt(TENANT_OF, &[&id])
}

/// The calendar of a person or site, where it has one.
pub(crate) fn of_subject(
    read: &mut Read<'_>,
    kind: FeedKind,
    subject: Uuid,
) -> Result<Option<FeedRow>, DbError> {
    let tenant = read.tenant();
    read.query_opt(OF_SUBJECT, &[&tenant, &kind, &subject])
}

/// Ends a calendar; false when there is none.
pub(crate) fn revoke(tx: &mut Tx<'_>, id: FeedId, at: Timestamp) -> Result<bool, DbError> {
    let tenant = tx.tenant();
    Ok(tx.execute(REVOKE, &[&id, &at, &tenant])? == 1)
}
