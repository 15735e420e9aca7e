//! Rules about what comes from outside: sources, licences, banned crates.

use serde_json::Value;

use super::Report;
use crate::tree::Tree;

/// Where Cargo's own packages come from; anything else in a lock file is somebody's mirror.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// `registry-hosts`.
pub(super) fn hosts(tree: &Tree, report: &mut Report<'_>) {
    for (path, file) in tree.files() {
        let name = path.rsplit('/').next().unwrap_or(path);
        let strange: fn(&str) -> bool = match name {
            "Cargo.lock" => |line| line.trim_start().starts_with("source = ") && !line.contains(CRATES_IO),
            "package-lock.json" | "npm-shrinkwrap.json" => {
                |line| line.contains("\"resolved\"") && line.contains("://")
            }
            "requirements.txt" => |line| line.starts_with('-') || line.contains("://"),
            ".npmrc" => |line| line.contains("registry=") || line.contains("_auth"),
            "config.toml" if path.contains(".cargo/") => {
                |line| line.starts_with("[source") || line.starts_with("[registr") || line.contains("index =")
            }
            _ => continue,
        };
        for (at, line) in file.text.lines().enumerate().filter(|(_, line)| strange(line)) {
            report.at(path, at + 1, line.trim());
        }
    }
}

/// `dependencies`: deny.toml against what Cargo resolved. The hosted workflow runs `cargo deny` itself,
/// with the advisories; this is the part of it that needs no network and no second tool.
pub(super) fn dependencies(tree: &Tree, report: &mut Report<'_>) {
    let Some(policy) = tree.text("deny.toml").and_then(|text| text.parse::<toml::Table>().ok()) else {
        report.at("deny.toml", 1, "deny.toml is missing or no TOML");
        return;
    };
    let list = |table: &str, key: &str| -> Vec<String> {
        let entries = policy.get(table).and_then(|table| table.get(key)).and_then(toml::Value::as_array);
        let name =
            |entry: &toml::Value| entry.as_str().or_else(|| entry.get("crate")?.as_str()).map(str::to_owned);
        entries.into_iter().flatten().filter_map(name).collect()
    };
    let (licences, banned, sources) =
        (list("licenses", "allow"), list("bans", "deny"), list("sources", "allow-registry"));
    for package in tree.metadata.get("packages").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, version) = (text("name"), text("version"));
        let line = lock_line(tree, name, version);
        if banned.iter().any(|entry| entry == name) {
            report.at("Cargo.lock", line, format!("{name} {version} is banned"));
        }
        if !licence_fits(text("license"), &licences) {
            report.at("Cargo.lock", line, format!("{name} {version} is under {:?}", text("license")));
        }
        let source = text("source");
        if !source.is_empty() && !sources.iter().any(|known| source.ends_with(known.as_str())) {
            report.at("Cargo.lock", line, format!("{name} {version} comes from {source}"));
        }
    }
}

fn lock_line(tree: &Tree, name: &str, version: &str) -> usize {
    let (name, version) = (format!("name = \"{name}\""), format!("version = \"{version}\""));
    let lines = tree.text("Cargo.lock").unwrap_or_default().lines().collect::<Vec<_>>();
    lines.windows(2).position(|pair| pair[0] == name && pair[1] == version).map_or(1, |at| at + 1)
}

/// Whether an SPDX expression can be met with the licences at hand: every part of an AND, one of an OR.
fn licence_fits(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words = spaced.split_whitespace().collect::<Vec<_>>();
    let mut at = 0;
    !words.is_empty() && either(&words, &mut at, allowed) && at == words.len()
}

fn either(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut fits = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        fits |= both(words, at, allowed);
    }
    fits
}

fn both(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut fits = single(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        fits &= single(words, at, allowed);
    }
    fits
}

fn single(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let fits = either(words, at, allowed);
        *at += 1;
        return fits;
    }
    if words.get(*at) == Some(&"WITH") {
        let whole = format!("{word} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
        return allowed.contains(&whole);
    }
    allowed.iter().any(|licence| licence == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_read_as_expressions() {
        let allowed =
            ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"].map(str::to_owned);
        for fits in [
            "MIT",
            "MIT OR GPL-3.0",
            "GPL-3.0/MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR X",
        ] {
            assert!(licence_fits(fits, &allowed), "{fits}");
        }
        for bad in
            ["", "GPL-3.0", "MIT AND GPL-3.0", "(GPL-3.0 OR X) AND MIT", "GPL-2.0 WITH Classpath-exception"]
        {
            assert!(!licence_fits(bad, &allowed), "{bad}");
        }
    }
}
