//! What every operation works with: configuration, the lines in memory, the seams to other contexts.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use arc_swap::ArcSwap;
use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;
use usher_customers::Customers;
use usher_db::{Db, Read, Tx};
use usher_events::{Event, EventId, NewEvent, Payload};
use usher_identity::Identity;
use usher_kernel::{Clock, RequestId, SiteId, TenantId, Timestamp, UserId};
use usher_realtime::Hub;
use usher_tenancy::Directory;

use crate::error::Error;
use crate::events::{KINDS, Publisher};
use crate::model::guard::JoinCodes;
use crate::model::rule::Compiled;
use crate::model::secret::SecretKey;
use crate::model::{
    Counter, CounterId, Declared, Estimator, Live, Printing, Queue, QueueId, Service, ServiceId,
    TenantConfig, Ticket, TicketFact, TicketId,
};
use crate::ops::configure::LinesAtSite;
use crate::ops::customer::TicketsOf;
use crate::ops::site_now::SiteNow;
use crate::ops::slots::SlotSeam;
use crate::store;

/// The line: handed to every operation. Cheap to clone.
#[derive(Clone)]
pub struct Queueing(Arc<Inner>);

struct Inner {
    db: Db,
    hub: Hub,
    directory: Directory,
    identity: Identity,
    customers: Customers,
    secrets: SecretKey,
    join_codes: JoinCodes,
    clock: Clock,
    live: Live,
    configs: RwLock<HashMap<TenantId, Arc<TenantConfig>>>,
    /// Counts invalidations, so that a configuration read before one is not kept after it.
    generation: AtomicU64,
    closures: RwLock<HashMap<SiteId, Arc<str>>>,
    reopened: RwLock<HashMap<SiteId, Timestamp>>,
    hours: Mutex<HashMap<SiteId, Arc<SiteNow>>>,
    estimator: ArcSwap<Box<dyn Estimator>>,
    printing: ArcSwap<Printing>,
    slots: SlotSeam,
    publisher: Arc<Publisher>,
    /// Whether the figures of the day so far have been read, after which nobody waits for them.
    day_read: watch::Sender<bool>,
}

/// The line, without keeping it alive.
#[derive(Clone)]
pub(crate) struct WeakLine(Weak<Inner>);

impl std::fmt::Debug for WeakLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WeakLine")
    }
}

impl WeakLine {
    pub(crate) fn upgrade(&self) -> Option<Queueing> {
        self.0.upgrade().map(Queueing)
    }
}

/// What the line is built from.
pub struct Parts {
    /// People; with them tenants, sites and the database.
    pub identity: Identity,
    /// Whom tickets belong to.
    pub customers: Customers,
    /// Where live screens listen.
    pub hub: Hub,
    /// The installation's secret, from which the secrets of ticket pages are made.
    pub secret: Vec<u8>,
    /// The time.
    pub clock: Clock,
}

/// A change of a ticket that is committed.
pub(crate) struct Done {
    pub(crate) tenant: TenantId,
    pub(crate) kind: &'static str,
    pub(crate) event: EventId,
    pub(crate) at: Timestamp,
    pub(crate) user: Option<UserId>,
    pub(crate) request: RequestId,
}

impl Done {
    /// What an event of the log says of a ticket's change; none for other events.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let kind = KINDS.iter().find(|known| **known == event.kind && known.starts_with("ticket."))?;
        let user = (event.actor_kind == "user").then_some(event.actor_id).flatten().map(UserId::from_uuid);
        let (tenant, request) = (event.tenant?, event.request_id);
        Some(Self { tenant, kind, event: event.id, at: event.at, user, request })
    }
}

