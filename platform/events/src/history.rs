//! Reading the log by thing, and for those who check it.

use std::collections::HashMap;
use std::sync::Arc;

use usher_db::{DbError, Engine, Read};
use usher_kernel::{SiteId, TenantId, Timestamp};
use uuid::Uuid;

use crate::digest::salted;
use crate::event::Event;
use crate::retention::{event_of_body, hash_of_body};
use crate::store::log::Glance;
use crate::store::{archive, cursors, log, personal, postgres};

/// An event with what is personal of it, as long as that has not been erased.
#[derive(Clone, Debug)]
pub struct Record {
    /// The event.
    pub event: Event,
    /// Its personal values, an object by field name.
    pub personal: Option<serde_json::Value>,
}

/// What happened to one thing of a tenant, newest first: up to `limit` events below the place `below` of the
/// log (the last one's `seq` of the page before; none for the newest).
///
/// # Errors
/// The database failed.
pub fn history(
    read: &mut Read<'_>,
    tenant: TenantId,
    thing: (&str, Uuid),
    below: Option<i64>,
    limit: u32,
) -> Result<Vec<Record>, DbError> {
    let events = log::of_thing(read, tenant, thing, below.unwrap_or(i64::MAX), limit)?;
    let mut personal = HashMap::new();
    if events.iter().any(|event| event.personal_hash.is_some()) {
        for row in personal::of_thing(read, tenant, thing.1)? {
            personal.insert(row.event_id, row.value);
        }
    }
    let with = |event: Event| {
        let personal = personal.get(&event.id).and_then(|text| serde_json::from_str(text).ok());
        Record { event, personal }
    };
    Ok(events.into_iter().map(with).collect())
}

/// Which events of a tenant are looked for; what is absent does not matter.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// What happened, `"ticket.issued"`.
    pub kind: Option<String>,
    /// What it happened to.
    pub thing: Option<Uuid>,
    /// The kind of that, `"ticket"`.
    pub thing_kind: Option<String>,
    /// At one of these sites; empty for all, and for what belongs to none.
    pub sites: Arc<[SiteId]>,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// Below this place of the log: the last one's `seq` of the page before.
    pub below: Option<i64>,
}

/// Events of a tenant, newest first. Walks the log backwards from `below` unless a thing is named.
///
/// # Errors
/// The database failed.
pub fn search(
    read: &mut Read<'_>,
    tenant: TenantId,
    search: &Search,
    limit: u32,
) -> Result<Vec<Event>, DbError> {
    log::search(read, tenant, search, limit)
}

/// How many events are read at once.
const PAGE: u32 = 500;

/// Those that are wanted of what was written since `since`, newest first, of every tenant: what a memory that follows the
/// bus is filled with at start. Each is looked at in that order, and read only where it is wanted. Ends early after a look
/// at `most` events, so that a log that was written to fast holds up no start.
///
/// # Errors
/// The database failed.
pub fn recent(
    read: &mut Read<'_>,
    since: Timestamp,
    most: usize,
    mut wanted: impl FnMut(&Glance) -> bool,
) -> Result<Vec<Event>, DbError> {
    let (mut found, mut seen, mut below) = (Vec::new(), 0, i64::MAX);
    while seen < most {
        let page = log::newest(read, below, PAGE)?;
        let Some(last) = page.last().map(|event| event.seq) else { break };
        // The sequence is not quite the order of the times, so one old event is not the end.
        let end = page.len() < PAGE as usize || page.iter().all(|event| event.at < since);
        let mut places = Vec::new();
        for event in page.iter().filter(|event| event.at >= since).take(most - seen) {
            seen += 1;
            if wanted(event) {
                places.push(event.seq);
            }
        }
        if !places.is_empty() {
            found.extend(log::at(read, &places)?);
        }
        if end {
            break;
        }
        below = last;
    }
    Ok(found)
}

/// The personal values of one event, unless they are erased.
///
/// # Errors
/// The database failed, or the stored text is no JSON.
pub fn personal_of(read: &mut Read<'_>, event: &Event) -> Result<Option<serde_json::Value>, DbError> {
    let Some(row) = personal::of_event(read, event.id)? else { return Ok(None) };
    serde_json::from_str(&row.value).map(Some).map_err(|error| DbError::Type(error.to_string()))
}

/// Whether the personal values beside an event are still those that it was written with, or erased.
///
/// # Errors
/// The database failed.
pub fn personal_intact(read: &mut Read<'_>, event: &Event) -> Result<bool, DbError> {
    let row = personal::of_event(read, event.id)?;
    Ok(row.is_none_or(|row| event.personal_hash == Some(salted(&row.salt, row.value.as_bytes()))))
}

/// What remains of an event past its retention: its place and its hash.
pub type Remains = (i64, [u8; 32]);

/// What the log holds of a tenant between two places, both included: the events, and the hashes of those that
/// retention has taken out, by place.
///
/// # Errors
/// The database failed.
pub fn between(
    read: &mut Read<'_>,
    tenant: Option<TenantId>,
    from: i64,
    through: i64,
) -> Result<(Vec<Event>, Vec<Remains>), DbError> {
    let events = archive::log_between(read, tenant, from, through)?;
    let retired = archive::between(read, tenant, from, through)?;
    let hash_of = |row: archive::ArchiveRow| match row.body {
        // An archived event whose text was changed no longer has the hash that it was sealed with.
        Some(body) => (row.seq, hash_of_body(&body, row.seq).unwrap_or_default()),
        None => (row.seq, row.hash),
    };
    Ok((events, retired.into_iter().map(hash_of).collect()))
}

/// All that is kept of a tenant between two places of the log, both included, oldest first: what is in the log with its
/// personal values, and what retention has archived, which has none left.
///
/// # Errors
/// The database failed.
pub fn kept(read: &mut Read<'_>, tenant: TenantId, from: i64, through: i64) -> Result<Vec<Record>, DbError> {
    let archived = archive::between(read, Some(tenant), from, through)?;
    let archived = archived.into_iter().filter_map(|row| event_of_body(&row.body?, row.seq));
    let mut records: Vec<Record> = archived.map(|event| Record { event, personal: None }).collect();
    for event in archive::log_between(read, Some(tenant), from, through)? {
        let personal = if event.personal_hash.is_some() { personal_of(read, &event)? } else { None };
        records.push(Record { event, personal });
    }
    records.sort_by_key(|record| record.event.seq);
    Ok(records)
}

/// How many events of a tenant that are still in the log a subscriber has read.
///
/// # Errors
/// The database failed.
pub fn passed(read: &mut Read<'_>, subscriber: &str, tenant: Option<TenantId>) -> Result<i64, DbError> {
    match read.engine() {
        Engine::Sqlite => cursors::passed(read, subscriber, tenant),
        Engine::Postgres => postgres::passed(read, subscriber, tenant),
    }
}

/// When the newest of a tenant's events happened that retention has taken out of the log; none while the log is
/// whole. Whoever makes a read model anew from the log knows from it where the log begins.
///
/// # Errors
/// The database failed.
pub fn retired_until(read: &mut Read<'_>, tenant: TenantId) -> Result<Option<Timestamp>, DbError> {
    archive::newest(read, tenant)
}
