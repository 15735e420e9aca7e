//! `cargo xtask bench`: the product beside the limits of the same machine, in turn, in one session.
//!
//! Machines are shared and noisy, so an absolute figure means little: each round runs the product and its
//! yardstick one after the other, and the table gives the median of the rounds' ratios.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::tools::{call, target};

/// How often each pair is run.
const ROUNDS: usize = 5;
/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(60);

/// One row of the table.
struct Measure {
    name: &'static str,
    /// In `bench/scenarios`, and the yardstick's own beside the load generator.
    scenario: &'static str,
    yardstick: &'static str,
    clients: u32,
    count: u32,
    warmup: u32,
    /// Where in the load generator's record the figure stands, and what it is.
    figure: &'static str,
    unit: &'static str,
    goal: &'static str,
}

const MEASURES: &[Measure] = &[
    Measure {
        name: "cycle, 32 clients",
        scenario: "cycle.json",
        yardstick: "floor.json",
        clients: 32,
        count: 20_000,
        warmup: 1_000,
        figure: "/cycle/per_s",
        unit: "cycles/s",
        goal: "at least 0.40, aim 0.60",
    },
    Measure {
        name: "issue, one client",
        scenario: "cycle.json",
        yardstick: "floor.json",
        clients: 1,
        count: 2_000,
        warmup: 200,
        figure: "/steps/issue/p50_us",
        unit: "µs p50",
        goal: "at most 2",
    },
];

/// The programs of one session.
struct Bench {
    root: PathBuf,
    generator: PathBuf,
    floor: PathBuf,
    tools: PathBuf,
    work: PathBuf,
}

/// Runs the measures whose name contains `only` (all when empty) and prints the table.
///
/// # Errors
/// When something cannot be built, started or loaded.
pub(crate) fn run(root: &Path, only: &str) -> Result<()> {
    let tools = root.join("../shared/bench");
    if !tools.join("qload/Cargo.toml").is_file() {
        println!(
            "left out: the load generator and the floor server are not beside this checkout (../shared/bench)"
        );
        return Ok(());
    }
    call(root, "cargo", &["build", "--release", "--locked", "--package", "usher"]).run()?;
    let built = target(root).join("bench");
    for part in ["qload", "limits"] {
        let manifest = tools.join(part).join("Cargo.toml");
        call(
            root,
            "cargo",
            &["build", "--release", "--locked", "--manifest-path", &manifest.to_string_lossy()],
        )
        .env("CARGO_TARGET_DIR", &built)
        .run()?;
    }
    let work = std::env::temp_dir().join(format!("usher-bench-{}", std::process::id()));
    std::fs::create_dir_all(&work)?;
    let release = built.join("release");
    let bench = Bench {
        root: root.to_path_buf(),
        generator: release.join("qload"),
        floor: release.join("floor_server"),
        tools,
        work: work.clone(),
    };
    let result = bench.table(only);
    std::fs::remove_dir_all(&work).context("removing the bench's folder")?;
    result
}

impl Bench {
    fn table(&self, only: &str) -> Result<()> {
        let mut rows = Vec::new();
        for measure in MEASURES.iter().filter(|measure| measure.name.contains(only)) {
            let (mut own, mut floor, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
            for round in 1..=ROUNDS {
                println!("\n--- {} round {round} of {ROUNDS}", measure.name);
                let product = self.product(measure)?;
                let yardstick = self.yardstick(measure)?;
                own.push(product);
                floor.push(yardstick);
                ratios.push(product / yardstick);
            }
            rows.push((measure, median(own), median(floor), median(ratios)));
        }
        println!("\n{:24} {:>12} {:>12} {:>8}  goal", "measure", "usher", "floor", "ratio");
        for (measure, own, floor, ratio) in rows {
            let Measure { name, unit, goal, .. } = measure;
            println!("{name:24} {own:>12.1} {floor:>12.1} {ratio:>8.2}  {goal} ({unit})");
        }
        println!("medians of {ROUNDS} rounds; the ratio is the median of the rounds' ratios");
        Ok(())
    }

    fn product(&self, measure: &Measure) -> Result<f64> {
        let data = self.fresh("usher")?;
        let (port, ready) = (free_port()?, data.join("ready.json"));
        let usher = target(&self.root).join("release/usher");
        let mut command = Command::new(usher);
        command.args(["demo", "--listen", &format!("127.0.0.1:{port}"), "--data-dir"]).arg(&data);
        command.arg("--ready-file").arg(&ready);
        for limit in ["ANONYMOUS_ISSUE", "LOGIN", "ANONYMOUS", "STAFF", "DEVICE"] {
            command.env(format!("USHER_LIMITS_{limit}"), "0");
        }
        let server = Server::start(command, port, "/api/v1/health")?;
        let scenario = self.root.join("bench/scenarios").join(measure.scenario);
        self.load(measure, &server, &scenario)
    }

    fn yardstick(&self, measure: &Measure) -> Result<f64> {
        let (data, port) = (self.fresh("floor")?, free_port()?);
        let mut command = Command::new(&self.floor);
        command.arg(port.to_string()).arg(data.join("floor.db")).arg("FULL");
        let server = Server::start(command, port, "/health")?;
        let scenario = self.tools.join("scenarios").join(measure.yardstick);
        self.load(measure, &server, &scenario)
    }

    /// Runs the load generator once and reads its record.
    fn load(&self, measure: &Measure, server: &Server, scenario: &Path) -> Result<f64> {
        let record = self.work.join("record.jsonl");
        std::fs::write(&record, "")?;
        let (clients, count, warmup) =
            (measure.clients.to_string(), measure.count.to_string(), measure.warmup.to_string());
        let base = format!("http://127.0.0.1:{}", server.port);
        let pid = format!("server={}", server.child.id());
        let (scenario, file) = (scenario.to_string_lossy(), record.to_string_lossy());
        let args = [
            "http",
            "--base",
            &base,
            "--scenario",
            &scenario,
            "--clients",
            &clients,
            "--count",
            &count,
            "--warmup",
            &warmup,
            "--runs",
            "1",
            "--pid",
            &pid,
            "--json",
            &file,
        ];
        call(&self.root, &self.generator.to_string_lossy(), &args).run()?;
        let text = std::fs::read_to_string(&record)?;
        let result: Value =
            serde_json::from_str(text.lines().last().context("the load generator recorded nothing")?)?;
        if result.get("errors").and_then(Value::as_object).is_some_and(|errors| !errors.is_empty()) {
            bail!("requests failed: {}", result["errors"]);
        }
        result
            .pointer(measure.figure)
            .and_then(Value::as_f64)
            .with_context(|| format!("no {} recorded", measure.figure))
    }

    fn fresh(&self, name: &str) -> Result<PathBuf> {
        let folder = self.work.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// A server that is stopped when it goes out of scope.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(mut command: Command, port: u16, path: &str) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("{command:?}"))?;
        let mut server = Self { child, port };
        let since = Instant::now();
        while !answers(port, path) {
            if let Some(status) = server.child.try_wait()? {
                bail!("{command:?} ended with {status}");
            }
            if since.elapsed() > START {
                bail!("{command:?} does not answer on port {port}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone is as good as stopped.
        if self.child.kill().is_ok() {
            drop(self.child.wait());
        }
    }
}

fn answers(port: u16, path: &str) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else { return false };
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    let mut answer = [0; 12];
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_exact(&mut answer).is_ok()
        && answer.ends_with(b" 200")
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
