//! A tenant's own roles, and API keys.

use serde_json::{Value, json};
use usher_kernel::SignedDuration;

use crate::app::{App, PASSWORD, steady};

const ROLES: &str = "/api/v1/tenants/bank/roles";
const KEYS: &str = "/api/v1/tenants/bank/api-keys";

async fn built_in_roles_are_listed_with_what_they_permit(app: App) {
    let list = app.admin().await.get(ROLES).await.expect(200);
    let lines: Vec<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| {
            format!("{} {}", role["name"].as_str().unwrap(), role["scopes"].as_array().unwrap().len())
        })
        .collect();
    insta::assert_json_snapshot!("built_in_roles_are_listed_with_what_they_permit", lines);
}

async fn a_role_of_the_tenant_is_made_given_changed_and_deleted(app: App) {
    let admin = app.admin().await;
    let new = json!({ "name": "greeter", "description": "At the door", "scopes": ["tickets:issue"] });
    insta::assert_json_snapshot!(
        "a_role_of_the_tenant_is_made_given_changed_and_deleted",
        steady(&admin.post(ROLES, &new).await.expect(201))
    );
    admin.post(ROLES, &new).await.expect_fault(409, "role_taken");
    let member = json!({ "email": "g@bank.example", "password": PASSWORD, "role": "greeter" });
    let member = admin.post("/api/v1/tenants/bank/members", member).await.expect(201);
    let greeter = app.as_user("g@bank.example").await;
    greeter.get("/api/v1/tenants/bank/devices").await.expect_fault(403, "forbidden");
    // What the role permits changes at once for its members.
    let change = json!({ "scopes": ["tickets:issue", "devices:read"] });
    admin.put(&format!("{ROLES}/greeter"), change).await.expect(200);
    greeter.get("/api/v1/tenants/bank/devices").await.expect(200);
    let refusal = admin.delete(&format!("{ROLES}/greeter")).await.expect_fault(409, "role_in_use");
    assert_eq!(refusal["members"], 1);
    let path = format!("/api/v1/tenants/bank/members/{}", member["id"].as_str().unwrap());
    admin.delete(&path).await.expect(204);
    admin.delete(&format!("{ROLES}/greeter")).await.expect(204);
    admin.delete(&format!("{ROLES}/greeter")).await.expect_fault(404, "not_found");
}

async fn a_role_cannot_be_more_than_its_maker(app: App) {
    let admin = app.admin().await;
    let keeper = json!({ "name": "keeper", "scopes": ["roles:write", "staff:read", "queues:read"] });
    admin.post(ROLES, keeper).await.expect(201);
    let member = json!({ "email": "k@bank.example", "password": PASSWORD, "role": "keeper" });
    admin.post("/api/v1/tenants/bank/members", member).await.expect(201);
    let keeper = app.as_user("k@bank.example").await;
    let new = |scope: &str| json!({ "name": "own", "scopes": [scope] });
    keeper.post(ROLES, new("audit:read")).await.expect_fault(403, "above_own");
    keeper.post(ROLES, new("queues:read")).await.expect(201);
    let more = json!({ "scopes": ["audit:read"] });
    keeper.put(&format!("{ROLES}/keeper"), more).await.expect_fault(403, "above_own");
    let wrong = admin.post(ROLES, json!({ "name": "Clerk", "scopes": ["tickets:eat"] })).await.expect(422);
    let codes: Vec<&str> =
        wrong["errors"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["not_a_role_name", "unknown_scope"]);
    admin.delete(&format!("{ROLES}/admin")).await.expect_fault(409, "role_built_in");
}

async fn an_api_key_works_where_and_as_far_as_it_may(app: App) {
    let admin = app.admin().await;
    let new = json!({ "name": "erp", "scopes": ["sites:read"], "expires_at": "2026-11-21T09:00:00Z" });
    let made = admin.post(KEYS, new).await.expect(201);
    insta::assert_json_snapshot!("an_api_key_works_where_and_as_far_as_it_may", steady(&made));
    let key = made["key"].as_str().unwrap();
    for client in [app.nobody().header("x-api-key", key), app.nobody().token(key), app.nobody().bearer(key)] {
        client.get("/api/v1/tenants/bank/sites").await.expect(200);
        client.get("/api/v1/tenants/bank/members").await.expect_fault(403, "forbidden");
    }
    app.shop().await;
    let client = app.nobody().header("x-api-key", key);
    client.get("/api/v1/tenants/shop/sites").await.expect_fault(404, "not_found");
    // The key itself is in no later answer.
    let list = admin.get(KEYS).await.expect(200);
    assert_eq!(list["items"][0]["key"], Value::Null);
    app.time.advance(SignedDuration::from_hours(24));
    client.get("/api/v1/tenants/bank/sites").await.expect_fault(401, "invalid_credential");
}

