//! What each member of staff can take back.
//!
//! The log is the truth: each event says who did what in which request. This memory is the last action of
//! everybody, made of the events as they happen on this node and on others, and at start of those of the last
//! minute, so that a restart and a change of nodes lose nothing.

use std::collections::HashMap;

use usher_kernel::{RequestId, SignedDuration, TenantId, Timestamp, UserId};

use crate::model::{CounterId, Status, TicketFact, TicketId};

/// For how many seconds an action can be taken back.
pub const UNDO_SECONDS: i64 = 60;

/// The ticket that was issued by an action on another one: the next step of a visit.
pub(crate) const ISSUED: &str = "ticket.issued";
/// What an action was taken back by.
const UNDONE: &str = "ticket.undone";

/// Who: a member of staff of a tenant.
pub type Who = (TenantId, UserId);

/// One ticket of an action.
#[derive(Clone, Debug, PartialEq)]
pub struct UndoTicket {
    /// The ticket.
    pub id: TicketId,
    /// Its number.
    pub number: String,
    /// The kind of the event.
    pub kind: &'static str,
    /// What it says.
    pub fact: TicketFact,
    /// The version that the action left behind.
    pub version: i64,
}

impl UndoTicket {
    /// Whether the action made the ticket, instead of changing one that was there.
    pub fn was_issued(&self) -> bool {
        self.kind == ISSUED
    }
}

/// The last action of somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Undo {
    /// The request that did it, and when: what it did to several tickets is one action.
    pub request: RequestId,
    /// When.
    pub at: Timestamp,
    /// What it did, in order.
    pub tickets: Vec<UndoTicket>,
}

impl Undo {
    /// Until when it can be taken back.
    pub fn until(&self) -> Timestamp {
        self.at.saturating_add(SignedDuration::from_secs(UNDO_SECONDS)).unwrap_or(Timestamp::MAX)
    }

    /// The counters that had or have one of its tickets, some of them more than once.
    pub fn counters(&self) -> impl Iterator<Item = CounterId> {
        let of =
            |t: &UndoTicket| [t.fact.counter_id, t.fact.before.as_ref().and_then(|before| before.counter_id)];
        self.tickets.iter().flat_map(of).flatten()
    }

    /// What the button says.
    pub fn operation(&self) -> &'static str {
        let mut kinds = self.tickets.iter().filter(|t| !t.was_issued()).map(|t| t.kind);
        match (kinds.next(), kinds.next()) {
            (Some(one), None) => operation(one),
            (Some(_), Some(_)) => "complete_and_call_next",
            (None, _) => "action",
        }
    }

    /// The ticket that was acted on last.
    pub fn ticket(&self) -> Option<&UndoTicket> {
        self.tickets.iter().rev().find(|t| !t.was_issued())
    }

    /// The number that the button says: that of the ticket which was acted on last.
    pub fn number(&self) -> &str {
        self.ticket().map_or("", |t| &t.number)
    }
}

/// The operation behind an event that can be taken back.
pub fn operation(kind: &str) -> &'static str {
    match kind {
        "ticket.called" => "call",
        "ticket.started" => "start_service",
        "ticket.paused" => "pause",
        "ticket.resumed" => "resume",
        "ticket.parked" => "park",
        "ticket.returned" => "unpark",
        "ticket.skipped" => "skip",
        "ticket.no_show" => "mark_no_show",
        "ticket.completed" => "close",
        "ticket.wrap_up" => "wrap_up",
        "ticket.transferred" => "transfer",
        "ticket.moved" => "move",
        "ticket.postponed" => "postpone",
        "ticket.cancelled" => "cancel",
        "ticket.reprioritised" => "reprioritise",
        "ticket.priority_confirmed" => "confirm_priority",
        "ticket.reinstated" => "reinstate",
        _ => "action",
    }
}

/// Whether an event can be taken back by who caused it.
pub fn is_undoable(kind: &str) -> bool {
    operation(kind) != "action"
}

/// Whether an event decides what can be taken back last by who caused it: it is that, or takes something back.
pub fn decides(kind: &str) -> bool {
    kind == UNDONE || is_undoable(kind)
}

/// The last action of everybody.
#[derive(Clone, Debug, Default)]
pub struct Undos(HashMap<Who, Undo>);

impl Undos {
    /// Notes what somebody did, or that they took it back. Hearing of it twice, or late, changes nothing.
    pub fn note(
        &mut self,
        who: Who,
        request: RequestId,
        at: Timestamp,
        kind: &'static str,
        fact: &TicketFact,
    ) {
        let known = self.0.get(&who).map(|last| (last.request, last.at));
        let ticket = || UndoTicket {
            id: fact.ticket_id,
            number: fact.number.clone(),
            kind,
            fact: fact.clone(),
            version: fact.version,
        };
        match known {
            // One operation has one time; a client may give several requests one id.
            Some(same) if same == (request, at) => {
                let Some(last) = self.0.get_mut(&who) else { return };
                match last.tickets.iter_mut().find(|known| known.id == fact.ticket_id) {
                    // What the same request wrote to the same ticket afterwards belongs to the same step.
                    Some(known) => known.version = known.version.max(fact.version),
                    None if is_undoable(kind) || kind == ISSUED => last.tickets.push(ticket()),
                    None => {}
                }
            }
            Some((_, later)) if later > at => {}
            _ if kind == UNDONE => {
                self.0.remove(&who);
            }
            _ if is_undoable(kind) => {
                let undo = Undo { request, at, tickets: vec![ticket()] };
                self.0.insert(who, undo);
            }
            _ => {}
        }
    }

    /// What somebody did last, while it can be taken back.
    pub fn last(&self, who: Who) -> Option<&Undo> {
        self.0.get(&who)
    }
}

/// The state that an undone ticket returns to when its event carries no picture of it.
pub fn state_before(kind: &str, fact: &TicketFact) -> Option<Status> {
    match kind {
        "ticket.called" => Some(Status::Waiting),
        "ticket.completed" => fact.from,
        _ => None,
    }
}
