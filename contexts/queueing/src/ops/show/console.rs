//! An agent's console.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_kernel::{TenantId, Timestamp};
use uuid::Uuid;

use super::counter::{AgentView, CounterView, Seating, seated};
use super::ticket::{TicketView, ticket};
use super::visit::{StoppedVisit, stopped};
use crate::error::Error;
use crate::model::counter::AgentStatus;
use crate::model::live::LiveTicket;
use crate::model::service::Outcome;
use crate::model::{AgentId, Counter, CounterId, ServiceId, TicketId};
use crate::ops::{Queueing, call_next, micros};
use crate::store;
use crate::store::tickets::Head;

/// How many of the line a console shows.
const SHOWN: usize = 50;

/// The agent on their console.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ConsoleAgent {
    /// The agent.
    pub id: AgentId,
    /// Their name.
    pub name: String,
    /// Whether they take tickets.
    pub status: AgentStatus,
    /// Why they are on a break.
    pub pause_reason: Option<String>,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// What can be taken back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ConsoleUndo {
    /// The operation.
    pub operation: &'static str,
    /// The ticket that was acted on last.
    pub ticket_id: TicketId,
    /// The number of the ticket.
    pub number: String,
    /// Until when.
    pub until: Timestamp,
}

/// The announcement of the ticket in hand.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ConsoleAnnouncement {
    /// The announcement.
    pub id: Uuid,
    /// The number called.
    pub number: String,
    /// Whether a display played it.
    pub acknowledged: bool,
    /// Whether a display could only show it, without a sound.
    pub blocked: bool,
    /// Whether a display has not said in time that it played it.
    pub unheard: bool,
    /// The names of those displays.
    pub unheard_at: Vec<String>,
}

/// Everything an agent's console shows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Console {
    /// The agent.
    pub agent: ConsoleAgent,
    /// Where they sit.
    pub counter: Option<CounterView>,
    /// Where they could sit.
    pub counters: Vec<CounterView>,
    /// What the counter holds.
    pub now: Vec<TicketView>,
    /// The line in this counter's calling order, those that the agent has the skills for; the first fifty.
    pub line: Vec<TicketView>,
    /// How many wait that this counter could call.
    pub waiting_mine: i64,
    /// How many wait at the site.
    pub waiting_all: i64,
    /// Visits at the site that stopped between two services today and wait for staff.
    pub stopped_visits: Vec<StoppedVisit>,
    /// What can be taken back.
    pub undo: Option<ConsoleUndo>,
    /// The announcement of the ticket in hand.
    pub announcement: Option<ConsoleAnnouncement>,
    /// The outcomes of the service in hand.
    pub outcomes: Vec<Outcome>,
    /// Whether one must be given.
    pub outcome_required: bool,
    /// Reasons for a break.
    pub pause_reasons: Vec<String>,
    /// When this was true.
    pub at: Timestamp,
}

/// The reasons for a break where a tenant names none of its own.
const PAUSE_REASONS: [&str; 4] = ["Lunch", "Short break", "Meeting", "Back office"];

