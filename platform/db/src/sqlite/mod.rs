//! The embedded engine: one writer thread, one that waits for the disk, a few readers, a checkpointer.

pub(crate) mod backup;
mod checkpoint;
mod errors;
mod flush;
mod lock;
mod migrate;
pub(crate) mod restore;
mod session;
#[cfg(debug_assertions)]
mod tenants;
mod writer;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::config::DbConfig as SqliteSetting;
use rusqlite::{Connection, OpenFlags};

use self::checkpoint::Checkpointer;
use self::errors::{db_error, open_error};
use self::flush::Flusher;
use self::session::Session;
use self::writer::Writer;
use crate::config::{DbConfig, OpenError};
use crate::db::{Kind, Parts, ReadQueue, WriteQueue};
use crate::error::DbError;
use crate::extensions::Extensions;
use crate::migrate::MigrationSet;
use crate::queue::{Queue, Taken};
use crate::spawn::spawn;
use crate::stats::Counters;

/// How many writes may wait.
const WRITE_BOUND: usize = 1024;
/// How many reads may wait.
const READ_BOUND: usize = 1024;

/// A read longer than this keeps the log from being taken over: what reads much reads page by page.
const LONG_READ: Duration = Duration::from_secs(2);

/// The open embedded database.
pub(crate) struct Handle {
    pub(crate) writes: WriteQueue,
    checkpointer: Arc<Checkpointer>,
    path: PathBuf,
}

impl Handle {
    pub(crate) fn stop(&self) {
        self.writes.close();
        self.checkpointer.stop();
    }
}

/// Opens the file, migrates it and starts the threads.
pub(crate) fn open(
    path: &Path,
    config: &DbConfig,
    migrations: &[MigrationSet],
    extensions: Arc<Extensions>,
    counters: Arc<Counters>,
) -> Result<Parts, OpenError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| OpenError::Unreachable { path: path.to_owned(), detail: error.to_string() })?;
    }
    let lock = lock::Lock::take(path)?;
    restore::refuse_half(path)?;
    let mut conn = Connection::open(path).map_err(|error| open_error(path, error))?;
    settings(&conn, config.sync).map_err(|error| open_error(path, error))?;
    can_write(&conn).map_err(|error| open_error(path, error))?;
    migrate::run(&mut conn, path, migrations)?;
    if cfg!(debug_assertions) {
        migrate::check_types(&conn).map_err(|error| open_error(path, error))?;
    }

    if let Some(pages) = config.max_pages {
        conn.pragma_update(None, "max_page_count", pages).map_err(|error| open_error(path, error))?;
    }
    let writes: WriteQueue = Arc::new(Queue::new(config.queue.unwrap_or(WRITE_BOUND)));
    let reads: ReadQueue = Arc::new(Queue::new(READ_BOUND));
    let checkpointer = Arc::new(Checkpointer::new(log_of(path), Arc::clone(&counters)));
    let mut threads = Vec::new();

    for _ in 0..config.readers {
        let conn = open_reader(path).map_err(|error| open_error(path, error))?;
        let (reads, extensions) = (Arc::clone(&reads), Arc::clone(&extensions));
        threads.push(spawn("usher-db-read", move || serve_reads(&conn, &reads, &extensions))?);
    }
    let checkpoint_conn = Connection::open(path).map_err(|error| open_error(path, error))?;
    settings(&checkpoint_conn, config.sync).map_err(|error| open_error(path, error))?;
    // Cutting the log holds up the writer while it waits for readers, so it does not wait.
    checkpoint_conn.busy_timeout(Duration::ZERO).map_err(|error| open_error(path, error))?;
    let worker = Arc::clone(&checkpointer);
    threads.push(spawn("usher-db-wal", move || worker.run(&checkpoint_conn))?);

    let flusher = Arc::new(Flusher::new(config.sync.then(|| log_of(path)), Arc::clone(&counters)));
    let (flush, committed) = Flusher::channel();
    let thread = Arc::clone(&flusher);
    let flushing = spawn("usher-db-flush", move || thread.run(&committed))?;
    let (queue, waker) = (Arc::clone(&writes), Arc::clone(&checkpointer));
    threads.push(spawn("usher-db-write", move || {
        // Held until the last operation has been answered.
        let _lock = lock;
        match Writer::new(&conn, extensions, counters, (flusher, flush)) {
            Ok(mut writer) => writer.run(&queue, || waker.committed()),
            Err(error) => tracing::error!(%error, "the writer could not start"),
        }
        // It ends with the writer, which was the only one to hand it anything.
        if flushing.join().is_err() {
            tracing::error!("the flushing thread panicked");
        }
        // Leaves one file behind instead of a log to be read at the next start.
        checkpoint::truncate(&conn);
    })?);

    let handle = Handle { writes, checkpointer, path: path.to_owned() };
    Ok(Parts { kind: Kind::Sqlite(handle), reads, threads: Mutex::new(threads) })
}

