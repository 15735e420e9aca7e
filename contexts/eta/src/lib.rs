//! How long a wait will be.
//!
//! Purpose: an honest range for a ticket, a would-be ticket and a queue, with a record of what it was worth.
//!
//! Every node follows the event log in memory ([`Eta`] is a [`Memory`](usher_events::Memory)) and keeps a
//! [`model::Book`] for each tenant: how its lines stand and what they have taught its [`model::Forecaster`]. Quotes are
//! made from it and cost no statement. The books are stored every few minutes with their place in the log, so that
//! a restart forgets nothing; a start takes them in behind what else it does, and whoever asks before waits for them
//! ([`Estimator::to_come`]). A correction is trained in a job ([`jobs::Train`]). [`replay`] measures the forecaster
//! on queue logs.
//!
//! Words: *pace* is minutes of waiting per person ahead; *basis* is what an estimate rests on; a *told* estimate is
//! what somebody was told.
//!
//! It fills queueing's [`Estimator`]; published: see [`events`].

pub mod events;
pub mod graphql;
mod http;
pub mod jobs;
mod ops;
mod store;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;
use usher_db::{Db, MigrationSet, Stmt};
use usher_events::{Events, Following};
use usher_identity::Identity;
use usher_kernel::{Clock, SiteId, TenantId, TimeZone, Timestamp};
use usher_queueing::Queueing;
use usher_queueing::events::Requotes;
use usher_queueing::model::{Estimate, EstimateBasis, EstimatesKept, Estimator, LineView, Queue, ToCome};
use usher_tenancy::Directory;

use crate::model::{Asked, Book, Key, Told, Wall};

pub use http::routes;
pub use ops::replay;
/// Types and rules of the estimate; pure. The room is a crate, `contexts/eta/model`.
pub use usher_eta_model as model;

/// How many finished waits make a pace more than a first guess.
const ESTABLISHED: u32 = 20;

/// This context's migrations.
pub const MIGRATIONS: MigrationSet = MigrationSet {
    context: "eta",
    migrations: usher_db::migrations!("0001_paces", "0002_books", "0003_feedback", "0004_packed"),
};

/// Every statement of this context, for the test that prepares each on both engines.
pub fn statements() -> Vec<Stmt> {
    store::statements()
}

/// What this context hands out when everything of a tenant is exported.
pub fn parts() -> Vec<usher_tenancy::Part> {
    store::export::parts()
}

/// A tenant's book, shared.
pub(crate) type SharedBook = Arc<RwLock<Book>>;

/// The estimator of the product: the books of all tenants, in memory. Cheap to clone.
#[derive(Clone)]
pub struct Eta(Arc<Inner>);

struct Inner {
    directory: Directory,
    /// Who knows how to do what, where the log does not tell it any more.
    identity: Identity,
    books: RwLock<HashMap<TenantId, SharedBook>>,
    /// Tenants whose book has changed since it was stored.
    changed: Mutex<HashSet<TenantId>>,
    /// Where books are made anew: how many waits were counted before, until that is stored.
    counted: Mutex<HashMap<TenantId, u64>>,
    /// Whether what was stored last has been taken in.
    known: watch::Sender<bool>,
    /// Lines whose quotes have changed are shown anew through this.
    screens: Requotes,
    /// What estimates were worth, for ticket pages.
    kept: Arc<jobs::kept::Kept>,
    db: Db,
    clock: Clock,
}

impl Eta {
    /// The estimator of `line`, with empty books.
    pub fn new(line: &Queueing) -> Self {
        Self(Arc::new(Inner {
            directory: line.directory().clone(),
            identity: line.identity().clone(),
            books: RwLock::default(),
            changed: Mutex::default(),
            counted: Mutex::default(),
            known: watch::Sender::new(false),
            screens: Requotes::of(line),
            kept: Arc::default(),
            db: line.db().clone(),
            clock: line.clock().clone(),
        }))
    }

    /// Has `line` ask this estimator. What is returned takes in what was stored last, and reads the rest of the log; until
    /// it has begun, those who ask over HTTP wait.
    pub fn start(line: &Queueing, events: &Events) -> (Self, Arc<Following<Self>>) {
        let eta = Self::new(line);
        let following = events.follow(Arc::new(eta.clone()));
        line.set_estimator(eta.clone());
        jobs::kept::follow(&eta);
        (eta, following)
    }

