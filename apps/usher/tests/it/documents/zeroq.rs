//! Document 000, zeroQ: organisations, queues, counters, staff, rewards, `/getETA`, `/updateQueue`.

use serde_json::json;

use super::{Bank, has, refusal, text};

const QUEUE: &[&str] = &[
    "id",
    "organization_id",
    "name",
    "description",
    "current_length",
    "estimated_wait_time",
    "status",
    "created_at",
    "updated_at",
];
const COUNTER: &[&str] = &[
    "id",
    "organization_id",
    "queue_id",
    "name",
    "staff_id",
    "status",
    "customers_served_today",
    "created_at",
    "updated_at",
];
const REWARD: &[&str] =
    &["id", "organization_id", "name", "description", "points_required", "type", "created_at", "updated_at"];
const TRANSACTION: &[&str] = &["id", "user_id", "reward_id", "points_change", "type", "created_at"];
const STAFF: &[&str] =
    &["id", "user_id", "organization_id", "counter_id", "role", "created_at", "updated_at"];

#[test]
fn users() {
    let bank = Bank::open("zeroq-users");
    let new = json!({ "username": "ann", "email": "ann@example.com", "password": "s3cretpass1" });
    let registered = bank.nobody().post("/api/register", new.clone(), 201);
    has(&registered, &["token", "user"]);
    let twice = bank.nobody().post("/api/register", new, 409);
    assert_eq!(twice["code"], "email_taken");
    // Everything that is wrong is said at once.
    let wrong = json!({ "username": "a b", "email": "ann", "password": "short" });
    let wrong = bank.nobody().post("/api/register", wrong, 422);
    let fields: Vec<_> = wrong["errors"].as_array().unwrap().iter().map(|e| text(e, "field")).collect();
    assert_eq!(fields, ["email", "username", "password"]);
    let by_name = json!({ "username": "ann", "password": "s3cretpass1" });
    bank.nobody().post("/api/login", by_name, 200);
    let refused =
        bank.nobody().post("/api/login", json!({ "email": "ann@example.com", "password": "x" }), 401);
    assert_eq!(refusal(&refused), "The e-mail address or the password is wrong.");
    let mut ann = bank.log_in("/api/login", "ann@example.com", "s3cretpass1");
    let profile = ann.get("/api/profile", 200);
    has(&profile, &["id", "username", "email", "role", "organization_id", "created_at", "updated_at"]);
    assert_eq!(profile["reward_points"], 0);
    assert!(profile.get("password_hash").is_none());
    assert_eq!(ann.put("/api/profile", json!({ "name": "Ann" }), 200)["name"], "Ann");
    ann.send_back("/api/profile");
}

#[test]
fn organisations() {
    let bank = Bank::open("zeroq-organisations");
    let mut root = bank.log_in("/api/login", "root@usher.example", "admin123");
    let new = json!({
        "name": "Acme", "address": "1 Road", "contact_email": "hi@acme.example", "phone_number": "+1 555 0100",
        "logo_url": "https://acme.example/logo.png",
    });
    bank.admin().post("/api/organizations", new.clone(), 403);
    let acme = root.post("/api/organizations", new.clone(), 201);
    has(&acme, &["id", "created_at", "updated_at"]);
    for (member, value) in new.as_object().unwrap() {
        assert_eq!(acme[member], *value, "{member}");
    }
    let path = format!("/api/organizations/{}", text(&acme, "id"));
    root.get(&path, 200);
    // The administrator of another one learns nothing of it, not even that it is there.
    bank.admin().get(&path, 404);
    let mut admin = bank.admin();
    admin.put("/api/organizations/demo-bank", json!({ "address": "2 Road" }), 200);
    admin.send_back("/api/organizations/demo-bank");
    let mut carla = bank.customer("carla@example.com");
    carla.put("/api/organizations/demo-bank", json!({ "address": "3 Road" }), 403);
}

