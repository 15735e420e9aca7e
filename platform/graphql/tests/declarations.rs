//! Declarations that do not fit the routes are told of, with what is wrong; so is a door that is not open.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use usher_graphql::{Declared, Door, Graph, SchemaError, Settings};
use usher_http::{
    Access, Api, Authenticator, BoxFuture, Created, Credential, Grants, HttpConfig, Identity, Json, Path,
    Peer, Query, Registry, Routes, TenantInfo, TenantRef, TenantResolver,
};
use usher_kernel::{Clock, Ctx, Fault, Page, PageQuery, TenantId};
use usher_realtime::{Hub, HubConfig};
use usher_testkit::TestClient;
use uuid::Uuid;

/// A book.
#[derive(Serialize, JsonSchema)]
struct BookView {
    /// Its id.
    id: Uuid,
    /// Who wrote it.
    author_id: Option<Uuid>,
    /// In which state it is.
    state: State,
}

/// A state.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    OnShelf,
    Lent,
}

#[derive(Deserialize, JsonSchema)]
struct NewBook {
    /// Its id comes with it.
    id: Uuid,
    /// In which state it is.
    #[expect(dead_code, reason = "only its schema is read")]
    state: Option<State>,
}

fn book(id: Uuid) -> BookView {
    BookView { id, author_id: None, state: State::OnShelf }
}

async fn list(_: Ctx, Query(page): Query<PageQuery>) -> Result<Json<Page<BookView>>, Fault> {
    Ok(Json(Page::cut(vec![book(Uuid::nil())], page.limit(), |book| book.id.to_string())))
}

async fn read(Path(id): Path<Uuid>) -> Result<Json<BookView>, Fault> {
    Ok(Json(book(id)))
}

async fn add(Json(new): Json<NewBook>) -> Result<Created<BookView>, Fault> {
    Ok(Created(book(new.id)))
}

async fn replace(Path(id): Path<Uuid>, Json(_): Json<NewBook>) -> Result<Json<BookView>, Fault> {
    Ok(Json(book(id)))
}

fn registry() -> Registry {
    Registry::of([Routes::new("library", ())
        .get("/books", Access::public(), list, |d| {
            d.summary("List the books").query::<PageQuery>().answer::<Page<BookView>>(200)
        })
        .get("/books/{id}", Access::public(), read, |d| d.summary("Read a book").answer::<BookView>(200))
        .post("/books", Access::public(), add, |d| {
            d.summary("Add a book").body::<NewBook>().answer::<BookView>(201)
        })
        .put("/books/{id}", Access::public(), replace, |d| {
            d.summary("Replace a book").body::<NewBook>().answer::<BookView>(200)
        })])
}

async fn sdl(declared: Declared) -> Result<String, SchemaError> {
    let hub = Hub::new(HubConfig::default(), Clock::manual("2026-03-04T10:00:00Z".parse().unwrap()).0);
    Door::new(hub, Settings { introspection: true, log: false }, vec![declared]).sdl(&registry())
}

fn graph() -> Graph<()> {
    Graph::new(())
        .query("books", "GET /books")
        .query("book", "GET /books/{id}")
        .mutation("addBook", "POST /books")
}

async fn nothing(_: Ctx, _: (), _: Vec<Uuid>) -> Result<Vec<(Uuid, BookView)>, Fault> {
    Ok(Vec::new())
}

#[tokio::test]
async fn a_schema_is_made_of_routes() {
    let link =
        |object: usher_graphql::Object<()>| object.link("author", "author_id", "GET /books/{id}", nothing);
    let graph = graph().list("allBooks", "GET /books").object::<BookView>("Book", |object| {
        link(object).field::<Option<i64>>("pages", "How long it is.", |(), _| None)
    });
    let text = sdl(graph.finish()).await.unwrap();
    for part in [
        "enum State {",
        "  on_shelf\n",
        "addBook(\n",
        "book(id: ID!): Book\n",
        "): BookConnection\n",
        "): [Book!]\n",
        "  author: Book\n",
        "  pages: Int\n",
        "  state: State!\n",
        "\"Read a book: `GET /books/{id}`. Needs nothing: it is public.\"",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_named() {
    let unknown = graph().query("shelf", "GET /shelves").finish();
    let route = SchemaError::Route { operation: "shelf", route: "GET /shelves" };
    assert_eq!(sdl(unknown).await, Err(route));

    let twice = graph().query("book", "GET /books/{id}").finish();
    assert_eq!(sdl(twice).await, Err(SchemaError::Twice("book".to_owned())));

    let both = graph().mutation("replaceBook", "PUT /books/{id}").finish();
    let argument = SchemaError::Argument { operation: "replaceBook", argument: "id".to_owned() };
    assert_eq!(sdl(both).await, Err(argument));

    let same = graph().named::<BookView>("State").finish();
    assert!(matches!(sdl(same).await, Err(SchemaError::Name(_) | SchemaError::Library(_))));

    let far = graph().extend("Shelf", |shelf| shelf.field::<i64>("width", "", |(), _| 1)).finish();
    assert_eq!(sdl(far).await, Err(SchemaError::Unreached("Shelf".to_owned())));

    let key = graph().extend("Book", |book| book.link("again", "state", "GET /books/{id}", nothing)).finish();
    let wrong = SchemaError::Key { object: "Book", link: "again", key: "state" };
    assert_eq!(sdl(key).await, Err(wrong));
}

/// Knows one tenant and nobody in it.
struct Directory;

impl Authenticator for Directory {
    fn identify<'a>(&'a self, _: Credential<'a>, _: Peer) -> BoxFuture<'a, Result<Identity, Fault>> {
        Box::pin(async { Err(Fault::not_found("user")) })
    }

    fn grants<'a>(&'a self, _: &'a Identity, _: TenantId) -> BoxFuture<'a, Result<Option<Grants>, Fault>> {
        Box::pin(async { Ok(None) })
    }
}

impl TenantResolver for Directory {
    fn resolve<'a>(&'a self, _: TenantRef<'a>) -> BoxFuture<'a, Result<Option<TenantInfo>, Fault>> {
        let id = TenantId::from_uuid(Uuid::from_u128(1));
        Box::pin(async move { Ok(Some(TenantInfo { id, suspended: false, locale: Arc::from("en") })) })
    }
}

#[tokio::test]
async fn a_door_that_is_not_open_says_so_and_so_does_one_to_which_nobody_upgrades() {
    let clock = Clock::manual("2026-03-04T10:00:00Z".parse().unwrap()).0;
    let hub = Hub::new(HubConfig::default(), clock.clone());
    let settings = Settings { introspection: true, log: false };
    let door = Door::new(hub, settings, vec![graph().finish()]);
    let api = Api::builder(HttpConfig::default(), Arc::new(Directory), Arc::new(Directory), clock)
        .mount(usher_graphql::routes(door))
        .build()
        .unwrap();
    let client = TestClient::new(api.into_router());

    // As before it opens, so after the routes behind it have gone.
    let answer = client.post("/graphql", json!({ "query": "{ books { items { id } } }" })).await.expect(200);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "stopping", "{answer}");

    let halfway = client.header("upgrade", "websocket").get("/graphql").await;
    halfway.expect_fault(400, "unreadable_request");
}
