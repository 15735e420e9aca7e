//! What goes over the wire, encoded once for all who hear it.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use axum::extract::ws::Utf8Bytes;
use bytes::Bytes;
use usher_kernel::Timestamp;

/// The part of every envelope that a room's events share.
#[derive(Debug)]
pub(crate) struct Label {
    /// This run of this node: the first half of every cursor.
    pub(crate) node: Arc<str>,
    /// The room's name on the wire.
    pub(crate) room: String,
}

/// One event as its publisher handed it in.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) name: Cow<'static, str>,
    pub(crate) at: Timestamp,
    /// JSON without line breaks, valid UTF-8: `Hub::publish` sees to both.
    pub(crate) data: Bytes,
}

/// The events that one tick of one room joined, numbered without a gap.
#[derive(Debug)]
pub(crate) struct Frame {
    label: Arc<Label>,
    first: u64,
    events: Vec<Event>,
    ws: OnceLock<Utf8Bytes>,
    sse: OnceLock<Bytes>,
}

impl Frame {
    /// Numbers `events` from `first` on; there is at least one.
    pub(crate) fn new(label: Arc<Label>, first: u64, events: Vec<Event>) -> Self {
        Self { label, first, events, ws: OnceLock::new(), sse: OnceLock::new() }
    }

    /// What its events share.
    pub(crate) fn label(&self) -> &Label {
        &self.label
    }

    /// The number of the last event.
    pub(crate) fn last(&self) -> u64 {
        (self.first + self.events.len() as u64).saturating_sub(1)
    }

    /// How many events it joins.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// The bytes of event data it holds.
    pub(crate) fn bytes(&self) -> usize {
        self.events.iter().map(|event| event.data.len()).sum()
    }

    /// The events after number `cursor`, with their numbers.
    pub(crate) fn after(&self, cursor: u64) -> impl ExactSizeIterator<Item = (u64, &Event)> {
        let skip = usize::try_from((cursor + 1).saturating_sub(self.first)).unwrap_or(usize::MAX);
        self.events.iter().enumerate().skip(skip).map(|(i, event)| (self.first + i as u64, event))
    }
}

/// How frames look behind one kind of door.
pub(crate) trait Wire: Send + Unpin + 'static {
    /// Shared bytes: cloning them copies nothing.
    type Out: Clone + Send + Unpin + 'static;
    /// The door's name in metrics.
    const DOOR: &'static str;
    /// Everything in the frame after `cursor`. A whole frame is encoded once for all clients.
    fn frame(frame: &Frame, cursor: u64) -> Self::Out;
    /// A snapshot; `cursor` is the place from which a client that has it may resume.
    fn snapshot(snapshot: &Snapshot, resync: bool, cursor: Option<u64>) -> Self::Out;
    /// The server's time.
    fn ping(ping: &Ping) -> Self::Out;
}

/// WebSocket text frames: one object, or an array of the joined ones.
pub(crate) enum WsWire {}

impl Wire for WsWire {
    type Out = Utf8Bytes;
    const DOOR: &'static str = "websocket";

    fn frame(frame: &Frame, cursor: u64) -> Utf8Bytes {
        if cursor < frame.first {
            return frame.ws.get_or_init(|| ws_text(frame, cursor).into()).clone();
        }
        ws_text(frame, cursor).into()
    }

    fn snapshot(snapshot: &Snapshot, resync: bool, cursor: Option<u64>) -> Utf8Bytes {
        let encode = || snapshot.envelope(resync, cursor).into();
        if cursor != Some(snapshot.cursor) {
            return encode();
        }
        let form = if resync { &snapshot.ws_resync } else { &snapshot.ws };
        form.get_or_init(encode).clone()
    }

    fn ping(ping: &Ping) -> Utf8Bytes {
        ping.ws.get_or_init(|| ping.envelope().into()).clone()
    }
}

fn ws_text(frame: &Frame, cursor: u64) -> String {
    let events = frame.after(cursor);
    let joined = events.len() > 1;
    let mut text = String::with_capacity(frame.bytes() + 160 * events.len() + 2);
    for (i, (number, event)) in events.enumerate() {
        match (joined, i) {
            (true, 0) => text.push('['),
            (true, _) => text.push(','),
            (false, _) => {}
        }
        write_event(&mut text, &frame.label, number, event);
    }
    if joined {
        text.push(']');
    }
    text
}

/// Server-Sent Events: one `data` event each, joined ones in one chunk.
pub(crate) enum SseWire {}

impl Wire for SseWire {
    type Out = Bytes;
    const DOOR: &'static str = "sse";

    fn frame(frame: &Frame, cursor: u64) -> Bytes {
        if cursor < frame.first {
            return frame.sse.get_or_init(|| sse_text(frame, cursor).into()).clone();
        }
        sse_text(frame, cursor).into()
    }

    fn snapshot(snapshot: &Snapshot, resync: bool, cursor: Option<u64>) -> Bytes {
        let encode = || {
            let mut text = String::with_capacity(snapshot.data.len() + 256);
            if let Some(cursor) = cursor {
                write_id_line(&mut text, &snapshot.label.node, cursor);
            }
            text.push_str("data: ");
            text.push_str(&snapshot.envelope(resync, cursor));
            text.push_str("\n\n");
            text.into()
        };
        if cursor != Some(snapshot.cursor) {
            return encode();
        }
        let form = if resync { &snapshot.sse_resync } else { &snapshot.sse };
        form.get_or_init(encode).clone()
    }

