//! The trail over HTTP.

use std::sync::Arc;

use serde_json::{Value, json};
use usher_audit::{Audit, erase};
use usher_db::{DbError, Lane};
use usher_events::{Events, NewEvent, Settings, append};
use usher_http::{Api, Authenticator, BoxFuture, Credential, Grants, HttpConfig, Identity, Peer, Rates};
use usher_kernel::{Actor, Clock, Ctx, Fault, Scope, Scopes, SiteId, TenantId, UserId};
use usher_tenancy::Tenancy;
use usher_testkit::{TestClient, TestDb, both_engines};
use uuid::Uuid;

const TICKET: Uuid = Uuid::from_u128(3);

/// The credential is a tenant's id, with a scope before it: `audit:read@<id>`, and the site behind it that the caller is
/// limited to, where there is one: `audit:read@<id>@<site>`; or `platform`.
struct Names;

impl Authenticator for Names {
    fn identify<'a>(&'a self, credential: Credential<'a>, _: Peer) -> BoxFuture<'a, Result<Identity, Fault>> {
        let mut parts = credential.secret().split('@');
        let (scope, tenant) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let sites = parts.filter_map(|site| site.parse().ok()).collect();
        let scopes = Scopes::of([Scope::owned(scope.to_owned())]);
        let identity = Identity {
            actor: Actor::User { id: UserId::from_uuid(Uuid::from_u128(1)), session: Uuid::nil() },
            home: tenant.parse::<TenantId>().ok().map(|id| (id, Grants { scopes, sites })),
            platform: credential.secret() == "platform",
            locale: Arc::from(""),
        };
        Box::pin(std::future::ready(Ok(identity)))
    }

    fn grants<'a>(&'a self, _: &'a Identity, _: TenantId) -> BoxFuture<'a, Result<Option<Grants>, Fault>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

struct App {
    client: TestClient,
    store: TestDb,
    clock: Clock,
}

impl App {
    fn over(store: TestDb) -> Self {
        let (clock, _) = Clock::manual("2026-11-20T09:00:00Z".parse().unwrap());
        let db = store.db().clone();
        let log = Events::new(db.clone(), clock.clone(), Settings::default());
        let tenancy = Tenancy::new(db.clone(), log.bus(), None);
        let audit = Audit::new(db, &log);
        let http = HttpConfig { rates: Rates::unlimited(), ..HttpConfig::default() };
        let api = Api::builder(http, Arc::new(Names), Arc::new(tenancy.clone()), clock.clone())
            .mount(usher_tenancy::routes(tenancy))
            .mount(usher_audit::routes(audit))
            .build()
            .unwrap();
        Self { client: TestClient::new(api.into_router()), store, clock }
    }

    /// A tenant, its id, and a client that may do `scope` there.
    async fn tenant(&self, name: &str, scope: &str) -> (TenantId, TestClient) {
        let platform = self.client.clone().bearer("platform");
        let tenant = platform.post("/api/v1/tenants", json!({ "name": name })).await.expect(201);
        let id = tenant["id"].as_str().unwrap().to_owned();
        (id.parse().unwrap(), self.client.clone().bearer(&format!("{scope}@{id}")))
    }

