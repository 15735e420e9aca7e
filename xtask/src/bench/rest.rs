//! What stands around the line: the gate, a storm of log-ins, memory.

use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::load::{Load, figure};
use super::programs::Server;
use super::{Bench, Sample};

/// The least that somebody who is signed in can ask for, and a bare route that does nothing.
///
/// A tenant's branding is read from memory; what it costs is the gate: the token, its session, the member's role and
/// its scopes, the tenant, the limits, the request's id and its metrics.
pub(super) fn noop(bench: &Bench) -> Result<Vec<Sample>> {
    let bare = {
        let server = bench.yardstick("axum_hello", &[], "/health")?;
        bench.run_load(&server, &bench.theirs("hello.json", 32, 200_000, 20_000))?
    };
    let server = bench.product(&bench.fresh("noop")?, &[])?;
    let gated = bench.run_load(&server, &bench.own("noop.json", 32, 200_000, 20_000))?;
    let at = |record: &Value| figure(record, "/req_per_s");
    Ok(vec![Sample::new("no-op behind the gate", at(&gated)?, at(&bare)?, "req/s", "at least 0.5")])
}

/// How much slower a ticket is issued while many sign in.
pub(super) fn storm(bench: &Bench) -> Result<Vec<Sample>> {
    let server = bench.product(&bench.fresh("storm")?, &[])?;
    let paced = Load { rate: 200, ..bench.own("cycle.json", 16, 2_000, 200) };
    let quiet = bench.run_load(&server, &paced)?;
    let loud = {
        let _storm = Storm::begin(bench, &server)?;
        bench.run_load(&server, &Load { vars: &[("tag", "L")], ..paced })?
    };
    let p99 = |record: &Value| figure(record, "/steps/issue/p99_us");
    let more = (p99(&loud)? - p99(&quiet)?) / 1000.0;
    Ok(vec![Sample::new("issue in a log-in storm, later by", more, 5.0, "ms p99", "at most 1")])
}

/// 16 clients who do nothing but sign in.
struct Storm(Child);

impl Storm {
    fn begin(bench: &Bench, server: &Server) -> Result<Self> {
        let scenario = bench.root.join("bench/scenarios/log-in.json");
        let child = std::process::Command::new(bench.yardsticks.join("qload"))
            .args(["http", "--base", &server.base(), "--scenario", &scenario.to_string_lossy()])
            .args(["--clients", "16", "--count", "100000", "--warmup", "0", "--runs", "1"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("the load generator")?;
        std::thread::sleep(Duration::from_millis(500));
        Ok(Self(child))
    }
}

impl Drop for Storm {
    fn drop(&mut self) {
        if self.0.kill().is_ok() {
            drop(self.0.wait());
        }
    }
}

/// In RAM two seconds after the start, with one tenant and nothing to do.
pub(super) fn memory(bench: &Bench) -> Result<Vec<Sample>> {
    let data = bench.fresh("memory")?;
    // The first start makes the tenant; what counts is one like any other.
    bench.product(&data, &[])?.stop()?;
    let server = bench.product(&data, &[])?;
    std::thread::sleep(Duration::from_secs(2));
    Ok(vec![Sample::new("memory, idle", server.resident()?, 30.0, "MiB", "at most 1")])
}
