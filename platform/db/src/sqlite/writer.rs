//! The writer: one thread that commits many operations at once.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use rusqlite::{Connection, Statement};

use super::errors::db_error;
use super::flush::Flusher;
use super::session::Session;
use crate::batch::Batch;
use crate::db::WriteQueue;
use crate::error::DbError;
use crate::extensions::Extensions;
use crate::op::{Ran, WriteOp};
use crate::queue::Taken;
use crate::stats::Counters;
use crate::tx::Hooks;

/// For so many batches after one that had to be run again, each operation has a savepoint of its own.
const CAREFUL: u32 = 64;

/// The statements that hold a batch together, prepared once.
struct Frame<'c> {
    begin: Statement<'c>,
    commit: Statement<'c>,
    rollback: Statement<'c>,
    savepoint: Statement<'c>,
    release: Statement<'c>,
    undo: Statement<'c>,
}

impl<'c> Frame<'c> {
    fn new(conn: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            begin: conn.prepare("BEGIN IMMEDIATE")?,
            commit: conn.prepare("COMMIT")?,
            rollback: conn.prepare("ROLLBACK")?,
            savepoint: conn.prepare("SAVEPOINT o")?,
            release: conn.prepare("RELEASE o")?,
            undo: conn.prepare("ROLLBACK TO o")?,
        })
    }
}

fn step(statement: &mut Statement<'_>) -> Result<(), DbError> {
    statement.raw_execute().map(drop).map_err(db_error)
}

pub(super) struct Writer<'c> {
    session: Session<'c>,
    frame: Frame<'c>,
    extensions: Arc<Extensions>,
    counters: Arc<Counters>,
    flusher: Arc<Flusher>,
    flush: SyncSender<Batch>,
    done: Batch,
    careful: u32,
}

/// What became of an operation's place in the transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    /// What it did is there, or nothing.
    Clean,
    /// It failed after it had written something, and there is no savepoint to go back to.
    Spoiled,
    /// SQLite has ended the whole transaction.
    Lost,
}

impl<'c> Writer<'c> {
    pub(super) fn new(
        conn: &'c Connection,
        extensions: Arc<Extensions>,
        counters: Arc<Counters>,
        (flusher, flush): (Arc<Flusher>, SyncSender<Batch>),
    ) -> Result<Self, DbError> {
        let frame = Frame::new(conn).map_err(db_error)?;
        let session = Session::new(conn);
        let done = Batch::default();
        Ok(Self { session, frame, extensions, counters, flusher, flush, done, careful: 0 })
    }

    /// Serves the queue until it is closed and empty. `committed` is called after each batch.
    pub(super) fn run(&mut self, queue: &WriteQueue, committed: impl Fn()) {
        let mut batch = VecDeque::with_capacity(256);
        let mut last = 0;
        loop {
            // In flight are those that wait and those that were answered a moment ago, who will be
            // back. Most of them, not all: a full batch of all clients makes the cores take turns.
            let cap = |waiting: usize| ((waiting + last) * 3 / 4).clamp(16, 256);
            match queue.take(&mut batch, Duration::from_secs(3600), cap) {
                Taken::Closed => return,
                Taken::Idle => continue,
                Taken::Some => {}
            }
            batch.retain(|op| !op.abandoned());
            last = batch.len();
            if last > 0 {
                self.batch(&mut batch, queue);
                committed();
            }
        }
    }

