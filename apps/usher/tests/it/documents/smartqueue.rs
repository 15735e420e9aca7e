//! Document 001, SmartQueue: tenants in the path, long-lived tokens, sites, services, agents.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Bank, Guest, has, text};
use crate::http::Conn;
use crate::live::WebSocket;
use crate::server::{Scratch, Server, usher};

const BANK: &str = "/api/v1/tenants/demo-bank";

/// How long a live message may take.
const SOON: Duration = Duration::from_secs(10);

/// One of the document's sockets, and what came over it that nobody has asked for yet.
struct Ear {
    socket: WebSocket,
    heard: Vec<Value>,
}

impl Ear {
    fn open(bank: &Bank, path: &str, token: &str) -> Self {
        let path = format!("/ws/tenants/demo-bank/{path}/");
        let socket = WebSocket::open(&bank.server, &path, Some(token), None).expect("the socket opens");
        Self { socket, heard: Vec::new() }
    }

    /// What an event says, once: what happens at one moment comes in no order that a client may rely on.
    fn hears(&mut self, kind: &str, meant: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let wanted = |frame: &Value| frame["type"] == kind && meant(&frame["data"]);
            if let Some(at) = self.heard.iter().position(wanted) {
                return self.heard.remove(at)["data"].take();
            }
            assert!(begun.elapsed() < SOON, "{kind}: not among {:?}", self.heard);
            self.heard.push(self.socket.next().unwrap_or_else(|| panic!("{kind}: the socket ended")));
        }
    }

    /// That something happened to a ticket.
    fn hears_of(&mut self, kind: &str, ticket: &Value) -> Value {
        let told = self.hears(kind, |data| data["id"] == ticket["id"]);
        assert_eq!(told["number"], ticket["number"], "{told}");
        told
    }

    /// How an agent stands.
    fn hears_status(&mut self, agent: &Value, status: &str) -> Value {
        let told = self.hears("agent.changed", |data| data["status"] == status);
        assert_eq!(&told["agent_id"], agent, "{told}");
        told
    }
}

/// The log-in by token: who it is, and the token.
fn token_of(bank: &Bank, email: &str, password: &str) -> (Guest, String) {
    let answer = bank.nobody().post("/api/v1/auth/", json!({ "email": email, "password": password }), 200);
    let token = text(&answer, "token");
    (bank.dressed(&[("Authorization", &format!("Token {token}"))]), token)
}

