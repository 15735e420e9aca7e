//! What people wait who find nobody before them and a counter free: not for others, only until somebody looks up and
//! calls. They say nothing of the pace of a line, and the pace says nothing of them.

use serde::{Deserialize, Serialize};

use crate::situation::{LEVELS, Wait};

/// How far one outcome moves a quantile, as a share of it.
const STEP: f64 = 0.03;
/// Quantiles lie between these, in minutes.
const RANGE: (f64, f64) = (0.02, 240.0);

/// The quantiles of such waits in one line, in minutes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AtOnce([f64; LEVELS.len()]);

impl Default for AtOnce {
    /// Nobody was seen yet: at once, or within a moment.
    fn default() -> Self {
        Self([0.05, 0.1, 0.5, 2.0, 3.5])
    }
}

impl AtOnce {
    pub(crate) fn wait(&self) -> Wait {
        Wait::of(self.0)
    }

    /// Follows each quantile by the gradient of the pinball loss (Koenker & Bassett 1978), on a multiplicative scale.
    pub(crate) fn learn(&mut self, minutes: f64) {
        if !minutes.is_finite() || minutes < 0.0 {
            return;
        }
        for (quantile, level) in self.0.iter_mut().zip(LEVELS) {
            let below = if minutes <= *quantile { 1.0 } else { 0.0 };
            *quantile = (*quantile * (1.0 + STEP * (level - below))).clamp(RANGE.0, RANGE.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_find_their_places() {
        let mut at_once = AtOnce::default();
        // A tenth of a minute to ten minutes, evenly.
        for n in 0_u32..20_000 {
            at_once.learn(f64::from((n * 7919) % 100 + 1) / 10.0);
        }
        let wait = at_once.wait();
        assert!((wait.p50 - 5.0).abs() < 0.5, "{wait:?}");
        assert!((wait.p90 - 9.0).abs() < 0.5, "{wait:?}");
        assert!((wait.p10 - 1.0).abs() < 0.3, "{wait:?}");
    }

    #[test]
    fn nonsense_teaches_nothing() {
        let mut at_once = AtOnce::default();
        [f64::NAN, f64::INFINITY, -1.0].into_iter().for_each(|minutes| at_once.learn(minutes));
        assert_eq!(at_once, AtOnce::default());
    }
}
