//! Every room through every door, tried by everybody: whoever a room is not for is kept out before anything is
//! sent, and whoever it is for is let in.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Value, json};
use usher_db::Engine;

use super::House;
use super::people::{BANK, Person, SHOP};
use super::routes::{Route, routes};
use super::things::{Things, staff};
use crate::http::Answer;
use crate::live::{Graphql, SocketIo, Stream, WebSocket};

/// The rooms, the scopes of which any lets somebody in, and what stands behind the room's name.
const ROOMS: &[(&str, &[&str], &str)] = &[
    ("board", &["tickets:read", "stats:read"], "sites"),
    ("site", &["tickets:read", "stats:read"], "sites"),
    ("queue", &["queues:read"], "queues"),
    ("service", &["queues:read"], "services"),
    ("counter", &["counters:read"], "counters"),
    ("agent", &["tickets:read"], "users"),
    ("device", &["devices:read"], "devices"),
    ("ticket", &["tickets:read"], "tickets"),
    ("appointment", &["appointments:read"], "appointments"),
    ("global", &["tickets:read"], ""),
];

/// What somebody who may see the lines is told of a ticket.
const GLIMPSE: [&str; 13] = [
    "counter_id",
    "counter_number",
    "event_id",
    "from",
    "from_queue_id",
    "id",
    "line",
    "number",
    "queue_id",
    "service_id",
    "site_id",
    "status",
    "version",
];

/// The live routes that this file tries. A new one has to find its place here.
const LIVE: &[&str] = &[
    "GET /api/v1/device/events",
    "GET /api/v1/public/appointments/{secret}/events",
    "GET /api/v1/public/sites/{tenant}/{site}/events",
    "GET /api/v1/public/tickets/{secret}/events",
    "GET /api/v1/tenants/{tenant}/events",
    "GET /ws/tenants/{tenant}/agents/{agent_id}",
    "GET /ws/tenants/{tenant}/queues/{queue_id}",
];

#[test]
fn nobody_follows_a_room_that_is_not_theirs_on_sqlite() {
    sweep(Engine::Sqlite);
}

#[test]
fn nobody_follows_a_room_that_is_not_theirs_on_postgres() {
    sweep(Engine::Postgres);
}

