//! Agents: sitting down at a counter, taking one over, breaks, signing out.

use usher_db::Tx;
use usher_kernel::{TenantId, Timestamp};

use super::line::Queueing;
use crate::error::Error;
use crate::events;
use crate::model::counter::{Agent, AgentStatus, CounterStatus};
use crate::model::{AgentId, Counter, CounterId};
use crate::store;

/// Sits an agent down at a counter and opens it; who sat there is signed out where `take_over` says so.
///
/// # Errors
/// Somebody else sits there, the counter is at a site where the agent does not work.
pub fn sign_in(
    line: &Queueing,
    tx: &mut Tx<'_>,
    user: AgentId,
    name: &str,
    counter: CounterId,
    take_over: bool,
) -> Result<Agent, Error> {
    let config = line.config(tx)?;
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let counter = line.counter(&config, counter)?;
    line.may_work_at(tx, counter.site_id)?;
    let now = tx.now();
    let seat = store::agents::seat_of(tx, counter.id)?.ok_or(Error::NotFound("counter"))?;
    let other = seat.agent_id.filter(|other| *other != user);
    if let Some(other) = other.filter(|_| !take_over) {
        let agent = line.live().seats.lock().agent_name(tenant, other).to_owned();
        let agent = if agent.is_empty() { "Somebody".to_owned() } else { agent };
        return Err(Error::CounterTaken { counter: counter.name.clone(), agent });
    }
    if let Some(mine) = store::agents::get(tx, tenant, user)?
        && let Some(old) = mine.counter_id.filter(|old| *old != counter.id)
    {
        leave_seat(line, tx, tenant, old, user, now)?;
    }
    if !store::agents::take_seat(tx, counter.id, user, now, other)? {
        return Err(Error::Raced(counter.name.clone()));
    }
    if let Some(other) = other {
        let away = Agent {
            user_id: other,
            status: AgentStatus::Offline,
            pause_reason: None,
            counter_id: None,
            since: now,
            version: 0,
        };
        put(line, tx, tenant, away, "", Some(counter.id))?;
        line.identity().clock_out(tx, tenant, other)?;
    }
    let agent = Agent {
        user_id: user,
        status: AgentStatus::Available,
        pause_reason: None,
        counter_id: Some(counter.id),
        since: now,
        version: 0,
    };
    let agent = put(line, tx, tenant, agent, name, Some(counter.id))?;
    seat_changed(line, tx, &counter, CounterStatus::Open, Some(user))?;
    line.identity().clock_in(tx, tenant, user, counter.site_id)?;
    Ok(agent)
}

/// Signs an agent out and closes their counter. Tickets still in hand stay there for whoever takes over.
///
/// # Errors
/// The database failed.
pub fn sign_out(line: &Queueing, tx: &mut Tx<'_>, user: AgentId) -> Result<Agent, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let now = tx.now();
    let left = store::agents::get(tx, tenant, user)?.and_then(|known| known.counter_id);
    if let Some(counter) = left {
        leave_seat(line, tx, tenant, counter, user, now)?;
        line.identity().clock_out(tx, tenant, user)?;
    }
    let away = Agent {
        user_id: user,
        status: AgentStatus::Offline,
        pause_reason: None,
        counter_id: None,
        since: now,
        version: 0,
    };
    put(line, tx, tenant, away, "", left)
}

/// Signs an agent out who works here no longer; false where they sit nowhere, or work here again.
///
/// # Errors
/// The database failed.
pub(crate) fn dismiss(line: &Queueing, tx: &mut Tx<'_>, user: AgentId) -> Result<bool, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let seated = store::agents::get(tx, tenant, user)?.is_some_and(|known| known.counter_id.is_some());
    if !seated || !line.identity().is_dismissed(tx, tenant, user)? {
        return Ok(false);
    }
    sign_out(line, tx, user).map(|_| true)
}

/// Sets whether an agent takes tickets. Offline signs them out.
///
/// # Errors
/// A reason of more than 60 letters.
pub fn set_status(
    line: &Queueing,
    tx: &mut Tx<'_>,
    user: AgentId,
    name: &str,
    status: AgentStatus,
    reason: Option<&str>,
) -> Result<Agent, Error> {
    super::note::check_text("reason", reason)?;
    if status == AgentStatus::Offline {
        return sign_out(line, tx, user);
    }
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    // Clients of document 001 pause without a reason; the console always gives one.
    if status == AgentStatus::Paused && reason.is_some_and(|reason| reason.chars().count() > 60) {
        return Err(Error::field("reason", "length", "Say why, in at most 60 letters: \"Lunch\"."));
    }
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let now = tx.now();
    let known = store::agents::get(tx, tenant, user)?;
    let agent = Agent {
        user_id: user,
        status,
        pause_reason: reason.filter(|_| status == AgentStatus::Paused).map(str::to_owned),
        counter_id: known.as_ref().and_then(|a| a.counter_id),
        since: match &known {
            Some(same) if same.status == status => same.since,
            _ => now,
        },
        version: 0,
    };
    let at = agent.counter_id;
    put(line, tx, tenant, agent, name, at)
}

