//! Stories of figures and reports, each on both engines.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod app;
mod booked;
mod crowd;
mod figures;
mod files;
mod months;
mod people;
mod rebuild;
mod reports;
mod said;
