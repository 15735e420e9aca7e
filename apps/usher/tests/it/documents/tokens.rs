//! Document 002, tokens at counters.

use serde_json::{Value, json};

use super::{Bank, Guest, has, refusal, text};
use crate::http::Conn;
use crate::live::SocketIo;

/// What each event about a token carries.
const ABOUT_A_TOKEN: &[&str] =
    &["token_id", "token_number", "service_id", "queue_id", "counter_id", "status", "at"];

/// The document's criterion: with seed data a token is taken, called by an operator, served and in the history. Every
/// event is heard on the way, in the room that the document names for it.
#[test]
fn with_seed_data_a_token_is_taken_called_served_and_recorded() {
    let bank = Bank::open("tokens-flow");
    let mut admin = bank.admin();
    let main = admin.get("/api/v1/tenants/demo-bank/sites/main", 200)["id"].clone();
    let named = |list: &Value, name: &str| -> Value {
        let mut items = list["items"].as_array().expect("a list").iter();
        items.find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name}")).clone()
    };

    // The seed: three services, and counters for the first two, for the third, and for all.
    let services = admin.get("/api/services", 200);
    let [deposit, ..] = ["Deposit", "Withdrawal", "Passbook"].map(|name| named(&services, name));
    let counters = |who: &mut Guest| {
        let list = who.get("/api/counters?limit=100", 200);
        let here = list["items"].as_array().expect("a list").iter().filter(|one| one["site_id"] == main);
        here.cloned().collect::<Vec<_>>()
    };
    let all = counters(&mut admin);
    let counter = |label: &str| all.iter().find(|one| one["number"] == label).expect("a counter");
    for (label, serves) in [
        ("A", vec!["Deposit", "Withdrawal"]),
        ("B", vec!["Passbook"]),
        ("C", vec!["Deposit", "Passbook", "Withdrawal"]),
    ] {
        let lines = counter(label)["queues"].as_array().expect("lines").iter().map(|line| text(line, "name"));
        let lines: Vec<_> = lines.collect();
        assert!(serves.iter().all(|name| lines.contains(&(*name).to_owned())), "{label}: {lines:?}");
        assert!(lines.len() == serves.len() || label == "C", "{label}: {lines:?}");
    }

    // An operator logs in with a JWT, and sits down at counter C.
    let new =
        json!({ "email": "op@example.com", "password": "s3cretpass1", "name": "Olga", "role": "operator" });
    admin.post("/api/auth/register", new, 201);
    let who = json!({ "email": "op@example.com", "password": "s3cretpass1" });
    let entered = bank.nobody().post("/api/auth/login", who, 200);
    assert_eq!(text(&entered, "token").split('.').count(), 3, "a JWT");
    let mut operator = Guest(Conn::new(&bank.server.addr, entered["token"].as_str()));
    let mut customer = bank.customer("carla@example.com");
    let socket = |guest: &Guest, room: &str| {
        let auth = json!({ "token": guest.0.token(), "rooms": [room] });
        let mut socket = SocketIo::open(&bank.server, "/ws/queues", &auth).expect("the door is open");
        assert_eq!(socket.until(&["joined"]).1["joined"], json!([room]));
        socket
    };
    let desk = counter("C");
    let mut global = socket(&admin, "global");
    let mut at_service = socket(&customer, &format!("service:{}", text(&deposit, "id")));
    let mut at_counter = socket(&operator, &format!("counter:{}", text(desk, "id")));
    let seat = json!({ "counter_id": desk["id"] });
    operator.post("/api/v1/tenants/demo-bank/agents/sign-in", seat, 200);
    for heard in [&mut global, &mut at_counter] {
        let (_, status) = heard.until(&["counter_status"]);
        has(&status, &["site_id", "since"]);
        assert_eq!((&status["counter_id"], &status["status"]), (&desk["id"], &json!("open")));
        assert_eq!(status["agent_id"], entered["user"]["id"]);
    }

    // The customer takes a token, with an estimate and what the receipt's code opens.
    let wanted = json!({ "service_id": deposit["id"], "customer_info": { "name": "Carla", "phone": "+49 30 123456" } });
    let token = customer.post("/api/tokens", wanted, 201);
    let (id, number) = (text(&token, "token_id"), text(&token, "token_number"));
    assert!(token["eta"].as_i64().is_some_and(|minutes| minutes >= 0), "{token}");
    let about = |event: &Value| (event["token_id"].clone(), event["token_number"].clone());
    let mine = (json!(id), json!(number));
    for heard in [&mut global, &mut at_service] {
        let (_, made) = heard.until(&["token_generated"]);
        has(&made, ABOUT_A_TOKEN);
        assert_eq!((about(&made), &made["status"]), (mine.clone(), &json!("waiting")));
        let (_, update) = heard.until(&["queue_update"]);
        let delta = &update["deltas"][0];
        assert_eq!((&delta["queue_id"], &delta["waiting"]), (&made["queue_id"], &json!(1)));
        has(delta, &["current_number", "at"]);
    }
    let status = format!("/api/tokens/{id}/status");
    let stands = customer.get(&status, 200);
    assert_eq!((&stands["status"], &stands["queue_position"]), (&json!("waiting"), &json!(1)));
    assert!(stands["eta"].is_i64(), "{stands}");
    let secret = text(&token, "qr").strip_prefix("/t/").expect("the page of the token").to_owned();
    let page = format!("/api/v1/public/tickets/{secret}");
    let shown = bank.nobody().get(&page, 200);
    assert_eq!((&shown["number"], &shown["status"]), (&json!(number), &json!("waiting")));
    let sizes = |operator: &mut Guest| {
        let all = counters(operator);
        let desk = all.iter().find(|one| one["id"] == desk["id"]).expect("counter C");
        let lines = desk["queues"].as_array().expect("lines");
        lines.iter().find(|line| line["name"] == "Deposit").expect("a line")["current_length"].clone()
    };
    assert_eq!(sizes(&mut operator), 1);

    // The operator calls and serves it, by the document's own routes.
    let at = format!("/api/counters/{}", text(desk, "id"));
    let called = operator.post(&format!("{at}/call"), json!({}), 200);
    assert_eq!((&called["token_id"], &called["counter_id"]), (&json!(id), &desk["id"]));
    for heard in [&mut global, &mut at_service, &mut at_counter] {
        let (_, called) = heard.until(&["token_called"]);
        has(&called, ABOUT_A_TOKEN);
        assert_eq!((about(&called), &called["counter_id"]), (mine.clone(), &desk["id"]));
    }
    assert_eq!(sizes(&mut operator), 0);
    let nobody = operator.post(&format!("{at}/call"), json!({}), 409);
    assert_eq!(nobody["code"], "counter_full");
    let serve = format!("{at}/serve");
    assert_eq!(operator.post(&serve, json!({ "status": "serving" }), 200)["status"], "serving");
    let served = operator.post(&serve, json!({ "token_id": id, "status": "completed" }), 200);
    assert_eq!((&served["status"], served["served_at"].is_string()), (&json!("served"), true));
    for heard in [&mut global, &mut at_service, &mut at_counter] {
        let (_, served) = heard.until(&["token_served"]);
        assert_eq!((about(&served), &served["counter_id"]), (mine.clone(), &desk["id"]));
    }
    assert_eq!(operator.post(&format!("{at}/call"), json!({}), 200)["token_id"], json!(null));

    // What became of it: for its holder, in the history with every time, and in the audit log.
    let over = customer.get(&status, 200);
    assert_eq!(
        (&over["status"], &over["queue_position"], &over["eta"]),
        (&json!("served"), &json!(null), &json!(null))
    );
    assert_eq!(bank.nobody().get(&page, 200)["status"], "served");
    let of_line = format!("/api/tokens?status=served&queue_id={}", text(&token, "queue_id"));
    let history = operator.get(&of_line, 200);
    let record = &history["items"][0];
    assert_eq!(
        (&record["id"], &record["number"], &record["counter_id"]),
        (&json!(id), &json!(number), &desk["id"])
    );
    assert_eq!(record["agent_id"], entered["user"]["id"]);
    let times = ["issued_at", "called_at", "started_at", "ended_at"].map(|step| text(record, step));
    let moments = times.each_ref().map(|time| time.parse::<usher_kernel::Timestamp>().expect("a moment"));
    assert!(moments.is_sorted(), "{times:?}");
    assert_eq!(operator.get(&format!("/api/tokens?q={number}"), 200)["items"][0]["id"], json!(id));
    let trail = admin.get(&format!("/api/v1/tenants/demo-bank/audit/ticket/{id}"), 200);
    let steps = ["ticket.completed", "ticket.started", "ticket.called", "ticket.issued"];
    let kinds = trail["items"].as_array().expect("a list").iter().map(|one| text(one, "kind"));
    // That its page was looked at is written down as well.
    assert_eq!(kinds.filter(|kind| steps.contains(&kind.as_str())).collect::<Vec<_>>(), steps);
    assert_eq!(admin.get("/api/stats", 200)["served_today"], 1);
}

