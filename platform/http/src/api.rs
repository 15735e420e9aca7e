//! All routes of an installation as one service.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Future, ready};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use thiserror::Error;
use tower::Service;
use usher_kernel::{Clock, Fault, FaultKind};
use usher_telemetry::{RouteBoard, RouteStats, Telemetry};

use crate::auth::{Authenticator, BoxFuture, TenantResolver};
use crate::config::HttpConfig;
use crate::docs_ui::{self, Document, Make};
use crate::dress;
use crate::endpoint::{self, Endpoint};
use crate::gate::Gateway;
use crate::limit::RateLimiter;
use crate::openapi;
use crate::params::Params;
use crate::problem::problem;
use crate::request::decode_segment;
use crate::routes::Routes;
use crate::system;

/// Why the declared routes do not fit together; found when the product starts.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RouteError {
    /// Two contexts declare the same method and path.
    #[error("{method} {path} is declared twice: by {first} and by {second}")]
    Duplicate {
        /// The method.
        method: String,
        /// The path as the second one wrote it.
        path: &'static str,
        /// Who declared it first.
        first: &'static str,
        /// Who declared it again.
        second: &'static str,
    },
    /// A path pattern that cannot be matched.
    #[error("the path {path} cannot be a route: {reason}")]
    Path {
        /// The pattern.
        path: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Two routes have the same operation id.
    #[error("the operation id {0} is used twice")]
    OperationId(String),
}

/// Every declared route, for whoever derives something from them: the API description, the table of
/// permissions, the sweep.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    endpoints: Vec<Arc<Endpoint>>,
}

impl Registry {
    /// Every route, in the order of path and method.
    pub fn endpoints(&self) -> &[Arc<Endpoint>] {
        &self.endpoints
    }

    /// The route of a method and a path as it was declared.
    pub fn route(&self, method: &str, path: &str) -> Option<Arc<Endpoint>> {
        self.endpoints.iter().find(|e| e.path == path && e.method.as_str() == method).map(Arc::clone)
    }

    /// The OpenAPI 3.1 document; the same routes give the same text.
    pub fn openapi(&self, version: &str) -> serde_json::Value {
        openapi::document(self, version)
    }

    /// The routes of some contexts, without a server around them.
    pub fn of<S: Clone + Send + Sync + 'static>(routes: impl IntoIterator<Item = Routes<S>>) -> Self {
        let mut endpoints: Vec<Arc<Endpoint>> = routes.into_iter().flat_map(Routes::into_endpoints).collect();
        sort(&mut endpoints);
        Self { endpoints }
    }
}

fn sort(endpoints: &mut [Arc<Endpoint>]) {
    endpoints.sort_by(|a, b| a.path.cmp(b.path).then_with(|| a.method.as_str().cmp(b.method.as_str())));
}

type Fallback = Arc<dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync>;

/// Gathers the routes of all contexts.
pub struct ApiBuilder {
    gateway: Gateway,
    endpoints: Vec<Arc<Endpoint>>,
    fallback: Option<Fallback>,
    board: RouteBoard,
    document: Document,
}

