//! The built binary, from outside.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod contract;
mod crash;
mod documents;
mod export;
mod filled;
mod full_disk;
mod http;
mod live;
mod nodes;
mod refusals;
mod replay;
mod server;
mod soak;
mod statements;
mod sweep;
