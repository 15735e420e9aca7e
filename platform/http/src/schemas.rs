//! The JSON Schemas of all routes, in one place.
//!
//! A type reads differently than it writes (a field with a default is optional in a body and always there
//! in an answer), so bodies and answers have a generator each; where both come to the same, they share
//! one definition, else the body's is called `…Input`.

use std::collections::{BTreeMap, BTreeSet};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

use crate::endpoint::{Endpoint, SchemaOf, is_tenant_parameter};
use crate::openapi;

const FINAL: &str = "#/components/schemas/";
/// Where the bodies' references point until it is known which of them share a definition.
const INPUT: &str = "#/components/input/";

/// Gathers the schemas while the operations are written.
pub struct Schemas {
    input: SchemaGenerator,
    output: SchemaGenerator,
}

/// What goes into a route and what comes out of it. References are resolved by [`Schemas::definition`].
#[derive(Clone, Debug)]
pub struct Shape {
    /// The parameters of path and query, without the tenant's.
    pub parameters: Vec<Parameter>,
    /// The JSON body, where the route takes one.
    pub body: Option<Value>,
    /// The JSON answer, where there is one.
    pub answer: Option<Value>,
}

/// One parameter of a route.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether it stands in the path; else in the query.
    pub in_path: bool,
    /// Whether it must be given.
    pub required: bool,
    /// Its JSON Schema.
    pub schema: Value,
    /// What it means.
    pub description: String,
}

impl Default for Schemas {
    fn default() -> Self {
        Self::new()
    }
}

impl Schemas {
    /// None yet.
    pub fn new() -> Self {
        let settings = |path: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = path.into();
                settings.meta_schema = None;
            })
        };
        Self {
            input: settings("/components/input").for_deserialize().into_generator(),
            output: settings("/components/schemas").for_serialize().into_generator(),
        }
    }

    /// What a client sends.
    pub(crate) fn input(&mut self, schema: SchemaOf) -> Value {
        schema(&mut self.input).to_value()
    }

    /// What a client receives.
    pub(crate) fn output(&mut self, schema: SchemaOf) -> Value {
        schema(&mut self.output).to_value()
    }

    /// What goes into a route and what comes out of it.
    pub fn shape(&mut self, endpoint: &Endpoint) -> Shape {
        let listed = openapi::parameters(endpoint, self).into_iter();
        let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let own = listed.filter(|p| p["in"] == "path" || (p["in"] == "query" && p["name"] != "ticket"));
        let own = own.filter(|p| !p["name"].as_str().is_some_and(is_tenant_parameter));
        let parameters = own.map(|p| Parameter {
            name: text(&p, "name"),
            in_path: p["in"] == "path",
            required: p["required"] == true,
            description: text(&p, "description"),
            schema: p["schema"].clone(),
        });
        let parameters = parameters.collect();
        let docs = &endpoint.docs;
        let body = docs.body.and_then(|(_, schema)| schema).map(|schema| self.input(schema));
        let good = docs.answers.iter().filter(|answer| (200..300).contains(&answer.status));
        let answer = good.filter_map(|answer| answer.schema).next().map(|schema| self.output(schema));
        Shape { parameters, body, answer }
    }

    /// A type as it is answered.
    pub fn answered<T: JsonSchema>(&mut self) -> Value {
        self.output.subschema_for::<T>().to_value()
    }

    /// The references to a type: as it is sent, and as it is answered.
    pub fn references<T: JsonSchema>(&mut self) -> [Option<String>; 2] {
        let own = |schema: Value| schema.get("$ref").and_then(Value::as_str).map(str::to_owned);
        [own(self.input.subschema_for::<T>().to_value()), own(self.output.subschema_for::<T>().to_value())]
    }

    /// What a reference in one of these schemas stands for.
    pub fn definition(&self, reference: &str) -> Option<&Value> {
        match reference.strip_prefix(INPUT) {
            Some(name) => self.input.definitions().get(name),
            None => self.output.definitions().get(reference.strip_prefix(FINAL)?),
        }
    }

    /// The properties of a query type: name, schema, whether it must be given.
    pub(crate) fn parameters(&mut self, schema: SchemaOf) -> Vec<(String, Value, bool)> {
        let root = self.input(schema);
        let definitions = self.input.definitions().clone();
        let resolved = match root.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix(INPUT)) {
            Some(name) => definitions.get(name).cloned().unwrap_or(root),
            None => root,
        };
        let mut found = BTreeMap::new();
        collect(&definitions, &resolved, true, &mut found);
        found.into_iter().map(|(name, (schema, required))| (name, never_null(schema), required)).collect()
    }

    /// Puts the definitions into the document, joins what is the same and drops what nothing refers to.
    pub(crate) fn finish(mut self, mut document: Value) -> Value {
        let mut output: BTreeMap<String, Value> = self.output.take_definitions(true).into_iter().collect();
        let input: BTreeMap<String, Value> = self.input.take_definitions(true).into_iter().collect();
        let differing = differing(&input, &output);
        let taken: BTreeSet<String> = input.keys().chain(output.keys()).cloned().collect();
        let target = |name: &str| format!("{FINAL}{}", sent_as(name, &differing, &taken));
        for (name, mut schema) in input {
            redirect(&mut schema, &target);
            output.entry(sent_as(&name, &differing, &taken)).or_insert(schema);
        }
        redirect(&mut document, &target);
        let used = reachable(&document, &output);
        output.retain(|name, _| used.contains(name));
        if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
            components.insert("schemas".to_owned(), output.into_iter().collect::<Map<_, _>>().into());
        }
        document
    }
}

