//! What can be done with estimates.

pub(crate) mod accuracy;
pub(crate) mod explain;
pub(crate) mod feedback;
pub mod replay;
pub(crate) mod score;
pub(crate) mod what_if;
