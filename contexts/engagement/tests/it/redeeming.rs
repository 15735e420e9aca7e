//! Rewards: kept, handed out, given back.

use serde_json::{Value, json};

use crate::app::App;

const REDEMPTIONS: &str = "/api/v1/tenants/bank/redemptions";

async fn reserve(app: &App, reward: &str, customer: &str) -> Value {
    let path = format!("/api/v1/tenants/bank/rewards/{reward}/reserve");
    app.admin.post(&path, json!({ "customer_id": customer })).await.expect(201)
}

fn path(one: &Value, word: &str) -> String {
    format!("{REDEMPTIONS}/{}/{word}", one["id"].as_str().unwrap())
}

/// The catalogue as zeroQ documents it.
async fn rewards_are_kept(app: App) {
    let new = json!({ "name": " Coffee ", "points_required": 20, "type": "voucher", "stock": 3 });
    let made = app.admin.post("/api/organizations/bank/rewards", new).await.expect(201);
    for field in [
        "id",
        "organization_id",
        "name",
        "description",
        "points_required",
        "type",
        "created_at",
        "updated_at",
    ] {
        assert!(made.get(field).is_some(), "{field}");
    }
    assert_eq!((&made["name"], &made["available"]), (&json!("Coffee"), &json!(true)));
    let one = format!("/api/rewards/{}", made["id"].as_str().unwrap());
    let changed = app.admin.put(&one, json!({ "stock": 0 })).await.expect(200);
    assert_eq!((&changed["available"], &changed["points_required"]), (&json!(false), &json!(20)));
    assert_eq!(
        app.admin.put(&one, changed.clone()).await.expect(200),
        changed,
        "what was read can be sent back"
    );
    let stale = app.admin.clone().header("if-match", "\"1\"");
    stale.put(&one, json!({ "stock": 9 })).await.expect_fault(412, "stale");
    for (wrong, field) in [
        (json!({"name": "", "points_required": 1}), "name"),
        (json!({"name": "A"}), "points_required"),
        (json!({"name": "A", "points_required": -1}), "points_required"),
        (json!({"name": "A", "points_required": 1, "stock": -1}), "stock"),
        (json!({"name": "A\u{7}", "points_required": 1}), "name"),
        (json!({"name": "A", "points_required": 1, "description": "x".repeat(2001)}), "description"),
        (
            json!({"name": "A", "points_required": 1, "valid_from": "2026-01-02T00:00:00Z", "valid_until": "2026-01-01T00:00:00Z"}),
            "valid_until",
        ),
    ] {
        let fault =
            app.admin.post("/api/organizations/bank/rewards", wrong).await.expect_fault(422, "invalid_field");
        assert_eq!(fault["errors"][0]["field"], field);
    }
    let guest = app.signed_in("customer", "ana@home.example").await;
    let list = guest.get("/api/organizations/bank/rewards").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    guest.delete(&one).await.expect(403);
    app.admin.delete(&one).await.expect(204);
    app.admin.get(&one).await.expect(404);
    assert_eq!(guest.get("/api/organizations/bank/rewards").await.expect(200)["items"], json!([]));
}

