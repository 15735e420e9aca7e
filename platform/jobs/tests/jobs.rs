//! What jobs promise.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;
use usher_db::{Db, DbError, Engine, Lane, Migration, MigrationSet, Tx};
use usher_jobs::{
    Handler, Job, Jobs, NewJob, OutsideHandler, Recurring, Schedule, Work, cancel, counts, dead_jobs,
    enqueue, reschedule, revive,
};
use usher_kernel::{Clock, Ctx, Fault, ManualClock, SignedDuration, SystemCtx, TenantId};
use usher_testkit::TestDb;

usher_db::sql! {
    NOTE = "INSERT INTO notes (text) VALUES ($1)";
    HELD across "a test" = "SELECT count(*) FROM jobs WHERE held_until IS NOT NULL";
    NOTES = "SELECT text FROM notes ORDER BY text";
}

const NOTES_TABLE: MigrationSet = MigrationSet {
    context: "notes",
    migrations: &[Migration {
        name: "0001_init",
        sqlite: "CREATE TABLE notes (text TEXT NOT NULL)",
        postgres: "CREATE TABLE notes (text TEXT NOT NULL)",
    }],
};

struct World {
    db: Db,
    jobs: Jobs,
    clock: Clock,
    time: ManualClock,
    ctx: Ctx,
    sys: SystemCtx,
    _store: TestDb,
}

async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let sets = vec![usher_jobs::migrations(), NOTES_TABLE];
        if let Some(store) = TestDb::open(engine, sets).await {
            worlds.push(World::over(store));
        }
    }
    worlds
}

impl World {
    fn over(store: TestDb) -> Self {
        let store = store.letting_jobs_fail();
        let db = store.db().clone();
        let (clock, time) = Clock::manual("2026-03-02T09:00:00Z".parse().unwrap());
        let jobs = Jobs::new(db.clone(), clock.clone());
        let ctx = Ctx::system(TenantId::generate(clock.now()), "test", clock.clone());
        let sys = SystemCtx::new("test", clock.clone());
        Self { db, jobs, clock, time, ctx, sys, _store: store }
    }

    async fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, DbError> + Send + 'static,
    ) -> T {
        self.db.write(&self.ctx, Lane::Tenant, f).await.unwrap()
    }

    async fn later(&self, seconds: i64) -> usize {
        self.time.advance(SignedDuration::from_secs(seconds));
        self.jobs.run_due(self.clock.now()).await.unwrap()
    }

    async fn notes(&self) -> Vec<String> {
        self.db.read_system::<_, DbError>(&self.sys, |read| read.query(NOTES, &[])).await.unwrap()
    }

    /// How many jobs are claimed.
    async fn counts_held(&self) -> i64 {
        self.db.read_system::<_, DbError>(&self.sys, |read| read.query_one(HELD, &[])).await.unwrap()
    }

    async fn counts(&self) -> (i64, i64) {
        self.db.read_system::<_, DbError>(&self.sys, counts).await.unwrap()
    }
}

/// Notes the payload, and fails after that as often as it was told.
struct Noter {
    failures: AtomicU32,
}

impl Noter {
    fn failing(times: u32) -> Arc<Self> {
        Arc::new(Self { failures: AtomicU32::new(times) })
    }
}

impl Handler for Noter {
    fn kind(&self) -> &'static str {
        "note"
    }
    fn run(&self, tx: &mut Tx<'_>, job: &Job) -> Result<(), Fault> {
        tx.execute(NOTE, &[&job.payload::<String>()?])?;
        let left = self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_ok() { Err(Fault::internal("it went wrong after its effects")) } else { Ok(()) }
    }
}

fn note(text: &str) -> NewJob {
    NewJob::new("note", text)
}

#[tokio::test]
async fn a_job_runs_when_it_is_due_and_once() {
    for world in worlds().await {
        world.jobs.handle(Noter::failing(0));
        let soon = world.clock.now() + SignedDuration::from_secs(60);
        world
            .write(move |tx| {
                enqueue(tx, note("at once"))?;
                enqueue(tx, note("in a minute").at(soon))
            })
            .await;
        let rolled_back: Result<(), DbError> = world
            .db
            .write(&world.ctx, Lane::Tenant, |tx| {
                enqueue(tx, note("never wanted"))?;
                Err(DbError::NoRow)
            })
            .await;
        assert!(rolled_back.is_err());
        assert_eq!(world.later(0).await, 1);
        assert_eq!(world.notes().await, ["at once"]);
        assert_eq!(world.later(59).await, 0);
        assert_eq!(world.later(1).await, 1);
        assert_eq!(world.later(3600).await, 0);
        assert_eq!(world.notes().await, ["at once", "in a minute"]);
        assert_eq!(world.counts().await, (0, 0));
    }
}