#[test]
fn queues() {
    let bank = Bank::open("zeroq-queues");
    let mut admin = bank.admin();
    // The document knows no services: a queue that names none is for the service of its own name.
    let new = json!({ "name": "Cards", "description": "Cards and accounts", "status": "active" });
    let queue = admin.post("/api/organizations/demo-bank/queues", new, 201);
    has(&queue, QUEUE);
    let path = format!("/api/queues/{}", text(&queue, "id"));
    has(&admin.get(&path, 200), QUEUE);
    let list = admin.get("/api/organizations/demo-bank/queues", 200);
    assert!(list["items"].as_array().expect("a list").iter().any(|q| q["id"] == queue["id"]));
    for status in ["paused", "inactive", "active"] {
        assert_eq!(admin.put(&path, json!({ "status": status }), 200)["status"], status);
    }
    admin.send_back(&path);
    let mut carla = bank.customer("carla@example.com");
    let ticket = carla.post(&format!("{path}/join"), json!({}), 201);
    assert_eq!((&ticket["number"], &ticket["position"]), (&json!("A-001"), &json!(1)));
    assert_eq!(admin.get(&path, 200)["current_length"], 1);
    let full = admin.delete(&path, 409);
    assert_eq!(refusal(&full), "Cards cannot be deleted: 1 person is in it.");
    assert_eq!(carla.post(&format!("{path}/leave"), json!({}), 200)["status"], "cancelled");
    carla.post(&format!("{path}/leave"), json!({}), 404);
    admin.delete(&path, 204);
    admin.get(&path, 404);
}

#[test]
fn rewards() {
    let bank = Bank::open("zeroq-rewards");
    let mut admin = bank.admin();
    let queue = admin.post("/api/organizations/demo-bank/queues", json!({ "name": "Cards" }), 201);
    let queue = format!("/api/queues/{}", text(&queue, "id"));
    let new = json!({ "name": "Pen", "description": "Blue", "points_required": 15, "type": "gift" });
    let reward = admin.post("/api/organizations/demo-bank/rewards", new.clone(), 201);
    has(&reward, REWARD);
    let path = format!("/api/rewards/{}", text(&reward, "id"));
    assert_eq!(admin.put(&path, json!({ "points_required": 12 }), 200)["points_required"], 12);
    admin.send_back(&path);

    // Register, join, be served: then there are points.
    let ann = json!({ "username": "ann", "email": "ann@example.com", "password": "s3cretpass1" });
    bank.nobody().post("/api/register", ann, 201);
    let mut ann = bank.log_in("/api/login", "ann@example.com", "s3cretpass1");
    assert_eq!(ann.get("/api/profile", 200)["reward_points"], 0);
    ann.post("/api/organizations/demo-bank/rewards", new, 403);
    let redeem = format!("{path}/redeem");
    let short = ann.post(&redeem, json!({}), 409);
    assert_eq!(refusal(&short), "That takes 12 points; 0 can be spent.");
    let ticket = ann.post(&format!("{queue}/join"), json!({}), 201);
    assert_eq!(ticket["userId"], ann.get("/api/profile", 200)["id"]);
    let counters = admin.get("/api/organizations/demo-bank/counters", 200);
    let counter = format!("/api/counters/{}", text(&counters["items"][0], "id"));
    let serves = json!({ "queue_id": text(&ticket, "queue_id"), "status": "open" });
    admin.put(&counter, serves, 200);
    let called = json!({ "status": "called", "counter_id": counters["items"][0]["id"] });
    let ticket = format!("/api/tickets/{}", text(&ticket, "id"));
    admin.put(&ticket, called, 200);
    admin.put(&ticket, json!({ "status": "served" }), 200);
    ann.until("/api/profile", |profile| profile["reward_points"] == 15);
    let redeemed = ann.post(&redeem, json!({}), 201);
    assert_eq!((&redeemed["status"], &redeemed["reward_id"]), (&json!("redeemed"), &reward["id"]));
    assert_eq!(ann.get("/api/profile", 200)["reward_points"], 3);
    let history = ann.get("/api/v1/tenants/demo-bank/points/transactions", 200);
    let lines = history["items"].as_array().expect("a list");
    lines.iter().for_each(|line| has(line, TRANSACTION));
    let changes: Vec<_> = lines.iter().map(|line| line["points_change"].as_i64().unwrap()).collect();
    assert_eq!(changes, [-12, 10, 5]);
    let listed = ann.get("/api/organizations/demo-bank/rewards", 200);
    listed["items"].as_array().expect("a list").iter().for_each(|reward| has(reward, REWARD));
    admin.delete(&path, 204);
    ann.post(&redeem, json!({}), 404);
}

