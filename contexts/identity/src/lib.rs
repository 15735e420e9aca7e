//! People: who they are, where they belong, what they may do, and what they prove it with.
//!
//! A *user* is a person of the installation; a *member* is that person in one tenant, with *roles* that
//! add up to scopes. They prove themselves with a *session* (a short access token and a rotating refresh
//! token, or one long-lived token); services have *API keys*, kiosks and displays are paired *devices*.
//!
//! [`Identity`] is the facade and answers the gate as [`usher_http::Authenticator`]. What a request needs
//! is in memory ([`model::Known`]); events empty it, so signing out and a change of roles count at once on
//! this node and as fast as events travel on others. Published events: see [`events`].

pub mod error;
pub mod events;
pub mod graphql;
mod http;
mod jobs;
pub mod model;
pub mod ops;
mod store;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use parking_lot::{Mutex, RwLock};
use usher_db::{Db, DbError, MigrationSet, Read, Stmt, Tx, migrations};
use usher_events::{Bus, Event};
use usher_kernel::{Clock, Fault, SignedDuration, SiteId, SystemCtx, TenantId, Timestamp, UserId};
use usher_tenancy::Tenancy;
use uuid::Uuid;

pub use error::Error;
pub use http::routes;
pub use jobs::{Silence, Tidy};
pub use model::{BuiltIn, Device, DeviceType, Member, MemberStatus, Paper, PrinterState, User};
pub use ops::{FirstAdmin, Hasher, Mail, MailFolder, Mailer, NewRole, Sending, create_role};

use http::Issuers;
use model::oidc::Provider;
use model::{AccessTokens, FactorKey, Known, UserStatus};

/// The tables of this context.
pub const MIGRATIONS: MigrationSet = MigrationSet {
    context: "identity",
    migrations: migrations!(
        "0001_init",
        "0002_staff",
        "0003_skills",
        "0004_doors",
        "0005_shifts",
        "0006_device_alerts",
        "0007_invitations",
        "0008_printers",
        "0009_device_tests"
    ),
};

/// Every statement of this context, so that a test can prepare each on both engines.
pub fn statements() -> Vec<Stmt> {
    store::statements()
}

/// What this context hands out when everything of a tenant is exported.
pub fn parts() -> Vec<usher_tenancy::Part> {
    store::export::parts()
}

/// How this context is set up.
#[derive(Clone)]
pub struct IdentityConfig {
    /// Signs access tokens; at least [`model::MIN_SECRET`] bytes.
    pub jwt_secret: Vec<u8>,
    /// How long an access token is good.
    pub access_life: SignedDuration,
    /// How long a session lives without being refreshed.
    pub session_life: SignedDuration,
    /// How long a long-lived token is good.
    pub token_life: SignedDuration,
    /// Threads that hash passwords.
    pub hash_threads: usize,
    /// Passwords that may wait for one of them.
    pub hash_waiting: usize,
    /// Where people reach this installation, for links in mails: `https://usher.example`.
    pub public_url: String,
    /// Whether cookies are sent over TLS only.
    pub secure_cookies: bool,
    /// Issuers whose accounts open accounts here.
    pub oidc: Vec<Provider>,
}

impl IdentityConfig {
    /// The defaults with this secret: 15 minutes, 30 days, a year; half the cores for passwords.
    pub fn new(jwt_secret: Vec<u8>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            jwt_secret,
            access_life: SignedDuration::from_mins(15),
            session_life: SignedDuration::from_hours(30 * 24),
            token_life: SignedDuration::from_hours(365 * 24),
            hash_threads: (cores / 2).clamp(1, 4),
            hash_waiting: 32,
            public_url: "http://localhost:8080".to_owned(),
            secure_cookies: false,
            oidc: Vec::new(),
        }
    }
}

/// What somebody has in a tenant beyond what this context knows: filled in by whoever keeps it.
pub trait Wallet: Send + Sync + 'static {
    /// The points that somebody can spend.
    ///
    /// # Errors
    /// The database failed.
    fn reward_points(&self, read: &mut Read<'_>, tenant: TenantId, user: UserId) -> Result<i64, Fault>;
}

