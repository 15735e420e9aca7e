//! Values in PostgreSQL's binary format.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use usher_kernel::Timestamp;
use uuid::Uuid;

use super::errors::db_error;
use crate::error::DbError;
use crate::row::Cells;
use crate::value::{Column, Param};

/// `$1 + 1` makes the parameter an INTEGER, for the server takes its type from the other operand.
const NARROW: &str = "too large for the INTEGER that the statement makes of it: in `$1 + 1` the parameter takes \
    the type of the literal; write it beside a BIGINT column";

type Failure = Box<dyn Error + Sync + Send>;

/// PostgreSQL counts microseconds from 2000-01-01.
const EPOCH_2000: i64 = 946_684_800_000_000;
/// The earliest time that PostgreSQL knows, in 4714 BC. Ours begin five thousand years earlier; what somebody asks
/// for from then on begins here.
const EARLIEST: i64 = -211_813_488_000_000_000;

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match (self, ty) {
            (Self::Null, _) => return Ok(IsNull::Yes),
            (Self::Bool(v), &Type::BOOL) => out.put_u8(u8::from(*v)),
            (Self::Int(v), &Type::INT8) => out.put_i64(*v),
            (Self::Int(v), &Type::INT4) => out.put_i32(i32::try_from(*v).map_err(|_| NARROW)?),
            (Self::Int(v), &Type::INT2) => out.put_i16(i16::try_from(*v).map_err(|_| NARROW)?),
            (Self::Real(v), &Type::FLOAT8) => out.put_f64(*v),
            (Self::Text(v), &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME | &Type::UNKNOWN) => {
                out.put_slice(v.as_bytes());
            }
            (Self::Uuid(v), &Type::UUID) => out.put_slice(v.as_bytes()),
            (Self::Time(v), &Type::TIMESTAMPTZ) => {
                out.put_i64((v.as_microsecond() - EPOCH_2000).max(EARLIEST));
            }
            (Self::Json(v), &Type::JSONB) => {
                // The format's version comes first.
                out.put_u8(1);
                out.put_slice(v.as_bytes());
            }
            (Self::Json(v), &Type::JSON) => out.put_slice(v.as_bytes()),
            (Self::Bytes(v), &Type::BYTEA) => out.put_slice(v),
            (Self::Unwritable(reason), _) => return Err(reason.as_str().into()),
            (given, wanted) => {
                return Err(format!("a {} was given where a {wanted} is wanted", given.type_name()).into());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        // Decided for each value above: one Rust type stands for all of them.
        true
    }

    to_sql_checked!();
}

/// One field as it came over the wire.
struct Cell<'a>(Column<'a>);

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(Self(match *ty {
            Type::BOOL => Column::Bool(raw == [1]),
            Type::INT8 => Column::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Column::Int(i64::from(i32::from_be_bytes(raw.try_into()?))),
            Type::INT2 => Column::Int(i64::from(i16::from_be_bytes(raw.try_into()?))),
            Type::FLOAT8 => Column::Real(f64::from_be_bytes(raw.try_into()?)),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                Column::Text(std::str::from_utf8(raw)?)
            }
            Type::UUID => Column::Uuid(Uuid::from_slice(raw)?),
            Type::TIMESTAMPTZ => {
                let micros = i64::from_be_bytes(raw.try_into()?).checked_add(EPOCH_2000);
                Column::Time(Timestamp::from_microsecond(micros.ok_or("a time out of range")?)?)
            }
            Type::JSONB => Column::Json(std::str::from_utf8(raw.get(1..).unwrap_or_default())?),
            Type::JSON => Column::Json(std::str::from_utf8(raw)?),
            Type::BYTEA => Column::Bytes(raw),
            ref other => return Err(format!("{other} is not read here; cast it in the statement").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Self(Column::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Cells for tokio_postgres::Row {
    fn len(&self) -> usize {
        self.columns().len()
    }

    fn cell(&self, index: usize) -> Result<Column<'_>, DbError> {
        self.try_get::<_, Cell<'_>>(index).map(|cell| cell.0).map_err(db_error)
    }

    fn name(&self, index: usize) -> &str {
        self.columns().get(index).map_or("?", tokio_postgres::Column::name)
    }
}
