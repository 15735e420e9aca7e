//! When a site is open: weekly spans, exceptions, and the business day.
//!
//! Pure: a moment and a time zone go in, an answer comes out. Wall-clock times become moments only
//! here, so that the days on which clocks change are decided in one place: a closing time that
//! happens twice means the later one (nobody is sent away an hour early), an opening time that
//! happens twice means the earlier one, and a time that does not happen is moved past the gap.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::FieldFault;

use super::Minute;

/// Days looked ahead for the next opening: a little over a year, so that a yearly market is found.
const HORIZON_DAYS: i32 = 400;
/// Spans of one day that a person would still understand on a door.
const MAX_SPANS: usize = 8;
/// Exceptions kept for one site: several years of holidays.
const MAX_EXCEPTIONS: usize = 400;

/// One stretch of being open, in the site's own wall-clock time.
///
/// `closes` before `opens` means the next morning: 18:00–02:00 ends on the following day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Opens at, `HH:MM`.
    #[serde(alias = "open", alias = "from", alias = "start")]
    pub opens: Minute,
    /// Closes at, `HH:MM`; `24:00` is midnight at the end of the day.
    #[serde(alias = "close", alias = "to", alias = "end")]
    pub closes: Minute,
}

impl Span {
    /// Minutes from the day's midnight at which it ends, counted through midnight.
    fn end(self) -> u16 {
        let (opens, closes) = (self.opens.of_day(), self.closes.of_day());
        if closes > opens { closes } else { closes + Minute::DAY }
    }
}

/// The spans of each weekday; a day without spans is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "seven weekdays")]
pub struct Weekly {
    #[serde(alias = "monday")]
    pub mon: Vec<Span>,
    #[serde(alias = "tuesday")]
    pub tue: Vec<Span>,
    #[serde(alias = "wednesday")]
    pub wed: Vec<Span>,
    #[serde(alias = "thursday")]
    pub thu: Vec<Span>,
    #[serde(alias = "friday")]
    pub fri: Vec<Span>,
    #[serde(alias = "saturday")]
    pub sat: Vec<Span>,
    #[serde(alias = "sunday")]
    pub sun: Vec<Span>,
}

impl Weekly {
    /// The same spans on every day of the week.
    pub fn every_day(spans: &[Span]) -> Self {
        let day = || spans.to_vec();
        Self { mon: day(), tue: day(), wed: day(), thu: day(), fri: day(), sat: day(), sun: day() }
    }

    fn on(&self, weekday: Weekday) -> &[Span] {
        match weekday {
            Weekday::Monday => &self.mon,
            Weekday::Tuesday => &self.tue,
            Weekday::Wednesday => &self.wed,
            Weekday::Thursday => &self.thu,
            Weekday::Friday => &self.fri,
            Weekday::Saturday => &self.sat,
            Weekday::Sunday => &self.sun,
        }
    }

    fn days(&self) -> [(&'static str, &[Span]); 7] {
        [
            ("mon", &self.mon),
            ("tue", &self.tue),
            ("wed", &self.wed),
            ("thu", &self.thu),
            ("fri", &self.fri),
            ("sat", &self.sat),
            ("sun", &self.sun),
        ]
    }
}

/// A date that differs from its weekday: a holiday, an inventory day, a long Saturday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The date in the site's time zone.
    pub date: Date,
    /// What the door says, for example "Christmas Day".
    #[serde(default)]
    pub name: String,
    /// The spans of that date; empty means closed all day.
    #[serde(default)]
    pub spans: Vec<Span>,
    /// Whether it comes back on the same month and day of every later year.
    #[serde(default)]
    pub yearly: bool,
}

/// A site's weekly hours and its exceptions.
///
/// Without weekly hours (`None`) the site counts as always open, but for its exceptions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpeningHours {
    /// The weekly hours; absent means open around the clock.
    pub weekly: Option<Weekly>,
    /// Holidays and other exceptions, by date.
    pub exceptions: Vec<Exception>,
}

/// Whether a site is open at a moment, and what happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OpenState {
    /// Open now.
    pub open: bool,
    /// When it closes; null when it is closed, or never closes within a year.
    pub closes_at: Option<Timestamp>,
    /// When it opens next; null when it is open, or never opens within a year.
    pub opens_at: Option<Timestamp>,
}