/// People, memberships and credentials, for everybody who needs them. Cheap to clone.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    db: Db,
    tenancy: Tenancy,
    clock: Clock,
    config: IdentityConfig,
    known: Known,
    tokens: AccessTokens,
    factors: FactorKey,
    issuers: Issuers,
    hasher: Hasher,
    mailer: Arc<dyn Mailer>,
    key_uses: Mutex<HashMap<Uuid, Timestamp>>,
    counters: OnceLock<Arc<dyn Counters>>,
    wallet: RwLock<Option<Arc<dyn Wallet>>>,
}

/// Which counters there are; the context that keeps them says it.
pub trait Counters: Send + Sync {
    /// Whether the tenant has a counter.
    ///
    /// # Errors
    /// The database.
    fn is_counter(&self, tx: &mut Tx, tenant: TenantId, counter: Uuid) -> Result<bool, DbError>;
}

impl Identity {
    /// Identity over `tenancy`'s database.
    ///
    /// # Errors
    /// A JWT secret that is too short; no thread for passwords.
    pub fn new(
        tenancy: Tenancy,
        bus: &Bus,
        clock: Clock,
        mailer: Arc<dyn Mailer>,
        config: IdentityConfig,
    ) -> Result<Self, Error> {
        if config.jwt_secret.len() < model::MIN_SECRET {
            return Err(Error::Internal(format!(
                "the JWT secret (JWT_SECRET) has {} bytes; it needs at least {}",
                config.jwt_secret.len(),
                model::MIN_SECRET
            )));
        }
        let known = Known::default();
        let listening = known.clone();
        bus.listen(move |event| follow(&listening, event));
        tenancy.guard_sites(Arc::new(ops::DevicesAtSite));
        tenancy.know_people(Arc::new(ops::Members));
        Ok(Self(Arc::new(Inner {
            db: tenancy.db().clone(),
            tokens: AccessTokens::new(&config.jwt_secret, config.access_life),
            factors: FactorKey::new(&config.jwt_secret),
            issuers: Issuers::default(),
            hasher: Hasher::start(config.hash_threads, config.hash_waiting)?,
            key_uses: Mutex::default(),
            counters: OnceLock::new(),
            wallet: RwLock::default(),
            tenancy,
            clock,
            config,
            known,
            mailer,
        })))
    }

    /// Tenants and sites.
    pub fn tenancy(&self) -> &Tenancy {
        &self.0.tenancy
    }

    /// Has `counters` asked which counters there are. Only the first one counts.
    pub fn know_counters(&self, counters: Arc<dyn Counters>) {
        // Set once, by the one context that keeps counters.
        self.0.counters.set(counters).ok();
    }

    /// Refuses a counter that the tenant does not have.
    pub(crate) fn check_counter(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        counter: Option<Uuid>,
    ) -> Result<(), Error> {
        let (Some(counter), Some(counters)) = (counter, self.0.counters.get()) else { return Ok(()) };
        if counters.is_counter(tx, tenant, counter)? {
            return Ok(());
        }
        Err(Error::field("counter_id", "unknown_counter", format!("There is no counter {counter}.")))
    }

    /// Has `wallet` asked from now on what people have.
    pub fn set_wallet(&self, wallet: Arc<dyn Wallet>) {
        *self.0.wallet.write() = Some(wallet);
    }

    pub(crate) fn wallet(&self) -> Option<Arc<dyn Wallet>> {
        self.0.wallet.read().clone()
    }

    /// The people behind some ids, by id: names for lists of staff.
    ///
    /// # Errors
    /// The database.
    pub fn people(&self, read: &mut Read, ids: &[UserId]) -> Result<HashMap<UserId, User>, DbError> {
        let mut people = HashMap::with_capacity(ids.len());
        for few in ids.chunks(200) {
            people.extend(store::users::some(read, few)?.into_iter().map(|user| (user.id, user)));
        }
        Ok(people)
    }

    /// A person's membership in the tenant of a transaction.
    ///
    /// # Errors
    /// The person is no member, or the database.
    pub fn member_in(&self, read: &mut Read, tenant: TenantId, user: UserId) -> Result<Member, Error> {
        store::members::of_user_in(read, tenant, user)?.ok_or(Error::NotFound("member"))
    }

    /// Those of some people who are members of a tenant and not switched off, asked for all at once.
    ///
    /// # Errors
    /// The database.
    pub fn active_among(
        &self,
        read: &mut Read,
        tenant: TenantId,
        ids: &[UserId],
    ) -> Result<HashSet<UserId>, DbError> {
        let mut active = HashSet::with_capacity(ids.len());
        for few in ids.chunks(200) {
            active.extend(store::members::active_among(read, tenant, few)?);
        }
        Ok(active)
    }

