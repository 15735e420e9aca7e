//! Reading the log on PostgreSQL, where a lower sequence number may be committed after a higher one.
//!
//! A place in the log is a snapshot: everything that it sees has been read. What is new is what a later
//! snapshot sees and the older one does not: rows of transactions that began after the old snapshot, and rows
//! of those that were running when it was taken. Both are found through the index on the transaction id, so a
//! transaction that stays open for hours costs one look-up and holds nobody up. Rows that the later snapshot
//! counts as finished are committed or gone for good, so that the set between two snapshots never changes and
//! can be read in pages, in as many transactions as it takes.

use std::sync::Arc;

use usher_db::{DbError, Read};
use usher_kernel::TenantId;

use crate::event::Event;
use crate::place::Filter;
use crate::store::log::EventRow;

usher_db::sql! {
    SNAPSHOT = "SELECT CAST(pg_current_snapshot() AS TEXT)";
    /// The sum is there so that no plan goes by the sequence, which would walk the whole log.
    BETWEEN = "SELECT ", EventRow::COLUMNS, " FROM ( \
            SELECT ", EventRow::COLUMNS, ", xid FROM events \
            WHERE xid >= pg_snapshot_xmax(CAST($1 AS TEXT)::pg_snapshot) \
              AND xid < pg_snapshot_xmax(CAST($2 AS TEXT)::pg_snapshot) \
            UNION ALL \
            SELECT ", EventRow::COLUMNS, ", xid FROM events \
            WHERE xid = ANY(ARRAY(SELECT pg_snapshot_xip(CAST($1 AS TEXT)::pg_snapshot))) \
        ) AS fresh \
        WHERE pg_visible_in_snapshot(xid, CAST($2 AS TEXT)::pg_snapshot) AND seq + 0 > $3 \
          AND ($4 = '' OR strpos($4, ',' || kind || ',') > 0) AND node <> $5 \
        ORDER BY seq LIMIT $6";
    /// How many of these rows some subscriber has still to read.
    UNREAD = "SELECT count(*) FROM events e JOIN subscriptions s \
              ON NOT pg_visible_in_snapshot(e.xid, s.snapshot::pg_snapshot) WHERE e.seq >= $1 AND e.seq <= $2";
    /// How many of a tenant's rows one subscriber has read.
    PASSED = "SELECT count(*) FROM events e JOIN subscriptions s \
              ON s.name = $1 AND pg_visible_in_snapshot(e.xid, s.snapshot::pg_snapshot) \
              WHERE e.tenant_id IS NOT DISTINCT FROM $2";
}

/// What the log holds at this moment.
pub(crate) fn snapshot(read: &mut Read<'_>) -> Result<String, DbError> {
    read.query_one(SNAPSHOT, &[])
}

/// Events that `target` sees and `old` does not, above the place `after` of the sequence, lowest first.
pub(crate) fn between(
    read: &mut Read<'_>,
    (old, target): (&str, &str),
    after: i64,
    filter: &Filter,
    limit: u32,
) -> Result<Vec<Arc<Event>>, DbError> {
    let rows: Vec<EventRow> =
        read.query(BETWEEN, &[&old, &target, &after, &filter.kinds, &filter.not_node, &limit])?;
    Ok(rows.into_iter().map(|row| Arc::new(Event::from(row))).collect())
}

/// How many events between two places, both included, are still to be read by some subscriber.
pub(crate) fn unread(read: &mut Read<'_>, from: i64, through: i64) -> Result<i64, DbError> {
    read.query_one(UNREAD, &[&from, &through])
}

/// How many of a tenant's events a subscriber has read.
pub(crate) fn passed(read: &mut Read<'_>, name: &str, tenant: Option<TenantId>) -> Result<i64, DbError> {
    read.query_one(PASSED, &[&name, &tenant])
}
