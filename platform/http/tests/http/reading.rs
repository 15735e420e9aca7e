//! Bodies, queries, paths; what is refused and how it is said.

use axum::body::Body;
use axum::http::Method;
use futures_util::stream;
use serde_json::{Value, json};

use crate::app::App;

const BOOKS: &str = "/api/v1/tenants/acme/books";

async fn refused(app: &App, body: &str, status: u16) -> Value {
    app.ask(Method::POST, BOOKS)
        .bearer("writer")
        .header("content-type", "application/json")
        .body(body.to_owned())
        .expect(status)
        .await
}

#[tokio::test]
async fn a_wrong_field_is_named() {
    let app = App::new();
    let first = |problem: Value| problem["errors"][0].clone();
    let unknown = first(refused(&app, r#"{"titel":"x","author":{"name":"y"}}"#, 422).await);
    assert_eq!(
        unknown,
        json!({ "field": "titel", "code": "unknown_field", "message": "There is no field titel. Did you mean title?" })
    );
    let nested = first(refused(&app, r#"{"title":"x","author":{"nam":"y"}}"#, 422).await);
    assert_eq!((&nested["field"], &nested["code"]), (&json!("author.nam"), &json!("unknown_field")));
    let missing = first(refused(&app, r#"{"title":"x","author":{}}"#, 422).await);
    assert_eq!((&missing["field"], &missing["code"]), (&json!("author.name"), &json!("required")));
    let wrong = first(refused(&app, r#"{"title":"x","pages":"many","author":{"name":"y"}}"#, 422).await);
    assert_eq!((&wrong["field"], &wrong["code"]), (&json!("pages"), &json!("wrong_type")));
    let empty = first(refused(&app, "", 422).await);
    assert_eq!((&empty["field"], &empty["code"]), (&json!("title"), &json!("required")));
    assert_eq!(refused(&app, r#"{"title":"#, 400).await["code"], "invalid_json");
    assert_eq!(first(refused(&app, "[1]", 422).await)["code"], "wrong_type");
    // serde would take it for the author's fields in their order.
    let list = first(refused(&app, r#"{"title":"x","author":["y"]}"#, 422).await);
    assert_eq!((&list["field"], &list["code"]), (&json!("author"), &json!("wrong_type")));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_read() {
    let app = App::new();
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let parts = [Ok("{\"title\":\"Du"), Err(broken)];
    let asked = app.ask(Method::POST, BOOKS).bearer("writer").header("content-type", "application/json");
    let problem = asked.body(Body::from_stream(stream::iter(parts))).expect(400).await;
    assert_eq!(problem["code"], "unreadable_body");
}

#[tokio::test]
async fn what_is_wrong_is_said_in_plain_words() {
    let app = App::new();
    let message = |problem: Value| problem["errors"][0]["message"].clone();
    let many = refused(&app, r#"{"title":"x","pages":"many","author":{"name":"y"}}"#, 422).await;
    assert_eq!(message(many), "pages must be a whole number from 0 to 4294967295, not \"many\".");
    let null = refused(&app, r#"{"title":"x","author":null}"#, 422).await;
    assert_eq!(message(null), "author must be an object, not null.");
    assert_eq!(message(refused(&app, "[1]", 422).await), "body must be an object, not a list.");
    let path = app.get("/api/books/what/pages/1").expect(422).await;
    assert_eq!(message(path), "id must be an id such as 01890a5d-ac96-774b-bcce-b302099a8057.");
}

#[tokio::test]
async fn the_character_that_no_database_keeps_goes_no_further() {
    let app = App::new();
    let problem = refused(&app, r#"{"title":"a\u0000b","author":{"name":"y"}}"#, 422).await;
    assert_eq!(problem["errors"][0]["code"], "control_letters");
    // A backslash before the letters u0000 is none.
    let plain = r#"{"title":"a\\u0000b","author":{"name":"y"}}"#;
    assert_eq!(refused(&app, plain, 201).await["title"], "a\\u0000b");
    let query = app.get("/api/books?title=a%00b").bearer("reader").expect(422).await;
    assert_eq!(query["errors"][0]["field"], "title");
    app.get("/api/v1/tenants/acme/books/%00").bearer("reader").expect(404).await;
}

#[tokio::test]
async fn what_the_answer_has_may_come_back() {
    let app = App::new();
    let book = r#"{"id":"00000000-0000-0000-0000-000000000000","title":"x","pages":3,"author":{"name":"y"}}"#;
    let made = app
        .ask(Method::POST, BOOKS)
        .bearer("writer")
        .header("content-type", "application/json; charset=utf-8")
        .body(book)
        .expect(201)
        .await;
    assert_eq!(made["title"], "x");
}

#[tokio::test]
async fn only_json_is_read_as_json() {
    let app = App::new();
    let form = app.ask(Method::POST, BOOKS).bearer("writer");
    let form = form.header("content-type", "application/x-www-form-urlencoded").body("title=x");
    assert_eq!(form.expect(415).await["code"], "unsupported_media_type");
}

#[tokio::test]
async fn queries_are_read_by_their_types() {
    let app = App::new();
    let ask = |query: &str| app.get(&format!("/api/books?{query}")).bearer("reader");
    let read = ask("title=a+b%26c&sort=newest&ids=1,2&ids=3&lent=true&limit=7&cursor=x").expect(200).await;
    assert_eq!(read["title"], "a b&c");
    assert_eq!(read["sort"], "newest");
    assert_eq!(read["ids"], json!([1, 2, 3]));
    assert_eq!((&read["lent"], &read["limit"], &read["cursor"]), (&json!(true), &json!(7), &json!("x")));
    let plain = ask("title=&").expect(200).await;
    assert_eq!((&plain["title"], &plain["limit"]), (&Value::Null, &json!(50)));
    for (query, field, code) in [
        ("limit=many", "limit", "wrong_type"),
        ("limit=-1", "limit", "out_of_range"),
        ("limit=201", "limit", "out_of_range"),
        ("lent=perhaps", "lent", "wrong_type"),
        ("sort=colour", "sort", "unknown_value"),
        ("limt=3", "limt", "unknown_field"),
    ] {
        let problem = ask(query).expect(422).await;
        let error = &problem["errors"][0];
        assert_eq!((&error["field"], &error["code"]), (&json!(field), &json!(code)), "{query}: {problem}");
    }
}

#[tokio::test]
async fn paths_are_read_without_the_tenant() {
    let app = App::new();
    let id = "0190a0a0-0000-7000-8000-000000000001";
    assert_eq!(app.get(&format!("{BOOKS}/{id}")).bearer("reader").expect(200).await["id"], id);
    assert_eq!(app.get(&format!("/api/books/{id}/pages/12")).expect(200).await["page"], 12);
    let problem = app.get(&format!("/api/books/{id}/pages/twelve")).expect(422).await;
    assert_eq!(problem["errors"][0]["field"], "number");
    let problem = app.get(&format!("{BOOKS}/what")).bearer("reader").expect(422).await;
    assert_eq!(problem["errors"][0]["field"], "id");
}

#[tokio::test]
async fn at_a_wrong_address_a_person_gets_a_page_and_a_program_the_reason() {
    let app = App::new();
    assert_eq!(app.get("/").send().await.text, "a page");
    let person = app.get("/nope").header("accept", "text/html,*/*;q=0.8").send().await;
    assert_eq!((person.status.as_u16(), person.text.as_str()), (404, "a page"));
    let program = app.get("/nope").header("accept", "*/*").send().await;
    assert_eq!((program.status.as_u16(), program.header("vary")), (404, "accept"));
    assert_eq!(program.header("content-type"), "application/problem+json");
    assert_eq!(program.json()["code"], "no_such_route");
    assert_eq!(program.json()["detail"], "There is nothing at /nope.");
    // The API's own addresses have no pages.
    let api = app.get("/api/nope").header("accept", "text/html").expect(404).await;
    assert_eq!(api["code"], "no_such_route");
}

#[tokio::test]
async fn every_path_answers_with_and_without_a_slash() {
    let app = App::new();
    for path in ["/api/whoami", "/api/whoami/", "/api/v1/health", "/api/v1/health/"] {
        app.get(path).expect(200).await;
    }
    app.get(&format!("{BOOKS}/")).bearer("reader").expect(200).await;
    assert_eq!(app.ask(Method::HEAD, "/api/whoami/").send().await.status, 200);
    let nowhere = app.get("/api/nowhere").expect(404).await;
    assert_eq!(nowhere["code"], "no_such_route");
    let method = app.ask(Method::DELETE, "/api/me").send().await;
    assert_eq!((method.status.as_u16(), method.header("allow")), (405, "GET, POST, HEAD, OPTIONS"));
    assert_eq!(method.json()["code"], "method_not_allowed");
}

#[tokio::test]
async fn if_match_guards_a_change() {
    let app = App::new();
    let path = format!("{BOOKS}/0190a0a0-0000-7000-8000-000000000001");
    let change = || app.ask(Method::PUT, &path).bearer("writer");
    assert_eq!(change().header("if-match", "\"7\"").send().await.header("etag"), "\"8\"");
    // Only a strong tag says that it is the very thing.
    let weak = change().header("if-match", "W/\"7\"").expect(400).await;
    assert_eq!(weak["code"], "invalid_if_match");
    change().expect(204).await;
    let stale = change().header("if-match", "\"6\"").expect(412).await;
    assert_eq!((&stale["code"], &stale["version"]), (&json!("stale"), &json!(7)));
    // Of several, one has to be the current one.
    change().header("if-match", "\"5\", \"7\" ,\"6\"").expect(204).await;
    change().header("if-match", "\"5\", \"6\"").expect(412).await;
    change().header("if-match", "\"5\", *").expect(204).await;
    for wrong in ["x", "\"7\", x", ",", ""] {
        change().header("if-match", wrong).expect(400).await;
    }
}

#[tokio::test]
async fn problems_have_their_documented_shape() {
    let app = App::new();
    let taken = json!({ "title": "Dune", "author": { "name": "Herbert" } });
    insta::assert_json_snapshot!("conflict", app.post(BOOKS, &taken).bearer("writer").expect(409).await);
    insta::assert_json_snapshot!("not_signed_in", app.get("/api/me").expect(401).await);
    insta::assert_json_snapshot!("forbidden", app.post(BOOKS, &taken).bearer("reader").expect(403).await);
    insta::assert_json_snapshot!("invalid_field", refused(&app, r#"{"titel":"x"}"#, 422).await);
    let broken = app.get("/api/broken").send().await;
    assert_eq!((broken.status.as_u16(), broken.header("content-type")), (500, "application/problem+json"));
    assert!(!broken.text.contains("hunter2"));
    insta::assert_json_snapshot!("internal", broken.json());
    let panicked = app.get("/api/panicking").send().await;
    assert_eq!(panicked.json(), broken.json());
}
