//! Appointments in the figures.

use usher_analytics::model::report::{Dimension, Metric};
use usher_analytics::ops::report::{Definition, report};
use usher_appointments::model::{AppointmentFact, EntryFact, EntryState, State};
use usher_kernel::civil::Date;
use usher_kernel::{Id, Timestamp};
use usher_queueing::model::Channel;
use uuid::Uuid;

use crate::app::{App, Line, on_engines};

/// What is said of an appointment that was booked for a moment.
fn of(app: &App, line: Line, n: u128, status: State, starts_at: &str) -> AppointmentFact {
    let starts_at: Timestamp = starts_at.parse().unwrap();
    AppointmentFact {
        appointment_id: Id::from_uuid(Uuid::from_u128(n)),
        reference: format!("R{n}"),
        site_id: app.site,
        service_id: line.service,
        availability_id: Id::from_uuid(Uuid::from_u128(1)),
        staff_id: None,
        status,
        from: None,
        starts_at,
        ends_at: starts_at,
        moved_from: None,
        hold_until: None,
        channel: Channel::Web,
        party_size: 1,
        customer_id: None,
        series_id: None,
        waitlist_id: None,
        ticket_id: None,
        minutes_before: None,
    }
}

#[test]
fn appointments_count_for_the_time_they_are_booked_for() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Loans", "L").await;
        let (one, two) = ("2026-03-10T09:00:00Z", "2026-03-11T09:00:00Z");
        let fact = |n, status, at| of(&app, line, n, status, at);
        let from = |n, from, status, at| AppointmentFact { from: Some(from), ..fact(n, status, at) };
        // Six are booked for the first day; a hold that nobody confirmed is none.
        for n in 1..=6 {
            app.heard("appointment.booked", fact(n, State::Booked, one)).await;
        }
        app.heard("appointment.cancelled", from(7, State::Held, State::Cancelled, one)).await;
        // One moves to the day after.
        let moved = AppointmentFact { moved_from: one.parse().ok(), ..fact(1, State::Booked, two) };
        app.heard("appointment.rescheduled", moved).await;
        // Two come, of whom one leaves the line; one is missed and comes after all; one is missed; one is called off.
        for n in [2, 3] {
            app.heard("appointment.checked_in", from(n, State::Booked, State::CheckedIn, one)).await;
        }
        app.heard("appointment.completed", from(2, State::CheckedIn, State::Completed, one)).await;
        app.heard("appointment.no_show", from(3, State::CheckedIn, State::NoShow, one)).await;
        app.heard("appointment.no_show", from(4, State::Booked, State::NoShow, one)).await;
        app.heard("appointment.checked_in", from(4, State::NoShow, State::CheckedIn, one)).await;
        app.heard("appointment.no_show", from(5, State::Booked, State::NoShow, one)).await;
        app.heard("appointment.cancelled", from(6, State::Booked, State::Cancelled, one)).await;
        for kind in ["waitlist.offered", "waitlist.offered", "waitlist.accepted"] {
            let entry = EntryFact {
                waitlist_id: Id::from_uuid(Uuid::from_u128(1)),
                site_id: app.site,
                service_id: line.service,
                status: EntryState::Offered,
                appointment_id: None,
                offer_until: None,
                customer_id: None,
            };
            app.heard(kind, entry).await;
        }
        let day = |text: &str| text.parse::<Date>().unwrap();
        let definition = Definition {
            metrics: vec![
                Metric::Appointments,
                Metric::AppointmentsKept,
                Metric::AppointmentsMissed,
                Metric::AppointmentsCancelled,
                Metric::AppointmentsMoved,
            ],
            dimensions: vec![Dimension::Service, Dimension::Day],
            from: Some(day("2026-03-10")),
            to: Some(day("2026-03-11")),
            ..Definition::default()
        };
        let table = app.ask(&app.manager(), move |line, read| report(line, read, &definition)).await.unwrap();
        let rows: Vec<_> = table.rows.iter().map(|row| row.values.clone()).collect();
        let told = |values: [i32; 5]| values.map(|n| Some(f64::from(n))).to_vec();
        assert_eq!(rows, [told([5, 2, 2, 1, 1]), told([1, 0, 0, 0, 0])]);

        let today = crate::figures::today();
        let board = app.dashboard(today).await;
        assert_eq!(board.figures.appointments, 0, "none is booked for today");
        let definition = Definition {
            metrics: vec![Metric::WaitlistOffers, Metric::WaitlistTaken],
            dimensions: vec![Dimension::Site],
            period: crate::figures::today().period,
            ..Definition::default()
        };
        let table = app.ask(&app.manager(), move |line, read| report(line, read, &definition)).await.unwrap();
        assert_eq!(table.total, [Some(2.0), Some(1.0)]);

        let before = app.cells().await;
        app.analytics.rebuild(&app.events).await.unwrap();
        assert_eq!(app.cells().await, before);
    });
}