/// Opens or closes a counter that nobody needs to sit at (a program serves there).
///
/// # Errors
/// There is no such counter.
pub fn set_counter(
    line: &Queueing,
    tx: &mut Tx<'_>,
    counter: CounterId,
    status: CounterStatus,
) -> Result<(), Error> {
    let config = line.config(tx)?;
    let counter = line.counter(&config, counter)?;
    line.may_work_at(tx, counter.site_id)?;
    let seat = store::agents::seat_of(tx, counter.id)?.ok_or(Error::NotFound("counter"))?;
    if seat.status == status {
        return Ok(());
    }
    let now = tx.now();
    if status == CounterStatus::Closed
        && let Some(agent) = seat.agent_id
    {
        sign_out(line, tx, agent)?;
        return Ok(());
    }
    store::agents::seat(tx, counter.id, status, seat.agent_id, now)?;
    seat_changed(line, tx, &counter, status, seat.agent_id)
}

/// The counter at which the caller sits.
///
/// # Errors
/// They sit at none.
pub fn my_counter(_line: &Queueing, tx: &mut Tx<'_>) -> Result<CounterId, Error> {
    let (Some(tenant), Some(user)) = (tx.tenant(), tx.caller().actor.user()) else {
        return Err(Error::NoCounter);
    };
    store::agents::get(tx, tenant, user)?.and_then(|a| a.counter_id).ok_or(Error::NoCounter)
}

/// A person's name, for screens; empty when they have none. Whether they belong here is for the caller to ask.
///
/// # Errors
/// There is no such person.
pub fn name_of(line: &Queueing, tx: &mut Tx<'_>, user: AgentId) -> Result<String, Error> {
    let found = line.identity().people(tx, &[user])?;
    found.get(&user).map(|person| person.name.clone()).ok_or(Error::NotFound("member"))
}

fn leave_seat(
    line: &Queueing,
    tx: &mut Tx<'_>,
    tenant: TenantId,
    counter: CounterId,
    user: AgentId,
    now: Timestamp,
) -> Result<(), Error> {
    let config = line.config(tx)?;
    let seat = store::agents::seat_of(tx, counter)?;
    if seat.is_none_or(|seat| seat.agent_id != Some(user)) {
        return Ok(());
    }
    store::agents::seat(tx, counter, CounterStatus::Closed, None, now)?;
    match config.counter(counter) {
        Some(counter) => seat_changed(line, tx, counter, CounterStatus::Closed, None),
        None => {
            tracing::debug!(%tenant, %counter, "an agent sat at a counter that is no more");
            Ok(())
        }
    }
}

fn seat_changed(
    line: &Queueing,
    tx: &mut Tx<'_>,
    counter: &Counter,
    status: CounterStatus,
    agent: Option<AgentId>,
) -> Result<(), Error> {
    let fact = events::SeatFact {
        counter_id: counter.id,
        site_id: counter.site_id,
        status,
        agent_id: agent,
        since: tx.now(),
    };
    events::seat(line, tx, fact)
}

/// Writes how an agent stands; `at` is the counter that this is about, whose site the event belongs to.
fn put(
    line: &Queueing,
    tx: &mut Tx<'_>,
    tenant: TenantId,
    agent: Agent,
    name: &str,
    at: Option<CounterId>,
) -> Result<Agent, Error> {
    let (version, name) = store::agents::put(tx, tenant, &agent, name)?;
    let agent = Agent { version, ..agent };
    let fact = events::AgentFact {
        agent_id: agent.user_id,
        status: agent.status,
        pause_reason: agent.pause_reason.clone(),
        counter_id: agent.counter_id,
        since: agent.since,
        version,
    };
    let config = line.config(tx)?;
    let site = at.and_then(|at| config.counter(at)).map(|counter| counter.site_id);
    events::agent(line, tx, fact, name, site)?;
    Ok(agent)
}
