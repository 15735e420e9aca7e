//! A batch of events on its way into the read models.

mod booked;
mod said;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use usher_db::{DbError, Tx};
use usher_events::Event;
use usher_kernel::{SiteId, TenantId, TimeZone, Timestamp, UserId};
use usher_queueing::events::{AgentFact, ConfigFact, SeatFact};
use usher_queueing::model::{AgentStatus, CounterStatus, TicketFact, TicketId};
use usher_tenancy::model::Directory;
use uuid::Uuid;

use crate::events::TrackedFact;
use crate::model::trace::{How, Trace, Where};
use crate::model::{Cell, Count, Grain, Key, Measures, Scope, day_number, month_number};
use crate::store::state::{PresenceRow, ThingRow};
use crate::store::{cells, state, traces};

/// The most days that one stretch of presence is counted over: whoever never signed out was not there for ever.
const LONGEST_PRESENCE_DAYS: i64 = 3;

/// What cells are about, and the site that it belongs to.
type Thing = (Scope, Uuid, SiteId);
/// The site of what belongs to none.
const NOWHERE: SiteId = SiteId::from_uuid(Uuid::nil());

/// A ticket that the batch touches: as it was, and as it is now. Of a new one there is neither yet.
#[derive(Default)]
struct Touched {
    before: Option<Trace>,
    now: Option<Trace>,
}

/// What a batch changes, gathered so that each cell is written once.
pub(crate) struct Fold<'d> {
    directory: &'d Directory,
    zones: HashMap<SiteId, TimeZone>,
    floors: HashMap<TenantId, i64>,
    tickets: HashMap<(TenantId, TicketId), Touched>,
    promises: HashMap<(TenantId, Uuid), Option<i64>>,
    // In order, so that two engines and two runs write the same.
    cells: BTreeMap<(TenantId, Key), Cell>,
    steps: BTreeMap<(TenantId, SiteId, i64, Uuid, Uuid, How), i64>,
}

impl<'d> Fold<'d> {
    pub(crate) fn new(directory: &'d Directory) -> Self {
        Self {
            directory,
            zones: HashMap::new(),
            floors: HashMap::new(),
            tickets: HashMap::new(),
            promises: HashMap::new(),
            cells: BTreeMap::new(),
            steps: BTreeMap::new(),
        }
    }

    /// Reads what is remembered of the tickets that the batch is about.
    pub(crate) fn load(&mut self, tx: &mut Tx<'_>, batch: &[Arc<Event>]) -> Result<(), DbError> {
        let mut tickets: BTreeMap<TenantId, BTreeSet<TicketId>> = BTreeMap::new();
        for event in batch.iter().filter(|event| &*event.thing_kind == "ticket") {
            let Some(tenant) = event.tenant else { continue };
            tickets.entry(tenant).or_default().insert(TicketId::from_uuid(event.thing_id));
        }
        for (tenant, tickets) in tickets {
            let tickets: Vec<_> = tickets.into_iter().collect();
            for (ticket, trace) in traces::some(tx, tenant, &tickets)? {
                let touched = Touched { before: Some(trace.clone()), now: Some(trace) };
                self.tickets.insert((tenant, ticket), touched);
            }
        }
        Ok(())
    }

    /// Something happened to a ticket that [`load`](Self::load) has seen.
    pub(crate) fn ticket(
        &mut self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        kind: &str,
        fact: &TicketFact,
        at: Timestamp,
    ) -> Result<(), DbError> {
        let promise = match kind {
            "ticket.called" | "ticket.undone" => self.promise(tx, tenant, fact.service_id.uuid())?,
            _ => None,
        };
        let touched = self.tickets.entry((tenant, fact.ticket_id)).or_default();
        touched.now.get_or_insert_with(|| Trace::begin(fact)).take(kind, fact, at, promise);
        Ok(())
    }

    /// The wait that a service promises, in seconds.
    fn promise(&mut self, tx: &mut Tx<'_>, tenant: TenantId, service: Uuid) -> Result<Option<i64>, DbError> {
        if let Some(known) = self.promises.get(&(tenant, service)) {
            return Ok(*known);
        }
        let promise = state::promise(tx, tenant, service)?;
        self.promises.insert((tenant, service), promise);
        Ok(promise)
    }

