//! What estimates were worth: each that was given at issue is kept with what became of it.
//!
//! A ticket has one score, of its first call, as long as it simply waits for that. Once it does not any more, or was sent back
//! after a call, it gets a mark: from then on nothing changes what is known of it, neither a later call nor one that is
//! taken back.

use schemars::JsonSchema;
use serde::Serialize;
use usher_queueing::model::{QueueId, ServiceId};

/// Bytes of one entry: the ticket, by how much it waited longer than the median, and than P90.
const SIZE: usize = 16;

/// One hour of a day on the site's wall, of one line and service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour {
    /// The line.
    pub queue: QueueId,
    /// Days since the start of 1970.
    pub day: i64,
    /// The hour, 0 to 23.
    pub hour: i64,
    /// The service.
    pub service: ServiceId,
}

/// One estimate and what became of it, in minutes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The last half of the ticket's id.
    pub ticket: u64,
    /// The wait less the median that was told.
    pub error: f32,
    /// The wait less the P90 that was told.
    pub beyond: f32,
}

/// The estimates of one hour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores(pub(crate) Vec<Score>);

impl Scores {
    /// What is stored; whatever cannot be read is no score.
    pub fn decode(bytes: &[u8]) -> Self {
        let one = |bytes: &[u8]| {
            let (ticket, rest) = bytes.split_first_chunk::<8>()?;
            let (error, rest) = rest.split_first_chunk::<4>()?;
            let beyond = rest.first_chunk::<4>()?;
            let (error, beyond) = (f32::from_le_bytes(*error), f32::from_le_bytes(*beyond));
            Some(Score { ticket: u64::from_le_bytes(*ticket), error, beyond })
        };
        Self(bytes.chunks_exact(SIZE).filter_map(one).collect())
    }

    /// As they are stored.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * SIZE);
        for score in &self.0 {
            bytes.extend(score.ticket.to_le_bytes());
            bytes.extend(score.error.to_le_bytes());
            bytes.extend(score.beyond.to_le_bytes());
        }
        bytes
    }

    /// Adds one; the first of a ticket stands.
    pub fn add(&mut self, score: Score) {
        if self.0.iter().all(|known| known.ticket != score.ticket) {
            self.0.push(score);
        }
    }

    /// The ticket no longer simply waits for its turn: what it waits from now on says nothing of the estimate, and what is
    /// known of it stands.
    pub fn close(&mut self, ticket: u64) {
        if !self.is_closed(ticket) {
            self.0.push(Score { ticket, error: f32::NAN, beyond: f32::NAN });
        }
    }

    /// The last call did not happen.
    pub fn take_back(&mut self, ticket: u64) {
        // Where the ticket was closed meanwhile, that was not the call that is kept.
        if !self.is_closed(ticket) {
            self.0.retain(|known| known.ticket != ticket);
        }
    }

    fn is_closed(&self, ticket: u64) -> bool {
        self.0.iter().any(|known| known.ticket == ticket && known.error.is_nan())
    }
}

/// What some estimates were worth, in minutes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct EstimateAccuracy {
    /// How many there were.
    pub estimates: i64,
    /// By how much the median was off on the average, in minutes; null where there was no estimate.
    pub mae_minutes: Option<f64>,
    /// Half of the medians were off by less.
    pub median_error_minutes: Option<f64>,
    /// How much longer people waited than the median said, on the average; below 0 where they waited less.
    pub bias_minutes: Option<f64>,
    /// The share that waited no longer than P90 said; 0.9 is what it promises.
    pub p90_coverage: Option<f64>,
}

