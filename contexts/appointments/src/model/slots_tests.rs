use proptest::prelude::*;
use serde_json::json;
use usher_kernel::{SiteId, TenantId};
use usher_tenancy::model::{NewTenant, SiteChange};

use super::*;

/// A site in Berlin, open from 8 to 18 o'clock but for Christmas; hours may be given otherwise.
fn site(change: &serde_json::Value) -> Site {
    let now = Timestamp::UNIX_EPOCH;
    let new: NewTenant = serde_json::from_value(json!({ "name": "Bank" })).unwrap();
    let tenant = new.build(TenantId::generate(now), now);
    let hours = |opens: &str, closes: &str| {
        let span = json!([{ "opens": opens, "closes": closes }]);
        json!({ "mon": span, "tue": span, "wed": span, "thu": span, "fri": span, "sat": span, "sun": span })
    };
    let mut all = json!({
        "name": "Main", "timezone": "Europe/Berlin", "hours": hours("08:00", "18:00"),
        "holidays": [{ "date": "2026-12-25", "name": "Christmas Day", "spans": [] }],
    });
    for (name, value) in change.as_object().unwrap() {
        all[name] = value.clone();
    }
    let change: SiteChange = serde_json::from_value(all).unwrap();
    change.build(SiteId::generate(now), &tenant, now)
}

fn rules(value: serde_json::Value) -> Rules {
    serde_json::from_value(value).unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Beginnings in the site's own time.
fn clock(site: &Site, starts: &[Timestamp]) -> Vec<String> {
    starts.iter().map(|s| site.zone().to_datetime(*s).strftime("%H:%M").to_string()).collect()
}

#[test]
fn slots_lie_in_the_hours_of_both_with_buffers_between() {
    let site = site(&json!({}));
    let weekly =
        json!({ "wed": [{ "opens": "07:30", "closes": "10:00" }, { "opens": "17:00", "closes": "19:00" }] });
    let rules = rules(json!({ "weekly": weekly, "duration_minutes": 25, "buffer_after_minutes": 5 }));
    let starts = rules.starts_on(&site, date("2026-03-04"));
    assert_eq!(clock(&site, &starts), ["08:00", "08:30", "09:00", "09:30", "17:00", "17:30"]);
    assert_eq!(rules.starts_on(&site, date("2026-03-05")), []);
    assert_eq!(rules.slot_at(&site, at("2026-03-04T07:30:00Z")), Some(date("2026-03-04")));
    assert_eq!(rules.slot_at(&site, at("2026-03-04T07:31:00Z")), None);
}

#[test]
fn holidays_of_the_site_and_exceptions_of_ones_own_hold() {
    let site = site(&json!({}));
    let exceptions = json!([
        { "date": "2026-12-24", "spans": [{ "opens": "09:00", "closes": "10:00" }] },
        { "date": "2026-12-25", "spans": [{ "opens": "09:00", "closes": "10:00" }] },
        { "date": "2026-12-28", "spans": [] },
    ]);
    let rules = rules(json!({ "exceptions": exceptions }));
    assert_eq!(clock(&site, &rules.starts_on(&site, date("2026-12-24"))), ["09:00", "09:30"]);
    assert_eq!(rules.starts_on(&site, date("2026-12-25")), []);
    assert_eq!(rules.starts_on(&site, date("2026-12-28")), []);
    assert_eq!(rules.starts_on(&site, date("2026-12-29")).len(), 20);
}

#[test]
fn a_closed_site_has_no_slots() {
    let mut site = site(&json!({}));
    site.status = SiteStatus::Closed;
    assert_eq!(Rules::default().starts_on(&site, date("2026-03-04")), []);
}

#[test]
fn a_day_on_which_clocks_change_loses_no_slot_and_shortens_none() {
    let open = json!([{ "opens": "00:00", "closes": "06:00" }]);
    let site = site(&json!({ "hours": { "sun": open } }));
    let rules = rules(json!({ "duration_minutes": 30 }));
    let spring = rules.starts_on(&site, date("2026-03-29"));
    let expected = ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30", "04:00", "04:30", "05:00", "05:30"];
    assert_eq!(clock(&site, &spring), expected);
    let autumn = rules.starts_on(&site, date("2026-10-25"));
    assert_eq!(autumn.len(), 14);
    assert_eq!(clock(&site, &autumn)[4..8], ["02:00", "02:30", "02:00", "02:30"]);
    for starts in [spring, autumn] {
        let apart = starts.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_mins());
        assert!(apart.into_iter().all(|minutes| minutes == 30), "{starts:?}");
    }
}

#[test]
fn a_night_belongs_to_the_evening_on_which_it_began() {
    let site = site(&json!({ "hours": { "fri": [{ "opens": "22:00", "closes": "02:00" }] } }));
    let rules = rules(json!({ "duration_minutes": 60 }));
    let night = rules.starts_on(&site, date("2026-03-06"));
    assert_eq!(clock(&site, &night), ["22:00", "23:00", "00:00", "01:00"]);
    assert_eq!(rules.slot_at(&site, night[2]), Some(date("2026-03-06")));
    assert_eq!(rules.starts_on(&site, date("2026-03-07")), []);
}

