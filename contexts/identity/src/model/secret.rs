//! Secrets that the server makes: what their holders get, and what is kept of them.
//!
//! A secret names its own record: `uss_` and base64url of a 16-byte id and 32 random bytes. Only the
//! SHA-256 of the random bytes is stored; they carry 256 bits of chance, so a slow hash would add nothing.

use base64::prelude::*;
use sha2::{Digest, Sha256};
use usher_kernel::random;
use uuid::Uuid;

/// What a secret opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A session: the web's cookie, or the long-lived `Authorization: Token`.
    Session,
    /// A refresh token: good for one refresh.
    Refresh,
    /// A service's API key.
    ApiKey,
    /// A paired device.
    Device,
    /// A device that waits to be paired.
    Pairing,
    /// A live connection, once, within a minute.
    Ticket,
    /// A password reset or e-mail verification, once.
    Mail,
    /// An invitation, once.
    Invitation,
    /// A log-in whose first step is done.
    HalfSignIn,
    /// A log-in that is on its way to another issuer and back, once.
    OidcState,
}

impl SecretKind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "uss_",
            Self::Refresh => "usr_",
            Self::ApiKey => "usk_",
            Self::Device => "usd_",
            Self::Pairing => "usp_",
            Self::Ticket => "ust_",
            Self::Mail => "usm_",
            Self::Invitation => "usi_",
            Self::HalfSignIn => "ush_",
            Self::OidcState => "uso_",
        }
    }

    /// The kind that a text claims to be.
    pub fn of(text: &str) -> Option<Self> {
        let all = [
            Self::Session,
            Self::Refresh,
            Self::ApiKey,
            Self::Device,
            Self::Pairing,
            Self::Ticket,
            Self::Mail,
            Self::Invitation,
            Self::HalfSignIn,
            Self::OidcState,
        ];
        all.into_iter().find(|kind| text.starts_with(kind.prefix()))
    }
}

/// What is stored of a secret.
pub type SecretHash = [u8; 32];

/// A new secret: shown once, then gone. Its text is in no log: there is no `Debug`.
pub struct Minted {
    /// What its holder gets.
    pub text: String,
    /// What is stored.
    pub hash: SecretHash,
}

/// Makes a secret for the record `id`.
pub fn mint(kind: SecretKind, id: Uuid) -> Minted {
    let secret: [u8; 32] = random::bytes();
    let mut bytes = [0; 48];
    bytes[..16].copy_from_slice(id.as_bytes());
    bytes[16..].copy_from_slice(&secret);
    let text = format!("{}{}", kind.prefix(), BASE64_URL_SAFE_NO_PAD.encode(bytes));
    Minted { text, hash: hash(&secret) }
}

/// A secret that somebody presents.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Presented {
    /// The record that it names.
    pub id: Uuid,
    /// To be compared with the stored one. Both are hashes, so the time that a comparison takes says
    /// nothing about the secret.
    pub hash: SecretHash,
}

/// Reads a presented secret; none when the text is no secret of this kind.
pub fn read(kind: SecretKind, text: &str) -> Option<Presented> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text.strip_prefix(kind.prefix())?).ok()?;
    let (id, secret) = bytes.split_first_chunk::<16>()?;
    let secret: &[u8; 32] = secret.try_into().ok()?;
    Some(Presented { id: Uuid::from_bytes(*id), hash: hash(secret) })
}

fn hash(secret: &[u8]) -> SecretHash {
    Sha256::digest(secret).into()
}

/// The letters of a pairing code: none that are taken for another (I and 1, O and 0).
pub(super) const CODE_LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Length of a pairing code.
pub const CODE_LENGTH: usize = 8;

/// A new pairing code: 40 bits, typed by a person within minutes.
pub fn pairing_code() -> String {
    let bytes: [u8; CODE_LENGTH] = random::bytes();
    bytes.iter().map(|b| char::from(CODE_LETTERS[usize::from(b & 31)])).collect()
}

/// A pairing code as a person typed it: blanks and hyphens left out, small letters taken as capitals.
///
/// None when it cannot be one.
pub fn typed_code(text: &str) -> Option<String> {
    let code: String =
        text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
    (code.len() == CODE_LENGTH && code.bytes().all(|b| CODE_LETTERS.contains(&b))).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_names_its_record_and_matches_its_hash() {
        let id = Uuid::from_u128(7);
        let minted = mint(SecretKind::Session, id);
        let presented = read(SecretKind::Session, &minted.text).unwrap();
        assert_eq!((presented.id, presented.hash), (id, minted.hash));
        assert_eq!(SecretKind::of(&minted.text), Some(SecretKind::Session));
        assert_ne!(mint(SecretKind::Session, id).text, minted.text);
    }

    #[test]
    fn a_secret_of_another_kind_or_shape_is_none() {
        let minted = mint(SecretKind::Refresh, Uuid::from_u128(7));
        assert!(read(SecretKind::Session, &minted.text).is_none());
        for text in ["", "uss_", "uss_AAAA", "uss_!", &minted.text[..20]] {
            assert!(read(SecretKind::Session, text).is_none(), "{text}");
        }
        let longer = format!("{}AAAA", minted.text);
        assert!(read(SecretKind::Refresh, &longer).is_none());
    }

    #[test]
    fn codes_are_typed_as_people_type() {
        for _ in 0..200 {
            let code = pairing_code();
            assert_eq!(typed_code(&code), Some(code.clone()));
            assert!(!code.contains(['I', 'O', '0', '1']), "{code}");
        }
        assert_eq!(typed_code("7k4m-2pxh "), Some("7K4M2PXH".to_owned()));
        for wrong in ["", "7K4M2PX", "7K4M2PXI", "7K4M2PX0", "7K4M2PXHH"] {
            assert_eq!(typed_code(wrong), None, "{wrong}");
        }
    }
}
