//! What each context says of its tables when everything of a tenant is handed out.

use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use usher_db::{DbError, FromRow, Read, Stmt};
use usher_kernel::TenantId;
use uuid::Uuid;

/// How many rows are read at once at most: a few milliseconds of a reader, which then serves others.
pub const PAGE: u32 = 500;

/// Some tables of a context.
pub enum Part {
    /// They are handed out.
    Sheet(Sheet),
    /// They stay.
    LeftOut(LeftOut),
}

/// One kind of thing that a tenant has, in a file of its own.
pub struct Sheet {
    pub(super) name: &'static str,
    pub(super) tables: &'static [&'static str],
    pub(super) about: &'static str,
    pub(super) schema: fn() -> Schema,
    read: Box<ReadPage>,
}

/// Reads a page after a mark.
type ReadPage = dyn Fn(&mut Read<'_>, TenantId, Option<&Value>) -> Result<Lines, DbError> + Send + Sync;

/// A page as it stands in the file.
pub(super) struct Lines {
    /// A line of JSON for each row.
    pub(super) text: Vec<u8>,
    /// How many.
    pub(super) rows: u64,
    /// After which mark the next page begins; none at the end.
    pub(super) next: Option<Value>,
}

/// Tables that are not handed out.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    /// Which.
    #[serde(rename = "what")]
    pub tables: &'static [&'static str],
    /// Why not, for whoever looks for them.
    pub why: &'static str,
}

impl Part {
    /// What is read by `page`: some rows after a mark, and the mark to go on after; none at the end. Each call is a
    /// transaction of its own, so that nothing is held while the archive is sent.
    pub fn sheet<R, K>(
        name: &'static str,
        tables: &'static [&'static str],
        about: &'static str,
        page: impl Fn(&mut Read<'_>, TenantId, Option<K>) -> Result<(Vec<R>, Option<K>), DbError>
        + Send
        + Sync
        + 'static,
    ) -> Self
    where
        R: Serialize + JsonSchema + 'static,
        K: Serialize + DeserializeOwned + 'static,
    {
        let read = move |read: &mut Read<'_>, tenant: TenantId, mark: Option<&Value>| {
            let mark = mark.cloned().map(serde_json::from_value).transpose().map_err(unreadable)?;
            let (rows, next) = page(read, tenant, mark)?;
            let mut text = Vec::new();
            for row in &rows {
                serde_json::to_writer(&mut text, row).map_err(unreadable)?;
                text.push(b'\n');
            }
            let next = next.map(serde_json::to_value).transpose().map_err(unreadable)?;
            Ok(Lines { text, rows: rows.len() as u64, next })
        };
        let schema = || SchemaGenerator::default().into_root_schema_for::<R>();
        Self::Sheet(Sheet { name, tables, about, schema, read: Box::new(read) })
    }

    /// The rows of a statement that takes the tenant, an id and how many rows at most, and answers with those after the
    /// id in the order of their ids.
    pub fn by_id<R: FromRow + Serialize + JsonSchema + 'static>(
        name: &'static str,
        tables: &'static [&'static str],
        about: &'static str,
        stmt: Stmt,
        id: fn(&R) -> Uuid,
    ) -> Self {
        Self::sheet(name, tables, about, move |read: &mut Read<'_>, tenant, after: Option<Uuid>| {
            let rows: Vec<R> = read.query(stmt, &[&tenant, &after.unwrap_or_default(), &PAGE])?;
            let next = if rows.len() < PAGE as usize { None } else { rows.last().map(id) };
            Ok((rows, next))
        })
    }

    /// The rows of a statement that takes the tenant alone, where there are never more than a page of them.
    pub fn few<R: FromRow + Serialize + JsonSchema + 'static>(
        name: &'static str,
        tables: &'static [&'static str],
        about: &'static str,
        stmt: Stmt,
    ) -> Self {
        Self::sheet(name, tables, about, move |read: &mut Read<'_>, tenant, _: Option<()>| {
            Ok((read.query::<R>(stmt, &[&tenant])?, None))
        })
    }

    /// Tables that stay where they are, and why.
    pub fn left_out(tables: &'static [&'static str], why: &'static str) -> Self {
        Self::LeftOut(LeftOut { tables, why })
    }

    /// Which tables it speaks of.
    pub fn tables(&self) -> &'static [&'static str] {
        match self {
            Self::Sheet(sheet) => sheet.tables,
            Self::LeftOut(left) => left.tables,
        }
    }

    /// The shape of its rows, where they are handed out.
    pub fn schema(&self) -> Option<Schema> {
        match self {
            Self::Sheet(sheet) => Some((sheet.schema)()),
            Self::LeftOut(_) => None,
        }
    }
}

impl Sheet {
    /// A page after a mark.
    pub(super) fn read(
        &self,
        read: &mut Read<'_>,
        tenant: TenantId,
        mark: Option<&Value>,
    ) -> Result<Lines, DbError> {
        (self.read)(read, tenant, mark)
    }

    /// Its file in the archive.
    pub(super) fn file(&self) -> String {
        format!("{}.ndjson", self.name)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn unreadable(error: serde_json::Error) -> DbError {
    DbError::Type(error.to_string())
}

/// What is handed out, and what is not.
#[derive(Clone, Default)]
pub(crate) struct Parts {
    pub(super) sheets: Vec<Arc<Sheet>>,
    pub(super) left_out: Vec<LeftOut>,
}

impl Parts {
    /// Adds some.
    pub(crate) fn add(&mut self, parts: Vec<Part>) {
        for part in parts {
            match part {
                Part::Sheet(sheet) => self.sheets.push(Arc::new(sheet)),
                Part::LeftOut(left) => self.left_out.push(left),
            }
        }
    }
}
