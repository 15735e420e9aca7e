//! The documented exceptions.

use anyhow::{Context, Result, bail};

use super::{Finding, RULES};

/// Where they are written.
pub(super) const FILE: &str = "xtask/lint-exceptions.toml";

/// One place where a rule does not apply.
#[derive(Debug)]
pub(super) struct Exception {
    rule: String,
    /// A file, or a folder when it ends in `/`.
    path: String,
    line: usize,
}

impl Exception {
    fn covers(&self, finding: &Finding) -> bool {
        let place = if self.path.ends_with('/') {
            finding.path.starts_with(&self.path)
        } else {
            finding.path == self.path
        };
        place && finding.rule == self.rule
    }
}

/// Reads the exceptions file; each entry needs a known rule, a path and a reason.
pub(super) fn read(text: &str) -> Result<Vec<Exception>> {
    let table: toml::Table = text.parse().context(FILE)?;
    let entries = table.get("exception").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let mut starts = text.lines().enumerate().filter(|(_, line)| line.trim() == "[[exception]]");
    entries
        .iter()
        .map(|entry| {
            let line = starts.next().map_or(1, |(at, _)| at + 1);
            let field = |name: &str| {
                let value = entry.get(name).and_then(toml::Value::as_str).unwrap_or_default().trim();
                if value.is_empty() {
                    bail!("{FILE}:{line}: the exception has no {name}")
                } else {
                    Ok(value.to_owned())
                }
            };
            let (rule, path, _reason) = (field("rule")?, field("path")?, field("reason")?);
            if !RULES.iter().any(|known| known.name == rule) {
                bail!("{FILE}:{line}: there is no rule {rule}");
            }
            Ok(Exception { rule, path, line })
        })
        .collect()
}

/// Takes out what is excepted, and adds a finding for each exception that nothing needs.
pub(super) fn apply(exceptions: &[Exception], findings: Vec<Finding>) -> Vec<Finding> {
    let unused = exceptions
        .iter()
        .filter(|exception| !findings.iter().any(|finding| exception.covers(finding)))
        .map(|exception| Finding {
            path: FILE.to_owned(),
            line: exception.line,
            rule: "unused-exception",
            what: format!("{} keeps {} without this; remove it", exception.path, exception.rule),
        })
        .collect::<Vec<_>>();
    let mut open = findings;
    open.retain(|finding| !exceptions.iter().any(|exception| exception.covers(finding)));
    open.extend(unused);
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(path: &str) -> Finding {
        Finding { path: path.to_owned(), line: 1, rule: "rooms", what: String::new() }
    }

    #[test]
    fn an_exception_covers_its_file_or_folder_and_no_other() {
        let text = "[[exception]]\nrule = \"rooms\"\npath = \"a/b.rs\"\nreason = \"r\"\n\n[[exception]]\nrule = \"rooms\"\npath = \"c/\"\nreason = \"r\"\n";
        let exceptions = read(text).unwrap();
        let open = apply(&exceptions, vec![finding("a/b.rs"), finding("c/d.rs"), finding("a/b.rs.bak")]);
        assert_eq!(open, [finding("a/b.rs.bak")]);
    }

    #[test]
    fn an_exception_that_nothing_needs_is_an_error() {
        let text = "# why\n[[exception]]\nrule = \"rooms\"\npath = \"a/b.rs\"\nreason = \"r\"\n";
        let open = apply(&read(text).unwrap(), Vec::new());
        assert_eq!((open[0].rule, open[0].line), ("unused-exception", 2));
    }

    #[test]
    fn an_exception_needs_a_reason_and_a_known_rule() {
        assert!(read("[[exception]]\nrule = \"rooms\"\npath = \"a\"\n").is_err());
        assert!(read("[[exception]]\nrule = \"nonsense\"\npath = \"a\"\nreason = \"r\"\n").is_err());
    }
}
