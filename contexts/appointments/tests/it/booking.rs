//! Booking, holding, confirming, moving, cancelling.

use serde_json::json;
use usher_appointments::Error;
use usher_appointments::model::{Act, State};
use usher_appointments::ops::By;
use usher_appointments::ops::book::{Book, Person};
use usher_kernel::Fault;

use crate::app::{App, at, called, on_engines};

#[test]
fn a_slot_is_booked_once() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let booked = app.book("2026-03-05T08:00:00Z").await.unwrap();
        assert_eq!((booked.status, booked.reference.len()), (State::Booked, 6));
        assert_eq!(booked.ends_at, at("2026-03-05T08:30:00Z"));
        let second = app.book("2026-03-05T08:00:00Z").await;
        let Err(Error::SlotTaken(near)) = second else { panic!("{second:?}") };
        let near: Vec<_> = near.iter().map(|slot| slot.starts_at.to_string()).collect();
        assert_eq!(near, ["2026-03-05T08:30:00Z", "2026-03-05T09:00:00Z", "2026-03-05T09:30:00Z"]);
        assert_eq!(app.places(By::Person, "2026-03-05").await[..2], ["09:00 0", "09:30 1"]);
        assert_eq!(app.told("appointment").await, ["appointment.booked"]);
    });
}

#[test]
fn a_group_takes_as_many_as_its_capacity() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 3 })).await;
        for _ in 0..3 {
            app.book("2026-03-05T08:00:00Z").await.unwrap();
        }
        assert!(matches!(app.book("2026-03-05T08:00:00Z").await, Err(Error::SlotTaken(_))));
    });
}

#[test]
fn what_is_no_slot_or_too_near_or_too_far_is_refused() {
    on_engines(|app| async move {
        app.offered(json!({ "lead_minutes": 120, "horizon_days": 10 })).await;
        for (start, code) in [
            ("2026-03-05T08:10:00Z", "not_a_slot"),
            ("2026-03-05T03:00:00Z", "not_a_slot"),
            ("2026-03-07T09:00:00Z", "not_a_slot"),
            ("2026-03-04T11:30:00Z", "too_soon"),
            ("2026-03-04T08:00:00Z", "too_soon"),
            ("2026-03-16T08:00:00Z", "too_far"),
        ] {
            assert_eq!(app.book(start).await.unwrap_err().code(), code, "{start}");
        }
        // Staff book at short notice and far ahead, but not in the past and not where no slot is.
        let by_staff = async |start: &str| app.book_as(By::Staff, app.wanted(at(start))).await;
        by_staff("2026-03-04T10:30:00Z").await.unwrap();
        by_staff("2026-03-16T08:00:00Z").await.unwrap();
        assert_eq!(by_staff("2026-03-04T09:30:00Z").await.unwrap_err().code(), "too_soon");
        assert_eq!(by_staff("2026-03-05T08:10:00Z").await.unwrap_err().code(), "not_a_slot");
    });
}

#[test]
fn where_nothing_is_offered_nothing_is_booked() {
    on_engines(|app| async move {
        let none = app.book("2026-03-05T08:00:00Z").await.unwrap_err();
        assert_eq!(none.to_string(), "Loans takes no appointments at Main branch.");
        let offered = app.offered(json!({ "online": false })).await;
        assert_eq!(app.book("2026-03-05T08:00:00Z").await.unwrap_err().code(), "no_appointments");
        app.book_as(By::Staff, app.wanted(at("2026-03-05T08:00:00Z"))).await.unwrap();
        app.change(offered.id, json!({ "online": true, "active": false })).await.unwrap();
        assert_eq!(app.book("2026-03-05T08:30:00Z").await.unwrap_err().code(), "no_appointments");
    });
}

#[test]
fn a_held_slot_is_kept_for_a_while_and_then_free_again() {
    on_engines(|app| async move {
        app.offered(json!({ "hold_minutes": 5 })).await;
        let slot = "2026-03-05T08:00:00Z";
        let held = app.hold(slot).await.unwrap();
        assert_eq!(held.status, State::Held);
        assert!(matches!(app.book(slot).await, Err(Error::SlotTaken(_))));
        app.wait(4);
        let booked = app.confirm(held.id).await.unwrap();
        assert_eq!(
            (booked.status, booked.hold_until, booked.name.as_deref()),
            (State::Booked, None, Some("Ana"))
        );

        let other = app.hold("2026-03-05T09:00:00Z").await.unwrap();
        app.wait(5);
        // Nobody has noticed yet, and still the place is free.
        assert_eq!(app.confirm(other.id).await.unwrap_err().code(), "hold_ended");
        app.book("2026-03-05T09:00:00Z").await.unwrap();
        assert_eq!(app.run_due().await, 1);
        assert_eq!(app.status(other.id).await, "expired");
    });
}

#[test]
fn a_hold_is_made_longer_but_not_for_ever() {
    on_engines(|app| async move {
        app.offered(json!({ "hold_minutes": 5 })).await;
        let held = app.hold("2026-03-05T08:00:00Z").await.unwrap();
        let longer = async |app: &App| {
            let id = held.id;
            app.act(By::Person, move |me, tx| {
                usher_appointments::ops::confirm::extend(me, tx, id, By::Person)
            })
            .await
        };
        for _ in 0..3 {
            app.wait(4);
            longer(&app).await.unwrap();
        }
        app.wait(4);
        assert_eq!(longer(&app).await.unwrap().hold_until, Some(at("2026-03-04T10:20:00Z")));
        assert_eq!(longer(&app).await.unwrap_err().code(), "hold_limit");
        app.confirm(held.id).await.unwrap();
    });
}

