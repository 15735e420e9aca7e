//! Many listeners at once, for measurements: how far behind they are, and when the last of them has an event.
//!
//! `listeners PORT KIND PATH COUNT [TOKEN]` opens COUNT connections (`sse` or `ws`) to PATH of a server on this machine
//! and prints `connected` once each has been let in. Then it obeys its standard input:
//!
//! - a line such as `{"post": "/path", "body": "{}", "token": "…", "hears": "announcement", "times": 30, "skip": 3,
//!   "pause_ms": 500}` sends the request so often, again once everybody has heard the event of that type, and prints the
//!   median time in which the last one had it, and how many bytes it has;
//! - the end of the input ends it: it prints what each listener of an event stream heard, and how old it was then.
//!
//! An event stream is read to its end and event by event; of each event only its type is looked at, and the age only of
//! the first event of each read, which is the oldest. More would cost more than sending it.

#![expect(clippy::print_stdout, reason = "it is what this program is for")]

use std::cell::RefCell;
use std::error::Error;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, Instant};

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use usher_kernel::{Clock, Timestamp};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How many connections may wait for their first answer at once.
const AT_ONCE: usize = 256;
/// How long connecting, or one event to everybody, may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at whether everybody has heard; when they heard is taken down as it happens.
const LOOK: Duration = Duration::from_micros(500);
/// What stands before the type in an event's envelope.
const TYPE: &[u8] = b"\"type\":\"";

/// An event that is published by a request.
#[derive(Deserialize)]
struct Publish {
    post: String,
    body: String,
    token: Option<String>,
    /// The type of the event that everybody hears for it.
    hears: String,
    times: usize,
    /// How many of the times come before and do not count.
    skip: usize,
    pause_ms: u64,
}

/// What one listener heard.
#[derive(Clone, Default)]
struct Ear {
    calls: u64,
    /// How often it was told that it had missed something.
    resyncs: u64,
    /// The greatest age, in milliseconds, of an event when it was read.
    worst_ms: i64,
}

/// All listeners.
struct Crowd {
    clock: Clock,
    types: Finder<'static>,
    ears: Vec<Ear>,
    ready: usize,
    gone: usize,
    /// The type of the event that is waited for, and how many have heard it since it was asked for.
    hears: Vec<u8>,
    heard: usize,
    last: Instant,
    /// How many bytes that event had.
    size: usize,
    /// How old the first event of each read was, in milliseconds.
    behind: Vec<i64>,
    events: u64,
}

#[derive(Clone, Copy)]
enum Kind {
    Stream,
    Socket,
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// What stands after `before` up to the next quotation mark, and what comes after that.
fn quoted<'a>(text: &'a [u8], before: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let text = text.get(find(text, before)? + before.len()..)?;
    let end = text.iter().position(|byte| *byte == b'"')?;
    Some((text.get(..end)?, text.get(end..)?))
}

fn moment(text: &[u8]) -> Option<Timestamp> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

impl Crowd {
    /// `event` is its text, and for a stream what stands on the lines before it.
    fn hear(&mut self, name: &[u8], event: &[u8]) {
        if name == self.hears {
            self.heard += 1;
            self.last = Instant::now();
            self.size = event.len() - memrchr(b'\n', event).map_or(0, |before| before + 1);
        }
    }

    /// Takes the whole lines of an event stream and says how many bytes they were.
    fn lines(&mut self, me: usize, bytes: &[u8]) -> usize {
        let whole = memrchr(b'\n', bytes).map_or(0, |end| end + 1);
        let (mut left, mut old) = (bytes.get(..whole).unwrap_or_default(), false);
        let now = self.clock.now();
        // Sizes of chunks and ids stand on lines of their own, which have no type.
        while let Some(at) = self.types.find(left) {
            let end = memchr(b'\n', left.get(at..).unwrap_or_default()).map_or(left.len(), |end| at + end);
            let (event, next) = left.split_at(end);
            let Some((name, rest)) = quoted(event.get(at..).unwrap_or_default(), TYPE) else { break };
            left = next;
            self.events += 1;
            self.hear(name, event);
            let Some(ear) = self.ears.get_mut(me) else { continue };
            ear.resyncs += u64::from(name == b"snapshot" && find(rest, b"\"resync\":true").is_some());
            ear.calls += u64::from(name == b"announcement");
            // A snapshot is as old as the moment in which it was asked for, a ping is sent as it is made.
            if !old && matches!(name, b"announcement" | b"board") {
                old = true;
                let at = quoted(rest, b"\"at\":\"").and_then(|(at, _)| moment(at));
                let age = at.map_or(0, |at| now.as_millisecond() - at.as_millisecond());
                ear.worst_ms = ear.worst_ms.max(age);
                self.behind.push(age);
            }
        }
        whole
    }

