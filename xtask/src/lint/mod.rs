//! `cargo xtask lint`: the architecture of the house, checked.
//!
//! A rule reads the [`Tree`] and reports findings. Each has a fixture that breaks exactly it
//! (in the folder `fixtures` beside `src`), and may have exceptions with a reason in `xtask/lint-exceptions.toml`; one
//! that nothing needs any more is itself an error.

mod crates;
mod docs;
mod exceptions;
mod rooms;
mod source;
mod supply;
#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::{Result, bail};

use crate::tree::Tree;

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Where, from the root of the repository.
    pub(crate) path: String,
    /// Where in the file, from 1.
    pub(crate) line: usize,
    /// Which rule says so.
    pub(crate) rule: &'static str,
    /// What it found.
    pub(crate) what: String,
}

/// A check and the words that go with its findings.
pub(crate) struct Rule {
    /// The name that output, exceptions and fixtures use.
    pub(crate) name: &'static str,
    /// Why the rule is there.
    why: &'static str,
    /// What to do instead.
    way_out: &'static str,
    check: fn(&Tree, &mut Report<'_>),
}

/// Collects the findings of one rule.
pub(crate) struct Report<'a> {
    rule: &'static str,
    findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    /// Reports something on a line of a file.
    fn at(&mut self, path: &str, line: usize, what: impl Into<String>) {
        self.findings.push(Finding { path: path.to_owned(), line, rule: self.rule, what: what.into() });
    }
}

/// Every rule, in the order of the report.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "crate-imports",
        why: "kernel <- platform <- contexts <- apps, and the contexts in one line, keep every part replaceable",
        way_out: "call the earlier context's facade, react to an event, or declare a small trait that apps/usher fills",
        check: crates::imports,
    },
    Rule {
        name: "workspace-lints",
        why: "one lint table for every crate",
        way_out: "add `[lints] workspace = true` to the manifest",
        check: crates::lints,
    },
    Rule {
        name: "workspace-versions",
        why: "every dependency has its version once, in the workspace's manifest",
        way_out: "add it to [workspace.dependencies] and write `name.workspace = true`",
        check: crates::versions,
    },
    Rule {
        name: "rooms",
        why: "the same rooms in every context, so that nobody has to search",
        way_out: "put it in the room it belongs to: model, store, ops, http, graphql.rs, events.rs, jobs, error.rs, migrations, tests",
        check: rooms::names,
    },
    Rule {
        name: "sql-rooms",
        why: "SQL stands where it is prepared on both engines by a test",
        way_out: "move the statement into a `sql!` block under store/, or the file under migrations/",
        check: rooms::sql,
    },
    Rule {
        name: "one-sql",
        why: "one SQL text for both engines; branches per engine drift apart",
        way_out: "use or add a named primitive in platform/db",
        check: rooms::engines,
    },
    Rule {
        name: "pure-model",
        why: "types and rules stay free of HTTP, databases and GraphQL, so they can be tested and reused alone",
        way_out: "move the part that needs it to http/, store/ or graphql.rs",
        check: rooms::model,
    },
    Rule {
        name: "plain-ops",
        why: "an operation serves REST, GraphQL, jobs and the command line alike",
        way_out: "take plain input, return the context's error, and translate in http/",
        check: rooms::ops,
    },
    Rule {
        name: "no-network-in-transactions",
        why: "operations and statements run inside a transaction on a database thread; waiting on the network there stops everybody",
        way_out: "write an event or a job in the transaction and do the talking from jobs/",
        check: rooms::network,
    },
    Rule {
        name: "ambient",
        why: "time, randomness and ids come from platform/kernel, so that tests decide them",
        way_out: "take the time from Ctx, Tx or a Clock, ids from Id::generate, randomness from usher_kernel::random",
        check: source::ambient,
    },
    Rule {
        name: "file-length",
        why: "a file of more than 500 lines (without its tests) does more than one thing",
        way_out: "split it along its parts",
        check: source::length,
    },
    Rule {
        name: "doc-paths",
        why: "a document that names a file which is not there misleads",
        way_out: "name the file as it is called now, or put a placeholder in angle brackets",
        check: docs::paths,
    },
    Rule {
        name: "no-allow",
        why: "a silenced lint has to say why, and to speak up when it is no longer needed",
        way_out: "write `#[expect(lint, reason = \"…\")]`",
        check: source::allow,
    },
    Rule {
        name: "unfinished",
        why: "what is on main is finished; what is missing has an issue",
        way_out: "do it now, or file it and remove the mark",
        check: source::unfinished,
    },
    Rule {
        name: "machine-paths",
        why: "a path of one machine works on that machine only",
        way_out: "use a path relative to the repository, an option or an environment variable",
        check: source::machine_paths,
    },
    Rule {
        name: "no-unsafe",
        why: "memory safety is not ours to argue",
        way_out: "use a safe interface",
        check: source::unsafe_code,
    },
    Rule {
        name: "registry-hosts",
        why: "lock files that name a mirror only work where that mirror is",
        way_out: "npm: `omit-lockfile-registry-resolved=true` and a fresh lock file; Cargo and pip: no other source in the repository",
        check: supply::hosts,
    },
    Rule {
        name: "dependencies",
        why: "licences, sources and banned crates as deny.toml lists them",
        way_out: "choose another crate, or extend deny.toml with a reason",
        check: supply::dependencies,
    },
];

/// Runs every rule.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(tree, &mut Report { rule: rule.name, findings: &mut findings });
    }
    findings.sort();
    // One finding a line is enough to go there.
    findings
        .dedup_by(|next, first| (&next.path, next.line, next.rule) == (&first.path, first.line, first.rule));
    findings
}

/// Checks the repository at `root` and prints what is to be mended.
///
/// # Errors
/// When there is a finding, or the repository cannot be read.
pub(crate) fn run(root: &Path) -> Result<()> {
    let tree = Tree::read(root)?;
    let exceptions = exceptions::read(tree.text(exceptions::FILE).unwrap_or_default())?;
    let open = exceptions::apply(&exceptions, check(&tree));
    for finding in &open {
        println!("{}:{}: [{}] {}", finding.path, finding.line, finding.rule, finding.what);
    }
    for rule in RULES.iter().filter(|rule| open.iter().any(|finding| finding.rule == rule.name)) {
        println!("\n[{}]\n  why:     {}\n  way out: {}", rule.name, rule.why, rule.way_out);
    }
    if !open.is_empty() {
        bail!("{} to mend; an exception needs a reason in {}", open.len(), exceptions::FILE);
    }
    println!("{} rules hold, {} documented exceptions", RULES.len(), exceptions.len());
    Ok(())
}