#[test]
fn counters_and_staff() {
    let bank = Bank::open("zeroq-counters");
    let mut admin = bank.admin();
    let queue = admin.post("/api/organizations/demo-bank/queues", json!({ "name": "Cards" }), 201);
    let new = json!({ "name": "Desk 9", "queue_id": queue["id"] });
    let counter = admin.post("/api/organizations/demo-bank/counters", new, 201);
    has(&counter, COUNTER);
    let at = format!("/api/counters/{}", text(&counter, "id"));
    has(&admin.get(&at, 200), COUNTER);
    let list = admin.get("/api/organizations/demo-bank/counters", 200);
    list["items"].as_array().expect("a list").iter().for_each(|counter| has(counter, COUNTER));
    for (status, stands) in [("open", "open"), ("busy", "open"), ("closed", "closed"), ("idle", "open")] {
        assert_eq!(
            admin.put(&at, json!({ "status": status }), 200)["status"],
            stands,
            "nobody sits there yet"
        );
    }
    assert_eq!(admin.put(&at, json!({ "status": "asleep" }), 422)["errors"][0]["field"], "status");
    let new = json!({ "email": "joe@example.com", "name": "Joe", "role": "staff" });
    let joe = admin.post("/api/organizations/demo-bank/staff", new, 201);
    has(&joe, STAFF);
    let staff = admin.get("/api/organizations/demo-bank/staff", 200);
    staff["items"].as_array().expect("a list").iter().for_each(|one| has(one, STAFF));
    // The staff record's id, as the document has it; and their record then says where they sit.
    let assign = format!("{at}/assign-staff");
    let assigned = admin.post(&assign, json!({ "staff_id": joe["id"] }), 200);
    assert_eq!((&assigned["staff_id"], &assigned["status"]), (&joe["user_id"], &json!("idle")));
    // Whom the counter calls keeps it busy; `open` and `closed` alone are the product's own `status`.
    let ticket = json!({ "queue_id": queue["id"] });
    let ticket = admin.post("/api/v1/tenants/demo-bank/tickets", ticket, 201);
    let ticket = format!("/api/tickets/{}", text(&ticket, "id"));
    admin.put(&ticket, json!({ "status": "called", "counter_id": counter["id"] }), 200);
    let own = format!("/api/v1/tenants/demo-bank/counters/{}", text(&counter, "id"));
    assert_eq!(admin.get(&at, 200)["status"], "busy");
    assert_eq!(
        (&admin.get(&own, 200)["status"], &admin.get(&own, 200)["state"]),
        (&json!("open"), &json!("busy"))
    );
    let list = admin.get("/api/organizations/demo-bank/counters?limit=100", 200);
    let listed = list["items"].as_array().expect("a list").iter().find(|one| one["id"] == counter["id"]);
    assert_eq!(listed.expect("it is there")["status"], "busy");
    admin.put(&ticket, json!({ "status": "served" }), 200);
    assert_eq!(admin.get(&at, 200)["status"], "idle");
    let (by_id, by_user) = (text(&joe, "id"), text(&joe, "user_id"));
    for id in [&by_id, &by_user] {
        assert_eq!(admin.get(&format!("/api/staff/{id}"), 200)["counter_id"], counter["id"]);
    }
    admin.post(&assign, json!({ "staff_id": by_user }), 200);
    let nobody = json!({ "staff_id": "01890a5d-ac96-774b-bcce-b302099a8057" });
    assert_eq!(admin.post(&assign, nobody, 422)["errors"][0]["field"], "staff_id");
    admin.send_back(&at);
    let record = format!("/api/staff/{by_id}");
    assert_eq!(admin.put(&record, json!({ "role": "orgAdmin" }), 200)["role"], "admin");
    let unknown = admin.put(&record, json!({ "role": "king" }), 422);
    assert_eq!(unknown["errors"][0]["field"], "role");
    admin.send_back(&record);
    admin.delete(&record, 204);
    admin.delete(&at, 204);
}