#[test]
fn an_appointment_is_moved_and_keeps_its_name() {
    on_engines(|app| async move {
        app.offered(json!({ "cancel_cutoff_minutes": 120 })).await;
        let booked = app.book("2026-03-05T08:00:00Z").await.unwrap();
        app.book("2026-03-05T09:00:00Z").await.unwrap();
        assert_eq!(
            app.reschedule(By::Person, booked.id, "2026-03-05T09:00:00Z").await.unwrap_err().code(),
            "slot_taken"
        );
        let moved = app.reschedule(By::Person, booked.id, "2026-03-06T08:30:00Z").await.unwrap();
        assert_eq!((moved.starts_at, &moved.reference), (at("2026-03-06T08:30:00Z"), &booked.reference));
        assert_eq!(app.places(By::Person, "2026-03-05").await[..3], ["09:00 1", "09:30 1", "10:00 0"]);
        // Two hours before it is too late for the person, not for staff.
        app.go_to("2026-03-06T06:30:01Z");
        let late = app.reschedule(By::Person, booked.id, "2026-03-06T10:00:00Z").await.unwrap_err();
        assert_eq!(late.to_string(), "It can be moved or cancelled until 07:30, 06 March. Please call us.");
        assert_eq!(app.cancel(By::Person, booked.id).await.unwrap_err().code(), "too_late_to_change");
        app.reschedule(By::Staff, booked.id, "2026-03-06T10:00:00Z").await.unwrap();
        let told = app.told("appointment").await;
        assert_eq!(told[2..], ["appointment.rescheduled", "appointment.rescheduled"]);
    });
}

#[test]
fn a_cancelled_appointment_frees_its_place_and_is_over() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let booked = app.book("2026-03-05T08:00:00Z").await.unwrap();
        app.cancel(By::Person, booked.id).await.unwrap();
        app.book("2026-03-05T08:00:00Z").await.unwrap();
        let again = app.cancel(By::Staff, booked.id).await.unwrap_err();
        let Error::NotAllowed { act: Act::Cancel, state: State::Cancelled } = again else {
            panic!("{again:?}")
        };
        let fault = Fault::from(again);
        assert_eq!(
            (fault.code(), fault.detail()),
            ("not_allowed_in_state", "This appointment was cancelled.")
        );
    });
}

#[test]
fn one_person_has_no_more_than_they_may() {
    on_engines(|app| async move {
        app.offered(json!({ "max_per_person": 1 })).await;
        let by = |phone: &str, start: &str| Book {
            person: Person { phone: Some(phone.to_owned()), ..called("Ana") },
            ..app.wanted(at(start))
        };
        app.book_as(By::Person, by("+49 30 12345", "2026-03-05T08:00:00Z")).await.unwrap();
        let second = app.book_as(By::Person, by("0049 3012345", "2026-03-06T08:00:00Z")).await;
        assert!(matches!(second, Err(Error::PersonLimit(1))), "{second:?}");
        app.book_as(By::Person, by("+49 30 99999", "2026-03-06T08:00:00Z")).await.unwrap();
        app.book_as(By::Staff, by("+49 30 12345", "2026-03-06T09:00:00Z")).await.unwrap();
    });
}

/// However the address or the number is written, it is one person's; two records of theirs do not make two of them.
#[test]
fn one_person_is_known_by_address_and_number_however_they_are_written() {
    on_engines(|app| async move {
        app.offered(json!({ "max_per_person": 1 })).await;
        let by = |phone: &str, email: Option<&str>, start: &str| Book {
            person: Person {
                phone: Some(phone.to_owned()),
                email: email.map(str::to_owned),
                ..called("Ana")
            },
            ..app.wanted(at(start))
        };
        // The second number has a record of its own.
        let once = app.book_as(By::Person, by("+49 30 2222222", None, "2026-03-05T08:00:00Z")).await;
        app.cancel(By::Staff, once.unwrap().first.id).await.unwrap();
        let first = by("+49 30 1234567", Some("Ana@Home.example"), "2026-03-05T08:00:00Z");
        app.book_as(By::Person, first).await.unwrap();
        for (phone, email) in [("+49 30 2222222", Some("ana@home.EXAMPLE")), ("030 1234567", None)] {
            let again = app.book_as(By::Person, by(phone, email, "2026-03-06T08:00:00Z")).await;
            assert!(matches!(again, Err(Error::PersonLimit(1))), "{phone} {email:?}: {again:?}");
        }
        // A number that only ends like it is somebody else's.
        let other = by("+49 40 1234567", Some("ana@work.example"), "2026-03-06T08:00:00Z");
        app.book_as(By::Person, other).await.unwrap();
    });
}

#[test]
fn each_wrong_word_about_a_person_is_named() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let person = Person {
            name: Some("x".repeat(121)),
            phone: Some("call me".into()),
            email: Some("nobody".into()),
            party_size: Some(-1),
            notes: Some("\u{7}".into()),
            locale: Some("English".into()),
        };
        let wanted = Book { person, ..app.wanted(at("2026-03-05T08:00:00Z")) };
        let Err(Error::Fields(faults)) = app.book_as(By::Person, wanted).await else { panic!() };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["name", "phone", "email", "party_size", "notes", "locale"]);
    });
}
