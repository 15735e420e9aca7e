//! Writing while a thousand boards look on.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::listeners::Listeners;
use super::load::figure;
use super::programs::Server;
use super::{Bench, Sample};

const DISPLAYS: u32 = 1_000;
/// The public board of the demo bank's main branch, which every display of it reads.
pub(super) const BOARD: &str = "/api/v1/public/sites/demo-bank/main/events";
/// In which both sides join the events of their displays.
const JOINED_MS: u32 = 75;
/// Until everybody has connected to the floor server.
const CONNECT: Duration = Duration::from_secs(4);
const CLIENTS: u32 = 32;
const WARMUP: u32 = 500;

/// The rate of cycles beside 1,000 displays, and how far behind the displays are: each of them is read.
pub(super) fn displays(bench: &Bench) -> Result<Vec<Sample>> {
    let (own, seen) = {
        let server = bench.product(&bench.fresh("displays")?, &[])?;
        let crowd = Listeners::gather(bench, &server, ("sse", BOARD), DISPLAYS, None)?;
        let record = bench.run_load(&server, &bench.own("displays.json", CLIENTS, 20_000, WARMUP))?;
        (record, crowd.heard()?)
    };
    let floor = {
        let server = bench.floor(JOINED_MS)?;
        let _crowd = Crowd::gather(bench, &server)?;
        bench.run_load(&server, &bench.theirs("floor.json", CLIENTS, 20_000, WARMUP))?
    };
    let calls = figure(&own, "/steps/call/n")? + f64::from(WARMUP);
    for display in seen["displays"].as_array().context("no display is named")? {
        let (heard, marked) = (figure(display, "/calls")?, figure(display, "/resyncs")?);
        if heard < calls && marked == 0.0 {
            bail!("a display heard {heard} of {calls} calls and was not told that it had missed any");
        }
    }
    let at = |record: &Value| figure(record, "/cycle/per_s");
    Ok(vec![
        Sample::new("cycle, 1,000 displays", at(&own)?, at(&floor)?, "cycles/s", "at least 0.30, aim 0.40"),
        Sample::new("displays behind, at most", figure(&seen, "/worst_ms")?, 150.0, "ms", "at most 1"),
        Sample::new("displays behind, p99", figure(&seen, "/p99_ms")?, 150.0, "ms", "at most 1"),
    ])
}

/// The floor server's displays, which take what they are sent and do nothing with it.
struct Crowd(Child);

impl Crowd {
    fn gather(bench: &Bench, server: &Server) -> Result<Self> {
        // A message that never comes: the generator keeps its listeners until it is stopped.
        let child = Command::new(bench.yardsticks.join("qload"))
            .args(["fan", "--base", &server.base(), "--kind", "ws", "--path", "/ws", "--n"])
            .arg(DISPLAYS.to_string())
            .args(["--msgs", "1000", "--burst", "1", "--pub", "GET /health", "--match", "never"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("the load generator")?;
        std::thread::sleep(CONNECT);
        Ok(Self(child))
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        if self.0.kill().is_ok() {
            drop(self.0.wait());
        }
    }
}
