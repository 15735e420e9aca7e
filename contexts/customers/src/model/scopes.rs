//! The permissions that this context's routes ask for.

use usher_kernel::Scope;

/// Find and read customers.
pub const CUSTOMERS_READ: Scope = Scope::new("customers:read");
/// Add and change customers.
pub const CUSTOMERS_WRITE: Scope = Scope::new("customers:write");
/// Merge duplicates, hand out everything that is known of a person, and erase them.
pub const CUSTOMERS_MANAGE: Scope = Scope::new("customers:manage");
