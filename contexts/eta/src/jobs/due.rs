//! Every quarter of an hour: tenants that have learned enough since their last training are trained for, and old scores are
//! forgotten.

use usher_db::Tx;
use usher_jobs::{NewJob, Recurring, Schedule, enqueue_for};
use usher_kernel::{Fault, SignedDuration};

use super::train::{TRAIN, Training};
use crate::model::is_due;
use crate::store;

/// For how many days scores are kept: longer than any record that is shown.
const SCORES: i64 = 40;

/// Begins what is due.
pub struct Due;

impl Recurring for Due {
    fn name(&self) -> &'static str {
        "eta.due"
    }

    fn schedule(&self) -> Schedule {
        Schedule::Every(SignedDuration::from_mins(15))
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let now = tx.now();
        for state in store::corrections::states(tx)? {
            let days = |at| now.duration_since(at).as_hours() / 24;
            let last = state.version.zip(state.trained_at);
            let last = last.map(|(version, at)| (version.unsigned_abs(), days(at)));
            if is_due(state.lessons.unsigned_abs(), last) {
                let job = NewJob::new(TRAIN, &Training { lessons: state.lessons }).keyed("train").attempts(3);
                enqueue_for(tx, state.tenant_id, job)?;
            }
        }
        store::scores::tidy(tx, now.as_second() / 86_400 - SCORES)?;
        Ok(())
    }
}
