//! Who presents a credential: answered from memory, and from the database only the first time.

use std::sync::Arc;

use usher_db::Lane;
use usher_kernel::{Actor, Caller, Scopes, SignedDuration, SystemCtx, TenantId, Timestamp, UserId};
use usher_tenancy::TenantStatus;
use uuid::Uuid;

use crate::error::Error;
use crate::model::{
    LiveDevice, LiveKey, LiveMember, LiveSession, MemberStatus, SecretKind, Standing, UserStatus,
    read_secret, role, scopes,
};
use crate::{Identity, store};

/// How often the use of an API key is written down.
const KEY_USE_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// Who presents a credential.
pub(crate) struct Presenter {
    /// Who it is.
    pub(crate) actor: Actor,
    /// The tenant that the credential is for, and what its holder may do there.
    pub(crate) home: Option<(TenantId, Standing)>,
    /// Whether this is the operator of the installation.
    pub(crate) platform: bool,
    /// The language that they read; empty when they chose none.
    pub(crate) locale: Arc<str>,
}

impl Identity {
    /// Who presents an access token or any opaque secret.
    pub(crate) async fn by_any(&self, text: &str) -> Result<Option<Presenter>, Error> {
        match SecretKind::of(text) {
            Some(SecretKind::Session) => self.by_session_secret(text).await,
            Some(SecretKind::ApiKey) => self.by_api_key(text).await,
            Some(SecretKind::Device) => self.by_device(text).await,
            Some(_) => Ok(None),
            None => self.by_access_token(text).await,
        }
    }

    async fn by_access_token(&self, text: &str) -> Result<Option<Presenter>, Error> {
        let Some(claims) = self.tokens().check(text, self.clock().now()) else { return Ok(None) };
        let Some(session) = self.live_session(claims.sid).await? else { return Ok(None) };
        if session.user != claims.sub {
            return Ok(None);
        }
        self.presenter(claims.sid, &session, claims.tenant, claims.ver).await.map(Some)
    }

    /// Whose a token is, for services that were handed one and ask.
    ///
    /// # Errors
    /// It is unknown, has run out or was revoked, or it is no person's.
    pub(crate) async fn check_token(
        &self,
        sys: &SystemCtx,
        text: &str,
    ) -> Result<(UserId, Option<TenantId>, Option<Timestamp>), Error> {
        let found = match SecretKind::of(text) {
            Some(SecretKind::Session) => self.by_session_secret(text).await?,
            Some(_) => None,
            None => self.by_access_token(text).await?,
        };
        let found = found.ok_or(Error::SessionEnded)?;
        let user = found.actor.user().ok_or(Error::SessionEnded)?;
        let end =
            self.tokens().check(text, sys.now()).and_then(|claims| Timestamp::from_second(claims.exp).ok());
        Ok((user, found.home.map(|(tenant, _)| tenant), end))
    }

