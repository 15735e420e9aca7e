//! Figures about what the database threads do.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Figures since the database was opened, and the present state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DbStats {
    /// Writing operations that were committed.
    pub operations: u64,
    /// Statements that were run inside tenants, by reads and writes.
    pub statements: u64,
    /// Transactions they were committed in.
    pub batches: u64,
    /// Attempts that were repeated because other transactions were in the way.
    pub retries: u64,
    /// Operations refused because too much was waiting.
    pub refused: u64,
    /// Writes that wait now.
    pub waiting_writes: usize,
    /// Reads that wait now.
    pub waiting_reads: usize,
    /// Size of the write-ahead log in bytes (SQLite).
    pub wal_bytes: u64,
    /// The last write found the disk full.
    pub disk_full: bool,
}

#[derive(Default)]
pub(crate) struct Counters {
    operations: AtomicU64,
    batches: AtomicU64,
    retries: AtomicU64,
    refused: AtomicU64,
    wal_bytes: AtomicU64,
    disk_full: AtomicBool,
}

impl Counters {
    pub(crate) fn batch(&self, operations: u64) {
        self.operations.fetch_add(operations, Ordering::Relaxed);
        self.batches.fetch_add(1, Ordering::Relaxed);
    }
    pub(crate) fn retried(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }
    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }
    /// The disk was found full, or has taken something again; said once, not for every operation.
    pub(crate) fn disk_full(&self, full: bool) {
        if self.disk_full.load(Ordering::Relaxed) == full
            || self.disk_full.swap(full, Ordering::Relaxed) == full
        {
            return;
        }
        if full {
            tracing::error!(
                "the disk that holds the database is full: nothing is written until there is room"
            );
        } else {
            tracing::info!("the disk that holds the database has room again");
        }
    }
    pub(crate) fn wal(&self, bytes: u64) {
        self.wal_bytes.store(bytes, Ordering::Relaxed);
    }
    pub(crate) fn stats(&self, statements: u64, waiting_writes: usize, waiting_reads: usize) -> DbStats {
        DbStats {
            statements,
            operations: self.operations.load(Ordering::Relaxed),
            batches: self.batches.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            waiting_writes,
            waiting_reads,
            wal_bytes: self.wal_bytes.load(Ordering::Relaxed),
            disk_full: self.disk_full.load(Ordering::Relaxed),
        }
    }
}
