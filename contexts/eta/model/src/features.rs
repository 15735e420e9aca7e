//! What the correction looks at: how things stand, as numbers without units wherever they have a meaning for
//! every queue, so that one correction serves all queues of a tenant, new ones too.
//!
//! Other estimates stand here as shares of the prior: the last waits (LES), the wait of the head of the line so far
//! (HOL; both Ibrahim & Whitt 2009, "Real-time delay estimation based on delay history"), the beat of the last calls,
//! the places that people have moved up, and the work ahead over the counters. Of people still waiting only a
//! lower bound of their wait is known: the head's wait over the places it has moved, and everybody's, say early in a
//! surge what finished waits cannot say yet.

use serde::{Deserialize, Serialize};

use super::prior::{Pace, Prior};
use super::recent::{Recent, Times, Today};
use super::situation::{Situation, within};

/// How many there are.
pub(crate) const COUNT: usize = 51;
/// Stands for what is not known.
const MISSING: f64 = -100.0;
/// An estimate so many times the prior is no different from one still longer.
const MOST: f64 = 8.0;

/// The features of one situation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f32>", into = "Vec<f32>")]
pub(crate) struct Features(pub(crate) [f32; COUNT]);

impl TryFrom<Vec<f32>> for Features {
    type Error = String;

    fn try_from(values: Vec<f32>) -> Result<Self, String> {
        let count = values.len();
        values.try_into().map(Self).map_err(|_| format!("{COUNT} features expected, not {count}"))
    }
}

impl From<Features> for Vec<f32> {
    fn from(features: Features) -> Self {
        features.0.to_vec()
    }
}

/// What is known beside the situation itself.
pub(crate) struct Around<'a> {
    pub(crate) prior: Prior,
    pub(crate) pace: &'a Pace,
    pub(crate) recent: &'a Recent,
    /// The day of the situation, where the line is asked about as it stands.
    pub(crate) today: Option<&'a Today>,
    /// Minutes of a service of this queue.
    pub(crate) service: f64,
    /// Calls of all lines of the site.
    pub(crate) site_calls: Option<&'a Times>,
    /// Waits over priors of the site today.
    pub(crate) site_factor: f64,
}

impl Features {
    /// Reads the features of `situation`, which is sane.
    pub(crate) fn of(situation: &Situation, around: &Around<'_>) -> Self {
        let mut list = List { values: [0.0; COUNT], next: 0 };
        line(situation, around, &mut list);
        counters(situation, around, &mut list);
        waits(situation, around, &mut list);
        beat(situation, around, &mut list);
        flow(situation, around, &mut list);
        habits(situation, around, &mut list);
        debug_assert_eq!(list.next, COUNT, "features");
        Self(list.values)
    }
}

/// Features in the order in which they are put.
struct List {
    values: [f32; COUNT],
    next: usize,
}

impl List {
    /// Puts a feature; its name is for whoever reads this file.
    #[expect(clippy::cast_possible_truncation, reason = "a feature needs no more than single precision")]
    fn put(&mut self, _name: &'static str, value: f64) {
        if let Some(to) = self.values.get_mut(self.next) {
            *to = within(value, -1e6, 1e6, MISSING) as f32;
        }
        self.next += 1;
    }

    fn maybe(&mut self, name: &'static str, value: Option<f64>) {
        self.put(name, value.unwrap_or(MISSING));
    }
}

/// The line as it stands.
fn line(situation: &Situation, around: &Around<'_>, list: &mut List) {
    let prior = &around.prior;
    list.put("prior", prior.minutes.ln());
    list.put("places", prior.places.ln());
    list.put("behind", situation.waiting - situation.ahead);
    list.put("class", f64::from(situation.class));
    list.put("elsewhere", (situation.elsewhere + 1.0).ln());
    list.put("slow pace", prior.slow.ln());
    list.put("half-hour's pace", prior.half_hour / prior.slow);
}

/// Who serves, and what that still takes.
fn counters(situation: &Situation, around: &Around<'_>, list: &mut List) {
    let prior = &around.prior;
    let counters = situation.counters.max(1.0);
    list.put("counters", situation.counters);
    list.put("counters over usual ones", situation.counters / prior.usual);
    list.put("counters paused", situation.paused);
    let work = situation.work;
    let ahead = work.map(|w| (w.ahead + w.remaining) / w.serving.max(counters) / prior.minutes);
    list.maybe("work ahead", ahead.map(|share| share.min(MOST)));
    list.maybe("busy counters", work.map(|w| w.serving / counters));
    list.maybe("mean elapsed", work.map(|w| w.elapsed / w.serving.max(1.0) / around.service));
    list.maybe("longest elapsed", work.map(|w| w.longest / around.service));
    let today = around.today;
    let since = today.and_then(|today| today.staffed).map(|at| situation.now.minutes_since(at).min(120.0));
    list.maybe("since counters changed", since);
    let active = |minutes: f64| {
        let seen = |at: &&super::Wall| situation.now.minutes_since(**at) < minutes;
        today.map_or(0, |today| today.active.values().filter(seen).count())
    };
    list.put("counters that called lately", small(active(10.0)));
    list.put("counters that called in half an hour", small(active(30.0)) / counters);
}

