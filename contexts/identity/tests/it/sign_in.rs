//! Registering and signing in.

use serde_json::json;
use usher_kernel::SignedDuration;

use crate::app::{App, PASSWORD, steady};

async fn a_log_in_answers_in_every_spelling(app: App) {
    let answer = app.log_in("admin@bank.example").await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    assert!(cookies[0].starts_with("usher_session=uss_"), "{cookies:?}");
    assert!(cookies[1].starts_with("usher_refresh=usr_"), "{cookies:?}");
    assert!(cookies.iter().all(|c| c.contains("HttpOnly; SameSite=Strict")), "{cookies:?}");
    insta::assert_json_snapshot!("a_log_in_answers_in_every_spelling", steady(&answer.expect(200)));
    assert_eq!(app.kinds(), ["user.signed_in"]);
    assert_eq!(app.last("user.signed_in").tenant, Some(app.bank));
}

async fn every_documented_log_in_route_works(app: App) {
    let body = json!({ "email": "ADMIN@Bank.example ", "password": PASSWORD });
    for path in ["/api/login", "/api/auth/login", "/api/v1/auth/login/", "/api/v1/auth/"] {
        let answer = app.nobody().post(path, &body).await.expect(200);
        assert!(answer["token"].is_string(), "{path}");
    }
}

async fn a_long_lived_token_is_sent_as_token_until_log_out(app: App) {
    let body = json!({ "email": "admin@bank.example", "password": PASSWORD });
    let answer = app.nobody().post("/api/v1/auth/", body).await;
    assert!(answer.header("set-cookie").is_none());
    let answer = answer.expect(200);
    assert_eq!((&answer["token_type"], &answer["refresh_token"]), (&json!("Token"), &json!(null)));
    let client = app.nobody().token(answer["token"].as_str().unwrap());
    app.time.advance(SignedDuration::from_hours(24 * 100));
    assert_eq!(client.get("/api/v1/auth/me/").await.expect(200)["role"], "admin");
    client.get("/api/v1/tenants/bank/members").await.expect(200);
    client.post("/api/v1/auth/logout/", json!({})).await.expect(204);
    client.get("/api/v1/auth/me/").await.expect_fault(401, "invalid_credential");
}

async fn who_registers_becomes_a_customer_and_is_signed_in(app: App) {
    let body = json!({
        "username": "ana", "email": "ana@home.example", "password": "long enough", "name": "Ana M.",
        "phone": "+49 30 1234567",
    });
    let answer = app.nobody().post("/api/register", body).await.expect(201);
    insta::assert_json_snapshot!(
        "who_registers_becomes_a_customer_and_is_signed_in",
        steady(&answer["user"])
    );
    let client = app.nobody().bearer(answer["token"].as_str().unwrap());
    assert_eq!(client.get("/api/profile").await.expect(200)["role"], "customer");
    client.get("/api/v1/tenants/bank/members").await.expect_fault(403, "forbidden");
    // Personal values stand apart from the event.
    let event = app.last("user.registered");
    assert!(event.personal_hash.is_some());
    assert!(!event.payload.get().contains("ana"), "{}", event.payload.get());
    // The user name signs in too, in any case.
    app.nobody()
        .post("/api/login", json!({ "username": "ANA", "password": "long enough" }))
        .await
        .expect(200);
}

async fn a_registration_that_cannot_be_taken_says_why(app: App) {
    let register = |body| {
        let client = app.nobody();
        async move { client.post("/api/auth/register", body).await }
    };
    let taken = json!({ "email": "Admin@bank.example", "password": "long enough" });
    register(taken).await.expect_fault(409, "email_taken");
    for (email, password, code) in [
        ("x@home.example", "short", "password_too_short"),
        ("x@home.example", "password1", "password_too_common"),
        ("nobody", "long enough", "not_an_email"),
    ] {
        let problem = register(json!({ "email": email, "password": password })).await.expect(422);
        assert_eq!(problem["errors"][0]["code"], code);
    }
    let first = json!({ "email": "a@home.example", "password": "long enough", "username": "ana" });
    register(first).await.expect(201);
    let second = json!({ "email": "b@home.example", "password": "long enough", "username": "ANA" });
    register(second).await.expect_fault(409, "username_taken");
    let elsewhere = json!({ "email": "c@home.example", "password": "long enough", "tenant": "nowhere" });
    register(elsewhere).await.expect(422);
}

