//! What tests share: databases on both engines, a client that talks to a router in the same process,
//! and the sweep over all routes.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test helper's way to fail is to panic, and its way to say that it skips is to print"
)]

mod client;
mod engines;
pub mod pg;
mod sweep;
mod waiting;

pub use client::{Answer, TestClient};
pub use engines::{Folder, OldDb, TestDb, block_on, config, still_clock};
pub use sweep::Sweep;
#[doc(hidden)]
pub use usher_db;
pub use waiting::{eventually, until};
