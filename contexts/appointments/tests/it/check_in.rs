//! Checking in: an appointment becomes a ticket at the right place in line.

use serde_json::json;
use usher_appointments::model::State;
use usher_appointments::ops::By;
use usher_db::Lane;
use usher_kernel::Id;
use usher_queueing::model::{Channel, QueueId, Status, Ticket};
use usher_queueing::ops::issue::{Issue, Terms, issue};
use usher_queueing::ops::{call_next, close, show};

use crate::app::{App, at, on_engines};

/// Somebody walks in.
async fn walk_in(app: &App) -> Ticket {
    let (line, queue) = (app.me.line().clone(), app.queue);
    let wanted = Issue { queue_id: Some(queue), ..Issue::default() };
    let terms = Terms { staff: true, ..Terms::default() };
    let write = move |tx: &mut usher_db::Tx<'_>| issue(&line, tx, &wanted, terms);
    app.me.db().write(&app.staff(), Lane::Site(app.site), write).await.unwrap()
}

fn waiting(app: &App, queue: QueueId) -> Vec<String> {
    let line = app.me.line().live().line(queue).unwrap();
    let line = line.lock();
    line.waiting().map(|t| t.number.clone()).collect()
}

#[test]
fn who_booked_stands_as_of_the_booked_time() {
    on_engines(|app| async move {
        app.offered(json!({ "early_minutes": 30 })).await;
        let booked = app.book("2026-03-05T08:30:00Z").await.unwrap();
        app.go_to("2026-03-05T08:15:00Z");
        let first = walk_in(&app).await;
        let (booked, ticket) = app.check_in(By::Person, booked.id).await.unwrap();
        assert_eq!((booked.status, booked.ticket_id), (State::CheckedIn, Some(ticket.id)));
        assert_eq!((ticket.channel, ticket.customer_name.as_deref()), (Channel::Appointment, Some("Ana")));
        app.wait(10);
        let before = walk_in(&app).await;
        app.wait(10);
        let after = walk_in(&app).await;
        let expected = [first.number, before.number, ticket.number.clone(), after.number];
        assert_eq!(waiting(&app, app.queue), expected);

        let (line, id) = (app.me.line().clone(), ticket.id);
        let explain = move |tx: &mut usher_db::Tx<'_>| show::explain(&line, tx, id);
        let why = app.me.db().write(&app.staff(), Lane::Tenant, explain).await.unwrap();
        let text = format!(
            "{} has 2 before it: it is booked for 09:30, came 15 min early and counts as of 09:30.",
            ticket.number
        );
        assert_eq!((why.terms[0].name, why.text), ("appointment", text));
    });
}

/// Whose time was booked serves whoever comes: the ticket waits for them alone, until the grace is over.
#[test]
fn who_booked_with_one_person_waits_for_that_person() {
    on_engines(|app| async move {
        let kim = app.hire("Kim").await;
        app.offered(json!({ "staff_id": kim, "grace_minutes": 10, "late_minutes": 30 })).await;
        let (early, late) = (
            app.book("2026-03-05T08:30:00Z").await.unwrap(),
            app.book("2026-03-05T09:00:00Z").await.unwrap(),
        );
        app.go_to("2026-03-05T08:15:00Z");
        let (_, ticket) = app.check_in(By::Person, early.id).await.unwrap();
        assert_eq!(
            (ticket.for_agent_id, ticket.for_agent_until),
            (Some(kim), Some(at("2026-03-05T08:40:00Z")))
        );
        // Whoever comes late is given the grace from then on.
        app.go_to("2026-03-05T09:20:00Z");
        let (_, ticket) = app.check_in(By::Person, late.id).await.unwrap();
        assert_eq!(ticket.for_agent_until, Some(at("2026-03-05T09:30:00Z")));
        let (line, id) = (app.me.line().clone(), ticket.id);
        let explain = move |tx: &mut usher_db::Tx<'_>| show::explain(&line, tx, id);
        let why = app.me.db().write(&app.staff(), Lane::Tenant, explain).await.unwrap();
        assert!(why.text.contains("has an appointment with Kim, who alone calls it"), "{}", why.text);
    });
}

