//! The permissions that this context's routes ask for.

use usher_kernel::Scope;

/// Read the tenant's own record.
pub const TENANTS_READ: Scope = Scope::new("tenants:read");
/// Change the tenant's record and branding.
pub const TENANTS_WRITE: Scope = Scope::new("tenants:write");
/// Take everything of the tenant along, as an archive.
pub const TENANTS_EXPORT: Scope = Scope::new("tenants:export");
/// Read sites, their hours and whether they are open.
pub const SITES_READ: Scope = Scope::new("sites:read");
/// Create, change and delete sites.
pub const SITES_WRITE: Scope = Scope::new("sites:write");
/// Change the tenant's settings.
pub const SETTINGS_WRITE: Scope = Scope::new("settings:write");
