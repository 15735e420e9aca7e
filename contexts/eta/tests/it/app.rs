//! A bank with a line, asked over HTTP, whose estimates follow its log.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use usher_customers::Customers;
use usher_db::{Db, Engine, MigrationSet};
use usher_eta::Eta;
use usher_eta::jobs::{Due, Train};
use usher_eta::model::Book;
use usher_events::{Events, Following, Settings};
use usher_http::{Api, HttpConfig, Rates};
use usher_identity::{FirstAdmin, Identity, IdentityConfig, MailFolder};
use usher_jobs::Jobs;
use usher_kernel::{Clock, ManualClock, SignedDuration, SystemCtx, TenantId};
use usher_queueing::{Parts, Queueing, Watch};
use usher_realtime::{Hub, HubConfig};
use usher_tenancy::Tenancy;
use usher_tenancy::model::NewTenant;
use usher_testkit::{TestClient, TestDb, block_on};

const PASSWORD: &str = "demo1234";

fn tables() -> Vec<MigrationSet> {
    vec![
        usher_http::MIGRATIONS,
        usher_events::migrations(),
        usher_jobs::migrations(),
        usher_tenancy::MIGRATIONS,
        usher_identity::MIGRATIONS,
        usher_customers::MIGRATIONS,
        usher_queueing::MIGRATIONS,
        usher_eta::MIGRATIONS,
    ]
}

/// One node of the bank.
pub(crate) struct Node {
    pub(crate) db: Db,
    pub(crate) eta: Eta,
    pub(crate) following: Arc<Following<Eta>>,
    pub(crate) log: Events,
    pub(crate) hub: Hub,
    /// What becomes due by itself in the lines.
    pub(crate) watch: Watch,
    jobs: Jobs,
    identity: Identity,
    client: TestClient,
    /// The graph asks the routes as long as there is one.
    _api: Api,
}

/// The bank.
pub(crate) struct App {
    pub(crate) node: Node,
    pub(crate) time: ManualClock,
    pub(crate) clock: Clock,
    pub(crate) bank: TenantId,
    /// The administrator.
    pub(crate) admin: TestClient,
    pub(crate) site: String,
    pub(crate) queue: String,
    pub(crate) counters: Vec<String>,
    files: TestDb,
}

/// Runs a test on an engine, where that is wanted and installed.
pub(crate) fn run<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(App) -> F) {
    block_on(async {
        if let Some(files) = TestDb::open(engine, tables()).await {
            test(App::over(files).await).await;
        }
    });
}

fn person(email: &str) -> FirstAdmin {
    let name = email.split('@').next().unwrap_or_default().to_owned();
    FirstAdmin { email: email.to_owned(), password: Some(PASSWORD.to_owned()), name }
}

impl Node {
    async fn over(db: Db, clock: &Clock) -> Self {
        let node = Self::starting(db, clock).await;
        node.following.load().await.unwrap();
        node
    }

    /// A node that answers already, and has not read yet what its estimates had learned.
    async fn starting(db: Db, clock: &Clock) -> Self {
        let settings = Settings { poll: Duration::from_millis(20), ..Settings::default() };
        let log = Events::new(db.clone(), clock.clone(), settings);
        let tenancy = Tenancy::new(db.clone(), log.bus(), None);
        let mailer = Arc::new(MailFolder::new(std::env::temp_dir().join("usher-eta-mail")));
        let mut config = IdentityConfig::new(b"a secret for tests, long enough for HS256".to_vec());
        // Nobody signs in again while a test lets days go by.
        config.access_life = SignedDuration::from_hours(24 * 365);
        config.session_life = config.access_life;
        let identity = Identity::new(tenancy.clone(), log.bus(), clock.clone(), mailer, config).unwrap();
        let hub = Hub::new(HubConfig::default(), clock.clone());
        let customers = Customers::new(identity.clone());
        let line = Queueing::new(Parts {
            identity: identity.clone(),
            customers: customers.clone(),
            hub: hub.clone(),
            secret: b"secret".to_vec(),
            clock: clock.clone(),
        });
        log.register(Eta::scorer(&line));
        let sys = SystemCtx::new("test", clock.clone());
        tenancy.load(&sys).await.unwrap();
        let (eta, following) = Eta::start(&line, &log);
        usher_queueing::start(&line, log.bus(), &sys).await.unwrap();
        let jobs = Jobs::new(db.clone(), clock.clone());
        jobs.handle_outside(Arc::new(Train::new(db.clone(), clock.clone())));
        jobs.recur(Arc::new(Due));
        let http = HttpConfig { rates: Rates::unlimited(), ..HttpConfig::default() };
        let settings = usher_graphql::Settings { introspection: true, log: false };
        let declared = vec![
            usher_tenancy::graphql::graph(tenancy.clone()),
            usher_customers::graphql::graph(),
            usher_queueing::graphql::graph(line.clone()),
            usher_eta::graphql::graph(),
        ];
        let door = usher_graphql::Door::new(hub.clone(), settings, declared);
        let api = Api::builder(http, Arc::new(identity.clone()), Arc::new(tenancy.clone()), clock.clone())
            .mount(usher_tenancy::routes(tenancy))
            .mount(usher_identity::routes(identity.clone()))
            .mount(usher_queueing::routes(line.clone()))
            .mount(usher_customers::routes(customers))
            .mount(usher_eta::routes(eta.clone(), line.clone()))
            .mount(usher_graphql::routes(door.clone()))
            .build()
            .unwrap();
        door.open(&api).unwrap();
        let client = TestClient::new(api.clone().into_router());
        let watch = Watch::new(&line);
        Self { db, eta, following, log, hub, watch, jobs, identity, client, _api: api }
    }
}

