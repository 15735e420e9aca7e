//! Queues.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use usher_db::Tx;
use usher_kernel::{Change, ReadOnly, SiteId};

use super::service::service_called;
use super::site::home;
use super::{DESCRIPTION, fresh, name, text, unique};
use crate::error::Error;
use crate::events::{self, ConfigFact};
use crate::model::queue::{Algorithm, QueueSettings, QueueStatus, Reinstate, Reset};
use crate::model::{Queue, QueueId, ServiceId, TenantConfig};
use crate::ops::{Queueing, numbers, outside};
use crate::store;

/// A new queue, or a change of one: what is absent stays, or has its default. A new one needs a name.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QueueInput {
    /// Where; the tenant's default site when absent, which is made where there is none yet. It never changes.
    pub site_id: Option<SiteId>,
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it takes people.
    pub status: Option<QueueStatus>,
    /// How the order comes about.
    pub algorithm: Option<Algorithm>,
    /// What it serves. A new queue whose maker names nothing serves the service of its own name, which is made
    /// where there is none.
    pub service_ids: Option<Vec<ServiceId>>,
    /// Before the numbers; the first free letter when absent.
    pub prefix: Option<String>,
    /// The first number.
    pub first_number: Option<i64>,
    /// The last number.
    pub last_number: Option<i64>,
    /// How many digits at least.
    pub padding: Option<i64>,
    /// When numbers begin anew.
    pub reset: Option<Reset>,
    /// How many tickets may be alive at once.
    pub max_active_tickets: Change<i64>,
    /// The same as document 004 names it.
    #[serde(rename = "maxActiveTickets")]
    pub max_active_tickets_camel: Change<i64>,
    /// Whether it takes people, as document 004 says it.
    #[serde(alias = "isActive")]
    pub is_active: Option<bool>,
    /// How many tickets one customer may take on one day.
    pub max_per_customer_per_day: Change<i64>,
    /// After how many minutes the agent is advised to mark a called ticket as a no-show.
    pub no_show_minutes: Option<i64>,
    /// How often a ticket may be called again.
    pub recall_limit: Option<i64>,
    /// For how many minutes a ticket may be parked.
    pub park_limit_minutes: Option<i64>,
    /// Whether an agent has a wrap-up.
    pub wrap_up: Option<bool>,
    /// How many people are told to come near.
    pub call_ahead: Option<i64>,
    /// For how many minutes a no-show may be taken back.
    pub reinstate_minutes: Option<i64>,
    /// Where it then stands.
    pub reinstate: Option<Reinstate>,
    /// Whether a ticket that is transferred here keeps its number.
    pub transfer_keeps_number: Option<bool>,
    /// How near to the site one has to be to join by oneself, in metres.
    pub join_within_meters: Change<i64>,
    /// How often the code changes that one has to scan to join by oneself, in seconds.
    pub join_code_seconds: Change<i64>,
    /// At which place in line people are asked whether they still come.
    pub ask_at_place: Change<i64>,
    /// After how many minutes without an answer somebody counts as probably gone.
    pub silent_minutes: Option<i64>,
    /// Ignored: `…/queues/{id}/outside` moves it.
    pub outside_count: Option<ReadOnly>,
}

