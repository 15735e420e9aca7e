//! One test, two engines.

use std::future::Future;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use usher_db::{Db, DbConfig, DbError, DynQuery, Engine, MigrationSet};
use usher_kernel::{Clock, Ctx, SystemCtx, TenantId, Timestamp};

use crate::pg::Cluster;

/// An empty, migrated database of a test's own; its files go with it.
pub struct TestDb {
    db: Db,
    config: DbConfig,
    /// Whether a job that failed fails the test.
    watches_jobs: bool,
    _folder: Arc<Folder>,
}

impl Drop for TestDb {
    /// Fails a test that leaves a job behind which failed and was not done since. Gives the connections back, of which
    /// PostgreSQL has a limited number: what a test built over the database (listeners, rooms) may hold it for as long
    /// as the process lives.
    fn drop(&mut self) {
        let watches = self.watches_jobs && !std::thread::panicking();
        let failed = if watches { self.failed_jobs() } else { Vec::new() };
        self.db.stop();
        assert!(failed.is_empty(), "jobs are left behind that failed: {failed:?}");
    }
}

impl TestDb {
    /// Opens one. `None`, with a printed word, where the engine is not wanted or not installed.
    ///
    /// # Panics
    /// PostgreSQL is missing and `CI=true`; or the database cannot be opened.
    pub async fn open(engine: Engine, migrations: Vec<MigrationSet>) -> Option<Self> {
        let folder = Arc::new(Folder::new());
        let config = config(engine, folder.path())?;
        Some(Self::over(config, folder, migrations).await)
    }

    /// The same database, opened once more as another node does.
    ///
    /// # Panics
    /// It cannot be opened.
    pub async fn beside(&self, migrations: Vec<MigrationSet>) -> Self {
        Self::over(self.config.clone(), Arc::clone(&self._folder), migrations).await
    }

    async fn over(config: DbConfig, folder: Arc<Folder>, migrations: Vec<MigrationSet>) -> Self {
        let watches_jobs = migrations.iter().any(|set| set.context == "jobs");
        let db = Db::open(config.clone(), migrations).await.unwrap_or_else(|error| panic!("{error}"));
        Self { db, config, watches_jobs, _folder: folder }
    }

    /// For a test about jobs that fail: it looks after them itself.
    #[must_use]
    pub fn letting_jobs_fail(mut self) -> Self {
        self.watches_jobs = false;
        self
    }

    /// The jobs whose last try failed, each with its error; none once the database is closed.
    fn failed_jobs(&self) -> Vec<String> {
        let (db, system) = (self.db.clone(), self.system());
        let ask = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let mut query = DynQuery::new(
                "SELECT kind || ': ' || last_error FROM jobs WHERE last_error IS NOT NULL ORDER BY kind",
            );
            query.across("a test looks after the jobs of its own database");
            let read = db.read_system::<_, DbError>(&system, move |read| read.query_dyn(&query));
            runtime.expect("a runtime starts").block_on(read)
        };
        // On a thread of its own, because a test's runtime may be running on this one.
        std::thread::spawn(ask).join().ok().and_then(Result::ok).unwrap_or_default()
    }

    /// How it was opened, to open it again.
    pub fn config(&self) -> &DbConfig {
        &self.config
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// A system context bound to a new tenant; its clock stands still.
    pub fn tenant(&self) -> Ctx {
        let clock = still_clock();
        Ctx::system(TenantId::generate(clock.now()), "test", clock)
    }

    /// A context across tenants; its clock stands still.
    pub fn system(&self) -> SystemCtx {
        SystemCtx::new("test", still_clock())
    }
}

/// A database as an earlier version left it: a test puts in what that version wrote, and brings it up to this one.
pub struct OldDb {
    old: TestDb,
    all: Vec<MigrationSet>,
}

impl OldDb {
    /// Opens an empty one in which only the first `done` migrations of `context` have been run; of every other
    /// context all. `None`, with a printed word, where the engine is not wanted or not installed.
    ///
    /// # Panics
    /// There is no such context, or nothing of it is left to be run; else as [`TestDb::open`].
    pub async fn open(
        engine: Engine,
        all: Vec<MigrationSet>,
        (context, done): (&str, usize),
    ) -> Option<Self> {
        let len = all.iter().find(|set| set.context == context).map(|set| set.migrations.len());
        assert!(len.is_some_and(|len| done < len), "{context} has no migration after its first {done}");
        let cut = |set: &MigrationSet| {
            let left = if set.context == context { done } else { set.migrations.len() };
            MigrationSet { migrations: &set.migrations[..left], ..*set }
        };
        let before = all.iter().map(cut).collect();
        Some(Self { old: TestDb::open(engine, before).await?, all })
    }

