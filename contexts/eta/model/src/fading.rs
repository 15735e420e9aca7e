//! A mean that forgets.

use serde::{Deserialize, Serialize};

/// An exponentially discounted, weighted mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fading {
    sum: f64,
    weight: f64,
}

impl Fading {
    /// What has been 0 so many times, each with a weight of 1.
    pub(crate) fn of_nothing(times: u32, half_life: f64) -> Self {
        let keep = (-1.0 / half_life).exp2();
        Self { sum: 0.0, weight: (1.0 - keep.powf(f64::from(times))) / (1.0 - keep) }
    }

    /// Adds `value` with `weight`; after `half_life` further values it counts half.
    pub(crate) fn add(&mut self, value: f64, weight: f64, half_life: f64) {
        if value.is_finite() && weight.is_finite() && weight > 0.0 {
            let keep = (-1.0 / half_life).exp2();
            self.sum = self.sum * keep + value * weight;
            self.weight = self.weight * keep + weight;
        }
    }

    /// The mean, shrunk towards `otherwise` as if that had been seen with `strength` before.
    pub(crate) fn mean(&self, otherwise: f64, strength: f64) -> f64 {
        let weight = self.weight + strength;
        if weight > 0.0 { (self.sum + otherwise * strength) / weight } else { otherwise }
    }

    /// Whether nothing was added yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.weight <= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_mean_says_what_it_is_told() {
        assert!((Fading::default().mean(4.0, 3.0) - 4.0).abs() < 1e-12);
        assert!((Fading::default().mean(4.0, 0.0) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn what_was_seen_takes_over_from_what_was_told() {
        let mut mean = Fading::default();
        for _ in 0..30 {
            mean.add(10.0, 1.0, 1e9);
        }
        assert!((mean.mean(4.0, 10.0) - 8.5).abs() < 1e-6, "{mean:?}");
    }

    #[test]
    fn after_a_half_life_the_old_weighs_half() {
        let mut mean = Fading::default();
        mean.add(0.0, 1.0, 1.0);
        mean.add(3.0, 1.0, 1.0);
        assert!((mean.mean(0.0, 0.0) - 2.0).abs() < 1e-12, "{mean:?}");
    }

    #[test]
    fn nothing_many_times_is_as_if_it_had_been_added() {
        let mut added = Fading::default();
        for times in 0..50 {
            let (known, one) = (Fading::of_nothing(times, 10.0), added);
            assert!((known.weight - one.weight).abs() < 1e-9 && known.sum == 0.0, "{known:?} {one:?}");
            added.add(0.0, 1.0, 10.0);
        }
        assert!(Fading::of_nothing(0, 10.0).is_empty());
    }

    #[test]
    fn nonsense_is_no_part_of_it() {
        let mut mean = Fading::default();
        for (value, weight) in [(f64::NAN, 1.0), (1.0, f64::INFINITY), (1.0, -1.0), (1.0, 0.0)] {
            mean.add(value, weight, 10.0);
        }
        assert!(mean.is_empty());
    }
}