/// Opens the file for reading only, beside whoever serves it; nothing of it changes, and every write is refused.
/// The migrations that it still has to run are answered instead where there are any.
pub(crate) fn inspect(
    path: &Path,
    config: &DbConfig,
    migrations: &[MigrationSet],
    extensions: &Arc<Extensions>,
    counters: &Arc<Counters>,
) -> Result<Result<Parts, Vec<String>>, OpenError> {
    restore::refuse_half(path)?;
    if !path.exists() {
        return Err(OpenError::Missing { at: path.display().to_string() });
    }
    refuse_foreign_lock(path)?;
    let pending = migrate::pending(path, migrations)?;
    if !pending.is_empty() {
        return Ok(Err(pending));
    }
    let reads: ReadQueue = Arc::new(Queue::new(READ_BOUND));
    let mut threads = Vec::new();
    for _ in 0..config.readers {
        let conn = open_reader(path).map_err(|error| open_error(path, error))?;
        let (reads, extensions) = (Arc::clone(&reads), Arc::clone(extensions));
        threads.push(spawn("usher-db-read", move || serve_reads(&conn, &reads, &extensions))?);
    }
    let writes: WriteQueue = Arc::new(Queue::new(1));
    writes.close();
    let checkpointer = Arc::new(Checkpointer::new(log_of(path), Arc::clone(counters)));
    let handle = Handle { writes, checkpointer, path: path.to_owned() };
    Ok(Ok(Parts { kind: Kind::Sqlite(handle), reads, threads: Mutex::new(threads) }))
}

/// Whether another program holds the file, which a start with nothing to migrate would not notice.
fn can_write(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch("BEGIN IMMEDIATE; ROLLBACK;")
}

/// Passes unless another program holds the file, so that nothing could be written: an usher process that serves from
/// it is none, and where nobody may write here there is nothing to be held up.
fn refuse_foreign_lock(path: &Path) -> Result<(), OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let tried = Connection::open_with_flags(path, flags).and_then(|conn| {
        // The last one to close would take the log over into the file.
        conn.set_db_config(SqliteSetting::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        conn.busy_timeout(Duration::from_secs(5))?;
        can_write(&conn)
    });
    match tried.map_err(|error| open_error(path, error)) {
        Err(locked @ OpenError::Locked { .. }) if !lock::Lock::is_held(path) => Err(locked),
        _ => Ok(()),
    }
}

/// The settings of a writing connection. `sync` off is for tests only.
fn settings(conn: &Connection, sync: bool) -> rusqlite::Result<()> {
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.execute_batch(
        // 16 MB of cache (negative: KiB), 256 MB of mapped file. A larger cache costs more than it saves: while
        // the file is below 1 GiB, a commit after a split of a page walks all of it (SQLite renumbers pages by
        // way of the number that stands at 1 GiB, and then looks for pages behind the end). Checkpoints are made
        // by their own thread; the automatic one is the backstop.
        "PRAGMA journal_mode = WAL;
         PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -16384;
         PRAGMA mmap_size = 268435456;
         PRAGMA temp_store = MEMORY;
         PRAGMA wal_autocheckpoint = 20000;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    // The flusher waits for the disk before anybody is answered.
    conn.execute_batch(if sync { "PRAGMA synchronous = NORMAL;" } else { "PRAGMA synchronous = OFF;" })?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// The write-ahead log of a database.
fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    PathBuf::from(log)
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.execute_batch(
        "PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY;",
    )?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// A reader's thread: one transaction for each read, so that it sees one state.
fn serve_reads(conn: &Connection, reads: &ReadQueue, extensions: &Extensions) {
    let mut session = Session::new(conn);
    let frame = || Ok((conn.prepare("BEGIN")?, conn.prepare("COMMIT")?));
    let (mut begin, mut end) = match frame().map_err(|error: rusqlite::Error| db_error(error)) {
        Ok(frame) => frame,
        Err(error) => {
            tracing::error!(%error, "a reader could not start");
            return;
        }
    };
    let mut next = VecDeque::with_capacity(1);
    loop {
        match reads.take(&mut next, Duration::from_secs(3600), |_| 1) {
            Taken::Closed => return,
            Taken::Idle | Taken::Some => {}
        }
        for op in next.drain(..) {
            if op.abandoned() {
                continue;
            }
            let start = Instant::now();
            match begin.raw_execute().map_err(db_error) {
                Ok(_) => op.run(&mut session, extensions),
                Err(error) => op.fail(error),
            }
            if !conn.is_autocommit()
                && let Err(error) = end.raw_execute().map_err(db_error)
            {
                tracing::warn!(%error, "a read could not be ended");
            }
            if start.elapsed() > LONG_READ {
                tracing::warn!(
                    seconds = start.elapsed().as_secs(),
                    "a long read; the write-ahead log grows meanwhile"
                );
            }
        }
    }
}

/// The error for a thread that could not be asked.
fn gone<E>(_: E) -> DbError {
    DbError::Closed
}
