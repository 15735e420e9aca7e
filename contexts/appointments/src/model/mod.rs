//! Types and rules of appointments. Pure: no I/O, no SQL, no HTTP.

pub mod appointment;
pub mod availability;
pub mod calendar;
pub mod due;
pub mod ids;
pub mod reference;
pub mod scopes;
pub mod series;
pub mod slots;
pub mod waitlist;

pub use appointment::{Act, Appointment, AppointmentFact, State};
pub use availability::{Availability, EarlyRule, LateRule, Rules};
pub use ids::{AppointmentId, AvailabilityId, FeedId, SeriesId, WaitlistId};
pub use series::{Every, Repeat};
pub use slots::{Day, DayState, Slot, Stretch, Taken};
pub use waitlist::{Entry, EntryFact, EntryState, FeedKind};
