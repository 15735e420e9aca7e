//! The arguments of handlers.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use usher_kernel::{Caller, Ctx, Fault, FaultKind, FieldFault, SystemCtx};

use crate::answer::{Answer, json_response};
use crate::handler::{Call, FromCall};
use crate::params::PathDeserializer;
use crate::reading;
use crate::wording::{self, Found};

/// The state that was given to [`crate::Routes::new`].
#[derive(Clone, Copy, Debug)]
pub struct State<S>(pub S);

impl<S: Clone + Send + Sync> FromCall<S> for State<S> {
    async fn from_call(_: &mut Call, state: &S) -> Result<Self, Fault> {
        Ok(Self(state.clone()))
    }
}

impl<S: Sync> FromCall<S> for Ctx {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        call.ctx()
    }
}

impl<S: Sync> FromCall<S> for Option<Ctx> {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        Ok(call.ctx().ok())
    }
}

impl<S: Sync> FromCall<S> for Arc<Caller> {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        Ok(Arc::clone(&call.caller))
    }
}

/// The caller acting across tenants: only for routes whose purpose that is (signing in, the platform's own).
impl<S: Sync> FromCall<S> for SystemCtx {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        Ok(SystemCtx::for_caller(Arc::clone(&call.caller)))
    }
}

/// The request itself, for handlers that read the body on their own.
impl<S: Sync> FromCall<S> for Request {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        let body = Limited::new(call.take_body(), call.body_limit);
        Ok(Request::from_parts(call.parts.clone(), axum::body::Body::new(body)))
    }
}

/// The body as it came.
impl<S: Sync> FromCall<S> for Bytes {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        read_body(call.take_body(), call.body_limit).await
    }
}

/// Whether the caller is the operator of the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsPlatform(pub bool);

impl<S: Sync> FromCall<S> for IsPlatform {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        Ok(Self(call.platform))
    }
}

/// Passes nobody who is signed in and belongs to another tenant than the one they name: for public routes behind
/// which nothing is public.
#[derive(Clone, Copy, Debug)]
pub struct NoStranger;

impl<S: Sync> FromCall<S> for NoStranger {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        if call.stranger { Err(Fault::not_found("tenant")) } else { Ok(Self) }
    }
}

/// The version in `If-Match`, where the client sent one; see [`IfMatch::check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// Passes when the client named no version, or this one.
    ///
    /// # Errors
    /// 412 `stale` when it named another: somebody changed the thing in the meantime.
    pub fn check(self, version: i64) -> Result<(), Fault> {
        match self.0 {
            Some(wanted) if wanted != version => Err(Fault::new(
                FaultKind::Stale,
                "stale",
                "Somebody changed this in the meantime. Read it again, then repeat your change.",
            )
            .with("version", version)),
            _ => Ok(()),
        }
    }
}

impl<S: Sync> FromCall<S> for IfMatch {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        let mut newest = None;
        for value in call.parts.headers.get_all(header::IF_MATCH) {
            for text in value.to_str().unwrap_or_default().split(',').map(str::trim) {
                if text == "*" {
                    return Ok(Self(None));
                }
                // A weak tag says that two things are much alike, which is not enough to change one (RFC 9110, 13.1.1).
                let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                let version: i64 = bare.unwrap_or(text).parse().map_err(|_| {
                    Fault::new(
                        FaultKind::Malformed,
                        "invalid_if_match",
                        "If-Match must name strong ETags that were sent here, separated by commas: \"7\", not W/\"7\".",
                    )
                })?;
                // Versions only grow: of several that were sent, none but the newest can be the current one.
                newest = newest.max(Some(version));
            }
        }
        Ok(Self(newest))
    }
}

/// The parameters of the path, the tenant's left out: one value, a tuple in order, or a struct by name.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromCall<S> for Path<T> {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        let own: Vec<(&'static str, &str)> = call
            .params
            .0
            .iter()
            .filter(|(name, _)| !crate::endpoint::is_tenant_parameter(name))
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        match T::deserialize(PathDeserializer(&own)) {
            Ok(value) => Ok(Self(value)),
            Err(error) => {
                let name = error.name.unwrap_or("path");
                let (code, text) = wording::of_value(
                    name,
                    &error.message,
                    Found { text: call.params.get(name), date: false },
                );
                Err(Fault::field(name, code, text))
            }
        }
    }
}

/// The query parameters. Unknown ones are refused; numbers, booleans and lists (repeated or separated by
/// commas) are read by the type's schema, so a struct may be flattened into another.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned + JsonSchema + 'static> FromCall<S> for Query<T> {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        reading::query(call.parts.uri.query().unwrap_or_default(), call.endpoint.docs.ticket).map(Self)
    }
}

/// A JSON body; as an answer, 200 with a JSON body.
///
/// An empty body reads as `{}`. Unknown fields are refused by `#[serde(deny_unknown_fields)]` on the type,
/// naming the field and the nearest known one; fields that the route's own answer has are ignored.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromCall<S> for Json<T> {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        let bytes = read_body(call.take_body(), call.body_limit).await?;
        if !bytes.is_empty()
            && let Some(media) = call.parts.headers.get(header::CONTENT_TYPE)
            && !is_json(media.as_bytes())
        {
            return Err(Fault::new(
                FaultKind::UnsupportedMedia,
                "unsupported_media_type",
                "Send JSON, with Content-Type: application/json.",
            ));
        }
        reading::json(if bytes.is_empty() { b"{}" } else { &bytes }, &call.endpoint).map(Self)
    }
}

impl<T: Serialize + Send + 'static> Answer for Json<T> {
    fn status(&self) -> StatusCode {
        StatusCode::OK
    }
    fn json(&self) -> Result<Option<Vec<u8>>, serde_json::Error> {
        serde_json::to_vec(&self.0).map(Some)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        json_response(StatusCode::OK, &self.0)
    }
}

fn is_json(media: &[u8]) -> bool {
    let essence = media.split(|b| *b == b';').next().unwrap_or_default().trim_ascii();
    essence.eq_ignore_ascii_case(b"application/json")
        || (essence.len() > 5 && essence[essence.len() - 5..].eq_ignore_ascii_case(b"+json"))
}

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read_body(body: axum::body::Body, limit: usize) -> Result<Bytes, Fault> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Err(_) => {
            Err(Fault::new(FaultKind::Malformed, "unreadable_body", "The body ended before it was whole."))
        }
    }
}

pub(crate) fn too_large(limit: usize) -> Fault {
    Fault::new(
        FaultKind::TooLarge,
        "body_too_large",
        format!("The body is larger than the {limit} bytes that are allowed here."),
    )
}

/// Collects what is wrong with several fields, to tell the client of all at once.
#[derive(Debug, Default)]
pub struct FieldFaults(Vec<FieldFault>);

impl FieldFaults {
    /// Nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a fault of `field` when `ok` is false.
    pub fn require(&mut self, ok: bool, field: &str, code: &'static str, message: impl Into<String>) {
        if !ok {
            self.0.push(FieldFault { field: field.to_owned(), code, message: message.into() });
        }
    }

    /// Passes when nothing is wrong.
    ///
    /// # Errors
    /// 422 naming every noted field.
    pub fn finish(self) -> Result<(), Fault> {
        if self.0.is_empty() { Ok(()) } else { Err(Fault::fields(self.0)) }
    }
}
