//! The permissions that this context's routes ask for.

use usher_kernel::Scope;

/// Read the rewards and how points are earned.
pub const REWARDS_READ: Scope = Scope::new("rewards:read");
/// Hand rewards out, and tell of purchases.
pub const REWARDS_REDEEM: Scope = Scope::new("rewards:redeem");
/// Change the programme, the rewards and people's points.
pub const REWARDS_WRITE: Scope = Scope::new("rewards:write");
/// Read what people said.
pub const FEEDBACK_READ: Scope = Scope::new("feedback:read");
