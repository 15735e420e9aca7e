//! What the live line knows of somebody who asks how long it will take, and what they are told.

use serde::{Deserialize, Serialize};

use super::features::Features;

/// The quantiles of an estimate: P5, P10, P50, P90, P95.
pub const LEVELS: [f64; 5] = [0.05, 0.1, 0.5, 0.9, 0.95];
/// No wait is believed beyond a day.
pub(crate) const LONGEST_MINUTES: f64 = 24.0 * 60.0;
/// The longest line that is told apart from longer ones.
const MOST_PEOPLE: f64 = 100_000.0;

/// Names a queue, a service, a site or a counter; an id's 128 bits, or a number of the caller's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key(pub u128);

/// The time on the wall of a site: seconds since the start of 1970, without a time zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Wall(pub i64);

impl Wall {
    /// Days since the start of 1970.
    pub fn day(self) -> i64 {
        self.0.div_euclid(86_400)
    }

    /// Minutes since midnight.
    #[expect(clippy::cast_precision_loss, reason = "seconds of a day")]
    pub fn minute(self) -> f64 {
        self.0.rem_euclid(86_400) as f64 / 60.0
    }

    /// Which of the day's 48 half-hours it is.
    pub fn half_hour(self) -> usize {
        usize::try_from(self.0.rem_euclid(86_400) / 1800).unwrap_or(0)
    }

    /// Day of the week, 0 is Monday.
    #[expect(clippy::cast_precision_loss, reason = "0 to 6")]
    pub(crate) fn weekday(self) -> f64 {
        self.day().saturating_add(3).rem_euclid(7) as f64
    }

    /// Minutes from `earlier` to here; 0 when it is not earlier.
    #[expect(clippy::cast_precision_loss, reason = "seconds, far below 2^52")]
    pub fn minutes_since(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0).max(0) as f64 / 60.0
    }
}

/// The person at the head of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Head {
    /// How long they have waited, in minutes: a lower bound of their wait.
    pub waited: f64,
    /// How many people were ahead of them when they joined.
    pub places: f64,
}

/// Everybody who waits in a line, taken together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Crowd {
    /// The minutes that they have waited so far, summed.
    pub waited: f64,
    /// The places that they have moved up since they joined, summed.
    pub moved: f64,
}

/// What the services of a line still ask for, as far as the length of services is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work {
    /// [`super::Forecaster::service_minutes`] of everybody ahead, summed.
    pub ahead: f64,
    /// [`super::Forecaster::remaining_minutes`] of everybody being served, summed.
    pub remaining: f64,
    /// How many the counters of the line hold, those of other lines too where that is known.
    pub serving: f64,
    /// How long they have been served, in minutes, summed.
    pub elapsed: f64,
    /// How long the longest of them has been served, in minutes.
    pub longest: f64,
}

/// How things stand for one person who waits, or would join.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Situation {
    /// The time on the site's wall.
    pub now: Wall,
    /// Whether the line is asked about as it stands now. At another moment nobody is known to stand in it, and nothing has
    /// just happened.
    pub live: bool,
    /// The line.
    pub queue: Key,
    /// The service they want.
    pub service: Key,
    /// Where.
    pub site: Key,
    /// Their priority class; 0 is ordinary.
    pub class: u8,
    /// How many will really be called before them, as things stand.
    pub ahead: f64,
    /// How many others wait in the line altogether.
    pub waiting: f64,
    /// Whether they wait in it themselves already, and are told anew.
    pub in_line: bool,
    /// Open counters that serve the line.
    pub counters: f64,
    /// Counters that are paused and will come back.
    pub paused: f64,
    /// How many wait in the site's other lines.
    pub elsewhere: f64,
    /// Who is next, when somebody waits.
    pub head: Option<Head>,
    /// Everybody who waits.
    pub crowd: Crowd,
    /// What services still ask for; none where the end of a service is not recorded.
    pub work: Option<Work>,
    /// What the service takes by its declaration, in minutes.
    pub declared: f64,
}

