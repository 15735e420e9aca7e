//! `cargo xtask e2e`: browsers and real third-party clients against the built binary.

use std::path::Path;

use anyhow::Result;

use crate::steps::Ended;
use crate::tools::{build_product, call, chromium, npm_install};

/// Runs the specs whose file name contains `only` (all when empty).
///
/// # Errors
/// When the product cannot be built or a spec fails.
pub(crate) fn run(root: &Path, only: &str) -> Result<Ended> {
    all(root, only, None)
}

/// Runs all specs where it is this hour in the demo bank.
///
/// # Errors
/// When the product cannot be built or a spec fails.
pub(crate) fn run_at(root: &Path, hour: &str) -> Result<Ended> {
    all(root, "", Some(hour))
}

fn all(root: &Path, only: &str, hour: Option<&str>) -> Result<Ended> {
    let Some(browser) = chromium() else {
        return Ok(Ended::Skipped("no Chromium or Chrome on this machine".to_owned()));
    };
    let usher = build_product(root)?;
    let e2e = root.join("e2e");
    npm_install(&e2e)?;
    let mut specs = std::fs::read_dir(e2e.join("specs"))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".spec.mjs") && name.contains(only))
        .map(|name| format!("specs/{name}"))
        .collect::<Vec<_>>();
    specs.sort();
    // Each starts a server and a browser of its own, and waits for a third of its time: half as many again at once as
    // there are processors keep them busy.
    let at_once = std::thread::available_parallelism().map_or(2, std::num::NonZero::get) * 3 / 2;
    let at_once = format!("--test-concurrency={at_once}");
    let mut args = vec!["--test", "--test-force-exit", &at_once, "--test-reporter=spec"];
    args.extend(specs.iter().map(String::as_str));
    let fan = usher.with_file_name("examples").join("fan");
    let mut call = call(&e2e, "node", &args)
        .env("USHER_TEST_BINARY", usher)
        .env("USHER_TEST_FAN", fan)
        .env("USHER_TEST_CHROMIUM", browser);
    if let Some(hour) = hour {
        call = call.env("USHER_TEST_HOUR", hour);
    }
    call.run()?;
    Ok(Ended::Done)
}
