//! A bank with a line, a programme and people.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use usher_customers::{CustomerId, Customers};
use usher_db::{Db, DbError, DynQuery, Engine, Lane, MigrationSet};
use usher_engagement::{Ask, Engagement, Expire, Release};
use usher_events::{Events, Search, Settings};
use usher_http::{Api, HttpConfig, Rates};
use usher_identity::model::NewMember;
use usher_identity::{FirstAdmin, Identity, IdentityConfig, MailFolder};
use usher_jobs::Jobs;
use usher_kernel::{Clock, Ctx, ManualClock, SignedDuration, SiteId, SystemCtx, TenantId};
use usher_queueing::{Parts, Queueing};
use usher_realtime::{Hub, HubConfig};
use usher_tenancy::Tenancy;
use usher_tenancy::model::NewTenant;
use usher_testkit::{TestClient, TestDb, block_on};

const PASSWORD: &str = "demo1234";

pub(crate) fn tables() -> Vec<MigrationSet> {
    vec![
        usher_http::MIGRATIONS,
        usher_events::migrations(),
        usher_jobs::migrations(),
        usher_tenancy::MIGRATIONS,
        usher_identity::MIGRATIONS,
        usher_customers::MIGRATIONS,
        usher_queueing::MIGRATIONS,
        usher_engagement::MIGRATIONS,
    ]
}

/// One node of the bank.
pub(crate) struct Node {
    pub(crate) db: Db,
    pub(crate) engagement: Engagement,
    pub(crate) line: Queueing,
    log: Events,
    jobs: Jobs,
    identity: Identity,
    client: TestClient,
}

/// The bank.
pub(crate) struct App {
    pub(crate) node: Node,
    pub(crate) sys: SystemCtx,
    pub(crate) time: ManualClock,
    clock: Clock,
    pub(crate) bank: TenantId,
    /// The administrator.
    pub(crate) admin: TestClient,
    pub(crate) queue: String,
    pub(crate) counter: String,
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
        let settings = Settings { poll: Duration::from_millis(20), ..Settings::default() };
        let log = Events::new(db.clone(), clock.clone(), settings);
        let tenancy = Tenancy::new(db.clone(), log.bus(), None);
        let mailer = Arc::new(MailFolder::new(std::env::temp_dir().join("usher-engagement-mail")));
        let mut config = IdentityConfig::new(b"a secret for tests, long enough for HS256".to_vec());
        // Nobody signs in again while a test lets days go by.
        config.access_life = SignedDuration::from_hours(24 * 365);
        config.session_life = config.access_life;
        let identity = Identity::new(tenancy.clone(), log.bus(), clock.clone(), mailer, config).unwrap();
        let customers = Customers::new(identity.clone());
        let hub = Hub::new(HubConfig::default(), clock.clone());
        let line = Queueing::new(Parts {
            identity: identity.clone(),
            customers: customers.clone(),
            hub,
            secret: b"secret".to_vec(),
            clock: clock.clone(),
        });
        let engagement = Engagement::new(&line, &log);
        let sys = SystemCtx::new("test", clock.clone());
        tenancy.load(&sys).await.unwrap();
        usher_queueing::start(&line, log.bus(), &sys).await.unwrap();
        engagement.follow(log.bus());
        let jobs = Jobs::new(db.clone(), clock.clone());
        jobs.handle(Arc::new(Ask::new(engagement.clone())));
        jobs.handle(Arc::new(Release::new(engagement.clone())));
        jobs.recur(Arc::new(Expire::new(engagement.clone())));
        let http = HttpConfig { rates: Rates::unlimited(), ..HttpConfig::default() };
        let api = Api::builder(http, Arc::new(identity.clone()), Arc::new(tenancy.clone()), clock.clone())
            .mount(usher_tenancy::routes(tenancy))
            .mount(usher_identity::routes(identity.clone()))
            .mount(usher_customers::routes(customers))
            .mount(usher_queueing::routes(line.clone()))
            .mount(usher_engagement::routes(engagement.clone()))
            .build()
            .unwrap();
        let client = TestClient::new(api.into_router());
        Self { db, engagement, line, log, jobs, identity, client }
    }
}

impl App {
    /// The bank on an engine, where that is wanted and installed.
    pub(crate) async fn open(engine: Engine) -> Option<Self> {
        Some(Self::over(TestDb::open(engine, tables()).await?).await)
    }

