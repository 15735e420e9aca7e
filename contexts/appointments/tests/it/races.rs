//! Two people never get the last place: many at once, on both engines, on two nodes, and random stories against a
//! tiny reference model.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use usher_appointments::Error;
use usher_appointments::model::{AppointmentId, Availability, EntryState, State};
use usher_appointments::ops::book::{Book, Person};
use usher_appointments::ops::confirm::confirm;
use usher_appointments::ops::edit::{Edit, edit};
use usher_appointments::ops::waitlist::{accept, entry};
use usher_appointments::ops::{By, appointment};
use usher_db::Engine;
use usher_kernel::{Change, Timestamp};

use crate::app::{App, at, called, on_engines};

/// How many stories are tried on each engine, in the ordinary run and in the long one.
const ORDINARY: u32 = 24;
const LONG: u32 = 300;

/// The branch on one node, and on another where there can be one.
async fn nodes(app: App) -> Vec<Arc<App>> {
    let beside = app.beside().await;
    [Some(app), beside].into_iter().flatten().map(Arc::new).collect()
}

#[test]
fn the_last_place_goes_to_one_of_many_on_any_node() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 3 })).await;
        let nodes = nodes(app).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..24 {
            let app = Arc::clone(&nodes[n % nodes.len()]);
            tasks.spawn(async move {
                let slot = if n % 3 == 0 { "2026-03-05T08:00:00Z" } else { "2026-03-05T08:30:00Z" };
                let taken = if n % 2 == 0 { app.book(slot).await } else { app.hold(slot).await };
                (slot, taken)
            });
        }
        let mut won: BTreeMap<&str, usize> = BTreeMap::new();
        for (slot, taken) in tasks.join_all().await {
            match taken {
                Ok(_) => *won.entry(slot).or_default() += 1,
                Err(Error::SlotTaken(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(won.into_values().collect::<Vec<_>>(), [3, 3]);
        assert_eq!(nodes[0].places(By::Person, "2026-03-05").await[..2], ["09:00 0", "09:30 0"]);
    });
}

/// Parties that together are many more than the places: nobody is let in beyond them, and nobody kept out for whom there
/// would be room.
#[test]
fn parties_of_one_moment_are_no_more_than_the_places_on_any_node() {
    const PLACES: i64 = 11;
    on_engines(|app| async move {
        app.offered(json!({ "capacity": PLACES, "counts_people": true })).await;
        let nodes = nodes(app).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..24 {
            let app = Arc::clone(&nodes[n % nodes.len()]);
            tasks.spawn(async move {
                let people = i64::try_from(n % 4).unwrap() + 1;
                let person = Person { party_size: Some(people), ..called("Ana") };
                let slot = at("2026-03-05T08:00:00Z");
                let wanted = Book { person, hold: n % 3 == 0, ..app.wanted(slot) };
                let by = if n % 5 == 0 { By::Staff } else { By::Person };
                (people, app.book_as(by, wanted).await)
            });
        }
        let (mut let_in, mut kept_out) = (0, Vec::new());
        for (people, booked) in tasks.join_all().await {
            match booked {
                Ok(_) => let_in += people,
                Err(Error::SlotTaken(_)) => kept_out.push(people),
                Err(error) => panic!("{error}"),
            }
        }
        let left = PLACES - let_in;
        assert!(left >= 0, "{let_in} people have {PLACES} places");
        assert!(
            kept_out.iter().all(|people| *people > left),
            "{left} places are left, {kept_out:?} kept out"
        );
        assert_eq!(nodes[0].places(By::Person, "2026-03-05").await[0], format!("09:00 {left}"));
    });
}

/// Parties that grow at the same moment, confirm for more than was held, and move in.
#[test]
fn parties_that_grow_at_once_are_no_more_than_the_places() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 8, "counts_people": true })).await;
        let (slot, elsewhere) = ("2026-03-05T08:00:00Z", "2026-03-05T08:30:00Z");
        let (mut booked, mut held, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..2 {
            booked.push(app.book(slot).await.unwrap().id);
            held.push(app.hold(slot).await.unwrap().id);
            let person = Person { party_size: Some(3), ..called("Ben") };
            let wanted = Book { person, ..app.wanted(at(elsewhere)) };
            others.push(app.book_as(By::Person, wanted).await.unwrap().first.id);
        }
        let nodes = nodes(app).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..2 {
            let (grows, confirms, moves) = (booked[n], held[n], others[n]);
            let [a, b, c] = [0, 1, 2].map(|k| Arc::clone(&nodes[(n + k) % nodes.len()]));
            tasks.spawn(async move {
                let (by, change) = (By::Staff, Edit { party_size: Some(3), ..Edit::default() });
                a.act(by, move |me, tx| edit(me, tx, grows, &change, None, by)).await
            });
            tasks.spawn(async move {
                let (by, person) = (By::Person, Person { party_size: Some(3), ..called("Cem") });
                b.act(by, move |me, tx| confirm(me, tx, confirms, &person, by)).await
            });
            tasks.spawn(async move { c.reschedule(By::Staff, moves, slot).await });
        }
        for outcome in tasks.join_all().await {
            assert!(matches!(outcome, Ok(_) | Err(Error::SlotTaken(_))), "{outcome:?}");
        }
        // Four had their places before; of six who want more, each two or three, some were let in.
        let mut people = 0;
        for id in booked.iter().chain(&held).chain(&others) {
            let id = *id;
            let a = nodes[0].act(By::Staff, move |_, tx| appointment(tx, id)).await.unwrap();
            people += if a.starts_at == at(slot) { a.party_size } else { 0 };
        }
        assert!((7..=8).contains(&people), "{people} people have eight places");
    });
}

