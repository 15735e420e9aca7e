//! Every field of the graph, tried by the same people as the routes. Which fields there are is read from the
//! schema that the server tells; which route stands behind each says its description, and who may use that
//! stands in `contracts/permissions.md`. A field that names no route fails here.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use usher_db::Engine;

use super::bodies::body_of;
use super::people::Person;
use super::routes::{Route, routes};
use super::things::Things;
use super::{House, OTHERWISE, SEEN, names_one};
use crate::live::Graphql;

/// The subscription that names no route: each of its rooms has a gate of its own, as at the other doors.
const ROOMS: &str = "events";
const SCHEMA: &str = "{ __schema { queryType { fields { ...F } } mutationType { fields { ...F } } \
     subscriptionType { fields { ...F } } types { name kind } } } \
     fragment F on __Field { name description type { ...T } args { name type { ...T } } } \
     fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// A field of a root.
struct Field {
    kind: &'static str,
    name: String,
    route: Route,
    /// The arguments and their types, as GraphQL writes them.
    arguments: BTreeMap<String, String>,
    /// What is selected of its answer.
    selected: &'static str,
}

#[test]
fn nobody_gets_through_a_field_that_is_not_theirs_on_sqlite() {
    sweep(Engine::Sqlite);
}

#[test]
fn nobody_gets_through_a_field_that_is_not_theirs_on_postgres() {
    sweep(Engine::Postgres);
}