impl App {
    async fn over(files: TestDb) -> Self {
        // A Friday.
        let (clock, time) = Clock::manual("2026-11-20T09:00:00Z".parse().unwrap());
        let node = Node::over(files.db().clone(), &clock).await;
        let sys = SystemCtx::new("test", clock.clone());
        let bank = NewTenant { name: "Bank".to_owned(), ..NewTenant::default() };
        let (bank, _) = node.identity.create_tenant(&sys, bank, person("admin@bank.example")).await.unwrap();
        let who = json!({ "email": "admin@bank.example", "password": PASSWORD });
        let answer = node.client.post("/api/v1/auth/login", who).await.expect(200);
        let admin = node.client.clone().bearer(answer["access_token"].as_str().unwrap());
        let site = json!({ "name": "Main" });
        let site = id_of(&admin.post("/api/v1/tenants/bank/sites", site).await.expect(201));
        let service =
            json!({ "name": "Deposit", "code": "deposit", "default_minutes": 6, "target_minutes": 15 });
        let service = id_of(&admin.post("/api/v1/tenants/bank/services", service).await.expect(201));
        let queue = json!({ "name": "Deposits", "prefix": "A", "site_id": site, "service_ids": [service] });
        let queue = id_of(&admin.post("/api/v1/tenants/bank/queues", queue).await.expect(201));
        let mut app =
            Self { node, time, clock, bank: bank.id, admin, site, queue, counters: Vec::new(), files };
        app.open_counter().await;
        app
    }

    /// A second tenant with a line of its own: its administrator, and the line.
    pub(crate) async fn second_tenant(&self) -> (TestClient, String) {
        let sys = SystemCtx::new("test", self.clock.clone());
        let shop = NewTenant { name: "Shop".to_owned(), ..NewTenant::default() };
        self.node.identity.create_tenant(&sys, shop, person("admin@shop.example")).await.unwrap();
        let who = json!({ "email": "admin@shop.example", "password": PASSWORD });
        let answer = self.nobody().post("/api/v1/auth/login", who).await.expect(200);
        let admin = self.nobody().bearer(answer["access_token"].as_str().unwrap());
        let make = |what: &str, body: Value| {
            let (admin, path) = (admin.clone(), format!("/api/v1/tenants/shop/{what}"));
            async move { id_of(&admin.post(&path, body).await.expect(201)) }
        };
        let site = make("sites", json!({ "name": "Main" })).await;
        let service = json!({ "name": "Deposit", "code": "deposit", "default_minutes": 6 });
        let service = make("services", service).await;
        let queue = json!({ "name": "Deposits", "prefix": "A", "site_id": site, "service_ids": [service] });
        let queue = make("queues", queue).await;
        let counter = json!({ "name": "Till", "site_id": site, "queue_ids": [queue], "status": "open" });
        make("counters", counter).await;
        (admin, queue)
    }

    /// Somebody who hands out tickets, at one site only.
    pub(crate) async fn clerk_at(&self, site: &str) -> TestClient {
        let key = json!({ "name": "Clerk", "scopes": ["tickets:issue"], "sites": [site] });
        let key = self.admin.post("/api/v1/tenants/bank/api-keys", key).await.expect(201);
        self.nobody().bearer(key["key"].as_str().unwrap())
    }

    /// The site closes at a time of every day from now on.
    pub(crate) async fn close_at(&self, closes: &str) {
        let day = json!([{ "opens": "06:00", "closes": closes }]);
        let days =
            ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(|name| (name.to_owned(), day.clone()));
        let weekly: serde_json::Map<_, _> = days.into_iter().collect();
        let path = format!("/api/v1/tenants/bank/sites/{}", self.site);
        self.admin.put(&path, json!({ "hours": weekly })).await.expect(200);
    }

