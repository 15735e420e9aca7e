//! Rows into structs, by position.

use crate::error::DbError;
use crate::value::{Column, FromColumn};

/// One row of an answer, for as long as the engine holds it.
pub struct Row<'a>(pub(crate) &'a dyn Cells);

/// What an engine's own row can do.
pub(crate) trait Cells {
    /// How many columns the row has.
    fn len(&self) -> usize;
    /// The column at `index`, which is below `len`.
    fn cell(&self, index: usize) -> Result<Column<'_>, DbError>;
    /// The column's name, for messages.
    fn name(&self, index: usize) -> &str;
}

impl<'a> Row<'a> {
    /// The column at `index`, counted from 0.
    ///
    /// # Errors
    /// There is no such column, or it holds something else than a `T`.
    pub fn get<T: FromColumn>(&self, index: usize) -> Result<T, DbError> {
        if index >= self.0.len() {
            return Err(DbError::Type(format!("column {} of an answer with {}", index + 1, self.0.len())));
        }
        let cell = self.0.cell(index)?;
        T::from_column(cell).map_err(|mismatch| {
            let name = self.0.name(index);
            DbError::Type(format!("column {name} holds {}, wanted {}", describe(cell), mismatch.0))
        })
    }

    /// The columns from left to right.
    pub fn columns(&self) -> Columns<'_, 'a> {
        Columns { row: self, next: 0 }
    }
}

/// Names a value's type without the value, which may be personal.
fn describe(cell: Column<'_>) -> &'static str {
    match cell {
        Column::Null => "NULL",
        Column::Bool(_) => "a boolean",
        Column::Int(_) => "an integer",
        Column::Real(_) => "a real number",
        Column::Text(_) => "a text",
        Column::Uuid(_) => "a UUID",
        Column::Time(_) => "a time",
        Column::Json(_) => "JSON",
        Column::Bytes(_) => "bytes",
    }
}

/// Reads a row's columns one after the other.
pub struct Columns<'r, 'a> {
    row: &'r Row<'a>,
    next: usize,
}

impl Columns<'_, '_> {
    /// The next column.
    ///
    /// # Errors
    /// There is none left, or it holds something else than a `T`.
    #[expect(clippy::should_implement_trait, reason = "each call may read another type")]
    pub fn next<T: FromColumn>(&mut self) -> Result<T, DbError> {
        let index = self.next;
        self.next += 1;
        self.row.get(index)
    }
}

/// Something that one row is read into.
pub trait FromRow: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// A column is missing or holds something else.
    fn from_row(row: &Row<'_>) -> Result<Self, DbError>;
}

impl<T: FromColumn> FromRow for T {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        row.get(0)
    }
}

/// Tuples, for answers of a few columns.
macro_rules! tuples {
    ($(($($type:ident),+)),+) => {$(
        impl<$($type: FromColumn),+> FromRow for ($($type,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
                let mut columns = row.columns();
                Ok(($(columns.next::<$type>()?,)+))
            }
        }
    )+};
}
tuples!(
    (A),
    (A, B),
    (A, B, C),
    (A, B, C, D),
    (A, B, C, D, E),
    (A, B, C, D, E, F),
    (A, B, C, D, E, F, G),
    (A, B, C, D, E, F, G, H)
);

/// Declares a struct that a row is read into, its fields in the order of the statement's columns:
///
/// ```
/// usher_db::row! {
///     /// A queue as it is stored.
///     pub(crate) struct QueueRow { id: uuid::Uuid, name: String, closed_at: Option<usher_kernel::Timestamp> }
/// }
/// assert_eq!(QueueRow::COLUMNS, "id, name, closed_at");
/// ```
///
/// The fields have the struct's visibility. `COLUMNS` is the field names, joined, for use in `sql!`.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $(#[$fmeta0:meta])* $field0:ident : $type0:ty $(, $(#[$fmeta:meta])* $field:ident : $type:ty)* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis struct $name { $(#[$fmeta0])* $vis $field0: $type0, $($(#[$fmeta])* $vis $field: $type),* }

        impl $name {
            /// The columns in the order of the fields.
            #[allow(dead_code, unreachable_pub, reason = "not every statement names its columns this way")]
            $vis const COLUMNS: &'static str = concat!(stringify!($field0) $(, ", ", stringify!($field))*);
        }
        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row<'_>) -> ::std::result::Result<Self, $crate::DbError> {
                let mut columns = row.columns();
                // Fields are evaluated in the written order, which is the order of the columns.
                Ok(Self { $field0: columns.next::<$type0>()?, $($field: columns.next::<$type>()?),* })
            }
        }
    };
}
