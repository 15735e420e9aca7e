//! No place is ever given twice: stories of parties and of people who book, hold, move, come and stay away, told by
//! several at once and on all nodes. Nothing is foretold of them; after each step the database itself is counted.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use usher_appointments::Error;
use usher_appointments::model::{AppointmentId, Availability, AvailabilityId, State, WaitlistId};
use usher_appointments::ops::book::{Book, Person};
use usher_appointments::ops::edit::{Edit, edit, no_show};
use usher_appointments::ops::reschedule::{Move, reschedule};
use usher_appointments::ops::waitlist::{Wish, accept, join, leave};
use usher_appointments::ops::{By, confirm, place};
use usher_db::{DynQuery, Engine, Lane, Tx};
use usher_kernel::{Timestamp, UserId};
use usher_queueing::model::ServiceId;

use crate::app::{App, called};

/// How many stories are tried on each engine, in the ordinary run and in the long one.
const ORDINARY: u32 = 16;
const LONG: u32 = 200;

/// What somebody does. What can be booked, slots, appointments and those who wait are chosen by number.
#[derive(Clone, Debug)]
enum Deed {
    Book {
        by: By,
        what: usize,
        slot: usize,
        people: i64,
    },
    Hold {
        by: By,
        what: usize,
        slot: usize,
        people: i64,
    },
    Confirm(usize, Option<i64>),
    Extend(usize),
    Resize(By, usize, i64),
    Move(By, usize, usize),
    Cancel(By, usize),
    CheckIn(By, usize),
    Miss(usize),
    Wait {
        what: usize,
        people: i64,
    },
    Accept(usize),
    Leave(usize),
    /// All at once, each on another node.
    AtOnce(Vec<Deed>),
    Due,
    Pass(i64),
}

fn by() -> impl Strategy<Value = By> + Clone {
    prop_oneof![Just(By::Person), Just(By::Staff)]
}

/// What one person does.
fn deed() -> impl Strategy<Value = Deed> {
    let (what, slot, people, any) = (0usize..3, 0usize..3, 1i64..5, 0usize..30);
    let place = (by(), what.clone(), slot.clone(), people.clone());
    prop_oneof![
        6 => place.clone().prop_map(|(by, what, slot, people)| Deed::Book { by, what, slot, people }),
        5 => place.prop_map(|(by, what, slot, people)| Deed::Hold { by, what, slot, people }),
        5 => (any.clone(), prop::option::of(people.clone())).prop_map(|(n, people)| Deed::Confirm(n, people)),
        1 => any.clone().prop_map(Deed::Extend),
        4 => (by(), any.clone(), people.clone()).prop_map(|(by, n, people)| Deed::Resize(by, n, people)),
        4 => (by(), any.clone(), slot).prop_map(|(by, n, slot)| Deed::Move(by, n, slot)),
        3 => (by(), any.clone()).prop_map(|(by, n)| Deed::Cancel(by, n)),
        2 => (by(), any.clone()).prop_map(|(by, n)| Deed::CheckIn(by, n)),
        2 => any.clone().prop_map(Deed::Miss),
        3 => (what, people).prop_map(|(what, people)| Deed::Wait { what, people }),
        2 => any.clone().prop_map(Deed::Accept),
        1 => any.prop_map(Deed::Leave),
    ]
}

fn step() -> impl Strategy<Value = Deed> {
    prop_oneof![
        14 => deed(),
        2 => prop::collection::vec(deed(), 2..6).prop_map(Deed::AtOnce),
        2 => Just(Deed::Due),
        3 => (1i64..8).prop_map(Deed::Pass),
    ]
}

/// What those who act can know.
#[derive(Clone)]
struct Scene {
    mortgages: ServiceId,
    kim: UserId,
    date: String,
    slots: Vec<Timestamp>,
    known: Vec<AppointmentId>,
    waiting: Vec<WaitlistId>,
}

impl Scene {
    /// Loans with anybody, loans with Kim, mortgages with Kim.
    fn what(&self, app: &App, what: usize) -> (ServiceId, Option<UserId>) {
        match what {
            0 => (app.service, None),
            1 => (app.service, Some(self.kim)),
            _ => (self.mortgages, Some(self.kim)),
        }
    }

    fn booking(&self, app: &App, what: usize, slot: usize, people: i64) -> Book {
        let (service_id, staff_id) = self.what(app, what);
        let person = Person { party_size: Some(people), ..called("Ana") };
        Book { service_id, staff_id, person, ..app.wanted(self.slots[slot]) }
    }
}

fn nth<T: Copy>(all: &[T], n: usize) -> Option<T> {
    all.get(n.checked_rem(all.len())?).copied()
}

