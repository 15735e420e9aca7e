//! The prior: (people ahead + 1) × pace.
//!
//! Pace is minutes of waiting per place in the line, learned from what people really waited and not from the length
//! of services: so it carries along whatever slows a line down (breaks, shared counters, paperwork). It is
//! learned per queue and half-hour, and shrunk to what is known of wider circles while there is little history:
//! half-hour → queue → service → site → tenant → declared duration. Wider circles know it as a share of the plain
//! formula (minutes of a service ÷ open counters), which one queue can lend to another.
//!
//! More counters make it faster, by less than their number where counters are shared or the line is short: pace falls
//! with (open ÷ usual counters) to a power that each queue learns, a regression of logarithms through the origin.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fading::Fading;
use super::recent::Recent;
use super::situation::{Key, Quote, Situation, within};

/// After this many waits an old one weighs half: of a queue, lately, just now, and of a half-hour.
const SLOW: f64 = 150.0;
const LATELY: f64 = 50.0;
const JUST_NOW: f64 = 10.0;
const HALF_HOUR: f64 = 60.0;
/// The same for circles wider than a queue.
const SITE: f64 = 140.0;
const TENANT: f64 = 350.0;
/// How many places each wider circle is worth to the next narrower one.
const TENANT_STRENGTH: f64 = 3.0;
const CIRCLE_STRENGTH: f64 = 5.0;
const QUEUE_STRENGTH: f64 = 8.0;
const HALF_HOUR_STRENGTH: f64 = 200.0;
/// Pace over plain formula where nothing is known: a new line is short, and counters come free one after the other.
const FIRST_SHARE: f64 = 0.6;
/// A longer line teaches the wider circles no more than one of so many places.
const MOST_PLACES: f64 = 10.0;
/// Where the elasticity starts, and how much evidence that is worth.
const ELASTICITY: f64 = 0.5;
const ELASTICITY_STRENGTH: f64 = 3.0;
/// After this many waits an old one weighs half in the elasticity, in usual counters and in others alike.
const ELASTICITY_HALF_LIFE: f64 = 350.0;
/// How much the prior leans on the last waits at first, on how many, and after how many outcomes no more.
const EARLY_LEAN: f64 = 0.4;
const EARLY_WAITS: usize = 10;
const EARLY: f64 = 20.0;
/// What the prior is taken for before there is any outcome.
const UNKNOWN: f64 = 0.7;
/// A wait longer than this many times its prior (plus five minutes) counts as so long: a forgotten ticket shall
/// not teach the queue.
const OUTLIER: f64 = 4.0;

/// What one queue has taught of its pace, in minutes per place at the usual number of counters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pace {
    slow: Fading,
    lately: Fading,
    just_now: Fading,
    half_hours: BTreeMap<usize, Fading>,
    counters: Fading,
    /// Sums of the regression: logarithm of pace × logarithm of staffing, and of its square.
    slope: f64,
    spread: f64,
}

/// What wider circles know: pace as a share of the plain formula.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Circles {
    tenant: Fading,
    sites: BTreeMap<Key, Fading>,
    services: BTreeMap<Key, Fading>,
}

/// The prior of one situation and its parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prior {
    /// The estimate, in minutes.
    pub(crate) minutes: f64,
    /// People ahead, themselves included.
    pub(crate) places: f64,
    /// Minutes per place now.
    pub(crate) pace: f64,
    /// The queue's own over all hours, at its usual counters.
    pub(crate) slow: f64,
    /// This half-hour's, at the usual counters.
    pub(crate) half_hour: f64,
    /// Minutes per place by the plain formula.
    pub(crate) formula: f64,
    /// Usual counters.
    pub(crate) usual: f64,
    /// Logarithm of open over usual counters.
    pub(crate) staffing: f64,
}

impl Prior {
    /// While a queue has few outcomes its last waits say more than any pace could: the prior leans on them, less with
    /// each outcome. Before the first one it is taken lower: who opens a line seldom waits for a whole service.
    pub(crate) fn early(mut self, recent: &Recent) -> Self {
        let lean = EARLY_LEAN * (1.0 - f64::from(recent.outcomes) / EARLY).max(0.0);
        self.minutes = match recent.last_waits(EARLY_WAITS) {
            Some(waits) => (1.0 - lean) * self.minutes + lean * waits,
            None => UNKNOWN * self.minutes,
        };
        self.minutes = self.minutes.max(0.01);
        self
    }
}