fn sweep(engine: Engine) {
    let Some((house, things)) = House::open("sweep-graphql", engine) else { return };
    let fields = fields(&house);
    assert!(fields.len() > 80, "only {} fields were read", fields.len());
    let before = house.state();
    let mut faults = Vec::new();
    for field in &fields {
        strangers(&house, &things, field, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(house.state(), before, "somebody who was refused has changed something");
    links(&house);
    rooms(&house, &things);

    let mut fields = fields;
    fields.sort_by_key(|field| field.route.method == "DELETE");
    for field in fields {
        let right_one = house.right_one(&field.route);
        let variables = field.variables(&things, field.route.method == "DELETE");
        let (answer, code) = field.ask(&house, right_one, &variables);
        // What is not possible in the state of the moment is no refusal of the person.
        let conflict = answer["errors"][0]["extensions"]["status"] == 409;
        // Neither are the other ways in which the route answers whoever may.
        let name = field.route.name();
        let status = &answer["errors"][0]["extensions"]["status"];
        let otherwise = OTHERWISE.iter().any(|(route, other, _)| *route == name && status == other);
        if code.is_some() && !conflict && !otherwise {
            faults.push(format!("{} answers {answer} to {}", field.name, right_one.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Everybody who may not: of the bank without the right, and of another tenant.
fn strangers(house: &House, things: &Things, field: &Field, faults: &mut Vec<String>) {
    let route = &field.route;
    if route.is_public() {
        return;
    }
    let variables = field.variables(things, false);
    let mut expect = |person: &Person, codes: &[&str]| {
        let (answer, code) = field.ask(house, person, &variables);
        let fine = code.as_ref().is_some_and(|code| codes.contains(&code.as_str()));
        // What is filtered by a thing that is not there is as empty as what is not there.
        let empty = answer["data"][&field.name]["nodes"] == json!([]) && codes.contains(&"not_found");
        if !fine && !empty && !codes.is_empty() {
            faults
                .push(format!("{} answers {answer} to {}; {codes:?} was expected", field.name, person.name));
        }
        let asked = variables.to_string();
        let text = answer.to_string();
        let told = things.ids.iter().find(|id| text.contains(id.as_str()) && !asked.contains(id.as_str()));
        if let Some(id) = told.filter(|_| house.shop.iter().any(|other| other.name == person.name)) {
            faults.push(format!("{} tells {} of {id}: {text}", field.name, person.name));
        }
    };
    expect(&house.nobody, &["not_signed_in"]);
    for person in house.bank.iter().filter(|person| !route.admits(person)) {
        expect(person, &["forbidden"]);
    }
    for person in &house.shop {
        let named = names_one(things, &variables.to_string());
        let codes: &[&str] = match () {
            () if !route.admits(person) => &["forbidden"],
            // In their own tenant they may do everything, and what is the bank's is not there.
            () if route.names_a_thing() => &["not_found", "invalid_field", "unknown"],
            () if named && field.kind == "mutation" => {
                &["not_found", "invalid_field", "unknown", "service_not_here", "not_allowed_in_state"]
            }
            () => &[],
        };
        expect(person, codes);
    }
}

/// What a link leads to is for who may read it by its route, and the rest of the answer is there all the same.
fn links(house: &House) {
    let query = "{ getQueues { name site { name } services { name } } }";
    let service = house.bank.iter().find(|person| person.name == "a service").expect("a service");
    let answer = service.ask(&house.server, "POST", "/graphql", Some(&json!({ "query": query }))).body;
    let first = &answer["data"]["getQueues"][0];
    assert!(first["name"].is_string() && first["site"].is_null() && first["services"].is_null(), "{answer}");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "forbidden", "{answer}");
    assert_eq!(answer["errors"][0]["path"][0], "getQueues", "{answer}");
}

/// Rooms are heard by who may join them: the gates are those of the other live doors.
fn rooms(house: &House, things: &Things) {
    let query = format!("subscription($rooms: [String!]!) {{ {ROOMS}(rooms: $rooms) {{ room type }} }}");
    for kind in ["site", "queue", "service", "counter", "ticket"] {
        let room = format!("{kind}:{}", things.of(&format!("{kind}s")));
        let heard = |person: &Person| {
            let mut socket = Graphql::open(&house.server, person.token(&house.server).as_deref())?;
            socket.subscribe("1", &query, &json!({ "rooms": [room] }));
            let answer = socket.until("an answer", SEEN, |message| message["id"] == "1");
            Some(match answer["type"].as_str() {
                Some("next") => answer["payload"]["data"][ROOMS]["type"].to_string(),
                _ => answer["payload"][0]["extensions"]["code"].to_string(),
            })
        };
        assert_eq!(heard(house.admin()).as_deref(), Some("\"snapshot\""), "{room}");
        assert_eq!(heard(&house.nobody).as_deref(), Some("\"not_signed_in\""), "{room}");
        assert_eq!(heard(&house.shop[0]).as_deref(), Some("\"not_found\""), "{room}");
        assert_eq!(heard(&house.elsewhere).as_deref(), Some("\"not_found\""), "{room}");
    }
}

impl Field {
    /// Arguments that the right person gets through with, by the bodies that the routes' sweep has.
    fn variables(&self, things: &Things, anew: bool) -> Value {
        let mut found = Map::new();
        let path = if anew { things.fill_anew(&self.route.path) } else { things.fill(&self.route.path) };
        for (name, value) in self.route.path.split('/').zip(path.split('/')) {
            if let Some(name) = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                found.insert(camel(name), json!(value));
            }
        }
        let body = body_of(&self.route, things).unwrap_or_default();
        if self.arguments.contains_key("input") {
            found.insert("input".to_owned(), body);
        } else if let Value::Object(members) = body {
            // What is handed through as it is keeps the names of the document.
            let value_of = |name: &str, value: &Value| match self.arguments.get(name).map(String::as_str) {
                Some("JSON") => value.clone(),
                _ => cameled(value),
            };
            found.extend(members.iter().map(|(name, value)| (camel(name), value_of(&camel(name), value))));
        }
        found.retain(|name, _| self.arguments.contains_key(name));
        for (name, kind) in &self.arguments {
            // What a route's query must name.
            if let Some(thing) = name.strip_suffix("Id").filter(|_| kind.ends_with('!')) {
                found.entry(name.clone()).or_insert_with(|| json!(things.of(&format!("{thing}s"))));
            }
            assert!(!kind.ends_with('!') || found.contains_key(name), "{}: nothing for {name}", self.name);
        }
        Value::Object(found)
    }

    fn query(&self, variables: &Value) -> String {
        let given = variables.as_object().expect("an object");
        let declared: Vec<String> =
            given.keys().map(|name| format!("${name}: {}", self.arguments[name])).collect();
        let passed: Vec<String> = given.keys().map(|name| format!("{name}: ${name}")).collect();
        let in_brackets = |list: Vec<String>| {
            if list.is_empty() { String::new() } else { format!("({})", list.join(", ")) }
        };
        let (kind, name, selected) = (self.kind, &self.name, self.selected);
        format!("{kind} {} {{ {name}{}{selected} }}", in_brackets(declared), in_brackets(passed))
    }

    /// The answer and the code of its first error.
    fn ask(&self, house: &House, person: &Person, variables: &Value) -> (Value, Option<String>) {
        let query = self.query(variables);
        let body = if self.kind == "subscription" {
            let token = person.token(&house.server);
            let Some(mut socket) = Graphql::open(&house.server, token.as_deref()) else {
                return (Value::Null, Some("not_signed_in".to_owned()));
            };
            socket.subscribe("1", &query, variables);
            let message = socket.until("an answer", SEEN, |message| message["id"] == "1");
            match message["type"].as_str() {
                Some("next") => message["payload"].clone(),
                _ => json!({ "errors": message["payload"] }),
            }
        } else {
            let asked = json!({ "query": query, "variables": variables });
            let answer = person.ask(&house.server, "POST", "/graphql", Some(&asked));
            assert_eq!(answer.status, 200, "{query} {variables} to {}: {answer:?}", person.name);
            answer.body
        };
        let code = body["errors"][0]["extensions"]["code"].as_str().map(str::to_owned);
        assert!(code.as_deref() != Some("invalid_query"), "{query} {variables}: {body}");
        assert!(code.as_deref() != Some("internal"), "{query} {variables}: {body}");
        (body, code)
    }
}

/// The fields of the roots, as the server tells them.
fn fields(house: &House) -> Vec<Field> {
    let answer = house.nobody.ask(&house.server, "POST", "/graphql", Some(&json!({ "query": SCHEMA })));
    let schema = &answer.body["data"]["__schema"];
    let kind_of: BTreeMap<&str, &str> = schema["types"]
        .as_array()
        .unwrap_or_else(|| panic!("no schema: {answer:?}"))
        .iter()
        .map(|ty| (ty["name"].as_str().expect("a name"), ty["kind"].as_str().expect("a kind")))
        .collect();
    let known = routes();
    let mut found = Vec::new();
    for kind in ["query", "mutation", "subscription"] {
        for field in schema[format!("{kind}Type")]["fields"].as_array().expect("fields") {
            let name = field["name"].as_str().expect("a name").to_owned();
            if name == ROOMS {
                continue;
            }
            let text = field["description"].as_str().unwrap_or_default();
            let behind = text.split('`').nth(1).unwrap_or_else(|| panic!("{name} names no route: {text:?}"));
            let route = known.iter().find(|route| route.name() == behind).cloned();
            let route = route.unwrap_or_else(|| panic!("{name} stands for {behind}, which is no route"));
            let arguments = field["args"].as_array().expect("arguments").iter();
            let arguments =
                arguments.map(|a| (a["name"].as_str().expect("a name").to_owned(), written(&a["type"])));
            let named = written(&field["type"]).trim_matches(['[', ']', '!']).to_owned();
            found.push(Field {
                kind,
                name,
                route,
                arguments: arguments.collect(),
                selected: match kind_of[named.as_str()] {
                    "OBJECT" if named.ends_with("Connection") => " { nodes { __typename } }",
                    "OBJECT" => " { __typename }",
                    _ => "",
                },
            });
        }
    }
    found
}

/// A type as GraphQL writes it.
fn written(ty: &Value) -> String {
    match ty["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&ty["ofType"])),
        Some("LIST") => format!("[{}]", written(&ty["ofType"])),
        _ => ty["name"].as_str().expect("a name").to_owned(),
    }
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        let (head, tail) = part.split_at(part.len().min(1));
        all + &head.to_ascii_uppercase() + tail
    })
}

/// A value with the names in it as GraphQL writes them.
fn cameled(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (camel(name), cameled(value))).collect(),
        Value::Array(values) => values.iter().map(cameled).collect(),
        other => other.clone(),
    }
}