fn apply(input: &QueueInput, q: &mut Queue) -> Result<(), Error> {
    fn set<T: Clone>(from: &Option<T>, to: &mut T) {
        if let Some(value) = from {
            to.clone_from(value);
        }
    }
    if let Some(text) = &input.name {
        q.name = name("name", text)?;
    }
    if let Some(description) = &input.description {
        text("description", description, DESCRIPTION)?;
    }
    set(&input.description, &mut q.description);
    // Answers say these in both documents' words, so both come back from a client that sends what it read and
    // changed one of them: the one that differs from what is stored is meant.
    let was = q.status;
    if let Some(active) = input.is_active.filter(|active| *active != (was == QueueStatus::Active)) {
        q.status = if active { QueueStatus::Active } else { QueueStatus::Inactive };
    }
    if let Some(status) = input.status.filter(|status| *status != was) {
        q.status = status;
    }
    let most = q.settings.max_active_tickets;
    for spelling in [&input.max_active_tickets_camel, &input.max_active_tickets] {
        let mut given = most;
        spelling.clone().apply(&mut given);
        if given != most {
            q.settings.max_active_tickets = given;
        }
    }
    let s = &mut q.settings;
    set(&input.algorithm, &mut s.algorithm);
    set(&input.service_ids, &mut s.service_ids);
    set(&input.prefix, &mut s.prefix);
    set(&input.first_number, &mut s.first_number);
    set(&input.last_number, &mut s.last_number);
    set(&input.padding, &mut s.padding);
    set(&input.reset, &mut s.reset);
    input.max_per_customer_per_day.clone().apply(&mut s.max_per_customer_per_day);
    set(&input.no_show_minutes, &mut s.no_show_minutes);
    set(&input.recall_limit, &mut s.recall_limit);
    set(&input.park_limit_minutes, &mut s.park_limit_minutes);
    set(&input.wrap_up, &mut s.wrap_up);
    set(&input.call_ahead, &mut s.call_ahead);
    set(&input.reinstate_minutes, &mut s.reinstate_minutes);
    set(&input.reinstate, &mut s.reinstate);
    set(&input.transfer_keeps_number, &mut s.transfer_keeps_number);
    input.join_within_meters.clone().apply(&mut s.join_within_meters);
    input.join_code_seconds.clone().apply(&mut s.join_code_seconds);
    input.ask_at_place.clone().apply(&mut s.ask_at_place);
    set(&input.silent_minutes, &mut s.silent_minutes);
    let faults = s.faults();
    if faults.is_empty() { Ok(()) } else { Err(Error::Fields(faults)) }
}

fn known_services(config: &TenantConfig, q: &Queue) -> Result<(), Error> {
    for service in &q.settings.service_ids {
        if config.service(*service).is_none() {
            return Err(Error::field("service_ids", "unknown", format!("There is no service {service}.")));
        }
    }
    Ok(())
}

/// A fence needs a place to stand around.
fn fenced(line: &Queueing, q: &Queue) -> Result<(), Error> {
    let site = line.directory().site(q.tenant_id, q.site_id);
    let placed = site.is_some_and(|site| site.latitude.is_some() && site.longitude.is_some());
    if q.settings.join_within_meters.is_some() && !placed {
        let text = "Give the site its position first (latitude and longitude).";
        return Err(Error::field("join_within_meters", "site_without_position", text));
    }
    Ok(())
}

fn free_prefix(config: &TenantConfig, q: &Queue) -> Result<(), Error> {
    let prefix = &q.settings.prefix;
    match config.queues_at(q.site_id).find(|other| other.id != q.id && other.settings.prefix == *prefix) {
        Some(_) => Err(taken(prefix)),
        None => Ok(()),
    }
}

fn taken(prefix: &str) -> Error {
    Error::Taken {
        field: "prefix",
        what: "The prefix",
        value: prefix.to_owned(),
        wherever: "by another queue of this site",
    }
}

/// What an event says of a queue.
fn picture(q: &Queue) -> Option<serde_json::Value> {
    Some(json!({"name": q.name, "description": q.description, "status": q.status, "settings": q.settings}))
}

