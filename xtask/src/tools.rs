//! Starting other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

/// A command that is shown, run in a folder without input, and has to succeed.
pub(crate) struct Call {
    command: Command,
    shown: String,
}

/// Prepares `program` with its arguments in `folder`.
pub(crate) fn call(folder: &Path, program: &str, args: &[&str]) -> Call {
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).stdin(Stdio::null());
    Call { command, shown: format!("{program} {}", args.join(" ")) }
}

/// What compiles the workspace's own crates once `lint_while_compiling` was called.
static LINTER: OnceLock<PathBuf> = OnceLock::new();

/// From now on every crate of the workspace that Cargo compiles is judged by clippy in the same go, and a warning is an
/// error: what is compiled for the tests anyway need not be read a second time for the lints.
///
/// # Errors
/// When the toolchain has no clippy.
pub(crate) fn lint_while_compiling(root: &Path) -> Result<()> {
    let sysroot = call(root, "rustc", &["--print", "sysroot"]).output()?;
    let driver =
        Path::new(sysroot.trim()).join("bin").join(format!("clippy-driver{}", std::env::consts::EXE_SUFFIX));
    if !driver.is_file() {
        bail!("clippy is not installed: `rustup component add clippy`");
    }
    LINTER.get_or_init(|| driver);
    Ok(())
}

/// Prepares Cargo with its arguments.
pub(crate) fn cargo(root: &Path, args: &[&str]) -> Call {
    let mut call = call(root, "cargo", args);
    // What Cargo says of this program to it is not said to the other: build scripts that look at it would run anew
    // whenever one goes from `cargo xtask` to `cargo`, and all that stands on them with them.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_")
            || name.to_string_lossy().starts_with("CARGO_MANIFEST_")
        {
            call.command.env_remove(name);
        }
    }
    match LINTER.get() {
        // What `cargo clippy` itself sets, but that it has Cargo check and not compile.
        Some(driver) => call.env("RUSTC_WORKSPACE_WRAPPER", driver).env("CLIPPY_ARGS", "-Dwarnings"),
        None => call,
    }
}

impl Call {
    /// Sets an environment variable for it.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// One more argument.
    pub(crate) fn arg(mut self, arg: &str) -> Self {
        self.command.arg(arg);
        self
    }

    /// Runs it; what it says goes where our own words go.
    ///
    /// # Errors
    /// When it cannot be started or does not succeed.
    pub(crate) fn run(mut self) -> Result<()> {
        println!("$ {}", self.shown);
        let status = self.command.status().with_context(|| format!("{} cannot be started", self.shown))?;
        if !status.success() {
            bail!("`{}` ended with {status}", self.shown);
        }
        Ok(())
    }

    /// Runs it quietly and gives what it says on its output.
    ///
    /// # Errors
    /// When it cannot be started or does not succeed.
    pub(crate) fn output(mut self) -> Result<String> {
        let out = self.command.output().with_context(|| format!("{} cannot be started", self.shown))?;
        if !out.status.success() {
            bail!("`{}` failed: {}", self.shown, String::from_utf8_lossy(&out.stderr));
        }
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    }
}

/// Where a program is: the first of `names` on the PATH or in `folders`.
pub(crate) fn find(names: &[&str], folders: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(folders.iter().map(PathBuf::from)).collect::<Vec<_>>();
    names.iter().flat_map(|name| places.iter().map(move |place| place.join(name))).find(|file| file.is_file())
}

/// The folder that holds PostgreSQL's server programs: where `pg_config` says, on the PATH, or where
/// Debian, Homebrew and Fedora put the newest.
pub(crate) fn postgres() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian = versions.map(|entry| entry.path().join("bin")).collect::<Vec<_>>();
    debian.sort();
    let others = ["/usr/pgsql/bin", "/opt/homebrew/bin", "/usr/local/bin"].map(PathBuf::from);
    let on_path = find(&["initdb"], &[]).and_then(|file| file.parent().map(Path::to_path_buf));
    on_path
        .into_iter()
        .chain(debian.into_iter().rev())
        .chain(others)
        .find(|folder| folder.join("initdb").is_file())
}

/// Chromium or Chrome. First the build that has no window at all: with it the browser tests need a third less of the
/// processor.
pub(crate) fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("USHER_TEST_CHROMIUM").map(PathBuf::from);
    let mac = ["/Applications/Google Chrome.app/Contents/MacOS", "/Applications/Chromium.app/Contents/MacOS"];
    named.or_else(|| {
        let names = [
            "chromium-headless-shell",
            "chromium",
            "chromium-browser",
            "google-chrome",
            "Google Chrome",
            "Chromium",
        ];
        find(&names, &mac)
    })
}

/// Installs what a folder's lock file names, unless that has happened since it last changed.
///
/// # Errors
/// When npm fails.
pub(crate) fn npm_install(folder: &Path) -> Result<()> {
    let modified = |file: &str| std::fs::metadata(folder.join(file)).and_then(|data| data.modified()).ok();
    // npm leaves this file behind when it has installed everything.
    let installed = modified("node_modules/.package-lock.json");
    if installed.is_some() && installed >= modified("package-lock.json") {
        return Ok(());
    }
    call(folder, "npm", &["ci", "--no-audit", "--no-fund"]).run()
}

/// Whether a folder's package.json has a script of this name.
pub(crate) fn has_script(folder: &Path, name: &str) -> bool {
    let text = std::fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    let package: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    package.get("scripts").and_then(|scripts| scripts.get(name)).is_some()
}

/// The folder into which Cargo builds.
pub(crate) fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |set| root.join(set))
}

/// Builds the product as the tests do (same profile, same features: nothing is built twice) and says
/// where it is.
///
/// # Errors
/// When the build fails.
pub(crate) fn build_product(root: &Path) -> Result<PathBuf> {
    cargo(root, &["build", "--workspace", "--bins", "--examples", "--locked"]).run()?;
    Ok(target(root).join("debug").join(format!("usher{}", std::env::consts::EXE_SUFFIX)))
}