/// From the demo data to what the customer says of it: an agent logs in by token, calls, serves, pauses and closes;
/// both of the document's sockets hear it, and the audit log has it.
#[test]
fn the_whole_way() {
    let bank = Bank::open("smartqueue-way");
    let (mut admin, _) = token_of(&bank, "admin@demo-bank.com", "admin123");
    let named = |list: &Value, name: &str| -> Value {
        let mut items = list["items"].as_array().expect("a list").iter();
        items.find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name} in {list}")).clone()
    };
    // What the command line with demo data has made, list by list.
    for (list, name) in [
        ("queues/services", "Loan Office"),
        ("customers", "Grace Miller"),
        ("tickets/appointments", "Amira Haddad"),
    ] {
        named(&admin.get(&format!("{BANK}/{list}"), 200), name);
    }
    let main = named(&admin.get(&format!("{BANK}/sites"), 200), "Main branch");
    has(&main, &["id", "slug", "address", "timezone"]);
    let here = |list: Value| {
        let items = list["items"].as_array().expect("a list").iter();
        json!({ "items": items.filter(|one| one["site_id"] == main["id"]).collect::<Vec<_>>() })
    };
    let lines = here(admin.get(&format!("{BANK}/queues"), 200));
    let (line, other) = (named(&lines, "Deposit"), named(&lines, "Withdrawal"));
    let desk = named(&here(admin.get(&format!("{BANK}/counters"), 200)), "Counter D");
    assert_eq!(admin.get(&format!("{BANK}/tickets"), 200)["items"], json!([]));

    // An agent: with the rights of one, and no others.
    let new =
        json!({ "email": "alex@example.com", "password": "s3cretpass1", "name": "Alex", "role": "agent" });
    let member = admin.post(&format!("{BANK}/members"), new, 201);
    let (mut agent, token) = token_of(&bank, "alex@example.com", "s3cretpass1");
    assert_eq!(agent.get("/api/v1/auth/me", 200)["id"], member["user_id"]);
    agent.post(&format!("{BANK}/queues/"), json!({ "name": "Mine" }), 403);
    agent.get("/api/v1/tenants/nowhere/queues", 404);

    let queue = format!("{BANK}/queues/{}", text(&line, "id"));
    let me = member["user_id"].clone();
    let mut at_line = Ear::open(&bank, &format!("queues/{}", text(&line, "id")), &token);
    let mut at_agent = Ear::open(&bank, &format!("agents/{}", text(&member, "user_id")), &token);
    let seen = at_line.hears("snapshot", |_| true);
    assert_eq!((&seen["id"], &seen["current_length"]), (&line["id"], &json!(0)));
    assert_eq!(at_agent.hears("snapshot", |_| true)["agent"]["id"], me);
    let agents = format!("{BANK}/agents");
    agent.post(&format!("{agents}/sign-in"), json!({ "counter_id": desk["id"] }), 200);
    assert_eq!(at_agent.hears_status(&me, "available")["counter_id"], desk["id"]);

    // Two people come.
    let tickets = format!("{BANK}/tickets");
    let new = |name: &str| json!({ "queue_id": line["id"], "name": name });
    let first = agent.post(&format!("{tickets}/"), new("Zed"), 201);
    let second = agent.post(&format!("{tickets}/"), new("Yan"), 201);
    for (ticket, waiting) in [(&first, 1), (&second, 2)] {
        assert_eq!(at_line.hears_of("ticket.issued", ticket)["line"]["waiting"], waiting);
    }
    let told = at_line.hears("queue.changed", |queue| queue["current_length"] == 2);
    assert!(told["estimated_wait_time"].is_i64(), "{told}");
    assert_eq!(agent.get(&tickets, 200)["items"].as_array().expect("a list").len(), 2);
    let stats = agent.get(&format!("{queue}/stats"), 200);
    assert_eq!(
        (&stats["waiting"], &stats["serving"], &stats["served_today"]),
        (&json!(2), &json!(0), &json!(0))
    );
    let path = format!("{tickets}/{}", text(&first, "id"));
    assert!(agent.get(&path, 200)["estimate"]["p50"].is_number(), "an estimate, of itself");
    assert_eq!(agent.put(&path, json!({ "customer_name": "Zoe" }), 200)["customer_name"], "Zoe");

    // The agent calls, serves, pauses, goes on and closes.
    let next = format!("{agents}/call-next/");
    let called = agent.post(&next, json!({}), 200);
    assert_eq!(
        (&called["id"], &called["status"], &called["agent_id"]),
        (&first["id"], &json!("called"), &me)
    );
    for heard in [&mut at_line, &mut at_agent] {
        let told = heard.hears_of("ticket.called", &first);
        assert_eq!((&told["counter_id"], &told["counter_number"]), (&desk["id"], &desk["number"]));
    }
    let told = at_line.hears("queue.changed", |queue| queue["current_number"] == first["number"]);
    assert_eq!(told["current_length"], 1);
    for (op, kind, state) in [
        ("start_service", "ticket.started", "serving"),
        ("pause", "ticket.paused", "paused"),
        ("resume", "ticket.resumed", "serving"),
    ] {
        assert_eq!(agent.post(&format!("{path}/{op}/"), json!({}), 200)["status"], state);
        for heard in [&mut at_line, &mut at_agent] {
            assert_eq!(heard.hears_of(kind, &first)["status"], state);
        }
    }
    assert_eq!(agent.get(&format!("{queue}/stats"), 200)["serving"], 1);
    let secret = text(&agent.post(&format!("{path}/reprint"), json!({}), 200), "secret");
    assert_eq!(agent.post(&format!("{path}/close/"), json!({}), 200)["status"], "served");
    for heard in [&mut at_line, &mut at_agent] {
        assert_eq!(heard.hears_of("ticket.completed", &first)["status"], "served");
    }

    // The next one is sent to another line, of which the first one hears, and does not come when called there.
    assert_eq!(agent.post(&next, json!({}), 200)["id"], second["id"]);
    let to = json!({ "queue_id": other["id"] });
    agent.post(&format!("{tickets}/{}/transfer/", text(&second, "id")), to, 200);
    let gone = at_line.hears_of("ticket.transferred", &second);
    assert_eq!((&gone["queue_id"], &gone["from_queue_id"]), (&other["id"], &line["id"]));
    assert_eq!(agent.post(&next, json!({}), 200)["id"], second["id"]);
    let missed = format!("{tickets}/{}/mark_no_show/", text(&second, "id"));
    assert_eq!(agent.post(&missed, json!({}), 200)["status"], "no_show");
    assert_eq!(at_agent.hears_of("ticket.no_show", &second)["status"], "no_show");
    let stats = agent.get(&format!("{queue}/stats"), 200);
    assert_eq!(
        (&stats["waiting"], &stats["serving"], &stats["served_today"]),
        (&json!(0), &json!(0), &json!(1))
    );

    // The document's three words for how an agent stands.
    for status in ["paused", "busy", "available"] {
        let answer = agent.post(&format!("{agents}/set-status/"), json!({ "status": status }), 200);
        assert_eq!(answer["agent"]["status"], status);
        at_agent.hears_status(&me, status);
    }

    // The customer says how it was, from the ticket's page; the tenant reads it.
    let say = format!("/api/v1/public/tickets/{secret}/feedback");
    bank.nobody().post(
        &say,
        json!({ "csat_score": 5, "nps_score": 10, "comment": "Quick", "tags": ["kind"] }),
        201,
    );
    let said = admin.get(&format!("{BANK}/feedback"), 200)["items"][0].clone();
    assert_eq!((&said["ticket_id"], &said["csat"], &said["nps"]), (&first["id"], &json!(5), &json!(10)));
    assert_eq!((&said["comment"], &said["tags"]), (&json!("Quick"), &json!(["kind"])));

    // Every step is in the audit log: who, from where, and what was there before.
    let trail = admin.get(&format!("{BANK}/audit/ticket/{}", text(&first, "id")), 200);
    let steps = ["completed", "resumed", "paused", "started", "called", "edited", "issued"];
    let steps = steps.map(|step| format!("ticket.{step}"));
    let entries = trail["items"].as_array().expect("a list").iter();
    let entries: Vec<_> = entries.filter(|one| steps.contains(&text(one, "kind"))).collect();
    assert_eq!(entries.iter().map(|one| text(one, "kind")).collect::<Vec<_>>(), steps);
    for entry in &entries {
        assert_eq!((&entry["actor_kind"], &entry["actor_id"]), (&json!("user"), &me), "{entry}");
        assert_eq!(entry["ip"], "127.0.0.1", "{entry}");
    }
    let edited = &entries[5]["personal"];
    assert_eq!((&edited["before"]["name"], &edited["after"]["name"]), (&json!("Zed"), &json!("Zoe")));
}