/// Kept, shown by its code, handed out; then it is decided.
async fn a_kept_reward_is_handed_out(app: App) {
    let coffee = app.reward(json!({ "name": "Coffee", "points_required": 20, "stock": 2 })).await;
    let ana = app.customer("+49301234567").await;
    app.give(&ana, 50).await;
    let kept = reserve(&app, &coffee, &ana).await;
    assert_eq!((&kept["status"], &kept["points_left"]["available"]), (&json!("reserved"), &json!(30)));
    assert_eq!(app.admin.get(&format!("/api/rewards/{coffee}")).await.expect(200)["stock"], 1);
    let clerk = app.signed_in("agent", "clerk@bank.example").await;
    let code = kept["code"].as_str().unwrap().to_lowercase();
    let found = clerk.get(&format!("{REDEMPTIONS}?code={code}")).await.expect(200);
    assert_eq!(found["items"][0]["id"], kept["id"]);
    let got = clerk.post(&path(&kept, "redeem"), json!({})).await.expect(200);
    assert_eq!((&got["status"], &got["expires_at"]), (&json!("redeemed"), &json!(null)));
    let again = clerk.post(&path(&kept, "redeem"), json!({})).await.expect_fault(409, "decided");
    assert_eq!(again["state"], "redeemed");
    // An agent cannot undo what was handed out; whoever looks after the rewards takes it back.
    clerk.post(&path(&kept, "release"), json!({})).await.expect_fault(409, "decided");
    app.admin.post(&path(&kept, "release"), json!({ "reason": "returned" })).await.expect(200);
    app.admin.post(&path(&kept, "release"), json!({})).await.expect_fault(409, "decided");
    assert_eq!(app.available(&ana).await, 50);
    assert_eq!(app.admin.get(&format!("/api/rewards/{coffee}")).await.expect(200)["stock"], 2);
    app.check().await;
}

/// What is not fetched in time goes back by itself, once.
async fn a_kept_reward_has_its_time(app: App) {
    app.programme(json!({ "reserve_minutes": 15 })).await;
    let coffee = app.reward(json!({ "name": "Coffee", "points_required": 20, "stock": 1 })).await;
    let ana = app.customer("+49301234567").await;
    app.give(&ana, 20).await;
    let kept = reserve(&app, &coffee, &ana).await;
    app.work().await;
    assert_eq!(app.available(&ana).await, 0);
    app.wait(15);
    app.admin.post(&path(&kept, "redeem"), json!({})).await.expect_fault(409, "timed_out");
    app.work().await;
    app.work().await;
    assert_eq!(app.available(&ana).await, 20);
    assert_eq!(app.lines(&ana).await.len(), 3, "given, taken, given back");
    let kept = app.admin.get(&format!("{REDEMPTIONS}?status=released")).await.expect(200);
    assert_eq!(kept["items"][0]["reason"], "time_out");
    let kept = reserve(&app, &coffee, &ana).await;
    app.admin.post(&path(&kept, "redeem"), json!({})).await.expect(200);
    app.wait(15);
    app.work().await;
    assert_eq!(app.available(&ana).await, 0, "what was handed out stays");
    app.check().await;
}

/// zeroQ's one call, by the customer; repeated with its key it happens once.
async fn a_customer_redeems_at_once(app: App) {
    app.programme(json!({ "active": true, "rules": [{ "on": "served", "points": 25 }] })).await;
    let coffee = app.reward(json!({ "name": "Coffee", "points_required": 20 })).await;
    let ana = app.signed_in("customer", "ana@home.example").await;
    let redeem = format!("/api/rewards/{coffee}/redeem");
    let short = ana.post(&redeem, json!({})).await.expect_fault(409, "not_enough_points");
    assert_eq!(short["available"], 0);
    app.serve(&app.join(&ana).await).await;
    app.settle().await;
    let keyed = ana.clone().header("idempotency-key", "once");
    let first = keyed.post(&redeem, json!({})).await.expect(201);
    assert_eq!(keyed.post(&redeem, json!({})).await.expect(201), first);
    assert_eq!((&first["status"], &first["points_left"]["available"]), (&json!("redeemed"), &json!(5)));
    assert_eq!(ana.get("/api/profile").await.expect(200)["reward_points"], 5);
    let line = ana.get("/api/v1/tenants/bank/points/transactions?limit=1").await.expect(200);
    assert_eq!(
        (&line["items"][0]["type"], &line["items"][0]["reward_id"]),
        (&json!("redeemed"), &json!(coffee))
    );
    assert_eq!(line["items"][0]["points_change"], -20);
    // Others see and do only their own.
    let bo = app.signed_in("customer", "bo@home.example").await;
    assert_eq!(bo.get(REDEMPTIONS).await.expect(200)["items"], json!([]));
    assert_eq!(ana.get(REDEMPTIONS).await.expect(200)["items"].as_array().unwrap().len(), 1);
    bo.post(&path(&first, "release"), json!({})).await.expect(404);
    bo.post(&redeem, json!({ "customer_id": first["customer_id"] })).await.expect(404);
    app.check().await;
}