#[test]
fn a_booked_token_is_checked_in_by_its_code() {
    let bank = Bank::open("tokens-check-in");
    let mut admin = bank.admin();
    // Open around the clock and long before a slot, so that the hour at which this runs does not matter.
    let site = admin.post("/api/v1/tenants/demo-bank/sites", json!({ "name": "Annex" }), 201)["id"].clone();
    let line = admin.post("/api/queues", json!({ "name": "Cards", "site_id": site }), 201);
    let service = line["service_ids"][0].clone();
    let offer = json!({
        "service_id": service, "site_id": site, "duration_minutes": 30, "lead_minutes": 0, "early_minutes": 1440,
    });
    admin.post("/api/v1/tenants/demo-bank/availabilities", offer, 201);
    let (at, what) = (site.as_str().expect("an id"), service.as_str().expect("an id"));
    let slots = format!("/api/v1/public/sites/demo-bank/{at}/slots?service_id={what}&days=2");
    let days = bank.nobody().get(&slots, 200)["days"].clone();
    let mut slots =
        days.as_array().expect("days").iter().flat_map(|day| day["slots"].as_array().expect("slots"));
    // The next one may begin while it is asked for.
    let slot = slots.nth(1).expect("a slot within the hour")["starts_at"].clone();
    let mut customer = bank.customer("carla@example.com");
    let wanted = json!({ "service_id": service, "site_id": site, "preferred_slot": slot, "customer_info": { "name": "Carla" } });
    let token = customer.post("/api/tokens", wanted, 201);
    let status = format!("/api/tokens/{}/status", text(&token, "token_id"));
    assert_eq!(customer.get(&status, 200)["status"], "booked");

    // A kiosk is paired; it reads the receipt's code, and a code that is none is refused.
    let pairing = bank.nobody().post("/api/v1/devices/pairing", json!({ "type": "kiosk" }), 201);
    let pair = json!({ "code": pairing["code"], "type": "kiosk", "site_id": site });
    admin.post("/api/v1/tenants/demo-bank/devices/pair", pair, 201);
    let code = format!("/api/v1/devices/pairing/{}", text(&pairing, "device_code"));
    let kiosk = bank.nobody().expect("GET", &format!("{code}?"), None, 200);
    let mut kiosk = Guest(Conn::new(&bank.server.addr, kiosk["token"].as_str()));
    let come = "/api/v1/device/check-in";
    kiosk.post(come, json!({ "code": "ZZZZZZ" }), 404);
    let page = format!("https://bank.example{}", text(&token, "qr"));
    let arrived = kiosk.post(come, json!({ "code": page }), 200);
    assert_eq!((&arrived["reference"], &arrived["booked_for"]), (&token["token_number"], &slot));

    // The token stands in line now, under the id that it had.
    let stands = customer.get(&status, 200);
    assert_eq!((&stands["status"], &stands["queue_position"]), (&json!("waiting"), &json!(1)));
    assert_eq!(stands["token_number"], arrived["number"]);
    assert!(stands["eta"].is_i64(), "{stands}");
}

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
