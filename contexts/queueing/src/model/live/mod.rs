//! The lines as they stand now, in memory: rebuilt from the database at start, advanced by events.
//!
//! Positions, estimates, boards and floors are answered from here, so that they cost the database
//! nothing. Decisions that must be exact (who gets a ticket, which number is next) are never taken
//! here; they stand in the guarded statements of `store`.
//!
//! Facts may arrive out of order from other nodes: each carries its ticket's version, and an older
//! one never replaces a newer one.

mod calls;
mod day;
mod line;
mod seats;
pub mod undo;

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use usher_kernel::{SiteId, TenantId};

pub use calls::{Call, Calls};
pub use day::{DayFigures, DayStats};
pub use line::{Ahead, LiveLine, LiveTicket};
pub use seats::{AgentSeat, CounterSeat, Seats};
pub use undo::{Undo, UndoTicket, Undos};

use super::{QueueId, TicketFact, TicketId};

/// A shared line.
pub type SharedLine = Arc<Mutex<LiveLine>>;

/// Everything alive.
#[derive(Default)]
pub struct Live {
    lines: RwLock<HashMap<QueueId, SharedLine>>,
    /// In which line a living ticket stands.
    whereabouts: Mutex<HashMap<TicketId, QueueId>>,
    /// Who sits where.
    pub seats: Mutex<Seats>,
    /// What was called, by site.
    pub calls: Mutex<Calls>,
    /// What can be taken back, by who did it.
    pub undos: Mutex<Undos>,
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
        self.whereabouts.lock().get(&ticket).copied()
    }

    /// A living ticket.
    pub fn ticket(&self, id: TicketId) -> Option<LiveTicket> {
        let line = self.line(self.whereabouts(id)?)?;
        line.lock().ticket(id).cloned()
    }

    /// Takes in what happened to a ticket; false when something newer is known already.
    pub fn apply(&self, tenant: TenantId, fact: &TicketFact, day: &str) -> bool {
        let old = self.whereabouts(fact.ticket_id);
        let line = self.line_or_new(tenant, fact.site_id, fact.queue_id);
        if let Some(old) = old.filter(|old| *old != fact.queue_id)
            && let Some(before) = self.line(old)
            && !before.lock().hand_over(fact)
        {
            return false;
        }
        let taken = line.lock().apply(fact, day);
        if taken {
            let mut whereabouts = self.whereabouts.lock();
            if fact.status.is_final() {
                whereabouts.remove(&fact.ticket_id);
            } else {
                whereabouts.insert(fact.ticket_id, fact.queue_id);
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
