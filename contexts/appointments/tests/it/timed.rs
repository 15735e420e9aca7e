//! What becomes due by itself.

use serde_json::json;

use usher_appointments::ops::edit::{Edit, edit};
use usher_appointments::ops::{By, appointment};
use usher_kernel::Change;

use crate::app::{at, on_engines};

#[test]
fn each_reminder_goes_out_once_in_its_time() {
    on_engines(|app| async move {
        app.offered(json!({ "reminder_minutes": [1440, 120] })).await;
        let booked = app.book("2026-03-06T09:00:00Z").await.unwrap();
        // Booked within its last day: the reminder of the day before is not due any more.
        let near = app.book("2026-03-04T14:00:00Z").await.unwrap();
        let count = async || {
            let told = app.told("appointment").await;
            told.iter().filter(|kind| *kind == "appointment.reminder_due").count()
        };
        app.run_due().await;
        assert_eq!(count().await, 0);
        app.go_to("2026-03-04T12:00:00Z");
        app.run_due().await;
        app.run_due().await;
        assert_eq!(count().await, 1, "two hours before {}", near.reference);
        app.go_to("2026-03-05T09:00:00Z");
        app.run_due().await;
        app.run_due().await;
        assert_eq!(count().await, 2);
        // Moved, it is reminded of its new time.
        app.reschedule(By::Staff, booked.id, "2026-03-10T09:00:00Z").await.unwrap();
        app.go_to("2026-03-06T07:00:00Z");
        app.run_due().await;
        assert_eq!(count().await, 2);
        app.go_to("2026-03-10T07:00:00Z");
        app.run_due().await;
        app.run_due().await;
        assert_eq!(count().await, 3);
        assert_eq!(app.status(near.id).await, "no_show");
    });
}

/// Whoever read it before a reminder went out changes it afterwards, and is not told that somebody else did.
#[test]
fn a_reminder_changes_nothing_that_somebody_edits() {
    on_engines(|app| async move {
        app.offered(json!({ "reminder_minutes": [120, 60] })).await;
        let booked = app.book("2026-03-05T09:00:00Z").await.unwrap();
        let (id, by) = (booked.id, By::Staff);
        let stands = async || app.act(by, move |_, tx| appointment(tx, id)).await.unwrap();
        let note = async |text: &str, version: i64| {
            let change = Edit { notes: Change::Set(text.to_owned()), ..Edit::default() };
            app.act(by, move |me, tx| edit(me, tx, id, &change, Some(version), by)).await
        };
        let reminders = async || {
            let told = app.told("appointment").await;
            told.iter().filter(|kind| *kind == "appointment.reminder_due").count()
        };
        app.go_to("2026-03-05T07:00:00Z");
        assert_eq!(app.run_due().await, 1);
        let reminded = stands().await;
        assert_eq!((reminders().await, reminded.reminded), (1, Some(120)));
        assert_eq!(reminded.version, booked.version, "nothing that somebody reads has changed");
        let edited = note("Window seat", booked.version).await.unwrap();
        // What one person changed another still has to read first.
        assert_eq!(note("Aisle seat", booked.version).await.unwrap_err().code(), "stale");
        app.run_due().await;
        assert_eq!((reminders().await, stands().await.reminded), (1, Some(120)), "nobody is reminded twice");
        app.wait(60);
        app.run_due().await;
        app.run_due().await;
        assert_eq!((reminders().await, stands().await.version), (2, edited.version));

        // Nor does the look after the ticket of somebody who has come.
        app.go_to("2026-03-05T09:00:00Z");
        let (come, _) = app.check_in(by, id).await.unwrap();
        app.wait(20);
        app.run_due().await;
        let looked_at = stands().await;
        assert_eq!((looked_at.status, looked_at.version), (come.status, come.version));
        assert!(looked_at.due_at > come.due_at, "it is looked at again later");
    });
}

#[test]
fn who_does_not_come_is_missed() {
    on_engines(|app| async move {
        app.offered(json!({ "late_minutes": 15 })).await;
        let booked = app.book("2026-03-05T09:00:00Z").await.unwrap();
        app.go_to("2026-03-05T09:14:00Z");
        assert_eq!(app.run_due().await, 0);
        app.wait(1);
        assert_eq!(app.run_due().await, 1);
        assert_eq!(app.status(booked.id).await, "no_show");
        assert_eq!(app.told("appointment").await, ["appointment.booked", "appointment.no_show"]);
        assert_eq!(app.run_due().await, 0);
    });
}

#[test]
fn staff_note_a_no_show_only_once_it_has_begun() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let booked = app.book("2026-03-05T09:00:00Z").await.unwrap();
        let note = async || {
            let id = booked.id;
            app.act(By::Staff, move |me, tx| usher_appointments::ops::edit::no_show(me, tx, id)).await
        };
        assert_eq!(note().await.unwrap_err().code(), "not_missed_yet");
        app.go_to("2026-03-05T09:00:00Z");
        assert_eq!(note().await.unwrap().starts_at, at("2026-03-05T09:00:00Z"));
        assert_eq!(app.status(booked.id).await, "no_show");
    });
}
