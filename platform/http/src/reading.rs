//! JSON bodies and query strings into typed values, with refusals that name the field.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use parking_lot::RwLock;
use percent_encoding::percent_decode_str;
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use usher_kernel::{Fault, FaultKind};

use crate::endpoint::{Endpoint, SchemaOf};
use crate::wording::{self, Found};

/// Reads a JSON body.
pub(crate) fn json<T: DeserializeOwned>(bytes: &[u8], endpoint: &Endpoint) -> Result<T, Fault> {
    // serde would read a list as the fields of a struct in their order.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Fault::field("body", "wrong_type", "body must be an object, not a list."));
    }
    if holds_nul(bytes) {
        return Err(nul("body"));
    }
    if bytes.contains(&b'[') {
        no_list_for_an_object(bytes, endpoint)?;
    }
    // The plain parser first: keeping track of the path costs, and most bodies are right.
    let error = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    if !error.is_data() {
        return Err(Fault::new(
            FaultKind::Malformed,
            "invalid_json",
            format!("The body is not JSON: {error}."),
        ));
    }
    let mut value: Value = serde_json::from_slice(bytes).map_err(|e| {
        Fault::new(FaultKind::Malformed, "invalid_json", format!("The body is not JSON: {e}."))
    })?;
    let mut read_only: Option<Vec<String>> = None;
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        // A field that only the answer has comes back when a client sends what it read: that is no mistake.
        if let Some(field) = unknown_field(&error.inner().to_string())
            && is_top_level(&error)
            && let Value::Object(members) = &mut value
            && read_only.get_or_insert_with(|| answer_fields(endpoint)).iter().any(|f| f == field)
            && members.remove(field).is_some()
        {
            continue;
        }
        let at = pointer(error.path());
        return Err(explain(&error, "body", found::<T>(&value, at.as_deref())));
    }
}

/// Refuses a list where the route's description has an object: serde would read it as the object's fields in their
/// order. A body that is no JSON at all is left to the parser.
fn no_list_for_an_object(bytes: &[u8], endpoint: &Endpoint) -> Result<(), Fault> {
    let Some((_, Some(schema))) = endpoint.docs.body else { return Ok(()) };
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return Ok(()) };
    let document = body_document(schema);
    match misplaced_list(&document, &document, &value, "") {
        None => Ok(()),
        Some(field) => {
            let message = format!("{field} must be an object, not a list.");
            Err(Fault::field(field, "wrong_type", message))
        }
    }
}

/// The description of a body; made once for each.
fn body_document(schema: SchemaOf) -> Arc<Value> {
    static DOCUMENTS: OnceLock<RwLock<HashMap<usize, Arc<Value>>>> = OnceLock::new();
    let documents = DOCUMENTS.get_or_init(RwLock::default);
    let key = schema as usize;
    if let Some(document) = documents.read().get(&key) {
        return Arc::clone(document);
    }
    let document = Arc::new(document_of(schema));
    documents.write().insert(key, Arc::clone(&document));
    document
}

/// The path of the first list that stands where only an object may.
fn misplaced_list(document: &Value, schema: &Value, value: &Value, path: &str) -> Option<String> {
    let mut forms = Vec::new();
    forms_of(document, schema, &mut forms);
    match value {
        Value::Array(items) => {
            let lists = || forms.iter().filter(|form| has_type(form, "array"));
            let known = forms.iter().any(|form| form.get("type").is_some());
            if lists().next().is_none() {
                return (known && forms.iter().any(|form| has_type(form, "object"))).then(|| path.to_owned());
            }
            let item = lists().find_map(|form| form.get("items"))?;
            let inside = |(index, one)| misplaced_list(document, item, one, &format!("{path}[{index}]"));
            items.iter().enumerate().find_map(inside)
        }
        Value::Object(members) => members.iter().find_map(|(name, one)| {
            let inner = forms.iter().find_map(|form| {
                let own = form.get("properties").and_then(|properties| properties.get(name));
                own.or_else(|| form.get("additionalProperties").filter(|rest| rest.is_object()))
            })?;
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            misplaced_list(document, inner, one, &path)
        }),
        _ => None,
    }
}

