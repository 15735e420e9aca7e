//! A bank branch in a temporary database, spoken to in the domain's words.

use std::sync::Arc;
use std::time::Duration;

use usher_customers::Customers;
use usher_db::{DbError, DynQuery, Engine, Lane, MigrationSet, Read, Tx};
use usher_events::{Events, Running, Settings};
use usher_identity::model::{MemberChange, NewMember};
use usher_identity::ops::{NewUser, add_member, change_member, create_user};
use usher_identity::{Identity, IdentityConfig, MailFolder};
use usher_kernel::{
    Actor, Caller, Clock, Ctx, Id, ManualClock, RequestId, Scopes, SignedDuration, SiteId, SystemCtx,
    TenantId, Timestamp, UserId,
};
use usher_queueing::model::{CounterId, QueueId, ServiceId, Ticket, TicketId};
use usher_queueing::ops::configure::{
    CounterInput, QueueInput, ServiceInput, create_counter, create_queue, create_service,
};
use usher_queueing::ops::issue::{Issue, Terms, issue};
use usher_queueing::ops::{agent, call_next, close};
use usher_queueing::{Error, Parts, Queueing};
use usher_realtime::{Hub, HubConfig};
use usher_tenancy::Tenancy;
use usher_tenancy::model::TenantChange;
use usher_testkit::{TestDb, block_on};
use uuid::Uuid;

/// The tables that a branch needs.
fn tables() -> Vec<MigrationSet> {
    vec![
        usher_events::migrations(),
        usher_http::MIGRATIONS,
        usher_tenancy::MIGRATIONS,
        usher_identity::MIGRATIONS,
        usher_customers::MIGRATIONS,
        usher_queueing::MIGRATIONS,
    ]
}

/// Runs a test on every engine that is wanted and installed.
pub(crate) fn on_engines<F: Future<Output = ()>>(test: impl Fn(App) -> F) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        block_on(async {
            if let Some(app) = App::open(engine).await {
                test(app).await;
            }
        });
    }
}

/// The branch.
pub(crate) struct App {
    pub(crate) line: Queueing,
    pub(crate) tenancy: Tenancy,
    pub(crate) events: (Events, Running),
    pub(crate) clock: Clock,
    pub(crate) hands: ManualClock,
    pub(crate) tenant: TenantId,
    pub(crate) site: SiteId,
    files: Arc<TestDb>,
}

pub(crate) fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A member of staff with every permission.
pub(crate) fn member(tenant: TenantId, user: UserId, clock: &Clock) -> Ctx {
    caller(tenant, Actor::User { id: user, session: Uuid::nil() }, Scopes::all(), clock)
}

/// Nobody in particular.
pub(crate) fn anonymous(tenant: TenantId, clock: &Clock) -> Ctx {
    caller(tenant, Actor::Anonymous, Scopes::none(), clock)
}

fn caller(tenant: TenantId, actor: Actor, scopes: Scopes, clock: &Clock) -> Ctx {
    let caller = Caller {
        actor,
        scopes,
        sites: Arc::default(),
        request_id: RequestId::generate(clock.now()),
        ip: None,
        locale: Arc::from(""),
        idempotency: None,
        clock: clock.clone(),
    };
    Ctx::new(tenant, Arc::new(caller))
}

impl App {
    pub(crate) async fn open(engine: Engine) -> Option<Self> {
        let files = TestDb::open(engine, tables()).await?;
        // A Wednesday, ten in the morning.
        let (clock, hands) = Clock::manual("2026-03-04T10:00:00Z".parse().unwrap());
        let mut app = Self::over(Arc::new(files), clock, hands).await;
        app.found_bank().await;
        Some(app)
    }

    /// The same branch on a node that has just started.
    pub(crate) async fn reopened(&self) -> Self {
        self.another(Arc::clone(&self.files)).await
    }

    /// Takes out of the log what a tenant no longer keeps.
    pub(crate) async fn retire(&self, rules: &impl usher_events::retention::Rules) {
        self.events.0.catch_up().await.unwrap();
        self.events.0.retire(rules).await.unwrap();
    }

    /// Another node beside this one; none on the embedded engine, which has one process.
    pub(crate) async fn beside(&self) -> Option<Self> {
        if self.line.db().engine() == Engine::Sqlite {
            return None;
        }
        let files = self.files.beside(tables()).await;
        Some(self.another(Arc::new(files)).await)
    }

    async fn another(&self, files: Arc<TestDb>) -> Self {
        let mut app = Self::over(files, self.clock.clone(), self.hands.clone()).await;
        app.line.day_known().await;
        app.tenant = self.tenant;
        app.site = self.site;
        app
    }