    /// Takes the whole frames of a WebSocket; gives how many bytes they were and what is to be answered.
    fn frames(&mut self, bytes: &[u8]) -> (usize, Vec<u8>) {
        let (mut used, mut answer) = (0, Vec::new());
        while let Some((header, length)) = bytes.get(used..).and_then(frame_size) {
            let Some(payload) = bytes.get(used + header..used + header + length) else { break };
            match bytes.get(used).map(|first| first & 15) {
                Some(1) => {
                    // Joined events stand in one array.
                    let mut text = payload;
                    while let Some((name, rest)) = quoted(text, TYPE) {
                        self.hear(name, payload);
                        text = rest;
                    }
                    self.events += 1;
                }
                // Both sides of the mask are zero, so the payload goes back as it came.
                Some(9) if length < 126 => {
                    answer.extend_from_slice(&[0x8a, 0x80 | u8::try_from(length).unwrap_or(0), 0, 0, 0, 0]);
                    answer.extend_from_slice(payload);
                }
                _ => {}
            }
            used += header + length;
        }
        (used, answer)
    }

    fn report(&mut self) -> serde_json::Value {
        self.behind.sort_unstable();
        let at = |share: f64| {
            // As many reads as a run has are far below the limits of the cast.
            let place = (self.behind.len() as f64 * share) as usize;
            self.behind.get(place.min(self.behind.len().saturating_sub(1))).copied().unwrap_or(0)
        };
        let each = |ear: &Ear| serde_json::json!({ "calls": ear.calls, "resyncs": ear.resyncs, "worst_ms": ear.worst_ms });
        serde_json::json!({
            "events": self.events,
            "p50_ms": at(0.5),
            "p99_ms": at(0.99),
            "worst_ms": at(1.0),
            "displays": self.ears.iter().map(each).collect::<Vec<_>>(),
        })
    }
}

/// The length of a frame's head and of its payload, once the head is whole.
fn frame_size(bytes: &[u8]) -> Option<(usize, usize)> {
    match bytes.get(1)? & 127 {
        126 => Some((4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)))),
        127 => Some((10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?)),
        short => Some((2, usize::from(short))),
    }
}

/// Follows until the server hangs up. `scratch` is one buffer for all: each keeps only what is not whole yet.
async fn listen(
    crowd: &RefCell<Crowd>,
    scratch: &RefCell<Vec<u8>>,
    (me, kind): (usize, Kind),
    (address, request): (SocketAddr, &str),
) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    stream.write_all(request.as_bytes()).await?;
    let (mut rest, mut let_in) = (Vec::new(), false);
    loop {
        stream.readable().await?;
        let mut buffer = scratch.borrow_mut();
        let read = match stream.try_read(&mut buffer) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        };
        let mut crowd = crowd.borrow_mut();
        let fresh = buffer.get(..read).unwrap_or_default();
        let take = |crowd: &mut Crowd, bytes: &[u8]| match kind {
            Kind::Stream => (crowd.lines(me, bytes), Vec::new()),
            Kind::Socket => crowd.frames(bytes),
        };
        let (used, answer, whole) = if let_in && rest.is_empty() {
            let (used, answer) = take(&mut crowd, fresh);
            (used, answer, fresh)
        } else {
            rest.extend_from_slice(fresh);
            if !let_in {
                let Some(end) = find(&rest, b"\r\n\r\n") else { continue };
                if !rest.starts_with(b"HTTP/1.1 101") && !rest.starts_with(b"HTTP/1.1 200") {
                    let line = String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned();
                    return Err(std::io::Error::other(line));
                }
                rest.drain(..end + 4);
                (let_in, crowd.ready) = (true, crowd.ready + 1);
            }
            let (used, answer) = take(&mut crowd, &rest);
            (used, answer, &*rest)
        };
        rest = whole.get(used..).unwrap_or_default().to_vec();
        if !answer.is_empty() {
            // A few bytes; a connection that takes none of them is about to be lost anyway.
            stream.try_write(&answer)?;
        }
    }
}

/// A connection for requests.
struct Publisher(TcpStream);

impl Publisher {
    async fn send(&mut self, request: &str) -> Outcome<()> {
        self.0.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        loop {
            if let Some(end) = find(&answer, b"\r\n\r\n") {
                let head =
                    String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).to_ascii_lowercase();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
                let length: usize = length.ok_or("an answer without a length")?.trim().parse()?;
                if answer.len() >= end + 4 + length {
                    let good = head.starts_with("http/1.1 2");
                    return if good { Ok(()) } else { Err(String::from_utf8_lossy(&answer).into()) };
                }
            }
            if self.0.read_buf(&mut answer).await? == 0 {
                return Err("the server hung up".into());
            }
        }
    }
}

