//! The line: services, queues, counters, tickets, calling.
//!
//! A *ticket* is one person's place in a *queue*; a *counter* calls the next ticket of the queues it
//! serves; a *service* is what people come for. A ticket's life is one table ([`model::machine`]), its
//! order a stored rank ([`model::rank`]), its number given out by one guarded statement; each change is
//! one guarded update and one event in the same transaction. Positions, estimates and boards are
//! answered from the lines in memory ([`model::live`]), which follow the events.
//!
//! [`Queueing`] is handed to every operation in [`ops`]; other contexts call those inside their own
//! transactions. Wait-time estimates come through the seam [`model::Estimator`]. Published: see [`events`].

pub mod error;
pub mod events;
pub mod graphql;
mod http;
pub mod jobs;
pub mod model;
pub mod ops;
mod store;

use usher_db::{MigrationSet, Stmt, migrations};
use usher_events::Bus;
use usher_kernel::SystemCtx;

pub use error::Error;
pub use http::routes;
pub use jobs::{Watch, Watching};
pub use model::Printing;
pub use ops::{Parts, Queueing};

/// The tables of this context.
pub const MIGRATIONS: MigrationSet = MigrationSet {
    context: "queueing",
    migrations: migrations!(
        "0001_line",
        "0002_reopened",
        "0003_updated_at",
        "0004_parked",
        "0005_customer",
        "0006_recalled",
        "0007_for_agent",
        "0008_closed",
        "0009_spare"
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

/// Connects the line to the bus and the live screens and fills its memory; called once, on a tokio
/// runtime, after tenants and sites are in memory and before serving.
///
/// # Errors
/// The database failed.
pub async fn start(line: &Queueing, bus: &Bus, sys: &SystemCtx) -> Result<(), Error> {
    events::follow(line, bus);
    http::open_rooms(line);
    ops::start::load(line, sys).await?;
    events::Publisher::start(line);
    Ok(())
}
