//! Copies of the embedded database, and looking after its health.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, Progress, StepResult};
use tokio::task::spawn_blocking;

use super::errors::{db_error, file_error};
use super::{Handle, gone, open_reader};
use crate::error::DbError;

/// Pages copied at a time (8 MB), and the pause after each so that the server keeps the disk.
const STEP: i32 = 2048;
const PAUSE: Duration = Duration::from_millis(5);

/// How far the copy of a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copying {
    /// So many parts of a hundred are copied.
    Percent(u8),
    /// It is checked that the copy holds together.
    Checking,
}

impl Copying {
    fn of(progress: &Progress) -> Self {
        let done = i64::from(progress.pagecount) - i64::from(progress.remaining);
        Self::Percent(u8::try_from(done * 100 / i64::from(progress.pagecount.max(1))).unwrap_or(100))
    }
}

impl fmt::Display for Copying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent} % of the database are copied"),
            Self::Checking => f.write_str("checking that the copy holds together"),
        }
    }
}

impl Handle {
    pub(crate) async fn backup(&self, to: &Path) -> Result<(), DbError> {
        let (from, to) = (self.path.clone(), to.to_owned());
        spawn_blocking(move || copy(&from, &to, &mut |_| ())).await.map_err(gone)?
    }

    pub(crate) async fn integrity_check(&self) -> Result<Vec<String>, DbError> {
        let path = self.path.clone();
        spawn_blocking(move || check(&path)).await.map_err(gone)?
    }
}

/// Copies into a file beside the wished one and renames it at the end: a file of that name is whole. How far it is goes
/// to `told`.
pub(super) fn copy(from: &Path, to: &Path, told: &mut dyn FnMut(Copying)) -> Result<(), DbError> {
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let broken = |error: std::io::Error| DbError::Other(format!("{}: {error}", to.display()));
    if part.exists() {
        std::fs::remove_file(&part).map_err(broken)?;
    }
    let source = open_reader(from).map_err(|error| file_error(from, error))?;
    // One read transaction for the whole copy: without it every commit of the writer, which is another
    // connection, would make the copy start anew.
    source
        .execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;")
        .map_err(|error| file_error(from, error))?;
    let mut target = Connection::open(&part).map_err(db_error)?;
    {
        let backup = Backup::new(&source, &mut target).map_err(db_error)?;
        loop {
            let step = backup.step(STEP).map_err(db_error)?;
            told(Copying::of(&backup.progress()));
            match step {
                StepResult::Done => break,
                _ => std::thread::sleep(PAUSE),
            }
        }
    }
    source.execute_batch("COMMIT").map_err(db_error)?;
    told(Copying::Checking);
    let problems = problems(&target)?;
    if let Some(first) = problems.first() {
        return Err(DbError::Corrupt(format!("the copy does not hold together: {first}")));
    }
    target.close().map_err(|(_, error)| db_error(error))?;
    std::fs::File::open(&part).and_then(|file| file.sync_all()).map_err(broken)?;
    std::fs::rename(&part, to).map_err(broken)
}

pub(super) fn check(path: &Path) -> Result<Vec<String>, DbError> {
    problems(&open_reader(path).map_err(db_error)?)
}

fn problems(conn: &Connection) -> Result<Vec<String>, DbError> {
    let mut statement = conn.prepare("PRAGMA integrity_check(20)").map_err(db_error)?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).map_err(db_error)?;
    let lines: Vec<String> = rows.collect::<rusqlite::Result<_>>().map_err(db_error)?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}