    /// Whether what was stored last has been taken in.
    pub fn is_known(&self) -> bool {
        *self.0.known.borrow()
    }

    /// The subscriber that keeps the record of what estimates were worth.
    pub fn scorer(line: &Queueing) -> Arc<dyn usher_events::Subscriber> {
        Arc::new(ops::score::Scorer(line.directory().clone()))
    }

    /// A tenant's book; an empty one where nothing has happened yet.
    pub(crate) fn book(&self, tenant: TenantId) -> SharedBook {
        self.0.books.read().get(&tenant).cloned().unwrap_or_default()
    }

    /// A tenant's book, begun where there is none.
    pub(crate) fn book_or_new(&self, tenant: TenantId) -> SharedBook {
        if let Some(known) = self.0.books.read().get(&tenant) {
            return Arc::clone(known);
        }
        let counted = self.0.counted.lock().get(&tenant).copied();
        let new = || Arc::new(RwLock::new(counted.map_or_else(Book::default, Book::after)));
        Arc::clone(self.0.books.write().entry(tenant).or_insert_with(new))
    }

    /// A tenant's book as it is now, for tests that compare what two nodes hold.
    pub fn picture_of(&self, tenant: TenantId) -> Book {
        self.book(tenant).read().clone()
    }

    /// The time on a site's wall.
    pub(crate) fn wall(&self, tenant: TenantId, site: SiteId, at: Timestamp) -> Wall {
        wall(&self.zone(tenant, site), at)
    }

    fn zone(&self, tenant: TenantId, site: SiteId) -> TimeZone {
        self.0.directory.site(tenant, site).map_or(TimeZone::UTC, |site| site.zone())
    }

    /// What an estimator is asked, as a book is asked it.
    #[expect(clippy::cast_precision_loss, reason = "counts of people and counters")]
    pub(crate) fn asked(&self, view: &LineView) -> Asked {
        Asked {
            now: self.wall(view.tenant_id, view.site_id, view.now),
            live: true,
            site: key(view.site_id),
            queue: key(view.queue_id),
            service: key(view.service_id),
            class: view.class,
            ahead: view.people_ahead as f64,
            others: view.others_first,
            waiting: view.waiting as f64,
            in_line: view.in_line,
            counters: view.open_counters as f64,
            free: view.free_counters as f64,
            declared: view.default_minutes,
        }
    }

    /// What somebody would be told, and what it rests on.
    pub(crate) fn tell(&self, tenant: TenantId, asked: &Asked) -> (Told, EstimateBasis, i64) {
        let shared = self.book(tenant);
        let book = shared.read();
        let told = book.tell(asked);
        let outcomes = book.outcomes(asked.queue);
        let basis = basis(outcomes, book.forecaster().lends(), book.is_corrected(asked.now));
        (told, basis, i64::from(outcomes))
    }
}

/// Names anything that has an id.
pub(crate) fn key<K>(id: usher_kernel::Id<K>) -> Key {
    Key(id.uuid().as_u128())
}

/// A moment on a wall where `zone` holds.
pub(crate) fn wall(zone: &TimeZone, at: Timestamp) -> Wall {
    Wall(at.as_second() + i64::from(zone.to_offset(at).seconds()))
}

impl Estimator for Eta {
    fn estimate(&self, line: &LineView) -> Estimate {
        if line.open_counters <= 0 {
            return Estimate::unserved(line.now);
        }
        let (told, basis, samples) = self.tell(line.tenant_id, &self.asked(line));
        let wait = told.wait();
        Estimate::of(basis, wait.p10, wait.p50, wait.p90, samples, line.now)
    }

    fn kept(&self, queue: &Queue, now: Timestamp) -> Option<EstimatesKept> {
        self.0.kept.of(queue, now)
    }

    fn to_come(&self) -> Option<ToCome> {
        if self.is_known() {
            return None;
        }
        let mut known = self.0.known.subscribe();
        // Gone with the estimates: then nobody asks them any more.
        Some(Box::pin(async move { drop(known.wait_for(|known| *known).await) }))
    }
}

/// What an estimate from so many outcomes of its line rests on; `lent` says whether other lines have taught anything.
fn basis(outcomes: u32, lent: bool, corrected: bool) -> EstimateBasis {
    match outcomes {
        0 if !lent => EstimateBasis::Declared,
        n if n < ESTABLISHED => EstimateBasis::Prior,
        _ if corrected => EstimateBasis::Corrected,
        _ => EstimateBasis::Pace,
    }
}
