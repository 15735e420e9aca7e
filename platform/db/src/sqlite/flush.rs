//! Waiting for the disk beside the writer.
//!
//! A commit puts a batch into the write-ahead log without waiting for the disk (`synchronous = NORMAL`); nobody is
//! answered before the log is there. While this thread waits for the disk, runs the hooks and answers, the writer
//! runs the next batch. After a crash the log counts up to its last whole commit, so what the disk holds is always
//! a beginning of what the writer did: a batch that is lost takes those behind it along, and none of them has been
//! answered. The cost: a reader can see for a moment what a power failure would still take back.

use std::fs::{File, OpenOptions};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};

use crate::batch::Batch;
use crate::error::DbError;
use crate::stats::Counters;

/// How many batches may wait for the disk beside the one that it is writing: more would only make their callers
/// wait longer.
const WAITING: usize = 1;

/// The state that the writer and the flushing thread share.
pub(super) struct Flusher {
    /// None where nobody wants durability.
    log: Option<Log>,
    counters: Arc<Counters>,
    /// Batches handed over and not yet answered.
    under_way: AtomicUsize,
    /// The disk failed: what it holds is not known, so nothing is promised any more.
    broken: AtomicBool,
}

/// The write-ahead log's file, opened once it is there.
struct Log {
    path: PathBuf,
    file: OnceLock<File>,
}

impl Log {
    fn sync(&self) -> std::io::Result<()> {
        let file = match self.file.get() {
            Some(file) => file,
            None => {
                // SQLite keeps one file for as long as the database is open.
                let opened = OpenOptions::new().read(true).write(true).open(&self.path)?;
                self.file.get_or_init(|| opened)
            }
        };
        file.sync_data()
    }
}

impl Flusher {
    /// `log` is the write-ahead log; none gives up durability.
    pub(super) fn new(log: Option<PathBuf>, counters: Arc<Counters>) -> Self {
        let log = log.map(|path| Log { path, file: OnceLock::new() });
        Self { log, counters, under_way: AtomicUsize::new(0), broken: AtomicBool::new(false) }
    }

    /// Where the writer hands batches over, and what the thread takes them from.
    pub(super) fn channel() -> (SyncSender<Batch>, Receiver<Batch>) {
        sync_channel(WAITING)
    }

    /// Why nothing can be written any more, once the disk has failed.
    pub(super) fn failure(&self) -> Option<DbError> {
        self.broken.load(Ordering::Acquire).then(lost)
    }

    /// Makes a committed batch durable and answers it, leaving it empty: here when nothing else is under way and
    /// the writer has nothing else to do (`idle`), else on the flushing thread.
    pub(super) fn hand_over(&self, batch: &mut Batch, idle: bool, to: &SyncSender<Batch>) {
        if idle && self.under_way.load(Ordering::Acquire) == 0 {
            self.settle(std::slice::from_mut(batch));
            return;
        }
        self.under_way.fetch_add(1, Ordering::AcqRel);
        if let Err(unsent) = to.send(std::mem::take(batch)) {
            // The thread is gone, which only a panic can bring about: its work is done here.
            self.under_way.fetch_sub(1, Ordering::AcqRel);
            *batch = unsent.0;
            self.settle(std::slice::from_mut(batch));
        }
    }

    /// The thread's life: until the writer has ended.
    pub(super) fn run(&self, from: &Receiver<Batch>) {
        let mut batches = Vec::with_capacity(1 + WAITING);
        while let Ok(first) = from.recv() {
            batches.push(first);
            batches.extend(from.try_iter());
            self.settle(&mut batches);
            self.under_way.fetch_sub(batches.len(), Ordering::AcqRel);
            batches.clear();
        }
    }

    fn settle(&self, batches: &mut [Batch]) {
        if batches.iter().any(|batch| batch.kept() > 0)
            && let Some(log) = &self.log
            && (self.broken.load(Ordering::Acquire) || log.sync().is_err_and(|error| self.fail(&error)))
        {
            batches.iter_mut().for_each(|batch| batch.fail_all(&lost()));
        }
        batches.iter_mut().for_each(|batch| batch.answer(&self.counters));
    }

    fn fail(&self, error: &std::io::Error) -> bool {
        tracing::error!(%error, "the disk does not keep the write-ahead log; nothing is written until a restart");
        self.broken.store(true, Ordering::Release);
        true
    }
}

fn lost() -> DbError {
    DbError::Unavailable("the disk failed; check it and start again".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_fails_ends_all_writing() {
        // A device that cannot be told to keep anything.
        let flusher = Flusher::new(Some("/dev/null".into()), Arc::default());
        assert!(flusher.failure().is_none());
        let log = flusher.log.as_ref().unwrap();
        assert!(log.sync().is_err_and(|error| flusher.fail(&error)));
        assert!(matches!(flusher.failure(), Some(DbError::Unavailable(_))));
    }
}
