//! The audit, from outside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chain;
mod trail;
