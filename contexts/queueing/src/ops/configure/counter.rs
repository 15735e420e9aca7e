//! Counters.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use usher_db::Tx;
use usher_kernel::{Change, ReadOnly, SiteId};
use uuid::Uuid;

use super::site::home;
use super::{fresh, name, unique};
use crate::error::Error;
use crate::events::{self, ConfigFact, SeatFact};
use crate::model::counter::{Agent, CounterStatus, CounterWord};
use crate::model::{AgentId, Counter, CounterId, QueueId, TenantConfig};
use crate::ops::{Queueing, agent, target};
use crate::store;

/// A new counter, or a change of one: what is absent stays, or has its default. A new one needs a name.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CounterInput {
    /// Where; the tenant's default site when absent, which is made where there is none yet. It never changes.
    pub site_id: Option<SiteId>,
    /// Its name.
    pub name: Option<String>,
    /// The short label that boards show; the next free number when absent.
    pub number: Option<String>,
    /// What it serves, in order.
    pub queue_ids: Option<Vec<QueueId>>,
    /// One queue, as older documents name it.
    pub queue_id: Option<QueueId>,
    /// Shares by queue; null: the order decides.
    pub weights: Change<BTreeMap<QueueId, i64>>,
    /// How many tickets it may hold at once.
    pub capacity: Option<i64>,
    /// Who usually sits there, by the membership's id or the person's.
    pub staff_id: Change<Uuid>,
    /// Opens or closes it without anybody sitting there; `idle` and `busy` mean `open`.
    #[serde(deserialize_with = "as_it_stands")]
    #[schemars(with = "Option<CounterWord>")]
    pub status: Option<CounterStatus>,
    /// Ignored: counted by the product.
    pub customers_served_today: Option<ReadOnly>,
}

/// Reads document 000's words, so that what was read can be sent back.
fn as_it_stands<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<CounterStatus>, D::Error> {
    Ok(Option::<CounterWord>::deserialize(deserializer)?.map(CounterWord::set))
}

/// The person whom a staff id means: a membership's id, or their own.
fn person(line: &Queueing, tx: &mut Tx<'_>, staff: Uuid) -> Result<AgentId, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let unknown = || Error::field("staff_id", "unknown", format!("There is no member of staff {staff}."));
    line.identity().staff_in(tx, tenant, staff)?.ok_or_else(unknown)
}

fn apply(
    config: &TenantConfig,
    input: &CounterInput,
    staff: Change<AgentId>,
    c: &mut Counter,
) -> Result<(), Error> {
    if let Some(text) = &input.name {
        c.name = name("name", text)?;
    }
    if let Some(number) = &input.number {
        if !(1..=6).contains(&number.chars().count()) || number.chars().any(char::is_whitespace) {
            return Err(Error::field("number", "length", "A label has 1 to 6 letters or digits."));
        }
        c.number.clone_from(number);
    }
    if let Some(queues) = input.queue_ids.clone().or_else(|| input.queue_id.map(|q| vec![q])) {
        for (n, id) in queues.iter().enumerate() {
            let known = config.queue(*id).is_some_and(|q| q.site_id == c.site_id);
            if !known || queues[..n].contains(id) {
                return Err(Error::field("queue_ids", "unknown", "Each queue once, and of this site."));
            }
        }
        c.queue_ids = queues;
    }
    if let Some(weights) = input.weights.value()
        && weights.values().any(|w| !(1..=100).contains(w))
    {
        return Err(Error::field("weights", "out_of_range", "Between 1 and 100."));
    }
    input.weights.clone().apply(&mut c.weights);
    if let Some(weights) = &mut c.weights {
        if input.weights.value().is_some_and(|given| given.keys().any(|id| !c.queue_ids.contains(id))) {
            return Err(Error::field(
                "weights",
                "unknown",
                "Only queues that the counter serves have a weight.",
            ));
        }
        weights.retain(|id, _| c.queue_ids.contains(id));
    }
    if let Some(capacity) = input.capacity {
        if !(1..=50).contains(&capacity) {
            return Err(Error::field("capacity", "out_of_range", "Between 1 and 50 tickets."));
        }
        c.capacity = capacity;
    }
    staff.apply(&mut c.staff_id);
    match config.counters_at(c.site_id).find(|other| other.id != c.id && other.number == c.number) {
        Some(_) => Err(Error::Taken {
            field: "number",
            what: "The label",
            value: c.number.clone(),
            wherever: "by another counter of this site",
        }),
        None => Ok(()),
    }
}

fn staff_of(line: &Queueing, tx: &mut Tx<'_>, input: &CounterInput) -> Result<Change<AgentId>, Error> {
    Ok(match input.staff_id {
        Change::Keep => Change::Keep,
        Change::Clear => Change::Clear,
        Change::Set(staff) => Change::Set(person(line, tx, staff)?),
    })
}

fn picture(c: &Counter) -> Option<serde_json::Value> {
    Some(json!({
        "name": c.name, "number": c.number, "queue_ids": c.queue_ids, "weights": c.weights,
        "capacity": c.capacity, "staff_id": c.staff_id,
    }))
}

