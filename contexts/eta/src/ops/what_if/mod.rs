//! What if: the rest of a site's day with other counters, arrivals or rules, beside the day as it is planned.

mod desk;
mod kinds;
mod roster;
mod setting;
mod wish;

use schemars::JsonSchema;
use serde::Serialize;
use usher_kernel::{Fault, SignedDuration, SiteId, Timestamp};
use usher_queueing::model::{CounterId, QueueId};

use crate::model::{Lengths, Needed, Outcome, SLOT, Scene, Waits, fewest};

pub(crate) use desk::Desk;
pub(crate) use setting::{Setting, roster_span, setting};
pub(crate) use wish::WhatIf;

/// How often a day is run unless told otherwise.
const RUNS: u32 = 300;
/// So many people are sent through a plan at the most, all runs together.
const PEOPLE: f64 = 4_000_000.0;
/// What is called within its target at least, unless told otherwise, in percent.
const GOAL: f64 = 80.0;
/// Within how many minutes people shall be called where no service says so, for a suggestion.
const TARGET: f64 = 15.0;

/// Two plans for the rest of a day, side by side.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DayComparison {
    /// Where.
    site_id: SiteId,
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
    /// How often each day was run.
    runs: i64,
    /// What today's plan is taken from.
    basis: PlanBasis,
    /// The day as it is planned.
    today: DayPlan,
    /// The day with what was changed.
    alternative: DayPlan,
    /// How many counters each half-hour needs, where that was asked.
    suggestion: Option<StaffingSuggestion>,
}

usher_kernel::text_enum! {
    /// What the plan of a day is taken from.
    pub(crate) enum PlanBasis {
        /// The published roster: who works, with the breaks between shifts.
        Roster = "roster",
        /// The counters that are open now, to the end.
        Seats = "seats",
    }
}

/// What comes of a plan, on the average of all runs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DayPlan {
    /// How many come.
    came: f64,
    /// How many are called.
    called: f64,
    /// How many still wait at the end.
    left_in_line: f64,
    #[serde(flatten)]
    waits: WaitFigures,
    /// By line.
    queues: Vec<DayPlanQueue>,
    /// By half-hour.
    half_hours: Vec<DayPlanHalfHour>,
}

/// How long people wait: all who came, also those who still wait at the end. Those count with what they have waited by
/// then, which is the least that they wait.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WaitFigures {
    /// Half wait less, in minutes, whoever still waits at the end counted as called then; null where nobody comes.
    wait_p50: Option<f64>,
    /// Nine in ten wait less, counted in the same way.
    wait_p90: Option<f64>,
    /// How many of a hundred are called within the target of their service, of those whose service has one and who are
    /// called, or wait beyond it at the end; null where there are none.
    sla_percent: Option<f64>,
}

/// One line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DayPlanQueue {
    /// The line.
    queue_id: QueueId,
    /// Its name.
    name: String,
    /// How many are called; who still waits at the end is not.
    called: f64,
    /// Within how many minutes they shall be; where its services differ the shortest, and each is judged by its own.
    target_minutes: Option<f64>,
    #[serde(flatten)]
    waits: WaitFigures,
}

/// One half-hour.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DayPlanHalfHour {
    /// When it begins; the first one now.
    at: Timestamp,
    /// How many counters are open.
    counters: i64,
    /// How many come.
    arrivals: f64,
    /// How many wait at its end, on the average.
    waiting: f64,
    /// In nine days of ten no more.
    waiting_p90: i64,
    /// How many of a hundred who join in it are called within the target of their service, of those whose service has
    /// one; null where none has.
    sla_percent: Option<f64>,
}

/// How many counters each half-hour needs, at least.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StaffingSuggestion {
    /// What is called within its target then in each line that a counter serves, at least, in percent.
    goal_percent: f64,
    /// By half-hour.
    half_hours: Vec<StaffingHalfHour>,
}

/// One half-hour of a suggestion.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StaffingHalfHour {
    /// When it begins.
    at: Timestamp,
    /// How many counters are open now.
    open: i64,
    /// How many it needs; 0 where nobody waits any more and nobody comes.
    counters: i64,
    /// Which ones, as far as they are counters of the site: the one that is missed least last.
    counter_ids: Vec<CounterId>,
    /// What comes of the whole suggestion for those who join in it, of the line that is called in time least often; below
    /// the goal where all counters of the site are not enough. Null where nobody joins.
    sla_percent: Option<f64>,
}

