//! Putting a custom report together.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::{DbError, Read};
use usher_kernel::civil::Date;
use usher_kernel::{SiteId, UserId, is_unshowable};
use usher_queueing::Queueing;
use usher_queueing::model::{QueueId, ServiceId};
use uuid::Uuid;

use super::read::{Names, daily, each_thing, grouped, total};
use super::view::{Asked, View};
use crate::error::Error;
use crate::model::report::{Column, Dimension, Metric, Row, Table};
use crate::model::{
    Figures, Grain, Measures, Part, PeriodWord, Scope, Tongue, date_of, first_of_month, month_number,
};

/// The most rows of a report.
const MOST_ROWS: usize = 20_000;
/// The most metrics of a report.
const MOST_METRICS: usize = 22;
/// The longest title, in letters.
const LONGEST_TITLE: usize = 120;

/// What a report shall tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportDefinition")]
#[serde(deny_unknown_fields, default)]
pub struct Definition {
    /// What it is called; "Report", in its language, when absent.
    #[schemars(example = &"Queues of the week")]
    pub title: Option<String>,
    /// What it tells; issued, served, average and P90 wait, SLA and abandonment when absent.
    pub metrics: Vec<Metric>,
    /// By what: one kind of thing (`site`, `queue`, `service`, `counter`, `agent`), one of time (`day`, `week`,
    /// `month`, `weekday`, `hour`), one of each, or nothing.
    pub dimensions: Vec<Dimension>,
    /// The days by name, as everywhere; a week when absent.
    pub period: Option<PeriodWord>,
    /// The first day.
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    /// The last day.
    #[schemars(with = "Option<String>")]
    pub to: Option<Date>,
    /// One site; all that the caller works at when absent.
    pub site_id: Option<SiteId>,
    /// One line.
    pub queue_id: Option<QueueId>,
    /// One service.
    pub service_id: Option<ServiceId>,
    /// The language of the headings; that of whoever asks, else of the tenant, when absent.
    pub locale: Option<Tongue>,
}

/// What a report tells where nothing is named.
const USUAL: &[Metric] = &[
    Metric::Issued,
    Metric::Served,
    Metric::AverageWait,
    Metric::P90Wait,
    Metric::SlaMetPercent,
    Metric::AbandonmentPercent,
];

/// How rows are grouped, after a definition was looked at.
struct Shape {
    metrics: Vec<Metric>,
    thing: Option<Dimension>,
    time: Option<Dimension>,
    /// Whether time is told before the thing.
    time_first: bool,
}

/// What a row is about: a thing and a stretch of time.
type Place = (Option<Uuid>, i64);

impl Definition {
    /// The question about days and places in it.
    pub(crate) fn asked(&self) -> Asked {
        Asked {
            period: self.period,
            from: self.from,
            to: self.to,
            site_id: self.site_id,
            queue_id: self.queue_id,
            service_id: self.service_id,
        }
    }

    fn shape(&self) -> Result<Shape, Error> {
        let title = self.title.as_deref().unwrap_or_default();
        if title.chars().count() > LONGEST_TITLE || title.chars().any(is_unshowable) {
            return Err(Error::field("title", "length", "Give at most 120 letters, on one line."));
        }
        if self.metrics.len() > MOST_METRICS {
            return Err(Error::field("metrics", "too_many", "Name each metric at most once."));
        }
        let metrics = if self.metrics.is_empty() { USUAL.to_vec() } else { self.metrics.clone() };
        let twice = |n: usize, metric: &Metric| metrics[..n].contains(metric);
        if metrics.iter().enumerate().any(|(n, metric)| twice(n, metric)) {
            return Err(Error::field("metrics", "twice", "Name each metric at most once."));
        }
        let (mut thing, mut time) = (None, None);
        for dimension in &self.dimensions {
            let place = if dimension.scope().is_some() { &mut thing } else { &mut time };
            if place.replace(*dimension).is_some() {
                let text = "Tell by one kind of thing and by one kind of time at most.";
                return Err(Error::field("dimensions", "too_many", text));
            }
        }
        let time_first = self.dimensions.first().is_some_and(|first| first.scope().is_none());
        Ok(Shape { metrics, thing, time, time_first })
    }

    /// Passes when it means something, whoever asks.
    ///
    /// # Errors
    /// Names the field that does not.
    pub(crate) fn check(&self, today: Date) -> Result<(), Error> {
        let shape = self.shape()?;
        super::view::period_of(&self.asked(), today)?;
        shape.goes_with(self.queue_id.is_some(), self.service_id.is_some())
    }
}

impl Shape {
    /// Filters and dimensions that no rollup is kept for.
    fn goes_with(&self, queue: bool, service: bool) -> Result<(), Error> {
        let wrong = |field: &str, text: &str| Err(Error::field(field, "not_kept", text));
        match self.thing {
            Some(Dimension::Queue) | None if !service || self.thing.is_none() => {}
            Some(Dimension::Service) if !queue => {}
            Some(_) if queue => return wrong("queue_id", "By queue or by time alone: leave the filter out."),
            Some(_) if service => {
                return wrong("service_id", "By service or by time alone: leave the filter out.");
            }
            _ => {}
        }
        let no_hours = matches!(self.thing, Some(Dimension::Service | Dimension::Counter | Dimension::Agent));
        if self.time == Some(Dimension::Hour) && (no_hours || service) {
            return wrong(
                "dimensions",
                "Hours are kept for sites and queues: tell by day or weekday instead.",
            );
        }
        Ok(())
    }
}

