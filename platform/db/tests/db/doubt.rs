//! The line to the server is lost with a commit under way.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use parking_lot::Mutex;
use usher_db::{Db, DbError, Engine, Lane, Stmt};
use usher_kernel::{Ctx, Id};
use usher_testkit::{Folder, block_on, config};

use crate::schema::{self, COUNT, insert};

const WITNESS: Stmt = Stmt::new("WITNESS", "SELECT 1 FROM things WHERE id = $1 AND id = $2");
/// How long something may take that has to happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// When a line is cut.
const NEVER: u8 = 0;
const BEFORE_THE_COMMIT: u8 = 1;
const AFTER_THE_COMMIT: u8 = 2;

/// A line to the server that can be cut at the worst moment.
#[derive(Default)]
struct Line {
    cut: AtomicU8,
    /// Nobody gets through any more.
    down: AtomicBool,
}

impl Line {
    /// Puts itself before a server; gives the URL that leads through it.
    fn to(url: &str) -> (Arc<Self>, String) {
        let (before, rest) = url.rsplit_once(':').expect("a port");
        let (port, database) = rest.split_once('/').expect("a database");
        let port: u16 = port.parse().expect("a number");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let own = listener.local_addr().expect("an address").port();
        let line = Arc::new(Self::default());
        let this = Arc::clone(&line);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if this.down.load(Ordering::SeqCst) {
                    continue;
                }
                let server = TcpStream::connect(("127.0.0.1", port)).expect("the server");
                this.carry(&client, &server);
            }
        });
        (line, format!("{before}:{own}/{database}"))
    }

    fn carry(self: &Arc<Self>, client: &TcpStream, server: &TcpStream) {
        let deaf = Arc::new(AtomicBool::new(false));
        let (this, listening) = (Arc::clone(self), Arc::clone(&deaf));
        pump(client, server, move |said| {
            if !has(said, b"COMMIT") {
                return true;
            }
            match this.cut.swap(NEVER, Ordering::SeqCst) {
                BEFORE_THE_COMMIT => false,
                AFTER_THE_COMMIT => {
                    listening.store(true, Ordering::SeqCst);
                    true
                }
                _ => true,
            }
        });
        pump(server, client, move |said| !(deaf.load(Ordering::SeqCst) && has(said, b"COMMIT\0")));
    }
}

fn has(said: &[u8], word: &[u8]) -> bool {
    said.windows(word.len()).any(|part| part == word)
}

/// Carries what one side says to the other, as long as `on` says so.
fn pump(from: &TcpStream, to: &TcpStream, mut on: impl FnMut(&[u8]) -> bool + Send + 'static) {
    let (mut from, mut to) = (from.try_clone().expect("a handle"), to.try_clone().expect("a handle"));
    std::thread::spawn(move || {
        let mut said = vec![0; 1 << 16];
        loop {
            let length = from.read(&mut said).unwrap_or(0);
            if length == 0 || !on(&said[..length]) || to.write_all(&said[..length]).is_err() {
                // Either may be closed already.
                from.shutdown(Shutdown::Both).ok();
                to.shutdown(Shutdown::Both).ok();
                return;
            }
        }
    });
}

/// A database behind such a line, and one operation at a time.
struct House {
    db: Db,
    ctx: Ctx,
    line: Arc<Line>,
    fates: Receiver<&'static str>,
    fate: Sender<&'static str>,
    tries: Arc<Mutex<u32>>,
    _folder: Folder,
}

impl House {
    async fn open() -> Option<Self> {
        let folder = Folder::new();
        let config = config(Engine::Postgres, folder.path())?;
        let (line, url) = Line::to(config.postgres_url().expect("a URL"));
        let config = usher_db::DbConfig::postgres(url).writers(1).readers(1);
        let db = Db::open(config, schema::set()).await.expect("it opens");
        let clock = usher_testkit::still_clock();
        let ctx = Ctx::system(Id::generate(clock.now()), "test", clock);
        let (fate, fates) = channel();
        Some(Self { db, ctx, line, fates, fate, tries: Arc::default(), _folder: folder })
    }

    /// Writes one thing and says what becomes of it.
    async fn write(&self, witness: bool) -> Result<(), DbError> {
        let (fate, tries) = (self.fate.clone(), Arc::clone(&self.tries));
        self.db
            .write(&self.ctx, Lane::Any, move |tx| {
                *tries.lock() += 1;
                let id = insert(tx, "a thing")?;
                if witness {
                    tx.witness(WITNESS, [id, id]);
                }
                let (kept, gone) = (fate.clone(), fate.clone());
                tx.on_commit(move || kept.send("kept").expect("somebody listens"));
                tx.on_rollback(move || gone.send("gone").expect("somebody listens"));
                Ok(())
            })
            .await
    }

    async fn count(&self) -> i64 {
        let ctx = &self.ctx;
        self.db.read::<i64, DbError>(ctx, |read| read.query_one(COUNT, &[])).await.expect("it answers")
    }

    fn next_fate(&self) -> &'static str {
        self.fates.recv_timeout(PATIENCE).expect("its fate is learnt")
    }

    /// What happened to the operation so far: how often it ran, and what it was told.
    fn so_far(&self) -> (u32, Vec<&'static str>) {
        (*self.tries.lock(), self.fates.try_iter().collect())
    }
}

#[test]
fn what_was_kept_is_answered_as_kept() {
    block_on(async {
        let Some(house) = House::open().await else { return };
        house.line.cut.store(AFTER_THE_COMMIT, Ordering::SeqCst);
        house.write(true).await.unwrap();
        assert_eq!(house.so_far(), (1, vec!["kept"]));
        assert_eq!(house.count().await, 1);
    });
}

#[test]
fn what_was_not_kept_runs_again() {
    block_on(async {
        let Some(house) = House::open().await else { return };
        house.line.cut.store(BEFORE_THE_COMMIT, Ordering::SeqCst);
        house.write(true).await.unwrap();
        assert_eq!(house.so_far(), (2, vec!["gone", "kept"]));
        assert_eq!(house.count().await, 1);
    });
}

#[test]
fn its_fate_is_learnt_when_the_server_is_back() {
    block_on(async {
        for (cut, fate, count) in [(AFTER_THE_COMMIT, "kept", 1), (BEFORE_THE_COMMIT, "gone", 0)] {
            let Some(house) = House::open().await else { return };
            house.line.cut.store(cut, Ordering::SeqCst);
            house.line.down.store(true, Ordering::SeqCst);
            let told = house.write(true).await.unwrap_err();
            assert!(told.to_string().contains("unknown"), "{told}");
            assert_eq!(house.so_far(), (1, vec![]), "what nobody knows has no consequences yet");
            house.line.down.store(false, Ordering::SeqCst);
            // Nobody asks for anything: it is learnt all the same.
            assert_eq!(house.next_fate(), fate);
            assert_eq!(house.count().await, count);
            assert_eq!(house.so_far(), (1, vec![]));
        }
    });
}

#[test]
fn without_a_witness_it_stays_unknown() {
    block_on(async {
        let Some(house) = House::open().await else { return };
        house.line.cut.store(AFTER_THE_COMMIT, Ordering::SeqCst);
        let told = house.write(false).await.unwrap_err();
        assert!(told.to_string().contains("unknown"), "{told}");
        assert_eq!(house.so_far(), (1, vec!["gone"]));
    });
}
