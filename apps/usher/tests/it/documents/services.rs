//! Document 004, queue, ticket and user service: its camelCase names, on the routes that 000 shares too.

use serde_json::json;

use super::{Bank, has, refusal, text};

const QUEUE: &[&str] = &[
    "id",
    "name",
    "description",
    "isActive",
    "currentNumber",
    "averageServiceTime",
    "maxActiveTickets",
    "activeTickets",
    "statistics",
    "createdAt",
    "updatedAt",
];
const TICKET: &[&str] = &[
    "id",
    "ticketNumber",
    "queueId",
    "userId",
    "status",
    "estimatedWaitTime",
    "createdAt",
    "updatedAt",
    "servedAt",
];

#[test]
fn the_queue_service() {
    let bank = Bank::open("services-queue");
    let mut admin = bank.admin();
    let new = json!({ "name": "Cards", "description": "d", "isActive": true, "maxActiveTickets": 2 });
    let queue = admin.post("/api/queues", new, 201);
    has(&queue, QUEUE);
    // A queue that nobody has entered yet is read like any other, alone and in the list.
    let path = format!("/api/queues/{}", text(&queue, "id"));
    has(&admin.get(&path, 200), QUEUE);
    let list = admin.get("/api/queues", 200);
    list["items"].as_array().expect("a list").iter().for_each(|queue| has(queue, QUEUE));
    admin.send_back(&path);

    // A client of either document sends back all that it read with one thing changed in its own words.
    let read = admin.get(&path, 200);
    let changed = |member: &str, value| {
        let mut all = read.clone();
        all[member] = value;
        all
    };
    let off = admin.put(&path, changed("isActive", json!(false)), 200);
    assert_eq!((&off["isActive"], &off["status"]), (&json!(false), &json!("inactive")));
    let on = admin.put(&path, changed("status", json!("active")), 200);
    assert_eq!(on["isActive"], true);
    assert_eq!(admin.put(&path, changed("maxActiveTickets", json!(1)), 200)["max_active_tickets"], 1);
    assert_eq!(admin.put(&path, changed("max_active_tickets", json!(3)), 200)["maxActiveTickets"], 3);
    assert_eq!(admin.put(&path, json!({ "maxActiveTickets": null }), 200)["maxActiveTickets"], json!(null));
    assert!(text(&admin.get(&path, 200), "updatedAt") > text(&queue, "createdAt"));

    let mut sam = bank.customer("sam@example.com");
    let ticket = sam.post(&format!("{path}/tickets"), json!({}), 201);
    has(&ticket, TICKET);
    let active = admin.get(&format!("{path}/tickets"), 200);
    assert_eq!(active["items"][0]["id"], ticket["id"]);
    let now = admin.get(&path, 200);
    assert_eq!(now["activeTickets"][0]["ticketNumber"], ticket["ticketNumber"]);
}

#[test]
fn the_ticket_service() {
    let bank = Bank::open("services-ticket");
    let (mut admin, mut sam) = (bank.admin(), bank.customer("sam@example.com"));
    let queue = admin.post("/api/queues", json!({ "name": "Cards" }), 201);
    let counter = admin.post(
        "/api/organizations/demo-bank/counters",
        json!({ "name": "Desk 9", "queue_id": queue["id"], "status": "open" }),
        201,
    );
    let ticket = sam.post("/api/tickets", json!({ "queueId": queue["id"] }), 201);
    has(&ticket, TICKET);
    assert_eq!(sam.post("/api/tickets", json!({}), 422)["errors"][0]["field"], "queue_id");
    let path = format!("/api/tickets/{}", text(&ticket, "id"));
    assert_eq!(sam.get("/api/tickets", 200)["items"].as_array().expect("a list").len(), 1);
    sam.get(&path, 200);
    bank.customer("eve@example.com").get(&path, 404);
    sam.put(&path, json!({ "status": "served" }), 403);

    // WAITING → CALLED → SERVED, in whichever case it is written.
    let called = admin.put(&path, json!({ "status": "CALLED", "counterId": counter["id"] }), 200);
    assert_eq!(called["status"], "called");
    let mut read = admin.get(&path, 200);
    read["status"] = json!("served");
    let served = admin.put(&path, read, 200);
    assert_eq!((&served["status"], &served["updatedAt"]), (&json!("served"), &served["servedAt"]));
    assert_eq!(admin.put(&path, json!({ "status": "eaten" }), 422)["errors"][0]["field"], "status");
    let found = admin.get("/api/tickets?status=SERVED,Cancelled", 200);
    assert!(found["items"].as_array().unwrap().iter().any(|t| t["id"] == served["id"]), "{found}");
    let again = admin.put(&path, json!({ "status": "cancelled" }), 409);
    assert_eq!(again["code"], "not_allowed_in_state");

    let other = sam.post("/api/tickets", json!({ "queueId": queue["id"] }), 201);
    let other = format!("/api/tickets/{}", text(&other, "id"));
    sam.delete(&other, 204);
    let gone = sam.delete(&other, 409);
    assert!(!refusal(&gone).contains("expire"), "{gone}");
}

