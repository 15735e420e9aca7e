//! The built binary, from outside.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod crash;
mod http;
mod server;
mod statements;