/// Makes a counter.
///
/// # Errors
/// A value cannot be kept, a queue is unknown or elsewhere, or the label is taken at the site.
pub fn create_counter(line: &Queueing, tx: &mut Tx<'_>, input: &CounterInput) -> Result<Counter, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let config = line.load_config(tx, tenant)?;
    let first_queue = input.queue_id.or_else(|| input.queue_ids.as_ref()?.first().copied());
    let site = match (input.site_id, first_queue.and_then(|id| config.queue(id))) {
        (Some(id), _) => line.directory().site(tenant, id).ok_or(Error::NotFound("site"))?.id,
        (None, Some(queue)) => queue.site_id,
        (None, None) => home(line, tx, tenant)?,
    };
    line.may_work_at(tx, site)?;
    if input.name.is_none() {
        return Err(Error::field("name", "required", "Give a name."));
    }
    let free = (1..).map(|n: u32| n.to_string()).find(|n| config.counters_at(site).all(|c| c.number != *n));
    let now = tx.now();
    let mut c = Counter {
        id: CounterId::generate(now),
        site_id: site,
        name: String::new(),
        number: free.unwrap_or_default(),
        queue_ids: Vec::new(),
        weights: None,
        capacity: 1,
        staff_id: None,
        version: 1,
        updated_at: now,
    };
    let staff = staff_of(line, tx, input)?;
    apply(&config, input, staff, &mut c)?;
    let status = input.status.unwrap_or(CounterStatus::Closed);
    store::config::insert_counter(tx, tenant, &c, status, now).map_err(|error| {
        unique(error.into(), "number", "The label", &c.number, "by another counter of this site")
    })?;
    let fact = ConfigFact { id: c.id.uuid(), site_id: Some(c.site_id), before: None, after: picture(&c) };
    events::config(line, tx, "counter.created", ("counter", c.id.uuid()), 1, fact)?;
    let seat = SeatFact { counter_id: c.id, site_id: c.site_id, status, agent_id: None, since: now };
    events::seat(line, tx, seat)?;
    Ok(c)
}

/// Changes a counter.
///
/// # Errors
/// As [`create_counter`], or the version is not the current one.
pub fn update_counter(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: CounterId,
    input: &CounterInput,
    version: Option<i64>,
) -> Result<Counter, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let config = line.load_config(tx, tenant)?;
    let old = line.counter(&config, id)?;
    line.may_work_at(tx, old.site_id)?;
    fresh(version, old.version)?;
    if input.site_id.is_some_and(|site| site != old.site_id) {
        return Err(Error::field("site_id", "fixed", "A counter stays at its site."));
    }
    let mut c = Counter::clone(&old);
    let staff = staff_of(line, tx, input)?;
    apply(&config, input, staff, &mut c)?;
    let loses = old.queue_ids.iter().any(|queue| !c.queue_ids.contains(queue));
    if loses {
        // Whoever calls from these lines on another node waits, or is waited for.
        store::lines::lock(tx, &old.queue_ids)?;
    }
    if c != *old {
        c.updated_at = tx.now();
        if !store::config::save_counter(tx, &c)? {
            return Err(Error::Raced(c.name));
        }
        c.version += 1;
        let fact =
            ConfigFact { id: id.uuid(), site_id: Some(c.site_id), before: picture(&old), after: picture(&c) };
        events::config(line, tx, "counter.updated", ("counter", id.uuid()), c.version, fact)?;
        if loses {
            target::release(line, tx, id, &c.queue_ids)?;
        }
    }
    if let Some(status) = input.status {
        agent::set_counter(line, tx, id, status)?;
    }
    Ok(c)
}

/// Takes a counter out of use. Whoever waits for it alone may be called by the others from now on.
///
/// # Errors
/// It still holds a ticket.
pub fn archive_counter(line: &Queueing, tx: &mut Tx<'_>, id: CounterId) -> Result<(), Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let config = line.load_config(tx, tenant)?;
    let old = line.counter(&config, id)?;
    line.may_work_at(tx, old.site_id)?;
    let held = store::tickets::held_by(tx, id)?;
    if let Some(first) = held.first() {
        return Err(Error::InUse { what: old.name.clone(), why: format!("it holds {}", first.number) });
    }
    store::lines::lock(tx, &old.queue_ids)?;
    agent::set_counter(line, tx, id, CounterStatus::Closed)?;
    store::config::archive_counter(tx, id, tx.now())?;
    let fact = ConfigFact { id: id.uuid(), site_id: Some(old.site_id), before: picture(&old), after: None };
    events::config(line, tx, "counter.archived", ("counter", id.uuid()), old.version + 1, fact)?;
    target::release(line, tx, id, &[])
}

/// Says who usually sits at a counter, there and in their membership, and signs them in there; who that is, and
/// their name.
///
/// # Errors
/// There is no such counter, or no such member of staff.
pub fn assign_staff(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: CounterId,
    staff: Uuid,
) -> Result<(Counter, Agent, String), Error> {
    let input = CounterInput { staff_id: Change::Set(staff), ..CounterInput::default() };
    let counter = update_counter(line, tx, id, &input, None)?;
    let (tenant, agent) = (tx.tenant().ok_or(Error::NotFound("tenant"))?, person(line, tx, staff)?);
    line.identity().seat(tx, tenant, agent, id.uuid())?;
    let name = agent::name_of(line, tx, agent)?;
    let agent = agent::sign_in(line, tx, agent, &name, id, true)?;
    Ok((counter, agent, name))
}