fn bearer(token: Option<&str>) -> String {
    token.map_or(String::new(), |token| format!("Authorization: Bearer {token}\r\n"))
}

/// Publishes as it is told to; the median time of the last listener in microseconds.
async fn publish(crowd: &RefCell<Crowd>, address: SocketAddr, order: &Publish) -> Outcome<f64> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut publisher = Publisher(stream);
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}\r\n{}",
        order.post,
        order.body.len(),
        bearer(order.token.as_deref()),
        order.body
    );
    let mut times = Vec::new();
    for time in 0..order.times {
        {
            let mut crowd = crowd.borrow_mut();
            (crowd.hears, crowd.heard) = (order.hears.as_bytes().to_vec(), 0);
        }
        let begun = Instant::now();
        publisher.send(&request).await?;
        loop {
            {
                let crowd = crowd.borrow();
                if crowd.heard >= crowd.ears.len() {
                    break;
                }
                if crowd.gone > 0 || begun.elapsed() > PATIENCE {
                    let (heard, all, gone) = (crowd.heard, crowd.ears.len(), crowd.gone);
                    return Err(format!("{heard} of {all} heard it, {gone} are gone").into());
                }
            }
            tokio::time::sleep(LOOK).await;
        }
        if time >= order.skip {
            times.push(crowd.borrow().last.duration_since(begun).as_secs_f64() * 1e6);
        }
        tokio::time::sleep(Duration::from_millis(order.pause_ms)).await;
    }
    times.sort_by(f64::total_cmp);
    Ok(times.get(times.len() / 2).copied().ok_or("no time was taken")?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    tokio::task::LocalSet::new().run_until(follow()).await
}

async fn follow() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [port, kind, path, count, token @ ..] = arguments.as_slice() else {
        return Err("listeners PORT KIND PATH COUNT [TOKEN]".into());
    };
    let (count, address) = (count.parse::<usize>()?, SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse()?)));
    let (kind, wish) = match kind.as_str() {
        "sse" => (Kind::Stream, "Accept: text/event-stream\r\n"),
        "ws" => (
            Kind::Socket,
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        ),
        other => return Err(format!("{other} is neither sse nor ws").into()),
    };
    let bearer = bearer(token.first().map(String::as_str));
    let request: Rc<str> = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{wish}{bearer}\r\n").into();
    let crowd = Rc::new(RefCell::new(Crowd {
        clock: Clock::system(),
        types: Finder::new(TYPE),
        ears: vec![Ear::default(); count],
        ready: 0,
        gone: 0,
        hears: Vec::new(),
        heard: 0,
        last: Instant::now(),
        size: 0,
        behind: Vec::new(),
        events: 0,
    }));
    let scratch = Rc::new(RefCell::new(vec![0; 256 << 10]));
    let begun = Instant::now();
    for me in 0..count {
        let (all, scratch, request) = (Rc::clone(&crowd), Rc::clone(&scratch), Rc::clone(&request));
        tokio::task::spawn_local(async move {
            if let Err(error) = listen(&all, &scratch, (me, kind), (address, &request)).await {
                let mut all = all.borrow_mut();
                // The first says why; the others follow it.
                if all.gone == 0 {
                    println!("gone: {error}");
                }
                all.gone += 1;
            }
        });
        connected(&crowd, (me + 1).saturating_sub(AT_ONCE), begun).await?;
    }
    connected(&crowd, count, begun).await?;
    println!("connected");
    let (orders, mut next) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            let Ok(line) = line else { break };
            if orders.send(line).is_err() {
                break;
            }
        }
    });
    while let Some(line) = next.recv().await {
        let last_us = publish(&crowd, address, &serde_json::from_str(&line)?).await?;
        println!("{}", serde_json::json!({ "last_us": last_us, "bytes": crowd.borrow().size }));
    }
    println!("{}", crowd.borrow_mut().report());
    Ok(())
}

/// Waits until so many have been let in.
async fn connected(crowd: &RefCell<Crowd>, wanted: usize, begun: Instant) -> Outcome<()> {
    loop {
        {
            let crowd = crowd.borrow();
            if crowd.ready >= wanted {
                return Ok(());
            }
            if crowd.gone > 0 || begun.elapsed() > PATIENCE {
                return Err(format!("{} of {} were let in", crowd.ready, crowd.ears.len()).into());
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}
