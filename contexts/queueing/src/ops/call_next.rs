//! Calling the next ticket to a counter.
//!
//! The heads of the counter's lines are read, one index seek each; the counter picks a line, and the
//! head of it is taken by one guarded update. A caller who loses a race sees no row and asks again;
//! a counter that is closed or full is told so.

use usher_db::Tx;

use super::line::Queueing;
use super::micros;
use crate::error::Error;
use crate::model::counter::{AgentStatus, CounterStatus};
use crate::model::{AgentId, Counter, CounterId, QueueId, ServiceId, TenantConfig, Ticket};
use crate::store;
use crate::store::tickets::Head;

/// How often a lost race is run again; each loss means that somebody else won a ticket.
const TRIES: usize = 64;

/// Calls the next ticket to `counter`; none when nobody waits.
///
/// # Errors
/// The counter is closed or holds as many as it may; the agent is on a break; the database failed.
pub fn call_next(line: &Queueing, tx: &mut Tx<'_>, counter: CounterId) -> Result<Option<Ticket>, Error> {
    let config = line.config(tx)?;
    let counter = line.counter(&config, counter)?;
    line.may_work_at(tx, counter.site_id)?;
    let agent = agent_for(line, tx, &counter)?;
    next_for(line, tx, &config, &counter, None, agent)
}

/// Calls the next ticket of the counter's lines that its agent has the skills for, or the next one for a service.
pub(crate) fn next_for(
    line: &Queueing,
    tx: &mut Tx<'_>,
    config: &TenantConfig,
    counter: &Counter,
    service: Option<ServiceId>,
    agent: Option<AgentId>,
) -> Result<Option<Ticket>, Error> {
    let now = tx.now();
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let barred = line.barred(config, tenant, agent);
    let some: Vec<QueueId>;
    let queues: &[QueueId] = match service {
        None => &counter.queue_ids,
        Some(service) => {
            let offers = |id: &&QueueId| config.queue(**id).is_some_and(|q| q.serves(service));
            some = counter.queue_ids.iter().filter(offers).copied().collect();
            &some
        }
    };
    // All of them, also where one service is named: somebody else may call to this counter from its other lines.
    store::lines::lock(tx, &counter.queue_ids)?;
    for _ in 0..TRIES {
        let heads = store::tickets::heads(tx, queues, counter.id, agent, service, &barred)?;
        let Some(head) = pick(counter, queues, &heads, micros(now)) else {
            guard(line, tx, config, counter)?;
            return Ok(None);
        };
        if let Some(ticket) = store::tickets::call(tx, head.id, counter.id, agent, now)? {
            line.record(tx, "ticket.called", &ticket, |_| {})?;
            return Ok(Some(ticket));
        }
        guard(line, tx, config, counter)?;
    }
    Err(Error::Raced(counter.name.clone()))
}

/// Which head a counter takes: its lines' order decides, or, with weights, the weighted wait.
///
/// With weights the head that has waited longest, each minute counted as often as its line weighs, comes
/// first: shares follow the weights while every line has people, and nobody waits for ever.
pub(crate) fn pick<'h>(
    counter: &Counter,
    queues: &[QueueId],
    heads: &'h [Head],
    now: i64,
) -> Option<&'h Head> {
    match &counter.weights {
        Some(weights) => heads.iter().max_by_key(|head| {
            let weight = i128::from(weights.get(&head.queue_id).copied().unwrap_or(1).max(1));
            // A microsecond at least, so that a fresh head still counts its weight.
            let waited = i128::from((now - head.entry).max(1));
            (waited * weight, -i128::from(head.rank), std::cmp::Reverse(head.id))
        }),
        None => queues.iter().find_map(|queue| heads.iter().find(|head| head.queue_id == *queue)),
    }
}

/// The counter is open and has room.
pub(crate) fn guard(
    line: &Queueing,
    tx: &mut Tx<'_>,
    config: &TenantConfig,
    counter: &Counter,
) -> Result<(), Error> {
    let seat = store::agents::seat_of(tx, counter.id)?.ok_or(Error::NotFound("counter"))?;
    if seat.status == CounterStatus::Closed {
        return Err(Error::CounterClosed(counter.name.clone()));
    }
    let held = store::tickets::held_by(tx, counter.id)?;
    if i64::try_from(held.len()).unwrap_or(i64::MAX) >= counter.capacity {
        let numbers: Vec<&str> = held.iter().map(|t| t.number.as_str()).collect();
        let counter = line.counter_text(config, seat.tenant_id, counter.id);
        return Err(Error::CounterFull { counter, holding: numbers.join(", ") });
    }
    Ok(())
}

/// The agent in whose name a counter calls: the signed-in member who sits there, else whoever sits there.
pub(crate) fn agent_for(line: &Queueing, tx: &Tx<'_>, counter: &Counter) -> Result<Option<AgentId>, Error> {
    let seats = line.live().seats.lock();
    let seated = seats.counters.get(&counter.id).and_then(|seat| seat.agent_id);
    if let (Some(user), Some(tenant)) = (tx.caller().actor.user(), tx.tenant())
        && seated == Some(user)
        && seats.agents.get(&(tenant, user)).is_some_and(|a| a.status == AgentStatus::Paused)
    {
        return Err(Error::OnBreak);
    }
    Ok(seated.or_else(|| tx.caller().actor.user()))
}