impl ApiBuilder {
    /// Adds the routes of a context.
    #[must_use]
    pub fn mount<S: Clone + Send + Sync + 'static>(mut self, routes: Routes<S>) -> Self {
        self.endpoints.extend(routes.into_endpoints());
        self
    }

    /// Adds the routes about the installation itself (health, metrics, logs, the API description) and
    /// counts every request on the telemetry's board.
    #[must_use]
    pub fn system(mut self, telemetry: &Telemetry) -> Self {
        self.board = telemetry.routes.clone();
        let routes =
            system::routes(telemetry.clone(), self.gateway.clock.clone(), self.gateway.config.version);
        let docs = docs_ui::routes(Arc::clone(&self.document));
        self.mount(routes).mount(docs)
    }

    /// Who answers what no route matches, outside `/api` and `/ws` (the web pages).
    #[must_use]
    pub fn fallback<F, Fut>(mut self, pages: F) -> Self
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Response> + Send + 'static,
    {
        self.fallback = Some(Arc::new(move |request| Box::pin(pages(request))));
        self
    }

    /// The service.
    ///
    /// # Errors
    /// When two routes are the same, or a pattern cannot be matched.
    pub fn build(self) -> Result<Api, RouteError> {
        let mut endpoints = self.endpoints;
        sort(&mut endpoints);
        let mut entries: Vec<Entry> = Vec::new();
        let mut by_shape: HashMap<String, usize> = HashMap::new();
        for endpoint in &endpoints {
            let at = *by_shape.entry(shape(endpoint.path)).or_insert_with(|| {
                entries.push(Entry::default());
                entries.len() - 1
            });
            let entry = &mut entries[at];
            if let Some((first, _)) = entry.find(&endpoint.method) {
                return Err(RouteError::Duplicate {
                    method: endpoint.method.to_string(),
                    path: endpoint.path,
                    first: first.context,
                    second: endpoint.context,
                });
            }
            let stats = self.board.add(endpoint.method.as_str(), endpoint.path);
            entry.methods.push((Arc::clone(endpoint), stats));
        }
        let mut matcher = matchit::Router::new();
        for (shape, at) in by_shape {
            matcher.insert(&shape, at).map_err(|error| RouteError::Path {
                path: entries[at].methods.first().map_or("", |(e, _)| e.path),
                reason: error.to_string(),
            })?;
        }
        openapi::check_operation_ids(&endpoints)?;
        let registry = Registry { endpoints };
        // Made when first asked for: it takes a moment, and most processes never show it.
        let (for_docs, version) = (registry.clone(), self.gateway.config.version);
        let make: Make = Box::new(move || openapi::document(&for_docs, version).to_string().into());
        if self.document.set(LazyLock::new(make)).is_err() {
            tracing::debug!("the API description is there already");
        }
        Ok(Api {
            inner: Arc::new(Inner {
                gateway: self.gateway,
                matcher,
                entries,
                registry,
                fallback: self.fallback,
            }),
        })
    }
}

/// A pattern with numbered parameters and no slash at its end: what makes two patterns the same.
fn shape(path: &'static str) -> String {
    let mut out = String::with_capacity(path.len());
    for (n, segment) in path.trim_matches('/').split('/').enumerate() {
        out.push('/');
        match segment.strip_prefix('{') {
            Some(name) if name.starts_with('*') => out.push_str(&format!("{{*p{n}}}")),
            Some(_) => out.push_str(&format!("{{p{n}}}")),
            None => out.push_str(segment),
        }
    }
    out
}

/// The endpoints of one pattern, by method.
#[derive(Default)]
struct Entry {
    methods: Vec<(Arc<Endpoint>, Arc<RouteStats>)>,
}

impl Entry {
    fn find(&self, method: &Method) -> Option<&(Arc<Endpoint>, Arc<RouteStats>)> {
        self.methods.iter().find(|(e, _)| e.method == *method)
    }

    fn allow(&self) -> String {
        let mut names: Vec<&str> = self.methods.iter().map(|(e, _)| e.method.as_str()).collect();
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.push("OPTIONS");
        names.join(", ")
    }
}

pub(crate) struct Inner {
    pub(crate) gateway: Gateway,
    matcher: matchit::Router<usize>,
    entries: Vec<Entry>,
    registry: Registry,
    fallback: Option<Fallback>,
}

/// All routes of an installation as one service: found by path and method with or without a slash at the
/// end, then through the gate to their handlers.
#[derive(Clone)]
pub struct Api {
    pub(crate) inner: Arc<Inner>,
}

/// What a path and a method lead to.
enum Found {
    Route(Arc<Endpoint>, Arc<RouteStats>, Params),
    OtherMethods(String),
    Nothing,
}

