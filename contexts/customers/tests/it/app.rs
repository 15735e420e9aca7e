//! A bank that knows some people, and a context behind this one that keeps something of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use usher_audit::Audit;
use usher_customers::{Contact, CustomerId, Customers, Error, ForgetAccount, ForgetAddresses, Holder};
use usher_db::{Db, DynQuery, Engine, Lane, Read, Tx};
use usher_events::{Events, NewEvent, Search, Settings, append};
use usher_http::{Api, HttpConfig, Rates};
use usher_identity::model::NewMember;
use usher_identity::{FirstAdmin, Identity, IdentityConfig, MailFolder};
use usher_jobs::Jobs;
use usher_kernel::{Clock, Ctx, Fault, ManualClock, SystemCtx, TenantId, UserId};
use usher_tenancy::Tenancy;
use usher_tenancy::model::NewTenant;
use usher_testkit::{TestClient, TestDb, block_on};
use uuid::Uuid;

const PASSWORD: &str = "demo1234";

/// Keeps a number of things a person, as tickets or points would be.
#[derive(Default)]
pub(crate) struct Shelf(pub(crate) Mutex<BTreeMap<CustomerId, Vec<Uuid>>>);

impl Holder for Shelf {
    fn name(&self) -> &'static str {
        "shelf"
    }
    fn export(&self, _: &mut Read<'_>, _: TenantId, customer: CustomerId) -> Result<Value, Fault> {
        Ok(json!(self.0.lock().get(&customer)))
    }
    fn merge(&self, _: &mut Tx<'_>, _: TenantId, from: CustomerId, into: CustomerId) -> Result<(), Fault> {
        let mut all = self.0.lock();
        let moved = all.remove(&from).unwrap_or_default();
        all.entry(into).or_default().extend(moved);
        Ok(())
    }
    fn erase(&self, _: &mut Tx<'_>, _: TenantId, customer: CustomerId) -> Result<Vec<Uuid>, Fault> {
        Ok(self.0.lock().remove(&customer).unwrap_or_default())
    }
}

/// The bank.
pub(crate) struct App {
    pub(crate) people: Customers,
    pub(crate) identity: Identity,
    pub(crate) audit: Audit,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) db: Db,
    pub(crate) sys: SystemCtx,
    pub(crate) time: ManualClock,
    pub(crate) bank: TenantId,
    pub(crate) jobs: Jobs,
    pub(crate) client: TestClient,
    log: Events,
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

fn tables() -> Vec<usher_db::MigrationSet> {
    vec![
        usher_http::MIGRATIONS,
        usher_events::migrations(),
        usher_jobs::migrations(),
        usher_tenancy::MIGRATIONS,
        usher_identity::MIGRATIONS,
        usher_audit::MIGRATIONS,
        usher_customers::MIGRATIONS,
    ]
}

fn person(email: &str) -> FirstAdmin {
    let name = email.split('@').next().unwrap_or_default().to_owned();
    FirstAdmin { email: email.to_owned(), password: Some(PASSWORD.to_owned()), name }
}

impl App {
    async fn over(files: TestDb) -> Self {
        let (clock, time) = Clock::manual("2026-11-20T09:00:00Z".parse().unwrap());
        let db = files.db().clone();
        let log = Events::new(db.clone(), clock.clone(), Settings::default());
        let tenancy = Tenancy::new(db.clone(), log.bus(), None);
        let mailer = Arc::new(MailFolder::new(std::env::temp_dir().join("usher-customers-mail")));
        let settings = IdentityConfig::new(b"a secret for tests, long enough for HS256".to_vec());
        let identity = Identity::new(tenancy.clone(), log.bus(), clock.clone(), mailer, settings).unwrap();
        let audit = Audit::new(db.clone(), &log);
        let people = Customers::new(identity.clone());
        let shelf = Arc::new(Shelf::default());
        people.register(shelf.clone());
        let jobs = Jobs::new(db.clone(), clock.clone());
        jobs.handle_outside(Arc::new(ForgetAddresses::new(audit.clone(), clock.clone())));
        jobs.handle_outside(Arc::new(ForgetAccount::new(&people, audit.clone(), clock.clone())));
        let http = HttpConfig { rates: Rates::unlimited(), ..HttpConfig::default() };
        let api = Api::builder(http, Arc::new(identity.clone()), Arc::new(tenancy.clone()), clock.clone())
            .mount(usher_tenancy::routes(tenancy))
            .mount(usher_identity::routes(identity.clone()))
            .mount(usher_customers::routes(people.clone()))
            .build()
            .unwrap();
        let client = TestClient::new(api.into_router());
        let sys = SystemCtx::new("test", clock);
        let bank = NewTenant { name: "Bank".to_owned(), ..NewTenant::default() };
        let (bank, _) = identity.create_tenant(&sys, bank, person("admin@bank.example")).await.unwrap();
        Self { people, identity, audit, shelf, db, sys, time, bank: bank.id, jobs, client, log, files }
    }

