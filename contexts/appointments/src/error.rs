//! Everything that this context refuses.

use serde_json::json;
use usher_db::DbError;
use usher_kernel::{Fault, FaultKind, FieldFault, Timestamp};

use crate::model::{Act, Slot, State};

/// Why an operation on appointments was refused.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or somebody else's.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// Values that cannot be kept.
    #[error("{}", FieldFault::list(.0))]
    Fields(Vec<FieldFault>),
    /// The version that the client read is no longer the current one.
    #[error(
        "Somebody else changed this in the meantime: you have version {read}, the current one is {current}."
    )]
    Stale {
        /// What the client had.
        read: i64,
        /// What is stored.
        current: i64,
    },
    /// A member of the tenant, but not at this site.
    #[error("You do not work at {0}.")]
    WrongSite(String),
    /// Nobody books this service there.
    #[error("{service} takes no appointments at {site}.")]
    NoAppointments {
        /// The service.
        service: String,
        /// The site.
        site: String,
    },
    /// No slot begins then.
    #[error("No appointment begins at this time. Choose one of the free times.")]
    NotASlot(Vec<Slot>),
    /// Too near to be booked, or over.
    #[error("This time is too near to be booked. Choose a later one.")]
    TooSoon(Vec<Slot>),
    /// Too far ahead.
    #[error("Appointments can be booked {0} days ahead at most.")]
    TooFar(i64),
    /// Somebody else was faster.
    #[error("This time was just taken. Choose another one.")]
    SlotTaken(Vec<Slot>),
    /// The person has as many appointments to come as they may.
    #[error("You have {0} of these appointments to come already, which is the limit.")]
    PersonLimit(i64),
    /// Some times of a series are not free.
    #[error("Not every time of this series is free. Choose another time, or leave these out.")]
    SeriesTaken(Vec<Timestamp>),
    /// Not possible in the appointment's state.
    #[error("This appointment {}.", .state.phrase())]
    NotAllowed {
        /// What was asked for.
        act: Act,
        /// Where it stands.
        state: State,
    },
    /// Somebody changed it at the same moment.
    #[error("This was changed by somebody else at the same moment. Look again.")]
    Raced,
    /// The time to confirm is over.
    #[error("The time was held for you until {0} and is free again. Choose it anew, or another one.")]
    HoldEnded(String),
    /// Held as often as it may be.
    #[error("A time can be held for {0} minutes at most. Confirm it now.")]
    HoldLimit(i64),
    /// Too late to be moved or cancelled by the person.
    #[error("It can be moved or cancelled until {0}. Please call us.")]
    CutOff(String),
    /// Too early to check in.
    #[error("You can check in from {text} on.")]
    TooEarly {
        /// From when on.
        from: Timestamp,
        /// The same on the site's clock.
        text: String,
    },
    /// Too late to check in.
    #[error("This appointment could be taken until {0}. Please ask our staff.")]
    TooLate(String),
    /// At a kiosk of another site.
    #[error("This appointment is at {0}.")]
    OtherSite(String),
    /// Two people who come today left numbers that look like the one that was typed.
    #[error(
        "More than one booking of today has a number like this. Please use the code of yours, or ask our staff."
    )]
    NumberIsShared,
    /// A no-show before its time.
    #[error("It begins at {0}; nobody has missed it yet.")]
    NotMissedYet(String),
    /// There are free places: nobody needs to wait for one.
    #[error("There are free times. Choose one of them.")]
    PlacesFree(Vec<Slot>),
    /// On the waitlist already.
    #[error("You are on this waitlist already.")]
    AlreadyWaiting,
    /// Nothing is offered to them now.
    #[error("{}", .0.phrase())]
    NotOffered(crate::model::EntryState),
    /// Appointments to come depend on it.
    #[error("{0} appointments are still to come. Switch it off, or move them first.")]
    InUse(i64),
    /// What another context refused.
    #[error(transparent)]
    Line(#[from] usher_queueing::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl crate::model::EntryState {
    /// The state in a sentence, for a refusal.
    fn phrase(self) -> &'static str {
        match self {
            Self::Waiting => "No place is free yet. You will hear of the next one.",
            Self::Offered => "A place is offered to you.",
            Self::Accepted => "You have accepted this offer already.",
            Self::Declined => "You have declined this offer. Join the waitlist anew.",
            Self::Expired => "This offer is over. Join the waitlist anew.",
            Self::Left => "You have left the waitlist.",
        }
    }
}

