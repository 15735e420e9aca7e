//! The one error enum of this context.

use usher_db::DbError;
use usher_kernel::{Fault, FaultKind, FieldFault, SiteId};

/// What can go wrong with figures and reports.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or it is another tenant's.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// Values that mean nothing here.
    #[error("{}", FieldFault::list(.0))]
    Fields(Vec<FieldFault>),
    /// The caller does not work at that site.
    #[error("You are not assigned to this site.")]
    OtherSite(SiteId),
    /// A report of more rows than anybody reads.
    #[error(
        "The report would have more than {0} rows. Ask for a shorter period, fewer sites or a coarser dimension."
    )]
    TooManyRows(usize),
    /// Somebody else changed it.
    #[error("Somebody else changed this in the meantime. Read it again, then repeat your change.")]
    Stale {
        /// The version that is stored.
        current: i64,
    },
    /// A tenant has as many schedules as it may.
    #[error("There are {0} scheduled reports already. Delete one that nobody reads.")]
    TooManySchedules(i64),
    /// Nothing is left of what a schedule tells of.
    #[error("Every site that this report tells of was deleted. Let it tell of something else, or delete it.")]
    SiteGone,
    /// What the line refuses.
    #[error(transparent)]
    Line(#[from] usher_queueing::Error),
    /// What identity refuses.
    #[error(transparent)]
    Identity(#[from] usher_identity::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Our own mistake.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// One wrong field.
    pub(crate) fn field(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Fields(vec![FieldFault { field: field.to_owned(), code, message: message.into() }])
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::NotFound(what) => Self::not_found(what),
            Error::Fields(fields) => Self::fields(fields),
            Error::OtherSite(_) => Self::new(FaultKind::Forbidden, "other_site", text),
            Error::TooManyRows(_) => Self::new(FaultKind::Invalid, "too_many_rows", text),
            Error::TooManySchedules(_) => Self::new(FaultKind::Conflict, "too_many_schedules", text),
            Error::SiteGone => Self::new(FaultKind::Conflict, "site_gone", text),
            Error::Stale { current } => Self::new(FaultKind::Stale, "stale", text).with("version", current),
            Error::Line(error) => error.into(),
            Error::Identity(error) => error.into(),
            Error::Db(error) => error.into(),
            Error::Internal(detail) => Self::internal(detail),
        }
    }
}
