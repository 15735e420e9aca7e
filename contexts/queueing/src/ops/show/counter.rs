//! A counter as screens see it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use usher_kernel::{SiteId, TenantId, Timestamp};

use crate::model::counter::{AgentStatus, CounterStatus, CounterWord};
use crate::model::{AgentId, Counter, CounterId, QueueId, TenantConfig};
use crate::ops::Queueing;

/// Who sits at a counter.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AgentView {
    /// The agent.
    pub id: AgentId,
    /// Their name.
    pub name: String,
    /// Whether they take tickets.
    pub status: AgentStatus,
}

/// A line that a counter serves.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CounterQueue {
    /// The line.
    pub id: QueueId,
    /// Its name.
    pub name: String,
    /// How many wait there.
    pub current_length: i64,
}

/// A counter: its settings and how it stands now.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CounterView {
    /// Its id.
    pub id: CounterId,
    /// Whose, as older documents call it.
    pub organization_id: TenantId,
    /// Where.
    pub site_id: SiteId,
    /// Its name.
    pub name: String,
    /// The short label that boards show.
    pub number: String,
    /// What it serves, in order.
    pub queue_ids: Vec<QueueId>,
    /// The first of them, as older documents name it.
    pub queue_id: Option<QueueId>,
    /// Shares by queue.
    pub weights: Option<BTreeMap<QueueId, i64>>,
    /// Open or closed.
    pub status: CounterStatus,
    /// `closed`, `idle` or `busy`.
    pub state: &'static str,
    /// Since when it is as it is.
    pub state_since: Option<Timestamp>,
    /// How many tickets it may hold at once.
    pub capacity: i64,
    /// Who sits there.
    pub agent: Option<AgentView>,
    /// Who usually sits there, or sits there now.
    pub staff_id: Option<AgentId>,
    /// How many tickets it holds.
    pub holding: i64,
    /// How many it served today.
    pub customers_served_today: i64,
    /// Its lines and how long they are.
    pub queues: Vec<CounterQueue>,
    /// Counts its changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed, opened or closed.
    pub updated_at: Timestamp,
}

/// A counter as document 000 has it: its `status` says how it stands, not only whether it is open.
#[derive(Clone, Debug)]
pub struct StandingCounter(pub CounterView);

impl StandingCounter {
    fn word(&self) -> CounterWord {
        let Self(view) = self;
        match (view.status, view.holding, &view.agent) {
            (CounterStatus::Closed, ..) => CounterWord::Closed,
            (CounterStatus::Open, 0, None) => CounterWord::Open,
            (CounterStatus::Open, 0, Some(_)) => CounterWord::Idle,
            (CounterStatus::Open, ..) => CounterWord::Busy,
        }
    }
}

impl Serialize for StandingCounter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut view = serde_json::to_value(&self.0).map_err(S::Error::custom)?;
        if let Some(status) = view.get_mut("status") {
            *status = self.word().as_str().into();
        }
        view.serialize(serializer)
    }
}

impl JsonSchema for StandingCounter {
    fn schema_name() -> Cow<'static, str> {
        "StandingCounter".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = CounterView::json_schema(generator);
        let word = generator.subschema_for::<CounterWord>();
        if let Some(status) = schema.pointer_mut("/properties/status") {
            *status = word.to_value();
        }
        schema
    }
}

/// Whether a counter is open, since when, and who sits there.
#[derive(Clone)]
pub(super) struct Seating {
    pub(super) status: CounterStatus,
    pub(super) since: Timestamp,
    pub(super) agent: Option<AgentView>,
}

/// A counter in the shape of the API.
pub fn counter(
    line: &Queueing,
    config: &TenantConfig,
    tenant: TenantId,
    c: &Counter,
    now: Timestamp,
) -> CounterView {
    let seating = {
        let seats = line.live().seats.lock();
        seats.counters.get(&c.id).map(|seat| {
            let agent = seat.agent_id.map(|id| match seats.agents.get(&(tenant, id)) {
                Some(agent) => AgentView { id, name: agent.name.clone(), status: agent.status },
                None => AgentView { id, name: String::new(), status: AgentStatus::Available },
            });
            Seating { status: seat.status, since: seat.since, agent }
        })
    };
    seated(line, config, tenant, c, seating, now)
}

/// A counter in the shape of the API, with who is said to sit there.
pub(super) fn seated(
    line: &Queueing,
    config: &TenantConfig,
    tenant: TenantId,
    c: &Counter,
    seating: Option<Seating>,
    now: Timestamp,
) -> CounterView {
    let today = line.site_now(tenant, c.site_id, now).map(|s| s.day.clone()).unwrap_or_default();
    let (holding, served) = match line.live().seats.lock().counters.get(&c.id) {
        Some(seat) => (seat.holding.len(), if seat.day == today { seat.served_today } else { 0 }),
        None => (0, 0),
    };
    let (status, since, agent) = match seating {
        Some(Seating { status, since, agent }) => (status, Some(since), agent),
        None => (CounterStatus::Closed, None, None),
    };
    let state = match (status, holding) {
        (CounterStatus::Closed, _) => "closed",
        (CounterStatus::Open, 0) => "idle",
        (CounterStatus::Open, _) => "busy",
    };
    let queues = c
        .queue_ids
        .iter()
        .filter_map(|id| config.queue(*id))
        .map(|q| CounterQueue {
            id: q.id,
            name: q.name.clone(),
            current_length: line.live().line(q.id).map_or(0, |l| l.lock().len()),
        })
        .collect();
    CounterView {
        id: c.id,
        organization_id: tenant,
        site_id: c.site_id,
        name: c.name.clone(),
        number: c.number.clone(),
        queue_ids: c.queue_ids.clone(),
        queue_id: c.queue_ids.first().copied(),
        weights: c.weights.clone(),
        status,
        state,
        state_since: since,
        capacity: c.capacity,
        staff_id: agent.as_ref().map(|a| a.id).or(c.staff_id),
        agent,
        holding: i64::try_from(holding).unwrap_or(0),
        customers_served_today: served,
        queues,
        version: c.version,
        created_at: c.id.made_at(),
        updated_at: since.map_or(c.updated_at, |since| since.max(c.updated_at)),
    }
}
