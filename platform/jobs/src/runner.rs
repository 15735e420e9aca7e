//! Doing what is due.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use usher_db::{Db, DbError, Lane, Tx};
use usher_kernel::{Clock, Ctx, Fault, SignedDuration, SystemCtx, Timestamp, random};

use crate::job::{Handler, Job, OutsideHandler, Wake};
use crate::schedule::Recurring;
use crate::store::{jobs, recurring};

/// How many jobs are claimed at once, and how many are under way together at most: enough that their commits
/// are grouped.
const CLAIM: u32 = 32;
/// How long a claim holds. A node that dies delays its jobs by that long.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often the table is looked at when nothing wakes the runner: jobs that other nodes have enqueued.
const POLL: Duration = Duration::from_secs(1);
/// The wait before the second try; doubled with each, up to an hour.
const FIRST_BACK_OFF: SignedDuration = SignedDuration::from_secs(2);
/// The longest wait between two tries.
const LONGEST_BACK_OFF: SignedDuration = SignedDuration::from_hours(1);

#[derive(Clone)]
enum Doer {
    Inside(Arc<dyn Handler>),
    Outside(Arc<dyn OutsideHandler>),
}

/// The jobs of one database, with those who do them. Cheap to clone.
#[derive(Clone)]
pub struct Jobs(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    sys: SystemCtx,
    wake: Arc<Wake>,
    doers: RwLock<HashMap<&'static str, Doer>>,
    recurring: RwLock<Vec<Arc<dyn Recurring>>>,
}

/// Why a try left nothing behind.
enum Undone {
    Failed(Fault),
    /// Cancelled, replaced or taken over meanwhile: not ours any more.
    Gone,
}

impl From<DbError> for Undone {
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
}

impl Jobs {
    /// The jobs of `db`.
    pub fn new(db: Db, clock: Clock) -> Self {
        let wake = Arc::new(Wake::default());
        db.extend(Arc::clone(&wake));
        let sys = SystemCtx::new("jobs", clock.clone());
        Self(Arc::new(Inner { db, clock, sys, wake, doers: RwLock::default(), recurring: RwLock::default() }))
    }

    /// Adds who does one kind of job. Jobs of kinds that nobody here does are left to other nodes.
    pub fn handle(&self, handler: Arc<dyn Handler>) {
        self.0.doers.write().insert(handler.kind(), Doer::Inside(handler));
    }

    /// Adds who does one kind of job outside of the database.
    pub fn handle_outside(&self, handler: Arc<dyn OutsideHandler>) {
        self.0.doers.write().insert(handler.kind(), Doer::Outside(handler));
    }

    /// Adds recurring work.
    pub fn recur(&self, work: Arc<dyn Recurring>) {
        self.0.recurring.write().push(work);
    }

    /// Does everything that is due at `now`, what becomes due by doing it included; says how many tries that
    /// were. What tests call instead of [`Jobs::start`].
    ///
    /// # Errors
    /// The database failed. A job that fails is no error: it waits for its next try.
    pub async fn run_due(&self, now: Timestamp) -> Result<usize, DbError> {
        let mut tries = self.run_recurring(now).await?;
        loop {
            let claimed = self.claim(now).await?;
            if claimed.is_empty() {
                return Ok(tries);
            }
            tries += claimed.len();
            let mut running = JoinSet::new();
            for job in claimed {
                let jobs = self.clone();
                running.spawn(async move { jobs.attempt(job, now).await });
            }
            while let Some(ended) = running.join_next().await {
                match ended {
                    Ok(outcome) => outcome?,
                    // It counts as a try; the claim lapses, and then comes the next.
                    Err(error) => tracing::error!(%error, "work outside of the database panicked"),
                }
            }
        }
    }

