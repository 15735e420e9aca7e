//! One connection with its prepared statements.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement, ToSql};

use super::errors::db_error;
#[cfg(debug_assertions)]
use super::tenants::TenantTables;
use crate::db::Engine;
use crate::error::DbError;
use crate::row::{Cells, Row};
use crate::stmt::{Stmt, sqlite_text};
use crate::tx::{Backend, Params, Sql};
use crate::value::{Column, Param};

/// A connection's statements borrow from it, so both live on the stack of its thread.
pub(super) struct Session<'c> {
    conn: &'c Connection,
    /// By the address of the text: one `Stmt` may have several addresses (each prepared once), but no
    /// address has two texts.
    fixed: HashMap<usize, Statement<'c>, BuildHasherDefault<AddressHasher>>,
    /// Debug builds only: refuses statements that do not say whose rows they mean.
    #[cfg(debug_assertions)]
    tenants: TenantTables,
}

/// Addresses are already unlike each other; one multiplication spreads them over the table.
#[derive(Default)]
struct AddressHasher(u64);
impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }
    fn write_usize(&mut self, value: usize) {
        self.0 = (self.0 ^ value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
}

impl<'c> Session<'c> {
    pub(super) fn new(conn: &'c Connection) -> Self {
        Self {
            conn,
            fixed: HashMap::default(),
            #[cfg(debug_assertions)]
            tenants: TenantTables::of(conn),
        }
    }

    pub(super) fn conn(&self) -> &'c Connection {
        self.conn
    }

    /// Gives `f` the prepared statement with its parameters bound.
    fn with<T>(
        &mut self,
        sql: Sql<'_>,
        params: Params<'_>,
        f: impl FnOnce(&mut Statement<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.statement(sql, |statement| bind(statement, params).and_then(|()| f(statement)))
    }

    /// Gives `f` the prepared statement, and names it in whatever goes wrong.
    fn statement<T>(
        &mut self,
        sql: Sql<'_>,
        f: impl FnOnce(&mut Statement<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        #[cfg(debug_assertions)]
        self.tenants.check(sql)?;
        match sql {
            Sql::Fixed(stmt) => {
                let statement = match self.fixed.entry(stmt.text_for(Engine::Sqlite).as_ptr().addr()) {
                    std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
                    std::collections::hash_map::Entry::Vacant(entry) => {
                        let prepared = self.conn.prepare(&sqlite_text(stmt.text_for(Engine::Sqlite)));
                        entry.insert(prepared.map_err(|error| named(stmt.name(), error))?)
                    }
                };
                f(statement).map_err(|error| match error {
                    DbError::Other(text) => DbError::Other(format!("{}: {text}", stmt.name())),
                    DbError::Type(text) => DbError::Type(format!("{}: {text}", stmt.name())),
                    other => other,
                })
            }
            Sql::Dynamic(query) => {
                let mut statement = self.conn.prepare_cached(&sqlite_text(query.text())).map_err(db_error)?;
                f(&mut statement)
            }
        }
    }
}

fn named(name: &str, error: rusqlite::Error) -> DbError {
    match db_error(error) {
        DbError::Other(text) => DbError::Other(format!("{name}: {text}")),
        other => other,
    }
}

fn bind(statement: &mut Statement<'_>, params: Params<'_>) -> Result<(), DbError> {
    let wanted = statement.parameter_count();
    if wanted != params.len() {
        return Err(DbError::Type(format!("{wanted} parameters wanted, {} given", params.len())));
    }
    for index in 0..wanted {
        let param = params.get(index);
        if let Param::Unwritable(reason) = &param {
            return Err(DbError::Type(format!("parameter ${}: {reason}", index + 1)));
        }
        statement.raw_bind_parameter(index + 1, &param).map_err(db_error)?;
    }
    Ok(())
}

impl Backend for Session<'_> {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn query(
        &mut self,
        sql: Sql<'_>,
        params: Params<'_>,
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        self.with(sql, params, |statement| {
            // Dropping the rows resets the statement, so no read lock outlives the call.
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().map_err(db_error)? {
                each(&Row(row))?;
            }
            Ok(())
        })
    }

    fn execute(&mut self, sql: Sql<'_>, params: Params<'_>) -> Result<u64, DbError> {
        self.with(sql, params, |statement| {
            let count = statement.raw_execute().map_err(db_error)?;
            Ok(count as u64)
        })
    }

    fn defer(&mut self, sql: Sql<'_>, params: Params<'_>) -> Result<(), DbError> {
        self.execute(sql, params).map(drop)
    }

    fn prepare(&mut self, sql: Sql<'_>) -> Result<(), DbError> {
        self.statement(sql, |_| Ok(()))
    }

    fn gather(&mut self, stmt: Stmt, params: Params<'_>) -> Result<(), DbError> {
        self.execute(Sql::Fixed(stmt), params).map(drop)
    }

    fn settle(&mut self) -> Result<(), DbError> {
        Ok(())
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null | Self::Unwritable(_) => ValueRef::Null,
            Self::Bool(v) => ValueRef::Integer(i64::from(*v)),
            Self::Int(v) => ValueRef::Integer(*v),
            Self::Real(v) => ValueRef::Real(*v),
            Self::Text(v) | Self::Json(v) => ValueRef::Text(v.as_bytes()),
            Self::Uuid(v) => ValueRef::Blob(v.as_bytes()),
            Self::Time(v) => ValueRef::Integer(v.as_microsecond()),
            Self::Bytes(v) => ValueRef::Blob(v),
        }))
    }
}

impl Cells for rusqlite::Row<'_> {
    fn len(&self) -> usize {
        self.as_ref().column_count()
    }

    fn cell(&self, index: usize) -> Result<Column<'_>, DbError> {
        Ok(match self.get_ref(index).map_err(db_error)? {
            ValueRef::Null => Column::Null,
            ValueRef::Integer(v) => Column::Int(v),
            ValueRef::Real(v) => Column::Real(v),
            ValueRef::Text(v) => Column::Text(
                std::str::from_utf8(v).map_err(|_| DbError::Type("a text that is not UTF-8".to_owned()))?,
            ),
            ValueRef::Blob(v) => Column::Bytes(v),
        })
    }

    fn name(&self, index: usize) -> &str {
        self.as_ref().column_name(index).unwrap_or("?")
    }
}
