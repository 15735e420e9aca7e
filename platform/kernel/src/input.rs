//! Two shapes that every write's body needs: a field that may be absent, and one that is only read.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// A nullable field of a PATCH-like write: absent keeps what is there, null clears it.
///
/// Use with `#[serde(default)]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// The field was absent.
    #[default]
    Keep,
    /// The field was null.
    Clear,
    /// The field had a value.
    Set(T),
}

impl<T> Change<T> {
    /// Puts the change into effect on `place`.
    pub fn apply(self, place: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *place = None,
            Self::Set(value) => *place = Some(value),
        }
    }

    /// The new value, where one was given.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Whether the field was absent.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

impl<T: JsonSchema> JsonSchema for Change<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

/// A field that answers carry and that a client may send back: accepted with any value, and ignored.
///
/// Lets a body refuse unknown fields and still take what a client read and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOnly;

impl<'de> Deserialize<'de> for ReadOnly {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl JsonSchema for ReadOnly {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "ReadOnly".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "Ignored in a write.", "readOnly": true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[serde(default)]
        note: Change<String>,
        #[serde(default, rename = "id")]
        _id: ReadOnly,
    }

    #[test]
    fn absent_null_and_value_are_three_things() {
        let note = |json| serde_json::from_str::<Body>(json).map(|body| body.note);
        assert_eq!(note("{}").unwrap(), Change::Keep);
        assert_eq!(note(r#"{"note":null}"#).unwrap(), Change::Clear);
        assert_eq!(note(r#"{"note":"x"}"#).unwrap(), Change::Set("x".to_owned()));
        assert_eq!(note(r#"{"id":{"any":[1]},"note":null}"#).unwrap(), Change::Clear);
        assert!(note(r#"{"other":1}"#).is_err());
    }
}
