//! Writing.

use serde::ser::{self, Serialize};

use super::{Broken, Result, broken};

/// Writes behind what is there.
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    fn whole(&mut self, mut number: u64) {
        loop {
            let low = (number & 0x7f) as u8;
            number >>= 7;
            if number == 0 {
                return self.0.push(low);
            }
            self.0.push(low | 0x80);
        }
    }

    fn length(&mut self, length: usize) {
        self.whole(length as u64);
    }
}

/// Writes numbers of some types as those of a wider one.
macro_rules! wider {
    ($($name:ident: $type:ty => $wider:ident;)*) => {$(
        fn $name(self, value: $type) -> Result<()> {
            self.$wider(value.into())
        }
    )*};
}

impl ser::Serializer for &mut Writer {
    type Ok = ();
    type Error = Broken;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn is_human_readable(&self) -> bool {
        false
    }

    wider! {
        serialize_i8: i8 => serialize_i64;
        serialize_i16: i16 => serialize_i64;
        serialize_i32: i32 => serialize_i64;
        serialize_u16: u16 => serialize_u64;
        serialize_u32: u32 => serialize_u64;
        serialize_char: char => serialize_u32;
    }

    fn serialize_bool(self, value: bool) -> Result<()> {
        self.serialize_u8(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<()> {
        // 0, -1, 1, -2, 2 …
        self.whole(((value << 1) ^ (value >> 63)).cast_unsigned());
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<()> {
        self.0.extend(value.to_le_bytes());
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<()> {
        self.0.push(value);
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<()> {
        self.whole(value);
        Ok(())
    }

    fn serialize_u128(self, value: u128) -> Result<()> {
        self.0.extend(value.to_le_bytes());
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<()> {
        self.0.extend(value.to_le_bytes());
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<()> {
        self.0.extend(value.to_le_bytes());
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        self.serialize_bytes(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        self.length(value.len());
        self.0.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_u8(0)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        self.0.push(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, place: u32, _: &'static str) -> Result<()> {
        self.serialize_u32(place)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        place: u32,
        _: &'static str,
        value: &T,
    ) -> Result<()> {
        self.whole(place.into());
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self> {
        let Some(length) = length else { return broken("a list of unknown length") };
        self.length(length);
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_tuple_variant(self, _: &'static str, place: u32, _: &'static str, _: usize) -> Result<Self> {
        self.whole(place.into());
        Ok(self)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self> {
        self.serialize_seq(length)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        place: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self> {
        self.whole(place.into());
        Ok(self)
    }
}

/// What consists of others is written one after the other.
macro_rules! parts {
    ($($trait:ident: $method:ident($($name:ident: $type:ty)?);)*) => {$(
        impl ser::$trait for &mut Writer {
            type Ok = ();
            type Error = Broken;

            fn $method<T: Serialize + ?Sized>(&mut self, $($name: $type,)? value: &T) -> Result<()> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<()> {
                Ok(())
            }
        }
    )*};
}

parts! {
    SerializeSeq: serialize_element();
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(_name: &'static str);
    SerializeStructVariant: serialize_field(_name: &'static str);
}

impl ser::SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Broken;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<()> {
        Ok(())
    }
}
