//! Taking back one's last action, as a compensating event.

use usher_db::Tx;

use super::line::Queueing;
use super::{save, ticket};
use crate::error::Error;
use crate::model::live::Undo;
use crate::model::live::undo::{UNDO_SECONDS, state_before};
use crate::model::{CounterId, Status, Ticket};
use crate::store;

/// What was taken back.
#[derive(Clone, Debug)]
pub struct Undone {
    /// The operation.
    pub operation: &'static str,
    /// The tickets as they stand again.
    pub tickets: Vec<Ticket>,
}

/// Takes back the caller's last action: within 60 seconds, while nobody went on with its tickets and its
/// counter still has room. Both tickets of complete-and-call-next go back together.
///
/// # Errors
/// There is nothing to take back, it is too late, or things have moved on.
pub fn undo(line: &Queueing, tx: &mut Tx<'_>) -> Result<Undone, Error> {
    let (Some(tenant), Some(user)) = (tx.tenant(), tx.caller().actor.user()) else {
        return Err(Error::NothingToUndo);
    };
    let last: Undo = line.live().undos.lock().last((tenant, user)).cloned().ok_or(Error::NothingToUndo)?;
    if tx.now() > last.until() {
        return Err(Error::UndoTooLate(UNDO_SECONDS));
    }
    let operation = last.operation();
    let mut tickets = Vec::with_capacity(last.tickets.len());
    // The last step first, so that a counter has room again for what it gets back.
    for step in last.tickets.iter().rev() {
        let mut t = ticket(tx, step.id)?;
        if t.version != step.fact.version {
            return Err(Error::UndoMovedOn(t.number));
        }
        let now_at = t.status;
        match (&step.fact.before, state_before(step.kind, &step.fact)) {
            (Some(before), _) => before.restore(&mut t),
            (None, Some(Status::Waiting)) => {
                t.status = Status::Waiting;
                t.release();
            }
            (None, Some(status)) => {
                t.status = status;
                t.ended_at = None;
                t.cause = None;
                t.outcome = None;
            }
            (None, None) => return Err(Error::NothingToUndo),
        }
        t.prev_status = Some(now_at);
        if t.status.is_held()
            && !now_at.is_held()
            && let Some(counter) = t.counter_id
        {
            has_room(line, tx, counter, &t)?;
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

fn has_room(line: &Queueing, tx: &mut Tx<'_>, counter: CounterId, t: &Ticket) -> Result<(), Error> {
    let config = line.config(tx)?;
    let capacity = config.counter(counter).map_or(1, |c| c.capacity);
    let held: i64 = tx.query_one(store::tickets::HELD_COUNT, &[&counter])?;
    if held >= capacity { Err(Error::UndoMovedOn(t.number.clone())) } else { Ok(()) }
}