/// Whether it was done. A refusal is an answer, a broken database is none.
fn done<T>(outcome: Result<T, Error>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(error) => {
            assert!(!matches!(error, Error::Db(_)), "{error}");
            false
        }
    }
}

/// What came of a deed.
#[derive(Default)]
struct Outcome {
    done: bool,
    /// Who waits from then on.
    waits: Option<WaitlistId>,
    /// Who was noted as missed.
    missed: Option<AppointmentId>,
}

impl From<bool> for Outcome {
    fn from(done: bool) -> Self {
        Self { done, ..Self::default() }
    }
}

/// Does one deed.
async fn act(app: Arc<App>, scene: Scene, deed: Deed) -> Outcome {
    match deed {
        Deed::Book { by, what, slot, people } => {
            done(app.book_as(by, scene.booking(&app, what, slot, people)).await).into()
        }
        Deed::Hold { by, what, slot, people } => {
            let wanted = Book { hold: true, ..scene.booking(&app, what, slot, people) };
            done(app.book_as(by, wanted).await).into()
        }
        Deed::Wait { what, people } => {
            let (service, staff) = scene.what(&app, what);
            let wish = json!({
                "service_id": service, "staff_id": staff, "site_id": app.site, "from": scene.date, "name": "Ben",
                "party_size": people,
            });
            let wish: Wish = serde_json::from_value(wish).unwrap();
            let joined = app.act(By::Person, move |me, tx| join(me, tx, &wish, None, By::Person)).await;
            let waits = joined.as_ref().ok().map(|entry| entry.id);
            Outcome { done: done(joined), waits, missed: None }
        }
        Deed::Accept(n) => {
            let (by, Some(id)) = (By::Person, nth(&scene.waiting, n)) else { return false.into() };
            done(app.act(by, move |me, tx| accept(me, tx, id, by)).await).into()
        }
        Deed::Leave(n) => {
            let (by, Some(id)) = (By::Person, nth(&scene.waiting, n)) else { return false.into() };
            done(app.act(by, move |me, tx| leave(me, tx, id, by)).await).into()
        }
        Deed::Due => {
            app.run_due().await;
            true.into()
        }
        Deed::Pass(minutes) => {
            app.wait(minutes);
            true.into()
        }
        Deed::AtOnce(_) => false.into(),
        Deed::Confirm(n, _)
        | Deed::Extend(n)
        | Deed::Resize(_, n, _)
        | Deed::Move(_, n, _)
        | Deed::Cancel(_, n)
        | Deed::CheckIn(_, n)
        | Deed::Miss(n) => {
            let Some(id) = nth(&scene.known, n) else { return false.into() };
            let misses = matches!(deed, Deed::Miss(_));
            let done = change(&app, &scene, id, deed).await;
            Outcome { done, waits: None, missed: Some(id).filter(|_| done && misses) }
        }
    }
}

/// Does something with an appointment that there is.
async fn change(app: &App, scene: &Scene, id: AppointmentId, deed: Deed) -> bool {
    match deed {
        Deed::Confirm(_, people) => {
            let (by, person) = (By::Person, Person { party_size: people, ..called("Ana") });
            done(app.act(by, move |me, tx| confirm::confirm(me, tx, id, &person, by)).await)
        }
        Deed::Extend(_) => {
            let by = By::Person;
            done(app.act(by, move |me, tx| confirm::extend(me, tx, id, by)).await)
        }
        Deed::Resize(by, _, people) => {
            let change = Edit { party_size: Some(people), ..Edit::default() };
            done(app.act(by, move |me, tx| edit(me, tx, id, &change, None, by)).await)
        }
        Deed::Move(by, _, slot) => {
            let to = Move { starts_at: scene.slots[slot], staff_id: None };
            done(app.act(by, move |me, tx| reschedule(me, tx, id, &to, by)).await)
        }
        Deed::Cancel(by, _) => done(app.cancel(by, id).await),
        Deed::CheckIn(by, _) => done(app.check_in(by, id).await),
        Deed::Miss(_) => done(app.act(By::Staff, move |me, tx| no_show(me, tx, id)).await),
        _ => false,
    }
}

usher_db::row! {
    /// An appointment as the database has it.
    struct Stored {
        id: AppointmentId, availability_id: AvailabilityId, staff_id: Option<UserId>, busy_from: Timestamp,
        busy_until: Timestamp, party_size: i64, status: State, hold_until: Option<Timestamp>,
    }
}

impl Stored {
    fn meets(&self, other: &Self) -> bool {
        self.busy_from < other.busy_until && other.busy_from < self.busy_until
    }
}

