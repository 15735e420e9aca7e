//! The doors alone, without a product behind them, for fan-out measurements.
//!
//! `fan PORT [TICK_MS]` serves one room: `/ws` and `/sse` listen to it, `POST /publish` sends its body
//! to everybody. The load generator compares it with the thinnest possible broadcaster.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use usher_kernel::{Caller, Clock, TenantId};
use usher_realtime::{Hub, HubConfig, OpenGate, Room, door};
use uuid::Uuid;

const ROOM: Room = Room::whole(TenantId::from_uuid(Uuid::from_u128(1)), "global");

#[derive(Clone)]
struct App {
    hub: Hub,
    caller: Arc<Caller>,
}

#[derive(Deserialize)]
struct Place {
    since: Option<String>,
}

async fn ws(
    State(app): State<App>,
    headers: HeaderMap,
    Query(place): Query<Place>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let since = app.hub.since(door::cursor(&headers, place.since.as_deref()));
    match app.hub.admit_unasked(app.caller, vec![ROOM]) {
        Ok(admitted) => door::websocket(upgrade, admitted, since),
        Err(fault) => refused(&fault),
    }
}

async fn sse(State(app): State<App>, headers: HeaderMap, Query(place): Query<Place>) -> Response {
    let since = app.hub.since(door::cursor(&headers, place.since.as_deref()));
    match app.hub.admit_unasked(app.caller, vec![ROOM]) {
        Ok(admitted) => door::sse(admitted, since),
        Err(fault) => refused(&fault),
    }
}

fn refused(fault: &usher_kernel::Fault) -> Response {
    let mut response = Response::new(fault.to_string().into());
    *response.status_mut() = axum::http::StatusCode::from_u16(fault.kind().status()).unwrap_or_default();
    response
}

async fn publish(State(app): State<App>, body: Bytes) -> &'static str {
    app.hub.publish(&ROOM, "token_called", body);
    "ok"
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().ok_or("fan PORT [TICK_MS]")?.parse()?;
    let tick: u64 = arguments.next().map_or(Ok(0), |tick| tick.parse())?;
    let clock = Clock::system();
    let hub =
        Hub::new(HubConfig { tick: Duration::from_millis(tick), ..HubConfig::default() }, clock.clone());
    hub.register("global", Arc::new(OpenGate), None);
    let app = App { hub, caller: Arc::new(Caller::system("fan", clock)) };
    let routes = Router::new()
        .route("/ws", get(ws))
        .route("/sse", get(sse))
        .route("/publish", post(publish))
        .with_state(app);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, routes).await?;
    Ok(())
}