/// A schema and everything that may stand in its place, references followed.
fn forms_of<'a>(document: &'a Value, schema: &'a Value, forms: &mut Vec<&'a Value>) {
    let schema = resolve(document, schema);
    forms.push(schema);
    for word in ["allOf", "anyOf", "oneOf"] {
        for part in schema.get(word).and_then(Value::as_array).into_iter().flatten() {
            forms_of(document, part, forms);
        }
    }
}

/// Reads a query string. `ticket` says that `?ticket=` is allowed, which the gate has used already.
pub(crate) fn query<T: DeserializeOwned + JsonSchema + 'static>(
    text: &str,
    ticket: bool,
) -> Result<T, Fault> {
    let shape = shape_of::<T>();
    let mut members = Map::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name), decode(value));
        if name.contains('\0') || value.contains('\0') {
            return Err(nul(&name));
        }
        if ticket && name == "ticket" {
            continue;
        }
        let name = name.strip_suffix("[]").unwrap_or(&name);
        let Some(kind) = shape.get(name) else {
            return Err(unknown(name, shape.keys().map(String::as_str)));
        };
        match kind {
            Kind::List(item) => {
                let list = members.entry(name).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(list) = list {
                    for part in value.split(',').filter(|part| !part.is_empty()) {
                        list.push(item.read(name, part)?);
                    }
                }
            }
            // An empty filter is no filter: forms send all their fields.
            Kind::One(_) if value.is_empty() => {}
            Kind::One(scalar) => {
                members.insert(name.to_owned(), scalar.read(name, &value)?);
            }
        }
    }
    let given = Value::Object(members);
    serde_path_to_error::deserialize(&given).map_err(|error| {
        // serde loses the path inside a flattened struct; the member without which it says something else is the
        // one that it is about.
        let message = error.inner().to_string();
        let by_leaving_out = || {
            let members = given.as_object()?;
            members.keys().map(String::as_str).find(|name| {
                let mut fewer = members.clone();
                fewer.remove(*name);
                T::deserialize(&Value::Object(fewer)).err().is_none_or(|other| other.to_string() != message)
            })
        };
        let whole = by_leaving_out().unwrap_or("query");
        let at = pointer(error.path()).or_else(|| Some(format!("/{whole}")));
        explain(&error, whole, found::<T>(&given, at.as_deref()))
    })
}

/// Whether a JSON text holds the character U+0000, which PostgreSQL keeps in no text. It can only stand
/// there as an escape.
fn holds_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|b| *b == b'\\') {
        rest = &rest[at + 1..];
        if rest.starts_with(b"u0000") {
            return true;
        }
        // What is escaped may itself be a backslash.
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

fn nul(field: &str) -> Fault {
    let field = field.replace('\0', "");
    Fault::field(field, "control_letters", "The character U+0000 cannot be kept. Leave it out.")
}

fn decode(text: &str) -> Cow<'_, str> {
    let spaced = if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    if !spaced.contains('%') {
        return spaced;
    }
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

/// How a query parameter is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    One(Scalar),
    List(Scalar),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scalar {
    Integer { least: i64, most: i64 },
    Number,
    Boolean,
    Text,
}

impl Scalar {
    fn read(self, name: &str, text: &str) -> Result<Value, Fault> {
        let wrong = |what| Fault::field(name, "wrong_type", format!("{name} must be {what}."));
        match self {
            Self::Integer { least, most } => {
                let number = text.parse::<i64>().map_err(|_| wrong("a whole number"))?;
                if (least..=most).contains(&number) {
                    return Ok(Value::from(number));
                }
                let message = format!("{name} must be from {least} to {most}.");
                Err(Fault::field(name, "out_of_range", message))
            }
            Self::Number => text.parse::<f64>().map(Value::from).map_err(|_| wrong("a number")),
            Self::Boolean => match text {
                "true" | "1" | "yes" => Ok(Value::Bool(true)),
                "false" | "0" | "no" => Ok(Value::Bool(false)),
                _ => Err(wrong("true or false")),
            },
            Self::Text => Ok(Value::from(text)),
        }
    }
}

type Shape = BTreeMap<String, Kind>;

/// The parameters of a query type by its schema; made once per type.
fn shape_of<T: JsonSchema + 'static>() -> Arc<Shape> {
    static SHAPES: OnceLock<RwLock<HashMap<TypeId, Arc<Shape>>>> = OnceLock::new();
    let shapes = SHAPES.get_or_init(RwLock::default);
    if let Some(shape) = shapes.read().get(&TypeId::of::<T>()) {
        return Arc::clone(shape);
    }
    let document = document_of(|generator| generator.subschema_for::<T>());
    let mut shape = Shape::new();
    for_each_property(&document, &document, &mut |name, property| {
        shape.insert(name.to_owned(), kind_of(&document, property));
    });
    let shape = Arc::new(shape);
    shapes.write().insert(TypeId::of::<T>(), Arc::clone(&shape));
    shape
}

