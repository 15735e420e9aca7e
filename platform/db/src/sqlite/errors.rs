//! SQLite's errors in our words.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use rusqlite::ErrorCode;
use rusqlite::ffi;

use crate::config::OpenError;
use crate::error::{Constraint, DbError};

/// An error of a running database.
#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
pub(super) fn db_error(error: rusqlite::Error) -> DbError {
    let rusqlite::Error::SqliteFailure(failure, message) = &error else {
        return DbError::Other(error.to_string());
    };
    let detail = message.clone().unwrap_or_else(|| failure.to_string());
    match failure.code {
        ErrorCode::ConstraintViolation => {
            let kind = match failure.extended_code {
                ffi::SQLITE_CONSTRAINT_UNIQUE
                | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                | ffi::SQLITE_CONSTRAINT_ROWID => Constraint::Unique,
                ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Constraint::ForeignKey,
                ffi::SQLITE_CONSTRAINT_NOTNULL => Constraint::NotNull,
                ffi::SQLITE_CONSTRAINT_CHECK => Constraint::Check,
                // Raised by the checks of debug builds.
                _ => return DbError::Type(detail),
            };
            DbError::Constraint { kind, detail }
        }
        ErrorCode::DiskFull => DbError::DiskFull,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => DbError::Corrupt(detail),
        // There is one writer, and no other usher process is let in: it is some other program.
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            DbError::Unavailable(format!("another program has locked the database file ({detail})"))
        }
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => DbError::Unavailable(detail),
        _ => DbError::Other(detail),
    }
}

/// An error while opening.
#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
pub(super) fn open_error(path: &Path, error: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    if let rusqlite::Error::SqliteFailure(failure, _) = &error {
        let detail = error.to_string();
        return match failure.code {
            ErrorCode::NotADatabase => OpenError::NotADatabase { path },
            ErrorCode::DatabaseCorrupt => OpenError::Corrupt { path, detail },
            ErrorCode::DiskFull => OpenError::DiskFull { path },
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen if is_full(&path) => {
                OpenError::DiskFull { path }
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => OpenError::Locked { path },
            _ => OpenError::Unreachable { path, detail },
        };
    }
    OpenError::Unreachable { path, detail: error.to_string() }
}

/// An error of reading a file that nobody serves: like [`db_error`], with a full disk told from a broken one.
pub(super) fn file_error(path: &Path, error: rusqlite::Error) -> DbError {
    match db_error(error) {
        DbError::Unavailable(_) if is_full(path) => DbError::DiskFull,
        other => other,
    }
}

/// Whether the disk of a database has no room for what SQLite puts beside it: the index of the log takes 32 KiB, and
/// where it does not fit SQLite says "disk I/O error" and no more.
fn is_full(path: &Path) -> bool {
    let mut name = path.as_os_str().to_owned();
    name.push(format!("-room-{}", std::process::id()));
    let written = File::create(&name)
        .and_then(|mut file| file.write_all(&[1; 64 * 1024]).and_then(|()| file.sync_all()));
    // It was made a moment ago by this process alone; what cannot be removed is empty or nearly so.
    std::fs::remove_file(&name).ok();
    written.is_err_and(|error| matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
}
