//! What a manager, an administrator or an agent sees first.

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_kernel::civil::Date;
use usher_kernel::{SiteId, Timestamp, UserId};
use usher_queueing::Queueing;
use usher_queueing::model::{CounterStatus, QueueId, ServiceId};
use usher_queueing::ops::show;

use super::lists::{
    AgentFigures, CounterFigures, NamedFigures, agents_of, counters_of, queues_of, services_of, sites_of,
};
use super::read::{Names, daily, total};
use super::view::{Asked, Focus, View};
use crate::error::Error;
use crate::model::scopes::ANALYTICS_READ;
use crate::model::{Cell, Count, Figures, Period, Scope, date_of};
use crate::store::state::{self, TrackedOf};

/// How many lines, counters and agents a dashboard names.
const MOST_NAMED: usize = 20;

usher_kernel::text_enum! {
    /// Whose eyes a dashboard is for.
    pub enum DashboardRole {
        /// Every site of the tenant.
        Admin = "admin",
        /// The sites that the caller works at.
        Manager = "manager",
        /// The caller's own work.
        Agent = "agent",
    }
}

/// How things stand at this moment.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "LineNow")]
pub struct Now {
    /// How many wait.
    pub waiting: i64,
    /// How many are at a counter.
    pub serving: i64,
    /// How long the one who waits longest has waited, in minutes.
    pub longest_wait_minutes: f64,
    /// Counters that are open.
    pub counters_open: i64,
    /// Counters there are.
    pub counters: i64,
}

/// Whole days beside as many whole days before them, weekday by weekday.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Compared {
    /// The days of the period that are over.
    pub period: Period,
    /// What happened on them.
    pub figures: Figures,
    /// The days before.
    pub before: Period,
    /// What happened on those.
    pub figures_before: Figures,
}

/// A day of a series.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "DayFigures")]
pub struct Day {
    /// Which.
    #[schemars(with = "String")]
    pub date: Date,
    /// Whether it is not over yet.
    pub running: bool,
    /// What happened.
    #[serde(flatten)]
    pub figures: Figures,
}

/// An hour of a weekday.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PeakHour {
    /// 0 is Monday.
    pub weekday: i8,
    /// 0 to 23, in the sites' own time.
    pub hour: u8,
    /// Tickets issued.
    pub issued: i64,
    /// Tickets served.
    pub served: i64,
    /// Mean minutes waited.
    pub average_wait_minutes: Option<f64>,
    /// What nine in ten waited less than.
    pub p90_wait_minutes: Option<f64>,
}

/// How people take part.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Engagement {
    /// Tickets issued.
    pub joined: i64,
    /// How many of a hundred stayed until they were served.
    pub served_percent: Option<f64>,
    /// What happened outside, most often first.
    pub events: Vec<Tracked>,
    /// Points given, less what was taken back; absent for one who sees some sites only: points belong to none.
    pub points_earned: Option<i64>,
    /// Points that rewards were taken for; likewise.
    pub points_spent: Option<i64>,
    /// Rewards taken; likewise.
    pub rewards: Option<i64>,
}

/// How often something happened outside.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TrackedCount")]
pub struct Tracked {
    /// What.
    pub event_type: String,
    /// How often.
    pub count: i64,
}

/// What somebody sees first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Dashboard {
    /// Whose eyes it is for.
    pub role: DashboardRole,
    /// The days.
    pub period: Period,
    /// When this was true.
    pub at: Timestamp,
    /// Whether the period contains today, so that it is not over.
    pub running: bool,
    /// How things stand now; absent for an agent.
    pub now: Option<Now>,
    /// What happened in the period.
    pub figures: Figures,
    /// Whole days beside those before; absent where none is over.
    pub compared: Option<Compared>,
    /// How many were served in an hour in which anybody was; absent where hours are not kept.
    pub throughput_per_hour: Option<f64>,
    /// Day by day.
    pub days: Vec<Day>,
    /// By hour and weekday; empty where hours are not kept.
    pub peak_hours: Vec<PeakHour>,
    /// The sites, the one that breaks its promises most first.
    pub sites: Vec<NamedFigures<SiteId>>,
    /// The lines, likewise; at most 20.
    pub queues: Vec<NamedFigures<QueueId>>,
    /// The services, likewise.
    pub services: Vec<NamedFigures<ServiceId>>,
    /// The counters that served most; at most 20.
    pub counters: Vec<CounterFigures>,
    /// The agents that served most, at most 20; an agent's own figures alone.
    pub agents: Vec<AgentFigures>,
    /// How people take part; absent for an agent.
    pub engagement: Option<Engagement>,
}

