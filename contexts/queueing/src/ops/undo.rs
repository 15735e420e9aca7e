//! Taking back one's last action, as a compensating event.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;

use super::line::Queueing;
use super::{advance, numbers, save, target, ticket};
use crate::error::Error;
use crate::model::Code;
use crate::model::live::undo::{UNDO_SECONDS, state_before};
use crate::model::live::{Undo, UndoTicket};
use crate::model::machine::Op;
use crate::model::service::NORMAL;
use crate::model::ticket::Cause;
use crate::model::{CounterId, QueueId, Status, Ticket, TicketId};
use crate::store;

/// Which action is meant, as the caller's console names it (`undo`): what is absent may be any.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LastAction {
    /// The operation.
    pub operation: Option<String>,
    /// The ticket that was acted on last.
    pub ticket_id: Option<TicketId>,
}

impl LastAction {
    /// Whether it is this action.
    fn is(&self, last: &Undo) -> bool {
        self.operation.as_ref().is_none_or(|operation| operation == last.operation())
            && self.ticket_id.is_none_or(|id| last.ticket().is_some_and(|ticket| ticket.id == id))
    }
}

/// What was taken back.
#[derive(Clone, Debug)]
pub struct Undone {
    /// The operation.
    pub operation: &'static str,
    /// The tickets as they stand again.
    pub tickets: Vec<Ticket>,
}

/// Takes back the caller's last action: within 60 seconds, while nobody went on with its tickets and its
/// counter still has room. Both tickets of complete-and-call-next go back together, and the ticket that a
/// finished step of a visit had issued is taken out again.
///
/// # Errors
/// There is nothing to take back, it is too late, or things have moved on.
pub fn undo(line: &Queueing, tx: &mut Tx<'_>) -> Result<Undone, Error> {
    undo_this(line, tx, &LastAction::default())
}

/// The same for an action that is named: another one, of which whoever asks has not heard yet, or this node has not,
/// stays as it is.
///
/// # Errors
/// As [`undo`], or the caller's last action is another one.
pub fn undo_this(line: &Queueing, tx: &mut Tx<'_>, meant: &LastAction) -> Result<Undone, Error> {
    let (Some(tenant), Some(user)) = (tx.tenant(), tx.caller().actor.user()) else {
        return Err(Error::NothingToUndo);
    };
    let last: Undo = line.live().undos.lock().last((tenant, user)).cloned().ok_or(Error::NothingToUndo)?;
    if !meant.is(&last) {
        let (operation, number) = (last.operation(), last.number());
        let text = format!("Your last action is another one: {operation} of {number}. Look again.");
        return Err(Error::Conflict(Code::UndoMovedOn, text));
    }
    if tx.now() > last.until() {
        return Err(Error::UndoTooLate(UNDO_SECONDS));
    }
    let config = line.config(tx)?;
    // Whoever calls on another node to a counter that gets something back waits, or is waited for.
    let counters = last.counters().filter_map(|id| config.counter(id));
    let lines: Vec<QueueId> = counters.flat_map(|counter| counter.queue_ids.iter().copied()).collect();
    store::lines::lock(tx, &lines)?;
    let operation = last.operation();
    let mut tickets = Vec::with_capacity(last.tickets.len());
    // The last step first, so that a counter has room again for what it gets back.
    for step in last.tickets.iter().rev() {
        let mut t = ticket(tx, step.id)?;
        if !stands_since(tx, &t, step)? {
            return Err(Error::UndoMovedOn(t.number));
        }
        if step.was_issued() {
            advance(&mut t, Op::Cancel)?;
            t.ended_at = Some(tx.now());
            t.cause = Some(Cause::Undone);
        } else {
            put_back(line, tx, &mut t, step)?;
        }
        save(tx, &mut t)?;
        line.record(tx, "ticket.undone", &t, |fact| {
            fact.undone = Some(step.kind.to_owned());
            fact.from_queue_id = (step.fact.queue_id != fact.queue_id).then_some(step.fact.queue_id);
        })?;
        tickets.push(t);
    }
    Ok(Undone { operation, tickets })
}

/// What happens beside an action and changes nothing that taking it back restores: signs of life, repeated calls,
/// advice, remarks and what a ticket says of a person.
const BESIDE: &[&str] = &[
    "ticket.recalled",
    "ticket.overdue",
    "ticket.coming",
    "ticket.seen",
    "ticket.page_opened",
    "ticket.asked",
    "ticket.silent",
    "ticket.noted",
    "ticket.edited",
    "ticket.reprinted",
    "ticket.released",
];

/// So many things at most can have happened to a ticket beside an action.
const LATER: u32 = 50;

/// Whether nobody has gone on with a ticket since a step; the log says what happened to it. Its row may be newer
/// without any event: whose ticket it is changes with the record of the person (a merger, an erasure).
fn stands_since(tx: &mut Tx<'_>, t: &Ticket, step: &UndoTicket) -> Result<bool, Error> {
    if t.version == step.version {
        return Ok(true);
    }
    let log = usher_events::history(tx, t.tenant_id, ("ticket", t.id.uuid()), None, LATER)?;
    let known = log.iter().any(|record| record.event.thing_version <= step.version);
    let later = log.iter().filter(|record| record.event.thing_version > step.version);
    Ok(known && later.into_iter().all(|record| BESIDE.contains(&&*record.event.kind)))
}

/// The ticket as it stood before a step.
fn put_back(line: &Queueing, tx: &mut Tx<'_>, t: &mut Ticket, step: &UndoTicket) -> Result<(), Error> {
    let (now_at, number) = (t.status, t.number.clone());
    match (&step.fact.before, state_before(step.kind, &step.fact)) {
        (Some(before), _) => before.restore(t),
        (None, Some(Status::Waiting)) => {
            t.status = Status::Waiting;
            t.recalls = 0;
            t.release();
        }
        (None, Some(status)) => {
            t.status = status;
            t.ended_at = None;
            t.cause = None;
        }
        (None, None) => return Err(Error::NothingToUndo),
    }
    t.prev_status = Some(now_at);
    let lives_again = now_at.is_final() || t.number != number;
    if lives_again && !t.status.is_final() {
        numbers::still_its_own(line, tx, t)?;
    }
    if t.status == Status::Waiting {
        target::keep(tx, t)?;
    }
    if step.kind == "ticket.reprioritised" && t.class == NORMAL {
        t.class_reason = None;
    }
    let back_home = t.transfers == 0;
    let moved = matches!(step.kind, "ticket.moved" | "ticket.transferred");
    t.edit_extra(|extra| {
        extra.next_step = None;
        if moved {
            extra.moved = None;
        }
        if back_home {
            extra.moved_from = None;
        }
    });
    if t.status.is_held()
        && !now_at.is_held()
        && let Some(counter) = t.counter_id
    {
        has_room(line, tx, counter, t)?;
    }
    Ok(())
}

fn has_room(line: &Queueing, tx: &mut Tx<'_>, counter: CounterId, t: &Ticket) -> Result<(), Error> {
    let config = line.config(tx)?;
    let counter = line.counter(&config, counter)?;
    let held: i64 = tx.query_one(store::tickets::HELD_COUNT, &[&counter.id, &t.tenant_id])?;
    if held >= counter.capacity { Err(Error::UndoMovedOn(t.number.clone())) } else { Ok(()) }
}
