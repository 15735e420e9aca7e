//! A field of a root as an errand to its route: which arguments it has, and where each goes.

use std::sync::Arc;

use async_graphql::Value as Graph;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use usher_http::{Endpoint, Errand, Shape};

use crate::graph::{Kind, Operation};
use crate::schema::SchemaError;
use crate::types::{Inputs, Slot, Types, What, camel, text_of};
use crate::values;

/// A query, mutation or subscription and the route behind it.
pub(crate) struct Root {
    pub(crate) kind: Kind,
    pub(crate) route: Arc<Endpoint>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) answer: Answer,
}

/// What a route answers, as GraphQL sees it.
pub(crate) enum Answer {
    /// Nothing: it is done.
    Done,
    /// One thing.
    One(Slot),
    /// A page, as a connection of this name.
    Page { connection: String, item: Slot },
    /// A page of which only the items are told.
    List(Slot),
}

pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) slot: Slot,
    pub(crate) text: String,
    place: Place,
}

enum Place {
    Path(&'static str),
    Query(String),
    Body(String),
    /// The whole body, where it has no fixed members.
    Whole,
    /// The version in `If-Match`.
    Version,
}

impl Root {
    pub(crate) fn new(
        operation: &Operation,
        route: Arc<Endpoint>,
        types: &mut Types,
    ) -> Result<Self, SchemaError> {
        let shape = types.schemas.shape(&route);
        let answer = Answer::of(&shape, operation.kind, types)?;
        let mut arguments =
            parameters(&shape, &route, matches!(answer, Answer::Page { .. } | Answer::List(_)), types)?;
        members(&shape, types, &mut arguments)?;
        if route.faults().iter().any(|fault| fault.status == 412) {
            arguments.push(Argument {
                name: "ifVersion".to_owned(),
                slot: Slot { what: What::Scalar("Int"), nullable: true },
                text: "The version that the change is meant for; refused as `stale` when another came in between."
                    .to_owned(),
                place: Place::Version,
            });
        }
        let mut names: Vec<&str> = arguments.iter().map(|argument| argument.name.as_str()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(SchemaError::Argument { operation: operation.name, argument: twice[0].to_owned() });
        }
        Ok(Self { kind: operation.kind, route, arguments, answer })
    }

    /// What it does, which route stands behind it and what that needs.
    pub(crate) fn described(&self) -> String {
        let route = &self.route;
        format!("{}: `{} {}`. Needs {}.", route.summary(), route.method(), route.path(), route.access())
    }

    /// The errand with these arguments.
    pub(crate) fn errand<'v>(
        &self,
        inputs: &Inputs,
        given: impl Fn(&str) -> Option<&'v Graph>,
        part: Option<String>,
        counted: bool,
    ) -> Errand {
        let mut errand = Errand {
            route: Arc::clone(&self.route),
            params: Vec::new(),
            query: String::new(),
            body: None,
            if_match: None,
            part,
            counted,
        };
        let mut body = Value::Object(Map::new());
        let mut has_body = false;
        for argument in &self.arguments {
            has_body |= matches!(argument.place, Place::Body(_) | Place::Whole);
            let Some(value) = given(&argument.name) else { continue };
            let value = values::sent(inputs, &argument.slot, value);
            match &argument.place {
                Place::Path(name) => errand.params.push((name, text(&value))),
                Place::Query(name) => add(&mut errand.query, name, &value),
                Place::Body(name) => body[name] = value,
                Place::Whole => body = value,
                Place::Version => errand.if_match = value.as_i64(),
            }
        }
        // Parameters are read by their place in the path.
        let order = |name: &str| self.route.parameters().position(|known| known == name);
        errand.params.sort_by_key(|(name, _)| order(name));
        if has_body {
            errand.body = Some(body.to_string().into());
        }
        errand
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// One query parameter; a list as many of it.
fn add(query: &mut String, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Array(values) => values.iter().for_each(|value| add(query, name, value)),
        value => {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            query.extend(utf8_percent_encode(&text(value), NON_ALPHANUMERIC));
        }
    }
}

fn parameters(
    shape: &Shape,
    route: &Endpoint,
    paged: bool,
    types: &mut Types,
) -> Result<Vec<Argument>, SchemaError> {
    let mut arguments = Vec::new();
    for parameter in &shape.parameters {
        let place = match route.parameters().find(|name| parameter.in_path && *name == parameter.name) {
            Some(name) => Place::Path(name),
            None => Place::Query(parameter.name.clone()),
        };
        let name = match parameter.name.as_str() {
            // As GraphQL's own lists say it.
            "limit" if paged => "first".to_owned(),
            "cursor" if paged => "after".to_owned(),
            name => camel(name),
        };
        let described = match name.as_str() {
            "after" if paged => "The `endCursor` of the page before.",
            _ => &parameter.description,
        };
        arguments.push(Argument {
            name,
            slot: types.slot(&parameter.schema)?.or_null(!parameter.required),
            text: described.to_owned(),
            place,
        });
    }
    Ok(arguments)
}

/// The members of the body as arguments.
fn members(shape: &Shape, types: &mut Types, arguments: &mut Vec<Argument>) -> Result<(), SchemaError> {
    let Some(body) = &shape.body else { return Ok(()) };
    let definition = types.resolved(body).clone();
    let properties = definition.get("properties").and_then(Value::as_object);
    let Some(properties) = properties.filter(|_| definition["type"] == "object") else {
        arguments.push(Argument {
            name: "input".to_owned(),
            slot: Slot { what: What::Scalar(crate::types::JSON), nullable: false },
            text: text_of(&definition),
            place: Place::Whole,
        });
        return Ok(());
    };
    for (name, property) in types.properties(&definition, properties, true)? {
        arguments.push(Argument {
            name,
            slot: property.slot,
            text: property.text,
            place: Place::Body(property.key),
        });
    }
    Ok(())
}

impl Answer {
    fn of(shape: &Shape, kind: Kind, types: &mut Types) -> Result<Self, SchemaError> {
        let Some(answer) = &shape.answer else { return Ok(Self::Done) };
        let definition = types.resolved(answer);
        let properties = definition.get("properties").and_then(Value::as_object);
        let items = properties
            .filter(|p| p.len() == 2 && p.contains_key("next_cursor"))
            .and_then(|p| p.get("items")?.get("items").cloned());
        let Some(item) = items else { return Ok(Self::One(types.slot(answer)?)) };
        let item = types.slot(&item)?;
        if kind == Kind::List {
            return Ok(Self::List(item));
        }
        let of = item.object().map_or("Any", |(name, _)| name);
        Ok(Self::Page { connection: format!("{of}Connection"), item })
    }
}