#[test]
fn of_many_who_move_to_the_last_place_one_gets_there() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 4 })).await;
        let mut booked = Vec::new();
        for n in 0..8 {
            let slot = if n % 2 == 0 { "2026-03-06T08:00:00Z" } else { "2026-03-06T08:30:00Z" };
            booked.push(app.book(slot).await.unwrap().id);
        }
        for _ in 0..3 {
            app.book("2026-03-05T08:00:00Z").await.unwrap();
        }
        let nodes = nodes(app).await;
        let mut tasks = tokio::task::JoinSet::new();
        for (n, id) in booked.into_iter().enumerate() {
            let app = Arc::clone(&nodes[n % nodes.len()]);
            tasks.spawn(async move { app.reschedule(By::Staff, id, "2026-03-05T08:00:00Z").await });
        }
        let moved = tasks.join_all().await;
        assert_eq!(moved.iter().filter(|moved| moved.is_ok()).count(), 1, "{moved:?}");
    });
}

#[test]
fn of_two_who_accept_one_offer_one_wins() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        app.offered(json!({ "weekly": weekly })).await;
        let booked = app.book("2026-03-05T08:00:00Z").await.unwrap();
        let waits = app.wait_for("Ben", "2026-03-05").await.unwrap();
        app.cancel(By::Staff, booked.id).await.unwrap();
        let nodes = nodes(app).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..6 {
            let app = Arc::clone(&nodes[n % nodes.len()]);
            tasks.spawn(async move {
                app.act(By::Person, move |me, tx| accept(me, tx, waits, By::Person)).await.is_ok()
            });
        }
        let won = tasks.join_all().await.into_iter().filter(|won| *won).count();
        let stands = nodes[0].act(By::Staff, move |_, tx| entry(tx, waits)).await.unwrap().status;
        assert_eq!((won, stands), (1, EntryState::Accepted));
    });
}

#[test]
fn of_two_who_check_in_one_gets_a_ticket() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let booked = app.book("2026-03-05T09:00:00Z").await.unwrap().id;
        app.go_to("2026-03-05T08:50:00Z");
        let nodes = nodes(app).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..6 {
            let app = Arc::clone(&nodes[n % nodes.len()]);
            tasks.spawn(async move { app.check_in(By::Person, booked).await.is_ok() });
        }
        assert_eq!(tasks.join_all().await.into_iter().filter(|won| *won).count(), 1);
    });
}

