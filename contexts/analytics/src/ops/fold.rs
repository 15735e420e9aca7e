//! A batch of events on its way into the read models.
//!
//! All that is read is read once, and what comes of it is made ready to be written: the writer is not asked for
//! before.

mod booked;
mod parts;
mod said;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use usher_db::{DbError, Read};
use usher_events::Event;
use usher_kernel::{SiteId, TenantId, TimeZone, Timestamp, UserId};
use usher_queueing::events::{AgentFact, ConfigFact, SeatFact};
use usher_queueing::model::{AgentStatus, CounterStatus, TicketFact, TicketId};
use usher_tenancy::model::Directory;
use uuid::Uuid;

use crate::events::TrackedFact;
use crate::model::trace::Trace;
use crate::model::{Cell, Count, Grain, Key, Measures, Scope, date_of, day_number, month_number};
use crate::store::cells::Place;
use crate::store::state::{PresenceRow, ThingRow};
use crate::store::{state, traces};

pub(crate) use parts::Made;

/// The most days that one stretch of presence is counted over: whoever never signed out was not there for ever.
const LONGEST_PRESENCE_DAYS: i64 = 3;

/// What cells are about, and the site that it belongs to.
type Thing = (Scope, Uuid, SiteId);
/// What is to be added to cells. In order, so that two engines and two runs write the same.
type Cells = BTreeMap<Place, Cell>;
/// The site of what belongs to none.
const NOWHERE: SiteId = SiteId::from_uuid(Uuid::nil());

/// A ticket that the batch touches: as it was, and as it is now. Of a new one there is neither yet.
#[derive(Default)]
struct Touched {
    before: Option<Trace>,
    now: Option<Trace>,
    /// Whether something else of the batch went by what was known of it.
    asked: bool,
}

/// How a counter or an agent stands, and whether the batch changed it.
struct Standing {
    row: Option<PresenceRow>,
    changed: bool,
}

/// What a batch changes, gathered so that each row is read and written once.
pub(crate) struct Fold<'d> {
    directory: &'d Directory,
    zones: HashMap<SiteId, TimeZone>,
    floors: HashMap<TenantId, i64>,
    tickets: HashMap<(TenantId, TicketId), Touched>,
    promises: HashMap<(TenantId, Uuid), Option<i64>>,
    // In order, as cells are.
    things: BTreeMap<(TenantId, Uuid), ThingRow>,
    standing: BTreeMap<(TenantId, &'static str, Uuid), Standing>,
    tracked: BTreeMap<(TenantId, i64, String, Uuid, Uuid), i64>,
    /// What is counted of anything but tickets.
    cells: Cells,
}

impl<'d> Fold<'d> {
    pub(crate) fn new(directory: &'d Directory) -> Self {
        Self {
            directory,
            zones: HashMap::new(),
            floors: HashMap::new(),
            tickets: HashMap::new(),
            promises: HashMap::new(),
            things: BTreeMap::new(),
            standing: BTreeMap::new(),
            tracked: BTreeMap::new(),
            cells: BTreeMap::new(),
        }
    }

    /// Reads what is remembered of the tickets that the batch is about.
    pub(crate) fn load(&mut self, read: &mut Read<'_>, batch: &[Arc<Event>]) -> Result<(), DbError> {
        let mut tickets: BTreeMap<TenantId, BTreeSet<TicketId>> = BTreeMap::new();
        for event in batch.iter().filter(|event| &*event.thing_kind == "ticket") {
            let Some(tenant) = event.tenant else { continue };
            tickets.entry(tenant).or_default().insert(TicketId::from_uuid(event.thing_id));
        }
        for (tenant, tickets) in tickets {
            // Ids begin with their time, so most tickets of a busy moment are younger than all that is remembered.
            let Some(newest) = traces::newest(read, tenant)? else { continue };
            let older: Vec<_> = tickets.range(..=newest).copied().collect();
            for (ticket, trace) in traces::some(read, tenant, &older)? {
                let touched = Touched { before: Some(trace.clone()), now: Some(trace), asked: false };
                self.tickets.insert((tenant, ticket), touched);
            }
        }
        Ok(())
    }

    /// Something happened to a ticket that [`load`](Self::load) has seen.
    pub(crate) fn ticket(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        kind: &str,
        fact: &TicketFact,
        at: Timestamp,
    ) -> Result<(), DbError> {
        let promise = match kind {
            "ticket.called" | "ticket.undone" => self.promise(read, tenant, fact.service_id.uuid())?,
            _ => None,
        };
        let touched = self.tickets.entry((tenant, fact.ticket_id)).or_default();
        touched.now.get_or_insert_with(|| Trace::begin(fact)).take(kind, fact, at, promise);
        Ok(())
    }

