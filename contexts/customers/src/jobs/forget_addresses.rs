//! Forgets the addresses from which somebody who was erased had acted. The log has no index by actor, so this
//! walks it, which is too long for the transaction that erases.

use usher_audit::Audit;
use usher_jobs::{Job, OutsideHandler, Work};
use usher_kernel::{Clock, Fault, SystemCtx, UserId};

/// The kind of the job; its payload is the account's id.
pub(crate) const FORGET_ADDRESSES: &str = "customers.forget_addresses";

/// Does the job: see [`FORGET_ADDRESSES`]. Doing it again finds nothing.
pub struct ForgetAddresses {
    audit: Audit,
    system: SystemCtx,
}

impl ForgetAddresses {
    /// The job over the audit trail.
    pub fn new(audit: Audit, clock: Clock) -> Self {
        Self { audit, system: SystemCtx::new("customers", clock) }
    }
}

impl OutsideHandler for ForgetAddresses {
    fn kind(&self) -> &'static str {
        FORGET_ADDRESSES
    }

    fn run<'a>(&'a self, job: &'a Job) -> Work<'a> {
        Box::pin(async move {
            let user: UserId = job.payload()?;
            let Some(tenant) = job.tenant else { return Err(Fault::internal("a job without its tenant")) };
            self.audit.erase_addresses(&self.system.within(tenant), user).await?;
            Ok(())
        })
    }
}
