//! The project's own commands: `cargo xtask <command>`.
#![expect(clippy::print_stdout, reason = "a command speaks on its output")]

mod lint;
mod rust;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask lint    check the architecture (layers, rooms, rules; see CONTRIBUTING.md)";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<()> {
    let root = root();
    match args.first().map(String::as_str) {
        Some("lint") => lint::run(&root),
        Some(other) => bail!("there is no command {other}\n\n{USAGE}"),
        None => bail!("which command?\n\n{USAGE}"),
    }
}

/// The root of the repository, wherever the command was called.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}
