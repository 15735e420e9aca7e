//! Durations as a histogram that can be added to and taken from.
//!
//! Buckets grow by five per cent: bucket 0 holds what is shorter than a second, bucket *n* what lies between
//! 1.05ⁿ⁻¹ and 1.05ⁿ seconds, up to a week (everything longer counts as a week). A percentile is answered with
//! 2·1.05ⁿ ÷ 2.05 seconds, which is at most 2.44 % off every value of the bucket (the scheme of DDSketch, Masson
//! et al. 2019). Counts are whole numbers, so histograms of any periods add up exactly, and what was added can
//! be taken out again; the sum is kept beside them, so a mean is exact.

/// How much wider each bucket is than the one before.
const GROWTH: f64 = 1.05;
/// A week, the longest duration that is told apart.
const LONGEST_SECONDS: f64 = 604_800.0;
/// Milliseconds of a second.
const MILLIS: f64 = 1000.0;

/// Durations by bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// The exact sum, in milliseconds.
    sum: i64,
    /// How many by bucket; as long as the highest bucket that was touched.
    buckets: Vec<i64>,
}

impl Histogram {
    /// Counts `times` durations of `micros` microseconds; a negative number takes them out again.
    pub fn count(&mut self, micros: i64, times: i64) {
        let micros = micros.max(0);
        self.sum += times * (micros / 1000);
        *self.bucket_mut(bucket_of(micros)) += times;
    }

    /// Adds another histogram `times` over; -1 takes it out.
    pub fn add(&mut self, other: &Self, times: i64) {
        self.sum += times * other.sum;
        for (n, count) in other.buckets.iter().enumerate().filter(|(_, count)| **count != 0) {
            *self.bucket_mut(n) += times * count;
        }
    }

    /// How many durations there are.
    pub fn len(&self) -> i64 {
        self.buckets.iter().sum()
    }

    /// Whether there is none, and nothing to take out either.
    pub fn is_empty(&self) -> bool {
        self.sum == 0 && self.buckets.iter().all(|count| *count == 0)
    }

    /// The mean in minutes; none where there is nothing.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds and counts of people")]
    pub fn mean_minutes(&self) -> Option<f64> {
        let count = self.len();
        (count > 0).then(|| self.sum as f64 / MILLIS / 60.0 / count as f64)
    }

    /// All of it together in minutes.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds")]
    pub fn total_minutes(&self) -> f64 {
        self.sum as f64 / MILLIS / 60.0
    }

    /// The nearest-rank percentile in minutes, within 2.44 %; none where there is nothing.
    pub fn percentile_minutes(&self, percent: i64) -> Option<f64> {
        let count = self.len();
        if count <= 0 {
            return None;
        }
        let rank = (count * percent + 99) / 100;
        let mut seen = 0;
        for (n, here) in self.buckets.iter().enumerate() {
            seen += here;
            if seen >= rank.max(1) {
                return Some(seconds_of(n) / 60.0);
            }
        }
        None
    }

    /// How many of a hundred took at most so many minutes.
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    pub fn within_percent(&self, minutes: f64) -> Option<f64> {
        let count = self.len();
        let within: i64 = self
            .buckets
            .iter()
            .enumerate()
            .take_while(|(n, _)| seconds_of(*n) <= minutes * 60.0)
            .map(|(_, count)| count)
            .sum();
        (count > 0).then(|| 100.0 * within as f64 / count as f64)
    }

    /// Its sum and its buckets that are not zero, as they are stored.
    pub(crate) fn parts(&self) -> (i64, impl Iterator<Item = (usize, i64)> + Clone) {
        (self.sum, self.buckets.iter().copied().enumerate().filter(|(_, count)| *count != 0))
    }

    /// Adds one stored part.
    pub(crate) fn add_part(&mut self, bucket: usize, count: i64) {
        if bucket <= LAST_BUCKET {
            let here = self.bucket_mut(bucket);
            *here = here.saturating_add(count);
        }
    }

    /// Adds a stored sum; none where no such sum can be.
    pub(crate) fn add_sum(&mut self, sum: i64) -> Option<()> {
        self.sum = self.sum.checked_add(sum)?;
        Some(())
    }

    fn bucket_mut(&mut self, n: usize) -> &mut i64 {
        if self.buckets.len() <= n {
            self.buckets.resize(n + 1, 0);
        }
        &mut self.buckets[n]
    }
}

/// The bucket of a week: ⌈ln 604800 ÷ ln 1.05⌉.
const LAST_BUCKET: usize = 273;

#[expect(clippy::cast_precision_loss, reason = "microseconds of a week")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 273")]
fn bucket_of(micros: i64) -> usize {
    let seconds = (micros as f64 / 1e6).min(LONGEST_SECONDS);
    if seconds < 1.0 { 0 } else { ((seconds.ln() / GROWTH.ln()).floor() as usize + 1).min(LAST_BUCKET) }
}

/// What stands for a bucket: the value with the same relative distance to both of its ends.
fn seconds_of(bucket: usize) -> f64 {
    if bucket == 0 {
        return 0.0;
    }
    let upper = GROWTH.powi(i32::try_from(bucket).unwrap_or(i32::MAX));
    2.0 * upper / (1.0 + GROWTH)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn the_last_bucket_holds_a_week_and_what_is_longer() {
        assert_eq!(bucket_of(604_800 * SECOND), LAST_BUCKET);
        assert_eq!(bucket_of(i64::MAX), LAST_BUCKET);
        assert_eq!((bucket_of(0), bucket_of(SECOND - 1), bucket_of(SECOND)), (0, 0, 1));
    }

    #[test]
    fn what_is_taken_out_was_never_there() {
        let mut all = Histogram::default();
        all.count(90 * SECOND, 1);
        all.count(700 * SECOND, 1);
        all.count(700 * SECOND, -1);
        let mut one = Histogram::default();
        one.count(90 * SECOND, 1);
        assert_eq!(all.len(), 1);
        assert_eq!(all.percentile_minutes(90), one.percentile_minutes(90));
        one.count(90 * SECOND, -1);
        assert!(one.is_empty());
        assert_eq!((one.percentile_minutes(50), one.mean_minutes()), (None, None));
    }

    proptest! {
        /// The promise of the module: 2.44 % from a second on, whatever the period is put together from.
        #[test]
        fn percentiles_of_added_histograms_are_within_the_error(
            mut seconds in prop::collection::vec(1i64..86_400, 1..400),
            cut in 0usize..400,
            percent in 1i64..=100,
        ) {
            let cut = cut.min(seconds.len());
            let (mut first, mut second) = (Histogram::default(), Histogram::default());
            seconds[..cut].iter().for_each(|s| first.count(s * SECOND, 1));
            seconds[cut..].iter().for_each(|s| second.count(s * SECOND, 1));
            first.add(&second, 1);
            seconds.sort_unstable();
            let rank = usize::try_from((i64::try_from(seconds.len()).unwrap() * percent + 99) / 100).unwrap();
            #[expect(clippy::cast_precision_loss, reason = "seconds of a day")]
            let exact = seconds[rank - 1] as f64 / 60.0;
            let told = first.percentile_minutes(percent).unwrap();
            prop_assert!((told - exact).abs() <= exact * 0.0245, "{told} for {exact}");
            #[expect(clippy::cast_precision_loss, reason = "seconds of a day")]
            let mean = seconds.iter().sum::<i64>() as f64 / 60.0 / seconds.len() as f64;
            prop_assert!((first.mean_minutes().unwrap() - mean).abs() < 1e-6);
        }
    }
}