/// Makes a queue.
///
/// # Errors
/// A value cannot be kept, a service is unknown, or the prefix is taken at the site.
pub fn create_queue(line: &Queueing, tx: &mut Tx<'_>, input: &QueueInput) -> Result<Queue, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let site = match input.site_id {
        Some(id) => line.directory().site(tenant, id).ok_or(Error::NotFound("site"))?.id,
        None => home(line, tx, tenant)?,
    };
    line.may_work_at(tx, site)?;
    let Some(title) = &input.name else { return Err(Error::field("name", "required", "Give a name.")) };
    let services = match &input.service_ids {
        Some(named) => named.clone(),
        None => vec![service_called(line, tx, &name("name", title)?)?],
    };
    let config = line.load_config(tx, tenant)?;
    let used: Vec<&str> = config.queues_at(site).map(|q| q.settings.prefix.as_str()).collect();
    let free = ('A'..='Z').map(String::from).find(|letter| !used.contains(&letter.as_str()));
    let mut q = Queue {
        id: QueueId::generate(tx.now()),
        tenant_id: tenant,
        site_id: site,
        name: String::new(),
        description: String::new(),
        status: QueueStatus::Active,
        settings: QueueSettings {
            prefix: free.unwrap_or_else(|| format!("Q{}", used.len())),
            service_ids: services,
            ..QueueSettings::default()
        },
        version: 1,
        updated_at: tx.now(),
    };
    apply(input, &mut q)?;
    known_services(&config, &q)?;
    free_prefix(&config, &q)?;
    fenced(line, &q)?;
    store::config::insert_queue(tx, &q).map_err(|error| {
        unique(error.into(), "prefix", "The prefix", &q.settings.prefix, "by another queue of this site")
    })?;
    store::lines::insert(tx, &q)?;
    let fact = ConfigFact { id: q.id.uuid(), site_id: Some(q.site_id), before: None, after: picture(&q) };
    events::config(line, tx, "queue.created", ("queue", q.id.uuid()), 1, fact)?;
    Ok(q)
}

/// Changes a queue.
///
/// # Errors
/// As [`create_queue`], the version is not the current one, or the prefix changes while numbers under it are in use.
pub fn update_queue(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: QueueId,
    input: &QueueInput,
    version: Option<i64>,
) -> Result<Queue, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let config = line.load_config(tx, tenant)?;
    let old = line.queue(&config, id)?;
    line.may_work_at(tx, old.site_id)?;
    fresh(version, old.version)?;
    if input.site_id.is_some_and(|site| site != old.site_id) {
        return Err(Error::field("site_id", "fixed", "A queue stays at its site."));
    }
    let mut q = Queue::clone(&old);
    apply(input, &mut q)?;
    known_services(&config, &q)?;
    free_prefix(&config, &q)?;
    if q == *old {
        return Ok(q);
    }
    if q.settings.join_within_meters != old.settings.join_within_meters {
        fenced(line, &q)?;
    }
    if q.settings.prefix != old.settings.prefix {
        numbers::change_prefix(tx, &old, &q)?;
    }
    q.updated_at = tx.now();
    if !store::config::save_queue(tx, &q)? {
        return Err(Error::Raced(q.name));
    }
    store::lines::configure(tx, &q)?;
    q.version += 1;
    let fact =
        ConfigFact { id: id.uuid(), site_id: Some(q.site_id), before: picture(&old), after: picture(&q) };
    events::config(line, tx, "queue.updated", ("queue", id.uuid()), q.version, fact)?;
    Ok(q)
}

/// Takes a queue out of use.
///
/// # Errors
/// Somebody still waits in it or is being served.
pub fn archive_queue(line: &Queueing, tx: &mut Tx<'_>, id: QueueId) -> Result<(), Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let config = line.load_config(tx, tenant)?;
    let old = line.queue(&config, id)?;
    line.may_work_at(tx, old.site_id)?;
    let alive = line.live().line(id).map_or(0, |l| l.lock().tickets().count());
    if alive > 0 {
        let people =
            if alive == 1 { "1 person is in it".to_owned() } else { format!("{alive} people are in it") };
        return Err(Error::InUse { what: old.name.clone(), why: people });
    }
    outside::close(line, tx, &old)?;
    store::config::archive_queue(tx, id, tx.now())?;
    let closed = Queue { status: QueueStatus::Inactive, ..Queue::clone(&old) };
    store::lines::configure(tx, &closed)?;
    let fact = ConfigFact { id: id.uuid(), site_id: Some(old.site_id), before: picture(&old), after: None };
    events::config(line, tx, "queue.archived", ("queue", id.uuid()), old.version + 1, fact)
}
