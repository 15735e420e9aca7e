//! The permissions that this context's routes ask for.

use usher_kernel::Scope;

/// See appointments, free slots and the waitlist.
pub const APPOINTMENTS_READ: Scope = Scope::new("appointments:read");
/// Book, move, cancel and check in for others.
pub const APPOINTMENTS_WRITE: Scope = Scope::new("appointments:write");
/// Decide when services can be booked.
pub const AVAILABILITIES_WRITE: Scope = Scope::new("availabilities:write");
