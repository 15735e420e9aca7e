//! From what a batch changes to what is written of it, in parts.
//!
//! A part is the traces of some tickets together with all that these change in cells. A trace says which events of its
//! ticket are in it, so a part that is written is found so when the same events come again: it then changes nothing,
//! wherever the cursor is. What does not say so of itself (presence, points, what people said, appointments, what
//! happened outside) is in the last part, which is written with the cursor.

use std::collections::{BTreeMap, HashMap, HashSet};

use usher_db::{DbError, Read, Tx};
use usher_kernel::{SiteId, TenantId, TimeZone};
use usher_queueing::model::{AgentId, CounterId, QueueId, ServiceId, TicketId};
use uuid::Uuid;

use super::{Cells, Fold, NOWHERE, Thing, Touched, cells_of, count, local};
use crate::model::trace::{How, Trace, Where};
use crate::model::{Measures, Scope, day_number};
use crate::store::cells::{Known, Place};
use crate::store::state::{PresenceRow, ThingRow};
use crate::store::{cells, state, traces};

/// How many rows a part writes before the next begins: about a millisecond of the embedded engine's writer.
const ROWS: usize = 200;

/// From which service to which, where, on which day, and how.
type Step = (TenantId, SiteId, i64, Uuid, Uuid, How);

/// What a batch writes.
pub(crate) struct Made {
    /// In this order, each in a transaction of its own or all in one.
    pub(crate) parts: Vec<Part>,
    /// In the transaction of the cursor.
    pub(crate) last: Last,
}

/// What some tickets have become, and what that changes in cells.
pub(crate) struct Part {
    traces: Vec<traces::Written>,
    cells: Vec<cells::Written>,
    steps: BTreeMap<Step, i64>,
}

/// The last part, with what came of everything but tickets.
pub(crate) struct Last {
    part: Part,
    things: Vec<(TenantId, ThingRow)>,
    standing: Vec<(TenantId, &'static str, PresenceRow)>,
    tracked: BTreeMap<(TenantId, i64, String, Uuid, Uuid), i64>,
}

impl Part {
    /// Writes it.
    pub(crate) fn write(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        self.traces.iter().try_for_each(|trace| traces::put(tx, trace))?;
        self.cells.iter().try_for_each(|cell| cells::put(tx, cell))?;
        self.steps.iter().try_for_each(|((tenant, site, day, from, to, how), steps)| {
            state::add_steps(tx, *tenant, (*site, *day), (*from, *to, *how), *steps)
        })
    }
}

impl Last {
    /// Writes it.
    pub(crate) fn write(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        self.part.write(tx)?;
        self.things.iter().try_for_each(|(tenant, thing)| state::put_thing(tx, *tenant, thing))?;
        for (tenant, kind, row) in &self.standing {
            state::put_presence(tx, *tenant, kind, row)?;
        }
        self.tracked.iter().try_for_each(|((tenant, day, kind, queue, user), times)| {
            state::add_tracked(tx, *tenant, (*day, kind), (*queue, *user), *times)
        })
    }
}

/// The finest that tickets are counted by: where, by whom, and in which hour.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Spot {
    tenant: TenantId,
    site: SiteId,
    queue: QueueId,
    service: ServiceId,
    counter: Option<CounterId>,
    agent: Option<AgentId>,
    day: i64,
    hour: u8,
}

impl Spot {
    /// Whose cells it is in.
    fn things(self) -> impl Iterator<Item = Thing> {
        let Self { site, queue, service, counter, agent, .. } = self;
        let things = [
            Some((Scope::Tenant, Uuid::nil(), NOWHERE)),
            Some((Scope::Site, site.uuid(), site)),
            Some((Scope::Queue, queue.uuid(), site)),
            Some((Scope::Service, service.uuid(), site)),
            counter.map(|counter| (Scope::Counter, counter.uuid(), site)),
            agent.map(|agent| (Scope::Agent, agent.uuid(), site)),
        ];
        things.into_iter().flatten()
    }
}

/// A ticket that the batch has changed.
struct Changed {
    tenant: TenantId,
    ticket: TicketId,
    before: Option<Trace>,
    now: Trace,
    asked: bool,
}

impl Changed {
    fn of(((tenant, ticket), touched): ((TenantId, TicketId), Touched)) -> Option<Self> {
        let Touched { before, now, asked } = touched;
        let now = now.filter(|now| before.as_ref() != Some(now))?;
        Some(Self { tenant, ticket, before, now, asked })
    }

