//! kill -9 under load at random moments: nothing that was acknowledged is lost, nothing happens twice,
//! numbers have neither gaps nor twins, and the audit chain holds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use usher_db::Engine;
use usher_testkit::pg::Cluster;

use crate::http::Conn;
use crate::server::{Scratch, Server, usher};

/// Clients at once.
const CLIENTS: usize = 8;

/// What the clients were told.
#[derive(Default)]
struct Told {
    /// Number by ticket.
    issued: HashMap<String, String>,
    /// Counter by ticket.
    called: HashMap<String, String>,
    completed: HashSet<String>,
    /// Idempotency key and queue of each issue that was never answered.
    unanswered: Vec<(String, String)>,
}

/// How many rounds: a few in the ordinary run, the issue's number in the long one.
fn rounds(ordinary: usize, long: usize) -> usize {
    if std::env::var_os("USHER_TEST_LONG").is_some() { long } else { ordinary }
}

#[test]
fn sqlite_survives_kill_9_under_load() {
    let scratch = Scratch::new("crash-sqlite");
    let bank = Bank::create(&scratch.0, &[]);
    for round in 0..rounds(3, 20) {
        bank.round(round);
    }
    bank.audit();
}

#[test]
fn postgres_survives_kill_9_of_the_server_under_load() {
    let scratch = Scratch::new("crash-postgres");
    if usher_testkit::config(Engine::Postgres, &scratch.0).is_none() {
        return;
    }
    // A cluster that keeps what it commits; the one that tests share does not.
    let Some(cluster) = Cluster::durable() else { return };
    let url = cluster.database();
    let env = [
        ("DATABASE_URL".to_owned(), url),
        ("JWT_SECRET".to_owned(), "a secret of the tests, long enough to sign with".to_owned()),
    ];
    let bank = Bank::create(&scratch.0, &env);
    for round in 0..rounds(1, 5) {
        bank.round(round);
    }
    bank.audit();
}

/// A bank whose server is killed.
struct Bank<'a> {
    data: &'a Path,
    env: Vec<(String, String)>,
    told: Arc<Mutex<Told>>,
    keys: Arc<AtomicU64>,
}

impl<'a> Bank<'a> {
    fn create(data: &'a Path, env: &[(String, String)]) -> Self {
        let made = usher(data, env)
            .args(["tenant", "create", "--name", "Demo Bank", "--slug", "demo-bank"])
            .args([
                "--admin-email",
                "admin@demo-bank.com",
                "--admin-password",
                "admin123",
                "--with-demo-data",
            ])
            .output()
            .expect("the binary starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self { data, env: env.to_vec(), told: Arc::default(), keys: Arc::default() }
    }

    /// Starts the server, works, kills it in the middle, starts it again and compares.
    fn round(&self, round: usize) {
        let server = Server::start(self.data, &self.env);
        let token = sign_in(&server.addr);
        let (queues, counters) = places(&server.addr, &token);
        let stop = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|n| {
                let client = Client {
                    conn: Conn::new(&server.addr, Some(&token)),
                    queue: queues[n % queues.len()].clone(),
                    counter: counters[n % counters.len()].clone(),
                    told: Arc::clone(&self.told),
                    keys: Arc::clone(&self.keys),
                };
                let stop = Arc::clone(&stop);
                std::thread::spawn(move || client.work(&stop))
            })
            .collect();
        // Another moment in every round, counted from when work is under way.
        let before = self.completed();
        let begun = Instant::now();
        while self.completed() == before && begun.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let moment = (round as u64 * 7919) % 700;
        std::thread::sleep(Duration::from_millis(moment));
        server.kill();
        stop.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().expect("a client that does not panic");
        }
        self.compare();
    }

    fn completed(&self) -> usize {
        self.told.lock().expect("no client panicked").completed.len()
    }

    /// Holds what clients were told against what is stored.
    fn compare(&self) {
        let server = Server::start(self.data, &self.env);
        let token = sign_in(&server.addr);
        let mut conn = Conn::new(&server.addr, Some(&token));
        let mut told = self.told.lock().expect("no client panicked");
        // What was never answered is asked again under the same key: carried out once, whatever happened.
        for (key, queue) in std::mem::take(&mut told.unanswered) {
            let again = issue(&mut conn, &queue, &key).expect("the server answers");
            let (id, number) = ticket_of(&again.body);
            let third = issue(&mut conn, &queue, &key).expect("the server answers");
            assert_eq!(ticket_of(&third.body), (id.clone(), number.clone()), "one key, two tickets");
            told.issued.insert(id, number);
        }
        let stored = all_tickets(&mut conn);
        for (id, number) in &told.issued {
            let ticket =
                stored.get(id).unwrap_or_else(|| panic!("ticket {number} was acknowledged and is gone"));
            assert_eq!(ticket["number"], json!(number));
        }
        for (id, counter) in &told.called {
            assert_ne!(stored[id]["status"], "waiting", "{id} was called, and waits");
            let holder = &stored[id]["counter_id"];
            assert_eq!(holder, &json!(counter), "{id} was called to another counter");
        }
        for id in &told.completed {
            assert_eq!(stored[id]["status"], "served", "{id} was completed");
        }
        numbers_are_whole(&stored);
        // Exactly one call and one completion each, in the log as well.
        for id in told.completed.iter().take(20) {
            let path = format!("/api/v1/tenants/demo-bank/tickets/{id}/history?limit=200");
            let history = conn.get(&path).expect("the server answers").body;
            let kinds: Vec<&str> = history["items"]
                .as_array()
                .expect("items")
                .iter()
                .filter_map(|e| e["kind"].as_str())
                .collect();
            for kind in ["ticket.issued", "ticket.called", "ticket.completed"] {
                assert_eq!(kinds.iter().filter(|k| **k == kind).count(), 1, "{id}: {kinds:?}");
            }
        }
        drop(server);
    }

    /// The audit chain of what all rounds left behind.
    fn audit(&self) {
        assert!(self.completed() > 0, "nobody was served");
        let doctor =
            usher(self.data, &self.env).args(["doctor", "--verify-audit"]).output().expect("it starts");
        assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
    }
}

