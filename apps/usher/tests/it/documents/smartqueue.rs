//! Document 001, SmartQueue: tenants in the path, long-lived tokens, sites, services, agents.

use serde_json::json;

use super::{Bank, has, text};

const BANK: &str = "/api/v1/tenants/demo-bank";

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
