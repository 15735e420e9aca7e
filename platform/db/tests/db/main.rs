//! The database layer on both engines.

mod failing;
mod grouping;
mod isolation;
mod opening;
mod schema;
mod values;
