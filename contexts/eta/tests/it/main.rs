//! The forecaster as its callers see it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod forecaster;
mod replay;
mod simulated;
