//! Log-ins through another issuer by OpenID Connect: the authorization code flow with PKCE.
//!
//! Three values tie a log-in together. The *state* names its record and is good once. The *verifier* stands in a
//! cookie of the browser that began and nowhere else: its SHA-256 is both what is stored and the code challenge of
//! PKCE, so that neither another browser nor a stolen code gets in. The *nonce* is made of the verifier and comes
//! back inside the signed token, which therefore was made for this log-in. (The usual library is not used: it
//! brings a second library of times; what it would do here is what stands in this file and `jsonwebtoken` checks.)

use base64::prelude::*;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use usher_kernel::{SignedDuration, Timestamp, UserId, random};
use uuid::Uuid;

/// How long a log-in may take at the issuer.
pub const FLOW_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// How far the clocks of an issuer and of this installation may differ, in seconds.
const LEEWAY: i64 = 60;
/// Signatures that are taken: public keys only, never a shared secret or none.
const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::ES256,
    Algorithm::EdDSA,
];
/// What is asked of an issuer: a code to be traded for a token.
const RESPONSE_TYPE: &str = "code";

/// An issuer whose accounts open accounts here.
#[derive(Clone)]
pub struct Provider {
    /// Its name in paths.
    pub name: String,
    /// What its button says.
    pub label: String,
    /// Its address, exactly as its tokens name it.
    pub issuer: String,
    /// What this installation is called there.
    pub client_id: String,
    /// What it proves that with; empty where the issuer needs none.
    pub client_secret: String,
    /// Whether this installation's second step follows its log-in; most issuers have their own.
    pub second_step: bool,
}

impl Provider {
    /// Google, as `https://accounts.google.com/.well-known/openid-configuration` describes it.
    pub fn google(client_id: &str, client_secret: &str, second_step: bool) -> Self {
        Self {
            name: "google".to_owned(),
            label: "Google".to_owned(),
            issuer: "https://accounts.google.com".to_owned(),
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            second_step,
        }
    }
}

/// A button of the log-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProviderView {
    /// Its name in paths.
    pub name: String,
    /// What its button says.
    pub label: String,
}

/// What an issuer says of itself at `/.well-known/openid-configuration`.
#[derive(Clone, Debug, Deserialize)]
pub struct Discovered {
    /// Its address; must be the configured one.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where codes are traded.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// How clients prove themselves; HTTP Basic when absent.
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// What can be asked of it; unknown when absent.
    #[serde(default)]
    pub response_types_supported: Vec<String>,
    /// How its tokens are signed; unknown when absent.
    #[serde(default)]
    pub id_token_signing_alg_values_supported: Vec<String>,
}

impl Discovered {
    /// Whether the client's secret goes into the form, and not into the header.
    pub fn secret_in_form(&self) -> bool {
        let ways = &self.token_endpoint_auth_methods_supported;
        !ways.is_empty() && !ways.iter().any(|way| way == "client_secret_basic")
    }

    /// Why nobody could sign in there, in words for the log: it is somebody else, has no code flow, or signs in no
    /// way that is taken here. None where it fits.
    pub fn fault(&self, provider: &Provider) -> Option<&'static str> {
        let (asked, signed) = (&self.response_types_supported, &self.id_token_signing_alg_values_supported);
        if self.issuer != provider.issuer {
            return Some("it names itself by another address");
        }
        if !asked.is_empty() && !asked.iter().any(|known| known == RESPONSE_TYPE) {
            return Some("it has no authorization code flow");
        }
        let taken = |name: &String| name.parse::<Algorithm>().is_ok_and(|known| ALGORITHMS.contains(&known));
        if !signed.is_empty() && !signed.iter().any(taken) {
            return Some("it signs in no way that is taken");
        }
        None
    }
}

/// What a checked token says of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outsider {
    /// Whose token it is.
    pub issuer: String,
    /// Who they are there, for ever.
    pub subject: String,
    /// Their address there.
    pub email: Option<String>,
    /// Whether the issuer knows that the address is theirs.
    pub email_verified: bool,
    /// What they are called.
    pub name: Option<String>,
    /// The language they read.
    pub locale: Option<String>,
}

