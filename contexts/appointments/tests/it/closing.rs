//! What becomes of appointments when their site closes in an emergency.

use serde_json::json;
use usher_appointments::ops::By;
use usher_appointments::ops::book::Book;
use usher_queueing::ops::close_site::{self, CloseSite, ClosingMode};
use usher_queueing::ops::configure::{ServiceInput, archive_service, create_service};

use crate::app::{App, at, on_engines};

impl App {
    /// Closes the branch at once.
    async fn close(&self, mode: ClosingMode) {
        let (line, site) = (self.me.line().clone(), self.site);
        let input = CloseSite { reason: "No power".to_owned(), mode };
        self.act(By::Staff, move |_, tx| Ok(close_site::close(&line, tx, site, &input)?)).await.unwrap();
    }

    async fn reopen(&self) {
        let (line, site) = (self.me.line().clone(), self.site);
        self.act(By::Staff, move |_, tx| Ok(close_site::reopen(&line, tx, site)?)).await.unwrap();
    }
}

#[test]
fn nobody_books_for_today_while_the_site_is_closed_but_for_later_days() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let before = app.places(By::Person, "2026-03-04").await;
        assert!(!before.is_empty());
        app.close(ClosingMode::CarryOver).await;
        assert_eq!(app.book("2026-03-04T14:00:00Z").await.unwrap_err().code(), "site_closed");
        assert_eq!(app.hold("2026-03-04T14:00:00Z").await.unwrap_err().code(), "site_closed");
        assert!(app.places(By::Staff, "2026-03-04").await.is_empty());
        app.book("2026-03-05T09:00:00Z").await.unwrap();
        app.reopen().await;
        assert_eq!(app.places(By::Person, "2026-03-04").await, before);
        app.book("2026-03-04T14:00:00Z").await.unwrap();
    });
}

#[test]
fn who_keeps_an_appointment_is_told_and_never_noted_as_missing() {
    on_engines(|app| async move {
        app.offered(json!({ "late_minutes": 15, "cancel_cutoff_minutes": 600 })).await;
        let soon = app.book("2026-03-04T11:00:00Z").await.unwrap();
        let later = app.book("2026-03-04T14:00:00Z").await.unwrap();
        let tomorrow = app.book("2026-03-05T09:00:00Z").await.unwrap();
        let held = app.hold("2026-03-04T13:00:00Z").await.unwrap();
        let refused = app.reschedule(By::Person, later.id, "2026-03-06T09:00:00Z").await.unwrap_err();
        assert_eq!(refused.code(), "too_late_to_change");
        app.close(ClosingMode::CarryOver).await;
        let told = app.told("appointment").await;
        assert_eq!(told.iter().filter(|kind| *kind == "appointment.disrupted").count(), 2);
        assert_eq!(app.status(held.id).await, "expired");
        // It is not they who are late: the hours before which changes end do not hold.
        app.reschedule(By::Person, later.id, "2026-03-06T09:00:00Z").await.unwrap();
        app.go_to("2026-03-04T11:20:00Z");
        app.run_due().await;
        assert_eq!(app.status(soon.id).await, "cancelled");
        assert_eq!(app.status(tomorrow.id).await, "booked");
        assert!(!app.told("appointment").await.contains(&"appointment.no_show".to_owned()));
    });
}

#[test]
fn who_can_still_come_when_it_opens_again_comes() {
    on_engines(|app| async move {
        app.offered(json!({ "late_minutes": 15, "early_minutes": 30 })).await;
        let soon = app.book("2026-03-04T11:00:00Z").await.unwrap();
        app.close(ClosingMode::CarryOver).await;
        app.go_to("2026-03-04T10:50:00Z");
        assert_eq!(app.check_in(By::Person, soon.id).await.unwrap_err().code(), "site_closed");
        app.reopen().await;
        let (a, _) = app.check_in(By::Person, soon.id).await.unwrap();
        assert_eq!(a.status.as_str(), "checked_in");
    });
}

#[test]
fn todays_appointments_are_called_off_with_the_reason() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let today = app.book("2026-03-04T11:00:00Z").await.unwrap();
        let tomorrow = app.book("2026-03-05T09:00:00Z").await.unwrap();
        // Who waits for a place of today is not offered one that nobody could take.
        app.close(ClosingMode::Cancel).await;
        let id = today.id;
        let now =
            app.act(By::Staff, move |_, tx| usher_appointments::ops::appointment(tx, id)).await.unwrap();
        assert_eq!((now.status.as_str(), now.reason.as_deref()), ("cancelled", Some("No power")));
        assert_eq!(app.status(tomorrow.id).await, "booked");
        assert!(app.told("waitlist").await.is_empty());
    });
}

#[test]
fn todays_appointments_move_to_the_next_free_times() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 1 })).await;
        // Tomorrow's first slot, 09:00 in Berlin, is taken.
        app.book("2026-03-05T08:00:00Z").await.unwrap();
        let (one, two) = (
            app.book("2026-03-04T11:00:00Z").await.unwrap(),
            app.book("2026-03-04T12:00:00Z").await.unwrap(),
        );
        app.close(ClosingMode::Rebook).await;
        let mut moved = Vec::new();
        for id in [one.id, two.id] {
            let now =
                app.act(By::Staff, move |_, tx| usher_appointments::ops::appointment(tx, id)).await.unwrap();
            assert_eq!(now.status.as_str(), "booked");
            moved.push(now.starts_at.to_string());
        }
        assert_eq!(moved, ["2026-03-05T08:30:00Z", "2026-03-05T09:00:00Z"]);
        let told = app.told("appointment").await;
        assert_eq!(told.iter().filter(|kind| *kind == "appointment.rescheduled").count(), 2);
    });
}

#[test]
fn what_finds_no_other_time_is_called_off() {
    on_engines(|app| async move {
        let offered = app.offered(json!({})).await;
        let booked = app.book("2026-03-04T11:00:00Z").await.unwrap();
        app.change(offered.id, json!({ "active": false })).await.unwrap();
        app.close(ClosingMode::Rebook).await;
        assert_eq!(app.status(booked.id).await, "cancelled");
    });
}

/// What was booked of a service that is no longer given is called off with the rest; the closing is not refused for it.
#[test]
fn a_service_that_was_given_up_holds_up_no_closing() {
    on_engines(|app| async move {
        let line = app.me.line().clone();
        let input = ServiceInput { name: Some("Mortgages".to_owned()), ..ServiceInput::default() };
        let made = app.act(By::Staff, move |_, tx| Ok(create_service(&line, tx, &input)?.id)).await.unwrap();
        app.offered(json!({ "service_id": made })).await;
        let wanted = Book { service_id: made, ..app.wanted(at("2026-03-04T11:00:00Z")) };
        let booked = app.book_as(By::Person, wanted).await.unwrap().first;
        let line = app.me.line().clone();
        app.act(By::Staff, move |_, tx| Ok(archive_service(&line, tx, made)?)).await.unwrap();
        app.close(ClosingMode::Rebook).await;
        assert_eq!(app.status(booked.id).await, "cancelled");
    });
}