    /// The wait that a service promises, in seconds.
    fn promise(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        service: Uuid,
    ) -> Result<Option<i64>, DbError> {
        if let Some(known) = self.promises.get(&(tenant, service)) {
            return Ok(*known);
        }
        let promise = state::promise(read, tenant, service)?;
        self.promises.insert((tenant, service), promise);
        Ok(promise)
    }

    /// How a counter or an agent stands.
    fn stands(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        kind: &'static str,
        thing: Uuid,
    ) -> Result<Option<PresenceRow>, DbError> {
        if let Some(known) = self.standing.get(&(tenant, kind, thing)) {
            return Ok(known.row.clone());
        }
        let row = state::presence(read, tenant, kind, thing)?;
        self.standing.insert((tenant, kind, thing), Standing { row: row.clone(), changed: false });
        Ok(row)
    }

    fn stand(&mut self, tenant: TenantId, kind: &'static str, row: PresenceRow) {
        self.standing.insert((tenant, kind, row.thing_id), Standing { row: Some(row), changed: true });
    }

    /// Somebody sat down at a counter, or left it.
    pub(crate) fn seat(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        fact: &SeatFact,
        at: Timestamp,
    ) -> Result<(), DbError> {
        let (thing, now) = (fact.counter_id.uuid(), at.as_microsecond());
        if let Some(known) = self.stands(read, tenant, "counter", thing)? {
            if known.since > now {
                return Ok(());
            }
            if known.state == CounterStatus::Open.as_str() {
                let place = (tenant, known.site_id);
                self.time(read, place, (Scope::Counter, thing), Count::Open, known.since, now)?;
                self.time(read, place, (Scope::Site, known.site_id.uuid()), Count::Open, known.since, now)?;
                if let Some(agent) = known.agent_id {
                    self.time(read, place, (Scope::Agent, agent.uuid()), Count::Present, known.since, now)?;
                }
            }
        }
        let row = PresenceRow {
            thing_id: thing,
            site_id: fact.site_id,
            agent_id: fact.agent_id,
            state: fact.status.as_str().to_owned(),
            since: now,
        };
        self.stand(tenant, "counter", row);
        match fact.agent_id {
            Some(agent) => self.place_agent(read, tenant, agent, fact.site_id, now),
            None => Ok(()),
        }
    }

    /// Where an agent sits says which site their breaks count for.
    fn place_agent(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        agent: UserId,
        site: SiteId,
        now: i64,
    ) -> Result<(), DbError> {
        let row = match self.stands(read, tenant, "agent", agent.uuid())? {
            Some(known) => PresenceRow { site_id: site, ..known },
            None => PresenceRow {
                thing_id: agent.uuid(),
                site_id: site,
                agent_id: Some(agent),
                state: AgentStatus::Available.as_str().to_owned(),
                since: now,
            },
        };
        self.stand(tenant, "agent", row);
        Ok(())
    }

    /// An agent went on a break, came back, or signed out.
    pub(crate) fn agent(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        fact: &AgentFact,
        at: Timestamp,
    ) -> Result<(), DbError> {
        let (thing, now) = (fact.agent_id.uuid(), at.as_microsecond());
        let known = self.stands(read, tenant, "agent", thing)?;
        let site = known.as_ref().map_or(NOWHERE, |known| known.site_id);
        if let Some(known) = known {
            if known.since > now {
                return Ok(());
            }
            if known.state == AgentStatus::Paused.as_str() && site != NOWHERE {
                let place = (tenant, known.site_id);
                self.time(read, place, (Scope::Agent, thing), Count::Paused, known.since, now)?;
            }
        }
        let row = PresenceRow {
            thing_id: thing,
            site_id: site,
            agent_id: Some(fact.agent_id),
            state: fact.status.as_str().to_owned(),
            since: now,
        };
        self.stand(tenant, "agent", row);
        Ok(())
    }

