//! The project's own commands: `cargo xtask <command>`.
#![expect(clippy::print_stdout, reason = "a command speaks on its output")]

mod bench;
mod contracts;
mod e2e;
mod fuzz;
mod lint;
mod rust;
mod schemathesis;
mod steps;
mod test;
mod tools;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::steps::Ended;

const USAGE: &str = "\
cargo xtask run                 the demo branch with people in it (release build)
cargo xtask test [--long]       everything that a merge needs; --long: and the campaigns at full length
cargo xtask lint                the architecture checks alone
cargo xtask contracts [--check] write contracts/ and the screens' types from the code
cargo xtask e2e [NAME]          browsers and third-party clients against the built binary
cargo xtask api [--long]        requests made from the API description, against the built binary
cargo xtask fuzz [NAME]         what strangers may send, guided by coverage
cargo xtask bench [NAME]        the product beside the limits of this machine";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[&str]) -> Result<()> {
    let root = root();
    match args {
        ["run", rest @ ..] => run(&root, rest),
        ["test"] => test::run(&root, false),
        ["test", "--long"] => test::run(&root, true),
        ["lint"] => lint::run(&root),
        ["contracts"] => contracts::run(&root, false),
        ["contracts", "--check"] => contracts::run(&root, true),
        ["e2e", only @ ..] => alone(e2e::run(&root, only.first().unwrap_or(&""))?),
        ["api"] => alone(schemathesis::run(&root, false)?),
        ["api", "--long"] => alone(schemathesis::run(&root, true)?),
        ["fuzz", only @ ..] => alone(fuzz::run(&root, only.first().unwrap_or(&""))?),
        ["bench", only @ ..] => bench::run(&root, only.first().unwrap_or(&"")),
        [] => bail!("which command?\n\n{USAGE}"),
        other => bail!("there is no command {}\n\n{USAGE}", other.join(" ")),
    }
}

/// A step that was asked for by name and cannot run is an error.
fn alone(ended: Ended) -> Result<()> {
    match ended {
        Ended::Done => Ok(()),
        Ended::Skipped(why) => bail!("{why}"),
    }
}

/// The product with demo data; further arguments go to it.
fn run(root: &Path, rest: &[&str]) -> Result<()> {
    if tools::find(&["npm", "npm.cmd"], &[]).is_none() {
        bail!(
            "npm is not installed: building the screens needs Node.js 20.19 or newer, see https://nodejs.org"
        );
    }
    let mut args = vec!["run", "--release", "--locked", "--package", "usher", "--", "demo", "--traffic"];
    args.extend(rest);
    tools::call(root, "cargo", &args).run()
}

/// The root of the repository, wherever the command was called.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}
