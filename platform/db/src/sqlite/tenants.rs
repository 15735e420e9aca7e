//! Debug builds only: whether a statement says whose rows it means.
//!
//! PostgreSQL keeps tenants apart by row-level security, whatever a statement says. SQLite has nothing of
//! that kind: there only the statement itself does. So every statement on a table with a `tenant_id` has to
//! compare that column with a parameter (or insert it); one that must reach every tenant's rows states its
//! reason where it is declared. What is joined or looked up beside the table is tied to it by its key.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use crate::error::DbError;
use crate::tx::Sql;

/// The tables with a `tenant_id`, and what is known of the statements seen so far.
#[derive(Default)]
pub(super) struct TenantTables {
    tables: HashSet<String>,
    /// By the address of a fixed text: what is wrong with it.
    seen: HashMap<usize, Option<String>>,
}

impl TenantTables {
    /// Those of a migrated database; a connection that cannot be asked is refused elsewhere.
    pub(super) fn of(conn: &Connection) -> Self {
        let ask = || -> rusqlite::Result<HashSet<String>> {
            conn.prepare(
                "SELECT t.name FROM sqlite_schema t, pragma_table_info(t.name) c \
                 WHERE t.type = 'table' AND c.name = 'tenant_id'",
            )?
            .query_map([], |row| row.get(0))?
            .collect()
        };
        Self { tables: ask().unwrap_or_default(), seen: HashMap::new() }
    }

    /// Refuses a statement that could reach another tenant's rows without saying why it may.
    pub(super) fn check(&mut self, sql: Sql<'_>) -> Result<(), DbError> {
        let wrong = match sql {
            Sql::Fixed(stmt) if stmt.reaches_across().is_some() => None,
            Sql::Fixed(stmt) => {
                let text = stmt.text_for(crate::db::Engine::Sqlite);
                let tables = &self.tables;
                self.seen
                    .entry(text.as_ptr().addr())
                    .or_insert_with(|| fault(stmt.name(), text, tables))
                    .clone()
            }
            Sql::Dynamic(query) if query.reaches_across() => None,
            Sql::Dynamic(query) => fault("a statement made at run time", query.text(), &self.tables),
        };
        wrong.map_or(Ok(()), |text| Err(DbError::Other(text)))
    }
}

fn fault(name: &str, text: &str, tables: &HashSet<String>) -> Option<String> {
    let words = words(text);
    let touched = words.windows(2).find_map(|pair| {
        let [keyword, table] = pair else { return None };
        let leads = matches!(keyword.as_str(), "from" | "join" | "update" | "into");
        (leads && tables.contains(table)).then_some(table)
    })?;
    if names_tenant(&words) {
        return None;
    }
    Some(format!(
        "{name}: {touched} has a tenant_id and the statement names none, so on SQLite it reaches every tenant's \
         rows. Compare tenant_id with a parameter, or declare the statement `across` with the reason: {text}"
    ))
}

/// Whether the tenant is compared with a parameter, or is among the columns of an insert.
fn names_tenant(words: &[String]) -> bool {
    let insert = words.iter().any(|word| word == "insert");
    let listed = words.iter().take_while(|word| *word != "values").any(|word| word == "tenant_id");
    let compared = words.iter().enumerate().filter(|(_, word)| *word == "tenant_id").any(|(at, _)| {
        let next: Vec<&str> = words.iter().skip(at + 1).take(5).map(String::as_str).collect();
        match next.as_slice() {
            ["=", parameter, ..] | ["is", "not", "distinct", "from", parameter] => parameter.starts_with('$'),
            _ => false,
        }
    });
    compared || (insert && listed)
}

/// The words of a statement in small letters, without what is quoted and without the alias before a column.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '.' => word.clear(),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '$' => word.push(c.to_ascii_lowercase()),
            _ => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                if c == '=' {
                    words.push("=".to_owned());
                }
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> bool {
        let tables: HashSet<String> = ["tickets", "sites", "jobs"].map(str::to_owned).into();
        fault("X", text, &tables).is_some()
    }

    #[test]
    fn a_statement_names_the_tenant_or_is_refused() {
        for sound in [
            "SELECT id FROM tickets WHERE tenant_id = $1 AND id = $2",
            "SELECT t.id FROM tickets t WHERE t.id = $1 AND t.tenant_id = $2",
            "SELECT id FROM tickets WHERE id = $2 AND tenant_id IS NOT DISTINCT FROM $1",
            "INSERT INTO tickets (id, tenant_id) VALUES ($1, $2)",
            "UPDATE tickets SET status = 'called' WHERE id = $1\n  AND tenant_id=$2 RETURNING id",
            "DELETE FROM sites WHERE tenant_id = $1",
            "SELECT id FROM tenants WHERE id = $1",
            "SELECT sites FROM members WHERE note = 'from tickets'",
        ] {
            assert!(!refused(sound), "{sound}");
        }
        for wrong in [
            "SELECT id FROM tickets WHERE id = $1",
            "SELECT id, tenant_id FROM tickets WHERE id = $1",
            "UPDATE tickets SET status = 'called' WHERE id = $1 RETURNING tenant_id",
            "DELETE FROM jobs",
            "SELECT q.id FROM queues q JOIN tickets t ON t.tenant_id = q.tenant_id WHERE q.id = $1",
            "SELECT id FROM tickets WHERE note = 'tenant_id = $1'",
            "INSERT INTO tickets (id) VALUES ($1)",
        ] {
            assert!(refused(wrong), "{wrong}");
        }
    }
}
