//! Values on their way into and out of the database, the same for both engines.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use usher_kernel::{Id, Timestamp};
use uuid::Uuid;

/// A parameter, borrowed from whatever holds it.
#[derive(Clone, Debug)]
pub enum Param<'a> {
    /// NULL of any type.
    Null,
    /// BOOLEAN.
    Bool(bool),
    /// BIGINT.
    Int(i64),
    /// DOUBLE PRECISION.
    Real(f64),
    /// TEXT.
    Text(Cow<'a, str>),
    /// UUID.
    Uuid(Uuid),
    /// TIMESTAMPTZ.
    Time(Timestamp),
    /// JSONB, as JSON text: an object or an array.
    Json(Cow<'a, str>),
    /// BYTEA.
    Bytes(Cow<'a, [u8]>),
    /// A value that could not be written (with the reason); binding it fails.
    Unwritable(String),
}

impl Param<'_> {
    /// The type's name, for messages.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "BOOLEAN",
            Self::Int(_) => "BIGINT",
            Self::Real(_) => "DOUBLE PRECISION",
            Self::Text(_) => "TEXT",
            Self::Uuid(_) => "UUID",
            Self::Time(_) => "TIMESTAMPTZ",
            Self::Json(_) => "JSONB",
            Self::Bytes(_) => "BYTEA",
            Self::Unwritable(_) => "value that cannot be written",
        }
    }

    /// The same parameter, holding its own copy.
    pub(crate) fn into_owned(self) -> Param<'static> {
        match self {
            Self::Null => Param::Null,
            Self::Bool(v) => Param::Bool(v),
            Self::Int(v) => Param::Int(v),
            Self::Real(v) => Param::Real(v),
            Self::Text(v) => Param::Text(Cow::Owned(v.into_owned())),
            Self::Uuid(v) => Param::Uuid(v),
            Self::Time(v) => Param::Time(v),
            Self::Json(v) => Param::Json(Cow::Owned(v.into_owned())),
            Self::Bytes(v) => Param::Bytes(Cow::Owned(v.into_owned())),
            Self::Unwritable(v) => Param::Unwritable(v),
        }
    }
}

/// Something that can be a parameter.
pub trait ToParam {
    /// The parameter.
    fn to_param(&self) -> Param<'_>;
}

/// A column as the engine gave it. SQLite knows fewer types: there a UUID arrives as bytes, a
/// TIMESTAMPTZ and a BOOLEAN as integers and JSON as text.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// NULL.
    Null,
    /// BOOLEAN on PostgreSQL.
    Bool(bool),
    /// BIGINT, and on SQLite BOOLEAN and TIMESTAMPTZ (microseconds since 1970).
    Int(i64),
    /// DOUBLE PRECISION.
    Real(f64),
    /// TEXT, and on SQLite JSONB.
    Text(&'a str),
    /// UUID on PostgreSQL.
    Uuid(Uuid),
    /// TIMESTAMPTZ on PostgreSQL.
    Time(Timestamp),
    /// JSONB on PostgreSQL, as JSON text.
    Json(&'a str),
    /// BYTEA, and on SQLite UUID.
    Bytes(&'a [u8]),
}

/// A column that holds something else than what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch(pub Cow<'static, str>);

impl Mismatch {
    fn wanted(what: &'static str) -> Self {
        Self(Cow::Borrowed(what))
    }
}

/// Something that can be read from one column.
pub trait FromColumn: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// The column holds something else.
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch>;
}

/// A JSONB column of a known shape. The value must be written as an object or an array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: ToParam + ?Sized> ToParam for &T {
    fn to_param(&self) -> Param<'_> {
        (**self).to_param()
    }
}
impl<T: ToParam> ToParam for Option<T> {
    fn to_param(&self) -> Param<'_> {
        self.as_ref().map_or(Param::Null, ToParam::to_param)
    }
}
impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        match column {
            Column::Null => Ok(None),
            other => T::from_column(other).map(Some),
        }
    }
}
impl ToParam for Param<'_> {
    fn to_param(&self) -> Param<'_> {
        match self {
            Self::Text(v) => Param::Text(Cow::Borrowed(v)),
            Self::Json(v) => Param::Json(Cow::Borrowed(v)),
            Self::Bytes(v) => Param::Bytes(Cow::Borrowed(v)),
            other => other.clone(),
        }
    }
}