/// A schema with its definitions beside it.
fn document_of(schema: impl FnOnce(&mut SchemaGenerator) -> schemars::Schema) -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut root = schema(&mut generator).to_value();
    if let Value::Object(members) = &mut root {
        members.insert("$defs".to_owned(), Value::Object(generator.take_definitions(true)));
    }
    root
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#')) {
        Some(pointer) => document.pointer(pointer).unwrap_or(schema),
        None => schema,
    }
}

/// Every property of an object schema, those of its alternatives too.
pub(crate) fn for_each_property(document: &Value, schema: &Value, f: &mut impl FnMut(&str, &Value)) {
    let schema = resolve(document, schema);
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for (name, property) in properties {
            f(name, property);
        }
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        for part in schema.get(word).and_then(Value::as_array).into_iter().flatten() {
            for_each_property(document, part, f);
        }
    }
}

fn kind_of(document: &Value, property: &Value) -> Kind {
    let property = resolve(document, property);
    if has_type(property, "array") {
        let item = property.get("items").map_or(Scalar::Text, |item| scalar_of(document, item));
        return Kind::List(item);
    }
    // Option<T> of a referenced type is an anyOf of the reference and null.
    for part in property.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
        if !has_type(part, "null") {
            return kind_of(document, part);
        }
    }
    Kind::One(scalar_of(document, property))
}

fn scalar_of(document: &Value, schema: &Value) -> Scalar {
    let schema = resolve(document, schema);
    if has_type(schema, "integer") {
        let bound = |word, default| schema.get(word).and_then(Value::as_i64).unwrap_or(default);
        let widest =
            if schema.get("format").is_some_and(|f| f == "uint32") { i64::from(u32::MAX) } else { i64::MAX };
        Scalar::Integer { least: bound("minimum", i64::MIN), most: bound("maximum", widest) }
    } else if has_type(schema, "number") {
        Scalar::Number
    } else if has_type(schema, "boolean") {
        Scalar::Boolean
    } else {
        Scalar::Text
    }
}

fn has_type(schema: &Value, wanted: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(one)) => one == wanted,
        Some(Value::Array(several)) => several.iter().any(|t| t == wanted),
        _ => false,
    }
}

/// The property names of a route's JSON answers, and what it declares read-only beside them.
fn answer_fields(endpoint: &Endpoint) -> Vec<String> {
    let mut fields: Vec<String> = endpoint.docs.read_only.iter().map(|&f| f.to_owned()).collect();
    for schema in endpoint.docs.answers.iter().filter_map(|answer| answer.schema) {
        let document = document_of(schema as SchemaOf);
        for_each_property(&document, &document, &mut |name, _| fields.push(name.to_owned()));
    }
    fields
}

