//! The SQL of jobs.

pub(crate) mod jobs;
pub(crate) mod recurring;
