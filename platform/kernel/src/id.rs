//! Typed identifiers.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A UUIDv7 that says what it identifies: `Id<TicketKind>` is not an `Id<QueueKind>`.
///
/// Ids made on one node sort by the time they were made at.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// A new id for something made at `now`.
    pub fn generate(now: Timestamp) -> Self {
        Self::from_uuid(crate::random::uuid_v7(now))
    }

    /// Takes a UUID that is known to identify a `K` (a database column, a parsed path).
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// When it was made, to the millisecond; 1970 for a UUID that does not carry its time.
    pub fn made_at(self) -> Timestamp {
        let parts = self.0.get_timestamp().map(|time| time.to_unix());
        let made = parts.and_then(|(seconds, nanos)| {
            Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
        });
        made.unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<K> FromStr for Id<K> {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::from_uuid)
    }
}
impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}
impl<K> JsonSchema for Id<K> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Uuid".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Uuid::json_schema(generator)
    }
}

/// Marks [`TenantId`].
pub enum TenantKind {}
/// Marks [`SiteId`].
pub enum SiteKind {}
/// Marks [`UserId`].
pub enum UserKind {}
/// Marks [`RequestId`].
pub enum RequestKind {}

/// A tenant: one customer organisation, the hard isolation boundary.
pub type TenantId = Id<TenantKind>;
/// A physical place of a tenant.
pub type SiteId = Id<SiteKind>;
/// A person who can sign in.
pub type UserId = Id<UserKind>;
/// One request, from its arrival to every event that it causes.
pub type RequestId = Id<RequestKind>;
