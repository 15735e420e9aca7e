//! The forecaster of one tenant: it sees what happens, says how long a wait will be, and learns from the wait.
//!
//! It has no clock and draws no chance: the same events give the same estimates to the bit, also when its state was
//! stored and read again in between.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calibration::{Calibration, Ratios};
use super::durations::Durations;
use super::fading::Fading;
use super::features::{Around, Features};
use super::lessons::Lesson;
use super::prior::{Circles, Pace};
use super::recent::{Recent, Times};
use super::situation::{Key, LONGEST_MINUTES, Quote, Situation, Wait, Wall};
use super::surge::surge;
use super::trees::Forest;

/// A wait so many times its prior says no more to the correction than one still longer.
const MOST_RATIO: f64 = 12.0;
/// The same for how much a long wait weighs, in minutes.
const MOST_WEIGHT: f64 = 400.0;

/// Something that happened in a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// When.
    pub at: Wall,
    /// In which line.
    pub queue: Key,
    /// Where.
    pub site: Key,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// Somebody joined.
    Joined {
        /// Counters open at that moment.
        counters: f64,
    },
    /// Somebody was called.
    Called {
        /// To which counter, where that is known.
        counter: Option<Key>,
        /// How long they had waited, in minutes.
        minutes: f64,
    },
    /// The last call was taken back: they wait again, as if they had not been called.
    Uncalled {
        /// How long they had waited, in minutes.
        minutes: f64,
    },
    /// Somebody says how long they waited who is not seen otherwise.
    Reported {
        /// In minutes.
        minutes: f64,
    },
    /// Somebody left without being called.
    Left,
    /// Somebody is out of the line who did not leave it: away for a while, or sent home.
    Away,
    /// A service ended.
    Finished {
        /// Which.
        service: Key,
        /// How long the counter was taken, in minutes.
        minutes: f64,
    },
    /// A counter opened, closed, paused or resumed.
    Staffed,
}

/// Who waits behind so many is told anew, and that is learned from: places that lie apart like classes of line length.
pub const REQUOTED: [usize; 7] = [0, 1, 2, 4, 8, 16, 32];

/// What one queue has taught.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Queue {
    pace: Pace,
    durations: Durations,
    recent: Recent,
    calibration: Calibration,
}

/// What a site's lines have in common.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Site {
    calls: Times,
    factor: Fading,
    day: i64,
}

/// All that one tenant's lines have taught; nothing of it reaches another tenant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Forecaster {
    queues: BTreeMap<Key, Queue>,
    sites: BTreeMap<Key, Site>,
    circles: Circles,
    ratios: Ratios,
    correction: Option<Forest>,
}

impl Forecaster {
    /// Sees what happens.
    pub fn observe(&mut self, event: &Event) {
        let at = event.at;
        let queue = self.queues.entry(event.queue).or_default();
        match event.what {
            What::Joined { counters } => {
                queue.pace.staffed(counters);
                queue.recent.on(at).join(at);
            }
            What::Called { counter, minutes } => {
                queue.recent.call(at, counter, minutes);
                self.sites.entry(event.site).or_default().calls.push(at);
            }
            What::Uncalled { minutes } => {
                queue.recent.uncall(at, minutes);
                self.sites.entry(event.site).or_default().calls.take_back();
            }
            What::Reported { minutes } => queue.recent.outcome(minutes),
            What::Left => queue.recent.leave(at),
            What::Away => queue.recent.on(at).leave(at),
            What::Finished { service, minutes } => {
                queue.durations.learn(service, minutes);
                queue.recent.on(at).ends.push(at);
            }
            What::Staffed => queue.recent.on(at).staffed = Some(at),
        }
    }

    /// What `service` takes in `queue`, in minutes.
    pub fn service_minutes(&self, queue: Key, service: Key, declared: f64) -> f64 {
        self.queues.get(&queue).map_or(declared, |queue| queue.durations.of(service, declared))
    }

    /// What is left of a service that has taken `elapsed` minutes.
    pub fn remaining_minutes(&self, queue: Key, service: Key, elapsed: f64, declared: f64) -> f64 {
        let fresh = Durations::default();
        let durations = self.queues.get(&queue).map_or(&fresh, |queue| &queue.durations);
        durations.remaining(service, elapsed, declared)
    }

    /// How long the wait in `situation` will be.
    pub fn estimate(&self, situation: &Situation) -> Quote {
        self.estimate_with(situation, self.correction(situation.now))
    }

    /// How many people of a queue were called so far.
    pub(crate) fn outcomes(&self, queue: Key) -> u32 {
        self.queues.get(&queue).map_or(0, |queue| queue.recent.outcomes)
    }

    /// Whether any queue has taught how long people wait: it is lent to one that has no history of its own.
    pub fn lends(&self) -> bool {
        self.circles.know_any()
    }

