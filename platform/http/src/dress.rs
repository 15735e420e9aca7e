//! What every answer carries: the request id, secure headers, CORS; and compression of large ones.

use std::convert::Infallible;
use std::future::ready;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::compression::CompressionLayer;
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
                    "authorization, content-type, idempotency-key, if-match, if-none-match, x-api-key, \
                     x-request-id, x-tenant, last-event-id",
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

/// Answers below this many bytes are sent as they are: they fit into few packets, and most are smaller.
const COMPRESS_FROM: u64 = 16 * 1024;

/// The answer compressed, where it is a large text and the client takes that. Streams are never touched.
pub(crate) async fn compress(accepted: Option<HeaderValue>, response: Response) -> Response {
    let text = response.headers().get(header::CONTENT_TYPE).is_some_and(|media| {
        let media = media.as_bytes();
        media.starts_with(b"application/json") || media.starts_with(b"text/")
    });
    let large = response.body().size_hint().exact().is_some_and(|size| size >= COMPRESS_FROM);
    let Some(accepted) = accepted.filter(|_| text && large) else { return response };
    let mut question = axum::http::Request::new(Body::empty());
    question.headers_mut().insert(header::ACCEPT_ENCODING, accepted);
    let mut answer = Some(response);
    let service = service_fn(move |_| ready(Ok::<_, Infallible>(answer.take().unwrap_or_default())));
    match CompressionLayer::new().layer(service).oneshot(question).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}
