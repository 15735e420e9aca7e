//! Events put aside.

use usher_db::{DbError, Read, Tx};
use usher_kernel::Timestamp;

use crate::event::{Event, EventId};

usher_db::row! {
    /// An event that a subscriber could not take.
    pub struct DeadEvent {
        /// The subscriber.
        subscription: String,
        /// The event's place in the log.
        seq: i64,
        /// The event.
        event_id: EventId,
        /// What had happened.
        kind: String,
        /// Why the subscriber refused it.
        reason: String,
        /// How often it was tried.
        attempts: i64,
        /// When it was put aside.
        at: Timestamp,
    }
}

usher_db::sql! {
    INSERT = "INSERT INTO dead_events (subscription, seq, event_id, tenant_id, kind, reason, attempts, at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (subscription, seq) DO NOTHING";
    LATEST across "the operator of the installation sees what was put aside" =
        "SELECT ", DeadEvent::COLUMNS, " FROM dead_events ORDER BY at DESC, seq DESC LIMIT $1";
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    subscription: &str,
    event: &Event,
    reason: &str,
    attempts: u32,
) -> Result<(), DbError> {
    let now = tx.now();
    tx.defer(
        INSERT,
        &[
            &subscription,
            &event.seq.unwrap_or_default(),
            &event.id,
            &event.tenant,
            &event.kind,
            &reason,
            &attempts,
            &now,
        ],
    )
}

/// The events put aside last, of all subscribers.
///
/// # Errors
/// The database failed.
pub fn dead_events(read: &mut Read<'_>, limit: u32) -> Result<Vec<DeadEvent>, DbError> {
    read.query(LATEST, &[&limit])
}
