//! Members of a tenant, whom document 000 calls staff.

use serde_json::{Value, json};
use usher_kernel::SignedDuration;

use crate::app::{App, PASSWORD, steady};

const MEMBERS: &str = "/api/v1/tenants/bank/members";

fn path(member: &Value) -> String {
    format!("{MEMBERS}/{}", member["id"].as_str().unwrap())
}

async fn a_new_member_gets_a_mail_to_choose_a_password(app: App) {
    let admin = app.admin().await;
    let new = json!({ "email": "ben@bank.example", "name": "Ben", "role": "CLERK" });
    let member = admin.post(MEMBERS, new).await.expect(201);
    insta::assert_json_snapshot!("a_new_member_gets_a_mail_to_choose_a_password", steady(&member));
    let secret = app.mails.secret("ben@bank.example", "reset").unwrap();
    let body = json!({ "token": secret, "password": "a new password" });
    app.nobody().post("/api/v1/auth/reset-password", body).await.expect(200);
    let answer = app.log_in_with("ben@bank.example", "a new password").await.expect(200);
    assert_eq!(answer["user"]["role"], "agent");
    assert_eq!(app.count("member.added"), 1);
}

async fn a_repeated_request_adds_and_invites_once(app: App) {
    let admin = app.admin().await.idempotency_key("hire ben");
    let new = json!({ "email": "ben@bank.example", "role": "agent" });
    let first = admin.post(MEMBERS, &new).await.expect(201);
    let again = admin.post(MEMBERS, &new).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{again}");
    assert_eq!(again.expect(201), first);
    let other = json!({ "email": "eva@bank.example" });
    admin.post(MEMBERS, other).await.expect_fault(422, "idempotency_key_reused");
    assert_eq!((app.count("member.added"), app.mails.0.lock().len()), (1, 1));
}

