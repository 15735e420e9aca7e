//! `cargo xtask test`: everything that a merge needs.

use std::path::Path;

use anyhow::Result;

use crate::steps::{Ended, Steps};
use crate::tools::{call, cargo, find, has_script, lint_while_compiling, npm_install, postgres, target};
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
    steps.run("contracts", || done(contracts::run(root, true)))?;
    // Browsers leave a third of two cores idle: most flows wait for somebody.
    let log = target(root).join("beside.log");
    let others = || match screens(&web)? {
        Ended::Done => schemathesis::run(root, long),
        left_out @ Ended::Skipped(_) => Ok(left_out),
    };
    steps.beside("screens, and requests from the description", &log, others, |steps| {
        steps.run("browsers and clients", || e2e::run(root, ""))
    })?;
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

/// Types, rules and tests of the screens; the bundle checks the size of what public pages load.
fn screens(web: &Path) -> Result<Ended> {
    for script in ["typecheck", "lint", "test", "bundle"] {
        if !has_script(web, script) {
            return Ok(Ended::Skipped(format!("web/package.json has no script {script}")));
        }
        call(web, "npm", &["run", "--silent", script]).run()?;
    }
    Ok(Ended::Done)
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
        let mut call = cargo(root, &["test", "--workspace", "--locked"]).env(ENGINES, &engines);
        if long {
            call = call.env(LONG, "1");
        }
        done(call.run())
    })
}
