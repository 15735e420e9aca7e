//! The audit trail: the event log, sealed.
//!
//! Every change and every sign-in is an event already, written in its own transaction; nothing is recorded a
//! second time here. This context seals the log: a *seal* is made within a second over what happened in one
//! tenant, and carries the hash of the seal before, so that each tenant has a *chain* in which no row can be
//! changed, removed or slipped in without [`Audit::verify`] saying where. Personal values stand beside the
//! log and enter the chain as salted hashes: [`erase`] takes them away and the chain still verifies.
//!
//! Published events: see [`events`].

pub mod events;
pub mod graphql;
mod http;
pub mod model;
mod ops;
mod store;

use std::sync::Arc;

use usher_db::{Db, DbError, MigrationSet, Stmt, migrations};
use usher_events::Events;
use usher_kernel::{Ctx, SystemCtx, TenantId, UserId};

pub use http::routes;
pub use model::{Broken, Report};
pub use ops::{erase, parts};

/// The tables of this context.
pub const MIGRATIONS: MigrationSet = MigrationSet { context: "audit", migrations: migrations!("0001_init") };

/// Every statement of this context, so that a test can prepare each on both engines.
pub fn statements() -> Vec<Stmt> {
    store::STATEMENTS.to_vec()
}

/// The audit trail of one database. Cheap to clone.
#[derive(Clone)]
pub struct Audit(Db);

impl Audit {
    /// The trail of `db`; adds the subscriber that seals it to the log's readers.
    pub fn new(db: Db, events: &Events) -> Self {
        events.register(Arc::new(ops::Sealer));
        Self(db)
    }

    /// The trail of `db` for those who only read and check it, such as `usher doctor`.
    pub fn reading(db: Db) -> Self {
        Self(db)
    }

    /// Checks a tenant's chain from its first seal to its last (the installation's own when there is no
    /// tenant) and reports the first broken place.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify(&self, sys: &SystemCtx, tenant: Option<TenantId>) -> Result<Report, DbError> {
        ops::verify(&self.0, sys, tenant).await
    }

    /// Checks every chain: the installation's first, then those of `tenants`, which are all that there are, and of
    /// whomever else something was sealed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify_all(&self, sys: &SystemCtx, tenants: &[TenantId]) -> Result<Vec<Report>, DbError> {
        ops::verify_all(&self.0, sys, tenants).await
    }

    /// Erases the addresses from which a user acted in the tenant of `ctx`; says how many that were.
    ///
    /// # Errors
    /// The database failed; what was erased until then stays erased.
    pub async fn erase_addresses(&self, ctx: &Ctx, user: UserId) -> Result<u64, DbError> {
        ops::erase_addresses(&self.0, ctx, user).await
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0
    }
}
