//! Row-level security: a tenant's rows cannot be reached by an operation of another one, whatever its
//! SQL says.

use tokio_postgres::SimpleQueryMessage;

use super::connect::{APP_ROLE, Purpose, SYSTEM_ROLE, Server};
use super::session::Session;
use crate::config::OpenError;
use crate::error::DbError;

/// Tables of this schema that have a `tenant_id`.
const TENANT_TABLES: &str = "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, \
        EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant_rows') \
    FROM pg_class c \
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped \
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname";

/// Gives every table with a tenant its policies, and both roles what they may do.
///
/// The setting reads `''` after the transaction that set it, hence the `nullif`. The second policy is
/// for the role of work across tenants; the owner, a member of it, sees all rows in migrations.
pub(super) fn bind_tables(session: &mut Session) -> Result<(), DbError> {
    let mut text = String::from("BEGIN;");
    for (table, forced, policy) in tables(session)? {
        if !forced {
            text.push_str(&format!(
                "ALTER TABLE \"{table}\" ENABLE ROW LEVEL SECURITY; ALTER TABLE \"{table}\" FORCE ROW LEVEL SECURITY;"
            ));
        }
        if !policy {
            let own = "tenant_id = (nullif(current_setting('usher.tenant', true), ''))::uuid";
            text.push_str(&format!(
                "CREATE POLICY tenant_rows ON \"{table}\" TO {APP_ROLE} USING ({own}) WITH CHECK ({own});
                 CREATE POLICY all_rows ON \"{table}\" TO {SYSTEM_ROLE} USING (true) WITH CHECK (true);"
            ));
        }
    }
    text.push_str(&format!(
        "DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {APP_ROLE}, {SYSTEM_ROLE}', current_schema()); \
         EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO {APP_ROLE}, {SYSTEM_ROLE}', current_schema()); \
         EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO {APP_ROLE}, {SYSTEM_ROLE}', current_schema()); END $$; \
         REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM {APP_ROLE}, {SYSTEM_ROLE}; COMMIT"
    ));
    session.run(&text)
}

/// Name, forced, has our policy.
fn tables(session: &mut Session) -> Result<Vec<(String, bool, bool)>, DbError> {
    let truth = |text: Option<&str>| text == Some("t");
    let rows = session.simple(TENANT_TABLES)?;
    Ok(rows
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((row.get(0)?.to_owned(), truth(row.get(1)), truth(row.get(2))))
            }
            _ => None,
        })
        .collect())
}

/// Why row-level security would not bind; empty when it does.
pub(super) fn check(server: &Server) -> Result<Vec<String>, OpenError> {
    let mut session = server.connect(Purpose::Read)?;
    let failed = |error: DbError| server.error(error.to_string());
    let mut findings = Vec::new();
    let around = format!(
        "SELECT r.rolname FROM pg_roles r WHERE (r.rolsuper OR r.rolbypassrls OR r.rolname = '{SYSTEM_ROLE}') \
         AND pg_has_role('{APP_ROLE}', r.oid, 'MEMBER')"
    );
    for message in session.simple(&around).map_err(failed)? {
        if let SimpleQueryMessage::Row(row) = message {
            let role = row.get(0).unwrap_or_default();
            findings.push(format!(
                "The role {APP_ROLE} is or may become {role}, which row-level security does not bind. \
                 Mend it with: ALTER ROLE {APP_ROLE} NOSUPERUSER NOBYPASSRLS; REVOKE {role} FROM {APP_ROLE};"
            ));
        }
    }
    for message in session.simple("SELECT current_user").map_err(failed)? {
        if let SimpleQueryMessage::Row(row) = message
            && row.get(0) != Some(APP_ROLE)
        {
            findings.push(format!(
                "Connections run as {} and not as {APP_ROLE}.",
                row.get(0).unwrap_or_default()
            ));
        }
    }
    for (table, forced, policy) in tables(&mut session).map_err(failed)? {
        if !forced || !policy {
            findings.push(format!(
                "The table {table} has a tenant_id and no forced policy. Mend it with: usher migrate"
            ));
        }
    }
    Ok(findings)
}