impl OpeningHours {
    /// What is wrong with the hours, field by field; empty when they can be kept.
    pub fn faults(&self, field: &str, exceptions_field: &str) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if let Some(weekly) = &self.weekly {
            for (day, spans) in weekly.days() {
                check_spans(&format!("{field}.{day}"), spans, &mut faults);
            }
            check_nights(field, weekly, &mut faults);
        }
        if self.exceptions.len() > MAX_EXCEPTIONS {
            faults.push(FieldFault {
                field: exceptions_field.to_owned(),
                code: "too_many",
                message: format!("At most {MAX_EXCEPTIONS} exceptions can be kept; remove past ones."),
            });
        }
        let mut seen = BTreeMap::new();
        for (index, exception) in self.exceptions.iter().enumerate() {
            let at = format!("{exceptions_field}[{index}]");
            if seen.insert(exception.date, index).is_some() {
                faults.push(FieldFault {
                    field: format!("{at}.date"),
                    code: "duplicate_date",
                    message: format!("{} is listed twice.", exception.date),
                });
            }
            check_spans(&format!("{at}.spans"), &exception.spans, &mut faults);
        }
        faults
    }

    /// The exception that rules `date`: one for that very date wins over a yearly one.
    pub fn exception_on(&self, date: Date) -> Option<&Exception> {
        self.exceptions.iter().find(|e| e.date == date).or_else(|| {
            self.exceptions.iter().find(|e| {
                e.yearly && e.date < date && (e.date.month(), e.date.day()) == (date.month(), date.day())
            })
        })
    }

    /// The moments between which the site is open on `date`, in order; those of the night belong to
    /// the date on which they began.
    pub fn spans_on(&self, date: Date, zone: &TimeZone) -> Vec<(Timestamp, Timestamp)> {
        let whole_day = [Span { opens: Minute::MIDNIGHT, closes: Minute::END_OF_DAY }];
        let spans: &[Span] = match (self.exception_on(date), &self.weekly) {
            (Some(exception), _) => &exception.spans,
            (None, Some(weekly)) => weekly.on(date.weekday()),
            (None, None) => &whole_day,
        };
        let mut moments: Vec<_> = spans
            .iter()
            .filter_map(|span| {
                let opens = moment(date, span.opens.of_day(), Edge::Opens, zone)?;
                let closes = moment(date, span.end(), Edge::Closes, zone)?;
                (opens < closes).then_some((opens, closes))
            })
            .collect();
        moments.sort_unstable();
        moments
    }

    /// Whether the site is open at `at`. The closing moment itself is closed.
    pub fn is_open(&self, at: Timestamp, zone: &TimeZone) -> bool {
        let today = zone.to_datetime(at).date();
        [today.yesterday().ok(), Some(today)].into_iter().flatten().any(|date| {
            self.spans_on(date, zone).iter().any(|(opens, closes)| (*opens..*closes).contains(&at))
        })
    }

    /// Whether the site is open at `at`, when it closes, or when it opens next.
    pub fn state(&self, at: Timestamp, zone: &TimeZone) -> OpenState {
        if !self.is_open(at, zone) {
            return OpenState { open: false, closes_at: None, opens_at: self.next_opening(at, zone) };
        }
        OpenState { open: true, closes_at: self.closing_after(at, zone), opens_at: None }
    }

    /// The first opening after `at`; none within 400 days is none.
    pub fn next_opening(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = zone.to_datetime(at).date();
        (0..=HORIZON_DAYS)
            .filter_map(|ahead| today.checked_add(ahead.days()).ok())
            .flat_map(|date| self.spans_on(date, zone))
            .map(|(opens, _)| opens)
            .find(|opens| *opens > at)
    }

    /// The end of the stretch that is open at `at`; spans that touch are one stretch.
    ///
    /// None when the site is closed then, or stays open for more than 400 days.
    pub fn closing_after(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let first = zone.to_datetime(at).date().yesterday().ok()?;
        let mut open_until = None;
        for ahead in 0..=HORIZON_DAYS {
            let date = first.checked_add(ahead.days()).ok()?;
            for (opens, closes) in self.spans_on(date, zone) {
                match open_until {
                    None if opens <= at && at < closes => open_until = Some(closes),
                    Some(until) if opens <= until => open_until = Some(until.max(closes)),
                    Some(until) => return Some(until),
                    None => {}
                }
            }
            // A whole day passed without a span that carries the stretch on.
            if let Some(until) = open_until
                && moment(date, Minute::DAY, Edge::Closes, zone)? > until
            {
                return Some(until);
            }
        }
        None
    }

    /// When the site closes for good on the business day of `at`, past every break: not after `at` where it is closed for
    /// the rest of that day, and `at` itself where it does not open on it at all. None where it never closes.
    pub fn closes_for_good(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let last = self.last_closing(self.business_day(at, zone), zone);
        let begins = if self.is_open(at, zone) {
            Some(at)
        } else {
            self.next_opening(at, zone).filter(|opens| last.is_some_and(|last| *opens < last))
        };
        let Some(begins) = begins else { return Some(last.unwrap_or(at)) };
        // It may stay open beyond its day.
        let closes = self.closing_after(begins, zone)?;
        Some(last.map_or(closes, |last| last.max(closes)))
    }

    /// The business day that `at` belongs to: the date in the site's zone, but for the small hours
    /// of a span that began the evening before, which still belong to that evening.
    pub fn business_day(&self, at: Timestamp, zone: &TimeZone) -> Date {
        let today = zone.to_datetime(at).date();
        match today.yesterday() {
            Ok(yesterday) if at < self.end_of_business_day(yesterday, zone) => yesterday,
            _ => today,
        }
    }

    /// When the business day `date` is over and the next begins: midnight in the site's zone, or the
    /// closing of the last span that runs past it.
    pub fn end_of_business_day(&self, date: Date, zone: &TimeZone) -> Timestamp {
        let midnight = moment(date, Minute::DAY, Edge::Opens, zone).unwrap_or(Timestamp::MAX);
        self.spans_on(date, zone).into_iter().map(|(_, closes)| closes).fold(midnight, Timestamp::max)
    }

    /// When the site closes for good on the business day `date`; none when it does not open then.
    pub fn last_closing(&self, date: Date, zone: &TimeZone) -> Option<Timestamp> {
        self.spans_on(date, zone).into_iter().map(|(_, closes)| closes).max()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Opens,
    Closes,
}