#[tokio::test]
async fn a_failed_try_leaves_nothing_and_comes_back_later_each_time() {
    for world in worlds().await {
        world.jobs.handle(Noter::failing(2));
        world.write(|tx| enqueue(tx, note("third time lucky"))).await;
        assert_eq!(world.later(0).await, 1);
        assert_eq!(world.later(1).await, 0);
        assert_eq!(world.later(1).await, 1);
        assert!(world.notes().await.is_empty());
        assert_eq!(world.later(3).await, 0);
        assert_eq!(world.later(1).await, 1);
        assert_eq!(world.notes().await, ["third time lucky"]);
    }
}

#[tokio::test]
#[should_panic(expected = "jobs are left behind that failed: [\"note: ")]
async fn a_test_that_leaves_a_failed_job_behind_fails() {
    let sets = || vec![usher_jobs::migrations(), NOTES_TABLE];
    let engines = [TestDb::open(Engine::Sqlite, sets()).await, TestDb::open(Engine::Postgres, sets()).await];
    let store = engines.into_iter().flatten().next().expect("an engine");
    let (clock, _) = Clock::manual("2026-03-02T09:00:00Z".parse().unwrap());
    let jobs = Jobs::new(store.db().clone(), clock.clone());
    jobs.handle(Noter::failing(1));
    let ctx = Ctx::system(TenantId::generate(clock.now()), "test", clock.clone());
    let one = |tx: &mut Tx<'_>| enqueue(tx, note("once")).map(drop);
    store.db().write::<_, DbError>(&ctx, Lane::Tenant, one).await.unwrap();
    jobs.run_due(clock.now()).await.unwrap();
}

#[tokio::test]
async fn a_job_that_keeps_failing_is_kept_as_dead_and_can_be_revived() {
    for world in worlds().await {
        world.jobs.handle(Noter::failing(2));
        world.write(|tx| enqueue(tx, note("hopeless").attempts(2))).await;
        for _ in 0..4 {
            world.later(3600).await;
        }
        assert_eq!(world.counts().await, (0, 1));
        let dead = world.db.read_system::<_, DbError>(&world.sys, |read| dead_jobs(read, 5)).await.unwrap();
        assert_eq!(dead[0].attempts, 2);
        assert!(dead[0].last_error.as_deref().is_some_and(|error| error.contains("went wrong")));
        let id = dead[0].id;
        assert!(world.write(move |tx| revive(tx, id)).await);
        world.later(0).await;
        assert_eq!(world.notes().await, ["hopeless"]);
    }
}

#[tokio::test]
async fn one_key_is_one_job_that_can_be_moved_and_cancelled() {
    for world in worlds().await {
        world.jobs.handle(Noter::failing(0));
        let soon = world.clock.now() + SignedDuration::from_secs(60);
        let later = soon + SignedDuration::from_secs(60);
        world
            .write(move |tx| {
                assert!(enqueue(tx, note("first").keyed("k").at(soon))?.is_some());
                assert!(enqueue(tx, note("second").keyed("k").at(soon))?.is_none());
                enqueue(tx, note("other").keyed("l").at(soon))
            })
            .await;
        world.write(move |tx| reschedule(tx, note("moved").keyed("k").at(later))).await;
        assert!(world.write(|tx| cancel(tx, "note", "l")).await);
        assert!(!world.write(|tx| cancel(tx, "note", "l")).await);
        assert_eq!(world.later(60).await, 0);
        assert_eq!(world.later(60).await, 1);
        assert_eq!(world.notes().await, ["moved"]);
        // The key is free again.
        world.write(|tx| enqueue(tx, note("again").keyed("k"))).await.unwrap();
    }
}

struct Sender {
    sent: Mutex<Vec<String>>,
    cancels: bool,
    db: Db,
    ctx: Ctx,
}

impl OutsideHandler for Sender {
    fn kind(&self) -> &'static str {
        "send"
    }
    fn run<'a>(&'a self, job: &'a Job) -> Work<'a> {
        Box::pin(async move {
            self.sent.lock().push(job.payload()?);
            if self.cancels {
                self.db
                    .write::<_, DbError>(&self.ctx, Lane::Tenant, |tx| cancel(tx, "send", "mail").map(drop))
                    .await?;
            }
            Ok(())
        })
    }
}