    /// Whether somebody works in a tenant no longer: they are no member any more, or their membership or their account is
    /// switched off. The installation's operator may sit anywhere, and of an id that is no person's nothing is said.
    ///
    /// # Errors
    /// The database.
    pub fn is_dismissed(&self, read: &mut Read, tenant: TenantId, user: UserId) -> Result<bool, DbError> {
        let Some(person) = store::users::get(read, user)? else { return Ok(false) };
        if person.status != UserStatus::Active {
            return Ok(true);
        }
        let works = person.platform_admin || !store::members::active_among(read, tenant, &[user])?.is_empty();
        Ok(!works)
    }

    /// Who is meant by a staff id, which is the membership's or the person's: a member of the tenant, or the
    /// installation's operator, who may sit anywhere.
    ///
    /// # Errors
    /// The database.
    pub fn staff_in(&self, read: &mut Read, tenant: TenantId, id: Uuid) -> Result<Option<UserId>, DbError> {
        if let Some(member) = store::members::get(read, tenant, id)? {
            return Ok(Some(member.user_id));
        }
        let operator = store::users::get(read, UserId::from_uuid(id))?.filter(|user| user.platform_admin);
        Ok(operator.map(|user| user.id))
    }

    /// Notes at which counter a member usually works.
    ///
    /// # Errors
    /// The database.
    pub fn seat(&self, tx: &mut Tx, tenant: TenantId, user: UserId, counter: Uuid) -> Result<(), DbError> {
        ops::seat(tx, tenant, user, counter)
    }

    /// Somebody sits down at a counter of a site: where they have a published shift there that is on or begins
    /// within the hour, they have come for it.
    ///
    /// # Errors
    /// The database.
    pub fn clock_in(&self, tx: &mut Tx, tenant: TenantId, user: UserId, site: SiteId) -> Result<(), DbError> {
        ops::clock_in(tx, tenant, user, site)
    }

    /// Somebody leaves their counter; the last time counts.
    ///
    /// # Errors
    /// The database.
    pub fn clock_out(&self, tx: &mut Tx, tenant: TenantId, user: UserId) -> Result<(), DbError> {
        ops::clock_out(tx, tenant, user)
    }