/// Reminders go out on two nodes while people are changed: each goes out once, and no change is refused for it.
#[test]
fn reminders_and_changes_of_one_moment_are_all_kept() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 8, "reminder_minutes": [120] })).await;
        let mut booked = Vec::new();
        for _ in 0..8 {
            booked.push(app.book("2026-03-05T09:00:00Z").await.unwrap());
        }
        app.go_to("2026-03-05T07:00:00Z");
        let nodes = nodes(app).await;
        let mut watches = tokio::task::JoinSet::new();
        for app in &nodes {
            let app = Arc::clone(app);
            watches.spawn(async move { app.run_due().await });
        }
        let mut changes = tokio::task::JoinSet::new();
        for (n, a) in booked.into_iter().enumerate() {
            let app = Arc::clone(&nodes[n % nodes.len()]);
            let change = Edit { notes: Change::Set(format!("Seat {n}")), ..Edit::default() };
            let (id, read, by) = (a.id, a.version, By::Staff);
            changes.spawn(async move {
                app.act(by, move |me, tx| edit(me, tx, id, &change, Some(read), by)).await
            });
        }
        for changed in changes.join_all().await {
            changed.unwrap();
        }
        watches.join_all().await;
        // What a change was faster than goes out at the next turn.
        nodes[0].run_due().await;
        nodes[0].run_due().await;
        let told = nodes[0].told("appointment").await;
        assert_eq!(told.iter().filter(|kind| *kind == "appointment.reminder_due").count(), 8);
    });
}

/// One step of a story. Slots and appointments are chosen by number.
#[derive(Clone, Debug)]
enum Step {
    Book(usize),
    /// Many book one of the slots each, all at once and on all nodes.
    Rush(Vec<usize>),
    Hold(usize),
    Confirm(usize),
    Cancel(usize),
    Move(usize, usize),
    Due,
    Wait(i64),
    Capacity(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let (slot, any) = (0usize..3, 0usize..20);
    prop_oneof![
        5 => slot.clone().prop_map(Step::Book),
        4 => slot.clone().prop_map(Step::Hold),
        1 => prop::collection::vec(slot.clone(), 2..8).prop_map(Step::Rush),
        4 => any.clone().prop_map(Step::Confirm),
        3 => any.clone().prop_map(Step::Cancel),
        3 => (any, slot).prop_map(|(a, s)| Step::Move(a, s)),
        2 => Just(Step::Due),
        2 => (1i64..6).prop_map(Step::Wait),
        1 => (1i64..4).prop_map(Step::Capacity),
    ]
}

/// What is known of an appointment: its slot, and how it stands.
struct Known {
    id: AppointmentId,
    slot: usize,
    state: State,
    until: Timestamp,
}

/// The reference model: a list of bookings and a number of places.
struct Model {
    known: Vec<Known>,
    capacity: i64,
}

impl Model {
    fn taken(&self, slot: usize, now: Timestamp, but: Option<AppointmentId>) -> i64 {
        let lives = |k: &&Known| match k.state {
            State::Held => k.until > now,
            state => state == State::Booked,
        };
        let here = self.known.iter().filter(|k| k.slot == slot && Some(k.id) != but).filter(lives).count();
        i64::try_from(here).unwrap()
    }

