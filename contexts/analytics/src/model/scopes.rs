//! The permissions that this context's routes ask for.

use usher_kernel::Scope;

/// Read figures and reports of one's sites.
pub const ANALYTICS_READ: Scope = Scope::new("analytics:read");
/// Write down what happened outside of the product, for anybody.
pub const ANALYTICS_WRITE: Scope = Scope::new("analytics:write");
/// Schedule reports.
pub const REPORTS_WRITE: Scope = Scope::new("reports:write");
/// See one's own figures: whoever serves.
pub const TICKETS_SERVE: Scope = Scope::new("tickets:serve");

/// Every scope declared here.
pub const ALL: &[Scope] = &[ANALYTICS_READ, ANALYTICS_WRITE, REPORTS_WRITE];