async fn a_role_is_given_only_by_who_may_give_it(app: App) {
    let body = |role: &str| {
        let email = format!("{}@home.example", role.to_lowercase());
        json!({ "email": email, "password": "long enough", "role": role })
    };
    for role in ["admin", "operator", "EXECUTIVE", "globalAdmin", "kiosk"] {
        app.nobody().post("/api/auth/register", body(role)).await.expect_fault(403, "above_own");
    }
    app.nobody().post("/api/auth/register", body("PATRON")).await.expect(201);
    app.nobody().post("/api/auth/register", body("king")).await.expect(422);
    let admin = app.admin().await;
    let answer = admin.post("/api/auth/register", body("operator")).await.expect(201);
    assert_eq!((&answer["user"]["role"], &answer["token"]), (&json!("agent"), &json!(null)));
    admin.post("/api/auth/register", body("globalAdmin")).await.expect_fault(403, "above_own");
    let manager = app.person("Manager", "manager@bank.example").await;
    manager.post("/api/auth/register", body("EXECUTIVE")).await.expect_fault(403, "above_own");
    manager.post("/api/auth/register", body("CLERK")).await.expect(201);
    let answer = app.operator().await.post("/api/auth/register", body("globalAdmin")).await.expect(201);
    assert_eq!(answer["user"]["role"], "platform_admin");
}

async fn wrong_passwords_lock_out_and_say_no_more_than_that(app: App) {
    for email in ["admin@bank.example", "nobody@bank.example"] {
        for _ in 0..5 {
            app.log_in_with(email, "wrong password").await.expect_fault(401, "invalid_credentials");
        }
        // Now even the right password is not looked at, and an unknown address is no different.
        let refusal = app.log_in(email).await;
        assert_eq!(refusal.header("retry-after"), Some("30"), "{refusal}");
        refusal.expect_fault(429, "locked_out");
    }
    assert_eq!(app.count("user.locked_out"), 1);
    app.time.advance(SignedDuration::from_secs(31));
    app.log_in_with("admin@bank.example", "wrong password").await.expect_fault(401, "invalid_credentials");
    assert_eq!(app.log_in("admin@bank.example").await.header("retry-after"), Some("60"));
    app.time.advance(SignedDuration::from_secs(61));
    app.log_in("admin@bank.example").await.expect(200);
    // Success forgets the failures.
    app.log_in_with("admin@bank.example", "wrong password").await.expect_fault(401, "invalid_credentials");
    app.log_in("admin@bank.example").await.expect(200);
}

async fn who_belongs_to_several_tenants_chooses_one(app: App) {
    let shop = app.shop().await;
    app.person("agent", "both@home.example").await;
    app.time.advance(SignedDuration::from_secs(1));
    let both = crate::app::person("both@home.example");
    app.identity.create_person(&app.sys, Some(shop), both, "manager", Default::default()).await.unwrap();
    let log_in = |tenant: Option<&str>| {
        let body = json!({ "email": "both@home.example", "password": PASSWORD, "tenant": tenant });
        let client = app.nobody();
        async move { client.post("/api/v1/auth/login", body).await }
    };
    let first = log_in(None).await.expect(200);
    assert_eq!((&first["user"]["tenant"]["slug"], &first["user"]["role"]), (&json!("bank"), &json!("agent")));
    assert_eq!(first["user"]["tenants"].as_array().unwrap().len(), 2);
    let second = log_in(Some("shop")).await.expect(200);
    assert_eq!(
        (&second["user"]["tenant"]["slug"], &second["user"]["role"]),
        (&json!("shop"), &json!("manager"))
    );
    let header = app.nobody().header("x-tenant", "shop");
    let body = json!({ "email": "both@home.example", "password": PASSWORD });
    assert_eq!(header.post("/api/login", body).await.expect(200)["user"]["tenant"]["slug"], "shop");
    // A tenant that is not there and one that is somebody else's are the same.
    for tenant in ["nowhere", "shop"] {
        let body = json!({ "email": "admin@bank.example", "password": PASSWORD, "tenant": tenant });
        app.nobody().post("/api/login", body).await.expect_fault(403, "not_a_member");
    }
    // With the token of one tenant, the path of the other works with the rights there.
    let client = app.nobody().bearer(first["token"].as_str().unwrap());
    client.get("/api/v1/tenants/shop/devices").await.expect(200);
    client.get("/api/v1/tenants/bank/devices").await.expect_fault(403, "forbidden");
    let mine = client.get("/api/v1/tenants/").await.expect(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        app.admin().await.get("/api/v1/tenants/").await.expect(200)["items"].as_array().unwrap().len(),
        1
    );
}

