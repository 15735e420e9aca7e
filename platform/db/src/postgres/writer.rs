//! A writer: one thread, one connection, many operations in each transaction.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use usher_kernel::random;

use super::connect::{Purpose, Server};
use super::doubt::Question;
use super::session::Session;
use crate::batch::Batch;
use crate::db::WriteQueue;
use crate::error::DbError;
use crate::extensions::Extensions;
use crate::op::{Ran, WriteOp};
use crate::queue::Taken;
use crate::stats::Counters;
use crate::tx::Hooks;

/// Operations in one transaction. A backend caches 64 subtransaction ids; beyond that every reader
/// of the rows has to look them up on disk.
const BATCH: usize = 32;
/// How long the queue is left alone while the fate of a commit is to be learnt, and without that.
const SOON: Duration = Duration::from_millis(250);
const LATER: Duration = Duration::from_secs(3600);
/// How often an operation is tried when other transactions are in the way.
const ATTEMPTS: u32 = 8;
/// The longest that a writer steps aside after the first try that met others; twice that after the second, and so on.
const ASIDE: Duration = Duration::from_millis(16);
/// For so many batches after one that had to be run again, each operation has a savepoint of its own.
const CAREFUL: u32 = 64;

struct Waiting {
    op: Box<dyn WriteOp>,
    attempts: u32,
}

pub(super) struct Writer {
    server: Server,
    session: Option<Session>,
    queue: WriteQueue,
    extensions: Arc<Extensions>,
    counters: Arc<Counters>,
    /// What is to be run next, the oldest first.
    waiting: VecDeque<Waiting>,
    /// Commits of which it is not known whether they took effect, and what is to be done once it is.
    doubts: VecDeque<(Question, Hooks)>,
    /// How many batches are still to have savepoints.
    careful: u32,
    /// How many batches in a row met other transactions.
    contended: u32,
}

/// How an operation's savepoint was left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoint {
    None,
    Good,
    Bad,
}

impl Savepoint {
    /// How a transaction whose last savepoint was left like this is ended.
    fn end(self) -> &'static str {
        match self {
            Self::Good => "RELEASE o;COMMIT",
            Self::None | Self::Bad => "ROLLBACK TO o;RELEASE o;COMMIT",
        }
    }

    /// How one without savepoints is.
    fn end_without(kept: bool) -> &'static str {
        if kept { "COMMIT" } else { "ROLLBACK" }
    }
}

impl Writer {
    pub(super) fn new(
        server: Server,
        session: Session,
        queue: WriteQueue,
        extensions: Arc<Extensions>,
        counters: Arc<Counters>,
    ) -> Self {
        let (waiting, doubts) = (VecDeque::new(), VecDeque::new());
        Self {
            server,
            session: Some(session),
            queue,
            extensions,
            counters,
            waiting,
            doubts,
            careful: 0,
            contended: 0,
        }
    }

    /// Serves the queue until it is closed and empty.
    pub(super) fn run(&mut self) {
        let mut fresh = VecDeque::with_capacity(BATCH);
        loop {
            if self.waiting.is_empty() {
                let patience = if self.doubts.is_empty() { LATER } else { SOON };
                match self.queue.take(&mut fresh, patience, |_| BATCH) {
                    Taken::Closed => return,
                    Taken::Idle => {
                        if !self.doubts.is_empty() {
                            self.session = self.ready();
                        }
                        continue;
                    }
                    Taken::Some => {}
                }
            } else if self.waiting.len() < BATCH {
                let room = BATCH - self.waiting.len();
                self.queue.try_take(&mut fresh, |_| room);
            }
            self.waiting.extend(fresh.drain(..).map(|op| Waiting { op, attempts: 0 }));
            self.waiting.retain(|waiting| !waiting.op.abandoned());
            if self.waiting.is_empty() {
                continue;
            }
            let most = self.step_aside();
            match self.ready() {
                Some(session) => self.batch(session, most),
                None => self.refuse_all(),
            }
        }
    }

    /// Waits a moment where others were in the way, and says how many operations the next batch may have.
    ///
    /// Two writers that wait for each other give up at the same time; were both to try again at once they would
    /// meet again, each time until neither may any more. So each waits for a time of its own, and the operation
    /// is then alone in its transaction, which holds nothing but what it needs itself.
    fn step_aside(&self) -> usize {
        if self.contended == 0 {
            return BATCH;
        }
        let longest = ASIDE.saturating_mul(1 << self.contended.min(5) >> 1);
        let micros = u32::try_from(longest.as_micros()).unwrap_or(u32::MAX);
        std::thread::sleep(Duration::from_micros(u64::from(random::below(micros))));
        1
    }