    /// How many counters usually serve a queue when somebody joins it; none where nobody was seen joining it yet.
    pub(crate) fn usual_counters(&self, queue: Key) -> Option<f64> {
        self.queues.get(&queue)?.pace.usual()
    }

    /// The beginning of the last day of a queue: what is learned late is not learned for a day that is over.
    pub(crate) fn today(&self, queue: Key) -> Wall {
        self.queues.get(&queue).map_or(Wall::default(), |queue| queue.recent.began())
    }

    /// The share of people who leave a queue before they are called.
    pub fn leaving(&self, queue: Key) -> f64 {
        self.queues.get(&queue).map_or(0.0, |queue| queue.recent.leaving.mean(0.0, 20.0).clamp(0.0, 0.9))
    }

    /// The same with a correction that is kept elsewhere.
    pub(crate) fn estimate_with(&self, situation: &Situation, correction: Option<&Forest>) -> Quote {
        let situation = situation.sane();
        let fresh = Queue::default();
        let queue = self.queues.get(&situation.queue).unwrap_or(&fresh);
        let service = queue.durations.mean(situation.declared);
        let prior = queue.pace.prior(&self.circles, &situation, service).early(&queue.recent);
        let site = self.sites.get(&situation.site);
        let same_day = site.filter(|site| site.day == situation.now.day());
        let around = Around {
            prior,
            pace: &queue.pace,
            recent: &queue.recent,
            today: queue.recent.today(situation.now).filter(|_| situation.live),
            service,
            site_calls: site.filter(|_| situation.live).map(|site| &site.calls),
            site_factor: same_day.map_or(1.0, |site| site.factor.mean(1.0, 3.0)),
        };
        let features = Features::of(&situation, &around);
        let surge = if correction.is_some() { 1.0 } else { surge(&situation, &prior) };
        let ratios = match correction {
            Some(forest) => forest.ratios(&features),
            None => self.ratios.0.map(|ratio| ratio * surge),
        };
        let mut raw = ratios.map(|ratio| (ratio * prior.minutes).clamp(0.0, LONGEST_MINUTES));
        raw.sort_by(f64::total_cmp);
        Quote {
            wait: queue.calibration.apply(&raw, prior.places, prior.minutes, situation.in_line),
            at: situation.now,
            queue: situation.queue,
            service: situation.service,
            site: situation.site,
            class: situation.class,
            places: prior.places,
            in_line: situation.in_line,
            prior: prior.minutes,
            formula: prior.formula,
            staffing: prior.staffing,
            surge,
            corrected: correction.is_some(),
            raw,
            features,
        }
    }

    /// Learns that the person of `quote`, who had to wait, was called `at` after `minutes`; gives what the correction
    /// can be trained on. Impossible waits teach nothing.
    pub fn learn(&mut self, quote: &Quote, minutes: f64, at: Wall) -> Option<Lesson> {
        if !minutes.is_finite() || !(0.0..=LONGEST_MINUTES).contains(&minutes) {
            return None;
        }
        let queue = self.queues.entry(quote.queue).or_default();
        queue.calibration.learn(&quote.wait, quote.places, minutes);
        queue.recent.learn(quote, minutes, at);
        queue.pace.learn(&mut self.circles, quote, minutes);
        let ratio = minutes / quote.prior;
        let plain = quote.prior * quote.surge;
        let told = if quote.corrected { self.ratios.0 } else { quote.raw.map(|minutes| minutes / plain) };
        self.ratios.learn(minutes / plain, &told);
        let site = self.sites.entry(quote.site).or_default();
        if site.day != at.day() {
            site.day = at.day();
            site.factor = Fading::default();
        }
        site.factor.add(ratio.clamp(0.05, 5.0), quote.prior, 55.0);
        Some(Lesson {
            features: quote.features,
            ratio: ratio.min(MOST_RATIO),
            weight: quote.prior.min(MOST_WEIGHT),
            at,
        })
    }

    /// Learns what a quote was worth that somebody was told who waited already, and was called `minutes` later: it
    /// calibrates those quotes and teaches nothing else, for how long they waited is learned from what they were told
    /// first.
    pub fn learn_again(&mut self, queue: Key, wait: &Wait, places: f64, minutes: f64) {
        if minutes.is_finite() && (0.0..=LONGEST_MINUTES).contains(&minutes) {
            self.queues.entry(queue).or_default().calibration.learn_again(wait, places, minutes);
        }
    }

    /// Uses `forest` from now on.
    pub fn adopt(&mut self, forest: Forest) {
        self.correction = Some(forest);
    }

    /// Uses none from now on.
    pub(crate) fn drop_correction(&mut self) {
        self.correction = None;
    }

    /// The correction that the last training left, stale or not.
    pub(crate) fn champion(&self) -> Option<&Forest> {
        self.correction.as_ref()
    }

    /// The correction in use at `now`; none when there is none, or it is stale.
    pub fn correction(&self, now: Wall) -> Option<&Forest> {
        self.correction.as_ref().filter(|forest| forest.is_fresh(now))
    }
}