impl ToParam for bool {
    fn to_param(&self) -> Param<'_> {
        Param::Bool(*self)
    }
}
impl FromColumn for bool {
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        match column {
            Column::Bool(v) => Ok(v),
            Column::Int(0) => Ok(false),
            Column::Int(1) => Ok(true),
            _ => Err(Mismatch::wanted("a BOOLEAN")),
        }
    }
}

impl ToParam for i64 {
    fn to_param(&self) -> Param<'_> {
        Param::Int(*self)
    }
}
impl FromColumn for i64 {
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        match column {
            Column::Int(v) => Ok(v),
            _ => Err(Mismatch::wanted("a BIGINT (a sum of BIGINT needs a cast)")),
        }
    }
}

/// Whole numbers narrower than BIGINT: written as BIGINT, refused on reading when they do not fit.
macro_rules! narrow_integers {
    ($($type:ty),+) => {$(
        impl ToParam for $type {
            fn to_param(&self) -> Param<'_> {
                Param::Int(i64::from(*self))
            }
        }
        impl FromColumn for $type {
            fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
                let wide = i64::from_column(column)?;
                Self::try_from(wide).map_err(|_| Mismatch::wanted(concat!("a BIGINT within ", stringify!($type))))
            }
        }
    )+};
}
narrow_integers!(i32, u32, i16, u16, u8);

impl ToParam for f64 {
    fn to_param(&self) -> Param<'_> {
        Param::Real(*self)
    }
}
impl FromColumn for f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "SQLite hands whole results of real arithmetic as integers"
    )]
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        match column {
            Column::Real(v) => Ok(v),
            Column::Int(v) => Ok(v as f64),
            _ => Err(Mismatch::wanted("a DOUBLE PRECISION")),
        }
    }
}

impl ToParam for str {
    fn to_param(&self) -> Param<'_> {
        Param::Text(Cow::Borrowed(self))
    }
}
/// Owners of text.
macro_rules! texts {
    ($($type:ty),+) => {$(
        impl ToParam for $type {
            fn to_param(&self) -> Param<'_> {
                Param::Text(Cow::Borrowed(self.as_ref()))
            }
        }
        impl FromColumn for $type {
            fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
                match column {
                    Column::Text(v) => Ok(Self::from(v)),
                    _ => Err(Mismatch::wanted("a TEXT")),
                }
            }
        }
    )+};
}
texts!(String, Arc<str>, Box<str>);
impl ToParam for Cow<'_, str> {
    fn to_param(&self) -> Param<'_> {
        Param::Text(Cow::Borrowed(self))
    }
}

impl ToParam for Uuid {
    fn to_param(&self) -> Param<'_> {
        Param::Uuid(*self)
    }
}
impl FromColumn for Uuid {
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        match column {
            Column::Uuid(v) => Ok(v),
            Column::Bytes(v) => Self::from_slice(v).map_err(|_| Mismatch::wanted("a UUID of 16 bytes")),
            _ => Err(Mismatch::wanted("a UUID")),
        }
    }
}
impl<K> ToParam for Id<K> {
    fn to_param(&self) -> Param<'_> {
        Param::Uuid(self.uuid())
    }
}
impl<K> FromColumn for Id<K> {
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        Uuid::from_column(column).map(Self::from_uuid)
    }
}

impl ToParam for Timestamp {
    fn to_param(&self) -> Param<'_> {
        Param::Time(*self)
    }
}
impl FromColumn for Timestamp {
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        match column {
            Column::Time(v) => Ok(v),
            Column::Int(v) => Self::from_microsecond(v)
                .map_err(|_| Mismatch::wanted("a TIMESTAMPTZ between the years -9999 and 9999")),
            _ => Err(Mismatch::wanted("a TIMESTAMPTZ")),
        }
    }
}