impl Queueing {
    /// The line over its parts; nothing is read yet, see [`crate::start`].
    pub fn new(parts: Parts) -> Self {
        parts.identity.tenancy().guard_sites(Arc::new(LinesAtSite));
        parts.identity.know_counters(Arc::new(LinesAtSite));
        let secrets = SecretKey::new(&parts.secret, "ticket page");
        parts.customers.register(Arc::new(TicketsOf(secrets.clone())));
        Self(Arc::new(Inner {
            db: parts.identity.tenancy().db().clone(),
            hub: parts.hub,
            directory: parts.identity.tenancy().directory().clone(),
            identity: parts.identity,
            customers: parts.customers,
            secrets,
            join_codes: JoinCodes::new(&parts.secret),
            clock: parts.clock,
            live: Live::default(),
            configs: RwLock::default(),
            generation: AtomicU64::new(0),
            closures: RwLock::default(),
            reopened: RwLock::default(),
            hours: Mutex::default(),
            estimator: ArcSwap::from_pointee(Box::new(Declared)),
            printing: ArcSwap::default(),
            slots: SlotSeam::default(),
            publisher: Arc::default(),
            day_read: watch::Sender::new(false),
        }))
    }

    /// Waits until what this business day has brought so far is known: a moment after the start, then never
    /// again. The line itself is known from the start; this is for what shows figures and past calls.
    pub async fn day_known(&self) {
        if !*self.0.day_read.borrow() {
            // The sender lives as long as the line: it cannot be gone.
            self.0.day_read.subscribe().wait_for(|read| *read).await.ok();
        }
    }

    pub(crate) fn set_day_known(&self) {
        self.0.day_read.send_replace(true);
    }

    /// Has another estimator answer from now on.
    pub fn set_estimator(&self, estimator: impl Estimator + 'static) {
        self.0.estimator.store(Arc::new(Box::new(estimator)));
    }

    /// Opens networks for printers from now on.
    pub fn set_printing(&self, printing: Printing) {
        self.0.printing.store(Arc::new(printing));
    }

    pub(crate) fn printing(&self) -> Arc<Printing> {
        self.0.printing.load_full()
    }

