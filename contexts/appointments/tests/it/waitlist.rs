//! Who finds no slot is offered the next place that is freed.

use serde_json::json;
use usher_appointments::model::{AppointmentId, EntryState, State, WaitlistId};
use usher_appointments::ops::waitlist::{accept, entry, leave};
use usher_appointments::ops::{By, waitlist};
use usher_appointments::{Appointments, Error};

use crate::app::{App, on_engines};

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
        assert_eq!(taken.starts_at, crate::app::at("2026-03-05T08:30:00Z"));
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
