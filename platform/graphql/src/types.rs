//! The types of the graph, read from the JSON Schemas of the routes.

use std::collections::{BTreeMap, HashMap};

use async_graphql::dynamic::TypeRef;
use serde_json::{Map, Value};
use usher_http::Schemas;

use crate::graph::Named;
use crate::schema::SchemaError;

/// Any JSON: what has no fixed shape, such as texts by language.
pub(crate) const JSON: &str = "JSON";
/// A moment, RFC 3339 in UTC.
pub(crate) const TIME: &str = "DateTime";
/// Where the references of bodies point.
const SENT: &str = "#/components/input/";

/// What stands in one place: a type, and whether it may be absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) what: What,
    pub(crate) nullable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Scalar(&'static str),
    Enum(String),
    Object(String),
    List(Box<Slot>),
}

impl Slot {
    fn of(what: What) -> Self {
        Self { what, nullable: false }
    }

    fn any() -> Self {
        Self { what: What::Scalar(JSON), nullable: true }
    }

    pub(crate) fn or_null(self, nullable: bool) -> Self {
        Self { nullable: self.nullable || nullable, ..self }
    }

    /// How GraphQL writes it.
    pub(crate) fn type_ref(&self) -> TypeRef {
        let inner = match &self.what {
            What::Scalar(name) => TypeRef::named(*name),
            What::Enum(name) | What::Object(name) => TypeRef::named(name),
            What::List(item) => TypeRef::List(Box::new(item.type_ref())),
        };
        if self.nullable { inner } else { TypeRef::NonNull(Box::new(inner)) }
    }

    /// The object that it holds, and whether there may be many.
    pub(crate) fn object(&self) -> Option<(&str, bool)> {
        match &self.what {
            What::Object(name) => Some((name, false)),
            What::List(item) => item.object().map(|(name, _)| (name, true)),
            What::Scalar(_) | What::Enum(_) => None,
        }
    }
}

