//! Server-Sent Events: the feed as a response body.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::Response;
use bytes::Bytes;
use http_body::Frame;
use usher_kernel::random;

use crate::feed::{End, Feed};
use crate::frame::SseWire;

/// Browsers come back between one and three seconds after a cut, so that a restart does not
/// bring everybody back in one moment.
const RETRY_LEAST_MS: u32 = 1000;
const RETRY_SPREAD_MS: u32 = 2000;

/// Each chunk is a shared frame; the body itself holds no text.
struct Stream {
    feed: Feed<SseWire>,
    greeted: bool,
}

impl http_body::Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.greeted {
            self.greeted = true;
            let retry = RETRY_LEAST_MS + random::below(RETRY_SPREAD_MS);
            return Poll::Ready(Some(Ok(Frame::data(format!("retry: {retry}\n\n").into()))));
        }
        self.feed.poll_next(cx).map(|next| match next {
            Ok(chunk) => Some(Ok(Frame::data(chunk))),
            Err(End::Closing(_)) => None,
            Err(End::Failed(fault)) => {
                tracing::warn!(%fault, "an event stream ended: its room's snapshot could not be read");
                None
            }
        })
    }
}

pub(super) fn answer(feed: Feed<SseWire>) -> Response {
    let mut response = Response::new(Body::new(Stream { feed, greeted: false }));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    // nginx would otherwise collect the stream before it passes anything on.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}