    fn batch(&mut self, batch: &mut VecDeque<Box<dyn WriteOp>>, queue: &WriteQueue) {
        let ready = self.flusher.failure().map_or(Ok(()), Err);
        if let Err(error) = ready.and_then(|()| step(&mut self.frame.begin)) {
            refuse(batch, &error);
            return;
        }
        let alone = batch.len() == 1;
        // A savepoint keeps a copy of every page that its operation touches, and nearly every operation works
        // or refuses before it writes. So they run without; where one fails half-way, those before it run again.
        let mut guarded = !alone && self.careful > 0;
        self.careful = self.careful.saturating_sub(1);
        let mut failed = Vec::new();
        while let Some(op) = batch.pop_front() {
            let again = match self.member(op, guarded) {
                Left::Clean => continue,
                Left::Spoiled if alone => break,
                Left::Spoiled => {
                    (guarded, self.careful) = (true, CAREFUL);
                    let mut undone = self.done.undone();
                    failed.extend(undone.pop());
                    undone.into_iter().rev().for_each(|member| batch.push_front(member.op));
                    step(&mut self.frame.rollback).and_then(|()| step(&mut self.frame.begin))
                }
                Left::Lost => {
                    // Nothing of the batch is left.
                    self.rerun_lost(queue);
                    if batch.is_empty() { Ok(()) } else { step(&mut self.frame.begin) }
                }
            };
            if let Err(error) = again {
                refuse(batch, &error);
            }
        }
        // They are answered with the others: what they ran into may be one of these.
        failed.into_iter().for_each(|member| self.done.put_back(member));
        if !self.done.is_empty() || !self.session.conn().is_autocommit() {
            self.finish(queue);
        }
    }

    /// Runs one operation, in a savepoint of its own or without.
    fn member(&mut self, mut op: Box<dyn WriteOp>, guarded: bool) -> Left {
        let mut hooks = Hooks::default();
        let before = self.session.conn().total_changes();
        let entered = if guarded { step(&mut self.frame.savepoint) } else { Ok(()) };
        let ran = match entered {
            Ok(()) => op.run(&mut self.session, &self.extensions, &mut hooks),
            Err(error) => Ran::Failed(error),
        };
        let kept = matches!(ran, Ran::Done);
        let error = if let Ran::Failed(error) = ran { Some(error) } else { None };
        self.done.push(op, 1, error, kept, hooks);
        if self.session.conn().is_autocommit() {
            return Left::Lost;
        }
        let left = match (guarded, kept) {
            (false, true) => Ok(()),
            (false, false) if self.session.conn().total_changes() == before => Ok(()),
            (false, false) => return Left::Spoiled,
            (true, true) => step(&mut self.frame.release),
            (true, false) => step(&mut self.frame.undo).and_then(|()| step(&mut self.frame.release)),
        };
        if left.is_ok() || !self.session.conn().is_autocommit() { Left::Clean } else { Left::Lost }
    }

    /// Commits, and has everybody answered once that is durable.
    fn finish(&mut self, queue: &WriteQueue) {
        let end = if self.done.kept() > 0 { &mut self.frame.commit } else { &mut self.frame.rollback };
        if !self.session.conn().is_autocommit()
            && let Err(error) = step(end)
        {
            if !self.session.conn().is_autocommit() && step(&mut self.frame.rollback).is_err() {
                tracing::error!("a failed commit could not be rolled back");
            }
            self.done.fail_all(&error);
        }
        self.flusher.hand_over(&mut self.done, queue.len() == 0, &self.flush);
    }

    /// After a lost transaction (disk full, I/O error): what had worked runs again, each operation in
    /// a transaction of its own, so that one that is too large does not take the others with it.
    fn rerun_lost(&mut self, queue: &WriteQueue) {
        for member in self.done.undone() {
            if !member.kept {
                member.op.answer();
                continue;
            }
            self.counters.retried();
            let mut op = member.op;
            if let Err(error) = step(&mut self.frame.begin) {
                op.fail(error);
                op.answer();
            } else if self.member(op, false) == Left::Lost {
                self.done.fail_all(&DbError::DiskFull);
                self.done.answer(&self.counters);
            } else {
                self.finish(queue);
            }
        }
    }
}

/// Answers everybody with an error.
fn refuse(batch: &mut VecDeque<Box<dyn WriteOp>>, error: &DbError) {
    for mut op in batch.drain(..) {
        op.fail(error.clone());
        op.answer();
    }
}
