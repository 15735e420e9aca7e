//! The door itself: `/graphql`, over POST, GET and WebSocket.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response as Answered, ServerError, Value as Graph, Variables};
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use usher_http::{Access, Api, Json, Query, Registry, Routes, State, Visitor, WeakApi};
use usher_kernel::{Fault, FaultKind};
use usher_realtime::Hub;

use crate::cost::{Measured, measure};
use crate::fault;
use crate::graph::Declared;
use crate::schema::{self, Built, SchemaError};
use crate::session::Session;
use crate::socket;

/// The media type that says by its status whether the request itself was right.
const GRAPHQL_JSON: &str = "application/graphql-response+json";

/// What an installation decides about the door.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Whether the schema can be asked for through the door.
    pub introspection: bool,
    /// Whether each operation is logged with what it asked for and how long that took.
    pub log: bool,
}

/// GraphQL for an installation; cheap to clone.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

struct Inner {
    hub: Hub,
    settings: Settings,
    declared: Vec<Declared>,
    api: OnceLock<WeakApi>,
    /// Made when first asked for: it takes a moment, and many processes never need it.
    built: OnceLock<Result<Arc<Built>, SchemaError>>,
}

/// One request as a client sends it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GraphqlRequest", example = example())]
pub(crate) struct Asked {
    /// The document: one operation, or several and the name of the one that is meant.
    pub(crate) query: String,
    /// Which of the operations is meant.
    #[serde(default)]
    pub(crate) operation_name: Option<String>,
    /// The values of the operation's variables.
    #[serde(default)]
    pub(crate) variables: Option<Map<String, Value>>,
    /// What a client says beyond the protocol; nothing is made of it.
    #[serde(default)]
    #[expect(dead_code, reason = "it is part of what may be sent")]
    extensions: Option<Map<String, Value>>,
}

fn example() -> Value {
    json!({
        "query": "query Line($id: ID!) { getQueue(id: $id) { name currentNumber estimatedWaitTime } }",
        "variables": { "id": "01890a5d-ac96-774b-bcce-b302099a8057" },
    })
}

/// The same in a query string; `variables` is JSON.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct AskedByGet {
    /// The document; a query, as a GET changes nothing.
    query: Option<String>,
    /// Which of the operations is meant.
    operation_name: Option<String>,
    /// The values of the operation's variables, as a JSON object.
    variables: Option<String>,
    /// Nothing is made of it.
    extensions: Option<String>,
}

/// What came of a request.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GraphqlAnswer")]
struct AnswerDoc {
    /// What was asked for; absent when the request itself was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    /// What went wrong: `message`, `path`, and in `extensions` the `code` that REST has for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<Value>>,
}

/// The routes of the door.
pub fn routes(door: Door) -> Routes<Door> {
    Routes::new("graphql", door)
        .post("/graphql", Access::public(), post, |d| {
            d.summary("Ask by GraphQL")
                .description(
                    "One operation a request. Each field has the permission, the rate and the refusals of the route \
                     behind it; `contracts/schema.graphql` says which fields there are. With \
                     `Accept: application/graphql-response+json` a request that is wrong as a whole is answered \
                     with 400.",
                )
                .operation_id("graphql")
                .body::<Asked>()
                .answer::<AnswerDoc>(200)
                .answer::<AnswerDoc>(400)
        })
        .get("/graphql", Access::public(), get, |d| {
            d.summary("Ask by GraphQL without a body, or subscribe over WebSocket")
                .description(
                    "A query in the query string; or, with an upgrade to a WebSocket, the protocol \
                     `graphql-transport-ws`, whose `connection_init` may carry `Authorization` and `X-Tenant`.",
                )
                .operation_id("graphqlByGet")
                .query::<AskedByGet>()
                .answer::<AnswerDoc>(200)
                .answer::<AnswerDoc>(400)
                .answer_empty(101)
                .fault("mutation_by_get", 405)
                .fault("cross_site", 403)
                .ticket()
        })
}

