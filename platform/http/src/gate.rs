//! The way of one request up to its handler, in one function: identity, tenant, permission, limits.
//!
//! One function instead of a stack of layers, because each layer would box a future for every request.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::response::Response;
use futures_util::FutureExt;
use usher_kernel::{
    Actor, Caller, Clock, Fault, FaultKind, IdempotencyKey, RequestId, Scopes, TenantId, Timestamp,
};
use usher_telemetry::RouteStats;

use crate::answer::{is_known, not_modified};
use crate::auth::{Authenticator, Credential, Grants, Identity, Peer, TenantInfo, TenantRef, TenantResolver};
use crate::config::HttpConfig;
use crate::dress::Dressing;
use crate::endpoint::Endpoint;
use crate::extract::{read_body, too_large};
use crate::handler::Call;
use crate::limit::{RateClass, RateLimiter, Subject};
use crate::params::Params;
use crate::problem::{InternalDetail, problem};
use crate::request::{
    accepted_locale, content_length, credential, fingerprint, idempotency_key, is_safe, named,
};

pub(crate) struct Gateway {
    pub(crate) config: HttpConfig,
    authenticator: Arc<dyn Authenticator>,
    tenants: Arc<dyn TenantResolver>,
    pub(crate) clock: Clock,
    pub(crate) limiter: Arc<RateLimiter>,
    running: Arc<AtomicUsize>,
}

/// Whoever has come through the gate.
pub(crate) struct Entered {
    pub(crate) caller: Caller,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) platform: bool,
    /// Signed in, and named a tenant that they do not belong to.
    pub(crate) stranger: bool,
}

/// Where somebody stands, and what they may do there.
struct Place {
    tenant: Option<TenantInfo>,
    grants: Grants,
    stranger: bool,
}

