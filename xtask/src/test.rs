//! `cargo xtask test`: everything that a merge needs.

use std::path::Path;

use anyhow::Result;

use crate::steps::{Ended, Steps};
use crate::tools::{call, cargo, find, has_script, lint_while_compiling, npm_install, postgres};
use crate::{contracts, e2e, fuzz, lint, schemathesis};

/// The engines the tests run on, and the variable that narrows them.
const ENGINES: &str = "USHER_TEST_ENGINES";
/// Set for the campaigns at full length.
const LONG: &str = "USHER_TEST_LONG";

/// Runs every step, stops at the first that fails, and closes with a summary either way.
///
/// # Errors
/// When a step fails.
pub(crate) fn run(root: &Path, long: bool) -> Result<()> {
    let mut steps = Steps::new();
    let result = all(root, long, &mut steps);
    steps.close(result)
}

fn all(root: &Path, long: bool, steps: &mut Steps) -> Result<()> {
    let web = root.join("web");
    steps.run("format", || done(call(root, "cargo", &["fmt", "--all", "--check"]).run()))?;
    steps.run("architecture", || done(lint::run(root)))?;
    steps.run("fuzz: packages", || done(fuzz::check(root)))?;
    steps.run("screens: packages", || done(npm_install(&web)))?;
    steps.run("clippy and build", || {
        lint_while_compiling(root)?;
        done(cargo(root, &["test", "--no-run", "--workspace", "--all-targets", "--locked"]).run())
    })?;
    engines(root, long, steps)?;
    let alone: [(&str, &(dyn Fn() -> Result<Ended> + Sync)); 3] = [
        ("examples in documentation", &|| {
            done(cargo(root, &["test", "--workspace", "--doc", "--locked"]).run())
        }),
        ("screens: types", &|| screens(&web, "typecheck")),
        ("screens: lint", &|| screens(&web, "lint")),
    ];
    steps.beside(alone.to_vec())?;
    steps.run("screens: unit tests", || screens(&web, "test"))?;
    // The build checks the size of what public pages load.
    steps.run("screens: build and size", || screens(&web, "bundle"))?;
    steps.run("contracts", || done(contracts::run(root, true)))?;
    steps.run("browsers and clients", || e2e::run(root, ""))?;
    steps.run("requests from the description", || schemathesis::run(root, long))?;
    if long {
        // When days end and begin.
        for hour in ["23", "0"] {
            steps.run(&format!("browsers at {hour} o'clock"), || e2e::run_at(root, hour))?;
        }
        steps.run("fuzz campaign", || fuzz::run(root, ""))?;
    }
    Ok(())
}

fn done(result: Result<()>) -> Result<Ended> {
    result.map(|()| Ended::Done)
}

fn screens(web: &Path, script: &str) -> Result<Ended> {
    if !has_script(web, script) {
        return Ok(Ended::Skipped(format!("web/package.json has no script {script}")));
    }
    done(call(web, "npm", &["run", "--silent", script]).run())
}

/// The Rust tests, on the engines there are. What cannot run for want of a program is a step of its own,
/// so that the summary names it.
fn engines(root: &Path, long: bool, steps: &mut Steps) -> Result<()> {
    let wanted = std::env::var(ENGINES).unwrap_or_else(|_| "sqlite,postgres".to_owned());
    let mut engines = wanted.split(',').map(str::trim).filter(|name| !name.is_empty()).collect::<Vec<_>>();
    if engines.contains(&"postgres") && postgres().is_none() {
        let why = "no PostgreSQL server programs (initdb, postgres) on this machine";
        steps.run("tests on postgres", || Ok(Ended::Skipped(why.to_owned())))?;
        engines.retain(|name| *name != "postgres");
    }
    if find(&["redis-server"], &[]).is_none() {
        let why = "no redis-server on this machine";
        steps.run("tests across nodes", || Ok(Ended::Skipped(why.to_owned())))?;
    }
    let engines = engines.join(",");
    steps.run(&format!("tests on {engines}"), || {
        // Much of them is waiting, for disks and for other programs: twice as many at once as there are processors.
        let threads = std::thread::available_parallelism().map_or(2, |found| 2 * found.get());
        let mut call = cargo(root, &["test", "--workspace", "--all-targets", "--locked"])
            .env(ENGINES, &engines)
            .env("RUST_TEST_THREADS", threads.to_string());
        if long {
            call = call.env(LONG, "1");
        }
        done(call.run())
    })
}
