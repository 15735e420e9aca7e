//! Sites, lines, services, counters and agents side by side.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_kernel::{SiteId, UserId};
use usher_queueing::Queueing;
use usher_queueing::model::{CounterId, QueueId, ServiceId};
use uuid::Uuid;

use super::read::{Names, grouped};
use super::view::{Focus, View};
use crate::error::Error;
use crate::model::{Count, Figures, Measures, Scope, hours, per_hour, tenth};

/// The figures of one site, line or service.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "FiguresOf{I}")]
pub struct NamedFigures<I> {
    /// Which.
    pub id: I,
    /// Its name.
    pub name: String,
    /// Where, for a line.
    pub site_id: Option<SiteId>,
    /// That site's name.
    pub site_name: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The figures of a counter.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CounterFigures {
    /// Which.
    pub counter_id: CounterId,
    /// Its name.
    pub name: String,
    /// Where.
    pub site_id: SiteId,
    /// That site's name.
    pub site_name: String,
    /// Hours that it was open.
    pub open_hours: f64,
    /// How many were served in an open hour.
    pub served_per_hour: Option<f64>,
    /// How much of its open time it had somebody, in per cent.
    pub busy_percent: Option<f64>,
    /// What happened.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The figures of an agent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AgentFigures {
    /// Who.
    pub agent_id: UserId,
    /// Their name.
    pub name: String,
    /// Where they worked.
    pub site_ids: Vec<SiteId>,
    /// Hours signed in at a counter.
    pub present_hours: f64,
    /// Hours of breaks among them.
    pub break_hours: f64,
    /// Hours with somebody, from the call to the end.
    pub handling_hours: f64,
    /// Hours that were neither.
    pub idle_hours: f64,
    /// How many were served in an hour without breaks.
    pub served_per_hour: Option<f64>,
    /// What happened.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The sites.
pub(crate) fn sites_of(
    line: &Queueing,
    read: &mut Read<'_>,
    view: &View,
    names: &Names,
) -> Result<Vec<NamedFigures<SiteId>>, Error> {
    let all = by_thing(grouped(line, read, view, Scope::Site)?);
    let named = all.into_iter().map(|(id, (_, measures))| {
        let id = SiteId::from_uuid(id);
        NamedFigures {
            id,
            name: names.site(id),
            site_id: None,
            site_name: None,
            figures: Figures::of(&measures),
        }
    });
    Ok(named.collect())
}

/// The lines.
pub(crate) fn queues_of(
    line: &Queueing,
    read: &mut Read<'_>,
    view: &View,
    names: &Names,
) -> Result<Vec<NamedFigures<QueueId>>, Error> {
    let all = by_thing(grouped(line, read, view, Scope::Queue)?);
    let named = all.into_iter().map(|(id, (sites, measures))| NamedFigures {
        id: QueueId::from_uuid(id),
        name: names.of(id),
        site_id: sites.first().copied(),
        site_name: sites.first().map(|site| names.site(*site)),
        figures: Figures::of(&measures),
    });
    Ok(named.collect())
}

/// The services, each at all of its sites.
pub(crate) fn services_of(
    line: &Queueing,
    read: &mut Read<'_>,
    view: &View,
    names: &Names,
) -> Result<Vec<NamedFigures<ServiceId>>, Error> {
    let all = by_thing(grouped(line, read, view, Scope::Service)?);
    let named = all.into_iter().map(|(id, (_, measures))| NamedFigures {
        id: ServiceId::from_uuid(id),
        name: names.of(id),
        site_id: None,
        site_name: None,
        figures: Figures::of(&measures),
    });
    Ok(named.collect())
}

/// The counters.
pub(crate) fn counters_of(
    line: &Queueing,
    read: &mut Read<'_>,
    view: &View,
    names: &Names,
) -> Result<Vec<CounterFigures>, Error> {
    let all = by_thing(grouped(line, read, view, Scope::Counter)?);
    let figures = all.into_iter().filter_map(|(id, (sites, measures))| {
        let site_id = *sites.first()?;
        let (open, handling) = (measures.get(Count::Open), measures.get(Count::Handling));
        Some(CounterFigures {
            counter_id: CounterId::from_uuid(id),
            name: names.of(id),
            site_id,
            site_name: names.site(site_id),
            open_hours: tenth(hours(open)),
            served_per_hour: per_hour(measures.get(Count::Served), open),
            busy_percent: (open > 0).then(|| tenth((100.0 * hours(handling) / hours(open)).min(100.0))),
            figures: Figures::of(&measures),
        })
    });
    Ok(figures.collect())
}

/// The agents, the one who served most first.
pub(crate) fn agents_of(
    line: &Queueing,
    read: &mut Read<'_>,
    view: &View,
    most: Option<usize>,
) -> Result<Vec<AgentFigures>, Error> {
    let mut all: Vec<_> = by_thing(grouped(line, read, view, Scope::Agent)?).into_iter().collect();
    if let Focus::Thing(Scope::Agent, only) = view.focus {
        all.retain(|(id, _)| *id == only);
    }
    all.sort_by_key(|(id, (_, measures))| (-measures.get(Count::Served), *id));
    all.truncate(most.unwrap_or(usize::MAX));
    let ids: Vec<UserId> = all.iter().map(|(id, _)| UserId::from_uuid(*id)).collect();
    let people = line.identity().people(read, &ids)?;
    let figures = all.into_iter().map(|(id, (sites, measures))| {
        let agent_id = UserId::from_uuid(id);
        let name = people.get(&agent_id).map_or_else(|| agent_id.to_string(), |person| person.name.clone());
        agent(agent_id, name, sites, &measures)
    });
    Ok(figures.collect())
}

pub(crate) fn agent(
    agent_id: UserId,
    name: String,
    site_ids: Vec<SiteId>,
    measures: &Measures,
) -> AgentFigures {
    let (present, paused) = (measures.get(Count::Present), measures.get(Count::Paused));
    let (handling, working) = (measures.get(Count::Handling), (present - paused).max(0));
    AgentFigures {
        agent_id,
        name,
        site_ids,
        present_hours: tenth(hours(present)),
        break_hours: tenth(hours(paused)),
        handling_hours: tenth(hours(handling)),
        idle_hours: tenth(hours((working - handling).max(0))),
        served_per_hour: per_hour(measures.get(Count::Served), working),
        figures: Figures::of(measures),
    }
}

/// Each thing's sites, and what happened at them together.
type ByThing = BTreeMap<Uuid, (Vec<SiteId>, Measures)>;

fn by_thing(cells: std::collections::HashMap<(SiteId, Uuid), Measures>) -> ByThing {
    let mut things = ByThing::new();
    for ((site, thing), measures) in cells.into_iter().filter(|(_, measures)| !measures.is_empty()) {
        let (sites, all) = things.entry(thing).or_default();
        sites.push(site);
        all.add(&measures);
    }
    things.values_mut().for_each(|(sites, _)| sites.sort_unstable());
    things
}