impl Situation {
    /// The situation with every number in a range that can be real.
    pub(crate) fn sane(mut self) -> Self {
        let people = |n: f64| within(n, 0.0, MOST_PEOPLE, 0.0);
        let minutes = |n: f64| within(n, 0.0, LONGEST_MINUTES * MOST_PEOPLE, 0.0);
        self.ahead = people(self.ahead);
        self.waiting = people(self.waiting);
        self.counters = people(self.counters);
        self.paused = people(self.paused);
        self.elsewhere = people(self.elsewhere);
        self.declared = within(self.declared, 0.05, LONGEST_MINUTES, 5.0);
        self.head = self.head.map(|head| Head { waited: minutes(head.waited), places: people(head.places) });
        self.crowd = Crowd { waited: minutes(self.crowd.waited), moved: minutes(self.crowd.moved) };
        self.work = self.work.map(|work| Work {
            ahead: minutes(work.ahead),
            remaining: minutes(work.remaining),
            serving: people(work.serving),
            elapsed: minutes(work.elapsed),
            longest: minutes(work.longest),
        });
        self
    }
}

/// `value` between `low` and `high`; `otherwise` where it is no number.
pub(crate) fn within(value: f64, low: f64, high: f64, otherwise: f64) -> f64 {
    if value.is_nan() { otherwise } else { value.clamp(low, high) }
}

/// A wait in minutes, as a distribution: each value is at least the one before, finite, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    /// One in twenty waits less.
    pub p5: f64,
    /// One in ten waits less.
    pub p10: f64,
    /// Half wait less.
    pub p50: f64,
    /// Nine in ten wait less.
    pub p90: f64,
    /// Nineteen in twenty wait less.
    pub p95: f64,
}

impl Wait {
    /// Puts quantiles at [`LEVELS`] in order; the median stays where it is.
    pub(crate) fn of(minutes: [f64; LEVELS.len()]) -> Self {
        let [p5, p10, p50, p90, p95] = minutes.map(|m| within(m, 0.0, LONGEST_MINUTES, 0.0));
        let p10 = p10.min(p50);
        let p90 = p90.max(p50);
        Self { p5: p5.min(p10), p10, p50, p90, p95: p95.max(p90) }
    }

    /// The quantiles at [`LEVELS`].
    pub(crate) fn levels(&self) -> [f64; LEVELS.len()] {
        [self.p5, self.p10, self.p50, self.p90, self.p95]
    }
}

/// An estimate, with what it takes to learn from it once the wait is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// What the person is told.
    pub wait: Wait,
    /// When it was made.
    pub at: Wall,
    pub(crate) queue: Key,
    pub(crate) service: Key,
    pub(crate) site: Key,
    pub(crate) class: u8,
    /// People ahead, themselves included.
    pub places: f64,
    /// Whether they waited already.
    pub(crate) in_line: bool,
    /// The prior, in minutes.
    pub prior: f64,
    /// Minutes per place by the plain formula.
    pub(crate) formula: f64,
    /// Logarithm of the open counters over the usual ones.
    pub(crate) staffing: f64,
    /// By how much it is longer for those who have waited long; 1 with a correction, which knows of them.
    pub(crate) surge: f64,
    /// Whether a correction made it.
    #[serde(default)]
    pub(crate) corrected: bool,
    /// The quantiles before calibration.
    pub(crate) raw: [f64; LEVELS.len()],
    pub(crate) features: Features,
}

impl Quote {
    /// The median before calibration, in minutes.
    pub fn median(&self) -> f64 {
        self.raw[LEVELS.len() / 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_come_out_in_order_whatever_goes_in() {
        let wait = Wait::of([9.0, 12.0, 5.0, f64::NAN, -3.0]);
        assert_eq!(wait.levels(), [5.0, 5.0, 5.0, 5.0, 5.0]);
        let wait = Wait::of([-1.0, 1.0, 2.0, f64::INFINITY, 3.0]);
        assert_eq!(wait.levels(), [0.0, 1.0, 2.0, LONGEST_MINUTES, LONGEST_MINUTES]);
    }

    #[test]
    fn the_wall_clock_knows_its_day() {
        let monday = Wall(1_736_148_600);
        assert!((monday.weekday() - 0.0).abs() < 1e-12);
        assert_eq!((monday.day(), monday.half_hour()), (20_094, 15));
        assert!((Wall(-60).minute() - 1439.0).abs() < 1e-12);
        assert!((Wall(0).minutes_since(Wall(60)) - 0.0).abs() < 1e-12);
    }
}
