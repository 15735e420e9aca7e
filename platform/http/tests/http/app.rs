//! The installation under test.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use http_body_util::BodyExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tower::ServiceExt;
use usher_http::{
    Access, Api, Authenticator, BoxFuture, Created, Credential, Errand, Grants, HttpConfig, Identity,
    IfMatch, Json, NoContent, Path, Peer, Query, RateClass, Rates, Routes, State, TenantInfo, TenantRef,
    TenantResolver, Versioned, Visitor, WeakApi,
};
use usher_kernel::{
    Actor, Caller, Clock, Ctx, Fault, FaultKind, ManualClock, Page, PageQuery, Scope, Scopes, SiteId,
    TenantId, UserId,
};
use usher_telemetry::Telemetry;
use uuid::Uuid;

pub(crate) const READ: Scope = Scope::new("books:read");
pub(crate) const WRITE: Scope = Scope::new("books:write");

pub(crate) const ACME: TenantId = TenantId::from_uuid(Uuid::from_u128(0xA));
pub(crate) const BANK: TenantId = TenantId::from_uuid(Uuid::from_u128(0xB));
pub(crate) const CLOSED: TenantId = TenantId::from_uuid(Uuid::from_u128(0xC));
pub(crate) const NORTH: SiteId = SiteId::from_uuid(Uuid::from_u128(0x1));
pub(crate) const SOUTH: SiteId = SiteId::from_uuid(Uuid::from_u128(0x2));

pub(crate) struct Identities;

fn user(n: u128, home: Option<(TenantId, Grants)>, platform: bool) -> Identity {
    let id = UserId::from_uuid(Uuid::from_u128(n));
    Identity { actor: Actor::User { id, session: Uuid::nil() }, home, platform, locale: Arc::from("") }
}

fn grants(scopes: &[Scope]) -> Grants {
    Grants { scopes: Scopes::of(scopes.iter().cloned()), sites: Arc::default() }
}

impl Authenticator for Identities {
    fn identify<'a>(&'a self, credential: Credential<'a>, _: Peer) -> BoxFuture<'a, Result<Identity, Fault>> {
        let identity = match credential {
            Credential::Bearer("reader") => user(1, Some((ACME, grants(&[READ]))), false),
            Credential::Bearer("writer") | Credential::Session("writer") => {
                user(2, Some((ACME, grants(&[READ, WRITE]))), false)
            }
            Credential::Bearer("powerless") => user(11, Some((ACME, Grants::default())), false),
            Credential::Bearer("admin") => {
                let all = Grants { scopes: Scopes::all(), sites: Arc::default() };
                user(12, Some((ACME, all)), false)
            }
            Credential::Bearer("north") => {
                let mut north = grants(&[READ]);
                north.sites = Arc::from([NORTH]);
                user(3, Some((ACME, north)), false)
            }
            Credential::Bearer("banker") => user(4, Some((BANK, grants(&[READ, WRITE]))), false),
            Credential::Bearer("operator") => user(5, None, true),
            Credential::Bearer("homeless") => user(6, None, false),
            Credential::Bearer("closed") => user(7, Some((CLOSED, grants(&[READ]))), false),
            Credential::Token("kiosk") => Identity {
                actor: Actor::Device { id: Uuid::from_u128(8), kind: Arc::from("kiosk"), site: NORTH },
                home: Some((ACME, Grants::default())),
                platform: false,
                locale: Arc::from("fr"),
            },
            Credential::ApiKey("key") => Identity {
                actor: Actor::ApiKey { id: Uuid::from_u128(9) },
                home: Some((ACME, grants(&[READ]))),
                platform: false,
                locale: Arc::from(""),
            },
            Credential::Token("link") => Identity {
                actor: Actor::Link { kind: "ticket", id: Uuid::from_u128(10) },
                home: Some((ACME, Grants::default())),
                platform: false,
                locale: Arc::from(""),
            },
            Credential::Ticket("once") => user(1, Some((ACME, grants(&[READ]))), false),
            _ => {
                return Box::pin(async {
                    Err(Fault::new(FaultKind::Unauthenticated, "token_invalid", "This token is not valid."))
                });
            }
        };
        Box::pin(async { Ok(identity) })
    }