    /// A connection on which nothing is in doubt any more.
    fn ready(&mut self) -> Option<Session> {
        let open = self.session.take().filter(|session| !session.is_closed());
        let mut session = open.or_else(|| self.reconnect())?;
        while let Some((question, mut hooks)) = self.doubts.pop_front() {
            match question.ask(&mut session) {
                Ok(true) => crate::op::run_hooks(&mut hooks.commit),
                Ok(false) => crate::op::run_hooks(&mut hooks.rollback),
                Err(error) => {
                    tracing::warn!(%error, "whether a change was kept is still unknown");
                    self.doubts.push_front((question, hooks));
                    return None;
                }
            }
        }
        Some(session)
    }

    /// Tries for a moment, so that a restart of the server is not seen; longer waits are for the callers.
    fn reconnect(&self) -> Option<Session> {
        let mut pause = Duration::from_millis(20);
        for attempt in 0..7 {
            match self.server.connect(Purpose::Write) {
                Ok(session) => return Some(session),
                Err(error) => tracing::warn!(%error, attempt, "the database cannot be reached"),
            }
            std::thread::sleep(pause);
            pause *= 2;
        }
        None
    }

    fn refuse_all(&mut self) {
        let mut fresh = VecDeque::new();
        self.queue.try_take(&mut fresh, |waiting| waiting);
        self.waiting.extend(fresh.into_iter().map(|op| Waiting { op, attempts: 0 }));
        for mut waiting in self.waiting.drain(..) {
            waiting.op.fail(DbError::Unavailable("no connection".to_owned()));
            waiting.op.answer();
        }
    }

    fn batch(&mut self, mut session: Session, most: usize) {
        let mut batch = Batch::default();
        let mut retry = VecDeque::new();
        let mut left = Savepoint::None;
        let mut lost = None;
        let met = std::mem::take(&mut self.contended);
        let size = self.waiting.len().min(most);
        let alone = size == 1;
        // A savepoint is a transaction of its own to the database, and what an operation sends is waited for at
        // its end. Nearly every operation works or refuses before it writes: so they run without either, and
        // where one fails, or refuses half-way, all of them run again with both.
        let guarded = !alone && self.careful > 0;
        self.careful = self.careful.saturating_sub(1);
        for index in 0..size {
            let Some(mut waiting) = self.waiting.pop_front() else { break };
            let frame = frame(&mut session, &waiting, left, index == 0, guarded);
            if !frame.is_empty() {
                session.send(frame);
            }
            session.begin(!guarded || index + 1 == size);
            let mut hooks = Hooks::default();
            let ran = waiting.op.run(&mut session, &self.extensions, &mut hooks);
            waiting.attempts += 1;
            let contended = matches!(ran, Ran::Failed(DbError::Contended(_)));
            if contended {
                self.contended = met + 1;
            }
            if let Ran::Failed(DbError::Unavailable(detail)) = ran {
                lost = Some(detail);
                crate::op::run_hooks(&mut hooks.rollback);
                retry.push_back(waiting);
                break;
            }
            if !guarded && !alone && !matches!(ran, Ran::Done) && session.spoiled() {
                crate::op::run_hooks(&mut hooks.rollback);
                retry.push_back(waiting);
                self.with_savepoints(session, batch, retry);
                return;
            }
            left = if matches!(ran, Ran::Done) { Savepoint::Good } else { Savepoint::Bad };
            if guarded && left == Savepoint::Bad {
                // What it had sent says nothing about the others.
                drop(session.drain());
            }
            match ran {
                Ran::Failed(DbError::Contended(_)) if waiting.attempts < ATTEMPTS => {
                    self.counters.retried();
                    crate::op::run_hooks(&mut hooks.rollback);
                    retry.push_back(waiting);
                }
                Ran::Failed(error) => batch.push(waiting.op, waiting.attempts, Some(error), false, hooks),
                Ran::Refused => batch.push(waiting.op, waiting.attempts, None, false, hooks),
                Ran::Done => batch.push(waiting.op, waiting.attempts, None, true, hooks),
            }
            if contended {
                // The others' locks are let go first: trying again inside this transaction would meet
                // the same opponent, who waits for what this transaction holds.
                break;
            }
        }
        if let Some(detail) = lost {
            self.again(batch, retry, &detail);
            return;
        }
        let question = Question::about(&batch, &session);
        let end = if guarded { left.end() } else { Savepoint::end_without(batch.kept() > 0) };
        // In one string with RELEASE: COMMIT of an aborted transaction reports success, RELEASE does not. Without
        // savepoints whatever failed before it is reported in its place.
        let mut outcome = session.run(end);
        if let Err(error) = &outcome
            && !matches!(error, DbError::Unavailable(_))
        {
            if matches!(error, DbError::Contended(_)) {
                self.contended = met + 1;
            }
            if !guarded && !alone {
                self.with_savepoints(session, batch, retry);
                return;
            }
            if left == Savepoint::Good {
                // A deferred statement of the last operation failed, or the commit itself did.
                if let Some(failed) = batch.fail_last(error.clone(), ATTEMPTS) {
                    self.counters.retried();
                    retry.push_back(Waiting { op: failed.op, attempts: failed.attempts });
                }
                outcome = session.run(if alone { "ROLLBACK" } else { Savepoint::Bad.end() });
            }
        }
        session.ended(outcome.is_err() || !guarded && batch.kept() == 0);
        match outcome {
            Ok(()) => self.session = Some(session),
            Err(DbError::Unavailable(detail)) => return self.unknown(batch, retry, question, &detail),
            Err(error) => {
                batch.fail_all(&error);
                let usable = session.run("ROLLBACK").is_ok();
                session.ended(true);
                self.session = usable.then_some(session);
            }
        }
        batch.answer(&self.counters);
        self.put_back(retry);
    }