    /// Three events of one ticket, of which the second names a person.
    async fn fill(&self, tenant: TenantId) {
        let ctx = Ctx::system(tenant, "test", self.clock.clone());
        for (version, kind) in (1..).zip(["ticket.issued", "ticket.named", "ticket.called"]) {
            self.store
                .write::<_, DbError>(&ctx, Lane::Tenant, move |tx| {
                    let payload = json!({ "number": "A-042" });
                    let event = NewEvent::new(kind, 1, ("ticket", TICKET), version, &payload);
                    let personal = kind == "ticket.named";
                    append(tx, if personal { event.with_personal(json!({"name": "Ada"})) } else { event })
                })
                .await
                .unwrap();
        }
    }
}

fn kinds(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect()
}

both_engines! {
    migrations: vec![
        usher_http::MIGRATIONS,
        usher_events::migrations(),
        usher_tenancy::MIGRATIONS,
        usher_audit::MIGRATIONS,
    ];

    /// Filters, pages, and the history of one thing.
    async fn the_trail_is_searched(db: TestDb) {
        let app = App::over(db);
        let (tenant, reader) = app.tenant("Bank", "audit:read").await;
        app.fill(tenant).await;
        let base = format!("/api/v1/tenants/{tenant}/audit");

        let all = reader.get(&base).await.expect(200);
        assert_eq!(kinds(&all)[..3], ["ticket.called", "ticket.named", "ticket.issued"]);
        assert_eq!(all["items"][1]["personal"], json!({"name": "Ada"}));
        assert_eq!(all["items"][0]["payload"], json!({"number": "A-042"}));

        let named = reader.get(&format!("{base}?kind=ticket.named&thing={TICKET}")).await.expect(200);
        assert_eq!(kinds(&named), ["ticket.named"]);
        let later = reader.get(&format!("{base}?from=2026-11-21T00:00:00Z")).await.expect(200);
        assert!(kinds(&later).is_empty());

        let first = reader.get(&format!("{base}/ticket/{TICKET}?limit=2")).await.expect(200);
        assert_eq!(kinds(&first), ["ticket.called", "ticket.named"]);
        let cursor = first["next_cursor"].as_str().unwrap();
        let rest = reader.get(&format!("{base}/ticket/{TICKET}?limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!(kinds(&rest), ["ticket.issued"]);
        assert_eq!(rest["next_cursor"], Value::Null);
        reader.get(&format!("{base}?cursor=nonsense")).await.expect(422);
        reader.get(&format!("{base}?colour=red")).await.expect(422);

        let ctx = Ctx::system(tenant, "test", app.clock.clone());
        app.store
            .write::<_, DbError>(&ctx, Lane::Tenant, move |tx| erase(tx, tenant, TICKET, &[]))
            .await
            .unwrap();
        let erased = reader.get(&format!("{base}?kind=ticket.named")).await.expect(200);
        assert_eq!(erased["items"][0]["personal"], Value::Null);
    }

    /// Nobody, somebody without the scope, somebody of another tenant.
    async fn the_trail_is_for_those_who_may_read_it(db: TestDb) {
        let app = App::over(db);
        let (bank, _) = app.tenant("Bank", "audit:read").await;
        let (_, stranger) = app.tenant("Shop", "audit:read").await;
        let clerk = app.client.clone().bearer(&format!("tickets:read@{bank}"));
        app.fill(bank).await;
        for path in ["audit".to_owned(), format!("audit/ticket/{TICKET}")] {
            let path = format!("/api/v1/tenants/{bank}/{path}");
            app.client.get(&path).await.expect(401);
            clerk.get(&path).await.expect(403);
            stranger.get(&path).await.expect(404);
        }
    }

    /// Whoever is limited to a site is told what happened there: nothing of other sites, and nothing of the tenant as a
    /// whole, in the search and in the history of one thing.
    async fn staff_of_some_sites_are_told_of_those(db: TestDb) {
        let app = App::over(db);
        let (tenant, reader) = app.tenant("Bank", "audit:read").await;
        let [north, south] = [7, 8].map(|n| SiteId::from_uuid(Uuid::from_u128(n)));
        app.fill(tenant).await;
        for (version, site) in (4..).zip([north, south, north]) {
            let ctx = Ctx::system(tenant, "test", app.clock.clone());
            app.store
                .write::<_, DbError>(&ctx, Lane::Tenant, move |tx| {
                    let payload = json!({});
                    let event = NewEvent::new("ticket.moved", 1, ("ticket", TICKET), version, &payload);
                    append(tx, event.at_site(site).with_personal(json!({ "name": "Ada" })))
                })
                .await
                .unwrap();
        }
        let base = format!("/api/v1/tenants/{tenant}/audit");
        let versions = |page: Value| -> Vec<i64> {
            let items = page["items"].as_array().unwrap();
            items.iter().map(|entry| entry["thing_version"].as_i64().unwrap()).collect()
        };
        let of = |site: SiteId| app.client.clone().bearer(&format!("audit:read@{tenant}@{site}"));
        assert_eq!(versions(reader.get(&format!("{base}/ticket/{TICKET}")).await.expect(200)), [6, 5, 4, 3, 2, 1]);
        for (site, seen) in [(north, vec![6, 4]), (south, vec![5])] {
            let limited = of(site);
            let all = limited.get(&base).await.expect(200);
            assert_eq!(all["items"][0]["personal"], json!({ "name": "Ada" }));
            assert_eq!(versions(all), seen);
            assert_eq!(versions(limited.get(&format!("{base}/ticket/{TICKET}")).await.expect(200)), seen);
            let none = limited.get(&format!("{base}/counter/{TICKET}")).await.expect(200);
            assert!(versions(none).is_empty(), "another kind of thing");
        }
        let first = of(north).get(&format!("{base}?limit=1")).await.expect(200);
        let cursor = first["next_cursor"].as_str().unwrap();
        let rest = of(north).get(&format!("{base}?limit=1&cursor={cursor}")).await.expect(200);
        assert_eq!((versions(rest.clone()), &rest["next_cursor"]), (vec![4], &Value::Null));
        let elsewhere = of(SiteId::from_uuid(Uuid::from_u128(9)));
        assert!(versions(elsewhere.get(&base).await.expect(200)).is_empty());
    }
}
