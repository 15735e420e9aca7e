//! The web app's two cookies: the session, and the refresh token that only the refresh route reads.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use usher_http::SESSION_COOKIE;
use usher_kernel::{SignedDuration, Timestamp};

use crate::Identity;
use crate::ops::SignedIn;

/// The name of the cookie with the refresh token.
const REFRESH_COOKIE: &str = "usher_refresh";
/// The name of the cookie that ties a log-in through another issuer to the browser that began it.
const VERIFIER_COOKIE: &str = "usher_verifier";
/// The refresh cookie travels only to the API.
const REFRESH_PATH: &str = "/api";

/// Sets the cookies of an opened or refreshed session.
pub(super) fn set(identity: &Identity, signed_in: &SignedIn, now: Timestamp, response: &mut Response) {
    let life = signed_in.session.expires_at.duration_since(now);
    if let Some(secret) = &signed_in.secret {
        put(identity, SESSION_COOKIE, secret, "/", life, response);
    }
    if let Some(refresh) = &signed_in.refresh {
        put(identity, REFRESH_COOKIE, refresh, REFRESH_PATH, life, response);
    }
}

/// Takes both cookies back.
pub(super) fn clear(identity: &Identity, response: &mut Response) {
    put(identity, SESSION_COOKIE, "", "/", SignedDuration::ZERO, response);
    put(identity, REFRESH_COOKIE, "", REFRESH_PATH, SignedDuration::ZERO, response);
}

/// Ties a log-in through another issuer to this browser.
pub(super) fn set_verifier(identity: &Identity, verifier: &str, response: &mut Response) {
    put(identity, VERIFIER_COOKIE, verifier, REFRESH_PATH, crate::model::oidc::FLOW_LIFE, response);
}

/// Takes that back.
pub(super) fn clear_verifier(identity: &Identity, response: &mut Response) {
    put(identity, VERIFIER_COOKIE, "", REFRESH_PATH, SignedDuration::ZERO, response);
}

/// What ties a log-in to this browser, in the request's cookies.
pub(super) fn verifier(headers: &HeaderMap) -> Option<String> {
    named(headers, VERIFIER_COOKIE)
}

fn put(
    identity: &Identity,
    name: &str,
    value: &str,
    path: &str,
    life: SignedDuration,
    response: &mut Response,
) {
    let secure = if identity.config().secure_cookies { "; Secure" } else { "" };
    let age = life.as_secs().max(0);
    let text = format!("{name}={value}; Path={path}; Max-Age={age}; HttpOnly; SameSite=Strict{secure}");
    // Our secrets are base64url, so this always is a header.
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The refresh token in the request's cookies.
pub(super) fn refresh_token(headers: &HeaderMap) -> Option<String> {
    named(headers, REFRESH_COOKIE)
}

fn named(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value.to_owned())
}
