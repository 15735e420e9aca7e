//! Builds the screens with npm when they are out of date, and writes the table of files that `lib.rs` embeds.
//!
//! `USHER_SKIP_WEB=1` spares whoever works on the server the npm build: a page that says so is embedded
//! instead. A release build never skips.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

type Failure = Box<dyn Error>;

/// What the built screens depend on, relative to this crate.
const SOURCES: &[&str] = &[
    "src",
    "public",
    "build",
    "scripts",
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
    ".npmrc",
];

fn main() -> Result<(), Failure> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    println!("cargo::rerun-if-changed=server/build.rs");
    println!("cargo::rerun-if-env-changed=USHER_SKIP_WEB");

    let release = env::var("PROFILE")? == "release";
    let wants_skip = env::var("USHER_SKIP_WEB").is_ok_and(|v| !v.is_empty() && v != "0");
    if wants_skip && release {
        println!("cargo::warning=USHER_SKIP_WEB is ignored: a release carries its screens");
    }
    let skip = wants_skip && !release;
    let dist = here.join("dist");
    if !skip {
        build(&here, &dist)?;
    }
    let table = if skip { String::from("&[]") } else { table(&dist)? };
    let out = PathBuf::from(env::var("OUT_DIR")?).join("assets.rs");
    fs::write(out, format!("static ASSETS: &[Asset] = {table};\n"))?;
    Ok(())
}

fn build(here: &Path, dist: &Path) -> Result<(), Failure> {
    let built = modified(&dist.join("index.html"));
    let newest = SOURCES.iter().filter_map(|s| newest_under(&here.join(s))).max();
    if built.is_some() && built >= newest {
        return Ok(());
    }
    // npm leaves this file behind when it has installed everything that the lock file names.
    let installed = modified(&here.join("node_modules/.package-lock.json"));
    if installed.is_none() || installed < modified(&here.join("package-lock.json")) {
        npm(here, &["ci", "--no-audit", "--no-fund"])?;
    }
    npm(here, &["run", "bundle"])
}

fn npm(here: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(program).args(arguments).current_dir(here).output().map_err(|error| {
        format!("npm cannot be started ({error}): install Node.js 20.19 or newer, or set USHER_SKIP_WEB=1")
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("npm {} failed:\n{}", arguments.join(" "), String::from_utf8_lossy(&said)).into())
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|m| m.modified()).ok()
}

fn newest_under(path: &Path) -> Option<SystemTime> {
    if !path.is_dir() {
        return modified(path);
    }
    fs::read_dir(path).ok()?.flatten().filter_map(|entry| newest_under(&entry.path())).max()
}

/// The built files as a slice of `Asset`, sorted by path so that a file is found by bisection.
fn table(dist: &Path) -> Result<String, Failure> {
    let mut files = Vec::new();
    collect(dist, dist, &mut files)?;
    files.sort();
    let mut text = String::from("&[\n");
    for (name, path) in &files {
        if [".br", ".gz"].iter().any(|end| name.ends_with(end)) || name.starts_with(".vite/") {
            continue;
        }
        let sibling = |end: &str| {
            let found = files.iter().find(|(other, _)| *other == format!("{name}{end}"));
            found.map_or_else(|| String::from("None"), |(_, p)| format!("Some(include_bytes!({p:?}))"))
        };
        writeln!(
            text,
            "    Asset {{ path: {name:?}, raw: include_bytes!({path:?}), br: {}, gz: {} }},",
            sibling(".br"),
            sibling(".gz"),
        )?;
    }
    text.push(']');
    Ok(text)
}

fn collect(root: &Path, dir: &Path, into: &mut Vec<(String, PathBuf)>) -> Result<(), Failure> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, into)?;
        } else {
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            into.push((name, path));
        }
    }
    Ok(())
}
