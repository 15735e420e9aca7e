//! Signing in, and keeping a session alive.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::{Lane, Tx};
use usher_kernel::{Fault, SignedDuration, SystemCtx, TenantId, UserId};
use usher_tenancy::TenantStatus;
use uuid::Uuid;

use super::register::login_hash;
use crate::error::Error;
use crate::model::{
    Failures, Member, MemberStatus, SecretKind, Session, SessionKind, User, UserStatus, mint, read_secret,
};
use crate::{Identity, events, store};

/// What a person signs in with.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The e-mail address; a user name is taken too.
    #[serde(default, alias = "login", alias = "identifier")]
    pub email: Option<String>,
    /// The user name, where the client has a field of its own for it.
    #[serde(default)]
    pub username: Option<String>,
    /// The password.
    pub password: String,
    /// The tenant to sign in to, by short name or id; needed only by who belongs to several.
    #[serde(default, alias = "organization_id", alias = "organizationId", alias = "organization")]
    pub tenant: Option<String>,
    /// Accepted for clients that send it; a session lives as long either way.
    #[serde(default, alias = "rememberMe", alias = "remember_me")]
    pub remember: Option<bool>,
}

/// With what somebody signs in.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The program, as it calls itself.
    pub user_agent: Option<String>,
}

/// What came of a log-in.
pub(crate) enum Entered {
    /// A session.
    Whole(Box<SignedIn>),
    /// The second step is to follow, with this secret and within this time.
    Half { secret: String, life: SignedDuration },
}

/// A session that was opened or refreshed, with the secrets that are shown this once.
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The person.
    pub user: User,
    /// The cookie, or the long-lived token; none after a refresh, which leaves it as it is.
    pub secret: Option<String>,
    /// The next refresh token; none for long-lived tokens.
    pub refresh: Option<String>,
    /// The access token.
    pub access: String,
}

impl Identity {
    /// Signs a person in with their password. `preferred` is the tenant of the request, taken where the
    /// person belongs to it and named none.
    ///
    /// # Errors
    /// One answer for everything that is wrong with address or password; a wait after too many of them;
    /// a person who is switched off; a tenant that they do not belong to.
    pub(crate) async fn sign_in(
        &self,
        sys: &SystemCtx,
        input: SignIn,
        preferred: Option<TenantId>,
        kind: SessionKind,
        client: Client,
    ) -> Result<Entered, Fault> {
        let missing = || Error::field("email", "required", "Give the e-mail address.");
        let login =
            input.email.or(input.username).filter(|login| !login.trim().is_empty()).ok_or_else(missing)?;
        let hash = login_hash(&login);
        let found = self
            .db()
            .read_system(sys, move |read| {
                let failures = store::sessions::failures(read, &hash)?;
                let user = store::users::by_login(read, &login)?;
                let password = match &user {
                    Some(user) => store::users::password(read, user.id)?,
                    None => None,
                };
                Ok::<_, Error>((failures, user, password))
            })
            .await?;
        let (failures, user, password) = found;
        // Before the password is looked at: while locked, even the right one says nothing.
        if let Some(wait) = failures.wait(sys.now()) {
            return Err(Error::LockedOut(wait).into());
        }
        let right = self.hasher().verify(input.password, password).await?;
        let user = match user {
            Some(user) if right && user.status != UserStatus::Deleted => user,
            user => return Err(self.note_failure(sys, hash, user).await?.into()),
        };
        if user.status == UserStatus::Inactive {
            return Err(Error::UserInactive.into());
        }
        let tenant = self.choose_tenant(sys, &user, input.tenant.as_deref(), preferred).await?;
        if failures != Failures::default() {
            self.db()
                .write_system(sys, Lane::Any, move |tx| {
                    store::sessions::clear_failures(tx, &hash).map_err(Error::from)
                })
                .await?;
        }
        Ok(self.enter(sys, user, tenant, kind, client, true).await?)
    }