    async fn over(files: TestDb) -> Self {
        let (clock, time) = Clock::manual("2026-11-20T09:00:00Z".parse().unwrap());
        let node = Node::over(files.db().clone(), &clock).await;
        let sys = SystemCtx::new("test", clock.clone());
        let bank = NewTenant { name: "Bank".to_owned(), ..NewTenant::default() };
        let (bank, _) = node.identity.create_tenant(&sys, bank, person("admin@bank.example")).await.unwrap();
        let admin = signed_in(&node.client, "admin@bank.example").await;
        let site = json!({ "name": "Main" });
        let site = admin.post("/api/v1/tenants/bank/sites", site).await.expect(201);
        let queue = json!({ "name": "Deposit", "prefix": "A", "site_id": site["id"] });
        let queue = admin.post("/api/v1/tenants/bank/queues", queue).await.expect(201);
        let counter = json!({
            "name": "Counter 1", "site_id": site["id"], "queue_ids": [queue["id"]], "status": "open", "capacity": 20,
        });
        let counter = admin.post("/api/v1/tenants/bank/counters", counter).await.expect(201);
        let (queue, counter) = (id_of(&queue), id_of(&counter));
        let seat = json!({ "counter_id": counter });
        admin.post("/api/v1/tenants/bank/agents/sign-in", seat).await.expect(200);
        Self { node, sys, time, clock, bank: bank.id, admin, queue, counter, files }
    }

    /// Another node beside this one; the same database on the embedded engine, which has one process.
    pub(crate) async fn beside(&self) -> Node {
        let db = match self.node.db.engine() {
            Engine::Sqlite => self.node.db.clone(),
            Engine::Postgres => Db::open(self.files.config().clone(), tables()).await.unwrap(),
        };
        Node::over(db, &self.clock).await
    }

    pub(crate) fn ctx(&self) -> Ctx {
        self.sys.within(self.bank)
    }

    pub(crate) fn wait(&self, minutes: i64) {
        self.time.advance(SignedDuration::from_mins(minutes));
    }

    /// Lets the subscribers take what has happened.
    pub(crate) async fn settle(&self) {
        self.node.log.catch_up().await.unwrap();
    }

    /// Does the jobs that are due.
    pub(crate) async fn work(&self) {
        self.node.jobs.run_due(self.clock.now()).await.unwrap();
    }

    /// Somebody of the bank, signed in.
    pub(crate) async fn signed_in(&self, role: &str, email: &str) -> TestClient {
        self.signed_in_at(role, email, &[]).await
    }

    /// Somebody who works at some sites of the bank, at all where none is named, signed in.
    pub(crate) async fn signed_in_at(&self, role: &str, email: &str, sites: &[SiteId]) -> TestClient {
        let member = NewMember { sites: sites.to_vec(), ..NewMember::default() };
        let made = self.node.identity.create_person(&self.sys, Some(self.bank), person(email), role, member);
        made.await.unwrap();
        signed_in(&self.node.client, email).await
    }

    pub(crate) fn nobody(&self) -> TestClient {
        self.node.client.clone()
    }

