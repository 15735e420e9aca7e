//! `cargo xtask fuzz`: libFuzzer, on the stable compiler.
//!
//! What usually asks for a nightly one are the sanitizers, which find faults of unsafe code; there is none
//! here. Coverage, which guides the campaign, comes from a pass that the stable compiler has as well.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::steps::Ended;
use crate::tools::{call, find};

/// What makes the compiler report coverage to libFuzzer. Every arithmetic overflow and every debug assertion
/// is a finding.
const FLAGS: &[&str] = &[
    "--cfg=fuzzing",
    "-Cdebug-assertions",
    "-Coverflow-checks",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];
/// The variable that says how long each target runs, in seconds.
const SECONDS: &str = "USHER_FUZZ_SECONDS";

/// Runs the targets whose name contains `only` (all when empty), for five minutes each unless
/// `USHER_FUZZ_SECONDS` says otherwise. What a campaign finds interesting is kept in the targets' own build
/// folder, so that the next one goes on from there; the committed corpus is only read.
///
/// # Errors
/// When a target cannot be built, or fails on an input, which then lies in the folder `artifacts` beside them.
pub(crate) fn run(root: &Path, only: &str) -> Result<Ended> {
    if find(&["c++", "g++", "clang++"], &[]).is_none() {
        return Ok(Ended::Skipped("no C++ compiler on this machine: libFuzzer is written in it".to_owned()));
    }
    let seconds = std::env::var(SECONDS).unwrap_or_else(|_| "300".to_owned());
    let folder = root.join("fuzz");
    let host = host(&folder)?;
    let out = folder.join("target");
    for target in targets(&folder)?.iter().filter(|name| name.contains(only)) {
        // Its own folder: the flags are for the target machine alone, and nothing is built twice.
        let args = ["build", "--release", "--locked", "--target", &host, "--bin", target];
        call(&folder, "cargo", &args)
            .env("RUSTFLAGS", FLAGS.join(" "))
            .env("CARGO_TARGET_DIR", &out)
            .run()?;
        let kept = out.join("corpus").join(target);
        let artifacts = folder.join("artifacts").join(target);
        std::fs::create_dir_all(&kept)?;
        std::fs::create_dir_all(&artifacts)?;
        let program = out.join(&host).join("release").join(target);
        let args = [
            kept.to_string_lossy().into_owned(),
            format!("corpus/{target}"),
            format!("-max_total_time={seconds}"),
            format!("-artifact_prefix={}/", artifacts.display()),
            "-print_final_stats=1".to_owned(),
            "-verbosity=0".to_owned(),
        ];
        let args = args.iter().map(String::as_str).collect::<Vec<_>>();
        call(&folder, &program.to_string_lossy(), &args).run().context("a campaign has found something")?;
    }
    Ok(Ended::Done)
}

/// Whether the campaigns' own lock file still fits the workspace: they are built with it, but not for every merge.
///
/// # Errors
/// It does not.
pub(crate) fn check(root: &Path) -> Result<()> {
    let args = ["metadata", "--locked", "--format-version", "1"];
    match call(&root.join("fuzz"), "cargo", &args).output() {
        Ok(_) => Ok(()),
        Err(error) if error.to_string().contains("--locked") && error.to_string().contains("lock file") => {
            Err(error.context("fuzz/Cargo.lock is behind; run `cargo metadata` in fuzz/ and commit it"))
        }
        // Packages that only the campaigns need could not be fetched: that says nothing of the lock file.
        Err(error) => {
            println!("the lock file could not be compared: {error:#}");
            Ok(())
        }
    }
}

/// What the compiler calls this machine.
fn host(folder: &Path) -> Result<String> {
    let said = call(folder, "rustc", &["-vV"]).output()?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what it builds for")
}

/// The names of the targets.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let manifest: toml::Table = std::fs::read_to_string(folder.join("Cargo.toml"))?.parse()?;
    let bins = manifest.get("bin").and_then(toml::Value::as_array).into_iter().flatten();
    let names = bins.filter_map(|bin| Some(bin.get("name")?.as_str()?.to_owned())).collect::<Vec<_>>();
    if names.is_empty() {
        bail!("fuzz/Cargo.toml names no target");
    }
    Ok(names)
}