    pub(crate) async fn by_session_secret(&self, text: &str) -> Result<Option<Presenter>, Error> {
        let Some(presented) = read_secret(SecretKind::Session, text) else { return Ok(None) };
        match self.live_session(presented.id).await? {
            Some(session) if session.secret_hash == presented.hash => {
                self.presenter(presented.id, &session, session.tenant, 0).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// A person as the gate wants them. `version` is that of the membership when the credential was made.
    async fn presenter(
        &self,
        id: Uuid,
        session: &LiveSession,
        tenant: Option<TenantId>,
        version: i64,
    ) -> Result<Presenter, Error> {
        let home = match tenant {
            Some(tenant) if session.platform => {
                Some((tenant, Standing { scopes: Scopes::all(), sites: Arc::default() }))
            }
            Some(tenant) => {
                let member = self.live_member(tenant, session.user, version).await?;
                member.map(|member| (tenant, member.standing.clone()))
            }
            None => None,
        };
        let actor = Actor::User { id: session.user, session: id };
        Ok(Presenter { actor, home, platform: session.platform, locale: Arc::clone(&session.locale) })
    }

    async fn by_api_key(&self, text: &str) -> Result<Option<Presenter>, Error> {
        let Some(presented) = read_secret(SecretKind::ApiKey, text) else { return Ok(None) };
        match self.live_key(presented.id).await? {
            Some(key) if key.secret_hash == presented.hash => {
                self.note_key_use(presented.id);
                Ok(Some(key_presenter(presented.id, &key)))
            }
            _ => Ok(None),
        }
    }

    async fn by_device(&self, text: &str) -> Result<Option<Presenter>, Error> {
        let Some(presented) = read_secret(SecretKind::Device, text) else { return Ok(None) };
        match self.live_device(presented.id).await? {
            Some(device) if device.secret_hash == presented.hash => {
                Ok(Some(device_presenter(presented.id, &device)))
            }
            _ => Ok(None),
        }
    }

    pub(crate) async fn by_ticket(&self, text: &str) -> Result<Option<Presenter>, Error> {
        use store::sessions::HolderKind;
        let Some((kind, id)) = self.take_ticket(text).await? else { return Ok(None) };
        Ok(match kind {
            HolderKind::Session => match self.live_session(id).await? {
                Some(session) => Some(self.presenter(id, &session, session.tenant, 0).await?),
                None => None,
            },
            HolderKind::ApiKey => self.live_key(id).await?.map(|key| key_presenter(id, &key)),
            HolderKind::Device => self.live_device(id).await?.map(|device| device_presenter(id, &device)),
        })
    }

    /// Whether what let `caller` into `tenant` still holds: their session, key or device is in force, they may do there at
    /// least what they might when they came in, and the tenant works (for the operator of the installation it always
    /// does). For connections that stay; answered from memory, as at the gate.
    ///
    /// # Errors
    /// The database failed.
    pub async fn still_holds(&self, caller: &Caller, tenant: Option<TenantId>) -> Result<bool, Error> {
        let works = |tenant: TenantId| {
            let found = self.tenancy().directory().tenant(tenant);
            found.is_some_and(|found| found.status == TenantStatus::Active)
        };
        let (now, platform) = match &caller.actor {
            Actor::User { id, session } => {
                let Some(live) = self.live_session(*session).await?.filter(|live| live.user == *id) else {
                    return Ok(false);
                };
                let now = match tenant {
                    _ if live.platform => Some(Standing { scopes: Scopes::all(), ..Standing::default() }),
                    Some(tenant) => self.live_member(tenant, *id, 0).await?.map(|m| m.standing.clone()),
                    None => None,
                };
                (now, live.platform)
            }
            Actor::ApiKey { id } => {
                let Some(key) = self.live_key(*id).await? else { return Ok(false) };
                let now = Standing { scopes: key.scopes.clone(), sites: Arc::clone(&key.sites) };
                (Some(now).filter(|_| tenant == Some(key.tenant)), false)
            }
            Actor::Device { id, .. } => {
                let Some(device) = self.live_device(*id).await? else { return Ok(false) };
                let now = Standing { scopes: device.kind.scopes(), sites: Arc::from([device.site]) };
                (Some(now).filter(|_| tenant == Some(device.tenant)), false)
            }
            // Nothing was shown that could run out, or a link, which opens one thing for good.
            Actor::Anonymous | Actor::Link { .. } | Actor::System { .. } => {
                return Ok(tenant.is_none_or(works));
            }
        };
        let Some(tenant) = tenant else { return Ok(true) };
        let then = Standing { scopes: caller.scopes.clone(), sites: Arc::clone(&caller.sites) };
        // In a tenant where somebody does not belong they listen as anybody may.
        Ok(now.unwrap_or_default().reaches(&then) && (platform || works(tenant)))
    }

    /// A session in force, of a person who may sign in. One that has run out in memory may have been made longer on
    /// another node.
    pub(crate) async fn live_session(&self, id: Uuid) -> Result<Option<Arc<LiveSession>>, Error> {
        let now = self.clock().now();
        if let Some(session) = self.known().session(&id).filter(|session| session.expires_at > now) {
            return Ok(Some(session));
        }
        let since = self.known().session_epoch();
        let found = self
            .db()
            .read_system(&self.system(), move |read| {
                let Some(session) = store::sessions::get(read, id)? else { return Ok(None) };
                let user = store::users::get(read, session.user_id)?;
                Ok::<_, Error>(user.map(|user| (session, user)))
            })
            .await?;
        let live = found.filter(|(session, user)| {
            session.revoked_at.is_none() && session.expires_at > now && user.status == UserStatus::Active
        });
        Ok(live.map(|(session, user)| {
            let live = Arc::new(LiveSession {
                user: user.id,
                tenant: session.acting_tenant,
                secret_hash: session.secret_hash,
                expires_at: session.expires_at,
                platform: user.platform_admin,
                locale: Arc::from(user.locale.unwrap_or_default()),
            });
            self.known().keep_session(id, Arc::clone(&live), since);
            live
        }))
    }

    /// A membership in force. `version` is one that is known to exist: an older one in memory is read again.
    pub(crate) async fn live_member(
        &self,
        tenant: TenantId,
        user: UserId,
        version: i64,
    ) -> Result<Option<Arc<LiveMember>>, Error> {
        if let Some(member) = self.known().member(&(tenant, user))
            && member.version >= version
        {
            return Ok(Some(member));
        }
        let since = self.known().member_epoch();
        let found = self
            .db()
            .read(&self.system().within(tenant), move |read| {
                let Some(member) = store::members::of_user_in(read, tenant, user)? else { return Ok(None) };
                let own = store::members::own_roles(read, tenant)?;
                Ok::<_, Error>(Some((member, own)))
            })
            .await?;
        let live = found.filter(|(member, _)| member.status == MemberStatus::Active);
        Ok(live.map(|(member, own)| {
            let live = Arc::new(LiveMember {
                id: member.id,
                version: member.version,
                standing: Standing { scopes: role::granted(&member.roles, &own), sites: member.sites.into() },
            });
            self.known().keep_member((tenant, user), Arc::clone(&live), since);
            live
        }))
    }

    async fn live_key(&self, id: Uuid) -> Result<Option<Arc<LiveKey>>, Error> {
        let now = self.clock().now();
        let in_force = |key: &LiveKey| key.expires_at.is_none_or(|end| end > now);
        if let Some(key) = self.known().api_key(&id) {
            return Ok(in_force(&key).then_some(key));
        }
        let since = self.known().api_key_epoch();
        let found =
            self.db().read_system(&self.system(), move |read| store::devices::key_by_id(read, id)).await?;
        let live = found.map(|key| {
            Arc::new(LiveKey {
                tenant: key.tenant_id,
                secret_hash: key.secret_hash,
                scopes: Scopes::of(key.scopes.iter().filter_map(|name| scopes::known(name))),
                sites: key.sites.into(),
                expires_at: key.expires_at,
            })
        });
        Ok(live.filter(|key| in_force(key)).inspect(|key| {
            self.known().keep_api_key(id, Arc::clone(key), since);
        }))
    }

    async fn live_device(&self, id: Uuid) -> Result<Option<Arc<LiveDevice>>, Error> {
        if let Some(device) = self.known().device(&id) {
            return Ok(Some(device));
        }
        let since = self.known().device_epoch();
        let found =
            self.db().read_system(&self.system(), move |read| store::devices::by_id(read, id)).await?;
        Ok(found.and_then(|stored| {
            let live = Arc::new(LiveDevice {
                tenant: stored.device.tenant_id,
                secret_hash: stored.secret_hash?,
                kind: stored.device.kind,
                site: stored.device.site_id,
            });
            self.known().keep_device(id, Arc::clone(&live), since);
            Some(live)
        }))
    }

    /// Writes down that a key is in use, once a minute at most and in the background: the request that
    /// used it does not wait for it.
    fn note_key_use(&self, id: Uuid) {
        let now = self.clock().now();
        {
            let mut uses = self.key_uses().lock();
            if uses.get(&id).is_some_and(|last| now.duration_since(*last) < KEY_USE_EVERY) {
                return;
            }
            uses.insert(id, now);
        }
        let identity = self.clone();
        tokio::spawn(async move {
            let write = move |tx: &mut usher_db::Tx| store::devices::used_key(tx, id, now);
            if let Err(error) = identity.db().write_system(&identity.system(), Lane::Any, write).await {
                tracing::warn!(%error, "the use of an API key could not be written down");
            }
        });
    }

    /// The caller with the rights they have in another tenant than that of the request.
    pub(crate) async fn caller_in(
        &self,
        caller: &Arc<Caller>,
        tenant: TenantId,
    ) -> Result<Arc<Caller>, Error> {
        let user = caller.actor.user().ok_or(Error::NotAMember)?;
        let member = self.live_member(tenant, user, 0).await?;
        let standing = match member {
            Some(member) => member.standing.clone(),
            None if caller.scopes.is_all() && self.is_platform(caller).await? => {
                Standing { scopes: Scopes::all(), ..Standing::default() }
            }
            None => return Err(Error::NotAMember),
        };
        let mut other = Caller::clone(caller);
        other.scopes = standing.scopes;
        other.sites = standing.sites;
        Ok(Arc::new(other))
    }

    /// The tenant that the session of whoever asks was opened in.
    pub(crate) async fn tenant_of_session(&self, caller: &Caller) -> Result<Option<TenantId>, Error> {
        let Some(session) = Self::session_of(caller) else { return Ok(None) };
        Ok(self.live_session(session).await?.and_then(|session| session.tenant))
    }

    async fn is_platform(&self, caller: &Caller) -> Result<bool, Error> {
        let Some(session) = Self::session_of(caller) else { return Ok(false) };
        Ok(self.live_session(session).await?.is_some_and(|session| session.platform))
    }
}

fn key_presenter(id: Uuid, key: &LiveKey) -> Presenter {
    let standing = Standing { scopes: key.scopes.clone(), sites: Arc::clone(&key.sites) };
    Presenter {
        actor: Actor::ApiKey { id },
        home: Some((key.tenant, standing)),
        platform: false,
        locale: Arc::from(""),
    }
}

fn device_presenter(id: Uuid, device: &LiveDevice) -> Presenter {
    let standing = Standing { scopes: device.kind.scopes(), sites: Arc::from([device.site]) };
    Presenter {
        actor: Actor::Device { id, kind: Arc::from(device.kind.as_str()), site: device.site },
        home: Some((device.tenant, standing)),
        platform: false,
        locale: Arc::from(""),
    }
}