/// The dashboard of whoever asks: theirs alone unless they read figures of sites.
///
/// # Errors
/// The question means nothing, or is about what is out of reach; the database failed.
pub fn dashboard(line: &Queueing, read: &mut Read<'_>, asked: &Asked) -> Result<Dashboard, Error> {
    let view = View::of(line, read, asked)?;
    let caller = read.caller().clone();
    if !caller.may(&ANALYTICS_READ) {
        let me = caller.actor.user().ok_or(Error::NotFound("agent"))?;
        return of_agent(line, read, &view, me);
    }
    let role = if caller.sites.is_empty() { DashboardRole::Admin } else { DashboardRole::Manager };
    let mut board = frame(read, &view, role)?;
    let names = Names::load(line, read, &view)?;
    board.now = Some(now(line, read, &view)?);
    board.engagement = Some(engagement(read, &view, &board.figures)?);
    if view.focus == Focus::Sites {
        board.sites = worst_first(sites_of(line, read, &view, &names)?, usize::MAX);
        board.queues = worst_first(queues_of(line, read, &view, &names)?, MOST_NAMED);
        board.services = worst_first(services_of(line, read, &view, &names)?, MOST_NAMED);
        board.counters = counters_of(line, read, &view, &names)?;
        board.counters.sort_by_key(|counter| (-counter.figures.served, counter.counter_id));
        board.counters.truncate(MOST_NAMED);
        board.agents = agents_of(line, read, &view, Some(MOST_NAMED))?;
    }
    Ok(board)
}

/// One person's own work.
fn of_agent(line: &Queueing, read: &mut Read<'_>, view: &View, me: UserId) -> Result<Dashboard, Error> {
    if view.focus != Focus::Sites {
        return Err(Error::NotFound("queue"));
    }
    let own = view.at(Scope::Agent, me.uuid());
    let mut board = frame(read, &own, DashboardRole::Agent)?;
    let mut mine = agents_of(line, read, view, None)?;
    mine.retain(|agent| agent.agent_id == me);
    board.agents = mine;
    Ok(board)
}

/// What every dashboard has.
fn frame(read: &mut Read<'_>, view: &View, role: DashboardRole) -> Result<Dashboard, Error> {
    let days = daily(read, view)?;
    let figures = Figures::of(&total(read, view)?);
    Ok(Dashboard {
        role,
        period: view.period,
        at: view.now,
        running: view.is_running(),
        now: None,
        figures,
        compared: compared(read, view)?,
        throughput_per_hour: throughput(days.values()),
        peak_hours: peak_hours(&days),
        days: series(view, &days),
        sites: Vec::new(),
        queues: Vec::new(),
        services: Vec::new(),
        counters: Vec::new(),
        agents: Vec::new(),
        engagement: None,
    })
}

/// Whole days beside as many before them.
pub(crate) fn compared(read: &mut Read<'_>, view: &View) -> Result<Option<Compared>, Error> {
    let Some((period, before)) = view.period.comparison(view.today) else { return Ok(None) };
    let figures = Figures::of(&total(read, &view.during(period))?);
    let figures_before = Figures::of(&total(read, &view.during(before))?);
    Ok(Some(Compared { period, figures, before, figures_before }))
}

/// Every day of the period, those on which nothing happened too.
pub(crate) fn series(view: &View, days: &std::collections::BTreeMap<i64, Cell>) -> Vec<Day> {
    let (from, until) = view.period.range();
    let nothing = Cell::default();
    (from..until)
        .map(|day| {
            let date = date_of(day);
            let cell = days.get(&day).unwrap_or(&nothing);
            Day { date, running: date == view.today, figures: Figures::of(&cell.total) }
        })
        .collect()
}

/// By weekday and hour, hours with nothing left out.
pub(crate) fn peak_hours(days: &std::collections::BTreeMap<i64, Cell>) -> Vec<PeakHour> {
    let mut weekdays: [crate::model::Hours; 7] = std::array::from_fn(|_| crate::model::Hours::default());
    for (day, cell) in days {
        // 1 January 1970 was a Thursday.
        let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0);
        weekdays[weekday].add(&cell.hours);
    }
    let mut hours = Vec::new();
    for (weekday, all) in (0..).zip(&weekdays) {
        for (hour, measures) in all.iter().filter(|(_, measures)| !measures.is_empty()) {
            let figures = Figures::of(measures);
            hours.push(PeakHour {
                weekday,
                hour,
                issued: figures.issued,
                served: figures.served,
                average_wait_minutes: figures.average_wait_minutes,
                p90_wait_minutes: figures.p90_wait_minutes,
            });
        }
    }
    hours
}

