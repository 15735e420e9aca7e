//! Appointments, told as stories on both engines.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod app;
mod booking;
mod check_in;
mod closing;
mod http;
mod oversold;
mod parties;
mod people;
mod places;
mod races;
mod series;
mod timed;
mod waitlist;
