//! Rules about the rooms of a context: which there are, and what each may know.

use super::Report;
use crate::rust::{Kind, Path, Source};
use crate::tree::Tree;

/// What may stand in a context's folder. Its room `model` may be a crate of its own.
const CRATE: [&str; 5] = ["Cargo.toml", "src/", "tests/", "model/Cargo.toml", "model/src/"];
/// What may stand in a context's `src/`. The house leaves rooms out, and adds none.
const ROOMS: [&str; 9] =
    ["lib.rs", "model/", "store/", "ops/", "http/", "graphql.rs", "events.rs", "jobs/", "error.rs"];
/// Beside the Rust rooms.
const MIGRATIONS: &str = "migrations/";

/// Crates that speak HTTP.
const HTTP: [&str; 9] = [
    "axum",
    "axum_extra",
    "http",
    "http_body_util",
    "hyper",
    "tower",
    "tower_http",
    "usher_http",
    "socketioxide",
];
/// Crates that speak to a database.
const DATABASE: [&str; 7] =
    ["usher_db", "rusqlite", "tokio_postgres", "postgres", "sqlx", "sea_orm", "diesel"];
/// Crates that speak GraphQL.
const GRAPHQL: [&str; 2] = ["async_graphql", "juniper"];
/// Crates and modules that reach out over the network.
const NETWORK: [&[&str]; 14] = [
    &["std", "net"],
    &["tokio", "net"],
    &["hyper"],
    &["hyper_util"],
    &["reqwest"],
    &["ureq"],
    &["redis"],
    &["lettre"],
    &["rdkafka"],
    &["rskafka"],
    &["tungstenite"],
    &["tokio_tungstenite"],
    &["tokio_postgres"],
    &["object_store"],
];

/// `rooms`. Every file of a room that is none is reported: an exception for one excuses no other.
pub(super) fn names(tree: &Tree, report: &mut Report<'_>) {
    for (path, _) in tree.files() {
        let Some((context, inner)) = inside_context(path) else { continue };
        let stray = match inner.strip_prefix("src/") {
            Some(room) if !(allowed(room, &ROOMS) || room.starts_with(MIGRATIONS)) => Some((room, "src/")),
            None if !allowed(inner, &CRATE) => Some((inner, "")),
            _ => None,
        };
        let Some((stray, under)) = stray else { continue };
        let top = stray.split_inclusive('/').next().unwrap_or(stray);
        report.at(path, 1, format!("contexts/{context}/{under}{top} is no room of the house"));
    }
}

fn allowed(inner: &str, rooms: &[&str]) -> bool {
    rooms.iter().any(|room| if room.ends_with('/') { inner.starts_with(room) } else { inner == *room })
}

/// Splits `contexts/<name>/<inner>`.
fn inside_context(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("contexts/")?.split_once('/')
}

/// The files of one room of every context, tests left out.
fn room<'a>(tree: &'a Tree, room: &'a str) -> impl Iterator<Item = (&'a str, &'a Source)> {
    tree.rust().filter(move |(path, _)| {
        inside_context(path).is_some_and(|(_, inner)| is_in(inner, room)) && !is_test_file(path)
    })
}

/// Whether a file of a context stands in a room, which is part of its `src/` or a crate of its own.
fn is_in(inner: &str, room: &str) -> bool {
    match inner.strip_prefix("src/") {
        Some(inner) => inner.starts_with(room) || inner == format!("{}.rs", room.trim_end_matches('/')),
        None => inner.strip_prefix(room).is_some_and(|inner| inner.starts_with("src/")),
    }
}

/// Whether a file is a test by its place or name.
pub(super) fn is_test_file(path: &str) -> bool {
    let folder = ["/tests/", "/benches/", "/__tests__/", "/fixtures/", "/examples/"]
        .iter()
        .any(|part| path.contains(part));
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    folder
        || path.starts_with("e2e/")
        || stem == "tests"
        || stem.ends_with("_tests")
        || name.contains(".test.")
        || name.contains(".spec.")
}

