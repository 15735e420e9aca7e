//! People's records.

use serde_json::json;
use usher_testkit::TestClient;

use crate::app::{App, PASSWORD};

async fn id_of(client: &TestClient) -> String {
    client.get("/api/v1/auth/me").await.expect(200)["id"].as_str().unwrap().to_owned()
}

async fn people_change_their_own_record(app: App) {
    let agent = app.person("agent", "agent@bank.example").await;
    let change = json!({
        "name": "Ana", "phone": "0049 30 1234567", "locale": "fr", "preferences": { "theme": "dark" },
        "username": "ana",
    });
    let changed = agent.put("/api/profile", change).await.expect(200);
    assert_eq!((&changed["phone"], &changed["locale"]), (&json!("+49301234567"), &json!("fr")));
    // What was read may be sent back whole, and keeps what is absent.
    let again = agent.put("/api/v1/auth/profile", &changed).await.expect(200);
    assert_eq!(again["version"], changed["version"]);
    let cleared = json!({ "phone": null, "preferences": { "theme": null } });
    let cleared = agent.put("/api/profile", cleared).await.expect(200);
    assert_eq!(
        (&cleared["phone"], &cleared["preferences"], &cleared["name"]),
        (&json!(null), &json!({}), &json!("Ana"))
    );
    let event = app.last("user.updated");
    assert!(!event.payload.get().contains("1234567"), "{}", event.payload.get());
    let late = agent.clone().header("if-match", "\"1\"");
    late.put("/api/profile", json!({ "name": "x" })).await.expect_fault(412, "stale");
    for (field, value) in [("phone", "12"), ("email", "x"), ("locale", "French"), ("username", "a b")] {
        let problem = agent.put("/api/profile", json!({ field: value })).await.expect(422);
        assert_eq!(problem["errors"][0]["field"], field);
    }
    let taken = json!({ "email": "admin@bank.example" });
    agent.put("/api/profile", taken).await.expect_fault(409, "email_taken");
    app.person("agent", "other@bank.example")
        .await
        .put("/api/profile", json!({ "username": "ANA" }))
        .await
        .expect_fault(409, "username_taken");
}

async fn an_administrator_lists_and_changes_people_but_not_what_they_sign_in_with(app: App) {
    let admin = app.admin().await;
    let agent = app.person("agent", "agent@bank.example").await;
    let id = id_of(&agent).await;
    let list = admin.get("/api/v1/auth/users?role=CLERK").await.expect(200);
    assert_eq!(list["items"][0]["email"], "agent@bank.example");
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        admin.get("/api/v1/auth/users?limit=1").await.expect(200)["items"].as_array().unwrap().len(),
        1
    );
    let found = admin.get("/api/v1/auth/users?q=AGENT").await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let path = format!("/api/users/{id}");
    assert_eq!(admin.put(&path, json!({ "name": "Renamed" })).await.expect(200)["name"], "Renamed");
    let theft = json!({ "email": "mine@evil.example" });
    admin.put(&path, theft).await.expect_fault(403, "not_yourself");
    agent.get("/api/v1/auth/users").await.expect_fault(403, "forbidden");
}