    /// The same database after the migrations that were left, as a newer program opens it.
    ///
    /// # Panics
    /// A migration fails.
    pub async fn brought_up(self) -> TestDb {
        let Self { old, all } = self;
        old.close().await;
        let (config, folder) = (old.config.clone(), Arc::clone(&old._folder));
        drop(old);
        TestDb::over(config, folder, all).await
    }
}

impl Deref for OldDb {
    type Target = TestDb;
    fn deref(&self) -> &TestDb {
        &self.old
    }
}

/// A clock that stands at a Monday morning in 2030.
pub fn still_clock() -> Clock {
    Clock::manual(Timestamp::from_second(1_894_010_400).unwrap_or_default()).0
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

/// A configuration for an empty database on the engine; files go under `folder`.
///
/// `USHER_TEST_ENGINES` names the engines that are wanted, `sqlite,postgres` unless set.
///
/// # Panics
/// PostgreSQL is missing and `CI=true`.
pub fn config(engine: Engine, folder: &Path) -> Option<DbConfig> {
    let wanted = std::env::var("USHER_TEST_ENGINES").unwrap_or_else(|_| "sqlite,postgres".to_owned());
    let name = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    if !wanted.split(',').any(|engine| engine.trim() == name) {
        eprintln!("skipped: USHER_TEST_ENGINES leaves out {name}");
        return None;
    }
    match engine {
        Engine::Sqlite => Some(DbConfig::sqlite(folder.join("usher.db")).without_sync().readers(2)),
        Engine::Postgres => {
            let cluster = Cluster::shared();
            let missing = cluster.is_none() && std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(
                !missing,
                "PostgreSQL (initdb, postgres) is not installed, and with CI=true no test is skipped"
            );
            if cluster.is_none() {
                eprintln!("skipped: PostgreSQL (initdb, postgres) is not installed");
            }
            cluster.map(|cluster| DbConfig::postgres(cluster.database()).writers(2).readers(2))
        }
    }
}

/// A folder that goes when it is dropped.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes an empty one.
    ///
    /// # Panics
    /// The system's folder for temporary files cannot be written.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("usher-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder is made");
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{} stays behind: {error}", self.0.display());
        }
    }
}

/// Runs a test body on a runtime of two threads.
///
/// # Panics
/// The body does.
pub fn block_on<T>(body: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(body)
}

/// Declares tests that run once on each engine:
///
/// ```ignore
/// both_engines! {
///     migrations: vec![usher_tenancy::migrations()];
///
///     /// What it shows.
///     async fn a_site_is_found(db: TestDb) { … }
/// }
/// ```
///
/// makes `a_site_is_found::sqlite` and `a_site_is_found::postgres`. Without the `migrations:` line the
/// bodies take an [`Engine`] and open what they need themselves.
#[macro_export]
macro_rules! both_engines {
    (migrations: $sets:expr; $($(#[$meta:meta])* async fn $name:ident($db:ident : TestDb) $body:block)+) => {$(
        $(#[$meta])*
        #[cfg(test)]
        mod $name {
            use super::*;

            async fn body($db: $crate::TestDb) $body

            fn run(engine: $crate::usher_db::Engine) {
                $crate::block_on(async move {
                    if let Some(db) = $crate::TestDb::open(engine, $sets).await {
                        body(db).await;
                    }
                });
            }

            #[test]
            fn sqlite() {
                run($crate::usher_db::Engine::Sqlite);
            }

            #[test]
            fn postgres() {
                run($crate::usher_db::Engine::Postgres);
            }
        }
    )+};
    ($($(#[$meta:meta])* async fn $name:ident($engine:ident : Engine) $body:block)+) => {$(
        $(#[$meta])*
        #[cfg(test)]
        mod $name {
            use super::*;

            async fn body($engine: $crate::usher_db::Engine) $body

            #[test]
            fn sqlite() {
                $crate::block_on(body($crate::usher_db::Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                $crate::block_on(body($crate::usher_db::Engine::Postgres));
            }
        }
    )+};
}
