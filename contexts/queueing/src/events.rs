//! What the line publishes, and how every node's memory follows it.
//!
//! Each change is one event in the log, written in its own transaction. The node that wrote it brings
//! its memory and its screens up to it right after the commit, from the typed value; other nodes do the
//! same from the event's payload when it arrives on the bus. All payloads are of version 1.

mod publish;
mod rules;
mod schema;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::Tx;
use usher_events::{Bus, Event, EventId, NewEvent, Payload};
use usher_identity::MemberStatus;
use usher_identity::events::{MemberEvent, USER_STATUS_CHANGED};
use usher_kernel::{SiteId, TenantId, Timestamp};
use uuid::Uuid;

pub use publish::Requotes;
pub(crate) use publish::{Publisher, publish_ticket};
pub use rules::RuleFailure;
pub(crate) use rules::rule_failed;
pub use schema::{KINDS, schemas};

use crate::error::Error;
use crate::model::counter::{AgentStatus, CounterStatus};
use crate::model::live::{AgentSeat, Call, CounterSeat, Deaf, Live};
use crate::model::{AgentId, CounterId, LeaseId, QueueId, RuleId, Status, TicketFact, TicketId};
use crate::ops::Queueing;
use crate::ops::line::Done;
use crate::store::leases::LeaseRow;

/// Who sits at a counter: `counter.changed`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SeatFact {
    /// The counter.
    pub counter_id: CounterId,
    /// Where.
    pub site_id: SiteId,
    /// Open or closed.
    pub status: CounterStatus,
    /// Who sits there.
    pub agent_id: Option<AgentId>,
    /// Since when.
    pub since: Timestamp,
}

/// How an agent stands: `agent.changed`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AgentFact {
    /// The agent.
    pub agent_id: AgentId,
    /// Whether they take tickets.
    pub status: AgentStatus,
    /// Why they are on a break.
    pub pause_reason: Option<String>,
    /// Where they sit.
    pub counter_id: Option<CounterId>,
    /// Since when.
    pub since: Timestamp,
    /// Counts their changes.
    pub version: i64,
}

/// What became of an announcement: `announcement.acknowledged`, `announcement.unheard`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AnnouncementFact {
    /// The announcement: the id of the event of the call.
    pub announcement_id: Uuid,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its number.
    pub number: String,
    /// Where to.
    pub counter_id: CounterId,
    /// Where.
    pub site_id: SiteId,
    /// What the display did; absent when it did not say so in time.
    pub outcome: Option<String>,
    /// The display.
    pub device_id: Option<Uuid>,
    /// The display's name, where it did not play the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_name: Option<String>,
}

/// People outside without a ticket: `queue.outside`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OutsideFact {
    /// The line.
    pub queue_id: QueueId,
    /// How many there are now.
    pub outside_count: i64,
}

/// A block of numbers: `number_lease.leased`, `number_lease.voided`, and `number_lease.corrected` when numbers that
/// were recorded as void turn out to be printed.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LeaseFact {
    /// The block.
    pub lease_id: LeaseId,
    /// The line.
    pub queue_id: QueueId,
    /// The business day.
    pub day: String,
    /// The first number.
    pub first: i64,
    /// The last number.
    pub last: i64,
    /// Numbers that were never printed on a ticket.
    pub void: Vec<i64>,
}

/// Tickets that a kiosk printed offline and that could not be taken in: `number_lease.refused`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LeaseRefusals {
    /// The block.
    pub lease_id: LeaseId,
    /// The line.
    pub queue_id: QueueId,
    /// Each with the reason.
    pub refused: Vec<LeaseRefusal>,
}

/// One of them.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LeaseRefusal {
    /// The bare number.
    pub value: i64,
    /// The code of the refusal.
    pub code: String,
}

/// A site closed or opened in an emergency: `site.emergency_closed`, `site.emergency_reopened`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ClosureFact {
    /// The site.
    pub site_id: SiteId,
    /// What people read.
    pub reason: Option<String>,
}

/// A configuration resource was made, changed or taken out of use.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ConfigFact {
    /// Its id.
    pub id: Uuid,
    /// Where it belongs, when it belongs to one site.
    pub site_id: Option<SiteId>,
    /// How it was; absent for a new one.
    pub before: Option<serde_json::Value>,
    /// How it is; absent for one that was taken out of use.
    pub after: Option<serde_json::Value>,
}

