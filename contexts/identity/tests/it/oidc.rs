//! Signing in through another issuer, against one that signs real tokens.

use serde_json::{Value, json};
use usher_kernel::SignedDuration;
use usher_testkit::{Answer, TestClient};

use crate::app::App;

/// A browser that has begun: with its cookie, what it was sent back with.
async fn begin(app: &App, client: TestClient, provider: &str, body: Value) -> (TestClient, Value) {
    let started = client.post(&format!("/api/v1/auth/oidc/{provider}/start"), body).await;
    let cookie = started.header("set-cookie").unwrap().to_owned();
    assert!(
        cookie.starts_with("usher_verifier=") && cookie.contains("HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    let url = started.expect(200)["authorization_url"].as_str().unwrap().to_owned();
    let (code, state) = app.issuer.visit(&url);
    let cookie = cookie.split(';').next().unwrap().to_owned();
    (client.header("cookie", &cookie), json!({ "code": code, "state": state }))
}

async fn sign_in_by(app: &App, provider: &str) -> Answer {
    let (browser, back) = begin(app, app.nobody(), provider, json!({})).await;
    browser.post(&format!("/api/v1/auth/oidc/{provider}/finish"), back).await
}

async fn sign_in(app: &App) -> Answer {
    sign_in_by(app, "sso").await
}

async fn who_is_new_becomes_a_customer_and_is_known_from_then_on(app: App) {
    let list = app.nobody().get("/api/v1/auth/providers").await.expect(200);
    assert_eq!(list["items"][0], json!({ "name": "sso", "label": "The Issuer" }));
    app.issuer.says(json!({ "email": "Ana@home.example", "email_verified": true, "name": "Ana M." }));
    let first = sign_in(&app).await.expect(200);
    let user = &first["user"];
    assert_eq!((&user["name"], &user["role"]), (&json!("Ana M."), &json!("customer")));
    assert_eq!((&user["email_verified"], &user["tenant"]["slug"]), (&json!(true), &json!("bank")));
    // Whatever the issuer says later of the address: the subject is the person.
    app.issuer.says(json!({ "email": "other@home.example", "email_verified": false }));
    assert_eq!(sign_in(&app).await.expect(200)["user"]["id"], user["id"]);
    let linked = app.nobody().bearer(first["access_token"].as_str().unwrap());
    let linked = linked.get("/api/v1/auth/linked-accounts").await.expect(200);
    assert_eq!(linked["items"].as_array().unwrap().len(), 1);
    assert_eq!(linked["items"][0]["provider"], "sso");
    assert_eq!(app.count("user.registered"), 1);
    assert!(!app.last("user.account_linked").payload.get().contains("1001"));
}

async fn accounts_are_one_only_where_both_sides_proved_the_address(app: App) {
    app.person("agent", "ana@bank.example").await;
    app.issuer.says(json!({ "email": "ana@bank.example", "email_verified": false }));
    sign_in(&app).await.expect_fault(403, "address_unproved");
    app.issuer.says(json!({}));
    sign_in(&app).await.expect_fault(403, "address_unproved");
    // Somebody may have registered an address that is not theirs: they would keep their password.
    app.issuer.says(json!({ "email": "ana@bank.example", "email_verified": true }));
    sign_in(&app).await.expect_fault(409, "confirm_first");
    app.nobody()
        .post("/api/v1/auth/forgot-password", json!({ "email": "ana@bank.example" }))
        .await
        .expect(200);
    let mut secret = None;
    while secret.is_none() {
        tokio::task::yield_now().await;
        secret = app.mails.secret("ana@bank.example", "reset");
    }
    let reset = json!({ "token": secret, "password": "another one" });
    app.nobody().post("/api/v1/auth/reset-password", reset).await.expect(200);
    let answer = sign_in(&app).await.expect(200);
    assert_eq!((&answer["user"]["role"], &answer["user"]["email_verified"]), (&json!("agent"), &json!(true)));
}

async fn a_log_in_is_tied_to_its_browser_and_used_once(app: App) {
    app.issuer.says(json!({ "email": "ana@home.example", "email_verified": "true" }));
    let finish = "/api/v1/auth/oidc/sso/finish";
    let (_, back) = begin(&app, app.nobody(), "sso", json!({})).await;
    app.nobody().post(finish, &back).await.expect_fault(401, "other_browser");
    let (browser, back) = begin(&app, app.nobody(), "sso", json!({})).await;
    let (other, _) = begin(&app, app.nobody(), "sso", json!({})).await;
    other.post(finish, &back).await.expect_fault(401, "other_browser");
    // Whoever tried it in another browser has used it up.
    browser.post(finish, &back).await.expect_fault(401, "log_in_over");
    let (browser, back) = begin(&app, app.nobody(), "sso", json!({})).await;
    browser.post("/api/v1/auth/oidc/strict/finish", &back).await.expect_fault(401, "log_in_over");
    let (browser, back) = begin(&app, app.nobody(), "sso", json!({})).await;
    browser.post(finish, &back).await.expect(200);
    browser.post(finish, &back).await.expect_fault(401, "log_in_over");
    let (browser, back) = begin(&app, app.nobody(), "sso", json!({})).await;
    app.time.advance(SignedDuration::from_mins(11));
    browser.post(finish, &back).await.expect_fault(401, "log_in_over");
    let (browser, mut back) = begin(&app, app.nobody(), "sso", json!({})).await;
    back["code"] = json!("another code");
    browser.post(finish, &back).await.expect_fault(401, "issuer_refused");
    app.nobody().post("/api/v1/auth/oidc/nobody/start", json!({})).await.expect_fault(404, "not_found");
}

async fn a_token_that_is_wrong_in_any_part_opens_nothing(app: App) {
    let good = json!({ "email": "ana@home.example", "email_verified": true });
    let wrong = [
        json!({ "aud": "another client" }),
        json!({ "iss": "http://issuer.example" }),
        json!({ "nonce": "of another log-in" }),
        json!({ "nonce": null }),
        json!({ "exp": crate::app::START_SECOND - 61 }),
        json!({ "iat": crate::app::START_SECOND + 3600 }),
        json!({ "azp": "another client" }),
        json!({ "sub": "" }),
    ];
    for part in wrong {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        app.issuer.says(claims);
        let refusal = sign_in(&app).await;
        assert_eq!(refusal.status.as_u16(), 401, "{part}: {refusal}");
        refusal.expect_fault(401, "issuer_refused");
    }
    app.issuer.says(good);
    sign_in(&app).await.expect(200);
    assert_eq!(app.issuer.keys_asked(), 1);
    // New keys are fetched when a token is signed with one that is not known, but not all the time.
    app.issuer.rotate("second");
    sign_in(&app).await.expect_fault(401, "issuer_refused");
    app.time.advance(SignedDuration::from_secs(61));
    sign_in(&app).await.expect(200);
    assert_eq!(app.issuer.keys_asked(), 2);
    app.time.advance(SignedDuration::from_hours(2));
    app.issuer.fall();
    let away = app.nobody().post("/api/v1/auth/oidc/sso/start", json!({})).await;
    assert_eq!(away.header("retry-after"), Some("10"));
    away.expect_fault(503, "issuer_away");
}

async fn who_is_signed_in_connects_and_disconnects(app: App) {
    let agent = app.person("agent", "ana@bank.example").await;
    app.issuer.says(json!({ "email": "private@home.example", "email_verified": true }));
    app.nobody()
        .post("/api/v1/auth/oidc/sso/start", json!({ "link": true }))
        .await
        .expect_fault(401, "session_ended");
    let (browser, back) = begin(&app, agent.clone(), "sso", json!({ "link": true })).await;
    // What was begun to connect signs nobody in.
    browser.post("/api/v1/auth/oidc/sso/finish", &back).await.expect_fault(401, "log_in_over");
    let (browser, mut back) = begin(&app, agent.clone(), "sso", json!({ "link": true })).await;
    back["provider"] = json!("sso");
    let link = browser.post("/api/v1/auth/linked-accounts", &back).await.expect(201);
    assert_eq!(link["email"], "private@home.example");
    assert_eq!(sign_in(&app).await.expect(200)["user"]["email"], "ana@bank.example");
    let (browser, mut back) = begin(&app, app.admin().await, "sso", json!({ "link": true })).await;
    back["provider"] = json!("sso");
    browser.post("/api/v1/auth/linked-accounts", &back).await.expect_fault(409, "link_taken");
    let path = format!("/api/v1/auth/linked-accounts/{}", link["id"].as_str().unwrap());
    app.admin().await.delete(&path).await.expect_fault(404, "not_found");
    agent.delete(&path).await.expect(204);
    agent.delete(&path).await.expect_fault(404, "not_found");
}

async fn who_has_no_password_keeps_one_way_in(app: App) {
    app.issuer.says(json!({ "email": "ana@home.example", "email_verified": true }));
    let answer = sign_in(&app).await.expect(200);
    let ana = app.nobody().bearer(answer["access_token"].as_str().unwrap());
    let linked = ana.get("/api/v1/auth/linked-accounts").await.expect(200);
    let path = format!("/api/v1/auth/linked-accounts/{}", linked["items"][0]["id"].as_str().unwrap());
    ana.delete(&path).await.expect_fault(409, "last_way_in");
    sign_in(&app).await.expect(200);
}

async fn the_second_step_follows_where_it_is_set(app: App) {
    app.issuer.says(json!({ "email": "ana@home.example", "email_verified": true }));
    let answer = sign_in(&app).await.expect(200);
    let ana = app.nobody().bearer(answer["access_token"].as_str().unwrap());
    // Who has no password sets an app up without one.
    let setup = ana.post("/api/v1/auth/second-factor", json!({})).await.expect(200);
    let secret = totp_rs::Secret::try_from_base32(setup["secret"].as_str().unwrap()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let code = totp.generate(u64::try_from(app.sys.now().as_second()).unwrap()).to_string();
    ana.post("/api/v1/auth/second-factor/confirm", json!({ "code": code })).await.expect(200);
    sign_in(&app).await.expect(200);
    sign_in_by(&app, "strict").await.expect_fault(401, "second_step_required");
}

on_both! {
    who_is_new_becomes_a_customer_and_is_known_from_then_on,
    accounts_are_one_only_where_both_sides_proved_the_address,
    a_log_in_is_tied_to_its_browser_and_used_once,
    a_token_that_is_wrong_in_any_part_opens_nothing,
    who_is_signed_in_connects_and_disconnects,
    who_has_no_password_keeps_one_way_in,
    the_second_step_follows_where_it_is_set,
}
