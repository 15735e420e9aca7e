//! Writing down what happened outside of the product.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use usher_customers::{CustomerId, Holder};
use usher_db::{Read, Tx};
use usher_events::{EventId, NewEvent, Record};
use usher_kernel::{Fault, FieldFault, SignedDuration, TenantId, Timestamp, UserId};
use usher_queueing::model::QueueId;
use uuid::Uuid;

use crate::error::Error;
use crate::events::{TRACKED, TrackedFact};
use crate::model::scopes::ANALYTICS_WRITE;
use crate::store::state;

/// The longest kind of event, in letters.
const LONGEST_KIND: usize = 60;
/// The most members of `metadata`.
const MOST_MEMBERS: usize = 30;
/// The longest `metadata`, as JSON.
const LONGEST_METADATA: usize = 4096;
/// How long ago something may have happened that is told now.
const OLDEST: SignedDuration = SignedDuration::from_hours(24 * 30);
/// By how much a clock may be ahead.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// The kind of the thing that a tracked event happened to.
const THING: &str = "tracked";
/// Tells the id of what is told of a person from that of the person.
const MARK: u128 = 0x7472_6163_6b65_6420_6f66_2061_2075_7365;

/// Something that happened outside.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// What happened, in small letters: `ticket_created`, `page.viewed`.
    #[serde(alias = "eventType")]
    #[schemars(example = &"page.viewed", length(min = 1, max = 60))]
    pub event_type: String,
    /// The line that it is about.
    #[serde(default, alias = "queueId")]
    pub queue_id: Option<QueueId>,
    /// The person that it is about; the caller when absent. Another person's needs `analytics:write`.
    #[serde(default, alias = "userId")]
    pub user_id: Option<UserId>,
    /// Whatever else is to be known; an object of at most 30 members and 4096 bytes.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// When it happened; now when absent, and at most 30 days ago.
    #[serde(default)]
    pub timestamp: Option<Timestamp>,
}

/// What was written down.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TrackedEvent")]
pub struct Tracked {
    /// Its id.
    pub id: EventId,
    /// What happened.
    pub event_type: String,
    /// The line.
    pub queue_id: Option<QueueId>,
    /// The person.
    pub user_id: Option<UserId>,
    /// Whatever else was told.
    pub metadata: Map<String, Value>,
    /// When it happened.
    pub timestamp: Timestamp,
}

/// Writes down something that happened outside.
///
/// # Errors
/// A value is wrong, there is no such line, or it is about somebody else and the caller may not say so.
pub fn track(tx: &mut Tx<'_>, input: &Track) -> Result<Tracked, Error> {
    let now = tx.now();
    check(input, now)?;
    let caller = tx.caller().clone();
    let own = caller.actor.user();
    if input.user_id.is_some() && input.user_id != own && !caller.may(&ANALYTICS_WRITE) {
        let text = "Only whoever holds analytics:write tells of others; leave it out to tell of yourself.";
        return Err(Error::field("user_id", "not_yours", text));
    }
    if let Some(queue) = input.queue_id {
        known_queue(tx, queue)?;
    }
    let fact = TrackedFact {
        event_type: input.event_type.clone(),
        queue_id: input.queue_id,
        user_id: input.user_id.or(own),
        occurred_at: input.timestamp.unwrap_or(now),
    };
    // What is told of nobody has no other thing than itself.
    let thing = fact.user_id.map_or_else(|| usher_kernel::random::uuid_v7(now), told_of);
    let mut event = NewEvent::new(TRACKED, 1, (THING, thing), 0, &fact);
    if !input.metadata.is_empty() {
        event = event.with_personal(Value::Object(input.metadata.clone()));
    }
    let id = usher_events::append(tx, event)?;
    Ok(Tracked {
        id,
        event_type: fact.event_type.clone(),
        queue_id: fact.queue_id,
        user_id: fact.user_id,
        metadata: input.metadata.clone(),
        timestamp: fact.occurred_at,
    })
}

/// The thing that all tracked events of a person happened to. What `metadata` says of them is found, handed out and
/// erased by it; the log has an index by thing and none by person.
fn told_of(user: UserId) -> Uuid {
    Uuid::from_u128(user.uuid().as_u128() ^ MARK)
}

/// How many tracked events are handed out: more than a person has.
const MOST: u32 = 10_000;

/// What was told of an account from outside.
pub(crate) struct TrackedOf;

impl Holder for TrackedOf {
    fn name(&self) -> &'static str {
        "tracked"
    }

    /// It is kept by account alone.
    fn export(&self, _: &mut Read<'_>, _: TenantId, _: CustomerId) -> Result<Value, Fault> {
        Ok(json!([]))
    }

    fn merge(&self, _: &mut Tx<'_>, _: TenantId, _: CustomerId, _: CustomerId) -> Result<(), Fault> {
        Ok(())
    }

    fn erase(&self, _: &mut Tx<'_>, _: TenantId, _: CustomerId) -> Result<Vec<Uuid>, Fault> {
        Ok(Vec::new())
    }

    fn export_account(
        &self,
        read: &mut Read<'_>,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<Value>, Fault> {
        let records = usher_events::history(read, tenant, (THING, told_of(user)), None, MOST)?;
        let told = records.into_iter().filter_map(|Record { event, personal }| {
            let fact: TrackedFact = event.payload_as().ok()?;
            Some(json!({
                "event_type": fact.event_type, "queue_id": fact.queue_id, "timestamp": fact.occurred_at,
                "told_at": event.at, "told_by": event.actor_kind, "metadata": personal,
            }))
        });
        Ok(Some(told.collect()))
    }

    fn erase_account(&self, tx: &mut Tx<'_>, tenant: TenantId, user: UserId) -> Result<Vec<Uuid>, Fault> {
        let thing = told_of(user);
        let any = usher_events::history(tx, tenant, (THING, thing), None, 1)?;
        Ok(if any.is_empty() { Vec::new() } else { vec![thing] })
    }
}

fn known_queue(read: &mut Read<'_>, queue: QueueId) -> Result<(), Error> {
    let tenant = read.tenant().ok_or(Error::NotFound("tenant"))?;
    let found = state::thing(read, tenant, queue.uuid())?.filter(|thing| thing.kind == "queue");
    found.map(drop).ok_or_else(|| Error::field("queue_id", "not_found", "There is no such queue."))
}

fn check(input: &Track, now: Timestamp) -> Result<(), Error> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, code, message: &str| {
        faults.push(FieldFault { field: field.to_owned(), code, message: message.to_owned() });
    };
    let kind = input.event_type.as_str();
    let letters = kind.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b':'));
    if kind.is_empty() || kind.len() > LONGEST_KIND || !letters {
        let text = "Give 1 to 60 Latin letters, digits, dots, dashes, colons or underscores: page.viewed.";
        fault("event_type", "invalid", text);
    }
    let length = serde_json::to_string(&input.metadata).map_or(usize::MAX, |text| text.len());
    if input.metadata.len() > MOST_MEMBERS || length > LONGEST_METADATA {
        fault("metadata", "too_large", "Give at most 30 members and 4096 bytes.");
    }
    if let Some(at) = input.timestamp {
        let age = now.duration_since(at);
        if age > OLDEST || age < -AHEAD {
            fault("timestamp", "out_of_range", "Give a moment within the last 30 days.");
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Fields(faults)) }
}
