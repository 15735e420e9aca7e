//! Statements: SQL texts known when the program was built.

use crate::db::Engine;

/// A statement in the common language of both engines, with `$1` parameters.
///
/// Declared with [`sql!`](crate::sql); prepared once for each connection.
#[derive(Clone, Copy, Debug)]
pub struct Stmt {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
    across: Option<&'static str>,
}

impl Stmt {
    /// A statement; `name` appears in messages.
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, sqlite: text, postgres: text, across: None }
    }

    /// A statement that the engines truly say differently (snapshots, locks). For the platform's own
    /// crates; a context needs a named primitive instead.
    pub const fn for_engines(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self { name, sqlite, postgres, across: None }
    }

    /// The same, allowed to reach rows of every tenant; `reason` says why it must, and who sees to it that
    /// nothing of one tenant is told to another.
    #[must_use]
    pub const fn across(mut self, reason: &'static str) -> Self {
        self.across = Some(reason);
        self
    }

    /// Why it may reach rows of every tenant; none for a statement that names whose rows it means.
    pub const fn reaches_across(&self) -> Option<&'static str> {
        self.across
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its text; of a statement that the engines say differently, the one for PostgreSQL.
    pub const fn text(&self) -> &'static str {
        self.postgres
    }

    /// Its text for an engine.
    pub const fn text_for(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// Rewrites `$1` to `?1` outside of quotes: SQLite would number `$2, $1` by first appearance.
pub(crate) fn sqlite_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '$') if chars.peek().is_some_and(char::is_ascii_digit) => {
                out.push('?');
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

/// The length of the parts together.
#[doc(hidden)]
pub const fn total_len(parts: &[&str]) -> usize {
    let (mut sum, mut at) = (0, 0);
    while at < parts.len() {
        sum += parts[at].len();
        at += 1;
    }
    sum
}

/// The parts one after the other; `N` is their [`total_len`].
#[doc(hidden)]
pub const fn join<const N: usize>(parts: &[&str]) -> [u8; N] {
    let mut out = [0; N];
    let (mut part, mut to) = (0, 0);
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            out[to] = bytes[at];
            at += 1;
            to += 1;
        }
        part += 1;
    }
    out
}

/// Declares the statements of a store module and, for the test that prepares each of them on both
/// engines, `STATEMENTS` with all of them:
///
/// ```
/// # usher_db::row! { /// A row.
/// # pub(crate) struct QueueRow { id: uuid::Uuid, name: String } }
/// usher_db::sql! {
///     /// Opens a queue again.
///     pub(crate) REOPEN = "UPDATE queues SET closed_at = NULL WHERE id = $1";
///     /// A text in parts, so that the columns stand in one place only.
///     pub(crate) GET = "SELECT ", QueueRow::COLUMNS, " FROM queues WHERE id = $1";
/// }
/// assert_eq!(GET.text(), "SELECT id, name FROM queues WHERE id = $1");
/// assert_eq!(STATEMENTS.len(), 2);
/// ```
///
/// A statement on a table with a `tenant_id` names the tenant: SQLite has no row-level security, so nothing
/// else keeps tenants apart there. One that cannot says why, and debug builds refuse the rest:
///
/// ```
/// usher_db::sql! {
///     EVERY across "the memory of all tenants is filled at start" = "SELECT id FROM queues";
/// }
/// assert!(EVERY.reaches_across().is_some());
/// # assert_eq!(STATEMENTS.len(), 1);
/// ```
///
/// Once per module: a second `sql!` in the same module would declare `STATEMENTS` twice.
#[macro_export]
macro_rules! sql {
    ($($(#[$meta:meta])* $vis:vis $name:ident $(across $reason:literal)? = $($part:expr),+;)+) => {
        $(
            $(#[$meta])*
            $vis const $name: $crate::Stmt = {
                const PARTS: &[&str] = &[$($part),+];
                const BYTES: [u8; $crate::macro_support::total_len(PARTS)] = $crate::macro_support::join(PARTS);
                match ::std::str::from_utf8(&BYTES) {
                    Ok(text) => $crate::Stmt::new(stringify!($name), text)$(.across($reason))?,
                    Err(_) => panic!("text joined from texts"),
                }
            };
        )+
        /// Every statement of this module.
        pub(crate) const STATEMENTS: &[$crate::Stmt] = &[$($name),+];
    };
}

#[cfg(test)]
mod tests {
    use super::sqlite_text;

    #[test]
    fn parameters_are_rewritten_outside_of_quotes_only() {
        assert_eq!(
            sqlite_text("SELECT '$1''$2', \"$3\", a ->> '$.x' FROM t WHERE a = $2 AND b = $11"),
            "SELECT '$1''$2', \"$3\", a ->> '$.x' FROM t WHERE a = ?2 AND b = ?11"
        );
    }
}
