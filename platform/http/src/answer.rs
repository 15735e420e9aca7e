//! What handlers answer.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use usher_kernel::Fault;

use crate::problem::problem;

/// An answer that can be stored and replayed: a status, a JSON body and perhaps a version.
pub trait Answer: Send + 'static {
    /// The HTTP status.
    fn status(&self) -> StatusCode;

    /// The body as JSON; `None` for no body.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    fn json(&self) -> Result<Option<Vec<u8>>, serde_json::Error>;

    /// The version of the thing, sent as `ETag`.
    fn version(&self) -> Option<i64> {
        None
    }
}

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident = $status:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name<T>(pub T);

        impl<T: Serialize + Send + 'static> Answer for $name<T> {
            fn status(&self) -> StatusCode {
                StatusCode::$status
            }
            fn json(&self) -> Result<Option<Vec<u8>>, serde_json::Error> {
                serde_json::to_vec(&self.0).map(Some)
            }
        }

        impl<T: Serialize> IntoResponse for $name<T> {
            fn into_response(self) -> Response {
                json_response(StatusCode::$status, &self.0)
            }
        }
    )*};
}

answers! {
    /// 200 with a JSON body. Written `usher_http::Ok(…)`, because the prelude has an `Ok` too.
    Ok = OK;
    /// 201 with a JSON body.
    Created = CREATED;
    /// 202 with a JSON body: it is taken, and done later.
    Accepted = ACCEPTED;
}

/// 204.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoContent;

impl Answer for NoContent {
    fn status(&self) -> StatusCode {
        StatusCode::NO_CONTENT
    }
    fn json(&self) -> Result<Option<Vec<u8>>, serde_json::Error> {
        Result::Ok(None)
    }
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// A configuration resource with its version, which is sent as `ETag` and expected back in `If-Match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The version of the thing; it grows with each change.
    pub version: i64,
    /// The answer.
    pub answer: T,
}

impl<T: Answer> Answer for Versioned<T> {
    fn status(&self) -> StatusCode {
        self.answer.status()
    }
    fn json(&self) -> Result<Option<Vec<u8>>, serde_json::Error> {
        self.answer.json()
    }
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl<T: IntoResponse> Versioned<T> {
    /// The response, with its `ETag`. Not `IntoResponse`, so that the type of a handler says whether its answers have one.
    pub(crate) fn tagged(self) -> Response {
        let mut response = self.answer.into_response();
        response.headers_mut().insert(header::ETAG, etag(self.version));
        response
    }
}

/// Whether an answer is what a client has already, by its `If-None-Match`. Here a weak tag is as good as a strong one
/// (RFC 9110, 13.1.2).
pub(crate) fn is_known(response: &Response, if_none_match: &HeaderMap) -> bool {
    let Some(tag) = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()) else {
        return false;
    };
    let known = if_none_match.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    response.status() == StatusCode::OK
        && known.flat_map(|list| list.split(',')).map(str::trim).any(|one| {
            one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag.strip_prefix("W/").unwrap_or(tag)
        })
}

/// The answer to a client that has it already: its headers, without the body.
pub(crate) fn not_modified(response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

/// The `ETag` of a version: `"7"`.
pub(crate) fn etag(version: i64) -> HeaderValue {
    let text = format!("\"{version}\"");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("\"0\""))
}

/// An answer that has been written down already: what [`crate::write`] gives back.
#[derive(Clone, Debug)]
pub struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) body: Option<Bytes>,
    pub(crate) version: Option<i64>,
    pub(crate) replayed: bool,
}

impl Answered {
    /// Writes an answer down.
    ///
    /// # Errors
    /// An internal fault when the value cannot be written as JSON.
    pub fn of(answer: &impl Answer) -> Result<Self, Fault> {
        Result::Ok(Self {
            status: answer.status(),
            body: answer.json().map_err(Fault::internal)?.map(Bytes::from),
            version: answer.version(),
            replayed: false,
        })
    }

    /// Whether this is the stored answer of an earlier request with the same `Idempotency-Key`.
    pub fn replayed(&self) -> bool {
        self.replayed
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The JSON body; `None` for none.
    pub fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }
}

impl IntoResponse for Answered {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => {
                let mut response = Response::new(Body::from(body));
                response.headers_mut().insert(header::CONTENT_TYPE, JSON);
                response
            }
            None => Response::new(Body::empty()),
        };
        *response.status_mut() = self.status;
        if let Some(version) = self.version {
            response.headers_mut().insert(header::ETAG, etag(version));
        }
        if self.replayed {
            response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
        }
        response
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

pub(crate) fn json_response(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Result::Ok(body) => {
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = status;
            response.headers_mut().insert(header::CONTENT_TYPE, JSON);
            response
        }
        Err(error) => problem(&Fault::internal(error)),
    }
}
