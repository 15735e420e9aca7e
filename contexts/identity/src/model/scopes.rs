//! The permissions that this context's routes ask for, and every name that a role may list.

use usher_kernel::Scope;

/// Read members and rosters.
pub const STAFF_READ: Scope = Scope::new("staff:read");
/// Add, change and remove members.
pub const STAFF_WRITE: Scope = Scope::new("staff:write");
/// Create, change and delete the tenant's own roles.
pub const ROLES_WRITE: Scope = Scope::new("roles:write");
/// Read the people of a tenant, customers too.
pub const USERS_READ: Scope = Scope::new("users:read");
/// Change the people of a tenant, customers too.
pub const USERS_WRITE: Scope = Scope::new("users:write");
/// Read devices and when they were last seen.
pub const DEVICES_READ: Scope = Scope::new("devices:read");
/// Pair, change and revoke devices.
pub const DEVICES_WRITE: Scope = Scope::new("devices:write");
/// Create and revoke API keys.
pub const API_KEYS_WRITE: Scope = Scope::new("api_keys:write");

/// Every scope that a role of a tenant or an API key may list.
///
/// Later contexts declare their own as constants; the names stand here so that a role cannot hold a
/// misspelt one, which would silently permit nothing.
pub const ALL: &[&str] = &[
    "analytics:read",
    "analytics:write",
    "announcements:write",
    "api_keys:write",
    "appointments:read",
    "appointments:write",
    "audit:read",
    "availabilities:write",
    "counters:read",
    "counters:write",
    "customers:manage",
    "customers:read",
    "customers:write",
    "devices:read",
    "devices:write",
    "events:read",
    "feedback:read",
    "queues:read",
    "queues:write",
    "reports:write",
    "rewards:read",
    "rewards:redeem",
    "rewards:write",
    "roles:write",
    "services:read",
    "services:write",
    "settings:write",
    "sites:read",
    "sites:write",
    "staff:read",
    "staff:write",
    "stats:read",
    "tenants:export",
    "tenants:read",
    "tenants:write",
    "tickets:call",
    "tickets:issue",
    "tickets:manage",
    "tickets:read",
    "tickets:serve",
    "users:read",
    "users:write",
];

/// The known scope of this name.
pub fn known(name: &str) -> Option<Scope> {
    ALL.iter().find(|known| **known == name).map(|known| Scope::new(known))
}
