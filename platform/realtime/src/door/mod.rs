//! The doors that speak plain HTTP: Server-Sent Events and WebSocket.
//!
//! A context that has its own path to a room (a ticket's public page, a paired display) decides there
//! who may come in, and then hands an [`Admitted`] to [`sse`] or [`websocket`]:
//!
//! ```ignore
//! let admitted = hub.admit_unasked(caller, vec![Room::new(tenant, "ticket", ticket.uuid())])?;
//! let since = hub.since(door::cursor(&headers, query.since.as_deref()));
//! Ok(door::sse(admitted, since))
//! ```

mod follow;
mod routes;
mod sse;
mod ws;

use axum::extract::ws::WebSocketUpgrade;
use axum::http::HeaderMap;
use axum::response::Response;

pub use follow::{Ended, Following, Heard, Told};
pub use routes::routes;

use crate::feed::{Admitted, Feed, Since};

/// The cursor that a client brought: the `Last-Event-ID` that a browser adds by itself when it
/// reconnects, else the `since` of the query.
pub fn cursor<'a>(headers: &'a HeaderMap, since: Option<&'a str>) -> Option<&'a str> {
    headers.get("last-event-id").and_then(|value| value.to_str().ok()).or(since)
}

/// Answers with an event stream of the admitted rooms.
pub fn sse(admitted: Admitted, since: Since) -> Response {
    sse::answer(Feed::open(admitted, since))
}

/// Answers with a WebSocket on the admitted rooms. What the client sends is read and ignored.
pub fn websocket(upgrade: WebSocketUpgrade, admitted: Admitted, since: Since) -> Response {
    ws::answer(upgrade, admitted, since)
}