impl Api {
    /// Starts to gather routes.
    pub fn builder(
        config: HttpConfig,
        authenticator: Arc<dyn Authenticator>,
        tenants: Arc<dyn TenantResolver>,
        clock: Clock,
    ) -> ApiBuilder {
        ApiBuilder {
            gateway: Gateway::new(config, authenticator, tenants, clock),
            endpoints: Vec::new(),
            fallback: None,
            board: RouteBoard::default(),
            document: Document::default(),
        }
    }

    /// Every declared route.
    pub fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    /// The rate limiter, for handlers that count something of their own.
    pub fn limiter(&self) -> &Arc<RateLimiter> {
        &self.inner.gateway.limiter
    }

    /// The same as an axum router, to be served or nested.
    ///
    /// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, or addresses stay unknown.
    pub fn into_router(self) -> axum::Router {
        axum::Router::new().fallback_service(self)
    }

    fn find(&self, method: &Method, path: &str) -> Found {
        let trimmed = path.trim_end_matches('/');
        let path = if trimmed.is_empty() { "/" } else { trimmed };
        let Ok(found) = self.inner.matcher.at(path) else { return Found::Nothing };
        let entry = &self.inner.entries[*found.value];
        let (endpoint, stats) = match entry.find(method) {
            Some(found) => found,
            // HEAD is a GET whose body the server leaves out.
            None if *method == Method::HEAD => match entry.find(&Method::GET) {
                Some(found) => found,
                None => return Found::OtherMethods(entry.allow()),
            },
            None => return Found::OtherMethods(entry.allow()),
        };
        let values: Vec<String> = found.params.iter().map(|(_, value)| decode_segment(value)).collect();
        // No name and no id holds this character, and PostgreSQL takes it in no text.
        if values.iter().any(|value| value.contains('\0')) {
            return Found::Nothing;
        }
        Found::Route(
            Arc::clone(endpoint),
            Arc::clone(stats),
            Params(endpoint::parameters(endpoint.path).zip(values).collect()),
        )
    }

    async fn answer(self, request: Request) -> Response {
        let gateway = &self.inner.gateway;
        if let Err(fault) = gateway.check_host((request.uri(), request.headers(), request.extensions())) {
            return gateway.refuse(&request, &fault);
        }
        match self.find(request.method(), request.uri().path()) {
            Found::Route(endpoint, stats, params) => gateway.pass(endpoint, &stats, params, request).await,
            Found::OtherMethods(allow) => gateway.refuse_method(&request, &allow),
            Found::Nothing => {
                let path = request.uri().path();
                let ours = ["/api/", "/ws/"].iter().any(|prefix| path.starts_with(prefix));
                let nothing =
                    Fault::new(FaultKind::NotFound, "no_such_route", format!("There is nothing at {path}."));
                match &self.inner.fallback {
                    Some(pages) if !ours => {
                        let dressing = gateway.dressing(&request);
                        let mut response = pages(request).await;
                        // No page for a person, so a program reads why.
                        if response.status() == StatusCode::NOT_FOUND
                            && !response.headers().contains_key(header::CONTENT_TYPE)
                        {
                            let vary = response.headers_mut().remove(header::VARY);
                            response = problem(&nothing);
                            response.headers_mut().extend(vary.map(|vary| (header::VARY, vary)));
                        }
                        gateway.dress(&dressing, &mut response);
                        response
                    }
                    _ => gateway.refuse(&request, &nothing),
                }
            }
        }
    }
}

impl Service<Request> for Api {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // A preflight asks for leave, not for a route.
        if let Some(response) = self.inner.gateway.preflight(&request) {
            return Box::pin(ready(Ok(response)));
        }
        let api = self.clone();
        let accepted = match *request.method() {
            Method::GET => request.headers().get(header::ACCEPT_ENCODING).cloned(),
            _ => None,
        };
        Box::pin(async move {
            let response = api.answer(request).await;
            Ok(dress::compress(accepted, response).await)
        })
    }
}
