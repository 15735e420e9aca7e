//! Acknowledgements of announcements. The announcement itself is the event of the call.

use usher_db::{DbError, Tx};
use usher_kernel::{TenantId, Timestamp};
use uuid::Uuid;

usher_db::sql! {
    pub(crate) ACK = "INSERT INTO announcement_acks (announcement_id, tenant_id, device_id, outcome, at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (announcement_id, device_id) DO NOTHING";
}

/// Notes what became of an announcement at a device; false when that is known already.
pub(crate) fn ack(
    tx: &mut Tx<'_>,
    announcement: Uuid,
    tenant: TenantId,
    device: Uuid,
    outcome: &str,
    at: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx.execute(ACK, &[&announcement, &tenant, &device, &outcome, &at])? == 1)
}
