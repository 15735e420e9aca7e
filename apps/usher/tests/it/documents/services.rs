//! Document 004, queue, ticket and user service: its camelCase names, on the routes that 000 shares too.

use std::time::Duration;

use serde_json::{Value, json};
use usher_kernel::Timestamp;

use super::{Bank, has, refusal, text};
use crate::live::Graphql;

/// How long a live message may take.
const SOON: Duration = Duration::from_secs(10);

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
    // As moments: a text of fewer digits is not the earlier one.
    let moment = |value: &Value, name| text(value, name).parse::<Timestamp>().expect("a moment");
    assert!(moment(&admin.get(&path, 200), "updatedAt") > moment(&queue, "createdAt"));

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
fn the_graphql_gateway() {
    let bank = Bank::open("services-graphql");
    let (mut admin, mut sam) = (bank.admin(), bank.customer("sam@example.com"));
    let made = admin.post("/api/queues", json!({ "name": "Cards", "description": "d" }), 201);
    let queue = text(&made, "id");

    // Query: the queue and ticket services' models, field by field.
    let fields = "id name description isActive currentNumber averageServiceTime maxActiveTickets \
                  activeTickets { id ticketNumber } statistics { waiting servedToday } createdAt updatedAt";
    let all = admin.graphql(&format!("{{ getQueues {{ {fields} }} }}"), json!({}));
    all["getQueues"].as_array().expect("a list").iter().for_each(|queue| has(queue, QUEUE));
    let one = format!("query($id: ID!) {{ getQueue(id: $id) {{ {fields} }} }}");
    has(&admin.graphql(&one, json!({ "id": queue }))["getQueue"], QUEUE);

    // Mutation: createTicket(queueId) → Ticket, by a customer for themselves.
    let fields = "id ticketNumber queueId userId status estimatedWaitTime createdAt updatedAt servedAt";
    let create = format!("mutation($queueId: ID!) {{ createTicket(queueId: $queueId) {{ {fields} }} }}");
    let ticket = sam.graphql(&create, json!({ "queueId": queue }))["createTicket"].clone();
    has(&ticket, TICKET);
    assert_eq!((&ticket["queueId"], &ticket["status"]), (&json!(queue), &json!("waiting")));
    let one = format!("query($id: ID!) {{ getTicket(id: $id) {{ {fields} }} }}");
    assert_eq!(sam.graphql(&one, json!({ "id": ticket["id"] }))["getTicket"]["userId"], ticket["userId"]);
    let list = format!("{{ getTickets {{ {fields} }} }}");
    assert_eq!(sam.graphql(&list, json!({}))["getTickets"][0]["id"], ticket["id"]);
    assert!(admin.graphql(&list, json!({}))["getTickets"][0]["id"].is_string());
    let other = bank.customer("eve@example.com").graphql_refused(&one, json!({ "id": ticket["id"] }));
    assert_eq!(other, "not_found");
    let read =
        format!("{one} query Q {{ getQueue(id: \"{queue}\") {{ activeTickets {{ ticketNumber }} }} }}");
    assert_eq!(admin.graphql_refused(&read, json!({ "id": ticket["id"] })), "invalid_query");
    let now = admin.graphql(
        &format!("{{ getQueue(id: \"{queue}\") {{ activeTickets {{ ticketNumber }} }} }}"),
        json!({}),
    );
    assert_eq!(now["getQueue"]["activeTickets"][0]["ticketNumber"], ticket["ticketNumber"]);

    // cancelTicket(id) → Boolean, and only once.
    let cancel = "mutation($id: ID!) { cancelTicket(id: $id) }";
    assert_eq!(sam.graphql(cancel, json!({ "id": ticket["id"] }))["cancelTicket"], true);
    assert_eq!(sam.graphql_refused(cancel, json!({ "id": ticket["id"] })), "not_allowed_in_state");

    // updateQueue(…) → Queue, by who may.
    let update = "mutation($id: ID!, $name: String, $isActive: Boolean) { \
                  updateQueue(id: $id, name: $name, isActive: $isActive) { name isActive } }";
    let change = json!({ "id": queue, "name": "Bank cards", "isActive": false });
    assert_eq!(sam.graphql_refused(update, change.clone()), "forbidden");
    assert_eq!(
        admin.graphql(update, change)["updateQueue"],
        json!({ "name": "Bank cards", "isActive": false })
    );

    // The user service's model.
    let fields = "id name email phone role createdAt updatedAt";
    let users = admin.graphql(&format!("{{ getUsers {{ {fields} }} }}"), json!({}));
    let sam_there = users["getUsers"].as_array().expect("a list").iter();
    let sam_there = sam_there.filter(|user| user["email"] == "sam@example.com").count();
    assert_eq!(sam_there, 1);
    let one = format!("query($id: ID!) {{ getUser(id: $id) {{ {fields} }} }}");
    let read = admin.graphql(&one, json!({ "id": users["getUsers"][0]["id"] }));
    has(&read["getUser"], &["id", "name", "email", "phone", "role", "createdAt", "updatedAt"]);
    assert_eq!(bank.nobody().graphql_refused("{ getUsers { id } }", json!({})), "not_signed_in");
}

