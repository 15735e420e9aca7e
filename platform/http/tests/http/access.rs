//! Who passes where.

use axum::http::Method;
use serde_json::{Value, json};
use usher_http::HttpConfig;
use usher_testkit::Sweep;

use crate::app::{ACME, App, NORTH, SOUTH};

const BOOKS: &str = "/api/v1/tenants/acme/books";

#[tokio::test]
async fn every_kind_of_access_lets_in_its_own() {
    let app = App::new();
    // Path, then who passes; everybody else is told 401 (nobody) or 403 (somebody).
    let doors: [(&str, &[&str]); 7] = [
        (
            "/api/whoami",
            &["", "Bearer reader", "Bearer operator", "Token kiosk", "Token link", "Bearer homeless"],
        ),
        ("/api/me", &["Bearer reader", "Bearer operator", "Token kiosk", "Token link", "Bearer homeless"]),
        ("/api/books", &["Bearer reader", "Bearer operator"]),
        ("/api/platform", &["Bearer operator"]),
        ("/api/kiosk", &["Token kiosk"]),
        ("/api/link", &["Token link"]),
        ("/api/either", &["Token kiosk", "Bearer operator"]),
    ];
    for (path, welcome) in doors {
        for who in ["", "Bearer reader", "Bearer operator", "Token kiosk", "Token link", "Bearer homeless"] {
            let ask = app.get(path);
            let got = if who.is_empty() { ask } else { ask.header("authorization", who) }.send().await;
            let expected = match (welcome.contains(&who), who) {
                (true, _) => 200,
                (false, "") => 401,
                (false, _) => 403,
            };
            assert_eq!(got.status.as_u16(), expected, "{path} as {who:?}: {}", got.text);
        }
    }
}

#[tokio::test]
async fn another_tenant_is_not_found_rather_than_forbidden() {
    let app = App::new();
    app.get(BOOKS).bearer("reader").expect(200).await;
    for path in [BOOKS.to_owned(), format!("/api/v1/tenants/{ACME}/books")] {
        let stranger = app.get(&path).bearer("banker").expect(404).await;
        // The same words as for a tenant that is not there: nobody learns that it exists.
        let nowhere = app.get("/api/v1/tenants/nowhere/books").bearer("banker").expect(404).await;
        assert_eq!(stranger, nowhere);
    }
    app.get(BOOKS).bearer("operator").expect(200).await;
    app.get(BOOKS).expect(401).await;
    // A member of two tenants has the rights of each.
    app.get("/api/v1/tenants/bank/books").bearer("writer").expect(200).await;
    let book = json!({ "title": "x", "author": { "name": "y" } });
    app.post("/api/v1/tenants/bank/books", &book).bearer("writer").expect(403).await;
}

#[tokio::test]
async fn a_suspended_tenant_is_closed_to_all_but_the_operator() {
    let app = App::new();
    let refusal = app.get("/api/books").bearer("closed").expect(403).await;
    assert_eq!(refusal["code"], "tenant_suspended");
    app.get("/api/v1/tenants/closed/books").bearer("operator").expect(200).await;
}

#[tokio::test]
async fn the_tenant_comes_from_path_token_header_subdomain_or_default() {
    let app = App::with(HttpConfig { base_domain: Some("queue.example".into()), ..HttpConfig::default() });
    let tenant = async |ask: crate::app::Ask| ask.expect(200).await["tenant"].clone();
    let acme = Value::from(ACME.to_string());
    assert_eq!(tenant(app.get("/api/organizations/acme/books").bearer("operator")).await, acme);
    assert_eq!(tenant(app.get("/api/books").bearer("reader").header("x-tenant", "bank")).await, acme);
    assert_ne!(tenant(app.get("/api/books").bearer("operator").header("x-tenant", "bank")).await, acme);
    assert_ne!(
        tenant(app.get("/api/books").bearer("operator").header("host", "bank.queue.example:80")).await,
        acme
    );
    for host in ["BANK.Queue.Example", "bank.QUEUE.EXAMPLE:80"] {
        assert_ne!(
            tenant(app.get("/api/books").bearer("operator").header("host", host)).await,
            acme,
            "{host}"
        );
    }
    for host in ["queue.example", "bankqueue.example", "a.bank.queue.example", "ä.example", "x"] {
        assert_eq!(
            tenant(app.get("/api/books").bearer("operator").header("host", host)).await,
            acme,
            "{host}"
        );
    }
    app.get("/api/books").bearer("homeless").header("x-tenant", "bank").expect(404).await;
    app.get("/api/books").bearer("homeless").header("x-tenant", "nowhere").expect(404).await;
}

