//! Moving the write-ahead log into the database off the writer's path.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;

use crate::stats::Counters;

/// Above this many bytes of log a checkpoint is worth it (about 1,000 pages).
const WORTH: u64 = 4 << 20;
/// Above this size somebody is told.
const LARGE: u64 = 256 << 20;
/// After so long without a commit the log is cut to nothing.
const IDLE: Duration = Duration::from_secs(10);
/// Never more often than this, so that a busy writer is not made to share the disk all the time.
const PAUSE: Duration = Duration::from_millis(50);
/// A pause is so many times as long as the checkpoint before it: the same pages are copied less often while a lot is
/// written.
const REST: u32 = 9;

pub(super) struct Checkpointer {
    wal: PathBuf,
    state: Mutex<State>,
    wake: Condvar,
    counters: Arc<Counters>,
}

#[derive(Default)]
struct State {
    dirty: bool,
    stopped: bool,
}

impl Checkpointer {
    pub(super) fn new(wal: PathBuf, counters: Arc<Counters>) -> Self {
        Self { wal, state: Mutex::default(), wake: Condvar::new(), counters }
    }

    /// Told by the writer after each commit.
    pub(super) fn committed(&self) {
        let mut state = self.state.lock();
        if !state.dirty {
            state.dirty = true;
            self.wake.notify_one();
        }
    }

    pub(super) fn stop(&self) {
        self.state.lock().stopped = true;
        self.wake.notify_one();
    }

    /// The thread's life.
    pub(super) fn run(&self, conn: &Connection) {
        let mut copied = 0;
        let mut truncated = true;
        loop {
            let (dirty, stopped) = self.wait(if truncated { Duration::from_secs(3600) } else { IDLE });
            if stopped {
                return;
            }
            let size = std::fs::metadata(&self.wal).map_or(0, |file| file.len());
            self.counters.wal(size);
            if dirty {
                truncated = false;
                let begun = Instant::now();
                if size >= WORTH {
                    copied = passive(conn, size, copied);
                }
                self.rest(PAUSE.max(begun.elapsed() * REST));
            } else if !truncated {
                truncated = truncate(conn);
                self.counters.wal(std::fs::metadata(&self.wal).map_or(0, |file| file.len()));
            }
        }
    }

    /// Waits for that long, unless it is told to stop.
    fn rest(&self, time: Duration) {
        let until = Instant::now() + time;
        let mut state = self.state.lock();
        while !state.stopped && !self.wake.wait_until(&mut state, until).timed_out() {}
    }

    fn wait(&self, patience: Duration) -> (bool, bool) {
        let mut state = self.state.lock();
        if !state.dirty && !state.stopped {
            self.wake.wait_for(&mut state, patience);
        }
        (std::mem::take(&mut state.dirty), state.stopped)
    }
}

/// Copies what no reader still needs; returns the number of frames in the log.
fn passive(conn: &Connection, size: u64, before: i64) -> i64 {
    let result = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
    });
    match result {
        Ok((frames, done)) => {
            if size > LARGE && done < frames && frames > before {
                tracing::warn!(bytes = size, "the write-ahead log grows: a read has been open for long");
            }
            frames
        }
        Err(error) => {
            tracing::warn!(%error, "a checkpoint failed");
            before
        }
    }
}

/// Cuts the log to nothing when nobody is reading; whether that worked.
pub(super) fn truncate(conn: &Connection) -> bool {
    match conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)) {
        Ok(busy) => busy == 0,
        Err(error) => {
            tracing::warn!(%error, "the write-ahead log could not be cut");
            false
        }
    }
}
