//! Keeps quantiles honest: of those told P90, nine in ten shall wait no longer, in every queue and for short and long
//! lines alike, whatever drifts.
//!
//! Adaptive conformal inference (Gibbs & Candès 2021, arXiv 2106.00170), in its form that moves the quantile itself
//! (Angelopoulos, Candès & Tibshirani 2023, "Conformal PID control for time series prediction", arXiv 2307.16895):
//! after each outcome the offset of a quantile at level τ moves by step × (τ − [wait ≤ quantile]), which makes
//! the long-run coverage τ without any assumption about the waits. An offset counts in widths of the raw range.
//! It is the sum of the queue's and of the one for the queue's class of line length.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::situation::{LEVELS, Wait};

/// How far one outcome moves an offset, in widths of the raw range.
const STEP: f64 = 0.01;
/// The median's place: it is the point estimate and stays as it is.
const MEDIAN: usize = 2;

/// The offsets of one queue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Calibration {
    joining: Offsets,
    /// What is added for those who wait already and are told anew.
    in_line: Offsets,
}

/// Offsets of all levels, of the queue and by class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Offsets {
    queue: [f64; LEVELS.len()],
    classes: BTreeMap<u8, [f64; LEVELS.len()]>,
}

impl Offsets {
    fn of(&self, class: u8) -> [f64; LEVELS.len()] {
        let mut offsets = self.queue;
        if let Some(own) = self.classes.get(&class) {
            offsets.iter_mut().zip(own).for_each(|(offset, own)| *offset += own);
        }
        offsets
    }

    fn learn(&mut self, wait: &Wait, class: u8, minutes: f64) {
        let class = self.classes.entry(class).or_default();
        for (level, (told, target)) in wait.levels().into_iter().zip(LEVELS).enumerate() {
            if level == MEDIAN {
                continue;
            }
            let step = STEP * (target - if minutes <= told { 1.0 } else { 0.0 });
            for offset in [&mut self.queue[level], &mut class[level]] {
                *offset = (*offset + step).clamp(-2.0, 3.0);
            }
        }
    }
}

/// Short lines behave unlike long ones: the class of a line by people ahead.
fn class(places: f64) -> u8 {
    [1.5, 3.5, 6.5, 11.5, 21.5].iter().fold(0, |class, bound| class + u8::from(places > *bound))
}

/// The width that offsets count in.
fn width(raw: &[f64; LEVELS.len()], prior: f64) -> f64 {
    (raw[LEVELS.len() - 1] - raw[0]).max(0.05 * prior).max(0.02)
}

impl Calibration {
    /// Raw quantiles, in minutes and in order, moved to where they hold, for somebody who joins or who waits already.
    pub(crate) fn apply(&self, raw: &[f64; LEVELS.len()], places: f64, prior: f64, in_line: bool) -> Wait {
        let (width, class) = (width(raw, prior), class(places));
        let mut offsets = self.joining.of(class);
        if in_line {
            offsets.iter_mut().zip(self.in_line.of(class)).for_each(|(offset, more)| *offset += more);
        }
        let mut moved = *raw;
        moved.iter_mut().zip(offsets).for_each(|(minutes, offset)| *minutes += offset * width);
        Wait::of(moved)
    }

    /// Learns that somebody told `wait` as they joined waited `minutes`.
    pub(crate) fn learn(&mut self, wait: &Wait, places: f64, minutes: f64) {
        self.joining.learn(wait, class(places), minutes);
    }

    /// Learns that somebody told `wait` while they waited was called `minutes` later.
    pub(crate) fn learn_again(&mut self, wait: &Wait, places: f64, minutes: f64) {
        self.in_line.learn(wait, class(places), minutes);
    }
}

/// The quantiles of wait ÷ prior over a whole tenant: what is told while there is no correction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ratios(pub(crate) [f64; LEVELS.len()]);

impl Default for Ratios {
    /// Nothing learned yet; the range is wide, as the first day is.
    fn default() -> Self {
        Self([0.3, 0.4, 1.0, 1.8, 2.4])
    }
}

impl Ratios {
    /// Follows each quantile by the gradient of the pinball loss (Koenker & Bassett 1978), on a
    /// multiplicative scale, and judges it as it was told: whoever is called now was told what held as they joined.
    pub(crate) fn learn(&mut self, ratio: f64, told: &[f64; LEVELS.len()]) {
        for ((quantile, told), target) in self.0.iter_mut().zip(told).zip(LEVELS) {
            let step = target - if ratio <= *told { 1.0 } else { 0.0 };
            *quantile = (*quantile * (1.0 + 0.01 * step)).clamp(0.01, 20.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told before it is moved, in minutes: of waits that lie evenly between 0 and 20.
    const RAW: [f64; LEVELS.len()] = [1.0, 2.0, 10.0, 18.0, 19.0];

    /// Spread evenly between 0 and 1, one after the other.
    fn even(n: u32) -> f64 {
        (f64::from(n) * 0.618_033_988_749_895).fract()
    }

    #[test]
    fn short_and_long_lines_of_one_queue_are_each_kept_honest() {
        // Who is next waits a fifth less than is told, and who stands behind thirty a quarter longer.
        let lines = [(1.0, 0.8), (31.0, 1.25)];
        let (mut calibration, each) = (Calibration::default(), 10_000_u32);
        let mut below = [[0.0_f64; LEVELS.len()]; 2];
        for n in 0..each {
            for ((places, longer), below) in lines.into_iter().zip(&mut below) {
                let minutes = 20.0 * longer * even(n);
                let wait = calibration.apply(&RAW, places, 10.0, false);
                for (count, told) in below.iter_mut().zip(wait.levels()) {
                    *count += if minutes <= told { 1.0 } else { 0.0 };
                }
                calibration.learn(&wait, places, minutes);
            }
        }
        for ((places, _), below) in lines.into_iter().zip(below) {
            for (level, (count, target)) in below.into_iter().zip(LEVELS).enumerate() {
                let share = count / f64::from(each);
                // The median is not moved: it is the point estimate.
                let most = if level == MEDIAN { 0.2 } else { 0.01 };
                assert!((share - target).abs() < most, "of {places} places {share} within {target}");
            }
        }
        let told = |places| calibration.apply(&RAW, places, 10.0, false);
        assert!(told(1.0).p90 < 15.5 && told(31.0).p90 > 21.0, "{:?} {:?}", told(1.0), told(31.0));
        assert_eq!((told(1.0).p50, told(31.0).p50), (10.0, 10.0));
    }

    #[test]
    fn who_waits_already_is_calibrated_on_top_and_moves_nothing_for_those_who_join() {
        let mut calibration = Calibration::default();
        let joining = calibration.apply(&RAW, 4.0, 10.0, false);
        for n in 0..5_000 {
            let wait = calibration.apply(&RAW, 4.0, 10.0, true);
            calibration.learn_again(&wait, 4.0, 12.0 * even(n));
        }
        assert_eq!(calibration.apply(&RAW, 4.0, 10.0, false), joining);
        let in_line = calibration.apply(&RAW, 4.0, 10.0, true);
        assert!(in_line.p95 < 0.75 * joining.p95, "{in_line:?} {joining:?}");
    }
}
