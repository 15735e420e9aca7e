//! Rewards and feedback: types and rules, without I/O.

mod entry;
pub mod feedback;
mod ids;
pub mod ledger;
pub(crate) mod months;
mod programme;
mod redemption;
mod reward;
pub mod scopes;

pub use entry::{Entry, EntryKind, Points, Standing, TierView, Transaction};
pub use feedback::{Feedback, FeedbackChannel, FeedbackInput, FeedbackView, Grouping, Summary, SummaryRow};
pub use ids::{EntryId, FeedbackId, RedemptionId, RewardId};
pub use ledger::{Lot, Taken};
pub use programme::{Deed, Programme, ProgrammeChange, Rule, Tier, Trigger};
pub use redemption::{Redemption, RedemptionStatus, RedemptionView};
pub use reward::{Reward, RewardInput, RewardView};
