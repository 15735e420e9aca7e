//! Promises kept and people lost, day by day.

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_kernel::civil::Date;
use usher_queueing::Queueing;
use usher_queueing::model::QueueId;

use super::lists::{NamedFigures, queues_of};
use super::read::{Names, daily, total};
use super::view::{Asked, Focus, View};
use crate::error::Error;
use crate::model::{Cell, Count, Figures, Measures, Period, date_of};

/// A day's calls against the promise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SlaDay {
    /// Which.
    #[schemars(with = "String")]
    pub date: Date,
    /// Calls for which a wait was promised.
    pub promised: i64,
    /// Calls within it.
    pub met: i64,
    /// How many of a hundred.
    pub met_percent: Option<f64>,
}

/// How the promised waits were kept.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Sla {
    /// The days.
    pub period: Period,
    /// Calls for which a wait was promised.
    pub promised: i64,
    /// Calls within it.
    pub met: i64,
    /// How many of a hundred.
    pub met_percent: Option<f64>,
    /// How many of a hundred waited at most 5, 10, 15, 30 and 60 minutes.
    pub within: Vec<Within>,
    /// Day by day.
    pub days: Vec<SlaDay>,
    /// Lines with promises, the one that breaks most first; at most 50.
    pub queues: Vec<NamedFigures<QueueId>>,
}

/// A share of the waits.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "WaitShare")]
pub struct Within {
    /// At most so many minutes.
    pub minutes: i64,
    /// How many of a hundred.
    pub percent: Option<f64>,
}

/// A day's losses.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LossDay {
    /// Which.
    #[schemars(with = "String")]
    pub date: Date,
    /// Left by themselves.
    pub left: i64,
    /// Called, and did not come.
    pub no_shows: i64,
    /// Served.
    pub served: i64,
    /// How many of a hundred were lost.
    pub percent: Option<f64>,
}

/// An hour's losses.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LossHour {
    /// 0 to 23, in the sites' own time.
    pub hour: u8,
    /// Left by themselves.
    pub left: i64,
    /// Called, and did not come.
    pub no_shows: i64,
    /// How many of a hundred were lost.
    pub percent: Option<f64>,
}

/// Who left before they were served.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Abandonment {
    /// The days.
    pub period: Period,
    /// Left by themselves.
    pub left: i64,
    /// Called, and did not come.
    pub no_shows: i64,
    /// Still in line when the day ended.
    pub expired: i64,
    /// Served.
    pub served: i64,
    /// How many of a hundred were lost.
    pub percent: Option<f64>,
    /// Day by day.
    pub days: Vec<LossDay>,
    /// By hour; empty where hours are not kept.
    pub hours: Vec<LossHour>,
    /// Lines, the one that loses most first; at most 50.
    pub queues: Vec<NamedFigures<QueueId>>,
}

/// How many lines are named.
const MOST_NAMED: usize = 50;

/// How the promised waits were kept.
///
/// # Errors
/// The question means nothing, or is about what is out of reach; the database failed.
pub fn sla(line: &Queueing, read: &mut Read<'_>, asked: &Asked) -> Result<Sla, Error> {
    let view = View::of(line, read, asked)?;
    let all = total(read, &view)?;
    let days = each_day(&view, &daily(read, &view)?, |date, cell| SlaDay {
        date,
        promised: cell.get(Count::SlaOf),
        met: cell.get(Count::SlaMet),
        met_percent: Figures::of(cell).sla_met_percent,
    });
    let mut queues = lines(line, read, &view)?;
    queues.retain(|queue| queue.figures.sla_met_percent.is_some());
    queues.sort_by(|a, b| {
        let met = |queue: &NamedFigures<QueueId>| queue.figures.sla_met_percent.unwrap_or(100.0);
        met(a).total_cmp(&met(b)).then(a.id.cmp(&b.id))
    });
    queues.truncate(MOST_NAMED);
    let within = [(5, 5.0), (10, 10.0), (15, 15.0), (30, 30.0), (60, 60.0)];
    let within = within.map(|(minutes, limit)| Within {
        minutes,
        percent: all.waits.within_percent(limit).map(crate::model::tenth),
    });
    Ok(Sla {
        period: view.period,
        promised: all.get(Count::SlaOf),
        met: all.get(Count::SlaMet),
        met_percent: Figures::of(&all).sla_met_percent,
        within: within.into(),
        days,
        queues,
    })
}

/// Who left before they were served.
///
/// # Errors
/// As [`sla`].
pub fn abandonment(line: &Queueing, read: &mut Read<'_>, asked: &Asked) -> Result<Abandonment, Error> {
    let view = View::of(line, read, asked)?;
    let all = Figures::of(&total(read, &view)?);
    let cells = daily(read, &view)?;
    let days = each_day(&view, &cells, |date, cell| {
        let figures = Figures::of(cell);
        LossDay {
            date,
            left: figures.left,
            no_shows: figures.no_shows,
            served: figures.served,
            percent: figures.abandonment_percent,
        }
    });
    let mut by_hour = crate::model::Hours::default();
    cells.values().for_each(|cell| by_hour.add(&cell.hours));
    let hours = by_hour.iter().map(|(hour, measures)| {
        let figures = Figures::of(measures);
        LossHour {
            hour,
            left: figures.left,
            no_shows: figures.no_shows,
            percent: figures.abandonment_percent,
        }
    });
    let mut queues = lines(line, read, &view)?;
    queues.sort_by(|a, b| {
        let lost = |queue: &NamedFigures<QueueId>| queue.figures.abandonment_percent.unwrap_or(0.0);
        lost(b).total_cmp(&lost(a)).then(a.id.cmp(&b.id))
    });
    queues.truncate(MOST_NAMED);
    Ok(Abandonment {
        period: view.period,
        left: all.left,
        no_shows: all.no_shows,
        expired: all.expired,
        served: all.served,
        percent: all.abandonment_percent,
        days,
        hours: hours.collect(),
        queues,
    })
}

/// The lines that are looked at.
fn lines(line: &Queueing, read: &mut Read<'_>, view: &View) -> Result<Vec<NamedFigures<QueueId>>, Error> {
    let names = Names::load(line, read, view)?;
    let mut queues = match view.focus {
        Focus::Thing(crate::model::Scope::Service, _) => Vec::new(),
        _ => queues_of(line, read, view, &names)?,
    };
    if let Focus::Thing(_, only) = view.focus {
        queues.retain(|queue| queue.id.uuid() == only);
    }
    Ok(queues)
}

fn each_day<T>(
    view: &View,
    days: &std::collections::BTreeMap<i64, Cell>,
    mut f: impl FnMut(Date, &Measures) -> T,
) -> Vec<T> {
    let (from, until) = view.period.range();
    let nothing = Measures::default();
    (from..until).map(|day| f(date_of(day), days.get(&day).map_or(&nothing, |cell| &cell.total))).collect()
}
