//! The bus: committed events, handed to everybody in the process at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use parking_lot::RwLock;
use tokio::sync::{broadcast, mpsc, watch};
use usher_kernel::{Timestamp, random};

use crate::event::Event;

/// How many events an asynchronous subscriber may lag behind before it is told that it missed some.
const BROADCAST_CAPACITY: usize = 4096;

type Listener = Arc<dyn Fn(&Arc<Event>) + Send + Sync>;

/// Whether events of other nodes arrive as they happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// One node, or none that shares this database: there is nothing to wait for.
    Alone,
    /// Other nodes' events arrive within milliseconds.
    Live,
    /// The connection between nodes is down since then. Events are read from the log meanwhile, about a
    /// second late.
    Stale(Timestamp),
}

/// Hands committed events to the process. Cheap to clone; found by [`append`](crate::append) through the
/// [`Db`](usher_db::Db) it was attached to.
#[derive(Clone)]
pub struct Bus(Arc<Inner>);

struct Inner {
    node: i64,
    listeners: RwLock<Arc<[Listener]>>,
    broadcast: broadcast::Sender<Arc<Event>>,
    outbound: OnceLock<mpsc::Sender<Arc<Event>>>,
    link: watch::Sender<Link>,
}

impl Default for Bus {
    fn default() -> Self {
        Self::new()
    }
}

impl Bus {
    /// A bus of a new node, not yet attached to a database.
    pub fn new() -> Self {
        // 48 bits: enough that no two nodes of an installation meet, and two bytes shorter in every row.
        let [a, b, c, d, e, f] = random::bytes();
        Self(Arc::new(Inner {
            node: i64::from_be_bytes([0, 0, a, b, c, d, e, f]),
            listeners: RwLock::new(Arc::default()),
            broadcast: broadcast::channel(BROADCAST_CAPACITY).0,
            outbound: OnceLock::new(),
            link: watch::channel(Link::Alone).0,
        }))
    }

    /// This run of this node: stands in the events that it writes.
    pub fn node(&self) -> i64 {
        self.0.node
    }

    /// Calls `listener` with every committed event, before the operation that wrote it is answered.
    ///
    /// It runs on the thread that writes to the database, so it must be quick and must not wait: update a
    /// cache, push to a queue. Events of one writer come in commit order; PostgreSQL has several writers,
    /// each in its own order, and events of other nodes ([`Event::remote`]) come from another thread and
    /// after their own commit. What happens to one thing is ordered by [`Event::thing_version`].
    pub fn listen(&self, listener: impl Fn(&Arc<Event>) + Send + Sync + 'static) {
        let mut listeners = self.0.listeners.write();
        *listeners = listeners.iter().cloned().chain([Arc::new(listener) as Listener]).collect();
    }

    /// A receiver of every committed event from now on. One that lags 4,096 events behind is told how many it
    /// missed.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.0.broadcast.subscribe()
    }

    /// Whether other nodes' events arrive as they happen.
    pub fn link(&self) -> watch::Receiver<Link> {
        self.0.link.subscribe()
    }

    pub(crate) fn set_link(&self, link: Link) {
        self.0.link.send_if_modified(|now| {
            let changed = match (*now, link) {
                // The moment it went stale stays the first one.
                (Link::Stale(_), Link::Stale(_)) => false,
                (old, new) => old != new,
            };
            if changed {
                *now = link;
            }
            changed
        });
    }

    /// Where events of this node leave for the others. Set once.
    pub(crate) fn set_outbound(&self, outbound: mpsc::Sender<Arc<Event>>) {
        // A second link on one bus would send everything twice; the first one stays.
        self.0.outbound.set(outbound).ok();
    }

    /// Hands on an event that this node has committed.
    pub(crate) fn publish(&self, event: Arc<Event>) {
        self.deliver(&event);
        if let Some(outbound) = self.0.outbound.get() {
            // Full: the other nodes find it in the log, within a second.
            outbound.try_send(event).ok();
        }
    }

    /// Hands an event to this process only.
    pub(crate) fn deliver(&self, event: &Arc<Event>) {
        let listeners = Arc::clone(&self.0.listeners.read());
        for listener in &*listeners {
            // A listener's mistake must not take the writer with it: the event is committed already.
            if catch_unwind(AssertUnwindSafe(|| listener(event))).is_err() {
                tracing::error!(kind = %event.kind, event = %event.id, "a bus listener panicked");
            }
        }
        if self.0.broadcast.receiver_count() > 0 {
            self.0.broadcast.send(Arc::clone(event)).ok();
        }
    }
}

impl std::fmt::Debug for Bus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bus").field("node", &self.0.node).finish_non_exhaustive()
    }
}