impl EstimateAccuracy {
    /// What `scores` say together.
    #[expect(clippy::cast_precision_loss, reason = "a count of people")]
    pub fn of<'s>(scores: impl IntoIterator<Item = &'s Scores>) -> Self {
        let known = |score: &Score| score.error.is_finite() && score.beyond.is_finite();
        let all = scores.into_iter().flat_map(|scores| scores.0.iter().copied());
        let all: Vec<Score> = all.filter(known).collect();
        if all.is_empty() {
            return Self::default();
        }
        let count = all.len() as f64;
        let mut off: Vec<f64> = all.iter().map(|score| f64::from(score.error).abs()).collect();
        off.sort_by(f64::total_cmp);
        let (low, high) = (off[(off.len() - 1) / 2], off[off.len() / 2]);
        let covered = all.iter().filter(|score| score.beyond <= 0.0).count() as f64;
        let bias = all.iter().map(|score| f64::from(score.error)).sum::<f64>() / count;
        let round = |value: f64| Some((value * 1000.0).round() / 1000.0);
        Self {
            estimates: i64::try_from(all.len()).unwrap_or(i64::MAX),
            mae_minutes: round(off.iter().sum::<f64>() / count),
            median_error_minutes: round(f64::midpoint(low, high)),
            bias_minutes: round(bias),
            p90_coverage: round(covered / count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(ticket: u64, error: f32, beyond: f32) -> Score {
        Score { ticket, error, beyond }
    }

    #[test]
    fn a_hand_computed_case() {
        // Told 10 (P90 16), 5 (8), 4 (6); waited 12, 9, 3.
        let scores = Scores(vec![score(1, 2.0, -4.0), score(2, 4.0, 1.0), score(3, -1.0, -3.0)]);
        let accuracy = EstimateAccuracy::of([&scores]);
        assert_eq!(accuracy.estimates, 3);
        assert_eq!(accuracy.mae_minutes, Some(2.333));
        assert_eq!(accuracy.median_error_minutes, Some(2.0));
        assert_eq!(accuracy.bias_minutes, Some(1.667));
        assert_eq!(accuracy.p90_coverage, Some(0.667));
        assert_eq!(EstimateAccuracy::of([&Scores::default()]), EstimateAccuracy::default());
    }

    #[test]
    fn the_first_call_counts_and_can_be_taken_back() {
        let mut scores = Scores::default();
        scores.add(score(1, 2.0, 0.5));
        scores.add(score(2, 1.0, 0.5));
        scores.add(score(1, 3.0, 0.5));
        assert_eq!(Scores::decode(&scores.encode()), scores);
        assert_eq!(scores.0, [score(1, 2.0, 0.5), score(2, 1.0, 0.5)]);
        scores.take_back(2);
        assert_eq!(scores.0, [score(1, 2.0, 0.5)]);
    }

    #[test]
    fn who_lets_others_go_first_says_nothing_of_the_estimate() {
        let mut scores = Scores::default();
        scores.close(7);
        scores.add(score(7, 30.0, 20.0));
        scores.add(score(8, 1.0, -1.0));
        let read = Scores::decode(&scores.encode());
        assert_eq!(EstimateAccuracy::of([&read]).estimates, 1);
    }

    #[test]
    fn a_call_that_is_taken_back_opens_no_ticket_that_was_closed() {
        let mut scores = Scores::default();
        // Parked, called, taken back, called for good.
        scores.close(7);
        scores.add(score(7, 30.0, 20.0));
        scores.take_back(7);
        let mut read = Scores::decode(&scores.encode());
        read.add(score(7, 31.0, 21.0));
        assert_eq!(EstimateAccuracy::of([&read]).estimates, 0);
    }

    #[test]
    fn a_later_call_that_is_taken_back_leaves_the_first_as_it_was() {
        let mut scores = Scores::default();
        // Called, sent back into the line, called once more, taken back, called for good.
        scores.add(score(7, 2.0, -4.0));
        scores.close(7);
        scores.close(7);
        scores.add(score(7, 30.0, 20.0));
        scores.take_back(7);
        scores.add(score(7, 31.0, 21.0));
        assert_eq!(scores.0.len(), 2, "one score and one mark: {scores:?}");
        let accuracy = EstimateAccuracy::of([&Scores::decode(&scores.encode())]);
        assert_eq!((accuracy.estimates, accuracy.mae_minutes), (1, Some(2.0)));
    }
}
