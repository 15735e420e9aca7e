//! An event as people read it.

use schemars::JsonSchema;
use serde::Serialize;
use usher_events::{Event, EventId, Record};
use usher_kernel::{RequestId, SiteId, Timestamp};
use uuid::Uuid;

/// One entry of the trail.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Entry {
    pub(crate) id: EventId,
    /// Its place in the log.
    pub(crate) seq: i64,
    /// What happened, for example `ticket.called`.
    pub(crate) kind: String,
    /// The shape of `payload`.
    pub(crate) version: u16,
    pub(crate) thing_kind: String,
    pub(crate) thing_id: Uuid,
    pub(crate) thing_version: i64,
    pub(crate) site_id: Option<SiteId>,
    pub(crate) at: Timestamp,
    /// `user`, `api_key`, `system`, `anonymous`, or the kind of a device or link.
    pub(crate) actor_kind: String,
    pub(crate) actor_id: Option<Uuid>,
    /// The address that it came from, unless it is unknown or erased.
    pub(crate) ip: Option<String>,
    pub(crate) request_id: RequestId,
    /// The facts, with before and after where something was edited.
    pub(crate) payload: serde_json::Value,
    /// Personal values by field; null when there are none or they are erased.
    pub(crate) personal: Option<serde_json::Value>,
}

impl From<Record> for Entry {
    fn from(Record { event, personal }: Record) -> Self {
        let payload = event.payload_as().unwrap_or_default();
        let Event { id, seq, kind, version, thing_kind, thing_id, thing_version, site, at, .. } = event;
        Self {
            id,
            seq: seq.unwrap_or_default(),
            kind: kind.into_owned(),
            version,
            thing_kind: thing_kind.into_owned(),
            thing_id,
            thing_version,
            site_id: site,
            at,
            actor_kind: event.actor_kind.into_owned(),
            actor_id: event.actor_id,
            ip: event.ip.map(|ip| ip.to_string()),
            request_id: event.request_id,
            payload,
            personal,
        }
    }
}
