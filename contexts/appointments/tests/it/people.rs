//! Whose an appointment is.

use serde_json::json;
use usher_appointments::Error;
use usher_appointments::model::EntryState;
use usher_appointments::ops::book::{Book, Person};
use usher_appointments::ops::waitlist::{self, Wish, entry};
use usher_appointments::ops::{By, appointment};
use usher_customers::model::{CustomerChange, Source};
use usher_customers::{CustomerId, ops};
use usher_db::{Lane, Tx};

use crate::app::{App, at, called, on_engines};

impl App {
    async fn add(&self, record: serde_json::Value) -> CustomerId {
        let (people, tenant) = (self.me.line().identity().clone(), self.tenant);
        let new: CustomerChange = serde_json::from_value(record).unwrap();
        let add = move |tx: &mut Tx<'_>| ops::create(tx, &people, tenant, new.clone(), Source::Staff);
        self.me.db().write(&self.staff(), Lane::Tenant, add).await.unwrap().id
    }
}

/// A number ties an appointment to the customer who has it, and the ticket that it becomes as well.
#[test]
fn a_booking_belongs_to_whoever_has_the_number() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let ana = app.add(json!({ "name": "Ana", "phone": "+49 30 1234567" })).await;
        let person = Person { phone: Some("0049 30 1234567".into()), ..called("Ana") };
        let wanted = Book { person, ..app.wanted(at("2026-03-05T08:00:00Z")) };
        let booked = app.book_as(By::Person, wanted).await.unwrap().first;
        assert_eq!(booked.customer_id, Some(ana));
        assert_eq!(app.book("2026-03-05T09:00:00Z").await.unwrap().customer_id, None);
        app.go_to("2026-03-05T08:00:00Z");
        let (_, ticket) = app.check_in(By::Person, booked.id).await.unwrap();
        assert_eq!(ticket.customer_id, Some(ana));
    });
}

#[test]
fn staff_book_for_a_customer_they_know() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let ana = app.add(json!({ "name": "Ana Maria" })).await;
        let wanted = Book {
            customer_id: Some(ana),
            person: Person::default(),
            ..app.wanted(at("2026-03-05T08:00:00Z"))
        };
        let booked = app.book_as(By::Staff, wanted.clone()).await.unwrap().first;
        assert_eq!((booked.customer_id, booked.name.as_deref()), (Some(ana), Some("Ana Maria")));
        let unknown = Some(CustomerId::generate(app.clock.now()));
        let refused = app.book_as(By::Staff, Book { customer_id: unknown, ..wanted }).await;
        let Err(Error::Fields(faults)) = refused else { panic!("{refused:?}") };
        assert_eq!((faults[0].field.as_str(), faults[0].code), ("customer_id", "unknown"));
    });
}

/// Staff name the customer who waits; a phone names nobody.
#[test]
fn staff_wait_for_a_customer_they_know() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        app.offered(json!({ "weekly": weekly })).await;
        app.book("2026-03-05T08:00:00Z").await.unwrap();
        let ana = app.add(json!({ "name": "Ana" })).await;
        let join = async |by: By, customer: CustomerId| {
            let wish = json!({
                "service_id": app.service, "from": "2026-03-05", "name": "Ana", "customer_id": customer,
            });
            let wish: Wish = serde_json::from_value(wish).unwrap();
            app.act(by, move |me, tx| waitlist::join(me, tx, &wish, None, by)).await
        };
        let refused = async |by: By, customer: CustomerId| {
            let Err(Error::Fields(faults)) = join(by, customer).await else { panic!("nobody was refused") };
            (faults[0].field.clone(), faults[0].code)
        };
        assert_eq!(refused(By::Person, ana).await, ("customer_id".to_owned(), "not_yours"));
        let unknown = CustomerId::generate(app.clock.now());
        assert_eq!(refused(By::Staff, unknown).await, ("customer_id".to_owned(), "unknown"));
        assert_eq!(join(By::Staff, ana).await.unwrap().customer_id, Some(ana));
        assert!(matches!(join(By::Staff, ana).await, Err(Error::AlreadyWaiting)));
    });
}

/// Whoever is erased has booked for nobody any more; what they booked stays the other person's.
#[test]
fn what_was_booked_for_somebody_outlives_who_booked() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let (kim, tenant) = (app.hire("Kim").await, app.tenant);
        let wanted = Book { booked_by: Some(kim), ..app.wanted(at("2026-03-05T08:00:00Z")) };
        let booked = app.book_as(By::Person, wanted).await.unwrap().first;
        assert_eq!(booked.booked_by, Some(kim));
        let holders = app.me.line().customers().holders();
        let erase = move |tx: &mut Tx<'_>| {
            let holder = holders.iter().find(|holder| holder.name() == "appointments").unwrap();
            Ok::<_, usher_db::DbError>(holder.erase_account(tx, tenant, kim).unwrap())
        };
        app.me.db().write(&app.staff(), Lane::Tenant, erase).await.unwrap();
        let left = app.act(By::Staff, move |_, tx| appointment(tx, booked.id)).await.unwrap();
        assert_eq!(
            (left.booked_by, left.status.as_str(), left.name),
            (None, "booked", Some("Ana".to_owned()))
        );
    });
}

