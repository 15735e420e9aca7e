//! Putting a copy in the place of the embedded database.

use std::path::{Path, PathBuf};

use super::backup::{Copying, check, copy};
use super::lock::Lock;
use super::migrate::pending;
use crate::config::OpenError;
use crate::migrate::MigrationSet;

/// The files that belong to a database.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The copy that a restore is about to put in place: a whole one.
fn fresh_copy(to: &Path) -> PathBuf {
    beside(to, ".restored")
}

/// A database that is not there because a restore was cut off is not begun anew.
pub(super) fn refuse_half(path: &Path) -> Result<(), OpenError> {
    if !path.exists() && fresh_copy(path).exists() {
        return Err(OpenError::HalfRestored { path: path.to_owned() });
    }
    Ok(())
}

/// Has the new names of files beside `path` on the disk, which a power cut could otherwise take back one by one.
fn sync_names(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Elsewhere a folder cannot be opened like a file.
    if cfg!(unix) { std::fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Copies the embedded database at `from` to `to`, also while another process serves it; its size in bytes. How far it
/// is goes to `told`, several times a second.
///
/// # Errors
/// There is no database at `from`, something is at `to` already, or a file cannot be read or written.
pub fn copy_database(from: &Path, to: &Path, told: &mut dyn FnMut(Copying)) -> Result<u64, OpenError> {
    if !from.exists() {
        return Err(OpenError::Copy(format!("there is no database at {}", from.display())));
    }
    if to.exists() {
        return Err(OpenError::Copy(format!("{} is there already: give another name", to.display())));
    }
    copy(from, to, told).map_err(|error| OpenError::Copy(format!("the copy failed: {error}")))?;
    let size = std::fs::metadata(to).map(|meta| meta.len());
    size.map_err(|error| OpenError::Copy(format!("{}: {error}", to.display())))
}

/// Puts the copy at `from` in the place of the database at `to`. What was there is kept beside it, and
/// its new name answered; without `replace` it is not touched. How far it is goes to `told`.
///
/// # Errors
/// The copy is damaged, no database of ours or one of a newer version, a server has `to` open, something is there and `replace` is false,
/// or a file cannot be read or written. Nothing has changed then.
pub fn restore_database(
    from: &Path,
    to: &Path,
    replace: bool,
    migrations: &[MigrationSet],
    told: &mut dyn FnMut(Copying),
) -> Result<Option<PathBuf>, OpenError> {
    let failed = |what: &Path, error: std::io::Error| OpenError::Copy(format!("{}: {error}", what.display()));
    if !from.exists() {
        return Err(OpenError::Copy(format!("there is no backup at {}", from.display())));
    }
    told(Copying::Checking);
    match check(from) {
        Ok(problems) if problems.is_empty() => {}
        Ok(problems) => {
            let text = problems.join("; ");
            return Err(OpenError::Copy(format!("{} is damaged: {text}", from.display())));
        }
        Err(error) => return Err(OpenError::Copy(format!("{} is no backup: {error}", from.display()))),
    }
    match pending(from, migrations) {
        Ok(_) => {}
        Err(OpenError::Missing { .. }) => {
            return Err(OpenError::Copy(format!("{} is no copy of an usher database", from.display())));
        }
        Err(other) => return Err(other),
    }
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    }
    let _lock = Lock::take(to)?;
    if to.exists() && !replace {
        let text = format!("{} is there already: add --replace to put the backup in its place", to.display());
        return Err(OpenError::Copy(text));
    }
    let fresh = fresh_copy(to);
    let cut_off = !to.exists() && fresh.exists();
    if fresh.exists() {
        std::fs::remove_file(&fresh).map_err(|error| failed(&fresh, error))?;
    }
    copy(from, &fresh, told).map_err(|error| OpenError::Copy(format!("the copy failed: {error}")))?;
    // The first of them is the database itself: until its copy is there, nobody begins one in its place.
    let there: Vec<&str> = PARTS.into_iter().filter(|part| beside(to, part).exists()).collect();
    let kept = (!there.is_empty()).then(|| if cut_off { last_name(to) } else { free_name(to) });
    if let Some(kept) = &kept {
        for part in there {
            let old = beside(to, part);
            std::fs::rename(&old, beside(kept, part)).map_err(|error| failed(&old, error))?;
        }
        sync_names(to).map_err(|error| failed(to, error))?;
    }
    std::fs::rename(&fresh, to).map_err(|error| failed(&fresh, error))?;
    sync_names(to).map_err(|error| failed(to, error))?;
    Ok(kept)
}

/// Removes an embedded database that no process has open.
///
/// # Errors
/// Another process has it open, or its files cannot be removed.
pub fn remove_database(path: &Path) -> Result<(), OpenError> {
    let _lock = Lock::take(path)?;
    for part in PARTS {
        let file = beside(path, part);
        if file.exists() {
            std::fs::remove_file(&file)
                .map_err(|error| OpenError::Copy(format!("{}: {error}", file.display())))?;
        }
    }
    Ok(())
}

/// `usher.db.replaced`, `usher.db.replaced-2`, `-3` …
fn names(to: &Path) -> impl Iterator<Item = PathBuf> {
    let others = (2..).map(|n: u32| beside(to, &format!(".replaced-{n}")));
    std::iter::once(beside(to, ".replaced")).chain(others)
}

/// The first name that is not taken.
fn free_name(to: &Path) -> PathBuf {
    names(to).find(|path| !path.exists()).unwrap_or_else(|| beside(to, ".replaced"))
}

/// The last name that is taken: where a restore that was cut off put the database, and not yet what belongs to it.
fn last_name(to: &Path) -> PathBuf {
    names(to).take_while(|path| path.exists()).last().unwrap_or_else(|| beside(to, ".replaced"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("usher-restore-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    const INIT: crate::Migration =
        crate::Migration { name: "0001_t", sqlite: "CREATE TABLE t (a BIGINT)", postgres: "" };
    const SETS: &[MigrationSet] = &[MigrationSet { context: "test", migrations: &[INIT] }];

    fn database(path: &Path, value: i64) {
        let mut conn = rusqlite::Connection::open(path).unwrap();
        super::super::migrate::run(&mut conn, path, SETS).unwrap();
        conn.execute("INSERT INTO t VALUES (?1)", [value]).unwrap();
    }

    fn value(path: &Path) -> i64 {
        rusqlite::Connection::open(path).unwrap().query_row("SELECT a FROM t", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_copy_comes_back_and_what_was_there_is_kept() {
        let dir = folder("round");
        let (live, copy) = (dir.join("usher.db"), dir.join("copy.db"));
        database(&live, 1);
        let mut told = Vec::new();
        copy_database(&live, &copy, &mut |step| told.push(step)).unwrap();
        assert_eq!(told, [Copying::Percent(100), Copying::Checking]);
        rusqlite::Connection::open(&live).unwrap().execute("UPDATE t SET a = 2", []).unwrap();
        assert!(
            restore_database(&copy, &live, false, SETS, &mut |_| ())
                .unwrap_err()
                .to_string()
                .contains("--replace")
        );
        assert_eq!(value(&live), 2);
        let kept = restore_database(&copy, &live, true, SETS, &mut |_| ()).unwrap().unwrap();
        assert_eq!((value(&live), value(&kept)), (1, 2));
        std::fs::remove_dir_all(dir).unwrap();
    }

    /// Cut off between moving the old files away and the copy into their place, the log not yet moved.
    #[test]
    fn a_restore_that_was_cut_off_is_named_and_done_once_more() {
        let dir = folder("cut-off");
        let (live, copy) = (dir.join("usher.db"), dir.join("copy.db"));
        database(&live, 1);
        copy_database(&live, &copy, &mut |_| ()).unwrap();
        let open = rusqlite::Connection::open(&live).unwrap();
        open.execute_batch("PRAGMA journal_mode = WAL; UPDATE t SET a = 2").unwrap();
        // As a power cut leaves them: what was written last is in the log alone.
        let parts = ["", "-wal"].map(|part| std::fs::read(beside(&live, part)).unwrap());
        drop(open);
        for (part, bytes) in [("", &parts[0]), ("-wal", &parts[1])] {
            std::fs::write(beside(&live, part), bytes).unwrap();
        }
        std::fs::rename(&live, beside(&live, ".replaced")).unwrap();
        std::fs::copy(&copy, beside(&live, ".restored")).unwrap();
        let said = refuse_half(&live).unwrap_err().to_string();
        assert!(said.contains("usher restore") && said.contains("usher.db.replaced"), "{said}");

        let kept = restore_database(&copy, &live, false, SETS, &mut |_| ()).unwrap().unwrap();
        assert_eq!(kept, beside(&live, ".replaced"));
        assert_eq!((value(&live), value(&kept)), (1, 2), "each with what belongs to it");
        refuse_half(&live).unwrap();
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_database_of_others_or_of_a_newer_version_is_refused() {
        let dir = folder("foreign");
        let (live, copy) = (dir.join("usher.db"), dir.join("copy.db"));
        database(&live, 1);
        rusqlite::Connection::open(&copy).unwrap().execute_batch("CREATE TABLE notes (a TEXT)").unwrap();
        let refused = |sets| restore_database(&copy, &live, true, sets, &mut |_| ()).unwrap_err().to_string();
        assert!(refused(SETS).contains("no copy of an usher database"), "{}", refused(SETS));
        std::fs::remove_file(&copy).unwrap();
        copy_database(&live, &copy, &mut |_| ()).unwrap();
        let older = &[MigrationSet { context: "test", migrations: &[] }];
        assert!(refused(older).contains("newer version"), "{}", refused(older));
        assert_eq!(value(&live), 1);
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_file_that_is_no_database_is_refused_and_nothing_changes() {
        let dir = folder("bad");
        let (live, copy) = (dir.join("usher.db"), dir.join("copy.db"));
        database(&live, 1);
        std::fs::write(&copy, "this is not a database, whatever its name says").unwrap();
        assert!(
            restore_database(&copy, &live, true, SETS, &mut |_| ())
                .unwrap_err()
                .to_string()
                .contains("no backup")
        );
        assert_eq!(value(&live), 1);
        std::fs::remove_dir_all(dir).unwrap();
    }
}
