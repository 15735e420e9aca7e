//! Tenants and their sites: who the customers of this installation are, where they are, when they are open.
//!
//! A *tenant* is one customer organisation and the hard boundary between data; a *site* is one of its
//! places, with a time zone and opening hours that decide what "today" means there (the *business day*).
//!
//! [`Tenancy`] is the facade. Later contexts read tenants, sites and hours from its directory in memory
//! ([`Tenancy::site`], [`Tenancy::tenant`]), which the event bus keeps current, and call the operations in
//! [`ops`] inside their own transactions. Published events: see [`events`].

pub mod error;
pub mod events;
pub mod graphql;
mod http;
pub mod model;
pub mod ops;
mod store;

use std::sync::{Arc, OnceLock};

use parking_lot::RwLock;
use usher_db::{Db, DbError, MigrationSet, Read, Stmt, Tx, migrations};
use usher_events::{Bus, Event};
use usher_http::{BoxFuture, TenantInfo, TenantRef, TenantResolver};
use usher_kernel::{Change, Ctx, Fault, FieldFault, SiteId, SystemCtx, TenantId, UserId};

use ops::export::{Parts, Running};

pub use error::Error;
pub use http::routes;
pub use model::{Directory, OpeningHours, Site, SiteStatus, Tenant, TenantStatus};
pub use ops::{Export, Part, Resident, SiteGuard};

/// The tables of this context.
pub const MIGRATIONS: MigrationSet =
    MigrationSet { context: "tenancy", migrations: migrations!("0001_init") };

/// Every statement of this context, so that a test can prepare each on both engines.
pub fn statements() -> Vec<Stmt> {
    store::statements()
}

/// What this context hands out when everything of a tenant is exported.
pub fn parts() -> Vec<Part> {
    store::export::parts()
}

/// Who belongs to a tenant; the context that knows people says it.
pub trait People: Send + Sync {
    /// Whether somebody is a member of a tenant.
    ///
    /// # Errors
    /// The database.
    fn belongs(&self, tx: &mut Tx, tenant: TenantId, user: UserId) -> Result<bool, DbError>;
}

/// Tenants and sites, for everybody who needs them. Cheap to clone.
#[derive(Clone)]
pub struct Tenancy(Arc<Inner>);

struct Inner {
    db: Db,
    directory: Directory,
    guards: RwLock<Vec<Arc<dyn SiteGuard>>>,
    people: OnceLock<Arc<dyn People>>,
    parts: RwLock<Parts>,
    exporting: Running,
    default_tenant: Option<String>,
}

impl Inner {
    fn over(db: Db, default_tenant: Option<String>) -> Self {
        Self {
            db,
            directory: Directory::default(),
            guards: RwLock::default(),
            people: OnceLock::new(),
            parts: RwLock::default(),
            exporting: Running::default(),
            default_tenant,
        }
    }
}

impl Tenancy {
    /// Tenancy over `db`. `default_tenant` is the short name of the tenant that is meant where a request
    /// names none; without it that is the tenant created first.
    pub fn new(db: Db, bus: &Bus, default_tenant: Option<String>) -> Self {
        let inner = Inner::over(db, default_tenant);
        let listening = inner.directory.clone();
        bus.listen(move |event| follow(&listening, event));
        Self(Arc::new(inner))
    }

    /// Tenancy for those who only look at tenants and sites as they are when [`Tenancy::load`] is called, such
    /// as `usher doctor`.
    pub fn reading(db: Db) -> Self {
        Self(Arc::new(Inner::over(db, None)))
    }

    /// Reads all tenants and sites into memory; called once after the bus was connected, before serving.
    ///
    /// # Errors
    /// The database.
    pub async fn load(&self, sys: &SystemCtx) -> Result<(), DbError> {
        let (tenants, sites) = self
            .0
            .db
            .read_system(sys, |read| Ok::<_, DbError>((store::tenants::all(read)?, store::sites::all(read)?)))
            .await?;
        for tenant in tenants {
            self.0.directory.put_tenant(Arc::new(tenant));
        }
        for site in sites {
            self.0.directory.put_site(Arc::new(site));
        }
        Ok(())
    }

    /// The tenants and sites in memory.
    pub fn directory(&self) -> &Directory {
        &self.0.directory
    }

    /// The database that this context writes to.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Has `guard` asked before a site is deleted.
    pub fn guard_sites(&self, guard: Arc<dyn SiteGuard>) {
        self.0.guards.write().push(guard);
    }

    /// Has `people` asked whether somebody belongs to a tenant. Only the first one counts.
    pub fn know_people(&self, people: Arc<dyn People>) {
        // Set once, by the one context that knows people.
        self.0.people.set(people).ok();
    }

    /// Has these parts handed out, too, when everything of a tenant is exported.
    pub fn hand_out(&self, parts: Vec<Part>) {
        self.0.parts.write().add(parts);
    }

    /// Begins to hand out everything of the tenant of `ctx`, and writes down that somebody asked for it.
    ///
    /// # Errors
    /// Who asks is limited to some sites; another export of the tenant is under way; the database.
    pub async fn export(&self, ctx: &Ctx) -> Result<Export, Error> {
        ops::export::export(self, ctx).await
    }

