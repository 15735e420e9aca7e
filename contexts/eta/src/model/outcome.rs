//! What comes of many runs of a simulated day.

/// Waits are told apart to a quarter of a minute, up to a day.
const BIN: f64 = 0.25;
const BINS: usize = 5760;

/// Waits, gathered over many runs.
#[derive(Clone, Debug)]
pub struct Waits {
    bins: Vec<u32>,
    count: u64,
    /// Of how many a target says how long they may wait, and how many of those were called within it.
    promised: u64,
    met: u64,
    sum: f64,
}

impl Default for Waits {
    fn default() -> Self {
        Self { bins: vec![0; BINS], count: 0, promised: 0, met: 0, sum: 0.0 }
    }
}

impl Waits {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 5760")]
    pub(super) fn add(&mut self, minutes: f64, target: Option<f64>) {
        let bin = ((minutes / BIN) as usize).min(BINS - 1);
        self.bins[bin] = self.bins[bin].saturating_add(1);
        self.count += 1;
        if let Some(target) = target {
            self.promised += 1;
            self.met += u64::from(minutes <= target);
        }
        self.sum += minutes;
    }

    fn join(&mut self, other: &Self) {
        for (sum, more) in self.bins.iter_mut().zip(&other.bins) {
            *sum = sum.saturating_add(*more);
        }
        self.promised += other.promised;
        (self.count, self.met, self.sum) =
            (self.count + other.count, self.met + other.met, self.sum + other.sum);
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean, in minutes.
    #[expect(clippy::cast_precision_loss, reason = "a count of people")]
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }

    /// A quantile, in minutes.
    #[expect(clippy::cast_precision_loss, reason = "a count of people")]
    pub fn quantile(&self, level: f64) -> Option<f64> {
        let wanted = level * self.count as f64;
        let mut sum = 0.0;
        for (bin, count) in self.bins.iter().enumerate().filter(|(_, count)| **count > 0) {
            let next = sum + f64::from(*count);
            if next >= wanted {
                // Those who do not wait at all stand in the first bin.
                return Some((bin as f64 + ((wanted - sum) / f64::from(*count)).clamp(0.0, 1.0)) * BIN);
            }
            sum = next;
        }
        None
    }

    /// The share of those with a target that was called within it, in percent; none where nobody has one.
    #[expect(clippy::cast_precision_loss, reason = "a count of people")]
    pub fn met_percent(&self) -> Option<f64> {
        (self.promised > 0).then(|| 100.0 * self.met as f64 / self.promised as f64)
    }
}

/// What came of many runs.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How many.
    pub runs: u32,
    /// By line.
    pub lines: Vec<Waits>,
    /// By line and by the slot in which people joined: how many have a target, and how many of them were called within it.
    pub promises: Vec<Vec<(u64, u64)>>,
    /// How many waited at the end of each slot, run by run.
    pub lengths: Vec<Vec<u16>>,
    /// How many came, over all runs.
    pub came: u64,
    /// How many were called.
    pub called: u64,
}

impl Outcome {
    /// The waits of all lines together.
    pub fn all(&self) -> Waits {
        let mut all = Waits::default();
        self.lines.iter().for_each(|line| all.join(line));
        all
    }

    /// The share of those with a target who joined in a slot that was called within it, in percent.
    pub fn promise(&self, slot: usize) -> Option<f64> {
        percent(self.promises.iter().filter_map(|line| line.get(slot)))
    }

    /// The same of one line.
    pub fn promise_of(&self, line: usize, slot: usize) -> Option<f64> {
        percent(self.promises.get(line)?.get(slot).into_iter())
    }
}

/// How many of all were met, in percent.
#[expect(clippy::cast_precision_loss, reason = "a count of people")]
fn percent<'p>(promises: impl Iterator<Item = &'p (u64, u64)>) -> Option<f64> {
    let (count, met) = promises.fold((0, 0), |(count, met), (more, kept)| (count + more, met + kept));
    (count > 0).then(|| 100.0 * met as f64 / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_has_a_target_can_be_called_within_it() {
        let (mut promised, mut other) = (Waits::default(), Waits::default());
        [4.0, 12.0, 30.0].into_iter().for_each(|minutes| promised.add(minutes, Some(10.0)));
        (0..97).for_each(|_| other.add(1.0, None));
        assert_eq!((promised.met_percent(), other.met_percent()), (Some(100.0 / 3.0), None));
        let both = Outcome { lines: vec![promised, other], ..Outcome::default() }.all();
        assert_eq!((both.count(), both.met_percent()), (100, Some(100.0 / 3.0)));
    }
}
