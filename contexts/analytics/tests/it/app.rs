//! A bank in a temporary database with its figures, spoken to in the domain's words.

use std::sync::Arc;

use usher_analytics::Analytics;
use usher_analytics::ops::Asked;
use usher_analytics::ops::dashboard::{Dashboard, dashboard};
use usher_customers::Customers;
use usher_db::{Engine, Lane, MigrationSet, Read, Tx};
use usher_events::{Events, Settings};
use usher_identity::{Identity, IdentityConfig, MailFolder};
use usher_jobs::Jobs;
use usher_kernel::{
    Actor, Caller, Clock, Ctx, Id, ManualClock, RequestId, Scope, Scopes, SignedDuration, SiteId, SystemCtx,
    TenantId,
};
use usher_queueing::model::{CounterId, QueueId, ServiceId, Ticket, TicketId};
use usher_queueing::ops::configure::{
    CounterInput, QueueInput, ServiceInput, create_counter, create_queue, create_service,
};
use usher_queueing::ops::issue::{Issue, Terms, issue};
use usher_queueing::ops::{agent, call_next, close};
use usher_queueing::{Parts, Queueing};
use usher_realtime::{Hub, HubConfig};
use usher_tenancy::Tenancy;
use usher_testkit::{TestDb, block_on};
use uuid::Uuid;

