//! Async functions as handlers.
//!
//! Arguments are read from the [`Call`] one after another, the body last. Anything that axum reads from
//! the head of a request (`HeaderMap`, `WebSocketUpgrade` …) works as an argument too, and anything that
//! axum can answer works as an answer.

use std::future::Future;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use usher_kernel::{Caller, Ctx, Fault, FaultKind, TenantId};

use crate::answer::Versioned;
use crate::auth::BoxFuture;
use crate::endpoint::Endpoint;
use crate::params::Params;
use crate::problem::problem;

/// A request that has passed the gate, on its way to its handler.
pub struct Call {
    pub(crate) parts: Parts,
    pub(crate) body: Option<Body>,
    pub(crate) caller: Arc<Caller>,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) platform: bool,
    /// Signed in, and named a tenant that they do not belong to: only what is public is open to them.
    pub(crate) stranger: bool,
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) params: Params,
    pub(crate) body_limit: usize,
}

impl Call {
    /// The head of the request.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Who asks.
    pub fn caller(&self) -> &Arc<Caller> {
        &self.caller
    }

    /// The tenant of the request, where it has one.
    pub fn tenant(&self) -> Option<TenantId> {
        self.tenant
    }

    /// Whether the caller is the operator of the installation.
    pub fn is_platform(&self) -> bool {
        self.platform
    }

    /// The caller bound to the tenant of the request.
    ///
    /// # Errors
    /// 400 `tenant_required` when the request names no tenant and there is no default one.
    pub fn ctx(&self) -> Result<Ctx, Fault> {
        ctx_of(self.tenant, &self.caller)
    }

    /// The route that was declared.
    pub fn endpoint(&self) -> &Arc<Endpoint> {
        &self.endpoint
    }

    /// A path parameter by its name, decoded.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name)
    }

    pub(crate) fn take_body(&mut self) -> Body {
        self.body.take().unwrap_or_default()
    }
}

pub(crate) fn ctx_of(tenant: Option<TenantId>, caller: &Arc<Caller>) -> Result<Ctx, Fault> {
    match tenant {
        Some(tenant) => Ok(Ctx::new(tenant, Arc::clone(caller))),
        None => Err(Fault::new(
            FaultKind::Malformed,
            "tenant_required",
            "Say which tenant is meant: in the path, in the token, or with the header X-Tenant.",
        )),
    }
}

/// Marks arguments and answers that this crate reads and writes itself.
pub enum Native {}
/// Marks arguments that axum reads from the head of a request, and answers that axum writes.
pub enum ViaAxum {}
/// Marks arguments that axum reads from the whole request.
pub enum ViaAxumBody {}
/// Marks answers that may be a [`Fault`].
pub enum Fallible {}
/// Marks answers that carry a version: [`Versioned`].
pub enum Tagged {}
/// Marks answers that carry a version or are a [`Fault`].
pub enum FallibleTagged {}

/// An argument of a handler with the state `S`. `M` is one of the marks above and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler with the state `{S}`",
    note = "arguments are Ctx, SystemCtx, Arc<Caller>, usher_http::{{State, Path, Query, Json, …}} or axum's"
)]
pub trait FromCall<S, M = Native>: Sized {
    /// Reads it from the request.
    fn from_call(call: &mut Call, state: &S) -> impl Future<Output = Result<Self, Fault>> + Send;
}

impl<S: Sync, T: FromRequestParts<()> + Send> FromCall<S, ViaAxum> for T {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        let read = T::from_request_parts(&mut call.parts, &()).await;
        match read.map_err(IntoResponse::into_response) {
            Ok(value) => Ok(value),
            Err(refusal) => Err(rejected(refusal).await),
        }
    }
}

impl<S: Sync, T: FromRequest<()> + Send> FromCall<S, ViaAxumBody> for T {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        let body = http_body_util::Limited::new(call.take_body(), call.body_limit);
        let request = Request::from_parts(call.parts.clone(), Body::new(body));
        let read = T::from_request(request, &()).await;
        match read.map_err(IntoResponse::into_response) {
            Ok(value) => Ok(value),
            Err(refusal) => Err(rejected(refusal).await),
        }
    }
}

/// One of axum's own refusals in our words.
async fn rejected(response: Response) -> Fault {
    let kind = match response.status().as_u16() {
        413 => FaultKind::TooLarge,
        415 => FaultKind::UnsupportedMedia,
        422 => FaultKind::Invalid,
        500.. => FaultKind::Internal,
        _ => FaultKind::Malformed,
    };
    let text = match axum::body::to_bytes(response.into_body(), 1024).await {
        Ok(body) => String::from_utf8_lossy(&body).into_owned(),
        Err(_) => "The request cannot be read.".to_owned(),
    };
    Fault::new(kind, "unreadable_request", text)
}