/// An account elsewhere that opens an account here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinkedAccount {
    /// Its id here.
    pub id: Uuid,
    /// Whose account it opens.
    #[serde(skip)]
    pub user_id: UserId,
    /// By which button.
    pub provider: String,
    /// The issuer's address.
    #[serde(skip)]
    pub issuer: String,
    /// Who they are there.
    #[serde(skip)]
    pub subject: String,
    /// The address that they had there when it was connected.
    pub email: String,
    /// When it was connected.
    pub created_at: Timestamp,
}

/// A log-in's secret of the browser, which is also the verifier of PKCE.
pub fn new_verifier() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(random::bytes::<32>())
}

/// What is stored of a verifier, and sent ahead as the challenge.
pub fn challenge_of(verifier: &str) -> [u8; 32] {
    Sha256::digest(verifier.as_bytes()).into()
}

fn nonce_of(verifier: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"nonce\0");
    hasher.update(verifier.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(hasher.finalize())
}

/// Where the browser goes to sign in.
pub fn authorization_url(
    provider: &Provider,
    discovered: &Discovered,
    redirect: &str,
    state: &str,
    verifier: &str,
) -> String {
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(challenge_of(verifier));
    let nonce = nonce_of(verifier);
    let query = form(&[
        ("response_type", RESPONSE_TYPE),
        ("client_id", &provider.client_id),
        ("redirect_uri", redirect),
        ("scope", "openid email profile"),
        ("state", state),
        ("nonce", &nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let endpoint = &discovered.authorization_endpoint;
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{joint}{query}")
}

/// Pairs as a form or a query.
pub fn form(pairs: &[(&str, &str)]) -> String {
    let one = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    pairs.iter().map(|(name, value)| format!("{name}={}", one(value))).collect::<Vec<_>>().join("&")
}

#[derive(Deserialize)]
struct IdToken {
    sub: String,
    exp: i64,
    #[serde(default)]
    iat: Option<i64>,
    nonce: Option<String>,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: serde_json::Value,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    locale: Option<String>,
}

/// Why a token was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// Its key is not among the issuer's: they may be newer ones.
    UnknownKey,
    /// Anything else, in words for the log.
    Bad(&'static str),
}

/// Checks an ID token (OpenID Connect Core 3.1.3.7): signature, issuer, audience, times and nonce.
///
/// # Errors
/// What is wrong with it.
pub fn check_token(
    provider: &Provider,
    keys: &JwkSet,
    token: &str,
    verifier: &str,
    now: Timestamp,
) -> Result<Outsider, TokenFault> {
    let header = decode_header(token).map_err(|_| TokenFault::Bad("it is no signed token"))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(TokenFault::Bad("it is signed in a way that is not taken"));
    }
    let key: &Jwk = match &header.kid {
        Some(kid) => keys.find(kid),
        None if keys.keys.len() == 1 => keys.keys.first(),
        None => None,
    }
    .ok_or(TokenFault::UnknownKey)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| TokenFault::Bad("its key cannot be read"))?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[&provider.issuer]);
    validation.set_audience(&[&provider.client_id]);
    validation.set_required_spec_claims(&["exp", "sub", "iss", "aud"]);
    // Times are checked against the product's own clock, which tests can move.
    validation.validate_exp = false;
    let claims = decode::<IdToken>(token, &key, &validation)
        .map_err(|_| TokenFault::Bad("its signature, issuer or audience is wrong"))?
        .claims;
    let now = now.as_second();
    if claims.exp.saturating_add(LEEWAY) <= now
        || claims.iat.is_some_and(|iat| iat > now.saturating_add(LEEWAY))
    {
        return Err(TokenFault::Bad("it has run out, or is of a later time"));
    }
    if claims.nonce.as_deref() != Some(&nonce_of(verifier)) {
        return Err(TokenFault::Bad("its nonce is of another log-in"));
    }
    if claims.azp.is_some_and(|azp| azp != provider.client_id) {
        return Err(TokenFault::Bad("it was made for another client"));
    }
    if claims.sub.is_empty() || claims.sub.len() > 255 {
        return Err(TokenFault::Bad("its subject is empty or too long"));
    }
    // Some issuers write the truth in quotes.
    let verified = claims.email_verified == true || claims.email_verified == "true";
    Ok(Outsider {
        issuer: provider.issuer.clone(),
        subject: claims.sub,
        email_verified: verified && claims.email.is_some(),
        email: claims.email,
        name: claims.name,
        locale: claims.locale,
    })
}
