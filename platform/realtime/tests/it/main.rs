//! The doors as clients meet them.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails here")]

mod following;
mod house;
mod joining;
mod resume;
mod routes;
mod socketio;
mod vouched;
mod websocket;
