//! Who finds no slot is offered the next place that is freed.

use serde_json::{Value, json};
use usher_appointments::model::{Appointment, AppointmentId, EntryState, State, WaitlistId};
use usher_appointments::ops::book::{Book, Person};
use usher_appointments::ops::edit::{Edit, edit};
use usher_appointments::ops::waitlist::{accept, entry, leave};
use usher_appointments::ops::{By, appointment, confirm, waitlist};
use usher_appointments::{Appointments, Error};

use crate::app::{App, at, called, on_engines};

const SLOT: &str = "2026-03-05T08:00:00Z";

/// A Thursday with a single slot, which is taken.
async fn full(app: &App) -> AppointmentId {
    let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
    app.offered(json!({ "weekly": weekly, "offer_minutes": 30 })).await;
    app.book(SLOT).await.unwrap().id
}

async fn stands(app: &App, id: WaitlistId) -> EntryState {
    app.act(By::Staff, move |_, tx| entry(tx, id)).await.unwrap().status
}

#[test]
fn a_freed_place_is_offered_to_who_waited_longest() {
    on_engines(|app| async move {
        let booked = full(&app).await;
        let first = app.wait_for("Ben", "2026-03-05").await.unwrap();
        let second = app.wait_for("Cem", "2026-03-05").await.unwrap();
        let elsewhen = app.wait_for("Dea", "2026-03-06").await;
        assert!(matches!(elsewhen, Ok(_) | Err(Error::PlacesFree(_))));
        app.cancel(By::Staff, booked).await.unwrap();
        assert_eq!(
            (stands(&app, first).await, stands(&app, second).await),
            (EntryState::Offered, EntryState::Waiting)
        );
        // While it is offered nobody else gets it.
        assert!(matches!(app.book(SLOT).await, Err(Error::SlotTaken(_))));
        let taken = app.act(By::Person, move |me, tx| accept(me, tx, first, By::Person)).await.unwrap();
        assert_eq!((taken.status, taken.name.as_deref()), (State::Booked, Some("Ben")));
        assert_eq!(stands(&app, first).await, EntryState::Accepted);
        let again = app.act(By::Person, move |me, tx| accept(me, tx, first, By::Person)).await;
        assert!(matches!(again, Err(Error::NotOffered(EntryState::Accepted))), "{again:?}");
        let early = app.act(By::Person, move |me, tx| accept(me, tx, second, By::Person)).await;
        assert!(matches!(early, Err(Error::NotOffered(EntryState::Waiting))), "{early:?}");
    });
}

#[test]
fn an_offer_that_is_declined_or_not_answered_goes_to_the_next() {
    on_engines(|app| async move {
        let booked = full(&app).await;
        let first = app.wait_for("Ben", "2026-03-05").await.unwrap();
        let second = app.wait_for("Cem", "2026-03-05").await.unwrap();
        let third = app.wait_for("Dea", "2026-03-05").await.unwrap();
        app.cancel(By::Staff, booked).await.unwrap();
        app.act(By::Person, move |me, tx| leave(me, tx, first, By::Person)).await.unwrap();
        assert_eq!(
            (stands(&app, first).await, stands(&app, second).await),
            (EntryState::Declined, EntryState::Offered)
        );
        app.wait(30);
        assert_eq!(app.run_due().await, 1);
        assert_eq!(
            (stands(&app, second).await, stands(&app, third).await),
            (EntryState::Expired, EntryState::Offered)
        );
        let late = app.act(By::Person, move |me, tx| accept(me, tx, second, By::Person)).await;
        assert!(matches!(late, Err(Error::NotOffered(EntryState::Expired))), "{late:?}");
        app.wait(31);
        // Nobody has looked since, and the offer is over all the same.
        let over = app.act(By::Person, move |me, tx| accept(me, tx, third, By::Person)).await;
        assert_eq!(over.unwrap_err().code(), "hold_ended");
        app.run_due().await;
        app.book(SLOT).await.unwrap();
        let told = app.told("waitlist").await;
        let offers = told.iter().filter(|kind| *kind == "waitlist.offered").count();
        assert_eq!((offers, told.iter().filter(|kind| *kind == "waitlist.expired").count()), (3, 2));
    });
}

