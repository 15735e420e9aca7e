//! `cargo xtask api`: requests made from the API description, against the built binary.
//!
//! schemathesis reads the description and asks for everything in it with what fits and with what does not.
//! No answer may be a failure of the server or anything that the description does not name. What it is held
//! to and what is left out stands in `e2e/schemathesis`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::steps::Ended;
use crate::tools::{build_product, call, find, target};

/// Runs it; with `long` with many more requests.
///
/// # Errors
/// When the product cannot be built, the tool not be installed, or an answer is not what is described.
pub(crate) fn run(root: &Path, long: bool) -> Result<Ended> {
    let folder = root.join("e2e/schemathesis");
    let python = match environment(root, &folder.join("requirements.txt"))? {
        Ok(python) => python,
        Err(why) => return Ok(Ended::Skipped(why)),
    };
    let usher = build_product(root)?;
    let mut args = vec!["run.py"];
    if long {
        args.push("--long");
    }
    call(&folder, &python.to_string_lossy(), &args)
        .env("USHER_TEST_BINARY", usher)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUNBUFFERED", "1")
        .run()?;
    Ok(Ended::Done)
}

/// The Python of an environment with the pinned packages in it, made below the target folder; or why there
/// can be none.
fn environment(root: &Path, pinned: &Path) -> Result<std::result::Result<PathBuf, String>> {
    let Some(python) = find(&["python3", "python"], &[]) else {
        return Ok(Err("no Python on this machine".to_owned()));
    };
    let python = python.to_string_lossy();
    let fit = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
    if call(root, &python, &["-c", fit]).output().is_err() {
        return Ok(Err("no Python 3.11 or newer with venv (package python3-venv)".to_owned()));
    }
    let folder = target(root).join("schemathesis");
    let own = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = std::fs::read_to_string(pinned)?;
    // Left behind when everything has been installed.
    let mark = folder.join("installed.txt");
    if std::fs::read_to_string(&mark).ok().as_deref() != Some(wanted.as_str()) {
        call(root, &python, &["-m", "venv", "--clear", &folder.to_string_lossy()]).run()?;
        let list = pinned.to_string_lossy();
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", &list];
        call(root, &own.to_string_lossy(), &install).run()?;
        std::fs::write(&mark, &wanted)?;
    }
    Ok(Ok(own))
}
