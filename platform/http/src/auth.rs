//! The two questions that the gate asks of others: who presents this credential, and which tenant is this.
//!
//! Identity and tenancy answer them; the composition root fills them in. Both keep their own caches: the
//! gate asks on every request, and the answer for an access token must not need the database.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use usher_kernel::{Actor, Fault, RequestId, Scopes, SiteId, TenantId};

/// A boxed future, so that the traits here can be used as objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A credential as it was presented.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Credential<'a> {
    /// `Authorization: Bearer …`: an access token, or an opaque one.
    Bearer(&'a str),
    /// `Authorization: Token …`: an opaque token.
    Token(&'a str),
    /// `X-API-Key: …`.
    ApiKey(&'a str),
    /// The first-party cookie [`SESSION_COOKIE`].
    Session(&'a str),
    /// `?ticket=…` on a live connection: single use, 60 s.
    Ticket(&'a str),
}

/// The name of the first-party session cookie.
pub const SESSION_COOKIE: &str = "usher_session";

impl Credential<'_> {
    /// The secret itself.
    pub fn secret(&self) -> &str {
        match self {
            Self::Bearer(s) | Self::Token(s) | Self::ApiKey(s) | Self::Session(s) | Self::Ticket(s) => s,
        }
    }
}

/// Says only the kind: a credential never reaches a log.
impl std::fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Bearer(_) => "Bearer(…)",
            Self::Token(_) => "Token(…)",
            Self::ApiKey(_) => "ApiKey(…)",
            Self::Session(_) => "Session(…)",
            Self::Ticket(_) => "Ticket(…)",
        })
    }
}

/// What is known of the connection when a credential is checked.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// Where the request came from.
    pub ip: Option<IpAddr>,
    /// The request.
    pub request_id: RequestId,
}

/// What somebody may do inside one tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Their scopes there.
    pub scopes: Scopes,
    /// The sites they are limited to; empty means all.
    pub sites: Arc<[SiteId]>,
}

/// Who presented a credential.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Who it is.
    pub actor: Actor,
    /// The tenant that the credential names, and what its holder may do there.
    pub home: Option<(TenantId, Grants)>,
    /// Whether this is the operator of the installation, who may do everything in every tenant.
    pub platform: bool,
    /// The language that this caller has chosen, a BCP 47 tag; empty leaves it to `Accept-Language`.
    pub locale: Arc<str>,
}

/// Turns credentials into identities. Identity fills it in.
pub trait Authenticator: Send + Sync + 'static {
    /// Who presents `credential`.
    ///
    /// # Errors
    /// [`usher_kernel::FaultKind::Unauthenticated`] for an unknown, expired or revoked one.
    fn identify<'a>(
        &'a self,
        credential: Credential<'a>,
        peer: Peer,
    ) -> BoxFuture<'a, Result<Identity, Fault>>;

    /// What `identity` may do in `tenant`, which is not its home; `None` when it does not belong there.
    fn grants<'a>(
        &'a self,
        identity: &'a Identity,
        tenant: TenantId,
    ) -> BoxFuture<'a, Result<Option<Grants>, Fault>>;
}

/// How a request names its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantRef<'a> {
    /// By slug.
    Slug(&'a str),
    /// By id.
    Id(TenantId),
    /// Not at all: the installation's default tenant.
    Default,
}

/// What the gate needs to know of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantInfo {
    /// Its id.
    pub id: TenantId,
    /// Suspended: closed to everybody but the platform administrator.
    pub suspended: bool,
    /// Its default language, a BCP 47 tag.
    pub locale: Arc<str>,
}

/// Finds tenants by slug or id. Tenancy fills it in.
pub trait TenantResolver: Send + Sync + 'static {
    /// The tenant, or `None` when there is no such one.
    fn resolve<'a>(&'a self, name: TenantRef<'a>) -> BoxFuture<'a, Result<Option<TenantInfo>, Fault>>;
}
