//! Document 002, tokens at counters.

use serde_json::json;

use super::{Bank, has, refusal, text};

#[test]
fn a_token_is_taken_called_and_served() {
    let bank = Bank::open("tokens-way");
    let mut customer = bank.customer("carla@example.com");
    let services = customer.get("/api/services", 200);
    let deposit =
        services["items"].as_array().expect("a list").iter().find(|s| s["name"] == "Deposit").unwrap();
    let who = json!({ "name": "Carla", "phone": "+49 30 123456" });
    let new = json!({ "service_id": deposit["id"], "customer_info": who });
    let token = customer.post("/api/tokens", new, 201);
    has(&token, &["token_number", "token_id", "eta", "qr"]);
    // By name, and with nothing said of the person.
    customer.post("/api/tokens", json!({ "service_id": "Deposit", "customer_info": null }), 201);
    let status = format!("/api/tokens/{}/status", text(&token, "token_id"));
    let stands = customer.get(&status, 200);
    assert_eq!((&stands["status"], &stands["queue_position"]), (&json!("waiting"), &json!(1)));
    bank.customer("other@example.com").get(&status, 404);

    let mut admin = bank.admin();
    let counters = admin.get("/api/counters", 200);
    let counters = counters["items"].as_array().expect("a list");
    counters.iter().flat_map(|c| c["queues"].as_array().unwrap()).for_each(|q| has(q, &["current_length"]));
    let site = &deposit_line(&mut admin)["site_id"];
    let free = counters.iter().find(|c| c["number"] == "C" && c["site_id"] == *site).unwrap();
    let counter = format!("/api/counters/{}", text(free, "id"));
    let closed = admin.post(&format!("{counter}/call"), json!({}), 409);
    assert_eq!(closed["code"], "counter_closed");
    admin.put(&counter, json!({ "status": "open" }), 200);
    let called = admin.post(&format!("{counter}/call"), json!({}), 200);
    assert_eq!(called["token_id"], token["token_id"]);
    assert_eq!((&called["status"], &called["counter_id"]), (&json!("called"), &free["id"]));
    let skipped = admin.post(&format!("{counter}/skip"), json!({ "to_end": true }), 200);
    assert_eq!(skipped["status"], "waiting");
    let assign = format!("/api/tokens/{}/assign", text(&token, "token_id"));
    assert_eq!(admin.post(&assign, json!({ "counter_id": free["id"] }), 200)["status"], "called");
    assert_eq!(admin.post(&assign, json!({ "counter_id": free["id"] }), 409)["code"], "already_called");
    assert_eq!(
        admin.post(&format!("{counter}/serve"), json!({ "status": "serving" }), 200)["status"],
        "serving"
    );
    let served = admin.post(&format!("{counter}/serve"), json!({}), 200);
    assert_eq!(served["status"], "served");
    assert!(served["served_at"].is_string());
    assert_eq!(admin.post(&format!("{counter}/serve"), json!({}), 409)["code"], "nothing_in_hand");

    let history = admin.get("/api/tokens?status=served&limit=1", 200);
    assert_eq!(history["items"][0]["id"], token["token_id"]);
    let stats = admin.get("/api/stats", 200);
    assert_eq!((&stats["served_today"], &stats["waiting"]), (&json!(1), &json!(1)));
    for staff_only in ["/api/counters", "/api/tokens", "/api/stats"] {
        customer.get(staff_only, 403);
        bank.nobody().get(staff_only, 401);
    }
}

fn deposit_line(admin: &mut super::Guest) -> serde_json::Value {
    let queues = admin.get("/api/queues", 200);
    let main = admin.get("/api/v1/tenants/demo-bank/sites/main", 200);
    let mut lines = queues["items"].as_array().expect("a list").iter();
    lines.find(|q| q["name"] == "Deposit" && q["site_id"] == main["id"]).expect("a line").clone()
}

