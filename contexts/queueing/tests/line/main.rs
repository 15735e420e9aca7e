//! The line against a real database: stories, refusals, races, and a model-based property test.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod app;
#[cfg(test)]
mod fuzz;
mod model_based;
mod races;
mod refusals;
mod screens;
mod stories;
mod timed;
