//! Nonce, caching, compression and the bounds of what the screens answer.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::{ASSETS, accepts, is_built, router};

async fn get(path: &str, encoding: &str) -> Response {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, encoding).body(Body::empty());
    match router().oneshot(request.expect("a request")).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn header_of(response: &Response, name: header::HeaderName) -> String {
    response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
}

async fn text(response: Response) -> String {
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[tokio::test]
async fn every_page_has_a_nonce_of_its_own_and_nothing_inline() {
    let (first, second) = (get("/", "").await, get("/t/some-secret", "").await);
    assert_eq!(first.status(), StatusCode::OK);
    let policy = header_of(&first, header::CONTENT_SECURITY_POLICY);
    assert_ne!(policy, header_of(&second, header::CONTENT_SECURITY_POLICY));
    assert!(!policy.contains("unsafe"));
    assert_eq!(header_of(&first, header::CACHE_CONTROL), "no-store");
    let page = text(first).await;
    assert!(!page.contains("__CSP_NONCE__"));
    if is_built() {
        let nonce = policy.split("'nonce-").nth(1).and_then(|p| p.split('\'').next()).unwrap_or_default();
        assert!(page.contains(nonce));
    }
}

#[tokio::test]
async fn the_worker_may_load_its_parts_and_fetch_what_it_keeps() {
    if !is_built() {
        return;
    }
    let policy = header_of(&get("/sw.js", "").await, header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("script-src 'self'") && policy.contains("connect-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe"));
}

#[tokio::test]
async fn screens_are_found_at_any_depth_and_nothing_else_is() {
    for screen in [
        "/",
        "/s/bank/main",
        "/book/bank/main",
        "/appointments/x",
        "/waitlist/x",
        "/kiosk",
        "/display",
        "/preview/kiosk",
        "/admin/queues/1",
        "/login",
        "/wallet",
        "/organisation",
        "/platform",
    ] {
        assert_eq!(get(screen, "").await.status(), StatusCode::OK, "{screen}");
    }
    for other in [
        "/api/v1/nothing",
        "/api",
        "/assets/nothing.js",
        "/nothing",
        "/index.html.br",
        "/.vite/manifest.json",
    ] {
        assert_eq!(get(other, "").await.status(), StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn a_browser_at_a_wrong_address_reads_the_products_page() {
    let ask = |path: &'static str, accept: &'static str, method: Method| async move {
        let request = Request::builder().method(method).uri(path).header(header::ACCEPT, accept);
        match router().oneshot(request.body(Body::empty()).expect("a request")).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    };
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for path in ["/nope", "/nope/deeper", "/assets/nothing.js"] {
        let shown = ask(path, browser, Method::GET).await;
        assert_eq!(shown.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(header_of(&shown, header::CONTENT_TYPE).starts_with("text/html"), "{path}");
        assert!(header_of(&shown, header::CONTENT_SECURITY_POLICY).contains("'nonce-"), "{path}");
        assert_eq!(header_of(&shown, header::VARY), "accept");
        assert!(text(shown).await.contains("<html"), "{path}");
    }
    for (accept, method) in [("*/*", Method::GET), ("application/json", Method::GET), (browser, Method::POST)]
    {
        let bare = ask("/nope", accept, method).await;
        assert_eq!(bare.status(), StatusCode::NOT_FOUND, "{accept}");
        assert_eq!(header_of(&bare, header::CONTENT_TYPE), "", "{accept}");
    }
}

#[tokio::test]
async fn hashed_files_are_kept_for_good_and_come_compressed() {
    let Some(script) =
        ASSETS.iter().find(|a| a.path.starts_with("assets/") && a.path.ends_with(".js") && a.br.is_some())
    else {
        assert!(!is_built());
        return;
    };
    let path = format!("/{}", script.path);
    let plain = get(&path, "").await;
    assert!(header_of(&plain, header::CACHE_CONTROL).contains("immutable"));
    assert_eq!(header_of(&plain, header::CONTENT_ENCODING), "");
    assert_eq!(header_of(&get(&path, "gzip, br").await, header::CONTENT_ENCODING), "br");
    assert_eq!(header_of(&get(&path, "gzip, br;q=0").await, header::CONTENT_ENCODING), "gzip");
    assert_eq!(header_of(&get("/sw.js", "br").await, header::CACHE_CONTROL), "no-cache");
}

#[test]
fn a_coding_can_be_refused() {
    assert!(accepts("gzip, br", "br"));
    assert!(accepts("GZIP;q=0.5", "gzip"));
    assert!(!accepts("br;q=0", "br"));
    assert!(!accepts("brotli", "br"));
}
