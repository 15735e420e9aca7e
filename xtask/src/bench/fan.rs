//! One event to everybody who listens, beside the thinnest broadcaster.

use std::path::PathBuf;

use anyhow::{Result, bail};
use serde_json::Value;

use super::load::figure;
use super::programs::Server;
use super::{Bench, Sample};

/// A door: its name, the generator's word for it, its path, and the most memory a listener may take in KiB.
const DOORS: [(&str, &str, &str, f64); 2] =
    [("WebSocket", "ws", "/ws", 8.0), ("event stream", "sse", "/sse", 24.0)];

pub(super) fn thousand(bench: &Bench) -> Result<Vec<Sample>> {
    doors(bench, 1_000, "1,000")
}

pub(super) fn ten_thousand(bench: &Bench) -> Result<Vec<Sample>> {
    doors(bench, 10_000, "10,000")
}

fn doors(bench: &Bench, listeners: u32, said: &str) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for (name, kind, path, memory) in DOORS {
        // Nothing is joined: each event follows the one before after everybody has that.
        let own = listen(
            bench,
            &bench.example("fan", &["0"], "/none")?,
            &["--kind", kind, "--path", path],
            listeners,
        )?;
        let thin = bench.yardstick("fan_server", &[], "/none")?;
        let floor = listen(bench, &thin, &["--kind", kind, "--path", path], listeners)?;
        let last = |record: &Value| figure(record, "/last_us/median");
        samples.push(Sample::new(
            format!("{name}, last of {said}"),
            last(&own)?,
            last(&floor)?,
            "µs",
            "at most 1.5",
        ));
        samples.push(Sample::new(
            format!("{name}, memory of one of {said}"),
            figure(&own, "/mem/server/kib_per_conn")?,
            memory,
            "KiB",
            "at most 1",
        ));
    }
    Ok(samples)
}

/// Socket.IO, where each event is a packet of its own.
pub(super) fn socketio(bench: &Bench) -> Result<Vec<Sample>> {
    let own = bench.example("fan", &["0"], "/none")?;
    let emit = "POST /emit?name=token_called&tenant=first";
    let more = ["--kind", "sio", "--ns", "/ws/queues", "--match", "token_called", "--pub", emit];
    let own = listen(bench, &own, &more, 1_000)?;
    let thin = bench.yardstick("sio", &[], "/none")?;
    let floor = listen(bench, &thin, &["--kind", "sio", "--ns", "/ws/queues"], 1_000)?;
    let last = |record: &Value| figure(record, "/last_us/median");
    Ok(vec![Sample::new("Socket.IO, last of 1,000", last(&own)?, last(&floor)?, "µs", "not asked")])
}

fn listen(bench: &Bench, server: &Server, more: &[&str], listeners: u32) -> Result<Value> {
    let record: PathBuf = bench.record("fan")?;
    let (base, pid, n) = (server.base(), format!("server={}", server.pid()), listeners.to_string());
    let burst = (1_000_000 / listeners).to_string();
    let mut args = vec!["fan", "--base", &base, "--n", &n, "--msgs", "30", "--burst", &burst, "--pid", &pid];
    args.extend(more);
    let result = bench.recorded(bench.generator(&args), &record)?;
    if figure(&result, "/lost_single")? > 0.0 || figure(&result, "/dead")? > 0.0 {
        bail!("events or listeners were lost: {result}");
    }
    Ok(result)
}
