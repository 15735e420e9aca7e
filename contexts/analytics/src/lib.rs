//! Figures and reports.
//!
//! A *rollup* is what happened to one thing (tenant, site, queue, service, counter, agent) on one local day or in
//! one month; its smallest piece is a *cell*. Cells are kept by one durable subscriber of the event log from what
//! each ticket adds ([`model::trace`]), hold mergeable histograms ([`model::Histogram`]), and answer every
//! dashboard, list, heat map and report of any period without looking at a ticket. They can be made anew from the
//! log at any time ([`Analytics::rebuild`]).
//!
//! Published: see [`events`].

pub mod error;
pub mod events;
pub mod graphql;
mod http;
pub mod jobs;
pub mod model;
pub mod ops;
mod store;

use std::sync::Arc;

use usher_db::{Db, DbError, MigrationSet, Stmt, migrations};
use usher_events::{Events, Subscriber};
use usher_kernel::{SystemCtx, TenantId};
use usher_queueing::Queueing;

pub use error::Error;
pub use http::routes;

/// The tables of this context.
pub const MIGRATIONS: MigrationSet = MigrationSet {
    context: "analytics",
    migrations: migrations!("0001_init", "0002_reports", engines "0003_steps_months"),
};

/// Every fixed statement of this context, so that a test can prepare each on both engines.
pub fn statements() -> Vec<Stmt> {
    store::statements()
}

/// What this context hands out when everything of a tenant is exported.
pub fn parts() -> Vec<usher_tenancy::Part> {
    store::export::parts()
}

/// The figures of one installation. Cheap to clone.
#[derive(Clone)]
pub struct Analytics(Queueing);

impl Analytics {
    /// The figures of what happens at `line`; adds the subscribers that keep them, and have schedules follow their sites, to
    /// the log's readers, and what was told of people to what they are handed out.
    pub fn new(line: &Queueing, events: &Events) -> Self {
        line.customers().register(Arc::new(ops::track::TrackedOf));
        events.register(Self::subscriber(line));
        events.register(Arc::new(events::SiteFollower));
        Self(line.clone())
    }

    /// The durable subscriber that keeps the read models.
    pub fn subscriber(line: &Queueing) -> Arc<dyn Subscriber> {
        Arc::new(events::Keeper(line.identity().tenancy().clone()))
    }

    /// Makes every read model anew from the log, and returns when they are up to it.
    ///
    /// # Errors
    /// The database failed, or an event cannot be taken.
    pub async fn rebuild(&self, events: &Events) -> Result<(), Error> {
        let directory = self.0.directory().clone();
        events.rewind(events::SUBSCRIBER, move |tx| ops::rebuild::clear(tx, &directory)).await?;
        events.catch_up().await.map_err(|fault| Error::Internal(fault.to_string()))
    }

    /// Every cell of a tenant with a hash of what it holds, in order: two read models that say the same are equal
    /// here.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hashes(&self, sys: &SystemCtx, tenant: TenantId) -> Result<Vec<(String, u64)>, DbError> {
        self.db().read(&sys.within(tenant), move |read| store::cells::hashes(read, tenant)).await
    }

    pub(crate) fn db(&self) -> &Db {
        self.0.db()
    }

    pub(crate) fn line(&self) -> &Queueing {
        &self.0
    }
}
