//! The repository as text: every file that belongs to it, read once.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::rust::Source;

/// All text files of a checkout by their path, and what the build tool says about dependencies.
pub(crate) struct Tree {
    files: BTreeMap<String, File>,
    /// The answer of `cargo metadata`.
    pub(crate) metadata: serde_json::Value,
}

/// One file: its text and, for Rust, its tokens.
pub(crate) struct File {
    pub(crate) text: String,
    pub(crate) rust: Option<Source>,
}

impl Tree {
    /// Reads what git tracks or would track below `root`; binary files are left out.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let listed = output(
            Command::new("git")
                .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
                .current_dir(root),
        )?;
        let mut files = BTreeMap::new();
        for path in String::from_utf8(listed)?.split('\0').filter(|path| belongs(path)) {
            // A tracked file that was just deleted is listed and not there.
            let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
            if let Ok(text) = String::from_utf8(bytes) {
                files.insert(path.to_owned(), text);
            }
        }
        let metadata = output(
            Command::new("cargo").args(["metadata", "--format-version", "1", "--locked"]).current_dir(root),
        )?;
        Ok(Self::new(files, serde_json::from_slice(&metadata)?))
    }

    /// A tree from texts at hand.
    pub(crate) fn new(files: BTreeMap<String, String>, metadata: serde_json::Value) -> Self {
        let files = files
            .into_iter()
            .map(|(path, text)| {
                let rust = path.ends_with(".rs").then(|| Source::parse(&text));
                (path, File { text, rust })
            })
            .collect();
        Self { files, metadata }
    }

    /// Every file with its path, in order.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// Every Rust file with its path, in order.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.files().filter_map(|(path, file)| Some((path, file.rust.as_ref()?)))
    }

    /// Every crate's manifest with its folder ("" for the workspace's own).
    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&str, &str, &File)> {
        self.files().filter_map(|(path, file)| {
            let folder = path.strip_suffix("Cargo.toml")?;
            Some((path, folder.trim_end_matches('/'), file))
        })
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(|file| file.text.as_str())
    }

    /// Whether a file or a folder with files in it has this path.
    pub(crate) fn exists(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        self.files.contains_key(path)
            || self.files.range(folder.clone()..).next().is_some_and(|(next, _)| next.starts_with(&folder))
    }
}

/// Fixtures break the rules on purpose.
fn belongs(path: &str) -> bool {
    !path.is_empty() && !path.starts_with("xtask/fixtures/")
}

fn output(command: &mut Command) -> Result<Vec<u8>> {
    let out = command.output().with_context(|| format!("cannot start {command:?}"))?;
    if !out.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&out.stderr));
    }
    Ok(out.stdout)
}
