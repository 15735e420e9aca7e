//! What tests share: a client that talks to a router in the same process, and the sweep over all routes.

#![expect(clippy::expect_used, clippy::panic, reason = "a test helper's way to fail is to panic")]

mod client;
mod sweep;

pub use client::{Answer, TestClient};
pub use sweep::Sweep;
