//! The routes of this context.

mod export;
mod public;
mod sites;
mod tenants;

use usher_http::Routes;

use crate::Tenancy;

/// Declares every route of tenancy.
pub fn routes(tenancy: Tenancy) -> Routes<Tenancy> {
    Routes::new("tenancy", tenancy)
        .with(tenants::declare)
        .with(sites::declare)
        .with(public::declare)
        .with(export::declare)
}
