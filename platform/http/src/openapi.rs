//! The OpenAPI 3.1 document, derived from the declared routes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::access::Access;
use crate::api::{Registry, RouteError};
use crate::endpoint::{Docs, Endpoint, is_tenant_parameter};
use crate::problem::PROBLEM_JSON;
use crate::schemas::Schemas;

/// The operation id of a route: declared, or made from method and path.
pub(crate) fn operation_id(endpoint: &Endpoint) -> String {
    if let Some(id) = endpoint.docs.operation_id {
        return id.to_owned();
    }
    let mut id = endpoint.method.as_str().to_ascii_lowercase();
    for segment in endpoint.path.split('/').filter(|segment| !segment.is_empty()) {
        id.push('_');
        match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            Some(name) => {
                id.push_str("by_");
                id.push_str(name.strip_prefix('*').unwrap_or(name));
            }
            None => id.extend(segment.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })),
        }
    }
    id
}

pub(crate) fn check_operation_ids(endpoints: &[Arc<Endpoint>]) -> Result<(), RouteError> {
    let mut seen = BTreeSet::new();
    for endpoint in endpoints {
        let id = operation_id(endpoint);
        if !seen.insert(id.clone()) {
            return Err(RouteError::OperationId(id));
        }
    }
    Ok(())
}

/// The document; maps are sorted, so the same routes give the same text.
pub(crate) fn document(registry: &Registry, version: &str) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut tags = BTreeSet::new();
    for endpoint in registry.endpoints() {
        tags.insert(tag(endpoint));
        let method = endpoint.method.as_str().to_ascii_lowercase();
        let path = endpoint.path.trim_end_matches('/').replace("{*", "{");
        let path = if path.is_empty() { "/".to_owned() } else { path };
        paths.entry(path).or_default().insert(method, operation(endpoint, &mut schemas));
    }
    let tags: Vec<Value> = tags.into_iter().map(|name| json!({ "name": name })).collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Usher API",
            "version": version,
            "description": "Queues, tickets and everything around them. Every path answers with and without \
                a slash at its end. A tenant's slug and its id both work in paths; routes without a tenant \
                in the path take it from the token, else the header X-Tenant, else the subdomain, else the \
                installation's default. Refusals are RFC 9457 problem answers with a stable `code`.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "An access token, or an opaque one." },
                "token": { "type": "http", "scheme": "Token",
                    "description": "`Authorization: Token …`: an opaque, long-lived token of a person or a device." },
                "api_key": { "type": "apiKey", "in": "header", "name": "X-API-Key",
                    "description": "The key of a service." },
                "session": { "type": "apiKey", "in": "cookie", "name": crate::SESSION_COOKIE,
                    "description": "The first-party cookie; changes must come from our own pages." },
            },
            "responses": { "Problem": {
                "description": "A refusal",
                "content": { PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/Problem" } } },
            } },
        },
    });
    let mut document = schemas.finish(document);
    if let Some(definitions) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        definitions.insert("Problem".to_owned(), problem_schema());
    }
    document
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "An RFC 9457 problem answer. Further members depend on the code.",
        "required": ["type", "title", "status", "detail", "code", "errors", "error", "success"],
        "properties": {
            "type": { "type": "string", "description": "The code as a URN." },
            "title": { "type": "string", "description": "A short text, the same for every refusal of a kind." },
            "status": { "type": "integer", "description": "The HTTP status." },
            "detail": { "type": "string", "description": "What is wrong, for a person." },
            "code": { "type": "string", "description": "A stable code for programs." },
            "errors": { "type": "array", "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": { "type": "string", "description": "The field, such as `holidays[0].date`." },
                    "code": { "type": "string" },
                    "message": { "type": "string" },
                },
            } },
            "more_errors": { "type": "integer", "description": "How many wrong fields are not listed; the first 20 are." },
            "error": { "type": "string", "description": "The same as `detail`." },
            "success": { "const": false },
        },
    })
}

fn tag(endpoint: &Endpoint) -> &'static str {
    endpoint.docs.tag.unwrap_or(endpoint.context)
}

