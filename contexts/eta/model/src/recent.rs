//! What has happened in a line lately, and what its waits were worth.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::fading::Fading;
use super::situation::{Key, Quote, Wall, within};

/// How far back happenings are counted, in seconds.
const HOUR: i64 = 3600;
/// How many waits, and how many calls on the busy clock, are kept one by one.
const LAST_WAITS: usize = 10;
const LAST_CALLS: usize = 15;
/// No more happenings of one kind are kept than this, however busy the hour.
const MOST: usize = 4096;

/// Times of the last hour.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Times(VecDeque<Wall>);

impl Times {
    pub(crate) fn push(&mut self, at: Wall) {
        // The clock was put back: what it had called the future is counted by nobody, and would never be let go of.
        while self.0.back().is_some_and(|last| last.0 > at.0) {
            self.0.pop_back();
        }
        while self.0.front().is_some_and(|first| first.0 < at.0.saturating_sub(HOUR)) || self.0.len() >= MOST
        {
            self.0.pop_front();
        }
        self.0.push_back(at);
    }

    /// The last one did not happen.
    pub(crate) fn take_back(&mut self) {
        self.0.pop_back();
    }

    /// How many in the `seconds` before `now`.
    #[expect(clippy::cast_precision_loss, reason = "at most a few thousand")]
    pub(crate) fn within(&self, seconds: i64, now: Wall) -> f64 {
        let from = Wall(now.0.saturating_sub(seconds));
        (self.0.len() - self.0.partition_point(|at| *at <= from)) as f64
    }

    pub(crate) fn last(&self) -> Option<Wall> {
        self.0.back().copied()
    }
}

/// One day of a line. A new day begins with an empty line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Today {
    day: i64,
    /// When the first person joined.
    pub(crate) first: Option<Wall>,
    /// When the last person joined.
    pub(crate) last: Option<Wall>,
    pub(crate) joins: Times,
    pub(crate) calls: Times,
    pub(crate) ends: Times,
    /// When each counter last called.
    pub(crate) active: BTreeMap<Key, Wall>,
    /// When the number of open counters last changed.
    pub(crate) staffed: Option<Wall>,
    waiting: u32,
    /// Minutes during which somebody waited, up to `touched`.
    busy: f64,
    touched: Wall,
    /// The busy clock at the last calls.
    called: VecDeque<f64>,
    /// Waits over their priors, weighted by the priors.
    pub(crate) factor: Fading,
}

impl Today {
    /// Minutes during which somebody waited, up to `now`.
    pub(crate) fn busy(&self, now: Wall) -> f64 {
        if self.waiting > 0 { self.busy + now.minutes_since(self.touched) } else { self.busy }
    }

    /// Minutes per place over the last `count` calls and the time since the last one; a call at `pace` is added, so that
    /// a single one does not say everything. Only time during which somebody waited counts: a line that stands
    /// still shows before the next call ends its wait.
    #[expect(clippy::cast_precision_loss, reason = "at most fifteen")]
    pub(crate) fn beat(&self, count: usize, now: Wall, pace: f64) -> Option<f64> {
        let count = count.min(self.called.len());
        let since = self.called.get(self.called.len().checked_sub(count.max(1))?)?;
        Some((self.busy(now) - since + pace) / (count as f64 + 1.0))
    }

    /// Minutes of waiting since the last call.
    pub(crate) fn since_call(&self, now: Wall) -> Option<f64> {
        self.called.back().map(|last| self.busy(now) - last)
    }

    fn touch(&mut self, at: Wall) {
        self.busy = self.busy(at);
        // A clock that was put back counts on from where it is: it would stand still until it is there once more.
        self.touched = at;
    }

    pub(crate) fn join(&mut self, at: Wall) {
        self.touch(at);
        self.first.get_or_insert(at);
        self.last = Some(at);
        self.joins.push(at);
        self.waiting = self.waiting.saturating_add(1);
    }

