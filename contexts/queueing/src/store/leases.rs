//! Blocks of numbers that kiosks issue offline.

use usher_db::{DbError, Json, Read, Tx};
use usher_kernel::{SiteId, TenantId, Timestamp};
use uuid::Uuid;

use crate::model::{LeaseId, QueueId};

usher_db::row! {
    /// A leased block.
    pub(crate) struct LeaseRow {
        id: LeaseId, site_id: SiteId, queue_id: QueueId, device_id: Option<Uuid>, day: String, cycle: i64,
        first_value: i64, last_value: i64, entry: i64, used: Json<Vec<i64>>, closed_at: Option<Timestamp>,
    }
}

usher_db::sql! {
    pub(crate) INSERT = "INSERT INTO number_leases (tenant_id, id, site_id, queue_id, device_id, day, cycle, \
         first_value, last_value, entry, used, leased_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    pub(crate) GET = "SELECT ", LeaseRow::COLUMNS, " FROM number_leases WHERE id = $1 AND tenant_id = $2";
    pub(crate) OPEN_BEFORE = "SELECT ", LeaseRow::COLUMNS, " FROM number_leases \
         WHERE queue_id = $1 AND day < $2 AND tenant_id = $3 AND closed_at IS NULL";
    /// The open blocks of a day, and of series that are ahead of it, that have numbers from the first to the last.
    pub(crate) OPEN_WITHIN = "SELECT ", LeaseRow::COLUMNS, " FROM number_leases WHERE queue_id = $1 AND day >= $2 \
         AND first_value <= $4 AND last_value >= $3 AND tenant_id = $5 AND closed_at IS NULL";
    pub(crate) USE = "UPDATE number_leases SET used = $2, void = $4 WHERE id = $1 AND tenant_id = $3";
    pub(crate) CLOSE = "UPDATE number_leases SET void = $2, closed_at = $3 \
         WHERE id = $1 AND tenant_id = $4 AND closed_at IS NULL";
}

/// Writes a new lease.
pub(crate) fn insert(tx: &mut Tx<'_>, tenant: TenantId, l: &LeaseRow, at: Timestamp) -> Result<(), DbError> {
    tx.execute(
        INSERT,
        &[
            &tenant,
            &l.id,
            &l.site_id,
            &l.queue_id,
            &l.device_id,
            &l.day,
            &l.cycle,
            &l.first_value,
            &l.last_value,
            &l.entry,
            &l.used,
            &at,
        ],
    )?;
    Ok(())
}

/// A lease.
pub(crate) fn get(read: &mut Read<'_>, id: LeaseId) -> Result<Option<LeaseRow>, DbError> {
    let tenant = read.tenant();
    read.query_opt(GET, &[&id, &tenant])
}

impl LeaseRow {
    /// The numbers that were never printed on a ticket, as far as anybody knows.
    pub(crate) fn unused(&self) -> Vec<i64> {
        (self.first_value..=self.last_value).filter(|n| !self.used.0.contains(n)).collect()
    }
}

/// Notes the numbers used so far, and of a closed lease those that are void.
pub(crate) fn set_used(
    tx: &mut Tx<'_>,
    lease: &LeaseRow,
    void: Option<&Json<Vec<i64>>>,
) -> Result<(), DbError> {
    let tenant = tx.tenant();
    tx.execute(USE, &[&lease.id, &lease.used, &tenant, &void]).map(drop)
}

/// The open leases of earlier days.
pub(crate) fn open_before(read: &mut Read<'_>, queue: QueueId, day: &str) -> Result<Vec<LeaseRow>, DbError> {
    let tenant = read.tenant();
    read.query(OPEN_BEFORE, &[&queue, &day, &tenant])
}

/// The open leases of a day, and of series that are ahead of it, that have numbers from the first to the last.
pub(crate) fn open_within(
    read: &mut Read<'_>,
    queue: QueueId,
    day: &str,
    (first, last): (i64, i64),
) -> Result<Vec<LeaseRow>, DbError> {
    let tenant = read.tenant();
    read.query(OPEN_WITHIN, &[&queue, &day, &first, &last, &tenant])
}

/// Ends a lease; `void` are the numbers that were never printed on a ticket.
pub(crate) fn close(
    tx: &mut Tx<'_>,
    id: LeaseId,
    void: &Json<Vec<i64>>,
    at: Timestamp,
) -> Result<bool, DbError> {
    let tenant = tx.tenant();
    Ok(tx.execute(CLOSE, &[&id, void, &at, &tenant])? == 1)
}