/// Appends an event of this context.
pub(crate) fn append(
    tx: &mut Tx<'_>,
    kind: &'static str,
    thing: (&'static str, Uuid),
    version: i64,
    site: Option<SiteId>,
    payload: &dyn Payload,
) -> Result<EventId, Error> {
    let mut event = NewEvent::new(kind, 1, thing, version, payload);
    event.site = site;
    Ok(usher_events::append(tx, event)?)
}

/// Writes who sits at a counter, and brings memory and screens up to it.
pub(crate) fn seat(line: &Queueing, tx: &mut Tx<'_>, fact: SeatFact) -> Result<(), Error> {
    let Some(tenant) = tx.tenant() else { return Err(Error::NotFound("tenant")) };
    append(tx, "counter.changed", ("counter", fact.counter_id.uuid()), 0, Some(fact.site_id), &fact)?;
    let line = line.clone();
    tx.on_commit(move || apply_seat(&line, tenant, &fact));
    Ok(())
}

fn apply_seat(line: &Queueing, tenant: TenantId, fact: &SeatFact) {
    {
        let mut seats = line.live().seats.lock();
        let seat = seats.counters.entry(fact.counter_id).or_insert_with(|| CounterSeat {
            tenant_id: tenant,
            site_id: fact.site_id,
            status: fact.status,
            agent_id: None,
            since: fact.since,
            holding: Vec::new(),
            day: String::new(),
            served_today: 0,
            last_action: fact.since,
        });
        if seat.since > fact.since && seat.holding.is_empty() {
            return;
        }
        seat.status = fact.status;
        seat.agent_id = fact.agent_id;
        seat.since = fact.since;
        seat.last_action = fact.since;
    }
    publish::counter(line, tenant, fact);
}

/// Writes how an agent stands, and brings memory and screens up to it. The name stays out of the event.
pub(crate) fn agent(
    line: &Queueing,
    tx: &mut Tx<'_>,
    fact: AgentFact,
    name: String,
    site: Option<SiteId>,
) -> Result<(), Error> {
    let Some(tenant) = tx.tenant() else { return Err(Error::NotFound("tenant")) };
    append(tx, "agent.changed", ("agent", fact.agent_id.uuid()), fact.version, site, &fact)?;
    let line = line.clone();
    tx.on_commit(move || apply_agent(&line, tenant, &fact, Some(name)));
    Ok(())
}

fn apply_agent(line: &Queueing, tenant: TenantId, fact: &AgentFact, name: Option<String>) {
    {
        let mut seats = line.live().seats.lock();
        let known = seats.agents.get(&(tenant, fact.agent_id));
        if known.is_some_and(|known| known.version >= fact.version) {
            return;
        }
        let name = name.or_else(|| known.map(|k| k.name.clone())).unwrap_or_default();
        let agent = AgentSeat {
            name,
            status: fact.status,
            pause_reason: fact.pause_reason.clone(),
            counter_id: fact.counter_id,
            since: fact.since,
            version: fact.version,
        };
        seats.agents.insert((tenant, fact.agent_id), agent);
    }
    publish::agent(line, tenant, fact);
}

/// Writes what became of an announcement.
pub(crate) fn announcement(
    line: &Queueing,
    tx: &mut Tx<'_>,
    kind: &'static str,
    fact: AnnouncementFact,
) -> Result<(), Error> {
    let Some(tenant) = tx.tenant() else { return Err(Error::NotFound("tenant")) };
    append(tx, kind, ("announcement", fact.announcement_id), 0, Some(fact.site_id), &fact)?;
    let line = line.clone();
    tx.on_commit(move || apply_announcement(&line, tenant, &fact));
    Ok(())
}

fn apply_announcement(line: &Queueing, tenant: TenantId, fact: &AnnouncementFact) {
    note_announcement(line.live(), fact);
    publish::announcement(line, tenant, fact);
}

/// Keeps in the boards' memory what became of an announcement.
pub(crate) fn note_announcement(live: &Live, fact: &AnnouncementFact) {
    let mut calls = live.calls.lock();
    let (site, id) = (fact.site_id, fact.announcement_id);
    match (fact.device_id, &fact.outcome) {
        (Some(device), Some(outcome)) => calls.acknowledge(site, id, device, outcome),
        (Some(device_id), None) => {
            let name = fact.device_name.clone().unwrap_or_default();
            calls.miss(site, id, Deaf { device_id, name });
        }
        // An older node's word that no display at all heard it.
        (None, _) => {}
    }
}

/// Brings the count of people outside up to date.
pub(crate) fn apply_outside(line: &Queueing, queue: QueueId, count: i64) {
    let Some(shared) = line.live().line(queue) else { return };
    let (tenant, site) = {
        let mut one = shared.lock();
        one.outside = count;
        (one.tenant_id, one.site_id)
    };
    publish::line_changed(line, tenant, site, queue);
}

/// Writes what happened to a block of numbers.
pub(crate) fn lease(tx: &mut Tx<'_>, kind: &'static str, row: &LeaseRow, void: &[i64]) -> Result<(), Error> {
    let fact = LeaseFact {
        lease_id: row.id,
        queue_id: row.queue_id,
        day: row.day.clone(),
        first: row.first_value,
        last: row.last_value,
        void: void.to_vec(),
    };
    append(tx, kind, ("number_lease", row.id.uuid()), 0, Some(row.site_id), &fact)?;
    Ok(())
}

/// Writes which printed tickets could not be taken in.
pub(crate) fn lease_refused(
    tx: &mut Tx<'_>,
    row: &LeaseRow,
    refused: &[(i64, &'static str)],
) -> Result<(), Error> {
    let refused = refused
        .iter()
        .map(|(value, code)| LeaseRefusal { value: *value, code: (*code).to_owned() })
        .collect();
    let fact = LeaseRefusals { lease_id: row.id, queue_id: row.queue_id, refused };
    append(tx, "number_lease.refused", ("number_lease", row.id.uuid()), 0, Some(row.site_id), &fact)?;
    Ok(())
}

/// Writes that a site was closed or opened in an emergency.
pub(crate) fn closure(
    line: &Queueing,
    tx: &mut Tx<'_>,
    kind: &'static str,
    site: SiteId,
    reason: Option<String>,
) -> Result<(), Error> {
    let Some(tenant) = tx.tenant() else { return Err(Error::NotFound("tenant")) };
    let fact = ClosureFact { site_id: site, reason };
    append(tx, kind, ("site", site.uuid()), 0, Some(site), &fact)?;
    let line = line.clone();
    let now = tx.now();
    tx.on_commit(move || apply_closure(&line, tenant, &fact, now));
    Ok(())
}

fn apply_closure(line: &Queueing, tenant: TenantId, fact: &ClosureFact, at: Timestamp) {
    match &fact.reason {
        Some(reason) => line.set_closure(fact.site_id, reason),
        None => line.set_reopened(fact.site_id, at),
    }
    publish::closure(line, tenant, fact.site_id);
}

/// Writes a change of configuration; every node reads it anew after the commit.
pub(crate) fn config(
    line: &Queueing,
    tx: &mut Tx<'_>,
    kind: &'static str,
    thing: (&'static str, Uuid),
    version: i64,
    fact: ConfigFact,
) -> Result<(), Error> {
    let Some(tenant) = tx.tenant() else { return Err(Error::NotFound("tenant")) };
    append(tx, kind, thing, version, fact.site_id, &fact)?;
    let line = line.clone();
    tx.on_commit(move || apply_config(&line, tenant, kind, &fact));
    Ok(())
}

fn apply_config(line: &Queueing, tenant: TenantId, kind: &str, fact: &ConfigFact) {
    line.forget_config(tenant);
    let queue = QueueId::from_uuid(fact.id);
    match (kind, fact.site_id) {
        ("queue.created", Some(site)) => drop(line.live().line_or_new(tenant, site, queue)),
        ("queue.archived", _) => line.live().forget_line(queue),
        ("routing_rule.updated" | "routing_rule.deleted", _) => {
            line.live().rules.lock().settle(RuleId::from_uuid(fact.id));
        }
        _ => {}
    }
    match fact.site_id {
        Some(site) => publish::site_changed(line, tenant, site),
        None => sites_changed(line, tenant),
    }
    if !kind.starts_with("routing_rule.") {
        publish::lines_changed(line, tenant, fact.site_id);
    }
}

/// Somebody's membership changed, and with it perhaps what they know how to do, or whether they work here at all.
fn member_changed(line: &Queueing, event: &Event) {
    match event.payload_as::<MemberEvent>() {
        Ok(MemberEvent { member, .. }) => {
            let gone = event.kind == usher_identity::events::MEMBER_REMOVED;
            let skills: &[String] = if gone { &[] } else { &member.skills };
            let who = (member.tenant_id, member.user_id);
            if gone || member.status != MemberStatus::Active {
                line.live().doubts.lock().insert(who);
            }
            line.live().skills.write().put(who, (member.id, member.version), skills);
        }
        Err(error) => {
            tracing::warn!(event = %event.id, %error, "a change of a membership was not understood");
        }
    }
}

/// Somebody may no longer sign in anywhere, or may again: wherever they sit it is looked whether they may.
fn account_changed(line: &Queueing, event: &Event) {
    let user = AgentId::from_uuid(event.thing_id);
    let seats = line.live().seats.lock();
    let seated = seats.agents.iter().filter(|((_, agent), seat)| *agent == user && seat.counter_id.is_some());
    line.live().doubts.lock().extend(seated.map(|(who, _)| *who));
}

/// Something that every board of a tenant shows has changed.
fn sites_changed(line: &Queueing, tenant: TenantId) {
    line.directory().sites(tenant).iter().for_each(|site| publish::site_changed(line, tenant, site.id));
}

/// Keeps the boards' memory of calls.
pub(crate) fn note_call(live: &Live, fact: &TicketFact, done: &Done) {
    match call_of(fact, done) {
        Some(call) => live.calls.lock().push(fact.site_id, call),
        None if fact.from == Some(Status::Called) || fact.undone.is_some() => {
            let undone = fact.status == Status::Waiting;
            live.calls.lock().settle(fact.site_id, fact.ticket_id, undone);
        }
        None => {}
    }
}

/// The same for a call of a moment before the start, where nobody has come yet: displays still play it and say so.
pub(crate) fn take_up_call(live: &Live, fact: &TicketFact, done: &Done) {
    let still_called = || live.ticket(fact.ticket_id).is_some_and(|t| t.status == Status::Called);
    let Some(call) = call_of(fact, done).filter(|_| still_called()) else { return };
    live.calls.lock().take_up(fact.site_id, call);
    // Other nodes go on meanwhile.
    if !still_called() {
        live.calls.lock().settle(fact.site_id, fact.ticket_id, false);
    }
}

/// The call that a change is, if it is one.
fn call_of(fact: &TicketFact, done: &Done) -> Option<Call> {
    let called = matches!(done.kind, "ticket.called" | "ticket.recalled");
    let counter_id = fact.counter_id.filter(|_| called && fact.status == Status::Called)?;
    Some(Call {
        id: done.event.uuid(),
        ticket_id: fact.ticket_id,
        number: fact.number.clone(),
        counter_id,
        queue_id: fact.queue_id,
        at: done.at,
        recall: done.kind == "ticket.recalled",
        heard: Vec::new(),
        unheard: Vec::new(),
        judged: false,
        settled: false,
        old: false,
    })
}

/// Follows what other nodes write.
pub(crate) fn follow(line: &Queueing, bus: &Bus) {
    let line = line.clone();
    bus.listen(move |event: &Arc<Event>| {
        // Tenancy's own changes, of any node: hours, names, branding, what boards show of people.
        match (&*event.thing_kind, event.tenant, event.site) {
            ("site", Some(tenant), Some(site)) => publish::site_changed(&line, tenant, site),
            ("tenant", _, _) => sites_changed(&line, TenantId::from_uuid(event.thing_id)),
            ("member", _, _) => member_changed(&line, event),
            ("user", _, _) if event.kind == USER_STATUS_CHANGED => account_changed(&line, event),
            ("device", Some(tenant), Some(site)) => publish::device(&line, tenant, site, event),
            _ => {}
        }
        if event.remote
            && let Err(error) = remote(&line, event)
        {
            tracing::warn!(kind = %event.kind, event = %event.id, %error, "an event of another node was not understood");
        }
    });
}

fn remote(line: &Queueing, event: &Event) -> serde_json::Result<()> {
    let Some(tenant) = event.tenant else { return Ok(()) };
    match (&*event.thing_kind, &*event.kind) {
        ("ticket", _) => {
            if let Some(done) = Done::of(event) {
                line.committed(&event.payload_as()?, &done);
            }
        }
        (_, "counter.changed") => apply_seat(line, tenant, &event.payload_as()?),
        (_, "agent.changed") => apply_agent(line, tenant, &event.payload_as()?, None),
        (_, "announcement.acknowledged" | "announcement.unheard") => {
            apply_announcement(line, tenant, &event.payload_as()?);
        }
        (_, "queue.outside") => {
            let fact: OutsideFact = event.payload_as()?;
            apply_outside(line, fact.queue_id, fact.outside_count);
        }
        (_, "site.emergency_closed" | "site.emergency_reopened") => {
            apply_closure(line, tenant, &event.payload_as()?, event.at);
        }
        (_, "routing_rule.failed") => rules::apply(line, tenant, event.payload_as()?),
        ("service" | "queue" | "counter" | "routing_rule", _) => {
            apply_config(line, tenant, &event.kind, &event.payload_as()?);
        }
        _ => {}
    }
    Ok(())
}