/// What a handler may answer. `M` is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the answer of a handler",
    note = "answers are usher_http::{{Ok, Created, Accepted, NoContent, Answered}}, axum's, or a Result of one and Fault"
)]
pub trait IntoAnswer<M> {
    /// Whether the answer carries an `ETag`, so that a read answers 304 to whoever has it already.
    const TAGGED: bool = false;

    /// The response.
    fn into_answer(self) -> Response;
}

impl<T: IntoResponse> IntoAnswer<ViaAxum> for T {
    fn into_answer(self) -> Response {
        self.into_response()
    }
}

impl<T: IntoResponse> IntoAnswer<Fallible> for Result<T, Fault> {
    fn into_answer(self) -> Response {
        match self {
            Ok(answer) => answer.into_response(),
            Err(fault) => problem(&fault),
        }
    }
}

impl<T: IntoResponse> IntoAnswer<Tagged> for Versioned<T> {
    const TAGGED: bool = true;

    fn into_answer(self) -> Response {
        self.tagged()
    }
}

impl<T: IntoResponse> IntoAnswer<FallibleTagged> for Result<Versioned<T>, Fault> {
    const TAGGED: bool = true;

    fn into_answer(self) -> Response {
        match self {
            Ok(answer) => answer.tagged(),
            Err(fault) => problem(&fault),
        }
    }
}

/// An async function whose arguments can be read from a request: see [`FromCall`] and [`IntoAnswer`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler for the state `{S}`",
    note = "a handler is an async fn of up to eight FromCall arguments that answers an IntoAnswer"
)]
pub trait Handler<Args, S>: Clone + Send + Sync + 'static {
    /// Whether its answers carry an `ETag`.
    const TAGGED: bool;

    /// Runs it.
    fn handle(&self, call: Call, state: S) -> impl Future<Output = Response> + Send;
}

/// A handler together with its state, of no particular type any more.
pub(crate) type Erased = Arc<dyn Fn(Call) -> BoxFuture<'static, Response> + Send + Sync>;

pub(crate) fn erase<A, S, H>(handler: H, state: S) -> Erased
where
    H: Handler<A, S>,
    S: Clone + Send + Sync + 'static,
{
    Arc::new(move |call| {
        let (handler, state) = (handler.clone(), state.clone());
        Box::pin(async move { handler.handle(call, state).await })
    })
}

/// The same handler, which begins when what is to come has come; nothing of it is felt once nothing is to come.
pub(crate) fn behind<F>(handler: Erased, to_come: Arc<F>) -> Erased
where
    F: Fn() -> Option<BoxFuture<'static, ()>> + Send + Sync + 'static,
{
    Arc::new(move |call| -> BoxFuture<'static, Response> {
        let Some(to_come) = to_come() else { return handler(call) };
        let handler = Arc::clone(&handler);
        Box::pin(async move {
            to_come.await;
            handler(call).await
        })
    })
}

impl<F, Fut, S, R, MR> Handler<(MR, R), S> for F
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = R> + Send,
    R: IntoAnswer<MR>,
    S: Send + Sync + 'static,
{
    const TAGGED: bool = R::TAGGED;

    async fn handle(&self, _: Call, _: S) -> Response {
        self().await.into_answer()
    }
}

macro_rules! handlers {
    ($(($($arg:ident: $type:ident $mark:ident),*))*) => {$(
        impl<F, Fut, S, R, MR, $($type, $mark),*> Handler<(MR, R, $(($type, $mark)),*), S> for F
        where
            F: Fn($($type),*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = R> + Send,
            R: IntoAnswer<MR>,
            S: Send + Sync + 'static,
            $($type: FromCall<S, $mark> + Send,)*
        {
            const TAGGED: bool = R::TAGGED;

            async fn handle(&self, mut call: Call, state: S) -> Response {
                $(
                    let $arg = match $type::from_call(&mut call, &state).await {
                        Ok(value) => value,
                        Err(fault) => return problem(&fault),
                    };
                )*
                self($($arg),*).await.into_answer()
            }
        }
    )*};
}

handlers! {
    (a1: A1 M1)
    (a1: A1 M1, a2: A2 M2)
    (a1: A1 M1, a2: A2 M2, a3: A3 M3)
    (a1: A1 M1, a2: A2 M2, a3: A3 M3, a4: A4 M4)
    (a1: A1 M1, a2: A2 M2, a3: A3 M3, a4: A4 M4, a5: A5 M5)
    (a1: A1 M1, a2: A2 M2, a3: A3 M3, a4: A4 M4, a5: A5 M5, a6: A6 M6)
    (a1: A1 M1, a2: A2 M2, a3: A3 M3, a4: A4 M4, a5: A5 M5, a6: A6 M6, a7: A7 M7)
    (a1: A1 M1, a2: A2 M2, a3: A3 M3, a4: A4 M4, a5: A5 M5, a6: A6 M6, a7: A7 M7, a8: A8 M8)
}
