//! The doors as clients meet them.

mod house;
mod joining;
mod resume;
mod routes;
mod websocket;
