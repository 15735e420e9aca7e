//! A Socket.IO client on polling.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::Conn;
use crate::server::Server;

/// Separates packets in a polling answer.
const NEXT: char = '\u{1e}';
/// What an acknowledgement is called among the events.
const ANSWER: &str = "(answer)";
/// How long an answer may take that has to come.
const WITHIN: Duration = Duration::from_secs(10);

pub(crate) struct SocketIo {
    conn: Conn,
    session: String,
    /// The namespace as packets carry it.
    namespace: String,
    /// Events that came and that nobody has asked for yet.
    heard: VecDeque<(String, Value)>,
}

impl SocketIo {
    /// Connects to a namespace; an error is the server's own word.
    pub(crate) fn open(node: &Server, namespace: &str, auth: &Value) -> Result<Self, String> {
        let mut client = Self {
            conn: Conn::new(&node.addr, None),
            session: String::new(),
            namespace: if namespace == "/" { String::new() } else { format!("{namespace},") },
            heard: VecDeque::new(),
        };
        let opened = client.poll();
        let open: Value = serde_json::from_str(opened[0].trim_start_matches('0')).expect("an open packet");
        client.session = format!("&sid={}", open["sid"].as_str().expect("a session"));
        client.send("40", &auth.to_string());
        loop {
            let packets = client.poll();
            if let Some(refused) = packets.iter().find_map(|packet| packet.strip_prefix("44")) {
                return Err(refused.to_owned());
            }
            let let_in = packets.iter().any(|packet| packet.starts_with("40"));
            packets.iter().for_each(|packet| client.hear(packet));
            if let_in {
                return Ok(client);
            }
        }
    }

    fn say(&mut self, method: &str, text: &str) -> String {
        let path = format!("/socket.io/?EIO=4&transport=polling{}", self.session);
        let answer = self.conn.say(method, &path, text, None).expect("the server answers");
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.text
    }

    fn send(&mut self, kind: &str, rest: &str) {
        let packet = format!("{kind}{}{rest}", self.namespace);
        self.say("POST", &packet);
    }

    /// The packets that wait for this client; there is always one in time, if only a ping.
    fn poll(&mut self) -> Vec<String> {
        self.say("GET", "").split(NEXT).map(str::to_owned).collect()
    }

    fn hear(&mut self, packet: &str) {
        if packet == "2" {
            self.say("POST", "3");
        }
        let namespace = self.namespace.as_str();
        let of = |kind: &str| packet.strip_prefix(kind).and_then(|rest| rest.strip_prefix(namespace));
        let list = |text: &str| serde_json::from_str::<Vec<Value>>(text).expect("a list");
        if let Some(event) = of("42") {
            let mut event = list(event).into_iter();
            let name = event.next().expect("a name").as_str().expect("a text").to_owned();
            self.heard.push_back((name, event.next().unwrap_or(Value::Null)));
        } else if let Some(answer) = of("43") {
            let answer = list(answer.trim_start_matches(|digit: char| digit.is_ascii_digit()));
            self.heard.push_back((ANSWER.to_owned(), answer.into_iter().next().unwrap_or(Value::Null)));
        }
    }

    /// The next event with one of these names; what came before it is forgotten.
    pub(crate) fn until(&mut self, names: &[&str]) -> (String, Value) {
        let begun = Instant::now();
        loop {
            while let Some(event) = self.heard.pop_front() {
                if names.contains(&event.0.as_str()) {
                    return event;
                }
            }
            assert!(begun.elapsed() < WITHIN, "{names:?}: not within {WITHIN:?}");
            let packets = self.poll();
            packets.iter().for_each(|packet| self.hear(packet));
        }
    }

    /// Asks to be let into a room besides those of the connection; an error is the code of the refusal.
    pub(crate) fn join(&mut self, room: &str) -> Result<(), String> {
        self.send("42", &format!("1{}", json!(["join", room])));
        let (_, answer) = self.until(&[ANSWER]);
        match answer["refused"][0]["code"].as_str() {
            Some(code) => Err(code.to_owned()),
            None => {
                assert_eq!(answer["joined"], json!([room]), "{answer}");
                Ok(())
            }
        }
    }
}
