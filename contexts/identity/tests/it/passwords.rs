//! Forgotten, reset and changed passwords; e-mail verification.

use serde_json::json;
use usher_kernel::SignedDuration;

use crate::app::{App, PASSWORD};

const AGENT: &str = "agent@bank.example";

/// Asks for a reset and waits for its mail, which is written in the background.
async fn reset_secret(app: &App) -> String {
    let before = app.mails.0.lock().len();
    let answer = app.nobody().post("/api/v1/auth/forgot-password", json!({ "email": AGENT })).await;
    answer.expect(200);
    while app.mails.0.lock().len() == before {
        tokio::task::yield_now().await;
    }
    app.mails.secret(AGENT, "reset").unwrap()
}

async fn a_forgotten_password_is_reset_once(app: App) {
    let agent = app.person("agent", AGENT).await;
    let secret = reset_secret(&app).await;
    let reset = |password: &str| {
        let (client, body) = (app.nobody(), json!({ "token": secret, "new_password": password }));
        async move { client.post("/api/v1/auth/reset-password", body).await }
    };
    // A password that cannot be taken does not use the link up.
    reset("short").await.expect(422);
    reset("a new password").await.expect(200);
    reset("another password").await.expect_fault(410, "link_spent");
    agent.get("/api/v1/auth/me").await.expect_fault(401, "invalid_credential");
    app.log_in_with(AGENT, PASSWORD).await.expect_fault(401, "invalid_credentials");
    app.log_in_with(AGENT, "a new password").await.expect(200);
    assert_eq!(app.count("user.password_changed"), 1);
}

async fn a_reset_link_lasts_half_an_hour_and_a_newer_one_replaces_it(app: App) {
    app.person("agent", AGENT).await;
    let older = reset_secret(&app).await;
    let newer = reset_secret(&app).await;
    let body = json!({ "token": older, "password": "a new password" });
    app.nobody().post("/api/v1/auth/reset-password", body).await.expect_fault(410, "link_spent");
    app.time.advance(SignedDuration::from_mins(30));
    let body = json!({ "token": newer, "password": "a new password" });
    app.nobody().post("/api/v1/auth/reset-password", body).await.expect_fault(410, "link_spent");
    let body = json!({ "token": "usm_x", "password": "a new password" });
    app.nobody().post("/api/v1/auth/reset-password", body).await.expect_fault(410, "link_spent");
}

async fn a_reset_link_goes_with_the_address_that_it_was_mailed_to(app: App) {
    let agent = app.person("agent", AGENT).await;
    let secret = reset_secret(&app).await;
    agent.put("/api/profile", json!({ "email": "agent@home.example" })).await.expect(200);
    let body = json!({ "token": secret, "password": "a new password" });
    app.nobody().post("/api/v1/auth/reset-password", body).await.expect_fault(410, "link_spent");
    app.log_in_with("agent@home.example", PASSWORD).await.expect(200);
}

async fn nobody_learns_who_is_registered(app: App) {
    app.person("agent", AGENT).await;
    let ask = |email: &str| {
        let (client, body) = (app.nobody(), json!({ "email": email }));
        async move { client.post("/api/v1/auth/forgot-password", body).await.expect(200) }
    };
    assert_eq!(ask(AGENT).await, ask("nobody@bank.example").await);
}

async fn a_reset_ends_a_lock_out(app: App) {
    app.person("agent", AGENT).await;
    for _ in 0..5 {
        app.log_in_with(AGENT, "wrong password").await.expect(401);
    }
    app.log_in(AGENT).await.expect_fault(429, "locked_out");
    let body = json!({ "token": reset_secret(&app).await, "password": "a new password" });
    app.nobody().post("/api/v1/auth/reset-password", body).await.expect(200);
    app.log_in_with(AGENT, "a new password").await.expect(200);
}

async fn a_changed_password_ends_the_other_sessions(app: App) {
    let here = app.person("agent", AGENT).await;
    let there = app.as_user(AGENT).await;
    let change = |current: &str, new: &str| {
        let (client, body) = (here.clone(), json!({ "currentPassword": current, "newPassword": new }));
        async move { client.put("/api/v1/auth/change-password", body).await }
    };
    let wrong = change("wrong password", "a new password").await.expect(422);
    assert_eq!(wrong["errors"][0]["code"], "wrong_password");
    change(PASSWORD, "short").await.expect(422);
    change(PASSWORD, "a new password").await.expect(200);
    here.get("/api/v1/auth/me").await.expect(200);
    there.get("/api/v1/auth/me").await.expect(401);
    app.log_in_with(AGENT, "a new password").await.expect(200);
}

