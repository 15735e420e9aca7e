//! What comes of many runs of a simulated day.

/// Waits are told apart to a quarter of a minute, up to a day.
const BIN: f64 = 0.25;
const BINS: usize = 5760;

/// Waits, gathered over many runs: of those who were called, and of those who still wait at the end, as far as they got.
#[derive(Clone, Debug)]
pub struct Waits {
    bins: Vec<u32>,
    called: u64,
    left: u64,
    /// Of how many a target says how long they may wait, and how many of those were called within it.
    promised: u64,
    met: u64,
    sum: f64,
}

impl Default for Waits {
    fn default() -> Self {
        Self { bins: vec![0; BINS], called: 0, left: 0, promised: 0, met: 0, sum: 0.0 }
    }
}

impl Waits {
    /// Somebody was called.
    pub(super) fn add(&mut self, minutes: f64, target: Option<f64>) {
        self.count_in(minutes);
        self.called += 1;
        if let Some(target) = target {
            self.promised += 1;
            self.met += u64::from(minutes <= target);
        }
        self.sum += minutes;
    }

    /// Somebody still waits at the end. It will be longer than this: were they left out, a line would look the faster the
    /// fewer of it are called. Their promise is broken where it is past already; otherwise nobody knows.
    pub(super) fn leave(&mut self, minutes: f64, target: Option<f64>) {
        self.count_in(minutes);
        self.left += 1;
        self.promised += u64::from(target.is_some_and(|target| minutes > target));
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 5760")]
    fn count_in(&mut self, minutes: f64) {
        let bin = ((minutes / BIN) as usize).min(BINS - 1);
        self.bins[bin] = self.bins[bin].saturating_add(1);
    }

    fn join(&mut self, other: &Self) {
        for (sum, more) in self.bins.iter_mut().zip(&other.bins) {
            *sum = sum.saturating_add(*more);
        }
        (self.called, self.left) = (self.called + other.called, self.left + other.left);
        (self.promised, self.met) = (self.promised + other.promised, self.met + other.met);
        self.sum += other.sum;
    }

    /// How many were called.
    pub fn called(&self) -> u64 {
        self.called
    }

    /// The mean of those who were called, in minutes.
    #[expect(clippy::cast_precision_loss, reason = "a count of people")]
    pub fn mean(&self) -> Option<f64> {
        (self.called > 0).then(|| self.sum / self.called as f64)
    }

    /// A quantile over all who came, in minutes: whoever still waits at the end counts as long as they have waited by
    /// then. None where nobody came.
    #[expect(clippy::cast_precision_loss, reason = "a count of people")]
    pub fn quantile(&self, level: f64) -> Option<f64> {
        let wanted = level * (self.called + self.left) as f64;
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
        assert_eq!((both.called(), both.met_percent()), (100, Some(100.0 / 3.0)));
    }

    #[test]
    fn whoever_still_waits_counts_in_the_quantiles_and_is_not_called() {
        let mut waits = Waits::default();
        [2.0, 4.0].into_iter().for_each(|minutes| waits.add(minutes, None));
        let quick = waits.quantile(0.9).unwrap();
        (0..8).for_each(|_| waits.leave(60.0, None));
        assert_eq!((waits.called(), waits.mean(), waits.met_percent()), (2, Some(3.0), None));
        assert!(quick < 5.0 && waits.quantile(0.5).is_some_and(|wait| wait >= 60.0), "{waits:?}");
        // Of those with a target only whose promise is broken is judged.
        waits.leave(60.0, Some(90.0));
        assert_eq!(waits.met_percent(), None);
        waits.leave(60.0, Some(30.0));
        assert_eq!(waits.met_percent(), Some(0.0));
        assert_eq!(Waits::default().quantile(0.5), None);
    }
}