    pub(crate) fn leave(&mut self, at: Wall) {
        self.touch(at);
        self.waiting = self.waiting.saturating_sub(1);
    }

    fn uncall(&mut self, at: Wall) {
        self.touch(at);
        self.waiting = self.waiting.saturating_add(1);
        self.calls.take_back();
        self.called.pop_back();
    }

    pub(crate) fn call(&mut self, at: Wall, counter: Option<Key>) {
        self.leave(at);
        self.calls.push(at);
        if self.called.len() >= LAST_CALLS {
            self.called.pop_front();
        }
        self.called.push_back(self.busy);
        if let Some(counter) = counter {
            self.active.insert(counter, at);
        }
    }
}

/// A line's memory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Recent {
    today: Today,
    /// The last waits, in minutes, newest last.
    waits: VecDeque<f64>,
    /// The minute of the day at which the last person of a day joins.
    last_join: Fading,
    /// The share of people who leave before they are called.
    pub(crate) leaving: Fading,
    /// Waits over their priors: over the last few, over the last hundred, and how far from 1 they are.
    pub(crate) bias: Fading,
    pub(crate) level: Fading,
    pub(crate) spread: Fading,
    /// How many were called.
    pub(crate) outcomes: u32,
    by_service: BTreeMap<Key, Fading>,
    by_class: BTreeMap<u8, Fading>,
}

impl Recent {
    /// The day of `now`, when something has happened on it.
    pub(crate) fn today(&self, now: Wall) -> Option<&Today> {
        Some(&self.today).filter(|today| today.day == now.day())
    }

    /// When the last day began.
    pub(crate) fn began(&self) -> Wall {
        Wall(self.today.day.saturating_mul(86_400))
    }

    /// The day of `at`, begun when it is a new one.
    pub(crate) fn on(&mut self, at: Wall) -> &mut Today {
        if self.today.day != at.day() {
            if let Some(last) = self.today.last {
                self.last_join.add(last.minute(), 1.0, 7.0);
            }
            self.today = Today { day: at.day(), touched: at, ..Today::default() };
        }
        &mut self.today
    }

    pub(crate) fn call(&mut self, at: Wall, counter: Option<Key>, minutes: f64) {
        self.on(at).call(at, counter);
        self.leaving.add(0.0, 1.0, 350.0);
        self.outcome(minutes);
    }

    /// One more wait is known.
    pub(crate) fn outcome(&mut self, minutes: f64) {
        if self.waits.len() >= LAST_WAITS {
            self.waits.pop_front();
        }
        self.waits.push_back(within(minutes, 0.0, super::situation::LONGEST_MINUTES, 0.0));
        self.outcomes = self.outcomes.saturating_add(1);
    }

    /// The last call was taken back.
    pub(crate) fn uncall(&mut self, at: Wall, minutes: f64) {
        self.on(at).uncall(at);
        if let Some(place) = self.waits.iter().rposition(|wait| wait.total_cmp(&minutes).is_eq()) {
            self.waits.remove(place);
        }
        self.outcomes = self.outcomes.saturating_sub(1);
    }

    pub(crate) fn leave(&mut self, at: Wall) {
        self.on(at).leave(at);
        self.leaving.add(1.0, 1.0, 350.0);
    }

    /// The mean of the last `count` waits, in minutes.
    #[expect(clippy::cast_precision_loss, reason = "at most ten")]
    pub(crate) fn last_waits(&self, count: usize) -> Option<f64> {
        let count = count.min(self.waits.len());
        let sum = self.waits.iter().rev().take(count).sum::<f64>();
        (count > 0).then(|| sum / count as f64)
    }

    /// Minutes until the last person of a usual day joins.
    pub(crate) fn until_last_join(&self, now: Wall) -> Option<f64> {
        (!self.last_join.is_empty()).then(|| self.last_join.mean(0.0, 0.0) - now.minute())
    }

