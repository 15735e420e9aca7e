//! People, memberships and credentials, asked over HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod app;
mod devices;
mod members;
mod passwords;
mod roles;
mod sessions;
mod sign_in;
mod users;