/// The branch on all its nodes, with Kim.
struct World {
    nodes: Vec<Arc<App>>,
    mortgages: ServiceId,
    kim: UserId,
}

impl World {
    async fn open(engine: Engine) -> Option<Self> {
        let app = App::open(engine).await?;
        let (mortgages, kim) = (app.another_service("Mortgages").await, app.hire("Kim").await);
        let beside = app.beside().await;
        let nodes = [Some(app), beside].into_iter().flatten().map(Arc::new).collect();
        Some(Self { nodes, mortgages, kim })
    }
}

/// One story: the schedules in which it plays, and what has been seen of it.
struct Story<'a> {
    world: &'a World,
    schedules: Vec<Availability>,
    scene: Scene,
    /// Who was missed once. Whoever staff take in after all stands in line like somebody who walks in: their place was
    /// given up.
    missed: BTreeSet<AppointmentId>,
    turn: usize,
}

impl<'a> Story<'a> {
    /// A room for three people, and Kim: alone with two people for half an hour, or with anybody for an hour. All on the
    /// next day on which the branch is open, twenty minutes before it opens.
    async fn begin(world: &'a World) -> Story<'a> {
        let app = &world.nodes[0];
        let days = ["mon", "tue", "wed", "thu", "fri"];
        let week = days.map(|day| (day.to_owned(), json!([{ "opens": "09:00", "closes": "10:00" }])));
        let common = json!({
            "weekly": Value::Object(week.into_iter().collect()), "step_minutes": 15, "lead_minutes": 0,
            "late_minutes": 10, "hold_minutes": 5, "offer_minutes": 10, "cancel_cutoff_minutes": 0, "max_party": 4,
        });
        let mut schedules = Vec::new();
        for own in [
            json!({ "capacity": 3, "counts_people": true }),
            json!({ "capacity": 2, "counts_people": true, "staff_id": world.kim }),
            json!({ "staff_id": world.kim, "service_id": world.mortgages, "duration_minutes": 60 }),
        ] {
            let mut rules = common.clone();
            own.as_object().unwrap().iter().for_each(|(name, value)| rules[name] = value.clone());
            schedules.push(app.offered(rules).await);
            // They are filled in the order in which they were made.
            app.wait(1);
        }
        let (service, site) = (app.service, app.site);
        let read = move |me: &usher_appointments::Appointments, tx: &mut Tx<'_>| {
            let offer = place::offer(me, tx, service, Some(site), None, By::Staff)?;
            let today = offer.site.zone().to_datetime(tx.now()).date();
            let days = place::days(tx, &offer, today.tomorrow().unwrap(), 7, By::Staff)?;
            let open = days.into_iter().find(|day| day.slots.len() == 3).unwrap();
            let slots: Vec<Timestamp> = open.slots.iter().map(|slot| slot.starts_at).collect();
            Ok((open.date.to_string(), slots))
        };
        let (date, slots) = app.act(By::Staff, read).await.unwrap();
        app.wait(slots[0].duration_since(app.clock.now()).as_mins() - 20);
        let scene = Scene {
            mortgages: world.mortgages,
            kim: world.kim,
            date,
            slots,
            known: Vec::new(),
            waiting: Vec::new(),
        };
        Self { world, schedules, scene, missed: BTreeSet::new(), turn: 0 }
    }

    /// Somebody else's node each time.
    fn node(&mut self) -> Arc<App> {
        self.turn += 1;
        Arc::clone(&self.world.nodes[self.turn % self.world.nodes.len()])
    }

    /// One step, and whether any of it was done.
    async fn go_on(&mut self, step: Deed) -> Result<bool, TestCaseError> {
        let deeds = match step.clone() {
            Deed::AtOnce(deeds) => deeds,
            one => vec![one],
        };
        let mut tasks = tokio::task::JoinSet::new();
        for deed in deeds {
            tasks.spawn(act(self.node(), self.scene.clone(), deed));
        }
        let mut any = false;
        for outcome in tasks.join_all().await {
            any |= outcome.done;
            self.scene.waiting.extend(outcome.waits);
            self.missed.extend(outcome.missed);
        }
        self.count(&step).await?;
        Ok(any)
    }

