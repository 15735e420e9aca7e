//! Appointments: when services can be booked, bookings, the waitlist, checking in.
//!
//! An *availability* says when a service can be booked at a site, by which rules, and with whom; it cuts its hours
//! into *slots* ([`model::slots`]). An *appointment* is one booking of a slot; it may be *held* for a while before
//! it is booked. Two people never get the last place: a booking locks the availability and counts. Somebody who
//! *checks in* gets a ticket that stands in line as of the booked time. Who finds no slot joins the *waitlist* and
//! is offered the next place that is freed or added.
//!
//! [`Appointments`] is handed to every operation in [`ops`]. Published: see [`events`].

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

pub use error::Error;
pub use http::routes;
pub use jobs::{Watch, Watching};
pub use ops::Appointments;

/// The tables of this context.
pub const MIGRATIONS: MigrationSet = MigrationSet {
    context: "appointments",
    migrations: migrations!("0001_init", "0002_booked_by", "0003_by_tenant"),
};

/// Every fixed statement of this context, so that a test can prepare each on both engines.
pub fn statements() -> Vec<Stmt> {
    store::statements()
}

/// What this context hands out when everything of a tenant is exported.
pub fn parts() -> Vec<usher_tenancy::Part> {
    store::export::parts()
}

/// Connects appointments to the bus, the live screens and the line; called once before serving.
pub fn start(me: &Appointments, bus: &Bus) {
    events::follow(me, bus);
    http::open_rooms(me);
    me.line().slots().set(ops::tokens::Tokens::new(me));
}