fn small(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// What others waited, and wait so far.
fn waits(situation: &Situation, around: &Around<'_>, list: &mut List) {
    let prior = &around.prior;
    let share = |minutes: f64| (minutes / prior.minutes).clamp(0.0, MOST);
    list.maybe("last wait", around.recent.last_waits(1).map(share));
    list.maybe("last three waits", around.recent.last_waits(3).map(share));
    list.maybe("last ten waits", around.recent.last_waits(10).map(share));
    list.put("head's wait so far", situation.head.map_or(0.0, |head| share(head.waited)));
    let pace = |waited: f64, moved: f64| share(prior.places * waited / moved);
    let head = situation.head.map(|head| pace(head.waited + prior.pace, head.places + 2.0));
    list.maybe("head's pace", head);
    let crowd = situation.crowd;
    list.put("everybody's pace", pace(crowd.waited + 2.0 * prior.pace, crowd.moved + 2.0));
    let (just_now, lately) = around.pace.tempo(prior.slow);
    list.put("pace just now", just_now);
    list.put("pace lately", lately);
}

/// How fast the line moves.
fn beat(situation: &Situation, around: &Around<'_>, list: &mut List) {
    let (prior, now) = (&around.prior, situation.now);
    let today = around.today;
    for (name, count) in [("last two calls", 2), ("last five calls", 5), ("last fifteen calls", 15)] {
        let beat = today.and_then(|today| today.beat(count, now, prior.pace));
        list.maybe(name, beat.map(|beat| (beat / prior.pace).min(MOST)));
    }
    let since = today.and_then(|today| today.since_call(now));
    list.maybe("since the last call", since.map(|minutes| (minutes / prior.pace).min(10.0)));
    let since = today.and_then(|today| today.ends.last()).map(|at| now.minutes_since(at));
    list.maybe("since the last end", since.map(|minutes| (minutes / prior.pace).min(20.0)));
}

/// Who came and went, at the prior's pace: 1 is as many as it expects.
fn flow(situation: &Situation, around: &Around<'_>, list: &mut List) {
    let (pace, now) = (around.prior.pace, situation.now);
    let today = around.today;
    let rate = |times: Option<&Times>, minutes: u16| {
        let count = times.map_or(0.0, |times| times.within(i64::from(minutes) * 60, now));
        count * pace / f64::from(minutes)
    };
    let calls = today.map(|today| &today.calls);
    list.put("calls in 3 minutes", rate(calls, 3));
    list.put("calls in 10 minutes", rate(calls, 10));
    list.put("calls in half an hour", rate(calls, 30));
    list.put("calls in an hour", rate(calls, 60));
    list.put("ends in 5 minutes", rate(today.map(|today| &today.ends), 5));
    let joins = today.map(|today| &today.joins);
    list.put("joins in a quarter", rate(joins, 15));
    list.put("joins in an hour", rate(joins, 60));
    list.put("the site's calls", rate(around.site_calls, 15));
    let count = |times: Option<&Times>| times.map_or(0.0, |times| times.within(900, now));
    list.put("calls of the site's other lines", count(around.site_calls) - count(calls));
    list.put("share that leaves", around.recent.leaving.mean(0.0, 20.0));
}

/// The time of day, and what priors were worth.
fn habits(situation: &Situation, around: &Around<'_>, list: &mut List) {
    let (now, recent) = (situation.now, around.recent);
    let today = around.today;
    list.put("minute", now.minute());
    list.put("weekday", now.weekday());
    let first = today.and_then(|today| today.first);
    list.put("since the first join", first.map_or(0.0, |first| now.minutes_since(first).min(600.0)));
    list.maybe("until the last join", recent.until_last_join(now));
    list.put("today's factor", today.map_or(1.0, |today| today.factor.mean(1.0, 5.0)));
    list.put("the site's factor", around.site_factor);
    list.put("last ratios", recent.bias.mean(1.0, 3.0));
    list.put("many ratios", recent.level.mean(1.0, 10.0));
    list.put("spread of ratios", recent.spread.mean(0.4, 20.0));
    let (service, class) = recent.kinds(situation.service, situation.class);
    list.put("the service's ratio", service);
    list.put("the class's ratio", class);
}
