//! How long a wait will be.
//!
//! Purpose: an honest range for a ticket, a would-be ticket and a queue. Today's model is the learned
//! pace of a line ([`model::Pace`]): one multiply, learned online from every call.

pub mod model;
