//! The estimates that others give, to be measured beside ours.

use std::collections::VecDeque;

/// How many waits and services the means are of.
const LAST: usize = 10;
/// Where no ends are recorded: how many times between calls stand in for services, and the longest believed.
const LAST_GAPS: usize = 100;
const LONGEST_GAP: f64 = 30.0;

/// What each of them says, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Baselines {
    /// The mean of the last ten waits.
    pub moving_average: f64,
    /// People in line × mean of the last ten services ÷ counters.
    pub seed_formula: f64,
    /// The wait of the last to enter service.
    pub les: f64,
    /// How long the head of the line has waited; LES when nobody waits.
    pub hol: f64,
}

/// The last values of something.
#[derive(Clone, Debug, Default)]
struct Last(VecDeque<f64>);

impl Last {
    fn push(&mut self, value: f64, keep: usize) {
        if self.0.len() >= keep {
            self.0.pop_front();
        }
        self.0.push_back(value);
    }

    #[expect(clippy::cast_precision_loss, reason = "at most a hundred")]
    fn mean(&self) -> Option<f64> {
        (!self.0.is_empty()).then(|| self.0.iter().sum::<f64>() / self.0.len() as f64)
    }
}

/// What the baselines know of one queue.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    waits: Last,
    services: Last,
    gaps: Last,
    last_call: Option<f64>,
}

impl History {
    /// Somebody was called at `minute` of the log, after `waited` minutes.
    pub(super) fn call(&mut self, waited: f64, minute: f64, counters: f64, line_stood: bool) {
        self.waits.push(waited, LAST);
        if let Some(last) = self.last_call.filter(|_| line_stood) {
            self.gaps.push((minute - last).clamp(0.0, LONGEST_GAP) * counters.max(1.0), LAST_GAPS);
        }
        self.last_call = Some(minute);
    }

    /// Somebody was served in `minutes`.
    pub(super) fn serve(&mut self, minutes: f64) {
        self.services.push(minutes, LAST);
    }

    /// What each says of a line in which `waiting` people stand, the first of them for `head` minutes.
    pub(super) fn say(&self, waiting: f64, counters: f64, head: Option<f64>, declared: f64) -> Baselines {
        let les = self.waits.0.back().copied().unwrap_or(0.0);
        let service = self.services.mean().or_else(|| self.gaps.mean()).unwrap_or(declared);
        Baselines {
            moving_average: self.waits.mean().unwrap_or(0.0),
            seed_formula: waiting * service / counters.max(1.0),
            les,
            hol: head.unwrap_or(les),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_baselines_of_a_line_counted_by_hand() {
        let mut history = History::default();
        for (waited, minute) in [(3.0, 10.0), (5.0, 12.0), (10.0, 16.0)] {
            history.call(waited, minute, 2.0, true);
        }
        history.serve(4.0);
        history.serve(8.0);
        let said = history.say(3.0, 2.0, Some(7.0), 5.0);
        assert_eq!(
            said,
            Baselines { moving_average: 6.0, seed_formula: 9.0, les: 10.0, hol: 7.0 },
            "means of 3, 5, 10 and of 4, 8"
        );
    }

    #[test]
    fn without_ends_the_time_between_calls_stands_in() {
        let mut history = History::default();
        for minute in [0.0, 2.0, 6.0, 100.0] {
            history.call(1.0, minute, 2.0, true);
        }
        // Gaps 2, 4, and 94 taken as 30, each shared by two counters: a mean of 24.
        let said = history.say(1.0, 2.0, None, 5.0);
        assert_eq!((said.seed_formula, said.hol), (12.0, 1.0));
    }

    #[test]
    fn only_the_last_ten_waits_count() {
        let mut history = History::default();
        for waited in [100.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0] {
            history.call(waited, 0.0, 1.0, false);
        }
        assert!((history.say(0.0, 1.0, None, 5.0).moving_average - 1.1).abs() < 1e-12);
    }

    #[test]
    fn a_first_day_has_the_declared_duration_alone() {
        let said = History::default().say(4.0, 0.0, None, 5.0);
        assert_eq!(said, Baselines { moving_average: 0.0, seed_formula: 20.0, les: 0.0, hol: 0.0 });
    }
}
