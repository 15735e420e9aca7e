//! The database as the async world sees it.

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::Mutex;
use tokio::sync::oneshot;
use usher_kernel::{Ctx, SiteId, SystemCtx};

use crate::config::{DbConfig, OpenError, Target};
use crate::error::DbError;
use crate::extensions::Extensions;
use crate::migrate::MigrationSet;
use crate::op::{Binding, ReadJob, ReadOp, Write, WriteOp};
use crate::postgres;
use crate::queue::Queue;
use crate::sqlite;
use crate::stats::Counters;
use crate::tx::{Read, Tx};

pub use crate::stats::DbStats;

/// The two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Embedded.
    Sqlite,
    /// A server.
    Postgres,
}

impl Engine {
    /// Its name in configuration, answers and logs: `sqlite`, `postgres`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Which PostgreSQL writer runs an operation. What touches the same line says the same lane: it is
/// committed in groups there and does not fight over row locks. SQLite has one writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The work of one site.
    Site(SiteId),
    /// The work of the operation's tenant that belongs to no site.
    Tenant,
    /// Work that touches nothing that others touch.
    Any,
    /// Work that nobody waits for, and that may take its time: it has a writer of its own.
    Background,
}

/// A queue of writes.
pub(crate) type WriteQueue = Arc<Queue<Box<dyn WriteOp>>>;
/// A queue of reads.
pub(crate) type ReadQueue = Arc<Queue<Box<dyn ReadOp>>>;

/// An open database; cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    parts: Parts,
    extensions: Arc<Extensions>,
    counters: Arc<Counters>,
}

/// What an engine hands over when it has been opened.
pub(crate) struct Parts {
    pub(crate) kind: Kind,
    pub(crate) reads: ReadQueue,
    pub(crate) threads: Mutex<Vec<JoinHandle<()>>>,
}

/// What differs between the engines above their threads.
pub(crate) enum Kind {
    Sqlite(sqlite::Handle),
    Postgres(Box<postgres::Handle>),
}

impl Db {
    /// Opens the database, runs the migrations that are still to be run and starts the threads.
    ///
    /// # Errors
    /// Each [`OpenError`] is one line that says what is wrong and how to mend it.
    pub async fn open(config: DbConfig, migrations: Vec<MigrationSet>) -> Result<Self, OpenError> {
        let extensions = Arc::new(Extensions::default());
        let counters = Arc::new(Counters::default());
        let (done, opened) = oneshot::channel();
        let shared = (Arc::clone(&extensions), Arc::clone(&counters));
        // Opening blocks (migrations, the write-ahead log of a crash), so it has a thread of its own.
        std::thread::Builder::new()
            .name("usher-db-open".to_owned())
            .spawn(move || {
                let parts = match &config.target {
                    Target::Sqlite(path) => sqlite::open(path, &config, &migrations, shared.0, shared.1),
                    Target::Postgres(url) => postgres::open(url, &config, &migrations, &shared.0, &shared.1),
                };
                drop(done.send(parts));
            })
            .map_err(|error| OpenError::Other(format!("no thread could be started: {error}")))?;
        let parts = opened.await.map_err(|_| OpenError::Other("the opening thread died".to_owned()))??;
        Ok(Self(Arc::new(Inner { parts, extensions, counters })))
    }

    /// Opens the database for reading only, also while others serve from it: no lock is taken, no migration run,
    /// and every write is refused. Where migrations are still to be run, their names are answered instead.
    ///
    /// # Errors
    /// [`OpenError::Missing`] where there is no database yet; else as [`Db::open`].
    pub async fn inspect(
        config: DbConfig,
        migrations: Vec<MigrationSet>,
    ) -> Result<Result<Self, Vec<String>>, OpenError> {
        let extensions = Arc::new(Extensions::default());
        let counters = Arc::new(Counters::default());
        let shared = (Arc::clone(&extensions), Arc::clone(&counters));
        let opened = tokio::task::spawn_blocking(move || match &config.target {
            Target::Sqlite(path) => sqlite::inspect(path, &config, &migrations, &shared.0, &shared.1),
            Target::Postgres(url) => postgres::inspect(url, &config, &migrations, &shared.0),
        });
        let opened = opened.await.map_err(|_| OpenError::Other("the opening thread died".to_owned()))??;
        Ok(opened.map(|parts| Self(Arc::new(Inner { parts, extensions, counters }))))
    }

    /// Runs a writing operation inside the tenant of `ctx` and answers after its commit.
    ///
    /// `f` may run more than once, so it owns its input and makes ids and times inside.
    ///
    /// # Errors
    /// What `f` returns, or a [`DbError`]: [`DbError::Busy`] at once when too much is waiting.
    pub async fn write<T, E>(
        &self,
        ctx: &Ctx,
        lane: Lane,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let binding = Binding { caller: Arc::clone(ctx.caller()), tenant: Some(ctx.tenant) };
        self.submit_write(binding, lane, f).await
    }

