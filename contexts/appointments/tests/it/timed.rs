//! What becomes due by itself.

use serde_json::json;

use crate::app::{at, on_engines};
use usher_appointments::ops::By;

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