/// Appointments move with a merger, are handed out, and say nothing of the person after their erasure.
#[test]
fn appointments_follow_the_person() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let (ana, twin) = (app.add(json!({ "name": "Ana" })).await, app.add(json!({ "name": "Ana" })).await);
        let person = Person { notes: Some("Ana is deaf".into()), ..called("Ana") };
        let wanted = Book { customer_id: Some(twin), person, ..app.wanted(at("2026-03-05T08:00:00Z")) };
        let booked = app.book_as(By::Staff, wanted).await.unwrap().first.id;
        let (people, tenant) = (app.me.line().customers().clone(), app.tenant);
        let holders = people.holders();
        let merge = move |tx: &mut Tx<'_>| ops::merge(tx, &holders, tenant, ana, twin, None);
        app.me.db().write(&app.staff(), Lane::Tenant, merge).await.unwrap();
        let stands = async || app.act(By::Staff, move |_, tx| appointment(tx, booked)).await.unwrap();
        assert_eq!(stands().await.customer_id, Some(ana));

        let holders = people.holders();
        let staff = app.staff();
        let export = move |tx: &mut Tx<'_>| {
            let holder = holders.iter().find(|holder| holder.name() == "appointments").unwrap();
            Ok::<_, usher_db::DbError>(holder.export(tx, tenant, ana).unwrap())
        };
        let handed = app.me.db().write(&staff, Lane::Tenant, export).await.unwrap();
        assert_eq!(handed["booked"][0]["notes"], "Ana is deaf");

        let (identity, holders) = (app.me.line().identity().clone(), people.holders());
        let erase = move |tx: &mut Tx<'_>| ops::erase(tx, &identity, &holders, tenant, ana, None);
        app.me.db().write(&app.staff(), Lane::Tenant, erase).await.unwrap();
        let left = stands().await;
        assert_eq!((left.customer_id, left.name, left.notes), (None, None, None));
        assert_eq!((left.status.as_str(), left.starts_at), ("cancelled", at("2026-03-05T08:00:00Z")));
    });
}

/// Whoever is erased comes to nothing any more: what is to come is called off however late it is, its place is offered
/// to who waits for it and not to the person, and what has been stays in the figures as it was.
#[test]
fn erasing_a_person_calls_off_what_is_to_come() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        let rules = json!({ "weekly": weekly, "offer_minutes": 30, "cancel_cutoff_minutes": 6000 });
        app.offered(rules).await;
        let ana = app.add(json!({ "name": "Ana", "phone": "+49 30 1234567" })).await;
        let hers = async |day: &str| {
            let wanted = Book { customer_id: Some(ana), ..app.wanted(at(day)) };
            app.book_as(By::Staff, wanted).await.unwrap().first.id
        };
        let (come, next) = (hers("2026-03-05T08:00:00Z").await, hers("2026-03-12T08:00:00Z").await);
        let theirs = app.book("2026-03-19T08:00:00Z").await.unwrap().id;
        // She waits for another place on her own day, and longer than anybody else.
        let own = app.wait_under("Ana", Some("+49 30 1234567"), "2026-03-12").await.unwrap();
        let ben = app.wait_for("Ben", "2026-03-12").await.unwrap();
        app.go_to("2026-03-05T08:00:00Z");
        app.check_in(By::Staff, come).await.unwrap();

        let (people, tenant) = (app.me.line().customers().clone(), app.tenant);
        let (identity, holders) = (app.me.line().identity().clone(), people.holders());
        let erase = move |tx: &mut Tx<'_>| ops::erase(tx, &identity, &holders, tenant, ana, None);
        app.me.db().write(&app.staff(), Lane::Tenant, erase).await.unwrap();

        let stands = async |id| app.act(By::Staff, move |_, tx| appointment(tx, id)).await.unwrap();
        let called_off = stands(next).await;
        assert_eq!((called_off.status.as_str(), called_off.name), ("cancelled", None));
        assert_eq!(app.status(come).await, "checked_in");
        assert_eq!(app.status(theirs).await, "booked");
        let told = app.told("appointment").await;
        assert_eq!(told.iter().filter(|kind| *kind == "appointment.cancelled").count(), 1);
        let waits = async |id| app.act(By::Staff, move |_, tx| entry(tx, id)).await.unwrap();
        let gone = waits(own).await;
        assert_eq!((gone.status, gone.customer_id, gone.name), (EntryState::Left, None, None));
        let offered = waits(ben).await;
        assert_eq!(offered.status, EntryState::Offered);
        let held = stands(offered.appointment_id.unwrap()).await;
        assert_eq!((held.starts_at, held.name.as_deref()), (called_off.starts_at, Some("Ben")));
    });
}

/// Somebody changes an appointment that they read before the person was erased: nothing of the person comes back.
#[test]
fn what_was_read_before_an_erasure_is_not_written_after_it() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let ana = app.add(json!({ "name": "Ana" })).await;
        let wanted = Book { customer_id: Some(ana), ..app.wanted(at("2026-03-05T08:00:00Z")) };
        let booked = app.book_as(By::Staff, wanted).await.unwrap().first.id;
        app.go_to("2026-03-05T08:00:00Z");
        app.check_in(By::Staff, booked).await.unwrap();
        let stands = async || app.act(By::Staff, move |_, tx| appointment(tx, booked)).await.unwrap();
        let read = stands().await.version;
        let (people, tenant) = (app.me.line().customers().clone(), app.tenant);
        let (identity, holders) = (app.me.line().identity().clone(), people.holders());
        let erase = move |tx: &mut Tx<'_>| ops::erase(tx, &identity, &holders, tenant, ana, None);
        app.me.db().write(&app.staff(), Lane::Tenant, erase).await.unwrap();
        let left = stands().await;
        assert!(left.version > read, "every writer who knows the version before is refused");
        assert_eq!((left.status.as_str(), left.name), ("checked_in", None));
    });
}