    /// Runs a writing operation across tenants.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_system<T, E>(
        &self,
        sys: &SystemCtx,
        lane: Lane,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let binding = Binding { caller: Arc::clone(sys.caller()), tenant: None };
        self.submit_write(binding, lane, f).await
    }

    /// Reads inside the tenant of `ctx`, from one consistent state that holds every answered write.
    ///
    /// # Errors
    /// What `f` returns, or a [`DbError`].
    pub async fn read<T, E>(
        &self,
        ctx: &Ctx,
        f: impl FnOnce(&mut Read<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let binding = Binding { caller: Arc::clone(ctx.caller()), tenant: Some(ctx.tenant) };
        self.submit_read(&self.0.parts.reads, binding, f).await
    }

    /// As [`Db::read`], from the replica where there is one: the answer may be a little old.
    ///
    /// # Errors
    /// What `f` returns, or a [`DbError`].
    pub async fn read_stale<T, E>(
        &self,
        ctx: &Ctx,
        f: impl FnOnce(&mut Read<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let binding = Binding { caller: Arc::clone(ctx.caller()), tenant: Some(ctx.tenant) };
        let queue = match &self.0.parts.kind {
            Kind::Postgres(postgres) => postgres.stale_reads.as_ref().unwrap_or(&self.0.parts.reads),
            Kind::Sqlite(_) => &self.0.parts.reads,
        };
        self.submit_read(queue, binding, f).await
    }

    /// Reads across tenants.
    ///
    /// # Errors
    /// What `f` returns, or a [`DbError`].
    pub async fn read_system<T, E>(
        &self,
        sys: &SystemCtx,
        f: impl FnOnce(&mut Read<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let binding = Binding { caller: Arc::clone(sys.caller()), tenant: None };
        self.submit_read(&self.0.parts.reads, binding, f).await
    }

    /// The engine underneath.
    pub fn engine(&self) -> Engine {
        match &self.0.parts.kind {
            Kind::Sqlite(_) => Engine::Sqlite,
            Kind::Postgres(_) => Engine::Postgres,
        }
    }

    /// Hangs something of a higher layer on the database, one value of each type, so that an operation
    /// finds it with [`Read::extension`].
    pub fn extend<T: Send + Sync + 'static>(&self, value: Arc<T>) {
        self.0.extensions.put(value);
    }

    /// What was hung on the database.
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.0.extensions.get()
    }

    /// Figures for metrics and `usher doctor`.
    pub fn stats(&self) -> DbStats {
        let waiting_writes = match &self.0.parts.kind {
            Kind::Sqlite(sqlite) => sqlite.writes.len(),
            Kind::Postgres(postgres) => postgres.waiting(),
        };
        self.0.counters.stats(self.0.extensions.statements(), waiting_writes, self.0.parts.reads.len())
    }

    /// Copies the embedded database to `to` while it serves; the copy is one consistent state.
    ///
    /// # Errors
    /// The file cannot be written; or the engine is PostgreSQL, which has `pg_dump`.
    pub async fn backup(&self, to: &Path) -> Result<(), DbError> {
        match &self.0.parts.kind {
            Kind::Sqlite(sqlite) => sqlite.backup(to).await,
            Kind::Postgres(_) => Err(DbError::Other("PostgreSQL is backed up with pg_dump".to_owned())),
        }
    }

    /// Has the embedded database checked page by page; an empty list means that it is sound.
    ///
    /// # Errors
    /// The check itself failed.
    pub async fn integrity_check(&self) -> Result<Vec<String>, DbError> {
        match &self.0.parts.kind {
            Kind::Sqlite(sqlite) => sqlite.integrity_check().await,
            Kind::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Why row-level security would not keep tenants apart on this PostgreSQL, one line for each
    /// reason; empty when it does, and on SQLite, which has none.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub async fn check_rls(&self) -> Result<Vec<String>, DbError> {
        match &self.0.parts.kind {
            Kind::Sqlite(_) => Ok(Vec::new()),
            Kind::Postgres(postgres) => postgres.check_rls().await,
        }
    }

    /// Refuses new work; the database's threads end, and with them its connections, once what was accepted
    /// is done. Nobody waits for that here, as [`Db::close`] does.
    pub fn stop(&self) {
        self.0.stop();
    }

    /// Refuses new work, finishes what was accepted, and closes the files.
    pub async fn close(&self) {
        self.stop();
        let inner = Arc::clone(&self.0);
        // A failed join would mean that a database thread panicked, which it has logged.
        drop(tokio::task::spawn_blocking(move || inner.join()).await);
    }

    async fn submit_write<T, E, F>(&self, binding: Binding, lane: Lane, f: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let queue = match &self.0.parts.kind {
            Kind::Sqlite(sqlite) => &sqlite.writes,
            Kind::Postgres(postgres) => postgres.lane(lane, &binding),
        };
        let (op, answer) = Write::new(binding, f);
        if let Err((error, _)) = queue.push(Box::new(op)) {
            self.0.counters.refused();
            return Err(error.into());
        }
        answer.await.unwrap_or_else(|_| Err(DbError::Closed.into()))
    }

    async fn submit_read<T, E, F>(&self, queue: &ReadQueue, binding: Binding, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Read<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (op, answer) = ReadJob::new(binding, f);
        if let Err((error, _)) = queue.push(Box::new(op)) {
            self.0.counters.refused();
            return Err(error.into());
        }
        answer.await.unwrap_or_else(|_| Err(DbError::Closed.into()))
    }
}

impl Inner {
    fn stop(&self) {
        self.parts.reads.close();
        match &self.parts.kind {
            Kind::Sqlite(sqlite) => sqlite.stop(),
            Kind::Postgres(postgres) => postgres.stop(),
        }
    }

    fn join(&self) {
        let me = std::thread::current().id();
        for thread in self.parts.threads.lock().drain(..) {
            // The last handle may be dropped on a database thread, which cannot wait for itself.
            if thread.thread().id() != me && thread.join().is_err() {
                tracing::error!("a database thread panicked");
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
        self.join();
    }
}