    /// A customer without an account.
    pub(crate) async fn customer(&self, phone: &str) -> String {
        let new = json!({ "phone": phone });
        let made = self.admin.post("/api/v1/tenants/bank/customers", new).await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// Changes how points are earned.
    pub(crate) async fn programme(&self, change: Value) {
        self.admin.put("/api/v1/tenants/bank/reward-programme", change).await.expect(200);
    }

    /// Adds a reward.
    pub(crate) async fn reward(&self, reward: Value) -> String {
        let made = self.admin.post("/api/organizations/bank/rewards", reward).await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// Gives points by hand.
    pub(crate) async fn give(&self, customer: &str, points: i64) {
        let path = format!("/api/v1/tenants/bank/customers/{customer}/points");
        self.admin.post(&path, json!({ "points": points, "reason": "test" })).await.expect(201);
    }

    /// How many points a customer can spend.
    pub(crate) async fn available(&self, customer: &str) -> i64 {
        let path = format!("/api/v1/tenants/bank/customers/{customer}/points");
        self.admin.get(&path).await.expect(200)["available"].as_i64().unwrap()
    }

    /// The kinds and points of a customer's ledger, the oldest first.
    pub(crate) async fn lines(&self, customer: &str) -> Vec<(String, i64)> {
        let path = format!("/api/v1/tenants/bank/customers/{customer}/points/transactions?limit=200");
        let page = self.admin.get(&path).await.expect(200);
        let line = |line: &Value| {
            (line["type"].as_str().unwrap().to_owned(), line["points_change"].as_i64().unwrap())
        };
        page["items"].as_array().unwrap().iter().rev().map(line).collect()
    }

    /// A ticket for a customer.
    pub(crate) async fn ticket(&self, customer: &str) -> String {
        let new = json!({ "queue_id": self.queue, "customer_id": customer });
        id_of(&self.admin.post("/api/v1/tenants/bank/tickets", new).await.expect(201))
    }

    /// A ticket that somebody takes in the app.
    pub(crate) async fn join(&self, who: &TestClient) -> String {
        let path = format!("/api/queues/{}/join", self.queue);
        id_of(&who.post(&path, json!({})).await.expect(201))
    }

    /// Does something with a ticket.
    pub(crate) async fn act(&self, ticket: &str, word: &str, body: Value) -> Value {
        let path = format!("/api/v1/tenants/bank/tickets/{ticket}/{word}");
        self.admin.post(&path, body).await.expect(200)
    }

    /// Calls a ticket and serves it to the end.
    pub(crate) async fn serve(&self, ticket: &str) {
        self.act(ticket, "call", json!({ "counter_id": self.counter })).await;
        self.act(ticket, "close", json!({})).await;
    }

    /// Takes back what the agent did last.
    pub(crate) async fn undo(&self) {
        self.admin.post("/api/v1/tenants/bank/agents/undo", json!({})).await.expect(200);
    }

    /// How often something has happened.
    pub(crate) async fn count(&self, kind: &str) -> usize {
        let (bank, wanted) = (self.bank, Search { kind: Some(kind.to_owned()), ..Search::default() });
        let search = move |read: &mut usher_db::Read<'_>| usher_events::search(read, bank, &wanted, 200);
        self.node.db.read::<_, DbError>(&self.ctx(), search).await.unwrap().len()
    }

    /// What has to hold whatever was done: the balance of every account is the sum of its entries and of what is
    /// left of its lots, each entry says the balance after it, and nothing is below nothing.
    pub(crate) async fn check(&self) {
        let bank = self.bank;
        let read = move |read: &mut usher_db::Read<'_>| {
            let mut query = DynQuery::new(
                "SELECT a.id, a.balance, (SELECT coalesce(CAST(sum(e.points) AS BIGINT), 0) FROM points_entries e \
                 WHERE e.customer_id = a.id), (SELECT coalesce(CAST(sum(l.remaining) AS BIGINT), 0) FROM points_lots l \
                 WHERE l.customer_id = a.id), a.entries, (SELECT count(*) FROM points_entries e \
                 WHERE e.customer_id = a.id) FROM points_accounts a WHERE a.tenant_id = ",
            );
            query.bind(&bank);
            let accounts = read.query_dyn::<(CustomerId, i64, i64, i64, i64, i64)>(&query)?;
            let mut running =
                DynQuery::new("SELECT customer_id, points, balance FROM points_entries WHERE tenant_id = ");
            running.bind(&bank).order("customer_id, seq");
            let entries = read.query_dyn::<(CustomerId, i64, i64)>(&running)?;
            let mut stock = DynQuery::new(
                "SELECT coalesce(CAST(min(stock) AS BIGINT), 0) FROM rewards WHERE tenant_id = ",
            );
            stock.bind(&bank);
            Ok::<_, DbError>((accounts, entries, read.query_dyn::<i64>(&stock)?[0]))
        };
        let (accounts, entries, stock) = self.node.db.read(&self.ctx(), read).await.unwrap();
        for (customer, balance, sum, lots, said, counted) in accounts {
            assert!(balance >= 0, "{customer} owes points");
            assert_eq!((balance, balance, said), (sum, lots, counted), "{customer}");
        }
        let mut last: Option<(CustomerId, i64)> = None;
        for (customer, points, balance) in entries {
            let before = last.filter(|(known, _)| *known == customer).map_or(0, |(_, balance)| balance);
            assert_eq!(balance, before + points, "{customer}");
            last = Some((customer, balance));
        }
        assert!(stock >= 0, "more was given than there was");
    }

    /// Runs an operation on a node.
    pub(crate) async fn on<T: Send + 'static>(
        &self,
        node: &Node,
        mut f: impl FnMut(&Engagement, &mut usher_db::Tx<'_>) -> Result<T, usher_engagement::Error>
        + Send
        + 'static,
    ) -> Result<T, usher_engagement::Error> {
        let engagement = node.engagement.clone();
        node.db.write(&self.ctx(), Lane::Tenant, move |tx| f(&engagement, tx)).await
    }
}

async fn signed_in(client: &TestClient, email: &str) -> TestClient {
    let who = json!({ "email": email, "password": PASSWORD });
    let answer = client.post("/api/v1/auth/login", who).await.expect(200);
    client.clone().bearer(answer["access_token"].as_str().unwrap())
}

fn id_of(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}
