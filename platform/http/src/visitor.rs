//! The same routes through another door: whoever has passed the gate once asks for further routes by name,
//! from inside a handler. GraphQL is such a door. What a route states (permission, rate, schema) holds there
//! as it does over REST, because it is the same statement.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Weak};

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use usher_kernel::{Actor, Caller, Ctx, Fault, FaultKind, IdempotencyKey, TenantId};

use crate::answer::etag;
use crate::api::{Api, Inner};
use crate::endpoint::Endpoint;
use crate::gate::{Entered, own_rate, panic_text};
use crate::handler::{Call, FromCall};
use crate::limit::{RateClass, Subject};
use crate::params::Params;
use crate::problem::{InternalDetail, problem};

/// Headers that belong to one request of the outer connection and to none that is made from it.
const OWN: [HeaderName; 8] = [
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    HeaderName::from_static("idempotency-key"),
];

/// Somebody who has passed the gate, with what is known of them; cheap to clone.
#[derive(Clone)]
pub struct Visitor(Arc<Known>);

struct Known {
    head: Parts,
    endpoint: Arc<Endpoint>,
    caller: Arc<Caller>,
    tenant: Option<TenantId>,
    platform: bool,
    stranger: bool,
}

impl<S: Sync> FromCall<S> for Visitor {
    async fn from_call(call: &mut Call, _: &S) -> Result<Self, Fault> {
        Ok(Self(Arc::new(Known {
            head: call.parts.clone(),
            endpoint: Arc::clone(&call.endpoint),
            caller: Arc::clone(&call.caller),
            tenant: call.tenant,
            platform: call.platform,
            stranger: call.stranger,
        })))
    }
}

impl Visitor {
    /// Who it is.
    pub fn caller(&self) -> &Arc<Caller> {
        &self.0.caller
    }

    /// The head of the request that they came with.
    pub fn head(&self) -> &Parts {
        &self.0.head
    }

    /// The visitor bound to their tenant.
    ///
    /// # Errors
    /// 400 `tenant_required` when they are in none.
    pub fn ctx(&self) -> Result<Ctx, Fault> {
        crate::handler::ctx_of(self.0.tenant, &self.0.caller)
    }

    /// Passes when they may use a route.
    ///
    /// # Errors
    /// What the gate would refuse the route with.
    pub fn may(&self, route: &Endpoint) -> Result<(), Fault> {
        if self.0.stranger && !route.access.is_public() {
            return Err(Fault::not_found("tenant"));
        }
        route.access.check(&self.0.caller, self.0.platform)
    }
}

/// One request to a route, made from within.
pub struct Errand {
    /// The route.
    pub route: Arc<Endpoint>,
    /// Its path parameters by name, without the tenant's.
    pub params: Vec<(&'static str, String)>,
    /// Its query string.
    pub query: String,
    /// Its JSON body, where it takes one.
    pub body: Option<Bytes>,
    /// The version that a change is meant for.
    pub if_match: Option<i64>,
    /// Which part of the visitor's request it is, where that may carry an `Idempotency-Key`: each part is
    /// kept under the one key by itself.
    pub part: Option<String>,
    /// Whether it takes a token of the visitor's rate, beside the one that their request has taken.
    pub counted: bool,
}

/// The routes, for something that is itself reached through one of them and must not keep them alive.
#[derive(Clone)]
pub struct WeakApi(Weak<Inner>);

impl WeakApi {
    /// The routes, while the product runs.
    pub fn upgrade(&self) -> Option<Api> {
        self.0.upgrade().map(|inner| Api { inner })
    }
}

impl Api {
    /// A handle that does not keep the routes alive.
    pub fn downgrade(&self) -> WeakApi {
        WeakApi(Arc::downgrade(&self.inner))
    }

    /// Runs a route for a visitor: permission, rate, handler.
    ///
    /// A fault of the gate and one of the handler are both a problem answer.
    pub async fn run(&self, visitor: &Visitor, errand: Errand) -> Response {
        let route = Arc::clone(&errand.route);
        let caller = Arc::clone(visitor.caller());
        let work = AssertUnwindSafe(self.pass_on(visitor, errand)).catch_unwind();
        let mut response = match work.await {
            Ok(Ok(response)) => response,
            Ok(Err(fault)) => problem(&fault),
            Err(panic) => problem(&Fault::internal(panic_text(panic.as_ref()))),
        };
        if let Some(InternalDetail(detail)) = response.extensions_mut().remove() {
            let (method, path, request) = (&route.method, route.path, caller.request_id);
            tracing::error!(%method, path, %request, %detail, "internal fault");
        }
        response
    }