fn sweep(engine: Engine) {
    let Some((house, things)) = House::open("sweep-rooms", engine) else { return };
    let live: BTreeSet<String> = routes().iter().filter(|route| route.is_live()).map(Route::name).collect();
    assert_eq!(live, LIVE.iter().map(|name| (*name).to_owned()).collect(), "the live routes have changed");
    let mut faults = Vec::new();
    let figures = reader_of_figures(&house);
    let everybody = || [&house.nobody, &figures].into_iter().chain(&house.bank).chain(&house.shop);
    for (kind, scopes, thing) in ROOMS {
        let room = if thing.is_empty() { (*kind).to_owned() } else { format!("{kind}:{}", things.of(thing)) };
        for person in everybody() {
            // The tenant in the path is the bank, whoever asks.
            let is_of_the_bank = !house.shop.iter().any(|other| other.name == person.name);
            // A device stands at one site, and a service is heard at all of them.
            let bound = *kind == "service" && person.device().is_some();
            let may = is_of_the_bank && !bound && scopes.iter().any(|scope| person.holds(scope));
            for (door, got) in through_doors(&house, &things, person, BANK, kind, &room) {
                let right = match &got {
                    Ok(()) => may,
                    Err(refused) if person.name == house.nobody.name => !may && refused == "not_signed_in",
                    Err(refused) => !may && (refused == "forbidden" || refused == "not_found"),
                };
                if !right {
                    faults.push(format!("{door} to {room} of the bank answers {got:?} to {}", person.name));
                }
            }
        }
        // With every right at another site, none of what stands here is there.
        for (door, got) in through_doors(&house, &things, &house.elsewhere, BANK, kind, &room) {
            if got != Err("not_found".to_owned()) {
                faults.push(format!("{door} to {room} answers {got:?} to {}", house.elsewhere.name));
            }
        }
        // In their own tenant outsiders have every right, but not to what is the bank's.
        for person in house.shop.iter().filter(|_| !thing.is_empty()) {
            for (door, got) in through_doors(&house, &things, person, SHOP, kind, &room) {
                if !matches!(&got, Err(code) if code == "not_found" || code == "forbidden") {
                    faults.push(format!("{door} to {room} in the shop answers {got:?} to {}", person.name));
                }
            }
        }
    }
    for person in everybody() {
        let may = person.device().is_some();
        let got = code(follow(&house, person, "/api/v1/device/events"));
        if got.is_ok() != may {
            faults.push(format!("the device's stream answers {got:?} to {}", person.name));
        }
    }
    public_paths(&house, &things, &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    customers_hear_numbers_and_nobody(&house, &things);
    tenants_do_not_hear_each_other(&house, &things);
    a_suspended_tenant_is_silent(&house, &things);
}

/// A program of the bank that reads figures, and no tickets.
fn reader_of_figures(house: &House) -> Person {
    let scopes = json!(["stats:read"]);
    let key = json!({ "name": "figures", "scopes": scopes });
    let key = house.admin().make(&house.server, &staff("api-keys"), &key);
    Person::with_token("a reader of figures", key["key"].as_str().expect("a key")).and_scopes(&scopes)
}

fn follow(house: &House, person: &Person, path: &str) -> Result<Stream, Answer> {
    Stream::open(&house.server, path, person.token(&house.server).as_deref(), None)
}

fn code<T>(got: Result<T, Answer>) -> Result<(), String> {
    got.map(drop).map_err(|answer| answer.body["code"].as_str().unwrap_or(&answer.text).to_owned())
}

/// What each door that leads to a room says to somebody: nothing, or the code of the refusal.
fn through_doors(
    house: &House,
    things: &Things,
    person: &Person,
    tenant: &str,
    kind: &str,
    room: &str,
) -> Vec<(&'static str, Result<(), String>)> {
    let events = follow(house, person, &format!("/api/v1/tenants/{tenant}/events?rooms={room}"));
    let mut all = vec![("the event stream", code(events))];
    let socket = match kind {
        "queue" => Some(format!("queues/{}/", things.of("queues"))),
        "agent" => Some(format!("agents/{}/", things.of("users"))),
        _ => None,
    };
    if let Some(socket) = socket {
        let path = format!("/ws/tenants/{tenant}/{socket}");
        let token = person.token(&house.server);
        all.push(("the WebSocket", code(WebSocket::open(&house.server, &path, token.as_deref(), None))));
    }
    if matches!(kind, "service" | "counter" | "global") {
        // A room may be named at once or later.
        let auth =
            |rooms: Value| json!({ "token": person.token(&house.server), "tenant": tenant, "rooms": rooms });
        let mut at_once = open(house, &auth(json!([room])));
        let joined = at_once.until(&["joined"]).1;
        let refused = joined["refused"][0]["code"].as_str().map(str::to_owned);
        all.push(("Socket.IO", refused.map_or(Ok(()), Err)));
        let mut later = open(house, &auth(json!([])));
        all.push(("Socket.IO's join", later.join(room)));
    }
    all
}

fn open(house: &House, auth: &Value) -> SocketIo {
    SocketIo::open(&house.server, "/ws/queues", auth).unwrap_or_else(|refused| panic!("{auth}: {refused}"))
}

/// What is public of the bank is not public of a thing that it does not have.
fn public_paths(house: &House, things: &Things, faults: &mut Vec<String>) {
    let site = things.of("sites");
    let secret = things.of("secrets");
    let (ticket, queue) = (things.of("tickets"), things.of("queues"));
    let public = |rest: &str| format!("/api/v1/public/{rest}/events");
    let paths = [
        (public(&format!("sites/{BANK}/{site}")), true),
        (public(&format!("sites/{SHOP}/{site}")), false),
        (public(&format!("sites/{BANK}/{queue}")), false),
        (public(&format!("tickets/{secret}")), true),
        (public(&format!("appointments/{}", things.of("appointment-secrets"))), true),
        (public(&format!("appointments/{}", things.of("appointments"))), false),
        (public(&format!("appointments/{secret}")), false),
        // The id of a ticket is no secret.
        (public(&format!("tickets/{ticket}")), false),
    ];
    for (path, may) in paths {
        let got = code(follow(house, &house.nobody, &path));
        if got.is_ok() != may || got.as_ref().is_err_and(|code| code != "not_found") {
            faults.push(format!("{path} answers {got:?} to nobody"));
        }
    }
}

/// Whoever may see the lines hears which number stands how: not whose it is, who served it and what was written of them.
/// What concerns its person and staff alone is not heard at all.
fn customers_hear_numbers_and_nobody(house: &House, things: &Things) {
    let admin = house.admin();
    let customer = house.bank.iter().find(|person| person.name == "a customer").expect("a customer");
    let line = format!("queue:{}", things.of("queues"));
    let rooms = [line.clone(), format!("service:{}", things.of("services"))];
    let mut all = Vec::new();
    for room in &rooms {
        let path = format!("/api/v1/tenants/{BANK}/events?rooms={room}");
        all.push(follow(house, customer, &path).unwrap_or_else(|refused| panic!("{room}: {refused:?}")));
    }
    let site = format!("/api/v1/tenants/{BANK}/events?rooms=site:{}", things.of("sites"));
    let mut staffs = follow(house, admin, &site).unwrap_or_else(|refused| panic!("{refused:?}"));
    let mut socket =
        Graphql::open(&house.server, customer.token(&house.server).as_deref()).expect("a welcome");
    let query = "subscription($rooms: [String!]!) { events(rooms: $rooms) { type data } }";
    socket.subscribe("1", query, &json!({ "rooms": [line] }));
    socket.until("a snapshot", super::SEEN, |message| {
        message["payload"]["data"]["events"]["type"] == "snapshot"
    });
    for stream in all.iter_mut().chain([&mut staffs]) {
        stream.until("a snapshot", super::SEEN, |event| event["type"] == "snapshot");
    }

    let whose = things.of("customers");
    let wish = json!({ "queue_id": things.of("queues"), "service_id": things.of("services"),
                       "customer_id": whose });
    let ticket = admin.make(&house.server, &staff("tickets"), &wish);
    let id = ticket["id"].as_str().expect("an id");
    let on = |verb: &str| staff(&format!("tickets/{id}/{verb}"));
    admin.make(&house.server, &on("note"), &json!({ "text": "Waits outside" }));
    admin.make(
        &house.server,
        &on("reprioritise"),
        &json!({ "class": "normal", "reason": "Hard of hearing" }),
    );
    admin.make(&house.server, &on("cancel"), &json!({ "reason": "Hard of hearing" }));

    let told = |event: &Value| -> bool {
        if event["data"]["id"] != id {
            return false;
        }
        let members = event["data"].as_object().expect("members").keys();
        assert_eq!(members.map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(GLIMPSE), "{event}");
        let kind = event["type"].as_str().expect("a kind");
        assert!(matches!(kind, "ticket.issued" | "ticket.cancelled"), "{event}");
        for secret in [whose, "Hard of hearing", "Waits outside"] {
            assert!(!event.to_string().contains(secret), "{secret}: {event}");
        }
        kind == "ticket.cancelled"
    };
    for stream in &mut all {
        stream.until("the end of the ticket", super::SEEN, told);
    }
    socket.until("the end of the ticket", super::SEEN, |message| told(&message["payload"]["data"]["events"]));
    let heard = |event: &Value| event["type"] == "ticket.cancelled" && event["data"]["id"] == id;
    let event = staffs.until("the end of the ticket", super::SEEN, heard);
    assert_eq!(event["data"]["customer_id"], whose, "staff hear all of it: {event}");
    assert!(!event.to_string().contains("Hard of hearing"), "what was written is read by who asks: {event}");
}

/// What happens in the bank is heard in the bank and nowhere else, though both have a room of that name.
fn tenants_do_not_hear_each_other(house: &House, things: &Things) {
    let (bank, shop) = (house.admin(), &house.shop[0]);
    let auth = |person: &Person| json!({ "token": person.token(&house.server) });
    let (mut here, mut there) = (open(house, &auth(bank)), open(house, &auth(shop)));
    // Nobody in particular is in no room, and hears what everybody may.
    let passing = |tenant: &str| open(house, &json!({ "tenant": tenant, "rooms": [] }));
    let (mut passing_here, mut passing_there) = (passing(BANK), passing(SHOP));
    for socket in [&mut here, &mut there, &mut passing_here, &mut passing_there] {
        socket.until(&["joined"]);
    }
    let stream = |person: &Person, tenant: &str| {
        let path = format!("/api/v1/tenants/{tenant}/events?rooms=global");
        follow(house, person, &path).unwrap_or_else(|refused| panic!("{refused:?}"))
    };
    let mut streams = [stream(bank, BANK), stream(shop, SHOP)];
    for stream in &mut streams {
        stream.until("a snapshot", super::SEEN, |event| event["type"] == "snapshot");
    }
    let ours = json!({ "queue_id": things.of("queues") });
    let ours = bank.make(&house.server, &staff("tickets"), &ours);
    let queues = shop.read(&house.server, &format!("/api/v1/tenants/{SHOP}/queues"));
    let theirs = json!({ "queue_id": queues["items"][0]["id"] });
    let theirs = shop.make(&house.server, &format!("/api/v1/tenants/{SHOP}/tickets"), &theirs);
    // The first that each hears is its own: the other's came before it, or has not come at all.
    assert_eq!(here.until(&["token_generated"]).1["token_id"], ours["id"]);
    assert_eq!(there.until(&["token_generated"]).1["token_id"], theirs["id"]);
    for (socket, own) in [(&mut passing_here, &ours), (&mut passing_there, &theirs)] {
        let update = socket.until(&["queue:updated", "token_generated"]).1;
        assert_eq!(update["queueId"], own["queue_id"], "{update}");
        assert!(update["statistics"]["waiting"].as_i64() > Some(0), "{update}");
        let id = own["id"].as_str().expect("an id");
        assert!(!update.to_string().contains(id), "who waits is nobody else's business: {update}");
    }
    for (stream, own) in streams.iter_mut().zip([&ours, &theirs]) {
        let issued = |event: &Value| event["type"] == "ticket.issued";
        assert_eq!(stream.until("a ticket", super::SEEN, issued)["data"]["id"], own["id"]);
    }
}

/// Whoever listens in a tenant that is suspended is let go at every door, and nobody comes back but the operator.
fn a_suspended_tenant_is_silent(house: &House, things: &Things) {
    let (server, admin) = (&house.server, house.admin());
    let token = admin.token(server);
    let board = format!("/api/v1/public/sites/{BANK}/{}/events", things.of("sites"));
    let all = |tenant: &str| format!("/api/v1/tenants/{tenant}/events?rooms=global");
    let (ours, theirs) = (all(BANK), all(SHOP));
    let listen = |person: &Person, path: &str| {
        let mut stream = follow(house, person, path).unwrap_or_else(|refused| panic!("{path}: {refused:?}"));
        stream.until("a snapshot", super::SEEN, |event| event["type"] == "snapshot");
        stream
    };
    let mut gone = [listen(&house.nobody, &board), listen(admin, &ours)];
    let mut stays = listen(&house.shop[0], &theirs);
    let line = format!("/ws/tenants/{BANK}/queues/{}/", things.of("queues"));
    let mut socket = WebSocket::open(server, &line, token.as_deref(), None).expect("staff may follow");
    let mut graph = Graphql::open(server, token.as_deref()).expect("a welcome");

    let change = json!({ "status": "suspended" });
    let answer = house.operator.ask(server, "PUT", &format!("/api/v1/tenants/{BANK}"), Some(&change));
    assert_eq!(answer.status, 200, "{answer:?}");
    let begun = Instant::now();
    let in_time = || assert!(begun.elapsed() < super::SEEN, "a suspended tenant is still heard");
    for stream in &mut gone {
        while stream.next().is_some() {
            in_time();
        }
    }
    while socket.next().is_some() {
        in_time();
    }
    assert_eq!(graph.closed(), Some(4403));

    for (person, path) in [(&house.nobody, &board), (admin, &ours)] {
        let refused = code(follow(house, person, path));
        assert_eq!(refused, Err("tenant_suspended".to_owned()), "{path} to {}", person.name);
    }
    let refused = SocketIo::open(server, "/ws/queues", &json!({ "tenant": BANK })).err();
    assert!(refused.as_ref().is_some_and(|said| said.contains("tenant_suspended")), "{refused:?}");
    listen(&house.operator, &ours);
    stays.until("a sign of life", super::SEEN, |event| event["type"] == "ping");
}
