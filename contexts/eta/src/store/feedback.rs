//! What was sent to `/feedback`.

use usher_db::{DbError, Tx};
use usher_kernel::TenantId;
use uuid::Uuid;

use crate::events::FeedbackFact;

usher_db::sql! {
    PUT = "INSERT INTO eta_feedback (id, tenant_id, queue_id, service_id, service_type, actual_time, time_of_day, \
           queue_length, avg_service_time, day_of_week, peak_hour, created_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
}

/// Keeps one.
pub(crate) fn put(tx: &mut Tx<'_>, tenant: TenantId, id: Uuid, fact: &FeedbackFact) -> Result<(), DbError> {
    let now = tx.now();
    tx.defer(
        PUT,
        &[
            &id,
            &tenant,
            &fact.queue_id,
            &fact.service_id,
            &fact.service_type,
            &fact.actual_time,
            &fact.time_of_day,
            &fact.queue_length,
            &fact.avg_service_time,
            &fact.day_of_week,
            &fact.peak_hour,
            &now,
        ],
    )
}