    /// The published shifts of a site that touch a time, by their begin.
    ///
    /// # Errors
    /// The database.
    pub fn rostered(
        &self,
        read: &mut Read,
        tenant: TenantId,
        site: SiteId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<model::Shift>, DbError> {
        store::shifts::rostered(read, tenant, site, from, to)
    }

    /// The members of every tenant who have skills: what a memory of them is filled with at start. Events of
    /// memberships bring it up to date.
    ///
    /// # Errors
    /// The database.
    pub fn skilled(&self, read: &mut Read) -> Result<Vec<Member>, DbError> {
        store::members::skilled(read)
    }

    /// Whether a person belongs to a tenant, active or not.
    ///
    /// # Errors
    /// The database.
    pub fn is_member(&self, read: &mut Read, tenant: TenantId, user: UserId) -> Result<bool, DbError> {
        Ok(store::members::of_user_in(read, tenant, user)?.is_some())
    }

    /// A device of a tenant; none when there is no such, or it was revoked.
    ///
    /// # Errors
    /// The database.
    pub fn device_in(
        &self,
        read: &mut Read,
        tenant: TenantId,
        id: Uuid,
    ) -> Result<Option<model::DeviceView>, DbError> {
        let now = read.now();
        let stored = store::devices::get(read, tenant, id)?;
        Ok(stored.map(|s| model::DeviceView::at(s.device, s.presence, now)))
    }

    /// A tenant's devices at all sites, with when they were last seen.
    ///
    /// # Errors
    /// The database.
    pub fn devices_in(&self, read: &mut Read, tenant: TenantId) -> Result<Vec<model::DeviceView>, DbError> {
        let now = read.now();
        let stored = store::devices::of_tenant(read, tenant)?;
        Ok(stored.into_iter().map(|s| model::DeviceView::at(s.device, s.presence, now)).collect())
    }

    /// The published shifts at a site that are on or begin within a day, and that nobody has come for, by their begin.
    ///
    /// # Errors
    /// The database.
    pub fn awaited_shifts(
        &self,
        read: &mut Read,
        tenant: TenantId,
        site: SiteId,
    ) -> Result<Vec<model::ShiftView>, DbError> {
        let now = read.now();
        let from = now.saturating_sub(model::LONGEST_SHIFT).unwrap_or(Timestamp::MIN);
        let to = now.saturating_add(model::LONGEST_SHIFT).unwrap_or(Timestamp::MAX);
        let awaited = store::shifts::awaited(read, tenant, site, from, to)?;
        let ids: Vec<UserId> = awaited.iter().map(|shift| shift.user_id).collect();
        let people = self.people(read, &ids)?;
        let named = |shift: model::Shift| {
            let name = people.get(&shift.user_id).map(|user| user.display_name().to_owned());
            model::ShiftView::at(shift, name.unwrap_or_default(), now)
        };
        Ok(awaited.into_iter().map(named).collect())
    }

    /// The printers on record of every tenant, each with whose it is; read across tenants.
    ///
    /// # Errors
    /// The database.
    pub fn printers(&self, read: &mut Read) -> Result<Vec<(TenantId, model::DeviceView)>, DbError> {
        let now = read.now();
        let view = |s: store::devices::Stored| {
            (s.device.tenant_id, model::DeviceView::at(s.device, s.presence, now))
        };
        Ok(store::devices::printers(read)?.into_iter().map(view).collect())
    }

    /// Keeps what a printer on the network said, one on record or that of a kiosk: whether it takes tickets, and how its
    /// paper stands where it says so. Staff are told of what changed.
    ///
    /// # Errors
    /// There is no such device; the database.
    pub fn printer_said(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        device: Uuid,
        paper: Option<Paper>,
        printer: PrinterState,
    ) -> Result<(), Error> {
        ops::printer_said(tx, tenant, device, paper, printer)
    }

    /// Drops from memory what ended by itself. The job [`Tidy`] does it on the node it runs on; others
    /// stay within their bound without it.
    pub(crate) fn forget_ended(&self) {
        let now = self.0.clock.now();
        self.0.known.forget_ended(now);
        self.0.key_uses.lock().retain(|_, last| now.duration_since(*last) < model::MEMORY);
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn config(&self) -> &IdentityConfig {
        &self.0.config
    }

    pub(crate) fn known(&self) -> &Known {
        &self.0.known
    }

    pub(crate) fn tokens(&self) -> &AccessTokens {
        &self.0.tokens
    }

    pub(crate) fn factors(&self) -> &FactorKey {
        &self.0.factors
    }

    pub(crate) fn issuers(&self) -> &Issuers {
        &self.0.issuers
    }

    pub(crate) fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    pub(crate) fn mailer(&self) -> &dyn Mailer {
        &*self.0.mailer
    }

    pub(crate) fn key_uses(&self) -> &Mutex<HashMap<Uuid, Timestamp>> {
        &self.0.key_uses
    }

    /// The product itself, checking credentials.
    pub(crate) fn system(&self) -> SystemCtx {
        SystemCtx::new("identity", self.0.clock.clone())
    }
}

/// Empties what an event has made untrue.
fn follow(known: &Known, event: &Event) {
    match &*event.kind {
        events::SESSION_REVOKED => known.forget_session(event.thing_id),
        events::USER_UPDATED | events::USER_STATUS_CHANGED => {
            known.forget_sessions_of(UserId::from_uuid(event.thing_id));
        }
        events::MEMBER_ADDED
        | events::MEMBER_ROLE_CHANGED
        | events::MEMBER_UPDATED
        | events::MEMBER_REMOVED => match event.payload_as::<events::MemberEvent>() {
            Ok(change) => known.forget_member(change.member.tenant_id, change.member.user_id),
            Err(error) => tracing::error!(kind = %event.kind, %error, "an event of identity cannot be read"),
        },
        events::ROLE_UPDATED | events::ROLE_DELETED | events::ROLE_CREATED => {
            if let Some(tenant) = event.tenant {
                known.forget_members_of(tenant);
            }
        }
        events::API_KEY_REVOKED => known.forget_api_key(event.thing_id),
        events::DEVICE_UPDATED | events::DEVICE_REVOKED => known.forget_device(event.thing_id),
        _ => {}
    }
}
