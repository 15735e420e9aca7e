//! The figures of one line.

use schemars::JsonSchema;
use serde::Serialize;
use usher_kernel::Timestamp;

use crate::model::live::DayStats;
use crate::model::{Queue, QueueId, Status, TenantConfig};
use crate::ops::{Queueing, micros};

/// A line's business day so far.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Stats {
    /// The line.
    pub queue_id: QueueId,
    /// How many wait.
    pub waiting: i64,
    /// How many a counter holds.
    pub serving: i64,
    /// How many were served.
    pub served_today: i64,
    /// Mean minutes waited.
    pub average_wait_minutes: f64,
    /// What nine in ten waited less than.
    pub p90_wait_minutes: f64,
    /// Mean minutes served.
    pub average_service_minutes: f64,
    /// What nine in ten were served within.
    pub p90_service_minutes: f64,
    /// How long the one who waits longest has waited.
    pub longest_current_wait_minutes: f64,
    /// How many of a hundred were called within the target.
    pub sla_met_percent: Option<f64>,
    /// How many of a hundred left or did not come.
    pub abandonment_percent: f64,
    /// How many were served in an hour.
    pub throughput_per_hour: f64,
}

/// The figures of a line now.
#[expect(clippy::cast_precision_loss, reason = "minutes for people")]
pub fn stats(line: &Queueing, config: &TenantConfig, q: &Queue, now: Timestamp) -> Stats {
    let today = line.site_now(q.tenant_id, q.site_id, now).map(|s| s.day.clone()).unwrap_or_default();
    let (day, waiting, serving, oldest) = match line.live().line(q.id) {
        Some(shared) => {
            let one = shared.lock();
            let serving = one.aside().filter(|t| t.status.is_held() && t.status != Status::WrapUp).count();
            let day = if one.day.day == today { one.day.clone() } else { DayStats::default() };
            (day, one.len(), serving, one.oldest_entry())
        }
        None => (DayStats::default(), 0, 0, None),
    };
    let figures = day.figures(config.target_of(q));
    let longest = oldest.map_or(0.0, |entry| ((micros(now) - entry).max(0) as f64 / 6e6).round() / 10.0);
    Stats {
        queue_id: q.id,
        waiting,
        serving: i64::try_from(serving).unwrap_or(0),
        served_today: day.served,
        average_wait_minutes: figures.average_wait,
        p90_wait_minutes: figures.p90_wait,
        average_service_minutes: figures.average_service,
        p90_service_minutes: figures.p90_service,
        longest_current_wait_minutes: longest,
        sla_met_percent: figures.sla_met_percent,
        abandonment_percent: figures.abandonment_percent,
        throughput_per_hour: day.throughput_per_hour(now),
    }
}
