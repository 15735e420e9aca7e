//! The Socket.IO door as a client meets it that polls, and sometimes does not. What the real client makes
//! of it is tried by `e2e/clients/doors.mjs`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::{Extension, Router};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};
use tower::ServiceExt;
use usher_http::{Api, HttpConfig, Rate, Rates};
use usher_kernel::{Clock, Ctx, Fault};
use usher_realtime::{Hub, HubConfig, OpenGate, Room, RoomGate, SocketIoDoor, SocketRoom};
use usher_testkit::until;
use uuid::Uuid;

use crate::house::{FIRST, Gate, QUEUE, SECOND, Stream, ctx, hub, user};
use crate::routes::Directory;

/// A client on polling.
pub(crate) struct Client {
    router: Router,
    session: String,
    headers: Vec<(&'static str, &'static str)>,
}

/// Separates packets in a polling answer.
const NEXT: char = '\u{1e}';

impl Client {
    pub(crate) async fn connect(router: &Router, auth: Value) -> Self {
        Self::connect_from(router, auth, &[]).await
    }

    /// The same with headers of whatever stands between.
    async fn connect_from(router: &Router, auth: Value, headers: &[(&'static str, &'static str)]) -> Self {
        let mut client = Self { router: router.clone(), session: String::new(), headers: headers.to_vec() };
        let opened = client.poll().await;
        let open: Value = serde_json::from_str(opened[0].trim_start_matches('0')).expect("an open packet");
        client.session = format!("&sid={}", open["sid"].as_str().expect("a session"));
        client.send(format!("40/ws/queues,{auth}")).await;
        client
    }

    async fn request(&self, request: axum::http::request::Builder, body: String) -> String {
        let uri = format!("/socket.io/?EIO=4&transport=polling{}", self.session);
        let request = self.headers.iter().fold(request, |all, (name, value)| all.header(*name, *value));
        let request = request.uri(uri).body(Body::from(body)).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    }

    async fn send(&self, packet: String) {
        self.request(Request::builder().method("POST"), packet).await;
    }

    /// The packets that wait; the client is silent before and after.
    async fn poll(&self) -> Vec<String> {
        let polled = self.request(Request::builder(), String::new());
        let text = tokio::time::timeout(Duration::from_secs(3), polled).await.expect("something waits");
        text.split(NEXT).map(str::to_owned).collect()
    }

    /// The next events: their names, payloads and cursors.
    async fn events(&self) -> Vec<(String, Value, String)> {
        let packets = self.poll().await;
        let events = packets.iter().filter_map(|packet| packet.strip_prefix("42/ws/queues,"));
        events
            .map(|event| {
                let event: (String, Value, String) = serde_json::from_str(event).expect("name, payload, id");
                event
            })
            .collect()
    }

    /// Polls until an event of this name came, and returns all that came.
    pub(crate) async fn until(&self, name: &str) -> Vec<(String, Value, String)> {
        let mut heard = Vec::new();
        while !heard.iter().any(|(n, _, _)| n == name) {
            heard.extend(self.events().await);
        }
        heard
    }
}

fn open() -> (Hub, SocketIoDoor, Router) {
    open_as(HubConfig::default())
}

pub(crate) fn open_as(config: HubConfig) -> (Hub, SocketIoDoor, Router) {
    let (hub, _) = hub(config);
    hub.register("global", Arc::new(OpenGate), None);
    hub.register("counter", Arc::new(Gate), None);
    let door = SocketIoDoor::open(&hub, Arc::new(Directory), Arc::new(Directory));
    let router = Router::new().layer(door.layer());
    (hub, door, router)
}

fn called(hub: &Hub, n: u64) {
    let data = Bytes::from(format!("{{\"n\":{n}}}"));
    hub.emit(FIRST, &[SocketRoom::Global], "token_called", data);
}

fn numbers(heard: &[(String, Value, String)]) -> Vec<u64> {
    let calls = heard.iter().filter(|(name, _, _)| name == "token_called");
    calls.map(|(_, payload, _)| payload["n"].as_u64().expect("a number")).collect()
}

