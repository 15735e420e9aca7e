//! The permissions that this context's routes ask for.

use usher_kernel::Scope;

/// Read estimates and their basis.
pub const QUEUES_READ: Scope = Scope::new("queues:read");