    /// What is handed out.
    pub(crate) fn parts(&self) -> Parts {
        self.0.parts.read().clone()
    }

    /// The exports that are under way on this node.
    pub(crate) fn exporting(&self) -> &Running {
        &self.0.exporting
    }

    /// Refuses a manager who does not belong to the tenant.
    ///
    /// # Errors
    /// There is no such person in the tenant, or the database.
    pub(crate) fn check_manager(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        manager: &Change<UserId>,
    ) -> Result<(), Error> {
        let (Change::Set(user), Some(people)) = (manager, self.0.people.get()) else { return Ok(()) };
        if people.belongs(tx, tenant, *user)? {
            return Ok(());
        }
        let text = format!("There is no person {user} in this tenant.");
        let fault = FieldFault { field: "manager_id".into(), code: "unknown_user", message: text };
        Err(Error::Fields(vec![fault]))
    }

    /// Who is asked before a site is deleted.
    pub fn site_guards(&self) -> Vec<Arc<dyn SiteGuard>> {
        self.0.guards.read().clone()
    }

    /// A tenant as it is known now.
    ///
    /// # Errors
    /// There is no such tenant.
    pub fn tenant(&self, id: TenantId) -> Result<Arc<Tenant>, Error> {
        self.0.directory.tenant(id).ok_or(Error::NoTenant)
    }

    /// A site of a tenant as it is known now, from memory.
    ///
    /// # Errors
    /// There is no such site, or it is another tenant's.
    pub fn site(&self, tenant: TenantId, id: SiteId) -> Result<Arc<Site>, Error> {
        self.0.directory.site(tenant, id).ok_or(Error::NoSite)
    }

    /// A site by its short name or its id.
    ///
    /// # Errors
    /// There is no such site, or it is another tenant's.
    pub fn site_named(&self, tenant: TenantId, name: &str) -> Result<Arc<Site>, Error> {
        match name.parse::<SiteId>() {
            Ok(id) => self.site(tenant, id),
            Err(_) => self.0.directory.site_by_slug(tenant, name).ok_or(Error::NoSite),
        }
    }

    /// The site that is meant where a request names none.
    ///
    /// # Errors
    /// The tenant has no site yet.
    pub fn default_site(&self, tenant: TenantId) -> Result<Arc<Site>, Error> {
        self.0.directory.default_site(tenant).ok_or(Error::NoSite)
    }

    /// A site inside a transaction: as that transaction sees it, its own changes included.
    ///
    /// # Errors
    /// There is no such site, or it is another tenant's.
    pub fn site_in(&self, read: &mut Read, tenant: TenantId, id: SiteId) -> Result<Site, Error> {
        store::sites::get(read, tenant, id)?.ok_or(Error::NoSite)
    }

    /// The tenant that is meant where a request names none; none before the first was created.
    ///
    /// While it is suspended there is none: who names no tenant, to sign in for instance, must not be refused
    /// for it, and must not be taken to somebody else's.
    pub fn default_tenant(&self) -> Option<Arc<Tenant>> {
        let meant = match &self.0.default_tenant {
            Some(slug) => self.0.directory.tenant_by_slug(slug),
            None => self.0.directory.first_tenant(),
        };
        meant.filter(|tenant| tenant.status == TenantStatus::Active)
    }

    /// A tenant by its short name or its id.
    pub fn tenant_named(&self, name: &str) -> Option<Arc<Tenant>> {
        match name.parse::<TenantId>() {
            Ok(id) => self.0.directory.tenant(id),
            Err(_) => self.0.directory.tenant_by_slug(name),
        }
    }
}

impl TenantResolver for Tenancy {
    fn resolve<'a>(&'a self, name: TenantRef<'a>) -> BoxFuture<'a, Result<Option<TenantInfo>, Fault>> {
        let found = match name {
            TenantRef::Slug(slug) => self.0.directory.tenant_by_slug(slug),
            TenantRef::Id(id) => self.0.directory.tenant(id),
            TenantRef::Default => self.default_tenant(),
        };
        let info = found.map(|tenant| TenantInfo {
            id: tenant.id,
            suspended: tenant.status == TenantStatus::Suspended,
            locale: Arc::from(tenant.default_locale.as_str()),
        });
        Box::pin(std::future::ready(Ok(info)))
    }
}

/// Takes a committed change into the directory.
fn follow(directory: &Directory, event: &Event) {
    let outcome = match &*event.kind {
        events::TENANT_CREATED
        | events::TENANT_UPDATED
        | events::TENANT_SUSPENDED
        | events::TENANT_RESUMED => event
            .payload_as::<events::TenantEvent>()
            .map(|change| directory.put_tenant(Arc::new(change.tenant))),
        events::SITE_CREATED | events::SITE_UPDATED => {
            event.payload_as::<events::SiteEvent>().map(|change| directory.put_site(Arc::new(change.site)))
        }
        events::SITE_DELETED => {
            directory.remove_site(SiteId::from_uuid(event.thing_id));
            Ok(())
        }
        _ => Ok(()),
    };
    if let Err(error) = outcome {
        tracing::error!(kind = %event.kind, event = %event.id, %error, "an event of tenancy cannot be read");
    }
}