#[test]
fn a_stranger_is_seated_nowhere() {
    let bank = Bank::open("zeroq-stranger");
    let mut root = bank.log_in("/api/login", "root@usher.example", "admin123");
    root.post("/api/organizations", json!({ "name": "Acme" }), 201);
    let new = json!({ "email": "eve@acme.example", "name": "Eve", "role": "staff" });
    let eve = root.post("/api/organizations/acme/staff", new, 201);
    let mut admin = bank.admin();
    let counters = admin.get("/api/organizations/demo-bank/counters", 200);
    let assign = format!("/api/counters/{}/assign-staff", text(&counters["items"][0], "id"));
    for id in [&eve["id"], &eve["user_id"]] {
        assert_eq!(admin.post(&assign, json!({ "staff_id": id }), 422)["errors"][0]["field"], "staff_id");
    }
}

#[test]
fn the_eta() {
    let bank = Bank::open("zeroq-eta");
    let mut nobody = bank.nobody();
    let eta = nobody.get("/getETA?service_type=Withdrawal&queue_length=5&time_of_day=10&day_of_week=4", 200);
    assert_eq!((&eta["service_type"], &eta["queue_length"]), (&json!("Withdrawal"), &json!(5)));
    assert!(eta["estimated_wait_time_minutes"].is_i64(), "{eta}");
    assert!(text(&eta, "timestamp").ends_with('Z'));
    assert_eq!(nobody.get("/getETA?service_type=withdrawal", 200)["queue_length"], 0);
    assert_eq!(refusal(&nobody.get("/getETA?service_type=Nope", 404)), "Service type not found");
    for (query, field) in [
        ("", "service_type"),
        ("service_type=Withdrawal&queue_length=NaN", "queue_length"),
        ("service_type=Withdrawal&queue_length=-1", "queue_length"),
        ("service_type=Withdrawal&queue_length=99999999999999999999", "queue_length"),
        ("service_type=Withdrawal&time_of_day=24", "time_of_day"),
        ("service_type=Withdrawal&day_of_week=7", "day_of_week"),
        ("service_type=%00", "service_type"),
    ] {
        assert_eq!(nobody.get(&format!("/getETA?{query}"), 422)["errors"][0]["field"], field, "{query}");
    }
    // A site's own line answers for the site, and one that is switched off answers for nobody.
    let mut admin = bank.admin();
    let sites = admin.get("/api/v1/tenants/demo-bank/sites", 200);
    let north = sites["items"].as_array().expect("a list").iter().find(|s| s["slug"] == "north").unwrap();
    let north = text(north, "id");
    let queues = admin.get(&format!("/api/v1/tenants/demo-bank/sites/{north}/queues"), 200);
    let line = queues["items"].as_array().expect("a list").iter().find(|q| q["name"] == "Deposit").unwrap();
    admin.put(&format!("/api/queues/{}", text(line, "id")), json!({ "status": "inactive" }), 200);
    nobody.get("/getETA?service_type=Deposit", 200);
    let off = nobody.get(&format!("/getETA?service_type=Deposit&site_id={north}"), 404);
    assert_eq!(refusal(&off), "Service type not found");
}

#[test]
fn the_eta_answers_with_the_documents_members_and_the_range() {
    let bank = Bank::open("zeroq-eta-members");
    let eta = bank.nobody().get("/getETA?service_type=Withdrawal&queue_length=5", 200);
    let mut members: Vec<_> = eta.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    let documented = ["estimated_wait_time_minutes", "queue_length", "service_type", "timestamp"];
    let more = ["after_closing", "basis", "p10", "p50", "p90", "samples", "serving"];
    let mut expected = [documented.as_slice(), more.as_slice()].concat();
    expected.sort_unstable();
    assert_eq!(members, expected);
    let minutes = |name: &str| eta[name].as_f64().unwrap();
    assert!(minutes("p10") <= minutes("p50") && minutes("p50") <= minutes("p90"), "{eta}");
    assert_eq!(minutes("estimated_wait_time_minutes"), minutes("p50").round());
}

