//! Tenants and sites, asked over HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod app;
mod sites;
mod tenants;
