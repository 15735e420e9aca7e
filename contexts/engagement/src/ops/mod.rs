//! What people and the system do with rewards and feedback, one file each.

mod adjust;
mod catalogue;
mod customer;
mod earn;
mod expire;
mod ledger;
mod programme;
mod redeem;
mod refund;
mod reverse;
mod say;
mod standing;

pub use adjust::adjust;
pub use catalogue::{create_reward, delete_reward, update_reward};
pub(crate) use customer::PointsOf;
pub use earn::{Earning, earn};
pub use expire::expire;
pub use programme::{programme, update_programme};
pub use redeem::{redeem, redeem_at_once, release, release_overdue, reserve};
pub use refund::{Refund, Refunded, purchase_source, refund};
pub use reverse::reverse;
pub(crate) use say::can_say;
pub use say::{FEEDBACK_DAYS, bring_in, say};
pub use standing::statement;