/// What a body's type is called in the document: its own name, unless the answer of that name is another; then one that
/// no other type has.
fn sent_as(name: &str, differing: &BTreeSet<String>, taken: &BTreeSet<String>) -> String {
    if !differing.contains(name) {
        return name.to_owned();
    }
    let input = format!("{name}Input");
    if taken.contains(&input) { format!("{name}Sent") } else { input }
}

/// The names whose body schema is not the answer's, directly or through a reference.
fn differing(input: &BTreeMap<String, Value>, output: &BTreeMap<String, Value>) -> BTreeSet<String> {
    let taken: BTreeSet<String> = input.keys().chain(output.keys()).cloned().collect();
    let mut differing = BTreeSet::new();
    loop {
        let target = |name: &str| format!("{FINAL}{}", sent_as(name, &differing, &taken));
        let more: Vec<String> = input
            .iter()
            .filter(|(name, _)| !differing.contains(*name))
            .filter(|(name, schema)| {
                let mut schema = (*schema).clone();
                redirect(&mut schema, &target);
                output.get(*name).is_some_and(|other| *other != schema)
            })
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return differing;
        }
        differing.extend(more);
    }
}

fn redirect(value: &mut Value, target: &impl Fn(&str) -> String) {
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                match member {
                    Value::String(text) if key == "$ref" => {
                        if let Some(name) = text.strip_prefix(INPUT) {
                            *text = target(name);
                        }
                    }
                    other => redirect(other, target),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redirect(item, target)),
        _ => {}
    }
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(text) if key == "$ref" => {
                        found.extend(text.strip_prefix(FINAL).map(str::to_owned));
                    }
                    other => references(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// A query parameter is absent rather than null.
fn never_null(mut schema: Value) -> Value {
    let Some(members) = schema.as_object_mut() else { return schema };
    if members.get("default").is_some_and(|default| default.is_null() || *default == Value::Array(Vec::new()))
    {
        members.remove("default");
    }
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|word| word != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            members.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|word| word != "null"));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            members.remove("anyOf");
            members.extend(only);
        }
    }
    schema
}

fn reachable(document: &Value, definitions: &BTreeMap<String, Value>) -> BTreeSet<String> {
    let mut waiting = Vec::new();
    references(document, &mut waiting);
    let mut seen = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if let Some(schema) = definitions.get(&name)
            && seen.insert(name)
        {
            references(schema, &mut waiting);
        }
    }
    seen
}

fn collect(
    definitions: &Map<String, Value>,
    schema: &Value,
    direct: bool,
    found: &mut BTreeMap<String, (Value, bool)>,
) {
    let required: Vec<&str> = match schema.get("required").and_then(Value::as_array) {
        Some(names) if direct => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        found.insert(name.clone(), (property.clone(), required.contains(&name.as_str())));
    }
    for (word, all) in [("allOf", true), ("anyOf", false), ("oneOf", false)] {
        for part in schema.get(word).and_then(Value::as_array).into_iter().flatten() {
            let name = part.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix(INPUT));
            let part = name.and_then(|name| definitions.get(name)).unwrap_or(part);
            collect(definitions, part, direct && all, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    /// What is sent.
    #[derive(Deserialize, JsonSchema)]
    #[schemars(rename = "Note")]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Sent {
        wanted: i64,
    }

    /// What is answered under the same name.
    #[derive(Serialize, JsonSchema)]
    #[schemars(rename = "Note")]
    struct Told {
        said: String,
    }

    /// Somebody else's, by the name that the body would be given.
    #[derive(Deserialize, JsonSchema)]
    #[schemars(rename = "NoteInput")]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Other {
        other: bool,
    }

    #[test]
    fn a_body_never_takes_the_name_of_another_type() {
        let mut schemas = Schemas::new();
        let document = json!({
            "sent": schemas.input(|generator| generator.subschema_for::<Sent>()),
            "other": schemas.input(|generator| generator.subschema_for::<Other>()),
            "told": schemas.output(|generator| generator.subschema_for::<Told>()),
            "components": {},
        });
        let document = schemas.finish(document);
        let of = |name: &str| {
            let reference = document[name]["$ref"].as_str().unwrap();
            let schema = &document["components"]["schemas"][reference.strip_prefix(FINAL).unwrap()];
            schema["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!([of("sent"), of("other"), of("told")], [["wanted"], ["other"], ["said"]]);
    }
}