    fn grants<'a>(
        &'a self,
        identity: &'a Identity,
        tenant: TenantId,
    ) -> BoxFuture<'a, Result<Option<Grants>, Fault>> {
        // The writer of ACME also reads in BANK: a member of two tenants.
        let member = identity.actor.id() == Some(Uuid::from_u128(2)) && tenant == BANK;
        Box::pin(async move { Ok(member.then(|| grants(&[READ]))) })
    }
}

/// Knows nobody and no tenant.
pub(crate) struct Nobody;

impl Authenticator for Nobody {
    fn identify<'a>(&'a self, _: Credential<'a>, _: Peer) -> BoxFuture<'a, Result<Identity, Fault>> {
        Box::pin(async { Err(Fault::new(FaultKind::Unauthenticated, "token_invalid", "Nobody.")) })
    }
    fn grants<'a>(&'a self, _: &'a Identity, _: TenantId) -> BoxFuture<'a, Result<Option<Grants>, Fault>> {
        Box::pin(async { Ok(None) })
    }
}

impl TenantResolver for Nobody {
    fn resolve<'a>(&'a self, _: TenantRef<'a>) -> BoxFuture<'a, Result<Option<TenantInfo>, Fault>> {
        Box::pin(async { Ok(None) })
    }
}

pub(crate) struct Tenants;

impl TenantResolver for Tenants {
    fn resolve<'a>(&'a self, name: TenantRef<'a>) -> BoxFuture<'a, Result<Option<TenantInfo>, Fault>> {
        let id = match name {
            TenantRef::Slug("acme") | TenantRef::Default => Some(ACME),
            TenantRef::Slug("bank") => Some(BANK),
            TenantRef::Slug("closed") => Some(CLOSED),
            TenantRef::Slug(_) => None,
            TenantRef::Id(id) => [ACME, BANK, CLOSED].into_iter().find(|known| *known == id),
        };
        let info = id.map(|id| TenantInfo { id, suspended: id == CLOSED, locale: Arc::from("en") });
        Box::pin(async move { Ok(info) })
    }
}

/// A book, as answers carry it.
#[derive(Serialize, JsonSchema)]
struct Book {
    /// Its id.
    id: Uuid,
    /// Its title.
    title: String,
    /// How many pages it has.
    pages: Option<u32>,
    /// Who wrote it.
    author: Author,
}

#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Author {
    /// Their name.
    name: String,
    /// Where they live.
    #[serde(default)]
    city: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewBook {
    /// Its title.
    title: String,
    /// How many pages it has.
    #[serde(default)]
    pages: Option<u32>,
    /// Who wrote it.
    author: Author,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Order {
    Title,
    Newest,
}

#[derive(Deserialize, JsonSchema)]
struct BookQuery {
    /// Part of the title.
    title: Option<String>,
    /// The order of the list.
    sort: Option<Order>,
    /// Only these.
    #[serde(default)]
    ids: Vec<u32>,
    /// Also those that are lent.
    lent: Option<bool>,
    #[serde(flatten)]
    page: PageQuery,
}

#[derive(Clone)]
struct Library {
    greeting: &'static str,
    slow_begun: Arc<Notify>,
    /// All routes, for the one that asks for others.
    all: Arc<OnceLock<WeakApi>>,
}

/// What somebody wants of another route.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    method: String,
    path: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    counted: bool,
}

async fn second_door(
    visitor: Visitor,
    State(library): State<Library>,
    Json(wanted): Json<Wanted>,
) -> Response {
    let api = library.all.get().and_then(WeakApi::upgrade).unwrap();
    let route = api.registry().route(&wanted.method, &wanted.path).unwrap();
    let errand = Errand {
        route,
        params: wanted.id.map(|id| ("id", id)).into_iter().collect(),
        query: String::new(),
        body: wanted.body.map(|body| body.to_string().into()),
        if_match: Some(6),
        part: None,
        counted: wanted.counted,
    };
    api.run(&visitor, errand).await
}

