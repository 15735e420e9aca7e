//! Slots: where they lie, and how many places are left. Pure.
//!
//! Slots are cut in elapsed time from the beginning of each span of hours, so that on the days on which clocks
//! change none is lost and none is shorter: an hour that happens twice has its slots twice, one that does not
//! happen has none.

use schemars::JsonSchema;
use serde::Serialize;
use usher_kernel::civil::Date;
use usher_kernel::{SignedDuration, TimeZone, Timestamp};
use usher_tenancy::{Site, SiteStatus};

use super::Rules;

/// A stretch of time, without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// Its first moment.
    pub from: Timestamp,
    /// The moment after its last.
    pub until: Timestamp,
}

impl Stretch {
    /// Whether two share a moment.
    pub fn meets(&self, other: &Self) -> bool {
        self.from < other.until && other.from < self.until
    }
}

/// A moment so many minutes later, or earlier; the end of time where there is none.
pub fn after(at: Timestamp, minutes: i64) -> Timestamp {
    let end = if minutes < 0 { Timestamp::MIN } else { Timestamp::MAX };
    at.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(end)
}

impl Rules {
    /// How long an appointment that begins at `start` takes.
    pub fn service(&self, start: Timestamp) -> Stretch {
        Stretch { from: start, until: after(start, self.duration_minutes) }
    }

    /// The same with what is kept free around it.
    pub fn busy(&self, start: Timestamp) -> Stretch {
        Stretch {
            from: after(start, -self.buffer_before_minutes),
            until: after(start, self.duration_minutes + self.buffer_after_minutes),
        }
    }

    /// The beginnings of the slots of a date of the site, in order.
    pub fn starts_on(&self, site: &Site, date: Date) -> Vec<Timestamp> {
        let zone = site.zone();
        let open = open_around(site, date, &zone);
        // Without hours of its own it begins when the site opens, and a night of the site is one of it.
        let own = self.hours();
        let hours = match (&own.weekly, own.exception_on(date)) {
            (None, None) => &site.opening,
            _ => &own,
        };
        let mut starts = Vec::new();
        for (opens, closes) in hours.spans_on(date, &zone) {
            let mut start = opens;
            while start < closes {
                let end = after(start, self.duration_minutes);
                let fits = |span: &(Timestamp, Timestamp)| span.0 <= start && end <= span.1;
                if end <= closes && open.iter().any(fits) {
                    starts.push(start);
                }
                start = after(start, self.step().max(5));
            }
        }
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    /// Whether a slot begins at `start`, and on which date of the site.
    pub fn slot_at(&self, site: &Site, start: Timestamp) -> Option<Date> {
        let today = site.zone().to_datetime(start).date();
        // Spans of the night belong to the date on which they began.
        let dates = [Some(today), today.yesterday().ok()].into_iter().flatten();
        dates.into_iter().find(|date| self.starts_on(site, *date).binary_search(&start).is_ok())
    }

    /// The beginnings of the slots that take up something of a stretch, with what is kept free around them, in order.
    pub fn starts_meeting(&self, site: &Site, within: Stretch) -> Vec<Timestamp> {
        let zone = site.zone();
        let date = |at: Timestamp| zone.to_datetime(at).date();
        // The earliest begins so long before it; spans of the night belong to the date on which they began.
        let first = date(after(within.from, -(self.duration_minutes + self.buffer_after_minutes)));
        let last = date(after(within.until, self.buffer_before_minutes));
        let dates = std::iter::successors(first.yesterday().ok(), |date| date.tomorrow().ok());
        let mut starts: Vec<Timestamp> = dates
            .take_while(|date| *date <= last)
            .flat_map(|date| self.starts_on(site, date))
            .filter(|start| self.busy(*start).meets(&within))
            .collect();
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    /// The first and the last moment at which a slot may begin that is booked at `now`.
    pub fn bookable(&self, now: Timestamp, staff: bool) -> (Timestamp, Timestamp) {
        let lead = if staff { 0 } else { self.lead_minutes };
        (after(now, lead), after(now, self.days_ahead(staff) * 1_440))
    }

    /// How many days ahead a slot can be booked.
    pub fn days_ahead(&self, staff: bool) -> i64 {
        if staff { MOST_DAYS } else { self.horizon_days }
    }
}

/// How many days ahead anybody books.
const MOST_DAYS: i64 = 730;

/// When the site is open around a date: its spans of the day before, which may reach into it, and of the next, with
/// spans that touch made one.
fn open_around(site: &Site, date: Date, zone: &TimeZone) -> Vec<(Timestamp, Timestamp)> {
    if site.status != SiteStatus::Active {
        return Vec::new();
    }
    let days = [date.yesterday().ok(), Some(date), date.tomorrow().ok()];
    let spans = days.into_iter().flatten().flat_map(|day| site.opening.spans_on(day, zone));
    let mut open: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (from, until) in spans {
        match open.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => open.push((from, until)),
        }
    }
    open
}

/// A stretch that an appointment takes up, and for how many people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// When.
    pub stretch: Stretch,
    /// How many people come.
    pub people: i64,
}

impl Rules {
    /// The most places that are taken at one moment of `within`.
    pub fn peak(&self, taken: &[Taken], within: Stretch) -> i64 {
        let during = |moment: Timestamp| -> i64 {
            let then = taken.iter().filter(|t| t.stretch.from <= moment && moment < t.stretch.until);
            then.map(|t| self.places(t.people)).sum()
        };
        // It is highest where one begins.
        let begins =
            taken.iter().filter(|t| t.stretch.meets(&within)).map(|t| t.stretch.from.max(within.from));
        begins.map(during).max().unwrap_or(0)
    }
}

/// A slot and how many places are left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Slot {
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// How many places are left, where all who are asked for fit in; 0 for a full one.
    pub free: i64,
}

usher_kernel::text_enum! {
    /// Whether a day can be booked, and why not.
    pub enum DayState {
        /// It has a free place.
        Free = "free",
        /// Every place is taken.
        Full = "full",
        /// It is over, or too near to be booked.
        TooSoon = "too_soon",
        /// It is too far ahead.
        TooFar = "too_far",
        /// Nothing is offered.
        Closed = "closed",
    }
}

/// The slots of a date.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Day {
    /// The date in the site's time zone.
    pub date: Date,
    /// Whether it can be booked, and why not.
    pub state: DayState,
    /// What the door says of it: the name of a holiday.
    pub name: Option<String>,
    /// Its slots that can be booked by their time, full ones too.
    pub slots: Vec<Slot>,
}

#[cfg(test)]
#[path = "slots_tests.rs"]
mod tests;
