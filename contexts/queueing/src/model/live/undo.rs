//! What each member of staff can take back.

use std::collections::HashMap;

use usher_kernel::{RequestId, SignedDuration, TenantId, Timestamp, UserId};

use crate::model::{CounterId, Status, TicketFact, TicketId};

/// For how many seconds an action can be taken back.
pub const UNDO_SECONDS: i64 = 60;

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
}

/// The last action of somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Undo {
    /// The request that did it: two tickets of one request are one action.
    pub request: RequestId,
    /// When.
    pub at: Timestamp,
    /// At which counter.
    pub counter_id: Option<CounterId>,
    /// What it did, in order.
    pub tickets: Vec<UndoTicket>,
}

impl Undo {
    /// Until when it can be taken back.
    pub fn until(&self) -> Timestamp {
        self.at.saturating_add(SignedDuration::from_secs(UNDO_SECONDS)).unwrap_or(Timestamp::MAX)
    }

    /// What the button says.
    pub fn operation(&self) -> &'static str {
        match self.tickets.as_slice() {
            [_, _] => "complete_and_call_next",
            [one] => operation(one.kind),
            _ => "action",
        }
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
        "ticket.skipped" => "skip",
        "ticket.no_show" => "mark_no_show",
        "ticket.completed" => "close",
        "ticket.wrap_up" => "wrap_up",
        "ticket.transferred" => "transfer",
        "ticket.moved" => "move",
        "ticket.cancelled" => "cancel",
        "ticket.reprioritised" => "reprioritise",
        "ticket.reinstated" => "reinstate",
        _ => "action",
    }
}

/// Whether an event can be taken back by who caused it.
pub fn is_undoable(kind: &str) -> bool {
    operation(kind) != "action"
}

/// The last action of everybody.
#[derive(Clone, Debug, Default)]
pub struct Undos(HashMap<(TenantId, UserId), Undo>);

impl Undos {
    /// Notes an action.
    pub fn push(
        &mut self,
        who: (TenantId, UserId),
        request: RequestId,
        at: Timestamp,
        kind: &'static str,
        fact: &TicketFact,
    ) {
        let ticket = UndoTicket { id: fact.ticket_id, number: fact.number.clone(), kind, fact: fact.clone() };
        let counter_id = fact.counter_id;
        match self.0.get_mut(&who) {
            Some(last) if last.request == request => last.tickets.push(ticket),
            _ => {
                self.0.insert(who, Undo { request, at, counter_id, tickets: vec![ticket] });
            }
        }
    }

    /// What somebody did last, while it can be taken back.
    pub fn last(&self, who: (TenantId, UserId)) -> Option<&Undo> {
        self.0.get(&who)
    }

    /// Forgets it.
    pub fn clear(&mut self, who: (TenantId, UserId)) {
        self.0.remove(&who);
    }

    /// Forgets what can no longer be taken back.
    pub fn prune(&mut self, now: Timestamp) {
        self.0.retain(|_, undo| undo.until() > now);
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
