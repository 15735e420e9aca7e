//! The permissions that this context's routes ask for.

use usher_kernel::Scope;

/// See services.
pub const SERVICES_READ: Scope = Scope::new("services:read");
/// Create and change services.
pub const SERVICES_WRITE: Scope = Scope::new("services:write");
/// See queues and their lines.
pub const QUEUES_READ: Scope = Scope::new("queues:read");
/// Create and change queues and routing rules.
pub const QUEUES_WRITE: Scope = Scope::new("queues:write");
/// See counters.
pub const COUNTERS_READ: Scope = Scope::new("counters:read");
/// Create and change counters.
pub const COUNTERS_WRITE: Scope = Scope::new("counters:write");
/// See tickets.
pub const TICKETS_READ: Scope = Scope::new("tickets:read");
/// Issue, edit, reprint and cancel tickets.
pub const TICKETS_ISSUE: Scope = Scope::new("tickets:issue");
/// Call tickets to a counter.
pub const TICKETS_CALL: Scope = Scope::new("tickets:call");
/// Serve called tickets.
pub const TICKETS_SERVE: Scope = Scope::new("tickets:serve");
/// Reorder the line, close a site in an emergency.
pub const TICKETS_MANAGE: Scope = Scope::new("tickets:manage");
/// See figures.
pub const STATS_READ: Scope = Scope::new("stats:read");
/// Assign staff to counters.
pub const STAFF_WRITE: Scope = Scope::new("staff:write");

/// Every scope declared here.
pub const ALL: &[Scope] = &[
    SERVICES_READ,
    SERVICES_WRITE,
    QUEUES_READ,
    QUEUES_WRITE,
    COUNTERS_READ,
    COUNTERS_WRITE,
    TICKETS_READ,
    TICKETS_ISSUE,
    TICKETS_CALL,
    TICKETS_SERVE,
    TICKETS_MANAGE,
    STATS_READ,
    STAFF_WRITE,
];
