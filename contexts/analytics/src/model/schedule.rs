//! Reports that come back by themselves.

use cronexpr::Crontab;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{FieldFault, SiteId, TimeZone, Timestamp, UserId, is_unshowable};

use super::report::Format;
use super::{ReportId, ScheduleId};

/// The longest name, in letters.
const LONGEST_NAME: usize = 80;
/// The longest cron expression.
const LONGEST_CRON: usize = 100;
/// The most people who are told of a result.
const MOST_RECIPIENTS: usize = 50;
/// How close two runs may be: nobody reads a report every minute.
const CLOSEST_SECONDS: i64 = 15 * 60;

/// A report that comes back. `D` is what it tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Schedule")]
pub struct Schedule<D> {
    /// Its id.
    pub id: ScheduleId,
    /// What it is called.
    pub name: String,
    /// When: minute, hour, day of month, month, day of week.
    pub cron: String,
    /// Whose time that is, an IANA name.
    pub timezone: String,
    /// What it tells.
    pub report: D,
    /// What it is written as.
    pub format: Format,
    /// Whether a report that tells of nothing is left out.
    pub skip_empty: bool,
    /// Members who are told of each result.
    pub recipients: Vec<UserId>,
    /// The sites that it is limited to; empty for all.
    pub sites: Vec<SiteId>,
    /// Whether it runs.
    pub active: bool,
    /// When it runs next; absent while it does not.
    pub next_at: Option<Timestamp>,
    /// Why its last report was not made; absent while they are.
    #[serde(default)]
    pub failure: Option<Failure>,
    /// Grows with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

usher_kernel::text_enum! {
    /// Why a scheduled report was not made.
    pub enum FailureReason {
        /// Every site that it tells of was deleted. It rests until it tells of something else.
        SiteGone = "site_gone",
        /// The line or the service that it tells of is not known to the figures.
        ThingGone = "thing_gone",
        /// It would have more rows than anybody reads.
        TooManyRows = "too_many_rows",
    }
}

/// A scheduled report that is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportFailure")]
pub struct Failure {
    /// Why.
    pub reason: FailureReason,
    /// Since when.
    pub since: Timestamp,
}

/// A result of a scheduled report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportResult")]
pub struct Made {
    /// Its id.
    pub id: ReportId,
    /// The schedule; absent when that is deleted.
    pub schedule_id: Option<ScheduleId>,
    /// What the report was called.
    pub name: String,
    /// What it is written as.
    pub format: Format,
    /// How many rows it has.
    pub rows: i64,
    /// When it was made.
    pub made_at: Timestamp,
}

/// When a cron expression comes due, in a time zone.
#[derive(Debug)]
pub struct Due {
    times: Crontab,
    /// The zone whose clock is read, where hours are named: each time of it comes once, also on the night that has an
    /// hour twice, and on the one that has it not at all. Without one the times are those of the zone as they pass.
    clock: Option<TimeZone>,
}

impl Due {
    /// Reads an expression of five fields.
    ///
    /// # Errors
    /// A word on what is wrong with it.
    pub fn read(cron: &str, timezone: &str) -> Result<Self, FieldFault> {
        let fault =
            |field: &str, message: String| FieldFault { field: field.to_owned(), code: "invalid", message };
        let Ok(zone) = TimeZone::get(timezone) else {
            return Err(fault("timezone", "Give an IANA time zone: Europe/Berlin.".to_owned()));
        };
        let fields = cron.split_whitespace().count();
        if cron.len() > LONGEST_CRON || fields != 5 || cron.chars().any(char::is_control) {
            let text = "Give five fields: minute, hour, day of month, month, day of week; \"0 7 * * MON\".";
            return Err(fault("cron", text.to_owned()));
        }
        // "Every hour" is every hour that passes; "at two" is what the clock shows.
        let clock =
            cron.split_whitespace().nth(1).is_some_and(|hours| !hours.starts_with('*')).then_some(zone);
        let place = if clock.is_some() { "UTC" } else { timezone };
        let read = cronexpr::parse_crontab(&format!("{cron} {place}"));
        read.map(|times| Self { times, clock }).map_err(|error| {
            let first = error.to_string().lines().next().unwrap_or_default().to_owned();
            fault("cron", format!("This is no cron expression: {first}"))
        })
    }