#[test]
fn a_moved_appointment_frees_a_place_too() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        app.offered(json!({ "weekly": weekly })).await;
        let booked = app.book(SLOT).await.unwrap();
        let waits = app.wait_for("Ben", "2026-03-05").await.unwrap();
        app.reschedule(By::Person, booked.id, "2026-03-12T08:00:00Z").await.unwrap();
        assert_eq!(stands(&app, waits).await, EntryState::Offered);
    });
}

impl App {
    /// Lets the watch look until nobody is offered a place any more.
    async fn looked_at(&self) -> usize {
        let (mut offered, mut idle) = (0, 0);
        // The watch hears of a change a moment after it.
        usher_testkit::until("nobody is offered a place any more", async || {
            match self.run_due().await {
                0 => idle += 1,
                some => (offered, idle) = (offered + some, 0),
            }
            idle == 10
        })
        .await;
        offered
    }
}

#[test]
fn more_places_are_offered_to_who_waited_longest() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        let rules = app.offered(json!({ "weekly": weekly, "offer_minutes": 30 })).await;
        app.book(SLOT).await.unwrap();
        let mut waiting = Vec::new();
        for name in ["Ben", "Cem", "Dea"] {
            waiting.push(app.wait_for(name, "2026-03-05").await.unwrap());
        }
        let another_day = app.wait_for("Eva", "2026-03-12").await;
        assert!(matches!(another_day, Err(Error::PlacesFree(_))));
        let stand = async || {
            let mut all = Vec::new();
            for id in &waiting {
                all.push(stands(&app, *id).await);
            }
            all
        };
        assert_eq!(app.looked_at().await, 0, "there is no more than before");
        app.change(rules.id, json!({ "capacity": 2 })).await.unwrap();
        assert_eq!(app.looked_at().await, 1);
        assert_eq!(stand().await, [EntryState::Offered, EntryState::Waiting, EntryState::Waiting]);
        assert!(matches!(app.book(SLOT).await, Err(Error::SlotTaken(_))), "it is kept for them");

        // Longer hours: the first slot is full, two more follow.
        let longer = json!({ "weekly": { "thu": [{ "opens": "09:00", "closes": "10:00" }] }, "capacity": 1 });
        app.change(rules.id, longer).await.unwrap();
        assert_eq!(app.looked_at().await, 1, "one more slot with one place");
        assert_eq!(stand().await, [EntryState::Offered, EntryState::Offered, EntryState::Waiting]);
        let offered = waiting[1];
        let taken = app.act(By::Person, move |me, tx| accept(me, tx, offered, By::Person)).await.unwrap();
        assert_eq!(taken.starts_at, at("2026-03-05T08:30:00Z"));
        app.offered(json!({ "weekly": { "thu": [{ "opens": "16:00", "closes": "16:30" }] } })).await;
        assert_eq!(app.looked_at().await, 1, "another time at which it can be booked");
        assert_eq!(stand().await[2], EntryState::Offered);
    });
}

#[test]
fn longer_hours_of_the_site_are_offered_too() {
    on_engines(|app| async move {
        // Whenever the site is open: on Saturdays it is not.
        app.offered(json!({ "weekly": null, "duration_minutes": 480 })).await;
        app.book("2026-03-05T08:00:00Z").await.unwrap();
        let ben = app.wait_for("Ben", "2026-03-05").await.unwrap();
        let saturday = app.wait_for("Cem", "2026-03-07").await.unwrap();
        assert_eq!(app.looked_at().await, 0);
        let (tenant, site) = (app.tenant, app.site);
        let hours = json!({ "hours": { "sat": [{ "opens": "09:00", "closes": "17:00" }] } });
        let change: usher_tenancy::model::SiteChange = serde_json::from_value(hours).unwrap();
        let open = move |tx: &mut usher_db::Tx<'_>| {
            usher_tenancy::ops::update_site(tx, tenant, site, change.clone(), None).map(drop)
        };
        app.me.db().write(&app.staff(), usher_db::Lane::Tenant, open).await.unwrap();
        assert_eq!(app.looked_at().await, 1);
        assert_eq!(
            (stands(&app, saturday).await, stands(&app, ben).await),
            (EntryState::Offered, EntryState::Waiting)
        );
    });
}

