//! The screens, embedded: every file that the web build made, and the page that starts the app.
//!
//! Files under `assets/` carry a hash of their content in their name and are cached for good; they were
//! compressed when they were built. The page is the same for every screen; each answer carries a fresh nonce,
//! in its policy and in its script elements, so that nothing that was smuggled into a page can run.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::get;
use base64::Engine as _;

/// One built file.
#[derive(Debug)]
struct Asset {
    /// Relative to the root of the site, without a leading slash.
    path: &'static str,
    raw: &'static [u8],
    br: Option<&'static [u8]>,
    gz: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// What stands in the built page where the nonce belongs.
const NONCE_MARK: &str = "__CSP_NONCE__";

/// The script that keeps screens for a time without the network.
const WORKER: &str = "sw.js";

/// What that script may load and ask for. A worker's own answer says so; that of the page does not count for it.
const WORKER_POLICY: &str =
    "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";

/// The first segments of the addresses that are screens; anything else is not ours.
const SCREENS: &[&str] = &[
    "",
    "s",
    "t",
    "book",
    "appointments",
    "waitlist",
    "kiosk",
    "display",
    "preview",
    "login",
    "agent",
    "reception",
    "manage",
    "reports",
    "admin",
    "account",
    "wallet",
    "organisation",
    "platform",
];

/// Shown by builds that were made without the screens.
const NOT_BUILT: &str = include_str!("not-built.html");

/// Routes for every screen and every built file.
///
/// The screens' routes are named one by one. At any other address a person reads the product's page that nothing
/// is there; a program gets a bare 404, to be filled in by whoever mounts this router.
pub fn router() -> Router {
    let mut router = Router::new().route("/assets/{*file}", get(asset));
    for asset in ASSETS.iter().filter(|a| !a.path.starts_with("assets/") && a.path != "index.html") {
        router = router.route(&format!("/{}", asset.path), get(self::asset));
    }
    for screen in SCREENS {
        if screen.is_empty() {
            router = router.route("/", get(page));
        } else {
            router = router
                .route(&format!("/{screen}"), get(page))
                .route(&format!("/{screen}/"), get(page))
                .route(&format!("/{screen}/{{*rest}}"), get(page));
        }
    }
    router.fallback(nowhere)
}

/// Whether the screens are in this build; false for a development build with `USHER_SKIP_WEB=1`.
pub fn is_built() -> bool {
    find("index.html").is_some()
}

fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.binary_search_by(|a| a.path.cmp(path)).ok().and_then(|i| ASSETS.get(i))
}

async fn asset(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let Some(asset) = find(uri.path().trim_start_matches('/')) else {
        return nowhere(method, headers).await;
    };
    let hashed = asset.path.starts_with("assets/");
    let cache = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (body, encoding) = match (asset.br, asset.gz) {
        (Some(br), _) if accepts(accepted, "br") => (br, Some("br")),
        (_, Some(gz)) if accepts(accepted, "gzip") => (gz, Some("gzip")),
        _ => (asset.raw, None),
    };
    let mut response = Response::new(if method == Method::HEAD { Body::empty() } else { Body::from(body) });
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime(asset.path)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if asset.path == WORKER {
        out.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER_POLICY));
    }
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// Whether an `Accept` or `Accept-Encoding` names `coding` without ruling it out by `q=0`.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        let named = words.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        named && !words.any(|w| w.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)))
    })
}

fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// There is nothing at this address.
async fn nowhere(method: Method, headers: HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    // Every browser names HTML for a page; scripts, pictures and programs accept anything at best.
    let reader = matches!(method, Method::GET | Method::HEAD) && accepts(accepted, "text/html");
    let mut response = if reader { page().await } else { Response::default() };
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

async fn page() -> Response {
    let text = find("index.html").map_or(NOT_BUILT, |a| std::str::from_utf8(a.raw).unwrap_or(NOT_BUILT));
    let nonce = base64::engine::general_purpose::STANDARD_NO_PAD.encode(usher_kernel::random::bytes::<16>());
    let mut response = Response::new(Body::from(text.replace(NONCE_MARK, &nonce)));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // A page that a cache gave out twice would carry the same nonce twice.
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The address of a ticket page is its key: it must not travel to other sites.
    out.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    out.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    if let Ok(policy) = HeaderValue::from_str(&policy(&nonce)) {
        out.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// What a page may load and run: our own files, and elements that carry this answer's nonce.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob: https:; media-src 'self' blob: https:; font-src 'self'; connect-src 'self'; \
         worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'self'"
    )
}

#[cfg(test)]
mod tests;
