//! Figures for people.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Count, Measures};

/// What happened, in figures that people read. Percentiles are within 2.44 %.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Figures {
    /// Tickets issued.
    pub issued: i64,
    /// Tickets called.
    pub called: i64,
    /// Tickets served.
    pub served: i64,
    /// Called, and did not come.
    pub no_shows: i64,
    /// Left by themselves.
    pub left: i64,
    /// Still in line at the end of the day.
    pub expired: i64,
    /// Taken out by staff, or with their line.
    pub cancelled: i64,
    /// Sent on to another line, service or counter.
    pub transferred: i64,
    /// How many of a hundred who were served or gone had left or did not come.
    pub abandonment_percent: Option<f64>,
    /// Mean minutes waited until the call.
    pub average_wait_minutes: Option<f64>,
    /// What half waited less than.
    pub p50_wait_minutes: Option<f64>,
    /// What nine in ten waited less than.
    pub p90_wait_minutes: Option<f64>,
    /// Mean minutes served.
    pub average_service_minutes: Option<f64>,
    /// What half were served within.
    pub p50_service_minutes: Option<f64>,
    /// What nine in ten were served within.
    pub p90_service_minutes: Option<f64>,
    /// How many of a hundred were called within the wait that their service promised.
    pub sla_met_percent: Option<f64>,
    /// How many said how it was.
    pub feedback: i64,
    /// Mean of the stars that they gave, 1 to 5.
    pub csat: Option<f64>,
    /// Net promoter score, −100 to 100: of a hundred, how many more would recommend it than would not.
    pub nps: Option<f64>,
    /// Appointments booked for these days.
    pub appointments: i64,
    /// Those to which the person came.
    pub appointments_kept: i64,
    /// Those to which they did not.
    pub appointments_missed: i64,
    /// Those that were called off.
    pub appointments_cancelled: i64,
}

/// One decimal.
pub(crate) fn tenth(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

#[expect(clippy::cast_precision_loss, reason = "counts of people")]
fn percent(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| tenth(100.0 * part as f64 / whole as f64))
}

#[expect(clippy::cast_precision_loss, reason = "counts of people")]
fn mean(sum: i64, count: i64) -> Option<f64> {
    (count > 0).then(|| tenth(sum as f64 / count as f64))
}

impl Figures {
    /// The figures of what was counted.
    pub fn of(m: &Measures) -> Self {
        let gone = m.get(Count::NoShows) + m.get(Count::Left);
        Self {
            issued: m.get(Count::Issued),
            called: m.get(Count::Called),
            served: m.get(Count::Served),
            no_shows: m.get(Count::NoShows),
            left: m.get(Count::Left),
            expired: m.get(Count::Expired),
            cancelled: m.get(Count::Cancelled),
            transferred: m.get(Count::Transferred),
            abandonment_percent: percent(gone, gone + m.get(Count::Served)),
            average_wait_minutes: m.waits.mean_minutes().map(tenth),
            p50_wait_minutes: m.waits.percentile_minutes(50).map(tenth),
            p90_wait_minutes: m.waits.percentile_minutes(90).map(tenth),
            average_service_minutes: m.services.mean_minutes().map(tenth),
            p50_service_minutes: m.services.percentile_minutes(50).map(tenth),
            p90_service_minutes: m.services.percentile_minutes(90).map(tenth),
            sla_met_percent: percent(m.get(Count::SlaMet), m.get(Count::SlaOf)),
            feedback: m.get(Count::Feedback),
            csat: mean(m.get(Count::Stars), m.get(Count::StarsOf)),
            nps: percent(m.get(Count::Promoters) - m.get(Count::Detractors), m.get(Count::NpsOf)),
            appointments: m.get(Count::Appointments),
            appointments_kept: m.get(Count::Kept),
            appointments_missed: m.get(Count::Missed),
            appointments_cancelled: m.get(Count::CalledOff),
        }
    }
}

/// Milliseconds as hours.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of years")]
pub(crate) fn hours(millis: i64) -> f64 {
    millis as f64 / 3_600_000.0
}

/// How many in an hour; none where there was no time.
#[expect(clippy::cast_precision_loss, reason = "counts of people")]
pub(crate) fn per_hour(count: i64, millis: i64) -> Option<f64> {
    (millis >= 60_000).then(|| tenth(count as f64 / hours(millis)))
}
