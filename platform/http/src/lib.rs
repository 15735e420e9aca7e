//! One statement per route.
//!
//! A context declares each of its routes once: method, path, permission, handler, documentation. From that
//! one statement come the check at the gate, the OpenAPI document and its security, the table of
//! permissions, and the sweep that tries every route as nobody, as the wrong role and from another tenant.
//!
//! ```
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//! use usher_http::{Access, Created, Json, Path, Query, Routes, State};
//! use usher_kernel::{Ctx, Fault, FaultKind, Page, PageQuery, Scope};
//!
//! const BOOKS_READ: Scope = Scope::new("books:read");
//! const BOOKS_WRITE: Scope = Scope::new("books:write");
//!
//! #[derive(Clone)]
//! struct Library;
//!
//! #[derive(Serialize, JsonSchema)]
//! struct Book { title: String }
//!
//! #[derive(Deserialize, JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! struct NewBook { title: String }
//!
//! fn routes(library: Library) -> Routes<Library> {
//!     Routes::new("library", library)
//!         .get("/api/v1/tenants/{tenant}/books", Access::scope(BOOKS_READ), list, |d| {
//!             d.summary("List the books").query::<PageQuery>().answer::<Page<Book>>(200)
//!         })
//!         .also(&["/api/organizations/{org}/books"])
//!         .post("/api/v1/tenants/{tenant}/books", Access::scope(BOOKS_WRITE), add, |d| {
//!             d.summary("Add a book").body::<NewBook>().answer::<Book>(201).fault("title_taken", 409)
//!         })
//! }
//!
//! async fn list(_ctx: Ctx, State(_): State<Library>, Query(page): Query<PageQuery>)
//!     -> Result<Json<Page<Book>>, Fault> {
//!     Ok(Json(Page::cut(Vec::new(), page.limit(), |book: &Book| book.title.clone())))
//! }
//!
//! async fn add(_ctx: Ctx, Json(book): Json<NewBook>) -> Result<Created<Book>, Fault> {
//!     if book.title == "Dune" {
//!         return Err(Fault::new(FaultKind::Conflict, "title_taken", "That book is there already."));
//!     }
//!     Ok(Created(Book { title: book.title }))
//! }
//! # assert_eq!(routes(Library).endpoints().len(), 3);
//! ```
//!
//! A path parameter named `{tenant}` or `{org}` is the tenant of the request, by slug or id, and is not
//! among the handler's [`Path`]. Every route answers with and without a slash at its end.

mod access;
mod answer;
mod api;
mod auth;
mod config;
mod docs_ui;
mod dress;
mod endpoint;
mod extract;
mod gate;
mod handler;
mod idempotency;
mod limit;
mod openapi;
mod params;
mod permissions;
mod problem;
mod reading;
mod request;
mod routes;
mod schemas;
mod serve;
mod store;
mod system;
mod visitor;
mod wording;

pub use access::Access;
pub use answer::{Accepted, Answer, Answered, Created, NoContent, Ok, Versioned};
pub use api::{Api, ApiBuilder, Registry, RouteError};
pub use auth::{
    Authenticator, BoxFuture, Credential, Grants, Identity, Peer, SESSION_COOKIE, TenantInfo, TenantRef,
    TenantResolver,
};
pub use config::{HttpConfig, Network};
pub use endpoint::{Docs, Endpoint, FaultDoc};
pub use extract::{FieldFaults, IfMatch, IsPlatform, Json, NoStranger, Path, Query, State};
pub use handler::{Call, Fallible, FromCall, Handler, IntoAnswer, Native, ViaAxum, ViaAxumBody};
pub use idempotency::{MIGRATIONS, forget_answers, purge_idempotency_keys, statements, write, write_system};
pub use limit::{Rate, RateClass, RateLimiter, Rates, Subject};
pub use permissions::permissions_markdown;
pub use problem::{PROBLEM_JSON, problem, problem_members};
pub use routes::Routes;
pub use schemas::{Parameter, Schemas, Shape};
pub use serve::serve;
pub use visitor::{Errand, Visitor, WeakApi};
