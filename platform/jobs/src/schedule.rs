//! When recurring work comes back.

use usher_db::Tx;
use usher_kernel::{Fault, SignedDuration, TimeZone, Timestamp, civil};

/// How often.
#[derive(Clone, Debug)]
pub enum Schedule {
    /// Every so often, the first time at once. What was missed while nobody ran is done once.
    Every(SignedDuration),
    /// Each day at a local time. Where the clocks skip it, as much later; where they show it twice, at the
    /// first.
    Daily {
        /// The time of day.
        at: civil::Time,
        /// Whose time.
        zone: TimeZone,
    },
}

impl Schedule {
    /// When work that has never run begins.
    pub(crate) fn first(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Every(_) => now,
            Self::Daily { .. } => self.after(now),
        }
    }

    /// The first time after `now`.
    pub(crate) fn after(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Every(period) => now.saturating_add(*period).unwrap_or(Timestamp::MAX),
            Self::Daily { at, zone } => {
                let today = now.to_zoned(zone.clone()).date();
                [
                    Some(today),
                    today.tomorrow().ok(),
                    today.tomorrow().ok().and_then(|day| day.tomorrow().ok()),
                ]
                .into_iter()
                .flatten()
                .filter_map(|day| day.to_datetime(*at).to_zoned(zone.clone()).ok())
                .map(|moment| moment.timestamp())
                .find(|moment| *moment > now)
                .unwrap_or(Timestamp::MAX)
            }
        }
    }
}

/// Work that comes back: cleaning up, day ends, reports. On one node at a time; its effects and its next time
/// are one transaction.
pub trait Recurring: Send + Sync + 'static {
    /// Its name, which its next time is kept under.
    fn name(&self) -> &'static str;

    /// When.
    fn schedule(&self) -> Schedule;

    /// Does the work, in a transaction across tenants. Large work is cut up: enqueue a job for each part.
    ///
    /// # Errors
    /// It is tried again, later each time, at most until its next regular time.
    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Fault>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_daily_time_survives_the_clocks_changing() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let half_past_two = Schedule::Daily { at: civil::time(2, 30, 0, 0), zone };
        // 29 March 2026: 02:00 becomes 03:00, so 02:30 is not there; 03:30 summer time is 01:30 UTC.
        assert_eq!(half_past_two.after(at("2026-03-28T12:00:00Z")), at("2026-03-29T01:30:00Z"));
        assert_eq!(half_past_two.after(at("2026-03-29T01:30:00Z")), at("2026-03-30T00:30:00Z"));
        // 25 October 2026: 02:30 is there twice; the first counts.
        assert_eq!(half_past_two.after(at("2026-10-24T12:00:00Z")), at("2026-10-25T00:30:00Z"));
        assert_eq!(half_past_two.after(at("2026-10-25T00:30:00Z")), at("2026-10-26T01:30:00Z"));
    }

    #[test]
    fn a_period_begins_at_once() {
        let hourly = Schedule::Every(SignedDuration::from_hours(1));
        let now = at("2026-03-28T12:00:00Z");
        assert_eq!(hourly.first(now), now);
        assert_eq!(hourly.after(now), at("2026-03-28T13:00:00Z"));
    }
}
