//! What holds for every route and every statement of tenancy and identity.

use std::sync::Arc;

use serde_json::{Value, json};
use usher_db::{DbError, Engine};
use usher_http::Endpoint;
use usher_testkit::{Sweep, TestClient};

use crate::app::{App, PASSWORD};

async fn every_statement_can_be_prepared(app: App) {
    let all = [usher_tenancy::statements(), usher_identity::statements()].concat();
    app.db
        .read_system(&app.sys, move |read| {
            all.into_iter().try_for_each(|stmt| read.prepare(stmt))?;
            Ok::<_, DbError>(())
        })
        .await
        .unwrap();
}

async fn nobody_gets_through_a_route_that_is_not_theirs(app: App) {
    let admin = app.admin().await;
    app.shop().await;
    let site = admin.post("/api/v1/tenants/bank/sites", json!({ "name": "Main" })).await.expect(201);
    let new = json!({ "email": "agent@bank.example", "password": PASSWORD });
    let member = admin.post("/api/v1/tenants/bank/members", new).await.expect(201);
    // API keys, because the sweep signs out on its way. A key that may read events may do nothing here.
    let powerless = key(&admin, "bank", &["events:read"]).await;
    let shopkeeper = app.as_user("admin@shop.example").await;
    let outsider = key(&shopkeeper, "shop", usher_identity::model::scopes::ALL).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let things = Arc::new([
        ("sites", text(&site["id"])),
        ("members", text(&member["id"])),
        ("staff", text(&member["id"])),
        ("users", text(&member["user_id"])),
    ]);
    let fill = move |endpoint: &Endpoint, _: &str| {
        let found = things.iter().find(|(kind, _)| endpoint.path().contains(&format!("/{kind}/")));
        found.map(|(_, id)| id.clone())
    };
    let faults = Sweep::new(app.api.clone(), "bank", &powerless, &outsider).fill(fill).run().await;
    assert_eq!(faults, [""; 0]);
}

async fn key(admin: &TestClient, tenant: &str, scopes: &[&str]) -> String {
    let new = json!({ "name": "sweep", "scopes": scopes });
    let made = admin.post(&format!("/api/v1/tenants/{tenant}/api-keys"), new).await.expect(201);
    format!("Token {}", made["key"].as_str().unwrap())
}

async fn tenants_are_walled_off_by_the_database(app: App) {
    if app.db.engine() == Engine::Postgres {
        assert_eq!(app.db.check_rls().await.unwrap(), [""; 0]);
    }
}

/// What the source documents name of tenants, sites and people is declared, as they write it.
async fn every_documented_route_is_there(app: App) {
    let documented = [
        "POST /api/register",
        "POST /api/login",
        "GET /api/profile",
        "PUT /api/profile",
        "POST /api/organizations",
        "GET /api/organizations/{}",
        "PUT /api/organizations/{}",
        "POST /api/organizations/{}/staff",
        "GET /api/organizations/{}/staff",
        "PUT /api/staff/{}",
        "DELETE /api/staff/{}",
        "POST /api/v1/auth",
        "GET /api/v1/auth/me",
        "POST /api/v1/auth/logout",
        "GET /api/v1/tenants",
        "POST /api/v1/tenants",
        "GET /api/v1/tenants/{}",
        "GET /api/v1/tenants/{}/sites",
        "POST /api/v1/tenants/{}/sites",
        "GET /api/v1/tenants/{}/sites/{}",
        "PUT /api/v1/tenants/{}/sites/{}",
        "DELETE /api/v1/tenants/{}/sites/{}",
        "POST /api/auth/register",
        "POST /api/auth/login",
        "POST /api/v1/auth/register",
        "POST /api/v1/auth/login",
        "POST /api/v1/auth/verify",
        "POST /api/v1/auth/refresh",
        "POST /api/v1/auth/forgot-password",
        "POST /api/v1/auth/reset-password",
        "PUT /api/v1/auth/change-password",
        "PUT /api/v1/auth/profile",
        "GET /api/v1/auth/users",
        "PUT /api/v1/auth/users/{}/role",
        "DELETE /api/v1/auth/users/{}",
        "POST /api/auth/refresh",
        "GET /api/users/{}",
        "PUT /api/users/{}",
        "POST /api/users/verify",
    ];
    let bare = |path: &str| {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    let declared: Vec<String> = app
        .api
        .registry()
        .endpoints()
        .iter()
        .map(|endpoint| format!("{} {}", endpoint.method(), bare(endpoint.path())))
        .collect();
    let missing: Vec<_> = documented.iter().filter(|route| !declared.iter().any(|d| d == *route)).collect();
    assert_eq!(missing, [&""; 0]);
}

on_both! {
    every_statement_can_be_prepared,
    nobody_gets_through_a_route_that_is_not_theirs,
    tenants_are_walled_off_by_the_database,
    every_documented_route_is_there,
}