    /// Undoes a batch that ran without savepoints; it and the next ones have them.
    fn with_savepoints(&mut self, mut session: Session, mut batch: Batch, mut retry: VecDeque<Waiting>) {
        self.careful = CAREFUL;
        self.counters.retried();
        let undone = session.run("ROLLBACK");
        session.ended(true);
        if !matches!(undone, Err(DbError::Unavailable(_))) {
            self.session = Some(session);
        }
        for member in batch.undone().into_iter().rev() {
            retry.push_front(Waiting { op: member.op, attempts: member.attempts });
        }
        self.put_back(retry);
    }

    /// The line was lost and nothing was kept, so all of it runs again.
    fn again(&mut self, mut batch: Batch, mut retry: VecDeque<Waiting>, detail: &str) {
        for member in batch.undone().into_iter().rev() {
            if member.kept {
                retry.push_front(Waiting { op: member.op, attempts: member.attempts });
            } else {
                member.op.answer();
            }
        }
        let (again, exhausted): (VecDeque<_>, VecDeque<_>) =
            retry.into_iter().partition(|waiting| waiting.attempts < ATTEMPTS);
        for mut waiting in exhausted {
            waiting.op.fail(DbError::Unavailable(detail.to_owned()));
            waiting.op.answer();
        }
        tracing::warn!(detail, "the connection was lost; its operations run again");
        self.put_back(again);
    }

    /// The line was lost while the commit was under way: the database is asked whether it took effect.
    /// While it cannot be, those who wait are told so, and what follows from it waits for the answer.
    fn unknown(
        &mut self,
        mut batch: Batch,
        retry: VecDeque<Waiting>,
        question: Option<Question>,
        detail: &str,
    ) {
        let error = DbError::Unavailable(format!("{detail}; whether the change was kept is unknown"));
        let Some(question) = question else {
            batch.fail_all(&error);
            batch.answer(&self.counters);
            return self.put_back(retry);
        };
        if let Some(mut session) = self.ready() {
            match question.ask(&mut session) {
                Ok(kept) => {
                    self.session = Some(session);
                    if !kept {
                        return self.again(batch, retry, detail);
                    }
                    batch.answer(&self.counters);
                    return self.put_back(retry);
                }
                Err(error) => tracing::warn!(%error, "whether a change was kept cannot be asked"),
            }
        }
        self.doubts.push_back((question, batch.answer_in_doubt(&error)));
        self.put_back(retry);
    }

    fn put_back(&mut self, mut retry: VecDeque<Waiting>) {
        while let Some(waiting) = retry.pop_back() {
            self.waiting.push_front(waiting);
        }
    }
}

/// What goes before an operation: the end of the savepoint before it, who it acts for, its savepoint.
fn frame(session: &mut Session, next: &Waiting, left: Savepoint, first: bool, guarded: bool) -> String {
    let mut text = String::with_capacity(160);
    if first {
        text.push_str("BEGIN;");
    }
    match left {
        Savepoint::Good if guarded => text.push_str("RELEASE o;"),
        Savepoint::Bad if guarded => text.push_str("ROLLBACK TO o;RELEASE o;"),
        _ => {}
    }
    session.act_for(next.op.binding().tenant, &mut text);
    if guarded {
        text.push_str("SAVEPOINT o");
    }
    text
}