    /// Line by line, so that few cells are in more than one part; last those which something else of the batch went by,
    /// for that is in the last part.
    fn order(&self) -> (bool, TenantId, SiteId, Option<QueueId>, TicketId) {
        let queue = self.now.legs.last().map(|leg| leg.queue);
        (self.asked, self.tenant, self.now.site, queue, self.ticket)
    }
}

/// A part that is still growing.
#[derive(Default)]
struct Open {
    traces: Vec<traces::Written>,
    /// What its tickets add up to, by what is counted once for many of them.
    spots: HashMap<Spot, Measures>,
    /// Which cells that will be.
    places: HashSet<Place>,
    steps: BTreeMap<Step, i64>,
}

impl Open {
    fn rows(&self) -> usize {
        self.traces.len() + self.places.len() + 2 * self.steps.len()
    }

    fn take(&mut self, changed: Changed, floor: i64, zone: &TimeZone) -> Result<(), DbError> {
        let Changed { tenant, ticket, before, now, .. } = changed;
        if let Some(before) = &before {
            self.add(tenant, (floor, zone), before, -1);
        }
        self.add(tenant, (floor, zone), &now, 1);
        self.traces.push(traces::Written::of(tenant, ticket, now)?);
        Ok(())
    }

    /// Adds or takes out all that a ticket adds.
    fn add(&mut self, tenant: TenantId, (floor, zone): (i64, &TimeZone), trace: &Trace, times: i64) {
        let Self { spots, places, steps, .. } = self;
        let site = trace.site;
        trace.additions(|Where { at, queue, service, counter, agent }, measures| {
            let (date, hour) = local(zone, at);
            let day = day_number(date);
            if day < floor {
                return;
            }
            let spot = Spot { tenant, site, queue, service, counter, agent, day, hour };
            let here = spots.entry(spot).or_insert_with(|| {
                places.extend(spot.things().flat_map(|thing| cells_of(thing, day)).map(|key| (tenant, key)));
                Measures::default()
            });
            here.add_times(measures, times);
        });
        for step in trace.steps() {
            let day = day_number(local(zone, step.at).0);
            if day >= floor {
                let key = (tenant, site, day, step.from.uuid(), step.to.uuid(), step.how);
                *steps.entry(key).or_default() += times;
            }
        }
    }

    /// Makes it ready, with `others` that are counted beside its tickets.
    fn close(self, read: &mut Read<'_>, known: &mut Known, others: Cells) -> Result<Part, DbError> {
        let Self { traces, spots, mut steps, .. } = self;
        let mut changes = others;
        for (spot, measures) in &spots {
            count(&mut changes, spot.tenant, (spot.day, spot.hour), spot.things(), measures);
        }
        steps.retain(|_, steps| *steps != 0);
        Ok(Part { traces, cells: cells::changed(read, known, &changes)?, steps })
    }
}

impl Fold<'_> {
    /// Makes ready what is to be written of all that was gathered.
    pub(crate) fn finish(mut self, read: &mut Read<'_>) -> Result<Made, DbError> {
        let tickets = std::mem::take(&mut self.tickets);
        let mut changed: Vec<Changed> = tickets.into_iter().filter_map(Changed::of).collect();
        changed.sort_unstable_by_key(Changed::order);
        let (mut parts, mut open, mut known) = (Vec::new(), Open::default(), Known::default());
        for changed in changed {
            if !changed.asked && open.rows() >= ROWS {
                parts.push(std::mem::take(&mut open).close(read, &mut known, Cells::new())?);
            }
            let floor = self.floor(read, changed.tenant)?;
            let zone = self.zone(changed.tenant, changed.now.site);
            open.take(changed, floor, &zone)?;
        }
        let part = open.close(read, &mut known, std::mem::take(&mut self.cells))?;
        let things = self.things.into_iter().map(|((tenant, _), thing)| (tenant, thing)).collect();
        let standing = self.standing.into_iter().filter(|(_, standing)| standing.changed);
        let standing =
            standing.filter_map(|((tenant, kind, _), standing)| Some((tenant, kind, standing.row?)));
        let last = Last { part, things, standing: standing.collect(), tracked: self.tracked };
        Ok(Made { parts, last })
    }
}
