//! Doors and clocks: spans, nights, holidays, and the days on which clocks change.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde_json::json;

use super::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn berlin() -> TimeZone {
    zone("Europe/Berlin")
}

/// A moment given in a zone's wall-clock time, the first of two.
fn at(text: &str, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(text.parse::<jiff::civil::DateTime>().unwrap()).unwrap()
}

fn utc(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn hours(value: serde_json::Value) -> OpeningHours {
    serde_json::from_value(value).unwrap()
}

/// Monday to Friday with a lunch break; 2026-12-25 closed, 2026-12-24 until noon.
fn branch() -> OpeningHours {
    let day = json!([{"opens": "08:30", "closes": "12:00"}, {"opens": "13:00", "closes": "16:00"}]);
    hours(json!({
        "weekly": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day},
        "exceptions": [
            {"date": "2020-12-25", "name": "Christmas Day", "yearly": true},
            {"date": "2026-12-24", "name": "Christmas Eve", "spans": [{"opens": "09:00", "closes": "12:00"}]},
        ],
    }))
}

/// A bar: Friday and Saturday until two at night.
fn bar() -> OpeningHours {
    let night = json!([{"opens": "18:00", "closes": "02:00"}]);
    hours(json!({"weekly": {"fri": night, "sat": night}, "exceptions": []}))
}

#[test]
fn open_within_spans_and_closed_at_lunch() {
    let (hours, tz) = (branch(), berlin());
    for (moment, open) in [
        ("2026-11-20T08:29:59", false),
        ("2026-11-20T08:30:00", true),
        ("2026-11-20T11:59:59", true),
        ("2026-11-20T12:00:00", false),
        ("2026-11-20T13:00:00", true),
        ("2026-11-20T16:00:00", false),
        ("2026-11-21T10:00:00", false),
    ] {
        assert_eq!(hours.is_open(at(moment, &tz), &tz), open, "{moment}");
    }
}

#[test]
fn tells_the_next_opening_over_a_weekend_and_a_holiday() {
    let (hours, tz) = (branch(), berlin());
    let next = |moment| hours.next_opening(at(moment, &tz), &tz).unwrap();
    assert_eq!(next("2026-11-20T12:10:00"), at("2026-11-20T13:00:00", &tz));
    assert_eq!(next("2026-11-20T17:00:00"), at("2026-11-23T08:30:00", &tz));
    // The 24th closes at noon, the 25th is a holiday (yearly), then a weekend.
    assert_eq!(next("2026-12-24T12:00:00"), at("2026-12-28T08:30:00", &tz));
    assert_eq!(hours.last_closing(date(2026, 12, 24), &tz), Some(at("2026-12-24T12:00:00", &tz)));
    assert_eq!(hours.last_closing(date(2027, 12, 25), &tz), None);
}

#[test]
fn the_day_closes_after_its_last_stretch() {
    let (branch, bar, tz) = (branch(), bar(), berlin());
    let closes = |hours: &OpeningHours, moment| hours.closes_for_good(at(moment, &tz), &tz);
    assert_eq!(closes(&branch, "2026-11-20T11:50:00"), Some(at("2026-11-20T16:00:00", &tz)), "past lunch");
    for moment in ["2026-11-20T06:00:00", "2026-11-20T12:10:00", "2026-11-20T16:00:00", "2026-11-20T23:59:00"]
    {
        assert_eq!(closes(&branch, moment), Some(at("2026-11-20T16:00:00", &tz)), "{moment}");
    }
    let holiday = "2026-12-25T11:00:00";
    assert_eq!(closes(&branch, holiday), Some(at(holiday, &tz)), "closed all day");
    assert_eq!(closes(&branch, "2026-12-24T11:00:00"), Some(at("2026-12-24T12:00:00", &tz)));
    assert_eq!(closes(&bar, "2026-11-21T01:30:00"), Some(at("2026-11-21T02:00:00", &tz)), "the evening's");
    assert_eq!(closes(&bar, "2026-11-20T12:00:00"), Some(at("2026-11-21T02:00:00", &tz)), "not open yet");
    let always = hours(json!({ "weekly": null, "exceptions": [] }));
    assert_eq!(closes(&always, "2026-11-20T11:50:00"), None, "never");
    // From the afternoon through the night: it closes at noon of the next day.
    let on = json!({"mon": [{"opens": "14:00", "closes": "24:00"}], "tue": [{"opens": "00:00", "closes": "12:00"}]});
    let through = hours(json!({"weekly": on, "exceptions": []}));
    let noon = Some(at("2026-11-24T12:00:00", &tz));
    assert_eq!(
        [closes(&through, "2026-11-23T13:00:00"), closes(&through, "2026-11-23T23:00:00")],
        [noon, noon]
    );
}

