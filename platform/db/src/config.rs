//! Which database to open, and what can go wrong with that.

use std::path::{Path, PathBuf};

/// Which database to open and how.
#[derive(Clone, Debug)]
pub struct DbConfig {
    pub(crate) target: Target,
    pub(crate) replica_url: Option<String>,
    pub(crate) readers: usize,
    pub(crate) writers: usize,
    pub(crate) queue: Option<usize>,
    pub(crate) sync: bool,
    pub(crate) max_pages: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) enum Target {
    Sqlite(PathBuf),
    Postgres(String),
}

impl DbConfig {
    /// An embedded database in this file; the file is made when it is not there, its folder too.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::new(Target::Sqlite(path.into()))
    }

    /// A PostgreSQL server, `postgres://user:password@host:port/database`, with `sslmode` and `sslrootcert` where
    /// the way to it is to be encrypted.
    pub fn postgres(url: impl Into<String>) -> Self {
        Self::new(Target::Postgres(url.into()))
    }

    fn new(target: Target) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            target,
            replica_url: None,
            readers: cores.clamp(2, 4),
            writers: if cores <= 2 { 2 } else { 4 },
            queue: None,
            sync: true,
            max_pages: None,
        }
    }

    /// A PostgreSQL replica for reads that may be a little stale; ignored on SQLite.
    #[must_use]
    pub fn replica(mut self, url: Option<String>) -> Self {
        self.replica_url = url;
        self
    }

    /// How many connections read at once; 2 to 4 unless told.
    #[must_use]
    pub fn readers(mut self, count: usize) -> Self {
        self.readers = count.max(1);
        self
    }

    /// How many connections write at once on PostgreSQL; 4, or 2 on two cores, unless told.
    #[must_use]
    pub fn writers(mut self, count: usize) -> Self {
        self.writers = count.max(1);
        self
    }

    /// How many operations may wait for a writer before new ones are refused; 1,024 on SQLite and 128
    /// for each writer on PostgreSQL unless told.
    #[must_use]
    pub fn queue_bound(mut self, bound: usize) -> Self {
        self.queue = Some(bound.max(1));
        self
    }

    /// Gives up durability for speed: for tests on SQLite, where a crash of the machine loses nothing
    /// that anybody wants back.
    #[must_use]
    pub fn without_sync(mut self) -> Self {
        self.sync = false;
        self
    }

    /// Lets the embedded database grow to so many pages of 4 KiB and no further; beyond that the disk
    /// counts as full.
    #[must_use]
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.max_pages = Some(pages);
        self
    }

    /// The server's URL, with its password; none for the embedded database.
    pub fn postgres_url(&self) -> Option<&str> {
        match &self.target {
            Target::Sqlite(_) => None,
            Target::Postgres(url) => Some(url),
        }
    }

    /// The embedded database's file; none on PostgreSQL.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match &self.target {
            Target::Sqlite(path) => Some(path),
            Target::Postgres(_) => None,
        }
    }
}

/// Why the database cannot be opened: one line that says what is wrong and how to mend it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OpenError {
    /// `DATABASE_URL` cannot be read.
    #[error(
        "DATABASE_URL cannot be used: {reason}. Write postgres://user:password@host:5432/database, or leave it \
         out for the embedded database."
    )]
    BadUrl {
        /// What is wrong with it; never the URL itself, which holds a password.
        reason: String,
    },
    /// Another process has the embedded database open.
    #[error(
        "{} is in use by another usher process. Stop that one first, or use PostgreSQL (DATABASE_URL), which \
         several processes can share.", .path.display()
    )]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// The file is not a SQLite database.
    #[error("{} is not a SQLite database. Move it away, or point DATABASE_URL at the right file.", .path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// Another program has locked the file.
    #[error("{} is locked by another program. Close whatever has it open, then start again; nothing was changed.", .path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "{} is damaged ({detail}). Nothing was changed. Copy it and its -wal file to a safe place, then \
         restore the last backup with `usher restore`.", .path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// The file or its folder cannot be read or written.
    #[error("{} cannot be opened: {detail}. Check that the folder exists and belongs to the user who runs usher.", .path.display())]
    Unreachable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// The disk is full.
    #[error("The disk that holds {} is full. Free some space and start again; nothing was lost.", .path.display())]
    DiskFull {
        /// The database file.
        path: PathBuf,
    },
    /// The PostgreSQL server does not answer or does not let us in.
    #[error("PostgreSQL at {at} cannot be used: {detail}. Check DATABASE_URL and that the server runs.")]
    Server {
        /// Host, port and database, without the password.
        at: String,
        /// What the driver says.
        detail: String,
    },
    /// The way to the PostgreSQL server cannot be encrypted as the URL asks for.
    #[error("PostgreSQL at {at} cannot be spoken to over TLS: {detail}. {remedy}")]
    Tls {
        /// Host, port and database, without the password.
        at: String,
        /// What is wrong.
        detail: String,
        /// How to mend it.
        remedy: String,
    },
    /// The user may not set up row-level security.
    #[error(
        "The PostgreSQL user of DATABASE_URL may not set up tenant isolation: {detail}. As a superuser run: \
         CREATE ROLE usher_app NOLOGIN; CREATE ROLE usher_system NOLOGIN; \
         GRANT usher_app, usher_system TO <that user>; and make that user the owner of the database."
    )]
    Roles {
        /// What the server says.
        detail: String,
    },
    /// The database was written by a newer version.
    #[error(
        "The database was written by a newer version of usher (it has run the migration {migration}, which \
         this version does not know). Start that version, or restore a backup made before the upgrade."
    )]
    Newer {
        /// The unknown migration.
        migration: String,
    },
    /// A migration that was run is not the one of this version.
    #[error(
        "The migration {migration} was run with another text than this version has. Start the version that \
         made this database, or restore a backup."
    )]
    Changed {
        /// The migration.
        migration: String,
    },
    /// A migration failed; it was rolled back.
    #[error("The migration {migration} failed and was rolled back: {detail}")]
    Migration {
        /// The migration.
        migration: String,
        /// What the engine says.
        detail: String,
    },
    /// There is nothing to look at yet.
    #[error("There is no database at {at} yet: `usher migrate` and `usher serve` make it.")]
    Missing {
        /// The file, or the server's database.
        at: String,
    },
    /// A restore was cut off after it had moved away what stood there, and before the copy was in its place.
    #[error(
        "A restore of {} was cut off before it had ended. Run `usher restore` once more; what stood there before is \
         kept beside it as {}.replaced.", .path.display(), .path.display()
    )]
    HalfRestored {
        /// The file.
        path: PathBuf,
    },
    /// A copy could not be made or put in place.
    #[error("{0}")]
    Copy(String),
    /// Anything else.
    #[error("The database cannot be opened: {0}")]
    Other(String),
}