/// The report, as the caller may see it.
///
/// # Errors
/// The definition means nothing or is about what is out of reach, it would be too long, or the database failed.
pub fn report(line: &Queueing, read: &mut Read<'_>, definition: &Definition) -> Result<Table, Error> {
    report_within(line, read, definition, None)
}

/// The same within some sites, whoever asks: for schedules, which keep their maker's reach.
pub(crate) fn report_within(
    line: &Queueing,
    read: &mut Read<'_>,
    definition: &Definition,
    sites: Option<&[SiteId]>,
) -> Result<Table, Error> {
    let shape = definition.shape()?;
    shape.goes_with(definition.queue_id.is_some(), definition.service_id.is_some())?;
    let view = View::within(line, read, &definition.asked(), sites.unwrap_or_default())?;
    let all = whole(line, read, &view, &shape)?;
    let rows = match (shape.thing, shape.time) {
        (None, None) => BTreeMap::from([((None, 0), all.clone())]),
        (None, Some(time)) => over_time(read, &view, time)?,
        (Some(thing), None) => by_thing(line, read, &view, thing)?,
        (Some(thing), Some(time)) => by_both(line, read, &view, (thing, time))?,
    };
    let tenant = line.directory().tenant(view.tenant);
    let tongue = definition.locale.unwrap_or_else(|| {
        let own = read.caller().locale.clone();
        Tongue::of([&*own, tenant.as_ref().map_or("", |tenant| &tenant.default_locale)])
    });
    let names = Named::load(line, read, &view, &shape, &rows)?;
    let mut told: Vec<(Vec<String>, i64, Row)> = rows
        .iter()
        .filter(|(_, measures)| !measures.is_empty() || shape.thing.is_none())
        .map(|((thing, at), measures)| {
            let name = thing.map(|thing| names.of(&shape, thing));
            let time = shape.time.map(|time| time_text(time, *at, tongue));
            let by = if shape.time_first { [time, name.clone()] } else { [name.clone(), time] };
            let by: Vec<String> = by.into_iter().flatten().collect();
            let row = Row { by, values: values(&shape.metrics, measures) };
            let order = name.into_iter().collect();
            (order, *at, row)
        })
        .collect();
    if shape.time_first {
        told.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    } else {
        told.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    }
    let dimensions = if shape.time_first { [shape.time, shape.thing] } else { [shape.thing, shape.time] };
    let columns = dimensions.into_iter().flatten().map(|one| Column::by(one, tongue));
    Ok(Table {
        title: definition.title.clone().unwrap_or_else(|| tongue.report().to_owned()),
        tongue,
        tenant: tenant.map_or_else(String::new, |tenant| tenant.name.clone()),
        period: view.period,
        at: view.now,
        columns: columns.chain(shape.metrics.iter().map(|one| Column::of(*one, tongue))).collect(),
        rows: told.into_iter().map(|(_, _, row)| row).collect(),
        total: values(&shape.metrics, &all),
    })
}

fn values(metrics: &[Metric], measures: &Measures) -> Vec<Option<f64>> {
    let figures = Figures::of(measures);
    metrics.iter().map(|metric| metric.of(measures, &figures)).collect()
}

/// All that the report is about. Presence is counted by agent and counter, so those are added up.
fn whole(line: &Queueing, read: &mut Read<'_>, view: &View, shape: &Shape) -> Result<Measures, Error> {
    match shape.thing {
        Some(Dimension::Counter | Dimension::Agent) => {
            let scope = if shape.thing == Some(Dimension::Agent) { Scope::Agent } else { Scope::Counter };
            let mut all = Measures::default();
            grouped(line, read, view, scope)?.values().for_each(|one| all.add(one));
            Ok(all)
        }
        _ => Ok(total(read, view)?),
    }
}

fn over_time(read: &mut Read<'_>, view: &View, time: Dimension) -> Result<BTreeMap<Place, Measures>, Error> {
    let mut rows: BTreeMap<Place, Measures> = BTreeMap::new();
    for (day, cell) in daily(read, view)? {
        if time == Dimension::Hour {
            for (hour, measures) in cell.hours.iter() {
                rows.entry((None, i64::from(hour))).or_default().add(measures);
            }
        } else {
            rows.entry((None, place_of(time, day))).or_default().add(&cell.total);
        }
    }
    Ok(rows)
}