async fn who_is_switched_off_is_told_so_only_with_the_right_password(app: App) {
    let agent = app.person("agent", "agent@bank.example").await;
    let id = agent.get("/api/v1/auth/me").await.expect(200)["id"].as_str().unwrap().to_owned();
    let user = id.parse().unwrap();
    let off = usher_identity::model::UserStatus::Inactive;
    let write = move |tx: &mut usher_db::Tx| usher_identity::ops::set_status(tx, user, off, "test");
    app.db.write_system(&app.sys, usher_db::Lane::Any, write).await.unwrap();
    agent.get("/api/v1/auth/me").await.expect_fault(401, "invalid_credential");
    app.log_in("agent@bank.example").await.expect_fault(403, "user_inactive");
    app.log_in_with("agent@bank.example", "wrong password").await.expect_fault(401, "invalid_credentials");
}

async fn a_token_is_verified_for_other_services(app: App) {
    let token = app.log_in("admin@bank.example").await.expect(200)["token"].as_str().unwrap().to_owned();
    for path in ["/api/users/verify", "/api/v1/auth/verify"] {
        let answer = app.nobody().post(path, json!({ "token": token })).await.expect(200);
        assert_eq!((&answer["valid"], &answer["user"]["role"]), (&json!(true), &json!("admin")));
        assert_eq!(answer["expires_at"], "2026-11-20T09:15:00Z");
        app.nobody().post(path, json!({ "token": "x.y.z" })).await.expect_fault(401, "session_ended");
    }
    app.nobody().bearer(&token).post("/api/v1/auth/verify", json!({})).await.expect(200);
}

async fn no_secret_is_in_any_event(app: App) {
    let answer = app.log_in("admin@bank.example").await.expect(200);
    let admin = app.nobody().bearer(answer["token"].as_str().unwrap());
    admin
        .post("/api/v1/tenants/bank/api-keys", json!({ "name": "erp", "scopes": ["queues:read"] }))
        .await
        .expect(201);
    let refresh = json!({ "refresh_token": answer["refresh_token"] });
    app.nobody().post("/api/auth/refresh", refresh).await.expect(200);
    for event in app.events.lock().iter() {
        let text = event.payload.get();
        for secret in ["uss_", "usr_", "argon2", PASSWORD, "eyJ"] {
            assert!(!text.contains(secret), "{} holds {secret}: {text}", event.kind);
        }
    }
}

/// Of many wrong passwords at once each counts, whoever writes them down.
async fn many_guesses_at_once_are_as_many(app: App) {
    let guess = || app.log_in_with("nobody@bank.example", "wrong password");
    let all = tokio::join!(guess(), guess(), guess(), guess(), guess(), guess());
    for answer in [all.0, all.1, all.2, all.3, all.4, all.5] {
        assert!([401, 429].contains(&answer.status.as_u16()), "{answer}");
    }
    guess().await.expect_fault(429, "locked_out");
}

on_both! {
    many_guesses_at_once_are_as_many,
    a_log_in_answers_in_every_spelling,
    every_documented_log_in_route_works,
    a_long_lived_token_is_sent_as_token_until_log_out,
    who_registers_becomes_a_customer_and_is_signed_in,
    a_registration_that_cannot_be_taken_says_why,
    a_role_is_given_only_by_who_may_give_it,
    wrong_passwords_lock_out_and_say_no_more_than_that,
    who_belongs_to_several_tenants_chooses_one,
    who_is_switched_off_is_told_so_only_with_the_right_password,
    a_token_is_verified_for_other_services,
    no_secret_is_in_any_event,
}