/// One client: issue, call, complete, until the server is gone.
struct Client {
    conn: Conn,
    queue: String,
    counter: String,
    told: Arc<Mutex<Told>>,
    keys: Arc<AtomicU64>,
}

impl Client {
    fn work(mut self, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            let key = format!("crash-{}", self.keys.fetch_add(1, Ordering::Relaxed));
            match issue(&mut self.conn, &self.queue, &key) {
                Ok(answer) => {
                    assert_eq!(answer.status, 201, "{answer:?}");
                    let (id, number) = ticket_of(&answer.body);
                    let twin = self.told.lock().expect("no client panicked").issued.insert(id, number);
                    assert_eq!(twin, None);
                }
                Err(_) => {
                    let unanswered = (key, self.queue.clone());
                    self.told.lock().expect("no client panicked").unanswered.push(unanswered);
                    return;
                }
            }
            let call = format!("/api/counters/{}/call", self.counter);
            let Ok(called) = self.conn.post(&call, &json!({}), None) else { return };
            // Another client shares the counter: it may hold a ticket already.
            let Some(id) = called.body["token_id"].as_str().map(str::to_owned) else { continue };
            {
                let mut told = self.told.lock().expect("no client panicked");
                let twice = told.called.insert(id.clone(), self.counter.clone());
                assert_eq!(twice, None, "{id} was called twice");
            }
            let serve = format!("/api/counters/{}/serve", self.counter);
            let Ok(served) = self.conn.post(&serve, &json!({ "token_id": id }), None) else { return };
            assert_eq!(served.status, 200, "{served:?}");
            self.told.lock().expect("no client panicked").completed.insert(id);
        }
    }
}

fn issue(conn: &mut Conn, queue: &str, key: &str) -> Result<crate::http::Answer, crate::http::Lost> {
    conn.post("/api/v1/tenants/demo-bank/tickets", &json!({ "queue_id": queue }), Some(key))
}

pub(crate) fn ticket_of(body: &Value) -> (String, String) {
    let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("{name} in {body}")).to_owned();
    (text("id"), text("number"))
}

fn sign_in(addr: &str) -> String {
    let login = json!({ "email": "admin@demo-bank.com", "password": "admin123", "tenant": "demo-bank" });
    let answer = Conn::new(addr, None).post("/api/v1/auth/login", &login, None).expect("the server answers");
    answer.body["access_token"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

/// The queues of the main branch, and a counter for each that serves it, opened.
fn places(addr: &str, token: &str) -> (Vec<String>, Vec<String>) {
    let mut conn = Conn::new(addr, Some(token));
    let counters =
        conn.get("/api/v1/tenants/demo-bank/sites/main/counters").expect("the server answers").body;
    let mut queues = Vec::new();
    let mut ids = Vec::new();
    for counter in counters["items"].as_array().expect("items") {
        let id = counter["id"].as_str().expect("an id");
        let path = format!("/api/counters/{id}");
        let open = conn.put(&path, &json!({ "status": "open" })).expect("the server answers");
        assert_eq!(open.status, 200, "{open:?}");
        ids.push(id.to_owned());
        let queue = counter["queue_ids"][0].as_str().expect("a queue").to_owned();
        // More numbers than any machine issues in the seconds that a round lasts.
        let path = format!("/api/v1/tenants/demo-bank/queues/{queue}");
        let roomy = conn.put(&path, &json!({ "last_number": 99_999 })).expect("the server answers");
        assert_eq!(roomy.status, 200, "{roomy:?}");
        queues.push(queue);
    }
    (queues, ids)
}

pub(crate) fn all_tickets(conn: &mut Conn) -> HashMap<String, Value> {
    let mut all = HashMap::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/tenants/demo-bank/tickets?limit=200{cursor}");
        let page = conn.get(&path).expect("the server answers").body;
        for ticket in page["items"].as_array().unwrap_or_else(|| panic!("{page}")) {
            all.insert(ticket["id"].as_str().expect("an id").to_owned(), ticket.clone());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// In each line and on each day: every number from the first to the last, each once.
pub(crate) fn numbers_are_whole(stored: &HashMap<String, Value>) {
    let mut lines: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
    for ticket in stored.values() {
        let number = ticket["number"].as_str().expect("a number");
        let value: i64 = number.rsplit('-').next().and_then(|n| n.parse().ok()).expect("digits");
        let day = ticket["issued_at"].as_str().expect("a time")[..10].to_owned();
        lines.entry((ticket["queue_id"].to_string(), day)).or_default().push(value);
    }
    for ((queue, _), mut values) in lines {
        values.sort_unstable();
        assert!(
            values.windows(2).all(|pair| pair[0] != pair[1]),
            "{queue}: a number was given twice: {values:?}"
        );
        let (first, last) = (values[0], values[values.len() - 1]);
        assert_eq!(last - first + 1, values.len() as i64, "{queue}: a gap in {values:?}");
    }
}
