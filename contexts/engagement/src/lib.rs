//! What people get for coming, and what they say of it.
//!
//! A tenant's *programme* says what *points* are given for. Each customer has a *ledger* that is only ever added to:
//! its sum is the *balance*, which cannot fall below nothing. Points come in as *lots*, which may be pending at first
//! and expire; those that expire first are spent first. A *reward* is *reserved*, then *redeemed* or *released*; points
//! and stock are taken when it is reserved. *Feedback* is a score (CSAT, NPS) with or without words, once for each
//! ticket.
//!
//! [`Engagement`] is the facade; it earns from the line's events. Published: see [`events`].

pub mod error;
pub mod events;
pub mod graphql;
mod http;
mod jobs;
pub mod model;
pub mod ops;
mod store;

use std::sync::{Arc, Weak};

use usher_customers::Customers;
use usher_db::{Db, MigrationSet, Read, Stmt, migrations};
use usher_events::{Bus, Events};
use usher_identity::Wallet;
use usher_kernel::{Fault, TenantId, UserId};
use usher_queueing::Queueing;

use events::Earner;

pub use error::Error;
pub use http::routes;
pub use jobs::{Ask, Expire, Release};

/// The tables of this context.
pub const MIGRATIONS: MigrationSet = MigrationSet {
    context: "engagement",
    migrations: migrations!(
        "0001_rewards",
        "0002_feedback",
        "0003_refunds",
        engines "0004_feedback_appointment",
        engines "0005_feedback_months",
        "0006_by_tenant"
    ),
};

/// Every fixed statement of this context, so that a test can prepare each on both engines.
pub fn statements() -> Vec<Stmt> {
    store::statements()
}

/// What this context hands out when everything of a tenant is exported.
pub fn parts() -> Vec<usher_tenancy::Part> {
    store::export::parts()
}

/// Rewards and feedback. Cheap to clone.
#[derive(Clone)]
pub struct Engagement(Arc<Queueing>);

/// Rewards and feedback for those whom they lean on themselves, without keeping them alive.
struct Behind(Weak<Queueing>);

impl Behind {
    fn reach(&self) -> Result<Engagement, Fault> {
        let line = self.0.upgrade().ok_or_else(|| Fault::internal("rewards are gone before the rest"))?;
        Ok(Engagement(line))
    }
}

impl Engagement {
    /// Rewards and feedback of those who stand in `line`: reads its events, tells customers what it keeps of them
    /// and identity what they have.
    pub fn new(line: &Queueing, events: &Events) -> Self {
        let engagement = Self(Arc::new(line.clone()));
        events.register(Arc::new(Earner(engagement.clone())));
        let behind = || Behind(Arc::downgrade(&engagement.0));
        line.customers().register(Arc::new(ops::PointsOf(behind())));
        line.identity().set_wallet(Arc::new(behind()));
        engagement
    }

    /// Has staff told at once of people who were not content; called once the rooms are open.
    pub fn follow(&self, bus: &Bus) {
        events::follow(self, bus);
    }

    pub(crate) fn db(&self) -> &Db {
        self.0.db()
    }

    pub(crate) fn line(&self) -> &Queueing {
        &self.0
    }

    pub(crate) fn customers(&self) -> &Customers {
        self.0.customers()
    }
}

impl Wallet for Behind {
    fn reward_points(&self, read: &mut Read<'_>, tenant: TenantId, user: UserId) -> Result<i64, Fault> {
        match self.reach()?.customers().of_user(read, tenant, user)? {
            Some(customer) => Ok(ops::statement(read, tenant, Some(customer))?.available),
            None => Ok(0),
        }
    }
}
