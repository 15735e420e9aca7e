//! Every hour: what ran out long ago is removed.

use usher_db::Tx;
use usher_jobs::{Recurring, Schedule};
use usher_kernel::{Fault, SignedDuration};

use crate::{Identity, store};

/// Removes sessions, tickets, mailed secrets and log-in failures that ran out, from the database and from
/// this node's memory.
pub struct Tidy(Identity);

impl Tidy {
    /// The job over `identity`.
    pub fn new(identity: Identity) -> Self {
        Self(identity)
    }
}

impl Recurring for Tidy {
    fn name(&self) -> &'static str {
        "identity.tidy"
    }

    fn schedule(&self) -> Schedule {
        Schedule::Every(SignedDuration::from_hours(1))
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        store::sessions::purge(tx)?;
        store::doors::purge(tx)?;
        store::invitations::purge(tx)?;
        self.0.forget_ended();
        Ok(())
    }
}
