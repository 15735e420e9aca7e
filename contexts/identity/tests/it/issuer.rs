//! An issuer of OpenID Connect on a socket of its own, which signs real tokens.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Form, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::prelude::*;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use parking_lot::Mutex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A key for these tests alone (RSA, PKCS #1, DER), and its modulus.
const KEY: &str = concat!(
    "MIIEowIBAAKCAQEAp+PUCVdydzktkx4IL4YOX+DtM+n6cErIbQe3ovroa2CV6PsOTZdJyzRwc0fBimFU2DzifqLNBhnODKj2hIFa",
    "AGdfPGMSCzfy5C2ecFJs93rfq1LJjLyQG3K1z5qdNaRxlYMuQW8+TIB8AdEjFX1wjrXa6xrcTfac6hrwGo+3kHe/M8iyDFJb+NIe",
    "Dtd9y038Q6SDlKVWfOXxHQ6xuMeM0du5tjRrdaIOWEaoehGSi2mwQWM9QJJXw38wvWxLOuX9eubvRTgasGxdqjXcQ5O5UgxwvTPX",
    "pKqaK6A5WYyNm37vXhYUlHfpF3AHJD2+BencKXijZjIGCBIrTCLC693gLQIDAQABAoIBABWZ9Hb0O6vX3UOLzmlQ8goHjnWKwhiP",
    "Iq0WnFvZtSxVq8wje0Jj+BBvcZV/kskbf1doNAsvproFeXO7DKbdXsdlBYWnSJPNcdDGhtd0X4VTF7K7LugO/equLnLk9ZvIif2+",
    "+GVeaxFcSbhRIJa8Ak62WtG7rcNROvzLFQAR5EAv1ryhtnqKE73JWVoeNHmTtxm7HrgIgwJn18eCMkL1mjXRfbI7fo+8Y+FFpJ8V",
    "8XKFJxJ4wG3s0FMEClFIkm4JwcgOdh8PjGUYHhIQLkhPww0vJvjXMTfEWgNtXPl+4MsxKScp0j5G2WxiLZtMXKgrZoVGzTNXO+I+",
    "7BBe+4DPcFkCgYEA0sQJazJ64VkMPN52EldMrIxsPeKIIwkRZgcV+BFAsZY3GvoqgKEVehHcj6zxDUbsPOmC5C1XFRV2M1wcLKqt",
    "jLtJoNEzS3WfXbNkQ4qzYkSL2zgASsJ64lCSoMj4ZXeUYx2O8aRxeKCE2zqVmgAOBVCWuyrmx77HDIe1jDWia/kCgYEAy+wYGw6e",
    "yA2LBfaNIoFtB5FTBUaK+ukACRNBUIG13PVS88Pbr5OSyrR3p9tD27HnMqxpFzow0RgtLvpaBIq0W9Ycdl4rfS+gyJzwYsvN4MIR",
    "Tb4mqyFsZBezQZqYI+sN0qdfNXQ5LeqvNijpe8yZRw8A/wEuE3jlSNod/nwI2tUCgYBzk3CeygW8QTqGvm78y8aN8EsC/JAutjBG",
    "RKh1afCR8Y+ySXC5LJw8XkMWvn1JDJVLKbnPKlXQh/5TV7VTgRy+SY2slEuOm6eSmGbo6sxHnNMcmW7/j/oW1Jwzc0FTUumaGIFk",
    "XQqkXVG9bjjPRCxsGa8uX+5Bpoo8gsa5Zkf08QKBgQCQ5ioaz8Czliv7CL4wjpbSkcjULtQChh2oVS5L7l8zqn5PCBTKJapgrut3",
    "Mq59JWSK9UeXYZneebdhcjMUlxqhRvrigPeV9InjAuEs0nRwCHYTL9J6Nz21wcF2FEuW+ibQUG2upe8bWW82pMuDVFZ1z4t9p3D+",
    "FSGXKqW1dp00IQKBgAYr1MSCH8EwSaP/TNLluuZ2ZvhyPzf+B5oiPQDXgqw4ACfJKXoUjJylGn0ERO/i+NK/YWvq/O9uyxV+7nC/",
    "YcMJFc6ZrHSqzBC3Nt4ZU64nl5556Rnv648Zy7/RaE9QIprlHNnc/cwqETZgm4luAVMAkTUa/zFJ816yTejV+7q1",
);
const MODULUS: &str = concat!(
    "p-PUCVdydzktkx4IL4YOX-DtM-n6cErIbQe3ovroa2CV6PsOTZdJyzRwc0fBimFU2DzifqLNBhnODKj2hIFaAGdfPGMSCzfy5C2e",
    "cFJs93rfq1LJjLyQG3K1z5qdNaRxlYMuQW8-TIB8AdEjFX1wjrXa6xrcTfac6hrwGo-3kHe_M8iyDFJb-NIeDtd9y038Q6SDlKVW",
    "fOXxHQ6xuMeM0du5tjRrdaIOWEaoehGSi2mwQWM9QJJXw38wvWxLOuX9eubvRTgasGxdqjXcQ5O5UgxwvTPXpKqaK6A5WYyNm37v",
    "XhYUlHfpF3AHJD2-BencKXijZjIGCBIrTCLC693gLQ",
);

