//! The second step of signing in.

use serde_json::{Value, json};
use totp_rs::{Builder, Secret};
use usher_kernel::SignedDuration;
use usher_testkit::{Answer, TestClient};

use crate::app::{App, PASSWORD};

const OWN: &str = "/api/v1/auth/second-factor";

/// The code that an app shows now.
fn code_of(app: &App, secret: &str) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    totp.generate(u64::try_from(app.sys.now().as_second()).unwrap()).to_string()
}

/// Sets an app up: its secret and the recovery codes.
async fn enrol(app: &App, client: &TestClient) -> (String, Vec<String>) {
    let setup = client.post(OWN, json!({ "password": PASSWORD })).await.expect(200);
    let secret = setup["secret"].as_str().unwrap().to_owned();
    assert!(setup["otpauth_url"].as_str().unwrap().starts_with("otpauth://totp/Bank:"), "{setup}");
    let confirm = json!({ "code": code_of(app, &secret) });
    let codes = client.post(&format!("{OWN}/confirm"), confirm).await.expect(200);
    let codes = codes["recovery_codes"].as_array().unwrap();
    (secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

async fn first_step(app: &App, email: &str) -> String {
    let refusal = app.log_in(email).await;
    assert!(refusal.header("set-cookie").is_none());
    let refusal = refusal.expect_fault(401, "second_step_required");
    assert_eq!((&refusal["expires_in"], &refusal["access_token"]), (&json!(300), &Value::Null));
    refusal["second_step"].as_str().unwrap().to_owned()
}

async fn second(app: &App, step: &str, code: &str) -> Answer {
    app.nobody().post("/api/v1/auth/second-step", json!({ "second_step": step, "code": code })).await
}

async fn an_app_is_asked_once_it_is_confirmed(app: App) {
    let agent = app.person("agent", "ana@bank.example").await;
    assert_eq!(agent.get(OWN).await.expect(200)["enabled"], false);
    let wrong = agent.post(OWN, json!({ "password": "wrong password" })).await.expect(422);
    assert_eq!(wrong["errors"][0]["field"], "password");
    agent.post(OWN, json!({})).await.expect(422);
    let begun = agent.post(OWN, json!({ "password": PASSWORD })).await.expect(200);
    app.log_in("ana@bank.example").await.expect(200);
    let wrong = agent.post(&format!("{OWN}/confirm"), json!({ "code": "000000" })).await.expect(422);
    assert_eq!(wrong["errors"][0]["code"], "wrong_code");
    let (secret, codes) = enrol(&app, &agent).await;
    assert_ne!(begun["secret"], json!(secret), "each attempt has its own secret");
    assert_eq!(codes.len(), 10);
    let view = agent.get(OWN).await.expect(200);
    assert_eq!((&view["enabled"], &view["recovery_codes_left"]), (&json!(true), &json!(10)));
    agent.post(OWN, json!({ "password": PASSWORD })).await.expect_fault(409, "second_step_there");
    // From now on a password alone opens nothing, whatever route it comes by.
    for path in ["/api/login", "/api/v1/auth/login", "/api/v1/auth/"] {
        let body = json!({ "email": "ana@bank.example", "password": PASSWORD });
        app.nobody().post(path, body).await.expect_fault(401, "second_step_required");
    }
    app.time.advance(SignedDuration::from_secs(30));
    let step = first_step(&app, "ana@bank.example").await;
    let answer = second(&app, &step, &code_of(&app, &secret)).await.expect(200);
    let client = app.nobody().bearer(answer["access_token"].as_str().unwrap());
    assert_eq!(client.get("/api/v1/auth/me").await.expect(200)["email"], "ana@bank.example");
    assert_eq!(app.count("user.second_step_enabled"), 1);
    for event in app.events.lock().iter() {
        let text = event.payload.get();
        assert!(!text.contains(&secret) && !text.contains(&codes[0]), "{}: {text}", event.kind);
    }
}

async fn a_code_opens_one_log_in_and_no_second(app: App) {
    let agent = app.person("agent", "ana@bank.example").await;
    let (secret, _) = enrol(&app, &agent).await;
    let (one, two) = (first_step(&app, "ana@bank.example").await, first_step(&app, "ana@bank.example").await);
    // The code that confirmed the app is used up as well.
    second(&app, &one, &code_of(&app, &secret)).await.expect(422);
    app.time.advance(SignedDuration::from_secs(30));
    let code = code_of(&app, &secret);
    second(&app, &one, &code).await.expect(200);
    second(&app, &two, &code).await.expect(422);
    app.time.advance(SignedDuration::from_secs(30));
    second(&app, &one, &code_of(&app, &secret)).await.expect_fault(401, "step_over");
    app.time.advance(SignedDuration::from_mins(5));
    second(&app, &two, &code_of(&app, &secret)).await.expect_fault(401, "step_over");
    second(&app, "ush_nothing", "123456").await.expect_fault(401, "step_over");
}

async fn a_recovery_code_opens_once(app: App) {
    let agent = app.person("agent", "ana@bank.example").await;
    let (_, codes) = enrol(&app, &agent).await;
    let step = first_step(&app, "ana@bank.example").await;
    let typed = codes[3].to_lowercase().replace('-', " ");
    let answer = second(&app, &step, &typed).await.expect(200);
    assert_eq!(app.count("user.recovery_code_used"), 1);
    let step = first_step(&app, "ana@bank.example").await;
    second(&app, &step, &codes[3]).await.expect(422);
    let client = app.nobody().bearer(answer["access_token"].as_str().unwrap());
    assert_eq!(client.get(OWN).await.expect(200)["recovery_codes_left"], 9);
    // New ones end the old ones.
    let renewed =
        client.post(&format!("{OWN}/recovery-codes"), json!({ "code": codes[4] })).await.expect(200);
    second(&app, &step, &codes[5]).await.expect(422);
    second(&app, &step, renewed["recovery_codes"][0].as_str().unwrap()).await.expect(200);
}

async fn guessing_codes_locks_out(app: App) {
    let agent = app.person("agent", "ana@bank.example").await;
    let (secret, codes) = enrol(&app, &agent).await;
    let step = first_step(&app, "ana@bank.example").await;
    for _ in 0..5 {
        second(&app, &step, "000000").await.expect(422);
    }
    app.time.advance(SignedDuration::from_secs(1));
    // Not even a good one is looked at now, nor does a session help to guess; the password counts apart.
    second(&app, &step, &codes[0]).await.expect_fault(429, "locked_out");
    agent.post(&format!("{OWN}/remove"), json!({ "code": codes[0] })).await.expect_fault(429, "locked_out");
    assert_eq!(app.count("user.locked_out"), 1);
    first_step(&app, "ana@bank.example").await;
    app.time.advance(SignedDuration::from_secs(30));
    second(&app, &step, &code_of(&app, &secret)).await.expect(200);
}

async fn it_goes_with_a_code_or_by_an_administrator(app: App) {
    let agent = app.person("agent", "ana@bank.example").await;
    let (_, codes) = enrol(&app, &agent).await;
    agent.post(&format!("{OWN}/remove"), json!({ "code": "nothing" })).await.expect(422);
    agent.post(&format!("{OWN}/remove"), json!({ "code": codes[0] })).await.expect(204);
    app.log_in("ana@bank.example").await.expect(200);
    enrol(&app, &agent).await;
    let member = agent.get("/api/v1/auth/me").await.expect(200)["member_id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/tenants/bank/members/{member}/second-factor");
    agent.delete(&path).await.expect_fault(403, "forbidden");
    app.admin().await.delete(&path).await.expect(204);
    app.log_in("ana@bank.example").await.expect(200);
    assert_eq!(app.last("user.second_step_removed").tenant, Some(app.bank));
    app.admin().await.delete(&path).await.expect_fault(404, "not_found");
    // Who works elsewhere too is not opened by the bank's administrator, only by the operator.
    enrol(&app, &agent).await;
    let shop = app.shop().await;
    let person = crate::app::person("ana@bank.example");
    app.identity.create_person(&app.sys, Some(shop), person, "admin", Default::default()).await.unwrap();
    app.admin().await.delete(&path).await.expect_fault(403, "above_own");
    app.operator().await.delete(&path).await.expect(204);
}

on_both! {
    an_app_is_asked_once_it_is_confirmed,
    a_code_opens_one_log_in_and_no_second,
    a_recovery_code_opens_once,
    guessing_codes_locks_out,
    it_goes_with_a_code_or_by_an_administrator,
}
