//! People who come together: how many may, and how many places they take.

use serde_json::json;
use usher_appointments::Error;
use usher_appointments::model::{EntryState, WaitlistId};
use usher_appointments::ops::book::{Book, Person};
use usher_appointments::ops::waitlist::{Wish, entry, join};
use usher_appointments::ops::{By, confirm, edit};

use crate::app::{App, at, called, on_engines};

const SLOT: &str = "2026-03-05T08:00:00Z";

/// So many people by Ana's name.
fn party(people: i64) -> Person {
    Person { party_size: Some(people), ..called("Ana") }
}

/// A booking of the first slot for so many.
fn wanted(app: &App, people: i64) -> Book {
    Book { person: party(people), ..app.wanted(at(SLOT)) }
}

async fn first_slot(app: &App) -> String {
    app.places(By::Person, "2026-03-05").await.remove(0)
}

#[test]
fn a_slot_counts_appointments_unless_its_rules_say_people() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 2 })).await;
        app.book_as(By::Person, wanted(&app, 40)).await.unwrap();
        assert_eq!(first_slot(&app).await, "09:00 1");
    });
}

#[test]
fn where_people_count_no_slot_has_more_of_them_than_places() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 5, "counts_people": true })).await;
        let three = app.book_as(By::Person, wanted(&app, 3)).await.unwrap().first;
        assert_eq!(first_slot(&app).await, "09:00 2");
        let full = app.book_as(By::Person, wanted(&app, 3)).await.unwrap_err();
        assert!(matches!(full, Error::SlotTaken(_)), "{full:?}");
        // Staff squeeze nobody in either.
        assert_eq!(app.book_as(By::Staff, wanted(&app, 3)).await.unwrap_err().code(), "slot_taken");

        // Held while one is typing, and then more come than it was held for.
        let held = app.hold(SLOT).await.unwrap();
        let (id, by) = (held.id, By::Person);
        let many = app.act(by, move |me, tx| confirm::confirm(me, tx, id, &party(3), by)).await;
        assert_eq!(many.unwrap_err().code(), "slot_taken");
        let two = app.act(by, move |me, tx| confirm::confirm(me, tx, id, &party(2), by)).await.unwrap();
        assert_eq!((two.party_size, first_slot(&app).await.as_str()), (2, "09:00 0"));

        // A party that becomes smaller leaves places; one that grows takes what is left and no more.
        let of = |people| edit::Edit { party_size: Some(people), ..edit::Edit::default() };
        let (id, by) = (three.id, By::Staff);
        app.act(by, move |me, tx| edit::edit(me, tx, id, &of(1), None, by)).await.unwrap();
        assert_eq!(first_slot(&app).await, "09:00 2");
        let grown = app.act(by, move |me, tx| edit::edit(me, tx, id, &of(4), None, by)).await;
        assert_eq!(grown.unwrap_err().code(), "slot_taken");
        app.act(by, move |me, tx| edit::edit(me, tx, id, &of(3), None, by)).await.unwrap();
        assert_eq!(first_slot(&app).await, "09:00 0");

        // All of them move together, or stay.
        app.book_as(by, Book { person: party(4), ..app.wanted(at("2026-03-05T08:30:00Z")) }).await.unwrap();
        let moved = app.reschedule(by, three.id, "2026-03-05T08:30:00Z").await;
        assert_eq!(moved.unwrap_err().code(), "slot_taken");
        app.reschedule(by, three.id, "2026-03-05T09:00:00Z").await.unwrap();
        assert_eq!(first_slot(&app).await, "09:00 3");
    });
}

#[test]
fn more_than_may_come_together_are_refused_but_by_staff() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 3, "max_party": 4 })).await;
        let refused = app.book_as(By::Person, wanted(&app, 5)).await.unwrap_err();
        let Error::Fields(faults) = refused else { panic!("{refused}") };
        assert_eq!((faults[0].field.as_str(), faults[0].code), ("party_size", "too_many_people"));
        app.book_as(By::Person, wanted(&app, 4)).await.unwrap();
        app.book_as(By::Staff, wanted(&app, 5)).await.unwrap();
        // What is held for one cannot be confirmed for more than may come.
        let id = app.hold(SLOT).await.unwrap().id;
        let by = By::Person;
        let grown = app.act(by, move |me, tx| confirm::confirm(me, tx, id, &party(5), by)).await;
        assert_eq!(grown.unwrap_err().code(), "invalid_field");
    });
}