impl Error {
    /// 422 for one wrong field.
    pub fn field(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Fields(vec![FieldFault { field: field.to_owned(), code, message: message.into() }])
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Fields(_) => "invalid_field",
            Self::Stale { .. } => "stale",
            Self::WrongSite(_) => "wrong_site",
            Self::NoAppointments { .. } => "no_appointments",
            Self::NotASlot(_) => "not_a_slot",
            Self::TooSoon(_) => "too_soon",
            Self::TooFar(_) => "too_far",
            Self::SlotTaken(_) => "slot_taken",
            Self::PersonLimit(_) => "person_limit",
            Self::SeriesTaken(_) => "series_taken",
            Self::NotAllowed { .. } => "not_allowed_in_state",
            Self::Raced => "changed_meanwhile",
            Self::HoldEnded(_) => "hold_ended",
            Self::HoldLimit(_) => "hold_limit",
            Self::CutOff(_) => "too_late_to_change",
            Self::TooEarly { .. } => "too_early",
            Self::TooLate(_) => "too_late",
            Self::OtherSite(_) => "other_site",
            Self::NumberIsShared => "number_is_shared",
            Self::NotMissedYet(_) => "not_missed_yet",
            Self::PlacesFree(_) => "places_free",
            Self::AlreadyWaiting => "already_waiting",
            Self::NotOffered(_) => "not_offered",
            Self::InUse(_) => "in_use",
            Self::Line(error) => error.code(),
            Self::Db(_) => "database",
        }
    }

    /// The field of a form that a refusal belongs to, where it is about one.
    fn field_at_fault(&self) -> Option<&'static str> {
        match self {
            Self::NoAppointments { .. } => Some("service_id"),
            Self::NotASlot(_) | Self::TooSoon(_) | Self::TooFar(_) | Self::SlotTaken(_) => Some("starts_at"),
            _ => None,
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            Self::NotFound(_) => FaultKind::NotFound,
            Self::Stale { .. } => FaultKind::Stale,
            Self::WrongSite(_) => FaultKind::Forbidden,
            Self::Fields(_)
            | Self::NoAppointments { .. }
            | Self::NotASlot(_)
            | Self::TooSoon(_)
            | Self::TooFar(_) => FaultKind::Invalid,
            _ => FaultKind::Conflict,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let (kind, code, field, text) =
            (error.kind(), error.code(), error.field_at_fault(), error.to_string());
        let fault = match error {
            Error::Fields(fields) => return Self::fields(fields),
            Error::Line(error) => return error.into(),
            Error::Db(error) => return error.into(),
            Error::Stale { current, .. } => Self::new(kind, code, text).with("current_version", current),
            Error::NotASlot(near)
            | Error::TooSoon(near)
            | Error::SlotTaken(near)
            | Error::PlacesFree(near) => Self::new(kind, code, text).with("nearest", json!(near)),
            Error::SeriesTaken(times) => Self::new(kind, code, text).with("taken", json!(times)),
            Error::NotAllowed { act, state } => {
                let allowed: Vec<_> = state.allowed().iter().map(|act| act.as_str()).collect();
                Self::new(kind, code, text)
                    .with("asked", act.as_str())
                    .with("state", state.as_str())
                    .with("allowed", allowed)
            }
            Error::TooEarly { from, .. } => Self::new(kind, code, text).with("from", json!(from)),
            Error::OtherSite(site) => Self::new(kind, code, text).with("site", site),
            Error::InUse(count) => Self::new(kind, code, text).with("count", count),
            _ => Self::new(kind, code, text),
        };
        match field {
            Some(field) => fault.at(field),
            None => fault,
        }
    }
}
