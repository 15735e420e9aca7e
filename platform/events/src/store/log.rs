//! Rows of the log.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::value::RawValue;
use usher_db::{DbError, DynQuery, Read, Tx};
use usher_kernel::{RequestId, SiteId, TenantId, Timestamp};
use uuid::Uuid;

use crate::event::{Event, EventId};
use crate::history::Search;

usher_db::row! {
    /// An event as it is stored.
    pub(crate) struct EventRow {
        seq: i64, id: EventId, tenant_id: Option<TenantId>, site_id: Option<SiteId>,
        kind: String, version: u16, thing_kind: String, thing_id: Uuid, thing_version: i64,
        at: Timestamp, actor_kind: String, actor_id: Option<Uuid>,
        ip: Option<Arc<str>>, ip_mark: Option<Vec<u8>>, request_id: RequestId,
        payload: String, personal_hash: Option<[u8; 32]>, node: i64,
    }
}

usher_db::row! {
    /// Who did what to which thing, and when: an event without what it says.
    pub struct Glance {
        /// Its place in the log.
        seq: i64,
        /// The tenant; none for the installation.
        tenant_id: Option<TenantId>,
        /// What happened, `ticket.called`.
        kind: String,
        /// To which thing.
        thing_id: Uuid,
        /// When.
        at: Timestamp,
        /// The kind of whoever did it, `user`.
        actor_kind: String,
        /// Who did it.
        actor_id: Option<Uuid>,
    }
}

usher_db::sql! {
    INSERT = "INSERT INTO events (id, tenant_id, site_id, kind, version, thing_kind, thing_id, thing_version, \
              at, actor_kind, actor_id, ip, ip_mark, request_id, payload, personal_hash, node) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    /// Newest first. The tenant is asked for as well as bound: SQLite has no row-level security.
    OF_THING = "SELECT ", EventRow::COLUMNS, " FROM events \
                WHERE thing_id = $1 AND thing_kind = $2 AND tenant_id = $3 AND seq < $4 \
                ORDER BY seq DESC LIMIT $5";
    NEWEST across "what a memory of every tenant is filled with at start" =
        "SELECT ", Glance::COLUMNS, " FROM events WHERE seq < $1 ORDER BY seq DESC LIMIT $2";
    /// By the index of a thing's history: no index has the id.
    pub(crate) WITNESS across "asked with the ids of an operation's own event" =
        "SELECT 1 FROM events WHERE thing_id = $1 AND id = $2";
    HEAD across "only the place is told" = "SELECT coalesce(max(seq), 0) FROM events";
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        // Text that somebody made unreadable in the database becomes a JSON text of itself: the log can still
        // be read past it, its subscriber cannot parse it, and its hash no longer fits.
        let payload = RawValue::from_string(row.payload)
            .or_else(|error| serde_json::value::to_raw_value(&error.to_string()))
            .unwrap_or_else(|_| RawValue::NULL.to_owned());
        Self {
            id: row.id,
            seq: Some(row.seq),
            tenant: row.tenant_id,
            site: row.site_id,
            kind: Cow::Owned(row.kind),
            version: row.version,
            thing_kind: Cow::Owned(row.thing_kind),
            thing_id: row.thing_id,
            thing_version: row.thing_version,
            at: row.at,
            actor_kind: Cow::Owned(row.actor_kind),
            actor_id: row.actor_id,
            ip: row.ip,
            ip_mark: row.ip_mark.map(Arc::from),
            request_id: row.request_id,
            payload: Arc::from(payload),
            personal_hash: row.personal_hash,
            node: row.node,
            remote: false,
        }
    }
}

pub(crate) fn insert(tx: &mut Tx<'_>, event: &Event, ip_mark: Option<&[u8]>) -> Result<(), DbError> {
    tx.put_row(
        INSERT,
        &[
            &event.id,
            &event.tenant,
            &event.site,
            &event.kind,
            &event.version,
            &event.thing_kind,
            &event.thing_id,
            &event.thing_version,
            &event.at,
            &event.actor_kind,
            &event.actor_id,
            &event.ip,
            &ip_mark,
            &event.request_id,
            &event.payload.get(),
            &event.personal_hash,
            &event.node,
        ],
    )
}

/// A page of what happened to one thing, newest first, below `below`.
pub(crate) fn of_thing(
    read: &mut Read<'_>,
    tenant: TenantId,
    (kind, id): (&str, Uuid),
    below: i64,
    limit: u32,
) -> Result<Vec<Event>, DbError> {
    let rows: Vec<EventRow> = read.query(OF_THING, &[&id, &kind, &tenant, &below, &limit])?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// Events of a tenant by whatever is asked for, newest first.
pub(crate) fn search(
    read: &mut Read<'_>,
    tenant: TenantId,
    wanted: &Search,
    limit: u32,
) -> Result<Vec<Event>, DbError> {
    let mut query = DynQuery::new("SELECT ");
    query.push_sql(EventRow::COLUMNS).push_sql(" FROM events WHERE tenant_id = ").bind(&tenant);
    if let Some(below) = wanted.below {
        query.push_sql(" AND seq < ").bind(&below);
    }
    if let Some(kind) = &wanted.kind {
        query.push_sql(" AND kind = ").bind(kind);
    }
    if let Some(thing) = wanted.thing {
        query.push_sql(" AND thing_id = ").bind(&thing);
    }
    if let Some(kind) = &wanted.thing_kind {
        query.push_sql(" AND thing_kind = ").bind(kind);
    }
    if !wanted.sites.is_empty() {
        query.push_sql(" AND site_id IN ").bind_list(wanted.sites.iter().copied());
    }
    if let Some(actor) = wanted.actor {
        query.push_sql(" AND actor_id = ").bind(&actor);
    }
    if let Some(from) = wanted.from {
        query.push_sql(" AND at >= ").bind(&from);
    }
    if let Some(to) = wanted.to {
        query.push_sql(" AND at < ").bind(&to);
    }
    query.order("seq DESC").limit(limit);
    let rows: Vec<EventRow> = read.query_dyn(&query)?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// A page of the log at a glance, newest first, below `below`.
pub(crate) fn newest(read: &mut Read<'_>, below: i64, limit: u32) -> Result<Vec<Glance>, DbError> {
    read.query(NEWEST, &[&below, &limit])
}

/// The events at these places, newest first.
pub(crate) fn at(read: &mut Read<'_>, places: &[i64]) -> Result<Vec<Event>, DbError> {
    let mut query = DynQuery::new("SELECT ");
    query.across("what a memory of every tenant is filled with at start");
    query.push_sql(EventRow::COLUMNS).push_sql(" FROM events WHERE seq IN ");
    query.bind_list(places.iter().copied()).order("seq DESC");
    let rows: Vec<EventRow> = read.query_dyn(&query)?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// The highest place given so far; 0 in an empty log.
///
/// # Errors
/// The database failed.
pub fn head(read: &mut Read<'_>) -> Result<i64, DbError> {
    read.query_one(HEAD, &[])
}