/// The key that signs.
pub(crate) fn signing_key() -> EncodingKey {
    EncodingKey::from_rsa_der(&BASE64_STANDARD.decode(KEY).unwrap())
}

/// The public half of it under a name, as issuers publish theirs.
pub(crate) fn published_key(kid: &str) -> Value {
    json!({ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "n": MODULUS, "e": "AQAB" })
}

/// What this installation is called there, and what it proves that with: both hold letters that must be encoded.
pub(crate) const CLIENT: (&str, &str) = ("usher:test", "s3cret&more");

#[derive(Default)]
struct Plan {
    /// What it says of whoever signs in next; members override what it would say.
    claims: Value,
    /// Its keys are renamed, as after a rotation.
    kid: &'static str,
    /// What it keeps of a log-in by its code: challenge, nonce, redirect.
    codes: HashMap<String, (String, String, String)>,
    keys_asked: usize,
    /// Connections on which something was answered.
    used: HashSet<SocketAddr>,
    down: bool,
}

/// The issuer.
#[derive(Clone)]
pub(crate) struct Issuer {
    pub(crate) url: String,
    plan: Arc<Mutex<Plan>>,
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let issuer = Self { url, plan: Arc::new(Mutex::new(Plan { kid: "first", ..Plan::default() })) };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discover))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .layer(from_fn_with_state(issuer.clone(), once))
            .with_state(issuer.clone());
        let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        issuer
    }

    /// What it says of whoever signs in next.
    pub(crate) fn says(&self, claims: Value) {
        self.plan.lock().claims = claims;
    }

    /// From now on its key has another name.
    pub(crate) fn rotate(&self, kid: &'static str) {
        self.plan.lock().kid = kid;
    }

    /// From now on it answers nothing but 500.
    pub(crate) fn fall(&self) {
        self.plan.lock().down = true;
    }

    /// How often it was asked for its keys.
    pub(crate) fn keys_asked(&self) -> usize {
        self.plan.lock().keys_asked
    }

    /// Somebody signs in there: the code and the state with which the browser is sent back.
    pub(crate) fn visit(&self, authorization_url: &str) -> (String, String) {
        let (page, query) = authorization_url.split_once('?').unwrap();
        assert_eq!(page, format!("{}/authorize", self.url));
        let pairs: HashMap<&str, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, text)| {
                (name, percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned())
            })
            .collect();
        assert_eq!((&*pairs["response_type"], &*pairs["code_challenge_method"]), ("code", "S256"));
        assert_eq!((&*pairs["client_id"], &*pairs["scope"]), (CLIENT.0, "openid email profile"));
        let code = format!("code {}", &pairs["code_challenge"][..8]);
        let kept = (pairs["code_challenge"].clone(), pairs["nonce"].clone(), pairs["redirect_uri"].clone());
        self.plan.lock().codes.insert(code.clone(), kept);
        (code, pairs["state"].clone())
    }
}

/// A connection that is kept may be closed at any moment, and what is asked on it then is lost. This issuer loses all
/// that is asked on one that was used.
async fn once(
    State(issuer): State<Issuer>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if !issuer.plan.lock().used.insert(peer) {
        return StatusCode::REQUEST_TIMEOUT.into_response();
    }
    next.run(request).await
}

async fn discover(State(issuer): State<Issuer>) -> (StatusCode, Json<Value>) {
    let url = &issuer.url;
    let status = if issuer.plan.lock().down { 500 } else { 200 };
    let said = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
    });
    (StatusCode::from_u16(status).unwrap(), Json(said))
}

async fn keys(State(issuer): State<Issuer>) -> Json<Value> {
    let mut plan = issuer.plan.lock();
    plan.keys_asked += 1;
    Json(json!({ "keys": [published_key(plan.kid)] }))
}

async fn token(
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let refused = (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    let basic = BASE64_STANDARD.encode("usher%3Atest:s3cret%26more");
    if headers.get("authorization").and_then(|v| v.to_str().ok()) != Some(&*format!("Basic {basic}")) {
        return refused;
    }
    let mut plan = issuer.plan.lock();
    let Some((challenge, nonce, redirect)) = plan.codes.remove(&form["code"]) else { return refused };
    let hash = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    if hash != challenge || form["redirect_uri"] != redirect || form["grant_type"] != "authorization_code" {
        return refused;
    }
    let mut claims = json!({
        "iss": issuer.url,
        "aud": CLIENT.0,
        "nonce": nonce,
        "iat": crate::app::START_SECOND,
        "exp": crate::app::START_SECOND + 3600,
        "sub": "1001",
    });
    let told = plan.claims.as_object().cloned().unwrap_or_default();
    claims.as_object_mut().unwrap().extend(told);
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(plan.kid.to_owned());
    let id_token = encode(&header, &claims, &signing_key()).unwrap();
    (StatusCode::OK, Json(json!({ "access_token": "x", "token_type": "Bearer", "id_token": id_token })))
}
