//! A bank branch that takes appointments, in a temporary database, spoken to in the domain's words.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use usher_appointments::model::{Appointment, AppointmentId, Availability, AvailabilityId, WaitlistId};
use usher_appointments::ops::book::{Book, Booked, Person, book};
use usher_appointments::ops::cancel::{Cancel, cancel};
use usher_appointments::ops::configure::{AvailabilityInput, create, update};
use usher_appointments::ops::reschedule::{Move, reschedule};
use usher_appointments::ops::waitlist::{Wish, join};
use usher_appointments::ops::{By, appointment, check_in, confirm, place};
use usher_appointments::{Appointments, Error, Watch};
use usher_customers::Customers;
use usher_db::{Db, Engine, Lane, MigrationSet, Tx};
use usher_events::{Events, Running, Settings};
use usher_identity::model::NewMember;
use usher_identity::ops::{NewUser, add_member, create_user, remove_member};
use usher_identity::{Identity, IdentityConfig, MailFolder};
use usher_kernel::{
    Actor, Caller, Change, Clock, Ctx, Id, ManualClock, RequestId, Scopes, SignedDuration, SiteId, SystemCtx,
    TenantId, Timestamp, UserId,
};
use usher_queueing::model::guard::Proof;
use usher_queueing::model::{Channel, QueueId, ServiceId, Ticket};
use usher_queueing::ops::configure::{
    CounterInput, QueueInput, ServiceInput, create_counter, create_queue, create_service, update_queue,
};
use usher_queueing::{Parts, Queueing};
use usher_realtime::{Hub, HubConfig};
use usher_tenancy::Tenancy;
use usher_tenancy::model::SiteChange;
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
        usher_appointments::MIGRATIONS,
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
    pub(crate) me: Appointments,
    pub(crate) tenancy: Tenancy,
    pub(crate) clock: Clock,
    pub(crate) tenant: TenantId,
    pub(crate) site: SiteId,
    pub(crate) service: ServiceId,
    pub(crate) queue: QueueId,
    pub(crate) _events: (Events, Running),
    hands: ManualClock,
    files: Arc<TestDb>,
}

/// A moment.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Somebody by their name.
pub(crate) fn called(name: &str) -> Person {
    Person { name: Some(name.to_owned()), ..Person::default() }
}

impl App {
    pub(crate) async fn open(engine: Engine) -> Option<Self> {
        let files = TestDb::open(engine, tables()).await?;
        // A Wednesday, ten in the morning, eleven in Berlin.
        let (clock, hands) = Clock::manual(at("2026-03-04T10:00:00Z"));
        let mut app = Self::over(files.db().clone(), Arc::new(files), clock, hands).await;
        app.found_bank().await;
        Some(app)
    }

    /// Another node beside this one; none on the embedded engine, which has one process.
    pub(crate) async fn beside(&self) -> Option<Self> {
        if self.me.db().engine() == Engine::Sqlite {
            return None;
        }
        let db = Db::open(self.files.config().clone(), tables()).await.unwrap();
        let mut app = Self::over(db, Arc::clone(&self.files), self.clock.clone(), self.hands.clone()).await;
        (app.tenant, app.site) = (self.tenant, self.site);
        (app.service, app.queue) = (self.service, self.queue);
        Some(app)
    }

    async fn over(db: Db, files: Arc<TestDb>, clock: Clock, hands: ManualClock) -> Self {
        let often = Settings { poll: Duration::from_millis(20), ..Settings::default() };
        let events = Events::new(db.clone(), clock.clone(), often);
        let tenancy = Tenancy::new(db, events.bus(), None);
        let mailer = Arc::new(MailFolder::new(std::env::temp_dir().join("usher-appointments-mail")));
        let secret = b"a secret of a test that is long enough";
        let config = IdentityConfig::new(secret.to_vec());
        let identity = Identity::new(tenancy.clone(), events.bus(), clock.clone(), mailer, config).unwrap();
        let hub = Hub::new(HubConfig::default(), clock.clone());
        let customers = Customers::new(identity.clone());
        let parts = Parts { identity, customers, hub, secret: secret.to_vec(), clock: clock.clone() };
        let line = Queueing::new(parts);
        let me = Appointments::new(line.clone(), secret, "https://bank.example".to_owned());
        let sys = SystemCtx::new("test", clock.clone());
        let running = events.start().await.unwrap();
        tenancy.load(&sys).await.unwrap();
        usher_queueing::start(&line, events.bus(), &sys).await.unwrap();
        usher_appointments::start(&me, events.bus());
        let nobody = Uuid::nil();
        Self {
            me,
            tenancy,
            clock,
            tenant: Id::from_uuid(nobody),
            site: Id::from_uuid(nobody),
            service: Id::from_uuid(nobody),
            queue: Id::from_uuid(nobody),
            _events: (events, running),
            hands,
            files,
        }
    }

