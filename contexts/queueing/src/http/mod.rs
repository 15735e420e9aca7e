//! The routes of the line.

use usher_http::Routes;

use crate::ops::Queueing;

/// Every route of this context.
pub fn routes(line: Queueing) -> Routes<Queueing> {
    Routes::new("queueing", line)
}

pub(crate) fn open_rooms(_line: &Queueing) {}
