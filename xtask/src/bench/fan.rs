//! One event to everybody who listens, beside the thinnest broadcaster.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::client::{Client, Line};
use super::listeners::Listeners;
use super::live::BOARD;
use super::load::figure;
use super::programs::{ADMIN, Server};
use super::{Bench, Sample};

/// How often the event is published, and how many of these times come before and do not count.
const TIMES: u32 = 20;
const SKIPPED: u32 = 2;
/// Until what follows a call, the board and the line anew, has gone out and nothing of it is joined with the next.
const PAUSE_MS: u32 = 400;

/// A door of the product: its name, the kind of connection, and the most memory a listener may take in KiB.
struct Door {
    name: &'static str,
    kind: &'static str,
    memory: f64,
    /// The event that a call is there.
    hears: &'static str,
}

const DOORS: [Door; 2] = [
    // The public board of a site, as every display in it reads it.
    Door { name: "event stream", kind: "sse", memory: 24.0, hears: "announcement" },
    // The line itself; a board has no WebSocket.
    Door { name: "WebSocket", kind: "ws", memory: 8.0, hears: "ticket.called" },
];

pub(super) fn thousand(bench: &Bench) -> Result<Vec<Sample>> {
    doors(bench, 1_000, "1,000")
}

pub(super) fn ten_thousand(bench: &Bench) -> Result<Vec<Sample>> {
    doors(bench, 10_000, "10,000")
}

fn doors(bench: &Bench, listeners: u32, said: &str) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for door in &DOORS {
        let own = of_the_product(bench, door, listeners)?;
        let thin = bench.yardstick("fan_server", &[], "/none")?;
        let mut crowd =
            Listeners::gather(bench, &thin, (door.kind, &format!("/{}", door.kind)), listeners, None)?;
        // As long as the product's own event; its type comes first, as a listener reads no further.
        let empty = json!({ "type": door.hears, "words": "" }).to_string().len();
        let body = json!({ "type": door.hears, "words": "x".repeat(own.bytes.saturating_sub(empty)) });
        let floor = crowd.publish(&order("/publish", &body, None, door))?;
        samples.push(Sample::new(
            format!("{}, last of {said}", door.name),
            own.last,
            figure(&floor, "/last_us")?,
            "µs",
            "at most 1.5",
        ));
        samples.push(Sample::new(
            format!("{}, memory of one of {said}", door.name),
            own.kib,
            door.memory,
            "KiB",
            "at most 1",
        ));
    }
    Ok(samples)
}

/// What is to be published, and what everybody then hears.
fn order(path: &str, body: &Value, token: Option<&str>, door: &Door) -> Value {
    json!({
        "post": path, "body": body.to_string(), "token": token, "hears": door.hears,
        "times": TIMES, "skip": SKIPPED, "pause_ms": PAUSE_MS,
    })
}

/// What the product took.
struct Own {
    /// Until the last had the event, in microseconds.
    last: f64,
    /// The event's size.
    bytes: usize,
    /// Memory of one listener.
    kib: f64,
}

/// Calls the next ticket of a line while so many look on.
fn of_the_product(bench: &Bench, door: &Door, listeners: u32) -> Result<Own> {
    let server = bench.product(&bench.fresh("fan")?, &[])?;
    let (mut admin, _) = Client::sign_in(&server, ADMIN.0)?;
    let line = Line::open(&mut admin, "BF", TIMES)?;
    for _ in 0..TIMES {
        line.issue(&mut admin)?;
    }
    let token = admin.token.clone();
    let (path, token) = match door.kind {
        "sse" => (BOARD.to_owned(), None),
        _ => (format!("/ws/tenants/demo-bank/queues/{}", line.queue), Some(&*token)),
    };
    let before = server.resident()?;
    let mut crowd = Listeners::gather(bench, &server, (door.kind, &path), listeners, token)?;
    let kib = (server.resident()? - before) * 1024.0 / f64::from(listeners);
    let (path, body) = line.call();
    let said = crowd.publish(&order(&path, &body, Some(&admin.token), door))?;
    let bytes = said["bytes"].as_u64().and_then(|bytes| usize::try_from(bytes).ok());
    let bytes = bytes.context("the event's size")?;
    Ok(Own { last: figure(&said, "/last_us")?, bytes, kib })
}

/// Socket.IO, where each event is a packet of its own: the door alone beside the library alone.
pub(super) fn socketio(bench: &Bench) -> Result<Vec<Sample>> {
    let own = bench.example("fan", &["0"], "/none")?;
    let emit = "POST /emit?name=token_called&tenant=first";
    let own = listen(bench, &own, &["--match", "token_called", "--pub", emit])?;
    let floor = listen(bench, &bench.yardstick("sio", &[], "/none")?, &[])?;
    let last = |record: &Value| figure(record, "/last_us/median");
    Ok(vec![Sample::new("Socket.IO, last of 1,000", last(&own)?, last(&floor)?, "µs", "not asked")])
}

fn listen(bench: &Bench, server: &Server, more: &[&str]) -> Result<Value> {
    let record: PathBuf = bench.record("fan")?;
    let (base, pid) = (server.base(), format!("server={}", server.pid()));
    let mut args = vec!["fan", "--base", &base, "--kind", "sio", "--ns", "/ws/queues", "--n", "1000"];
    args.extend(["--msgs", "30", "--burst", "1000", "--pid", &pid]);
    args.extend(more);
    let result = bench.recorded(bench.generator(&args), &record)?;
    if figure(&result, "/lost_single")? > 0.0 || figure(&result, "/dead")? > 0.0 {
        bail!("events or listeners were lost: {result}");
    }
    Ok(result)
}