#[tokio::test]
async fn since_brings_what_was_missed_and_no_more() {
    let (hub, door, router) = open();
    let first = Client::connect(&router, json!({})).await;
    first.until("joined").await;
    called(&hub, 1);
    let heard = first.until("token_called").await;
    let since = heard.last().expect("an event").2.clone();
    first.send("41/ws/queues,".to_owned()).await;
    for n in 2..=9 {
        called(&hub, n);
    }
    let again = Client::connect(&router, json!({ "since": since })).await;
    let heard = again.until("joined").await;
    assert_eq!(numbers(&heard), (2..=9).collect::<Vec<_>>());
    assert_eq!(door.connected(), 1);
}

#[tokio::test]
async fn changes_of_queues_are_joined_and_the_latest_value_counts() {
    let (hub, _door, router) = open();
    let client = Client::connect(&router, json!({})).await;
    client.until("joined").await;
    let queue = Uuid::from_u128(5);
    for waiting in 0..20 {
        let delta = Map::from_iter([("waiting".to_owned(), json!(waiting))]);
        hub.emit_queue_update(FIRST, &[SocketRoom::Global], queue, delta);
    }
    let mut packets = 0;
    loop {
        let heard = client.until("queue_update").await;
        packets += heard.len();
        let (_, payload, _) = heard.last().expect("an event");
        assert_eq!(payload["deltas"][0]["queue_id"], json!(queue));
        if payload["deltas"][0]["waiting"] == 19 {
            break;
        }
    }
    assert!(packets <= 2, "{packets} packets for one tick");
}

#[tokio::test]
async fn gates_and_tenants_hold_here_too() {
    let (hub, _door, router) = open();
    let counter = SocketRoom::Counter(Uuid::from_u128(6));
    let nobody = Client::connect(&router, json!({ "rooms": [counter.to_string(), "kitchen"] })).await;
    let heard = nobody.until("joined").await;
    assert_eq!(heard[0].1["refused"][0]["code"], "not_signed_in");
    assert_eq!(heard[0].1["refused"][1]["code"], "unknown_room");
    let staff = Client::connect(&router, json!({ "token": "staff", "rooms": counter.to_string() })).await;
    assert_eq!(staff.until("joined").await[0].1["joined"][0], counter.to_string());
    let theirs = Client::connect(&router, json!({ "tenant": "second" })).await;
    theirs.until("joined").await;
    hub.emit(FIRST, &[SocketRoom::Global, counter], "token_called", Bytes::from_static(b"{\"n\":1}"));
    hub.emit(SECOND, &[SocketRoom::Global], "token_called", Bytes::from_static(b"{\"n\":2}"));
    assert_eq!(numbers(&staff.until("token_called").await), [1]);
    assert_eq!(numbers(&theirs.until("token_called").await), [2]);
}

/// What is for everybody reaches those who are in no room at all, as what is public of it, in their tenant alone, and
/// again after they were away.
#[tokio::test]
async fn what_is_for_everybody_is_public_to_those_without_a_room() {
    let (hub, _door, router) = open();
    hub.register("global", Arc::new(Gate), None);
    let staff = Client::connect(&router, json!({ "token": "staff" })).await;
    let nobody = Client::connect(&router, json!({})).await;
    let elsewhere = Client::connect(&router, json!({ "tenant": "second" })).await;
    for client in [&staff, &nobody, &elsewhere] {
        client.until("joined").await;
    }
    let tell = |tenant, n: u64, public: Option<u64>| {
        let data = Bytes::from(format!("{{\"n\":{n}}}"));
        let others = public.map(|n| Bytes::from(format!("{{\"n\":{n}}}")));
        hub.emit_everywhere(tenant, &[SocketRoom::Global], "token_called", data, others);
    };
    tell(FIRST, 1, Some(100));
    tell(FIRST, 2, None);
    tell(SECOND, 3, Some(300));
    tell(FIRST, 4, Some(400));
    let hear = async |client: &Client, last: u64| {
        let mut heard = Vec::new();
        while numbers(&heard).last() != Some(&last) {
            heard.extend(client.until("token_called").await);
        }
        heard
    };
    assert_eq!(numbers(&hear(&staff, 4).await), [1, 2, 4]);
    assert_eq!(numbers(&hear(&elsewhere, 300).await), [300]);
    let heard = hear(&nobody, 400).await;
    assert_eq!(numbers(&heard), [100, 400], "nothing of what is not public");
    let calls: Vec<_> = heard.iter().filter(|(name, _, _)| name == "token_called").collect();
    let again = Client::connect(&router, json!({ "since": calls[0].2 })).await;
    assert_eq!(numbers(&hear(&again, 400).await), [400]);
}

