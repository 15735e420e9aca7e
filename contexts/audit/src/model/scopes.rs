//! The permissions that this context's routes ask for.

use usher_kernel::Scope;

/// Read and search the audit trail, personal values included.
pub const AUDIT_READ: Scope = Scope::new("audit:read");