    /// Somebody sat down at a counter, or left it.
    pub(crate) fn seat(
        &mut self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        fact: &SeatFact,
        at: Timestamp,
    ) -> Result<(), DbError> {
        let (thing, now) = (fact.counter_id.uuid(), at.as_microsecond());
        if let Some(known) = state::presence(tx, tenant, "counter", thing)? {
            if known.since > now {
                return Ok(());
            }
            if known.state == CounterStatus::Open.as_str() {
                let place = (tenant, known.site_id);
                self.time(tx, place, (Scope::Counter, thing), Count::Open, known.since, now)?;
                self.time(tx, place, (Scope::Site, known.site_id.uuid()), Count::Open, known.since, now)?;
                if let Some(agent) = known.agent_id {
                    self.time(tx, place, (Scope::Agent, agent.uuid()), Count::Present, known.since, now)?;
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
        state::put_presence(tx, tenant, "counter", &row)?;
        if let Some(agent) = fact.agent_id {
            self.place_agent(tx, tenant, agent, fact.site_id, now)?;
        }
        Ok(())
    }

    /// Where an agent sits says which site their breaks count for.
    fn place_agent(
        &mut self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        agent: UserId,
        site: SiteId,
        now: i64,
    ) -> Result<(), DbError> {
        let row = match state::presence(tx, tenant, "agent", agent.uuid())? {
            Some(known) => PresenceRow { site_id: site, ..known },
            None => PresenceRow {
                thing_id: agent.uuid(),
                site_id: site,
                agent_id: Some(agent),
                state: AgentStatus::Available.as_str().to_owned(),
                since: now,
            },
        };
        state::put_presence(tx, tenant, "agent", &row)
    }

    /// An agent went on a break, came back, or signed out.
    pub(crate) fn agent(
        &mut self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        fact: &AgentFact,
        at: Timestamp,
    ) -> Result<(), DbError> {
        let (thing, now) = (fact.agent_id.uuid(), at.as_microsecond());
        let known = state::presence(tx, tenant, "agent", thing)?;
        let site = known.as_ref().map_or(SiteId::from_uuid(Uuid::nil()), |known| known.site_id);
        if let Some(known) = known {
            if known.since > now {
                return Ok(());
            }
            if known.state == AgentStatus::Paused.as_str() && site.uuid() != Uuid::nil() {
                let place = (tenant, known.site_id);
                self.time(tx, place, (Scope::Agent, thing), Count::Paused, known.since, now)?;
            }
        }
        let row = PresenceRow {
            thing_id: thing,
            site_id: site,
            agent_id: Some(fact.agent_id),
            state: fact.status.as_str().to_owned(),
            since: now,
        };
        state::put_presence(tx, tenant, "agent", &row)
    }

    /// A service, queue or counter was made or changed.
    pub(crate) fn thing(
        &mut self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        kind: &str,
        fact: &ConfigFact,
    ) -> Result<(), DbError> {
        let Some(after) = &fact.after else { return Ok(()) };
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
        state::put_thing(tx, tenant, &thing)
    }

    /// Something happened outside.
    pub(crate) fn tracked(
        &mut self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        fact: &TrackedFact,
    ) -> Result<(), DbError> {
        let zone = self.directory.tenant(tenant).map_or(TimeZone::UTC, |tenant| tenant.zone());
        let day = day_number(zone.to_datetime(fact.occurred_at).date());
        if day < self.floor(tx, tenant)? {
            return Ok(());
        }
        let queue = fact.queue_id.map_or(Uuid::nil(), usher_kernel::Id::uuid);
        let user = fact.user_id.map_or(Uuid::nil(), usher_kernel::Id::uuid);
        state::add_tracked(tx, tenant, (day, &fact.event_type), (queue, user))
    }

    /// Writes what has been gathered.
    pub(crate) fn finish(mut self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        let mut touched: Vec<_> = std::mem::take(&mut self.tickets).into_iter().collect();
        touched.sort_unstable_by_key(|(key, _)| *key);
        for ((tenant, ticket), Touched { before, now }) in touched {
            let Some(now) = now else { continue };
            if before.as_ref() == Some(&now) {
                continue;
            }
            let floor = self.floor(tx, tenant)?;
            if let Some(before) = &before {
                self.trace(tenant, floor, before, -1);
            }
            self.trace(tenant, floor, &now, 1);
            traces::put(tx, tenant, ticket, &now)?;
        }
        for ((tenant, key), change) in &self.cells {
            if !(change.total.is_empty() && change.hours.is_empty()) {
                cells::add(tx, *tenant, key, change)?;
            }
        }
        for ((tenant, site, day, from, to, how), steps) in self.steps.into_iter().filter(|(_, n)| *n != 0) {
            state::add_steps(tx, tenant, (site, day), (from, to, how), steps)?;
        }
        Ok(())
    }

    /// Adds or takes out all that a ticket adds.
    fn trace(&mut self, tenant: TenantId, floor: i64, trace: &Trace, times: i64) {
        let zone = self.zone(tenant, trace.site);
        let mut all = Vec::new();
        trace.additions(|place, measures| all.push((place, measures.clone())));
        for (place, measures) in all {
            self.add(tenant, (trace.site, &zone), floor, place, (&measures, times));
        }
        for step in trace.steps() {
            let (day, _) = local(&zone, step.at);
            if day_number(day) >= floor {
                let key = (tenant, trace.site, day_number(day), step.from.uuid(), step.to.uuid(), step.how);
                *self.steps.entry(key).or_default() += times;
            }
        }
    }

    fn add(
        &mut self,
        tenant: TenantId,
        (site, zone): (SiteId, &TimeZone),
        floor: i64,
        place: Where,
        (measures, times): (&Measures, i64),
    ) {
        let (date, hour) = local(zone, place.at);
        if day_number(date) < floor {
            return;
        }
        let things = [
            Some((Scope::Tenant, Uuid::nil(), NOWHERE)),
            Some((Scope::Site, site.uuid(), site)),
            Some((Scope::Queue, place.queue.uuid(), site)),
            Some((Scope::Service, place.service.uuid(), site)),
            place.counter.map(|counter| (Scope::Counter, counter.uuid(), site)),
            place.agent.map(|agent| (Scope::Agent, agent.uuid(), site)),
        ];
        let things: Vec<Thing> = things.into_iter().flatten().collect();
        self.count(tenant, (date, hour), &things, (measures, times));
    }

    /// Adds to the day and the month of some things.
    fn count(
        &mut self,
        tenant: TenantId,
        (date, hour): (usher_kernel::civil::Date, u8),
        things: &[Thing],
        (measures, times): (&Measures, i64),
    ) {
        for (scope, thing, site) in things.iter().copied() {
            let day = Key { scope, thing, site, grain: Grain::Day, at: day_number(date) };
            let cell = self.cells.entry((tenant, day)).or_default();
            cell.total.add_times(measures, times);
            if scope.by_hour() {
                cell.hours.at(hour).add_times(measures, times);
            }
            let month = Key { grain: Grain::Month, at: month_number(date), ..day };
            self.cells.entry((tenant, month)).or_default().total.add_times(measures, times);
        }
    }

    /// Counts a stretch of time, cut at midnight.
    fn time(
        &mut self,
        tx: &mut Tx<'_>,
        (tenant, site): (TenantId, SiteId),
        (scope, thing): (Scope, Uuid),
        count: Count,
        from: i64,
        until: i64,
    ) -> Result<(), DbError> {
        let floor = self.floor(tx, tenant)?;
        let zone = self.zone(tenant, site);
        for (date, millis) in by_day(&zone, from, until) {
            if day_number(date) < floor {
                continue;
            }
            for (grain, at) in [(Grain::Day, day_number(date)), (Grain::Month, month_number(date))] {
                let key = Key { scope, thing, site, grain, at };
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

    fn floor(&mut self, tx: &mut Tx<'_>, tenant: TenantId) -> Result<i64, DbError> {
        if let Some(known) = self.floors.get(&tenant) {
            return Ok(*known);
        }
        let floor = state::floor(tx, tenant)?;
        self.floors.insert(tenant, floor);
        Ok(floor)
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
