//! Document 004, queue, ticket and user service: its camelCase names, on the routes that 000 shares too.

use std::time::Duration;

use serde_json::{Value, json};
use usher_kernel::Timestamp;

use super::{Bank, has, refusal, text};
use crate::live::{Graphql, SocketIo};

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
const USER: &[&str] = &["id", "name", "email", "phone", "role", "createdAt", "updatedAt"];
const ANALYTICS: &[&str] = &["_id", "queueId", "eventType", "userId", "metadata", "timestamp"];
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

/// The next `queue:updated` that is meant.
fn update(socket: &mut SocketIo, meant: impl Fn(&Value) -> bool) -> Value {
    loop {
        let (_, told) = socket.until(&["queue:updated"]);
        if meant(&told) {
            has(&told, &["queueId", "currentNumber", "activeTickets", "statistics"]);
            return told;
        }
    }
}

/// From registration to the report: tickets over GraphQL and REST, called and served by an operator, cancelled from
/// either state. Whoever is connected hears every step.
#[test]
fn the_whole_way() {
    let bank = Bank::open("services-way");
    let mut admin = bank.admin();
    let new = json!({ "name": "Cards", "description": "d", "isActive": true, "maxActiveTickets": 5 });
    let queue = admin.post("/api/queues", new, 201);
    assert_eq!((&queue["isActive"], &queue["maxActiveTickets"]), (&json!(true), &json!(5)));
    assert_eq!((&queue["currentNumber"], &queue["activeTickets"]), (&json!(null), &json!([])));
    let id = text(&queue, "id");
    let desk = json!({ "name": "Desk 9", "queue_id": id, "status": "open" });
    let desk = admin.post("/api/organizations/demo-bank/counters", desk, 201);

    // Who registers is a user, the admin makes operators, and no answer has the password.
    let mut new = json!({ "name": "Sam", "email": "sam@example.com", "password": "s3cretpass1", "phone": "+33140205299" });
    let registered = bank.nobody().post("/api/auth/register", new.clone(), 201);
    has(&registered["user"], USER);
    assert_eq!(registered["user"]["role"], "customer");
    for (member, value) in [("email", "op@example.com"), ("phone", "+33140205298"), ("role", "operator")] {
        new[member] = json!(value);
    }
    assert_eq!(admin.post("/api/auth/register", new, 201)["user"]["role"], "agent");
    let mut sam = bank.log_in("/api/auth/login", "sam@example.com", "s3cretpass1");
    let mut operator = bank.log_in("/api/auth/login", "op@example.com", "s3cretpass1");
    let user = text(&registered["user"], "id");
    let profile = sam.get(&format!("/api/users/{user}"), 200);
    for answer in [&registered["user"], &profile] {
        assert!(answer.get("password").is_none() && !answer.to_string().contains("s3cretpass1"), "{answer}");
    }

    // Whoever is connected hears of the queue: who may read the tickets, and who is nobody in particular.
    let listen = |namespace: &str, auth: Value| {
        let mut socket = SocketIo::open(&bank.server, namespace, &auth).expect("the door is open");
        socket.until(&["joined"]);
        socket
    };
    let mut staff = listen("/ws/queues", json!({ "token": admin.0.token(), "rooms": ["global"] }));
    let mut anybody = listen("/", json!({ "tenant": "demo-bank", "rooms": [] }));

    // WAITING, through the gateway.
    let create = "mutation($queueId: ID!) { createTicket(queueId: $queueId) \
                  { id ticketNumber queueId userId status estimatedWaitTime } }";
    let ticket = sam.graphql(create, json!({ "queueId": id }))["createTicket"].clone();
    assert_eq!((&ticket["status"], &ticket["userId"]), (&json!("waiting"), &json!(user)));
    assert!(ticket["estimatedWaitTime"].is_i64(), "{ticket}");
    let of_queue = |told: &Value| told["queueId"] == queue["id"];
    let told = update(&mut staff, of_queue);
    let first = json!({ "id": ticket["id"], "ticketNumber": ticket["ticketNumber"], "status": "waiting" });
    assert_eq!(told["activeTickets"], json!([first]));
    has(&told["statistics"], &["waiting", "servedToday", "averageWaitTime", "averageServiceTime"]);
    let told = update(&mut anybody, of_queue);
    assert_eq!((&told["activeTickets"], &told["statistics"]), (&json!([]), &json!({ "waiting": 1 })));

    // CALLED by the operator, and SERVED.
    let path = format!("/api/tickets/{}", text(&ticket, "id"));
    let call = json!({ "status": "CALLED", "counterId": desk["id"] });
    assert_eq!(operator.put(&path, call.clone(), 200)["status"], "called");
    let is_called = |told: &Value| of_queue(told) && told["currentNumber"] == ticket["ticketNumber"];
    let told = update(&mut staff, is_called);
    assert_eq!((&told["activeTickets"], &told["statistics"]["waiting"]), (&json!([]), &json!(0)));
    let told = update(&mut anybody, is_called);
    let first = json!({ "id": ticket["id"], "ticketNumber": ticket["ticketNumber"], "status": "called" });
    assert_eq!(told["activeTickets"], json!([first]));
    let called = sam.get(&path, 200);
    assert_eq!((&called["status"], &called["estimatedWaitTime"]), (&json!("called"), &json!(null)));
    let now = sam.get(&format!("/api/queues/{id}"), 200);
    assert_eq!(now["currentNumber"], ticket["ticketNumber"]);
    assert!(operator.put(&path, json!({ "status": "SERVED" }), 200)["servedAt"].is_string());
    let told = update(&mut staff, |told| of_queue(told) && told["statistics"]["servedToday"] == 1);
    assert_eq!(told["activeTickets"], json!([]));
    let one = "query($id: ID!) { getTicket(id: $id) { status servedAt updatedAt } }";
    let served = sam.graphql(one, json!({ "id": ticket["id"] }))["getTicket"].clone();
    assert_eq!((&served["status"], &served["updatedAt"]), (&json!("served"), &served["servedAt"]));

    // CANCELLED: by the customer who waits, and after the call.
    let second = sam.post(&format!("/api/queues/{id}/tickets"), json!({}), 201);
    let left = format!("/api/tickets/{}", text(&second, "id"));
    sam.delete(&left, 204);
    let left = sam.get(&left, 200);
    assert_eq!((&left["status"], &left["servedAt"]), (&json!("cancelled"), &json!(null)));
    let third = sam.post("/api/tickets", json!({ "queueId": id }), 201);
    let third = format!("/api/tickets/{}", text(&third, "id"));
    operator.put(&third, call.clone(), 200);
    assert_eq!(operator.put(&third, json!({ "status": "CANCELLED" }), 200)["status"], "cancelled");

    // Who is sent to another line is seen to leave the one, and to stand in the other.
    let other = admin.post("/api/queues", json!({ "name": "Safes" }), 201);
    let fourth = sam.post("/api/tickets", json!({ "queueId": id }), 201);
    let transfer = format!("/api/v1/tenants/demo-bank/tickets/{}/transfer", text(&fourth, "id"));
    admin.post(&transfer, json!({ "queue_id": other["id"] }), 200);
    let there = update(&mut staff, |told| told["queueId"] == other["id"]);
    assert_eq!(there["activeTickets"][0]["id"], fourth["id"]);
    let here = update(&mut staff, of_queue);
    assert_eq!((&here["activeTickets"], &here["statistics"]["waiting"]), (&json!([]), &json!(0)));

    // What cannot be is refused in the document's form: success, error, code.
    let unknown = sam.get("/api/tickets/01890a5d-ac96-774b-bcce-b302099a8057", 404);
    let stranger = bank.nobody().post("/api/tickets", json!({ "queueId": id }), 401);
    let over = operator.put(&path, call, 409);
    for (refused, code) in
        [(&unknown, "not_found"), (&stranger, "not_signed_in"), (&over, "not_allowed_in_state")]
    {
        assert!(!refusal(refused).is_empty());
        assert_eq!(refused["code"], code);
    }

    // The figures of the queue and of the user, an event of a client's own, and the report.
    let told =
        admin.until(&format!("/api/analytics/queue/{id}?period=today"), |told| told["servedTickets"] == 1);
    assert!(told["totalTickets"].as_i64() >= Some(1), "{told}");
    let own = sam.get(&format!("/api/analytics/user/{user}"), 200);
    assert_eq!((&own["totalTickets"], &own["servedTickets"]), (&json!(4), &json!(1)));
    assert_eq!(own["ticketHistory"][0]["number"], fourth["ticketNumber"]);
    let event = json!({ "eventType": "ticket_created", "queueId": id, "metadata": { "door": "web" } });
    has(&sam.post("/api/analytics/track", event, 201), ANALYTICS);
    let report = admin.get("/api/analytics/report?period=today", 200);
    has(&report, &["averageWaitTime", "averageServiceTime", "peakHours", "systemPerformance"]);
}

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
    has(&read["getUser"], USER);
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
    has(user, USER);
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
    has(&tracked, ANALYTICS);
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
