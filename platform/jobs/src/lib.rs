//! Work for later: timed, retried, recurring.
//!
//! A job is stored in the transaction that wants it ([`enqueue`]), so it is wanted exactly when that commits.
//! A [`Handler`] does it inside the database, where effects and the job's end are one transaction: exactly
//! once. An [`OutsideHandler`] does what cannot be rolled back: at least once. Several nodes share the work by
//! claims that lapse; what fails is tried again, later each time, and is marked dead in the end and kept.
//!
//! Job libraries exist (apalis is the best kept); none of them can enqueue or finish inside a transaction of
//! `usher_db`, on both engines, which is the point of this one.
//!
//! Nothing here sleeps or asks the machine for the time except [`Jobs::start`]; tests call
//! [`Jobs::run_due`] with the time that they want it to be.

mod job;
mod runner;
mod schedule;
mod store;

pub use job::{
    Handler, Job, JobId, JobKind, NewJob, OutsideHandler, Work, cancel, enqueue, enqueue_for, reschedule,
};
pub use runner::{Jobs, Running};
pub use schedule::{Recurring, Schedule};
pub use store::jobs::{DeadJob, counts, dead_jobs, revive};

/// The tables of jobs.
pub fn migrations() -> usher_db::MigrationSet {
    usher_db::MigrationSet { context: "jobs", migrations: usher_db::migrations!("0001_init") }
}

/// The fixed statements of this crate, for the test that prepares each on both engines.
pub fn statements() -> Vec<usher_db::Stmt> {
    [store::jobs::STATEMENTS, store::recurring::STATEMENTS].concat()
}