impl Door {
    /// A door to what `declared` says, with the rooms of `hub`. It opens with [`Door::open`].
    pub fn new(hub: Hub, settings: Settings, declared: Vec<Declared>) -> Self {
        let (api, built) = (OnceLock::new(), OnceLock::new());
        Self(Arc::new(Inner { hub, settings, declared, api, built }))
    }

    /// Connects the door to the routes, of which it is one.
    ///
    /// # Errors
    /// A declaration that names no route.
    pub fn open(&self, api: &Api) -> Result<(), SchemaError> {
        schema::check(api.registry(), &self.0.declared)?;
        self.0.api.get_or_init(|| api.downgrade());
        Ok(())
    }

    /// The schema in GraphQL's own language; the same declarations give the same text.
    ///
    /// # Errors
    /// The declarations do not fit together.
    pub fn sdl(&self, registry: &Registry) -> Result<String, SchemaError> {
        self.built(registry).map(|built| built.sdl())
    }

    fn built(&self, registry: &Registry) -> Result<Arc<Built>, SchemaError> {
        let built = self.0.built.get_or_init(|| schema::build(registry, &self.0.declared).map(Arc::new));
        built.clone()
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    pub(crate) fn api(&self) -> Result<Api, Fault> {
        let api = self.0.api.get().and_then(WeakApi::upgrade);
        api.ok_or_else(|| Fault::new(FaultKind::Unavailable, "stopping", "The server is being restarted."))
    }

    /// Prepares a request.
    ///
    /// # Errors
    /// What is wrong with the request as a whole.
    pub(crate) fn prepare(&self, visitor: &Visitor, asked: Asked) -> Result<Prepared, ServerError> {
        let whole = |fault: Fault| fault::of_request(&fault, None);
        let api = self.api().map_err(whole)?;
        let built = self.built(api.registry()).map_err(|error| {
            tracing::error!(%error, "the GraphQL schema cannot be made");
            whole(Fault::internal(error))
        })?;
        let document = parse_query(&asked.query).map_err(|error| fault::complete(error.into()))?;
        let variables =
            asked.variables.map(Value::Object).map_or_else(Variables::default, Variables::from_json);
        let name = asked.operation_name.as_deref();
        let measured = measure(&document, name, &variables, &built.plan, self.0.settings.introspection);
        let measured = measured.map_err(whole)?;
        let session = Session::new(api, self.0.hub.clone(), Arc::clone(&built), visitor.clone());
        let mut request = Request::new(asked.query).variables(variables).data(session.clone());
        request.set_parsed_query(document);
        let name = asked.operation_name;
        if let Some(name) = &name {
            request = request.operation_name(name);
        }
        Ok(Prepared { measured, request, session, built, name, log: self.0.settings.log })
    }
}

/// A request that can run.
pub(crate) struct Prepared {
    pub(crate) measured: Measured,
    request: Request,
    session: Session,
    built: Arc<Built>,
    name: Option<String>,
    log: bool,
}

impl Prepared {
    /// Runs a query or a mutation.
    pub(crate) async fn run(self) -> Outcome {
        let started = Instant::now();
        let mut answered = self.built.schema.execute(self.request).await;
        answered.errors.extend(self.session.take_errors());
        if self.log {
            let (cost, millis) = (self.measured.cost, started.elapsed().as_millis() as u64);
            let request = self.session.visitor().caller().request_id;
            let name = self.name.as_deref().unwrap_or_default();
            tracing::info!(kind = %self.measured.kind, name, cost, millis, %request, "graphql");
        }
        if let Graph::Object(members) = &mut answered.data {
            // Fields of a query finish in any order, and are told in the one in which they were asked for.
            members.sort_by_key(|name, _| self.measured.order.iter().position(|known| known == name));
        }
        Outcome::of(answered)
    }

    /// Runs anything: a subscription answers many times, all else once.
    pub(crate) fn follow(self) -> BoxStream<'static, Outcome> {
        if self.measured.kind != OperationType::Subscription {
            return Box::pin(futures_util::stream::once(self.run()));
        }
        let session = self.session;
        let stream = self.built.schema.execute_stream(self.request);
        Box::pin(stream.map(move |mut answered| {
            answered.errors.extend(session.take_errors());
            Outcome::of(answered)
        }))
    }
}

