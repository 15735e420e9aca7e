//! Path parameters, and how they become typed values.

use std::fmt;

use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor};

/// The decoded parameters of a path, in the order of the pattern.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(pub(crate) Vec<(&'static str, String)>);

impl Params {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }
}

/// Why a parameter does not fit, and which one it was.
#[derive(Debug)]
pub(crate) struct ParamError {
    pub(crate) name: Option<&'static str>,
    pub(crate) message: String,
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
impl std::error::Error for ParamError {}
impl de::Error for ParamError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { name: None, message: message.to_string() }
    }
}

/// Reads a scalar from the first parameter, a tuple from as many as it has, a struct or map by name.
pub(crate) struct PathDeserializer<'a>(pub(crate) &'a [(&'static str, &'a str)]);

/// One parameter's text.
#[derive(Clone, Copy)]
struct Text<'a>(&'static str, &'a str);

impl<'de> IntoDeserializer<'de, ParamError> for Text<'de> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident $kind:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
            match self.1.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(ParamError {
                    name: Some(self.0),
                    message: format!(concat!("invalid type: string {:?}, expected ", $kind), self.1),
                }),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = ParamError;

    parsed! {
        deserialize_bool visit_bool "true or false";
        deserialize_i8 visit_i8 "a whole number";
        deserialize_i16 visit_i16 "a whole number";
        deserialize_i32 visit_i32 "a whole number";
        deserialize_i64 visit_i64 "a whole number";
        deserialize_u8 visit_u8 "a whole number, not negative";
        deserialize_u16 visit_u16 "a whole number, not negative";
        deserialize_u32 visit_u32 "a whole number, not negative";
        deserialize_u64 visit_u64 "a whole number, not negative";
        deserialize_f32 visit_f32 "a number";
        deserialize_f64 visit_f64 "a number";
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_borrowed_str(self.1).map_err(|e: ParamError| ParamError { name: Some(self.0), ..e })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        visitor
            .visit_enum(self.1.into_deserializer())
            .map_err(|e: ParamError| ParamError { name: Some(self.0), ..e })
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

impl<'de> PathDeserializer<'de> {
    fn first(&self) -> Result<Text<'de>, ParamError> {
        match self.0.first() {
            Some((name, value)) => Ok(Text(name, value)),
            None => Err(de::Error::custom("the path has no parameter")),
        }
    }
}

macro_rules! from_first {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
            self.first()?.$method(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for PathDeserializer<'de> {
    type Error = ParamError;

    from_first! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_option deserialize_identifier
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_seq(Texts(self.0.iter()))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_seq(Texts(self.0.iter()))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        visitor.visit_seq(Texts(self.0.iter()))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_map(MapDeserializer::new(self.0.iter().map(|(name, value)| (*name, Text(name, value)))))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        self.first()?.deserialize_enum(name, variants, visitor)
    }
}

struct Texts<'a>(std::slice::Iter<'a, (&'static str, &'a str)>);

impl<'de> SeqAccess<'de> for Texts<'de> {
    type Error = ParamError;
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ParamError> {
        self.0.next().map(|(name, value)| seed.deserialize(Text(name, value))).transpose()
    }
}
