//! The migrator of PostgreSQL; runs as the owner of the tables.

use tokio_postgres::SimpleQueryMessage;

use super::connect::{APP_ROLE, Purpose, SYSTEM_ROLE, Server};
use super::rls;
use super::session::Session;
use crate::config::OpenError;
use crate::db::Engine;
use crate::error::DbError;
use crate::migrate::{Applied, MigrationSet, plan};

/// Nodes that start together migrate one after the other; the number is ours alone.
const LOCK: i64 = 0x7573_6865_7200;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    context TEXT NOT NULL, name TEXT NOT NULL, checksum BIGINT NOT NULL, applied_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (context, name))";

/// Runs what is still to be run, each migration in a transaction of its own, and binds every table
/// with a tenant to it.
pub(super) fn run(server: &Server, sets: &[MigrationSet]) -> Result<(), OpenError> {
    let mut session = server.connect(Purpose::Migrate)?;
    let failed = |error: DbError| server.error(error.to_string());
    session.run(&format!("SELECT pg_advisory_lock({LOCK})")).map_err(failed)?;
    roles(&mut session)?;
    session.run(TABLE).map_err(failed)?;
    let applied: Vec<Applied> = session
        .simple("SELECT context, name, checksum FROM schema_migrations ORDER BY context, name")
        .map_err(failed)?
        .iter()
        .filter_map(applied)
        .collect();
    let pending = plan(sets, &applied, Engine::Postgres)?;
    for migration in &pending {
        let name = format!("{}/{}", migration.context, migration.name);
        let text = format!(
            "BEGIN; {} ; INSERT INTO schema_migrations VALUES ('{}', '{}', {}, now()); COMMIT",
            migration.text, migration.context, migration.name, migration.checksum,
        );
        session
            .run(&text)
            .map_err(|error| OpenError::Migration { migration: name, detail: error.to_string() })?;
    }
    rls::bind_tables(&mut session).map_err(failed)?;
    if !pending.is_empty() {
        session.run("ANALYZE").map_err(failed)?;
    }
    // The lock ends with the connection.
    Ok(())
}

/// The migrations that the server still has to run, without touching it.
///
/// # Errors
/// [`OpenError::Missing`] where none was ever run; those that opening it would give.
pub(super) fn pending(server: &Server, sets: &[MigrationSet]) -> Result<Vec<String>, OpenError> {
    let mut session = server.connect(Purpose::Migrate)?;
    let failed = |error: DbError| server.error(error.to_string());
    let there =
        session.simple("SELECT 1 FROM pg_tables WHERE tablename = 'schema_migrations'").map_err(failed)?;
    if !there.iter().any(|message| matches!(message, SimpleQueryMessage::Row(_))) {
        return Err(OpenError::Missing { at: server.place().to_owned() });
    }
    let rows = session.simple("SELECT context, name, checksum FROM schema_migrations ORDER BY context, name");
    let applied: Vec<Applied> = rows.map_err(failed)?.iter().filter_map(applied).collect();
    let pending = plan(sets, &applied, Engine::Postgres)?;
    Ok(pending.iter().map(|migration| format!("{}/{}", migration.context, migration.name)).collect())
}

fn applied(message: &SimpleQueryMessage) -> Option<Applied> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    Some(Applied {
        context: row.get(0)?.to_owned(),
        name: row.get(1)?.to_owned(),
        checksum: row.get(2)?.parse().ok()?,
    })
}

/// Makes the two roles where they are missing and lets this user take them on.
fn roles(session: &mut Session) -> Result<(), OpenError> {
    for role in [APP_ROLE, SYSTEM_ROLE] {
        // Roles belong to the whole cluster: another database may make the same one at this moment.
        let text = format!(
            "DO $$ BEGIN
               IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN
                 BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
               END IF;
               IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN
                 EXECUTE format('GRANT {role} TO %I', current_user);
               END IF;
             END $$"
        );
        session.run(&text).map_err(|error| OpenError::Roles { detail: error.to_string() })?;
    }
    Ok(())
}