impl ToParam for [u8] {
    fn to_param(&self) -> Param<'_> {
        Param::Bytes(Cow::Borrowed(self))
    }
}
impl<const N: usize> ToParam for [u8; N] {
    fn to_param(&self) -> Param<'_> {
        Param::Bytes(Cow::Borrowed(self))
    }
}
impl<const N: usize> FromColumn for [u8; N] {
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        match column {
            Column::Bytes(v) => v.try_into().map_err(|_| Mismatch(format!("a BYTEA of {N} bytes").into())),
            _ => Err(Mismatch::wanted("a BYTEA")),
        }
    }
}
/// Owners of bytes.
macro_rules! byte_owners {
    ($($type:ty => $make:expr),+) => {$(
        impl ToParam for $type {
            fn to_param(&self) -> Param<'_> {
                Param::Bytes(Cow::Borrowed(self.as_ref()))
            }
        }
        impl FromColumn for $type {
            fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
                match column {
                    Column::Bytes(v) => Ok($make(v)),
                    _ => Err(Mismatch::wanted("a BYTEA")),
                }
            }
        }
    )+};
}
byte_owners!(Vec<u8> => <[u8]>::to_vec, bytes::Bytes => bytes::Bytes::copy_from_slice);

fn json_text(column: Column<'_>) -> Result<&str, Mismatch> {
    match column {
        Column::Json(v) | Column::Text(v) => Ok(v),
        _ => Err(Mismatch::wanted("a JSONB")),
    }
}
fn json_param<T: Serialize + ?Sized>(value: &T) -> Param<'_> {
    match serde_json::to_string(value) {
        Ok(text) => Param::Json(Cow::Owned(text)),
        Err(error) => Param::Unwritable(error.to_string()),
    }
}
impl ToParam for serde_json::Value {
    fn to_param(&self) -> Param<'_> {
        json_param(self)
    }
}
impl FromColumn for serde_json::Value {
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        serde_json::from_str(json_text(column)?).map_err(|error| Mismatch(format!("JSON: {error}").into()))
    }
}
impl<T: Serialize> ToParam for Json<T> {
    fn to_param(&self) -> Param<'_> {
        json_param(&self.0)
    }
}
impl<T: DeserializeOwned> FromColumn for Json<T> {
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        let value = serde_json::from_str(json_text(column)?);
        value.map(Json).map_err(|error| Mismatch(format!("JSON of this shape: {error}").into()))
    }
}
impl ToParam for RawValue {
    fn to_param(&self) -> Param<'_> {
        Param::Json(Cow::Borrowed(self.get()))
    }
}
impl ToParam for Box<RawValue> {
    fn to_param(&self) -> Param<'_> {
        (**self).to_param()
    }
}
impl ToParam for Arc<RawValue> {
    fn to_param(&self) -> Param<'_> {
        (**self).to_param()
    }
}
impl FromColumn for Box<RawValue> {
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        RawValue::from_string(json_text(column)?.to_owned())
            .map_err(|error| Mismatch(format!("JSON: {error}").into()))
    }
}
impl FromColumn for Arc<RawValue> {
    fn from_column(column: Column<'_>) -> Result<Self, Mismatch> {
        Box::<RawValue>::from_column(column).map(Arc::from)
    }
}

/// Lets an enum that has `as_str()` and `FromStr` be stored as TEXT: `text_column!(TicketState);`
///
/// For enums of a context's model, which does not know the database; called in `store/`.
#[macro_export]
macro_rules! text_column {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::ToParam for $type {
            fn to_param(&self) -> $crate::Param<'_> {
                $crate::Param::Text(::std::borrow::Cow::Borrowed(self.as_str()))
            }
        }
        impl $crate::FromColumn for $type {
            fn from_column(column: $crate::Column<'_>) -> ::std::result::Result<Self, $crate::Mismatch> {
                match column {
                    $crate::Column::Text(text) => text.parse().map_err(|_| {
                        $crate::Mismatch(::std::format!("one of the words of {}, not {text:?}", stringify!($type)).into())
                    }),
                    _ => Err($crate::Mismatch(::std::borrow::Cow::Borrowed("a TEXT"))),
                }
            }
        }
    )+};
}

/// Declares an enum that is stored as TEXT; `usher_kernel::text_enum!` and [`text_column!`] in one.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($body:tt)* }) => {
        $crate::macro_support::usher_kernel::text_enum! { $(#[$meta])* $vis enum $name { $($body)* } }
        $crate::text_column!($name);
    };
}
