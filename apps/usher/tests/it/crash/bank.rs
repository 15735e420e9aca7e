//! A bank whose server or database is killed while people are served.

use std::cell::Cell;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::{Value, json};

use usher_testkit::eventually;
use usher_testkit::pg::Cluster;

use super::client::Client;
use super::goods::Goods;
use super::told::{Asked, Told, What, all_tickets};
use crate::http::Conn;
use crate::server::{Server, stand_at_noon, usher};

/// Clients at once.
const CLIENTS: usize = 8;
/// How long anything may take that has to happen at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for what has to happen under load.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    eventually(what, PATIENCE, || done().then_some(()));
}

pub(super) struct Bank<'a> {
    data: &'a Path,
    env: Vec<(String, String)>,
    server: Option<Server>,
    told: Arc<Mutex<Told>>,
    keys: Arc<AtomicU64>,
    goods: Goods,
    /// Where the moments of the blows come from.
    seed: Cell<u64>,
}

/// Clients at work.
struct Load {
    token: String,
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    /// Lets the clients end what they are at.
    fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.join().expect("a client that does not panic");
        }
    }
}

/// `USHER_TEST_SEED`, else another one in every run; a test that fails shows it, so that its moments can be had again.
#[expect(clippy::print_stderr, reason = "a failing test shows what it printed")]
fn seed() -> u64 {
    let given = std::env::var("USHER_TEST_SEED").ok();
    let given = given.map(|text| text.parse().expect("USHER_TEST_SEED is a number"));
    let seed = given.unwrap_or_else(|| u64::from_le_bytes(usher_kernel::random::bytes()));
    eprintln!("the moments come from USHER_TEST_SEED={seed}");
    seed
}

impl<'a> Bank<'a> {
    pub(super) fn open(data: &'a Path, env: &[(String, String)]) -> Self {
        let made = usher(data, env)
            .args(["tenant", "create", "--name", "Demo Bank", "--slug", "demo-bank"])
            .args(["--admin-email", "admin@demo-bank.com", "--admin-password", "admin123"])
            .arg("--with-demo-data")
            .output()
            .expect("the binary starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let server = Server::start(data, env);
        let mut admin = Conn::new(&server.addr, Some(&sign_in(&server.addr)));
        stand_at_noon(&mut admin);
        let goods = Goods::set_up(&mut admin);
        let (env, seed) = (env.to_vec(), Cell::new(seed()));
        Self { data, env, server: Some(server), told: Arc::default(), keys: Arc::default(), goods, seed }
    }

    /// Works, kills the server in the middle, starts it again and compares.
    pub(super) fn lose_the_server(&mut self) {
        let load = self.load();
        if let Some(server) = self.server.take() {
            server.kill();
        }
        load.end();
        self.server = Some(Server::start(self.data, &self.env));
        self.compare();
    }

    /// Works, kills the database in the middle, starts it again and compares. The server stays.
    pub(super) fn lose_the_database(&mut self, cluster: &mut Cluster) {
        let load = self.load();
        let before = self.told.lock().turned_away;
        cluster.kill();
        // Every client is turned away, and is told so.
        until("clients are turned away", || self.told.lock().turned_away >= before + CLIENTS);
        let mut conn = Conn::new(&self.server().addr, Some(&load.token));
        assert_eq!(conn.get("/api/v1/health").expect("the server lives").status, 200);
        let read = conn.get("/api/v1/tenants/demo-bank/tickets").expect("the server answers");
        assert_eq!(read.status, 503, "{read:?}");
        self.told.lock().turn_away(&read);
        cluster.restart();
        let served = self.completed();
        until("people are served once the database is back", || self.completed() > served + CLIENTS);
        load.end();
        let Some(server) = &mut self.server else { panic!("the server is started") };
        assert!(server.is_running(), "the server went with its database");
        assert!(self.told.lock().unanswered.is_empty(), "the server left a request without an answer");
        self.compare();
    }

    fn server(&self) -> &Server {
        self.server.as_ref().expect("it is started")
    }

    /// Sets clients to work and comes back at a random moment, counted from when work is under way.
    fn load(&self) -> Load {
        let server = self.server();
        let token = sign_in(&server.addr);
        let (queues, counters) = places(&server.addr, &token);
        let stop = Arc::new(AtomicBool::new(false));
        let client = |n: usize| {
            let client = Client {
                conn: Conn::new(&server.addr, Some(&token)),
                queue: queues[n % queues.len()].clone(),
                counter: counters[n % counters.len()].clone(),
                goods: self.goods.clone(),
                told: Arc::clone(&self.told),
                keys: Arc::clone(&self.keys),
            };
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || client.work(&stop))
        };
        let clients = (0..CLIENTS).map(client).collect();
        let before = self.completed();
        until("somebody is served", || self.completed() > before);
        std::thread::sleep(self.moment());
        Load { token, stop, clients }
    }