#[test]
fn nobody_waits_where_places_are_free_or_twice() {
    on_engines(|app| async move {
        let booked = full(&app).await;
        let wish = |phone: &str| {
            let wish = json!({
                "service_id": app.service, "from": "2026-03-05", "name": "Ben", "phone": phone,
            });
            serde_json::from_value::<waitlist::Wish>(wish).unwrap()
        };
        let join = async |phone: &str| {
            let wish = wish(phone);
            let join = move |me: &Appointments, tx: &mut usher_db::Tx<'_>| {
                waitlist::join(me, tx, &wish, None, By::Person)
            };
            app.act(By::Person, join).await.map(|entry| entry.id)
        };
        let ben = join("030 12345").await.unwrap();
        assert!(matches!(join("030/12345").await, Err(Error::AlreadyWaiting)));
        app.act(By::Person, move |me, tx| leave(me, tx, ben, By::Person)).await.unwrap();
        assert_eq!(stands(&app, ben).await, EntryState::Left);
        app.cancel(By::Staff, booked).await.unwrap();
        let free = join("030 12345").await;
        assert!(matches!(&free, Err(Error::PlacesFree(slots)) if slots.len() == 1), "{free:?}");
        for (field, wish) in [
            ("from", json!({ "from": "2026-03-01" })),
            ("to", json!({ "from": "2026-03-05", "to": "2026-03-04" })),
            ("to", json!({ "from": "2026-03-05", "to": "2027-03-04" })),
            ("to", json!({ "from": "2026-05-06" })),
            ("to", json!({ "from": "9998-12-20" })),
            ("name", json!({ "name": "  " })),
        ] {
            let mut all = json!({ "service_id": app.service, "name": "Ben" });
            wish.as_object().unwrap().iter().for_each(|(name, value)| all[name] = value.clone());
            let wish: waitlist::Wish = serde_json::from_value(all).unwrap();
            let join = move |me: &Appointments, tx: &mut usher_db::Tx<'_>| {
                waitlist::join(me, tx, &wish, None, By::Person)
            };
            let Err(Error::Fields(faults)) = app.act(By::Person, join).await else { panic!("{field}") };
            assert_eq!(faults[0].field, field);
        }
    });
}

#[test]
fn a_wish_that_has_passed_is_over() {
    on_engines(|app| async move {
        full(&app).await;
        let waits = app.wait_for("Ben", "2026-03-05").await.unwrap();
        app.go_to("2026-03-05T23:00:00Z");
        app.run_due().await;
        assert_eq!(stands(&app, waits).await, EntryState::Expired);
    });
}

impl App {
    /// Somebody joins the waitlist with more to say than a name, a minute after the one before.
    async fn wait_with(&self, by: By, name: &str, more: Value) -> WaitlistId {
        self.wait(1);
        let mut wish = json!({
            "service_id": self.service, "site_id": self.site, "from": "2026-03-05", "name": name,
        });
        more.as_object().unwrap().iter().for_each(|(name, value)| wish[name] = value.clone());
        let wish: waitlist::Wish = serde_json::from_value(wish).unwrap();
        self.act(by, move |me, tx| waitlist::join(me, tx, &wish, None, by)).await.unwrap().id
    }

    /// How those who wait stand.
    async fn stand(&self, all: &[WaitlistId]) -> Vec<EntryState> {
        let mut stand = Vec::new();
        for id in all {
            stand.push(stands(self, *id).await);
        }
        stand
    }

