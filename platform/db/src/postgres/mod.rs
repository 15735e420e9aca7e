//! The server engine: several writer threads with a connection each, and readers.

mod connect;
mod doubt;
mod errors;
mod gathered;
mod migrate;
mod reader;
mod rls;
mod session;
mod tls;
mod types;
mod writer;

use std::collections::HashMap;
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::Mutex;
use uuid::Uuid;

use self::connect::{Purpose, Server};
use self::writer::Writer;
use crate::config::{DbConfig, OpenError};
use crate::db::{Kind, Lane, Parts, ReadQueue, WriteQueue};
use crate::error::DbError;
use crate::extensions::Extensions;
use crate::migrate::MigrationSet;
use crate::op::Binding;
use crate::queue::Queue;
use crate::spawn::spawn;
use crate::stats::Counters;

/// How many writes may wait for each writer.
const WRITE_BOUND: usize = 128;
/// How many reads may wait.
const READ_BOUND: usize = 1024;

/// The connected server.
pub(crate) struct Handle {
    lanes: Vec<WriteQueue>,
    background: WriteQueue,
    places: Mutex<Places>,
    pub(crate) stale_reads: Option<ReadQueue>,
    server: Server,
}

/// Which lane each site has, and how many each lane has.
struct Places {
    of: HashMap<Uuid, usize>,
    load: Vec<usize>,
}

impl Handle {
    /// The writer for an operation. A site is given to the one with the fewest sites when it is first
    /// seen and stays there (hashing put 36 of 64 clients on one of four writers).
    pub(crate) fn lane(&self, lane: Lane, binding: &Binding) -> &WriteQueue {
        let key = match (lane, binding.tenant) {
            (Lane::Site(site), _) => site.uuid(),
            (Lane::Tenant, Some(tenant)) => tenant.uuid(),
            (Lane::Background, _) => return &self.background,
            (Lane::Tenant | Lane::Any, _) => {
                let least = self.lanes.iter().min_by_key(|queue| queue.len());
                return least.unwrap_or(&self.lanes[0]);
            }
        };
        let mut places = self.places.lock();
        let Places { of, load } = &mut *places;
        let index = *of.entry(key).or_insert_with(|| {
            let free = (0..load.len()).min_by_key(|&index| load[index]).unwrap_or(0);
            load[free] += 1;
            free
        });
        &self.lanes[index]
    }

    pub(crate) fn waiting(&self) -> usize {
        self.writers().map(|queue| queue.len()).sum()
    }

    fn writers(&self) -> impl Iterator<Item = &WriteQueue> {
        self.lanes.iter().chain([&self.background])
    }

    pub(crate) fn stop(&self) {
        self.writers().for_each(|queue| queue.close());
        if let Some(reads) = &self.stale_reads {
            reads.close();
        }
    }

    /// Why row-level security would not bind; empty when it does.
    pub(crate) async fn check_rls(&self) -> Result<Vec<String>, DbError> {
        let server = self.server.clone();
        let found = tokio::task::spawn_blocking(move || rls::check(&server)).await;
        found.map_err(|_| DbError::Closed)?.map_err(|error| DbError::Unavailable(error.to_string()))
    }
}

/// Connects, migrates and starts the threads.
pub(crate) fn open(
    url: &str,
    config: &DbConfig,
    migrations: &[MigrationSet],
    extensions: &Arc<Extensions>,
    counters: &Arc<Counters>,
) -> Result<Parts, OpenError> {
    let server = Server::parse(url)?;
    let replica = config.replica_url.as_deref().map(Server::parse).transpose()?;
    migrate::run(&server, migrations)?;

    let mut threads = Vec::new();
    let mut writer = || {
        let queue: WriteQueue = Arc::new(Queue::new(config.queue.unwrap_or(WRITE_BOUND)));
        let session = server.connect(Purpose::Write)?;
        let (extensions, counters) = (Arc::clone(extensions), Arc::clone(counters));
        let mut writer = Writer::new(server.clone(), session, Arc::clone(&queue), extensions, counters);
        threads.push(spawn("usher-db-write", move || writer.run())?);
        Ok::<_, OpenError>(queue)
    };
    let lanes = (0..config.writers).map(|_| writer()).collect::<Result<Vec<_>, _>>()?;
    let background = writer()?;
    let mut readers = |server: &Server| read_on(server, config, extensions, &mut threads);
    let reads = readers(&server)?;
    let stale_reads = replica.as_ref().map(&mut readers).transpose()?;
    let places = Mutex::new(Places { of: HashMap::new(), load: vec![0; lanes.len()] });
    let kind = Kind::Postgres(Box::new(Handle { lanes, background, places, stale_reads, server }));
    Ok(Parts { kind, reads, threads: Mutex::new(threads) })
}

/// Connects for reading only, beside whoever serves from it; nothing of it changes, and every write is refused.
/// The migrations that it still has to run are answered instead where there are any.
pub(crate) fn inspect(
    url: &str,
    config: &DbConfig,
    migrations: &[MigrationSet],
    extensions: &Arc<Extensions>,
) -> Result<Result<Parts, Vec<String>>, OpenError> {
    let server = Server::parse(url)?;
    let pending = migrate::pending(&server, migrations)?;
    if !pending.is_empty() {
        return Ok(Err(pending));
    }
    let mut threads = Vec::new();
    let reads = read_on(&server, config, extensions, &mut threads)?;
    let closed: WriteQueue = Arc::new(Queue::new(1));
    closed.close();
    let places = Mutex::new(Places { of: HashMap::new(), load: vec![0] });
    let (lanes, background) = (vec![Arc::clone(&closed)], closed);
    let kind = Kind::Postgres(Box::new(Handle { lanes, background, places, stale_reads: None, server }));
    Ok(Ok(Parts { kind, reads, threads: Mutex::new(threads) }))
}

/// Starts the threads that read from a server.
fn read_on(
    server: &Server,
    config: &DbConfig,
    extensions: &Arc<Extensions>,
    threads: &mut Vec<JoinHandle<()>>,
) -> Result<ReadQueue, OpenError> {
    let reads: ReadQueue = Arc::new(Queue::new(READ_BOUND));
    for _ in 0..config.readers {
        let session = server.connect(Purpose::Read)?;
        let (server, reads, extensions) = (server.clone(), Arc::clone(&reads), Arc::clone(extensions));
        threads.push(spawn("usher-db-read", move || reader::serve(&server, session, &reads, &extensions))?);
    }
    Ok(reads)
}