/// What staff let in its person may move: the limit guards who books anew or brings more, the places guard everybody.
#[test]
fn a_party_that_staff_let_in_is_moved_by_its_person_as_it_is() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 8, "max_party": 4, "counts_people": true })).await;
        let six = app.book_as(By::Staff, wanted(&app, 6)).await.unwrap().first;
        let later = "2026-03-05T08:30:00Z";
        let moved = app.reschedule(By::Person, six.id, later).await.unwrap();
        assert_eq!((moved.party_size, moved.starts_at), (6, at(later)));
        assert_eq!(first_slot(&app).await, "09:00 8");

        // Where there are not as many places it stays, and more it does not become.
        app.book_as(By::Person, wanted(&app, 3)).await.unwrap();
        let full = app.reschedule(By::Person, six.id, SLOT).await.unwrap_err();
        assert_eq!(full.code(), "slot_taken");
        let (id, by) = (six.id, By::Person);
        let seven = edit::Edit { party_size: Some(7), ..edit::Edit::default() };
        let grown = app.act(by, move |me, tx| edit::edit(me, tx, id, &seven, None, by)).await;
        assert_eq!(grown.unwrap_err().code(), "invalid_field");
        let anew =
            app.book_as(By::Person, Book { person: party(6), ..app.wanted(at("2026-03-05T10:00:00Z")) });
        assert_eq!(anew.await.unwrap_err().code(), "invalid_field");
    });
}

/// A party that comes by itself is moved by the rules that take as many, and by no smaller ones.
#[test]
fn a_party_that_comes_by_itself_is_moved_to_where_as_many_may_come() {
    on_engines(|app| async move {
        let on = |day: &str| json!({ day: [{ "opens": "09:00", "closes": "10:00" }] });
        app.offered(json!({ "weekly": on("thu"), "max_party": 6 })).await;
        app.offered(json!({ "weekly": on("fri"), "max_party": 2 })).await;
        let six = app.book_as(By::Person, wanted(&app, 6)).await.unwrap().first;
        let small = app.reschedule(By::Person, six.id, "2026-03-06T08:00:00Z").await.unwrap_err();
        assert!(matches!(small, Error::NotASlot(_)), "{small:?}");
        app.reschedule(By::Person, six.id, "2026-03-05T08:30:00Z").await.unwrap();
    });
}

#[test]
fn a_freed_place_is_offered_to_the_first_who_fits_in() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        app.offered(json!({ "weekly": weekly, "capacity": 4, "counts_people": true })).await;
        let two = app.book_as(By::Person, wanted(&app, 2)).await.unwrap().first;
        app.book_as(By::Person, wanted(&app, 2)).await.unwrap();
        let wait = async |name: &str, people: i64| -> WaitlistId {
            let wish = json!({
                "service_id": app.service, "site_id": app.site, "from": "2026-03-05", "name": name,
                "party_size": people,
            });
            let wish: Wish = serde_json::from_value(wish).unwrap();
            app.wait(1);
            app.act(By::Person, move |me, tx| join(me, tx, &wish, None, By::Person)).await.unwrap().id
        };
        let (three, one) = (wait("Ben", 3).await, wait("Cem", 1).await);
        let (again, other) = (wait("Dea", 2).await, wait("Eli", 1).await);
        app.cancel(By::Staff, two.id).await.unwrap();
        let mut stands = Vec::new();
        for id in [three, one, again, other] {
            stands.push(app.act(By::Staff, move |_, tx| entry(tx, id)).await.unwrap().status);
        }
        let (waits, offered) = (EntryState::Waiting, EntryState::Offered);
        assert_eq!(stands, [waits, offered, waits, offered], "two places: for one, and for another one");
        assert_eq!(first_slot(&app).await, "09:00 0");
    });
}
