//! Document 000, zeroQ: organisations, queues, counters, staff, rewards, `/getETA`, `/updateQueue`.

use std::time::Duration;

use serde_json::json;

use super::{Bank, Guest, has, refusal, text};
use crate::http::Conn;
use crate::live::Stream;

/// How long a live message may take.
const SOON: Duration = Duration::from_secs(10);

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

/// From the first role to the last report, with nothing that the document does not name but how staff call.
#[test]
fn the_whole_way() {
    let bank = Bank::open("zeroq-way");
    // The globalAdmin registers an organisation and whoever runs it; the orgAdmin registers none.
    let mut root = bank.log_in("/api/login", "root@usher.example", "admin123");
    let acme =
        root.post("/api/organizations", json!({ "name": "Acme", "contact_email": "hi@acme.example" }), 201);
    let org = format!("/api/organizations/{}", text(&acme, "id"));
    let new = |email: &str, role: &str| json!({ "email": email, "password": "s3cretpass1", "name": email, "role": role });
    has(&root.post(&format!("{org}/staff"), new("boss@acme.example", "orgAdmin"), 201), STAFF);
    let mut boss = bank.log_in("/api/login", "boss@acme.example", "s3cretpass1");
    boss.post("/api/organizations", json!({ "name": "More" }), 403);

    // The orgAdmin sets it up: a line, a counter with somebody at it, a reward. Nobody speaks of a site.
    let line =
        boss.post(&format!("{org}/queues"), json!({ "name": "Withdrawal", "description": "Cash" }), 201);
    has(&line, QUEUE);
    assert_eq!((&line["organization_id"], &line["status"]), (&acme["id"], &json!("active")));
    assert_eq!((&line["current_length"], &line["open"]), (&json!(0), &json!(true)));
    let sites = boss.get("/api/v1/tenants/acme/sites", 200);
    assert_eq!(
        (&sites["items"][0]["name"], &sites["items"][0]["is_default"]),
        (&json!("Acme"), &json!(true))
    );
    let desk =
        boss.post(&format!("{org}/counters"), json!({ "name": "Window 1", "queue_id": line["id"] }), 201);
    let joe = boss.post(&format!("{org}/staff"), new("joe@acme.example", "staff"), 201);
    let at = format!("/api/counters/{}", text(&desk, "id"));
    let seated = boss.post(&format!("{at}/assign-staff"), json!({ "staff_id": joe["id"] }), 200);
    assert_eq!((&seated["staff_id"], &seated["queue_id"]), (&joe["user_id"], &line["id"]));
    let reward = json!({ "name": "Pen", "points_required": 12, "type": "gift" });
    let reward = boss.post(&format!("{org}/rewards"), reward, 201);
    has(&reward, REWARD);

    // Who registers with the organisation is its customer, and sees what is given for points.
    let join_in = |email: &str| {
        let new = json!({ "username": email.split('@').next(), "email": email, "password": "s3cretpass1" });
        let answer = bank.dressed(&[("X-Tenant", "acme")]).post("/api/register", new, 201);
        let token = text(&answer, "token");
        assert_eq!(token.split('.').count(), 3, "a JWT");
        Guest(Conn::new(&bank.server.addr, Some(&token)))
    };
    let (mut ann, mut ben) = (join_in("ann@home.example"), join_in("ben@home.example"));
    let profile = ann.get("/api/profile", 200);
    assert_eq!((&profile["role"], &profile["organization_id"]), (&json!("customer"), &acme["id"]));
    assert_eq!((&profile["username"], &profile["reward_points"]), (&json!("ann"), &json!(0)));
    assert_eq!(ann.get(&format!("{org}/rewards"), 200)["items"][0]["id"], reward["id"]);

    // They join; one leaves. Lengths, estimates and places are told as they change.
    let token = boss.0.token().expect("somebody who signed in").to_owned();
    let rooms = format!("queue:{},counter:{}", text(&line, "id"), text(&desk, "id"));
    let path = format!("/api/v1/tenants/acme/events?rooms={rooms}");
    let mut live = Stream::open(&bank.server, &path, Some(&token), None).expect("the orgAdmin may follow");
    let queue = format!("/api/queues/{}", text(&line, "id"));
    let first = ann.post(&format!("{queue}/join"), json!({}), 201);
    assert_eq!((&first["position"], &first["status"]), (&json!(1), &json!("waiting")));
    assert_eq!(ben.post(&format!("{queue}/join"), json!({}), 201)["position"], 2);
    let length = |n: i64| {
        move |event: &serde_json::Value| {
            event["type"] == "queue.changed" && event["data"]["current_length"] == n
        }
    };
    let told = live.until("two in line", SOON, length(2));
    assert!(told["data"]["estimated_wait_time"].is_i64(), "{told}");
    assert_eq!(ben.post(&format!("{queue}/leave"), json!({}), 200)["status"], "cancelled");
    live.until("one in line", SOON, length(1));
    assert_eq!(boss.get(&queue, 200)["current_length"], 1);
    let eta =
        bank.dressed(&[("X-Tenant", "acme")]).get("/getETA?service_type=Withdrawal&queue_length=1", 200);
    assert_eq!((&eta["service_type"], &eta["queue_length"]), (&json!("Withdrawal"), &json!(1)));

    // Staff call and serve; the counter is busy in the meantime.
    let mut joe = bank.log_in("/api/login", "joe@acme.example", "s3cretpass1");
    joe.post("/api/v1/tenants/acme/agents/sign-in", json!({ "counter_id": desk["id"] }), 200);
    live.until("the counter opens", SOON, |event| {
        event["type"] == "counter.changed" && event["data"]["status"] == "open"
    });
    assert_eq!(joe.get(&at, 200)["status"], "idle");
    let called = joe.post("/api/v1/tenants/acme/agents/call-next", json!({}), 200);
    assert_eq!(called["id"], first["id"]);
    live.until("the call", SOON, |event| {
        event["type"] == "ticket.called" && event["data"]["id"] == first["id"]
    });
    assert_eq!(joe.get(&at, 200)["status"], "busy");
    let close = format!("/api/v1/tenants/acme/tickets/{}/close", text(&first, "id"));
    assert_eq!(joe.post(&close, json!({}), 200)["status"], "served");
    let seat = joe.get(&at, 200);
    assert_eq!((&seat["status"], &seat["customers_served_today"]), (&json!("idle"), &json!(1)));
    let learned = json!({ "service_type": "Withdrawal", "actual_time": 4 });
    assert_eq!(joe.post("/feedback", learned, 200)["eta_feedback"], 4.0);

    // Points for joining and for being served, a reward for them, and the history of both.
    ann.until("/api/profile", |profile| profile["reward_points"] == 15);
    let redeem = format!("/api/rewards/{}/redeem", text(&reward, "id"));
    assert_eq!(ann.post(&redeem, json!({}), 201)["status"], "redeemed");
    ben.post(&redeem, json!({}), 409);
    let history = ann.get("/api/v1/tenants/acme/points/transactions", 200);
    let lines = history["items"].as_array().expect("a list");
    lines.iter().for_each(|line| has(line, TRANSACTION));
    let told: Vec<_> = lines.iter().map(|line| (&line["type"], &line["points_change"])).collect();
    let earned = json!("earned");
    assert_eq!(told, [(&json!("redeemed"), &json!(-12)), (&earned, &json!(10)), (&earned, &json!(5))]);
    assert_eq!((&lines[0]["reward_id"], &lines[0]["user_id"]), (&reward["id"], &profile["id"]));
    assert_eq!(ann.get("/api/profile", 200)["reward_points"], 3);

    // The orgAdmin reads how it went: the line, the counter, who served, who took part. Who left has earned nothing.
    let board = format!("{org}/analytics/dashboard?period=today");
    let board =
        boss.until(&board, |board| board["figures"]["served"] == 1 && board["engagement"]["rewards"] == 1);
    assert_eq!(board["engagement"]["points_spent"], 12, "{board}");
    assert_eq!(
        (&board["queues"][0]["name"], &board["queues"][0]["served"]),
        (&json!("Withdrawal"), &json!(1))
    );
    assert_eq!(
        (&board["counters"][0]["name"], &board["counters"][0]["served"]),
        (&json!("Window 1"), &json!(1))
    );
    assert_eq!((&board["agents"][0]["served"], &board["engagement"]["joined"]), (&json!(1), &json!(2)));
    assert_eq!(
        (&board["engagement"]["points_earned"], &board["engagement"]["rewards"]),
        (&json!(15), &json!(1))
    );
    let report = format!("{org}/analytics/reports?metrics=issued,served,left&dimensions=queue&period=today");
    let row = boss.get(&report, 200)["rows"][0].clone();
    assert_eq!(row["queue"], "Withdrawal");
    let counted = ["issued", "served", "left"].map(|metric| row[metric].as_f64());
    assert_eq!(counted, [Some(2.0), Some(1.0), Some(1.0)]);
    let file = boss.ask("GET", &format!("{report}&format=csv"), None);
    assert_eq!((file.status, file.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    assert!(file.text.starts_with('\u{feff}'), "spreadsheets know by it that it is UTF-8: {}", file.text);
    assert!(file.text.contains("Withdrawal"), "{}", file.text);

    // Of all that another organisation knows nothing.
    let mut other = bank.admin();
    for path in [&org, &queue, &at, &format!("{org}/analytics/dashboard")] {
        other.get(path, 404);
    }
}

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
    let changed = json!({ "name": "Ann", "preferences": { "colour": "blue" } });
    let changed = ann.put("/api/profile", changed, 200);
    assert_eq!((&changed["name"], &changed["preferences"]["colour"]), (&json!("Ann"), &json!("blue")));
    bank.nobody().get("/api/profile", 401);
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
    // As the document writes it, to the second: 2023-10-27T10:30:00Z.
    let at = text(&eta, "timestamp");
    assert!(at.len() == 20 && at.ends_with('Z'), "{at}");
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
    // All but two members may be absent.
    let short = admin.post("/feedback", json!({ "service_type": "Deposit", "actual_time": 7 }), 200);
    assert_eq!((&short["trained_on_rows"], &short["eta_feedback"]), (&json!(1), &json!(7.0)));
    assert!(short["avg_service_time_used"].as_f64().unwrap() > 0.0, "{short}");
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
    let members: Vec<_> = more.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["new_queue_length", "previous_length", "service_type", "timestamp"]);
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
