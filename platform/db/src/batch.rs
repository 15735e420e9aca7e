//! The operations of one transaction, between having run and being answered.

use crate::error::DbError;
use crate::op::{WriteOp, run_hooks};
use crate::stats::Counters;
use crate::tx::{Hooks, Witness};

/// An operation that has run.
pub(crate) struct Member {
    pub(crate) op: Box<dyn WriteOp>,
    /// How often it has run.
    pub(crate) attempts: u32,
    /// Whether what it did is to be kept.
    pub(crate) kept: bool,
    hooks: Hooks,
}

/// The members in the order they ran, which is the order of commit.
#[derive(Default)]
pub(crate) struct Batch {
    members: Vec<Member>,
    /// Whether the disk was full for any of them.
    disk_full: bool,
}

impl Batch {
    /// Adds an operation; `error` replaces its own result.
    pub(crate) fn push(
        &mut self,
        mut op: Box<dyn WriteOp>,
        attempts: u32,
        error: Option<DbError>,
        kept: bool,
        hooks: Hooks,
    ) {
        if let Some(error) = error {
            self.disk_full |= matches!(error, DbError::DiskFull);
            op.fail(error);
        }
        self.members.push(Member { op, attempts, kept, hooks });
    }

    /// Adds one that was taken out and has its answer.
    pub(crate) fn put_back(&mut self, member: Member) {
        self.members.push(member);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// How many are to be kept.
    pub(crate) fn kept(&self) -> usize {
        self.members.iter().filter(|member| member.kept).count()
    }

    /// The commit failed: nothing is kept.
    pub(crate) fn fail_all(&mut self, error: &DbError) {
        self.disk_full |= matches!(error, DbError::DiskFull);
        for member in self.members.iter_mut().filter(|member| member.kept) {
            member.kept = false;
            member.op.fail(error.clone());
        }
    }

    /// What tells whether the transaction was kept: one member's witness speaks for all of them.
    pub(crate) fn witness(&self) -> Option<Witness> {
        self.members.iter().filter(|member| member.kept).find_map(|member| member.hooks.witness)
    }

    /// Answers everybody while the fate of the transaction is not known: with `error` those whose work
    /// may have been kept. What they left to be done is handed out, for when it is known.
    pub(crate) fn answer_in_doubt(&mut self, error: &DbError) -> Hooks {
        let mut left = Hooks::default();
        for mut member in self.members.drain(..) {
            if member.kept {
                left.commit.append(&mut member.hooks.commit);
                left.rollback.append(&mut member.hooks.rollback);
                member.op.fail(error.clone());
            } else {
                run_hooks(&mut member.hooks.rollback);
            }
            member.op.answer();
        }
        left
    }

    /// The last operation failed after it had run. One that was contended is handed out to be tried
    /// again; of any other the error becomes the answer.
    pub(crate) fn fail_last(&mut self, error: DbError, attempts: u32) -> Option<Member> {
        let last = self.members.last_mut().filter(|member| member.kept)?;
        if matches!(error, DbError::Contended(_)) && last.attempts < attempts {
            let mut member = self.members.pop()?;
            run_hooks(&mut member.hooks.rollback);
            return Some(member);
        }
        last.kept = false;
        last.op.fail(error);
        None
    }

    /// Counts, runs the hooks in order and answers everybody. Leaves the batch empty.
    pub(crate) fn answer(&mut self, counters: &Counters) {
        let kept = self.kept();
        if kept > 0 {
            counters.batch(kept as u64);
            counters.disk_full(false);
        } else if std::mem::take(&mut self.disk_full) {
            counters.disk_full(true);
        }
        for mut member in self.members.drain(..) {
            run_hooks(if member.kept { &mut member.hooks.commit } else { &mut member.hooks.rollback });
            member.op.answer();
        }
    }

    /// The members of a transaction that is lost, their rollback hooks run.
    pub(crate) fn undone(&mut self) -> Vec<Member> {
        let mut members = std::mem::take(&mut self.members);
        for member in &mut members {
            run_hooks(&mut member.hooks.rollback);
        }
        members
    }
}