#[test]
fn what_cannot_be_is_refused_by_its_field() {
    let bank = Bank::open("tokens-refused");
    let mut customer = bank.customer("carla@example.com");
    bank.nobody().post("/api/tokens", json!({ "service_id": "Deposit" }), 401);
    for (body, status, field) in [
        (json!({}), 422, "service_id"),
        (json!({ "service_id": "Deposit", "customer_info": { "age": 3 } }), 422, "customer_info.age"),
        (json!({ "service_id": "Deposit", "preferred_slot": "2026-12-01T10:00:00Z" }), 422, "preferred_slot"),
        (json!({ "service_id": "Deposit", "customer_info": { "name": "x".repeat(121) } }), 422, "name"),
        (json!({ "service_id": "Deposit", "customer_info": { "phone": "<script>" } }), 422, "phone"),
        (json!({ "service_id": "Deposit", "customer_info": { "email": "nonsense" } }), 422, "email"),
        (json!({ "service_id": "Deposit", "customer_info": { "party_size": 0 } }), 422, "party_size"),
        (json!({ "service_id": "Deposit", "customer_info": { "name": "a\u{0}b" } }), 422, "body"),
    ] {
        let problem = customer.post("/api/tokens", body.clone(), status);
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
    }
    let unknown = customer.post("/api/tokens", json!({ "service_id": "Nope" }), 404);
    assert_eq!(refusal(&unknown), "There is no such service.");
    let id = customer.get("/api/tokens/what/status", 422);
    assert_eq!(refusal(&id), "id must be an id such as 01890a5d-ac96-774b-bcce-b302099a8057.");
    let mut admin = bank.admin();
    for query in ["limit=0", "limit=100000", "cursor=zzz", "from=yesterday", "statu=waiting"] {
        let problem = admin.get(&format!("/api/tokens?{query}"), 422);
        assert_eq!(problem["errors"][0]["field"], query.split('=').next().unwrap(), "{problem}");
    }
    let time = admin.get("/api/tokens?from=yesterday", 422);
    assert_eq!(refusal(&time), "from must be a time such as 2026-11-25T09:00:00Z.");
    admin.get("/api/counters?cursor=zzz", 422);
}

#[test]
fn a_token_for_a_preferred_slot_is_an_appointment() {
    let bank = Bank::open("tokens-slot");
    let mut customer = bank.customer("carla@example.com");
    let site = bank.admin().get("/api/v1/tenants/demo-bank/sites/main", 200)["id"].clone();
    let loans = customer.get("/api/services", 200);
    let loans = loans["items"].as_array().unwrap().iter().find(|s| s["name"] == "Loan Office").unwrap();
    let (site, service) = (site.as_str().unwrap(), text(loans, "id"));
    let slots = format!("/api/v1/public/sites/demo-bank/{site}/slots?service_id={service}&days=3");
    let slot = bank.nobody().get(&slots, 200)["days"][2]["slots"][0]["starts_at"].clone();
    let wanted =
        json!({ "service_id": "Loan Office", "preferred_slot": slot, "customer_info": { "name": "Carla" } });
    let token = customer.post("/api/tokens", wanted, 201);
    has(&token, &["token_number", "token_id", "eta", "qr"]);
    assert_eq!((&token["status"], &token["preferred_slot"]), (&json!("booked"), &slot));
    assert!(token["eta"].as_i64().unwrap() > 12 * 60, "{token}");
    let status = format!("/api/tokens/{}/status", text(&token, "token_id"));
    assert_eq!(customer.get(&status, 200)["token_number"], token["token_number"]);
    bank.customer("other@example.com").get(&status, 404);
    bank.nobody().get(&status, 401);
    for (slot, code) in
        [("noon", "not_a_time"), ("2026-01-01T09:00:00Z", "too_soon"), ("03:07", "not_a_slot")]
    {
        let wanted = json!({ "service_id": "Loan Office", "preferred_slot": slot });
        let problem = customer.post("/api/tokens", wanted, 422);
        assert_eq!(problem["errors"][0]["field"], "preferred_slot", "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
}

#[test]
fn roles_are_given_by_who_may_give_them() {
    let bank = Bank::open("tokens-roles");
    let new = |email: &str, role: &str| json!({ "email": email, "password": "s3cretpass1", "name": "R", "role": role });
    let mut nobody = bank.nobody();
    for role in ["admin", "operator", "kiosk"] {
        let refused = nobody.post("/api/auth/register", new("mallory@example.com", role), 403);
        assert_eq!(refused["code"], "above_own");
    }
    assert_eq!(
        nobody.post("/api/auth/register", new("u@example.com", "user"), 201)["user"]["role"],
        "customer"
    );
    let mut admin = bank.admin();
    for (role, ours) in [("admin", "admin"), ("operator", "agent"), ("kiosk", "kiosk"), ("user", "customer")]
    {
        let email = format!("{role}@example.com");
        let made = admin.post("/api/auth/register", new(&email, role), 201);
        assert_eq!(made["user"]["role"], ours);
        // Whoever registers somebody else does not become them.
        assert!(made.get("token").is_none());
    }
    let mut operator = bank.log_in("/api/auth/login", "operator@example.com", "s3cretpass1");
    operator.post("/api/auth/register", new("boss@example.com", "admin"), 403);
}

#[test]
fn the_description_is_served() {
    let bank = Bank::open("tokens-docs");
    assert!(bank.nobody().get("/api/openapi.json", 200)["paths"]["/api/tokens"].is_object());
    bank.nobody().get("/api/docs", 200);
}