/// The moment `minutes` of wall-clock time after the midnight that begins `date`.
fn moment(date: Date, minutes: u16, edge: Edge, zone: &TimeZone) -> Option<Timestamp> {
    let (days, minute) = (minutes / Minute::DAY, minutes % Minute::DAY);
    let date = date.checked_add(i32::from(days).days()).ok()?;
    let time = Time::midnight().checked_add(i32::from(minute).minutes()).ok()?;
    let ambiguous = zone.to_ambiguous_timestamp(date.to_datetime(time));
    match edge {
        // `compatible`: the first of two, the later side of a gap.
        Edge::Opens => ambiguous.compatible(),
        Edge::Closes => ambiguous.later(),
    }
    .ok()
}

fn check_spans(field: &str, spans: &[Span], faults: &mut Vec<FieldFault>) {
    if spans.len() > MAX_SPANS {
        faults.push(FieldFault {
            field: field.to_owned(),
            code: "too_many",
            message: format!("A day has at most {MAX_SPANS} spans."),
        });
    }
    let mut sorted = spans.to_vec();
    sorted.sort_unstable_by_key(|span| span.opens.of_day());
    for (index, span) in spans.iter().enumerate() {
        if span.opens.of_day() == Minute::DAY {
            faults.push(FieldFault {
                field: format!("{field}[{index}].opens"),
                code: "not_a_time",
                message: "A span opens between 00:00 and 23:59.".to_owned(),
            });
        }
        if span.opens == span.closes {
            faults.push(FieldFault {
                field: format!("{field}[{index}].closes"),
                code: "no_time",
                message: "It opens and closes at the same minute. Open all day is 00:00 to 24:00.".to_owned(),
            });
        }
    }
    if sorted.windows(2).any(|pair| pair[0].end() > pair[1].opens.of_day()) {
        faults.push(FieldFault {
            field: field.to_owned(),
            code: "spans_overlap",
            message: "Two spans of one day overlap.".to_owned(),
        });
    }
}

/// A span past midnight may not reach into the next weekday's first span.
fn check_nights(field: &str, weekly: &Weekly, faults: &mut Vec<FieldFault>) {
    let days = weekly.days();
    for index in 0..days.len() {
        let (day, spans) = days[index];
        let (_, next) = days[(index + 1) % days.len()];
        let Some(reach) = spans.iter().map(|s| s.end()).max().and_then(|end| end.checked_sub(Minute::DAY))
        else {
            continue;
        };
        if next.iter().any(|span| span.opens.of_day() < reach) {
            faults.push(FieldFault {
                field: format!("{field}.{day}"),
                code: "spans_overlap",
                message: "The night's span overlaps the next day's first one.".to_owned(),
            });
        }
    }
}

#[cfg(test)]
#[path = "hours_tests.rs"]
mod tests;
