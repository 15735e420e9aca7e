//! Where slots lie and what is left of them, day by day.

use serde_json::json;
use usher_appointments::Error;
use usher_appointments::model::DayState;
use usher_appointments::ops::{By, place};
use usher_kernel::Fault;
use uuid::Uuid;

use crate::app::{App, at, on_engines};

async fn day_states(app: &App, from: &str, count: i64) -> Vec<(String, DayState, Option<String>)> {
    let (service, from) = (app.service, from.parse().unwrap());
    app.act(By::Person, move |me, tx| {
        let offer = place::offer(me, tx, service, None, None, By::Person)?;
        let days = place::days(tx, &offer, from, count, By::Person)?;
        Ok(days.into_iter().map(|day| (day.date.to_string(), day.state, day.name)).collect())
    })
    .await
    .unwrap()
}

#[test]
fn each_day_says_whether_it_can_be_booked_and_why_not() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "10:00" }], "fri": [{ "opens": "09:00", "closes": "10:00" }] });
        app.offered(json!({ "weekly": weekly, "horizon_days": 30 })).await;
        app.book("2026-03-05T08:00:00Z").await.unwrap();
        app.book("2026-03-05T08:30:00Z").await.unwrap();
        let days = day_states(&app, "2026-03-04", 3).await;
        let states: Vec<_> = days.iter().map(|(_, state, _)| *state).collect();
        assert_eq!(states, [DayState::Closed, DayState::Full, DayState::Free]);
        let easter = day_states(&app, "2026-04-03", 1).await;
        assert_eq!(easter[0].1, DayState::Closed);
        assert_eq!(easter[0].2.as_deref(), Some("Good Friday"));
        assert_eq!(day_states(&app, "2026-04-09", 1).await[0].1, DayState::TooFar);
        app.go_to("2026-03-06T07:59:00Z");
        assert_eq!(day_states(&app, "2026-03-06", 1).await[0].1, DayState::TooSoon);
    });
}

#[test]
fn the_next_free_time_is_found_behind_full_days() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        app.offered(json!({ "weekly": weekly })).await;
        let next = async |app: &App| {
            let service = app.service;
            app.act(By::Person, move |me, tx| {
                let offer = place::offer(me, tx, service, None, None, By::Person)?;
                Ok(place::next_free(tx, &offer, By::Person)?.map(|slot| slot.starts_at.to_string()))
            })
            .await
            .unwrap()
        };
        for week in ["2026-03-05", "2026-03-12", "2026-03-19", "2026-03-26"] {
            let start = format!("{week}T08:00:00Z");
            assert_eq!(next(&app).await.as_deref(), Some(&*start));
            app.book(&start).await.unwrap();
        }
        // After the clocks have changed nine o'clock is seven in Greenwich.
        assert_eq!(next(&app).await.as_deref(), Some("2026-04-02T07:00:00Z"));
    });
}

#[test]
fn the_time_of_one_person_is_not_given_twice() {
    on_engines(|app| async move {
        // Nobody of the house is on record yet.
        let stranger = json!({ "staff_id": Uuid::from_u128(77) });
        let Err(Error::Fields(faults)) = app.try_offer(stranger).await else { panic!() };
        assert_eq!(faults[0].field, "staff_id");
        let staff = app.hire("Kim").await;
        app.offered(json!({ "staff_id": staff, "duration_minutes": 30 })).await;
        app.offered(json!({ "staff_id": staff, "duration_minutes": 60, "capacity": 5 })).await;
        // Half an hour of the one is in the way of an hour of the other.
        app.book("2026-03-05T08:30:00Z").await.unwrap();
        assert_eq!(app.places(By::Person, "2026-03-05").await[..3], ["09:00 1", "09:30 0", "10:00 6"]);
        let hour = app.book("2026-03-05T08:00:00Z").await.unwrap();
        assert_eq!(hour.ends_at, at("2026-03-05T08:30:00Z"));
    });
}

#[test]
fn other_hours_leave_what_is_booked_and_take_it_into_account() {
    on_engines(|app| async move {
        let offered = app.offered(json!({ "duration_minutes": 60 })).await;
        app.book("2026-03-05T08:00:00Z").await.unwrap();
        app.change(offered.id, json!({ "duration_minutes": 30 })).await.unwrap();
        assert_eq!(app.places(By::Person, "2026-03-05").await[..3], ["09:00 0", "09:30 0", "10:00 1"]);
        let open = app
            .act(By::Staff, move |me, tx| {
                usher_appointments::ops::configure::archive(me, tx, offered.id, None)
            })
            .await
            .unwrap_err();
        assert_eq!((open.code(), Fault::from(open).extra()["count"].as_i64()), ("in_use", Some(1)));
    });
}

#[test]
fn a_change_of_an_old_version_is_refused() {
    on_engines(|app| async move {
        let offered = app.offered(json!({})).await;
        app.change(offered.id, json!({ "capacity": 2 })).await.unwrap();
        let input = serde_json::from_value(json!({ "capacity": 3 })).unwrap();
        let stale = app
            .act(By::Staff, move |me, tx| {
                usher_appointments::ops::configure::update(me, tx, offered.id, &input, Some(1))
            })
            .await;
        assert!(matches!(stale, Err(Error::Stale { read: 1, current: 2 })), "{stale:?}");
        let fixed = app.change(offered.id, json!({ "service_id": Uuid::from_u128(5) })).await;
        assert_eq!(fixed.unwrap_err().code(), "invalid_field");
    });
}

/// However many people's time is offered, whether they work here still is one question.
#[test]
fn whose_time_can_be_given_is_asked_for_all_of_them_at_once() {
    on_engines(|app| async move {
        let offered = async |app: &App| {
            let service = app.service;
            let before = app.me.db().stats().statements;
            let look = app.act(By::Person, move |me, tx| {
                Ok(place::offer(me, tx, service, None, None, By::Person)?.by.len())
            });
            (look.await.unwrap(), app.me.db().stats().statements - before)
        };
        let mut people = Vec::new();
        for name in ["Ana", "Ben", "Cleo", "Dora"] {
            let who = app.hire(name).await;
            app.offered(json!({ "staff_id": who })).await;
            people.push(who);
            if people.len() == 1 {
                offered(&app).await;
            }
        }
        let (all, of_four) = offered(&app).await;
        app.dismiss(people[1]).await;
        app.dismiss(people[2]).await;
        app.dismiss(people[3]).await;
        let (left, of_one) = offered(&app).await;
        assert_eq!((all, left), (4, 1));
        assert!(of_four <= of_one, "{of_four} statements for four people, {of_one} for one");
    });
}
