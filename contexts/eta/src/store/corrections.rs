//! Corrections: what they are trained on, and what came of each training.

use usher_db::{DbError, Read, Tx};
use usher_kernel::{TenantId, Timestamp};

use crate::model::BLOCK;

usher_db::row! {
    /// How many waits a tenant has, and its last training.
    pub(crate) struct StateRow {
        tenant_id: TenantId, lessons: i64, version: Option<i64>, trained_at: Option<Timestamp>,
    }
}

usher_db::sql! {
    STATES across "the job looks after every tenant's correction" =
        "SELECT b.tenant_id, b.lessons, c.version, c.trained_at FROM eta_books b LEFT JOIN eta_corrections c \
         ON c.tenant_id = b.tenant_id AND c.version = (SELECT max(l.version) FROM eta_corrections l \
         WHERE l.tenant_id = b.tenant_id) WHERE b.lessons > 0 ORDER BY b.tenant_id";
    BLOCKS = "SELECT block, waits FROM eta_lessons WHERE tenant_id = $1 ORDER BY block DESC LIMIT $2";
    LAST_BLOCK = "SELECT coalesce(max(block), -1) FROM eta_lessons WHERE tenant_id = $1";
    FORGET_BLOCKS = "DELETE FROM eta_lessons WHERE tenant_id = $1 AND block < $2";
    FOREST = "SELECT forest FROM eta_corrections WHERE tenant_id = $1 AND version = $2";
    CHAMPION = "SELECT version, verdict, forest FROM eta_corrections WHERE tenant_id = $1 AND verdict <> 'kept' \
                ORDER BY version DESC LIMIT 1";
    PUT = "INSERT INTO eta_corrections (tenant_id, version, verdict, forest, trained_at) \
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, version) DO NOTHING";
    FORGET = "DELETE FROM eta_corrections WHERE tenant_id = $1 AND version < $2 \
              AND (forest IS NULL OR trained_at <= $3)";
    LAST_BLOCKS across "a book that is made anew counts on, of whichever tenant" =
        "SELECT tenant_id, max(block) FROM eta_lessons GROUP BY tenant_id ORDER BY tenant_id";
    LAST_VERSIONS across "a book that is made anew counts on, of whichever tenant" =
        "SELECT tenant_id, max(version) FROM eta_corrections GROUP BY tenant_id ORDER BY tenant_id";
    OLDEST_KEPT = "SELECT version FROM eta_corrections WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1 OFFSET $2";
}

/// Every tenant with known waits.
pub(crate) fn states(read: &mut Read<'_>) -> Result<Vec<StateRow>, DbError> {
    read.query(STATES, &[])
}

/// How many waits of each tenant are counted already: those in its blocks, and those that trainings are called by.
pub(crate) fn counted(read: &mut Read<'_>) -> Result<Vec<(TenantId, u64)>, DbError> {
    let blocks: Vec<(TenantId, i64)> = read.query(LAST_BLOCKS, &[])?;
    let versions: Vec<(TenantId, i64)> = read.query(LAST_VERSIONS, &[])?;
    let counted = blocks.into_iter().map(|(tenant, last)| (tenant, (last.unsigned_abs() + 1) * BLOCK));
    Ok(counted.chain(versions.into_iter().map(|(tenant, last)| (tenant, last.unsigned_abs()))).collect())
}

/// The newest `most` blocks of waits with their numbers, the oldest first.
pub(crate) fn blocks(
    read: &mut Read<'_>,
    tenant: TenantId,
    most: i64,
) -> Result<Vec<(i64, Vec<u8>)>, DbError> {
    let mut blocks: Vec<(i64, Vec<u8>)> = read.query(BLOCKS, &[&tenant, &most])?;
    blocks.reverse();
    Ok(blocks)
}

/// Forgets all but the newest `most` blocks.
pub(crate) fn forget_blocks(tx: &mut Tx<'_>, tenant: TenantId, most: i64) -> Result<(), DbError> {
    let last: i64 = tx.query_one(LAST_BLOCK, &[&tenant])?;
    forget_before(tx, tenant, last + 1 - most)
}

/// Forgets the blocks before one.
pub(crate) fn forget_before(tx: &mut Tx<'_>, tenant: TenantId, first: i64) -> Result<(), DbError> {
    if first > 0 { tx.execute(FORGET_BLOCKS, &[&tenant, &first]).map(drop) } else { Ok(()) }
}

/// An adopted forest, as text.
pub(crate) fn forest(read: &mut Read<'_>, tenant: TenantId, version: i64) -> Result<Option<String>, DbError> {
    let row: Option<Option<String>> = read.query_opt(FOREST, &[&tenant, &version])?;
    Ok(row.flatten())
}

/// The correction that the last training left in use, with its version.
pub(crate) fn champion(read: &mut Read<'_>, tenant: TenantId) -> Result<Option<(i64, String)>, DbError> {
    let row: Option<(i64, String, Option<String>)> = read.query_opt(CHAMPION, &[&tenant])?;
    Ok(row.and_then(|(version, _, forest)| Some((version, forest?))))
}

/// Writes down what came of a training; false when it was written already.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    version: i64,
    verdict: &str,
    forest: Option<&str>,
) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(PUT, &[&tenant, &version, &verdict, &forest, &now])? == 1)
}

/// Forgets all but the newest `most` trainings; but none whose correction the log still names, for who reads the log
/// again needs it. `retired` is up to when the log has let go of events.
pub(crate) fn forget(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    most: i64,
    retired: Option<Timestamp>,
) -> Result<(), DbError> {
    let retired = retired.unwrap_or(Timestamp::UNIX_EPOCH);
    let oldest: Option<i64> = tx.query_opt(OLDEST_KEPT, &[&tenant, &(most - 1)])?;
    match oldest {
        Some(version) => tx.execute(FORGET, &[&tenant, &version, &retired]).map(drop),
        None => Ok(()),
    }
}
