//! The cycle on PostgreSQL, beside pgbench with one operation a transaction on the same cluster.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use super::load::figure;
use super::{Bench, Sample};
use crate::tools::{call, find};

/// Each side with as many as serve it best, as measured.
const THEIR_CLIENTS: &str = "16";
const OUR_CLIENTS: u32 = 32;
/// A backlog, because a call that finds nobody would end pgbench's client.
const BACKLOG: &str =
    "INSERT INTO ticket(service_id, number) SELECT 1 + g % 8, g / 8 - 200 FROM generate_series(0, 1599) g";

pub(super) fn cycle(bench: &Bench) -> Result<Vec<Sample>> {
    let cluster = Cluster::start(bench)?;
    let data = bench.fresh("postgres")?;
    let own = {
        let url = cluster.url.clone();
        let env =
            [("DATABASE_URL", url.as_str()), ("JWT_SECRET", "a secret of the bench, long enough to sign")];
        let server = bench.product(&data, &env)?;
        let record = bench.run_load(&server, &bench.own("cycle-sites.json", OUR_CLIENTS, 10_000, 1_000))?;
        figure(&record, "/cycle/per_s")?
    };
    let theirs = cluster.pgbench(bench)?;
    Ok(vec![Sample::new(
        "cycle on PostgreSQL, 32 clients",
        own,
        theirs,
        "cycles/s, against pgbench",
        "at least 1.0, aim 1.5",
    )])
}

/// A durable cluster of its own; it ends with its standard input.
struct Cluster {
    child: Child,
    /// An empty database for the product.
    url: String,
    port: String,
}

impl Cluster {
    fn start(bench: &Bench) -> Result<Self> {
        let mut child = Command::new(bench.product.join("examples/cluster"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the PostgreSQL cluster")?;
        let mut said = BufReader::new(child.stdout.take().context("its output")?);
        let mut url = String::new();
        said.read_line(&mut url)?;
        let url = url.trim().to_owned();
        let port = url.split([':', '/']).filter(|part| !part.is_empty()).nth(2).map(str::to_owned);
        let Some(port) = port else { bail!("no PostgreSQL cluster: is it installed?") };
        Ok(Self { child, url, port })
    }

    /// Whole cycles a second of pgbench.
    fn pgbench(&self, bench: &Bench) -> Result<f64> {
        let program = find(&["pgbench"], &[]).context("no pgbench")?;
        let scripts = bench.tools.join("pg");
        let connect = |program: &std::path::Path, args: &[&str]| {
            call(&bench.root, &program.to_string_lossy(), args)
                .env("PGHOST", "127.0.0.1")
                .env("PGPORT", &self.port)
                .env("PGUSER", "postgres")
                .env("PGDATABASE", "postgres")
        };
        let psql = find(&["psql"], &[]).context("no psql")?;
        let schema = scripts.join("schema.sql");
        connect(&psql, &["-q", "-v", "ON_ERROR_STOP=1", "-f", &schema.to_string_lossy()]).run()?;
        connect(&psql, &["-q", "-c", BACKLOG, "-c", "VACUUM ANALYZE", "-c", "CHECKPOINT"]).run()?;
        let script = scripts.join("cycle.sql");
        let args = [
            "-n",
            "-M",
            "prepared",
            "-c",
            THEIR_CLIENTS,
            "-j",
            "1",
            "-T",
            "6",
            "-f",
            &script.to_string_lossy(),
        ];
        let said = connect(&program, &args).output()?;
        let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench says no tps")?;
        Ok(tps.split_whitespace().next().unwrap_or_default().parse()?)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It takes its files along; a failure leaves a folder among temporary ones.
        drop(self.child.wait());
    }
}
