//! The preset for Google against what Google publishes of itself, without asking Google.

use std::collections::HashMap;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use usher_identity::model::oidc::{
    Discovered, Outsider, Provider, TokenFault, authorization_url, check_token, new_verifier,
};
use usher_kernel::Timestamp;

use crate::app::START_SECOND;
use crate::issuer::{published_key, signing_key};

const CLIENT: &str = "407408718192-usher.apps.googleusercontent.com";
const REDIRECT: &str = "https://queue.example/login";

/// What stands at `https://accounts.google.com/.well-known/openid-configuration`.
fn published() -> Value {
    json!({
        "issuer": "https://accounts.google.com",
        "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
        "device_authorization_endpoint": "https://oauth2.googleapis.com/device/code",
        "token_endpoint": "https://oauth2.googleapis.com/token",
        "userinfo_endpoint": "https://openidconnect.googleapis.com/v1/userinfo",
        "revocation_endpoint": "https://oauth2.googleapis.com/revoke",
        "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
        "response_types_supported": [
            "code", "token", "id_token", "code token", "code id_token", "token id_token", "code token id_token", "none",
        ],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": [
            "aud", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss", "name", "picture", "sub",
        ],
        "code_challenge_methods_supported": ["plain", "S256"],
        "grant_types_supported": [
            "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ],
    })
}

fn google() -> (Provider, Discovered) {
    let discovered = serde_json::from_value(published()).unwrap();
    (Provider::google(CLIENT, "GOCSPX-secret", false), discovered)
}

/// The query of an address, by name.
fn query(url: &str) -> HashMap<String, String> {
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let (_, query) = url.split_once('?').unwrap();
    query.split('&').filter_map(|pair| pair.split_once('=')).map(|(n, v)| (decode(n), decode(v))).collect()
}

/// Whether one of a document's lists holds a word.
fn listed(list: &str, word: &str) -> bool {
    published()[list].as_array().unwrap().iter().any(|known| known == word)
}

#[test]
fn the_preset_fits_what_google_publishes() {
    let (google, discovered) = google();
    assert_eq!((&*google.name, &*google.label), ("google", "Google"));
    assert_eq!(discovered.fault(&google), None);
    let address = format!("{}/.well-known/openid-configuration", google.issuer);
    assert_eq!(address, "https://accounts.google.com/.well-known/openid-configuration");
    // The secret goes into the header, which Google takes.
    assert!(!discovered.secret_in_form());
    assert!(listed("token_endpoint_auth_methods_supported", "client_secret_basic"));
    assert!(listed("grant_types_supported", "authorization_code"));
    assert_eq!(discovered.token_endpoint, "https://oauth2.googleapis.com/token");
    assert_eq!(discovered.jwks_uri, "https://www.googleapis.com/oauth2/v3/certs");

    let url = authorization_url(&google, &discovered, REDIRECT, "a state", &new_verifier());
    assert!(url.starts_with("https://accounts.google.com/o/oauth2/v2/auth?"), "{url}");
    let asked = query(&url);
    assert!(listed("response_types_supported", &asked["response_type"]), "{url}");
    assert!(listed("code_challenge_methods_supported", &asked["code_challenge_method"]), "{url}");
    for scope in asked["scope"].split(' ') {
        assert!(listed("scopes_supported", scope), "{scope}");
    }
    assert_eq!((&*asked["client_id"], &*asked["redirect_uri"]), (CLIENT, REDIRECT));
}

#[test]
fn an_issuer_that_does_not_fit_is_told_why() {
    let (google, _) = google();
    for (member, value, fault) in [
        ("issuer", json!("https://accounts.google.example"), "it names itself by another address"),
        ("response_types_supported", json!(["id_token"]), "it has no authorization code flow"),
        (
            "id_token_signing_alg_values_supported",
            json!(["HS256", "none"]),
            "it signs in no way that is taken",
        ),
    ] {
        let mut said = published();
        said[member] = value;
        let discovered: Discovered = serde_json::from_value(said).unwrap();
        assert_eq!(discovered.fault(&google), Some(fault), "{member}");
    }
    // An issuer that says less is asked all the same.
    let mut said = published();
    for member in ["response_types_supported", "id_token_signing_alg_values_supported"] {
        said.as_object_mut().unwrap().remove(member);
    }
    assert_eq!(serde_json::from_value::<Discovered>(said).unwrap().fault(&google), None);
}

#[test]
fn a_token_as_google_signs_it_opens_an_account() {
    let (google, discovered) = google();
    let verifier = new_verifier();
    let nonce =
        query(&authorization_url(&google, &discovered, REDIRECT, "a state", &verifier))["nonce"].clone();
    let claims = json!({
        "iss": "https://accounts.google.com",
        "azp": CLIENT,
        "aud": CLIENT,
        "sub": "110169484474386276334",
        "email": "ana@gmail.com",
        "email_verified": true,
        "at_hash": "HK6E_P6Dh8Y93mRNtsDB1Q",
        "nonce": nonce,
        "name": "Ana Martin",
        "picture": "https://lh3.googleusercontent.com/a/photo=s96-c",
        "given_name": "Ana",
        "family_name": "Martin",
        "iat": START_SECOND,
        "exp": START_SECOND + 3600,
    });
    // Google has two keys at a time, so that a token names the one that signed it.
    let keys = json!({ "keys": [published_key("older"), published_key("newer")] });
    let keys: JwkSet = serde_json::from_value(keys).unwrap();
    let now = Timestamp::from_second(START_SECOND).unwrap();
    let check = |algorithm, key: &EncodingKey, kid: Option<&str>, claims: &Value| {
        let header = Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) };
        check_token(&google, &keys, &encode(&header, claims, key).unwrap(), &verifier, now)
    };
    for algorithm in published()["id_token_signing_alg_values_supported"].as_array().unwrap() {
        let algorithm: Algorithm = algorithm.as_str().unwrap().parse().unwrap();
        let ana = Outsider {
            issuer: "https://accounts.google.com".to_owned(),
            subject: "110169484474386276334".to_owned(),
            email: Some("ana@gmail.com".to_owned()),
            email_verified: true,
            name: Some("Ana Martin".to_owned()),
            locale: None,
        };
        assert_eq!(check(algorithm, &signing_key(), Some("newer"), &claims), Ok(ana));
    }
    assert_eq!(check(Algorithm::RS256, &signing_key(), None, &claims), Err(TokenFault::UnknownKey));
    assert_eq!(
        check(Algorithm::RS256, &signing_key(), Some("retired"), &claims),
        Err(TokenFault::UnknownKey)
    );
    let shared = EncodingKey::from_secret(b"GOCSPX-secret");
    let refused = check(Algorithm::HS256, &shared, Some("newer"), &claims);
    assert_eq!(refused, Err(TokenFault::Bad("it is signed in a way that is not taken")));
    for (claim, value) in
        [("iss", json!("https://accounts.google.example")), ("aud", json!("another client"))]
    {
        let mut other = claims.clone();
        other[claim] = value;
        let refused = check(Algorithm::RS256, &signing_key(), Some("newer"), &other);
        assert_eq!(refused, Err(TokenFault::Bad("its signature, issuer or audience is wrong")), "{claim}");
    }
}