async fn list(ctx: Ctx, Query(query): Query<BookQuery>) -> Json<Value> {
    let sort = query.sort.map(|sort| match sort {
        Order::Title => "title",
        Order::Newest => "newest",
    });
    Json(json!({
        "tenant": ctx.tenant, "title": query.title, "sort": sort, "ids": query.ids, "lent": query.lent,
        "limit": query.page.limit(), "cursor": query.page.cursor,
    }))
}

async fn add(_ctx: Ctx, Json(book): Json<NewBook>) -> Result<Created<Book>, Fault> {
    if book.title == "Dune" {
        return Err(Fault::new(FaultKind::Conflict, "title_taken", "That book is there already.")
            .with("title_id", "42"));
    }
    Ok(Created(Book { id: Uuid::nil(), title: book.title, pages: book.pages, author: book.author }))
}

async fn one(_ctx: Ctx, Path(id): Path<Uuid>) -> Json<Value> {
    Json(json!({ "id": id }))
}

async fn page(Path((id, number)): Path<(Uuid, u32)>) -> Json<Value> {
    Json(json!({ "id": id, "page": number }))
}

async fn change(version: IfMatch, Path(_): Path<Uuid>) -> Result<Versioned<NoContent>, Fault> {
    version.check(7)?;
    Ok(Versioned { version: 8, answer: NoContent })
}

async fn whoami(caller: Arc<Caller>, State(library): State<Library>) -> Json<Value> {
    Json(json!({
        "actor": caller.actor.kind(), "id": caller.actor.id(), "ip": caller.ip, "locale": &*caller.locale,
        "greeting": library.greeting, "request_id": caller.request_id,
    }))
}

async fn at_site(ctx: Ctx, Path(site): Path<SiteId>) -> Result<NoContent, Fault> {
    ctx.require_site(site)?;
    Ok(NoContent)
}

async fn broken() -> Result<NoContent, Fault> {
    Err(Fault::internal("the password of the database is hunter2"))
}

async fn panicking() -> NoContent {
    panic!("a bug")
}

async fn slow(State(library): State<Library>) -> NoContent {
    library.slow_begun.notify_one();
    tokio::time::sleep(Duration::from_secs(60)).await;
    NoContent
}

fn routes(slow_begun: Arc<Notify>, all: Arc<OnceLock<WeakApi>>) -> Routes<Library> {
    Routes::new("library", Library { greeting: "hello", slow_begun, all })
        .get("/api/v1/tenants/{tenant}/books", Access::scope(READ), list, |d| {
            d.summary("List the books").query::<BookQuery>().answer::<Page<Book>>(200)
        })
        .also(&["/api/organizations/{org}/books"])
        .post("/api/v1/tenants/{tenant}/books", Access::scope(WRITE), add, |d| {
            d.summary("Add a book")
                .description("Titles are unique.")
                .body::<NewBook>()
                .answer::<Book>(201)
                .fault("title_taken", 409)
        })
        .get("/api/books", Access::scope(READ), list, |d| d.summary("List the books").query::<BookQuery>())
        .get("/api/v1/tenants/{tenant}/books/{id}", Access::scope(READ), one, |d| d.summary("Read a book"))
        .put("/api/v1/tenants/{tenant}/books/{id}", Access::scope(WRITE), change, |d| {
            d.summary("Change a book").answer_empty(204).fault("stale", 412)
        })
        .get("/api/books/{id}/pages/{number}", Access::public(), page, |d| {
            d.summary("Read a page").param::<u32>("number", "Counted from 1.")
        })
        .get("/api/whoami", Access::public(), whoami, |d| d.summary("Who asks"))
        .get("/api/me", Access::signed_in(), whoami, |d| d.summary("Who has signed in"))
        .post("/api/me", Access::signed_in(), whoami, |d| d.summary("Changes something"))
        .get("/api/platform", Access::platform(), whoami, |d| d.summary("For the operator"))
        .get("/api/kiosk", Access::device(&["kiosk"]), whoami, |d| d.summary("For kiosks"))
        .get("/api/link", Access::link("ticket"), whoami, |d| d.summary("For ticket links"))
        .get("/api/either", Access::device(&["kiosk"]).or(Access::scope(WRITE)), whoami, |d| {
            d.summary("For kiosks and writers")
        })
        .get("/api/sites/{site_id}", Access::scope(READ), at_site, |d| d.summary("At a site"))
        .get("/ws/live", Access::scope(READ), whoami, |d| d.summary("Live").stream())
        .post("/api/tickets", Access::public(), whoami, |d| {
            d.summary("Issue").rate(RateClass::AnonymousIssue).body_limit(64)
        })
        .post("/api/login", Access::public(), whoami, |d| {
            d.summary("Sign in").rate(RateClass::Login).secret_answer()
        })
        .get("/api/broken", Access::public(), broken, |d| d.summary("Fails"))
        .get("/api/panicking", Access::public(), panicking, |d| d.summary("Has a bug"))
        .post("/api/door", Access::public(), second_door, |d| d.summary("Asks for another route"))
        .get("/api/slow", Access::public(), slow, |d| {
            d.summary("Takes long").timeout(Duration::from_millis(20))
        })
}

