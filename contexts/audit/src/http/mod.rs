//! The routes of this context.

mod trail;

use usher_http::Routes;

use crate::Audit;

/// Declares every route of audit.
pub fn routes(audit: Audit) -> Routes<Audit> {
    Routes::new("audit", audit).with(trail::declare)
}