#[tokio::test]
async fn what_cannot_be_joined_is_said_with_its_reason() {
    let (hub, _door, router) = open();
    hub.register("global", Arc::new(Gate), None);
    // Who names no room asks for everything, and hears why it is not to be had.
    let nobody = Client::connect(&router, json!({})).await;
    let heard = nobody.until("joined").await;
    assert_eq!(heard[0].1["joined"], json!([]));
    assert_eq!(heard[0].1["refused"][0]["room"], "global");
    assert_eq!(heard[0].1["refused"][0]["code"], "not_signed_in");
    for (number, wrong) in [json!(["join", 123]), json!(["join", {}]), json!(["join"])].iter().enumerate() {
        nobody.send(format!("42/ws/queues,{number}{wrong}")).await;
        let start = format!("43/ws/queues,{number}[");
        let answer = loop {
            if let Some(answer) = nobody.poll().await.into_iter().find(|packet| packet.starts_with(&start)) {
                break answer;
            }
        };
        assert!(answer.contains("\"joined\":[]") && answer.contains("invalid_rooms"), "{wrong}: {answer}");
    }
}

/// A gate that takes its time.
struct Slow;

impl RoomGate for Slow {
    fn may_join<'a>(&'a self, _: &'a Ctx, _: &'a Room) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(())
        })
    }
}

/// A client asks for rooms in the moment in which it hears that it is connected, though the server still thinks
/// about those that it named before.
#[tokio::test]
async fn what_is_asked_at_once_is_heard() {
    let (hub, _door, router) = open();
    hub.register("service", Arc::new(Slow), None);
    let named = SocketRoom::Service(Uuid::from_u128(7)).to_string();
    let client = Client::connect(&router, json!({ "rooms": named })).await;
    while !client.poll().await.iter().any(|packet| packet.starts_with("40/ws/queues")) {}
    client.send(format!("42/ws/queues,7{}", json!(["join", "global"]))).await;
    let mut packets: Vec<String> = Vec::new();
    let place = |packets: &[String], start: &str| packets.iter().position(|packet| packet.starts_with(start));
    while place(&packets, "43/ws/queues,7").is_none() {
        packets.extend(client.poll().await);
    }
    let answer = place(&packets, "43/ws/queues,7[{\"joined\":[\"global\"]");
    let welcome = place(&packets, "42/ws/queues,[\"joined\",{\"joined\":[\"service:");
    assert!(welcome.is_some() && welcome < answer, "{packets:?}");
    called(&hub, 1);
    assert_eq!(numbers(&client.until("token_called").await), [1]);
}

#[tokio::test]
async fn a_bad_token_does_not_come_in() {
    let (_hub, _door, router) = open();
    let client = Client::connect(&router, json!({ "token": "wrong" })).await;
    let refused = client.poll().await;
    assert!(refused[0].starts_with("44/ws/queues,") && refused[0].contains("unknown_token"), "{refused:?}");
}