#[test]
fn feedback() {
    let bank = Bank::open("zeroq-feedback");
    let mut admin = bank.admin();
    let sent = json!({
        "service_type": "Withdrawal", "actual_time": 12.5, "time_of_day": 10, "queue_length": 5,
        "avg_service_time": 2.5, "day_of_week": 4,
    });
    bank.nobody().post("/feedback", sent.clone(), 401);
    let learned = json!({
        "status": "✅ Feedback retraining successful", "service_type": "Withdrawal", "trained_on_rows": 1,
        "avg_service_time_used": 2.5, "eta_feedback": 12.5,
    });
    assert_eq!(admin.post("/feedback", sent, 200), learned);
    let missing = "Missing required fields: service_type or actual_time";
    for (body, status, message) in [
        (json!({ "service_type": "Withdrawal" }), 422, missing),
        (json!({ "actual_time": 3.5 }), 422, missing),
        (json!([]), 422, "Empty feedback dataset"),
        (json!({ "service_type": "Nope", "actual_time": 1 }), 404, "Model for service 'Nope' not found."),
        (
            json!({ "service_type": "Withdrawal", "actual_time": "NaN" }),
            422,
            "Invalid (NaN) values in feedback data.",
        ),
    ] {
        assert_eq!(refusal(&admin.post("/feedback", body, status)), message);
    }
}

#[test]
fn the_length_of_a_line() {
    let bank = Bank::open("zeroq-length");
    let mut admin = bank.admin();
    let change = |by: i64| json!({ "service_type": "Withdrawal", "change": by });
    bank.nobody().post("/updateQueue", change(1), 401);
    admin.post("/updateQueue", change(5), 200);
    let more = admin.post("/updateQueue", change(1), 200);
    assert_eq!((&more["previous_length"], &more["new_queue_length"]), (&json!(5), &json!(6)));
    assert_eq!(more["service_type"], "Withdrawal");
    // Microseconds and no zone, as the document writes it.
    let at = text(&more, "timestamp");
    assert!(at.len() == 26 && !at.ends_with('Z'), "{at}");
    assert_eq!(admin.post("/updateQueue", change(-100), 200)["new_queue_length"], 0);
    let unknown = admin.post("/updateQueue", json!({ "service_type": "Nope", "change": 1 }), 404);
    assert_eq!(refusal(&unknown), "Unknown service type: Nope");
    for (body, message) in [
        (json!({ "service_type": "Withdrawal" }), "change is missing."),
        (json!({ "change": 1 }), "service_type is missing."),
        (json!({ "service_type": "Withdrawal", "change": 1.5 }), "change must be a whole number, not 1.5."),
        (json!({ "service_type": null, "change": 1 }), "service_type must be text, not null."),
    ] {
        assert_eq!(refusal(&admin.post("/updateQueue", body, 422)), message);
    }
}

#[test]
fn the_analytics() {
    let bank = Bank::open("zeroq-analytics");
    let mut admin = bank.admin();
    let queue = admin.post("/api/queues", json!({ "name": "Cards" }), 201);
    for _ in 0..3 {
        admin.post("/api/tickets", json!({ "queue_id": queue["id"] }), 201);
    }
    let id = text(&queue, "id");
    let path = format!("/api/organizations/demo-bank/analytics/dashboard?period=today&queue_id={id}");
    let board = admin.until(&path, |board| board["figures"]["issued"] == 3);
    has(&board, &["figures", "queues", "counters", "agents", "engagement", "peak_hours", "days", "compared"]);
    assert_eq!((&board["role"], &board["now"]["waiting"]), (&json!("admin"), &json!(3)));

    let reports = "/api/organizations/demo-bank/analytics/reports";
    let query = "metrics=issued,served&dimensions=queue&period=today";
    let report = admin.get(&format!("{reports}?{query}"), 200);
    let cards = report["rows"].as_array().expect("rows").iter().find(|row| row["queue"] == "Cards");
    assert_eq!(cards.expect("the queue")["issued"], 3.0);
    for (wrong, field) in [
        ("metrics=beauty", "metrics"),
        ("dimensions=queue,site", "dimensions"),
        ("period=today&from=2026-01-01", "period"),
        ("from=2026-13-01", "from"),
        ("format=doc", "format"),
        ("site_id=x", "site_id"),
        ("title=%00", "title"),
    ] {
        let refused = admin.get(&format!("{reports}?{wrong}"), 422);
        let named = refused["errors"][0]["field"].as_str().expect("a field");
        assert!(named.starts_with(field), "{wrong}: {refused}");
    }
    bank.customer("sam@example.com").get(&path, 403);
    bank.nobody().get(&path, 401);
}
