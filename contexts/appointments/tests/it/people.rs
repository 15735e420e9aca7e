//! Whose an appointment is.

use serde_json::json;
use usher_appointments::Error;
use usher_appointments::ops::book::{Book, Person};
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
        assert_eq!((left.status.as_str(), left.starts_at), ("booked", at("2026-03-05T08:00:00Z")));
    });
}
