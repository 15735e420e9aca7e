//! Who asks, on whose behalf, and when.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use uuid::Uuid;

use crate::{Clock, Fault, FaultKind, RequestId, Scope, Scopes, SiteId, TenantId, Timestamp, UserId};

/// Who is behind a request or a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody has signed in.
    Anonymous,
    /// A person, through one of their sessions.
    User {
        /// The person.
        id: UserId,
        /// The session or opaque token that was presented.
        session: Uuid,
    },
    /// A service with an API key.
    ApiKey {
        /// The key's id.
        id: Uuid,
    },
    /// A paired device.
    Device {
        /// The device's id.
        id: Uuid,
        /// What it is, for example `kiosk` or `display`.
        kind: Arc<str>,
        /// Where it stands.
        site: SiteId,
    },
    /// Somebody who holds a secret link that opens one thing only.
    Link {
        /// The kind of the thing, for example `ticket`.
        kind: &'static str,
        /// The thing.
        id: Uuid,
    },
    /// The product itself: a job, a subscriber, the command line.
    System {
        /// Which part of it.
        name: &'static str,
    },
}

impl Actor {
    /// A short word for logs and the audit trail.
    pub fn kind(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User { .. } => "user",
            Self::ApiKey { .. } => "api_key",
            Self::Device { kind, .. } => kind,
            Self::Link { kind, .. } => kind,
            Self::System { .. } => "system",
        }
    }

    /// The id behind the actor, where there is one.
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::User { id, .. } => Some(id.uuid()),
            Self::ApiKey { id } | Self::Device { id, .. } | Self::Link { id, .. } => Some(*id),
            Self::Anonymous | Self::System { .. } => None,
        }
    }

    /// The person, where a person acts.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            _ => None,
        }
    }
}

/// What a client sent to make a request repeatable: see `usher_http::write`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The client's own key.
    pub key: Arc<str>,
    /// Method and route pattern, so that one key may serve several routes.
    pub route: Arc<str>,
    /// SHA-256 over the path and the body: the same key with another body is refused.
    pub fingerprint: [u8; 32],
}

/// Everything known of a request before its tenant is.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who asks.
    pub actor: Actor,
    /// What they may do.
    pub scopes: Scopes,
    /// The sites they are limited to; empty means all sites of the tenant.
    pub sites: Arc<[SiteId]>,
    /// The request.
    pub request_id: RequestId,
    /// Where it came from, where that is known.
    pub ip: Option<IpAddr>,
    /// The language the caller reads, a BCP 47 tag; empty when unknown.
    pub locale: Arc<str>,
    /// The client's `Idempotency-Key`, where it sent one.
    pub idempotency: Option<Arc<IdempotencyKey>>,
    /// The time source.
    pub clock: Clock,
}

impl Caller {
    /// The product itself acting under `name`.
    pub fn system(name: &'static str, clock: Clock) -> Self {
        Self {
            actor: Actor::System { name },
            scopes: Scopes::all(),
            sites: Arc::default(),
            request_id: RequestId::generate(clock.now()),
            ip: None,
            locale: Arc::from(""),
            idempotency: None,
            clock,
        }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether the caller holds `scope`.
    pub fn may(&self, scope: &Scope) -> bool {
        self.scopes.has(scope)
    }

    /// Whether the caller's site limits allow `site`.
    pub fn may_at(&self, site: SiteId) -> bool {
        self.sites.is_empty() || self.sites.contains(&site)
    }

    /// Passes when the caller works at every site of the tenant: what holds at all of them is not changed by who is limited
    /// to some.
    ///
    /// # Errors
    /// 403 `some_sites` when they are.
    pub fn require_every_site(&self) -> Result<(), Fault> {
        if self.sites.is_empty() {
            return Ok(());
        }
        let text = "This holds at every site of the organisation, and you are limited to some. Ask somebody who works at \
                    all of them to change it.";
        Err(Fault::new(FaultKind::Forbidden, "some_sites", text))
    }
}

/// A caller inside one tenant: the only key to a tenant transaction.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// The tenant whose data may be touched.
    pub tenant: TenantId,
    caller: Arc<Caller>,
}

impl Ctx {
    /// Binds a caller to a tenant. Whether that caller belongs there was decided by whoever calls this.
    pub fn new(tenant: TenantId, caller: Arc<Caller>) -> Self {
        Self { tenant, caller }
    }

    /// The product itself acting inside a tenant.
    pub fn system(tenant: TenantId, name: &'static str, clock: Clock) -> Self {
        Self::new(tenant, Arc::new(Caller::system(name, clock)))
    }

    /// The caller, shared.
    pub fn caller(&self) -> &Arc<Caller> {
        &self.caller
    }

    /// Passes when the caller's site limits allow `site`.
    ///
    /// # Errors
    /// 403 `other_site` when they do not.
    pub fn require_site(&self, site: SiteId) -> Result<(), Fault> {
        if self.caller.may_at(site) {
            return Ok(());
        }
        Err(Fault::new(FaultKind::Forbidden, "other_site", "You are not assigned to this site."))
    }
}

impl Deref for Ctx {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.caller
    }
}

/// The key to work across tenants: signing in, finding a tenant by its slug, jobs, the command line.
///
/// Separately named so that such work is seen at a glance in a review.
#[derive(Clone, Debug)]
pub struct SystemCtx(Arc<Caller>);

impl SystemCtx {
    /// Work of the product itself.
    pub fn new(name: &'static str, clock: Clock) -> Self {
        Self(Arc::new(Caller::system(name, clock)))
    }

    /// Work across tenants on behalf of a caller (its actor stands in the events).
    pub fn for_caller(caller: Arc<Caller>) -> Self {
        Self(caller)
    }

    /// The same caller bound to one tenant.
    pub fn within(&self, tenant: TenantId) -> Ctx {
        Ctx::new(tenant, Arc::clone(&self.0))
    }

    /// The caller, shared.
    pub fn caller(&self) -> &Arc<Caller> {
        &self.0
    }
}

impl Deref for SystemCtx {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.0
    }
}
