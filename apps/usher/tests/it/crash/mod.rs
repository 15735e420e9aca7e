//! kill -9 under load at random moments, of the server and of PostgreSQL under it: nothing that was
//! acknowledged is lost (tickets, redeemed points, booked slots), nothing happens twice, numbers have neither
//! gaps nor twins, what is kept in memory is what is stored, and the audit chain holds.

mod bank;
mod client;
mod goods;
mod told;

use usher_db::Engine;
use usher_testkit::pg::Cluster;

use crate::server::Scratch;
use bank::Bank;

pub(crate) use told::{all_tickets, numbers_are_whole, ticket_of};

/// How many rounds: a few in the ordinary run, the full number in the long one.
fn rounds(ordinary: usize, long: usize) -> usize {
    if std::env::var_os("USHER_TEST_LONG").is_some() { long } else { ordinary }
}

#[test]
fn sqlite_survives_kill_9_under_load() {
    let scratch = Scratch::new("crash-sqlite");
    let mut bank = Bank::open(&scratch.0, &[]);
    for _ in 0..rounds(3, 20) {
        bank.lose_the_server();
    }
    bank.audit();
}

#[test]
fn postgres_survives_kill_9_of_the_server_under_load() {
    let scratch = Scratch::new("crash-postgres");
    let Some((_cluster, env)) = durable(&scratch) else { return };
    let mut bank = Bank::open(&scratch.0, &env);
    for _ in 0..rounds(1, 5) {
        bank.lose_the_server();
    }
    bank.audit();
}

#[test]
fn the_server_outlives_kill_9_of_postgres_under_load() {
    let scratch = Scratch::new("crash-database");
    let Some((mut cluster, env)) = durable(&scratch) else { return };
    let mut bank = Bank::open(&scratch.0, &env);
    for _ in 0..rounds(1, 5) {
        bank.lose_the_database(&mut cluster);
    }
    bank.audit();
}

/// A cluster that keeps what it commits (the one that tests share does not), and how to reach it.
fn durable(scratch: &Scratch) -> Option<(Cluster, [(String, String); 2])> {
    // Says so where the engine is not wanted or not installed.
    usher_testkit::config(Engine::Postgres, &scratch.0)?;
    let cluster = Cluster::durable()?;
    let env = [
        ("DATABASE_URL".to_owned(), cluster.database()),
        ("JWT_SECRET".to_owned(), "a secret of the tests, long enough to sign with".to_owned()),
    ];
    Some((cluster, env))
}
