//! Values on their way in and out.

use async_graphql::dynamic::FieldValue;
use async_graphql::{Name, Value as Graph};
use serde_json::{Map, Value};

use crate::types::{Inputs, Slot, What};

/// A value of an answer; none for null.
pub(crate) fn shown<'a>(slot: &Slot, value: &'a Value) -> Option<FieldValue<'a>> {
    match (&slot.what, value) {
        (_, Value::Null) => None,
        (What::Object(_), value) => Some(FieldValue::borrowed_any(value)),
        (What::List(item), Value::Array(values)) => {
            let each = values.iter().map(|value| shown(item, value).unwrap_or(FieldValue::NULL));
            Some(FieldValue::list(each))
        }
        (What::List(_), _) => None,
        (What::Scalar(_) | What::Enum(_), value) => Some(FieldValue::value(plain(value))),
    }
}

/// The same for a value that nothing else keeps.
pub(crate) fn handed(slot: &Slot, value: Value) -> Option<FieldValue<'static>> {
    match (&slot.what, value) {
        (_, Value::Null) => None,
        (What::Object(_), value) => Some(FieldValue::owned_any(value)),
        (What::List(item), Value::Array(values)) => {
            let each = values.into_iter().map(|value| handed(item, value).unwrap_or(FieldValue::NULL));
            Some(FieldValue::list(each))
        }
        (What::List(_), _) => None,
        (What::Scalar(_) | What::Enum(_), value) => Some(FieldValue::value(plain(&value))),
    }
}

/// JSON as the library's value.
pub(crate) fn plain(value: &Value) -> Graph {
    match value {
        Value::Null => Graph::Null,
        Value::Bool(truth) => Graph::Boolean(*truth),
        Value::Number(number) => Graph::Number(number.clone()),
        Value::String(text) => Graph::String(text.clone()),
        Value::Array(values) => Graph::List(values.iter().map(plain).collect()),
        Value::Object(members) => {
            Graph::Object(members.iter().map(|(name, value)| (Name::new(name), plain(value))).collect())
        }
    }
}

/// The library's value as JSON, word for word.
fn word_for_word(value: &Graph) -> Value {
    match value {
        Graph::Null => Value::Null,
        Graph::Boolean(truth) => Value::Bool(*truth),
        Graph::Number(number) => Value::Number(number.clone()),
        Graph::String(text) => Value::String(text.clone()),
        Graph::Enum(name) => Value::String(name.to_string()),
        Graph::Binary(bytes) => Value::String(String::from_utf8_lossy(bytes).into_owned()),
        Graph::List(values) => values.iter().map(word_for_word).collect(),
        Graph::Object(members) => {
            members.iter().map(|(name, value)| (name.to_string(), word_for_word(value))).collect()
        }
    }
}

/// An argument as the route reads it: names as REST has them.
pub(crate) fn sent(inputs: &Inputs, slot: &Slot, value: &Graph) -> Value {
    match (&slot.what, value) {
        (_, Graph::Null) => Value::Null,
        (What::Object(name), Graph::Object(members)) => {
            let Some(object) = inputs.get(name) else { return word_for_word(value) };
            let each = members.iter().filter_map(|(name, value)| {
                let property = object.properties.get(name.as_str())?;
                Some((property.key.clone(), sent(inputs, &property.slot, value)))
            });
            Value::Object(each.collect::<Map<_, _>>())
        }
        (What::List(item), Graph::List(values)) => {
            values.iter().map(|value| sent(inputs, item, value)).collect()
        }
        // One value stands for a list of one.
        (What::List(item), value) => Value::Array(vec![sent(inputs, item, value)]),
        // An id may be written as a number.
        (What::Scalar("ID"), Graph::Number(number)) => Value::String(number.to_string()),
        (_, value) => word_for_word(value),
    }
}
