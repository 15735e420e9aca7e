//! Everything that this context refuses.

use usher_db::DbError;
use usher_kernel::{Fault, FaultKind, FieldFault, Timestamp};

use crate::model::RedemptionStatus;

/// Why something about rewards or feedback was refused.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or somebody else's.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// Values that cannot be kept.
    #[error("{}", FieldFault::list(.0))]
    Fields(Vec<FieldFault>),
    /// The version that the client read is no longer the current one.
    #[error("Somebody else changed this in the meantime. Read it again, then repeat your change.")]
    Stale {
        /// The version that is stored.
        current: i64,
    },
    /// The reward is switched off, or not within its time.
    #[error("{0} is not given at the moment.")]
    RewardNotGiven(String),
    /// Nothing is left of it.
    #[error("Nothing is left of {0}.")]
    OutOfStock(String),
    /// The customer has had it as often as they may.
    #[error("One customer gets {name} at most {most} times.")]
    HadEnough {
        /// The reward.
        name: String,
        /// How often.
        most: i64,
    },
    /// Fewer points than it costs.
    #[error("That takes {needed} points; {available} can be spent.")]
    NotEnoughPoints {
        /// What it costs.
        needed: i64,
        /// What there is.
        available: i64,
    },
    /// More points than anybody may have.
    #[error("Nobody has more than 1000000000 points.")]
    TooManyPoints,
    /// Its state does not allow it.
    #[error("This reward was {0} already.")]
    Decided(RedemptionStatus),
    /// Its time is over.
    #[error("This reward was kept until {0}; its points are given back.")]
    TimeOut(Timestamp),
    /// The ticket has not been served.
    #[error("Feedback can be given once the service has ended.")]
    NotServed,
    /// It was said already.
    #[error("Feedback for this visit was given already. Thank you.")]
    SaidAlready,
    /// It is too long ago.
    #[error("The time to give feedback for this visit is over.")]
    TooLate,
    /// What customers refuses.
    #[error(transparent)]
    Customers(usher_customers::Error),
    /// What the line refuses.
    #[error(transparent)]
    Line(usher_queueing::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Error {
    /// One wrong field.
    pub(crate) fn field(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Fields(vec![FieldFault { field: field.to_owned(), code, message: message.into() }])
    }
}

impl From<usher_customers::Error> for Error {
    fn from(error: usher_customers::Error) -> Self {
        match error {
            usher_customers::Error::NoCustomer => Self::NotFound("customer"),
            usher_customers::Error::Db(error) => Self::Db(error),
            other => Self::Customers(other),
        }
    }
}

impl From<usher_queueing::Error> for Error {
    fn from(error: usher_queueing::Error) -> Self {
        match error {
            usher_queueing::Error::NotFound(what) => Self::NotFound(what),
            usher_queueing::Error::Db(error) => Self::Db(error),
            other => Self::Line(other),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        let conflict = |code| Self::new(FaultKind::Conflict, code, text.clone());
        match error {
            Error::NotFound(_) => Self::new(FaultKind::NotFound, "not_found", text),
            Error::Fields(fields) => Self::fields(fields),
            Error::Stale { current } => {
                Self::new(FaultKind::Stale, "stale", text).with("current_version", current)
            }
            Error::RewardNotGiven(_) => conflict("reward_not_given"),
            Error::OutOfStock(_) => conflict("out_of_stock"),
            Error::HadEnough { .. } => conflict("had_enough"),
            Error::NotEnoughPoints { needed, available } => {
                conflict("not_enough_points").with("points_required", needed).with("available", available)
            }
            Error::TooManyPoints => conflict("too_many_points"),
            Error::Decided(status) => conflict("decided").with("state", status.as_str()),
            Error::TimeOut(_) => conflict("timed_out"),
            Error::NotServed => conflict("not_served"),
            Error::SaidAlready => conflict("said_already"),
            Error::TooLate => Self::new(FaultKind::Gone, "too_late", text),
            Error::Customers(error) => error.into(),
            Error::Line(error) => error.into(),
            Error::Db(error) => error.into(),
        }
    }
}
