//! The ids of this context.

use usher_kernel::{Id, UserId};

/// Marks [`ServiceId`].
pub enum ServiceKind {}
/// Marks [`QueueId`].
pub enum QueueKind {}
/// Marks [`CounterId`].
pub enum CounterKind {}
/// Marks [`TicketId`].
pub enum TicketKind {}
/// Marks [`VisitId`].
pub enum VisitKind {}
/// Marks [`RuleId`].
pub enum RuleKind {}
/// Marks [`LeaseId`].
pub enum LeaseKind {}

/// Something people come for.
pub type ServiceId = Id<ServiceKind>;
/// A line at a site.
pub type QueueId = Id<QueueKind>;
/// A place where service is given.
pub type CounterId = Id<CounterKind>;
/// One person's (or party's) place in a queue.
pub type TicketId = Id<TicketKind>;
/// One person's stay: one or more tickets in sequence.
pub type VisitId = Id<VisitKind>;
/// A routing rule of a tenant.
pub type RuleId = Id<RuleKind>;
/// A block of numbers that a kiosk may issue offline.
pub type LeaseId = Id<LeaseKind>;
/// An agent is the user who serves.
pub type AgentId = UserId;
