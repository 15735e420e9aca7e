//! Appointments that come back.

use serde_json::json;
use usher_appointments::Error;
use usher_appointments::model::{Every, Repeat};
use usher_appointments::ops::By;
use usher_appointments::ops::book::Book;
use usher_appointments::ops::cancel::{Cancel, Extent, cancel};

use crate::app::{App, at, on_engines};

fn weekly(app: &App, count: i64, skip_taken: bool) -> Book {
    let repeat = Some(Repeat { every: Every::Week, count, skip_taken });
    Book { repeat, ..app.wanted(at("2026-03-19T08:00:00Z")) }
}

#[test]
fn a_series_is_booked_whole_or_not_at_all() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        app.book("2026-03-26T08:00:00Z").await.unwrap();
        let Err(Error::SeriesTaken(taken)) = app.book_as(By::Person, weekly(&app, 4, false)).await else {
            panic!()
        };
        assert_eq!(taken, [at("2026-03-26T08:00:00Z")]);
        assert_eq!(app.places(By::Person, "2026-03-19").await[0], "09:00 1");

        let booked = app.book_as(By::Person, weekly(&app, 4, true)).await.unwrap();
        let starts: Vec<_> = booked.more.iter().map(|a| a.starts_at.to_string()).collect();
        // Nine o'clock before and after the clocks have changed.
        assert_eq!(starts, ["2026-04-02T07:00:00Z", "2026-04-09T07:00:00Z"]);
        assert_eq!(booked.skipped, [at("2026-03-26T08:00:00Z")]);
        assert!(booked.more.iter().all(|a| a.series_id == booked.first.series_id && a.series_id.is_some()));
    });
}

#[test]
fn what_follows_in_a_series_is_cancelled_together() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let booked = app.book_as(By::Person, weekly(&app, 3, false)).await.unwrap();
        let (first, second, third) = (booked.first.id, booked.more[0].id, booked.more[1].id);
        let how = Cancel { reason: Some("Moving away".into()), extent: Some(Extent::Following) };
        app.act(By::Person, move |me, tx| cancel(me, tx, second, &how, By::Person)).await.unwrap();
        assert_eq!(app.status(first).await, "booked");
        assert_eq!((app.status(second).await, app.status(third).await), ("cancelled", "cancelled"));
    });
}

#[test]
fn a_series_has_an_end_and_is_not_held() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        for (count, hold, field) in
            [(1, false, "repeat.count"), (53, false, "repeat.count"), (4, true, "hold")]
        {
            let wanted = Book { hold, ..weekly(&app, count, false) };
            let Err(Error::Fields(faults)) = app.book_as(By::Person, wanted).await else { panic!("{field}") };
            assert_eq!(faults[0].field, field);
        }
    });
}
