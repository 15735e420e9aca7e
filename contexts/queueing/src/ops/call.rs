//! Calling a named ticket, and calling one again.

use usher_db::Tx;

use super::call_next::{agent_for, guard};
use super::line::Queueing;
use super::skills::able;
use super::{not_allowed, save, step, ticket};
use crate::error::Error;
use crate::model::machine::{Op, Status};
use crate::model::{CounterId, Ticket, TicketId};
use crate::store;

/// Calls this ticket to `counter`.
///
/// # Errors
/// Somebody else has it (the text says who), its state does not allow it, the counter is closed, full or
/// does not serve its line, or the agent there lacks a skill that its service asks for.
pub fn call(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, counter: CounterId) -> Result<Ticket, Error> {
    let config = line.config(tx)?;
    let counter = line.counter(&config, counter)?;
    line.may_work_at(tx, counter.site_id)?;
    let wanted = ticket(tx, id)?;
    let queue = line.queue(&config, wanted.queue_id)?;
    if !counter.queue_ids.contains(&queue.id) && wanted.target_counter_id != Some(counter.id) {
        return Err(Error::NotServedHere { counter: counter.name.clone(), queue: queue.name.clone() });
    }
    if let Some(other) = wanted.target_counter_id.filter(|other| *other != counter.id) {
        let counter = line.counter_text(&config, wanted.tenant_id, other);
        return Err(Error::ForOtherCounter { number: wanted.number, counter });
    }
    let agent = agent_for(line, tx, &counter)?;
    super::booked_with::may_call(&wanted, agent)?;
    able(line, &config, &wanted, &counter, agent)?;
    let now = tx.now();
    store::lines::lock_for(tx, &counter, [wanted.queue_id])?;
    if let Some(called) = store::tickets::call(tx, id, counter.id, agent, now)? {
        line.record(tx, "ticket.called", &called, |_| {})?;
        return Ok(called);
    }
    let current = ticket(tx, id)?;
    if current.status == Status::Waiting {
        guard(line, tx, &config, &counter)?;
        return Err(Error::Raced(current.number));
    }
    match current.counter_id.filter(|_| current.status.is_held()) {
        Some(holder) => Err(Error::AlreadyCalled {
            number: current.number,
            holder: line.counter_text(&config, current.tenant_id, holder),
        }),
        None => Err(not_allowed(Op::Call, &current)),
    }
}

/// Calls a called ticket again, as often as its line allows.
///
/// # Errors
/// It is not called now, or the limit is reached.
pub fn recall(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    let config = line.config(tx)?;
    let mut found = step(line, tx, id, Op::Recall)?;
    let limit = line.queue(&config, found.queue_id)?.settings.recall_limit;
    if found.recalls >= limit {
        return Err(Error::RecallLimit { number: found.number, limit });
    }
    found.recalls += 1;
    found.recalled_at = Some(tx.now());
    save(tx, &mut found)?;
    line.record(tx, "ticket.recalled", &found, |_| {})?;
    Ok(found)
}
