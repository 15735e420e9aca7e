//! Cells added up, as a question needs them.

use std::collections::{BTreeMap, HashMap};

use usher_db::{DbError, Read};
use usher_kernel::{SiteId, TimeZone};
use usher_queueing::Queueing;
use usher_queueing::model::{AgentStatus, CounterStatus};
use uuid::Uuid;

use super::fold::by_day;
use super::view::{Focus, View};
use crate::model::{Cell, Count, Hours, Measures, Part, Scope};
use crate::store::{cells, state};

/// The cells that together are what a view looks at.
fn sources(view: &View) -> Vec<(Scope, Uuid)> {
    match (&view.focus, &view.sites) {
        (Focus::Thing(scope, thing), _) => vec![(*scope, *thing)],
        (Focus::Sites, None) => vec![(Scope::Tenant, Uuid::nil())],
        (Focus::Sites, Some(sites)) => sites.iter().map(|site| (Scope::Site, site.uuid())).collect(),
    }
}

fn each(
    read: &mut Read<'_>,
    view: &View,
    part: &Part,
    mut f: impl FnMut(i64, &Measures, &Hours),
) -> Result<(), DbError> {
    for source in sources(view) {
        cells::of_thing(read, view.tenant, source, part, |site, at, total, hours| {
            if source.0 == Scope::Tenant || view.sees(site) {
                f(at, total, hours);
            }
        })?;
    }
    Ok(())
}

/// All of it, from the fewest cells.
pub(crate) fn total(read: &mut Read<'_>, view: &View) -> Result<Measures, DbError> {
    let mut all = Measures::default();
    for part in view.period.parts() {
        each(read, view, &part, |_, total, _| all.add(total))?;
    }
    Ok(all)
}

/// Day by day, with hours where they are kept.
pub(crate) fn daily(read: &mut Read<'_>, view: &View) -> Result<BTreeMap<i64, Cell>, DbError> {
    let mut days: BTreeMap<i64, Cell> = BTreeMap::new();
    each(read, view, &Part::days(view.period.range()), |at, total, hours| {
        let cell = days.entry(at).or_default();
        cell.total.add(total);
        cell.hours.add(hours);
    })?;
    Ok(days)
}

/// Every thing of a kind at the sites that are looked at, from the fewest cells.
pub(crate) fn grouped(
    line: &Queueing,
    read: &mut Read<'_>,
    view: &View,
    scope: Scope,
) -> Result<HashMap<(SiteId, Uuid), Measures>, DbError> {
    let mut things: HashMap<(SiteId, Uuid), Measures> = HashMap::new();
    for part in view.period.parts() {
        each_thing(read, view, scope, &part, |packed| {
            packed.add_to(things.entry((packed.site, packed.thing)).or_default())
        })?;
    }
    if view.is_running() && matches!(scope, Scope::Agent | Scope::Counter) {
        add_running(line, read, view, scope, &mut things)?;
    }
    Ok(things)
}

/// Each cell of every thing of a kind at the sites that are looked at.
pub(crate) fn each_thing(
    read: &mut Read<'_>,
    view: &View,
    scope: Scope,
    part: &Part,
    mut f: impl FnMut(cells::Packed) -> Result<(), DbError>,
) -> Result<(), DbError> {
    match &view.sites {
        None => cells::of_scope(read, view.tenant, (scope, None), part, f),
        Some(sites) => sites
            .iter()
            .try_for_each(|site| cells::of_scope(read, view.tenant, (scope, Some(*site)), part, &mut f)),
    }
}

/// Adds the time that is still running: counters that are open now, agents who are there or on a break.
fn add_running(
    line: &Queueing,
    read: &mut Read<'_>,
    view: &View,
    scope: Scope,
    things: &mut HashMap<(SiteId, Uuid), Measures>,
) -> Result<(), DbError> {
    let now = view.now.as_microsecond();
    let (from, until) = view.period.range();
    let within = |date| (from..until).contains(&crate::model::day_number(date));
    let mut add = |site: SiteId, thing: Uuid, count: Count, since: i64| {
        let zone = line.directory().site(view.tenant, site).map_or(TimeZone::UTC, |site| site.zone());
        let days = by_day(&zone, since, now).into_iter();
        let millis: i64 = days.filter(|(date, _)| within(*date)).map(|(_, millis)| millis).sum();
        if millis > 0 {
            things.entry((site, thing)).or_default().bump(count, millis);
        }
    };
    for seat in state::present(read, view.tenant, "counter")? {
        if seat.state != CounterStatus::Open.as_str() || !view.sees(seat.site_id) {
            continue;
        }
        match (scope, seat.agent_id) {
            (Scope::Counter, _) => add(seat.site_id, seat.thing_id, Count::Open, seat.since),
            (_, Some(agent)) => add(seat.site_id, agent.uuid(), Count::Present, seat.since),
            _ => {}
        }
    }
    if scope == Scope::Agent {
        for agent in state::present(read, view.tenant, "agent")? {
            if agent.state == AgentStatus::Paused.as_str() && view.sees(agent.site_id) {
                add(agent.site_id, agent.thing_id, Count::Paused, agent.since);
            }
        }
    }
    Ok(())
}

/// The names of what figures are about.
pub(crate) struct Names {
    things: HashMap<Uuid, state::ThingRow>,
    sites: HashMap<SiteId, String>,
}

impl Names {
    /// Every queue, service, counter and site of the tenant, those that are archived too.
    pub(crate) fn load(line: &Queueing, read: &mut Read<'_>, view: &View) -> Result<Self, DbError> {
        let things = state::things(read, view.tenant)?;
        let sites = line.directory().sites(view.tenant);
        Ok(Self {
            things: things.into_iter().map(|thing| (thing.thing_id, thing)).collect(),
            sites: sites.iter().map(|site| (site.id, site.name.clone())).collect(),
        })
    }

    /// A queue's, service's or counter's name; its id where nobody has ever named it.
    pub(crate) fn of(&self, thing: Uuid) -> String {
        self.things.get(&thing).map_or_else(|| thing.to_string(), |known| known.name.clone())
    }

    /// Where a queue or a counter is.
    pub(crate) fn site_of(&self, thing: Uuid) -> Option<SiteId> {
        self.things.get(&thing)?.site_id
    }

    /// A site's name.
    pub(crate) fn site(&self, site: SiteId) -> String {
        self.sites.get(&site).map_or_else(|| site.to_string(), Clone::clone)
    }
}