    /// The next moment within the first 700 ms, by the microsecond: SplitMix64 from the seed.
    fn moment(&self) -> Duration {
        let state = self.seed.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.seed.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Duration::from_micros((mixed ^ (mixed >> 31)) % 700_000)
    }

    fn completed(&self) -> usize {
        self.told.lock().completed.len()
    }

    /// Holds what clients were told against what is stored.
    fn compare(&self) {
        let addr = &self.server().addr;
        let mut conn = Conn::new(addr, Some(&sign_in(addr)));
        let mut told = self.told.lock();
        // What was never answered is asked again under the same key: carried out once, whatever happened.
        let mut repeated = Vec::new();
        for asked in std::mem::take(&mut told.unanswered) {
            let again = asked.send(&mut conn).expect("the server answers");
            told.take(&asked, &again);
            if again.status < 300 {
                let third = asked.send(&mut conn).expect("the server answers");
                assert_eq!(third.body, again.body, "one key, two answers");
                assert_eq!(third.header("idempotency-replayed"), Some("true"), "{third:?}");
            }
            repeated.extend(ticket_named(&asked, &again.body));
        }
        // Whoever was called is served, so that the next round finds the counters free.
        for (id, ticket) in all_tickets(&mut conn) {
            if let Some(counter) = ticket["counter_id"].as_str()
                && matches!(ticket["status"].as_str(), Some("called" | "serving"))
            {
                let key = format!("crash-{}", self.keys.fetch_add(1, Ordering::Relaxed));
                let path = format!("/api/counters/{counter}/serve");
                let asked = Asked { body: json!({ "token_id": id }), what: What::Serve(id), path, key };
                told.take(&asked, &asked.send(&mut conn).expect("the server answers"));
            }
        }
        let stored = all_tickets(&mut conn);
        told.compare(&stored);
        self.goods.compare(&mut conn, &told);
        self.remembers(&mut conn, &stored);
        // Exactly one call and one completion each, in the log as well.
        for id in
            told.completed.iter().take(20).chain(repeated.iter().filter(|id| told.completed.contains(*id)))
        {
            let path = format!("/api/v1/tenants/demo-bank/tickets/{id}/history?limit=200");
            let history = conn.get(&path).expect("the server answers").body;
            let items = history["items"].as_array().expect("items");
            for kind in ["ticket.issued", "ticket.called", "ticket.completed"] {
                let times = items.iter().filter(|event| event["kind"] == kind).count();
                assert_eq!(times, 1, "{id}, {kind}: {history}");
            }
        }
    }

    /// The lines in memory are those that are stored.
    fn remembers(&self, conn: &mut Conn, stored: &HashMap<String, Value>) {
        let waiting = |queue: &Value| {
            let of = |ticket: &&Value| &ticket["queue_id"] == queue && ticket["status"] == "waiting";
            stored.values().filter(of).count() as u64
        };
        until("the memory says who waits", || {
            let board = conn.get("/api/v1/public/sites/demo-bank/main").expect("the server answers").body;
            let queues = board["queues"].as_array().unwrap_or_else(|| panic!("{board}"));
            queues.iter().all(|queue| queue["waiting"] == waiting(&queue["id"]))
        });
    }

    /// The audit chain of what all rounds left behind.
    pub(super) fn audit(mut self) {
        assert!(self.completed() > 0, "nobody was served");
        drop(self.server.take());
        let doctor =
            usher(self.data, &self.env).args(["doctor", "--verify-audit"]).output().expect("it starts");
        assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
    }
}

/// The ticket that a repeated request was about.
fn ticket_named(asked: &Asked, answer: &Value) -> Option<String> {
    match &asked.what {
        What::Issue => answer["id"].as_str().map(str::to_owned),
        What::Call(_) => answer["token_id"].as_str().map(str::to_owned),
        What::Serve(id) => Some(id.clone()),
        What::Redeem | What::Book(_) => None,
    }
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
