//! What this crate itself stores.

pub(crate) mod idempotency;
