//! The migrator of the embedded engine.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};
use usher_kernel::Clock;

use super::errors::open_error;
use crate::config::OpenError;
use crate::db::Engine;
use crate::migrate::{Applied, MigrationSet, plan};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    context TEXT NOT NULL, name TEXT NOT NULL, checksum BIGINT NOT NULL, applied_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (context, name)) WITHOUT ROWID";

/// Runs what is still to be run, each migration in a transaction of its own.
pub(super) fn run(conn: &mut Connection, path: &Path, sets: &[MigrationSet]) -> Result<(), OpenError> {
    let applied = applied(conn).map_err(|error| open_error(path, error))?;
    let pending = plan(sets, &applied, Engine::Sqlite)?;
    let clock = Clock::system();
    for migration in &pending {
        let failed = |error: rusqlite::Error| {
            let detail = error.to_string();
            match open_error(path, error) {
                full @ OpenError::DiskFull { .. } => full,
                _ => OpenError::Migration {
                    migration: format!("{}/{}", migration.context, migration.name),
                    detail,
                },
            }
        };
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        tx.execute_batch(migration.text).map_err(failed)?;
        tx.execute(
            "INSERT INTO schema_migrations VALUES (?1, ?2, ?3, ?4)",
            (migration.context, migration.name, migration.checksum, clock.now().as_microsecond()),
        )
        .map_err(failed)?;
        tx.commit().map_err(failed)?;
    }
    if !pending.is_empty() {
        conn.execute_batch("PRAGMA optimize = 0x10002").map_err(|error| open_error(path, error))?;
    }
    Ok(())
}

/// The migrations that a file still has to run, without touching it.
///
/// # Errors
/// [`OpenError::Missing`] for a file that no migration was ever run on; those that opening it would give.
pub(super) fn pending(path: &Path, sets: &[MigrationSet]) -> Result<Vec<String>, OpenError> {
    let failed = |error| open_error(path, error);
    let conn = super::open_reader(path).map_err(failed)?;
    let ours: bool = conn
        .query_row(
            "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations')",
            [],
            |row| row.get(0),
        )
        .map_err(failed)?;
    if !ours {
        return Err(OpenError::Missing { at: path.display().to_string() });
    }
    let pending = plan(sets, &read_applied(&conn).map_err(failed)?, Engine::Sqlite)?;
    Ok(pending.iter().map(|migration| format!("{}/{}", migration.context, migration.name)).collect())
}

fn applied(conn: &Connection) -> rusqlite::Result<Vec<Applied>> {
    conn.execute_batch(TABLE)?;
    read_applied(conn)
}

fn read_applied(conn: &Connection) -> rusqlite::Result<Vec<Applied>> {
    let mut statement =
        conn.prepare("SELECT context, name, checksum FROM schema_migrations ORDER BY context, name")?;
    let rows = statement.query_map([], |row| {
        Ok(Applied { context: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? })
    })?;
    rows.collect()
}

/// Debug builds only: triggers of this connection that refuse a value of another type than its column
/// declares. SQLite itself stores anything anywhere, and a UUID stored as text equals no UUID.
pub(super) fn check_types(conn: &Connection) -> rusqlite::Result<()> {
    let tables: Vec<String> = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for table in tables {
        let columns: Vec<(String, String)> = conn
            .prepare("SELECT name, upper(type) FROM pragma_table_info(?1)")?
            .query_map([&table], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut checks = String::new();
        for (column, declared) in &columns {
            let fits = match declared.as_str() {
                "UUID" => format!("typeof(NEW.{column}) = 'blob' AND length(NEW.{column}) = 16"),
                "TIMESTAMPTZ" | "BIGINT" => format!("typeof(NEW.{column}) = 'integer'"),
                "BOOLEAN" => format!("typeof(NEW.{column}) = 'integer' AND NEW.{column} IN (0, 1)"),
                "TEXT" => format!("typeof(NEW.{column}) = 'text'"),
                "JSONB" => {
                    format!("typeof(NEW.{column}) = 'text' AND substr(NEW.{column}, 1, 1) IN ('{{', '[')")
                }
                "DOUBLE PRECISION" => format!("typeof(NEW.{column}) = 'real'"),
                "BYTEA" => format!("typeof(NEW.{column}) = 'blob'"),
                _ => continue,
            };
            checks.push_str(&format!(
                "SELECT RAISE(ABORT, '{table}.{column} holds a {declared}') \
                 WHERE NEW.{column} IS NOT NULL AND NOT ({fits});"
            ));
        }
        if checks.is_empty() {
            continue;
        }
        for (event, suffix) in [("INSERT", "i"), ("UPDATE", "u")] {
            conn.execute_batch(&format!(
                "CREATE TEMP TRIGGER \"types_{table}_{suffix}\" AFTER {event} ON main.\"{table}\" BEGIN {checks} END"
            ))?;
        }
    }
    Ok(())
}
