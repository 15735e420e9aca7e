//! Rules about the text of files, wherever they stand.

use super::Report;
use super::rooms::is_test_file;
use crate::rust::Source;
use crate::tree::Tree;

/// The longest a source file may be, in lines, its tests left out.
const MAX_LINES: usize = 500;

/// Kinds of files that somebody writes and reads as source.
const SOURCES: [&str; 10] = [".rs", ".ts", ".tsx", ".js", ".mjs", ".css", ".sql", ".sh", ".py", ".html"];

/// Ends of paths that read the machine's clock.
const CLOCKS: [&[&str]; 8] = [
    &["SystemTime", "now"],
    &["Timestamp", "now"],
    &["Zoned", "now"],
    &["Utc", "now"],
    &["Local", "now"],
    &["OffsetDateTime", "now_utc"],
    &["Clock", "system"],
    &["UNIX_EPOCH", "elapsed"],
];
/// Ends of paths that draw ids.
const IDS: [&[&str]; 5] = [
    &["Uuid", "new_v4"],
    &["Uuid", "now_v7"],
    &["Uuid", "now_v6"],
    &["Uuid", "now_v1"],
    &["Builder", "from_random_bytes"],
];
/// Crates that draw random numbers.
const RANDOM: [&str; 6] = ["rand", "rand_core", "getrandom", "fastrand", "nanoid", "oorandom"];

/// `ambient`. The composition root makes the one system clock; tools and load generators are no part
/// of the product; test files may not read the clock either.
pub(super) fn ambient(tree: &Tree, report: &mut Report<'_>) {
    for (path, source) in tree.rust() {
        let product = ["platform/", "contexts/", "apps/"].iter().any(|layer| path.starts_with(layer));
        let example = path.contains("/examples/");
        if !product || example || path.starts_with("platform/kernel/") {
            continue;
        }
        for found in source.paths() {
            let makes_clock = found.ends_with(&["Clock", "system"]) && path.starts_with("apps/");
            // A monotonic instant can measure but never become data; only the business has no use for it.
            let instant = path.starts_with("contexts/") && found.ends_with(&["Instant", "now"]);
            let reads = CLOCKS.iter().chain(&IDS).any(|tail| found.ends_with(tail)) && !makes_clock;
            let draws = found.segments.len() > 1 && RANDOM.contains(&found.root());
            if instant || reads || draws {
                report.at(path, found.line, found.segments.join("::"));
            }
        }
    }
}

/// `file-length`.
pub(super) fn length(tree: &Tree, report: &mut Report<'_>) {
    for (path, file) in tree.files() {
        let generated = path.ends_with("/schema.d.ts") || path.starts_with("contracts/");
        if generated || is_test_file(path) || !SOURCES.iter().any(|end| path.ends_with(end)) {
            continue;
        }
        let tests = file.rust.as_ref().map_or(0, Source::test_lines);
        let lines = file.text.lines().count().saturating_sub(tests);
        if lines > MAX_LINES {
            report.at(path, MAX_LINES + 1, format!("{lines} lines"));
        }
    }
}

/// `no-allow`.
pub(super) fn allow(tree: &Tree, report: &mut Report<'_>) {
    for (path, source) in tree.rust() {
        for line in source.attributes("allow") {
            report.at(path, line, "a lint silenced with allow");
        }
    }
}

/// `no-unsafe`.
pub(super) fn unsafe_code(tree: &Tree, report: &mut Report<'_>) {
    for (path, source) in tree.rust() {
        for token in
            source.code.iter().filter(|token| token.kind == crate::rust::Kind::Word && token.text == "unsafe")
        {
            report.at(path, token.line, "unsafe");
        }
    }
}

/// Words that mark something as unfinished; joined here so that this file does not carry them.
const MARKS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// `unfinished`.
pub(super) fn unfinished(tree: &Tree, report: &mut Report<'_>) {
    for (path, file) in tree.files() {
        if let Some(source) = &file.rust {
            for comment in &source.comments {
                for (offset, text) in comment.text.lines().enumerate() {
                    if let Some(mark) = mark_in(text) {
                        report.at(path, comment.line + offset, mark);
                    }
                }
            }
            for name in ["todo", "unimplemented"] {
                for line in source.macro_calls(name) {
                    report.at(path, line, format!("{name}!"));
                }
            }
        } else if !is_data(path) {
            for (at, text) in file.text.lines().enumerate() {
                if let Some(mark) = mark_in(text) {
                    report.at(path, at + 1, mark);
                }
            }
        }
    }
}

fn mark_in(text: &str) -> Option<&'static str> {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.find_map(|word| MARKS.into_iter().find(|mark| *mark == word))
}

/// Lock files, licences and generated documents say what others wrote.
fn is_data(path: &str) -> bool {
    path.ends_with(".lock")
        || path.ends_with("package-lock.json")
        || path.starts_with("contracts/")
        || path == "LICENSE"
}

/// Where people's own files start on the usual systems; in parts, as this file is checked as well.
const HOMES: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("C:\\Us", "ers\\"),
];

/// `machine-paths`.
pub(super) fn machine_paths(tree: &Tree, report: &mut Report<'_>) {
    for (path, file) in tree.files().filter(|(path, _)| !path.ends_with(".lock")) {
        for (at, line) in file.text.lines().enumerate() {
            // As a string literal writes it.
            let line = line.replace("\\\\", "\\");
            if let Some(home) = HOMES.iter().find(|home| starts_a_path(&line, home)) {
                report.at(path, at + 1, format!("a path below {home}"));
            }
        }
    }
}

/// Whether `start` stands in the line as the beginning of a path, not in the middle of a longer one.
fn starts_a_path(line: &str, start: &str) -> bool {
    line.match_indices(start).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + start.len()..].chars().next();
        before.is_none_or(|c| !(c.is_alphanumeric() || "_-./}".contains(c)))
            && after.is_some_and(|c| c.is_alphanumeric() || c == '.')
    })
}