    /// Waits over priors of a service and of a priority class.
    pub(crate) fn kinds(&self, service: Key, class: u8) -> (f64, f64) {
        let mean = |kind: Option<&Fading>| kind.map_or(1.0, |kind| kind.mean(1.0, 20.0));
        (mean(self.by_service.get(&service)), mean(self.by_class.get(&class)))
    }

    /// Learns what a quote was worth.
    pub(crate) fn learn(&mut self, quote: &Quote, minutes: f64, at: Wall) {
        let ratio = within(minutes / quote.prior, 0.05, 5.0, 1.0);
        self.on(at).factor.add(ratio, quote.prior, 27.0);
        self.bias.add(ratio, 1.0, 6.6);
        self.level.add(ratio, 1.0, 34.0);
        self.spread.add((ratio - 1.0).abs(), 1.0, 34.0);
        self.by_service.entry(quote.service).or_default().add(ratio, 1.0, 69.0);
        self.by_class.entry(quote.class).or_default().add(ratio, 1.0, 69.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MORNING: Wall = Wall(20_000 * 86_400 + 9 * 3600);

    fn after(minutes: i64) -> Wall {
        Wall(MORNING.0 + minutes * 60)
    }

    #[test]
    fn the_beat_counts_only_time_in_which_somebody_waits() {
        let mut recent = Recent::default();
        for minute in [0, 0, 0] {
            recent.on(after(minute)).join(after(minute));
        }
        for minute in [2, 4, 6] {
            recent.call(after(minute), None, 1.0);
        }
        // Nobody waits for an hour; then somebody has waited for three minutes.
        recent.on(after(66)).join(after(66));
        let today = recent.today(after(69)).unwrap();
        assert_eq!(today.since_call(after(69)), Some(3.0));
        // Two calls in 2 + 3 minutes, and one more at a pace of 1.
        assert_eq!(today.beat(2, after(69), 1.0), Some(2.0));
        assert_eq!(Today::default().beat(2, after(69), 1.0), None);
    }

    #[test]
    fn a_clock_that_was_put_back_within_the_day_counts_on() {
        let mut recent = Recent::default();
        recent.on(after(0)).join(after(0));
        // For a moment it is ten hours ahead.
        recent.on(after(600)).join(after(600));
        recent.call(after(10), None, 10.0);
        let today = recent.today(after(16)).unwrap();
        assert_eq!(today.since_call(after(16)), Some(6.0));
    }

    #[test]
    fn a_new_day_begins_empty_but_keeps_its_waits() {
        let mut recent = Recent::default();
        recent.on(MORNING).join(MORNING);
        recent.call(after(4), None, 4.0);
        let tomorrow = Wall(MORNING.0 + 86_400);
        assert!(recent.today(tomorrow).is_none());
        assert_eq!(recent.last_waits(3), Some(4.0));
        recent.on(tomorrow).join(tomorrow);
        assert_eq!(recent.today(tomorrow).unwrap().calls.within(3600, tomorrow), 0.0);
        assert_eq!(recent.until_last_join(after(-30)), Some(30.0));
    }

    #[test]
    fn happenings_are_counted_back_to_a_moment() {
        let mut times = Times::default();
        for minute in [0, 50, 58, 59, 60] {
            times.push(after(minute));
        }
        assert_eq!(times.within(120, after(60)), 2.0);
        assert_eq!(times.within(3600, after(60)), 4.0);
        assert_eq!(times.last(), Some(after(60)));
    }

    #[test]
    fn a_clock_that_was_put_back_leaves_nothing_behind() {
        let mut times = Times::default();
        (0..500).for_each(|second| times.push(Wall(MORNING.0 + 86_400 + second)));
        for minute in 0..600 {
            times.push(after(minute));
            assert!(times.0.len() <= 61, "no more than the hour: {}", times.0.len());
            assert!(times.within(3600, after(minute)) <= 60.0);
        }
        assert_eq!(times.last(), Some(after(599)));
    }
}
