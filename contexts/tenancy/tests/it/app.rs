//! An installation with tenancy alone, and callers who are who they say they are.

use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use usher_db::{Db, Engine};
use usher_events::{Event, Events, Settings};
use usher_http::{Api, Authenticator, BoxFuture, Credential, Grants, HttpConfig, Identity, Peer, Rates};
use usher_kernel::{
    Actor, Clock, Fault, FaultKind, ManualClock, Scope, Scopes, SiteId, SystemCtx, TenantId, UserId,
};
use usher_tenancy::Tenancy;
use usher_testkit::{TestClient, TestDb, block_on};
use uuid::Uuid;

/// The credential says it all: `platform`, or `admin@<tenant id>` and `clerk@<tenant id>`; `admin@<tenant id>/<site id>` is
/// limited to that site.
struct Names;

impl Authenticator for Names {
    fn identify<'a>(&'a self, credential: Credential<'a>, _: Peer) -> BoxFuture<'a, Result<Identity, Fault>> {
        let (name, place) = credential.secret().split_once('@').unwrap_or((credential.secret(), ""));
        let (tenant, site) = place.split_once('/').unwrap_or((place, ""));
        let sites: Arc<[SiteId]> = site.parse::<SiteId>().into_iter().collect();
        let scopes = match name {
            "admin" => Scopes::all(),
            "clerk" => Scopes::of(["tenants:read", "sites:read"].map(Scope::new)),
            _ => Scopes::none(),
        };
        let home = tenant.parse::<TenantId>().ok().map(|id| (id, Grants { scopes, sites }));
        let known = ["platform", "admin", "clerk", "nobody"].contains(&name);
        let identity = Identity {
            actor: Actor::User { id: UserId::from_uuid(Uuid::from_u128(1)), session: Uuid::from_u128(2) },
            home,
            platform: name == "platform",
            locale: Arc::from(""),
        };
        let wrong = || Fault::new(FaultKind::Unauthenticated, "invalid_credential", "Who?");
        Box::pin(std::future::ready(known.then_some(identity).ok_or_else(wrong)))
    }

    fn grants<'a>(&'a self, _: &'a Identity, _: TenantId) -> BoxFuture<'a, Result<Option<Grants>, Fault>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

/// An installation under test.
pub(crate) struct App {
    pub(crate) tenancy: Tenancy,
    pub(crate) db: Db,
    pub(crate) sys: SystemCtx,
    pub(crate) time: ManualClock,
    pub(crate) events: Arc<Mutex<Vec<Arc<Event>>>>,
    client: TestClient,
    _files: TestDb,
}

impl App {
    /// A new installation on Friday, 20 November 2026, 9 o'clock UTC.
    pub(crate) async fn over(files: TestDb) -> Self {
        let (clock, time) = Clock::manual("2026-11-20T09:00:00Z".parse().unwrap());
        let db = files.db().clone();
        let log = Events::new(db.clone(), clock.clone(), Settings::default());
        let events: Arc<Mutex<Vec<Arc<Event>>>> = Arc::default();
        let heard = Arc::clone(&events);
        log.bus().listen(move |event| heard.lock().push(Arc::clone(event)));
        let tenancy = Tenancy::new(db.clone(), log.bus(), None);
        let http = HttpConfig { rates: Rates::unlimited(), ..HttpConfig::default() };
        let api = Api::builder(http, Arc::new(Names), Arc::new(tenancy.clone()), clock.clone())
            .mount(usher_tenancy::routes(tenancy.clone()))
            .build()
            .unwrap();
        let client = TestClient::new(api.into_router());
        Self { tenancy, db, sys: SystemCtx::new("test", clock), time, events, client, _files: files }
    }

    /// Nobody.
    pub(crate) fn nobody(&self) -> TestClient {
        self.client.clone()
    }

    /// The operator of the installation.
    pub(crate) fn platform(&self) -> TestClient {
        self.client.clone().bearer("platform")
    }

    /// An administrator of a tenant.
    pub(crate) fn admin(&self, tenant: &Value) -> TestClient {
        self.client.clone().bearer(&format!("admin@{}", tenant["id"].as_str().unwrap()))
    }

    /// An administrator of one site of a tenant.
    pub(crate) fn admin_at(&self, tenant: &Value, site: &Value) -> TestClient {
        let ids = [tenant, site].map(|one| one["id"].as_str().unwrap());
        self.client.clone().bearer(&format!("admin@{}/{}", ids[0], ids[1]))
    }

    /// A member of a tenant who may read.
    pub(crate) fn clerk(&self, tenant: &Value) -> TestClient {
        self.client.clone().bearer(&format!("clerk@{}", tenant["id"].as_str().unwrap()))
    }

    /// A tenant with this name.
    pub(crate) async fn tenant(&self, name: &str) -> Value {
        self.platform().post("/api/v1/tenants", json!({ "name": name })).await.expect(201)
    }

    /// The kinds of the events so far.
    pub(crate) fn kinds(&self) -> Vec<String> {
        self.events.lock().iter().map(|event| event.kind.to_string()).collect()
    }

    /// The payload of the last event.
    pub(crate) fn last_payload(&self) -> Value {
        serde_json::from_str(self.events.lock().last().unwrap().payload.get()).unwrap()
    }
}

/// The answer with what differs from run to run taken out.
pub(crate) fn steady(mut answer: Value) -> Value {
    for name in ["id", "tenant_id"] {
        if let Some(member) = answer.get_mut(name) {
            *member = json!("…");
        }
    }
    answer
}

/// Runs a test on an engine, where that is wanted and installed.
pub(crate) fn run<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(App) -> F) {
    let sets = vec![usher_http::MIGRATIONS, usher_events::migrations(), usher_tenancy::MIGRATIONS];
    block_on(async {
        if let Some(files) = TestDb::open(engine, sets).await {
            test(App::over(files).await).await;
        }
    });
}