async fn a_person_is_kept_out_and_let_in_again(app: App) {
    let admin = app.admin().await;
    let agent = app.person("agent", "agent@bank.example").await;
    let id = id_of(&agent).await;
    let (status, sites) = (format!("/api/v1/admin/users/{id}/status"), "/api/v1/tenants/bank/sites");
    agent.get(sites).await.expect(200);
    let listed = async |status: &str| {
        let list = admin.get(&format!("/api/v1/admin/users?role=CLERK&status={status}")).await.expect(200);
        list["items"].as_array().unwrap().iter().map(|user| user["status"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((listed("active").await, listed("inactive").await), (vec![json!("active")], vec![]));
    let out = admin.put(&status, json!({ "status": "inactive" })).await.expect(200);
    assert_eq!((&out["status"], &out["role"]), (&json!("inactive"), &json!("agent")));
    assert_eq!((listed("active").await, listed("inactive").await), (vec![], vec![json!("inactive")]));
    agent.get(sites).await.expect_fault(404, "not_found");
    let told = admin.get("/api/v1/admin/users/machines").await.expect(200);
    assert_eq!(told["by_status"], json!({ "active": 1, "inactive": 1 }));
    assert_eq!(admin.put(&status, json!({ "status": "active" })).await.expect(200)["status"], "active");
    agent.get(sites).await.expect(200);
    // What no one may: the last administrator, a stranger's people, another word.
    let own = format!("/api/v1/admin/users/{}/status", id_of(&admin).await);
    admin.put(&own, json!({ "status": "inactive" })).await.expect_fault(409, "last_admin");
    let wrong = admin.put(&status, json!({ "status": "asleep" })).await.expect(422);
    assert_eq!(wrong["errors"][0]["field"], "status");
    app.shop().await;
    let stranger = app.as_user("admin@shop.example").await;
    stranger.put(&status, json!({ "status": "inactive" })).await.expect_fault(404, "not_found");
    agent.put(&status, json!({ "status": "inactive" })).await.expect_fault(403, "forbidden");
}

async fn people_and_their_machines_are_counted(app: App) {
    let admin = app.admin().await;
    app.person("agent", "agent@bank.example").await;
    app.person("customer", "carla@example.com").await;
    app.shop().await;
    let told = admin.get("/api/v1/admin/users/machines").await.expect(200);
    assert_eq!(told["total"], 3);
    assert_eq!(told["by_role"], json!({ "admin": 1, "agent": 1, "customer": 1 }));
    assert_eq!(told["by_status"], json!({ "active": 3, "inactive": 0 }));
    assert_eq!(told["devices"], json!([]));
    let sessions = told["sessions"].as_array().unwrap();
    assert!(!sessions.is_empty() && sessions.iter().all(|one| one["last_seen"].is_string()), "{told}");
    assert!(sessions.iter().all(|one| one["name"] != "carla"), "a customer's are their own business: {told}");
    let agent = app.as_user("agent@bank.example").await;
    agent.get("/api/v1/admin/users/machines").await.expect_fault(403, "forbidden");
}

async fn where_else_somebody_belongs_is_their_own_business(app: App) {
    let agent = app.person("agent", "agent@bank.example").await;
    app.shop().await;
    let owner = app.as_user("admin@shop.example").await;
    let both = json!({ "email": "agent@bank.example", "role": "agent" });
    app.operator().await.post("/api/v1/tenants/shop/members", both).await.expect(201);
    let slugs = |user: &serde_json::Value| -> Vec<String> {
        let tenants = user["tenants"].as_array().unwrap().iter();
        tenants.map(|tenant| tenant["slug"].as_str().unwrap().to_owned()).collect()
    };
    let mut own = slugs(&agent.get("/api/v1/auth/me").await.expect(200));
    own.sort();
    assert_eq!(own, ["bank", "shop"]);
    let list = owner.get("/api/v1/auth/users?q=agent").await.expect(200);
    assert_eq!(slugs(&list["items"][0]), ["shop"]);
    let path = format!("/api/users/{}", id_of(&agent).await);
    assert_eq!(slugs(&owner.get(&path).await.expect(200)), ["shop"]);
    let changed = owner.put(&path, json!({ "role": "manager" })).await.expect(200);
    assert_eq!(slugs(&changed), ["shop"]);
}

async fn nobody_reads_or_changes_others_without_the_right(app: App) {
    let agent = app.person("agent", "agent@bank.example").await;
    let admin = app.admin().await;
    let path = format!("/api/users/{}", id_of(&admin).await);
    agent.get(&path).await.expect_fault(404, "not_found");
    agent.put(&path, json!({ "name": "x" })).await.expect_fault(404, "not_found");
    app.shop().await;
    let stranger = app.as_user("admin@shop.example").await;
    stranger.get(&path).await.expect_fault(404, "not_found");
    stranger.put(&path, json!({ "name": "x" })).await.expect_fault(404, "not_found");
    let user = format!("/api/v1/auth/users/{}", id_of(&agent).await);
    stranger.put(&format!("{user}/role"), json!({ "role": "agent" })).await.expect_fault(404, "not_found");
    stranger.delete(&user).await.expect_fault(404, "not_found");
}

async fn a_person_removed_from_their_last_tenant_is_gone_and_their_address_is_free(app: App) {
    let admin = app.admin().await;
    let agent = app.person("agent", "agent@bank.example").await;
    let path = format!("/api/v1/auth/users/{}", id_of(&agent).await);
    admin.delete(&path).await.expect(204);
    agent.get("/api/v1/auth/me").await.expect(401);
    app.log_in("agent@bank.example").await.expect_fault(401, "invalid_credentials");
    let again = json!({ "email": "agent@bank.example", "password": PASSWORD });
    app.nobody().post("/api/register", again).await.expect(201);
}

async fn the_operator_works_in_every_tenant(app: App) {
    app.shop().await;
    let operator = app.operator().await;
    let me = operator.get("/api/v1/auth/me").await.expect(200);
    assert_eq!((&me["role"], &me["tenant"]), (&json!("platform_admin"), &json!(null)));
    assert_eq!(operator.get("/api/v1/tenants").await.expect(200)["items"].as_array().unwrap().len(), 2);
    for slug in ["bank", "shop"] {
        operator.get(&format!("/api/v1/tenants/{slug}/members")).await.expect(200);
    }
    operator.post("/api/organizations", json!({ "name": "Third" })).await.expect(201);
}

async fn the_operator_finds_anybody_and_keeps_them_out_of_everything(app: App) {
    let shop = app.shop().await;
    let agent = app.person("agent", "agent@bank.example").await;
    let both = json!({ "email": "agent@bank.example", "role": "manager" });
    let operator = app.operator().await;
    operator.post("/api/v1/tenants/shop/members", both).await.expect(201);
    let people = "/api/v1/platform/users";
    let emails = |page: &serde_json::Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|one| one["email"].as_str().unwrap().to_owned()).collect()
    };
    let mut all = emails(&operator.get(people).await.expect(200));
    all.sort();
    assert_eq!(all, ["admin@bank.example", "admin@shop.example", "agent@bank.example", "root@usher.example"]);
    // Page by page, each once.
    let first = operator.get(&format!("{people}?limit=3")).await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = operator.get(&format!("{people}?limit=3&cursor={cursor}")).await.expect(200);
    let mut paged = [emails(&first), emails(&second)].concat();
    paged.sort();
    assert_eq!((paged, &second["next_cursor"]), (all, &json!(null)));
    let found = operator.get(&format!("{people}?q=AGENT")).await.expect(200);
    assert_eq!(emails(&found), ["agent@bank.example"]);
    let person = &found["items"][0];
    let mut belongs: Vec<_> = person["tenants"].as_array().unwrap().iter().collect();
    belongs.sort_by_key(|one| one["slug"].to_string());
    assert_eq!(belongs.len(), 2);
    assert_eq!((&belongs[0]["slug"], &belongs[0]["roles"]), (&json!("bank"), &json!(["agent"])));
    assert_eq!((&belongs[1]["slug"], &belongs[1]["roles"]), (&json!("shop"), &json!(["manager"])));
    assert_eq!((&person["platform_admin"], &person["status"]), (&json!(false), &json!("active")));

    let status = format!("{people}/{}/status", person["id"].as_str().unwrap());
    let out = operator.put(&status, json!({ "status": "inactive" })).await.expect(200);
    assert_eq!(out["status"], "inactive");
    agent.get("/api/v1/auth/me").await.expect_fault(401, "invalid_credential");
    app.log_in("agent@bank.example").await.expect_fault(403, "user_inactive");
    let gone = operator.get(&format!("{people}?status=inactive")).await.expect(200);
    assert_eq!(emails(&gone), ["agent@bank.example"]);
    let told = app.last("user.status_changed").tenant;
    assert!([Some(app.bank), Some(shop)].contains(&told), "one of theirs: {told:?}");
    operator.put(&status, json!({ "status": "active" })).await.expect(200);
    app.log_in("agent@bank.example").await.expect(200);

    operator.put(&status, json!({ "status": "deleted" })).await.expect(422);
    let me = id_of(&operator).await;
    let own = format!("{people}/{me}/status");
    let refusal = operator.put(&own, json!({ "status": "inactive" })).await.expect(422);
    assert_eq!(refusal["errors"][0]["code"], "yourself");
    let nobody = format!("{people}/0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee/status");
    operator.put(&nobody, json!({ "status": "inactive" })).await.expect_fault(404, "not_found");
    // Everything in one organisation is nothing here.
    let admin = app.admin().await;
    admin.get(people).await.expect_fault(403, "forbidden");
    admin.put(&status, json!({ "status": "inactive" })).await.expect_fault(403, "forbidden");
}

async fn an_administrator_without_a_password_gets_one(app: App) {
    let new = usher_tenancy::model::NewTenant { name: "Third".to_owned(), ..Default::default() };
    let admin = usher_identity::FirstAdmin { email: "a@third.example".to_owned(), ..Default::default() };
    let (tenant, made) = app.identity.create_tenant(&app.sys, new, admin).await.unwrap();
    let answer = app.log_in_with("a@third.example", &made.generated_password.unwrap()).await.expect(200);
    assert_eq!(answer["user"]["tenant"]["slug"], json!(tenant.slug));
}

on_both! {
    people_change_their_own_record,
    an_administrator_lists_and_changes_people_but_not_what_they_sign_in_with,
    a_person_is_kept_out_and_let_in_again,
    people_and_their_machines_are_counted,
    where_else_somebody_belongs_is_their_own_business,
    nobody_reads_or_changes_others_without_the_right,
    a_person_removed_from_their_last_tenant_is_gone_and_their_address_is_free,
    the_operator_works_in_every_tenant,
    the_operator_finds_anybody_and_keeps_them_out_of_everything,
    an_administrator_without_a_password_gets_one,
}