    fn ping(ping: &Ping) -> Bytes {
        ping.sse
            .get_or_init(|| {
                let mut text = String::new();
                write_id_line(&mut text, &ping.node, ping.cursor);
                text.push_str("data: ");
                text.push_str(&ping.envelope());
                text.push_str("\n\n");
                text.into()
            })
            .clone()
    }
}

fn sse_text(frame: &Frame, cursor: u64) -> String {
    let events = frame.after(cursor);
    let mut text = String::with_capacity(frame.bytes() + 200 * events.len());
    for (number, event) in events {
        write_id_line(&mut text, &frame.label.node, number);
        text.push_str("data: ");
        write_event(&mut text, &frame.label, number, event);
        text.push_str("\n\n");
    }
    text
}

/// The whole state of a room, as its source told it.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) label: Arc<Label>,
    /// Every event up to this number was sealed before the source was asked.
    pub(crate) cursor: u64,
    pub(crate) at: Timestamp,
    /// JSON without line breaks.
    pub(crate) data: Bytes,
    ws: OnceLock<Utf8Bytes>,
    ws_resync: OnceLock<Utf8Bytes>,
    sse: OnceLock<Bytes>,
    sse_resync: OnceLock<Bytes>,
}

impl Snapshot {
    pub(crate) fn new(label: Arc<Label>, cursor: u64, at: Timestamp, data: Bytes) -> Self {
        let (ws, ws_resync) = (OnceLock::new(), OnceLock::new());
        Self { label, cursor, at, data, ws, ws_resync, sse: OnceLock::new(), sse_resync: OnceLock::new() }
    }

    /// Without an id where the client cannot resume from here: it still lacks another room's snapshot.
    fn envelope(&self, resync: bool, cursor: Option<u64>) -> String {
        let mut text = String::with_capacity(self.data.len() + 192);
        text.push('{');
        if let Some(cursor) = cursor {
            text.push_str("\"id\":\"");
            write_cursor(&mut text, &self.label.node, cursor);
            text.push_str("\",");
        }
        text.push_str("\"room\":\"");
        text.push_str(&self.label.room);
        text.push_str("\",\"type\":\"snapshot\",\"at\":\"");
        write_at(&mut text, self.at);
        text.push_str(if resync { "\",\"resync\":true,\"data\":" } else { "\",\"data\":" });
        text.push_str(&String::from_utf8_lossy(&self.data));
        text.push('}');
        text
    }
}

/// The server's time, and the cursor up to which whoever reads it has heard everything.
#[derive(Debug)]
pub(crate) struct Ping {
    node: Arc<str>,
    cursor: u64,
    at: Timestamp,
    ws: OnceLock<Utf8Bytes>,
    sse: OnceLock<Bytes>,
}

impl Ping {
    pub(crate) fn new(node: Arc<str>, cursor: u64, at: Timestamp) -> Self {
        Self { node, cursor, at, ws: OnceLock::new(), sse: OnceLock::new() }
    }

    /// The number up to which its reader has heard everything.
    pub(crate) fn cursor(&self) -> u64 {
        self.cursor
    }

    fn envelope(&self) -> String {
        let mut text = String::with_capacity(96);
        text.push_str("{\"id\":\"");
        write_cursor(&mut text, &self.node, self.cursor);
        text.push_str("\",\"type\":\"ping\",\"at\":\"");
        write_at(&mut text, self.at);
        text.push_str("\"}");
        text
    }
}

fn write_event(text: &mut String, label: &Label, number: u64, event: &Event) {
    text.push_str("{\"id\":\"");
    write_cursor(text, &label.node, number);
    text.push_str("\",\"room\":\"");
    text.push_str(&label.room);
    text.push_str("\",\"type\":");
    write_json_text(text, &event.name);
    text.push_str(",\"at\":\"");
    write_at(text, event.at);
    text.push_str("\",\"data\":");
    text.push_str(&String::from_utf8_lossy(&event.data));
    text.push('}');
}

fn write_id_line(text: &mut String, node: &str, number: u64) {
    text.push_str("id: ");
    write_cursor(text, node, number);
    text.push('\n');
}

/// Writes a cursor, `{node}.{n}`.
pub(crate) fn write_cursor(text: &mut String, node: &str, number: u64) {
    text.push_str(node);
    text.push('.');
    // Writing to a String cannot fail.
    let _ = write!(text, "{number}");
}

fn write_at(text: &mut String, at: Timestamp) {
    let _ = write!(text, "{at}");
}

fn write_json_text(text: &mut String, value: &str) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => {
                text.push('\\');
                text.push(c);
            }
            c if c.is_control() => {
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
}

/// JSON that fits on one line of an event stream; nothing when it is not UTF-8.
///
/// In JSON a line break can only stand between tokens, so a space says the same.
pub(crate) fn one_line(data: Bytes) -> Option<Bytes> {
    if std::str::from_utf8(&data).is_err() {
        return None;
    }
    if !data.iter().any(|b| matches!(b, b'\n' | b'\r')) {
        return Some(data);
    }
    Some(data.iter().map(|&b| if matches!(b, b'\n' | b'\r') { b' ' } else { b }).collect())
}
