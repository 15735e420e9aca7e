//! Two `usher serve` on one PostgreSQL and one Redis are one house: what happens on either is seen on both,
//! nothing happens twice, and who loses a node goes on with the other.

mod rights;
mod worker;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use usher_db::Engine;
use usher_testkit::eventually;
use usher_testkit::pg::Cluster;

use crate::crash::{all_tickets, numbers_are_whole, ticket_of};
use crate::http::Conn;
use crate::live::{SocketIo, Stream, WebSocket};
use crate::server::{Scratch, Server, free_port, stand_at_noon, usher};

/// The staff routes of the demo bank.
const T: &str = "/api/v1/tenants/demo-bank";
/// How long a screen may lag behind another node; on a machine at rest it is milliseconds.
const SEEN: Duration = Duration::from_secs(5);
/// Tickets that both nodes issue and call.
const TICKETS: usize = 60;

/// A Redis of the test's own.
struct Redis {
    child: Child,
    port: u16,
}

impl Redis {
    /// None, with a printed word, where it is not installed.
    #[expect(clippy::print_stderr, reason = "who runs the tests is told what was left out")]
    fn start() -> Option<Self> {
        let port = free_port();
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!ci, "redis-server is not installed, and with CI=true no test is skipped");
            eprintln!("skipped: redis-server is not installed");
            return None;
        };
        let redis = Self { child, port };
        eventually("Redis answers", Duration::from_secs(20), || redis.listeners().is_some().then_some(()));
        Some(redis)
    }

    /// How many nodes listen to each other's events.
    fn listeners(&self) -> Option<usize> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        stream.write_all(b"PUBSUB NUMSUB usher:events:1\r\n").ok()?;
        // Three lines stand before it: the array, the name's length, the name.
        let count = BufReader::new(stream).lines().nth(3)?.ok()?;
        count.strip_prefix(':')?.parse().ok()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // Already gone, or gone now.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Two nodes of one installation, with the demo bank in it.
struct Pair {
    a: Server,
    b: Server,
    redis: Redis,
    _folders: [Scratch; 2],
}

impl Pair {
    /// None, with a printed word, where PostgreSQL or Redis is not installed.
    fn start(name: &str) -> Option<Self> {
        let folders = ["a", "b"].map(|node| Scratch::new(&format!("{name}-{node}")));
        usher_testkit::config(Engine::Postgres, &folders[0].0)?;
        let cluster = Cluster::shared()?;
        let redis = Redis::start()?;
        let env = [
            ("DATABASE_URL".to_owned(), cluster.database()),
            ("REDIS_URL".to_owned(), format!("redis://127.0.0.1:{}", redis.port)),
            ("JWT_SECRET".to_owned(), "a secret of the tests, long enough to sign with".to_owned()),
        ];
        let data = &folders[0].0;
        let run = |args: &[&str]| {
            let made = usher(data, &env).args(args).output().expect("the binary starts");
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        };
        run(&[
            "tenant",
            "create",
            "--name",
            "Demo Bank",
            "--slug",
            "demo-bank",
            "--admin-email",
            "admin@demo-bank.com",
            "--admin-password",
            "admin123",
            "--with-demo-data",
        ]);
        let person = ["--email", "agent@demo-bank.com", "--password", "demo1234"];
        run(&[&["user", "create", "--role", "agent", "--tenant", "demo-bank"], &person[..]].concat());
        let (a, b) = std::thread::scope(|scope| {
            let a = scope.spawn(|| Server::start(data, &env));
            let b = Server::start(&folders[1].0, &env);
            (a.join().expect("a server that starts"), b)
        });
        let pair = Self { a, b, redis, _folders: folders };
        eventually("both nodes listen", Duration::from_secs(20), || {
            (pair.redis.listeners() == Some(2)).then_some(())
        });
        let token = admin(&pair.a);
        let zone = stand_at_noon(&mut Conn::new(&pair.a.addr, Some(&token)));
        let mut there = Conn::new(&pair.b.addr, Some(&token));
        eventually("both nodes know where the bank stands", SEEN, || {
            let site = there.get(&format!("{T}/sites/north")).expect("an answer").body;
            (site["timezone"] == zone.as_str()).then_some(())
        });
        Some(pair)
    }
}

