//! What can be done with estimates.

pub mod replay;
