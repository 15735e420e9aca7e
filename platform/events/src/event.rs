//! What an event is: before it is written, and as everybody reads it.

use std::borrow::Cow;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use usher_kernel::{Actor, Id, RequestId, SiteId, TenantId, Timestamp};
use uuid::Uuid;

/// Marks [`EventId`].
pub enum EventKind {}

/// One event, the same on every node and in every message that leaves the house.
pub type EventId = Id<EventKind>;

/// Anything that can stand as an event's payload: every [`Serialize`] type does.
///
/// A trait object of its own, so that [`NewEvent`] needs no type parameter.
pub trait Payload {
    /// The value as JSON text.
    ///
    /// # Errors
    /// When the value has no JSON form, such as a map whose keys are not text.
    fn to_json(&self) -> serde_json::Result<Box<RawValue>>;
}

impl<T: Serialize> Payload for T {
    fn to_json(&self) -> serde_json::Result<Box<RawValue>> {
        serde_json::value::to_raw_value(self)
    }
}

/// A fact about to be written, in the transaction that makes it true.
///
/// Tenant, time, actor, address and request are taken from that transaction.
#[derive(Clone)]
pub struct NewEvent<'a> {
    /// What happened: the thing's kind and a verb in the past, `"ticket.issued"`.
    pub kind: &'static str,
    /// Which shape the payload has; counted up when it changes.
    pub version: u16,
    /// What it happened to: the thing's kind and id, `("ticket", id)`.
    pub thing: (&'static str, Uuid),
    /// The thing's own version after this change, so that a reader sees when it reads out of order.
    /// 0 for things that have none.
    pub thing_version: i64,
    /// Where it happened, when it belongs to one site.
    pub site: Option<SiteId>,
    /// The facts. No personal value and no secret: those cannot be taken out again.
    pub payload: &'a dyn Payload,
    /// Personal values (a name, a phone number). Kept apart from the event, which carries only a salted hash
    /// of them, so that they can be erased and the audit chain still verifies.
    pub personal: Option<serde_json::Value>,
}

impl<'a> NewEvent<'a> {
    /// A fact without site and personal values.
    pub fn new(
        kind: &'static str,
        version: u16,
        thing: (&'static str, Uuid),
        thing_version: i64,
        payload: &'a dyn Payload,
    ) -> Self {
        Self { kind, version, thing, thing_version, site: None, payload, personal: None }
    }

    /// The same at a site.
    #[must_use]
    pub fn at_site(mut self, site: SiteId) -> Self {
        self.site = Some(site);
        self
    }

    /// The same with personal values, an object by field name.
    #[must_use]
    pub fn with_personal(mut self, personal: serde_json::Value) -> Self {
        self.personal = Some(personal);
        self
    }
}

/// A fact that is committed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Its place in the log. Absent on an event that the bus hands on right after the commit: the writer does
    /// not wait for the database to say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// Whose it is; none for what concerns the whole installation.
    pub tenant: Option<TenantId>,
    /// Where it happened.
    pub site: Option<SiteId>,
    /// What happened, `"ticket.issued"`.
    pub kind: Cow<'static, str>,
    /// The payload's shape.
    pub version: u16,
    /// The kind of the thing it happened to.
    pub thing_kind: Cow<'static, str>,
    /// The thing's id.
    pub thing_id: Uuid,
    /// The thing's version after it.
    pub thing_version: i64,
    /// When.
    pub at: Timestamp,
    /// What kind of actor did it: see [`Actor::kind`].
    pub actor_kind: Cow<'static, str>,
    /// Who did it, where the actor has an id.
    pub actor_id: Option<Uuid>,
    /// From which address. Never leaves the node that wrote it except through the log.
    #[serde(skip)]
    pub ip: Option<Arc<str>>,
    /// The salt of the address, or its salted hash once the address is erased. Known on events from the log.
    #[serde(skip)]
    pub(crate) ip_mark: Option<Arc<[u8]>>,
    /// In which request.
    pub request_id: RequestId,
    /// The facts, as JSON text.
    pub payload: Arc<RawValue>,
    /// SHA-256 over salt and text of the personal values, where there are any.
    pub personal_hash: Option<[u8; 32]>,
    /// Which run of which node wrote it.
    pub node: i64,
    /// Whether another node wrote it.
    #[serde(skip)]
    pub remote: bool,
}

impl Event {
    /// The payload as a type of its publisher.
    ///
    /// # Errors
    /// When the text is not such a value: an older or newer [`Event::version`].
    pub fn payload_as<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.payload.get())
    }

    /// SHA-256 over every stored field; what the audit chain is made of. None for an event that did not come
    /// from the log, whose place is not known.
    pub fn hash(&self) -> Option<[u8; 32]> {
        self.seq.map(|seq| crate::digest::event_hash(self, seq))
    }
}

/// The actor's kind as an event keeps it, without a copy where the word is known.
pub(crate) fn actor_kind(actor: &Actor) -> Cow<'static, str> {
    match actor {
        Actor::Anonymous => Cow::Borrowed("anonymous"),
        Actor::User { .. } => Cow::Borrowed("user"),
        Actor::ApiKey { .. } => Cow::Borrowed("api_key"),
        Actor::Link { kind, .. } => Cow::Borrowed(kind),
        Actor::System { .. } => Cow::Borrowed("system"),
        Actor::Device { kind, .. } => match &**kind {
            "kiosk" => Cow::Borrowed("kiosk"),
            "display" => Cow::Borrowed("display"),
            other => Cow::Owned(other.to_owned()),
        },
    }
}