#[test]
fn a_yearly_exception_does_not_reach_back() {
    let hours = branch();
    assert!(hours.exception_on(date(2019, 12, 25)).is_none());
    assert!(hours.exception_on(date(2031, 12, 25)).is_some());
}

#[test]
fn a_night_belongs_to_the_evening_it_began_on() {
    let (hours, tz) = (bar(), berlin());
    let late = at("2026-11-21T01:30:00", &tz);
    assert!(hours.is_open(late, &tz));
    assert_eq!(hours.business_day(late, &tz), date(2026, 11, 20));
    assert_eq!(hours.closing_after(late, &tz), Some(at("2026-11-21T02:00:00", &tz)));
    let after = at("2026-11-21T02:00:00", &tz);
    assert!(!hours.is_open(after, &tz));
    assert_eq!(hours.business_day(after, &tz), date(2026, 11, 21));
    assert_eq!(hours.end_of_business_day(date(2026, 11, 20), &tz), after);
    // A day without a night ends at midnight.
    assert_eq!(hours.end_of_business_day(date(2026, 11, 19), &tz), at("2026-11-20T00:00:00", &tz));
}

#[test]
fn no_weekly_hours_is_always_open_but_for_exceptions() {
    let tz = berlin();
    let always = OpeningHours::default();
    let now = at("2026-11-20T03:00:00", &tz);
    let state = always.state(now, &tz);
    assert_eq!(state, OpenState { open: true, closes_at: None, opens_at: None });
    assert_eq!(always.end_of_business_day(date(2026, 11, 20), &tz), at("2026-11-21T00:00:00", &tz));

    let but_one = hours(json!({"weekly": null, "exceptions": [{"date": "2026-11-22"}]}));
    assert_eq!(but_one.closing_after(now, &tz), Some(at("2026-11-22T00:00:00", &tz)));
    assert_eq!(
        but_one.state(at("2026-11-22T12:00:00", &tz), &tz),
        OpenState { open: false, closes_at: None, opens_at: Some(at("2026-11-23T00:00:00", &tz)) }
    );
}

#[test]
fn a_site_without_any_span_never_opens() {
    let tz = berlin();
    let never = hours(json!({"weekly": {}, "exceptions": []}));
    let now = at("2026-11-20T03:00:00", &tz);
    assert_eq!(never.state(now, &tz), OpenState { open: false, closes_at: None, opens_at: None });
}

#[test]
fn touching_spans_are_one_stretch() {
    let tz = berlin();
    let hours = hours(json!({"weekly": {
        "fri": [{"opens": "08:00", "closes": "12:00"}, {"opens": "12:00", "closes": "24:00"}],
        "sat": [{"opens": "00:00", "closes": "01:00"}],
    }, "exceptions": []}));
    assert_eq!(
        hours.closing_after(at("2026-11-20T09:00:00", &tz), &tz),
        Some(at("2026-11-21T01:00:00", &tz))
    );
    // The hour after midnight is Saturday's own span, so the business day changes at midnight.
    assert_eq!(hours.business_day(at("2026-11-21T00:30:00", &tz), &tz), date(2026, 11, 21));
}

#[test]
fn the_spring_day_is_an_hour_short() {
    let tz = berlin();
    // Clocks go from 02:00 to 03:00 on 2026-03-29 in Berlin.
    let hours = hours(json!({"weekly": {"sun": [{"opens": "02:30", "closes": "06:00"}]}, "exceptions": []}));
    let spans = hours.spans_on(date(2026, 3, 29), &tz);
    assert_eq!(spans, [(utc("2026-03-29T01:30:00Z"), utc("2026-03-29T04:00:00Z"))]);
    let end = OpeningHours::default().end_of_business_day(date(2026, 3, 29), &tz);
    let start = OpeningHours::default().end_of_business_day(date(2026, 3, 28), &tz);
    assert_eq!(end.duration_since(start).as_hours(), 23);
}