#[test]
fn without_hours_of_its_own_it_begins_when_the_site_opens() {
    let site = site(&json!({ "hours": { "wed": [{ "opens": "08:20", "closes": "10:30" }] } }));
    let rules = rules(json!({ "duration_minutes": 60 }));
    assert_eq!(clock(&site, &rules.starts_on(&site, date("2026-03-04"))), ["08:20", "09:20"]);
}

#[test]
fn a_site_without_hours_is_bookable_around_the_clock() {
    let site = site(&json!({ "hours": null }));
    let rules = rules(json!({ "duration_minutes": 60 }));
    assert_eq!(rules.starts_on(&site, date("2026-03-04")).len(), 24);
}

#[test]
fn what_is_freed_touches_every_slot_that_shares_a_moment_with_it() {
    let day = site(&json!({}));
    let hour = |from: &str, until: &str| Stretch { from: at(from), until: at(until) };
    let nine = hour("2026-03-04T08:00:00Z", "2026-03-04T09:00:00Z");
    let overlapping = rules(json!({ "duration_minutes": 60, "step_minutes": 30 }));
    assert_eq!(clock(&day, &overlapping.starts_meeting(&day, nine)), ["08:30", "09:00", "09:30"]);
    // What is kept free around a slot belongs to it.
    let buffers = json!({ "duration_minutes": 20, "buffer_before_minutes": 5, "buffer_after_minutes": 5 });
    assert_eq!(clock(&day, &rules(buffers).starts_meeting(&day, nine)), ["09:00", "09:30", "10:00"]);
    assert_eq!(clock(&day, &rules(json!({})).starts_meeting(&day, nine)), ["09:00", "09:30"]);

    let night = site(&json!({ "hours": { "fri": [{ "opens": "22:00", "closes": "02:00" }] } }));
    let hours = rules(json!({ "duration_minutes": 60 }));
    let midnight = hour("2026-03-06T22:30:00Z", "2026-03-06T23:30:00Z");
    assert_eq!(clock(&night, &hours.starts_meeting(&night, midnight)), ["23:00", "00:00"]);
}

fn stretch(from: i64, until: i64) -> Stretch {
    let at = |minute| Timestamp::from_second(minute * 60).unwrap();
    Stretch { from: at(from), until: at(until) }
}

#[test]
fn one_after_the_other_is_not_two_at_once() {
    let rules = Rules::default();
    let taken = [held(0, 30, 1), held(30, 60, 1), held(90, 120, 1)];
    assert_eq!(rules.peak(&taken, stretch(0, 60)), 1);
    assert_eq!(rules.peak(&taken, stretch(60, 90)), 0);
}

#[test]
fn people_count_only_where_the_rules_say_so() {
    let both = [held(0, 40, 3), held(30, 60, 2)];
    assert_eq!(Rules::default().peak(&both, stretch(35, 50)), 2);
    let rules = rules(json!({ "counts_people": true }));
    assert_eq!(rules.peak(&both, stretch(35, 50)), 5);
    assert_eq!(rules.peak(&both, stretch(40, 60)), 2);
}

fn held(from: i64, until: i64, people: i64) -> Taken {
    Taken { stretch: stretch(from, until), people }
}

proptest! {
    /// The peak is what counting minute by minute gives.
    #[test]
    fn the_peak_is_the_highest_of_all_minutes(
        taken in prop::collection::vec((0i64..60, 1i64..30), 0..12), from in 0i64..60, long in 1i64..40,
    ) {
        let taken: Vec<Taken> = taken.into_iter().map(|(from, long)| held(from, from + long, 1)).collect();
        let within = stretch(from, from + long);
        let during = |minute: i64| {
            taken.iter().filter(|t| t.stretch.meets(&stretch(minute, minute + 1))).count()
        };
        let highest = (from..from + long).map(during).max().unwrap_or(0);
        prop_assert_eq!(Rules::default().peak(&taken, within), i64::try_from(highest).unwrap());
    }

    /// Slots of one availability never overlap by more than its step allows, and lie in the site's hours.
    #[test]
    fn slots_are_apart_and_inside(duration in 5i64..200, before in 0i64..60, behind in 0i64..60) {
        let site = site(&json!({}));
        let rules = Rules {
            duration_minutes: duration, buffer_before_minutes: before, buffer_after_minutes: behind,
            ..Rules::default()
        };
        let starts = rules.starts_on(&site, date("2026-03-29"));
        for pair in starts.windows(2) {
            prop_assert!(!rules.busy(pair[0]).meets(&rules.busy(pair[1])));
        }
        for start in starts {
            prop_assert!(site.is_open(start) && rules.service(start).until <= at("2026-03-29T16:00:00Z"));
        }
    }
}
