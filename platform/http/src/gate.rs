//! The way of one request up to its handler, in one function: identity, tenant, permission, limits.
//!
//! One function instead of a stack of layers, because each layer would box a future for every request.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use futures_util::FutureExt;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use usher_kernel::{
    Actor, Caller, Clock, Fault, FaultKind, IdempotencyKey, RequestId, Scopes, TenantId, Timestamp,
};

use crate::auth::{
    Authenticator, Credential, Identity, Peer, SESSION_COOKIE, TenantInfo, TenantRef, TenantResolver,
};
use crate::config::HttpConfig;
use crate::endpoint::Endpoint;
use crate::extract::{read_body, too_large};
use crate::handler::Call;
use crate::limit::{RateClass, RateLimiter, Subject};
use crate::params::Params;
use crate::problem::{InternalDetail, problem};

/// The longest `Idempotency-Key` in bytes.
const KEY_LIMIT: usize = 255;

pub(crate) struct Gateway {
    config: HttpConfig,
    authenticator: Arc<dyn Authenticator>,
    tenants: Arc<dyn TenantResolver>,
    clock: Clock,
    pub(crate) limiter: Arc<RateLimiter>,
    running: Arc<AtomicUsize>,
}

/// What of a request is needed to finish its answer.
pub(crate) struct Dressing {
    request_id: RequestId,
    origin: Option<HeaderValue>,
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
    pub(crate) async fn pass(&self, endpoint: Arc<Endpoint>, params: Params, request: Request) -> Response {
        let now = self.clock.now();
        let dressing = self.dressing(&request);
        let started = std::time::Instant::now();
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
        self.log(&endpoint, &method, &dressing, &mut response, started.elapsed());
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

        let identity = self.identify(endpoint, &parts, Peer { ip, request_id }, now).await?;
        let (tenant, scopes, sites) = self.place(endpoint, &params, &parts, identity.as_ref()).await?;
        let (actor, platform, chosen) = match identity {
            Some(identity) => (identity.actor, identity.platform, identity.locale),
            None => (Actor::Anonymous, false, Arc::from("")),
        };
        let locale = match (&tenant, chosen) {
            (_, chosen) if !chosen.is_empty() => chosen,
            (tenant, _) => accepted_locale(&parts.headers, tenant.as_ref()),
        };
        let idempotency = if endpoint.idempotent() {
            match idempotency_key(&parts.headers)? {
                Some(key) => {
                    let bytes = read_body(body, body_limit).await?;
                    let record = IdempotencyKey {
                        key: key.into(),
                        route: format!("{} {}", endpoint.method, endpoint.path).into(),
                        fingerprint: fingerprint(&parts, &bytes),
                    };
                    body = Body::from(bytes);
                    Some(Arc::new(record))
                }
                None => None,
            }
        } else {
            None
        };
        let caller = Arc::new(Caller {
            actor,
            scopes,
            sites,
            request_id,
            ip,
            locale,
            idempotency,
            clock: self.clock.clone(),
        });
        self.count(endpoint, &caller, platform, now)?;
        endpoint.access.check(&caller, platform)?;
        let call = Call {
            parts,
            body: Some(body),
            caller,
            tenant: tenant.map(|tenant| tenant.id),
            platform,
            endpoint: Arc::clone(endpoint),
            params,
            body_limit,
        };
        Ok((endpoint.handler)(call).await)
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
    ) -> Result<(Option<TenantInfo>, Scopes, Arc<[usher_kernel::SiteId]>), Fault> {
        let home = identity.and_then(|identity| identity.home.as_ref());
        let platform = identity.is_some_and(|identity| identity.platform);
        let in_path = endpoint.tenant_parameter().and_then(|name| params.get(name));
        let header = parts.headers.get("x-tenant").and_then(|value| value.to_str().ok());
        let subdomain = self.subdomain(parts);
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
                return Ok((None, scopes, Arc::default()));
            }
        };
        if platform {
            return Ok((Some(tenant), Scopes::all(), Arc::default()));
        }
        let grants = match (identity, home) {
            (Some(_), Some((id, grants))) if *id == tenant.id => Some(grants.clone()),
            (Some(identity), _) => self.authenticator.grants(identity, tenant.id).await?,
            (None, _) => None,
        };
        if grants.is_none() && identity.is_some() && explicit && !endpoint.access.is_public() {
            return Err(Fault::not_found("tenant"));
        }
        if tenant.suspended {
            return Err(Fault::new(
                FaultKind::Forbidden,
                "tenant_suspended",
                "This organisation is suspended. Ask whoever runs this installation.",
            ));
        }
        let grants = grants.unwrap_or_default();
        Ok((Some(tenant), grants.scopes, grants.sites))
    }

    fn count(
        &self,
        endpoint: &Endpoint,
        caller: &Caller,
        platform: bool,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let own = match &caller.actor {
            Actor::Anonymous | Actor::Link { .. } => RateClass::Anonymous,
            Actor::Device { .. } => RateClass::Device,
            Actor::ApiKey { .. } | Actor::System { .. } => RateClass::Staff,
            Actor::User { .. } if platform || caller.scopes.iter().next().is_some() => RateClass::Staff,
            Actor::User { .. } => RateClass::Customer,
        };
        match endpoint.docs.rate {
            Some(RateClass::Login) => self.limiter.take(RateClass::Login, Subject::address(caller.ip), now),
            Some(class) if matches!(own, RateClass::Anonymous | RateClass::Customer) => {
                self.limiter.take(class, Subject::of(&caller.actor, caller.ip), now)
            }
            _ => self.limiter.take(own, Subject::of(&caller.actor, caller.ip), now),
        }
    }

    /// Cookies travel with requests that other sites start; only our own pages may change something.
    fn same_origin(&self, parts: &Parts) -> Result<(), Fault> {
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let allowed = match (text("origin"), text("sec-fetch-site")) {
            (Some(origin), _) => {
                let host = self.host(parts);
                let ours = origin.split_once("://").map(|(_, authority)| authority);
                (host.is_some() && ours == host) || self.config.cors_origins.iter().any(|o| o == origin)
            }
            (None, Some(site)) => site == "same-origin",
            (None, None) => false,
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

    fn trusted(&self, ip: IpAddr) -> bool {
        self.config.trusted_proxies.iter().any(|network| network.contains(ip))
    }

    /// The nearest address that is none of our own proxies.
    fn client_ip(&self, parts: &Parts) -> Option<IpAddr> {
        let peer =
            parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical())?;
        if self.config.trusted_proxies.is_empty() || !self.trusted(peer) {
            return Some(peer);
        }
        let mut nearest = peer;
        let values = parts.headers.get_all("x-forwarded-for");
        let hops: Vec<&str> =
            values.iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).collect();
        for hop in hops.into_iter().rev() {
            let Ok(ip) = hop.trim().parse::<IpAddr>() else { break };
            nearest = ip.to_canonical();
            if !self.trusted(nearest) {
                break;
            }
        }
        Some(nearest)
    }

    fn host<'a>(&self, parts: &'a Parts) -> Option<&'a str> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let forwarded = peer.filter(|ip| self.trusted(*ip)).and_then(|_| text("x-forwarded-host"));
        forwarded.or_else(|| parts.uri.authority().map(|a| a.as_str())).or_else(|| text("host"))
    }

    fn subdomain<'a>(&self, parts: &'a Parts) -> Option<&'a str> {
        let base = self.config.base_domain.as_deref()?;
        let host = self.host(parts)?;
        let name = host.split(':').next()?.strip_suffix(base)?.strip_suffix('.')?;
        (!name.is_empty() && !name.contains('.') && name != "www").then_some(name)
    }

    pub(crate) fn dressing(&self, request: &Request) -> Dressing {
        let headers = request.headers();
        let request_id = headers
            .get("x-request-id")
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| RequestId::generate(self.clock.now()));
        let origin = headers.get(header::ORIGIN).filter(|origin| self.cors(origin)).cloned();
        Dressing { request_id, origin }
    }

    fn cors(&self, origin: &HeaderValue) -> bool {
        self.config.cors_origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes())
    }

    /// The headers that every answer carries.
    pub(crate) fn dress(&self, dressing: &Dressing, response: &mut Response) {
        let headers = response.headers_mut();
        let mut id = [0; uuid::fmt::Hyphenated::LENGTH];
        let id = dressing.request_id.uuid().as_hyphenated().encode_lower(&mut id);
        if let Ok(id) = HeaderValue::from_str(id) {
            headers.insert("x-request-id", id);
        }
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
        if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
            headers.insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
            );
        }
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if self.config.hsts {
            headers.insert(
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=31536000; includeSubDomains"),
            );
        }
        if let Some(origin) = &dressing.origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("x-request-id, etag, retry-after, idempotency-replayed"),
            );
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
    }

    /// The answer to a CORS preflight; `None` when the request is none.
    pub(crate) fn preflight(&self, request: &Request) -> Option<Response> {
        if request.method() != Method::OPTIONS
            || !request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        {
            return None;
        }
        let dressing = self.dressing(request);
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        if dressing.origin.is_some() {
            let headers = response.headers_mut();
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_METHODS,
                HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE"),
            );
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                HeaderValue::from_static(
                    "authorization, content-type, idempotency-key, if-match, x-api-key, x-request-id, x-tenant, \
                     last-event-id",
                ),
            );
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
        self.dress(&dressing, &mut response);
        Some(response)
    }

    pub(crate) fn refuse_method(&self, request: &Request, allow: &str) -> Response {
        let dressing = self.dressing(request);
        let mut response = if request.method() == Method::OPTIONS {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        } else {
            let mut response = problem(&Fault::new(
                FaultKind::Malformed,
                "method_not_allowed",
                format!("{} is not possible here; {allow} is.", request.method()),
            ));
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            response
        };
        if let Ok(allow) = HeaderValue::from_str(allow) {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        self.dress(&dressing, &mut response);
        response
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

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn named(name: &str) -> TenantRef<'_> {
    name.parse::<TenantId>().map_or(TenantRef::Slug(name), TenantRef::Id)
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The credential of a request: header, else API key, else cookie, else a ticket where the route takes one.
fn credential<'a>(endpoint: &Endpoint, parts: &'a Parts) -> Result<Option<Credential<'a>>, Fault> {
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let text = value.to_str().unwrap_or_default();
        let (scheme, secret) = text.split_once(' ').unwrap_or((text, ""));
        let secret = secret.trim();
        return if secret.is_empty() {
            Err(unreadable_credential())
        } else if scheme.eq_ignore_ascii_case("bearer") {
            Ok(Some(Credential::Bearer(secret)))
        } else if scheme.eq_ignore_ascii_case("token") {
            Ok(Some(Credential::Token(secret)))
        } else {
            Err(unreadable_credential())
        };
    }
    if let Some(key) = parts.headers.get("x-api-key").and_then(|value| value.to_str().ok()) {
        return Ok(Some(Credential::ApiKey(key)));
    }
    for cookies in parts.headers.get_all(header::COOKIE) {
        for cookie in cookies.to_str().unwrap_or_default().split(';') {
            if let Some((SESSION_COOKIE, value)) = cookie.trim().split_once('=') {
                return Ok(Some(Credential::Session(value)));
            }
        }
    }
    if endpoint.docs.ticket {
        let query = parts.uri.query().unwrap_or_default();
        return Ok(query.split('&').find_map(|pair| pair.strip_prefix("ticket=")).map(Credential::Ticket));
    }
    Ok(None)
}