pub(crate) fn tables() -> Vec<MigrationSet> {
    vec![
        usher_events::migrations(),
        usher_jobs::migrations(),
        usher_http::MIGRATIONS,
        usher_tenancy::MIGRATIONS,
        usher_identity::MIGRATIONS,
        usher_customers::MIGRATIONS,
        usher_queueing::MIGRATIONS,
        usher_analytics::MIGRATIONS,
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

/// One line of the bank.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(crate) service: ServiceId,
    pub(crate) queue: QueueId,
    pub(crate) counter: CounterId,
}

/// The bank.
pub(crate) struct App {
    pub(crate) line: Queueing,
    pub(crate) analytics: Analytics,
    pub(crate) events: Events,
    pub(crate) jobs: Jobs,
    pub(crate) clock: Clock,
    pub(crate) hands: ManualClock,
    pub(crate) sys: SystemCtx,
    pub(crate) tenant: TenantId,
    /// In Berlin.
    pub(crate) site: SiteId,
    pub(crate) _files: TestDb,
}

impl App {
    async fn open(engine: Engine) -> Option<Self> {
        let files = TestDb::open(engine, tables()).await?;
        let db = files.db().clone();
        // A Wednesday, ten in the morning in Berlin.
        let (clock, hands) = Clock::manual("2026-03-04T09:00:00Z".parse().unwrap());
        let events = Events::new(db.clone(), clock.clone(), Settings::default());
        let tenancy = Tenancy::new(db.clone(), events.bus(), None);
        let mailer = Arc::new(MailFolder::new(std::env::temp_dir().join("usher-analytics-mail")));
        let secret = IdentityConfig::new(b"a secret of a test that is long enough".to_vec());
        let identity = Identity::new(tenancy.clone(), events.bus(), clock.clone(), mailer, secret).unwrap();
        let hub = Hub::new(HubConfig::default(), clock.clone());
        let line = Queueing::new(Parts {
            customers: Customers::new(identity.clone()),
            identity,
            hub,
            secret: b"secret".to_vec(),
            clock: clock.clone(),
        });
        let analytics = Analytics::new(&line, &events);
        let sys = SystemCtx::new("test", clock.clone());
        tenancy.load(&sys).await.unwrap();
        usher_queueing::start(&line, events.bus(), &sys).await.unwrap();
        let jobs = Jobs::new(db.clone(), clock.clone());
        jobs.recur(Arc::new(usher_analytics::jobs::DueReports));
        let make = usher_analytics::jobs::MakeReport::new(analytics.clone(), clock.clone());
        jobs.handle_outside(Arc::new(make));
        let tenant: TenantId = Id::generate(clock.now());
        let name = format!("Bank {}", tenant.uuid().simple());
        let new = serde_json::from_value(serde_json::json!({ "name": name, "timezone": "Europe/Berlin" }));
        let new: usher_tenancy::model::NewTenant = new.unwrap();
        db.write_system(&sys, Lane::Any, move |tx| {
            usher_tenancy::ops::create_tenant(tx, tenant, new.clone())
        })
        .await
        .unwrap();
        let site = Id::from_uuid(Uuid::nil());
        let mut app = Self { line, analytics, events, jobs, clock, hands, sys, tenant, site, _files: files };
        app.site = app.branch("Main branch").await;
        Some(app)
    }

    /// A site in Berlin.
    pub(crate) async fn branch(&self, name: &str) -> SiteId {
        self.branch_in(name, "Europe/Berlin").await
    }

    /// A site in a time zone.
    pub(crate) async fn branch_in(&self, name: &str, zone: &str) -> SiteId {
        let (tenant, name, zone) = (self.tenant, name.to_owned(), zone.to_owned());
        let make = move |tx: &mut Tx<'_>| {
            let change = usher_tenancy::model::SiteChange {
                name: Some(name.clone()),
                timezone: Some(zone.clone()),
                ..Default::default()
            };
            usher_tenancy::ops::create_site(tx, tenant, change)
        };
        self.line.db().write(&self.sys.within(tenant), Lane::Tenant, make).await.unwrap().id
    }

    /// A member of staff with these scopes at these sites; all of both when empty.
    pub(crate) fn staff(&self, n: u128, scopes: &[&'static str], sites: &[SiteId]) -> Ctx {
        let scopes = if scopes.is_empty() {
            Scopes::all()
        } else {
            Scopes::of(scopes.iter().map(|scope| Scope::new(scope)))
        };
        let caller = Caller {
            actor: Actor::User { id: Id::from_uuid(Uuid::from_u128(n)), session: Uuid::nil() },
            scopes,
            sites: sites.into(),
            request_id: RequestId::generate(self.clock.now()),
            ip: None,
            locale: Arc::from(""),
            idempotency: None,
            clock: self.clock.clone(),
        };
        Ctx::new(self.tenant, Arc::new(caller))
    }

    pub(crate) fn manager(&self) -> Ctx {
        self.staff(1, &[], &[])
    }

    pub(crate) async fn act<T: Send + 'static>(
        &self,
        ctx: &Ctx,
        mut f: impl FnMut(&Queueing, &mut Tx<'_>) -> Result<T, usher_queueing::Error> + Send + 'static,
    ) -> Result<T, usher_queueing::Error> {
        let line = self.line.clone();
        self.line.db().write(ctx, Lane::Site(self.site), move |tx| f(&line, tx)).await
    }

    /// A line with one service that promises a wait of ten minutes, and a counter.
    pub(crate) async fn open_line(&self, site: SiteId, name: &str, prefix: &str) -> Line {
        let (name, prefix) = (name.to_owned(), prefix.to_owned());
        self.act(&self.manager(), move |line, tx| {
            let service = ServiceInput {
                name: Some(name.clone()),
                target_minutes: usher_kernel::Change::Set(10.0),
                ..Default::default()
            };
            let service = create_service(line, tx, &service)?.id;
            let queue = QueueInput {
                name: Some(name.clone()),
                prefix: Some(prefix.clone()),
                service_ids: Some(vec![service]),
                site_id: Some(site),
                ..Default::default()
            };
            let queue = create_queue(line, tx, &queue)?.id;
            let counter = CounterInput {
                name: Some(format!("Counter {name}")),
                queue_ids: Some(vec![queue]),
                site_id: Some(site),
                ..Default::default()
            };
            let counter = create_counter(line, tx, &counter)?.id;
            Ok(Line { service, queue, counter })
        })
        .await
        .unwrap()
    }

    pub(crate) async fn sit(&self, ctx: &Ctx, counter: CounterId) {
        let user = ctx.actor.user().unwrap();
        self.act(ctx, move |line, tx| agent::sign_in(line, tx, user, "Ana", counter, false)).await.unwrap();
    }

    pub(crate) async fn issue(&self, line: Line) -> Ticket {
        let wanted = Issue { queue_id: Some(line.queue), ..Issue::default() };
        let terms = Terms { staff: true, confirmed: true, ..Default::default() };
        self.act(&self.manager(), move |line, tx| issue(line, tx, &wanted, terms)).await.unwrap()
    }

    pub(crate) async fn next(&self, ctx: &Ctx, counter: CounterId) -> Ticket {
        self.act(ctx, move |line, tx| call_next::call_next(line, tx, counter)).await.unwrap().unwrap()
    }

    pub(crate) async fn close(&self, ctx: &Ctx, ticket: TicketId) {
        self.act(ctx, move |line, tx| close::close(line, tx, ticket, &close::Close::default()))
            .await
            .unwrap();
    }

    /// Somebody takes a ticket, waits, is called and served.
    pub(crate) async fn serve(&self, ctx: &Ctx, line: Line, wait: i64, service: i64) -> TicketId {
        let ticket = self.issue(line).await.id;
        self.wait(wait);
        assert_eq!(self.next(ctx, line.counter).await.id, ticket);
        self.wait(service);
        self.close(ctx, ticket).await;
        ticket
    }

    pub(crate) fn wait(&self, minutes: i64) {
        self.hands.advance(SignedDuration::from_mins(minutes));
    }

    /// Asks for figures once they are up to what has happened.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        ctx: &Ctx,
        f: impl FnOnce(&Queueing, &mut Read<'_>) -> Result<T, usher_analytics::Error> + Send + 'static,
    ) -> Result<T, usher_analytics::Error> {
        self.events.catch_up().await.unwrap();
        let line = self.line.clone();
        self.line.db().read(ctx, move |read| f(&line, read)).await
    }

    pub(crate) async fn dashboard(&self, asked: Asked) -> Dashboard {
        self.ask(&self.manager(), move |line, read| dashboard(line, read, &asked)).await.unwrap()
    }

    pub(crate) async fn cells(&self) -> Vec<(String, u64)> {
        self.events.catch_up().await.unwrap();
        self.analytics.hashes(&self.sys, self.tenant).await.unwrap()
    }
}