/// One property of an object: its name in JSON, its type, what it means.
#[derive(Clone, Debug)]
pub(crate) struct Property {
    pub(crate) key: String,
    pub(crate) slot: Slot,
    pub(crate) text: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ObjectType {
    pub(crate) text: String,
    pub(crate) properties: BTreeMap<String, Property>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnumType {
    pub(crate) text: String,
    pub(crate) values: Vec<String>,
}

/// What bodies are made of, by name.
pub(crate) type Inputs = BTreeMap<String, ObjectType>;

/// Every type that was met.
pub(crate) struct Types {
    pub(crate) schemas: Schemas,
    /// Names that contexts chose, by reference.
    names: HashMap<String, &'static str>,
    /// The reference that stands for a form of another.
    forms: HashMap<String, String>,
    /// By which reference a name was taken.
    taken: HashMap<String, String>,
    pub(crate) objects: BTreeMap<String, ObjectType>,
    pub(crate) inputs: Inputs,
    pub(crate) enums: BTreeMap<String, EnumType>,
}

impl Types {
    pub(crate) fn new(named: &[&Named]) -> Self {
        let mut types = Self {
            schemas: Schemas::new(),
            names: HashMap::new(),
            forms: HashMap::new(),
            taken: HashMap::new(),
            objects: BTreeMap::new(),
            inputs: BTreeMap::new(),
            enums: BTreeMap::new(),
        };
        let mut whole: HashMap<(&str, usize), String> = HashMap::new();
        // What a form is a form of has to be known before.
        for one in named.iter().filter(|one| !one.form).chain(named.iter().filter(|one| one.form)) {
            let references = (one.references)(&mut types.schemas);
            for (side, reference) in references.into_iter().enumerate() {
                let Some(reference) = reference else { continue };
                match whole.get(&(one.name, side)) {
                    Some(main) if one.form => {
                        types.forms.insert(reference, main.clone());
                    }
                    _ => {
                        types.names.insert(reference.clone(), one.name);
                        whole.insert((one.name, side), reference);
                    }
                }
            }
        }
        types
    }

    /// A schema with its reference followed.
    pub(crate) fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let reference = schema.get("$ref").and_then(Value::as_str);
        reference.and_then(|reference| self.schemas.definition(reference)).unwrap_or(schema)
    }

    /// The type that a schema describes.
    pub(crate) fn slot(&mut self, schema: &Value) -> Result<Slot, SchemaError> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.referred(reference);
        }
        if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
            let real: Vec<&Value> =
                choices.iter().filter(|c| c.get("type").is_none_or(|t| t != "null")).collect();
            return match real.as_slice() {
                [one] => Ok(self.slot(one)?.or_null(real.len() < choices.len())),
                _ => Ok(Slot::any()),
            };
        }
        let (kind, nullable) = match schema.get("type") {
            Some(Value::String(kind)) => (kind.as_str(), false),
            Some(Value::Array(kinds)) => {
                let mut real = kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null");
                match (real.next(), real.next()) {
                    (Some(one), None) => (one, true),
                    _ => return Ok(Slot::any()),
                }
            }
            _ => return Ok(Slot::any()),
        };
        let format = schema.get("format").and_then(Value::as_str);
        let what = match (kind, format) {
            ("string", Some("uuid")) => What::Scalar(TypeRef::ID),
            ("string", Some("date-time")) => What::Scalar(TIME),
            ("string", _) => What::Scalar(TypeRef::STRING),
            ("integer", _) => What::Scalar(TypeRef::INT),
            ("number", _) => What::Scalar(TypeRef::FLOAT),
            ("boolean", _) => What::Scalar(TypeRef::BOOLEAN),
            ("array", _) => {
                let items = schema.get("items").cloned().unwrap_or(Value::Bool(true));
                What::List(Box::new(self.slot(&items)?))
            }
            _ => What::Scalar(JSON),
        };
        Ok(Slot::of(what).or_null(nullable))
    }

    fn referred(&mut self, reference: &str) -> Result<Slot, SchemaError> {
        let reference = self.forms.get(reference).cloned().unwrap_or_else(|| reference.to_owned());
        let Some(definition) = self.schemas.definition(&reference).cloned() else { return Ok(Slot::any()) };
        if let Some(values) = values_of(&definition) {
            return self.enumeration(&reference, &definition, values);
        }
        // What is kept as it is beside what is named would be lost in a type with fields.
        let open = definition.get("additionalProperties") == Some(&Value::Bool(true));
        match definition.get("properties").and_then(Value::as_object) {
            Some(properties) if definition["type"] == "object" && !open => {
                self.object(&reference, &definition, properties)
            }
            _ => self.slot(&definition),
        }
    }

    fn enumeration(
        &mut self,
        reference: &str,
        definition: &Value,
        values: Vec<String>,
    ) -> Result<Slot, SchemaError> {
        if !values.iter().all(|value| is_name(value)) {
            return Ok(Slot::of(What::Scalar(TypeRef::STRING)));
        }
        let name = self.name_of(reference)?;
        let found = EnumType { text: text_of(definition), values };
        match self.enums.get(&name) {
            Some(known) if known.values != found.values => return Err(SchemaError::Name(name)),
            Some(_) => {}
            None if self.taken.contains_key(&name) => return Err(SchemaError::Name(name)),
            None => {
                self.enums.insert(name.clone(), found);
            }
        }
        Ok(Slot::of(What::Enum(name)))
    }

    fn object(
        &mut self,
        reference: &str,
        definition: &Value,
        properties: &Map<String, Value>,
    ) -> Result<Slot, SchemaError> {
        let sent = reference.starts_with(SENT);
        let mut name = self.name_of(reference)?;
        if sent && !name.ends_with("Input") {
            name.push_str("Input");
        }
        match self.taken.get(&name) {
            Some(by) if by == reference => return Ok(Slot::of(What::Object(name))),
            Some(_) => return Err(SchemaError::Name(name)),
            None if self.enums.contains_key(&name) => return Err(SchemaError::Name(name)),
            None => {
                self.taken.insert(name.clone(), reference.to_owned());
            }
        }
        let found = ObjectType {
            text: text_of(definition),
            properties: self.properties(definition, properties, sent)?,
        };
        if sent { &mut self.inputs } else { &mut self.objects }.insert(name.clone(), found);
        Ok(Slot::of(What::Object(name)))
    }

    /// The properties of an object by their names in the graph.
    pub(crate) fn properties(
        &mut self,
        definition: &Value,
        properties: &Map<String, Value>,
        sent: bool,
    ) -> Result<BTreeMap<String, Property>, SchemaError> {
        let required: Vec<&str> =
            definition["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut found: BTreeMap<String, Property> = BTreeMap::new();
        for (key, schema) in properties {
            let name = camel(key);
            // Ignored when it is sent; or no name that GraphQL can have.
            if (sent && schema["readOnly"] == true) || !is_name(&name) {
                continue;
            }
            // One thing in both spellings is one field; ours is the one that is read and written.
            if found.contains_key(&name) && !key.contains('_') {
                continue;
            }
            let slot = self.slot(schema)?.or_null(!required.contains(&key.as_str()));
            found.insert(name, Property { key: key.clone(), slot, text: text_of(schema) });
        }
        Ok(found)
    }

    fn name_of(&self, reference: &str) -> Result<String, SchemaError> {
        if let Some(name) = self.names.get(reference) {
            return Ok((*name).to_owned());
        }
        let (path, name) = reference.rsplit_once('/').unwrap_or(("", reference));
        // A number at the end says that another type has the name already.
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        if stem != name && self.schemas.definition(&format!("{path}/{stem}")).is_some() {
            return Err(SchemaError::Name(name.to_owned()));
        }
        Ok(name.strip_suffix("View").unwrap_or(name).to_owned())
    }
}

/// The texts of an enumeration.
fn values_of(definition: &Value) -> Option<Vec<String>> {
    let texts = |list: &Vec<Value>, of: fn(&Value) -> Option<&str>| -> Option<Vec<String>> {
        list.iter().map(|value| of(value).map(str::to_owned)).collect()
    };
    match (definition.get("enum"), definition.get("oneOf")) {
        (Some(Value::Array(values)), _) => texts(values, Value::as_str),
        (_, Some(Value::Array(choices))) => texts(choices, |choice| choice.get("const")?.as_str()),
        _ => None,
    }
}

pub(crate) fn text_of(schema: &Value) -> String {
    schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// `queue_id` as GraphQL writes it: `queueId`.
pub(crate) fn camel(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    let mut upper = false;
    for c in key.chars() {
        match c {
            '_' | '-' => upper = !out.is_empty(),
            c if std::mem::take(&mut upper) => out.push(c.to_ascii_uppercase()),
            c => out.push(c),
        }
    }
    out
}

fn is_name(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !matches!(text, "true" | "false" | "null")
        && !text.starts_with("__")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_rest_in_camel_case() {
        assert_eq!(camel("estimated_wait_time"), "estimatedWaitTime");
        assert_eq!(camel("isActive"), "isActive");
        assert_eq!(camel("p50"), "p50");
        assert_eq!(camel("api-key"), "apiKey");
    }
}
