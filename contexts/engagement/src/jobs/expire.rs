//! Every few minutes: points that are too old are taken off.

use usher_db::Tx;
use usher_jobs::{Recurring, Schedule};
use usher_kernel::{Fault, SignedDuration};

use crate::{Engagement, ops, store};

/// How many customers' points are looked at in one transaction.
const PAGE: i64 = 200;

/// Takes off what has expired. What can be spent is reckoned by the time, so nobody gains when this comes late.
pub struct Expire(Engagement);

impl Expire {
    /// The job over `engagement`.
    pub fn new(engagement: Engagement) -> Self {
        Self(engagement)
    }
}

impl Recurring for Expire {
    fn name(&self) -> &'static str {
        "engagement.expire"
    }

    fn schedule(&self) -> Schedule {
        Schedule::Every(SignedDuration::from_mins(5))
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let now = tx.now();
        let mut due = store::points::expiring(tx, now, PAGE)?;
        due.sort_by_key(|(_, customer)| *customer);
        store::points::open_all(tx, &due)?;
        for (tenant, customer) in due {
            ops::expire(tx, &self.0, tenant, customer)?;
        }
        Ok(())
    }
}