#[test]
fn a_queue_is_followed_over_graphql() {
    let bank = Bank::open("services-graphql-live");
    let mut admin = bank.admin();
    let queue = text(&admin.post("/api/queues", json!({ "name": "Cards" }), 201), "id");
    let mut live = Graphql::open(&bank.server, admin.0.token()).expect("somebody who signed in");
    let query = "subscription($id: ID!) { queueUpdated(id: $id) { activeTickets { ticketNumber } } }";
    live.subscribe("one", query, &json!({ "id": queue }));
    let seen = |message: &Value, count: usize| {
        let tickets = &message["payload"]["data"]["queueUpdated"]["activeTickets"];
        message["type"] == "next" && tickets.as_array().is_some_and(|tickets| tickets.len() == count)
    };
    live.until("the queue as it is", SOON, |message| seen(message, 0));
    let ticket = admin.post("/api/tickets", json!({ "queueId": queue }), 201);
    let told = live.until("the ticket", SOON, |message| seen(message, 1));
    let told = &told["payload"]["data"]["queueUpdated"]["activeTickets"][0];
    assert_eq!(told["ticketNumber"], ticket["ticketNumber"]);

    // The same connection takes queries and mutations, pings, and ends what is no longer wanted.
    live.subscribe("two", "{ getQueues { name } }", &json!({}));
    live.until("an answer", SOON, |message| message["id"] == "two" && message["type"] == "next");
    live.until("its end", SOON, |message| message["id"] == "two" && message["type"] == "complete");
    live.say(&json!({ "type": "ping", "payload": { "n": 1 } }));
    let pong = live.until("a pong", SOON, |message| message["type"] == "pong");
    assert_eq!(pong["payload"]["n"], 1);
    live.subscribe("three", "subscription { nothing }", &json!({}));
    let refused = live.until("a refusal", SOON, |message| message["id"] == "three");
    assert_eq!(
        (&refused["type"], &refused["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("invalid_query"))
    );
    live.say(&json!({ "type": "complete", "id": "one" }));
    live.subscribe("one", query, &json!({ "id": queue }));
    live.until("the queue anew", SOON, |message| message["id"] == "one" && seen(message, 1));

    // The protocol's close codes.
    live.subscribe("one", query, &json!({ "id": queue }));
    assert_eq!(live.closed(), Some(4409));
    let code_of = |messages: &[Value]| {
        let mut socket = Graphql::knock(&bank.server).expect("an upgrade");
        messages.iter().for_each(|message| socket.say(message));
        socket.closed()
    };
    let hello = json!({ "type": "connection_init" });
    assert_eq!(code_of(&[hello.clone(), hello]), Some(4429));
    assert_eq!(code_of(&[json!({ "type": "nothing" })]), Some(4400));
    let early = json!({ "type": "subscribe", "id": "1", "payload": { "query": "{ getQueues { id } }" } });
    assert_eq!(code_of(&[early]), Some(4401));
    let forged = json!({ "type": "connection_init", "payload": { "token": "forged" } });
    assert_eq!(code_of(&[forged]), Some(4403));

    // Who signs out hears nothing more.
    let mut live = Graphql::open(&bank.server, admin.0.token()).expect("somebody who signed in");
    live.subscribe("one", query, &json!({ "id": queue }));
    live.until("the queue", SOON, |message| message["type"] == "next");
    admin.post("/api/logout", json!({}), 204);
    assert_eq!(live.closed(), Some(4403));
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