    /// One more counter, open.
    pub(crate) async fn open_counter(&mut self) {
        let n = self.counters.len() + 1;
        let counter = json!({
            "name": format!("Counter {n}"), "site_id": self.site, "queue_ids": [self.queue], "status": "open",
            "capacity": 5,
        });
        let counter = self.admin.post("/api/v1/tenants/bank/counters", counter).await.expect(201);
        self.counters.push(id_of(&counter));
    }

    /// A node that has just started beside this one; it reads the same database.
    pub(crate) async fn beside(&self) -> Node {
        Node::over(self.another_way_in().await, &self.clock).await
    }

    /// The same a moment earlier: it has not read yet what its estimates had learned. And the administrator, signed in there.
    pub(crate) async fn starting(&self) -> (Node, TestClient) {
        let node = Node::starting(self.another_way_in().await, &self.clock).await;
        let who = json!({ "email": "admin@bank.example", "password": PASSWORD });
        let answer = node.client.post("/api/v1/auth/login", who).await.expect(200);
        let admin = node.client.clone().bearer(answer["access_token"].as_str().unwrap());
        (node, admin)
    }

    async fn another_way_in(&self) -> Db {
        match self.node.db.engine() {
            Engine::Sqlite => self.node.db.clone(),
            Engine::Postgres => Db::open(self.files.config().clone(), tables()).await.unwrap(),
        }
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.time.advance(SignedDuration::from_secs(seconds));
    }

    /// Lets the estimates and the record take what has happened.
    pub(crate) async fn settle(&self) {
        self.node.log.catch_up().await.unwrap();
        self.node.following.catch_up().await.unwrap();
    }

    /// Does the jobs that are due.
    pub(crate) async fn work(&self) {
        self.node.jobs.run_due(self.clock.now()).await.unwrap();
    }

    pub(crate) fn book(&self) -> Book {
        self.node.eta.picture_of(self.bank)
    }

    pub(crate) fn nobody(&self) -> TestClient {
        self.node.client.clone()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.admin.get(&format!("/api/v1/tenants/bank/{path}")).await.expect(200)
    }

    /// The estimate for somebody who would join now.
    pub(crate) async fn estimate(&self) -> Value {
        self.get(&format!("queues/{}/eta", self.queue)).await
    }

    /// A second line, which the first counter serves after its own.
    pub(crate) async fn another_line(&self) -> String {
        let service = json!({ "name": "Loan", "code": "loan", "default_minutes": 6 });
        let service = id_of(&self.admin.post("/api/v1/tenants/bank/services", service).await.expect(201));
        let queue = json!({ "name": "Loans", "prefix": "L", "site_id": self.site, "service_ids": [service] });
        let queue = id_of(&self.admin.post("/api/v1/tenants/bank/queues", queue).await.expect(201));
        let path = format!("/api/v1/tenants/bank/counters/{}", self.counters[0]);
        self.admin.put(&path, json!({ "queue_ids": [self.queue, queue] })).await.expect(200);
        queue
    }

    /// A ticket for the line.
    pub(crate) async fn ticket(&self) -> Value {
        self.ticket_in(&self.queue).await
    }

    /// A ticket for any line.
    pub(crate) async fn ticket_in(&self, queue: &str) -> Value {
        let new = json!({ "queue_id": queue });
        self.admin.post("/api/v1/tenants/bank/tickets", new).await.expect(201)
    }

    /// Does something with a ticket.
    pub(crate) async fn act(&self, ticket: &str, word: &str, body: Value) -> Value {
        let path = format!("/api/v1/tenants/bank/tickets/{ticket}/{word}");
        self.admin.post(&path, body).await.expect(200)
    }

    /// A counter calls the next ticket; none when nobody waits.
    pub(crate) async fn next(&self, counter: usize) -> Option<String> {
        let body = json!({ "counter_id": self.counters[counter] });
        let called = self.admin.post("/api/v1/tenants/bank/agents/call-next", body).await.expect(200);
        called["ticket"]["id"].as_str().map(str::to_owned)
    }

    /// A morning: each of `people` comes two minutes after the one before, the counter takes `seconds` for each.
    pub(crate) async fn morning(&self, people: usize, seconds: i64) {
        let (mut now, mut arrival, mut free) = (0, 0, 0);
        let (mut came, mut done, mut served) = (0, 0, None::<String>);
        while done < people {
            let waits = came > done + usize::from(served.is_some());
            if came < people && (arrival <= free || !waits && served.is_none()) {
                self.wait((arrival - now).max(0));
                now = now.max(arrival);
                self.ticket().await;
                (came, arrival) = (came + 1, arrival + 120);
                free = free.max(now);
                continue;
            }
            self.wait((free - now).max(0));
            now = now.max(free);
            if let Some(ticket) = served.take() {
                self.act(&ticket, "close", json!({})).await;
                done += 1;
            }
            served = self.next(0).await;
            free = now + if served.is_some() { seconds } else { 30 };
        }
    }
}

pub(crate) fn id_of(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}
