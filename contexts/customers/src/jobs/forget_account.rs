//! Ends the account of somebody who had themselves erased, where it belongs to no tenant any more. An account is the
//! installation's, so this is no part of the transaction that erases the customer.

use usher_audit::Audit;
use usher_db::{DbError, Lane, Tx};
use usher_identity::Identity;
use usher_jobs::{Job, OutsideHandler, Work};
use usher_kernel::{Clock, Fault, SystemCtx, UserId};

use crate::Customers;

/// The kind of the job; its payload is the account's id.
pub(crate) const FORGET_ACCOUNT: &str = "customers.forget_account";

/// Does the job: see [`FORGET_ACCOUNT`]. Doing it again finds nothing.
pub struct ForgetAccount {
    identity: Identity,
    audit: Audit,
    system: SystemCtx,
}

impl ForgetAccount {
    /// The job over accounts and the audit trail.
    pub fn new(people: &Customers, audit: Audit, clock: Clock) -> Self {
        let identity = people.identity().clone();
        Self { identity, audit, system: SystemCtx::new("customers", clock) }
    }
}

impl OutsideHandler for ForgetAccount {
    fn kind(&self) -> &'static str {
        FORGET_ACCOUNT
    }

    fn run<'a>(&'a self, job: &'a Job) -> Work<'a> {
        Box::pin(async move {
            let user: UserId = job.payload()?;
            let Some(tenant) = job.tenant else { return Err(Fault::internal("a job without its tenant")) };
            let ctx = self.system.within(tenant);
            if self.identity.forget_account(&self.system, tenant, user).await? {
                let erase = move |tx: &mut Tx<'_>| usher_audit::erase(tx, tenant, user.uuid(), &[]);
                self.identity.tenancy().db().write::<_, DbError>(&ctx, Lane::Tenant, erase).await?;
            }
            self.audit.erase_addresses(&ctx, user).await?;
            Ok(())
        })
    }
}
