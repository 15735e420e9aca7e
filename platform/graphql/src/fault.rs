//! Refusals: a problem answer as an error of GraphQL, with the same stable code.

use async_graphql::{Error, ErrorExtensionValues, Pos, ServerError};
use axum::body::to_bytes;
use axum::http::HeaderMap;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use serde_json::{Map, Value};
use usher_kernel::Fault;

use crate::types::camel;
use crate::values::plain;

/// The largest answer of a route that is taken in.
const LARGEST: usize = 16 << 20;
/// Members of a problem answer that an error says in its own way, or that only REST's clients read.
const OTHERWISE: [&str; 5] = ["type", "title", "detail", "error", "success"];

/// What a route answered: its JSON (null for none), or why it refused.
pub(crate) async fn read(response: Response) -> Result<Value, Error> {
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body, LARGEST).await.map_err(|error| of(&Fault::internal(error)))?;
    let value = if bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&bytes).map_err(|error| of(&Fault::internal(error)))?
    };
    match value {
        Value::Object(problem) if !head.status.is_success() => Err(refusal(problem, &head.headers)),
        value => Ok(value),
    }
}

fn refusal(mut problem: Map<String, Value>, headers: &HeaderMap) -> Error {
    let message = problem.get("detail").and_then(Value::as_str).unwrap_or("This was refused.").to_owned();
    for member in OTHERWISE {
        problem.remove(member);
    }
    if let Some(wait) = headers.get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse::<u64>().ok()) {
        problem.insert("retry_after".to_owned(), wait.into());
    }
    if let Some(Value::Array(errors)) = problem.get_mut("errors") {
        for error in errors.iter_mut() {
            if let Some(field) = error.get("field").and_then(Value::as_str) {
                error["field"] = field.split('.').map(camel).collect::<Vec<_>>().join(".").into();
            }
        }
        if errors.is_empty() {
            problem.remove("errors");
        }
    }
    let mut extensions = ErrorExtensionValues::default();
    for (name, value) in &problem {
        extensions.set(camel(name), plain(value));
    }
    Error { message, source: None, extensions: Some(extensions) }
}

/// A fault of our own as an error.
pub(crate) fn of(fault: &Fault) -> Error {
    // The same members, with what is internal left out, as over REST.
    let response = usher_http::problem_members(fault);
    let mut headers = HeaderMap::new();
    if let Some(wait) = fault.retry() {
        headers.insert(RETRY_AFTER, wait.as_secs().max(1).into());
    }
    refusal(response, &headers)
}

/// A fault of the whole request.
pub(crate) fn of_request(fault: &Fault, at: Option<Pos>) -> ServerError {
    let Error { message, source, extensions } = of(fault);
    let locations = at.into_iter().collect();
    ServerError { message, source, locations, path: Vec::new(), extensions }
}

/// Gives an error of the library's own the code that it lacks. Its texts about our own mistakes are not told.
pub(crate) fn complete(mut error: ServerError) -> ServerError {
    let has_code = error.extensions.as_ref().is_some_and(|members| members.get("code").is_some());
    if has_code {
        return error;
    }
    if error.message.starts_with("internal") {
        tracing::error!(error = %error.message, path = ?error.path, "a field does not fit its schema");
        let said = of(&Fault::internal(""));
        return ServerError { message: said.message, extensions: said.extensions, ..error };
    }
    let members = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    members.set("code", "invalid_query");
    members.set("status", 400);
    error
}