    /// What is offered to somebody.
    async fn offer_of(&self, id: WaitlistId) -> Appointment {
        let read = move |_: &Appointments, tx: &mut usher_db::Tx<'_>| {
            let offered = entry(tx, id)?.appointment_id.unwrap();
            appointment(tx, offered)
        };
        self.act(By::Staff, read).await.unwrap()
    }

    /// A party of so many at a time.
    async fn party_at(&self, people: i64, start: &str, hold: bool) -> AppointmentId {
        let person = Person { party_size: Some(people), ..called("Ana") };
        let wanted = Book { person, hold, ..self.wanted(at(start)) };
        self.book_as(By::Person, wanted).await.unwrap().first.id
    }
}

const WAITS: EntryState = EntryState::Waiting;
const OFFERED: EntryState = EntryState::Offered;

/// What a party of four leaves is enough for smaller ones, one after the other; who is more waits on, however long already.
#[test]
fn a_place_for_four_is_offered_to_two_and_the_rest_to_others() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        app.offered(json!({ "weekly": weekly, "capacity": 4, "counts_people": true })).await;
        let four = app.party_at(4, SLOT, false).await;
        let mut all = Vec::new();
        for (name, people) in [("Ben", 5), ("Cem", 2), ("Dea", 3), ("Eli", 1), ("Fay", 1), ("Gus", 1)] {
            all.push(app.wait_with(By::Person, name, json!({ "party_size": people })).await);
        }
        app.cancel(By::Staff, four).await.unwrap();
        assert_eq!(app.stand(&all).await, [WAITS, OFFERED, WAITS, OFFERED, OFFERED, WAITS]);
        assert_eq!(app.places(By::Person, "2026-03-05").await, ["09:00 0"]);
        assert_eq!(app.offer_of(all[1]).await.party_size, 2);
        // Two do not want it: there is room for one who waits, and not for three.
        let cem = all[1];
        app.act(By::Person, move |me, tx| leave(me, tx, cem, By::Person)).await.unwrap();
        let declined = EntryState::Declined;
        assert_eq!(app.stand(&all).await, [WAITS, declined, WAITS, OFFERED, OFFERED, OFFERED]);
        assert_eq!(app.places(By::Person, "2026-03-05").await, ["09:00 1"]);
    });
}

/// Where an appointment takes one place however many come, a party's place goes to one party of any size.
#[test]
fn the_place_of_a_party_is_offered_once() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        app.offered(json!({ "weekly": weekly })).await;
        let four = app.party_at(4, SLOT, false).await;
        let two = app.wait_with(By::Person, "Ben", json!({ "party_size": 2 })).await;
        let one = app.wait_with(By::Person, "Cem", json!({})).await;
        app.cancel(By::Staff, four).await.unwrap();
        assert_eq!(app.stand(&[two, one]).await, [OFFERED, WAITS]);
    });
}

#[test]
fn what_a_party_leaves_that_becomes_smaller_is_offered_too() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        app.offered(json!({ "weekly": weekly, "capacity": 4, "counts_people": true })).await;
        let (booked, held) = (app.party_at(2, SLOT, false).await, app.party_at(2, SLOT, true).await);
        let ben = app.wait_with(By::Person, "Ben", json!({})).await;
        let cem = app.wait_with(By::Person, "Cem", json!({})).await;
        let change = Edit { party_size: Some(1), ..Edit::default() };
        let by = By::Staff;
        app.act(by, move |me, tx| edit(me, tx, booked, &change, None, by)).await.unwrap();
        assert_eq!(app.stand(&[ben, cem]).await, [OFFERED, WAITS]);
        // Held for two, and one comes.
        let alone = Person { party_size: Some(1), ..called("Dea") };
        let by = By::Person;
        app.act(by, move |me, tx| confirm::confirm(me, tx, held, &alone, by)).await.unwrap();
        assert_eq!(app.stand(&[ben, cem]).await, [OFFERED, OFFERED]);
    });
}

