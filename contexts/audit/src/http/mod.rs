//! The routes of this context.

mod trail;

use usher_http::Routes;

pub(crate) use trail::Entry;

use crate::Audit;

/// Declares every route of audit.
pub fn routes(audit: Audit) -> Routes<Audit> {
    Routes::new("audit", audit).with(trail::declare)
}
