//! `cargo xtask bench`: the product beside the limits of the same machine, in turn, in one session.
//!
//! Machines are shared and noisy, so an absolute figure means little: each round runs the product and its
//! yardstick one after the other, and the table gives the median of the rounds' ratios. Where the yardstick is
//! a number that was asked for (a memory, a time), the ratio is to that number.

mod analytics;
mod fan;
mod line;
mod live;
mod load;
mod postgres;
mod programs;
mod rest;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::tools::{call, target};

/// How often each measure is taken unless `USHER_BENCH_ROUNDS` says otherwise.
const ROUNDS: usize = 5;

/// One figure of one round beside its yardstick.
struct Sample {
    name: String,
    own: f64,
    yardstick: f64,
    unit: &'static str,
    /// What is asked of the ratio.
    goal: &'static str,
}

impl Sample {
    fn new(
        name: impl Into<String>,
        own: f64,
        yardstick: f64,
        unit: &'static str,
        goal: &'static str,
    ) -> Self {
        Self { name: name.into(), own, yardstick, unit, goal }
    }
}

/// What is measured together: its name, and one round of it.
type Measure = (&'static str, fn(&Bench) -> Result<Vec<Sample>>);

const MEASURES: &[Measure] = &[
    ("cycle", line::cycle),
    ("alone", line::alone),
    ("paced", line::paced),
    ("long-line", line::long_line),
    ("postgres", postgres::cycle),
    ("displays", live::displays),
    ("fan-1000", fan::thousand),
    ("fan-10000", fan::ten_thousand),
    ("socket.io", fan::socketio),
    ("noop", rest::noop),
    ("log-in-storm", rest::storm),
    ("memory", rest::memory),
    ("cold-start", rest::cold_start),
    ("analytics", analytics::year),
];

/// The programs of one session and the folder they work in.
struct Bench {
    root: PathBuf,
    /// The load generator, yardsticks and their scenarios.
    tools: PathBuf,
    /// Where the yardsticks are built.
    yardsticks: PathBuf,
    /// Where the product is built.
    product: PathBuf,
    work: PathBuf,
}

/// Takes the measures whose name contains `only` (all when empty) and prints the table.
///
/// # Errors
/// When something cannot be built, started or loaded.
pub(crate) fn run(root: &Path, only: &str) -> Result<()> {
    let chosen: Vec<&Measure> = MEASURES.iter().filter(|(name, _)| name.contains(only)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = MEASURES.iter().map(|(name, _)| *name).collect();
        bail!("there is no measure {only}; there are {}", names.join(", "));
    }
    let tools = root.join("../shared/bench");
    if !tools.join("qload/Cargo.toml").is_file() {
        println!(
            "left out: the load generator and the floor server are not beside this checkout (../shared/bench)"
        );
        return Ok(());
    }
    let rounds = match std::env::var("USHER_BENCH_ROUNDS") {
        Ok(text) => text.parse().context("USHER_BENCH_ROUNDS is a number")?,
        Err(_) => ROUNDS,
    };
    let bench = Bench::build(root, tools)?;
    let result = bench.table(&chosen, rounds);
    std::fs::remove_dir_all(&bench.work).context("removing the bench's folder")?;
    result
}

impl Bench {
    fn build(root: &Path, tools: PathBuf) -> Result<Self> {
        // In one command, so that all parts are built with the same features, once.
        let mut args = vec!["build", "--release", "--locked", "--bins", "--examples"];
        for package in ["usher", "usher-analytics", "usher-realtime", "usher-http", "usher-testkit"] {
            args.extend(["--package", package]);
        }
        call(root, "cargo", &args).run()?;
        let built = target(root).join("bench");
        for part in ["qload", "limits", "sio"] {
            let manifest = tools.join(part).join("Cargo.toml");
            let args = ["build", "--release", "--locked", "--manifest-path", &manifest.to_string_lossy()];
            call(root, "cargo", &args).env("CARGO_TARGET_DIR", &built).run()?;
        }
        let work = std::env::temp_dir().join(format!("usher-bench-{}", std::process::id()));
        std::fs::create_dir_all(&work)?;
        Ok(Self {
            root: root.to_path_buf(),
            tools,
            yardsticks: built.join("release"),
            product: target(root).join("release"),
            work,
        })
    }

    fn table(&self, chosen: &[&Measure], rounds: usize) -> Result<()> {
        let mut taken: Vec<Vec<Sample>> = Vec::new();
        let mut failed = Vec::new();
        for (name, measure) in chosen {
            for round in 1..=rounds {
                println!("\n--- {name}, round {round} of {rounds}");
                match measure(self) {
                    Ok(samples) => {
                        for sample in samples {
                            println!(
                                "    {}: {:.1} against {:.1} {}",
                                sample.name, sample.own, sample.yardstick, sample.unit
                            );
                            match taken
                                .iter_mut()
                                .find(|row| row.iter().any(|first| first.name == sample.name))
                            {
                                Some(row) => row.push(sample),
                                None => taken.push(vec![sample]),
                            }
                        }
                    }
                    // The others are still worth knowing.
                    Err(error) => {
                        println!("    failed: {error:#}");
                        failed.push(format!("{name}: {error:#}"));
                        break;
                    }
                }
            }
        }
        print_table(&taken, rounds);
        if failed.is_empty() { Ok(()) } else { bail!("{}", failed.join("\n")) }
    }

    /// An empty folder of its own.
    fn fresh(&self, name: &str) -> Result<PathBuf> {
        let folder = self.work.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

fn print_table(rows: &[Vec<Sample>], rounds: usize) {
    let width = rows.iter().flatten().map(|sample| sample.name.chars().count()).max().unwrap_or(0);
    println!("\n{:width$} {:>12} {:>12} {:>8}  asked", "measure", "usher", "yardstick", "ratio");
    for row in rows {
        let Some(first) = row.first() else { continue };
        let of = |figure: fn(&Sample) -> f64| median(row.iter().map(figure).collect());
        println!(
            "{:width$} {:>12.1} {:>12.1} {:>8.2}  {} ({})",
            first.name,
            of(|s| s.own),
            of(|s| s.yardstick),
            of(|s| s.own / s.yardstick),
            first.goal,
            first.unit,
        );
    }
    println!("medians of {rounds} rounds; the ratio is the median of the rounds' ratios");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
