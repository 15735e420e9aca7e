//! The second step of signing in: codes of an authenticator app (RFC 6238), and recovery codes for who has lost it.
//!
//! The secret that an app shares with the server is an HMAC of the installation's signing secret over the person
//! and a random salt. It is stored nowhere, so whoever copies the database cannot make codes; changing the signing
//! secret ends all apps, and recovery codes or an administrator let their owners in again.

use hmac::{Hmac, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret, Totp};
use usher_kernel::{SignedDuration, Timestamp, UserId, random};

use super::secret::CODE_LETTERS;
use super::{Minted, SecretHash};

/// How long the second step may follow the first.
pub const STEP_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// How many recovery codes a person gets.
pub const RECOVERY_CODES: usize = 10;
/// Letters of a recovery code: 80 bits, which no fast hash gives away.
const RECOVERY_LENGTH: usize = 16;

/// A person's authenticator app as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Whose.
    pub user_id: UserId,
    /// What their secret is made of besides the installation's.
    pub salt: [u8; 32],
    /// When they proved that their app knows it; until then it is asked nowhere.
    pub confirmed_at: Option<Timestamp>,
    /// The newest time step whose code was used; none at or before it is taken again.
    pub last_step: i64,
    /// When it was set up.
    pub created_at: Timestamp,
}

/// How one's own second step stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FactorView {
    /// Whether it is asked at log-in.
    pub enabled: bool,
    /// Since when.
    pub since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_codes_left: i64,
}

/// Makes the secrets of authenticator apps.
pub struct FactorKey(Hmac<Sha256>);

impl FactorKey {
    /// A key over the installation's signing secret.
    pub fn new(secret: &[u8]) -> Self {
        // An HMAC takes a key of any length; the empty one never comes here.
        let mac = Hmac::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&Default::default()));
        Self(mac)
    }

    fn secret(&self, user: UserId, salt: &[u8; 32]) -> [u8; 20] {
        let mut mac = self.0.clone();
        mac.update(b"usher: second factor\0");
        mac.update(user.uuid().as_bytes());
        mac.update(salt);
        let bytes = mac.finalize().into_bytes();
        let mut secret = [0; 20];
        secret.copy_from_slice(&bytes[..20]);
        secret
    }

    /// The secret as an app is told it, in Base32.
    pub fn shared(&self, user: UserId, salt: &[u8; 32]) -> String {
        Secret::from(self.secret(user, salt)).to_base32()
    }

    /// The time step of a good code, which is newer than all that were used; none when the code is wrong, too old,
    /// or was used before.
    pub fn accept(&self, factor: &Factor, code: &str, now: Timestamp) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).take(7).collect();
        let now = u64::try_from(now.as_second()).ok()?;
        let step = totp(self.secret(factor.user_id, &factor.salt)).check(&code, now)?;
        i64::try_from(step).ok().filter(|step| *step > factor.last_step)
    }
}

/// SHA-1, six digits, 30 seconds, a step early or late: what every app does.
fn totp(secret: [u8; 20]) -> Totp {
    Builder::new().with_secret(secret).build_noncompliant()
}

/// The address that an authenticator app reads from a QR code.
pub fn otpauth_url(issuer: &str, account: &str, shared: &str) -> String {
    let plain = |text: &str| utf8_percent_encode(&text.replace(':', " "), NON_ALPHANUMERIC).to_string();
    let (issuer, account) = (plain(issuer), plain(account));
    format!("otpauth://totp/{issuer}:{account}?secret={shared}&issuer={issuer}")
}

/// A new recovery code of a person, as it is shown once: `ABCD-EFGH-JKLM-NPQR`.
pub fn mint_recovery(user: UserId) -> Minted {
    let bytes: [u8; RECOVERY_LENGTH] = random::bytes();
    let letters: Vec<char> = bytes.iter().map(|b| char::from(CODE_LETTERS[usize::from(b & 31)])).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Minted { text: groups.join("-"), hash: recovery_hash(user, &letters.iter().collect::<String>()) }
}

/// The hash of a recovery code as a person typed it; none when it cannot be one.
pub fn typed_recovery(user: UserId, text: &str) -> Option<SecretHash> {
    let kept = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let code: String = kept.map(|c| c.to_ascii_uppercase()).take(RECOVERY_LENGTH + 1).collect();
    let sound = code.len() == RECOVERY_LENGTH && code.bytes().all(|b| CODE_LETTERS.contains(&b));
    sound.then(|| recovery_hash(user, &code))
}

fn recovery_hash(user: UserId, code: &str) -> SecretHash {
    let mut hasher = Sha256::new();
    hasher.update(user.uuid().as_bytes());
    hasher.update(code.as_bytes());
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use usher_kernel::Id;
    use uuid::Uuid;

    use super::*;

    fn factor() -> Factor {
        let created_at = Timestamp::UNIX_EPOCH;
        Factor {
            user_id: Id::from_uuid(Uuid::from_u128(5)),
            salt: [7; 32],
            confirmed_at: None,
            last_step: 0,
            created_at,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of its eight digits.
        let totp = totp(*b"12345678901234567890");
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(totp.check(code, time), Some(time / 30), "{time}");
        }
    }

    #[test]
    fn a_code_is_good_once_and_a_step_early_or_late() {
        let key = FactorKey::new(b"a secret of the installation");
        let mut factor = factor();
        let secret = key.secret(factor.user_id, &factor.salt);
        let (now, code) = (at(3000), totp(secret).generate(3000).to_string());
        assert_eq!(key.accept(&factor, &code, now), Some(100));
        assert_eq!(key.accept(&factor, &format!("{} {}", &code[..3], &code[3..]), now), Some(100));
        assert_eq!(key.accept(&factor, &code, at(2999)), Some(100), "the phone's clock is ahead");
        assert_eq!(key.accept(&factor, &code, at(3030)), Some(100), "the person is slow");
        assert_eq!(key.accept(&factor, &code, at(3060)), None);
        factor.last_step = 100;
        assert_eq!(key.accept(&factor, &code, now), None, "used before");
        factor.last_step = 0;
        assert_eq!(FactorKey::new(b"another").accept(&factor, &code, now), None);
        for wrong in ["", "abcdef", "12345", "+12345", &"9".repeat(10_000)] {
            assert_eq!(key.accept(&factor, wrong, now), None, "{wrong:.9}");
        }
    }

    #[test]
    fn recovery_codes_are_typed_as_people_type() {
        let user = factor().user_id;
        let minted = mint_recovery(user);
        assert_eq!(minted.text.len(), 19);
        assert_eq!(typed_recovery(user, &minted.text), Some(minted.hash));
        assert_eq!(typed_recovery(user, &minted.text.replace('-', " ").to_lowercase()), Some(minted.hash));
        let other = Id::from_uuid(Uuid::from_u128(6));
        assert_ne!(typed_recovery(other, &minted.text), Some(minted.hash));
        for wrong in ["", "ABCD", "ABCD-EFGH-JKLM-NPQ0", &"A".repeat(10_000)] {
            assert_eq!(typed_recovery(user, wrong), None);
        }
    }

    #[test]
    fn what_an_app_reads_names_the_installation_and_the_person() {
        assert_eq!(
            otpauth_url("Demo: Bank", "ana+x@home.example", "ABC"),
            "otpauth://totp/Demo%20%20Bank:ana%2Bx%40home%2Eexample?secret=ABC&issuer=Demo%20%20Bank"
        );
    }
}
