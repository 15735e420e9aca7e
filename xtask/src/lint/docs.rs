//! `doc-paths`: what documents and comments name is there.

use super::Report;
use super::rooms::is_test_file;
use crate::tree::{File, Tree};

/// Files and folders at the root that documents may name without a folder before them.
const ROOTS: [&str; 15] = [
    "platform/",
    "contexts/",
    "apps/",
    "web/",
    "contracts/",
    "deploy/",
    "e2e/",
    "bench/",
    "fuzz/",
    "xtask/",
    "docs/",
    ".ci/",
    ".github/",
    ".config/",
    ".cargo/",
];

/// `doc-paths`.
pub(super) fn paths(tree: &Tree, report: &mut Report<'_>) {
    for (path, file) in tree.files() {
        if path.ends_with(".md") {
            markdown(tree, path, file, report);
        } else if let Some(source) = file.rust.as_ref().filter(|_| !is_test_file(path)) {
            for comment in &source.comments {
                for (offset, line) in comment.text.lines().enumerate() {
                    for name in quoted(line).filter(|name| is_gone(tree, name)) {
                        report.at(path, comment.line + offset, format!("{name} is not there"));
                    }
                }
            }
        }
    }
}

fn markdown(tree: &Tree, path: &str, file: &File, report: &mut Report<'_>) {
    let mut fenced = false;
    for (at, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for name in quoted(line).filter(|name| is_gone(tree, name)) {
            report.at(path, at + 1, format!("{name} is not there"));
        }
        for link in links(line).filter(|link| !tree.exists(&resolve(path, link))) {
            report.at(path, at + 1, format!("the link {link} leads nowhere"));
        }
    }
}

/// What stands between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).map(str::trim)
}

/// Whether a quoted name claims to be a path of the repository and is none. `a/{b,c}.rs` names two;
/// `<placeholders>` and commands claim nothing; of a pattern with `*`, what stands before must be there.
fn is_gone(tree: &Tree, name: &str) -> bool {
    let name = name.split_once("::").map_or(name, |(file, _)| file);
    let name = name.trim_end_matches(|c: char| c == ':' || c.is_ascii_digit() && name.contains(".rs:"));
    if !ROOTS.iter().any(|root| name.starts_with(root)) || name.contains(['<', ' ', '…', '$']) {
        return false;
    }
    if let Some((head, rest)) = name.split_once('{')
        && let Some((middle, tail)) = rest.split_once('}')
    {
        return middle.split(',').any(|part| is_gone(tree, &format!("{head}{part}{tail}")));
    }
    let fixed =
        name.split_once('*').map_or(name, |(before, _)| before.rsplit_once('/').map_or("", |(dir, _)| dir));
    !tree.exists(fixed)
}

/// The targets of Markdown links that are files.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?.split('#').next()?;
        let file = !target.is_empty()
            && !target.contains("://")
            && !target.starts_with(['/', '<'])
            && !target.starts_with("mailto:");
        file.then_some(target)
    })
}

/// A link's target from the root of the repository.
fn resolve(from: &str, link: &str) -> String {
    let mut parts = from.split('/').collect::<Vec<_>>();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}
