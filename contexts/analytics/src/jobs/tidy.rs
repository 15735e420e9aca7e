//! Every ten minutes: old traces and results are forgotten.

use usher_db::Tx;
use usher_jobs::{Recurring, Schedule};
use usher_kernel::{Fault, Id, SignedDuration, Timestamp};
use uuid::Uuid;

use crate::store::{reports, traces};

/// How long a ticket's trace is kept: journeys are told of that long, and no ticket changes after so many days.
const TRACES: SignedDuration = SignedDuration::from_hours(24 * 100);
/// How long a result is kept.
const RESULTS: SignedDuration = SignedDuration::from_hours(24 * 365);
/// How many rows go in one run: a fraction of a second of the writer's time.
const MOST: i64 = 5_000;

/// Forgets what is old. The figures stay.
pub struct Tidy;

impl Recurring for Tidy {
    fn name(&self) -> &'static str {
        "analytics.tidy"
    }

    fn schedule(&self) -> Schedule {
        Schedule::Every(SignedDuration::from_mins(10))
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let now = tx.now();
        traces::tidy(tx, first_id(now, TRACES), MOST)?;
        reports::tidy(tx, first_id(now, RESULTS), MOST)?;
        Ok(())
    }
}

/// Below every id made since then: ids begin with their time.
fn first_id<K>(now: Timestamp, age: SignedDuration) -> Id<K> {
    let millis = now.checked_sub(age).unwrap_or(Timestamp::UNIX_EPOCH).as_millisecond();
    Id::from_uuid(Uuid::from_u128(u128::from(millis.max(0).unsigned_abs()) << 80))
}