    async fn over(files: Arc<TestDb>, clock: Clock, hands: ManualClock) -> Self {
        let db = files.db().clone();
        let often = Settings { poll: Duration::from_millis(20), ..Settings::default() };
        let events = Events::new(db.clone(), clock.clone(), often);
        let tenancy = Tenancy::new(db.clone(), events.bus(), None);
        let mailer = Arc::new(MailFolder::new(std::env::temp_dir().join("usher-queueing-mail")));
        let identity = Identity::new(
            tenancy.clone(),
            events.bus(),
            clock.clone(),
            mailer,
            IdentityConfig::new(b"a secret of a test that is long enough".to_vec()),
        )
        .unwrap();
        let hub = Hub::new(HubConfig::default(), clock.clone());
        let parts = Parts {
            identity: identity.clone(),
            customers: Customers::new(identity),
            hub,
            secret: b"secret".to_vec(),
            clock: clock.clone(),
        };
        let line = Queueing::new(parts);
        let sys = SystemCtx::new("test", clock.clone());
        let running = events.start().await.unwrap();
        tenancy.load(&sys).await.unwrap();
        usher_queueing::start(&line, events.bus(), &sys).await.unwrap();
        Self {
            line,
            tenancy,
            events: (events, running),
            clock,
            hands,
            tenant: Id::from_uuid(Uuid::nil()),
            site: Id::from_uuid(Uuid::nil()),
            files,
        }
    }

    async fn found_bank(&mut self) {
        let sys = SystemCtx::new("test", self.clock.clone());
        let tenant: TenantId = Id::generate(self.clock.now());
        let name = format!("Bank {}", tenant.uuid().simple());
        let new = serde_json::from_value(serde_json::json!({"name": name})).unwrap();
        let new: usher_tenancy::model::NewTenant = new;
        let ctx = sys.within(tenant);
        let made = self
            .line
            .db()
            .write_system(&sys, Lane::Any, move |tx| {
                usher_tenancy::ops::create_tenant(tx, tenant, new.clone())
            })
            .await
            .unwrap();
        self.tenant = made.id;
        let site = self
            .line
            .db()
            .write(&ctx, Lane::Tenant, move |tx| {
                let change = usher_tenancy::model::SiteChange {
                    name: Some("Main branch".to_owned()),
                    timezone: Some("Europe/Berlin".to_owned()),
                    ..Default::default()
                };
                usher_tenancy::ops::create_site(tx, tenant, change)
            })
            .await
            .unwrap();
        self.site = site.id;
    }

    /// The manager.
    pub(crate) fn manager(&self) -> Ctx {
        member(self.tenant, Id::from_uuid(Uuid::from_u128(1)), &self.clock)
    }

    /// An agent by a small number.
    pub(crate) fn agent(&self, n: u128) -> Ctx {
        member(self.tenant, Id::from_uuid(Uuid::from_u128(100 + n)), &self.clock)
    }

