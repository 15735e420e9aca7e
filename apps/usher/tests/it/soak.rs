//! Some minutes of a busy day, in the long run only: people come by phone, follow their page and are served, boards
//! stay open. After the warm-up the server's memory, the database's log and the number of rooms stay where they are,
//! and once everybody is gone so are their rooms.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::Conn;
use crate::live::Stream;
use crate::server::{Scratch, Server, usher};

/// How long people are served, and how much of that is the warm-up: longer than a room is kept for somebody to come
/// back.
const LENGTH: Duration = Duration::from_secs(300);
const WARM_UP: Duration = Duration::from_secs(150);
/// How soon rooms go that nobody has come back to.
const ROOMS_GO: Duration = Duration::from_secs(200);
/// Boards that stay open.
const BOARDS: usize = 20;
/// A person at each counter so often.
const PACE: Duration = Duration::from_millis(100);
const BOARD: &str = "/api/v1/public/sites/demo-bank/main";
const MIB: f64 = 1024.0 * 1024.0;

/// How the server stood at a moment.
struct Sample {
    rss: f64,
    wal: f64,
    rooms: f64,
}

impl Sample {
    fn take(server: &Server, scratch: &Scratch) -> Self {
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("a process");
        let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        let rss: f64 = rss.trim().trim_end_matches(" kB").parse().expect("a number");
        // No log is as good as an empty one.
        let wal = std::fs::metadata(scratch.0.join("usher.db-wal")).map_or(0, |file| file.len());
        let metrics = Conn::new(&server.addr, None).get("/metrics").expect("an answer").text;
        let rooms = metrics.lines().find_map(|line| line.strip_prefix("usher_realtime_rooms "));
        let rooms = rooms.expect("the number of rooms").parse().expect("a number");
        Self { rss: rss * 1024.0, wal: wal as f64, rooms }
    }
}

/// A counter, with a line that it serves and what that is for.
struct Place {
    counter: String,
    queue: String,
    service: String,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn post(conn: &mut Conn, path: &str, body: &Value, key: Option<&str>) -> Value {
    let answer = conn.post(path, body, key).expect("an answer");
    assert!(answer.status < 300, "{path}: {answer:?}");
    answer.body
}

/// The counters of the main branch, opened.
fn places(conn: &mut Conn) -> Vec<Place> {
    let board = conn.get(BOARD).expect("an answer").body;
    let queues = board["queues"].as_array().expect("queues");
    let counters = "/api/v1/tenants/demo-bank/sites/main/counters";
    let counters = conn.get(counters).expect("an answer").body;
    let open = |counter: &Value| {
        let id = text(&counter["id"]);
        let answer = conn.put(&format!("/api/counters/{id}"), &json!({ "status": "open" }));
        assert_eq!(answer.expect("an answer").status, 200);
        let queue = queues.iter().find(|queue| queue["id"] == counter["queue_ids"][0]).expect("its line");
        Place { counter: id, queue: text(&queue["id"]), service: text(&queue["services"][0]["id"]) }
    };
    counters["items"].as_array().expect("items").iter().map(open).collect()
}

/// People come to a counter one after the other: each joins by phone, looks at their page, and is served.
fn serve(server: &Server, token: &str, place: &Place, stop: &AtomicBool, served: &AtomicU64) {
    let (mut phone, mut staff) = (Conn::new(&server.addr, None), Conn::new(&server.addr, Some(token)));
    let join = json!({ "service_id": place.service, "queue_id": place.queue });
    for n in 0u64.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let begun = Instant::now();
        let key = format!("soak-{}-{n:08}", place.counter);
        let joined = post(&mut phone, &format!("{BOARD}/tickets"), &join, Some(&key));
        let page = format!("/api/v1/public/tickets/{}/events", text(&joined["secret"]));
        let mut page = Stream::open(server, &page, None, None).expect("the page");
        assert_eq!(page.next().expect("a snapshot")["type"], "snapshot");
        let called = post(&mut staff, &format!("/api/counters/{}/call", place.counter), &json!({}), None);
        // Somebody else's counter may have been faster with this one's person.
        if called["token_id"].is_string() {
            let done = json!({ "token_id": called["token_id"] });
            post(&mut staff, &format!("/api/counters/{}/serve", place.counter), &done, None);
            served.fetch_add(1, Ordering::Relaxed);
        }
        std::thread::sleep(PACE.saturating_sub(begun.elapsed()));
    }
}

