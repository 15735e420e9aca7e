//! The secret of a thing's public page: its id and a truncated HMAC, nothing stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use usher_kernel::Id;
use uuid::Uuid;

/// Bytes of the tag: 96 bits are beyond guessing over a network.
const TAG: usize = 12;

/// Makes and checks the secrets of one kind of page; holds the installation's key.
#[derive(Clone)]
pub struct SecretKey(Hmac<Sha256>);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}

impl SecretKey {
    /// A key from the installation's secret; the purpose keeps it apart from other uses of it, so that what opens
    /// one kind of page opens no other.
    pub fn new(secret: &[u8], purpose: &str) -> Self {
        // Any key length is taken; the fallback is never reached.
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&Default::default()));
        mac.update(b"usher ");
        mac.update(purpose.as_bytes());
        mac.update(b" 1\0");
        Self(mac)
    }

    /// The secret that opens the page of `thing`: 38 characters, safe in a path.
    pub fn seal<K>(&self, thing: Id<K>) -> String {
        let mut bytes = [0u8; 16 + TAG];
        bytes[..16].copy_from_slice(thing.uuid().as_bytes());
        bytes[16..].copy_from_slice(&self.tag(thing.uuid()));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What `secret` opens; none when it is not one of ours.
    pub fn open<K>(&self, secret: &str) -> Option<Id<K>> {
        let bytes: [u8; 16 + TAG] = URL_SAFE_NO_PAD.decode(secret).ok()?.try_into().ok()?;
        let (id, tag) = bytes.split_first_chunk::<16>()?;
        let mut mac = self.0.clone();
        mac.update(id);
        mac.verify_truncated_left(tag).ok()?;
        Some(Id::from_uuid(Uuid::from_bytes(*id)))
    }

    fn tag(&self, thing: Uuid) -> [u8; TAG] {
        let mut mac = self.0.clone();
        mac.update(thing.as_bytes());
        let full = mac.finalize().into_bytes();
        let mut tag = [0; TAG];
        tag.copy_from_slice(&full[..TAG]);
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TicketId;
    use crate::model::ids::TicketKind;

    #[test]
    fn opens_its_own_ticket_only() {
        let key = SecretKey::new(b"one", "ticket page");
        let ticket = TicketId::from_uuid(Uuid::from_u128(42));
        let secret = key.seal(ticket);
        assert_eq!(secret.len(), 38);
        assert_eq!(key.open(&secret), Some(ticket));
        assert_eq!(SecretKey::new(b"two", "ticket page").open::<TicketKind>(&secret), None);
        assert_eq!(SecretKey::new(b"one", "other page").open::<TicketKind>(&secret), None);
        let mut forged = secret.into_bytes();
        forged[3] = if forged[3] == b'A' { b'B' } else { b'A' };
        for wrong in [std::str::from_utf8(&forged).unwrap(), "", "%%%"] {
            assert_eq!(key.open::<TicketKind>(wrong), None, "{wrong}");
        }
    }
}
