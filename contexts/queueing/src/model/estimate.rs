//! The seam for wait-time estimates: what an estimator is told of a line, and what it answers.

use std::pin::Pin;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{SignedDuration, SiteId, TenantId, Timestamp};

use super::{Queue, QueueId, ServiceId};

usher_kernel::text_enum! {
    /// What an estimate rests on.
    pub enum EstimateBasis {
        /// The learned pace of this line, corrected by what else is known of how it stands.
        Corrected = "corrected",
        /// The learned pace of this line.
        Pace = "pace",
        /// A learned pace with little of its own history.
        Prior = "prior",
        /// The declared duration of the service.
        Declared = "declared",
        /// Nothing: nobody serves the line.
        None = "none",
    }
}

/// A line as an estimator sees it, for a ticket or a would-be ticket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineView {
    /// Whose line.
    pub tenant_id: TenantId,
    /// Where.
    pub site_id: SiteId,
    /// Which.
    pub queue_id: QueueId,
    /// What the person comes for.
    pub service_id: ServiceId,
    /// Their priority class: see [`class_number`](super::class_number).
    pub class: u8,
    /// How many come before them whom one of the counters that could call them could call as well, those outside without
    /// a ticket too.
    pub people_ahead: i64,
    /// How many people of other lines its counters take first, as far as that keeps them waiting: see
    /// [`others_first`](super::others_first).
    pub others_first: f64,
    /// How many others wait in this line.
    pub waiting: i64,
    /// Whether they wait in it themselves already.
    pub in_line: bool,
    /// How many open counters serve it, those of agents on a break left out.
    pub open_counters: i64,
    /// How many of those hold nobody and could call at once.
    pub free_counters: i64,
    /// How long one takes as declared, in minutes.
    pub default_minutes: f64,
    /// Now.
    pub now: Timestamp,
}

/// A wait as a range, in minutes; null when nobody serves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// What it rests on.
    pub basis: EstimateBasis,
    /// One in ten waits less.
    pub p10: Option<f64>,
    /// Half wait less.
    pub p50: Option<f64>,
    /// Nine in ten wait less.
    pub p90: Option<f64>,
    /// Whether any counter is open for this line whose agent is not on a break.
    pub serving: bool,
    /// Whether the site closes for the day before half of such waits are over, or has closed for it: who joins now is
    /// probably not called any more. False where nobody serves, for then nothing is known.
    pub after_closing: bool,
    /// How many finished waits it was learned from.
    pub samples: i64,
    /// When it was made.
    pub at: Timestamp,
    /// The lower end of the spoken range, in whole minutes.
    pub low: Option<i64>,
    /// Its upper end.
    pub high: Option<i64>,
    /// On tickets: when to be back at the latest.
    pub be_here_by: Option<Timestamp>,
    /// On tickets: when it is very likely called.
    pub called_by: Option<Timestamp>,
}

impl Estimate {
    /// An estimate of nothing: nobody serves the line.
    pub fn unserved(at: Timestamp) -> Self {
        Self {
            basis: EstimateBasis::None,
            p10: None,
            p50: None,
            p90: None,
            serving: false,
            after_closing: false,
            samples: 0,
            at,
            low: None,
            high: None,
            be_here_by: None,
            called_by: None,
        }
    }

    /// An estimate from three quantiles in minutes.
    pub fn of(basis: EstimateBasis, p10: f64, p50: f64, p90: f64, samples: i64, at: Timestamp) -> Self {
        // Screens say the range by the figures that they are told, to a tenth; paper says the same.
        let (p10, p50, p90) = (tenth(p10), tenth(p50), tenth(p90));
        let low = round_down(p50);
        // A range of one number would claim too much: it is a step wide at least, as screens say it.
        let high = round_up(p90.max(p50)).max(next_step(low));
        Self {
            basis,
            p10: Some(p10),
            p50: Some(p50),
            p90: Some(p90),
            serving: true,
            after_closing: false,
            samples,
            at,
            low: Some(low),
            high: Some(high),
            be_here_by: None,
            called_by: None,
        }
    }

    /// The same where it is known when the site closes for the day.
    #[must_use]
    pub fn before_closing(mut self, closes_at: Option<Timestamp>) -> Self {
        let called = self.p50.and_then(|minutes| after(self.at, minutes));
        self.after_closing = called.zip(closes_at).is_some_and(|(called, closes)| called >= closes);
        self
    }

