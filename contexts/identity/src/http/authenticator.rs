//! Identity as the gate asks it.

use usher_http::{Authenticator, BoxFuture, Credential, Grants, Identity as Asked, Peer};
use usher_kernel::{Fault, FaultKind, TenantId};

use crate::Identity;
use crate::model::Standing;

impl Authenticator for Identity {
    fn identify<'a>(&'a self, credential: Credential<'a>, _: Peer) -> BoxFuture<'a, Result<Asked, Fault>> {
        Box::pin(async move {
            let found = match credential {
                Credential::Ticket(text) => self.by_ticket(text).await?,
                Credential::Session(text) => self.by_session_secret(text).await?,
                Credential::Bearer(text) | Credential::Token(text) | Credential::ApiKey(text) => {
                    self.by_any(text).await?
                }
            };
            let found = found.ok_or_else(|| {
                let text = "This credential is unknown, has run out or was revoked. Sign in again.";
                Fault::new(FaultKind::Unauthenticated, "invalid_credential", text)
            })?;
            Ok(Asked {
                actor: found.actor,
                home: found.home.map(|(tenant, standing)| (tenant, grants(standing))),
                platform: found.platform,
                locale: found.locale,
            })
        })
    }

    fn grants<'a>(
        &'a self,
        identity: &'a Asked,
        tenant: TenantId,
    ) -> BoxFuture<'a, Result<Option<Grants>, Fault>> {
        Box::pin(async move {
            // Keys and devices belong to one tenant, which is their home.
            let Some(user) = identity.actor.user() else { return Ok(None) };
            let member = self.live_member(tenant, user, 0).await?;
            Ok(member.map(|member| grants(member.standing.clone())))
        })
    }
}

fn grants(standing: Standing) -> Grants {
    Grants { scopes: standing.scopes, sites: standing.sites }
}