/// The document's second command: a password is made and said where none is given.
#[test]
fn a_tenant_without_a_password_is_told_one() {
    let scratch = Scratch::new("smartqueue-command");
    let create = ["--name", "My Tenant", "--slug", "my-tenant", "--admin-email", "admin@example.com"];
    let mut command = usher(&scratch.0, &[]);
    let made = command.args(["tenant", "create"]).args(create).arg("--with-demo-data").output();
    let made = made.expect("it starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    let told = "admin@example.com signs in with the password ";
    let password = said.lines().find_map(|line| line.strip_prefix(told)).expect("a password");
    let server = Server::start(&scratch.0, &[]);
    let who = json!({ "email": "admin@example.com", "password": password });
    let answer = Guest(Conn::new(&server.addr, None)).post("/api/v1/auth/", who, 200);
    let token = format!("Authorization: Token {}\r\n", text(&answer, "token"));
    let mut admin = Guest(Conn::dressed(&server.addr, token));
    assert_eq!(admin.get("/api/v1/tenants/my-tenant", 200)["name"], "My Tenant");
    let sites = admin.get("/api/v1/tenants/my-tenant/sites", 200);
    assert_eq!(sites["items"].as_array().expect("a list").len(), 2);
}

#[test]
fn authentication() {
    let bank = Bank::open("smartqueue-auth");
    let who = json!({ "email": "admin@demo-bank.com", "password": "admin123" });
    let answer = bank.nobody().post("/api/v1/auth/", who, 200);
    let token = format!("Token {}", text(&answer, "token"));
    let mut admin = bank.dressed(&[("Authorization", &token)]);
    admin.get(&format!("{BANK}/queues"), 200);
    bank.dressed(&[("Authorization", &token), ("X-Tenant", "demo-bank")]).get(&format!("{BANK}/queues"), 200);
    assert_eq!(admin.get("/api/v1/auth/me", 200)["email"], "admin@demo-bank.com");
    admin.post("/api/v1/auth/logout/", json!({}), 204);
    admin.get("/api/v1/auth/me", 401);
    bank.nobody().get("/api/v1/health", 200);
}

#[test]
fn a_tenant_by_path_token_header_and_default() {
    let bank = Bank::open("smartqueue-tenant");
    let mut root = bank.log_in("/api/v1/auth/", "root@usher.example", "admin123");
    let acme = root.post("/api/v1/tenants/", json!({ "name": "Acme", "slug": "acme" }), 201);
    root.get(&format!("/api/v1/tenants/{}", text(&acme, "id")), 200);
    assert_eq!(root.get("/api/v1/tenants", 200)["items"].as_array().expect("a list").len(), 2);
    assert_eq!(
        root.post("/api/v1/tenants/", json!({ "name": "Acme", "slug": "acme" }), 409)["code"],
        "slug_taken"
    );
    assert_eq!(bank.admin().get("/api/v1/tenants", 200)["items"].as_array().expect("a list").len(), 1);
    // The operator belongs to none: the header says which is meant, else it is the first one.
    let services =
        |headers: &[(&str, &str)]| bank.dressed(headers).get("/api/services", 200)["items"].clone();
    let answer = bank.nobody().post(
        "/api/v1/auth/",
        json!({ "email": "root@usher.example", "password": "admin123" }),
        200,
    );
    let token = format!("Token {}", text(&answer, "token"));
    let auth = ("Authorization", token.as_str());
    assert_eq!(services(&[auth]).as_array().unwrap().len(), 4);
    assert_eq!(services(&[auth, ("X-Tenant", "acme")]).as_array().unwrap().len(), 0);
    bank.dressed(&[auth, ("X-Tenant", "nowhere")]).get("/api/services", 404);
}

#[test]
fn a_tenant_by_subdomain() {
    let bank = Bank::configured("smartqueue-subdomain", &[("USHER_HTTP_BASE_DOMAIN", "queue.example")]);
    let mut root = bank.log_in("/api/v1/auth/", "root@usher.example", "admin123");
    root.post("/api/v1/tenants/", json!({ "name": "Acme", "slug": "acme" }), 201);
    let eta = "/getETA?service_type=Deposit";
    for (host, status) in
        [("acme.queue.example", 404), ("demo-bank.queue.example:4000", 200), ("queue.example", 200)]
    {
        bank.dressed(&[("Host", host)]).get(eta, status);
    }
    // Nobody is taken to another organisation by a name that is none.
    bank.dressed(&[("Host", "nowhere.queue.example")]).get(eta, 400);
}

#[test]
fn a_suspended_tenant_is_closed_to_all_but_the_operator() {
    let bank = Bank::open("smartqueue-suspended");
    let mut root = bank.log_in("/api/v1/auth/", "root@usher.example", "admin123");
    root.post("/api/v1/tenants/", json!({ "name": "Acme" }), 201);
    let mut admin = bank.admin();
    root.put(BANK, json!({ "status": "suspended" }), 200);
    for path in [BANK, "/api/v1/auth/me", "/api/queues"] {
        assert_eq!(admin.get(path, 403)["code"], "tenant_suspended");
    }
    let who = json!({ "email": "admin@demo-bank.com", "password": "admin123" });
    assert_eq!(bank.nobody().post("/api/v1/auth/login", who.clone(), 403)["code"], "tenant_suspended");
    // Nobody is taken to another organisation because the first one is closed.
    let stranger = json!({ "email": "s@example.com", "password": "s3cretpass1" });
    assert_eq!(bank.nobody().post("/api/register", stranger, 409)["code"], "no_tenant");
    assert_eq!(bank.nobody().get("/getETA?service_type=Deposit", 400)["code"], "tenant_required");
    root.get(BANK, 200);
    root.put(BANK, json!({ "status": "active" }), 200);
    admin.get(BANK, 200);
    bank.nobody().post("/api/v1/auth/login", who, 200);
}

#[test]
fn sites_services_and_queues() {
    let bank = Bank::open("smartqueue-sites");
    let mut admin = bank.admin();
    let site = admin.post(&format!("{BANK}/sites/"), json!({ "name": "South", "address": "1 Road" }), 201);
    let south = format!("{BANK}/sites/{}", text(&site, "id"));
    admin.send_back(&south);
    let service = admin.post(&format!("{BANK}/queues/services/"), json!({ "name": "قرض" }), 201);
    // A name without Latin letters has a code all the same, and so has the next one.
    assert_eq!(service["code"], "service");
    let second = admin.post(&format!("{BANK}/queues/services/"), json!({ "name": "حساب" }), 201);
    assert_eq!(second["code"], "service-2");
    let named = format!("{BANK}/queues/services/{}", text(&service, "id"));
    admin.send_back(&named);
    let new =
        json!({ "name": "Loans", "site_id": site["id"], "service_ids": [service["id"]], "algorithm": "sla" });
    let queue = admin.post(&format!("{BANK}/queues/"), new, 201);
    let line = format!("{BANK}/queues/{}", text(&queue, "id"));
    for algorithm in ["fifo", "priority", "sla"] {
        assert_eq!(admin.put(&line, json!({ "algorithm": algorithm }), 200)["algorithm"], algorithm);
    }
    assert_eq!(admin.put(&line, json!({ "algorithm": "luck" }), 422)["errors"][0]["field"], "algorithm");
    admin.send_back(&line);
    has(
        &admin.get(&format!("{line}/stats"), 200),
        &["waiting", "serving", "served_today", "sla_met_percent"],
    );
    // A site where something stands stays.
    let kept = admin.delete(&south, 409);
    assert_eq!(
        (&kept["code"], &kept["cost"]),
        (&json!("site_in_use"), &json!([{ "what": "queues", "count": 1 }]))
    );
    admin.delete(&named, 409);
    admin.delete(&line, 204);
    admin.delete(&named, 204);
    admin.delete(&south, 204);
    for (path, body, field) in [
        ("sites", json!({ "name": "x", "latitude": 1e308 }), "latitude"),
        ("queues/services", json!({ "name": "x", "default_minutes": -1 }), "default_minutes"),
        ("queues/services", json!({ "name": "x", "description": "x".repeat(2_001) }), "description"),
        ("queues", json!({ "name": "x", "description": "a\u{1}b" }), "description"),
        ("queues", json!({ "name": "x".repeat(121) }), "name"),
    ] {
        let problem = admin.post(&format!("{BANK}/{path}"), body, 422);
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
}

#[test]
fn agents_and_tickets() {
    let bank = Bank::open("smartqueue-agents");
    let mut admin = bank.admin();
    let queue = admin.post(&format!("{BANK}/queues"), json!({ "name": "Cards" }), 201);
    let other = admin.post(&format!("{BANK}/queues"), json!({ "name": "Safes" }), 201);
    let counter =
        admin.post(&format!("{BANK}/counters"), json!({ "name": "Desk", "queue_id": queue["id"] }), 201);
    let tickets = format!("{BANK}/tickets");
    let first = admin.post(&tickets, json!({ "queue_id": queue["id"], "name": "Zed" }), 201);
    let second = admin.post(&tickets, json!({ "queue_id": queue["id"] }), 201);
    let agents = format!("{BANK}/agents");
    let next = format!("{agents}/call-next/");
    let status = format!("{agents}/set-status/");
    assert_eq!(admin.post(&next, json!({}), 409)["code"], "no_counter");
    admin.post(&format!("{agents}/sign-in"), json!({ "counter_id": counter["id"] }), 200);
    admin.post(&status, json!({ "status": "paused" }), 200);
    assert_eq!(admin.post(&next, json!({}), 409)["code"], "on_break");
    for word in ["busy", "available"] {
        assert_eq!(admin.post(&status, json!({ "status": word }), 200)["agent"]["status"], word);
    }
    assert_eq!(admin.post(&status, json!({ "status": "lunch" }), 422)["errors"][0]["field"], "status");
    assert_eq!(admin.post(&next, json!({}), 200)["id"], first["id"]);
    assert_eq!(admin.post(&next, json!({}), 409)["code"], "counter_full");
    let at = |ticket: &serde_json::Value, op: &str| format!("{tickets}/{}/{op}/", text(ticket, "id"));
    for (op, state) in [("start_service", "serving"), ("pause", "paused"), ("resume", "serving")] {
        assert_eq!(admin.post(&at(&first, op), json!({}), 200)["status"], state);
    }
    let moved = admin.post(&at(&first, "transfer"), json!({ "queue_id": other["id"] }), 200);
    assert_eq!((&moved["status"], &moved["queue_id"]), (&json!("waiting"), &other["id"]));
    assert_eq!(admin.post(&next, json!({}), 200)["id"], second["id"]);
    let refused = admin.post(&at(&second, "resume"), json!({}), 409);
    assert_eq!((&refused["code"], &refused["state"]), (&json!("not_allowed_in_state"), &json!("called")));
    assert_eq!(admin.post(&at(&second, "mark_no_show"), json!({}), 200)["status"], "no_show");
    let third = admin.post(&tickets, json!({ "queue_id": queue["id"] }), 201);
    assert_eq!(admin.post(&next, json!({}), 200)["id"], third["id"]);
    assert_eq!(admin.post(&at(&third, "close"), json!({}), 200)["status"], "served");
    assert_eq!(admin.post(&next, json!({}), 200)["ticket"], json!(null));
    let path = format!("{tickets}/{}", text(&first, "id"));
    assert_eq!(admin.put(&path, json!({ "customer_name": "Zoe" }), 200)["customer_name"], "Zoe");
    admin.send_back(&path);
    admin.delete(&path, 204);
}

#[test]
fn appointments_are_booked_moved_and_kept() {
    let bank = Bank::open("smartqueue-appointments");
    let mut admin = bank.admin();
    let services = admin.get(&format!("{BANK}/queues/services/"), 200);
    let loans = services["items"].as_array().expect("a list").iter().find(|s| s["name"] == "Loan Office");
    let loans = loans.expect("it is there")["id"].clone();
    let slots = format!("{BANK}/slots?service_id={}&days=3", loans.as_str().expect("an id"));
    let days = admin.get(&slots, 200)["days"].clone();
    let starts = |slot: usize| days[2]["slots"][slot]["starts_at"].clone();
    let all = format!("{BANK}/tickets/appointments/");
    let new =
        json!({ "service_id": loans, "starts_at": starts(0), "name": "Carla", "phone": "+49 30 123456" });
    let booked = admin.post(&all, new, 201);
    has(&booked, &["id", "reference", "status", "starts_at", "ends_at", "customer_id", "service_name"]);
    let one = format!("{BANK}/tickets/appointments/{}", text(&booked, "id"));
    assert_eq!(admin.get(&format!("{one}/"), 200)["status"], "booked");
    admin.send_back(&one);
    assert_eq!(admin.put(&one, json!({ "starts_at": starts(3) }), 200)["starts_at"], starts(3));
    let found = admin.get(&format!("{all}?q={}", text(&booked, "reference")), 200);
    assert_eq!(found["items"][0]["id"], booked["id"]);
    let early = admin.post(&format!("{one}/check-in"), json!({}), 409);
    assert_eq!(early["code"], "too_early");
    admin.delete(&one, 204);
    assert_eq!(admin.get(&one, 200)["status"], "cancelled");
    assert_eq!(admin.delete(&one, 409)["code"], "not_allowed_in_state");
    for (body, field) in [
        (json!({ "service_id": loans }), "starts_at"),
        (json!({ "service_id": loans, "starts_at": "tomorrow" }), "starts_at"),
        (json!({ "service_id": loans, "starts_at": "2026-01-01T09:00:00Z" }), "starts_at"),
        (json!({ "service_id": loans, "starts_at": starts(1), "party_size": 0 }), "party_size"),
        (json!({ "service_id": loans, "starts_at": starts(1), "name": "x".repeat(121) }), "name"),
    ] {
        let problem = admin.post(&all, body.clone(), 422);
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
    }
    bank.nobody().get(&all, 401);
}

#[test]
fn customers_and_what_they_say() {
    let bank = Bank::open("smartqueue-customers");
    let mut admin = bank.admin();
    let customers = format!("{BANK}/customers");
    let new = json!({
        "name": "Zoe", "phone": "+33 1 40 20 52 52", "email": "zoe@home.example",
        "preferences": { "sms": true, "email": false }, "metadata": { "account": "0815" },
    });
    let zoe = admin.post(&format!("{customers}/"), new, 201);
    assert_eq!((&zoe["phone"], &zoe["metadata"]["account"]), (&json!("+33140205252"), &json!("0815")));
    let path = format!("{customers}/{}", text(&zoe, "id"));
    admin.send_back(&path);
    assert_eq!(admin.get(&format!("{customers}?q=zoe"), 200)["items"][0]["id"], zoe["id"]);
    for (field, value) in [("phone", "0140205252"), ("email", "zoe@")] {
        let wrong = admin.put(&path, json!({ field: value }), 422);
        assert_eq!(wrong["errors"][0]["field"], field);
    }

    // Served and closed, then asked: CSAT 1 to 5, NPS 0 to 10, once, from the ticket's own page.
    let queue = admin.post(&format!("{BANK}/queues"), json!({ "name": "Cards" }), 201);
    let counter =
        admin.post(&format!("{BANK}/counters"), json!({ "name": "Desk", "queue_id": queue["id"] }), 201);
    admin.post(&format!("{BANK}/agents/sign-in"), json!({ "counter_id": counter["id"] }), 200);
    let new = json!({ "queue_id": queue["id"], "phone": "0033140205252" });
    let ticket = admin.post(&format!("{BANK}/tickets"), new, 201);
    assert_eq!(ticket["customer_id"], zoe["id"], "the same number is the same customer");
    admin.post(&format!("{BANK}/agents/call-next/"), json!({}), 200);
    let tickets = format!("{BANK}/tickets/{}", text(&ticket, "id"));
    let page = admin.post(&format!("{tickets}/reprint"), json!({}), 200);
    let say = format!("/api/v1/public/tickets/{}/feedback", text(&page, "secret"));
    assert_eq!(bank.nobody().post(&say, json!({ "csat_score": 5 }), 409)["code"], "not_served");
    admin.post(&format!("{tickets}/close/"), json!({}), 200);
    bank.nobody().post(&say, json!({ "csat_score": 6 }), 422);
    let said = json!({ "csat_score": 4, "nps_score": 9, "comment": "Kind", "tags": ["quick"] });
    bank.nobody().post(&say, said.clone(), 201);
    assert_eq!(bank.nobody().post(&say, said, 409)["code"], "said_already");
    let all = admin.get(&format!("{BANK}/feedback"), 200);
    assert_eq!((&all["items"][0]["ticket_id"], &all["items"][0]["csat"]), (&ticket["id"], &json!(4)));
    let summary = admin.get(&format!("{BANK}/feedback/summary?by=service"), 200);
    assert_eq!((&summary["total"]["csat_average"], &summary["total"]["nps"]), (&json!(4.0), &json!(100.0)));
    admin.delete(&path, 204);
    admin.get(&path, 404);
    assert_eq!(admin.get(&tickets, 200)["customer_phone"], json!(null));
}
