//! The writer: one thread that commits many operations at once.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, Statement};

use super::errors::db_error;
use super::session::Session;
use crate::batch::Batch;
use crate::db::WriteQueue;
use crate::error::DbError;
use crate::extensions::Extensions;
use crate::op::{Ran, WriteOp};
use crate::queue::Taken;
use crate::stats::Counters;
use crate::tx::Hooks;

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
    done: Batch,
}

impl<'c> Writer<'c> {
    pub(super) fn new(
        conn: &'c Connection,
        extensions: Arc<Extensions>,
        counters: Arc<Counters>,
    ) -> Result<Self, DbError> {
        let frame = Frame::new(conn).map_err(db_error)?;
        Ok(Self { session: Session::new(conn), frame, extensions, counters, done: Batch::default() })
    }

    /// Serves the queue until it is closed and empty. `committed` is called after each batch.
    pub(super) fn run(&mut self, queue: &WriteQueue, committed: impl Fn()) {
        let mut batch = VecDeque::with_capacity(256);
        let mut last = 0;
        loop {
            // In flight are those that wait and those that were answered a moment ago, who will be
            // back. Half of them: a full batch of all clients makes the cores take turns.
            let cap = |waiting: usize| ((waiting + last) / 2).clamp(16, 256);
            match queue.take(&mut batch, Duration::from_secs(3600), cap) {
                Taken::Closed => return,
                Taken::Idle => continue,
                Taken::Some => {}
            }
            batch.retain(|op| !op.abandoned());
            last = batch.len();
            if last > 0 {
                self.batch(&mut batch);
                committed();
            }
        }
    }

    fn batch(&mut self, batch: &mut VecDeque<Box<dyn WriteOp>>) {
        if let Err(error) = step(&mut self.frame.begin) {
            for mut op in batch.drain(..) {
                op.fail(error.clone());
                op.answer();
            }
            return;
        }
        let alone = batch.len() == 1;
        while let Some(op) = batch.pop_front() {
            if !self.member(op, alone) {
                // SQLite ended the whole transaction: nothing of the batch is left.
                self.rerun_lost();
                if !batch.is_empty() && step(&mut self.frame.begin).is_err() {
                    for mut op in batch.drain(..) {
                        op.fail(DbError::Unavailable("no transaction could be started".to_owned()));
                        op.answer();
                    }
                    return;
                }
            }
        }
        if !self.done.is_empty() || !self.session.conn().is_autocommit() {
            self.finish();
        }
    }

    /// Runs one operation in its savepoint; false when SQLite has ended the whole transaction.
    fn member(&mut self, mut op: Box<dyn WriteOp>, alone: bool) -> bool {
        let mut hooks = Hooks::default();
        let entered = if alone { Ok(()) } else { step(&mut self.frame.savepoint) };
        let ran = match entered {
            Ok(()) => op.run(&mut self.session, &self.extensions, &mut hooks),
            Err(error) => Ran::Failed(error),
        };
        let kept = matches!(ran, Ran::Done);
        let error = if let Ran::Failed(error) = ran { Some(error) } else { None };
        self.done.push(op, 1, error, kept, hooks);
        if self.session.conn().is_autocommit() {
            return false;
        }
        let left = match (alone, kept) {
            (true, _) => Ok(()),
            (false, true) => step(&mut self.frame.release),
            (false, false) => step(&mut self.frame.undo).and_then(|()| step(&mut self.frame.release)),
        };
        left.is_ok() || !self.session.conn().is_autocommit()
    }

    /// Commits and answers everybody.
    fn finish(&mut self) {
        let end = if self.done.kept() > 0 { &mut self.frame.commit } else { &mut self.frame.rollback };
        if let Err(error) = step(end) {
            if !self.session.conn().is_autocommit() && step(&mut self.frame.rollback).is_err() {
                tracing::error!("a failed commit could not be rolled back");
            }
            self.done.fail_all(&error);
        }
        self.done.answer(&self.counters);
    }

    /// After a lost transaction (disk full, I/O error): what had worked runs again, each operation in
    /// a transaction of its own, so that one that is too large does not take the others with it.
    fn rerun_lost(&mut self) {
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
            } else if self.member(op, true) {
                self.finish();
            } else {
                self.done.fail_all(&DbError::DiskFull);
                self.done.answer(&self.counters);
            }
        }
    }
}
