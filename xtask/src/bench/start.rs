//! The start: until the first answer, on a database with a past and of the demo.

use anyhow::{Result, anyhow};

use super::client::{Client, Line};
use super::programs::{ADMIN, Server};
use super::{Bench, Sample};

/// How many tickets the database has had.
const TICKETS: usize = 100_000;
/// How many at a time had them.
const WORKERS: usize = 32;

/// From the start of the process to its first answer, on 100,000 tickets.
pub(super) fn cold(bench: &Bench) -> Result<Vec<Sample>> {
    let data = bench.work.join("cold-start");
    if !data.exists() {
        let data = bench.fresh("cold-start")?;
        let server = bench.product(&data, &[])?;
        let (admin, _) = Client::sign_in(&server, ADMIN.0)?;
        serve(&server, &admin.token)?;
        server.stop()?;
    }
    let server = bench.product(&data, &[])?;
    let took = server.answered.as_secs_f64() * 1000.0;
    server.stop()?;
    Ok(vec![Sample::new("first answer, 100,000 tickets", took, 100.0, "ms", "at most 1")])
}

/// Issues, calls and completes all of them.
fn serve(server: &Server, token: &str) -> Result<()> {
    let work = |worker: usize| {
        let mut client = Client::with(server, token)?;
        let line = Line::open(&mut client, &format!("B{worker}"), 1)?;
        (0..TICKETS / WORKERS).try_for_each(|_| line.cycle(&mut client))
    };
    std::thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> = (1..=WORKERS).map(|worker| scope.spawn(move || work(worker))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| anyhow!("a worker broke off"))?)
    })
}

/// From the start of `usher demo` in an empty folder to its first answer.
pub(super) fn demo(bench: &Bench) -> Result<Vec<Sample>> {
    let server = bench.demo(&bench.fresh("demo")?)?;
    let took = server.answered.as_secs_f64() * 1000.0;
    server.stop()?;
    Ok(vec![Sample::new("first answer of the demo", took, 3_000.0, "ms", "at most 1")])
}
