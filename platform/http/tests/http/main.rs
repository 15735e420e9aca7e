//! A small installation with fake identities and tenants, asked from outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod app;
mod describe;
mod idempotency;
mod reading;
mod safety;
mod serving;
mod visitor;