fn by_thing(
    line: &Queueing,
    read: &mut Read<'_>,
    view: &View,
    thing: Dimension,
) -> Result<BTreeMap<Place, Measures>, Error> {
    let scope = thing.scope().ok_or(Error::NotFound("dimension"))?;
    let mut rows: BTreeMap<Place, Measures> = BTreeMap::new();
    for ((_, id), measures) in grouped(line, read, view, scope)? {
        if view.shows(scope, id) {
            rows.entry((Some(id), 0)).or_default().add(&measures);
        }
    }
    if rows.len() > MOST_ROWS { Err(Error::TooManyRows(MOST_ROWS)) } else { Ok(rows) }
}

fn by_both(
    line: &Queueing,
    read: &mut Read<'_>,
    view: &View,
    (thing, time): (Dimension, Dimension),
) -> Result<BTreeMap<Place, Measures>, Error> {
    let scope = thing.scope().ok_or(Error::NotFound("dimension"))?;
    if time == Dimension::Hour {
        return by_thing_and_hour(line, read, view, scope);
    }
    let parts = match time {
        Dimension::Month => view.period.parts(),
        _ => vec![Part::days(view.period.range())],
    };
    let mut rows: BTreeMap<Place, Measures> = BTreeMap::new();
    let mut too_many = false;
    for part in parts {
        each_thing(read, view, scope, &part, |packed| {
            if !view.shows(scope, packed.thing) {
                return Ok(());
            }
            let at = if part.grain == Grain::Month { packed.at } else { place_of(time, packed.at) };
            let place = (Some(packed.thing), at);
            if rows.len() >= MOST_ROWS && !rows.contains_key(&place) {
                too_many = true;
                return Ok(());
            }
            packed.add_to(rows.entry(place).or_default())
        })?;
    }
    if too_many { Err(Error::TooManyRows(MOST_ROWS)) } else { Ok(rows) }
}

/// Hours are read thing by thing: they lie beside each day.
fn by_thing_and_hour(
    line: &Queueing,
    read: &mut Read<'_>,
    view: &View,
    scope: Scope,
) -> Result<BTreeMap<Place, Measures>, Error> {
    let things: Vec<Uuid> = grouped(line, read, view, scope)?.into_keys().map(|(_, id)| id).collect();
    let days = usize::try_from(view.period.days()).unwrap_or(usize::MAX);
    if things.len().saturating_mul(days) > 10 * MOST_ROWS {
        return Err(Error::TooManyRows(MOST_ROWS));
    }
    let mut rows = BTreeMap::new();
    for thing in things.into_iter().filter(|thing| view.shows(scope, *thing)) {
        let at = view.at(scope, thing);
        for ((_, hour), measures) in over_time(read, &at, Dimension::Hour)? {
            rows.insert((Some(thing), hour), measures);
        }
    }
    Ok(rows)
}

/// Where a day belongs.
fn place_of(time: Dimension, day: i64) -> i64 {
    match time {
        // 1 January 1970 was a Thursday.
        Dimension::Week => day - (day + 3).rem_euclid(7),
        Dimension::Month => month_number(date_of(day)),
        Dimension::Weekday => (day + 3).rem_euclid(7),
        _ => day,
    }
}

fn time_text(time: Dimension, at: i64, tongue: Tongue) -> String {
    match time {
        Dimension::Month => first_of_month(at).strftime("%Y-%m").to_string(),
        Dimension::Weekday => tongue.day(at).to_owned(),
        Dimension::Hour => format!("{at:02}:00"),
        _ => date_of(at).to_string(),
    }
}

/// The names of a report's rows.
struct Named {
    names: Names,
    people: HashMap<Uuid, String>,
    /// Names that several of the things have: every branch has its "Deposit".
    alike: HashSet<String>,
}

impl Named {
    fn load(
        line: &Queueing,
        read: &mut Read<'_>,
        view: &View,
        shape: &Shape,
        rows: &BTreeMap<Place, Measures>,
    ) -> Result<Self, DbError> {
        let names = Names::load(line, read, view)?;
        let mut people = HashMap::new();
        if shape.thing == Some(Dimension::Agent) {
            let ids: Vec<UserId> =
                rows.keys().filter_map(|(id, _)| Some(UserId::from_uuid((*id)?))).collect();
            let known = line.identity().people(read, &ids)?;
            people = known.into_iter().map(|(id, person)| (id.uuid(), person.name)).collect();
        }
        let things: BTreeSet<Uuid> = rows.keys().filter_map(|(thing, _)| *thing).collect();
        let mut seen = HashSet::new();
        let again = |name: &String| !seen.insert(name.clone());
        let alike = things.into_iter().map(|thing| names.of(thing)).filter(again).collect();
        Ok(Self { names, people, alike })
    }

    fn of(&self, shape: &Shape, thing: Uuid) -> String {
        match shape.thing {
            Some(Dimension::Site) => self.names.site(SiteId::from_uuid(thing)),
            Some(Dimension::Agent) => self.people.get(&thing).map_or_else(|| thing.to_string(), Clone::clone),
            _ => {
                let name = self.names.of(thing);
                match self.names.site_of(thing) {
                    Some(site) if self.alike.contains(&name) => format!("{name} · {}", self.names.site(site)),
                    _ => name,
                }
            }
        }
    }
}