    /// Counts a wrong password; what the caller is told.
    async fn note_failure(
        &self,
        sys: &SystemCtx,
        hash: [u8; 32],
        user: Option<User>,
    ) -> Result<Error, Error> {
        // Asked for nobody too, so that the time says nothing.
        let id = user.as_ref().map_or(UserId::from_uuid(Uuid::nil()), |user| user.id);
        let tenant = self.memberships(sys, id).await?.first().map(|member| member.tenant_id);
        let write = move |tx: &mut Tx| {
            // Counted from what is stored now: two wrong passwords at once are two.
            let failures = store::sessions::hold_failures(tx, &hash)?.and_one(tx.now());
            store::sessions::set_failures(tx, &hash, failures)?;
            if let (Some(user), Some(until)) = (&user, failures.locked_until) {
                let facts =
                    events::UserLockedOut { user_id: user.id, failures: failures.count, until, step: None };
                events::user(tx, events::USER_LOCKED_OUT, user, &facts)?;
            }
            Ok::<_, Error>(())
        };
        self.write_for(sys, tenant, write).await?;
        Ok(Error::InvalidCredentials)
    }

    /// The tenant that a person signs in to: the named one, else the request's, else their first.
    pub(crate) async fn choose_tenant(
        &self,
        sys: &SystemCtx,
        user: &User,
        named: Option<&str>,
        preferred: Option<TenantId>,
    ) -> Result<Option<TenantId>, Error> {
        let members = self.memberships(sys, user.id).await?;
        let belongs = |tenant: TenantId| user.platform_admin || members.iter().any(|m| m.tenant_id == tenant);
        let open = |tenant: &TenantId| {
            let tenant = self.tenancy().tenant(*tenant);
            user.platform_admin || tenant.is_ok_and(|tenant| tenant.status == TenantStatus::Active)
        };
        if let Some(name) = named {
            let tenant = self.tenancy().tenant_named(name).map(|tenant| tenant.id);
            let tenant = tenant.filter(|id| belongs(*id)).ok_or(Error::NotAMember)?;
            return if open(&tenant) { Ok(Some(tenant)) } else { Err(Error::TenantSuspended) };
        }
        if members.is_empty() {
            return Ok(None);
        }
        let preferred = preferred.filter(|id| members.iter().any(|m| m.tenant_id == *id));
        let first = || members.iter().map(|member| member.tenant_id).find(open);
        preferred.filter(open).or_else(first).map(Some).ok_or(Error::TenantSuspended)
    }

    /// A person's memberships that count, oldest first.
    pub(crate) async fn memberships(&self, sys: &SystemCtx, user: UserId) -> Result<Vec<Member>, Error> {
        let mut members = self.db().read_system(sys, move |read| store::members::of_user(read, user)).await?;
        members.retain(|member| member.status == MemberStatus::Active);
        Ok(members)
    }

    /// Opens a session for a person who has proved who they are.
    pub(crate) async fn open_session(
        &self,
        sys: &SystemCtx,
        mut user: User,
        tenant: Option<TenantId>,
        kind: SessionKind,
        client: Client,
    ) -> Result<SignedIn, Error> {
        let life = match kind {
            SessionKind::Web => self.config().session_life,
            SessionKind::Token => self.config().token_life,
        };
        let ip = sys.ip.map(|ip| ip.to_string());
        let agent = client.user_agent.map(|agent| agent.chars().take(200).collect::<String>());
        let person = user.clone();
        let write = move |tx: &mut Tx| {
            let now = tx.now();
            let id = usher_kernel::random::uuid_v7(now);
            let secret = mint(SecretKind::Session, id);
            let refresh = (kind == SessionKind::Web).then(|| mint(SecretKind::Refresh, id));
            let session = Session {
                id,
                user_id: person.id,
                acting_tenant: tenant,
                kind,
                secret_hash: secret.hash,
                refresh_hash: refresh.as_ref().map(|refresh| refresh.hash),
                refreshes: 0,
                ip: ip.clone(),
                user_agent: agent.clone(),
                created_at: now,
                last_used_at: now,
                expires_at: now.checked_add(life).unwrap_or(now),
                revoked_at: None,
            };
            store::sessions::insert(tx, &session)?;
            store::users::signed_in(tx, person.id)?;
            events::signed_in(tx, &person, &session)?;
            Ok::<_, Error>((session, secret.text, refresh.map(|refresh| refresh.text)))
        };
        let (session, secret, refresh) = self.write_for(sys, tenant, write).await?;
        user.last_sign_in_at = Some(session.created_at);
        let access = self.access_token(sys, &session).await?;
        Ok(SignedIn { session, user, secret: Some(secret), refresh, access })
    }