    /// The same with the two times that a ticket's page names.
    #[must_use]
    pub fn for_ticket(mut self) -> Self {
        self.be_here_by = self.p10.and_then(|m| after(self.at, m));
        self.called_by = self.p90.and_then(|m| after(self.at, m));
        self
    }

    /// How likely it is that the wait is longer than so many minutes, 0 to 1; none where nobody serves.
    ///
    /// Between the quantiles that are known it falls evenly; beyond P90 it halves with every half of the way from the
    /// median to P90, as tails of waits do.
    pub fn chance_over(&self, minutes: f64) -> Option<f64> {
        let (p10, p50, p90) = (self.p10?, self.p50?, self.p90?);
        let between = |low: f64, high: f64| if high > low { (minutes - low) / (high - low) } else { 1.0 };
        Some(match () {
            () if minutes < 0.0 => 1.0,
            () if minutes < p10 => 1.0 - 0.1 * between(0.0, p10),
            () if minutes < p50 => 0.9 - 0.4 * between(p10, p50),
            () if minutes < p90 => 0.5 - 0.4 * between(p50, p90),
            () => 0.1 * (-(minutes - p90) / (0.5 * (p90 - p50)).max(0.5)).exp2(),
        })
    }

    /// The median in whole minutes, 0 when unknown: what older documents call `estimated_wait_time`.
    #[expect(clippy::cast_possible_truncation, reason = "a wait in minutes")]
    pub fn minutes(&self) -> i64 {
        self.p50.map_or(0, |m| m.round() as i64)
    }
}

fn after(at: Timestamp, minutes: f64) -> Option<Timestamp> {
    at.checked_add(SignedDuration::from_secs_f64((minutes * 60.0).clamp(0.0, 864_000.0))).ok()
}

fn tenth(minutes: f64) -> f64 {
    (minutes.max(0.0) * 10.0).round() / 10.0
}

