//! `cargo xtask bench`: the product beside the limits of the same machine, in turn, in one session.
//!
//! Machines are shared and noisy, so an absolute figure means little: each round runs the product and its
//! yardstick one after the other, and the table gives the median of the rounds' ratios. Where the yardstick is
//! a number that was asked for (a memory, a time), the ratio is to that number.

mod analytics;
mod client;
mod estimates;
mod fan;
mod line;
mod listeners;
mod live;
mod load;
mod postgres;
mod programs;
mod rest;
mod start;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::tools::{cargo, target};

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

/// What a measure needs beside this checkout.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// The load generator or a yardstick of `../shared/bench`.
    Shared,
    Nothing,
}

/// What is measured together: its name, and one round of it.
struct Measure {
    name: &'static str,
    needs: Needs,
    round: fn(&Bench) -> Result<Vec<Sample>>,
}

const fn beside(name: &'static str, round: fn(&Bench) -> Result<Vec<Sample>>) -> Measure {
    Measure { name, needs: Needs::Shared, round }
}

const fn alone(name: &'static str, round: fn(&Bench) -> Result<Vec<Sample>>) -> Measure {
    Measure { name, needs: Needs::Nothing, round }
}

const MEASURES: &[Measure] = &[
    beside("cycle", line::cycle),
    beside("alone", line::alone),
    beside("paced", line::paced),
    beside("long-line", line::long_line),
    beside("postgres", postgres::cycle),
    beside("displays", live::displays),
    beside("fan-1000", fan::thousand),
    beside("fan-10000", fan::ten_thousand),
    beside("socket.io", fan::socketio),
    beside("noop", rest::noop),
    beside("log-in-storm", rest::storm),
    alone("memory", rest::memory),
    alone("cold-start", start::cold),
    alone("demo", start::demo),
    alone("estimates", estimates::cost),
    alone("analytics", analytics::year),
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
    let chosen: Vec<&Measure> = MEASURES.iter().filter(|measure| measure.name.contains(only)).collect();
    if chosen.is_empty() {
        bail!("there is no measure {only}; there are {}", names(&MEASURES.iter().collect::<Vec<_>>()));
    }
    let tools = root.join("../shared/bench");
    let shared = tools.join("qload/Cargo.toml").is_file();
    let (chosen, left_out): (Vec<&Measure>, Vec<&Measure>) =
        chosen.into_iter().partition(|measure| shared || measure.needs == Needs::Nothing);
    if !left_out.is_empty() {
        println!("left out: {}", names(&left_out));
        println!(
            "  they need the load generator and the yardsticks of ../shared/bench, which are not beside this checkout"
        );
    }
    if chosen.is_empty() {
        bail!("nothing is left that can be measured");
    }
    let rounds = match std::env::var("USHER_BENCH_ROUNDS") {
        Ok(text) => text.parse().context("USHER_BENCH_ROUNDS is a number")?,
        Err(_) => ROUNDS,
    };
    let bench = Bench::build(root, tools, shared)?;
    let result = bench.table(&chosen, rounds);
    std::fs::remove_dir_all(&bench.work).context("removing the bench's folder")?;
    result
}

fn names(measures: &[&Measure]) -> String {
    measures.iter().map(|measure| measure.name).collect::<Vec<_>>().join(", ")
}

impl Bench {
    /// Builds the product, and with `shared` what it is measured with and beside.
    fn build(root: &Path, tools: PathBuf, shared: bool) -> Result<Self> {
        // In one command, so that all parts are built with the same features, once.
        let mut args = vec!["build", "--profile", "dist", "--locked", "--bins", "--examples"];
        for package in ["usher", "usher-analytics", "usher-eta", "usher-realtime", "usher-testkit"] {
            args.extend(["--package", package]);
        }
        cargo(root, &args).run()?;
        let built = target(root).join("bench");
        let parts: &[&str] = if shared { &["qload", "limits", "sio"] } else { &[] };
        for part in parts {
            let manifest = tools.join(part).join("Cargo.toml");
            let args = ["build", "--release", "--locked", "--manifest-path", &manifest.to_string_lossy()];
            cargo(root, &args).env("CARGO_TARGET_DIR", &built).run()?;
        }
        let work = std::env::temp_dir().join(format!("usher-bench-{}", std::process::id()));
        std::fs::create_dir_all(&work)?;
        Ok(Self {
            root: root.to_path_buf(),
            tools,
            yardsticks: built.join("release"),
            product: target(root).join("dist"),
            work,
        })
    }

    fn table(&self, chosen: &[&Measure], rounds: usize) -> Result<()> {
        let mut taken: Vec<Vec<Sample>> = Vec::new();
        let mut failed = Vec::new();
        for Measure { name, round: measure, .. } in chosen {
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
