//! Signing in through another issuer: the way there, and who comes back.

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::{Lane, Tx};
use usher_kernel::{SystemCtx, TenantId, Timestamp, UserId, is_unshowable, random};
use usher_tenancy::TenantStatus;
use uuid::Uuid;

use super::register::{NewUser, create_user};
use super::sign_in::{Client, Entered};
use crate::error::Error;
use crate::model::oidc::{FLOW_LIFE, LinkedAccount, Outsider, Provider, challenge_of};
use crate::model::{BuiltIn, NewMember, SecretKind, SessionKind, User, UserStatus, mint, read_secret};
use crate::store::doors::FlowRow;
use crate::{Identity, events, store};

/// Where the browser goes to sign in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Departure {
    /// The issuer's page.
    pub authorization_url: String,
    /// Until when one has to be back.
    pub expires_at: Timestamp,
}

/// A log-in that begins: its state, and until when it is good.
pub(crate) struct Begun {
    pub(crate) state: String,
    pub(crate) expires_at: Timestamp,
}

impl Identity {
    /// The provider of this name.
    ///
    /// # Errors
    /// None is set up.
    pub(crate) fn provider(&self, name: &str) -> Result<&Provider, Error> {
        let found = self.config().oidc.iter().find(|provider| provider.name == name);
        found.ok_or(Error::NotFound("provider"))
    }

    /// Keeps a log-in that goes to an issuer; `linking` says whose account it is to be connected with.
    pub(crate) async fn begin_flow(
        &self,
        sys: &SystemCtx,
        provider: &str,
        verifier: &str,
        linking: Option<UserId>,
    ) -> Result<Begun, Error> {
        let (provider, challenge) = (provider.to_owned(), challenge_of(verifier));
        let write = move |tx: &mut Tx| {
            let now = tx.now();
            let id = random::uuid_v7(now);
            let secret = mint(SecretKind::OidcState, id);
            let flow = FlowRow {
                id,
                secret_hash: secret.hash,
                provider: provider.clone(),
                challenge,
                linking_user: linking,
                expires_at: now.checked_add(FLOW_LIFE).unwrap_or(now),
            };
            store::doors::begin_flow(tx, &flow)?;
            Ok(Begun { state: secret.text, expires_at: flow.expires_at })
        };
        self.db().write_system(sys, Lane::Any, write).await
    }

    /// Uses the state of a log-in up, which has to come back to the browser that began it, for what it began.
    ///
    /// # Errors
    /// The log-in has run out or was used; another browser; another purpose.
    pub(crate) async fn end_flow(
        &self,
        sys: &SystemCtx,
        provider: &str,
        state: &str,
        verifier: Option<&str>,
        linking: Option<UserId>,
    ) -> Result<(), Error> {
        let presented = read_secret(SecretKind::OidcState, state).ok_or(Error::FlowOver)?;
        let write = move |tx: &mut Tx| Ok(store::doors::take_flow(tx, presented.id, &presented.hash)?);
        let flow: Option<FlowRow> =
            self.db().write_system(sys, Lane::Any, write).await.map_err(|e: Error| e)?;
        let flow = flow.filter(|flow| flow.expires_at > sys.now() && flow.provider == provider);
        let flow = flow.ok_or(Error::FlowOver)?;
        if verifier.is_none_or(|verifier| challenge_of(verifier) != flow.challenge) {
            return Err(Error::OtherBrowser);
        }
        if flow.linking_user != linking {
            return Err(Error::FlowOver);
        }
        Ok(())
    }

    /// Signs in whoever an issuer vouches for: the person whose account is connected, else the one with the same
    /// proved address, else somebody new, who becomes a customer of the request's tenant.
    ///
    /// # Errors
    /// The issuer does not know whose the address is; somebody here has it and never proved it.
    pub(crate) async fn enter_from(
        &self,
        sys: &SystemCtx,
        provider: &Provider,
        outsider: Outsider,
        preferred: Option<TenantId>,
        client: Client,
    ) -> Result<Entered, Error> {
        let known = self.known_outsider(sys, provider, &outsider).await?;
        let user = match known {
            Some(user) => user,
            None => self.register_outsider(sys, provider, outsider, preferred).await?,
        };
        if user.status != UserStatus::Active {
            return Err(Error::UserInactive);
        }
        let tenant = self.choose_tenant(sys, &user, None, preferred).await?;
        self.enter(sys, user, tenant, SessionKind::Web, client, provider.second_step).await
    }