/// The step of the spoken range: one minute below 10, five below an hour, then fifteen.
pub(crate) fn step(minutes: f64) -> f64 {
    if minutes < 10.0 {
        1.0
    } else if minutes < 60.0 {
        5.0
    } else {
        15.0
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a wait in minutes")]
fn round_down(minutes: f64) -> i64 {
    let m = minutes.clamp(0.0, 14_400.0);
    ((m / step(m)).floor() * step(m)) as i64
}

/// The end of the step that begins at so many minutes.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a wait in minutes")]
fn next_step(low: i64) -> i64 {
    low + step(low as f64) as i64
}

#[expect(clippy::cast_possible_truncation, reason = "a wait in minutes")]
fn round_up(minutes: f64) -> i64 {
    let m = minutes.clamp(0.0, 14_400.0);
    ((m / step(m)).ceil() * step(m)) as i64
}

/// What the estimates of a line were worth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EstimatesKept {
    /// How many were given in the last thirty days to somebody who was called since.
    pub estimates: i64,
    /// The share of those that waited no longer than P90 said; 0.9 is what it promises.
    pub p90_coverage: f64,
}

/// Ends when an estimator knows what it had learned before the start.
pub type ToCome = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Answers how long a wait will be. Filled by the context *eta*; must be quick, it is asked inside operations.
pub trait Estimator: Send + Sync {
    /// The estimate for somebody who stands where `line` says.
    fn estimate(&self, line: &LineView) -> Estimate;

    /// What its estimates of a line were worth, as far as that is at hand.
    fn kept(&self, _queue: &Queue, _now: Timestamp) -> Option<EstimatesKept> {
        None
    }

    /// What whoever can wait shall wait for before they ask: a moment after the start what was learned before it is still
    /// being read. None as a rule.
    fn to_come(&self) -> Option<ToCome> {
        None
    }
}

/// The estimate before anything is learned: people ahead × declared minutes ÷ open counters.
#[derive(Clone, Copy, Debug, Default)]
pub struct Declared;

impl Estimator for Declared {
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    fn estimate(&self, line: &LineView) -> Estimate {
        if line.open_counters <= 0 {
            return Estimate::unserved(line.now);
        }
        let ahead = line.people_ahead as f64 + line.others_first;
        let wait = ahead * line.default_minutes / line.open_counters as f64;
        // Half a service is left of whoever is being served now.
        let p50 = if ahead <= 0.0 { 0.0 } else { wait.max(0.5 * line.default_minutes) };
        Estimate::of(EstimateBasis::Declared, 0.5 * p50, p50, 1.8 * p50 + 1.0, 0, line.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use usher_kernel::Id;

    fn line(people_ahead: i64, open_counters: i64) -> LineView {
        LineView {
            tenant_id: Id::from_uuid(uuid::Uuid::nil()),
            site_id: Id::from_uuid(uuid::Uuid::nil()),
            queue_id: Id::from_uuid(uuid::Uuid::nil()),
            service_id: Id::from_uuid(uuid::Uuid::nil()),
            class: 0,
            people_ahead,
            others_first: 0.0,
            waiting: people_ahead,
            in_line: false,
            open_counters,
            free_counters: 0,
            default_minutes: 5.0,
            now: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn declared_follows_line_and_counters() {
        assert_eq!(Declared.estimate(&line(4, 2)).p50, Some(10.0));
        assert_eq!(Declared.estimate(&line(0, 1)).p50, Some(0.0));
        let second = LineView { others_first: 4.0, ..line(0, 2) };
        assert_eq!(Declared.estimate(&second).p50, Some(10.0), "four of another line come first");
        let none = Declared.estimate(&line(4, 0));
        assert_eq!((none.p50, none.serving, none.basis), (None, false, EstimateBasis::None));
    }

    #[test]
    fn spoken_ranges_round_outwards_in_steps() {
        let at = Timestamp::UNIX_EPOCH;
        let spoken = |p50, p90| {
            let e = Estimate::of(EstimateBasis::Pace, 0.0, p50, p90, 1, at);
            (e.low.unwrap(), e.high.unwrap())
        };
        assert_eq!(spoken(4.6, 7.2), (4, 8));
        assert_eq!(spoken(12.0, 17.0), (10, 20));
        assert_eq!(spoken(70.0, 91.0), (60, 105));
        assert_eq!(spoken(0.0, 0.0), (0, 1));
        assert_eq!(spoken(10.0, 10.0), (10, 15));
        assert_eq!(spoken(61.0, 60.0), (60, 75));
        assert_eq!(spoken(9.96, 20.04), (10, 20), "as 10.0 and 20.0, which is what screens are told");
    }

    #[test]
    fn the_chance_of_a_longer_wait_falls_through_the_quantiles() {
        let at = Timestamp::UNIX_EPOCH;
        let e = Estimate::of(EstimateBasis::Pace, 4.0, 10.0, 20.0, 1, at);
        let chance = |minutes| (e.chance_over(minutes).unwrap() * 1000.0).round() / 1000.0;
        assert_eq!([chance(-1.0), chance(0.0), chance(2.0), chance(4.0)], [1.0, 1.0, 0.95, 0.9]);
        assert_eq!([chance(7.0), chance(10.0), chance(15.0)], [0.7, 0.5, 0.3]);
        assert_eq!([chance(20.0), chance(25.0), chance(30.0)], [0.1, 0.05, 0.025]);
        assert_eq!(Estimate::unserved(at).chance_over(5.0), None);
    }

    #[test]
    fn a_wait_past_closing_time_says_so() {
        let closes = |minutes: i64| Some(Timestamp::from_second(minutes * 60).unwrap());
        let estimate = Estimate::of(EstimateBasis::Pace, 2.0, 10.0, 20.0, 1, Timestamp::UNIX_EPOCH);
        let past = |closes| estimate.clone().before_closing(closes).after_closing;
        assert_eq!(
            [past(closes(9)), past(closes(10)), past(closes(11)), past(None)],
            [true, true, false, false]
        );
        let unserved = Estimate::unserved(Timestamp::UNIX_EPOCH).before_closing(closes(1));
        assert!(!unserved.after_closing, "nobody knows");
    }

    #[test]
    fn a_ticket_is_told_two_times() {
        let e = Estimate::of(EstimateBasis::Pace, 2.0, 4.0, 8.0, 1, Timestamp::UNIX_EPOCH).for_ticket();
        assert_eq!(e.be_here_by.map(|t| t.as_second()), Some(120));
        assert_eq!(e.called_by.map(|t| t.as_second()), Some(480));
    }
}