/// Nobody is offered what their party is too large for. Staff let in larger ones than come by themselves, and what is
/// offered to such a party it takes.
#[test]
fn a_party_is_offered_what_takes_as_many() {
    on_engines(|app| async move {
        let weekly = |opens: &str, closes: &str| json!({ "thu": [{ "opens": opens, "closes": closes }] });
        app.offered(json!({ "weekly": weekly("09:00", "09:30"), "max_party": 4 })).await;
        app.offered(json!({ "weekly": weekly("10:00", "10:30"), "max_party": 8 })).await;
        let (small, large) =
            (app.book(SLOT).await.unwrap().id, app.book("2026-03-05T09:00:00Z").await.unwrap().id);
        let six = app.wait_with(By::Person, "Ben", json!({ "party_size": 6 })).await;
        let two = app.wait_with(By::Person, "Cem", json!({ "party_size": 2 })).await;
        let ten = app.wait_with(By::Staff, "Dea", json!({ "party_size": 10 })).await;
        app.cancel(By::Staff, small).await.unwrap();
        assert_eq!(app.stand(&[six, two, ten]).await, [WAITS, OFFERED, WAITS]);
        app.act(By::Person, move |me, tx| leave(me, tx, two, By::Person)).await.unwrap();
        assert_eq!(app.stand(&[six, ten]).await, [WAITS, OFFERED]);
        let taken = app.act(By::Person, move |me, tx| accept(me, tx, ten, By::Person)).await.unwrap();
        assert_eq!((taken.status, taken.party_size), (State::Booked, 10));
        app.cancel(By::Staff, large).await.unwrap();
        assert_eq!(app.stand(&[six]).await, [OFFERED]);
    });
}

/// Kim has two schedules: half-hours for loans and hours for mortgages.
async fn two_schedules_of_kim(app: &App) -> (Value, Value) {
    let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "10:00" }] });
    let mortgages = app.another_service("Mortgages").await;
    let kim = app.hire("Kim").await;
    app.offered(json!({ "weekly": weekly, "staff_id": kim, "offer_minutes": 30 })).await;
    let hours = json!({
        "weekly": weekly, "staff_id": kim, "service_id": mortgages, "duration_minutes": 60, "offer_minutes": 30,
    });
    app.offered(hours).await;
    (json!(kim), json!(mortgages))
}

const HALF_PAST: &str = "2026-03-05T08:30:00Z";

#[test]
fn the_time_of_one_person_is_offered_in_all_their_schedules() {
    on_engines(|app| async move {
        let (kim, mortgages) = two_schedules_of_kim(&app).await;
        let (nine, half_past) = (app.book(SLOT).await.unwrap().id, app.book(HALF_PAST).await.unwrap().id);
        // Somebody else gives mortgages at the same time, and is wanted by who waits longest.
        let lea = app.hire("Lea").await;
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "10:00" }] });
        let hers =
            json!({ "weekly": weekly, "staff_id": lea, "service_id": mortgages, "duration_minutes": 60 });
        app.offered(hers).await;
        let service = serde_json::from_value(mortgages.clone()).unwrap();
        let taken = Book { service_id: service, staff_id: Some(lea), ..app.wanted(at(SLOT)) };
        app.book_as(By::Person, taken).await.unwrap();

        let fay = json!({ "service_id": mortgages, "staff_id": lea });
        let fay = app.wait_with(By::Person, "Fay", fay).await;
        let ben = json!({ "service_id": mortgages, "staff_id": kim });
        let ben = app.wait_with(By::Person, "Ben", ben).await;
        let cem = app.wait_with(By::Person, "Cem", json!({})).await;
        // Half an hour is too short for who waits longest for Kim's time.
        app.cancel(By::Staff, half_past).await.unwrap();
        assert_eq!(app.stand(&[fay, ben, cem]).await, [WAITS, WAITS, OFFERED]);
        app.act(By::Person, move |me, tx| leave(me, tx, cem, By::Person)).await.unwrap();
        assert_eq!(app.stand(&[ben]).await, [WAITS]);
        // Now the whole hour is free.
        app.cancel(By::Staff, nine).await.unwrap();
        assert_eq!(app.stand(&[fay, ben]).await, [WAITS, OFFERED]);
        let offered = app.offer_of(ben).await;
        assert_eq!((json!(offered.service_id), offered.starts_at), (mortgages, at(SLOT)));
        assert_eq!(json!(offered.staff_id), kim);
        // While it is offered Kim's time is nobody else's, in either schedule.
        assert_eq!(app.places(By::Person, "2026-03-05").await, ["09:00 0", "09:30 0"]);
    });
}

