//! Each rule on a tree that breaks exactly it: the files of `fixtures/<rule>` laid over `fixtures/clean`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{RULES, check};
use crate::tree::Tree;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Reads a folder into `files`, later folders over earlier ones.
fn read(folder: &Path, under: &str, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if under.is_empty() { name } else { format!("{under}/{name}") };
        if entry.file_type().unwrap().is_dir() {
            read(&entry.path(), &path, files);
        } else {
            files.insert(path, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// What every rule finds on the clean tree with one fixture over it, and what the fixture expects.
fn lay_over(rule: Option<&str>) -> (Vec<String>, Vec<String>) {
    let mut files = BTreeMap::new();
    read(&fixtures().join("clean"), "", &mut files);
    if let Some(rule) = rule {
        read(&fixtures().join(rule), "", &mut files);
    }
    let expected = files.remove("expected.txt").unwrap_or_default();
    let metadata = serde_json::from_str(&files.remove("metadata.json").unwrap()).unwrap();
    let found = check(&Tree::new(files, metadata));
    let found =
        found.iter().map(|finding| format!("{}:{} {}", finding.path, finding.line, finding.rule)).collect();
    (found, expected.lines().map(str::to_owned).collect())
}

#[test]
fn the_clean_tree_has_no_finding() {
    assert_eq!(lay_over(None).0, Vec::<String>::new());
}

#[test]
fn every_rule_finds_exactly_what_its_fixture_breaks() {
    for rule in RULES {
        assert!(fixtures().join(rule.name).is_dir(), "no fixture breaks {}", rule.name);
        let (found, expected) = lay_over(Some(rule.name));
        assert!(!expected.is_empty(), "the fixture of {} expects nothing", rule.name);
        assert!(
            expected.iter().all(|line| line.ends_with(rule.name)),
            "the fixture of {} is about another rule",
            rule.name
        );
        assert_eq!(found, expected, "{}", rule.name);
    }
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name == "clean" || RULES.iter().any(|rule| rule.name == name),
            "{name} is the fixture of no rule"
        );
    }
}