/// An agent's console, as the transaction of `read` sees it: who sits where stands in the database, so that whoever
/// has just sat down is answered with it.
///
/// # Errors
/// The database failed.
pub fn console(
    line: &Queueing,
    read: &mut Read<'_>,
    tenant: TenantId,
    user: AgentId,
) -> Result<Console, Error> {
    let config = line.config(read)?;
    let now = read.now();
    let caller = Arc::clone(read.caller());
    let known = store::agents::get(read, tenant, user)?;
    let name = line.identity().people(read, &[user])?.get(&user).map(|p| p.name.clone()).unwrap_or_default();
    let seat = known.as_ref().and_then(|a| a.counter_id).and_then(|id| config.counter(id)).cloned();
    let held = match &seat {
        Some(seat) => store::tickets::held_by(read, seat.id)?,
        None => Vec::new(),
    };
    let mut seats: HashMap<CounterId, Seating> = HashMap::new();
    for row in store::agents::seats_of_tenant(read, tenant)? {
        let agent = row.agent_id.map(|id| AgentView {
            id,
            name: row.agent_name.unwrap_or_default(),
            status: row.agent_status.unwrap_or(AgentStatus::Available),
        });
        seats.insert(row.id, Seating { status: row.status, since: row.since, agent });
    }
    let counter = |c: &Arc<Counter>| seated(line, &config, tenant, c, seats.get(&c.id).cloned(), now);
    let barred = line.barred(&config, tenant, Some(user));
    let in_line = match &seat {
        Some(seat) => calling_order(line, read, seat, user, &barred, now)?,
        None => Vec::new(),
    };
    let waiting = |queue| line.live().line(queue).map_or(0, |l| l.lock().len());
    let for_mine = |queue| {
        let Some(shared) = line.live().line(queue) else { return 0 };
        let one = shared.lock();
        // Counted one by one only where some of them are not this agent's.
        if barred.is_empty() && one.bound().all(|t| is_mine(t, user)) {
            return one.len();
        }
        let mine = one.waiting().filter(|t| !barred.contains(&t.service_id) && is_mine(t, user)).count();
        i64::try_from(mine).unwrap_or(0)
    };
    let site = seat.as_ref().map(|s| s.site_id);
    let undo = line.live().undos.lock().last((tenant, user)).filter(|u| u.until() > now).and_then(|u| {
        let ticket = u.ticket()?;
        Some(ConsoleUndo {
            operation: u.operation(),
            ticket_id: ticket.id,
            number: ticket.number.clone(),
            until: u.until(),
        })
    });
    let announcement = held.iter().rev().find_map(|t| {
        let calls = line.live().calls.lock();
        let call = calls.last_of(t.site_id, t.id)?;
        Some(ConsoleAnnouncement {
            id: call.id,
            number: call.number.clone(),
            acknowledged: call.acknowledged(),
            blocked: call.blocked(),
            unheard: call.is_unheard(),
            unheard_at: call.unheard.iter().map(|deaf| deaf.name.clone()).collect(),
        })
    });
    let service = held.first().and_then(|t| config.service(t.service_id));
    let reasons = line.directory().tenant(tenant).and_then(|t| t.pause_reasons());
    Ok(Console {
        agent: ConsoleAgent {
            id: user,
            name,
            status: known.as_ref().map_or(AgentStatus::Offline, |a| a.status),
            pause_reason: known.as_ref().and_then(|a| a.pause_reason.clone()),
            since: known.as_ref().map(|a| a.since),
        },
        counter: seat.as_ref().map(counter),
        counters: config.counters.iter().filter(|c| caller.may_at(c.site_id)).map(counter).collect(),
        now: held.iter().map(|t| ticket(line, &config, t, now)).collect(),
        line: in_line.iter().map(|t| ticket(line, &config, t, now)).collect(),
        waiting_mine: seat.as_ref().map_or(0, |s| s.queue_ids.iter().map(|q| for_mine(*q)).sum()),
        waiting_all: site.map_or(0, |site| config.queues_at(site).map(|q| waiting(q.id)).sum()),
        stopped_visits: site.map_or_else(Vec::new, |site| stopped(line, &config, tenant, site, now)),
        undo,
        announcement,
        outcomes: service.map(|s| s.outcomes.clone()).unwrap_or_default(),
        outcome_required: service.is_some_and(|s| s.outcome_required),
        pause_reasons: reasons.unwrap_or_else(|| PAUSE_REASONS.map(str::to_owned).to_vec()),
        at: now,
    })
}

/// The first fifty tickets in the order in which a counter would call them, by the rule of the call itself; those
/// for services that its agent lacks the skills for, or who wait for another agent, are not among them.
fn calling_order(
    line: &Queueing,
    read: &mut Read<'_>,
    seat: &Counter,
    user: AgentId,
    barred: &[ServiceId],
    now: Timestamp,
) -> Result<Vec<crate::model::Ticket>, Error> {
    let mut lines: Vec<VecDeque<Head>> = Vec::new();
    for queue in &seat.queue_ids {
        let Some(shared) = line.live().line(*queue) else { continue };
        let one = shared.lock();
        let head = |t: &LiveTicket| Head { id: t.id, queue_id: *queue, rank: t.rank, entry: t.entry };
        let mine = one.waiting().filter(|t| !barred.contains(&t.service_id) && is_mine(t, user));
        lines.push(mine.take(SHOWN).map(head).collect());
    }
    let mut found = Vec::new();
    while found.len() < SHOWN {
        let heads: Vec<Head> = lines.iter().filter_map(|one| one.front().copied()).collect();
        let Some(next) = call_next::pick(seat, &seat.queue_ids, &heads, micros(now)).copied() else { break };
        for one in lines.iter_mut().filter(|one| one.front().is_some_and(|head| head.id == next.id)) {
            one.pop_front();
        }
        if let Some(t) = store::tickets::get(read, next.id)?
            && for_me(seat.id, t.target_counter_id)
        {
            found.push(t);
        }
    }
    Ok(found)
}

/// Whether a ticket waits for no other member of staff.
fn is_mine(t: &LiveTicket, user: AgentId) -> bool {
    t.for_agent_id.is_none_or(|agent| agent == user)
}

fn for_me(me: CounterId, target: Option<CounterId>) -> bool {
    target.is_none_or(|target| target == me)
}