/// What came of a request: data, errors, or both.
pub(crate) struct Outcome {
    data: Graph,
    errors: Vec<ServerError>,
}

impl Outcome {
    fn of(answered: Answered) -> Self {
        let errors = answered.errors.into_iter().map(fault::complete).collect();
        Self { data: answered.data, errors }
    }

    /// A request that was wrong as a whole.
    pub(crate) fn refused(error: ServerError) -> Self {
        Self { data: Graph::Null, errors: vec![error] }
    }

    /// The errors, when the request was wrong as a whole and nothing was done.
    pub(crate) fn refusal(&self) -> Option<&[ServerError]> {
        (self.data == Graph::Null && !self.errors.is_empty()).then_some(&self.errors[..])
    }

    fn into_response(self, headers: &HeaderMap) -> Result<Response, Fault> {
        let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let strict = accepted.into_iter().any(|value| value.contains(GRAPHQL_JSON));
        let body = serde_json::to_vec(&self.wire()).map_err(Fault::internal)?;
        let mut response = Response::new(Body::from(body));
        let media = if strict { GRAPHQL_JSON } else { "application/json" };
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        if strict && self.refusal().is_some() {
            *response.status_mut() = StatusCode::BAD_REQUEST;
        }
        Ok(response)
    }

    /// The answer as it goes over the wire.
    pub(crate) fn wire(&self) -> Wire<'_> {
        Wire { data: self.refusal().is_none().then_some(&self.data), errors: &self.errors }
    }
}

/// The answer as it is written: fields in the order in which they were asked for.
#[derive(Serialize)]
pub(crate) struct Wire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Graph>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
}

async fn post(
    visitor: Visitor,
    State(door): State<Door>,
    headers: HeaderMap,
    Json(asked): Json<Asked>,
) -> Result<Response, Fault> {
    let outcome = match door.prepare(&visitor, asked) {
        Ok(prepared) if prepared.measured.kind == OperationType::Subscription => {
            let text = "Subscribe over WebSocket, with the protocol graphql-transport-ws.";
            let fault = Fault::new(FaultKind::Invalid, "subscription_needs_websocket", text);
            Outcome::refused(fault::of_request(&fault, None))
        }
        Ok(prepared) => prepared.run().await,
        Err(error) => Outcome::refused(error),
    };
    outcome.into_response(&headers)
}

async fn get(
    visitor: Visitor,
    State(door): State<Door>,
    headers: HeaderMap,
    Query(asked): Query<AskedByGet>,
) -> Result<Response, Fault> {
    if headers.get(header::UPGRADE).is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket")) {
        let mut head = visitor.head().clone();
        let upgrade = WebSocketUpgrade::from_request_parts(&mut head, &()).await;
        let upgrade = upgrade
            .map_err(|error| Fault::new(FaultKind::Malformed, "unreadable_request", error.to_string()))?;
        door.api()?.same_origin(&visitor)?;
        return Ok(socket::answer(upgrade, door, visitor));
    }
    let Some(query) = asked.query else {
        return Err(Fault::field(
            "query",
            "required",
            "Give a query, or POST one; subscriptions upgrade to a WebSocket.",
        ));
    };
    let variables = asked.variables.as_deref().map(serde_json::from_str).transpose();
    let variables = variables.map_err(|error| {
        Fault::field("variables", "invalid_value", format!("variables must be a JSON object: {error}."))
    })?;
    let asked = Asked { query, operation_name: asked.operation_name, variables, extensions: None };
    let outcome = match door.prepare(&visitor, asked) {
        Ok(prepared) if prepared.measured.kind != OperationType::Query => {
            let text = "A GET changes nothing: send mutations by POST, subscriptions over WebSocket.";
            return Err(Fault::new(FaultKind::MethodNotAllowed, "mutation_by_get", text));
        }
        Ok(prepared) => prepared.run().await,
        Err(error) => Outcome::refused(error),
    };
    outcome.into_response(&headers)
}