#[tokio::test]
async fn a_site_limited_member_stays_at_their_sites() {
    let app = App::new();
    app.get(&format!("/api/sites/{NORTH}")).bearer("north").expect(204).await;
    let refusal = app.get(&format!("/api/sites/{SOUTH}")).bearer("north").expect(403).await;
    assert_eq!(refusal["code"], "other_site");
    app.get(&format!("/api/sites/{SOUTH}")).bearer("reader").expect(204).await;
}

#[tokio::test]
async fn a_cookie_changes_things_only_from_our_own_pages() {
    let app = App::new();
    let signed_in = |method| app.ask(method, "/api/me").header("cookie", "a=b; usher_session=writer");
    let here = |method| signed_in(method).header("host", "queue.example");
    signed_in(Method::GET).expect(200).await;
    here(Method::POST).header("origin", "https://queue.example").expect(200).await;
    here(Method::POST).header("sec-fetch-site", "same-origin").expect(200).await;
    for refused in [
        here(Method::POST),
        here(Method::POST).header("origin", "https://evil.example"),
        here(Method::POST).header("origin", "null"),
        here(Method::POST).header("sec-fetch-site", "cross-site"),
        here(Method::POST).header("sec-fetch-site", "cross-site").header("origin", "https://queue.example"),
        here(Method::POST).header("sec-fetch-site", "same-site"),
    ] {
        assert_eq!(refused.expect(403).await["code"], "cross_site");
    }
    // A token in a header was put there on purpose.
    app.ask(Method::POST, "/api/me")
        .bearer("writer")
        .header("origin", "https://evil.example")
        .expect(200)
        .await;
}

#[tokio::test]
async fn tickets_work_on_live_connections_only() {
    let app = App::new();
    app.get("/ws/live?ticket=once").expect(200).await;
    app.get("/ws/live/?x=1&ticket=once").expect(200).await;
    app.get("/ws/live?ticket=twice").expect(401).await;
    app.get("/api/me?ticket=once").expect(401).await;
}

#[tokio::test]
async fn credentials_of_every_kind_are_understood() {
    let app = App::new();
    app.get("/api/books").header("x-api-key", "key").expect(200).await;
    app.get("/api/books").header("authorization", "bearer reader").expect(200).await;
    let basic = app.get("/api/books").header("authorization", "Basic abc").expect(401).await;
    assert_eq!(basic["code"], "unreadable_credential");
    let wrong = app.get("/api/books").bearer("nonsense").send().await;
    assert_eq!((wrong.status.as_u16(), wrong.header("www-authenticate")), (401, "Bearer"));
    // An expired token does not keep anybody from what is public.
    assert_eq!(app.get("/api/whoami").bearer("nonsense").expect(200).await["actor"], "anonymous");
}

#[tokio::test]
async fn only_known_hosts_are_answered_where_they_are_listed() {
    let hosts = vec!["localhost".into(), ".queue.example".into()];
    let app = App::with(HttpConfig { allowed_hosts: hosts, ..HttpConfig::default() });
    for host in ["localhost", "LOCALHOST:4000", "queue.example", "bank.queue.example:443"] {
        app.get("/api/whoami").header("host", host).expect(200).await;
    }
    for host in ["evil.example", "evilqueue.example", "[::1]:4000", ""] {
        assert_eq!(app.get("/api/whoami").header("host", host).expect(400).await["code"], "unknown_host");
    }
}

#[tokio::test]
async fn the_sweep_passes_where_routes_are_guarded_and_tells_where_they_are_not() {
    let app = App::new();
    let sweep = |outsider: &str| Sweep::new(app.api.clone(), "acme", "Bearer powerless", outsider);
    // What is wrong with this installation on purpose is told, once for each who tried, and nothing else.
    let faults = sweep("Bearer banker").run().await;
    let about = |path: &str| faults.iter().filter(|line| line.contains(path)).count();
    let told = (about("/api/broken"), about("/api/panicking"), about("/api/sites/{site_id}"), faults.len());
    assert_eq!(told, (3, 3, 1, 7), "{faults:#?}");
    // Somebody of the tenant itself as the outsider: what lets them in is told.
    let faults = sweep("Bearer reader").run().await;
    assert!(faults.iter().any(|line| line.contains("to another tenant; 404 was expected")), "{faults:#?}");
}
