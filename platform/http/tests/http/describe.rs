//! What the installation says of itself.

use std::sync::Arc;

use serde_json::Value;
use usher_http::{
    Access, Api, HttpConfig, NoContent, Registry, RouteError, Routes, Versioned, permissions_markdown,
};

use crate::app::App;

async fn nothing() -> NoContent {
    NoContent
}

#[tokio::test]
async fn the_api_description_is_made_from_the_routes() {
    let app = App::new();
    let got = app.get("/api/openapi.json").send().await;
    let document = got.json();
    assert_eq!(document, app.api.registry().openapi("1.2.3"));
    assert_eq!(got.text, app.get("/api/openapi.json").send().await.text);
    let again = app.get("/api/openapi.json").header("if-none-match", got.header("etag")).send().await;
    assert_eq!(again.status.as_u16(), 304);
    // Every reference leads somewhere.
    let mut pointers = Vec::new();
    collect(&document, &mut pointers);
    assert!(!pointers.is_empty());
    for pointer in pointers {
        assert!(document.pointer(&pointer).is_some(), "{pointer}");
    }
    insta::assert_json_snapshot!("openapi_books", document["paths"]["/api/v1/tenants/{tenant}/books"]);
    insta::assert_json_snapshot!("openapi_schemas", document["components"]["schemas"]);
}

fn collect(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(text) if key == "$ref" => out.push(text.trim_start_matches('#').to_owned()),
                    other => collect(other, out),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, out)),
        _ => {}
    }
}

#[test]
fn the_table_of_permissions_is_made_from_the_routes() {
    insta::assert_snapshot!(permissions_markdown(App::new().api.registry()));
}

#[test]
fn the_same_route_twice_is_found_at_the_start() {
    let routes = |context, path| Routes::new(context, ()).get(path, Access::public(), nothing, |d| d);
    let build = |second| {
        Api::builder(
            HttpConfig::default(),
            Arc::new(crate::app::Nobody),
            Arc::new(crate::app::Nobody),
            usher_kernel::Clock::manual(usher_kernel::Timestamp::UNIX_EPOCH).0,
        )
        .mount(routes("first", "/api/things/{id}"))
        .mount(routes("second", second))
        .build()
        .map(|_| ())
    };
    assert_eq!(
        build("/api/things/{thing}/"),
        Err(RouteError::Duplicate {
            method: "GET".into(),
            path: "/api/things/{thing}/",
            first: "first",
            second: "second"
        })
    );
    assert_eq!(build("/api/things/{thing}/parts"), Ok(()));
}

#[test]
fn a_registry_needs_no_server() {
    let routes = Routes::new("things", ()).post("/b", Access::signed_in(), nothing, |d| d.secret_answer());
    let registry = Registry::of([routes.get("/a", Access::public(), nothing, |d| d)]);
    let paths: Vec<_> = registry.endpoints().iter().map(|e| (e.path(), e.idempotent())).collect();
    assert_eq!(paths, [("/a", false), ("/b", false)]);
}

/// Whose answers carry a tag, by the type of the handler, and no other route, says that it may answer 304.
#[test]
fn what_has_a_version_says_that_it_may_not_be_modified() {
    async fn versioned() -> Result<Versioned<NoContent>, usher_kernel::Fault> {
        Ok(Versioned { version: 1, answer: NoContent })
    }
    async fn at_once() -> Versioned<NoContent> {
        Versioned { version: 1, answer: NoContent }
    }
    let routes = Routes::new("things", ())
        .get("/api/a", Access::public(), versioned, |d| d.answer_empty(200))
        .put("/api/a", Access::public(), versioned, |d| d.answer_empty(200))
        .get("/api/b", Access::public(), at_once, |d| d.answer_empty(200))
        .get("/api/c", Access::public(), nothing, |d| d.answer_empty(204));
    let document = Registry::of([routes]).openapi("1");
    let said = |path: &str, method: &str| {
        let operation = &document["paths"][path][method];
        let asks = operation["parameters"].as_array().into_iter().flatten();
        let asks = asks.filter(|parameter| parameter["name"] == "If-None-Match").count();
        let responses = &operation["responses"];
        (responses["304"].is_object(), responses["200"]["headers"]["ETag"].is_object(), asks)
    };
    assert_eq!(said("/api/a", "get"), (true, true, 1));
    assert_eq!(said("/api/b", "get"), (true, true, 1));
    assert_eq!(said("/api/a", "put"), (false, false, 0));
    assert_eq!(said("/api/c", "get"), (false, false, 0));
}

#[tokio::test]
async fn the_page_for_people_comes_from_our_own_origin() {
    let app = App::new();
    let page = app.get("/api/docs/").send().await;
    assert!(page.text.contains("/api/docs/swagger-ui-bundle.js") && !page.text.contains("https://"));
    assert!(!page.header("content-security-policy").contains("unsafe"));
    for file in ["swagger-ui-bundle.js", "swagger-ui.css", "start.js", "favicon-32x32.png", "index.css"] {
        let got = app.get(&format!("/api/docs/{file}")).send().await;
        assert_eq!(got.status.as_u16(), 200, "{file}");
    }
    app.get("/api/docs/nothing.js").expect(404).await;
}

#[tokio::test]
async fn health_and_metrics_are_told() {
    let app = App::new();
    let health = app.get("/api/v1/health").expect(200).await;
    assert_eq!((&health["status"], &health["version"]), (&Value::from("ok"), &Value::from("1.2.3")));
    app.get("/api/v1/admin/system/health").expect(401).await;
    app.get("/api/v1/admin/system/health").bearer("reader").expect(403).await;
    let report = app.get("/api/v1/admin/system/health").bearer("operator").expect(200).await;
    assert_eq!(report["status"], "ok");
    let metrics = app.get("/metrics").send().await;
    assert!(metrics.text.contains("route=\"/api/v1/health\",status=\"2xx\"} 1"), "{}", metrics.text);
    let metrics = app.get("/api/v1/admin/system/metrics").bearer("operator").expect(200).await;
    assert!(metrics["requests"].as_u64() >= Some(4));
    app.get("/api/v1/admin/system/logs?limit=5&level=warn").bearer("operator").expect(200).await;
    app.get("/api/v1/admin/system/logs").bearer("writer").expect(403).await;
}
