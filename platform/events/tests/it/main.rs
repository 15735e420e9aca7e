//! The log, from outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod ahead;
mod common;
mod cost;
mod follow;
mod log;
mod nodes;
