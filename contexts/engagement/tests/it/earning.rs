//! Points for what was done, once, and back when it is undone.

use serde_json::json;

use crate::app::App;

const POINTS: &str = "/api/v1/tenants/bank/points";

/// zeroQ's way: join, be served, have points, see them in one's profile; a reward switches it all on.
async fn who_is_served_has_points(app: App) {
    let ana = app.signed_in("customer", "ana@home.example").await;
    app.serve(&app.join(&ana).await).await;
    app.settle().await;
    assert_eq!(ana.get("/api/profile").await.expect(200)["reward_points"], 0, "nothing is on yet");
    app.reward(json!({ "name": "Coffee", "points_required": 20, "type": "voucher" })).await;
    let ticket = app.join(&ana).await;
    app.settle().await;
    assert_eq!(ana.get("/api/profile").await.expect(200)["reward_points"], 5);
    app.serve(&ticket).await;
    app.settle().await;
    app.settle().await;
    let profile = ana.get("/api/profile").await.expect(200);
    assert_eq!(profile["reward_points"], 15);
    let lines = ana.get(&format!("{POINTS}/transactions")).await.expect(200);
    let line = &lines["items"][0];
    assert_eq!((&line["points_change"], &line["balance"]), (&json!(10), &json!(15)));
    assert_eq!(
        (&line["type"], &line["trigger"], &line["reference_id"]),
        (&json!("earned"), &json!("served"), &json!(ticket))
    );
    assert_eq!(line["user_id"], profile["id"]);
    assert_eq!(ana.get(POINTS).await.expect(200)["lifetime"], 15);
    app.check().await;
}

/// Who has no record earns nothing and costs nothing; who leaves gives back what joining was worth.
async fn who_leaves_has_not_earned(app: App) {
    app.programme(json!({ "active": true })).await;
    let ana = app.customer("+49301234567").await;
    let ticket = app.ticket(&ana).await;
    app.settle().await;
    assert_eq!(app.available(&ana).await, 5);
    app.act(&ticket, "cancel", json!({})).await;
    app.settle().await;
    assert_eq!(app.available(&ana).await, 0);
    app.undo().await;
    app.settle().await;
    assert_eq!(app.available(&ana).await, 5, "and has it again when the leaving is undone");
    assert_eq!(app.lines(&ana).await.iter().map(|(_, points)| *points).collect::<Vec<_>>(), [5, -5, 5]);
    app.check().await;
}

/// A service that is undone is worth nothing, also when its points were spent; done again it counts again.
async fn an_undone_service_takes_its_points_back(app: App) {
    app.programme(json!({ "active": true })).await;
    let coffee = app.reward(json!({ "name": "Coffee", "points_required": 12 })).await;
    let ana = app.customer("+49301234567").await;
    let ticket = app.ticket(&ana).await;
    app.serve(&ticket).await;
    app.settle().await;
    assert_eq!(app.available(&ana).await, 15);
    let bought = json!({ "customer_id": ana });
    app.admin.post(&format!("/api/rewards/{coffee}/redeem"), bought).await.expect(201);
    app.undo().await;
    app.settle().await;
    app.settle().await;
    assert_eq!(app.available(&ana).await, 0, "nobody owes points");
    assert_eq!(app.lines(&ana).await.last().unwrap(), &("reversed".to_owned(), -3));
    app.act(&ticket, "close", json!({})).await;
    app.settle().await;
    assert_eq!(app.available(&ana).await, 10);
    app.check().await;
}

