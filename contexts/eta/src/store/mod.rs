//! What each queue has taught, row by row.

use usher_db::{DbError, Read, Tx};
use usher_kernel::TenantId;
use usher_queueing::model::QueueId;

use crate::model::Pace;

usher_db::row! {
    /// The learned pace of one queue.
    pub(crate) struct PaceRow {
        queue_id: QueueId,
        waited: f64,
        places: f64,
        samples: i64,
        low: f64,
        mid: f64,
        high: f64,
    }
}

usher_db::sql! {
    ALL across "the paces of every tenant are in memory from the start" =
        "SELECT ", PaceRow::COLUMNS, " FROM eta_paces";
    GET = "SELECT ", PaceRow::COLUMNS, " FROM eta_paces WHERE queue_id = $1 AND tenant_id = $2";
    PUT = "INSERT INTO eta_paces (queue_id, tenant_id, waited, places, samples, low, mid, high, updated_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
           ON CONFLICT (queue_id) DO UPDATE SET waited = excluded.waited, places = excluded.places, \
           samples = excluded.samples, low = excluded.low, mid = excluded.mid, high = excluded.high, \
           updated_at = excluded.updated_at";
}

impl From<PaceRow> for Pace {
    fn from(row: PaceRow) -> Self {
        Self {
            waited: row.waited,
            places: row.places,
            samples: row.samples,
            low: row.low,
            mid: row.mid,
            high: row.high,
        }
    }
}

/// Every queue's pace, across tenants: what a node starts with.
pub(crate) fn all(read: &mut Read) -> Result<Vec<(QueueId, Pace)>, DbError> {
    let rows: Vec<PaceRow> = read.query(ALL, &[])?;
    Ok(rows.into_iter().map(|row| (row.queue_id, row.into())).collect())
}

/// One queue's pace; a new one where nothing is stored.
pub(crate) fn get(read: &mut Read, tenant: TenantId, queue: QueueId) -> Result<Pace, DbError> {
    let row: Option<PaceRow> = read.query_opt(GET, &[&queue, &tenant])?;
    Ok(row.map_or_else(Pace::default, Pace::from))
}

/// Stores one queue's pace.
pub(crate) fn put(tx: &mut Tx, tenant: TenantId, queue: QueueId, pace: &Pace) -> Result<(), DbError> {
    let now = tx.now();
    tx.defer(
        PUT,
        &[&queue, &tenant, &pace.waited, &pace.places, &pace.samples, &pace.low, &pace.mid, &pace.high, &now],
    )
}