/// `sql-rooms`. `platform/db` is the layer that SQL goes through, the test kit makes whole databases.
pub(super) fn sql(tree: &Tree, report: &mut Report<'_>) {
    for (path, _) in tree.files().filter(|(path, _)| path.ends_with(".sql")) {
        if !path.contains("/migrations/") && !is_test_file(path) && !path.starts_with("bench/") {
            report.at(path, 1, "an SQL file outside migrations/");
        }
    }
    for (path, source) in tree.rust() {
        let room = path.contains("/store/") || path.ends_with("/store.rs") || path.contains("/migrations/");
        let outside = ["platform/db/", "platform/testkit/", "xtask/", "bench/", "fuzz/"];
        if room || is_test_file(path) || outside.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        for line in source.macro_calls("sql") {
            report.at(path, line, "a sql! block outside store/");
        }
        for token in source.code.iter().filter(|token| token.kind == Kind::Text && is_sql(&token.text)) {
            if !source.is_test(token.line) {
                let start = token.text.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
                report.at(path, token.line, format!("SQL outside store/: {start} …"));
            }
        }
    }
}

/// Whether a text literal reads as a statement.
fn is_sql(text: &str) -> bool {
    let words = text.split_whitespace().collect::<Vec<_>>();
    let has = |word: &str| words.contains(&word);
    match words.as_slice() {
        ["SELECT", _, ..] | ["INSERT", "INTO", ..] | ["DELETE", "FROM", ..] => true,
        [
            "CREATE" | "ALTER" | "DROP" | "TRUNCATE",
            "TABLE" | "INDEX" | "UNIQUE" | "VIEW" | "POLICY" | "ROLE",
            ..,
        ] => true,
        ["UPDATE", _, ..] => has("SET"),
        ["WITH", _, ..] => has("AS") && has("SELECT") || text.contains("(SELECT"),
        _ => false,
    }
}

/// `one-sql`.
pub(super) fn engines(tree: &Tree, report: &mut Report<'_>) {
    for (path, source) in tree.rust().filter(|(path, _)| path.starts_with("contexts/") && !is_test_file(path))
    {
        let branches = |found: &Path| {
            matches!(found.root(), "usher_db" | "Engine")
                && found.segments.iter().any(|part| part == "Engine")
        };
        for found in source.paths().iter().filter(|found| branches(found)) {
            report.at(path, found.line, format!("{} in a context", found.segments.join("::")));
        }
    }
}

/// `pure-model`.
pub(super) fn model(tree: &Tree, report: &mut Report<'_>) {
    let banned = HTTP.iter().chain(&DATABASE).chain(&GRAPHQL).copied().collect::<Vec<_>>();
    for (path, source) in room(tree, "model/") {
        report_roots(path, source, &banned, "model/", report);
    }
}

/// `plain-ops`.
pub(super) fn ops(tree: &Tree, report: &mut Report<'_>) {
    for (path, source) in room(tree, "ops/") {
        report_roots(path, source, &HTTP, "ops/", report);
    }
}

fn report_roots(path: &str, source: &Source, banned: &[&str], room: &str, report: &mut Report<'_>) {
    for found in source.paths().iter().filter(|found| found.segments.len() > 1) {
        if banned.contains(&found.root()) {
            report.at(path, found.line, format!("{room} imports {}", found.segments.join("::")));
        }
    }
}

/// `no-network-in-transactions`.
pub(super) fn network(tree: &Tree, report: &mut Report<'_>) {
    for (path, source) in room(tree, "ops/").chain(room(tree, "store/")) {
        for found in source.paths().iter().filter(|found| found.segments.len() > 1 && reaches_out(found)) {
            report.at(path, found.line, format!("{} inside a transaction", found.segments.join("::")));
        }
    }
}

fn reaches_out(path: &Path) -> bool {
    NETWORK.iter().any(|start| {
        path.segments.len() >= start.len()
            && start.iter().zip(&path.segments).all(|(want, have)| want == have)
    })
}
