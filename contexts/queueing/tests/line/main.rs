//! The line against a real database: stories, refusals, races, and a model-based property test.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod app;
mod boards;
mod booked_with;
mod codes;
mod floor;
#[cfg(test)]
mod fuzz;
mod ghosts;
mod graphql;
mod guards;
mod http;
mod limits;
mod lists;
mod model_based;
mod numbers;
mod offline;
mod people;
mod places;
mod printing;
mod promises;
mod races;
mod refusals;
mod restart;
mod ruled;
mod screens;
mod skills;
mod spare;
mod stories;
mod targets;
mod timed;
mod told;
mod undo;
mod visits;
mod waits;
