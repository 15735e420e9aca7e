//! What an operation sees of the database.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use usher_kernel::{Caller, Id, TenantId, Timestamp};
use uuid::Uuid;

use crate::db::Engine;
use crate::dynamic::DynQuery;
use crate::error::DbError;
use crate::extensions::Extensions;
use crate::row::{FromRow, Row};
use crate::stmt::Stmt;
use crate::value::{Param, ToParam};

/// A statement on its way to an engine.
#[derive(Clone, Copy)]
pub(crate) enum Sql<'a> {
    /// Known when the program was built: prepared once, found again by its address.
    Fixed(Stmt),
    /// Put together at run time: kept in a small cache by its text.
    Dynamic(&'a DynQuery),
}

/// The parameters of a statement.
#[derive(Clone, Copy)]
pub(crate) enum Params<'a> {
    Borrowed(&'a [&'a dyn ToParam]),
    Owned(&'a [Param<'static>]),
}

impl<'a> Params<'a> {
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Borrowed(list) => list.len(),
            Self::Owned(list) => list.len(),
        }
    }
    pub(crate) fn get(self, index: usize) -> Param<'a> {
        match self {
            Self::Borrowed(list) => list[index].to_param(),
            Self::Owned(list) => list[index].to_param(),
        }
    }
}

/// What an engine's connection can do inside a transaction.
pub(crate) trait Backend {
    fn engine(&self) -> Engine;
    fn query(
        &mut self,
        sql: Sql<'_>,
        params: Params<'_>,
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), DbError>,
    ) -> Result<(), DbError>;
    fn execute(&mut self, sql: Sql<'_>, params: Params<'_>) -> Result<u64, DbError>;
    /// Prepares without running.
    fn prepare(&mut self, sql: Sql<'_>) -> Result<(), DbError>;
    /// Sends a statement whose result nobody needs; `settle` tells whether it worked.
    fn defer(&mut self, sql: Sql<'_>, params: Params<'_>) -> Result<(), DbError>;
    /// Puts a row in, at the latest before the next statement about its table; `settle` tells whether it worked.
    fn gather(&mut self, stmt: Stmt, params: Params<'_>) -> Result<(), DbError>;
    /// Waits for everything deferred.
    fn settle(&mut self) -> Result<(), DbError>;
}

/// Reading inside a transaction that sees one consistent state.
pub struct Read<'a> {
    backend: &'a mut (dyn Backend + 'a),
    caller: &'a Arc<Caller>,
    tenant: Option<TenantId>,
    now: Timestamp,
    extensions: &'a Extensions,
    poison: Option<DbError>,
}

