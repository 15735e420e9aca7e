//! The hash of one event, which the audit chain is made of.
//!
//! Every stored field goes in, each with its length before it so that no two different events give the same
//! bytes. Personal values and the address go in as salted hashes: the values can be erased and the event's
//! hash stays what it was.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::event::Event;

/// Changed whenever the fields or their encoding change.
const FORMAT: &[u8] = b"usher.event.1";

/// The length of a salt, in bytes.
pub(crate) const SALT: usize = 16;

/// SHA-256 over salt and value.
pub(crate) fn salted(salt: &[u8], value: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(value).finalize().into()
}

/// What stands in the hash for the address: its salted hash while the row still has it, and that same hash,
/// kept in place of the salt, once the address has been erased.
pub(crate) fn ip_hash(ip: Option<&str>, mark: Option<&[u8]>) -> Option<[u8; 32]> {
    match (ip, mark) {
        (None, None) => None,
        (None, Some(mark)) => Some(mark.try_into().unwrap_or_else(|_| salted(mark, b""))),
        (Some(ip), mark) => Some(salted(mark.unwrap_or_default(), ip.as_bytes())),
    }
}

/// The hash of an event as it is stored at `seq`.
pub(crate) fn event_hash(event: &Event, seq: i64) -> [u8; 32] {
    let ip_hash = ip_hash(event.ip.as_deref(), event.ip_mark.as_deref());
    let mut sum = Fields(Sha256::new());
    sum.field(FORMAT);
    sum.field(&seq.to_be_bytes());
    sum.field(event.id.uuid().as_bytes());
    sum.optional(event.tenant.map(|id| id.uuid()).as_ref().map(Uuid::as_bytes));
    sum.optional(event.site.map(|id| id.uuid()).as_ref().map(Uuid::as_bytes));
    sum.field(event.kind.as_bytes());
    sum.field(&event.version.to_be_bytes());
    sum.field(event.thing_kind.as_bytes());
    sum.field(event.thing_id.as_bytes());
    sum.field(&event.thing_version.to_be_bytes());
    sum.field(&event.at.as_microsecond().to_be_bytes());
    sum.field(event.actor_kind.as_bytes());
    sum.optional(event.actor_id.as_ref().map(Uuid::as_bytes));
    sum.optional(ip_hash.as_ref());
    sum.field(event.request_id.uuid().as_bytes());
    sum.field(event.payload.get().as_bytes());
    sum.optional(event.personal_hash.as_ref());
    sum.field(&event.node.to_be_bytes());
    sum.0.finalize().into()
}

struct Fields(Sha256);

impl Fields {
    fn field(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64 + 1).to_be_bytes());
        self.0.update(bytes);
    }

    /// An absent field is not an empty one: its length is written as 0, an empty one's as 1.
    fn optional<const N: usize>(&mut self, bytes: Option<&[u8; N]>) {
        match bytes {
            Some(bytes) => self.field(bytes),
            None => self.0.update(0u64.to_be_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_erased_address_keeps_its_hash() {
        let salt = [7u8; SALT];
        let before = ip_hash(Some("10.0.0.1"), Some(&salt));
        let after = ip_hash(None, before.as_ref().map(|hash| &hash[..]));
        assert_eq!(before, after);
        assert_ne!(before, ip_hash(Some("10.0.0.2"), Some(&salt)));
        assert_eq!(ip_hash(None, None), None);
    }
}