#[test]
fn the_autumn_night_closes_at_the_second_two_o_clock() {
    let tz = berlin();
    // 02:00–03:00 happens twice on 2026-10-25.
    let hours = hours(json!({"weekly": {"sat": [{"opens": "18:00", "closes": "02:30"}],
                                        "sun": [{"opens": "02:45", "closes": "03:30"}]}, "exceptions": []}));
    assert_eq!(
        hours.spans_on(date(2026, 10, 24), &tz),
        [(utc("2026-10-24T16:00:00Z"), utc("2026-10-25T01:30:00Z"))]
    );
    // Opening at a time that happens twice means the first.
    assert_eq!(
        hours.spans_on(date(2026, 10, 25), &tz),
        [(utc("2026-10-25T00:45:00Z"), utc("2026-10-25T02:30:00Z"))]
    );
    let day: Date = date(2026, 10, 25);
    let long = OpeningHours::default().end_of_business_day(day, &tz);
    let start = OpeningHours::default().end_of_business_day(day.yesterday().unwrap(), &tz);
    assert_eq!(long.duration_since(start).as_hours(), 25);
}

#[test]
fn a_zone_whose_midnight_is_skipped_still_has_its_day() {
    // Cairo moves its clocks at midnight: 2026-04-24 begins at 01:00.
    let tz = zone("Africa/Cairo");
    let always = OpeningHours::default();
    let first = utc("2026-04-23T22:00:00Z");
    assert_eq!(always.business_day(first, &tz), date(2026, 4, 24));
    assert_eq!(always.business_day(first - 1.second(), &tz), date(2026, 4, 23));
    assert_eq!(always.end_of_business_day(date(2026, 4, 23), &tz), first);
}

#[test]
fn business_days_follow_the_zone_not_utc() {
    let hours = OpeningHours::default();
    let moment = utc("2026-11-20T23:30:00Z");
    assert_eq!(hours.business_day(moment, &zone("Asia/Tokyo")), date(2026, 11, 21));
    assert_eq!(hours.business_day(moment, &zone("America/New_York")), date(2026, 11, 20));
    assert_eq!(hours.business_day(moment, &zone("Pacific/Kiritimati")), date(2026, 11, 21));
}

#[test]
fn every_moment_of_two_years_has_one_business_day_and_days_only_move_forward() {
    for (hours, tz) in
        [(bar(), berlin()), (branch(), zone("America/Santiago")), (bar(), zone("Africa/Cairo"))]
    {
        let mut moment = utc("2025-12-31T00:00:00Z");
        let mut last = hours.business_day(moment, &tz);
        while moment < utc("2028-01-01T00:00:00Z") {
            let day = hours.business_day(moment, &tz);
            assert!(day >= last, "{moment} went back from {last} to {day}");
            assert!(moment < hours.end_of_business_day(day, &tz), "{moment} lies after its own day {day}");
            let state = hours.state(moment, &tz);
            assert_eq!(state.open, hours.is_open(moment, &tz));
            assert!(state.closes_at.is_none_or(|closes| closes > moment));
            assert!(state.opens_at.is_none_or(|opens| opens > moment && hours.is_open(opens, &tz)));
            last = day;
            moment += 97.minutes();
        }
    }
}

#[test]
fn names_the_field_of_wrong_hours() {
    let wrong = hours(json!({
        "weekly": {
            "mon": [{"opens": "08:00", "closes": "12:00"}, {"opens": "11:00", "closes": "13:00"}],
            "wed": [{"opens": "09:00", "closes": "09:00"}],
            "fri": [{"opens": "20:00", "closes": "03:00"}],
            "sat": [{"opens": "02:00", "closes": "05:00"}],
            "sun": [{"opens": "24:00", "closes": "05:00"}],
        },
        "exceptions": [{"date": "2026-01-01"}, {"date": "2026-01-01"}],
    }));
    let faults: Vec<_> =
        wrong.faults("hours", "holidays").into_iter().map(|f| format!("{} {}", f.field, f.code)).collect();
    assert_eq!(
        faults,
        [
            "hours.mon spans_overlap",
            "hours.wed[0].closes no_time",
            "hours.sun[0].opens not_a_time",
            "hours.fri spans_overlap",
            "holidays[1].date duplicate_date",
        ]
    );
    assert!(branch().faults("hours", "holidays").is_empty());
    assert!(bar().faults("hours", "holidays").is_empty());
}
