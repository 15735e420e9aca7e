//! How many operations of three statements a second each engine commits, with full durability.
//!
//! `cargo run --release -p usher-db --example group_commit [seconds] [engine]`: an embedded database in
//! the folder for temporary files, and PostgreSQL where it is installed.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops when it cannot go on"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use usher_db::{Db, DbConfig, DbError, Lane, Migration, MigrationSet, Tx, sql};
use usher_kernel::{Clock, Ctx, Id, TenantId, random};
use usher_testkit::{Folder, pg};
use uuid::Uuid;

sql! {
    ADVANCE = "UPDATE lines SET last = last + 1 WHERE id = $1 RETURNING last";
    ISSUE = "INSERT INTO tickets (id, tenant_id, line_id, number, state, at) VALUES ($1, $2, $3, $4, $5, $6)";
    NOTE = "INSERT INTO notes (id, tenant_id, thing_id, kind, at, payload) VALUES ($1, $2, $3, $4, $5, $6)";
    OPEN = "INSERT INTO lines (id, tenant_id, last) VALUES ($1, $2, 0)";
}

const TABLES: &str = "
    CREATE TABLE lines (id UUID PRIMARY KEY, tenant_id UUID NOT NULL, last BIGINT NOT NULL);
    CREATE TABLE tickets (id UUID PRIMARY KEY, tenant_id UUID NOT NULL, line_id UUID NOT NULL, number BIGINT NOT NULL,
        state TEXT NOT NULL, at TIMESTAMPTZ NOT NULL);
    CREATE TABLE notes (id UUID PRIMARY KEY, tenant_id UUID NOT NULL, thing_id UUID NOT NULL, kind TEXT NOT NULL,
        at TIMESTAMPTZ NOT NULL, payload JSONB NOT NULL);
";
const INIT: Migration = Migration { name: "0001_init", sqlite: TABLES, postgres: TABLES };

fn issue(tx: &mut Tx, line: Uuid) -> Result<i64, DbError> {
    let (now, tenant) = (tx.now(), tx.tenant());
    let number: i64 = tx.query_one(ADVANCE, &[&line])?;
    let (ticket, note) = (random::uuid_v7(now), random::uuid_v7(now));
    tx.defer(ISSUE, &[&ticket, &tenant, &line, &number, &"waiting", &now])?;
    let payload = usher_db::Json(("ticket.issued", number));
    tx.defer(NOTE, &[&note, &tenant, &ticket, &"ticket.issued", &now, &payload])?;
    Ok(number)
}

async fn measure(name: &str, db: &Db, clients: usize, seconds: u64) {
    let clock = Clock::system();
    let ctx = Ctx::system(TenantId::generate(clock.now()), "bench", clock);
    let lines: Vec<Uuid> = (0..8).map(|_| random::uuid_v7(ctx.now())).collect();
    let made = lines.clone();
    db.write(&ctx, Lane::Any, move |tx| {
        let tenant = tx.tenant();
        made.iter().try_for_each(|line| tx.execute(OPEN, &[line, &tenant]).map(drop))
    })
    .await
    .unwrap_or_else(|error: DbError| fail(&error));
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let before = db.stats();
    let start = Instant::now();
    let mut work = tokio::task::JoinSet::new();
    for client in 0..clients {
        let (db, ctx, stop, done) = (db.clone(), ctx.clone(), Arc::clone(&stop), Arc::clone(&done));
        let line = lines[client % lines.len()];
        work.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let number = db.write(&ctx, Lane::Site(Id::from_uuid(line)), move |tx| issue(tx, line)).await;
                number.unwrap_or_else(|error| fail(&error));
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    stop.store(true, Ordering::Relaxed);
    while work.join_next().await.is_some() {}
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let rate = done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
    let after = db.stats();
    let operations = after.operations - before.operations;
    let group = operations / (after.batches - before.batches).max(1);
    let retries = after.retries - before.retries;
    println!(
        "{name:8} {clients:4} in flight: {rate:8.0} operations/s, {group:3} a commit, {retries} retries"
    );
}

fn fail<T>(error: &DbError) -> T {
    println!("{error}");
    std::process::exit(1)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(5);
    let only = std::env::args().nth(2);
    let wanted = |engine: &str| only.as_deref().is_none_or(|only| only == engine);
    let folder = Folder::new();
    let cluster = if wanted("postgres") { pg::Cluster::durable() } else { None };
    let mut engines = Vec::new();
    if wanted("sqlite") {
        engines.push(("sqlite", DbConfig::sqlite(folder.path().join("bench.db"))));
    }
    match &cluster {
        Some(cluster) => engines.push(("postgres", DbConfig::postgres(cluster.database()))),
        None => println!("postgres is left out"),
    }
    for (name, config) in engines {
        let sets = vec![MigrationSet { context: "bench", migrations: const { &[INIT] } }];
        let db = Db::open(config, sets).await.expect("the database opens");
        for clients in [1, 32, 128] {
            measure(name, &db, clients, seconds).await;
        }
        db.close().await;
    }
}
