//! What displays did with announcements. The announcement itself is the event of the call.

use usher_db::{DbError, Tx};
use usher_kernel::{TenantId, Timestamp};
use uuid::Uuid;

/// Stands where a display has not said anything in time; what it says later takes its place.
const UNHEARD: &str = "unheard";

usher_db::sql! {
    pub(crate) ACK = "INSERT INTO announcement_acks (announcement_id, tenant_id, device_id, outcome, at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (announcement_id, device_id) DO UPDATE \
         SET outcome = excluded.outcome, at = excluded.at \
         WHERE announcement_acks.outcome = $6 AND announcement_acks.tenant_id = $2";
    pub(crate) MISS = "INSERT INTO announcement_acks (announcement_id, tenant_id, device_id, outcome, at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (announcement_id, device_id) DO NOTHING";
}

/// Notes what became of an announcement at a display; false when that is known already.
pub(crate) fn ack(
    tx: &mut Tx<'_>,
    announcement: Uuid,
    tenant: TenantId,
    device: Uuid,
    outcome: &str,
    at: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx.execute(ACK, &[&announcement, &tenant, &device, &outcome, &at, &UNHEARD])? == 1)
}

/// Notes that a display has not said in time what became of an announcement; false when it has, or that is noted.
pub(crate) fn miss(
    tx: &mut Tx<'_>,
    announcement: Uuid,
    tenant: TenantId,
    device: Uuid,
    at: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx.execute(MISS, &[&announcement, &tenant, &device, &UNHEARD, &at])? == 1)
}
