//! What tests share: a client that talks to a router in the same process.

#![expect(clippy::expect_used, clippy::panic, reason = "a test helper's way to fail is to panic")]

mod client;

pub use client::{Answer, TestClient};