    async fn found_bank(&mut self) {
        let sys = SystemCtx::new("test", self.clock.clone());
        let tenant: TenantId = Id::generate(self.clock.now());
        let new = json!({ "name": format!("Bank {}", tenant.uuid().simple()) });
        let new: usher_tenancy::model::NewTenant = serde_json::from_value(new).unwrap();
        let create = move |tx: &mut Tx<'_>| usher_tenancy::ops::create_tenant(tx, tenant, new.clone());
        self.me.db().write_system(&sys, Lane::Any, create).await.unwrap();
        self.tenant = tenant;
        let span = json!([{ "opens": "09:00", "closes": "17:00" }]);
        let week = ["mon", "tue", "wed", "thu", "fri"].map(|day| (day.to_owned(), span.clone()));
        let change = json!({
            "name": "Main branch", "timezone": "Europe/Berlin", "address": "1 Market Square",
            "hours": Value::Object(week.into_iter().collect()),
            "holidays": [{ "date": "2026-04-03", "name": "Good Friday", "spans": [] }],
        });
        let change: SiteChange = serde_json::from_value(change).unwrap();
        let create = move |tx: &mut Tx<'_>| usher_tenancy::ops::create_site(tx, tenant, change.clone());
        let site = self.me.db().write(&sys.within(tenant), Lane::Tenant, create).await.unwrap();
        self.site = site.id;
        let (site, line) = (site.id, self.me.line().clone());
        let furnish = move |tx: &mut Tx<'_>| {
            let input = ServiceInput { name: Some("Loans".to_owned()), ..Default::default() };
            let service = create_service(&line, tx, &input)?.id;
            let input = QueueInput {
                name: Some("Loans".to_owned()),
                prefix: Some("L".to_owned()),
                service_ids: Some(vec![service]),
                site_id: Some(site),
                ..Default::default()
            };
            let queue = create_queue(&line, tx, &input)?.id;
            let input = CounterInput {
                name: Some("Counter".to_owned()),
                queue_ids: Some(vec![queue]),
                site_id: Some(site),
                status: Some(usher_queueing::model::CounterStatus::Open),
                ..Default::default()
            };
            create_counter(&line, tx, &input)?;
            Ok::<_, usher_queueing::Error>((service, queue))
        };
        let made = self.me.db().write(&self.staff(), Lane::Site(site), furnish).await.unwrap();
        (self.service, self.queue) = made;
    }

    /// A member of staff with every permission.
    pub(crate) fn staff(&self) -> Ctx {
        let id = Id::from_uuid(Uuid::from_u128(1));
        self.caller(Actor::User { id, session: Uuid::nil() }, Scopes::all())
    }

    /// Nobody in particular.
    pub(crate) fn nobody(&self) -> Ctx {
        self.caller(Actor::Anonymous, Scopes::none())
    }

    fn caller(&self, actor: Actor, scopes: Scopes) -> Ctx {
        let caller = Caller {
            actor,
            scopes,
            sites: Arc::default(),
            request_id: RequestId::generate(self.clock.now()),
            ip: None,
            locale: Arc::from(""),
            idempotency: None,
            clock: self.clock.clone(),
        };
        Ctx::new(self.tenant, Arc::new(caller))
    }

    /// Does something as somebody.
    pub(crate) async fn act<T: Send + 'static>(
        &self,
        by: By,
        mut f: impl FnMut(&Appointments, &mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let me = self.me.clone();
        let ctx = if by.is_staff() { self.staff() } else { self.nobody() };
        self.me.db().write(&ctx, Lane::Site(self.site), move |tx| f(&me, tx)).await
    }

    /// A member of staff who is on record.
    pub(crate) async fn hire(&self, name: &str) -> UserId {
        let (tenant, email) = (self.tenant, format!("{}@bank.example", name.to_lowercase()));
        let person = NewUser { email, name: name.to_owned(), ..NewUser::default() };
        let hire = move |tx: &mut Tx<'_>| {
            let user = create_user(tx, person.clone())?;
            add_member(tx, tenant, &|_| true, user.id, &NewMember::default())?;
            Ok::<_, usher_identity::Error>(user.id)
        };
        self.me.db().write(&self.staff(), Lane::Tenant, hire).await.unwrap()
    }

    /// The line takes by themselves only who is within so many metres of the branch.
    pub(crate) async fn fence(&self, meters: i64) {
        let (tenant, site, queue, line) = (self.tenant, self.site, self.queue, self.me.line().clone());
        let (latitude, longitude) = (Change::Set(52.52), Change::Set(13.405));
        let place = SiteChange { latitude, longitude, ..SiteChange::default() };
        let write =
            move |tx: &mut Tx<'_>| usher_tenancy::ops::update_site(tx, tenant, site, place.clone(), None);
        self.me.db().write(&self.staff(), Lane::Tenant, write).await.unwrap();
        let near = QueueInput { join_within_meters: Change::Set(meters), ..QueueInput::default() };
        self.act(By::Staff, move |_, tx| Ok(update_queue(&line, tx, queue, &near, None)?)).await.unwrap();
    }

    /// The bank is suspended.
    pub(crate) async fn suspend(&self) {
        let tenant = self.tenant;
        let change = json!({ "status": "suspended" });
        let suspend = move |tx: &mut Tx<'_>| {
            let change = serde_json::from_value(change.clone()).unwrap();
            usher_tenancy::ops::update_tenant(tx, tenant, change, None, true)
        };
        self.me.db().write(&self.staff(), Lane::Tenant, suspend).await.unwrap();
    }

    /// Somebody works here no longer.
    pub(crate) async fn dismiss(&self, who: UserId) {
        let (people, tenant) = (self.me.line().identity().clone(), self.tenant);
        let leave = move |tx: &mut Tx<'_>| {
            let member = people.member_in(tx, tenant, who)?;
            remove_member(tx, tenant, member.id)
        };
        self.me.db().write(&self.staff(), Lane::Tenant, leave).await.unwrap();
    }

    /// Another service of the branch, with a line of its own.
    pub(crate) async fn another_service(&self, name: &'static str) -> ServiceId {
        let (line, site) = (self.me.line().clone(), self.site);
        let furnish = move |tx: &mut Tx<'_>| {
            let input = ServiceInput { name: Some(name.to_owned()), ..Default::default() };
            let service = create_service(&line, tx, &input)?.id;
            let input = QueueInput {
                name: Some(name.to_owned()),
                prefix: Some(name[..1].to_owned()),
                service_ids: Some(vec![service]),
                site_id: Some(site),
                ..Default::default()
            };
            create_queue(&line, tx, &input)?;
            Ok::<_, usher_queueing::Error>(service)
        };
        self.me.db().write(&self.staff(), Lane::Site(site), furnish).await.unwrap()
    }

    /// Has the service booked, from Wednesday on, half an hour each, by these rules.
    pub(crate) async fn offered(&self, rules: Value) -> Availability {
        self.try_offer(rules).await.unwrap()
    }

    pub(crate) async fn try_offer(&self, rules: Value) -> Result<Availability, Error> {
        let mut all = json!({ "site_id": self.site, "service_id": self.service, "reminder_minutes": [] });
        rules.as_object().unwrap().iter().for_each(|(name, value)| all[name] = value.clone());
        let input: AvailabilityInput = serde_json::from_value(all).unwrap();
        self.act(By::Staff, move |me, tx| create(me, tx, &input)).await
    }

    pub(crate) async fn change(&self, id: AvailabilityId, change: Value) -> Result<Availability, Error> {
        let input: AvailabilityInput = serde_json::from_value(change).unwrap();
        self.act(By::Staff, move |me, tx| update(me, tx, id, &input, None)).await
    }

    /// A booking as somebody makes it on their phone.
    pub(crate) fn wanted(&self, start: Timestamp) -> Book {
        Book {
            service_id: self.service,
            site_id: Some(self.site),
            staff_id: None,
            starts_at: start,
            person: called("Ana"),
            customer_id: None,
            user_id: None,
            booked_by: None,
            hold: false,
            repeat: None,
            channel: Channel::Web,
        }
    }

    pub(crate) async fn book_as(&self, by: By, wanted: Book) -> Result<Booked, Error> {
        self.act(by, move |me, tx| book(me, tx, &wanted, by)).await
    }

    pub(crate) async fn book(&self, start: &str) -> Result<Appointment, Error> {
        Ok(self.book_as(By::Person, self.wanted(at(start))).await?.first)
    }

    pub(crate) async fn hold(&self, start: &str) -> Result<Appointment, Error> {
        let wanted = Book { hold: true, person: Person::default(), ..self.wanted(at(start)) };
        Ok(self.book_as(By::Person, wanted).await?.first)
    }

    pub(crate) async fn confirm(&self, id: AppointmentId) -> Result<Appointment, Error> {
        self.act(By::Person, move |me, tx| confirm::confirm(me, tx, id, &called("Ana"), By::Person)).await
    }

    pub(crate) async fn cancel(&self, by: By, id: AppointmentId) -> Result<Appointment, Error> {
        self.act(by, move |me, tx| cancel(me, tx, id, &Cancel::default(), by)).await
    }

    pub(crate) async fn reschedule(
        &self,
        by: By,
        id: AppointmentId,
        start: &str,
    ) -> Result<Appointment, Error> {
        let to = Move { starts_at: at(start), staff_id: None };
        self.act(by, move |me, tx| reschedule(me, tx, id, &to, by)).await
    }

    pub(crate) async fn check_in(&self, by: By, id: AppointmentId) -> Result<(Appointment, Ticket), Error> {
        self.act(by, move |me, tx| check_in::check_in(me, tx, id, by, Proof::default())).await
    }

    /// Somebody joins the waitlist, a moment after the one before.
    pub(crate) async fn wait_for(&self, name: &str, date: &str) -> Result<WaitlistId, Error> {
        self.wait_under(name, None, date).await
    }

    /// The same, under a number by which they are known.
    pub(crate) async fn wait_under(
        &self,
        name: &str,
        phone: Option<&str>,
        date: &str,
    ) -> Result<WaitlistId, Error> {
        self.hands.advance(SignedDuration::from_secs(1));
        let wish = json!({
            "service_id": self.service, "site_id": self.site, "from": date, "name": name, "phone": phone,
        });
        let wish: Wish = serde_json::from_value(wish).unwrap();
        Ok(self.act(By::Person, move |me, tx| join(me, tx, &wish, None, By::Person)).await?.id)
    }

    /// The free places of a date by the clock of the site: "09:00 1".
    pub(crate) async fn places(&self, by: By, date: &str) -> Vec<String> {
        let date = date.parse().unwrap();
        let (service, site) = (self.service, self.site);
        let read = move |me: &Appointments, tx: &mut Tx<'_>| {
            let offer = place::offer(me, tx, service, Some(site), None, by)?;
            let zone = offer.site.zone();
            let days = place::days(tx, &offer, date, 1, by)?;
            let slots = days.iter().flat_map(|day| &day.slots);
            let clock = |at| zone.to_datetime(at).strftime("%H:%M").to_string();
            Ok(slots.map(|slot| format!("{} {}", clock(slot.starts_at), slot.free)).collect())
        };
        self.act(by, read).await.unwrap()
    }

    /// How an appointment stands.
    pub(crate) async fn status(&self, id: AppointmentId) -> &'static str {
        let read = move |_: &Appointments, tx: &mut Tx<'_>| appointment(tx, id);
        self.act(By::Staff, read).await.unwrap().status.as_str()
    }

    pub(crate) fn wait(&self, minutes: i64) {
        self.hands.advance(SignedDuration::from_mins(minutes));
    }

    /// Goes forward to a moment.
    pub(crate) fn go_to(&self, text: &str) {
        self.hands.advance(at(text).duration_since(self.clock.now()));
    }

    /// Does what is due by now.
    pub(crate) async fn run_due(&self) -> usize {
        Watch::new(&self.me).run_due(self.clock.now()).await
    }

    /// The kinds of events that were written of a kind of thing, in order.
    pub(crate) async fn told(&self, thing: &'static str) -> Vec<String> {
        let query = move |tx: &mut Tx<'_>| {
            let mut q = usher_db::DynQuery::new("SELECT kind FROM events WHERE tenant_id = ");
            q.bind(&tx.tenant()).push_sql(" AND thing_kind = ").bind(thing).order("seq");
            tx.query_dyn::<String>(&q)
        };
        self.me.db().write(&self.staff(), Lane::Tenant, query).await.unwrap()
    }
}
