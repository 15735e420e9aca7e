//! Every half minute: reports that are due are begun.

use usher_db::Tx;
use usher_jobs::{Recurring, Schedule};
use usher_kernel::{Fault, SignedDuration};

use crate::ops::schedule::start_due;

/// Begins reports that are due.
pub struct DueReports;

impl Recurring for DueReports {
    fn name(&self) -> &'static str {
        "analytics.due"
    }

    fn schedule(&self) -> Schedule {
        Schedule::Every(SignedDuration::from_secs(30))
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        Ok(start_due(tx)?)
    }
}