    /// Begins to do what is due, as it becomes due.
    pub fn start(&self) -> Running {
        let (stop, mut stopped) = watch::channel(());
        let jobs = self.clone();
        let task = tokio::spawn(async move {
            loop {
                let now = jobs.0.clock.now();
                let wait = match jobs.run_due(now).await {
                    Ok(_) => jobs.until_next().await,
                    Err(error) => {
                        tracing::warn!(%error, "jobs cannot be done");
                        POLL
                    }
                };
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = jobs.0.wake.0.notified() => {}
                    _ = stopped.changed() => return,
                }
            }
        });
        Running { stop, task }
    }

    /// How long nothing is due, at most until the next look.
    async fn until_next(&self) -> Duration {
        let now = self.0.clock.now();
        let next = self.0.db.read_system(&self.0.sys, move |read| jobs::next(read, now)).await;
        match next {
            Ok(Some(next)) => Duration::try_from(next.duration_since(now)).unwrap_or_default().min(POLL),
            Ok(None) | Err(_) => POLL,
        }
    }

    async fn claim(&self, now: Timestamp) -> Result<Vec<Job>, DbError> {
        let kinds: Vec<&'static str> = self.0.doers.read().keys().copied().collect();
        if kinds.is_empty() {
            return Ok(Vec::new());
        }
        // Asked first of a reader: an idle runner writes nothing.
        let next = self.0.db.read_system(&self.0.sys, move |read| jobs::next(read, now)).await?;
        if next.is_none_or(|next| next > now) {
            return Ok(Vec::new());
        }
        let rows = self
            .0
            .db
            .write_system(&self.0.sys, Lane::Any, move |tx| jobs::claim(tx, &kinds, now, now + LEASE, CLAIM))
            .await?;
        Ok(rows.into_iter().map(Job::from).collect())
    }

    /// One try of one job.
    async fn attempt(&self, job: Job, now: Timestamp) -> Result<(), DbError> {
        let doer = self.0.doers.read().get(job.kind.as_str()).cloned();
        let Some(doer) = doer else { return Ok(()) };
        let job = Arc::new(job);
        let outcome = if job.attempt > job.max_attempts {
            // Its last try ended with the process that made it.
            Err(Undone::Failed(Fault::internal("the process ended during the last try")))
        } else {
            match doer {
                Doer::Inside(handler) => self.attempt_inside(handler, &job).await,
                Doer::Outside(handler) => self.attempt_outside(&*handler, &job).await,
            }
        };
        match outcome {
            Ok(()) | Err(Undone::Gone) => Ok(()),
            Err(Undone::Failed(fault)) => self.failed(job, &fault, now).await,
        }
    }

    async fn attempt_inside(&self, handler: Arc<dyn Handler>, job: &Arc<Job>) -> Result<(), Undone> {
        let lane = handler.lane(job);
        let own = Arc::clone(job);
        let work = move |tx: &mut Tx<'_>| {
            // First, so that a job that is cancelled or taken over does no work.
            if !jobs::finish(tx, &own)? {
                return Err(Undone::Gone);
            }
            handler.run(tx, &own).map_err(Undone::Failed)
        };
        match job.tenant {
            Some(tenant) => {
                let ctx = Ctx::system(tenant, "jobs", self.0.clock.clone());
                self.0.db.write(&ctx, lane, work).await
            }
            None => self.0.db.write_system(&self.0.sys, lane, work).await,
        }
    }

    async fn attempt_outside(&self, handler: &dyn OutsideHandler, job: &Arc<Job>) -> Result<(), Undone> {
        let limit = handler.time_limit().min(LEASE);
        let limit = Duration::try_from(limit).unwrap_or(POLL);
        tokio::time::timeout(limit, handler.run(job))
            .await
            .unwrap_or_else(|_| Err(Fault::internal("it took too long")))
            .map_err(Undone::Failed)?;
        let own = Arc::clone(job);
        let finished =
            self.0.db.write_system(&self.0.sys, Lane::Any, move |tx| jobs::finish(tx, &own)).await?;
        if finished { Ok(()) } else { Err(Undone::Gone) }
    }

    async fn failed(&self, job: Arc<Job>, fault: &Fault, now: Timestamp) -> Result<(), DbError> {
        let dead = job.attempt >= job.max_attempts;
        let (kind, attempt, id) = (&job.kind, job.attempt, job.id);
        if dead {
            tracing::error!(kind, %id, attempt, %fault, "a job was given up");
        } else {
            tracing::warn!(kind, %id, attempt, %fault, "a job failed; it will be tried again");
        }
        let error = fault.to_string();
        let again = now + back_off(job.attempt);
        self.0
            .db
            .write_system(&self.0.sys, Lane::Any, move |tx| {
                if dead { jobs::bury(tx, &job, &error) } else { jobs::retry(tx, &job, again, &error) }
            })
            .await
    }

    async fn run_recurring(&self, now: Timestamp) -> Result<usize, DbError> {
        let all = self.0.recurring.read().clone();
        let mut tries = 0;
        for work in all {
            tries += usize::from(self.recur_once(work, now).await?);
        }
        Ok(tries)
    }

    async fn recur_once(&self, work: Arc<dyn Recurring>, now: Timestamp) -> Result<bool, DbError> {
        let (db, sys, name) = (&self.0.db, &self.0.sys, work.name());
        let Some((next, turn, failures)) =
            db.read_system(sys, move |read| recurring::get(read, name)).await?
        else {
            let first = work.schedule().first(now);
            db.write_system(sys, Lane::Any, move |tx| recurring::ensure(tx, name, first)).await?;
            return if first <= now { Box::pin(self.recur_once(work, now)).await } else { Ok(false) };
        };
        if next > now {
            return Ok(false);
        }
        let regular = work.schedule().after(now);
        let outcome = db
            .write_system(sys, Lane::Any, move |tx| {
                if !recurring::ran(tx, name, turn, regular, now)? {
                    return Err(Undone::Gone);
                }
                work.run(tx).map_err(Undone::Failed)
            })
            .await;
        if let Err(Undone::Failed(fault)) = outcome {
            tracing::warn!(work = name, %fault, "recurring work failed; it will be tried again");
            let (error, again) = (fault.to_string(), (now + back_off(failures + 1)).min(regular));
            db.write_system(sys, Lane::Any, move |tx| recurring::failed(tx, name, turn, again, &error))
                .await?;
        }
        Ok(true)
    }
}

/// The wait after so many failures, with a fifth of it left to chance so that what failed together does not
/// come back together.
fn back_off(failures: u32) -> SignedDuration {
    let doublings = failures.saturating_sub(1).min(16);
    let wait = FIRST_BACK_OFF.saturating_mul(1 << doublings).min(LONGEST_BACK_OFF);
    let fifth = u32::try_from(wait.as_millis() / 5).unwrap_or(u32::MAX);
    wait - SignedDuration::from_millis(i64::from(random::below(fifth)))
}

/// The task that does jobs. Dropping this ends it after the jobs that are under way; [`Running::stop`] waits
/// for that.
#[must_use = "nothing more is done once this is dropped"]
pub struct Running {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Finishes the jobs that are under way, and does no others.
    pub async fn stop(self) {
        // Nobody listening means that the task has ended.
        self.stop.send(()).ok();
        if self.task.await.is_err() {
            tracing::error!("the task that does jobs panicked");
        }
    }
}
