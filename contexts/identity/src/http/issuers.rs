//! Speaking to issuers: what they say of themselves, their keys, and the trade of a code for a token.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base64::prelude::*;
use jsonwebtoken::jwk::JwkSet;
use parking_lot::Mutex;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use usher_kernel::{SignedDuration, Timestamp};

use crate::error::Error;
use crate::model::oidc::{Discovered, Outsider, Provider, TokenFault, check_token, form};

/// How long one request to an issuer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer of an issuer.
const MAX_ANSWER: u64 = 512 * 1024;
/// How long what an issuer says of itself is believed.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// How often an unknown key makes us ask for the keys again.
const KEYS_AGAIN: SignedDuration = SignedDuration::from_secs(60);

/// What is known of the issuers, in memory.
#[derive(Default)]
pub(crate) struct Issuers {
    client: Client,
    known: Mutex<HashMap<String, (Timestamp, Arc<Discovered>)>>,
    keys: Mutex<HashMap<String, (Timestamp, Arc<JwkSet>)>>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl Issuers {
    /// What an issuer says of itself.
    ///
    /// # Errors
    /// It cannot be reached, or what it says of itself does not fit.
    pub(crate) async fn discover(
        &self,
        provider: &Provider,
        now: Timestamp,
    ) -> Result<Arc<Discovered>, Error> {
        let known = self.known.lock().get(&provider.name).cloned();
        if let Some((at, discovered)) = known
            && now.duration_since(at) < FRESH
        {
            return Ok(discovered);
        }
        let url = format!("{}/.well-known/openid-configuration", provider.issuer.trim_end_matches('/'));
        let discovered: Discovered = self.client.get(&provider.label, url).await?;
        if let Some(fault) = discovered.fault(provider) {
            tracing::error!(configured = %provider.issuer, says = %discovered.issuer, fault, "an issuer does not fit");
            return Err(Error::IssuerAway(provider.label.clone()));
        }
        let discovered = Arc::new(discovered);
        self.known.lock().insert(provider.name.clone(), (now, Arc::clone(&discovered)));
        Ok(discovered)
    }

    /// The keys that an issuer signs with; at least as new as `since`.
    async fn keys(
        &self,
        provider: &Provider,
        discovered: &Discovered,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Arc<JwkSet>, Error> {
        let known = self.keys.lock().get(&provider.name).cloned();
        if let Some((at, keys)) = known
            && at >= since
        {
            return Ok(keys);
        }
        let keys: JwkSet = self.client.get(&provider.label, discovered.jwks_uri.clone()).await?;
        let keys = Arc::new(keys);
        self.keys.lock().insert(provider.name.clone(), (now, Arc::clone(&keys)));
        Ok(keys)
    }

    /// Trades a code for a token and checks it: who came back.
    ///
    /// # Errors
    /// The issuer cannot be reached, refuses the code, or signed something that cannot be taken.
    pub(crate) async fn exchange(
        &self,
        provider: &Provider,
        code: &str,
        redirect: &str,
        verifier: &str,
        now: Timestamp,
    ) -> Result<Outsider, Error> {
        let discovered = self.discover(provider, now).await?;
        let tokens: Tokens = self.client.trade(provider, &discovered, code, redirect, verifier).await?;
        let past = |age: SignedDuration| now.saturating_sub(age).unwrap_or(Timestamp::MIN);
        let mut since = past(FRESH);
        loop {
            let keys = self.keys(provider, &discovered, since, now).await?;
            match check_token(provider, &keys, &tokens.id_token, verifier, now) {
                Ok(outsider) => return Ok(outsider),
                // The issuer may have new keys; but nobody makes us ask for them all the time.
                Err(TokenFault::UnknownKey) if since < past(KEYS_AGAIN) => since = past(KEYS_AGAIN),
                Err(fault) => {
                    tracing::warn!(provider = %provider.name, ?fault, "a token was not taken");
                    return Err(Error::IssuerRefused(provider.label.clone()));
                }
            }
        }
    }
}

/// Requests to issuers, on threads that may wait.
#[derive(Clone)]
struct Client(ureq::Agent);

impl Default for Client {
    fn default() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            // Issuers close idle connections when they like, and a request on one that is just being closed is lost
            // without an answer. A code is traded once, so nothing could be asked again; and log-ins are rare.
            .max_idle_connections(0)
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Self(config.new_agent())
    }
}

impl Client {
    async fn get<T: DeserializeOwned + Send + 'static>(&self, label: &str, url: String) -> Result<T, Error> {
        let agent = self.0.clone();
        let ask = move || {
            let mut answer = agent.get(&url).call().map_err(|error| format!("{url}: {error}"))?;
            let status = answer.status();
            if !status.is_success() {
                return Err(format!("{url} answers {status}"));
            }
            let body = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
            let body = body.map_err(|error| format!("{url}: {error}"))?;
            serde_json::from_slice(&body).map_err(|error| format!("{url}: {error}"))
        };
        run(label, ask).await
    }

    /// RFC 6749 4.1.3 with the verifier of RFC 7636.
    async fn trade(
        &self,
        provider: &Provider,
        discovered: &Discovered,
        code: &str,
        redirect: &str,
        verifier: &str,
    ) -> Result<Tokens, Error> {
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("client_id", &provider.client_id),
            ("code_verifier", verifier),
        ];
        let secret = &provider.client_secret;
        let mut basic = None;
        if !secret.is_empty() && discovered.secret_in_form() {
            pairs.push(("client_secret", secret));
        } else if !secret.is_empty() {
            // Both halves are form-encoded first: RFC 6749 2.3.1.
            let half = |text: &str| form(&[("", text)]).split_off(1);
            let both = format!("{}:{}", half(&provider.client_id), half(secret));
            basic = Some(format!("Basic {}", BASE64_STANDARD.encode(both)));
        }
        let (agent, url, body) = (self.0.clone(), discovered.token_endpoint.clone(), form(&pairs));
        let ask = move || {
            let mut request = agent.post(&url).content_type("application/x-www-form-urlencoded");
            if let Some(basic) = basic {
                request = request.header("authorization", basic);
            }
            let mut answer = request
                .header("accept", "application/json")
                .send(body)
                .map_err(|error| format!("{url}: {error}"))?;
            let status = answer.status();
            let body = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
            let body = body.map_err(|error| format!("{url}: {error}"))?;
            Ok((status.as_u16(), body))
        };
        let (status, body) = run(&provider.label, ask).await?;
        if status >= 500 {
            return Err(Error::IssuerAway(provider.label.clone()));
        }
        let tokens = serde_json::from_slice::<Tokens>(&body).ok().filter(|_| status == 200);
        tokens.ok_or_else(|| {
            tracing::warn!(provider = %provider.name, status, "a code was not taken");
            Error::IssuerRefused(provider.label.clone())
        })
    }
}

/// Waits for an issuer beside the threads that serve; what goes wrong is the operator's to read.
async fn run<T: Send + 'static>(
    label: &str,
    ask: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, Error> {
    let asked = tokio::task::spawn_blocking(ask).await;
    asked.unwrap_or_else(|error| Err(error.to_string())).map_err(|error| {
        tracing::error!(%error, "an issuer does not answer as it should");
        Error::IssuerAway(label.to_owned())
    })
}