    /// No schedule carries more than its places at any moment, and nobody's time is taken by two of them.
    async fn count(&mut self, step: &Deed) -> Result<(), TestCaseError> {
        let stored = self.stored().await;
        let now = self.world.nodes[0].clock.now();
        for one in &stored {
            if !self.scene.known.contains(&one.id) {
                self.scene.known.push(one.id);
            }
            if one.status == State::NoShow {
                self.missed.insert(one.id);
            }
        }
        let missed = &self.missed;
        let lives = |one: &&Stored| match one.status {
            State::Held => one.hold_until.is_some_and(|until| until > now),
            State::Booked | State::CheckedIn => !missed.contains(&one.id),
            _ => false,
        };
        let live: Vec<&Stored> = stored.iter().filter(lives).collect();
        for schedule in &self.schedules {
            let id = schedule.id;
            let own = || live.iter().filter(move |one| one.availability_id == id);
            for begins in own().map(|one| one.busy_from) {
                let then = own().filter(|one| one.busy_from <= begins && begins < one.busy_until);
                let taken: i64 = then.map(|one| schedule.rules.places(one.party_size)).sum();
                let places = schedule.rules.capacity;
                prop_assert!(taken <= places, "{taken} of {places} at {begins} after {step:?}: {live:?}");
            }
        }
        for (n, one) in live.iter().enumerate() {
            for other in &live[n + 1..] {
                let twice = one.staff_id.is_some()
                    && one.staff_id == other.staff_id
                    && one.availability_id != other.availability_id;
                prop_assert!(!(twice && one.meets(other)), "after {step:?}: {one:?} and {other:?}");
            }
        }
        Ok(())
    }

    async fn stored(&self) -> Vec<Stored> {
        let app = &self.world.nodes[0];
        let ids: Vec<AvailabilityId> = self.schedules.iter().map(|schedule| schedule.id).collect();
        let query = move |tx: &mut Tx<'_>| {
            let mut q = DynQuery::new("SELECT ");
            q.push_sql(Stored::COLUMNS).push_sql(" FROM appointments WHERE tenant_id = ").bind(&tx.tenant());
            q.push_sql(" AND availability_id IN ").bind_list(ids.iter().copied()).order("id");
            tx.query_dyn::<Stored>(&q)
        };
        app.me.db().write(&app.staff(), Lane::Tenant, query).await.unwrap()
    }

    /// The next story has schedules of its own.
    async fn end(self) {
        for schedule in self.schedules {
            self.world.nodes[0].change(schedule.id, json!({ "active": false })).await.unwrap();
        }
    }
}

/// Every deed, each where it is possible: what the stories are made of is done in them, and not only refused.
fn every_deed() -> Vec<Deed> {
    let (person, staff) = (By::Person, By::Staff);
    vec![
        // Three people fit into the room.
        Deed::Book { by: person, what: 0, slot: 0, people: 2 },
        Deed::Hold { by: person, what: 0, slot: 0, people: 1 },
        Deed::Extend(1),
        Deed::Confirm(1, Some(1)),
        Deed::Resize(staff, 0, 1),
        Deed::Resize(person, 0, 2),
        // Kim is taken for half an hour, so that the hour with her is full; it is offered as soon as she is free.
        Deed::Book { by: person, what: 1, slot: 1, people: 2 },
        Deed::Wait { what: 2, people: 1 },
        Deed::Move(staff, 2, 2),
        Deed::Accept(0),
        Deed::Pass(20),
        Deed::CheckIn(person, 0),
        Deed::Miss(1),
        Deed::CheckIn(staff, 1),
        Deed::Wait { what: 2, people: 1 },
        Deed::Leave(1),
        Deed::Cancel(person, 2),
        Deed::AtOnce(vec![
            Deed::Book { by: person, what: 0, slot: 2, people: 3 },
            Deed::Book { by: staff, what: 0, slot: 2, people: 2 },
            Deed::Hold { by: person, what: 0, slot: 2, people: 2 },
        ]),
        Deed::Due,
    ]
}

fn stories(engine: Engine) {
    let cases = if std::env::var_os("USHER_TEST_LONG").is_some() { LONG } else { ORDINARY };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let Some(world) = runtime.block_on(World::open(engine)) else { return };
    runtime.block_on(async {
        let mut story = Story::begin(&world).await;
        for step in every_deed() {
            assert!(story.go_on(step.clone()).await.unwrap(), "{step:?} was refused");
        }
        story.end().await;
    });
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let told = TestRunner::new(config).run(&prop::collection::vec(step(), 1..40), |steps| {
        runtime.block_on(async {
            let mut story = Story::begin(&world).await;
            let mut told = Ok(());
            for step in steps {
                told = story.go_on(step).await.map(|_| ());
                if told.is_err() {
                    break;
                }
            }
            story.end().await;
            told
        })
    });
    runtime.shutdown_background();
    told.unwrap();
}

#[test]
fn no_story_oversells_on_sqlite() {
    stories(Engine::Sqlite);
}

#[test]
fn no_story_oversells_on_postgres() {
    stories(Engine::Postgres);
}