fn mean(samples: &[Sample], what: impl Fn(&Sample) -> f64) -> f64 {
    samples.iter().map(what).sum::<f64>() / samples.len() as f64
}

fn most(samples: &[Sample], what: impl Fn(&Sample) -> f64) -> f64 {
    samples.iter().map(what).fold(0.0, f64::max)
}

#[test]
fn a_busy_day_leaves_memory_log_and_rooms_as_they_are() {
    if std::env::var_os("USHER_TEST_LONG").is_none() {
        eprintln!("left out: minutes of load belong to the long run");
        return;
    }
    let scratch = Scratch::new("soak");
    let made = usher(&scratch.0, &[])
        .args(["tenant", "create", "--name", "Demo Bank", "--slug", "demo-bank"])
        .args(["--admin-email", "admin@demo-bank.com", "--admin-password", "admin123", "--with-demo-data"])
        .output()
        .expect("the binary starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let unlimited = ["USHER_LIMITS_CUSTOMER", "USHER_LIMITS_ANONYMOUS_ISSUE"];
    let server = Server::start(&scratch.0, &unlimited.map(|name| (name.to_owned(), "0".to_owned())));
    let who = json!({ "email": "admin@demo-bank.com", "password": "admin123", "tenant": "demo-bank" });
    let entered = post(&mut Conn::new(&server.addr, None), "/api/v1/auth/login", &who, None);
    let token = text(&entered["access_token"]);
    let places = places(&mut Conn::new(&server.addr, Some(&token)));

    let (stop, served) = (AtomicBool::new(false), AtomicU64::new(0));
    let heard: Arc<[AtomicU64]> = (0..BOARDS).map(|_| AtomicU64::new(0)).collect();
    for n in 0..BOARDS {
        let mut board = Stream::open(&server, &format!("{BOARD}/events"), None, None).expect("the board");
        let heard = Arc::clone(&heard);
        std::thread::spawn(move || {
            while board.next().is_some() {
                heard[n].fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    let samples = std::thread::scope(|scope| {
        for place in &places {
            scope.spawn(|| serve(&server, &token, place, &stop, &served));
        }
        let (begun, mut samples) = (Instant::now(), Vec::new());
        while begun.elapsed() < LENGTH {
            std::thread::sleep(Duration::from_secs(1));
            if begun.elapsed() > WARM_UP {
                samples.push(Sample::take(&server, &scratch));
            }
        }
        stop.store(true, Ordering::Relaxed);
        samples
    });

    let served = served.load(Ordering::Relaxed);
    assert!(served > 1_000, "only {served} people were served");
    let events: Vec<u64> = heard.iter().map(|board| board.load(Ordering::Relaxed)).collect();
    assert!(events.iter().all(|heard| *heard > 500), "a board went deaf: {events:?}");
    let (before, after) = samples.split_at(samples.len() / 2);
    let told = |what: &str, before: f64, after: f64, limit: f64| {
        assert!(after <= limit, "{what} grew from {before:.1} to {after:.1}, {served} people were served");
    };
    let (was, is) = (mean(before, |s| s.rss) / MIB, mean(after, |s| s.rss) / MIB);
    told("the memory (MiB)", was, is, was * 1.1);
    let (was, is) = (most(before, |s| s.wal) / MIB, most(after, |s| s.wal) / MIB);
    told("the log (MiB)", was, is, (was * 1.5).max(16.0));
    let (was, is) = (mean(before, |s| s.rooms), mean(after, |s| s.rooms));
    told("the number of rooms", was, is, was * 1.1);

    // Only the boards are left, and they share their rooms.
    usher_testkit::eventually("the rooms of those who went are gone", ROOMS_GO, || {
        (Sample::take(&server, &scratch).rooms <= 5.0).then_some(())
    });
}
