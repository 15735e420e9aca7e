//! GraphQL as another door to the declared routes.
//!
//! A context names in its `graphql.rs` which of its routes are queries, mutations and subscriptions; types,
//! arguments, permission, rate and handler of a field are those of its route, so nothing is stated twice and
//! nothing can be open here that is closed there. What GraphQL has beyond REST is stated here: further names
//! of a type's fields ([`Object::field`]) and the way from one thing to another ([`Object::link`]), which is
//! walked for all things of a list at once.
//!
//! ```ignore
//! Graph::new(line)
//!     .object::<QueueView>("Queue", |o| o.link("site", "site_id", "GET /api/v1/tenants/{tenant}/sites/{id}", sites))
//!     .query("queues", "GET /api/v1/tenants/{tenant}/queues")
//!     .mutation("createQueue", "POST /api/v1/tenants/{tenant}/queues")
//!     .subscription("queueUpdated", "queue", "GET /api/v1/tenants/{tenant}/queues/{id}")
//! ```
//!
//! Names are those of REST in camelCase, values are the same: `waiting` is `waiting`. A list answers as a
//! connection (`nodes`, `pageInfo`), asked by `first` and `after`. A field that can be refused may be null, and
//! then an error with its path says why, with the code that REST has for it.

mod batch;
mod cost;
mod door;
mod errand;
mod fault;
mod graph;
mod rooms;
mod schema;
mod session;
mod socket;
mod types;
mod values;

pub use door::{Door, Settings, routes};
pub use graph::{Declared, Graph, Object};
pub use schema::SchemaError;
