//! Where a context declares its routes.

use std::sync::Arc;

use axum::http::Method;

use crate::access::Access;
use crate::auth::BoxFuture;
use crate::endpoint::{Docs, Endpoint};
use crate::handler::{self, Handler};

/// The routes of one context, each stated once.
#[derive(Clone)]
pub struct Routes<S = ()> {
    context: &'static str,
    state: S,
    endpoints: Vec<Endpoint>,
}

macro_rules! methods {
    ($($name:ident = $method:ident: $text:literal;)*) => {$(
        #[doc = $text]
        #[must_use]
        pub fn $name<A, H: Handler<A, S>>(
            self,
            path: &'static str,
            access: Access,
            handler: H,
            docs: impl FnOnce(Docs) -> Docs,
        ) -> Self {
            self.on(Method::$method, path, access, handler, docs)
        }
    )*};
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet; `state` is what the handlers take as [`crate::State`].
    pub fn new(context: &'static str, state: S) -> Self {
        Self { context, state, endpoints: Vec::new() }
    }

    methods! {
        get = GET: "Declares a GET; it answers HEAD too.";
        post = POST: "Declares a POST.";
        put = PUT: "Declares a PUT.";
        patch = PATCH: "Declares a PATCH.";
        delete = DELETE: "Declares a DELETE.";
    }

    /// Declares a route of any method.
    #[must_use]
    pub fn on<A, H: Handler<A, S>>(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        handler: H,
        docs: impl FnOnce(Docs) -> Docs,
    ) -> Self {
        self.endpoints.push(Endpoint {
            context: self.context,
            method,
            path,
            access,
            docs: docs(Docs::default()),
            tagged: H::TAGGED,
            handler: handler::erase(handler, self.state.clone()),
        });
        self
    }

    /// The same route under further paths: the last declared one, with everything it says.
    ///
    /// A path parameter keeps its place, not its name: `Path<QueueId>` reads the first parameter that is
    /// not the tenant.
    #[must_use]
    pub fn also(mut self, paths: &[&'static str]) -> Self {
        if let Some(last) = self.endpoints.last().cloned() {
            self.endpoints.extend(paths.iter().map(|path| {
                let mut alias = last.clone();
                alias.path = path;
                alias.docs.operation_id = None;
                alias
            }));
        }
        self
    }

    /// Has every route that is declared so far wait for what `to_come` gives before its handler begins, for a context whose
    /// memory is filled behind the start. Where it gives nothing the handler begins at once.
    #[must_use]
    pub fn wait_for(
        mut self,
        to_come: impl Fn() -> Option<BoxFuture<'static, ()>> + Send + Sync + 'static,
    ) -> Self {
        let to_come = Arc::new(to_come);
        for endpoint in &mut self.endpoints {
            endpoint.handler = handler::behind(Arc::clone(&endpoint.handler), Arc::clone(&to_come));
        }
        self
    }

    /// Adds what another function declares: one file per resource.
    #[must_use]
    pub fn with(self, declare: impl FnOnce(Self) -> Self) -> Self {
        declare(self)
    }

    /// The declared routes.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    pub(crate) fn into_endpoints(self) -> Vec<Arc<Endpoint>> {
        self.endpoints.into_iter().map(Arc::new).collect()
    }
}