    async fn pass_on(&self, visitor: &Visitor, errand: Errand) -> Result<Response, Fault> {
        let Errand { route, params, query, body, if_match, part, counted } = errand;
        let known = &visitor.0;
        let gateway = &self.inner.gateway;
        // A rate of the route's own is always counted: one request could make a thousand of it.
        if counted || route.docs.rate.is_some() {
            gateway.count(&route, &known.caller, known.platform, known.caller.now())?;
        }
        visitor.may(&route)?;
        if params.iter().any(|(_, value)| value.contains('\0')) {
            return Err(Fault::not_found("thing"));
        }
        let mut caller = Caller::clone(&known.caller);
        caller.idempotency = match (&known.caller.idempotency, part) {
            (Some(whole), Some(part)) if route.docs.done_again.is_none() => Some(Arc::new(IdempotencyKey {
                key: Arc::clone(&whole.key),
                route: format!("{} {part}", whole.route).into(),
                fingerprint: whole.fingerprint,
            })),
            _ => None,
        };
        let mut parts = known.head.clone();
        parts.method = route.method.clone();
        parts.uri = Uri::try_from(format!("/?{query}")).map_err(Fault::internal)?;
        for name in &OWN {
            parts.headers.remove(name);
        }
        if body.is_some() {
            parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(version) = if_match {
            parts.headers.insert(header::IF_MATCH, etag(version));
        }
        let call = Call {
            parts,
            body: body.map(Body::from),
            caller: Arc::new(caller),
            tenant: known.tenant,
            platform: known.platform,
            stranger: known.stranger,
            body_limit: route.docs.body_limit.unwrap_or(gateway.config.body_limit),
            endpoint: Arc::clone(&route),
            params: Params(params),
        };
        Ok((route.handler)(call).await)
    }

    /// The visitor with another credential (and perhaps tenant) than their request carried: a live connection
    /// tells it in its first message.
    ///
    /// # Errors
    /// 401 for a credential that is not good; what the gate refuses the tenant with.
    pub async fn sign_in(
        &self,
        visitor: &Visitor,
        authorization: &str,
        tenant: Option<&str>,
    ) -> Result<Visitor, Fault> {
        let known = &visitor.0;
        let unreadable = |name: &str| {
            Fault::new(FaultKind::Malformed, "unreadable_credential", format!("{name} is not text."))
        };
        let mut head = known.head.clone();
        let value = HeaderValue::from_str(authorization).map_err(|_| unreadable("Authorization"))?;
        head.headers.insert(header::AUTHORIZATION, value);
        if let Some(tenant) = tenant {
            let value = HeaderValue::from_str(tenant).map_err(|_| unreadable("X-Tenant"))?;
            head.headers.insert("x-tenant", value);
        }
        let from = (known.caller.ip, known.caller.request_id);
        let entered = self
            .inner
            .gateway
            .enter(&known.endpoint, &Params::default(), &head, from, known.caller.now())
            .await?;
        let Entered { caller, tenant, platform, stranger } = entered;
        if matches!(caller.actor, Actor::Anonymous) {
            return Err(Fault::new(
                FaultKind::Unauthenticated,
                "not_signed_in",
                "This credential is not good, or not any more. Sign in again.",
            ));
        }
        if stranger {
            return Err(Fault::not_found("tenant"));
        }
        let endpoint = Arc::clone(&known.endpoint);
        Ok(Visitor(Arc::new(Known { head, endpoint, caller: Arc::new(caller), tenant, platform, stranger })))
    }

    /// Takes a token of the visitor's rate, for something that is a request and came by no request of its own.
    ///
    /// # Errors
    /// 429 `rate_limited`.
    pub fn count(&self, visitor: &Visitor) -> Result<(), Fault> {
        let known = &visitor.0;
        self.inner.gateway.count(&known.endpoint, &known.caller, known.platform, known.caller.now())
    }

    /// What is asked of whoever comes to a door that is no route, such as Socket.IO's: a host of ours. Answers with their
    /// address, as far as our proxies tell it.
    ///
    /// # Errors
    /// 400 `unknown_host`.
    pub fn knock(&self, head: &Parts) -> Result<Option<IpAddr>, Fault> {
        let gateway = &self.inner.gateway;
        gateway.check_host((&head.uri, &head.headers, &head.extensions))?;
        Ok(gateway.client_ip(head))
    }

    /// Takes a token of the rate of whoever came in by such a door, as for a request of theirs.
    ///
    /// # Errors
    /// 429 `rate_limited`.
    pub fn count_entry(&self, caller: &Caller, platform: bool) -> Result<(), Fault> {
        let subject = Subject::of(&caller.actor, caller.ip);
        self.limiter().take(own_rate(caller, platform), subject, caller.now())
    }

    /// Takes a token of an address from which a credential was shown there that is not good: guessing costs.
    ///
    /// # Errors
    /// 429 `rate_limited`.
    pub fn count_guess(&self, from: Option<IpAddr>) -> Result<(), Fault> {
        let gateway = &self.inner.gateway;
        gateway.limiter.take(RateClass::Anonymous, Subject::address(from), gateway.clock.now())
    }

    /// Refuses a visitor who is known by our cookie alone, sent along with a request of another site's page.
    ///
    /// # Errors
    /// 403 `cross_site`.
    pub fn same_origin(&self, visitor: &Visitor) -> Result<(), Fault> {
        let head = visitor.head();
        let by_header =
            head.headers.contains_key(header::AUTHORIZATION) || head.headers.contains_key("x-api-key");
        let known = !matches!(visitor.caller().actor, Actor::Anonymous);
        if known && !by_header && head.headers.contains_key(header::COOKIE) {
            return self.inner.gateway.same_origin(head);
        }
        Ok(())
    }
}