#[test]
fn of_those_who_wait_for_one_person_the_first_is_offered_the_time() {
    on_engines(|app| async move {
        let (_, mortgages) = two_schedules_of_kim(&app).await;
        let service = serde_json::from_value(mortgages.clone()).unwrap();
        let hour = Book { service_id: service, ..app.wanted(at(SLOT)) };
        let hour = app.book_as(By::Person, hour).await.unwrap().first.id;
        // With whomever: Kim alone gives either.
        let ben = app.wait_with(By::Person, "Ben", json!({})).await;
        let cem = app.wait_with(By::Person, "Cem", json!({ "service_id": mortgages })).await;
        let dea = app.wait_with(By::Person, "Dea", json!({})).await;
        let eli = app.wait_with(By::Person, "Eli", json!({})).await;
        app.cancel(By::Staff, hour).await.unwrap();
        // An hour is two half-hours, and too short for all three.
        assert_eq!(app.stand(&[ben, cem, dea, eli]).await, [OFFERED, WAITS, OFFERED, WAITS]);
        assert_eq!(
            (app.offer_of(ben).await.starts_at, app.offer_of(dea).await.starts_at),
            (at(SLOT), at(HALF_PAST))
        );
        // One of them goes: its half-hour is not an hour. When the other's ends as well, nobody but who waits next.
        app.act(By::Person, move |me, tx| leave(me, tx, ben, By::Person)).await.unwrap();
        assert_eq!(app.stand(&[cem, eli]).await, [WAITS, OFFERED]);
        assert_eq!(app.offer_of(eli).await.starts_at, at(SLOT));
        app.wait(30);
        app.run_due().await;
        let over = EntryState::Expired;
        assert_eq!(app.stand(&[dea, eli, cem]).await, [over, over, OFFERED]);
        assert_eq!(app.offer_of(cem).await.starts_at, at(SLOT));
    });
}

/// A slot that overlaps the one that was given up is free by that, too.
#[test]
fn overlapping_slots_are_freed_together() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "11:00" }] });
        app.offered(json!({ "weekly": weekly, "duration_minutes": 60, "step_minutes": 30 })).await;
        // From half past nine to half past ten: no other hour of the day is free.
        let booked = app.book(HALF_PAST).await.unwrap().id;
        let (ben, cem) = (
            app.wait_for("Ben", "2026-03-05").await.unwrap(),
            app.wait_for("Cem", "2026-03-05").await.unwrap(),
        );
        app.reschedule(By::Staff, booked, "2026-03-12T08:30:00Z").await.unwrap();
        // Who waited longest is offered the time that was given up; then the day is full again.
        assert_eq!(app.stand(&[ben, cem]).await, [OFFERED, WAITS]);
        assert_eq!(app.offer_of(ben).await.starts_at, at(HALF_PAST));
        // Given up as it begins: the earlier hour has begun as well, the later one has not.
        app.act(By::Person, move |me, tx| accept(me, tx, ben, By::Person)).await.unwrap();
        let taken = app.offer_of(ben).await.id;
        app.go_to("2026-03-05T08:30:00Z");
        app.cancel(By::Staff, taken).await.unwrap();
        assert_eq!(app.stand(&[cem]).await, [OFFERED]);
        assert_eq!(app.offer_of(cem).await.starts_at, at("2026-03-05T09:00:00Z"));
    });
}
