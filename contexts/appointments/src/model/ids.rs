//! The ids of this context.

use usher_kernel::Id;

/// Marks [`AvailabilityId`].
pub enum AvailabilityKind {}
/// Marks [`AppointmentId`].
pub enum AppointmentKind {}
/// Marks [`SeriesId`].
pub enum SeriesKind {}
/// Marks [`WaitlistId`].
pub enum WaitlistKind {}
/// Marks [`FeedId`].
pub enum FeedKind {}

/// When a service can be booked at a site.
pub type AvailabilityId = Id<AvailabilityKind>;
/// One booking of a slot.
pub type AppointmentId = Id<AppointmentKind>;
/// Appointments that were booked together and come back regularly.
pub type SeriesId = Id<SeriesKind>;
/// Somebody who waits for a place to be freed.
pub type WaitlistId = Id<WaitlistKind>;
/// A calendar that other programs subscribe to.
pub type FeedId = Id<FeedKind>;
