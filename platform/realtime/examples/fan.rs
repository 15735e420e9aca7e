//! The doors alone, without a product behind them, for fan-out measurements.
//!
//! `fan PORT [TICK_MS]` serves one room: `/ws` and `/sse` listen to it, `POST /publish` sends its body
//! to everybody. The load generator compares it with the thinnest possible broadcaster.
//!
//! `/socket.io` listens too, and `POST /emit?name=token_called&tenant=first` sends its body there. The
//! tenants are `first` and `second`; the token `staff` belongs to the first, and only it may join counters.
//! `POST /revoke` ends that token's session.

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
use usher_http::{
    Authenticator, BoxFuture, Credential, Grants, Identity, Peer, TenantInfo, TenantRef, TenantResolver,
};
use usher_kernel::{Actor, Caller, Clock, Ctx, Fault, FaultKind, Scopes, TenantId, UserId};
use usher_realtime::{Hub, HubConfig, OpenGate, Room, RoomGate, SocketIoDoor, SocketRoom, door};
use uuid::Uuid;

const FIRST: TenantId = TenantId::from_uuid(Uuid::from_u128(1));
const SECOND: TenantId = TenantId::from_uuid(Uuid::from_u128(2));
const STAFF: UserId = UserId::from_uuid(Uuid::from_u128(3));
const ROOM: Room = Room::whole(FIRST, "global");

/// One member of staff, two tenants.
struct Directory;

impl Authenticator for Directory {
    fn identify<'a>(&'a self, shown: Credential<'a>, _: Peer) -> BoxFuture<'a, Result<Identity, Fault>> {
        let known = shown.secret() == "staff";
        Box::pin(std::future::ready(if known {
            Ok(Identity {
                actor: Actor::User { id: STAFF, session: STAFF.uuid() },
                home: Some((FIRST, Grants { scopes: Scopes::all(), sites: Arc::default() })),
                platform: false,
                locale: Arc::from(""),
            })
        } else {
            Err(Fault::new(FaultKind::Unauthenticated, "unknown_token", "This token is not known."))
        }))
    }

    fn grants<'a>(&'a self, _: &'a Identity, _: TenantId) -> BoxFuture<'a, Result<Option<Grants>, Fault>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

impl TenantResolver for Directory {
    fn resolve<'a>(&'a self, name: TenantRef<'a>) -> BoxFuture<'a, Result<Option<TenantInfo>, Fault>> {
        let id = match name {
            TenantRef::Default | TenantRef::Slug("first") => Some(FIRST),
            TenantRef::Slug("second") => Some(SECOND),
            TenantRef::Id(id) if id == FIRST || id == SECOND => Some(id),
            TenantRef::Slug(_) | TenantRef::Id(_) => None,
        };
        let tenant = id.map(|id| TenantInfo { id, suspended: false, locale: Arc::from("en") });
        Box::pin(std::future::ready(Ok(tenant)))
    }
}

/// Counters are for staff.
struct StaffOnly;

impl RoomGate for StaffOnly {
    fn may_join<'a>(&'a self, ctx: &'a Ctx, _: &'a Room) -> BoxFuture<'a, Result<(), Fault>> {
        let staff = ctx.scopes.is_all();
        Box::pin(std::future::ready(if staff {
            Ok(())
        } else {
            Err(Fault::new(FaultKind::Unauthenticated, "not_signed_in", "Sign in first."))
        }))
    }
}

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

fn refused(fault: &Fault) -> Response {
    let mut response = Response::new(fault.to_string().into());
    *response.status_mut() = axum::http::StatusCode::from_u16(fault.kind().status()).unwrap_or_default();
    response
}

async fn publish(State(app): State<App>, body: Bytes) -> &'static str {
    app.hub.publish(&ROOM, "token_called", body);
    "ok"
}

#[derive(Deserialize)]
struct Emission {
    name: String,
    tenant: Option<String>,
    rooms: Option<String>,
}

async fn emit(State(app): State<App>, Query(emission): Query<Emission>, body: Bytes) -> &'static str {
    let tenant = if emission.tenant.as_deref() == Some("second") { SECOND } else { FIRST };
    let rooms: Vec<SocketRoom> =
        emission.rooms.as_deref().unwrap_or("global").split(',').filter_map(room).collect();
    match emission.name.as_str() {
        "token_generated" => app.hub.emit(tenant, &rooms, "token_generated", body),
        "token_called" => app.hub.emit(tenant, &rooms, "token_called", body),
        "token_served" => app.hub.emit(tenant, &rooms, "token_served", body),
        "counter_status" => app.hub.emit(tenant, &rooms, "counter_status", body),
        "queue:updated" => {
            app.hub.emit_everywhere(tenant, &rooms, "queue:updated", body, Some(Bytes::from_static(b"{}")));
        }
        "queue_update" => {
            if let Ok(delta) = serde_json::from_slice(&body) {
                app.hub.emit_queue_update(tenant, &rooms, Uuid::from_u128(7), delta);
            }
        }
        _ => return "unknown",
    }
    "ok"
}

fn room(name: &str) -> Option<SocketRoom> {
    let id = |text: &str| text.parse().ok();
    match name.split_once(':') {
        Some(("service", text)) => id(text).map(SocketRoom::Service),
        Some(("counter", text)) => id(text).map(SocketRoom::Counter),
        _ => Some(SocketRoom::Global),
    }
}

async fn revoke(State(app): State<App>) -> &'static str {
    // From a thread without a runtime, as a database's writer would.
    let hub = app.hub;
    let told = std::thread::spawn(move || hub.revoke_credential(STAFF.uuid())).join();
    if told.is_ok() { "ok" } else { "failed" }
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
    hub.register("service", Arc::new(OpenGate), None);
    hub.register("counter", Arc::new(StaffOnly), None);
    let sockets = SocketIoDoor::open(&hub, Arc::new(Directory), Arc::new(Directory));
    let app = App { hub, caller: Arc::new(Caller::system("fan", clock)) };
    let routes = Router::new()
        .route("/ws", get(ws))
        .route("/sse", get(sse))
        .route("/publish", post(publish))
        .route("/emit", post(emit))
        .route("/revoke", post(revoke))
        .with_state(app)
        .layer(sockets.layer());
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, routes).await?;
    Ok(())
}