#[test]
fn a_little_late_keeps_the_place_and_later_loses_it() {
    on_engines(|app| async move {
        app.offered(json!({ "grace_minutes": 5, "late_minutes": 20, "capacity": 2 })).await;
        let prompt = app.book("2026-03-05T08:30:00Z").await.unwrap();
        let late = app.book("2026-03-05T08:30:00Z").await.unwrap();
        app.go_to("2026-03-05T08:31:00Z");
        let walked = walk_in(&app).await;
        app.wait(3);
        let (_, prompt) = app.check_in(By::Person, prompt.id).await.unwrap();
        app.wait(10);
        let (_, late) = app.check_in(By::Person, late.id).await.unwrap();
        assert_eq!(late.entered_at(), at("2026-03-05T08:44:00Z"));
        assert_eq!(waiting(&app, app.queue), [prompt.number, walked.number, late.number]);
    });
}

#[test]
fn the_window_of_arrival_binds_people_and_not_staff() {
    on_engines(|app| async move {
        app.offered(json!({ "early_minutes": 30, "late_minutes": 15 })).await;
        let booked = app.book("2026-03-05T09:00:00Z").await.unwrap();
        let early = app.check_in(By::Person, booked.id).await.unwrap_err();
        assert_eq!(early.to_string(), "You can check in from 09:30, 05 March on.");
        assert_eq!(app.check_in(By::Staff, booked.id).await.unwrap_err().code(), "too_early");
        app.go_to("2026-03-05T09:16:00Z");
        assert_eq!(app.check_in(By::Person, booked.id).await.unwrap_err().code(), "too_late");
        assert_eq!(app.run_due().await, 1);
        assert_eq!(app.status(booked.id).await, "no_show");
        // Staff take them in nevertheless.
        let (taken, _) = app.check_in(By::Staff, booked.id).await.unwrap();
        assert_eq!(taken.status, State::CheckedIn);
        let twice = app.check_in(By::Staff, booked.id).await.unwrap_err();
        assert_eq!(twice.to_string(), "This appointment is checked in already.");
    });
}

#[test]
fn a_line_that_takes_nobody_leaves_the_appointment_as_it_is() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let booked = app.book("2026-03-05T09:00:00Z").await.unwrap();
        app.go_to("2026-03-05T08:45:00Z");
        let (line, queue) = (app.me.line().clone(), app.queue);
        let input = serde_json::from_value(json!({ "status": "paused" })).unwrap();
        let pause = move |tx: &mut usher_db::Tx<'_>| {
            usher_queueing::ops::configure::update_queue(&line, tx, queue, &input, None)
        };
        app.me.db().write(&app.staff(), Lane::Site(app.site), pause).await.unwrap();
        assert_eq!(app.check_in(By::Person, booked.id).await.unwrap_err().code(), "queue_paused");
        assert_eq!(app.status(booked.id).await, "booked");
    });
}

#[test]
fn an_appointment_ends_with_its_ticket() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let booked = app.book("2026-03-05T09:00:00Z").await.unwrap();
        app.go_to("2026-03-05T09:00:00Z");
        let (booked, ticket) = app.check_in(By::Person, booked.id).await.unwrap();
        let line = app.me.line().clone();
        let serve = move |tx: &mut usher_db::Tx<'_>| {
            let counter = line.config(tx)?.counters[0].id;
            let user = Id::from_uuid(uuid::Uuid::from_u128(1));
            usher_queueing::ops::agent::sign_in(&line, tx, user, "Kim", counter, false)?;
            let called = call_next::call_next(&line, tx, counter)?.map(|ticket| ticket.id);
            assert_eq!(called, Some(ticket.id));
            close::close(&line, tx, ticket.id, &close::Close::default())
        };
        let served = app.me.db().write(&app.staff(), Lane::Site(app.site), serve).await.unwrap();
        assert_eq!(served.status, Status::Served);
        assert_eq!(app.run_due().await, 1);
        assert_eq!(app.status(booked.id).await, "completed");
        let told = app.told("appointment").await;
        assert_eq!(told.last().map(String::as_str), Some("appointment.completed"));
    });
}
