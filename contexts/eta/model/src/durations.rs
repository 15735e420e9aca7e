//! How long services take, learned from those that ended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fading::Fading;
use super::situation::{Key, within};

/// A service longer than this many minutes was forgotten, not served.
const LONGEST: f64 = 240.0;
/// After this many services of a queue an old one counts half.
const QUEUE_HALF_LIFE: f64 = 350.0;
/// The same for one service of a queue, which sees fewer.
const SERVICE_HALF_LIFE: f64 = 140.0;
/// How many services of its kind the queue's own mean is worth.
const STRENGTH: f64 = 5.0;
/// How many services the declared duration is worth.
const DECLARED: f64 = 1.0;

/// What is known of one queue's services.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Durations {
    any: Fading,
    by_service: BTreeMap<Key, Fading>,
}

impl Durations {
    /// Learns that a counter was taken for `minutes`, whatever came of it.
    pub(crate) fn learn(&mut self, service: Key, minutes: f64) {
        let minutes = within(minutes, 0.0, LONGEST, 0.0);
        self.any.add(minutes, 1.0, QUEUE_HALF_LIFE);
        self.by_service.entry(service).or_default().add(minutes, 1.0, SERVICE_HALF_LIFE);
    }

    /// The mean of the queue, whatever the service.
    pub(crate) fn mean(&self, declared: f64) -> f64 {
        self.any.mean(declared, DECLARED).max(0.05)
    }

    /// The mean of one service.
    pub(crate) fn of(&self, service: Key, declared: f64) -> f64 {
        let mean = self.mean(declared);
        self.by_service.get(&service).map_or(mean, |own| own.mean(mean, STRENGTH)).max(0.05)
    }

    /// What is left of a service that has taken `elapsed` minutes so far.
    ///
    /// Services are skewed to the right: the mean of what is left falls from the whole at the start to about
    /// six tenths of it, and stays there (the mean residual life of a log-normal whose deviation is some
    /// seven tenths of its mean).
    pub(crate) fn remaining(&self, service: Key, elapsed: f64, declared: f64) -> f64 {
        let mean = self.of(service, declared);
        mean * (0.6 + 0.4 * (-2.0 * elapsed.max(0.0) / mean).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_told_from_the_others_of_its_queue() {
        let mut durations = Durations::default();
        for _ in 0..200 {
            durations.learn(Key(1), 2.0);
            durations.learn(Key(2), 12.0);
        }
        assert!((durations.of(Key(1), 5.0) - 2.0).abs() < 0.3);
        assert!((durations.of(Key(2), 5.0) - 12.0).abs() < 0.5);
        assert!((durations.of(Key(3), 5.0) - 7.0).abs() < 0.3);
    }

    #[test]
    fn the_longer_it_has_taken_the_less_is_left() {
        let durations = Durations::default();
        let left = |elapsed| durations.remaining(Key(1), elapsed, 10.0);
        assert!((left(0.0) - 10.0).abs() < 1e-9);
        assert!(left(5.0) < left(1.0) && left(60.0) > 5.9);
    }
}
