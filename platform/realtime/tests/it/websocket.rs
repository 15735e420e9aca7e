//! The WebSocket door, over a real connection.

use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use usher_realtime::{Hub, HubConfig, door};
use usher_testkit::until;

use crate::house::{FIRST, QUEUE, ctx, hub, say, user};

async fn enter(
    State(hub): State<Hub>,
    Query(query): Query<std::collections::HashMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let since = hub.since(query.get("since").map(String::as_str));
    let admitted = hub.admit(&ctx(FIRST, user()), vec![QUEUE]).await.expect("the gate is open");
    door::websocket(upgrade, admitted, since)
}

/// A client that knows as much of RFC 6455 as is needed to listen.
struct Client(TcpStream);

impl Client {
    async fn connect(address: std::net::SocketAddr, query: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let head = format!(
            "GET /ws{query} HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("it takes the head");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.expect("an answer"));
        }
        assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
        Self(stream)
    }

    /// The next frame: its opcode and payload.
    async fn frame(&mut self) -> (u8, Vec<u8>) {
        let read = async {
            let opcode = self.0.read_u8().await? & 15;
            let length = match self.0.read_u8().await? {
                126 => usize::from(self.0.read_u16().await?),
                length => usize::from(length),
            };
            let mut payload = vec![0; length];
            self.0.read_exact(&mut payload).await?;
            Ok::<_, std::io::Error>((opcode, payload))
        };
        tokio::time::timeout(Duration::from_secs(5), read).await.expect("in time").expect("a frame")
    }

    async fn json(&mut self) -> Value {
        let (opcode, payload) = self.frame().await;
        assert_eq!(opcode, 1);
        serde_json::from_slice(&payload).expect("JSON")
    }
}

async fn serve() -> (Hub, std::net::SocketAddr) {
    let (hub, _) = hub(HubConfig { tick: Duration::from_millis(60), ..HubConfig::default() });
    let routes = axum::Router::new().route("/ws", get(enter)).with_state(hub.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (hub, address)
}

#[tokio::test]
async fn one_object_alone_and_an_array_when_joined() {
    let (hub, address) = serve().await;
    let mut client = Client::connect(address, "").await;
    assert_eq!(client.json().await["type"], "snapshot");
    for n in 1..=4 {
        say(&hub, &QUEUE, n);
        if n == 1 {
            assert_eq!(client.json().await["data"]["n"], 1);
        }
    }
    let joined = client.json().await;
    assert_eq!(joined.as_array().map(Vec::len), Some(3), "{joined}");
}

#[tokio::test]
async fn since_resumes() {
    let (hub, address) = serve().await;
    let mut client = Client::connect(address, "").await;
    client.json().await;
    say(&hub, &QUEUE, 1);
    let id = client.json().await["id"].as_str().expect("an id").to_owned();
    drop(client);
    say(&hub, &QUEUE, 2);
    let mut again = Client::connect(address, &format!("?since={id}")).await;
    assert_eq!(again.json().await["data"]["n"], 2);
}

#[tokio::test]
async fn a_revoked_session_is_closed_with_its_own_code() {
    let (hub, address) = serve().await;
    let mut client = Client::connect(address, "").await;
    client.json().await;
    hub.revoke_user(crate::house::USER);
    let (opcode, payload) = client.frame().await;
    assert_eq!((opcode, payload.get(..2)), (8, Some(&4401u16.to_be_bytes()[..])));
}

#[tokio::test]
async fn whoever_leaves_gives_the_place_back() {
    let (hub, address) = serve().await;
    let clients = [Client::connect(address, "").await, Client::connect(address, "").await];
    until("both listen", async || hub.listeners() == 2).await;
    drop(clients);
    until("nobody listens", async || hub.listeners() == 0).await;
}