    /// The person behind an account elsewhere; one who has the same proved address is connected now.
    async fn known_outsider(
        &self,
        sys: &SystemCtx,
        provider: &Provider,
        outsider: &Outsider,
    ) -> Result<Option<User>, Error> {
        let (issuer, subject) = (outsider.issuer.clone(), outsider.subject.clone());
        let email = outsider.email.clone().filter(|_| outsider.email_verified);
        let read = move |read: &mut usher_db::Read| {
            if let Some(link) = store::doors::by_subject(read, &issuer, &subject)? {
                return Ok(store::users::get(read, link.user_id)?.map(|user| (user, true)));
            }
            let email = email.as_deref().ok_or(Error::AddressUnproved)?;
            Ok(store::users::by_email(read, email)?.map(|user| (user, false)))
        };
        let Some((user, linked)) = self.db().read_system(sys, read).await.map_err(|e: Error| e)? else {
            return Ok(None);
        };
        if linked {
            return Ok(Some(user));
        }
        // Whoever registered the address without proving it may be somebody else, who would keep their password.
        if user.email_verified_at.is_none() {
            return Err(Error::ConfirmFirst);
        }
        let tenant = self.memberships(sys, user.id).await?.first().map(|member| member.tenant_id);
        let (link, person) = (link_of(provider, outsider, &user), user.clone());
        let write = move |tx: &mut Tx| connect(tx, &person, link.clone());
        self.write_for(sys, tenant, write).await?;
        Ok(Some(user))
    }

    async fn register_outsider(
        &self,
        sys: &SystemCtx,
        provider: &Provider,
        outsider: Outsider,
        preferred: Option<TenantId>,
    ) -> Result<User, Error> {
        let tenant = preferred.ok_or(Error::NoTenant)?;
        if self.tenancy().tenant(tenant)?.status != TenantStatus::Active {
            return Err(Error::TenantSuspended);
        }
        let provider = provider.clone();
        let write = move |tx: &mut Tx| {
            let name: String = outsider.name.as_deref().unwrap_or_default().chars().take(120).collect();
            let locale = outsider.locale.clone().filter(|tag| usher_tenancy::model::is_locale(tag));
            let new = NewUser {
                email: outsider.email.clone().unwrap_or_default(),
                name: name.chars().filter(|c| !is_unshowable(*c)).collect(),
                locale,
                ..NewUser::default()
            };
            let mut user = create_user(tx, new)?;
            super::passwords::prove_address(tx, &mut user)?;
            let roles = vec![BuiltIn::Customer.to_string()];
            super::members::insert(tx, tenant, user.id, roles, &NewMember::default())?;
            connect(tx, &user, link_of(&provider, &outsider, &user))?;
            Ok(user)
        };
        self.db().write(&sys.within(tenant), Lane::Tenant, write).await
    }

    /// Connects an account elsewhere with somebody who is signed in.
    ///
    /// # Errors
    /// It is connected already, with them or with somebody else.
    pub(crate) async fn link_account(
        &self,
        sys: &SystemCtx,
        tenant: Option<TenantId>,
        user: UserId,
        provider: &Provider,
        outsider: Outsider,
    ) -> Result<LinkedAccount, Error> {
        let provider = provider.clone();
        let write = move |tx: &mut Tx| {
            let user = store::users::get(tx, user)?.ok_or(Error::NotFound("user"))?;
            connect(tx, &user, link_of(&provider, &outsider, &user))
        };
        self.write_for(sys, tenant, write).await
    }
}

fn link_of(provider: &Provider, outsider: &Outsider, user: &User) -> LinkedAccount {
    LinkedAccount {
        id: Uuid::nil(),
        user_id: user.id,
        provider: provider.name.clone(),
        issuer: outsider.issuer.clone(),
        subject: outsider.subject.clone(),
        email: outsider.email.clone().unwrap_or_default().chars().take(254).collect(),
        created_at: user.created_at,
    }
}

fn connect(tx: &mut Tx, user: &User, link: LinkedAccount) -> Result<LinkedAccount, Error> {
    let now = tx.now();
    let link = LinkedAccount { id: random::uuid_v7(now), created_at: now, ..link };
    if !store::doors::link(tx, &link)? {
        return Err(Error::LinkTaken);
    }
    let facts = events::AccountEvent { user_id: user.id, provider: link.provider.clone(), link_id: link.id };
    events::user(tx, events::USER_ACCOUNT_LINKED, user, &facts)?;
    Ok(link)
}

/// Disconnects an account elsewhere from its owner.
///
/// # Errors
/// No such account; the owner could not get in any more.
pub fn unlink_account(tx: &mut Tx, id: Uuid, owner: UserId) -> Result<(), Error> {
    let user = store::users::get(tx, owner)?.ok_or(Error::NotFound("user"))?;
    let link = store::doors::unlink(tx, id, owner)?.ok_or(Error::NotFound("connected account"))?;
    let way_in =
        store::users::password(tx, owner)?.is_some() || !store::doors::links_of(tx, owner)?.is_empty();
    if !way_in {
        return Err(Error::LastWayIn);
    }
    let facts = events::AccountEvent { user_id: user.id, provider: link.provider.clone(), link_id: link.id };
    Ok(events::user(tx, events::USER_ACCOUNT_UNLINKED, &user, &facts)?)
}
