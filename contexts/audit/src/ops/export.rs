//! What is handed out of the log when everything of a tenant is exported.

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::{DbError, Read};
use usher_kernel::{TenantId, Timestamp};
use usher_tenancy::Part;
use usher_tenancy::ops::export::PAGE;

use crate::model::{Entry, Seal};
use crate::store;

/// How many places of the log are looked at in one read. It is every tenant's, so that most may be others'.
const WINDOW: i64 = 2_000;

/// A seal of the chain of events: over how many, between which places of the log, and its hash.
#[derive(Serialize, JsonSchema)]
struct SealLine {
    number: i64,
    first_seq: i64,
    last_seq: i64,
    count: i64,
    /// SHA-256, in hexadecimal.
    hash: String,
    sealed_at: Timestamp,
}

impl From<Seal> for SealLine {
    fn from(seal: Seal) -> Self {
        let Seal { number, first_seq, last_seq, count, sealed_at, .. } = seal;
        let hash = seal.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { number, first_seq, last_seq, count, hash, sealed_at }
    }
}

/// The tables of the log and of this context.
pub fn parts() -> Vec<Part> {
    vec![
        Part::sheet(
            "events",
            &["events", "event_personal", "event_archive"],
            "Everything that happened, with who did it: the audit trail",
            events,
        ),
        Part::sheet("audit_seals", &["audit_seals"], "The hash chain over the events", seals),
    ]
}

/// How far the log was read, and where it ended when that began.
type Mark = (i64, i64);

/// A stretch of the log, of which the mark says how far it was read and where it ended when that began.
fn events(
    read: &mut Read<'_>,
    tenant: TenantId,
    mark: Option<Mark>,
) -> Result<(Vec<Entry>, Option<Mark>), DbError> {
    let (after, head) = match mark {
        Some(mark) => mark,
        None => (0, usher_events::head(read)?),
    };
    let through = after.saturating_add(WINDOW).min(head);
    let records = usher_events::kept(read, tenant, after.saturating_add(1), through)?;
    let entries = records.into_iter().map(Entry::from).collect();
    Ok((entries, (through < head).then_some((through, head))))
}

fn seals(
    read: &mut Read<'_>,
    tenant: TenantId,
    after: Option<i64>,
) -> Result<(Vec<SealLine>, Option<i64>), DbError> {
    let found = store::page(read, tenant.uuid(), after.unwrap_or_default(), PAGE)?;
    let next = if found.len() < PAGE as usize { None } else { found.last().map(|seal| seal.number) };
    Ok((found.into_iter().map(SealLine::from).collect(), next))
}