/// One running request; counts itself out when it ends, also when the client has gone away.
struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gateway {
    pub(crate) fn new(
        config: HttpConfig,
        authenticator: Arc<dyn Authenticator>,
        tenants: Arc<dyn TenantResolver>,
        clock: Clock,
    ) -> Self {
        let limiter = Arc::new(RateLimiter::new(config.rates.clone()));
        Self { config, authenticator, tenants, clock, limiter, running: Arc::default() }
    }

    /// Takes a request through to its handler, and dresses the answer.
    pub(crate) async fn pass(
        &self,
        endpoint: Arc<Endpoint>,
        stats: &RouteStats,
        params: Params,
        request: Request,
    ) -> Response {
        let now = self.clock.now();
        let dressing = self.dressing(&request);
        let started = Instant::now();
        let method = request.method().clone();
        let mut response = match self.admit() {
            Ok(_running) => {
                let limit = endpoint.docs.timeout.unwrap_or(self.config.timeout);
                let work =
                    AssertUnwindSafe(self.handle(&endpoint, params, request, dressing.request_id, now));
                let work = work.catch_unwind();
                let outcome = if endpoint.docs.stream {
                    Ok(work.await)
                } else {
                    tokio::time::timeout(limit, work).await
                };
                match outcome {
                    Ok(Ok(Ok(response))) => response,
                    Ok(Ok(Err(fault))) => problem(&fault),
                    Ok(Err(panic)) => problem(&Fault::internal(panic_text(panic.as_ref()))),
                    Err(_) => problem(
                        &Fault::new(
                            FaultKind::Unavailable,
                            "timeout",
                            "This took too long and was given up. Whether it was done is not known: repeat it \
                             with the same Idempotency-Key.",
                        )
                        .retry_after(Duration::from_secs(1)),
                    ),
                }
            }
            Err(fault) => problem(&fault),
        };
        let took = started.elapsed();
        stats.record(response.status().as_u16(), took);
        self.log(&endpoint, &method, &dressing, &mut response, took);
        self.dress(&dressing, &mut response);
        response
    }

    fn admit(&self) -> Result<Running, Fault> {
        let before = self.running.fetch_add(1, Ordering::Relaxed);
        let running = Running(Arc::clone(&self.running));
        if before >= self.config.concurrency {
            return Err(Fault::new(
                FaultKind::Unavailable,
                "overloaded",
                "There is more to do than can be done at once. Try again in a moment.",
            )
            .retry_after(Duration::from_secs(1)));
        }
        Ok(running)
    }

    async fn handle(
        &self,
        endpoint: &Arc<Endpoint>,
        params: Params,
        request: Request,
        request_id: RequestId,
        now: Timestamp,
    ) -> Result<Response, Fault> {
        let (parts, mut body) = request.into_parts();
        let ip = self.client_ip(&parts);
        let body_limit = endpoint.docs.body_limit.unwrap_or(self.config.body_limit);
        if content_length(&parts.headers).is_some_and(|length| length > body_limit as u64) {
            return Err(too_large(body_limit));
        }

        let Entered { mut caller, tenant, platform, stranger } =
            self.enter(endpoint, &params, &parts, (ip, request_id), now).await?;
        let anonymous = matches!(caller.actor, Actor::Anonymous);
        if endpoint.idempotent()
            && let Some(key) = idempotency_key(&parts.headers, anonymous)?
        {
            let bytes = read_body(body, body_limit).await?;
            let record = IdempotencyKey {
                key: key.into(),
                route: format!("{} {}", endpoint.method, endpoint.path).into(),
                fingerprint: fingerprint(&parts, &bytes),
            };
            body = Body::from(bytes);
            caller.idempotency = Some(Arc::new(record));
        }
        let caller = Arc::new(caller);
        self.count(endpoint, &caller, platform, now)?;
        endpoint.access.check(&caller, platform)?;
        let asked = (parts.method == Method::GET && parts.headers.contains_key(header::IF_NONE_MATCH))
            .then(|| parts.headers.clone());
        let call = Call {
            parts,
            body: Some(body),
            caller,
            tenant,
            platform,
            stranger,
            endpoint: Arc::clone(endpoint),
            params,
            body_limit,
        };
        let response = (endpoint.handler)(call).await;
        let known = asked.is_some_and(|headers| is_known(&response, &headers));
        Ok(if known { not_modified(response) } else { response })
    }

    /// Who asks, in which tenant, with which rights.
    pub(crate) async fn enter(
        &self,
        endpoint: &Endpoint,
        params: &Params,
        parts: &Parts,
        (ip, request_id): (Option<IpAddr>, RequestId),
        now: Timestamp,
    ) -> Result<Entered, Fault> {
        let identity = self.identify(endpoint, parts, Peer { ip, request_id }, now).await?;
        let Place { tenant, grants, stranger } =
            self.place(endpoint, params, parts, identity.as_ref()).await?;
        let (actor, platform, chosen) = match identity {
            Some(identity) => (identity.actor, identity.platform, identity.locale),
            None => (Actor::Anonymous, false, Arc::from("")),
        };
        let locale = match (&tenant, chosen) {
            (_, chosen) if !chosen.is_empty() => chosen,
            (tenant, _) => accepted_locale(&parts.headers, tenant.as_ref()),
        };
        let caller = Caller {
            actor,
            scopes: grants.scopes,
            sites: grants.sites,
            request_id,
            ip,
            locale,
            idempotency: None,
            clock: self.clock.clone(),
        };
        Ok(Entered { caller, tenant: tenant.map(|tenant| tenant.id), platform, stranger })
    }

    /// Who asks; `None` for nobody. A bad credential on a public route counts as none.
    async fn identify(
        &self,
        endpoint: &Endpoint,
        parts: &Parts,
        peer: Peer,
        now: Timestamp,
    ) -> Result<Option<Identity>, Fault> {
        let Some(credential) = credential(endpoint, parts)? else { return Ok(None) };
        match self.authenticator.identify(credential, peer).await {
            Ok(identity) => {
                if matches!(credential, Credential::Session(_)) && !is_safe(&parts.method) {
                    self.same_origin(parts)?;
                }
                Ok(Some(identity))
            }
            Err(fault) if fault.kind() == FaultKind::Unauthenticated => {
                // Guessing credentials costs a token of the address.
                self.limiter.take(RateClass::Anonymous, Subject::address(peer.ip), now)?;
                if endpoint.access.is_public() { Ok(None) } else { Err(fault) }
            }
            Err(fault) => Err(fault),
        }
    }

    /// The tenant of the request, and what the caller may do there.
    async fn place(
        &self,
        endpoint: &Endpoint,
        params: &Params,
        parts: &Parts,
        identity: Option<&Identity>,
    ) -> Result<Place, Fault> {
        let home = identity.and_then(|identity| identity.home.as_ref());
        let platform = identity.is_some_and(|identity| identity.platform);
        let in_path = endpoint.tenant_parameter().and_then(|name| params.get(name));
        let header = parts.headers.get("x-tenant").and_then(|value| value.to_str().ok());
        let subdomain = self.subdomain(parts);
        let subdomain = subdomain.as_deref();
        // `explicit`: the client itself named the tenant, so a stranger must not learn that it exists.
        let (name, explicit) = match (in_path, home, header, subdomain) {
            (Some(name), ..) => (named(name), true),
            (None, Some((id, _)), ..) => (TenantRef::Id(*id), false),
            (None, None, Some(name), _) => (named(name), true),
            (None, None, None, Some(name)) => (TenantRef::Slug(name), false),
            (None, None, None, None) => (TenantRef::Default, false),
        };
        let tenant = match self.tenants.resolve(name).await? {
            Some(tenant) => tenant,
            None if explicit => return Err(Fault::not_found("tenant")),
            None => {
                let scopes = if platform { Scopes::all() } else { Scopes::none() };
                let grants = Grants { scopes, ..Grants::default() };
                return Ok(Place { tenant: None, grants, stranger: false });
            }
        };
        if platform {
            let grants = Grants { scopes: Scopes::all(), ..Grants::default() };
            return Ok(Place { tenant: Some(tenant), grants, stranger: false });
        }
        let grants = match (identity, home) {
            (Some(_), Some((id, grants))) if *id == tenant.id => Some(grants.clone()),
            (Some(identity), _) => self.authenticator.grants(identity, tenant.id).await?,
            (None, _) => None,
        };
        let stranger = grants.is_none() && identity.is_some() && explicit;
        if stranger && !endpoint.access.is_public() {
            return Err(Fault::not_found("tenant"));
        }
        if tenant.suspended {
            return Err(Fault::tenant_suspended());
        }
        Ok(Place { tenant: Some(tenant), grants: grants.unwrap_or_default(), stranger })
    }

    pub(crate) fn count(
        &self,
        endpoint: &Endpoint,
        caller: &Caller,
        platform: bool,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let own = own_rate(caller, platform);
        match endpoint.docs.rate {
            Some(RateClass::Login) => self.limiter.take(RateClass::Login, Subject::address(caller.ip), now),
            Some(class) if matches!(own, RateClass::Anonymous | RateClass::Customer) => {
                self.limiter.take(class, Subject::of(&caller.actor, caller.ip), now)
            }
            _ => self.limiter.take(own, Subject::of(&caller.actor, caller.ip), now),
        }
    }

    /// Cookies travel with requests that other sites start; only our own pages may change something.
    pub(crate) fn same_origin(&self, parts: &Parts) -> Result<(), Fault> {
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let named = |origin: &str| self.config.cors_origins.iter().any(|allowed| allowed == origin);
        let allowed = match (text("sec-fetch-site"), text("origin")) {
            // The browser's own word, which no page can forge.
            (Some("same-origin"), _) => true,
            (_, Some(origin)) if named(origin) => true,
            // Browsers leave it out on plain HTTP; there the origin must be the host that was asked.
            (None, Some(origin)) => {
                let host = self.host((&parts.uri, &parts.headers, &parts.extensions));
                host.is_some() && origin.split_once("://").map(|(_, authority)| authority) == host
            }
            _ => false,
        };
        if allowed {
            return Ok(());
        }
        Err(Fault::new(
            FaultKind::Forbidden,
            "cross_site",
            "A request that carries the session cookie must come from our own pages. Send a token instead.",
        ))
    }

    /// One line for what failed or was slow, for everything when the installation wants it. Path only:
    /// a query may carry a ticket.
    fn log(
        &self,
        endpoint: &Endpoint,
        method: &Method,
        dressing: &Dressing,
        response: &mut Response,
        took: Duration,
    ) {
        let status = response.status().as_u16();
        let millis = took.as_millis() as u64;
        let id = dressing.request_id;
        if let Some(InternalDetail(detail)) = response.extensions_mut().remove() {
            tracing::error!(%method, path = endpoint.path, status, request = %id, %detail, "internal fault");
        } else if status >= 500 {
            tracing::warn!(%method, path = endpoint.path, status, millis, request = %id, "refused");
        } else if millis > 1_000 && !endpoint.docs.stream {
            tracing::warn!(%method, path = endpoint.path, status, millis, request = %id, "slow");
        } else if self.config.access_log {
            tracing::info!(%method, path = endpoint.path, status, millis, request = %id, "request");
        }
    }
}

pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    format!("a handler panicked: {text}")
}

/// The rate of whoever asks, where a route states none.
pub(crate) fn own_rate(caller: &Caller, platform: bool) -> RateClass {
    match &caller.actor {
        Actor::Anonymous | Actor::Link { .. } => RateClass::Anonymous,
        Actor::Device { .. } => RateClass::Device,
        Actor::ApiKey { .. } | Actor::System { .. } => RateClass::Staff,
        Actor::User { .. } if platform || may_change(&caller.scopes) => RateClass::Staff,
        Actor::User { .. } => RateClass::Customer,
    }
}

/// Whether somebody may do more than read: members of staff may, customers may not.
fn may_change(scopes: &Scopes) -> bool {
    scopes.is_all() || scopes.iter().any(|scope| !scope.as_str().ends_with(":read"))
}
