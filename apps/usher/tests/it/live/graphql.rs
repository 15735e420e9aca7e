//! GraphQL over a WebSocket: `graphql-transport-ws` by hand.

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::WebSocket;
use crate::http::Answer;
use crate::server::Server;

pub(crate) struct Graphql(WebSocket);

impl Graphql {
    /// An open connection on which nothing was said.
    pub(crate) fn knock(node: &Server) -> Result<Self, Answer> {
        let protocol = "Sec-WebSocket-Protocol: graphql-transport-ws\r\n";
        WebSocket::speaking(node, "/graphql", None, protocol).map(Self)
    }

    /// A connection of somebody who said who they are; none where that is refused.
    pub(crate) fn open(node: &Server, token: Option<&str>) -> Option<Self> {
        let mut socket = Self::knock(node).expect("an upgrade");
        let payload = token.map_or(json!({}), |token| json!({ "Authorization": format!("Bearer {token}") }));
        socket.say(&json!({ "type": "connection_init", "payload": payload }));
        (socket.next()?["type"] == "connection_ack").then_some(socket)
    }

    pub(crate) fn say(&mut self, message: &Value) {
        self.0.send(&message.to_string());
    }

    pub(crate) fn subscribe(&mut self, id: &str, query: &str, variables: &Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(&json!({ "type": "subscribe", "id": id, "payload": payload }));
    }

    /// The next message that is no ping; none when the connection was ended.
    pub(crate) fn next(&mut self) -> Option<Value> {
        loop {
            let message = self.0.next()?;
            if message["type"] != "ping" {
                return Some(message);
            }
        }
    }

    /// The code with which the connection was ended.
    pub(crate) fn closed(&mut self) -> Option<u16> {
        while self.0.next().is_some() {}
        self.0.close_code
    }

    pub(crate) fn until(&mut self, what: &str, within: Duration, meant: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let message = self.next().unwrap_or_else(|| panic!("{what}: the connection ended"));
            if meant(&message) {
                return message;
            }
            assert!(begun.elapsed() < within, "{what}: not within {within:?}: {message}");
        }
    }
}

impl WebSocket {
    /// Sends one text.
    fn send(&mut self, text: &str) {
        let body = text.as_bytes();
        let mut frame = vec![0x81];
        match u16::try_from(body.len()).expect("a short text") {
            short @ 0..126 => frame.push(0x80 | u8::try_from(short).expect("it fits")),
            long => {
                frame.push(0x80 | 126);
                frame.extend(long.to_be_bytes());
            }
        }
        // A client has to mask what it says, with whatever mask.
        frame.extend([0; 4]);
        frame.extend(body);
        self.reader.get_mut().write_all(&frame).expect("an open connection");
    }
}
