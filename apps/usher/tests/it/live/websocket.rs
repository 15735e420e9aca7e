//! A WebSocket that listens.

use std::collections::VecDeque;
use std::io::{BufReader, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::knock;
use crate::http::Answer;
use crate::server::Server;

/// What the protocol asks of a client's opening, and any sixteen bytes.
const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n";

pub(crate) struct WebSocket {
    pub(super) reader: BufReader<TcpStream>,
    /// Frames that came together with an earlier one.
    waiting: VecDeque<Value>,
    /// The `id` of the last frame: where to go on from.
    pub(crate) cursor: Option<String>,
    /// With which code the other side ended it.
    pub(super) close_code: Option<u16>,
}

impl WebSocket {
    /// Follows `path`, from `cursor` on where there is one.
    pub(crate) fn open(
        node: &Server,
        path: &str,
        token: Option<&str>,
        cursor: Option<&str>,
    ) -> Result<Self, Answer> {
        let path = cursor.map_or(path.to_owned(), |cursor| format!("{path}?since={cursor}"));
        Self::speaking(node, &path, token, "")
    }

    /// The same with further header lines.
    pub(super) fn speaking(
        node: &Server,
        path: &str,
        token: Option<&str>,
        headers: &str,
    ) -> Result<Self, Answer> {
        let reader = knock(node, path, token, &format!("{UPGRADE}{headers}"), 101)?;
        Ok(Self { reader, waiting: VecDeque::new(), cursor: None, close_code: None })
    }

    /// The next frame; none when the server is gone.
    pub(crate) fn next(&mut self) -> Option<Value> {
        while self.waiting.is_empty() {
            let text = self.message()?;
            match serde_json::from_slice(&text).expect("JSON") {
                Value::Array(frames) => self.waiting.extend(frames),
                frame => self.waiting.push_back(frame),
            }
        }
        let frame = self.waiting.pop_front()?;
        if let Some(id) = frame["id"].as_str() {
            self.cursor = Some(id.to_owned());
        }
        Some(frame)
    }

    /// The next text; pings need no answer for as long as a test takes.
    fn message(&mut self) -> Option<Vec<u8>> {
        loop {
            let mut head = [0; 2];
            self.reader.read_exact(&mut head).ok()?;
            assert_eq!(head[0] & 0x80, 0x80, "a message in pieces");
            let length = match head[1] {
                126 => {
                    let mut long = [0; 2];
                    self.reader.read_exact(&mut long).ok()?;
                    u64::from(u16::from_be_bytes(long))
                }
                127 => {
                    let mut long = [0; 8];
                    self.reader.read_exact(&mut long).ok()?;
                    u64::from_be_bytes(long)
                }
                short => u64::from(short),
            };
            let mut body = vec![0; usize::try_from(length).expect("it fits")];
            self.reader.read_exact(&mut body).ok()?;
            match head[0] & 0x0F {
                1 => return Some(body),
                8 => {
                    self.close_code = body.first_chunk().map(|code| u16::from_be_bytes(*code));
                    return None;
                }
                _ => {}
            }
        }
    }

    /// Reads on until a frame is the one that is meant.
    pub(crate) fn until(&mut self, what: &str, within: Duration, meant: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let frame = self.next().unwrap_or_else(|| panic!("{what}: the socket ended"));
            if meant(&frame) {
                return frame;
            }
            assert!(begun.elapsed() < within, "{what}: not within {within:?}");
        }
    }
}