    /// The first time after a moment; none where it never comes.
    pub fn after(&self, moment: Timestamp) -> Option<Timestamp> {
        let next = |moment: Timestamp| {
            self.times.find_next(moment.to_string().as_str()).ok().map(|next| next.timestamp())
        };
        let Some(zone) = &self.clock else { return next(moment) };
        // The clock's times as if there were no other zone. One that is not on the clock that night is when the clock
        // has passed it; of two the first counts.
        let mut shown = TimeZone::UTC.to_timestamp(zone.to_datetime(moment)).ok()?;
        loop {
            shown = next(shown)?;
            let at = zone.to_timestamp(TimeZone::UTC.to_datetime(shown)).ok()?;
            if at > moment {
                return Some(at);
            }
        }
    }
}

impl<D> Schedule<D> {
    /// What is wrong with it, field by field.
    pub fn faults(&self, now: Timestamp) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code, message: &str| {
            faults.push(FieldFault { field: field.to_owned(), code, message: message.to_owned() });
        };
        let letters = self.name.chars().count();
        if self.name.trim().is_empty() || letters > LONGEST_NAME || self.name.chars().any(is_unshowable) {
            fault("name", "length", "Give a name of 1 to 80 letters, on one line.");
        }
        if self.recipients.len() > MOST_RECIPIENTS {
            fault("recipients", "too_many", "Name at most 50 members.");
        }
        match Due::read(&self.cron, &self.timezone) {
            Err(wrong) => faults.push(wrong),
            Ok(due) => match due.after(now).map(|first| (first, due.after(first))) {
                None => fault("cron", "never", "This never comes due."),
                Some((first, Some(second))) if second.duration_since(first).as_secs() < CLOSEST_SECONDS => {
                    fault("cron", "too_often", "Leave at least 15 minutes between two reports.");
                }
                Some(_) => {}
            },
        }
        faults
    }

    /// When it comes due next; none while it is not active.
    pub fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        let due = Due::read(&self.cron, &self.timezone).ok().filter(|_| self.active)?;
        due.after(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_of_day_is_the_zones_through_the_change_of_the_clocks() {
        let due = Due::read("0 7 * * *", "Europe/Berlin").unwrap();
        assert_eq!(due.after(at("2026-03-28T12:00:00Z")), Some(at("2026-03-29T05:00:00Z")));
        assert_eq!(due.after(at("2026-03-27T12:00:00Z")), Some(at("2026-03-28T06:00:00Z")));
    }

    #[test]
    fn a_time_in_the_night_of_the_change_comes_once() {
        let due = Due::read("30 2 * * *", "Europe/Berlin").unwrap();
        // There is no half past two on that night, and a report all the same.
        assert_eq!(due.after(at("2026-03-28T12:00:00Z")), Some(at("2026-03-29T01:30:00Z")));
        assert_eq!(due.after(at("2026-03-29T01:30:00Z")), Some(at("2026-03-30T00:30:00Z")));
        // There are two of them on this one, and one report.
        assert_eq!(due.after(at("2026-10-24T12:00:00Z")), Some(at("2026-10-25T00:30:00Z")));
        assert_eq!(due.after(at("2026-10-25T00:30:00Z")), Some(at("2026-10-26T01:30:00Z")));
        assert_eq!(
            due.after(at("2026-10-25T01:10:00Z")),
            Some(at("2026-10-26T01:30:00Z")),
            "between the two"
        );
        // Every hour is every hour that passes.
        let hourly = Due::read("0 * * * *", "Europe/Berlin").unwrap();
        assert_eq!(hourly.after(at("2026-10-25T00:00:00Z")), Some(at("2026-10-25T01:00:00Z")));
        assert_eq!(hourly.after(at("2026-03-29T00:00:00Z")), Some(at("2026-03-29T01:00:00Z")));
    }

    #[test]
    fn what_is_no_expression_is_refused_with_a_word() {
        let wrong = |cron: &str, zone: &str| Due::read(cron, zone).unwrap_err();
        assert_eq!(wrong("0 7 * *", "UTC").field, "cron");
        assert_eq!(wrong("61 7 * * *", "UTC").field, "cron");
        assert_eq!(wrong("0 7 * * MON UTC", "UTC").field, "cron");
        assert_eq!(wrong("0 7 * * *", "Mars/Base").field, "timezone");
        assert_eq!(wrong(&"0".repeat(500), "UTC").field, "cron");
        assert!(
            Due::read("0 0 30 2 *", "UTC").is_ok_and(|due| due.after(at("2026-01-01T00:00:00Z")).is_none())
        );
    }
}