    /// A member of staff who is on record, with these skills.
    pub(crate) async fn hire(&self, name: &str, skills: &[&str]) -> Ctx {
        let (tenant, sites) = (self.tenant, self.tenancy.clone());
        let email = format!("{}@bank.example", name.to_lowercase());
        let new = NewMember { skills: owned(skills), ..NewMember::default() };
        let person = NewUser { email, name: name.to_owned(), ..NewUser::default() };
        let hire = move |tx: &mut Tx<'_>| {
            let user = create_user(tx, person.clone())?;
            let known = |site| sites.site(tenant, site).is_ok();
            add_member(tx, tenant, &known, user.id, &new)?;
            Ok::<_, usher_identity::Error>(user.id)
        };
        let user = self.line.db().write(&self.manager(), Lane::Tenant, hire).await.unwrap();
        member(tenant, user, &self.clock)
    }

    /// Gives a member of staff other skills.
    pub(crate) async fn train(&self, who: &Ctx, skills: &[&str]) {
        let (tenant, user, identity) = (self.tenant, who.actor.user().unwrap(), self.line.identity().clone());
        let change = MemberChange { skills: Some(owned(skills)), ..MemberChange::default() };
        let train = move |tx: &mut Tx<'_>| {
            let id = identity.member_in(tx, tenant, user)?.id;
            change_member(tx, tenant, &|_| true, id, change.clone(), None)
        };
        self.line.db().write(&self.manager(), Lane::Tenant, train).await.unwrap();
    }

    /// Sets one of the tenant's settings.
    pub(crate) async fn set(&self, name: &str, value: serde_json::Value) {
        let (tenant, settings) = (self.tenant, [(name.to_owned(), value)].into_iter().collect());
        let change = TenantChange { settings: Some(settings), ..TenantChange::default() };
        let set =
            move |tx: &mut Tx<'_>| usher_tenancy::ops::update_tenant(tx, tenant, change.clone(), None, false);
        self.line.db().write(&self.manager(), Lane::Tenant, set).await.unwrap();
    }

    /// Does something as somebody.
    pub(crate) async fn act<T: Send + 'static>(
        &self,
        ctx: &Ctx,
        mut f: impl FnMut(&Queueing, &mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let line = self.line.clone();
        self.line.db().write(ctx, Lane::Site(self.site), move |tx| f(&line, tx)).await
    }

    pub(crate) async fn service(&self, name: &str) -> ServiceId {
        let input = ServiceInput { name: Some(name.to_owned()), ..Default::default() };
        self.act(&self.manager(), move |line, tx| create_service(line, tx, &input)).await.unwrap().id
    }

    /// The tenant's first service.
    pub(crate) async fn first_service(&self) -> ServiceId {
        self.act(&self.manager(), |line, tx| Ok(line.config(tx)?.services[0].id)).await.unwrap()
    }

    pub(crate) async fn queue(
        &self,
        name: &str,
        prefix: &str,
        services: &[ServiceId],
        more: QueueInput,
    ) -> QueueId {
        let input = QueueInput {
            name: Some(name.to_owned()),
            prefix: Some(prefix.to_owned()),
            service_ids: Some(services.to_vec()),
            site_id: Some(self.site),
            ..more
        };
        self.act(&self.manager(), move |line, tx| create_queue(line, tx, &input)).await.unwrap().id
    }

    pub(crate) async fn counter(&self, queues: &[QueueId], capacity: i64) -> CounterId {
        let input = CounterInput {
            name: Some("Counter".to_owned()),
            queue_ids: Some(queues.to_vec()),
            capacity: Some(capacity),
            site_id: Some(self.site),
            status: Some(usher_queueing::model::CounterStatus::Open),
            ..Default::default()
        };
        self.act(&self.manager(), move |line, tx| create_counter(line, tx, &input)).await.unwrap().id
    }

    /// A branch with one service, one queue and one open counter.
    pub(crate) async fn small(&self) -> (QueueId, CounterId) {
        let service = self.service("Deposit").await;
        let queue = self.queue("Deposit", "A", &[service], QueueInput::default()).await;
        (queue, self.counter(&[queue], 1).await)
    }

    pub(crate) async fn issue(&self, queue: QueueId) -> Ticket {
        self.issue_as(&self.manager(), Issue { queue_id: Some(queue), ..Issue::default() }).await.unwrap()
    }

    pub(crate) async fn issue_as(&self, ctx: &Ctx, input: Issue) -> Result<Ticket, Error> {
        let staff = ctx.scopes.is_all();
        self.act(ctx, move |line, tx| {
            issue(line, tx, &input, Terms { staff, confirmed: staff, ..Terms::default() })
        })
        .await
    }

    pub(crate) async fn sit(&self, ctx: &Ctx, counter: CounterId) {
        let user = ctx.actor.user().unwrap();
        self.act(ctx, move |line, tx| agent::sign_in(line, tx, user, "Ana", counter, false)).await.unwrap();
    }

    pub(crate) async fn next(&self, ctx: &Ctx, counter: CounterId) -> Result<Option<Ticket>, Error> {
        self.act(ctx, move |line, tx| call_next::call_next(line, tx, counter)).await
    }

    pub(crate) async fn close(&self, ctx: &Ctx, id: TicketId) -> Result<Ticket, Error> {
        self.act(ctx, move |line, tx| close::close(line, tx, id, &close::Close::default())).await
    }

    pub(crate) fn wait(&self, minutes: i64) {
        self.hands.advance(SignedDuration::from_mins(minutes));
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The numbers of a line in calling order, from memory.
    pub(crate) fn waiting(&self, queue: QueueId) -> Vec<String> {
        self.line
            .live()
            .line(queue)
            .map(|l| l.lock().waiting().map(|t| t.number.clone()).collect())
            .unwrap_or_default()
    }

    /// What a line takes at most, how many spare places it knows of, and how many wait or are at a counter.
    pub(crate) async fn spare(&self, queue: QueueId) -> (Option<i64>, Option<i64>, i64) {
        let ask = move |read: &mut Read<'_>| {
            let mut q = DynQuery::new(
                "SELECT max_active, spare, (SELECT count(*) FROM tickets t WHERE t.queue_id = l.queue_id \
                 AND t.status IN ('waiting', 'called', 'serving', 'paused', 'wrap_up')) \
                 FROM queue_lines l WHERE l.tenant_id = ",
            );
            q.bind(&read.tenant()).push_sql(" AND l.queue_id = ").bind(&queue);
            read.query_dyn::<(Option<i64>, Option<i64>, i64)>(&q)
        };
        self.line.db().read::<_, DbError>(&self.manager(), ask).await.unwrap()[0]
    }
}
