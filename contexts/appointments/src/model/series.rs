//! Appointments that come back: the same time of the site's clock, week by week.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::civil::Date;
use usher_kernel::{SignedDuration, TimeZone, Timestamp};

usher_kernel::text_enum! {
    /// How often a series comes back.
    pub enum Every {
        /// Each day.
        Day = "day",
        /// Each week.
        Week = "week",
        /// Every other week.
        TwoWeeks = "two_weeks",
        /// Each month on the same day of it.
        Month = "month",
    }
}

/// How an appointment comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// How often.
    pub every: Every,
    /// How many appointments in all, 2 to 52.
    #[schemars(range(min = 2, max = 52))]
    pub count: i64,
    /// Leave out the times that are not free instead of refusing all of them.
    #[serde(default)]
    pub skip_taken: bool,
}

impl Repeat {
    /// The beginnings after the first: the same time on the site's clock, whatever the clocks did in between. A day
    /// that a month does not have is left out.
    pub fn starts(&self, first: Timestamp, zone: &TimeZone) -> Vec<Timestamp> {
        let begun = zone.to_datetime(first);
        let on = |n: i64| -> Option<Date> {
            let date = begun.date();
            match self.every {
                Every::Day => plus_days(date, n),
                Every::Week => plus_days(date, 7 * n),
                Every::TwoWeeks => plus_days(date, 14 * n),
                Every::Month => {
                    let months = i64::from(date.year()) * 12 + i64::from(date.month()) - 1 + n;
                    let year = i16::try_from(months.div_euclid(12)).ok()?;
                    let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
                    Date::new(year, month, date.day()).ok()
                }
            }
        };
        let times = (1..self.count).filter_map(on).map(|date| date.to_datetime(begun.time()));
        times.filter_map(|time| zone.to_timestamp(time).ok()).collect()
    }
}

fn plus_days(date: Date, days: i64) -> Option<Date> {
    date.checked_add(SignedDuration::from_hours(24 * days)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(every: Every, first: &str) -> Vec<String> {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let repeat = Repeat { every, count: 4, skip_taken: false };
        let starts = repeat.starts(first.parse().unwrap(), &zone);
        starts.iter().map(|start| zone.to_datetime(*start).strftime("%m-%d %H:%M").to_string()).collect()
    }

    #[test]
    fn the_clock_says_the_same_before_and_after_it_is_changed() {
        // 10 o'clock in Berlin, in winter.
        let first = "2026-03-19T09:00:00Z";
        assert_eq!(clock(Every::Week, first), ["03-26 10:00", "04-02 10:00", "04-09 10:00"]);
        assert_eq!(clock(Every::TwoWeeks, first), ["04-02 10:00", "04-16 10:00", "04-30 10:00"]);
        assert_eq!(clock(Every::Day, first), ["03-20 10:00", "03-21 10:00", "03-22 10:00"]);
    }

    #[test]
    fn a_month_without_the_day_is_left_out() {
        assert_eq!(clock(Every::Month, "2026-12-31T09:00:00Z"), ["01-31 10:00", "03-31 10:00"]);
    }
}