    /// The seam to whoever knows appointments.
    pub fn slots(&self) -> &SlotSeam {
        &self.0.slots
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }
    /// Where live screens listen.
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }
    /// Tenants and sites.
    pub fn directory(&self) -> &Directory {
        &self.0.directory
    }
    /// People and devices.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }
    /// Whom tickets belong to.
    pub fn customers(&self) -> &Customers {
        &self.0.customers
    }
    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }
    /// The lines in memory.
    pub fn live(&self) -> &Live {
        &self.0.live
    }
    pub(crate) fn publisher(&self) -> &Arc<Publisher> {
        &self.0.publisher
    }
    pub(crate) fn downgrade(&self) -> WeakLine {
        WeakLine(Arc::downgrade(&self.0))
    }
    /// The secrets of ticket pages.
    pub fn secrets(&self) -> &SecretKey {
        &self.0.secrets
    }

    /// The codes on the screens of sites.
    pub fn join_codes(&self) -> &JoinCodes {
        &self.0.join_codes
    }

    /// A tenant's configuration where it is in memory already.
    pub fn known_config(&self, tenant: TenantId) -> Option<Arc<TenantConfig>> {
        self.0.configs.read().get(&tenant).cloned()
    }

    /// A tenant's configuration.
    ///
    /// # Errors
    /// The database failed.
    pub fn config(&self, read: &mut Read<'_>) -> Result<Arc<TenantConfig>, Error> {
        let Some(tenant) = read.tenant() else { return Err(Error::NotFound("tenant")) };
        if let Some(known) = self.known_config(tenant) {
            return Ok(known);
        }
        let generation = self.0.generation.load(Ordering::Acquire);
        let loaded = Arc::new(self.load_config(read, tenant)?);
        let mut configs = self.0.configs.write();
        if self.0.generation.load(Ordering::Acquire) == generation {
            configs.insert(tenant, Arc::clone(&loaded));
        }
        Ok(loaded)
    }

    /// A tenant's configuration as this transaction sees it, past the memory: for changing it.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) fn load_config(&self, read: &mut Read<'_>, tenant: TenantId) -> Result<TenantConfig, Error> {
        let services = store::config::services(read, tenant)?;
        let queues = store::config::queues(read, tenant)?;
        let counters = store::config::counters(read, tenant)?;
        // A rule that an older version accepted and this one does not is passed over.
        let rules =
            store::config::rules(read, tenant)?.into_iter().filter_map(|r| Compiled::new(r).ok()).collect();
        Ok(TenantConfig::new(services, queues, counters, rules))
    }

    /// Forgets a tenant's configuration; the next operation reads it anew.
    pub fn forget_config(&self, tenant: TenantId) {
        self.0.generation.fetch_add(1, Ordering::AcqRel);
        self.0.configs.write().remove(&tenant);
    }

    /// A ticket of the tenant, as this transaction sees it.
    ///
    /// # Errors
    /// There is none with this id, or the database failed.
    pub fn ticket_in(&self, read: &mut Read<'_>, id: TicketId) -> Result<Ticket, Error> {
        super::ticket(read, id)
    }

    /// A queue of the tenant.
    pub(crate) fn queue(&self, config: &TenantConfig, id: QueueId) -> Result<Arc<Queue>, Error> {
        config.queue(id).cloned().ok_or(Error::NotFound("queue"))
    }
    /// A service of the tenant.
    pub(crate) fn service(&self, config: &TenantConfig, id: ServiceId) -> Result<Arc<Service>, Error> {
        config.service(id).cloned().ok_or(Error::NotFound("service"))
    }
    /// A counter of the tenant.
    pub(crate) fn counter(&self, config: &TenantConfig, id: CounterId) -> Result<Arc<Counter>, Error> {
        config.counter(id).cloned().ok_or(Error::NotFound("counter"))
    }

    /// Why a site is closed in an emergency, where it is.
    pub fn closure(&self, site: SiteId) -> Option<Arc<str>> {
        self.0.closures.read().get(&site).cloned()
    }

    pub(crate) fn set_closure(&self, site: SiteId, reason: &str) {
        self.0.closures.write().insert(site, reason.into());
    }

    pub(crate) fn set_reopened(&self, site: SiteId, at: Timestamp) {
        self.0.reopened.write().insert(site, at);
        self.0.closures.write().remove(&site);
    }

    /// When a site was last opened again after an emergency.
    pub(crate) fn reopened(&self, site: SiteId) -> Option<Timestamp> {
        self.0.reopened.read().get(&site).copied()
    }

    /// A site's hours at a moment, kept until the next edge.
    pub(crate) fn site_now(
        &self,
        tenant: TenantId,
        id: SiteId,
        at: Timestamp,
    ) -> Result<Arc<SiteNow>, Error> {
        let site = self.0.directory.site(tenant, id).ok_or(Error::NotFound("site"))?;
        let mut hours = self.0.hours.lock();
        if let Some(known) = hours.get(&id)
            && known.site.version == site.version
            && known.from <= at
            && at < known.until
        {
            return Ok(Arc::clone(known));
        }
        let now = Arc::new(SiteNow::of(site, at));
        hours.insert(id, Arc::clone(&now));
        Ok(now)
    }

    pub(crate) fn estimator(&self) -> arc_swap::Guard<Arc<Box<dyn Estimator>>> {
        self.0.estimator.load()
    }

    /// Writes what happened to a ticket, and once it is committed brings memory and screens up to it.
    pub(crate) fn record(
        &self,
        tx: &mut Tx<'_>,
        kind: &'static str,
        ticket: &Ticket,
        fill: impl FnOnce(&mut TicketFact),
    ) -> Result<EventId, Error> {
        self.record_because(tx, kind, ticket, None, fill)
    }

    /// The same with why staff did it, in their words. They are about a person, so they stand beside the event, where
    /// they can be erased.
    pub(crate) fn record_because(
        &self,
        tx: &mut Tx<'_>,
        kind: &'static str,
        ticket: &Ticket,
        reason: Option<&str>,
        fill: impl FnOnce(&mut TicketFact),
    ) -> Result<EventId, Error> {
        let mut fact = TicketFact::of(ticket);
        fill(&mut fact);
        let mut event = NewEvent::new(kind, 1, ("ticket", ticket.id.uuid()), ticket.version, &fact)
            .at_site(ticket.site_id);
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        event.personal = reason.map(|reason| serde_json::json!({ "reason": reason }));
        let id = usher_events::append(tx, event)?;
        self.follow_up(tx, kind, id, ticket.tenant_id, fact);
        Ok(id)
    }

    /// The same with a payload of its own around the fact, and with personal values beside it.
    pub(crate) fn record_with(
        &self,
        tx: &mut Tx<'_>,
        kind: &'static str,
        ticket: &Ticket,
        fact: TicketFact,
        payload: &dyn Payload,
        personal: Option<serde_json::Value>,
    ) -> Result<EventId, Error> {
        let mut event = NewEvent::new(kind, 1, ("ticket", ticket.id.uuid()), ticket.version, payload);
        event.site = Some(ticket.site_id);
        event.personal = personal;
        let id = usher_events::append(tx, event)?;
        self.follow_up(tx, kind, id, ticket.tenant_id, fact);
        Ok(id)
    }

    fn follow_up(
        &self,
        tx: &mut Tx<'_>,
        kind: &'static str,
        id: EventId,
        tenant: TenantId,
        fact: TicketFact,
    ) {
        let done = Done {
            tenant,
            kind,
            event: id,
            at: tx.now(),
            user: tx.caller().actor.user(),
            request: tx.caller().request_id,
        };
        let line = self.clone();
        tx.on_commit(move || line.committed(&fact, &done));
    }

    /// Brings memory and screens up to a committed change, of this node or another.
    pub(crate) fn committed(&self, fact: &TicketFact, done: &Done) {
        let day = match self.site_now(done.tenant, fact.site_id, done.at) {
            Ok(now) => now.day.clone(),
            Err(_) => String::new(),
        };
        let live = &self.0.live;
        if !live.apply(done.tenant, fact, &day) {
            return;
        }
        let counters = live.seats.lock().note(fact, done.at, &day);
        crate::events::note_call(live, fact, done);
        if fact.next_step.is_some() || fact.undone.is_some() {
            live.visits.lock().note(fact, done.at);
        }
        if let Some(user) = done.user {
            live.undos.lock().note((done.tenant, user), done.request, done.at, done.kind, fact);
        }
        crate::events::publish_ticket(self, fact, done, counters);
    }

    /// The site of a counter or queue is one where the caller may work.
    ///
    /// # Errors
    /// It is not.
    pub fn may_work_at(&self, tx: &Read<'_>, site: SiteId) -> Result<(), Error> {
        if tx.caller().may_at(site) {
            return Ok(());
        }
        let name = tx
            .tenant()
            .and_then(|t| self.0.directory.site(t, site))
            .map_or_else(String::new, |s| s.name.clone());
        Err(Error::WrongSite(name))
    }

    /// The same for reading: to staff of other sites what stands there is not there, as it is in no list of theirs.
    ///
    /// # Errors
    /// There is no such `what` for the caller.
    pub fn may_see(&self, read: &Read<'_>, site: SiteId, what: &'static str) -> Result<(), Error> {
        if read.caller().may_at(site) { Ok(()) } else { Err(Error::NotFound(what)) }
    }

    /// "Counter 2 (Ana)", for messages.
    pub(crate) fn counter_text(&self, config: &TenantConfig, tenant: TenantId, id: CounterId) -> String {
        let seats = self.0.live.seats.lock();
        let agent = seats
            .counters
            .get(&id)
            .and_then(|c| c.agent_id)
            .map(|a| seats.agent_name(tenant, a))
            .unwrap_or("");
        let name = config.counter(id).map_or("another counter", |c| c.name.as_str());
        if agent.is_empty() { name.to_owned() } else { format!("{name} ({agent})") }
    }
}

impl std::fmt::Debug for Queueing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queueing").field("live", &self.0.live).finish_non_exhaustive()
    }
}