/// Who has a reward kept for what joining was worth, leaves, and then lets the reward go, has nothing; and may not join
/// for points again and again that way.
async fn nothing_is_kept_of_what_was_undone(app: App) {
    let joined = json!({ "on": "joined", "points": 5, "times_per_day": 1 });
    app.programme(json!({ "active": true, "rules": [joined] })).await;
    let coffee = app.reward(json!({ "name": "Coffee", "points_required": 5 })).await;
    let ana = app.customer("+49301234567").await;
    let ticket = app.ticket(&ana).await;
    app.settle().await;
    let path = format!("/api/v1/tenants/bank/rewards/{coffee}/reserve");
    let kept = app.admin.post(&path, json!({ "customer_id": ana })).await.expect(201);
    app.act(&ticket, "cancel", json!({})).await;
    app.settle().await;
    assert_eq!(app.lines(&ana).await.last().unwrap(), &("reversed".to_owned(), 0));
    let path = format!("/api/v1/tenants/bank/redemptions/{}/release", kept["id"].as_str().unwrap());
    app.admin.post(&path, json!({})).await.expect(200);
    assert_eq!(app.available(&ana).await, 0, "what comes back goes where it should have gone");
    assert_eq!(app.lines(&ana).await.last().unwrap(), &("reversed".to_owned(), -5));
    app.check().await;

    let again = app.ticket(&ana).await;
    app.settle().await;
    assert_eq!(app.available(&ana).await, 0, "once a day, and it was spent when it was undone");
    app.act(&again, "cancel", json!({})).await;
    app.check().await;
}

/// Long waits, services, counts and the day's cap, tiers and what they multiply.
async fn the_programme_decides(app: App) {
    let served = json!({ "on": "served", "points": 10, "times_per_day": 2 });
    let waited = json!({ "on": "waited", "points": 7, "over_minutes": 30 });
    let tiers = json!([
        { "name": "Silver", "from_points": 10 },
        { "name": "Gold", "from_points": 20, "multiplier_percent": 200 },
    ]);
    app.programme(json!({ "active": true, "rules": [served, waited], "tiers": tiers, "points_per_day": 45 }))
        .await;
    let ana = app.customer("+49301234567").await;
    for expected in [10, 20, 20] {
        app.serve(&app.ticket(&ana).await).await;
        app.settle().await;
        assert_eq!(app.available(&ana).await, expected, "twice a day");
    }
    assert_eq!(app.count("tier.reached").await, 2);
    let path = format!("/api/v1/tenants/bank/customers/{ana}/points");
    let standing = app.admin.get(&path).await.expect(200);
    assert_eq!((&standing["tier"]["name"], &standing["next_tier"]), (&json!("Gold"), &json!(null)));
    for expected in [34, 45, 45] {
        let ticket = app.ticket(&ana).await;
        app.wait(31);
        app.serve(&ticket).await;
        app.settle().await;
        assert_eq!(app.available(&ana).await, expected, "gold doubles, the day has its cap");
    }
    app.wait(24 * 60);
    app.serve(&app.ticket(&ana).await).await;
    app.settle().await;
    assert_eq!(app.available(&ana).await, 65, "another day, a new count");
    app.check().await;
}

/// Points wait before they can be spent, and expire after their days.
async fn points_have_their_time(app: App) {
    let rules = json!([{ "on": "served", "points": 10 }]);
    let times = json!({ "active": true, "rules": rules, "pending_minutes": 60, "expires_after_days": 2 });
    app.programme(times).await;
    let ana = app.customer("+49301234567").await;
    app.serve(&app.ticket(&ana).await).await;
    app.settle().await;
    let path = format!("/api/v1/tenants/bank/customers/{ana}/points");
    let standing = app.admin.get(&path).await.expect(200);
    assert_eq!((&standing["available"], &standing["pending"]), (&json!(0), &json!(10)));
    assert_eq!(standing["expiring"][0]["points"], 10);
    app.wait(60);
    assert_eq!(app.available(&ana).await, 10);
    app.wait(2 * 24 * 60);
    assert_eq!(app.available(&ana).await, 0, "the time decides, not the job");
    app.work().await;
    app.work().await;
    assert_eq!(app.lines(&ana).await, [("earned".to_owned(), 10), ("expired".to_owned(), -10)]);
    app.check().await;
}

