//! `cargo xtask contracts`: what the outside relies on, written from the code.

use std::path::Path;

use anyhow::{Context, Result};

use crate::tools::{build_product, call, npm_install};

/// Writes `contracts/` and the screens' types, or with `check` says whether they are as the code says.
///
/// # Errors
/// When something cannot be built or, with `check`, differs.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    let usher = build_product(root)?;
    let mut args = vec!["contracts", "--out", "contracts"];
    if check {
        args.push("--check");
    }
    let drift = "the contracts are not what the code says; run `cargo xtask contracts` and commit the result";
    call(root, &usher.to_string_lossy(), &args).run().context(drift)?;
    let web = root.join("web");
    npm_install(&web)?;
    let mut args = vec!["run", "--silent", "types"];
    if check {
        args.extend(["--", "--check"]);
    }
    call(&web, "npm", &args).run().context(drift)
}
