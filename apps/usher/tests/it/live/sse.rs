//! An event stream, read within limits.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::knock;
use crate::http::Answer;
use crate::server::Server;

pub(crate) struct Stream {
    reader: BufReader<TcpStream>,
    /// Of the body, what no event was made of yet.
    rest: Vec<u8>,
    /// The `id` of the last event: where to go on from.
    pub(crate) cursor: Option<String>,
}

impl Stream {
    /// Follows `path`, from `cursor` on where there is one.
    pub(crate) fn open(
        node: &Server,
        path: &str,
        token: Option<&str>,
        cursor: Option<&str>,
    ) -> Result<Self, Answer> {
        let since = cursor.map_or(String::new(), |cursor| format!("Last-Event-ID: {cursor}\r\n"));
        let headers = format!("Accept: text/event-stream\r\n{since}");
        let reader = knock(node, path, token, &headers, 200)?;
        Ok(Self { reader, rest: Vec::new(), cursor: None })
    }

    /// The next event; none when the server is gone.
    pub(crate) fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.rest.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = self.rest.drain(..end + 2).collect();
                let event = String::from_utf8(event).expect("UTF-8");
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                if let Some(id) = field("id: ") {
                    self.cursor = Some(id.to_owned());
                }
                match field("data: ") {
                    Some(data) => return Some(serde_json::from_str(data).expect("JSON")),
                    None => continue,
                }
            }
            let mut size = String::new();
            if self.reader.read_line(&mut size).ok()? == 0 {
                return None;
            }
            let size = usize::from_str_radix(size.trim(), 16).expect("the size of a chunk");
            let mut chunk = vec![0; size + 2];
            self.reader.read_exact(&mut chunk).ok()?;
            self.rest.extend_from_slice(&chunk[..size]);
            if size == 0 {
                return None;
            }
        }
    }

    /// Reads on until an event is the one that is meant.
    pub(crate) fn until(&mut self, what: &str, within: Duration, meant: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let event = self.next().unwrap_or_else(|| panic!("{what}: the stream ended"));
            if meant(&event) {
                return event;
            }
            assert!(begun.elapsed() < within, "{what}: not within {within:?}");
        }
    }
}