/// Signs in at a node.
fn sign_in(node: &Server, email: &str, password: &str) -> String {
    let login = json!({ "email": email, "password": password, "tenant": "demo-bank" });
    let answer = Conn::new(&node.addr, None).post("/api/v1/auth/login", &login, None).expect("an answer");
    answer.body["access_token"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

fn admin(node: &Server) -> String {
    sign_in(node, "admin@demo-bank.com", "admin123")
}

/// A request that succeeds, and its body.
fn post(conn: &mut Conn, path: &str, body: &Value) -> Value {
    let answer = conn.post(path, body, None).expect("an answer");
    assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
    answer.body
}

/// An event stream that anybody may follow.
fn follow(node: &Server, path: &str, cursor: Option<&str>) -> Stream {
    Stream::open(node, path, None, cursor).unwrap_or_else(|refused| panic!("{path}: {refused:?}"))
}

/// What a stream or socket begins with.
fn is_snapshot(event: &Value) -> bool {
    event["type"] == "snapshot"
}

/// The lines and counters of the main branch.
struct Branch {
    /// The line that most counters serve, and what it is for.
    queue: String,
    service: String,
    /// The counters that serve it, opened.
    counters: Vec<String>,
    /// Another line, which the first of them serves as well.
    beside: String,
}

impl Branch {
    fn open(conn: &mut Conn) -> Self {
        let board = "/api/v1/public/sites/demo-bank/main";
        let board = conn.get(board).expect("an answer").body;
        let queues = board["queues"].as_array().expect("queues");
        let queue = queues.iter().find(|q| q["prefix"] == "D").expect("the line for deposits");
        let all = conn.get(&format!("{T}/sites/main/counters")).expect("an answer").body;
        let (mut counters, mut beside) = (Vec::new(), None);
        for counter in all["items"].as_array().expect("items") {
            let serves = counter["queue_ids"].as_array().expect("queues");
            if serves.contains(&queue["id"]) {
                let id = counter["id"].as_str().expect("an id");
                let open = conn.put(&format!("/api/counters/{id}"), &json!({ "status": "open" }));
                assert_eq!(open.expect("an answer").status, 200);
                if counters.is_empty() {
                    beside = serves.iter().find(|served| **served != queue["id"]).cloned();
                }
                counters.push(id.to_owned());
            }
        }
        assert!(counters.len() > 1, "{all}");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let beside = text(&beside.expect("a second line of the first counter"));
        Self { queue: text(&queue["id"]), service: text(&queue["services"][0]["id"]), counters, beside }
    }
}

#[test]
fn two_nodes_are_one_house() {
    let Some(pair) = Pair::start("two-nodes") else { return };
    let token = admin(&pair.a);
    let branch = Branch::open(&mut Conn::new(&pair.a.addr, Some(&token)));
    numbers_are_unique_and_whole(&pair, &token, &branch);
    each_ticket_is_called_once_and_in_order(&pair, &token, &branch);
    both_estimate_alike(&pair, &token, &branch);
    two_nodes_do_not_overfill_a_counter(&pair, &token, &branch);
    what_happens_on_one_node_is_seen_on_the_other(&pair, &token, &branch);
    rights::hold_everywhere(&pair);
}

/// Both nodes issue into one line at once.
fn numbers_are_unique_and_whole(pair: &Pair, token: &str, branch: &Branch) {
    let each = TICKETS / 4;
    let issue = |node: &Server| {
        let mut conn = Conn::new(&node.addr, Some(token));
        let ticket = json!({ "queue_id": branch.queue });
        (0..each).map(|_| ticket_of(&post(&mut conn, &format!("{T}/tickets"), &ticket)).1).collect::<Vec<_>>()
    };
    let told: Vec<String> = std::thread::scope(|scope| {
        let clients = [&pair.a, &pair.b, &pair.a, &pair.b].map(|node| scope.spawn(move || issue(node)));
        clients.into_iter().flat_map(|client| client.join().expect("a client")).collect()
    });
    let unique: BTreeSet<&String> = told.iter().collect();
    assert_eq!((told.len(), unique.len()), (TICKETS, TICKETS), "{told:?}");
    for node in [&pair.a, &pair.b] {
        let stored = all_tickets(&mut Conn::new(&node.addr, Some(token)));
        assert_eq!(stored.len(), TICKETS);
        numbers_are_whole(&stored);
    }
}

/// Every counter calls on one node and finishes on the other, all counters at once.
fn each_ticket_is_called_once_and_in_order(pair: &Pair, token: &str, branch: &Branch) {
    let work = |counter: &str, turn: usize| {
        let mut nodes = [&pair.a, &pair.b].map(|node| Conn::new(&node.addr, Some(token)));
        let mut called = Vec::new();
        for n in turn.. {
            let next = json!({ "counter_id": counter });
            let body = post(&mut nodes[n % 2], &format!("{T}/agents/call-next"), &next);
            let Some(id) = body["ticket"]["id"].as_str() else { break };
            post(&mut nodes[(n + 1) % 2], &format!("{T}/tickets/{id}/close"), &json!({}));
            called.push(ticket_of(&body["ticket"]));
        }
        called
    };
    let called: Vec<Vec<(String, String)>> = std::thread::scope(|scope| {
        let counters: Vec<_> = branch
            .counters
            .iter()
            .enumerate()
            .map(|(turn, counter)| scope.spawn(move || work(counter, turn)))
            .collect();
        counters.into_iter().map(|counter| counter.join().expect("a counter")).collect()
    });
    for mine in &called {
        let numbers: Vec<&String> = mine.iter().map(|(_, number)| number).collect();
        assert!(numbers.is_sorted(), "a counter was sent tickets out of order: {numbers:?}");
    }
    let all: Vec<&String> = called.iter().flatten().map(|(id, _)| id).collect();
    let unique: BTreeSet<&String> = all.iter().copied().collect();
    assert_eq!((all.len(), unique.len()), (TICKETS, TICKETS), "{called:?}");
    calls_went_by_rank(&mut Conn::new(&pair.b.addr, Some(token)), &branch.queue);
}

/// Replays the log: each call, of whichever node, took the smallest rank of those who waited then.
fn calls_went_by_rank(conn: &mut Conn, queue: &str) {
    let mut log: Vec<Value> = Vec::new();
    for kind in ["ticket.issued", "ticket.called"] {
        let mut cursor = String::new();
        loop {
            let path = format!("{T}/audit?kind={kind}&limit=200{cursor}");
            let page = conn.get(&path).expect("an answer").body;
            log.extend(page["items"].as_array().unwrap_or_else(|| panic!("{page}")).iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
    }
    log.sort_by_key(|entry| entry["seq"].as_i64());
    let (mut waiting, mut calls) = (BTreeSet::new(), 0);
    for entry in log.iter().filter(|entry| entry["payload"]["queue_id"] == queue) {
        let fact = &entry["payload"];
        let id = fact["ticket_id"].as_str().expect("an id").to_owned();
        let place = (fact["rank"].as_i64().expect("a rank"), id);
        if entry["kind"] == "ticket.issued" {
            waiting.insert(place);
        } else {
            assert_eq!(waiting.pop_first(), Some(place), "called, and not the first: {entry}");
            calls += 1;
        }
    }
    assert_eq!(calls, TICKETS);
}

/// What one node has seen teaches the other as well: each reads the whole log.
fn both_estimate_alike(pair: &Pair, token: &str, branch: &Branch) {
    let path = format!("{T}/queues/{}/eta?ahead=5", branch.queue);
    let of = |node: &Server| {
        let estimate = Conn::new(&node.addr, Some(token)).get(&path).expect("an answer").body;
        let minutes = ["p10", "p50", "p90"].map(|level| estimate[level].as_f64().expect("minutes"));
        (estimate["samples"].as_i64().expect("a number"), minutes)
    };
    eventually("both nodes have learned the same", SEEN, || {
        let ((here, one), (there, other)) = (of(&pair.a), of(&pair.b));
        let alike = one.iter().zip(other).all(|(one, other)| (one - other).abs() <= 0.2);
        (here == i64::try_from(TICKETS).ok()? && here == there && alike).then_some(())
    });
}

/// A counter that may hold one ticket is sent one, though both nodes call for it at once.
fn two_nodes_do_not_overfill_a_counter(pair: &Pair, token: &str, branch: &Branch) {
    let counter = branch.counters[0].as_str();
    let mut conn = Conn::new(&pair.a.addr, Some(token));
    for _ in 0..8 {
        for _ in 0..2 {
            post(&mut conn, &format!("{T}/tickets"), &json!({ "queue_id": branch.queue }));
        }
        let call = |node: &Server| {
            let mut conn = Conn::new(&node.addr, Some(token));
            let next = json!({ "counter_id": counter });
            conn.post(&format!("{T}/agents/call-next"), &next, None).expect("an answer")
        };
        let answers = std::thread::scope(|scope| {
            let calls = [&pair.a, &pair.b].map(|node| scope.spawn(move || call(node)));
            calls.map(|call| call.join().expect("a caller"))
        });
        let won: Vec<&str> = answers.iter().filter_map(|a| a.body["ticket"]["id"].as_str()).collect();
        assert_eq!(won.len(), 1, "{answers:?}");
        assert!(answers.iter().any(|a| a.status == 409 && a.body["code"] == "counter_full"), "{answers:?}");
        post(&mut conn, &format!("{T}/tickets/{}/close", won[0]), &json!({}));
        let next = post(&mut conn, &format!("{T}/agents/call-next"), &json!({ "counter_id": counter }));
        post(&mut conn, &format!("{T}/tickets/{}/close", ticket_of(&next["ticket"]).0), &json!({}));

        // Nor by name, though each node calls from another of its lines.
        let to = json!({ "counter_id": counter });
        let tickets = [&branch.queue, &branch.beside].map(|queue| {
            ticket_of(&post(&mut conn, &format!("{T}/tickets"), &json!({ "queue_id": queue }))).0
        });
        let call = |node: &Server, id: &str| {
            let mut conn = Conn::new(&node.addr, Some(token));
            conn.post(&format!("{T}/tickets/{id}/call"), &to, None).expect("an answer")
        };
        let answers = std::thread::scope(|scope| {
            let (one, two) = (&tickets[0], &tickets[1]);
            let calls =
                [(&pair.a, one), (&pair.b, two)].map(|(node, id)| scope.spawn(move || call(node, id)));
            calls.map(|call| call.join().expect("a caller"))
        });
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
        assert!(answers.iter().any(|a| a.status == 409 && a.body["code"] == "counter_full"), "{answers:?}");
        let won = usize::from(answers[1].status == 200);
        post(&mut conn, &format!("{T}/tickets/{}/close", tickets[won]), &json!({}));
        post(&mut conn, &format!("{T}/tickets/{}/call", tickets[1 - won]), &to);
        post(&mut conn, &format!("{T}/tickets/{}/close", tickets[1 - won]), &json!({}));
    }
}

/// An agent who sits down and calls on one node; a customer and a board who look at the other.
fn what_happens_on_one_node_is_seen_on_the_other(pair: &Pair, token: &str, branch: &Branch) {
    let counter = branch.counters[0].as_str();
    let join = json!({ "service_id": branch.service, "queue_id": branch.queue });
    let joined =
        post(&mut Conn::new(&pair.a.addr, None), "/api/v1/public/sites/demo-bank/main/tickets", &join);
    let secret = joined["secret"].as_str().expect("a secret");
    let number = &joined["number"];

    // Staff of the other node, over its other doors.
    let line = format!("/ws/tenants/demo-bank/queues/{}/", branch.queue);
    let mut socket = WebSocket::open(&pair.b, &line, Some(token), None).expect("staff may follow");
    socket.until("a snapshot", SEEN, is_snapshot);
    let auth = json!({ "token": token });
    let mut packets = SocketIo::open(&pair.b, "/ws/queues", &auth).expect("staff may follow");
    packets.until(&["joined"]);

    let mut page = follow(&pair.b, &format!("/api/v1/public/tickets/{secret}/events"), None);
    let mut board = follow(&pair.b, "/api/v1/public/sites/demo-bank/main/events", None);
    assert_eq!(page.until("a snapshot", SEEN, is_snapshot)["data"]["status"], "waiting");
    board.until("a snapshot", SEEN, is_snapshot);

    let agent = sign_in(&pair.a, "agent@demo-bank.com", "demo1234");
    let mut here = Conn::new(&pair.a.addr, Some(&agent));
    let mut there = Conn::new(&pair.b.addr, Some(&agent));
    post(&mut here, &format!("{T}/agents/sign-in"), &json!({ "counter_id": counter, "take_over": true }));
    eventually("the other node knows who sits there", SEEN, || {
        let me = there.get(&format!("{T}/agents/me")).expect("an answer").body;
        (me["counter"]["id"] == counter).then_some(())
    });
    // No counter is named: the agent's own is meant.
    let called = post(&mut here, &format!("{T}/agents/call-next"), &json!({}));
    assert_eq!(&called["ticket"]["number"], number);
    let seen = page.until("the call on the ticket's page", SEEN, |event| {
        event["type"] == "ticket" && event["data"]["status"] == "called"
    });
    assert!(seen["data"]["counter"]["number"].is_string(), "{seen}");
    board.until("the call on the board", SEEN, |event| {
        event["type"] == "announcement" && &event["data"]["number"] == number
    });

    let id = called["ticket"]["id"].as_str().expect("an id");
    socket.until("the call on the line's socket", SEEN, |event| {
        event["type"] == "ticket.called" && event["data"]["id"] == id
    });
    assert_eq!(packets.until(&["token_called"]).1["token_id"], id);

    // And back: finished on the other node by the same agent.
    post(&mut there, &format!("{T}/tickets/{id}/close"), &json!({}));
    page.until("the end on the ticket's page", SEEN, |event| {
        event["type"] == "ticket" && event["data"]["status"] == "served"
    });
    // Taken back on the first node, which learned from the log what the agent did last.
    eventually("the first node knows what can be taken back", SEEN, || {
        let me = here.get(&format!("{T}/agents/me")).expect("an answer").body;
        (me["undo"]["operation"] == "close").then_some(())
    });
    let undone = post(&mut here, &format!("{T}/agents/undo"), &json!({}));
    assert_eq!((&undone["undone"], &undone["tickets"][0]["status"]), (&json!("close"), &json!("called")));
    page.until("the ticket's page goes back", SEEN, |event| {
        event["type"] == "ticket" && event["data"]["status"] == "called"
    });
    post(&mut there, &format!("{T}/tickets/{id}/close"), &json!({}));
    page.until("the end on the ticket's page", SEEN, |event| {
        event["type"] == "ticket" && event["data"]["status"] == "served"
    });
    // What each keeps in memory says the same as the other's.
    let idle = |node: &Server| {
        let mut conn = Conn::new(&node.addr, Some(token));
        eventually("the board shows nobody", SEEN, || {
            let board = conn.get("/api/v1/public/sites/demo-bank/main").expect("an answer").body;
            let queues = board["queues"].as_array().expect("queues");
            let serving = board["now_serving"].as_array().expect("a list");
            (queues.iter().all(|queue| queue["waiting"] == 0) && serving.is_empty()).then_some(())
        });
        let me = format!("{T}/queues/{}/stats", branch.queue);
        let stats = conn.get(&me).expect("an answer").body;
        stats["served_today"].clone()
    };
    assert_eq!(idle(&pair.a), idle(&pair.b));
}

#[test]
fn who_loses_a_node_goes_on_with_the_other() {
    let Some(pair) = Pair::start("lost-node") else { return };
    let token = admin(&pair.a);
    let mut conn = Conn::new(&pair.a.addr, Some(&token));
    let branch = Branch::open(&mut conn);
    let ticket = json!({ "queue_id": branch.queue });
    for _ in 0..2 {
        post(&mut conn, &format!("{T}/tickets"), &ticket);
    }
    let board = "/api/v1/public/sites/demo-bank/main/events";
    let mut stream = follow(&pair.a, board, None);
    assert!(stream.until("a snapshot", SEEN, is_snapshot).get("resync").is_none());
    let next = json!({ "counter_id": branch.counters[0] });
    let first = post(&mut conn, &format!("{T}/agents/call-next"), &next);
    let announced = |event: &Value, ticket: &Value| {
        event["type"] == "announcement" && event["data"]["number"] == ticket["number"]
    };
    stream.until("the first call", SEEN, |event| announced(event, &first["ticket"]));
    let cursor = stream.cursor.clone().expect("a cursor");
    let line = format!("/ws/tenants/demo-bank/queues/{}/", branch.queue);
    let mut socket = WebSocket::open(&pair.a, &line, Some(&token), None).expect("staff may follow");
    assert!(socket.until("a snapshot", SEEN, is_snapshot).get("resync").is_none());
    let place = socket.cursor.clone().expect("a cursor");

    pair.a.kill();
    while socket.next().is_some() {}
    let begun = Instant::now();
    while stream.next().is_some() {
        assert!(begun.elapsed() < SEEN, "the dead node still speaks");
    }

    // The cursor is another node's: the whole state comes, marked, and with it what was called before.
    let mut stream = follow(&pair.b, board, Some(&cursor));
    let snapshot = stream.until("a snapshot", SEEN, is_snapshot);
    assert_eq!(snapshot["resync"], true, "{snapshot}");
    let serving = snapshot["data"]["now_serving"].as_array().expect("calls");
    assert!(serving.iter().any(|call| call["number"] == first["ticket"]["number"]), "{snapshot}");

    let mut socket = WebSocket::open(&pair.b, &line, Some(&token), Some(&place)).expect("staff may follow");
    assert_eq!(socket.until("a snapshot", SEEN, is_snapshot)["resync"], true);
    let auth = json!({ "token": token, "since": place });
    let mut packets = SocketIo::open(&pair.b, "/ws/queues", &auth).expect("staff may follow");
    packets.until(&["resync"]);

    // The same token, the same line, the other node.
    let mut conn = Conn::new(&pair.b.addr, Some(&token));
    let next = json!({ "counter_id": branch.counters[1] });
    let second = post(&mut conn, &format!("{T}/agents/call-next"), &next);
    assert_ne!(second["ticket"]["id"], first["ticket"]["id"]);
    stream.until("the second call", SEEN, |event| announced(event, &second["ticket"]));
    socket.until("the second call", SEEN, |event| {
        event["type"] == "ticket.called" && event["data"]["id"] == second["ticket"]["id"]
    });
    assert_eq!(packets.until(&["token_called"]).1["token_id"], second["ticket"]["id"]);
    assert_ne!(stream.cursor.as_deref(), Some(cursor.as_str()));
    post(&mut conn, &format!("{T}/tickets"), &ticket);
    numbers_are_whole(&all_tickets(&mut conn));
}
