//! One process at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::config::OpenError;

/// Held for as long as this process has the database open; the system lets go of it when we die.
///
/// SQLite itself would let a second process in, whose writes would wait for ours and whose caches,
/// live lines and jobs would know nothing of this one's.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(database: &Path) -> Result<Self, OpenError> {
        let path = lock_path(database);
        let unreachable = |error: std::io::Error| OpenError::Unreachable {
            path: database.to_owned(),
            detail: error.to_string(),
        };
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(unreachable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: database.to_owned() }),
            Err(TryLockError::Error(error)) => Err(unreachable(error)),
        }
    }

    /// Whether an usher process has the database open.
    pub(super) fn is_held(database: &Path) -> bool {
        let file = File::open(lock_path(database));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

/// `usher.db.lock` beside `usher.db`.
fn lock_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
