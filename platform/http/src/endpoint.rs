//! One declared route: method, path, permission, handler and what its documentation says.

use std::time::Duration;

use axum::http::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::access::Access;
use crate::handler::Erased;
use crate::limit::RateClass;

/// Makes the JSON Schema of a type, with its definitions left in the generator.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// One documented answer.
#[derive(Clone)]
pub(crate) struct AnswerDoc {
    pub(crate) status: u16,
    pub(crate) media: &'static str,
    pub(crate) schema: Option<SchemaOf>,
    pub(crate) text: Option<&'static str>,
}

/// One documented path parameter.
#[derive(Clone)]
pub(crate) struct ParamDoc {
    pub(crate) name: &'static str,
    pub(crate) schema: SchemaOf,
    pub(crate) text: &'static str,
}

/// One documented refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultDoc {
    /// Its stable code.
    pub code: &'static str,
    /// Its HTTP status.
    pub status: u16,
}

/// What a route says of itself beyond method, path and permission; filled in by a closure.
#[derive(Clone, Default)]
pub struct Docs {
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    pub(crate) operation_id: Option<&'static str>,
    pub(crate) tag: Option<&'static str>,
    pub(crate) params: Vec<ParamDoc>,
    pub(crate) query: Option<SchemaOf>,
    pub(crate) body: Option<(&'static str, Option<SchemaOf>)>,
    pub(crate) answers: Vec<AnswerDoc>,
    pub(crate) faults: Vec<FaultDoc>,
    pub(crate) read_only: Vec<&'static str>,
    /// Why a request with an `Idempotency-Key` is done again like any other.
    pub(crate) done_again: Option<&'static str>,
    pub(crate) ticket: bool,
    pub(crate) stream: bool,
    pub(crate) body_limit: Option<usize>,
    pub(crate) rate: Option<RateClass>,
    pub(crate) timeout: Option<Duration>,
}

impl Docs {
    /// One line: what the route does.
    #[must_use]
    pub fn summary(mut self, text: &'static str) -> Self {
        self.summary = text;
        self
    }

    /// What a reader needs beyond the summary; Markdown.
    #[must_use]
    pub fn description(mut self, text: &'static str) -> Self {
        self.description = text;
        self
    }

    /// The operation id, where the one derived from method and path reads badly.
    #[must_use]
    pub fn operation_id(mut self, id: &'static str) -> Self {
        self.operation_id = Some(id);
        self
    }

    /// The group in the documentation; the context's name when absent.
    #[must_use]
    pub fn tag(mut self, tag: &'static str) -> Self {
        self.tag = Some(tag);
        self
    }

    /// A path parameter, where its name does not say its type: `id` and `…_id` are UUIDs, `tenant` and
    /// `org` slugs or ids, everything else text.
    #[must_use]
    pub fn param<T: JsonSchema>(mut self, name: &'static str, text: &'static str) -> Self {
        self.params.push(ParamDoc { name, schema: schema_of::<T>, text });
        self
    }

    /// The query parameters: a struct that the handler takes as [`crate::Query`].
    #[must_use]
    pub fn query<T: JsonSchema>(mut self) -> Self {
        self.query = Some(schema_of::<T>);
        self
    }

    /// The JSON body: what the handler takes as [`crate::Json`].
    #[must_use]
    pub fn body<T: JsonSchema>(mut self) -> Self {
        self.body = Some(("application/json", Some(schema_of::<T>)));
        self
    }

    /// A body of another media type, read by the handler itself.
    #[must_use]
    pub fn raw_body(mut self, media: &'static str) -> Self {
        self.body = Some((media, None));
        self
    }

    /// The JSON answer with `status`.
    #[must_use]
    pub fn answer<T: JsonSchema>(mut self, status: u16) -> Self {
        self.answers.push(AnswerDoc {
            status,
            media: "application/json",
            schema: Some(schema_of::<T>),
            text: None,
        });
        self
    }

    /// An answer without a body (204, 304), or a redirect.
    #[must_use]
    pub fn answer_empty(mut self, status: u16) -> Self {
        self.answers.push(AnswerDoc { status, media: "", schema: None, text: None });
        self
    }

