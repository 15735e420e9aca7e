//! What the head of a request says: address, host, credential, language, idempotency key.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, Uri, header};
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use usher_kernel::{Fault, FaultKind, TenantId};

use crate::auth::{Credential, SESSION_COOKIE, TenantInfo, TenantRef};
use crate::endpoint::Endpoint;
use crate::gate::Gateway;

/// The longest `Idempotency-Key` in bytes.
const KEY_LIMIT: usize = 255;
/// The shortest one of a caller who is nobody in particular: all of those share one space of keys, and
/// whoever guesses another's key reads the other's answer.
const ANONYMOUS_KEY_LEAST: usize = 16;

/// What of a request says which host was asked.
type Head<'a> = (&'a Uri, &'a HeaderMap, &'a Extensions);

impl Gateway {
    fn trusted(&self, ip: IpAddr) -> bool {
        self.config.trusted_proxies.iter().any(|network| network.contains(ip))
    }

    /// The nearest address that is none of our own proxies.
    pub(crate) fn client_ip(&self, parts: &Parts) -> Option<IpAddr> {
        let peer =
            parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical())?;
        if self.config.trusted_proxies.is_empty() || !self.trusted(peer) {
            return Some(peer);
        }
        let mut nearest = peer;
        let values = parts.headers.get_all("x-forwarded-for");
        let hops: Vec<&str> =
            values.iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).collect();
        for hop in hops.into_iter().rev() {
            let Ok(ip) = hop.trim().parse::<IpAddr>() else { break };
            nearest = ip.to_canonical();
            if !self.trusted(nearest) {
                break;
            }
        }
        Some(nearest)
    }

    /// The host that was asked, as far as the nearest trusted proxy says.
    pub(crate) fn host<'a>(&self, (uri, headers, extensions): Head<'a>) -> Option<&'a str> {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let forwarded = peer.filter(|ip| self.trusted(*ip)).and_then(|_| text("x-forwarded-host"));
        forwarded.or_else(|| uri.authority().map(|a| a.as_str())).or_else(|| text("host"))
    }

    /// Passes when a request asks for a host that this installation answers.
    ///
    /// # Errors
    /// 400 `unknown_host`.
    pub(crate) fn check_host(&self, head: Head<'_>) -> Result<(), Fault> {
        let allowed = &self.config.allowed_hosts;
        if allowed.is_empty() {
            return Ok(());
        }
        let host = self.host(head).unwrap_or_default();
        // The port does not matter; an IPv6 address has brackets around its colons.
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        let known = allowed.iter().any(|one| match one.strip_prefix('.') {
            Some(domain) => name == domain || name.strip_suffix(domain).is_some_and(|n| n.ends_with('.')),
            None => one == "*" || name.eq_ignore_ascii_case(one),
        });
        let text = "This server does not answer for that host name.";
        if known { Ok(()) } else { Err(Fault::new(FaultKind::Malformed, "unknown_host", text)) }
    }

    /// The tenant that the host name names, in small letters, as short names are.
    pub(crate) fn subdomain(&self, parts: &Parts) -> Option<String> {
        let base = self.config.base_domain.as_deref()?;
        let host = self.host((&parts.uri, &parts.headers, &parts.extensions))?;
        // Host names have no case, and the configured one is in small letters already.
        let host = host.split(':').next()?;
        let cut = host.len().checked_sub(base.len()).filter(|cut| host.is_char_boundary(*cut))?;
        let (name, end) = host.split_at(cut);
        let name = name.strip_suffix('.').filter(|_| end.eq_ignore_ascii_case(base))?;
        (!name.is_empty() && !name.contains('.') && !name.eq_ignore_ascii_case("www"))
            .then(|| name.to_ascii_lowercase())
    }
}

pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

pub(crate) fn named(name: &str) -> TenantRef<'_> {
    name.parse::<TenantId>().map_or(TenantRef::Slug(name), TenantRef::Id)
}

pub(crate) fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The credential of a request: header, else API key, else cookie, else a ticket where the route takes one.
pub(crate) fn credential<'a>(endpoint: &Endpoint, parts: &'a Parts) -> Result<Option<Credential<'a>>, Fault> {
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let text = value.to_str().unwrap_or_default();
        let (scheme, secret) = text.split_once(' ').unwrap_or((text, ""));
        let secret = secret.trim();
        return if secret.is_empty() {
            Err(unreadable_credential())
        } else if scheme.eq_ignore_ascii_case("bearer") {
            Ok(Some(Credential::Bearer(secret)))
        } else if scheme.eq_ignore_ascii_case("token") {
            Ok(Some(Credential::Token(secret)))
        } else {
            Err(unreadable_credential())
        };
    }
    if let Some(key) = parts.headers.get("x-api-key").and_then(|value| value.to_str().ok()) {
        return Ok(Some(Credential::ApiKey(key)));
    }
    for cookies in parts.headers.get_all(header::COOKIE) {
        for cookie in cookies.to_str().unwrap_or_default().split(';') {
            if let Some((SESSION_COOKIE, value)) = cookie.trim().split_once('=') {
                return Ok(Some(Credential::Session(value)));
            }
        }
    }
    if endpoint.docs.ticket {
        let query = parts.uri.query().unwrap_or_default();
        return Ok(query.split('&').find_map(|pair| pair.strip_prefix("ticket=")).map(Credential::Ticket));
    }
    Ok(None)
}

fn unreadable_credential() -> Fault {
    Fault::new(
        FaultKind::Unauthenticated,
        "unreadable_credential",
        "Authorization must be \"Bearer …\" or \"Token …\".",
    )
}

/// The first language of `Accept-Language`, else the tenant's.
pub(crate) fn accepted_locale(headers: &HeaderMap, tenant: Option<&TenantInfo>) -> Arc<str> {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split([',', ';']).next())
        .map(str::trim)
        .filter(|tag| {
            (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
    match (accepted, tenant) {
        (Some(tag), Some(tenant)) if tag == &*tenant.locale => Arc::clone(&tenant.locale),
        (Some(tag), _) => Arc::from(tag),
        (None, Some(tenant)) => Arc::clone(&tenant.locale),
        (None, None) => Arc::from(""),
    }
}

pub(crate) fn idempotency_key(headers: &HeaderMap, anonymous: bool) -> Result<Option<&str>, Fault> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    let least = if anonymous { ANONYMOUS_KEY_LEAST } else { 1 };
    if !(least..=KEY_LIMIT).contains(&key.len()) {
        return Err(Fault::new(
            FaultKind::Malformed,
            "invalid_idempotency_key",
            format!("Idempotency-Key must be {least} to {KEY_LIMIT} printable ASCII characters."),
        ));
    }
    Ok(Some(key))
}

pub(crate) fn fingerprint(parts: &Parts, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(parts.uri.path().trim_end_matches('/'));
    hash.update([0]);
    hash.update(parts.uri.query().unwrap_or_default());
    hash.update([0]);
    hash.update(body);
    hash.finalize().into()
}

/// A path segment decoded; bytes that are no UTF-8 become the replacement character.
pub(crate) fn decode_segment(text: &str) -> String {
    if text.contains('%') {
        percent_decode_str(text).decode_utf8_lossy().into_owned()
    } else {
        text.to_owned()
    }
}
