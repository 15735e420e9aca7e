//! What estimates were worth, hour by hour.

use usher_db::{DbError, Read, Tx};
use usher_kernel::TenantId;
use usher_queueing::model::{QueueId, ServiceId};

use crate::model::{Hour, Scores};

usher_db::row! {
    /// One hour of one line and service.
    struct ScoreRow { day: i64, hour: i64, service_id: ServiceId, scores: Vec<u8> }
}

usher_db::sql! {
    GET = "SELECT scores FROM eta_scores WHERE tenant_id = $1 AND queue_id = $2 AND day = $3 AND hour = $4 \
           AND service_id = $5";
    PUT = "INSERT INTO eta_scores (tenant_id, queue_id, day, hour, service_id, scores) \
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, queue_id, day, hour, service_id) \
           DO UPDATE SET scores = excluded.scores";
    SINCE = "SELECT ", ScoreRow::COLUMNS, " FROM eta_scores WHERE tenant_id = $1 AND queue_id = $2 AND day >= $3 \
             ORDER BY day, hour, service_id";
    TIDY across "what is too old is forgotten in every tenant" = "DELETE FROM eta_scores WHERE day < $1";
}

/// The scores of one hour.
pub(crate) fn get(read: &mut Read<'_>, tenant: TenantId, hour: &Hour) -> Result<Scores, DbError> {
    let row: Option<Vec<u8>> =
        read.query_opt(GET, &[&tenant, &hour.queue, &hour.day, &hour.hour, &hour.service])?;
    Ok(row.map(|bytes| Scores::decode(&bytes)).unwrap_or_default())
}

/// Stores the scores of one hour.
pub(crate) fn put(tx: &mut Tx<'_>, tenant: TenantId, hour: &Hour, scores: &Scores) -> Result<(), DbError> {
    let bytes = scores.encode();
    tx.defer(PUT, &[&tenant, &hour.queue, &hour.day, &hour.hour, &hour.service, &bytes])
}

/// The scores of a line from a day on.
pub(crate) fn since(
    read: &mut Read<'_>,
    tenant: TenantId,
    queue: QueueId,
    day: i64,
) -> Result<Vec<(Hour, Scores)>, DbError> {
    let rows: Vec<ScoreRow> = read.query(SINCE, &[&tenant, &queue, &day])?;
    let one = |row: ScoreRow| {
        let hour = Hour { queue, day: row.day, hour: row.hour, service: row.service_id };
        (hour, Scores::decode(&row.scores))
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Forgets what is older than a day.
pub(crate) fn tidy(tx: &mut Tx<'_>, day: i64) -> Result<(), DbError> {
    tx.execute(TIDY, &[&day]).map(drop)
}
