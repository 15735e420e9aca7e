//! Early in a surge only short waits have ended. Those who still wait have waited so long at the least: where that is more
//! for each place that they moved up than the pace says, waits become longer.
//!
//! A correction knows it by its features. Without one, estimates rise by what the logs bear: see ADR 8.

use super::prior::Prior;
use super::situation::{Situation, within};

/// How many places at the usual pace count beside what those who wait have seen.
const STRENGTH: f64 = 1.0;
/// By which power of it an estimate rises.
const POWER: f64 = 0.15;
/// More than so many times the pace is no different from more.
const MOST: f64 = 6.0;

/// By how much an estimate without a correction is longer than its prior says; 1 leaves it.
pub(super) fn surge(situation: &Situation, prior: &Prior) -> f64 {
    // On the average of all who wait: they saw the same calls.
    let people = situation.waiting.max(1.0);
    let waited = situation.crowd.waited / people + STRENGTH * prior.pace;
    let expected = (situation.crowd.moved / people + STRENGTH) * prior.pace;
    within(waited / expected, 1.0, MOST, 1.0).powf(POWER)
}
