//! The secret of a ticket's public page: the id and a truncated HMAC, nothing stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::TicketId;

/// Bytes of the tag: 96 bits are beyond guessing over a network.
const TAG: usize = 12;

/// Makes and checks the secrets; holds the installation's key.
#[derive(Clone)]
pub struct SecretKey(Hmac<Sha256>);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}

impl SecretKey {
    /// A key from the installation's secret; a purpose word keeps it apart from other uses of it.
    pub fn new(secret: &[u8]) -> Self {
        // Any key length is taken; the fallback is never reached.
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&Default::default()));
        mac.update(b"usher ticket page 1\0");
        Self(mac)
    }

    /// The secret that opens the page of `ticket`: 38 characters, safe in a path.
    pub fn seal(&self, ticket: TicketId) -> String {
        let mut bytes = [0u8; 16 + TAG];
        bytes[..16].copy_from_slice(ticket.uuid().as_bytes());
        bytes[16..].copy_from_slice(&self.tag(ticket));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The ticket that `secret` opens; none when it is not one of ours.
    pub fn open(&self, secret: &str) -> Option<TicketId> {
        let bytes: [u8; 16 + TAG] = URL_SAFE_NO_PAD.decode(secret).ok()?.try_into().ok()?;
        let (id, tag) = bytes.split_first_chunk::<16>()?;
        let ticket = TicketId::from_uuid(Uuid::from_bytes(*id));
        let mut mac = self.0.clone();
        mac.update(ticket.uuid().as_bytes());
        mac.verify_truncated_left(tag).ok()?;
        Some(ticket)
    }

    fn tag(&self, ticket: TicketId) -> [u8; TAG] {
        let mut mac = self.0.clone();
        mac.update(ticket.uuid().as_bytes());
        let full = mac.finalize().into_bytes();
        let mut tag = [0; TAG];
        tag.copy_from_slice(&full[..TAG]);
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_its_own_ticket_only() {
        let key = SecretKey::new(b"one");
        let ticket = TicketId::from_uuid(Uuid::from_u128(42));
        let secret = key.seal(ticket);
        assert_eq!(secret.len(), 38);
        assert_eq!(key.open(&secret), Some(ticket));
        assert_eq!(SecretKey::new(b"two").open(&secret), None);
        let mut forged = secret.into_bytes();
        forged[3] = if forged[3] == b'A' { b'B' } else { b'A' };
        assert_eq!(key.open(std::str::from_utf8(&forged).unwrap()), None);
        assert_eq!(key.open(""), None);
        assert_eq!(key.open("%%%"), None);
    }
}