impl Circles {
    /// Whether any queue has taught them anything.
    pub(crate) fn know_any(&self) -> bool {
        !self.tenant.is_empty()
    }

    /// Pace over plain formula where this queue has no history of its own.
    fn share(&self, site: Key, service: Key) -> f64 {
        let tenant = self.tenant.mean(FIRST_SHARE, TENANT_STRENGTH);
        let narrower =
            |circle: Option<&Fading>, wider| circle.map_or(wider, |c| c.mean(wider, CIRCLE_STRENGTH));
        let site = narrower(self.sites.get(&site), tenant);
        narrower(self.services.get(&service), site)
    }

    fn learn(&mut self, quote: &Quote, share: f64) {
        let weight = quote.places.min(MOST_PLACES);
        self.tenant.add(share, weight, TENANT);
        self.sites.entry(quote.site).or_default().add(share, weight, SITE);
        self.services.entry(quote.service).or_default().add(share, weight, SITE);
    }
}

impl Pace {
    /// Notes how many counters are open when somebody joins.
    pub(crate) fn staffed(&mut self, counters: f64) {
        self.counters.add(counters, 1.0, ELASTICITY_HALF_LIFE);
    }

    /// How many counters were open on the average when people joined; none where nobody was seen joining yet.
    pub(crate) fn usual(&self) -> Option<f64> {
        (!self.counters.is_empty()).then(|| self.counters.mean(0.0, 0.0))
    }

    /// By which power of the open counters the pace falls.
    fn elasticity(&self) -> f64 {
        let evidence = self.spread + ELASTICITY_STRENGTH;
        ((self.slope + ELASTICITY * ELASTICITY_STRENGTH) / evidence).clamp(0.0, 1.2)
    }

    /// The pace over the last handful of waits and over the last fifty, as shares of the slow one.
    pub(crate) fn tempo(&self, slow: f64) -> (f64, f64) {
        (self.just_now.mean(slow, 3.0) / slow, self.lately.mean(slow, 5.0) / slow)
    }

    /// The prior in `situation`, where a service takes `minutes`.
    pub(crate) fn prior(&self, circles: &Circles, situation: &Situation, minutes: f64) -> Prior {
        let open = situation.counters.max(0.5);
        let usual = self.counters.mean(open, 1.0).max(0.5);
        let staffing = (open / usual).ln();
        let share = circles.share(situation.site, situation.service);
        let slow = self.slow.mean(share * minutes / usual.max(1.0), QUEUE_STRENGTH).max(0.001);
        let half_hour = self.half_hours.get(&situation.now.half_hour());
        let half_hour = half_hour.map_or(slow, |own| own.mean(slow, HALF_HOUR_STRENGTH)).max(0.001);
        let pace = half_hour * (-self.elasticity() * staffing).exp();
        let places = situation.ahead + 1.0;
        let formula = minutes / situation.counters.max(1.0);
        Prior { minutes: places * pace, places, pace, slow, half_hour, formula, usual, staffing }
    }

    /// Learns that the person of `quote` waited `minutes`.
    pub(crate) fn learn(&mut self, circles: &mut Circles, quote: &Quote, minutes: f64) {
        let minutes = minutes.min(OUTLIER * quote.prior + 5.0);
        let pace = minutes / quote.places;
        let slow = self.slow.mean(quote.formula, QUEUE_STRENGTH).max(0.001);
        if quote.staffing != 0.0 {
            let keep = (-1.0 / ELASTICITY_HALF_LIFE).exp2();
            let faster = within((pace.max(0.001) / slow).ln(), -2.0, 2.0, 0.0);
            self.slope = self.slope * keep - faster * quote.staffing;
            self.spread = self.spread * keep + quote.staffing * quote.staffing;
        }
        let usual = pace * (self.elasticity() * quote.staffing).exp();
        self.slow.add(usual, quote.places, SLOW);
        self.half_hours.entry(quote.at.half_hour()).or_default().add(usual, quote.places, HALF_HOUR);
        self.lately.add(pace, quote.places, LATELY);
        self.just_now.add(pace, quote.places, JUST_NOW);
        circles.learn(quote, pace / quote.formula);
    }
}