impl Setting {
    /// Both plans, run; a second of one thread at the most.
    ///
    /// # Errors
    /// The wish names a counter or a queue that is not of this site, or asks for more runs than so many people allow.
    pub(crate) fn compare(&self, wish: &WhatIf) -> Result<DayComparison, Fault> {
        let lengths = Lengths::usual();
        let other = self.changed(wish)?;
        let runs = runs(wish.runs, self.scene.people().max(other.people()))?;
        let today = self.plan(&self.scene, &self.scene.simulate(&lengths, runs, self.scene.slots));
        let alternative = self.plan(&other, &other.simulate(&lengths, runs, other.slots));
        let goal = wish.goal_percent.unwrap_or(GOAL);
        let suggestion = wish.suggest.then(|| self.suggest(&other, &lengths, goal));
        Ok(DayComparison {
            site_id: self.site,
            from: self.from,
            until: self.until,
            basis: if self.by_roster { PlanBasis::Roster } else { PlanBasis::Seats },
            runs: i64::from(runs),
            today,
            alternative,
            suggestion,
        })
    }

    /// When a slot begins.
    fn begin(&self, slot: usize) -> Timestamp {
        if slot == 0 {
            return self.from;
        }
        #[expect(clippy::cast_precision_loss, reason = "slots of a day")]
        let minutes = self.scene.first + (slot - 1) as f64 * SLOT;
        let after = SignedDuration::from_secs_f64((minutes * 60.0).round());
        self.from.saturating_add(after).unwrap_or(self.from)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    fn plan(&self, scene: &Scene, outcome: &Outcome) -> DayPlan {
        let mean = |count: u64| tenth(count as f64 / f64::from(outcome.runs.max(1)));
        let queue = |(at, (id, name)): (usize, &(QueueId, String))| DayPlanQueue {
            queue_id: *id,
            name: name.clone(),
            called: mean(outcome.lines[at].called()),
            target_minutes: scene.lines[at].kinds.iter().filter_map(|kind| kind.target).reduce(f64::min),
            waits: WaitFigures::of(&outcome.lines[at]),
        };
        let half_hour = |(slot, lengths): (usize, &Vec<u16>)| {
            let mut sorted = lengths.clone();
            sorted.sort_unstable();
            let sum: f64 = lengths.iter().map(|waiting| f64::from(*waiting)).sum();
            let p90 = sorted.get((sorted.len() * 9).div_ceil(10).saturating_sub(1)).copied();
            DayPlanHalfHour {
                at: self.begin(slot),
                counters: open_in(scene, slot),
                arrivals: tenth(scene.lines.iter().filter_map(|line| line.arrivals.get(slot)).sum()),
                waiting: tenth(sum / lengths.len().max(1) as f64),
                waiting_p90: i64::from(p90.unwrap_or(0)),
                sla_percent: outcome.promise(slot).map(tenth),
            }
        };
        let last = outcome.lengths.last();
        let left: u64 =
            last.iter().flat_map(|lengths| lengths.iter()).map(|waiting| u64::from(*waiting)).sum();
        DayPlan {
            came: mean(outcome.came),
            called: mean(outcome.called),
            left_in_line: mean(left),
            waits: WaitFigures::of(&outcome.all()),
            queues: self.queues.iter().enumerate().map(queue).collect(),
            half_hours: outcome.lengths.iter().enumerate().map(half_hour).collect(),
        }
    }

    /// Half-hour by half-hour the fewest counters with which every line keeps its promise.
    fn suggest(&self, scene: &Scene, lengths: &Lengths, goal: f64) -> StaffingSuggestion {
        let mut plan = scene.clone();
        for line in &mut plan.lines {
            if line.kinds.iter().all(|kind| kind.target.is_none()) {
                line.kinds.iter_mut().for_each(|kind| kind.target = Some(TARGET));
            }
        }
        let half_hour = |(slot, needed): (usize, Needed)| StaffingHalfHour {
            at: self.begin(slot),
            open: open_in(&self.scene, slot),
            counters: i64::try_from(needed.counters.len()).unwrap_or(i64::MAX),
            counter_ids: needed.counters.iter().filter_map(|at| self.counters.get(*at).copied()).collect(),
            sla_percent: needed.least.map(tenth),
        };
        let needed = fewest(&plan, lengths, goal).into_iter().enumerate();
        StaffingSuggestion { goal_percent: goal, half_hours: needed.map(half_hour).collect() }
    }
}

/// How often a day with so many people is run.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and four million")]
fn runs(wanted: Option<u32>, people: f64) -> Result<u32, Fault> {
    let most = (PEOPLE / people.max(1.0)).max(1.0) as u32;
    match wanted {
        None => Ok(RUNS.min(most)),
        Some(wanted) if wanted <= most => Ok(wanted),
        Some(_) => {
            let text = format!("A day of {people:.0} people is run {most} times at the most.");
            Err(Fault::field("runs", "too_many", text))
        }
    }
}

impl WaitFigures {
    fn of(waits: &Waits) -> Self {
        let quantile = |level| waits.quantile(level).map(tenth);
        Self { wait_p50: quantile(0.5), wait_p90: quantile(0.9), sla_percent: waits.met_percent().map(tenth) }
    }
}

fn open_in(scene: &Scene, slot: usize) -> i64 {
    let open = scene.counters.iter().filter(|counter| counter.is_open(slot));
    i64::try_from(open.count()).unwrap_or(i64::MAX)
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