    /// A service, queue or counter was made or changed.
    pub(crate) fn thing(&mut self, tenant: TenantId, kind: &str, fact: &ConfigFact) {
        let Some(after) = &fact.after else { return };
        let text = |name: &str| after.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let minutes = after.get("target_minutes").and_then(serde_json::Value::as_f64);
        #[expect(clippy::cast_possible_truncation, reason = "a wait within a day, in seconds")]
        let promise = minutes.filter(|m| (0.0..=1e5).contains(m)).map(|minutes| (minutes * 60.0) as i64);
        let thing = ThingRow {
            thing_id: fact.id,
            kind: kind.to_owned(),
            site_id: fact.site_id,
            name: text("name").to_owned(),
            promise,
        };
        self.promises.insert((tenant, fact.id), promise);
        self.things.insert((tenant, fact.id), thing);
    }

    /// Something happened outside.
    pub(crate) fn tracked(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        fact: &TrackedFact,
    ) -> Result<(), DbError> {
        let zone = self.directory.tenant(tenant).map_or(TimeZone::UTC, |tenant| tenant.zone());
        let day = day_number(zone.to_datetime(fact.occurred_at).date());
        if day < self.floor(read, tenant)? {
            return Ok(());
        }
        let queue = fact.queue_id.map_or(Uuid::nil(), usher_kernel::Id::uuid);
        let user = fact.user_id.map_or(Uuid::nil(), usher_kernel::Id::uuid);
        *self.tracked.entry((tenant, day, fact.event_type.clone(), queue, user)).or_default() += 1;
        Ok(())
    }

    /// Counts a stretch of time, cut at midnight.
    fn time(
        &mut self,
        read: &mut Read<'_>,
        (tenant, site): (TenantId, SiteId),
        (scope, thing): (Scope, Uuid),
        count: Count,
        from: i64,
        until: i64,
    ) -> Result<(), DbError> {
        let floor = self.floor(read, tenant)?;
        let zone = self.zone(tenant, site);
        for (date, millis) in by_day(&zone, from, until) {
            let day = day_number(date);
            if day < floor {
                continue;
            }
            for key in cells_of((scope, thing, site), day) {
                self.cells.entry((tenant, key)).or_default().total.bump(count, millis);
            }
        }
        Ok(())
    }

    fn zone(&mut self, tenant: TenantId, site: SiteId) -> TimeZone {
        let directory = self.directory;
        let known = || directory.site(tenant, site).map_or(TimeZone::UTC, |site| site.zone());
        self.zones.entry(site).or_insert_with(known).clone()
    }

    fn floor(&mut self, read: &mut Read<'_>, tenant: TenantId) -> Result<i64, DbError> {
        if let Some(known) = self.floors.get(&tenant) {
            return Ok(*known);
        }
        let floor = state::floor(read, tenant)?;
        self.floors.insert(tenant, floor);
        Ok(floor)
    }
}

/// A thing's cells of a day: the day's own and the month's.
fn cells_of((scope, thing, site): Thing, day: i64) -> [Key; 2] {
    let of_day = Key { scope, thing, site, grain: Grain::Day, at: day };
    [of_day, Key { grain: Grain::Month, at: month_number(date_of(day)), ..of_day }]
}

/// Adds to the cells of some things.
fn count(
    cells: &mut Cells,
    tenant: TenantId,
    (day, hour): (i64, u8),
    things: impl IntoIterator<Item = Thing>,
    measures: &Measures,
) {
    for thing in things {
        let [of_day, of_month] = cells_of(thing, day);
        let cell = cells.entry((tenant, of_day)).or_default();
        cell.total.add(measures);
        if of_day.scope.by_hour() {
            cell.hours.at(hour).add(measures);
        }
        cells.entry((tenant, of_month)).or_default().total.add(measures);
    }
}

/// A moment as a day and an hour of a zone.
pub(crate) fn local(zone: &TimeZone, micros: i64) -> (usher_kernel::civil::Date, u8) {
    let at = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    let local = zone.to_datetime(at);
    (local.date(), u8::try_from(local.hour()).unwrap_or(0))
}

/// A stretch of time as milliseconds of each local day, from its end back to what is believed.
pub(crate) fn by_day(zone: &TimeZone, from: i64, until: i64) -> Vec<(usher_kernel::civil::Date, i64)> {
    let earliest = until.saturating_sub(LONGEST_PRESENCE_DAYS * 86_400_000_000);
    let (mut at, mut days) = (from.max(earliest), Vec::new());
    while at < until {
        let (date, _) = local(zone, at);
        let midnight = date
            .tomorrow()
            .and_then(|next| next.to_zoned(zone.clone()))
            .map_or(until, |next| next.timestamp().as_microsecond());
        let end = midnight.clamp(at + 1, until);
        days.push((date, (end - at) / 1000));
        at = end;
    }
    days
}