impl<'a> Read<'a> {
    pub(crate) fn new(
        backend: &'a mut (dyn Backend + 'a),
        caller: &'a Arc<Caller>,
        tenant: Option<TenantId>,
        extensions: &'a Extensions,
    ) -> Self {
        Self { backend, now: caller.now(), caller, tenant, extensions, poison: None }
    }

    /// Every row of the answer.
    ///
    /// # Errors
    /// The statement failed, or a row does not fit `R`.
    pub fn query<R: FromRow>(&mut self, stmt: Stmt, params: &[&dyn ToParam]) -> Result<Vec<R>, DbError> {
        self.rows(Sql::Fixed(stmt), Params::Borrowed(params))
    }

    /// The first row of the answer, where there is one.
    ///
    /// # Errors
    /// The statement failed, or the row does not fit `R`.
    pub fn query_opt<R: FromRow>(
        &mut self,
        stmt: Stmt,
        params: &[&dyn ToParam],
    ) -> Result<Option<R>, DbError> {
        let mut found = None;
        self.each(Sql::Fixed(stmt), Params::Borrowed(params), &mut |row| {
            if found.is_none() {
                found = Some(R::from_row(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The first row of the answer.
    ///
    /// # Errors
    /// [`DbError::NoRow`] when there is none; the statement failed; the row does not fit `R`.
    pub fn query_one<R: FromRow>(&mut self, stmt: Stmt, params: &[&dyn ToParam]) -> Result<R, DbError> {
        self.query_opt(stmt, params)?.ok_or(DbError::NoRow)
    }

    /// Hands each row to `f` without collecting them.
    ///
    /// # Errors
    /// The statement failed, a row does not fit `R`, or `f` refused one.
    pub fn query_each<R: FromRow>(
        &mut self,
        stmt: Stmt,
        params: &[&dyn ToParam],
        mut f: impl FnMut(R) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        self.each(Sql::Fixed(stmt), Params::Borrowed(params), &mut |row| f(R::from_row(row)?))
    }

    /// Every row of the answer to a statement put together at run time.
    ///
    /// # Errors
    /// The statement failed, or a row does not fit `R`.
    pub fn query_dyn<R: FromRow>(&mut self, query: &DynQuery) -> Result<Vec<R>, DbError> {
        self.rows(Sql::Dynamic(query), Params::Owned(query.values()))
    }

    /// Prepares a statement without running it: for the test that does so with every statement.
    ///
    /// # Errors
    /// The engine refuses it.
    pub fn prepare(&mut self, stmt: Stmt) -> Result<(), DbError> {
        let outcome = self.backend.prepare(Sql::Fixed(stmt));
        self.note(outcome)
    }

    /// When this attempt of the operation began.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The tenant that the operation is bound to; none across tenants.
    pub fn tenant(&self) -> Option<TenantId> {
        self.tenant
    }

    /// Who asked for it.
    pub fn caller(&self) -> &Arc<Caller> {
        self.caller
    }

    /// The engine underneath.
    pub fn engine(&self) -> Engine {
        self.backend.engine()
    }

    /// What a higher layer hung on the database with [`Db::extend`](crate::Db::extend).
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.extensions.get()
    }

    fn rows<R: FromRow>(&mut self, sql: Sql<'_>, params: Params<'_>) -> Result<Vec<R>, DbError> {
        let mut rows = Vec::new();
        self.each(sql, params, &mut |row| {
            rows.push(R::from_row(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    fn each(
        &mut self,
        sql: Sql<'_>,
        params: Params<'_>,
        f: &mut dyn FnMut(&Row<'_>) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        let outcome = self.backend.query(sql, params, f);
        self.note(outcome)
    }

    /// Counts a statement of a tenant, and poisons the operation on an error: after one, PostgreSQL refuses the rest of the savepoint, and
    /// an operation that swallowed it would be answered as if it had worked.
    pub(crate) fn note<T>(&mut self, outcome: Result<T, DbError>) -> Result<T, DbError> {
        if self.tenant.is_some() {
            self.extensions.count();
        }
        if let Err(error) = &outcome
            && self.poison.is_none()
        {
            self.poison = Some(error.clone());
        }
        outcome
    }

    pub(crate) fn settle(&mut self) {
        if let Err(error) = self.backend.settle() {
            // Kept as poison, which the caller looks at next.
            self.poison.get_or_insert(error);
        }
    }

    pub(crate) fn take_poison(&mut self) -> Option<DbError> {
        self.poison.take()
    }
}

/// Work to be done once the fate of an operation is known.
#[derive(Default)]
pub(crate) struct Hooks {
    pub(crate) commit: Vec<Box<dyn FnOnce() + Send>>,
    pub(crate) rollback: Vec<Box<dyn FnOnce() + Send>>,
    pub(crate) witness: Option<Witness>,
}

/// A statement and two ids that find a row if and only if an operation was kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Witness {
    pub(crate) stmt: Stmt,
    pub(crate) ids: [Uuid; 2],
}

/// Reading and writing inside an operation.
pub struct Tx<'a> {
    read: Read<'a>,
    hooks: &'a mut Hooks,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(read: Read<'a>, hooks: &'a mut Hooks) -> Self {
        Self { read, hooks }
    }

    /// Runs a statement and says how many rows it touched.
    ///
    /// # Errors
    /// The statement failed.
    pub fn execute(&mut self, stmt: Stmt, params: &[&dyn ToParam]) -> Result<u64, DbError> {
        let outcome = self.read.backend.execute(Sql::Fixed(stmt), Params::Borrowed(params));
        self.read.note(outcome)
    }

    /// Runs a statement whose result is not needed. On PostgreSQL it travels with the next statement
    /// instead of costing a round trip; should it fail, the whole operation fails before its commit.
    ///
    /// # Errors
    /// The statement failed at once (SQLite), or a parameter does not fit.
    pub fn defer(&mut self, stmt: Stmt, params: &[&dyn ToParam]) -> Result<(), DbError> {
        let outcome = self.read.backend.defer(Sql::Fixed(stmt), Params::Borrowed(params));
        self.read.note(outcome)
    }

    /// Puts a row in with `INSERT INTO … VALUES ($1, …, $n)`, which has one parameter for each column and nothing else.
    /// On PostgreSQL such rows of all operations in a transaction travel together, before the next statement about
    /// the table; otherwise as [`defer`](Self::defer). For tables that nearly every operation writes and none reads.
    ///
    /// # Errors
    /// The statement failed at once (SQLite).
    pub fn put_row(&mut self, stmt: Stmt, params: &[&dyn ToParam]) -> Result<(), DbError> {
        let outcome = self.read.backend.gather(stmt, Params::Borrowed(params));
        self.read.note(outcome)
    }

    /// Runs a statement put together at run time and says how many rows it touched.
    ///
    /// # Errors
    /// The statement failed.
    pub fn execute_dyn(&mut self, query: &DynQuery) -> Result<u64, DbError> {
        let outcome = self.read.backend.execute(Sql::Dynamic(query), Params::Owned(query.values()));
        self.read.note(outcome)
    }

    /// Locks rows of a table against other transactions until the commit, in the order of their ids so
    /// that two who lock the same rows cannot deadlock. Nothing on SQLite, which has one writer. On
    /// PostgreSQL the lock travels with the next statement, which then sees what was committed before.
    ///
    /// # Errors
    /// The statement could not be sent.
    pub fn lock_rows<K>(&mut self, table: &'static str, ids: &[Id<K>]) -> Result<(), DbError> {
        self.lock_rows_by(table, "id", ids)
    }

    /// The same for a table whose rows are named by another column.
    ///
    /// # Errors
    /// The statement could not be sent.
    pub fn lock_rows_by<K>(
        &mut self,
        table: &'static str,
        key: &'static str,
        ids: &[Id<K>],
    ) -> Result<(), DbError> {
        if self.read.engine() == Engine::Sqlite || ids.is_empty() {
            return Ok(());
        }
        let mut query = DynQuery::new("SELECT 1 FROM ");
        query.push_sql(table).push_sql(" WHERE ").push_sql(key).push_sql(" IN ").bind_list(ids);
        query.push_sql(" ORDER BY ").push_sql(key).push_sql(" FOR UPDATE");
        let outcome = self.read.backend.defer(Sql::Dynamic(&query), Params::Owned(query.values()));
        self.read.note(outcome)
    }

    /// Has `f` run on a database thread once the commit is durable, in commit order, before the caller is
    /// answered. It must be quick and must not wait for the database.
    pub fn on_commit(&mut self, f: impl FnOnce() + Send + 'static) {
        self.hooks.commit.push(Box::new(f));
    }

    /// Names a row that this operation has written and that is there if and only if the operation is kept.
    /// Should the line to the server be lost with the commit under way, its fate is learnt from it; without
    /// one it stays unknown. The first that is named counts.
    pub fn witness(&mut self, stmt: Stmt, ids: [Uuid; 2]) {
        self.hooks.witness.get_or_insert(Witness { stmt, ids });
    }

    /// Has `f` run on a database thread when this attempt of the operation leaves nothing behind.
    pub fn on_rollback(&mut self, f: impl FnOnce() + Send + 'static) {
        self.hooks.rollback.push(Box::new(f));
    }
}

impl<'a> Deref for Tx<'a> {
    type Target = Read<'a>;
    fn deref(&self) -> &Read<'a> {
        &self.read
    }
}
impl<'a> DerefMut for Tx<'a> {
    fn deref_mut(&mut self) -> &mut Read<'a> {
        &mut self.read
    }
}
