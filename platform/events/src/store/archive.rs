//! Events past their tenant's retention.

use usher_db::{DbError, Read, Tx};
use usher_kernel::{TenantId, Timestamp};

use crate::event::Event;
use crate::store::log::EventRow;

usher_db::row! {
    /// As much of an event as decides whether it stays.
    pub(crate) struct AgeRow { seq: i64, tenant_id: Option<TenantId>, at: Timestamp }
}

usher_db::row! {
    /// What remains of an event.
    pub(crate) struct ArchiveRow { seq: i64, hash: [u8; 32], body: Option<String> }
}

usher_db::sql! {
    AGES across "retention walks the whole log" =
        "SELECT ", AgeRow::COLUMNS, " FROM events WHERE seq > $1 ORDER BY seq LIMIT $2";
    GET across "retention walks the whole log" =
        "SELECT ", EventRow::COLUMNS, " FROM events WHERE seq = $1";
    KEEP = "INSERT INTO event_archive (seq, tenant_id, at, hash, body) VALUES ($1, $2, $3, $4, $5)";
    DELETE across "retention walks the whole log" =
        "DELETE FROM events WHERE seq = $1";
    BETWEEN = "SELECT ", ArchiveRow::COLUMNS, " FROM event_archive \
               WHERE seq >= $1 AND seq <= $2 AND tenant_id IS NOT DISTINCT FROM $3 ORDER BY seq";
    NEWEST = "SELECT max(at) FROM event_archive WHERE tenant_id = $1";
    LOG_BETWEEN = "SELECT ", EventRow::COLUMNS, " FROM events \
               WHERE seq >= $1 AND seq <= $2 AND tenant_id IS NOT DISTINCT FROM $3 ORDER BY seq";
}

pub(crate) fn ages(read: &mut Read<'_>, after: i64, limit: u32) -> Result<Vec<AgeRow>, DbError> {
    read.query(AGES, &[&after, &limit])
}

pub(crate) fn get(read: &mut Read<'_>, seq: i64) -> Result<Option<Event>, DbError> {
    Ok(read.query_opt::<EventRow>(GET, &[&seq])?.map(Event::from))
}

/// Moves an event out of the log; `body` is what is kept of it beside its hash.
pub(crate) fn retire(
    tx: &mut Tx<'_>,
    event: &Event,
    seq: i64,
    hash: &[u8; 32],
    body: Option<&str>,
) -> Result<(), DbError> {
    tx.defer(KEEP, &[&seq, &event.tenant, &event.at, hash, &body])?;
    tx.defer(DELETE, &[&seq])
}

/// What remains of a tenant's retired events between two places, both included.
pub(crate) fn between(
    read: &mut Read<'_>,
    tenant: Option<TenantId>,
    from: i64,
    through: i64,
) -> Result<Vec<ArchiveRow>, DbError> {
    read.query(BETWEEN, &[&from, &through, &tenant])
}

/// A tenant's events between two places, both included.
pub(crate) fn log_between(
    read: &mut Read<'_>,
    tenant: Option<TenantId>,
    from: i64,
    through: i64,
) -> Result<Vec<Event>, DbError> {
    let rows: Vec<EventRow> = read.query(LOG_BETWEEN, &[&from, &through, &tenant])?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// When the newest of a tenant's retired events happened.
pub(crate) fn newest(read: &mut Read<'_>, tenant: TenantId) -> Result<Option<Timestamp>, DbError> {
    read.query_one(NEWEST, &[&tenant])
}