/// A receipt counts once, however often it is told, and the wrong ones are refused.
async fn a_purchase_counts_once(app: App) {
    let rules = json!([{ "on": "purchase", "points": 2, "per_amount": 500 }]);
    app.programme(json!({ "active": true, "rules": rules })).await;
    let ana = app.customer("+49301234567").await;
    let till = app.signed_in("agent", "till@bank.example").await;
    let path = format!("{POINTS}/purchases");
    let bought = json!({ "customer_id": ana, "amount": 1250, "reference": "receipt 1" });
    let first = till.post(&path, bought.clone()).await.expect(200);
    assert_eq!(
        (&first["transaction"]["points_change"], &first["points"]["available"]),
        (&json!(4), &json!(4))
    );
    assert_eq!(till.post(&path, bought.clone()).await.expect(200)["transaction"], json!(null));
    assert_eq!(app.available(&ana).await, 4);
    for (field, value) in [
        ("amount", json!(0)),
        ("amount", json!(-5)),
        ("reference", json!(" ")),
        ("reference", json!("x".repeat(101))),
    ] {
        let mut wrong = bought.clone();
        wrong[field] = value;
        let fault = till.post(&path, wrong).await.expect_fault(422, "invalid_field");
        assert_eq!(fault["errors"][0]["field"], field);
    }
    let nobody =
        json!({ "customer_id": "01900000-0000-7000-8000-000000000000", "amount": 1, "reference": "x" });
    till.post(&path, nobody).await.expect(404);
    app.check().await;
}

/// By hand, with a reason, and never below nothing.
async fn points_by_hand(app: App) {
    let ana = app.customer("+49301234567").await;
    let path = format!("/api/v1/tenants/bank/customers/{ana}/points");
    let boss = app.signed_in("manager", "boss@bank.example").await;
    let given = boss.post(&path, json!({ "points": 50, "reason": "Sorry" })).await.expect(201);
    assert_eq!((&given["balance"], &given["note"]), (&json!(50), &json!("Sorry")));
    let short = boss.post(&path, json!({ "points": -51, "reason": "x" })).await;
    let short = short.expect_fault(409, "not_enough_points");
    assert_eq!((&short["points_required"], &short["available"]), (&json!(51), &json!(50)));
    for wrong in [
        json!({"points": 0, "reason": "x"}),
        json!({"points": 5, "reason": " "}),
        json!({"points": 2_000_000_000, "reason": "x"}),
    ] {
        boss.post(&path, wrong).await.expect_fault(422, "invalid_field");
    }
    boss.post(&path, json!({ "points": 1_000_000_000, "reason": "x" }))
        .await
        .expect_fault(409, "too_many_points");
    boss.post(&path, json!({ "points": -50, "reason": "x" })).await.expect(201);
    let clerk = app.signed_in("agent", "clerk@bank.example").await;
    clerk.post(&path, json!({ "points": 5, "reason": "x" })).await.expect(403);
    app.check().await;
}

/// What cannot be kept of a programme is refused; two who change it see each other.
async fn a_programme_is_checked(app: App) {
    let path = "/api/v1/tenants/bank/reward-programme";
    let read = app.admin.get(path).await;
    assert_eq!((read.expect(200)["version"].clone(), read.header("etag")), (json!(0), Some("\"0\"")));
    let wrong = json!({ "pending_minutes": -1, "rules": [{ "on": "waited", "points": 0 }] });
    let fault = app.admin.put(path, wrong).await.expect_fault(422, "invalid_field");
    let fields: Vec<_> =
        fault["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["pending_minutes", "rules[0].points", "rules[0].over_minutes"]);
    app.programme(json!({ "name": "Stars", "active": true })).await;
    let stale = app.admin.clone().header("if-match", "\"0\"");
    stale.put(path, json!({ "name": "Moons" })).await.expect_fault(412, "stale");
    let guest = app.signed_in("customer", "ana@home.example").await;
    assert_eq!(guest.get(path).await.expect(200)["name"], "Stars");
    guest.put(path, json!({ "active": false })).await.expect(403);
}

on_both!(
    who_is_served_has_points,
    who_leaves_has_not_earned,
    an_undone_service_takes_its_points_back,
    nothing_is_kept_of_what_was_undone,
    the_programme_decides,
    points_have_their_time,
    a_purchase_counts_once,
    points_by_hand,
    a_programme_is_checked,
);
