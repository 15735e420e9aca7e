//! Reading.

use serde::de::{self, DeserializeSeed, IntoDeserializer as _, Visitor};

use super::{Broken, Result, broken};

/// Reads what is left.
pub(super) struct Reader<'b>(pub(super) &'b [u8]);

impl<'b> Reader<'b> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let Some((first, rest)) = self.0.split_first_chunk::<N>() else { return broken("too few bytes") };
        self.0 = rest;
        Ok(*first)
    }

    fn byte(&mut self) -> Result<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn whole(&mut self) -> Result<u64> {
        let mut number = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let low = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if shift == 63 && low > 1 {
                break;
            }
            number |= low << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        broken("a number beyond 64 bits")
    }

    fn signed(&mut self) -> Result<i64> {
        let number = self.whole()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn length(&mut self) -> Result<usize> {
        let length = usize::try_from(self.whole()?).unwrap_or(usize::MAX);
        // Everything that there are many of takes a byte at least.
        if length > self.0.len() { broken("a length beyond the bytes") } else { Ok(length) }
    }

    fn bytes(&mut self) -> Result<&'b [u8]> {
        let length = self.length()?;
        let Some((bytes, rest)) = self.0.split_at_checked(length) else { return broken("too few bytes") };
        self.0 = rest;
        Ok(bytes)
    }

    fn present(&mut self) -> Result<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => broken("neither 0 nor 1"),
        }
    }
}

/// Reads numbers as they were written.
macro_rules! numbers {
    ($($name:ident: $visit:ident($read:expr);)*) => {$(
        fn $name<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
            let read: fn(&mut Reader<'b>) -> _ = $read;
            visitor.$visit(read(self)?)
        }
    )*};
}

impl<'b> de::Deserializer<'b> for &mut Reader<'b> {
    type Error = Broken;

    fn is_human_readable(&self) -> bool {
        false
    }

    // Those that are narrower than what stands there are refused by the type that they are read into.
    numbers! {
        deserialize_bool: visit_bool(Reader::present);
        deserialize_i8: visit_i64(Reader::signed);
        deserialize_i16: visit_i64(Reader::signed);
        deserialize_i32: visit_i64(Reader::signed);
        deserialize_i64: visit_i64(Reader::signed);
        deserialize_i128: visit_i128(|from| from.take().map(i128::from_le_bytes));
        deserialize_u8: visit_u8(Reader::byte);
        deserialize_u16: visit_u64(Reader::whole);
        deserialize_u32: visit_u64(Reader::whole);
        deserialize_u64: visit_u64(Reader::whole);
        deserialize_u128: visit_u128(|from| from.take().map(u128::from_le_bytes));
        deserialize_f32: visit_f32(|from| from.take().map(f32::from_le_bytes));
        deserialize_f64: visit_f64(|from| from.take().map(f64::from_le_bytes));
        deserialize_bytes: visit_borrowed_bytes(Reader::bytes);
        deserialize_byte_buf: visit_borrowed_bytes(Reader::bytes);
    }

    fn deserialize_any<V: Visitor<'b>>(self, _: V) -> Result<V::Value> {
        broken("the bytes do not say what they hold")
    }

    fn deserialize_ignored_any<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_any(visitor)
    }

    fn deserialize_identifier<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_any(visitor)
    }

    fn deserialize_char<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        let number = u32::try_from(self.whole()?).ok();
        match number.and_then(char::from_u32) {
            Some(char) => visitor.visit_char(char),
            None => broken("no character"),
        }
    }

    fn deserialize_str<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        match std::str::from_utf8(self.bytes()?) {
            Ok(text) => visitor.visit_borrowed_str(text),
            Err(_) => broken("a text that is not UTF-8"),
        }
    }

    fn deserialize_string<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        if self.present()? { visitor.visit_some(self) } else { visitor.visit_none() }
    }

    fn deserialize_unit<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'b>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'b>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        let left = self.length()?;
        visitor.visit_seq(Parts { from: self, left })
    }

    fn deserialize_tuple<V: Visitor<'b>>(self, left: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(Parts { from: self, left })
    }

    fn deserialize_tuple_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        left: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_tuple(left, visitor)
    }

    fn deserialize_map<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        let left = self.length()?;
        visitor.visit_map(Parts { from: self, left })
    }

    fn deserialize_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'b>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(self)
    }
}

/// What is left of something that consists of others.
struct Parts<'r, 'b> {
    from: &'r mut Reader<'b>,
    left: usize,
}

impl Parts<'_, '_> {
    /// Whether there is one more.
    fn more(&mut self) -> bool {
        let more = self.left > 0;
        self.left = self.left.saturating_sub(1);
        more
    }
}

impl<'b> de::SeqAccess<'b> for Parts<'_, 'b> {
    type Error = Broken;

    fn next_element_seed<T: DeserializeSeed<'b>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.more() { seed.deserialize(&mut *self.from).map(Some) } else { Ok(None) }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'b> de::MapAccess<'b> for Parts<'_, 'b> {
    type Error = Broken;

    fn next_key_seed<K: DeserializeSeed<'b>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if self.more() { seed.deserialize(&mut *self.from).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'b>>(&mut self, seed: V) -> Result<V::Value> {
        seed.deserialize(&mut *self.from)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'b> de::EnumAccess<'b> for &mut Reader<'b> {
    type Error = Broken;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'b>>(self, seed: V) -> Result<(V::Value, Self)> {
        let place = u32::try_from(self.whole()?).unwrap_or(u32::MAX);
        let place: de::value::U32Deserializer<Broken> = place.into_deserializer();
        Ok((seed.deserialize(place)?, self))
    }
}

impl<'b> de::VariantAccess<'b> for &mut Reader<'b> {
    type Error = Broken;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'b>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'b>>(self, left: usize, visitor: V) -> Result<V::Value> {
        de::Deserializer::deserialize_tuple(self, left, visitor)
    }

    fn struct_variant<V: Visitor<'b>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        de::Deserializer::deserialize_tuple(self, fields.len(), visitor)
    }
}
