//! The line: issue, call, complete; alone, crowded, paced, and with ten thousand waiting.

use anyhow::Result;
use serde_json::Value;

use super::load::{Load, figure};
use super::programs::Server;
use super::{Bench, Sample};

/// As fast as 32 clients go.
pub(super) fn cycle(bench: &Bench) -> Result<Vec<Sample>> {
    let own = {
        let server = bench.product(&bench.fresh("cycle")?, &[])?;
        bench.run_load(&server, &bench.own("cycle.json", 32, 20_000, 1_000))?
    };
    let floor = bench.run_load(&bench.floor(0)?, &bench.theirs("floor.json", 32, 30_000, 1_000))?;
    let at = |record: &Value| figure(record, "/cycle/per_s");
    Ok(vec![Sample::new("cycle, 32 clients", at(&own)?, at(&floor)?, "cycles/s", "at least 0.40, aim 0.60")])
}

/// One client: what nobody else shares.
pub(super) fn alone(bench: &Bench) -> Result<Vec<Sample>> {
    let own = {
        let server = bench.product(&bench.fresh("alone")?, &[])?;
        bench.run_load(&server, &bench.own("cycle.json", 1, 2_000, 200))?
    };
    let floor = bench.run_load(&bench.floor(0)?, &bench.theirs("floor.json", 1, 2_000, 200))?;
    let at = |record: &Value| figure(record, "/steps/issue/p50_us");
    Ok(vec![Sample::new("issue, one client", at(&own)?, at(&floor)?, "µs p50", "at most 2")])
}

/// 500 cycles a second, as a chain of branches makes them: the slowest of a hundred.
pub(super) fn paced(bench: &Bench) -> Result<Vec<Sample>> {
    let server = bench.product(&bench.fresh("paced")?, &[])?;
    let load = Load { rate: 500, ..bench.own("cycle.json", 64, 5_000, 500) };
    let record = bench.run_load(&server, &load)?;
    ["issue", "call", "complete"]
        .into_iter()
        .map(|step| {
            let p99 = figure(&record, &format!("/steps/{step}/p99_us"))?;
            Ok(Sample::new(format!("{step}, 500 cycles/s"), p99, 2_000.0, "µs p99", "at most 1"))
        })
        .collect()
}

/// The same steps in a line of 10 and in one of 10,000.
pub(super) fn long_line(bench: &Bench) -> Result<Vec<Sample>> {
    let server = bench.product(&bench.fresh("long-line")?, &[])?;
    fill(bench, &server, 10)?;
    let short = steps(bench, &server, "S")?;
    fill(bench, &server, 9_990)?;
    let long = steps(bench, &server, "L")?;
    [("issue", "issue"), ("place and estimate", "place"), ("call next", "call")]
        .into_iter()
        .map(|(name, step)| {
            let p99 = |record: &Value| figure(record, &format!("/steps/{step}/p99_us"));
            let name = format!("{name}, 10,000 wait");
            Ok(Sample::new(name, p99(&long)?, p99(&short)?, "µs p99, against 10", "at most 2"))
        })
        .collect()
}

fn fill(bench: &Bench, server: &Server, people: u32) -> Result<()> {
    bench.run_load(server, &bench.own("fill.json", 8, people, 0)).map(drop)
}

/// Counters are named after the length of the line, since both are opened in one branch.
fn steps(bench: &Bench, server: &Server, tag: &str) -> Result<Value> {
    let vars = [("tag", tag)];
    let Load { scenario, clients, count, warmup, .. } = bench.own("long-line.json", 8, 3_000, 200);
    bench.run_load(server, &Load { scenario, clients, count, warmup, rate: 200, vars: &vars })
}
