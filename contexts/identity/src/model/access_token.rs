//! Access tokens: JWTs that are checked without the database.

use std::collections::HashMap;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use usher_kernel::{SignedDuration, TenantId, Timestamp, UserId};
use uuid::Uuid;

/// Shortest secret that HS256 is safe with, in bytes.
pub const MIN_SECRET: usize = 32;

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The person.
    pub sub: UserId,
    /// The session; when it is ended, the token is worth nothing.
    pub sid: Uuid,
    /// The tenant that was signed in to.
    pub tenant: Option<TenantId>,
    /// The version of the membership when the token was made: a node that knows an older one reads it
    /// again before it decides.
    pub ver: i64,
    /// Made at, seconds since 1970.
    pub iat: i64,
    /// Good until, seconds since 1970.
    pub exp: i64,
}

/// How many checked tokens are remembered; about so many people can work in the same quarter of an hour before
/// signatures are checked a second time.
const REMEMBERED: usize = 10_000;

/// Makes and checks access tokens.
pub struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    life: SignedDuration,
    /// Tokens whose signature was good, so that it is checked once and not with every request.
    known: RwLock<HashMap<Box<str>, Claims>>,
}

impl AccessTokens {
    /// Access tokens signed with `secret`, each good for `life`.
    pub fn new(secret: &[u8], life: SignedDuration) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // Expiry is checked against the product's own clock, which tests can move.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["exp", "sub"]);
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            life,
            known: RwLock::default(),
        }
    }

    /// How long a new token is good.
    pub fn life(&self) -> SignedDuration {
        self.life
    }

    /// A token for a session.
    ///
    /// # Errors
    /// When the claims cannot be signed, which no input brings about.
    pub fn issue(
        &self,
        now: Timestamp,
        user: UserId,
        session: Uuid,
        tenant: Option<TenantId>,
        version: i64,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let iat = now.as_second();
        let exp = iat.saturating_add(self.life.as_secs());
        let claims = Claims { sub: user, sid: session, tenant, ver: version, iat, exp };
        encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
    }

    /// What a token says; none when it was not made here or is no longer good.
    pub fn check(&self, token: &str, now: Timestamp) -> Option<Claims> {
        let known = self.known.read().get(token).cloned();
        let claims = match known {
            Some(claims) => claims,
            None => {
                let claims = decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
                self.remember(token, &claims, now);
                claims
            }
        };
        (now.as_second() < claims.exp).then_some(claims)
    }

    fn remember(&self, token: &str, claims: &Claims, now: Timestamp) {
        let mut known = self.known.write();
        if known.len() >= REMEMBERED {
            known.retain(|_, claims| now.as_second() < claims.exp);
        }
        if known.len() < REMEMBERED {
            known.insert(token.into(), claims.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn tokens(secret: &[u8]) -> AccessTokens {
        AccessTokens::new(secret, SignedDuration::from_mins(15))
    }

    fn issue(tokens: &AccessTokens, now: Timestamp) -> String {
        let user = UserId::from_uuid(Uuid::from_u128(1));
        tokens.issue(now, user, Uuid::from_u128(2), None, 3).unwrap()
    }

    #[test]
    fn good_until_its_end_and_not_after() {
        let tokens = tokens(SECRET);
        let now = Timestamp::from_second(1_000_000).unwrap();
        let token = issue(&tokens, now);
        let claims = tokens.check(&token, now).unwrap();
        assert_eq!((claims.sid, claims.ver, claims.exp), (Uuid::from_u128(2), 3, 1_000_900));
        assert!(tokens.check(&token, now + SignedDuration::from_secs(899)).is_some());
        assert!(tokens.check(&token, now + SignedDuration::from_secs(900)).is_none());
    }

    #[test]
    fn remembers_a_bounded_number_and_forgets_what_has_run_out() {
        let tokens = tokens(SECRET);
        let now = Timestamp::from_second(1_000_000).unwrap();
        let old = issue(&tokens, now);
        assert!(tokens.check(&old, now).is_some());
        let claims = tokens.known.read()[&*old].clone();
        for n in 0..2 * REMEMBERED {
            tokens.remember(&n.to_string(), &claims, now);
        }
        assert_eq!(tokens.known.read().len(), REMEMBERED);
        tokens.remember("new", &claims, now + SignedDuration::from_hours(1));
        assert_eq!(tokens.known.read().len(), 1);
        assert!(tokens.check(&old, now + SignedDuration::from_hours(1)).is_none());
    }

    #[test]
    fn another_key_algorithm_or_text_is_refused() {
        use base64::prelude::*;

        let now = Timestamp::from_second(1_000_000).unwrap();
        let token = issue(&tokens(b"another secret, also long enough!!!"), now);
        let ours = tokens(SECRET);
        assert!(ours.check(&token, now).is_none());
        let good = issue(&ours, now);
        let body = good.split('.').nth(1).unwrap();
        let none = format!("{}.{body}.", BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#));
        for bad in ["", "a.b.c", none.as_str(), &good[..good.len() - 2]] {
            assert!(ours.check(bad, now).is_none(), "{bad}");
        }
    }
}