/// How many were served in an hour in which anybody was.
#[expect(clippy::cast_precision_loss, reason = "counts of people and hours")]
pub(crate) fn throughput<'a>(days: impl Iterator<Item = &'a Cell>) -> Option<f64> {
    let (mut served, mut hours) = (0, 0);
    for (_, measures) in days.flat_map(|cell| cell.hours.iter()) {
        let here = measures.get(Count::Served);
        served += here;
        hours += i64::from(here > 0);
    }
    (hours > 0).then(|| crate::model::tenth(served as f64 / hours as f64))
}

/// How things stand at the sites (or in the line) that are looked at.
fn now(line: &Queueing, read: &mut Read<'_>, view: &View) -> Result<Now, Error> {
    let config = line.config(read)?;
    let mut now = Now::default();
    for queue in &config.queues {
        let looked_at = match view.focus {
            Focus::Sites => true,
            Focus::Thing(Scope::Service, service) => queue.serves(ServiceId::from_uuid(service)),
            Focus::Thing(_, thing) => queue.id.uuid() == thing,
        };
        if looked_at && view.sees(queue.site_id) {
            let stats = show::stats(line, &config, queue, view.now);
            now.waiting += stats.waiting;
            now.serving += stats.serving;
            now.longest_wait_minutes = now.longest_wait_minutes.max(stats.longest_current_wait_minutes);
        }
    }
    let seats = line.live().seats.lock();
    for counter in config.counters.iter().filter(|counter| view.sees(counter.site_id)) {
        let serves = match view.focus {
            Focus::Thing(Scope::Queue, queue) => counter.queue_ids.iter().any(|id| id.uuid() == queue),
            _ => true,
        };
        if serves {
            now.counters += 1;
            let open = seats.counters.get(&counter.id).is_some_and(|seat| seat.status == CounterStatus::Open);
            now.counters_open += i64::from(open);
        }
    }
    Ok(now)
}

#[expect(clippy::cast_precision_loss, reason = "counts of people")]
fn engagement(read: &mut Read<'_>, view: &View, figures: &Figures) -> Result<Engagement, Error> {
    let of = match view.focus {
        Focus::Thing(Scope::Queue, queue) => TrackedOf::Queue(queue),
        _ => TrackedOf::Everybody,
    };
    // What happens outside belongs to no site.
    let events = match (&view.sites, of) {
        (Some(_), TrackedOf::Everybody) => Vec::new(),
        _ => tracked(read, view, of)?,
    };
    let ended = figures.served + figures.no_shows + figures.left + figures.expired;
    let stayed = (ended > 0).then(|| crate::model::tenth(100.0 * figures.served as f64 / ended as f64));
    let whole = match (&view.sites, &view.focus) {
        (None, Focus::Sites) => Some(total(read, view)?),
        _ => None,
    };
    let points = |count| whole.as_ref().map(|all| all.get(count));
    Ok(Engagement {
        joined: figures.issued,
        served_percent: stayed,
        events,
        points_earned: points(Count::PointsEarned),
        points_spent: points(Count::PointsSpent),
        rewards: points(Count::Rewards),
    })
}

/// How often each kind of outside event happened.
pub(crate) fn tracked(read: &mut Read<'_>, view: &View, of: TrackedOf) -> Result<Vec<Tracked>, Error> {
    let rows = state::tracked(read, view.tenant, view.period.range(), of)?;
    Ok(rows.into_iter().map(|(event_type, count)| Tracked { event_type, count }).collect())
}

/// What breaks its promise most first, at most so many.
fn worst_first<I: Copy + Ord>(mut all: Vec<NamedFigures<I>>, most: usize) -> Vec<NamedFigures<I>> {
    let rank = |one: &NamedFigures<I>| {
        let met = one.figures.sla_met_percent.unwrap_or(f64::INFINITY);
        (met, -one.figures.p90_wait_minutes.unwrap_or(0.0))
    };
    all.sort_by(|a, b| {
        let ((met, wait), (other_met, other_wait)) = (rank(a), rank(b));
        met.total_cmp(&other_met).then(wait.total_cmp(&other_wait)).then(a.id.cmp(&b.id))
    });
    all.truncate(most);
    all
}