    /// An answer of another media type; `text` says what it is.
    #[must_use]
    pub fn answer_raw(mut self, status: u16, media: &'static str, text: &'static str) -> Self {
        self.answers.push(AnswerDoc { status, media, schema: None, text: Some(text) });
        self
    }

    /// A refusal that a client may meet here, beyond those that every route has.
    #[must_use]
    pub fn fault(mut self, code: &'static str, status: u16) -> Self {
        self.faults.push(FaultDoc { code, status });
        self
    }

    /// Body fields that are ignored when they come back on a write, beyond the properties of the answer
    /// (which are ignored by themselves).
    #[must_use]
    pub fn read_only(mut self, fields: &[&'static str]) -> Self {
        self.read_only.extend_from_slice(fields);
        self
    }

    /// The answer carries a secret: it is never stored, so `Idempotency-Key` is not honoured.
    #[must_use]
    pub fn secret_answer(self) -> Self {
        self.done_again("the answer carries a secret, and those are never stored")
    }

    /// `Idempotency-Key` is not honoured: a request that is repeated is done again like any other. `why` ends the
    /// sentence that readers of the documentation get, so it begins with a small letter and has no stop.
    #[must_use]
    pub fn done_again(mut self, why: &'static str) -> Self {
        self.done_again = Some(why);
        self
    }

    /// Takes a single-use `?ticket=` too: for live connections, where a browser cannot send a header.
    #[must_use]
    pub fn ticket(mut self) -> Self {
        self.ticket = true;
        self
    }

    /// A live connection: takes `?ticket=` and has no time limit.
    #[must_use]
    pub fn stream(mut self) -> Self {
        self.stream = true;
        self.ticket = true;
        self
    }

    /// The largest body in bytes, where the installation's limit does not fit.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }

    /// The rate class of anonymous callers and customers here.
    #[must_use]
    pub fn rate(mut self, class: RateClass) -> Self {
        self.rate = Some(class);
        self
    }

    /// How long the handler may take, where the installation's limit does not fit.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }
}

/// One declared route.
#[derive(Clone)]
pub struct Endpoint {
    pub(crate) context: &'static str,
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) docs: Docs,
    /// Whether the handler's answers carry an `ETag`.
    pub(crate) tagged: bool,
    pub(crate) handler: Erased,
}

impl Endpoint {
    /// The context that declared it.
    pub fn context(&self) -> &'static str {
        self.context
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path pattern, `/api/queues/{id}`, as it was declared.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Who may call it.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// One line: what it does.
    pub fn summary(&self) -> &'static str {
        self.docs.summary
    }

    /// The refusals it documents.
    pub fn faults(&self) -> &[FaultDoc] {
        &self.docs.faults
    }

    /// The statuses of its documented answers.
    pub fn statuses(&self) -> impl Iterator<Item = u16> {
        self.docs.answers.iter().map(|answer| answer.status)
    }

    /// Whether it honours `Idempotency-Key`.
    pub fn idempotent(&self) -> bool {
        self.method == Method::POST && self.docs.done_again.is_none() && !self.docs.stream
    }

    /// Whether it answers 304 to whoever has its answer already, by `If-None-Match`.
    pub fn conditional(&self) -> bool {
        self.method == Method::GET && (self.tagged || self.statuses().any(|status| status == 304))
    }

    /// Whether it is a live connection (SSE, WebSocket).
    pub fn is_stream(&self) -> bool {
        self.docs.stream
    }

    /// The names in the path pattern, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        parameters(self.path)
    }

    /// The parameter that names the tenant, where the path has one.
    pub fn tenant_parameter(&self) -> Option<&'static str> {
        self.parameters().find(|name| is_tenant_parameter(name))
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({}: {})", self.method, self.path, self.context, self.access)
    }
}

/// Whether a path parameter names the tenant of the request.
pub(crate) fn is_tenant_parameter(name: &str) -> bool {
    matches!(name, "tenant" | "org")
}

pub(crate) fn parameters(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|segment| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        Some(name.strip_prefix('*').unwrap_or(name))
    })
}