async fn customers_are_no_staff(app: App) {
    // Ids of one millisecond have no order.
    app.time.advance(SignedDuration::from_secs(1));
    let admin = app.admin().await;
    let body = json!({ "email": "ana@home.example", "password": "long enough" });
    app.nobody().post("/api/register", body).await.expect(201);
    let names = |path: &str| {
        let (admin, path) = (admin.clone(), path.to_owned());
        async move {
            let list = admin.get(&path).await.expect(200);
            let items = list["items"].as_array().unwrap().iter();
            items.map(|m| m["user"]["email"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(names(MEMBERS).await, ["admin@bank.example"]);
    let customers = format!("{MEMBERS}?role=PATRON");
    assert_eq!(names(&customers).await, ["ana@home.example"]);
    // A promotion moves them over.
    let list = admin.get(&customers).await.expect(200);
    admin.put(&path(&list["items"][0]), json!({ "roles": ["agent"] })).await.expect(200);
    assert_eq!(names(MEMBERS).await, ["admin@bank.example", "ana@home.example"]);
}

async fn staff_is_another_name_for_members(app: App) {
    let admin = app.admin().await;
    let new = json!({ "email": "ben@bank.example", "password": PASSWORD, "role": "staff" });
    let staff = admin.post("/api/organizations/bank/staff", new).await.expect(201);
    let one = format!("/api/staff/{}", staff["id"].as_str().unwrap());
    let counter = "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee";
    let changed = admin.put(&one, json!({ "role": "orgAdmin", "counter_id": counter })).await.expect(200);
    assert_eq!((&changed["role"], &changed["counter_id"]), (&json!("admin"), &json!(counter)));
    let list = admin.get("/api/organizations/bank/staff").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    admin.delete(&one).await.expect(204);
    admin.get(&one).await.expect_fault(404, "not_found");
    let kinds = app.kinds();
    for kind in ["member.added", "member.role_changed", "member.removed"] {
        assert!(kinds.contains(&kind.to_owned()), "{kind} of {kinds:?}");
    }
}

async fn somebody_who_is_registered_keeps_their_account(app: App) {
    let admin = app.admin().await;
    let body = json!({ "email": "ana@home.example", "password": "long enough" });
    app.nobody().post("/api/register", body).await.expect(201);
    let again = json!({ "email": "ANA@home.example", "role": "agent" });
    admin.post(MEMBERS, again).await.expect_fault(409, "already_member");
    app.shop().await;
    let shop = app.as_user("admin@shop.example").await;
    let new = json!({ "email": "ana@home.example", "roles": ["agent"] });
    shop.post("/api/v1/tenants/shop/members", new).await.expect_fault(409, "invite_first");
    app.log_in_with("ana@home.example", "long enough").await.expect(200);
}

async fn a_change_of_roles_counts_at_once(app: App) {
    let admin = app.admin().await;
    let agent = app.person("agent", "agent@bank.example").await;
    agent.get("/api/v1/tenants/bank/devices").await.expect_fault(403, "forbidden");
    let list = admin.get(&format!("{MEMBERS}?role=operator")).await.expect(200);
    let member = &list["items"][0];
    admin.put(&path(member), json!({ "roles": ["manager"] })).await.expect(200);
    agent.get("/api/v1/tenants/bank/devices").await.expect(200);
    let event = app.last("member.role_changed");
    let payload: Value = serde_json::from_str(event.payload.get()).unwrap();
    assert_eq!(
        (&payload["before"]["roles"], &payload["after"]["roles"]),
        (&json!(["agent"]), &json!(["manager"]))
    );
    admin.put(&path(member), json!({ "status": "inactive" })).await.expect(200);
    agent.get("/api/v1/tenants/bank/devices").await.expect_fault(404, "not_found");
    admin.delete(&path(member)).await.expect(204);
    agent.get("/api/v1/tenants/bank").await.expect_fault(404, "not_found");
}

async fn nobody_reaches_above_themselves(app: App) {
    let manager = app.person("manager", "manager@bank.example").await;
    let admins = app.admin().await.get(&format!("{MEMBERS}?role=admin")).await.expect(200);
    let admin = &admins["items"][0];
    manager.put(&path(admin), json!({ "roles": ["agent"] })).await.expect_fault(403, "above_own");
    manager.delete(&path(admin)).await.expect_fault(403, "above_own");
    let new = |role: &str| json!({ "email": "new@bank.example", "password": PASSWORD, "role": role });
    for role in ["admin", "EXECUTIVE", "platform_admin", "globalAdmin"] {
        manager.post(MEMBERS, new(role)).await.expect_fault(403, "above_own");
    }
    // Not even an administrator makes an operator of the installation.
    app.admin().await.post(MEMBERS, new("globalAdmin")).await.expect_fault(403, "above_own");
    let member = manager.post(MEMBERS, new("agent")).await.expect(201);
    manager.put(&path(&member), json!({ "roles": ["admin"] })).await.expect_fault(403, "above_own");
    manager.put(&path(&member), json!({ "roles": ["king"] })).await.expect(422);
}

async fn nobody_reaches_beyond_their_own_sites(app: App) {
    let admin = app.admin().await;
    let site = |name: &str| {
        let (client, body) = (admin.clone(), json!({ "name": name }));
        async move { client.post("/api/v1/tenants/bank/sites", body).await.expect(201)["id"].clone() }
    };
    let (main, north) = (site("Main").await, site("North").await);
    let new = json!({ "email": "m@bank.example", "password": PASSWORD, "role": "manager", "sites": [main] });
    let member = admin.post(MEMBERS, new).await.expect(201);
    let manager = app.as_user("m@bank.example").await;
    let hire = |sites: Value| {
        let email = format!("{}@bank.example", sites.to_string().len());
        let body = json!({ "email": email, "password": PASSWORD, "role": "agent", "sites": sites });
        let client = manager.clone();
        async move { client.post(MEMBERS, body).await }
    };
    hire(json!([])).await.expect_fault(403, "above_own");
    hire(json!([main, north])).await.expect_fault(403, "above_own");
    hire(json!([main])).await.expect(201);
    let unknown = json!({ "sites": ["0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"] });
    admin.put(&path(&member), unknown).await.expect(422);
}

async fn the_last_administrator_stays(app: App) {
    let admin = app.admin().await;
    let me = admin.get("/api/v1/auth/me").await.expect(200);
    let mine = format!("{MEMBERS}/{}", me["member_id"].as_str().unwrap());
    admin.put(&mine, json!({ "roles": ["manager"] })).await.expect_fault(409, "last_admin");
    admin.put(&mine, json!({ "status": "inactive" })).await.expect_fault(409, "last_admin");
    admin.delete(&mine).await.expect_fault(409, "last_admin");
    let user = format!("/api/v1/auth/users/{}", me["id"].as_str().unwrap());
    admin.put(&format!("{user}/role"), json!({ "role": "agent" })).await.expect_fault(409, "last_admin");
    admin.delete(&user).await.expect_fault(409, "last_admin");
    app.person("admin", "second@bank.example").await;
    admin.put(&mine, json!({ "roles": ["manager"] })).await.expect(200);
}

async fn two_administrators_cannot_remove_each_other_at_once(app: App) {
    let first = app.admin().await;
    let second = app.person("admin", "second@bank.example").await;
    let id = |me: Value| format!("{MEMBERS}/{}", me["member_id"].as_str().unwrap());
    let one = id(first.get("/api/v1/auth/me").await.expect(200));
    let two = id(second.get("/api/v1/auth/me").await.expect(200));
    let (a, b) = tokio::join!(first.delete(&two), second.delete(&one));
    let gone = [&a, &b].into_iter().filter(|answer| answer.status.as_u16() == 204).count();
    assert_eq!(gone, 1, "{a} {b}");
}

async fn members_of_another_tenant_are_not_there(app: App) {
    app.shop().await;
    let stranger = app.as_user("admin@shop.example").await;
    let admins = app.admin().await.get(MEMBERS).await.expect(200);
    let id = admins["items"][0]["id"].as_str().unwrap();
    stranger.get(MEMBERS).await.expect_fault(404, "not_found");
    for path in [format!("/api/v1/tenants/shop/members/{id}"), format!("/api/staff/{id}")] {
        stranger.get(&path).await.expect_fault(404, "not_found");
        stranger.put(&path, json!({ "roles": ["agent"] })).await.expect_fault(404, "not_found");
        stranger.delete(&path).await.expect_fault(404, "not_found");
    }
}

async fn an_id_or_an_address_opens_nobodys_record(app: App) {
    app.shop().await;
    let stranger = app.as_user("admin@shop.example").await;
    let admin = app.admin().await.get("/api/v1/auth/me").await.expect(200);
    let id = admin["id"].as_str().unwrap();
    let by_id = json!({ "user_id": id, "role": "agent" });
    let theirs = "/api/v1/tenants/shop/members";
    stranger.post(theirs, by_id).await.expect_fault(422, "invalid_field");
    // By the address they can be asked; once they have accepted, their record stays their own.
    let by_address = json!({ "email": "admin@bank.example", "role": "agent" });
    stranger.post(theirs, &by_address).await.expect_fault(409, "invite_first");
    stranger.post("/api/v1/tenants/shop/invitations", &by_address).await.expect(201);
    let secret = app.mails.secret("admin@bank.example", "invitation").unwrap();
    app.nobody().post("/api/v1/auth/accept-invitation", json!({ "token": secret })).await.expect(200);
    let record = format!("/api/users/{id}");
    let other = json!({ "name": "Somebody Else" });
    stranger.put(&record, other.clone()).await.expect_fault(403, "belongs_elsewhere");
    let same = json!({ "name": admin["name"], "role": "manager" });
    stranger.put(&record, same).await.expect(200);
    app.admin().await.put(&record, other).await.expect(200);
    let own = app.person("agent", "own@bank.example").await.get("/api/v1/auth/me").await.expect(200);
    let own = format!("/api/users/{}", own["id"].as_str().unwrap());
    app.admin().await.put(&own, json!({ "name": "Only Here" })).await.expect(200);
}

async fn an_older_version_is_refused(app: App) {
    let admin = app.admin().await;
    let new = json!({ "email": "ben@bank.example", "password": PASSWORD });
    let member = admin.post(MEMBERS, new).await.expect(201);
    admin.put(&path(&member), json!({ "roles": ["manager"] })).await.expect(200);
    let late = admin.clone().header("if-match", "\"1\"");
    late.put(&path(&member), json!({ "roles": ["agent"] })).await.expect_fault(412, "stale");
    // Whoever has the current one is sent it no second time.
    let seen = admin.get(&path(&member)).await;
    let tag = seen.header("etag").unwrap().to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"1\", {tag}"), "*".to_owned()] {
        let again = admin.clone().header("if-none-match", &known).get(&path(&member)).await;
        assert_eq!((again.status.as_u16(), again.header("etag")), (304, Some(&*tag)), "{known}: {again}");
    }
    admin.header("if-none-match", "\"1\"").get(&path(&member)).await.expect(200);
}

on_both! {
    a_new_member_gets_a_mail_to_choose_a_password,
    a_repeated_request_adds_and_invites_once,
    customers_are_no_staff,
    staff_is_another_name_for_members,
    somebody_who_is_registered_keeps_their_account,
    a_change_of_roles_counts_at_once,
    nobody_reaches_above_themselves,
    nobody_reaches_beyond_their_own_sites,
    the_last_administrator_stays,
    two_administrators_cannot_remove_each_other_at_once,
    members_of_another_tenant_are_not_there,
    an_id_or_an_address_opens_nobodys_record,
    an_older_version_is_refused,
}