#[test]
fn the_user_service() {
    let bank = Bank::open("services-user");
    let new = json!({ "name": "Sam", "email": "sam@example.com", "password": "s3cretpass1", "phone": "+49301234567" });
    let registered = bank.nobody().post("/api/auth/register", new, 201);
    let user = &registered["user"];
    has(user, &["id", "name", "email", "phone", "role", "createdAt", "updatedAt"]);
    let path = format!("/api/users/{}", text(user, "id"));
    let mut sam = bank.log_in("/api/auth/login", "sam@example.com", "s3cretpass1");
    assert_eq!(sam.put(&path, json!({ "name": "Samuel" }), 200)["name"], "Samuel");
    sam.send_back(&path);
    bank.customer("eve@example.com").get(&path, 404);
    // Role assignment: by who may give the role, and by nobody for themselves.
    assert_eq!(sam.put(&path, json!({ "role": "admin" }), 403)["code"], "above_own");
    let mut admin = bank.admin();
    assert_eq!(admin.put(&path, json!({ "role": "operator" }), 200)["role"], "agent");
    assert_eq!(admin.put(&path, json!({ "role": "king" }), 422)["errors"][0]["field"], "role");
    assert_eq!(admin.put(&path, json!({ "email": "mine@example.com" }), 403)["code"], "not_yourself");
    assert_eq!(admin.get(&path, 200)["role"], "agent");

    let refresh = |token: &str, status| {
        bank.nobody().post("/api/auth/refresh", json!({ "refreshToken": token }), status)
    };
    let first = text(&registered, "refreshToken");
    let second = refresh(&first, 200);
    has(&second, &["token", "accessToken", "refreshToken", "expiresIn"]);
    assert_eq!(refresh(&first, 401)["code"], "refresh_reused");
    assert_eq!(refresh(&text(&second, "refreshToken"), 401)["code"], "session_ended");
    let fresh = bank.nobody().post(
        "/api/auth/login",
        json!({ "email": "sam@example.com", "password": "s3cretpass1" }),
        200,
    );
    let verified = bank.nobody().post("/api/users/verify", json!({ "token": fresh["token"] }), 200);
    assert_eq!((&verified["valid"], &verified["user"]["email"]), (&json!(true), &json!("sam@example.com")));
    bank.nobody().post("/api/users/verify", json!({ "token": "x" }), 401);
}

#[test]
fn the_analytics_service() {
    let bank = Bank::open("services-analytics");
    let (mut admin, mut sam) = (bank.admin(), bank.customer("sam@example.com"));
    let queue = admin.post("/api/queues", json!({ "name": "Cards" }), 201);
    let id = text(&queue, "id");
    let ticket = sam.post("/api/tickets", json!({ "queueId": id }), 201);
    // The figures follow within a second.
    let path = format!("/api/analytics/queue/{id}?period=today");
    let statistics = admin.until(&path, |statistics| statistics["totalTickets"] == 1);
    assert_eq!(statistics["queueId"], json!(id));
    has(&statistics, &["averageWaitTime", "averageServiceTime", "activeTickets", "peakHours", "statistics"]);

    let event = json!({ "eventType": "page_viewed", "queueId": id, "metadata": { "from": "mail" } });
    let tracked = sam.post("/api/analytics/track", event.clone(), 201);
    has(&tracked, &["_id", "eventType", "queueId", "userId", "metadata", "timestamp"]);
    assert_eq!((&tracked["userId"], &tracked["metadata"]), (&ticket["userId"], &event["metadata"]));
    assert_eq!(sam.post("/api/analytics/track", json!({}), 422)["errors"][0]["field"], "event_type");
    bank.nobody().post("/api/analytics/track", event, 401);

    let user = text(&ticket, "userId");
    let path = format!("/api/analytics/user/{user}");
    let own = sam.get(&path, 200);
    assert_eq!(
        (&own["totalTickets"], &own["ticketHistory"][0]["number"]),
        (&json!(1), &ticket["ticketNumber"])
    );
    bank.customer("eve@example.com").get(&path, 404);
    admin.get(&path, 200);

    let report = admin.get("/api/analytics/report?period=week", 200);
    has(
        &report,
        &["averageWaitTime", "averageServiceTime", "peakHours", "systemPerformance", "figures", "queues"],
    );
    sam.get("/api/analytics/report", 403);
}