async fn a_revoked_key_is_worth_nothing(app: App) {
    let admin = app.admin().await;
    let made = admin.post(KEYS, json!({ "name": "erp", "scopes": ["sites:read"] })).await.expect(201);
    let client = app.nobody().header("x-api-key", made["key"].as_str().unwrap());
    client.get("/api/v1/tenants/bank/sites").await.expect(200);
    let path = format!("{KEYS}/{}", made["id"].as_str().unwrap());
    admin.delete(&path).await.expect(204);
    client.get("/api/v1/tenants/bank/sites").await.expect_fault(401, "invalid_credential");
    admin.delete(&path).await.expect_fault(404, "not_found");
}

async fn a_key_cannot_be_more_than_its_maker(app: App) {
    let admin = app.admin().await;
    admin
        .post(ROLES, json!({ "name": "keys", "scopes": ["api_keys:write", "sites:read"] }))
        .await
        .expect(201);
    let member = json!({ "email": "k@bank.example", "password": PASSWORD, "role": "keys" });
    admin.post("/api/v1/tenants/bank/members", member).await.expect(201);
    let keeper = app.as_user("k@bank.example").await;
    let new = |scope: &str| json!({ "name": "erp", "scopes": [scope] });
    keeper.post(KEYS, new("sites:write")).await.expect_fault(403, "above_own");
    keeper.post(KEYS, new("sites:read")).await.expect(201);
    keeper.post(KEYS, new("sites:eat")).await.expect(422);
    let past = json!({ "name": "erp", "scopes": ["sites:read"], "expires_at": "2020-01-01T00:00:00Z" });
    keeper.post(KEYS, past).await.expect(422);
    keeper.post(KEYS, json!({ "name": "", "scopes": ["sites:read"] })).await.expect(422);
}

async fn whoever_is_limited_to_sites_leaves_roles_and_keys_of_all_sites_alone(app: App) {
    let admin = app.admin().await;
    let site = admin.post("/api/v1/tenants/bank/sites", json!({ "name": "Main" })).await.expect(201);
    admin.post(ROLES, json!({ "name": "greeter", "scopes": ["tickets:issue"] })).await.expect(201);
    let key = admin.post(KEYS, json!({ "name": "erp", "scopes": ["sites:read"] })).await.expect(201);
    let sites = json!([site["id"]]);
    let member = json!({ "email": "l@bank.example", "password": PASSWORD, "role": "admin", "sites": sites });
    admin.post("/api/v1/tenants/bank/members", member).await.expect(201);
    let local = app.as_user("l@bank.example").await;
    let greeter = format!("{ROLES}/greeter");
    local.put(&greeter, json!({ "scopes": ["queues:write"] })).await.expect_fault(403, "above_own");
    local.delete(&greeter).await.expect_fault(403, "above_own");
    let another = json!({ "name": "usher", "scopes": ["tickets:issue"] });
    local.post(ROLES, another).await.expect_fault(403, "some_sites");
    let one = |key: &Value| format!("{KEYS}/{}", key["id"].as_str().unwrap());
    local.delete(&one(&key)).await.expect_fault(403, "above_own");
    let own = json!({ "name": "till", "scopes": ["sites:read"], "sites": sites });
    let own = local.post(KEYS, own).await.expect(201);
    local.delete(&one(&own)).await.expect(204);
}

on_both! {
    whoever_is_limited_to_sites_leaves_roles_and_keys_of_all_sites_alone,
    built_in_roles_are_listed_with_what_they_permit,
    a_role_of_the_tenant_is_made_given_changed_and_deleted,
    a_role_cannot_be_more_than_its_maker,
    an_api_key_works_where_and_as_far_as_it_may,
    a_revoked_key_is_worth_nothing,
    a_key_cannot_be_more_than_its_maker,
}