/// Screens: one page, and a page of its own for people who are lost.
async fn pages(request: Request<Body>) -> Response {
    let path = request.uri().path();
    let reader =
        request.headers().get("accept").is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
    let mut response =
        if path == "/" || reader { Html("a page").into_response() } else { ().into_response() };
    if path != "/" {
        *response.status_mut() = StatusCode::NOT_FOUND;
        response.headers_mut().insert("vary", HeaderValue::from_static("accept"));
    }
    response
}

pub(crate) struct App {
    pub(crate) api: Api,
    pub(crate) clock: ManualClock,
    /// The slow route has been reached.
    pub(crate) slow_begun: Arc<Notify>,
}

impl App {
    pub(crate) fn new() -> Self {
        Self::with(HttpConfig { rates: Rates::unlimited(), version: "1.2.3", ..HttpConfig::default() })
    }

    pub(crate) fn with(config: HttpConfig) -> Self {
        let (clock, hand) = Clock::manual("2026-01-05T09:00:00Z".parse().unwrap());
        let slow_begun = Arc::new(Notify::new());
        let all = Arc::new(OnceLock::new());
        let api = Api::builder(config, Arc::new(Identities), Arc::new(Tenants), clock)
            .system(&Telemetry::default())
            .mount(routes(Arc::clone(&slow_begun), Arc::clone(&all)))
            .fallback(pages)
            .build()
            .unwrap();
        all.get_or_init(|| api.downgrade());
        Self { api, clock: hand, slow_begun }
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask {
        Ask {
            api: self.api.clone(),
            request: Request::builder().method(method).uri(path),
            body: Body::empty(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Ask {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Ask {
        self.ask(Method::POST, path).header("content-type", "application/json").body(body.to_string())
    }
}

pub(crate) struct Ask {
    api: Api,
    request: axum::http::request::Builder,
    body: Body,
}

impl Ask {
    pub(crate) fn new(api: &Api, method: Method, path: &str) -> Self {
        Self { api: api.clone(), request: Request::builder().method(method).uri(path), body: Body::empty() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Token {token}"))
    }

    pub(crate) fn from(mut self, address: &str) -> Self {
        let address: SocketAddr = format!("{address}:5000").parse().unwrap();
        self.request = self.request.extension(ConnectInfo(address));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) async fn send(self) -> Got {
        let response = self.api.oneshot(self.request.body(self.body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Got { status: parts.status, headers: parts.headers, text, bytes: bytes.len() }
    }

    pub(crate) async fn expect(self, status: u16) -> Value {
        let got = self.send().await;
        assert_eq!(got.status.as_u16(), status, "{}", got.text);
        serde_json::from_str(&got.text).unwrap_or(Value::Null)
    }
}

pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: usize,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}
