//! Whose time was booked serves whoever comes.
//!
//! Who has an appointment with a certain member of staff waits for that person alone: the others' calls pass over the
//! ticket, and a call of it by name is refused. That person is given until the grace of the appointment is over: some
//! minutes after the booked time, or after the arrival of who comes later. From then on the ticket stays theirs while
//! they are signed in at an open counter that serves its line, on a break, too; as soon as they are not, it is released
//! and anybody calls it. What was released stays so. A transfer to another line, service or counter is a decision of
//! staff and ends it as well.

use usher_db::Tx;
use usher_kernel::{TenantId, Timestamp};

use super::line::Queueing;
use super::{save, ticket};
use crate::error::Error;
use crate::model::{AgentId, CounterId, QueueId, ServiceId, Status, TenantConfig, Ticket, TicketId};

/// The member of staff whose time was booked.
#[derive(Clone, Debug)]
pub struct BookedWith {
    /// Who.
    pub agent: AgentId,
    /// What they are called.
    pub name: String,
    /// Until when they are waited for, here or not.
    pub until: Timestamp,
}

/// Whom a new ticket waits for; nobody where they lack the skills for its service, and would never call it.
pub(crate) fn bound<'w>(
    line: &Queueing,
    config: &TenantConfig,
    tenant: TenantId,
    service: ServiceId,
    wish: Option<&'w BookedWith>,
) -> Option<&'w BookedWith> {
    wish.filter(|with| !line.barred(config, tenant, Some(with.agent)).contains(&service))
}

/// The counter where an agent is signed in and serves a line.
pub(crate) fn counter_of(
    line: &Queueing,
    config: &TenantConfig,
    agent: AgentId,
    queue: QueueId,
) -> Option<CounterId> {
    let seats = line.live().seats.lock();
    let mut counters = config.counters_of(queue).iter().copied();
    counters.find(|counter| {
        seats.is_open(*counter)
            && seats.counters.get(counter).is_some_and(|seat| seat.agent_id == Some(agent))
    })
}

/// A call by name is that of whoever the ticket waits for.
pub(crate) fn may_call(t: &Ticket, agent: Option<AgentId>) -> Result<(), Error> {
    if t.for_agent_id.is_none() || t.for_agent_id == agent {
        return Ok(());
    }
    let name = t.extra.as_ref().and_then(|extra| extra.with.clone()).unwrap_or_default();
    let agent = if name.is_empty() { "somebody else".to_owned() } else { name };
    Err(Error::ForOtherAgent { number: t.number.clone(), agent })
}

/// Whether a waiting ticket is to be released: its time is over, and whom it waits for is not here.
pub(crate) fn is_over(
    line: &Queueing,
    config: &TenantConfig,
    queue: QueueId,
    (agent, until): (AgentId, Option<Timestamp>),
    now: Timestamp,
) -> bool {
    until.is_none_or(|until| until <= now) && counter_of(line, config, agent, queue).is_none()
}

/// Lets everybody call a ticket whose member of staff is not here; false when there is nothing to release any more.
///
/// # Errors
/// There is no such ticket, or somebody changed it at the same moment.
pub(crate) fn release(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<bool, Error> {
    let config = line.config(tx)?;
    let mut t = ticket(tx, id)?;
    let Some(agent) = t.for_agent_id.filter(|_| t.status == Status::Waiting) else { return Ok(false) };
    if !is_over(line, &config, t.queue_id, (agent, t.for_agent_until), tx.now()) {
        return Ok(false);
    }
    t.unbind();
    t.prev_status = Some(t.status);
    save(tx, &mut t)?;
    line.record(tx, "ticket.released", &t, |_| {})?;
    Ok(true)
}