fn is_top_level(error: &serde_path_to_error::Error<serde_json::Error>) -> bool {
    error.path().iter().count() <= 1
}

/// The name in serde's "unknown field `x`, expected …".
fn unknown_field(message: &str) -> Option<&str> {
    message.strip_prefix("unknown field `")?.split_once('`').map(|(name, _)| name)
}

/// Every name between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn unknown<'a>(field: &str, known: impl Iterator<Item = &'a str>) -> Fault {
    let name = field.rsplit('.').next().unwrap_or(field);
    let message = match nearest(name, known) {
        Some(near) => format!("There is no field {field}. Did you mean {near}?"),
        None => format!("There is no field {field}."),
    };
    Fault::field(field, "unknown_field", message)
}

/// The known name most like `name`, where one is like it at all.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Where an error happened, as a JSON pointer; none where serde lost the path.
fn pointer(path: &serde_path_to_error::Path) -> Option<String> {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Enum { .. } | Segment::Unknown => return None,
        }
    }
    (!pointer.is_empty()).then_some(pointer)
}

/// What stands where an error happened, and what was wanted there.
fn found<'a, T: DeserializeOwned>(given: &'a Value, at: Option<&str>) -> Found<'a> {
    let text = at.and_then(|at| given.pointer(at)).and_then(Value::as_str);
    Found { text, date: text.is_some() && at.is_some_and(|at| wants_date::<T>(given, at)) }
}

/// Whether a date is wanted at a place: the parser of a time complains in the very same words. So it is asked
/// whether it takes a date there, and nothing that only looks like one.
fn wants_date<T: DeserializeOwned>(given: &Value, at: &str) -> bool {
    let taken = |text: &str| {
        let mut probe = given.clone();
        let Some(place) = probe.pointer_mut(at) else { return false };
        *place = text.into();
        match serde_path_to_error::deserialize::<_, T>(&probe) {
            Ok(_) => true,
            // What is wrong now is something else.
            Err(error) => pointer(error.path()).is_some_and(|elsewhere| elsewhere != at),
        }
    };
    taken("2026-12-25") && !taken("2026-13-45")
}

/// serde's message and the path to it as a fault of one field; `whole` is the field's name where there is
/// no path.
fn explain(error: &serde_path_to_error::Error<serde_json::Error>, whole: &str, found: Found<'_>) -> Fault {
    let path = error.path().to_string();
    let path = if path == "." { String::new() } else { path };
    let message = error.inner().to_string();
    let join = |name: &str| match path.as_str() {
        "" => name.to_owned(),
        path if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        path => format!("{path}.{name}"),
    };
    if let Some(name) = unknown_field(&message) {
        return unknown(&join(name), quoted(&message).skip(1));
    }
    if let Some(name) = message.strip_prefix("missing field `").and_then(|m| m.strip_suffix('`')) {
        let field = join(name);
        return Fault::field(field.clone(), "required", format!("{field} is missing."));
    }
    let field = if path.is_empty() { whole.to_owned() } else { path };
    let (code, text) = wording::of_value(&field, &message, found);
    Fault::field(field, code, text)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use usher_kernel::{Timestamp, civil::Date};

    use super::*;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its reading is looked at")]
    struct Wanted {
        day: Option<Date>,
        until: Option<Timestamp>,
    }

    #[test]
    fn a_date_is_asked_for_as_a_date_and_a_time_as_a_time() {
        let told = |text: &str| query::<Wanted>(text, false).unwrap_err().field_faults()[0].message.clone();
        for wrong in ["zz", "2026-02-30", "25.12.2026", "2026-12-25T09:00:00Z"] {
            assert_eq!(told(&format!("day={wrong}&until=zz")), "day must be a date such as 2026-12-25.");
        }
        for wrong in ["zz", "2026-02-30", "2026-12-25"] {
            assert_eq!(told(&format!("until={wrong}")), "until must be a time such as 2026-11-25T09:00:00Z.");
        }
    }
}
