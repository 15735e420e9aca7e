//! PostgreSQL's errors in our words.

use std::error::Error as _;

use tokio_postgres::error::SqlState;

use crate::error::{Constraint, DbError};

/// How the server begins when a table has changed under a prepared statement.
pub(super) const STALE_PLAN: &str = "cached plan must not change result type";

/// An error of the driver or the server.
#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
pub(super) fn db_error(error: tokio_postgres::Error) -> DbError {
    let Some(server) = error.as_db_error() else {
        let detail = text(&error);
        // What the driver refuses before anything is sent is a mistake in types; the rest is the line.
        let lost = error.is_closed() || error.source().is_some_and(|source| source.is::<std::io::Error>());
        return if lost { DbError::Unavailable(detail) } else { DbError::Type(detail) };
    };
    let detail = server.constraint().map_or_else(|| server.message().to_owned(), str::to_owned);
    let broken = |kind| DbError::Constraint { kind, detail: detail.clone() };
    let code = server.code();
    match *code {
        SqlState::UNIQUE_VIOLATION => broken(Constraint::Unique),
        SqlState::FOREIGN_KEY_VIOLATION => broken(Constraint::ForeignKey),
        SqlState::CHECK_VIOLATION => broken(Constraint::Check),
        SqlState::NOT_NULL_VIOLATION => broken(Constraint::NotNull),
        SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::LOCK_NOT_AVAILABLE => DbError::Contended(server.message().to_owned()),
        // Another node has migrated: the statement is prepared anew for the next attempt.
        SqlState::FEATURE_NOT_SUPPORTED if server.message().starts_with(STALE_PLAN) => {
            DbError::Contended(STALE_PLAN.to_owned())
        }
        SqlState::DISK_FULL => DbError::DiskFull,
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => DbError::Corrupt(server.message().to_owned()),
        _ if code.code().starts_with("57P") || code.code().starts_with("08") || code.code() == "25P03" => {
            DbError::Unavailable(server.message().to_owned())
        }
        _ => DbError::Other(format!("{} ({})", server.message(), code.code())),
    }
}

/// The error with its causes, in one line; never the connection string.
pub(super) fn text(error: &tokio_postgres::Error) -> String {
    let mut out = match error.as_db_error() {
        Some(server) => return server.message().to_owned(),
        None => error.to_string(),
    };
    if let Some(source) = error.source() {
        let source = source.to_string();
        if !out.contains(&source) {
            out = format!("{out}: {source}");
        }
    }
    out
}
