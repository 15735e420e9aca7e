//! Gives back a reward that was kept until its time was over.

use usher_db::Tx;
use usher_jobs::{Handler, Job};
use usher_kernel::Fault;

use crate::model::RedemptionId;
use crate::{Engagement, ops};

/// The kind of the job; its payload is the redemption's id.
pub(crate) const RELEASE: &str = "engagement.release";

/// Does the job: see [`RELEASE`].
pub struct Release(Engagement);

impl Release {
    /// The job over `engagement`.
    pub fn new(engagement: Engagement) -> Self {
        Self(engagement)
    }
}

impl Handler for Release {
    fn kind(&self) -> &'static str {
        RELEASE
    }

    fn run(&self, tx: &mut Tx<'_>, job: &Job) -> Result<(), Fault> {
        let id: RedemptionId = job.payload()?;
        let Some(tenant) = job.tenant else { return Err(Fault::internal("a job without its tenant")) };
        Ok(ops::release_overdue(tx, &self.0, tenant, id)?)
    }
}