    /// Trades a refresh token for the next one and a new access token.
    ///
    /// # Errors
    /// A session that is over; a token that was used before, which ends the session.
    pub(crate) async fn refresh(&self, sys: &SystemCtx, token: &str) -> Result<SignedIn, Error> {
        enum Outcome {
            Next(Box<(Session, User)>, String),
            Reused,
            Over,
        }
        let presented = read_secret(SecretKind::Refresh, token).ok_or(Error::SessionEnded)?;
        let id = presented.id;
        let session = self.db().read_system(sys, move |read| store::sessions::get(read, id)).await?;
        let tenant = session.ok_or(Error::SessionEnded)?.acting_tenant;
        let life = self.config().session_life;
        let write = move |tx: &mut Tx| {
            let Some(session) = store::sessions::get(tx, id)? else { return Ok(Outcome::Over) };
            let user = store::users::get(tx, session.user_id)?;
            let user = match user {
                Some(user) if user.status == UserStatus::Active => user,
                _ => return Ok(Outcome::Over),
            };
            if session.revoked_at.is_some() || session.expires_at <= tx.now() {
                return Ok(Outcome::Over);
            }
            let next = mint(SecretKind::Refresh, id);
            let expires_at = tx.now().checked_add(life).unwrap_or(session.expires_at);
            if store::sessions::rotate(tx, id, &presented.hash, &next.hash, expires_at)? {
                return Ok(Outcome::Next(Box::new((Session { expires_at, ..session }, user)), next.text));
            }
            // The family's newest token is another one: this one was copied, or its holder was.
            super::sessions::end(tx, &session, "refresh_reused")?;
            Ok::<_, Error>(Outcome::Reused)
        };
        match self.write_for(sys, tenant, write).await? {
            Outcome::Next(next, refresh) => {
                let (session, user) = *next;
                self.known().forget_session(session.id);
                let access = self.access_token(sys, &session).await?;
                Ok(SignedIn { session, user, secret: None, refresh: Some(refresh), access })
            }
            Outcome::Reused => Err(Error::RefreshReused),
            Outcome::Over => Err(Error::SessionEnded),
        }
    }

    /// An access token for a session, with the membership's version as it is now.
    async fn access_token(&self, sys: &SystemCtx, session: &Session) -> Result<String, Error> {
        let version = match session.acting_tenant {
            Some(tenant) => self.live_member(tenant, session.user_id, 0).await?.map_or(0, |m| m.version),
            None => 0,
        };
        self.tokens()
            .issue(sys.now(), session.user_id, session.id, session.acting_tenant, version)
            .map_err(|error| Error::Internal(error.to_string()))
    }

    /// Runs a write in the tenant whose history it belongs to, or across tenants where it has none.
    pub(crate) async fn write_for<T: Send + 'static>(
        &self,
        sys: &SystemCtx,
        tenant: Option<TenantId>,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        match tenant {
            Some(tenant) => self.db().write(&sys.within(tenant), Lane::Tenant, f).await,
            None => self.db().write_system(sys, Lane::Any, f).await,
        }
    }

    /// The session behind a caller; none for keys, devices and the product itself.
    pub(crate) fn session_of(caller: &usher_kernel::Caller) -> Option<Uuid> {
        match caller.actor {
            usher_kernel::Actor::User { session, .. } => Some(session),
            _ => None,
        }
    }
}
