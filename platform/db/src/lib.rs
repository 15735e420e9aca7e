//! One database over SQLite and PostgreSQL.
//!
//! The database is spoken to from database threads. An operation is one plain synchronous closure
//! over [`Tx`], sent with [`Db::write`]; the thread runs many waiting operations inside one transaction,
//! undoes those that fail alone, and answers all of them once the one commit is durable. Reads go through
//! [`Db::read`] to read-only connections on threads of their own.
//!
//! SQL is written once, in the language that both engines understand: `$1` parameters, `RETURNING`,
//! `ON CONFLICT`, column types UUID, TEXT, BIGINT, BOOLEAN, TIMESTAMPTZ, JSONB, DOUBLE PRECISION and
//! BYTEA. What the engines truly do differently is a named primitive here and never a condition in
//! a context.
//!
//! What to know when writing an operation:
//! - it may run more than once (a deadlock, a lost connection, a neighbour that failed half-way), so it owns its input and makes ids
//!   and times inside, from [`Read::now`];
//! - any database error poisons it: it is rolled back whatever it returns. Expected conflicts are
//!   written as `ON CONFLICT DO NOTHING` and counted;
//! - locks are taken in one order: site, queue, ticket;
//! - JSONB holds an object or an array, never a bare value.

mod batch;
mod config;
mod db;
mod dynamic;
mod error;
mod extensions;
mod migrate;
mod op;
mod postgres;
mod queue;
mod row;
mod spawn;
mod sqlite;
mod stats;
mod stmt;
mod tx;
mod value;

pub use config::{DbConfig, OpenError};
pub use db::{Db, DbStats, Engine, Lane};
pub use dynamic::DynQuery;
pub use error::{Constraint, DbError};
pub use migrate::{Migration, MigrationSet};
pub use row::{Columns, FromRow, Row};
pub use sqlite::backup::Copying;
pub use sqlite::restore::{copy_database, remove_database, restore_database};
pub use stmt::Stmt;
pub use tx::{Read, Tx};
pub use value::{Column, FromColumn, Json, Mismatch, Param, ToParam};

#[doc(hidden)]
pub mod macro_support {
    //! What the macros of this crate expand to; not for use by hand.
    pub use crate::stmt::{join, total_len};
    pub use usher_kernel;
}
