//! The lines as they stand now, in memory: rebuilt from the database at start, advanced by events.
//!
//! Positions, estimates, boards and floors are answered from here, so that they cost the database
//! nothing. Decisions that must be exact (who gets a ticket, which number is next) are never taken
//! here; they stand in the guarded statements of `store`.
//!
//! Facts may arrive out of order from other nodes: each carries its ticket's version, and an older
//! one never replaces a newer one.

mod callers;
mod calls;
mod day;
mod line;
mod past;
mod rules;
mod seats;
mod skills;
pub mod undo;
mod visits;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use usher_kernel::{SiteId, TenantId};

pub use callers::Caller;
pub use calls::{BLOCKED, CHIME_ONLY, Call, Calls, Deaf};
pub use day::{DayFigures, DayStats};
pub use line::{Ahead, LiveLine, LiveTicket};
pub use past::Past;
pub use rules::FailingRules;
pub use seats::{AgentSeat, CounterSeat, Seats};
pub use skills::Skills;
pub use undo::{Undo, UndoTicket, Undos};
pub use visits::{Stopped, Visits};

use super::{AgentId, QueueId, TicketFact, TicketId};

/// A shared line.
pub type SharedLine = Arc<Mutex<LiveLine>>;

/// How many ended tickets are remembered, so that a late fact does not bring one back.
const GRAVES: usize = 8192;

/// Where tickets are.
#[derive(Default)]
struct Whereabouts {
    /// In which line a living ticket stands.
    alive: HashMap<TicketId, QueueId>,
    /// The last version of those that ended: of all lines together, for a ticket may end in another line
    /// than the one that a late fact names.
    graves: HashMap<TicketId, i64>,
    burials: VecDeque<TicketId>,
}

impl Whereabouts {
    /// Whether nothing is known of a ticket, neither that it lives nor that it ended.
    fn is_unheard_of(&self, id: TicketId) -> bool {
        !self.alive.contains_key(&id) && !self.graves.contains_key(&id)
    }

    /// The same for one that ended before the start, as far as there is room: those that end now stay longer.
    fn bury_before(&mut self, id: TicketId, version: i64) {
        if self.burials.len() < GRAVES && self.graves.insert(id, version).is_none() {
            self.burials.push_front(id);
        }
    }

    fn bury(&mut self, id: TicketId, version: i64) {
        self.alive.remove(&id);
        if self.graves.insert(id, version).is_none() {
            self.burials.push_back(id);
        }
        if self.burials.len() > GRAVES
            && let Some(oldest) = self.burials.pop_front()
        {
            self.graves.remove(&oldest);
        }
    }
}

/// Everything alive.
#[derive(Default)]
pub struct Live {
    lines: RwLock<HashMap<QueueId, SharedLine>>,
    whereabouts: Mutex<Whereabouts>,
    /// Who sits where.
    pub seats: Mutex<Seats>,
    /// What agents know how to do.
    pub skills: RwLock<Skills>,
    /// What was called, by site.
    pub calls: Mutex<Calls>,
    /// What can be taken back, by who did it.
    pub undos: Mutex<Undos>,
    /// Visits that wait for staff.
    pub visits: Mutex<Visits>,
    /// Routing rules that cannot be followed.
    pub rules: Mutex<FailingRules>,
    /// Agents of whom it is to be looked whether they still work here.
    pub doubts: Mutex<BTreeSet<(TenantId, AgentId)>>,
}

impl Live {
    /// A line, where it is known.
    pub fn line(&self, queue: QueueId) -> Option<SharedLine> {
        self.lines.read().get(&queue).cloned()
    }

    /// A line, begun empty where it is not known yet.
    pub fn line_or_new(&self, tenant: TenantId, site: SiteId, queue: QueueId) -> SharedLine {
        if let Some(line) = self.line(queue) {
            return line;
        }
        let mut lines = self.lines.write();
        Arc::clone(
            lines.entry(queue).or_insert_with(|| Arc::new(Mutex::new(LiveLine::new(tenant, site, queue)))),
        )
    }

    /// Every line.
    pub fn lines(&self) -> Vec<SharedLine> {
        self.lines.read().values().cloned().collect()
    }

    /// Forgets an archived line.
    pub fn forget_line(&self, queue: QueueId) {
        self.lines.write().remove(&queue);
    }

    /// In which line a living ticket stands.
    pub fn whereabouts(&self, ticket: TicketId) -> Option<QueueId> {
        self.whereabouts.lock().alive.get(&ticket).copied()
    }

    /// A living ticket.
    pub fn ticket(&self, id: TicketId) -> Option<LiveTicket> {
        let line = self.line(self.whereabouts(id)?)?;
        line.lock().ticket(id).cloned()
    }

    /// Takes in a ticket that had ended before the start, with all its life; false where something is known of it: that
    /// tells the rest by itself.
    pub fn remember(&self, past: &Past, day: &str) -> bool {
        // Held to the end, as in `apply`.
        let mut whereabouts = self.whereabouts.lock();
        if !whereabouts.is_unheard_of(past.ticket_id) {
            return false;
        }
        let line = self.line_or_new(past.tenant_id, past.site_id, past.queue_id);
        line.lock().remember(past, day);
        whereabouts.bury_before(past.ticket_id, past.version);
        true
    }

    /// Takes in what happened to a ticket; false when something newer is known already.
    pub fn apply(&self, tenant: TenantId, fact: &TicketFact, day: &str) -> bool {
        // Held to the end: a call that another node tells and the end that this one writes may come at once, and
        // between looking for a grave and taking in the call the ticket could be buried.
        let mut whereabouts = self.whereabouts.lock();
        let id = &fact.ticket_id;
        let (old, ended) = (whereabouts.alive.get(id).copied(), whereabouts.graves.get(id).copied());
        if ended.is_some_and(|version| version >= fact.version) {
            return false;
        }
        let line = self.line_or_new(tenant, fact.site_id, fact.queue_id);
        if let Some(old) = old.filter(|old| *old != fact.queue_id)
            && let Some(before) = self.line(old)
            && !before.lock().hand_over(fact)
        {
            return false;
        }
        let taken = line.lock().apply(fact, day);
        if taken {
            if fact.status.is_final() {
                whereabouts.bury(fact.ticket_id, fact.version);
            } else {
                whereabouts.alive.insert(fact.ticket_id, fact.queue_id);
            }
        }
        taken
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").field("lines", &self.lines.read().len()).finish_non_exhaustive()
    }
}
