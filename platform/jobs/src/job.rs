//! Jobs: before they are stored, and as whoever does them sees them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Notify;
use usher_db::{DbError, Lane, Tx};
use usher_kernel::{Fault, Id, SignedDuration, TenantId, Timestamp};

use crate::store::jobs;

/// Marks [`JobId`].
pub enum JobKind {}

/// One job.
pub type JobId = Id<JobKind>;

/// How often a job is tried unless told otherwise: with the back-off, over about a quarter of an hour.
const MAX_ATTEMPTS: u32 = 10;

/// Work that is wanted.
#[derive(Debug)]
pub struct NewJob {
    kind: &'static str,
    key: Option<String>,
    run_at: Option<Timestamp>,
    payload: serde_json::Result<String>,
    max_attempts: u32,
}

impl NewJob {
    /// Work of `kind`, to be done as soon as this is committed. The payload is kept as JSON: ids rather than
    /// values, no secrets.
    pub fn new<T: Serialize + ?Sized>(kind: &'static str, payload: &T) -> Self {
        Self {
            kind,
            key: None,
            run_at: None,
            payload: serde_json::to_string(payload),
            max_attempts: MAX_ATTEMPTS,
        }
    }

    /// Not before `at`.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.run_at = Some(at);
        self
    }

    /// Known by `key` within its tenant and kind: two jobs with one key are one job, and it can be cancelled.
    #[must_use]
    pub fn keyed(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Tried so often before it is given up; 10 unless told.
    #[must_use]
    pub fn attempts(mut self, max: u32) -> Self {
        self.max_attempts = max.max(1);
        self
    }
}

/// Work that is to be done now.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// The tenant that it was enqueued in; none across tenants.
    pub tenant: Option<TenantId>,
    /// What it is to do.
    pub kind: String,
    /// When it was to run first.
    pub run_at: Timestamp,
    /// Which try this is, from 1.
    pub attempt: u32,
    pub(crate) max_attempts: u32,
    pub(crate) turn: i64,
    payload: String,
}

impl Job {
    /// The payload as the type that it was made from.
    ///
    /// # Errors
    /// An internal fault when it is not such a value.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_str(&self.payload)
            .map_err(|error| Fault::internal(format_args!("the payload of a {} job: {error}", self.kind)))
    }
}

impl From<jobs::JobRow> for Job {
    fn from(row: jobs::JobRow) -> Self {
        Self {
            id: row.id,
            tenant: row.tenant_id,
            kind: row.kind,
            run_at: row.run_at,
            attempt: row.attempts,
            max_attempts: row.max_attempts,
            turn: row.turn,
            payload: row.payload,
        }
    }
}

/// Does one kind of work inside the database: its effects and the job's end are one transaction, so it takes
/// effect exactly once.
pub trait Handler: Send + Sync + 'static {
    /// The kind of job.
    fn kind(&self) -> &'static str;

    /// Where it writes: see [`Lane`].
    fn lane(&self, job: &Job) -> Lane {
        if job.tenant.is_some() { Lane::Tenant } else { Lane::Any }
    }

    /// Does the work, in a transaction of the job's tenant (across tenants when it has none).
    ///
    /// # Errors
    /// The work is tried again later, until the job's tries are used up.
    fn run(&self, tx: &mut Tx<'_>, job: &Job) -> Result<(), Fault>;
}

/// What [`OutsideHandler::run`] returns.
pub type Work<'a> = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>>;

/// Does one kind of work outside of the database: a mail, a call to another system. After a crash it is done
/// again, so the other side should know the job by its id.
pub trait OutsideHandler: Send + Sync + 'static {
    /// The kind of job.
    fn kind(&self) -> &'static str;

    /// How long one try may take; it is cut off then, and counts as failed.
    fn time_limit(&self) -> SignedDuration {
        SignedDuration::from_secs(30)
    }

    /// Does the work.
    fn run<'a>(&'a self, job: &'a Job) -> Work<'a>;
}

/// Wakes the runner of this process; hung on the database.
#[derive(Default)]
pub(crate) struct Wake(pub(crate) Notify);

/// Stores a job in this transaction and for its tenant; once that is committed it will be done. None when a
/// job with the same key is waiting already.
///
/// # Errors
/// The payload has no JSON form, or the database failed.
pub fn enqueue(tx: &mut Tx<'_>, job: NewJob) -> Result<Option<JobId>, DbError> {
    let tenant = tx.tenant();
    store(tx, tenant, job, false)
}

/// The same from a transaction across tenants.
///
/// # Errors
/// As [`enqueue`].
pub fn enqueue_for(tx: &mut Tx<'_>, tenant: TenantId, job: NewJob) -> Result<Option<JobId>, DbError> {
    store(tx, Some(tenant), job, false)
}

/// Stores a job in place of the one with its key, if there is one: the new time and payload hold, the tries
/// begin anew, and a try that is under way is undone.
///
/// # Errors
/// As [`enqueue`].
pub fn reschedule(tx: &mut Tx<'_>, job: NewJob) -> Result<(), DbError> {
    let tenant = tx.tenant();
    store(tx, tenant, job, true).map(drop)
}

/// Takes away the job of this tenant with that kind and key; false when there is none. A try that is under
/// way is undone.
///
/// # Errors
/// The database failed.
pub fn cancel(tx: &mut Tx<'_>, kind: &'static str, key: &str) -> Result<bool, DbError> {
    let dedupe = dedupe(tx.tenant(), kind, key);
    jobs::cancel(tx, &dedupe)
}

fn store(
    tx: &mut Tx<'_>,
    tenant: Option<TenantId>,
    job: NewJob,
    replace: bool,
) -> Result<Option<JobId>, DbError> {
    let payload =
        job.payload.map_err(|error| DbError::Type(format!("the payload of {}: {error}", job.kind)))?;
    let now = tx.now();
    let id = JobId::generate(now);
    let dedupe = job.key.map(|key| dedupe(tenant, job.kind, &key));
    let run_at = job.run_at.unwrap_or(now);
    let stored = jobs::insert(
        tx,
        &jobs::Insert {
            id,
            tenant,
            kind: job.kind,
            dedupe: dedupe.as_deref(),
            run_at,
            payload: &payload,
            max_attempts: job.max_attempts,
            replace,
        },
    )?;
    if stored && let Some(wake) = tx.extension::<Wake>() {
        tx.on_commit(move || Arc::clone(&wake).0.notify_one());
    }
    Ok(stored.then_some(id))
}

fn dedupe(tenant: Option<TenantId>, kind: &str, key: &str) -> String {
    match tenant {
        Some(tenant) => format!("{tenant}/{kind}/{key}"),
        None => format!("-/{kind}/{key}"),
    }
}
