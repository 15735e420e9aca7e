//! Who connects: the credential, the tenant, the rooms and the cursor that a client brings.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::extract::{ConnectInfo, Query};
use axum::http::header;
use axum::http::request::Parts;
use serde::Deserialize;
use usher_http::{Api, Authenticator, Credential, Grants, Peer, SESSION_COOKIE, TenantRef, TenantResolver};
use usher_kernel::{Actor, Caller, Clock, Ctx, Fault, FaultKind, RequestId, Scopes, TenantId};

/// What a client says as `auth: {…}`, or in the query of its URL.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Hello {
    token: Option<String>,
    ticket: Option<String>,
    tenant: Option<String>,
    pub(super) rooms: Option<Names>,
    pub(super) since: Option<String>,
}

/// Room names as one text with commas or as a list.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Names {
    One(String),
    Many(Vec<String>),
    /// `{rooms: …}`, as some clients write it in `join`.
    Inside {
        rooms: Box<Names>,
    },
}

impl Names {
    pub(super) fn iter(&self) -> Box<dyn Iterator<Item = &str> + Send + '_> {
        match self {
            Self::One(names) => Box::new(names.split(',').map(str::trim).filter(|name| !name.is_empty())),
            Self::Many(names) => Box::new(names.iter().map(String::as_str)),
            Self::Inside { rooms } => rooms.iter(),
        }
    }
}

impl Hello {
    /// What the client said, field by field from `auth` and else from the query.
    ///
    /// # Errors
    /// 400 when `auth` is something else than the object that is expected.
    pub(super) fn read(said: Option<serde_json::Value>, head: &Parts) -> Result<Self, Fault> {
        let said: Self = match said {
            None | Some(serde_json::Value::Null) => Self::default(),
            Some(value) => serde_json::from_value(value).map_err(|_| {
                Fault::new(
                    FaultKind::Malformed,
                    "invalid_auth",
                    "auth must be an object with token, tenant, rooms and since, each optional.",
                )
            })?,
        };
        let Query(asked): Query<Self> = Query::try_from_uri(&head.uri).unwrap_or_default();
        Ok(Self {
            token: said.token.or(asked.token),
            ticket: said.ticket.or(asked.ticket),
            tenant: said.tenant.or(asked.tenant),
            rooms: said.rooms.or(asked.rooms),
            since: said.since.or(asked.since),
        })
    }

    fn credential<'a>(&'a self, head: &'a Parts) -> Option<Credential<'a>> {
        if let Some(ticket) = &self.ticket {
            return Some(Credential::Ticket(ticket));
        }
        let sent = head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        if let Some(token) = self.token.as_deref().or(sent).map(str::trim).filter(|t| !t.is_empty()) {
            return Some(match token.split_once(' ') {
                Some((scheme, secret)) if scheme.eq_ignore_ascii_case("token") => Credential::Token(secret),
                Some((_, secret)) => Credential::Bearer(secret),
                None => Credential::Bearer(token),
            });
        }
        let cookies = head.headers.get_all(header::COOKIE);
        cookies.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';')).find_map(
            |cookie| match cookie.trim().split_once('=') {
                Some((SESSION_COOKIE, value)) => Some(Credential::Session(value)),
                _ => None,
            },
        )
    }
}

/// Turns a greeting into a caller within a tenant.
pub(super) struct Reception {
    pub(super) authenticator: Arc<dyn Authenticator>,
    pub(super) tenants: Arc<dyn TenantResolver>,
    pub(super) clock: Clock,
    /// The gate that every request passes; none where the door stands alone.
    pub(super) gate: OnceLock<Api>,
}

impl Reception {
    /// Who connects, by the same rules as any request: the tenant that is named, else the credential's own,
    /// else the default one. In a tenant where the caller does not belong it is a member of the public.
    pub(super) async fn receive(&self, hello: &Hello, head: &Parts) -> Result<Ctx, Fault> {
        let request_id = RequestId::generate(self.clock.now());
        let gate = self.gate.get();
        let ip = match gate {
            Some(gate) => gate.knock(head)?,
            None => head.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical()),
        };
        let identity = match hello.credential(head) {
            Some(credential) => {
                let shown = self.authenticator.identify(credential, Peer { ip, request_id }).await;
                if let (Some(gate), Err(fault)) = (gate, &shown)
                    && fault.kind() == FaultKind::Unauthenticated
                {
                    gate.count_guess(ip)?;
                }
                Some(shown?)
            }
            None => None,
        };
        let header = head.headers.get("x-tenant").and_then(|value| value.to_str().ok());
        let home = identity.as_ref().and_then(|identity| identity.home.as_ref());
        let name = match (hello.tenant.as_deref().or(header), home) {
            (Some(name), _) => name.parse::<TenantId>().map_or(TenantRef::Slug(name), TenantRef::Id),
            (None, Some((id, _))) => TenantRef::Id(*id),
            (None, None) => TenantRef::Default,
        };
        let tenant = self.tenants.resolve(name).await?.ok_or_else(|| Fault::not_found("tenant"))?;
        let platform = identity.as_ref().is_some_and(|identity| identity.platform);
        let grants = match (&identity, home) {
            (Some(_), _) if platform => Some(Grants { scopes: Scopes::all(), sites: Arc::default() }),
            (Some(_), Some((id, grants))) if *id == tenant.id => Some(grants.clone()),
            (Some(identity), _) => self.authenticator.grants(identity, tenant.id).await?,
            (None, _) => None,
        };
        if tenant.suspended && !platform {
            return Err(Fault::new(
                FaultKind::Forbidden,
                "tenant_suspended",
                "This organisation is suspended. Ask whoever runs this installation.",
            ));
        }
        let grants = grants.unwrap_or_default();
        let (actor, locale) = match identity {
            Some(identity) => (identity.actor, identity.locale),
            None => (Actor::Anonymous, Arc::from("")),
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
        if let Some(gate) = gate {
            gate.count_entry(&caller, platform)?;
        }
        Ok(Ctx::new(tenant.id, Arc::new(caller)))
    }
}
