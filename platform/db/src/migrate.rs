//! Migrations: numbered SQL files of each context, run once each, never changed afterwards.

use std::hash::{Hash, Hasher};

use crate::config::OpenError;
use crate::db::Engine;

/// One migration.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its file's name without the ending, `0001_init`.
    pub name: &'static str,
    /// What to run on SQLite.
    pub sqlite: &'static str,
    /// What to run on PostgreSQL.
    pub postgres: &'static str,
}

impl Migration {
    /// The text for an engine.
    pub fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// The migrations of one context, in order.
#[derive(Clone, Copy, Debug)]
pub struct MigrationSet {
    /// The context's name.
    pub context: &'static str,
    /// Its migrations.
    pub migrations: &'static [Migration],
}

/// The migrations of the crate that calls it, from `src/migrations/`:
/// `migrations!("0001_init", "0002_words", engines "0003_xid")`.
///
/// `0001_init` stands for `0001_init.sql`, one text for both engines; after `engines` the two files
/// `0003_xid.sqlite.sql` and `0003_xid.postgres.sql` are taken.
#[macro_export]
macro_rules! migrations {
    (@list [$($done:expr),*]) => {
        &[$($done),*] as &'static [$crate::Migration]
    };
    (@list [$($done:expr),*] engines $name:literal $(, $($rest:tt)*)?) => {
        $crate::migrations!(@list [$($done,)* $crate::Migration {
            name: $name,
            sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/migrations/", $name, ".sqlite.sql")),
            postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/migrations/", $name, ".postgres.sql")),
        }] $($($rest)*)?)
    };
    (@list [$($done:expr),*] $name:literal $(, $($rest:tt)*)?) => {
        $crate::migrations!(@list [$($done,)* $crate::Migration {
            name: $name,
            sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/migrations/", $name, ".sql")),
            postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/migrations/", $name, ".sql")),
        }] $($($rest)*)?)
    };
    ($($all:tt)+) => {
        $crate::migrations!(@list [] $($all)+)
    };
}

/// A migration that the database says it has run.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) context: String,
    pub(crate) name: String,
    pub(crate) checksum: i64,
}

/// A migration that is still to be run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pending {
    pub(crate) context: &'static str,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) checksum: i64,
}

/// A migration's text without what does not matter: line ends and blanks at their end.
fn checksum(text: &str) -> i64 {
    let mut hasher = Fnv::default();
    for line in text.lines() {
        line.trim_end().hash(&mut hasher);
    }
    hasher.finish().cast_signed()
}

/// FNV-1a: stable across versions and machines, as the standard hasher is not promised to be.
struct Fnv(u64);
impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}
impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// What remains to be run, or why this program must not touch this database.
pub(crate) fn plan(
    sets: &[MigrationSet],
    applied: &[Applied],
    engine: Engine,
) -> Result<Vec<Pending>, OpenError> {
    let known = |a: &Applied| {
        sets.iter().any(|s| s.context == a.context && s.migrations.iter().any(|m| m.name == a.name))
    };
    if let Some(unknown) = applied.iter().find(|a| !known(a)) {
        return Err(OpenError::Newer { migration: format!("{}/{}", unknown.context, unknown.name) });
    }
    let mut pending = Vec::new();
    for set in sets {
        let mut gap = false;
        for migration in set.migrations {
            let text = migration.text(engine);
            let sum = checksum(text);
            match applied.iter().find(|a| a.context == set.context && a.name == migration.name) {
                Some(done) if done.checksum != sum || gap => {
                    return Err(OpenError::Changed {
                        migration: format!("{}/{}", set.context, migration.name),
                    });
                }
                Some(_) => {}
                None => {
                    gap = true;
                    pending.push(Pending { context: set.context, name: migration.name, text, checksum: sum });
                }
            }
        }
    }
    Ok(pending)
}