    fn has_room(&self, slot: usize, now: Timestamp, but: Option<AppointmentId>) -> bool {
        self.taken(slot, now, but) < self.capacity
    }
}

/// Far enough away for all the minutes of all stories.
const SLOTS: [&str; 3] = ["2026-03-26T08:00:00Z", "2026-03-26T08:30:00Z", "2026-03-26T09:00:00Z"];

async fn tell(nodes: &[Arc<App>], offered: &Availability, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut model = Model { known: Vec::new(), capacity: 2 };
    for (turn, step) in steps.into_iter().enumerate() {
        // Somebody else's node each time.
        let app = &nodes[turn % nodes.len()];
        let now = app.clock.now();
        match step {
            Step::Book(slot) | Step::Hold(slot) => {
                let held = matches!(step, Step::Hold(_));
                let made = if held { app.hold(SLOTS[slot]).await } else { app.book(SLOTS[slot]).await };
                prop_assert_eq!(made.is_ok(), model.has_room(slot, now, None), "{:?}: {:?}", step, made);
                if let Ok(made) = made {
                    let until = made.hold_until.unwrap_or(now);
                    model.known.push(Known { id: made.id, slot, state: made.status, until });
                }
            }
            Step::Rush(ref slots) => {
                let mut tasks = tokio::task::JoinSet::new();
                for (n, slot) in slots.iter().copied().enumerate() {
                    let app = Arc::clone(&nodes[n % nodes.len()]);
                    tasks.spawn(async move { (slot, app.book(SLOTS[slot]).await) });
                }
                let made = tasks.join_all().await;
                for slot in 0..SLOTS.len() {
                    let wanted =
                        i64::try_from(slots.iter().filter(|wanted| **wanted == slot).count()).unwrap();
                    let room = (model.capacity - model.taken(slot, now, None)).max(0);
                    let won = made.iter().filter(|(here, made)| *here == slot && made.is_ok()).count();
                    prop_assert_eq!(i64::try_from(won).unwrap(), wanted.min(room), "{}: {:?}", slot, made);
                }
                for (slot, made) in made {
                    if let Ok(made) = made {
                        model.known.push(Known { id: made.id, slot, state: made.status, until: now });
                    }
                }
            }
            Step::Confirm(n) | Step::Cancel(n) if n < model.known.len() => {
                let Known { id, slot, state, until } = model.known[n];
                let (made, may) = if matches!(step, Step::Confirm(_)) {
                    let room = model.has_room(slot, now, Some(id));
                    (app.confirm(id).await, state == State::Held && until > now && room)
                } else {
                    (app.cancel(By::Staff, id).await, matches!(state, State::Held | State::Booked))
                };
                prop_assert_eq!(made.is_ok(), may, "{:?}: {:?}", step, made);
                if let Ok(made) = made {
                    model.known[n].state = made.status;
                }
            }
            Step::Move(n, to) if n < model.known.len() => {
                let Known { id, state, slot, .. } = model.known[n];
                let made = app.reschedule(By::Staff, id, SLOTS[to]).await;
                let may = state == State::Booked && model.has_room(to, now, Some(id));
                prop_assert_eq!(made.is_ok(), may, "{:?} from {}: {:?}", step, slot, made);
                if may {
                    model.known[n].slot = to;
                }
            }
            Step::Due => {
                app.run_due().await;
                let over = model.known.iter_mut().filter(|k| k.state == State::Held && k.until <= now);
                over.for_each(|k| k.state = State::Expired);
            }
            Step::Wait(minutes) => app.wait(minutes),
            Step::Capacity(places) => {
                app.change(offered.id, json!({ "capacity": places })).await.unwrap();
                model.capacity = places;
            }
            Step::Confirm(_) | Step::Cancel(_) | Step::Move(..) => {}
        }
        let now = nodes[0].clock.now();
        let expected: Vec<String> = (0..SLOTS.len())
            .map(|slot| (model.capacity - model.taken(slot, now, None)).max(0).to_string())
            .collect();
        let shown = nodes[0].places(By::Staff, "2026-03-26").await;
        let shown: Vec<&str> = shown[..3].iter().filter_map(|text| text.split(' ').nth(1)).collect();
        prop_assert_eq!(shown, expected);
    }
    for k in &model.known {
        prop_assert_eq!(nodes[0].status(k.id).await, k.state.as_str());
    }
    Ok(())
}

fn stories(engine: Engine) {
    let ordinary = if std::env::var_os("USHER_TEST_LONG").is_some() { LONG } else { ORDINARY };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let Some(app) = runtime.block_on(App::open(engine)) else { return };
    let nodes = runtime.block_on(nodes(app));
    let app = &nodes[0];
    let config = Config { cases: ordinary, failure_persistence: None, ..Config::default() };
    let told = TestRunner::new(config).run(&prop::collection::vec(step(), 1..40), |steps| {
        runtime.block_on(async {
            let offered = app.offered(json!({ "hold_minutes": 5, "capacity": 2 })).await;
            let told = tell(&nodes, &offered, steps).await;
            // The next story has an availability of its own.
            app.change(offered.id, json!({ "active": false })).await.unwrap();
            told
        })
    });
    runtime.shutdown_background();
    told.unwrap();
}

#[test]
fn random_stories_never_oversell_on_sqlite() {
    stories(Engine::Sqlite);
}

#[test]
fn random_stories_never_oversell_on_postgres() {
    stories(Engine::Postgres);
}