/// Out of time, switched off, used up, had enough of.
async fn a_reward_has_its_limits(app: App) {
    let ana = app.customer("+49301234567").await;
    app.give(&ana, 100).await;
    let refuse = async |reward: Value, code: &str| {
        let reward = app.reward(reward).await;
        let path = format!("/api/v1/tenants/bank/rewards/{reward}/reserve");
        app.admin.post(&path, json!({ "customer_id": ana })).await.expect_fault(409, code);
    };
    let from = |more: Value| {
        let mut reward = json!({ "name": "Coffee", "points_required": 20 });
        reward.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        reward
    };
    refuse(from(json!({ "active": false })), "reward_not_given").await;
    refuse(from(json!({ "valid_from": "2026-11-21T00:00:00Z" })), "reward_not_given").await;
    refuse(from(json!({ "valid_until": "2026-11-20T09:00:00Z" })), "reward_not_given").await;
    refuse(from(json!({ "stock": 0 })), "out_of_stock").await;
    refuse(from(json!({ "points_required": 101 })), "not_enough_points").await;
    let once = app.reward(from(json!({ "per_customer": 1 }))).await;
    let kept = reserve(&app, &once, &ana).await;
    let again = format!("/api/v1/tenants/bank/rewards/{once}/reserve");
    app.admin.post(&again, json!({ "customer_id": ana })).await.expect_fault(409, "had_enough");
    app.admin.post(&path(&kept, "release"), json!({})).await.expect(200);
    reserve(&app, &once, &ana).await;
    app.admin.post(&again, json!({})).await.expect(409);
    assert_eq!(app.available(&ana).await, 80);
    app.check().await;
}

/// Rewards and how they are earned are the organisation's: who works at some of its sites hands them out and changes none.
async fn the_catalogue_is_for_who_works_at_every_site(app: App) {
    let mug = app.reward(json!({ "name": "Mug", "points_required": 5 })).await;
    let ana = app.customer("+49 30 1234567").await;
    app.give(&ana, 50).await;
    let sites = app.admin.get("/api/v1/tenants/bank/sites").await.expect(200);
    let site = sites["items"][0]["id"].as_str().unwrap().parse().unwrap();
    let local = app.signed_in_at("manager", "local@bank.example", &[site]).await;
    let new = json!({ "name": "Cup", "points_required": 1 });
    local.post("/api/organizations/bank/rewards", new).await.expect_fault(403, "some_sites");
    let one = format!("/api/rewards/{mug}");
    local.put(&one, json!({ "points_required": 1 })).await.expect_fault(403, "some_sites");
    local.delete(&one).await.expect_fault(403, "some_sites");
    let programme = "/api/v1/tenants/bank/reward-programme";
    local.put(programme, json!({ "active": false })).await.expect_fault(403, "some_sites");
    local.get(&one).await.expect(200);
    let kept = format!("/api/v1/tenants/bank/rewards/{mug}/reserve");
    local.post(&kept, json!({ "customer_id": ana })).await.expect(201);
    let all = app.signed_in("manager", "boss@bank.example").await;
    all.put(&one, json!({ "points_required": 2 })).await.expect(200);
}

on_both!(
    the_catalogue_is_for_who_works_at_every_site,
    rewards_are_kept,
    a_kept_reward_is_handed_out,
    a_kept_reward_has_its_time,
    a_customer_redeems_at_once,
    a_reward_has_its_limits,
);
