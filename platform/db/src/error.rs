//! What a database operation can fail with.

use std::time::Duration;

use usher_kernel::{Fault, FaultKind};

/// Which promise of the schema a statement broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// Another row has this key.
    Unique,
    /// A row that is pointed at is not there, or is still pointed at.
    ForeignKey,
    /// A CHECK does not hold.
    Check,
    /// A column that must have a value has none.
    NotNull,
}

/// Why an operation failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DbError {
    /// Too much work is waiting already; nothing was done. Answered as 503 with `Retry-After`.
    #[error("too many operations are waiting for the database")]
    Busy,
    /// The database has been closed, or its thread is gone.
    #[error("the database is closed")]
    Closed,
    /// `query_one` found no row. Does not poison the operation.
    #[error("no such row")]
    NoRow,
    /// A constraint of the schema was broken.
    #[error("{kind:?} constraint broken: {detail}")]
    Constraint {
        /// Which sort of constraint.
        kind: Constraint,
        /// The engine's own words; on SQLite it names table and column, on PostgreSQL the constraint.
        detail: String,
    },
    /// Other transactions were in the way, again and again (deadlock, lock time-out, serialization).
    #[error("other transactions were in the way: {0}")]
    Contended(String),
    /// The disk is full; nothing of the operation was kept.
    #[error("the disk that holds the database is full")]
    DiskFull,
    /// The database file is damaged.
    #[error("the database file is damaged: {0}")]
    Corrupt(String),
    /// The connection to the server was lost; whether a commit under way took effect is unknown only
    /// when the text says so.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// A column holds something else than the program expects, or a parameter does not fit.
    #[error("type mismatch: {0}")]
    Type(String),
    /// The operation panicked; it was rolled back alone.
    #[error("the operation panicked")]
    Panicked,
    /// Anything else, in the engine's own words.
    #[error("{0}")]
    Other(String),
}

impl DbError {
    /// Whether a second try of the same operation may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Contended(_) | Self::Unavailable(_) | Self::DiskFull)
    }

    /// Whether this is a broken uniqueness.
    pub fn is_unique(&self) -> bool {
        matches!(self, Self::Constraint { kind: Constraint::Unique, .. })
    }
}

impl From<DbError> for Fault {
    fn from(error: DbError) -> Self {
        let unavailable = |code, text: &str, seconds| {
            Fault::new(FaultKind::Unavailable, code, text).retry_after(Duration::from_secs(seconds))
        };
        match error {
            DbError::Busy => unavailable("overloaded", "Too much is going on at once; try again shortly.", 1),
            DbError::Contended(_) => unavailable("contended", "Somebody else was faster; try again.", 1),
            DbError::DiskFull => unavailable("disk_full", "The disk of the server is full.", 30),
            DbError::Unavailable(_) | DbError::Closed => {
                unavailable("database_unavailable", "The database cannot be reached at the moment.", 2)
            }
            DbError::NoRow => Fault::not_found("thing"),
            // Whoever writes looks first whether somebody has it: here two looked in the same moment, and one was faster.
            DbError::Constraint { kind: Constraint::Unique, detail } => {
                tracing::warn!(%detail, "two wrote the same at once");
                let text =
                    "Somebody else has taken this in the same moment. Look again, and choose another one.";
                Fault::new(FaultKind::Conflict, "changed_meanwhile", text)
            }
            other => Fault::internal(other),
        }
    }
}
