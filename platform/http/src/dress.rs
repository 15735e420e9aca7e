//! What every answer carries: the request id, secure headers, CORS.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use usher_kernel::{Fault, FaultKind, RequestId};

use crate::gate::Gateway;
use crate::problem::problem;

/// What of a request is needed to finish its answer.
pub(crate) struct Dressing {
    pub(crate) request_id: RequestId,
    origin: Option<HeaderValue>,
}

impl Gateway {
    pub(crate) fn dressing(&self, request: &Request) -> Dressing {
        let headers = request.headers();
        let request_id = headers
            .get("x-request-id")
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| RequestId::generate(self.clock.now()));
        let origin = headers.get(header::ORIGIN).filter(|origin| self.cors(origin)).cloned();
        Dressing { request_id, origin }
    }

    fn cors(&self, origin: &HeaderValue) -> bool {
        self.config.cors_origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes())
    }

    /// The headers that every answer carries.
    pub(crate) fn dress(&self, dressing: &Dressing, response: &mut Response) {
        let headers = response.headers_mut();
        let mut id = [0; uuid::fmt::Hyphenated::LENGTH];
        let id = dressing.request_id.uuid().as_hyphenated().encode_lower(&mut id);
        if let Ok(id) = HeaderValue::from_str(id) {
            headers.insert("x-request-id", id);
        }
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
        if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
            headers.insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
            );
        }
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if self.config.hsts {
            headers.insert(
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=31536000; includeSubDomains"),
            );
        }
        if let Some(origin) = &dressing.origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("x-request-id, etag, retry-after, idempotency-replayed"),
            );
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
    }

    /// The answer to a CORS preflight; `None` when the request is none.
    pub(crate) fn preflight(&self, request: &Request) -> Option<Response> {
        if request.method() != Method::OPTIONS
            || !request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        {
            return None;
        }
        let dressing = self.dressing(request);
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        if dressing.origin.is_some() {
            let headers = response.headers_mut();
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_METHODS,
                HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE"),
            );
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                HeaderValue::from_static(
                    "authorization, content-type, idempotency-key, if-match, x-api-key, x-request-id, x-tenant, \
                     last-event-id",
                ),
            );
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
        self.dress(&dressing, &mut response);
        Some(response)
    }

    /// A refusal before any route was found.
    pub(crate) fn refuse(&self, request: &Request, fault: &Fault) -> Response {
        let dressing = self.dressing(request);
        let mut response = problem(fault);
        self.dress(&dressing, &mut response);
        response
    }

    pub(crate) fn refuse_method(&self, request: &Request, allow: &str) -> Response {
        let dressing = self.dressing(request);
        let mut response = if request.method() == Method::OPTIONS {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        } else {
            problem(&Fault::new(
                FaultKind::MethodNotAllowed,
                "method_not_allowed",
                format!("{} is not possible here; {allow} is.", request.method()),
            ))
        };
        if let Ok(allow) = HeaderValue::from_str(allow) {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        self.dress(&dressing, &mut response);
        response
    }
}
