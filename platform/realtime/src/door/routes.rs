//! The paths that every installation has.

use axum::extract::ws::WebSocketUpgrade;
use axum::http::HeaderMap;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use usher_http::{Access, NoStranger, Path, Query, Routes, State};
use usher_kernel::{Ctx, Fault};
use uuid::Uuid;

use super::{cursor, sse, websocket};
use crate::{Hub, Room};

/// Which rooms, and from where on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Follow {
    /// The rooms, separated by commas: `queue:<uuid>,site:<uuid>`.
    rooms: String,
    /// The `id` of the last event that was heard; a browser's `Last-Event-ID` goes before it.
    since: Option<String>,
}

/// From where on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Resume {
    /// The `id` of the last event that was heard.
    since: Option<String>,
}

/// The event stream of any rooms, and the WebSockets of a queue and of an agent.
///
/// The routes themselves are open: the [`RoomGate`](crate::RoomGate) of each room decides who may join it. For
/// somebody of another tenant there is none of them.
pub fn routes(hub: Hub) -> Routes<Hub> {
    Routes::new("realtime", hub)
        .get("/api/v1/tenants/{tenant}/events", Access::public(), events, |d| {
            d.summary("Follow rooms live, as Server-Sent Events")
                .description(
                    "One stream for several rooms. Without a usable cursor each room begins with a \
                     `snapshot`; with one, exactly what was missed follows. Every 5 s a `ping` tells the \
                     server's time.",
                )
                .operation_id("followRooms")
                .query::<Follow>()
                .answer_raw(200, "text/event-stream", "The events, one `data` line of JSON each.")
                .fault("unknown_room", 422)
                .fault("too_many_rooms", 422)
                .fault("too_many_listeners", 503)
                .stream()
        })
        .get("/ws/tenants/{tenant}/queues/{queue_id}", Access::public(), queue, |d| {
            d.summary("Follow a queue live, over WebSocket")
                .operation_id("followQueue")
                .query::<Resume>()
                .answer_empty(101)
                .fault("too_many_listeners", 503)
                .stream()
        })
        .get("/ws/tenants/{tenant}/agents/{agent_id}", Access::public(), agent, |d| {
            d.summary("Follow an agent live, over WebSocket")
                .operation_id("followAgent")
                .query::<Resume>()
                .answer_empty(101)
                .fault("too_many_listeners", 503)
                .stream()
        })
}

async fn events(
    ctx: Ctx,
    _: NoStranger,
    State(hub): State<Hub>,
    Query(follow): Query<Follow>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let rooms = hub.rooms(ctx.tenant, follow.rooms.split(','))?;
    let since = hub.since(cursor(&headers, follow.since.as_deref()));
    Ok(sse(hub.admit(&ctx, rooms).await?, since))
}

async fn queue(
    ctx: Ctx,
    _: NoStranger,
    State(hub): State<Hub>,
    Path(queue): Path<Uuid>,
    Query(from): Query<Resume>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Fault> {
    let room = Room::new(ctx.tenant, "queue", queue);
    let since = hub.since(cursor(&headers, from.since.as_deref()));
    Ok(websocket(upgrade, hub.admit(&ctx, vec![room]).await?, since))
}

async fn agent(
    ctx: Ctx,
    _: NoStranger,
    State(hub): State<Hub>,
    Path(agent): Path<Uuid>,
    Query(from): Query<Resume>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Fault> {
    let room = Room::new(ctx.tenant, "agent", agent);
    let since = hub.since(cursor(&headers, from.since.as_deref()));
    Ok(websocket(upgrade, hub.admit(&ctx, vec![room]).await?, since))
}