    /// Another node beside this one, for what two do in the same moment; the same one on the embedded engine.
    pub(crate) async fn beside(&self) -> Db {
        if self.db.engine() == Engine::Sqlite {
            return self.db.clone();
        }
        Db::open(self.files.config().clone(), tables()).await.unwrap()
    }

    /// Somebody of the bank, signed in.
    pub(crate) async fn signed_in(&self, role: &str, email: &str) -> TestClient {
        self.member(role, email).await;
        let log_in = json!({ "email": email, "password": PASSWORD });
        let answer = self.client.post("/api/v1/auth/login", log_in).await.expect(200);
        self.client.clone().bearer(answer["access_token"].as_str().unwrap())
    }

    /// Somebody of the bank.
    pub(crate) async fn member(&self, role: &str, email: &str) -> UserId {
        let who = person(email);
        let made = self.identity.create_person(&self.sys, Some(self.bank), who, role, NewMember::default());
        made.await.unwrap().user
    }

    pub(crate) fn ctx(&self) -> Ctx {
        self.sys.within(self.bank)
    }

    /// Who this is.
    pub(crate) async fn find(&self, contact: Contact) -> Option<CustomerId> {
        self.find_on(&self.db, contact).await.unwrap()
    }

    /// Who this is, asked on one of the nodes.
    pub(crate) async fn find_on(&self, db: &Db, contact: Contact) -> Result<Option<CustomerId>, Error> {
        let (people, bank) = (self.people.clone(), self.bank);
        db.write(&self.ctx(), Lane::Any, move |tx| people.find_or_create(tx, bank, &contact)).await
    }

    /// A thing of somebody's, with an event that has a personal value.
    pub(crate) async fn put_on_shelf(&self, customer: CustomerId) -> Uuid {
        let thing = Uuid::from_u128(u128::from_be_bytes(*customer.uuid().as_bytes()) ^ 7);
        self.shelf.0.lock().entry(customer).or_default().push(thing);
        self.db
            .write::<_, usher_db::DbError>(&self.ctx(), Lane::Tenant, move |tx| {
                let facts = json!({});
                let event = NewEvent::new("thing.kept", 1, ("thing", thing), 1, &facts);
                append(tx, event.with_personal(json!({ "name": "Ana" }))).map(drop)
            })
            .await
            .unwrap();
        thing
    }

    /// Every personal value that stands beside the events of some things.
    pub(crate) async fn personal(&self, things: &[(&'static str, Uuid)]) -> Vec<Value> {
        let (bank, things) = (self.bank, things.to_vec());
        self.db
            .read::<_, usher_db::DbError>(&self.ctx(), move |read| {
                let mut found = Vec::new();
                for thing in &things {
                    let records = usher_events::history(read, bank, *thing, None, 100)?;
                    found.extend(records.into_iter().filter_map(|record| record.personal));
                }
                Ok(found)
            })
            .await
            .unwrap()
    }

    /// Somebody has proved that their address is theirs.
    pub(crate) async fn prove(&self, user: UserId) {
        self.db
            .write_system::<_, usher_db::DbError>(&self.sys, Lane::Any, move |tx| {
                let mut update = DynQuery::new("UPDATE users SET email_verified_at = ");
                update.bind(&tx.now()).push_sql(" WHERE id = ").bind(&user);
                tx.execute_dyn(&update)
            })
            .await
            .unwrap();
    }

    /// How often something has happened.
    pub(crate) async fn count(&self, kind: &str) -> usize {
        let (bank, wanted) = (self.bank, Search { kind: Some(kind.to_owned()), ..Search::default() });
        let found = self
            .db
            .read::<_, usher_db::DbError>(&self.ctx(), move |read| {
                usher_events::search(read, bank, &wanted, 100)
            })
            .await;
        found.unwrap().len()
    }

    /// Seals all that happened.
    pub(crate) async fn seal(&self) {
        self.log.catch_up().await.unwrap();
    }
}