fn unreadable_credential() -> Fault {
    Fault::new(
        FaultKind::Unauthenticated,
        "unreadable_credential",
        "Authorization must be \"Bearer …\" or \"Token …\".",
    )
}

/// The first language of `Accept-Language`, else the tenant's.
fn accepted_locale(headers: &HeaderMap, tenant: Option<&TenantInfo>) -> Arc<str> {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split([',', ';']).next())
        .map(str::trim)
        .filter(|tag| {
            (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
    match (accepted, tenant) {
        (Some(tag), Some(tenant)) if tag == &*tenant.locale => Arc::clone(&tenant.locale),
        (Some(tag), _) => Arc::from(tag),
        (None, Some(tenant)) => Arc::clone(&tenant.locale),
        (None, None) => Arc::from(""),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Fault> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > KEY_LIMIT {
        return Err(Fault::new(
            FaultKind::Malformed,
            "invalid_idempotency_key",
            format!("Idempotency-Key must be 1 to {KEY_LIMIT} printable ASCII characters."),
        ));
    }
    Ok(Some(key))
}

fn fingerprint(parts: &Parts, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(parts.uri.path().trim_end_matches('/'));
    hash.update([0]);
    hash.update(parts.uri.query().unwrap_or_default());
    hash.update([0]);
    hash.update(body);
    hash.finalize().into()
}

/// A path segment decoded; bytes that are no UTF-8 become the replacement character.
pub(crate) fn decode_segment(text: &str) -> String {
    if text.contains('%') {
        percent_decode_str(text).decode_utf8_lossy().into_owned()
    } else {
        text.to_owned()
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    format!("a handler panicked: {text}")
}
