//! A route that is asked for from inside another: it holds there to what it states.

use serde_json::{Value, json};
use usher_http::{HttpConfig, Rate, Rates};

use crate::app::{App, Ask};

const BOOKS: &str = "/api/v1/tenants/{tenant}/books";
const BOOK: &str = "/api/v1/tenants/{tenant}/books/{id}";
const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn ask(app: &App, wanted: &Value) -> Ask {
    app.post("/api/door", wanted)
}

#[tokio::test]
async fn who_may_is_asked_of_the_route_itself() {
    let app = App::new();
    let list = json!({ "method": "GET", "path": BOOKS });
    let add = json!({ "method": "POST", "path": BOOKS,
                      "body": { "title": "Emma", "author": { "name": "Jane" } } });
    assert_eq!(ask(&app, &list).expect(401).await["code"], "not_signed_in");
    ask(&app, &list).bearer("reader").expect(200).await;
    assert_eq!(ask(&app, &add).bearer("reader").expect(403).await["code"], "forbidden");
    assert_eq!(ask(&app, &add).bearer("writer").expect(201).await["title"], "Emma");
    let dune = json!({ "method": "POST", "path": BOOKS,
                       "body": { "title": "Dune", "author": { "name": "Frank" } } });
    assert_eq!(ask(&app, &dune).bearer("writer").expect(409).await["code"], "title_taken");
    let wrong = json!({ "method": "POST", "path": BOOKS, "body": { "titel": "Emma" } });
    assert_eq!(ask(&app, &wrong).bearer("writer").expect(422).await["errors"][0]["code"], "unknown_field");
    ask(&app, &json!({ "method": "GET", "path": "/api/platform" })).bearer("writer").expect(403).await;
    ask(&app, &json!({ "method": "GET", "path": "/api/kiosk" })).token("kiosk").expect(200).await;
}

#[tokio::test]
async fn a_stranger_who_names_a_tenant_finds_nothing_in_it() {
    let app = App::new();
    let me = json!({ "method": "GET", "path": "/api/me" });
    // Somebody without a tenant of their own may say which one they mean.
    ask(&app, &me).bearer("homeless").expect(200).await;
    let there = || ask(&app, &me).bearer("homeless").header("x-tenant", "bank");
    assert_eq!(there().expect(404).await["code"], "not_found");
    let public = json!({ "method": "GET", "path": "/api/whoami" });
    ask(&app, &public).bearer("homeless").header("x-tenant", "bank").expect(200).await;
}

#[tokio::test]
async fn parameters_and_versions_arrive() {
    let app = App::new();
    let one = json!({ "method": "GET", "path": BOOK, "id": ID });
    assert_eq!(ask(&app, &one).bearer("reader").expect(200).await["id"], ID);
    let bad = json!({ "method": "GET", "path": BOOK, "id": "x" });
    assert_eq!(ask(&app, &bad).bearer("reader").expect(422).await["errors"][0]["field"], "id");
    let change = json!({ "method": "PUT", "path": BOOK, "id": ID, "body": {} });
    assert_eq!(ask(&app, &change).bearer("writer").expect(412).await["code"], "stale");
}

#[tokio::test]
async fn what_fails_inside_tells_nothing_and_ends_nothing() {
    let app = App::new();
    for path in ["/api/broken", "/api/panicking"] {
        let told = ask(&app, &json!({ "method": "GET", "path": path })).expect(500).await;
        assert_eq!(told["code"], "internal");
        assert!(!told.to_string().contains("hunter2"), "{told}");
    }
    ask(&app, &json!({ "method": "GET", "path": "/api/whoami" })).expect(200).await;
}

#[tokio::test]
async fn rates_hold_as_at_the_route_itself() {
    let rates =
        Rates { anonymous_issue: Rate::per_minute(2), anonymous: Rate::per_minute(5), ..Rates::unlimited() };
    let app = App::with(HttpConfig { rates, ..HttpConfig::default() });
    let from = |wanted: &Value, address: &str| ask(&app, wanted).from(address);
    // A route with a rate of its own counts it, however it is asked for.
    let issue = json!({ "method": "POST", "path": "/api/tickets", "body": {} });
    for status in [200, 200, 429] {
        from(&issue, "10.0.0.1").expect(status).await;
    }
    // Another takes a token of its own only when that is wanted: the request has taken one.
    let look = |counted| json!({ "method": "GET", "path": "/api/whoami", "counted": counted });
    for (counted, status) in [(false, 200), (true, 200), (true, 200), (false, 429)] {
        from(&look(counted), "10.0.0.2").expect(status).await;
    }
}
