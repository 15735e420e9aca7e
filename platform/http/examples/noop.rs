//! What the gate costs: a bare axum route and the same behind the gate, signed in with a scope.
//!
//! `cargo run --release -p usher-http --example noop -- 4100` serves the bare one on port 4100 and the
//! gated one on 4101 (or on the port named after it), both as `POST /tickets {"service_id": 1}`; the second wants
//! `Authorization: Bearer staff`. Put load on each in turn and compare.

use std::error::Error;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use axum::routing::post;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use usher_http::{
    Access, Api, Authenticator, BoxFuture, Credential, Grants, HttpConfig, Identity, Json, Peer, Rate,
    Routes, TenantInfo, TenantRef, TenantResolver,
};
use usher_kernel::{Actor, Clock, Ctx, Fault, FaultKind, Scope, Scopes, TenantId, UserId};
use usher_telemetry::Telemetry;
use uuid::Uuid;

const ISSUE: Scope = Scope::new("tickets:issue");
const TENANT: TenantId = TenantId::from_uuid(Uuid::from_u128(1));

/// Knows one person, as a cache in front of a token check would.
struct OnePerson(Identity);

impl Authenticator for OnePerson {
    fn identify<'a>(&'a self, credential: Credential<'a>, _: Peer) -> BoxFuture<'a, Result<Identity, Fault>> {
        Box::pin(async move {
            if credential.secret() == "staff" {
                return Ok(self.0.clone());
            }
            Err(Fault::new(FaultKind::Unauthenticated, "token_invalid", "This token is not valid."))
        })
    }

    fn grants<'a>(&'a self, _: &'a Identity, _: TenantId) -> BoxFuture<'a, Result<Option<Grants>, Fault>> {
        Box::pin(async { Ok(None) })
    }
}

/// Knows one tenant.
struct OneTenant(TenantInfo);

impl TenantResolver for OneTenant {
    fn resolve<'a>(&'a self, _: TenantRef<'a>) -> BoxFuture<'a, Result<Option<TenantInfo>, Fault>> {
        Box::pin(async { Ok(Some(self.0.clone())) })
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Issue {
    service_id: i64,
}

#[derive(Serialize, JsonSchema)]
struct Ticket {
    ticket_id: i64,
    number: i64,
    service_id: i64,
}

async fn bare(axum::Json(issue): axum::Json<Issue>) -> axum::Json<Ticket> {
    axum::Json(Ticket { ticket_id: 1, number: 42, service_id: issue.service_id })
}

async fn gated(_ctx: Ctx, Json(issue): Json<Issue>) -> Result<Json<Ticket>, Fault> {
    Ok(Json(Ticket { ticket_id: 1, number: 42, service_id: issue.service_id }))
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = std::env::args().nth(1).unwrap_or_else(|| "4100".to_owned()).parse()?;
    let behind_the_gate = std::env::args().nth(2).map_or(Ok(port + 1), |text| text.parse())?;
    let id = UserId::from_uuid(Uuid::from_u128(2));
    let grants = Grants { scopes: Scopes::of([ISSUE]), sites: Arc::default() };
    let person = Identity {
        actor: Actor::User { id, session: Uuid::nil() },
        home: Some((TENANT, grants)),
        platform: false,
        locale: Arc::from("en"),
    };
    let tenant = TenantInfo { id: TENANT, suspended: false, locale: Arc::from("en") };
    let mut config = HttpConfig::default();
    // The limiter counts, and never refuses.
    config.rates.staff = Rate::per_minute(60_000_000);
    let api = Api::builder(config, Arc::new(OnePerson(person)), Arc::new(OneTenant(tenant)), Clock::system())
        .system(&Telemetry::default())
        .mount(Routes::new("queueing", ()).post("/tickets", Access::scope(ISSUE), gated, |d| {
            d.summary("Issue a ticket").body::<Issue>().answer::<Ticket>(200)
        }))
        .build()?;
    let hello = axum::Router::new().route("/tickets", post(bare));
    let first = TcpListener::bind(("127.0.0.1", port)).await?;
    let second = TcpListener::bind(("127.0.0.1", behind_the_gate)).await?;
    let gated = usher_http::serve(second, api.into_router(), std::future::pending(), Duration::ZERO);
    tokio::try_join!(axum::serve(first, hello).into_future(), gated)?;
    Ok(())
}