fn operation(endpoint: &Endpoint, schemas: &mut Schemas) -> Value {
    let docs = &endpoint.docs;
    let mut operation = Map::new();
    operation.insert("operationId".into(), operation_id(endpoint).into());
    operation.insert("summary".into(), docs.summary.into());
    operation.insert("tags".into(), json!([tag(endpoint)]));
    operation.insert("security".into(), security(&endpoint.access));
    let description = description(docs);
    if !description.is_empty() {
        operation.insert("description".into(), description.into());
    }
    let parameters = parameters(endpoint, schemas);
    if !parameters.is_empty() {
        operation.insert("parameters".into(), parameters.into());
    }
    if let Some((media, schema)) = &docs.body {
        let schema = schema.map_or_else(|| json!({}), |schema| schemas.input(schema));
        operation.insert("requestBody".into(), json!({ "content": { *media: { "schema": schema } } }));
    }
    operation.insert("responses".into(), responses(endpoint, schemas));
    Value::Object(operation)
}

/// What the route says of itself, and why it honours no `Idempotency-Key` where it does not.
fn description(docs: &Docs) -> String {
    let again = docs.done_again.map(|why| format!("`Idempotency-Key` is not honoured here: {why}."));
    let parts = [Some(docs.description.to_owned()).filter(|text| !text.is_empty()), again];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

pub(crate) fn parameters(endpoint: &Endpoint, schemas: &mut Schemas) -> Vec<Value> {
    let docs = &endpoint.docs;
    let mut list: Vec<Value> = Vec::new();
    for name in endpoint.parameters() {
        let declared = docs.params.iter().find(|p| p.name == name);
        let (schema, text) = match declared {
            Some(param) => (schemas.input(param.schema), param.text),
            None if is_tenant_parameter(name) => {
                (json!({ "type": "string", "minLength": 1 }), "The tenant, by slug or id.")
            }
            None if name == "id" || name.ends_with("_id") || name.ends_with("Id") => {
                (json!({ "type": "string", "format": "uuid" }), "")
            }
            None => (json!({ "type": "string", "minLength": 1 }), ""),
        };
        let mut param = json!({ "name": name, "in": "path", "required": true, "schema": schema });
        if !text.is_empty() {
            param["description"] = text.into();
        }
        list.push(param);
    }
    if let Some(query) = docs.query {
        for (name, mut schema, required) in schemas.parameters(query) {
            let mut param = json!({ "name": name, "in": "query", "required": required });
            if let Some(text) = schema.as_object_mut().and_then(|s| s.remove("description")) {
                param["description"] = text;
            }
            param["schema"] = schema;
            list.push(param);
        }
    }
    if docs.ticket {
        list.push(
            json!({ "name": "ticket", "in": "query", "required": false, "schema": { "type": "string" },
            "description": "A single-use ticket, valid for 60 s, where no header can be sent." }),
        );
    }
    if endpoint.tenant_parameter().is_none() && !endpoint.access.is_public() {
        list.push(json!({ "name": "X-Tenant", "in": "header", "required": false,
            "schema": { "type": "string" },
            "description": "The tenant, by slug or id, where the token names none." }));
    }
    if endpoint.conditional() {
        list.push(json!({ "name": "If-None-Match", "in": "header", "required": false,
            "schema": { "type": "string" },
            "description": "The `ETag` of an answer that the client has: 304 where it is still the current one." }));
    }
    if endpoint.idempotent() {
        list.push(json!({ "name": "Idempotency-Key", "in": "header", "required": false,
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
            "description": "Makes the request repeatable for 24 hours: the same key and body get the same \
                answer, and nothing is done twice." }));
    }
    list
}

/// Each way in, with the rights that it needs (which OpenAPI 3.1 allows for every kind of scheme).
fn security(access: &Access) -> Value {
    fn ways(access: &Access, out: &mut Vec<Value>) {
        let people = |needs: &str, out: &mut Vec<Value>| {
            let needs: Vec<&str> = if needs.is_empty() { Vec::new() } else { vec![needs] };
            for scheme in ["bearer", "token", "api_key", "session"] {
                out.push(json!({ scheme: needs }));
            }
        };
        match access {
            Access::Public => out.push(json!({})),
            Access::SignedIn => people("", out),
            Access::Scope(scope) => people(scope.as_str(), out),
            Access::Platform => people("platform:admin", out),
            Access::Device([]) => out.push(json!({ "token": ["device"] })),
            Access::Device(kinds) => {
                out.extend(kinds.iter().map(|kind| json!({ "token": [format!("device:{kind}")] })));
            }
            Access::Link(kind) => out.push(json!({ "token": [format!("link:{kind}")] })),
            Access::AnyOf(options) => options.iter().for_each(|option| ways(option, out)),
        }
    }
    let mut out = Vec::new();
    ways(access, &mut out);
    if access.is_public() { json!([]) } else { out.into() }
}

fn responses(endpoint: &Endpoint, schemas: &mut Schemas) -> Value {
    let docs = &endpoint.docs;
    let mut out: BTreeMap<String, Value> = BTreeMap::new();
    for answer in &docs.answers {
        let text = answer.text.unwrap_or_else(|| reason(answer.status));
        let mut response = json!({ "description": text });
        if !answer.media.is_empty() {
            let schema = match answer.schema {
                Some(schema) => schemas.output(schema),
                None => json!({}),
            };
            response["content"] = json!({ answer.media: { "schema": schema } });
        }
        if endpoint.idempotent() && (200..300).contains(&answer.status) {
            response["headers"] = json!({ "Idempotency-Replayed": {
                "description": "`true` when this is the stored answer of an earlier request.",
                "schema": { "type": "string", "const": "true" },
            } });
        }
        match out.get_mut(&answer.status.to_string()) {
            // The same answer in another form.
            Some(known) if !answer.media.is_empty() => {
                known["content"][answer.media] = response["content"][answer.media].take();
            }
            _ => {
                out.insert(answer.status.to_string(), response);
            }
        }
    }
    if endpoint.conditional() {
        // What the gate makes of any answer with a tag that the client has already.
        out.insert(
            "304".to_owned(),
            json!({ "description": "Not Modified: the client has this version already.",
                "headers": { "ETag": etag_header() } }),
        );
        if let Some(answer) = out.get_mut("200") {
            answer["headers"]["ETag"] = etag_header();
        }
    }
    for (status, codes) in refusals(endpoint) {
        let key = status.to_string();
        let codes: Vec<String> = codes.into_iter().map(|code| format!("`{code}`")).collect();
        let text = format!("{}: {}", reason(status), codes.join(", "));
        let problem = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
        match out.get_mut(&key) {
            // A status that is an answer too, as when a health report comes with 503.
            Some(answer) => answer["content"][PROBLEM_JSON] = problem,
            None => {
                out.insert(key, json!({ "description": text, "content": { PROBLEM_JSON: problem } }));
            }
        }
    }
    json!(out)
}

fn etag_header() -> Value {
    json!({ "description": "The version of the answer.", "schema": { "type": "string" } })
}

/// Every refusal that may be met here: those that are declared and those that the gate makes.
fn refusals(endpoint: &Endpoint) -> BTreeMap<u16, BTreeSet<&'static str>> {
    let docs = &endpoint.docs;
    let mut out: BTreeMap<u16, BTreeSet<&'static str>> = BTreeMap::new();
    let mut add = |status: u16, code: &'static str| {
        out.entry(status).or_default().insert(code);
    };
    for fault in &docs.faults {
        add(fault.status, fault.code);
    }
    add(403, "tenant_suspended");
    add(404, "not_found");
    add(429, "rate_limited");
    add(503, "overloaded");
    if !endpoint.access.is_public() {
        add(401, "not_signed_in");
        add(403, "forbidden");
        add(400, "tenant_required");
    }
    if docs.query.is_some() || docs.body.is_some() || endpoint.parameters().next().is_some() {
        add(422, "invalid_field");
    }
    if docs.body.is_some() {
        add(400, "invalid_json");
        add(413, "body_too_large");
        add(415, "unsupported_media_type");
    }
    if endpoint.idempotent() {
        add(400, "invalid_idempotency_key");
        add(410, "answer_erased");
        add(422, "idempotency_key_reused");
    }
    if !matches!(*endpoint.method(), Method::GET | Method::HEAD) {
        add(403, "cross_site");
    }
    out
}

fn reason(status: u16) -> &'static str {
    StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Answer")
}