/// Sockets have a share in the places of the node, as event streams and WebSockets have in theirs.
#[tokio::test]
async fn sockets_and_streams_share_the_places_of_the_node() {
    let (hub, door, router) = open_as(HubConfig { max_listeners: 1, ..HubConfig::default() });
    let first = Client::connect(&router, json!({})).await;
    first.until("joined").await;
    let full = hub.admit(&ctx(FIRST, user()), vec![QUEUE]).await.expect_err("one is enough");
    assert_eq!(full.code(), "too_many_listeners");
    let refused = Client::connect(&router, json!({})).await.poll().await;
    assert!(refused[0].starts_with("44/ws/queues,"), "{refused:?}");
    assert!(refused[0].contains("too_many_listeners"), "{refused:?}");

    first.send("41/ws/queues,".to_owned()).await;
    until("the place is free", async || door.connected() == 0).await;
    let mut stream = Stream::open(&hub, &[QUEUE], None).await;
    stream.one().await;
    let refused = Client::connect(&router, json!({})).await.poll().await;
    assert!(refused[0].contains("too_many_listeners"), "{refused:?}");
    drop(stream);
    Client::connect(&router, json!({})).await.until("joined").await;
}

/// Behind the gate of the routes its rules hold here: the hosts that are answered, the address that a proxy tells, the
/// rate of whoever comes, and that guessing costs.
#[tokio::test]
async fn the_gate_of_the_routes_stands_before_this_door() {
    let (_hub, door, router) = open();
    let one = Rate::per_minute(1);
    let config = HttpConfig {
        allowed_hosts: vec!["bank.example".to_owned()],
        trusted_proxies: vec!["10.0.0.0/8".parse().expect("a network")],
        rates: Rates { anonymous: one, staff: Rate::per_minute(2), ..Rates::unlimited() },
        ..HttpConfig::default()
    };
    let (clock, _) = Clock::manual("2026-03-04T10:00:00Z".parse().expect("a time"));
    let api = Api::builder(config, Arc::new(Directory), Arc::new(Directory), clock).build();
    door.behind(&api.expect("no routes fit together"));
    let proxy: SocketAddr = "10.0.0.1:4000".parse().expect("an address");
    let router = router.layer(Extension(ConnectInfo(proxy)));
    let first = async |auth: Value, host: &'static str, address: &'static str| {
        let headers = [("host", host), ("x-forwarded-for", address)];
        Client::connect_from(&router, auth, &headers).await.poll().await.concat()
    };
    let (nobody, staff, wrong) = (json!({}), json!({ "token": "staff" }), json!({ "token": "wrong" }));
    let refused = first(nobody.clone(), "evil.example", "192.0.2.1").await;
    assert!(refused.contains("unknown_host"), "{refused}");
    for address in ["192.0.2.1", "192.0.2.2"] {
        let welcome = first(nobody.clone(), "bank.example", address).await;
        assert!(welcome.starts_with("40/ws/queues"), "{address}: {welcome}");
        let refused = first(nobody.clone(), "bank.example", address).await;
        assert!(refused.contains("rate_limited"), "{address}: {refused}");
    }
    // Staff have a rate of their own, wherever they come from.
    for address in ["192.0.2.1", "192.0.2.3"] {
        let welcome = first(staff.clone(), "bank.example", address).await;
        assert!(welcome.starts_with("40/ws/queues"), "{address}: {welcome}");
    }
    let refused = first(staff, "bank.example", "192.0.2.4").await;
    assert!(refused.contains("rate_limited"), "{refused}");
    for code in ["unknown_token", "rate_limited"] {
        let refused = first(wrong.clone(), "bank.example", "192.0.2.5").await;
        assert!(refused.contains(code), "{code}: {refused}");
    }
}

#[tokio::test]
async fn a_greeting_that_is_not_one_does_not_come_in() {
    let (_hub, _door, router) = open();
    for auth in [json!({ "token": 7 }), json!({ "rooms": 5 }), json!({ "since": { "id": 1 } })] {
        let client = Client::connect(&router, auth.clone()).await;
        let refused = client.poll().await;
        let said = &refused[0];
        assert!(said.starts_with("44/ws/queues,") && said.contains("invalid_auth"), "{auth}: {refused:?}");
    }
}
