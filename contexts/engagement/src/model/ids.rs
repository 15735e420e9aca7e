//! The ids of this context.

use usher_kernel::Id;

/// Marks [`RewardId`].
pub enum RewardKind {}
/// Marks [`RedemptionId`].
pub enum RedemptionKind {}
/// Marks [`EntryId`].
pub enum EntryMark {}
/// Marks [`FeedbackId`].
pub enum FeedbackKind {}

/// Something that points are given for.
pub type RewardId = Id<RewardKind>;
/// One reward on its way to one customer.
pub type RedemptionId = Id<RedemptionKind>;
/// One line of the ledger.
pub type EntryId = Id<EntryMark>;
/// What one person said of one service.
pub type FeedbackId = Id<FeedbackKind>;