#[tokio::test]
async fn outside_work_survives_the_process_that_did_it() {
    for world in worlds().await {
        let sender = Arc::new(Sender {
            sent: Mutex::default(),
            cancels: false,
            db: world.db.clone(),
            ctx: world.ctx.clone(),
        });
        world.jobs.handle_outside(sender.clone());
        world.write(|tx| enqueue(tx, NewJob::new("send", "hello").keyed("mail"))).await;
        // A node that claimed it and died: nobody else takes it before the claim lapses.
        let dead_node = Jobs::new(world.db.clone(), world.clock.clone());
        dead_node.handle_outside(Arc::new(Stuck));
        let now = world.clock.now();
        tokio::select! {
            biased;
            _ = dead_node.run_due(now) => panic!("it is stuck"),
            () = async { while world.counts_held().await == 0 { tokio::task::yield_now().await } } => {}
        }
        assert_eq!(world.later(30).await, 0);
        assert_eq!(world.later(31).await, 1);
        assert_eq!(*sender.sent.lock(), ["hello"]);
        assert_eq!(world.counts().await, (0, 0));
    }
}

struct Stuck;
impl OutsideHandler for Stuck {
    fn kind(&self) -> &'static str {
        "send"
    }
    fn run<'a>(&'a self, _: &'a Job) -> Work<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_job_cancelled_while_it_runs_does_not_come_back() {
    for world in worlds().await {
        let sender = Arc::new(Sender {
            sent: Mutex::default(),
            cancels: true,
            db: world.db.clone(),
            ctx: world.ctx.clone(),
        });
        world.jobs.handle_outside(sender.clone());
        world.write(|tx| enqueue(tx, NewJob::new("send", "once").keyed("mail"))).await;
        world.later(0).await;
        world.later(3600).await;
        assert_eq!(*sender.sent.lock(), ["once"]);
        assert_eq!(world.counts().await, (0, 0));
    }
}

#[tokio::test]
async fn two_workers_share_the_work() {
    for world in worlds().await {
        let other = Jobs::new(world.db.clone(), world.clock.clone());
        world.jobs.handle(Noter::failing(0));
        other.handle(Noter::failing(0));
        world
            .write(|tx| {
                for n in 0..100 {
                    enqueue(tx, note(&format!("{n:03}")))?;
                }
                Ok(())
            })
            .await;
        let now = world.clock.now();
        let (a, b) = tokio::join!(world.jobs.run_due(now), other.run_due(now));
        assert_eq!(a.unwrap() + b.unwrap(), 100);
        assert_eq!(world.notes().await, (0..100).map(|n| format!("{n:03}")).collect::<Vec<_>>());
    }
}

struct Hourly(AtomicU32);
impl Recurring for Hourly {
    fn name(&self) -> &'static str {
        "hourly"
    }
    fn schedule(&self) -> Schedule {
        Schedule::Every(SignedDuration::from_hours(1))
    }
    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        tx.execute(NOTE, &[&"tick"])?;
        if self.0.fetch_add(1, Ordering::SeqCst) == 1 {
            Err(Fault::internal("the second time"))
        } else {
            Ok(())
        }
    }
}

#[tokio::test]
async fn recurring_work_comes_back_and_is_shared() {
    for world in worlds().await {
        let other = Jobs::new(world.db.clone(), world.clock.clone());
        let work = Arc::new(Hourly(AtomicU32::new(0)));
        world.jobs.recur(work.clone());
        other.recur(work);
        let now = world.clock.now();
        world.later(0).await;
        other.run_due(now).await.unwrap();
        assert_eq!(world.notes().await.len(), 1);
        assert_eq!(world.later(3599).await, 0);
        // The second time fails, and is tried again soon instead of in an hour.
        assert_eq!(world.later(1).await, 1);
        assert_eq!(world.notes().await.len(), 1);
        assert_eq!(world.later(2).await, 1);
        assert_eq!(world.notes().await.len(), 2);
        // What was missed is done once.
        assert_eq!(world.later(5 * 3600).await, 1);
        assert_eq!(world.notes().await.len(), 3);
    }
}

#[tokio::test]
async fn a_started_runner_is_woken_by_the_commit() {
    for world in worlds().await {
        world.jobs.handle(Noter::failing(0));
        let running = world.jobs.start();
        world.write(|tx| enqueue(tx, note("woken"))).await;
        while world.notes().await.is_empty() {
            tokio::task::yield_now().await;
        }
        running.stop().await;
    }
}
