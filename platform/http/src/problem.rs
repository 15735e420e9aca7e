//! Faults as RFC 9457 problem answers.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value, json};
use usher_kernel::{Fault, FaultKind, FieldFault};

/// The media type of a problem answer.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What a client reads instead of the detail of an internal fault.
const INTERNAL_DETAIL: &str = "Something went wrong on our side. It has been recorded.";

/// Left on the answer for the gate, which logs it with the request id.
#[derive(Clone)]
pub(crate) struct InternalDetail(pub(crate) String);

/// The problem answer for a fault, for code that stands outside a handler.
///
/// Inside one, return `Err(fault)`.
pub fn problem(fault: &Fault) -> Response {
    let status = StatusCode::from_u16(fault.kind().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::new(Body::from(Value::Object(problem_members(fault)).to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    if let Some(wait) = fault.retry() {
        // Rounded up: a client that comes back a moment early would be refused again.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    if fault.kind() == FaultKind::Unauthenticated {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if fault.kind() == FaultKind::Internal {
        response.extensions_mut().insert(InternalDetail(fault.detail().to_owned()));
    }
    response
}

/// The members of a problem answer, for a door that tells a fault in another form.
pub fn problem_members(fault: &Fault) -> Map<String, Value> {
    let internal = fault.kind() == FaultKind::Internal;
    let detail = if internal { fault.told_text().unwrap_or(INTERNAL_DETAIL) } else { fault.detail() };
    let errors: Vec<Value> = fault
        .field_faults()
        .iter()
        .take(FieldFault::MOST)
        .map(|f| json!({ "field": f.field, "code": f.code, "message": f.message }))
        .collect();
    let mut members = if internal { Map::new() } else { fault.extra().clone() };
    members.insert("type".into(), format!("urn:usher:problem:{}", fault.code()).into());
    members.insert("title".into(), title(fault.kind()).into());
    members.insert("status".into(), fault.kind().status().into());
    members.insert("detail".into(), detail.into());
    members.insert("code".into(), fault.code().into());
    if fault.field_faults().len() > errors.len() {
        members.insert("more_errors".into(), (fault.field_faults().len() - errors.len()).into());
    }
    members.insert("errors".into(), errors.into());
    // What the clients of the source documents read.
    members.insert("error".into(), detail.into());
    members.insert("success".into(), false.into());
    members
}

/// A short text for the kind, the same for every fault of that kind.
pub(crate) const fn title(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Malformed => "The request cannot be read",
        FaultKind::Unauthenticated => "Not signed in",
        FaultKind::Forbidden => "Not allowed",
        FaultKind::NotFound => "Not found",
        FaultKind::MethodNotAllowed => "Method not allowed",
        FaultKind::Conflict => "Conflict with the present state",
        FaultKind::Gone => "Gone",
        FaultKind::Stale => "Changed in the meantime",
        FaultKind::TooLarge => "Too large",
        FaultKind::UnsupportedMedia => "Content type not supported",
        FaultKind::Invalid => "A value is wrong",
        FaultKind::TooMany => "Too many requests",
        FaultKind::NotHere => "Not possible on this installation",
        FaultKind::Unavailable => "Not available right now",
        FaultKind::Internal => "Internal error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_twenty_wrong_fields_are_told_and_the_rest_counted() {
        let many = |count: usize| {
            let fault = |n| FieldFault { field: format!("x[{n}]"), code: "wrong", message: "No.".to_owned() };
            problem_members(&Fault::fields((0..count).map(fault).collect()))
        };
        let told = many(2_000);
        assert_eq!(told["errors"].as_array().map(Vec::len), Some(20));
        assert_eq!(told["more_errors"], 1_980);
        assert!(told["detail"].as_str().is_some_and(|text| text.ends_with("x[19]: No.; and 1980 more")));
        assert!(!many(20).contains_key("more_errors"));
    }
}
