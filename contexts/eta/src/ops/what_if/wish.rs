//! What is asked: what to change in the rest of a day.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;
use usher_kernel::{FieldFault, Timestamp};
use usher_queueing::model::{Algorithm, CounterId, QueueId};

/// A counter serves no more lines than this.
const MOST_LINES: usize = 200;

/// What to change; what is absent stays as it is.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WhatIf {
    /// Until when; when absent the last closing time of the day, at most a day.
    pub(crate) until: Option<Timestamp>,
    /// How many come, in percent of what is usual: 0 to 400.
    #[schemars(range(min = 0, max = 400))]
    pub(crate) arrivals_percent: Option<f64>,
    /// How long services take, in percent of what is usual: 25 to 400.
    #[schemars(range(min = 25, max = 400))]
    pub(crate) service_percent: Option<f64>,
    /// Another order in every line, for those who wait as well: with `priority` by the head starts of their classes, with
    /// `sla` by the targets of their services too.
    pub(crate) algorithm: Option<Algorithm>,
    /// Counters that open, close, or serve other lines.
    #[schemars(length(max = 200))]
    pub(crate) counters: Vec<CounterPlan>,
    /// So many counters more that serve every line, all the time: 0 to 20.
    #[schemars(range(min = 0, max = 20))]
    pub(crate) more_counters: Option<u32>,
    /// How often the day is run: 1 to 2000, and only so often that four million people go through it altogether. When
    /// absent 300 times, or as often as that allows.
    #[schemars(range(min = 1, max = 2000))]
    pub(crate) runs: Option<u32>,
    /// Whether to suggest how many counters each half-hour needs.
    pub(crate) suggest: bool,
    /// What is to be called within its target at least, in percent: 1 to 99; 80 when absent.
    #[schemars(range(min = 1, max = 99))]
    pub(crate) goal_percent: Option<f64>,
}

/// What becomes of one counter.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CounterPlan {
    /// Which counter.
    pub(crate) counter_id: CounterId,
    /// Open, or closed.
    pub(crate) open: bool,
    /// From when; now when absent. Half-hours are whole: the one in which it begins counts.
    #[serde(default)]
    pub(crate) from: Option<Timestamp>,
    /// Until when, in the future; to the end when absent.
    #[serde(default)]
    pub(crate) until: Option<Timestamp>,
    /// The lines that it serves, in order, each once; its own when absent.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub(crate) queue_ids: Option<Vec<QueueId>>,
}

/// What is wrong with the wish, field by field.
pub(super) fn faults(wish: &WhatIf, now: Timestamp) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let mut check = |ok: bool, field: &str, message: &str| {
        if !ok {
            let (field, message) = (field.to_owned(), message.to_owned());
            faults.push(FieldFault { field, code: "out_of_range", message });
        }
    };
    let within = |value: Option<f64>, low: f64, high: f64| value.is_none_or(|x| (low..=high).contains(&x));
    check(within(wish.arrivals_percent, 0.0, 400.0), "arrivals_percent", "Between 0 and 400 percent.");
    check(within(wish.service_percent, 25.0, 400.0), "service_percent", "Between 25 and 400 percent.");
    check(within(wish.goal_percent, 1.0, 99.0), "goal_percent", "Between 1 and 99 percent.");
    check(wish.runs.is_none_or(|runs| (1..=2000).contains(&runs)), "runs", "Between 1 and 2000.");
    check(wish.more_counters.is_none_or(|more| more <= 20), "more_counters", "Between 0 and 20.");
    check(wish.counters.len() <= 200, "counters", "At most 200.");
    check(wish.until.is_none_or(|until| until > now), "until", "In the future.");
    for (n, plan) in wish.counters.iter().enumerate() {
        // What is over changes nothing any more, and half-hours are whole: it would change the one that has begun.
        let until = format!("counters[{n}].until");
        check(plan.until.is_none_or(|until| until > now), &until, "In the future.");
        let lines = plan.queue_ids.as_deref().unwrap_or_default();
        let field = format!("counters[{n}].queue_ids");
        check(lines.len() <= MOST_LINES, &field, "At most 200.");
        let each: HashSet<&QueueId> = lines.iter().take(MOST_LINES).collect();
        check(each.len() == lines.len().min(MOST_LINES), &field, "Name each queue once.");
    }
    faults
}