async fn a_session_is_no_place_to_guess_the_password(app: App) {
    let agent = app.person("agent", AGENT).await;
    let body = json!({ "current_password": "wrong password", "new_password": "a new password" });
    for _ in 0..5 {
        agent.put("/api/v1/auth/change-password", &body).await.expect(422);
    }
    agent.put("/api/v1/auth/change-password", &body).await.expect_fault(429, "locked_out");
}

async fn an_address_is_proved_by_mail(app: App) {
    let body = json!({ "email": "ana@home.example", "password": "long enough" });
    let answer = app.nobody().post("/api/register", body).await.expect(201);
    assert_eq!(answer["user"]["email_verified"], false);
    let ana = app.nobody().bearer(answer["token"].as_str().unwrap());
    let secret = app.mails.secret("ana@home.example", "verify").unwrap();
    let verify = || app.nobody();
    verify().post("/api/v1/auth/verify-email", json!({ "token": secret })).await.expect(200);
    assert_eq!(ana.get("/api/profile").await.expect(200)["email_verified"], true);
    let again = verify().post("/api/v1/auth/verify-email", json!({ "token": secret })).await;
    again.expect_fault(410, "link_spent");
    // Another address is unproved again, and the old one's link does not prove it.
    ana.post("/api/v1/auth/resend-verification", json!({})).await.expect(200);
    let old = app.mails.secret("ana@home.example", "verify").unwrap();
    let changed = ana.put("/api/v1/auth/profile", json!({ "email": "ana@new.example" })).await.expect(200);
    assert_eq!(changed["email_verified"], false);
    let stale = verify().post("/api/v1/auth/verify-email", json!({ "token": old })).await;
    stale.expect_fault(410, "link_spent");
    // The new one's link came by itself, and once; what else is changed mails nobody.
    let sent = || app.mails.0.lock().iter().filter(|mail| mail.to == "ana@new.example").count();
    assert_eq!(sent(), 1);
    ana.put("/api/v1/auth/profile", json!({ "name": "Ana", "email": "ANA@new.example" })).await.expect(200);
    assert_eq!(sent(), 1);
    let fresh = app.mails.secret("ana@new.example", "verify").unwrap();
    verify().post("/api/v1/auth/verify-email", json!({ "token": fresh })).await.expect(200);
    assert_eq!(ana.get("/api/profile").await.expect(200)["email_verified"], true);
}

async fn mails_are_in_the_readers_language(app: App) {
    let admin = app.admin().await;
    let last = |to: &str| {
        let mails = app.mails.0.lock();
        mails.iter().rev().find(|mail| mail.to == to).cloned().unwrap()
    };
    let invite = |email: &'static str| {
        let (admin, new) = (admin.clone(), json!({ "email": email, "name": "Ben" }));
        async move { admin.post("/api/v1/tenants/bank/members", new).await.expect(201) }
    };
    // Whoever invites reads French; who is invited has said nothing, so their organisation decides.
    let french = admin.clone().header("accept-language", "fr");
    let new = json!({ "email": "a@bank.example", "name": "Ben" });
    french.post("/api/v1/tenants/bank/members", new).await.expect(201);
    let mail = last("a@bank.example");
    assert_eq!((mail.language, &*mail.subject), ("en", "You are invited to Bank"));
    assert!(mail.text.starts_with("Hello Ben,") && mail.text.contains("within 72 hours"), "{}", mail.text);
    admin.put("/api/v1/tenants/bank", json!({ "default_locale": "ar" })).await.expect(200);
    invite("b@bank.example").await;
    assert_eq!(last("b@bank.example").language, "ar");
    // Who asks for themselves is written to as they ask, and always in the language that they chose.
    let register = |email: &str, locale: Option<&str>| {
        let client = app.nobody().header("accept-language", "fr-CA,en;q=0.5");
        let body = json!({ "email": email, "password": "long enough", "locale": locale });
        async move { client.post("/api/register", body).await.expect(201) }
    };
    register("c@home.example", None).await;
    assert_eq!(last("c@home.example").language, "fr");
    register("d@home.example", Some("en")).await;
    assert_eq!(last("d@home.example").language, "en");
}

on_both! {
    mails_are_in_the_readers_language,
    a_forgotten_password_is_reset_once,
    a_reset_link_goes_with_the_address_that_it_was_mailed_to,
    a_reset_link_lasts_half_an_hour_and_a_newer_one_replaces_it,
    nobody_learns_who_is_registered,
    a_reset_ends_a_lock_out,
    a_changed_password_ends_the_other_sessions,
    a_session_is_no_place_to_guess_the_password,
    an_address_is_proved_by_mail,
}
