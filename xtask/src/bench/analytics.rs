//! A year of a large tenant: how long its dashboards take.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::programs::{ADMIN, Server};
use super::{Bench, Sample, median};
use crate::tools::call;

/// How many tickets the year has, unless `USHER_BENCH_TICKETS` says otherwise.
const TICKETS: &str = "5000000";
/// How often each dashboard is asked for in a round.
const TIMES: usize = 7;
/// What a dashboard may take, in milliseconds.
const LIMIT: f64 = 300.0;

/// What is asked for, of a whole year and without a filter unless it says so.
const ASKED: &[(&str, &str)] = &[
    ("dashboard, today", "dashboard?period=today"),
    ("dashboard, a week", "dashboard?period=week"),
    ("dashboard, a month", "dashboard?period=month"),
    ("dashboard, a year", "dashboard?period=year"),
    ("sites, a year", "sites?period=year"),
    ("queues, a year", "queues?period=year&limit=200"),
    ("services, a year", "services?period=year"),
    ("counters, a year", "counters?period=year&limit=200"),
    ("agents, a year", "agents?period=year&limit=200"),
    ("heat map, a year", "heat-map?period=year"),
    ("promises, a year", "sla?period=year"),
    ("losses, a year", "abandonment?period=year"),
    ("report, queue by month", "report?period=year&dimensions=queue,month"),
];

/// The middle of each dashboard's times beside what it may take.
pub(super) fn year(bench: &Bench) -> Result<Vec<Sample>> {
    let data = made(bench)?;
    let server = bench.product(&data, &[])?;
    let token = log_in(&server)?;
    let mut samples = Vec::new();
    for (name, path) in ASKED {
        let path = format!("/api/v1/tenants/demo-bank/analytics/{path}");
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            let (status, body) = exchange(&server, "GET", &path, Some(&token), "")?;
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
            if status != 200 {
                bail!("{path} answers {status}: {body}");
            }
        }
        samples.push(Sample::new(*name, median(times), LIMIT, "ms", "at most 1"));
    }
    server.stop()?;
    Ok(samples)
}

/// The folder with the year in it, filled at the first round.
fn made(bench: &Bench) -> Result<PathBuf> {
    let data = bench.work.join("year");
    if data.exists() {
        return Ok(data);
    }
    let data = bench.fresh("year")?;
    let tickets = std::env::var("USHER_BENCH_TICKETS").unwrap_or_else(|_| TICKETS.to_owned());
    let (program, database) = (bench.product.join("examples/year"), data.join("usher.db"));
    let begun = Instant::now();
    let args = [&*database.to_string_lossy(), "demo-bank", &tickets];
    call(&bench.root, &program.to_string_lossy(), &args).run()?;
    let admin = ["user", "create", "--role", "admin", "--tenant", "demo-bank"];
    let made =
        bench.usher(&data, &[]).args(admin).args(["--email", ADMIN.0, "--password", ADMIN.1]).output()?;
    if !made.status.success() {
        bail!("nobody could be made to ask: {}", String::from_utf8_lossy(&made.stderr));
    }
    std::fs::write(data.join("made"), "")?;
    println!("    {tickets} tickets were made in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(data)
}

fn log_in(server: &Server) -> Result<String> {
    let body = serde_json::json!({ "email": ADMIN.0, "password": ADMIN.1 }).to_string();
    let (status, body) = exchange(server, "POST", "/api/v1/auth/login", None, &body)?;
    let answer: Value = serde_json::from_str(&body).with_context(|| format!("log-in: {status} {body}"))?;
    Ok(answer["access_token"].as_str().with_context(|| format!("log-in: {body}"))?.to_owned())
}

/// One request on a connection of its own: the status and the body.
fn exchange(
    server: &Server,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port))?;
    let bearer = token.map_or(String::new(), |token| format!("Authorization: Bearer {token}\r\n"));
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n{bearer}\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a head")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("a status")?;
    Ok((status, body.to_owned()))
}
