//! Filling the memory from the database at start.
//!
//! What lives is read before anything is answered. What has ended today is read behind it, and of each ticket only what is
//! remembered: see [`Past`].

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use usher_db::{DbError, Read};
use usher_events::Glance;
use usher_kernel::{SignedDuration, SiteId, SystemCtx, TenantId, Timestamp};
use uuid::Uuid;

use super::issue::first_id;
use super::line::{Done, Queueing};
use super::site_now::SiteNow;
use crate::error::Error;
use crate::events::{AnnouncementFact, note_announcement, take_up_call};
use crate::model::live::undo::{UNDO_SECONDS, decides};
use crate::model::live::{AgentSeat, Call, CounterSeat, Live, Past};
use crate::model::{Status, Ticket, TicketFact, TicketId};
use crate::store;

/// How far back a business day can reach: tickets of the last 36 hours make the day's figures.
const FIGURES_MILLIS: i64 = 36 * 3_600_000;

/// How many events of the last minute are looked at: a node that was busier than that forgets the older
/// actions of it, and starts in time.
const ACTIONS: usize = 5_000;

/// How many ended tickets are read at a time, so that others get at the reader in between.
const PAGE: u32 = 2_000;

/// Reads lines and seats into memory: all that the next operation needs. What happens meanwhile arrives as
/// events, and an older picture never replaces a newer one.
///
/// What the day has brought so far follows behind ([`Queueing::day_known`]), since a branch that was busy all
/// day shall not keep people waiting for its figures.
///
/// # Errors
/// The database failed.
pub async fn load(line: &Queueing, sys: &SystemCtx) -> Result<(), Error> {
    let me = line.clone();
    line.db().read_system(sys, move |read| fill(&me, read)).await?;
    let (me, sys) = (line.clone(), sys.clone());
    tokio::spawn(async move {
        if let Err(error) = read_day(&me, &sys).await
            // Stopped before it was read: nobody asks any more.
            && !matches!(error, Error::Db(DbError::Closed))
        {
            tracing::warn!(%error, "the figures of the day begin anew");
        }
        me.set_day_known();
    });
    Ok(())
}

/// Reads what ended today, page by page, the newest first: boards show the last calls, and what ends while this is read
/// is told by its own events.
async fn read_day(line: &Queueing, sys: &SystemCtx) -> Result<(), Error> {
    let since = first_id(sys.now().as_millisecond() - FIGURES_MILLIS);
    let mut before = Some(TicketId::from_uuid(Uuid::max()));
    while let Some(below) = before {
        let me = line.clone();
        before = line.db().read_system(sys, move |read| read_page(&me, read, since, below)).await?;
    }
    Ok(())
}

/// One page; answers with the last ticket of it, when there may be more behind it.
fn read_page(
    line: &Queueing,
    read: &mut Read<'_>,
    since: TicketId,
    below: TicketId,
) -> Result<Option<TicketId>, Error> {
    let now = read.now();
    let page: Vec<Past> = read.query(store::past::ENDED, &[&since, &below, &i64::from(PAGE)])?;
    let mut days: HashMap<SiteId, Option<Today>> = HashMap::new();
    // In the order in which they came, as far as one page tells it.
    for past in page.iter().rev() {
        let today = days.entry(past.site_id).or_insert_with(|| Today::of(line, past, now));
        if let Some(today) = today.as_ref().filter(|today| today.has(past.issued_at)) {
            remember(line.live(), past, &today.site.day);
        }
    }
    Ok(page.last().map(|past| past.ticket_id).filter(|_| page.len() >= PAGE as usize))
}

/// The business day of a site that holds at a moment.
struct Today {
    site: Arc<SiteNow>,
    /// When it began, where that is told by the hours alone: everything from then until now is of it.
    began: Option<Timestamp>,
    now: Timestamp,
}

impl Today {
    fn of(line: &Queueing, past: &Past, now: Timestamp) -> Option<Self> {
        let site = line.site_now(past.tenant_id, past.site_id, now).ok()?;
        let began = site.site.business_day(now).yesterday().ok();
        let began = began.map(|yesterday| site.site.end_of_business_day(yesterday));
        let mut today = Self { site, began: None, now };
        today.began = began.filter(|began| today.is_of(*began));
        Some(today)
    }

    /// Whether a moment is of this day.
    fn has(&self, at: Timestamp) -> bool {
        self.began.is_some_and(|began| began <= at && at <= self.now) || self.is_of(at)
    }

    fn is_of(&self, at: Timestamp) -> bool {
        self.site.site.business_day(at).to_string() == self.site.day
    }
}

/// Tells the memory of a ticket that had ended before the start.
fn remember(live: &Live, past: &Past, day: &str) {
    if !live.remember(past, day) {
        return;
    }
    if let Some(counter) = past.counter_id {
        live.seats.lock().remember(counter, past.status == Status::Served, past.ended_at, day);
    }
    if past.next_step.is_some() {
        live.visits.lock().remember(past);
    }
    live.calls.lock().remember(past);
}

fn fill(line: &Queueing, read: &mut Read<'_>) -> Result<(), Error> {
    let live = line.live();
    let now = read.now();
    for row in read.query::<store::lines::LineRow>(store::lines::ALL, &[])? {
        let shared = live.line_or_new(row.tenant_id, row.site_id, row.queue_id);
        shared.lock().outside = row.outside_count;
    }
    {
        let mut seats = live.seats.lock();
        seats.started = Some(now);
        for row in read.query::<store::agents::SeatRow>(store::agents::SEATS, &[])? {
            seats.counters.entry(row.id).or_insert_with(|| CounterSeat {
                tenant_id: row.tenant_id,
                site_id: row.site_id,
                status: row.status,
                agent_id: row.agent_id,
                since: row.since,
                holding: Vec::new(),
                day: String::new(),
                served_today: 0,
                last_action: now,
            });
        }
        // Whoever left while nobody was there to hear of it: the watch looks at everybody who sits.
        let seated = seats.counters.values().filter_map(|seat| Some((seat.tenant_id, seat.agent_id?)));
        live.doubts.lock().extend(seated);
        for row in read.query::<store::agents::AgentRow>(store::agents::ALL, &[])? {
            seats.agents.entry((row.tenant_id, row.user_id)).or_insert_with(|| AgentSeat {
                name: row.name.clone(),
                status: row.status,
                pause_reason: row.pause_reason.clone(),
                counter_id: row.counter_id,
                since: row.since,
                version: row.version,
            });
        }
    }
    for member in line.identity().skilled(read)? {
        let who = (member.tenant_id, member.user_id);
        live.skills.write().put(who, (member.id, member.version), &member.skills);
    }
    for row in read.query::<store::sites::ClosureRow>(store::sites::CLOSURES, &[])? {
        match row.reopened_at {
            Some(at) => line.set_reopened(row.site_id, at),
            None => line.set_closure(row.site_id, &row.reason),
        }
    }
    for alive in [store::tickets::ALL_WAITING, store::tickets::ALL_HELD, store::tickets::ALL_PARKED] {
        read.query_each::<Ticket>(alive, &[], |t| {
            if let Some(call) = replay(line, &t, now) {
                live.calls.lock().push(t.site_id, call);
            }
            Ok(())
        })?;
    }
    last_actions(line, read, now)
}

/// What happened in the last minute: what members of staff did, so that they can still take it back, and the calls for
/// which nobody has come yet, so that displays still play them, or staff are told that none did.
fn last_actions(line: &Queueing, read: &mut Read<'_>, now: Timestamp) -> Result<(), Error> {
    let since = now.saturating_sub(SignedDuration::from_secs(UNDO_SECONDS)).unwrap_or(Timestamp::MIN);
    let live = line.live();
    let mut wanted = Wanted { live, called: HashSet::new(), decided: HashMap::new() };
    let mut called = HashSet::new();
    let (mut actions, mut announced) = (Vec::new(), Vec::new());
    // The newest first: of several calls of a ticket the last one counts.
    for event in usher_events::recent(read, since, ACTIONS, |event| wanted.is(event))? {
        if is_of_an_announcement(&event.kind) {
            announced.extend(event.payload_as::<AnnouncementFact>().ok());
        }
        let Some(done) = Done::of(&event) else { continue };
        let Ok(fact) = event.payload_as::<TicketFact>() else { continue };
        if is_call(done.kind) && called.insert(fact.ticket_id) {
            take_up_call(live, &fact, &done);
        }
        if let Some(user) = done.user {
            actions.push((user, done, fact));
        }
    }
    for fact in announced.iter().rev() {
        note_announcement(live, fact);
    }
    let mut undos = live.undos.lock();
    for (user, done, fact) in actions.iter().rev() {
        undos.note((done.tenant, *user), done.request, done.at, done.kind, fact);
    }
    Ok(())
}

/// Which events of the last minute say something, looked at from the newest back; the others need not be read.
struct Wanted<'l> {
    live: &'l Live,
    /// The tickets whose last call was met.
    called: HashSet<Uuid>,
    /// Of whom the last action that counts was met, and when that was: nothing of before it counts any more.
    decided: HashMap<(TenantId, Uuid), Timestamp>,
}

impl Wanted<'_> {
    fn is(&mut self, event: &Glance) -> bool {
        if is_of_an_announcement(&event.kind) {
            return true;
        }
        if !event.kind.starts_with("ticket.") {
            return false;
        }
        let is_last_call = is_call(&event.kind) && self.called.insert(event.thing_id);
        is_last_call && self.waits_for_its_person(event.thing_id) || self.may_count(event)
    }

    fn waits_for_its_person(&self, ticket: Uuid) -> bool {
        self.live.ticket(TicketId::from_uuid(ticket)).is_some_and(|ticket| ticket.status == Status::Called)
    }

    /// Whether it may be what a member of staff can take back, or belong to it: what one request did has one time.
    fn may_count(&mut self, event: &Glance) -> bool {
        let user = event.actor_id.filter(|_| event.actor_kind == "user");
        let Some(who) = event.tenant_id.zip(user) else { return false };
        let decided = self.decided.get(&who).copied();
        if decided.is_some_and(|at| event.at < at) {
            return false;
        }
        if decides(&event.kind) && decided.is_none_or(|at| event.at > at) {
            self.decided.insert(who, event.at);
        }
        true
    }
}

fn is_call(kind: &str) -> bool {
    matches!(kind, "ticket.called" | "ticket.recalled")
}

fn is_of_an_announcement(kind: &str) -> bool {
    matches!(kind, "announcement.acknowledged" | "announcement.unheard")
}

/// Tells the memory a living ticket's life in the steps that its record still shows; answers with its last call.
fn replay(line: &Queueing, t: &Ticket, now: Timestamp) -> Option<Call> {
    let site = line.site_now(t.tenant_id, t.site_id, now).ok()?;
    let today = site.site.business_day(t.issued_at).to_string() == site.day;
    let end = TicketFact::of(t);
    let live = line.live();
    if today && t.version > 1 {
        let issued = TicketFact {
            status: Status::Waiting,
            from: None,
            version: 1,
            counter_id: None,
            called_at: None,
            recalled_at: None,
            ..end.clone()
        };
        live.apply(t.tenant_id, &issued, &site.day);
        // Where the call is the last that happened to it, it is told below.
        let called_last = (end.from, end.status) == (Some(Status::Waiting), Status::Called);
        if t.version > 2 && t.called_at.is_some() && !called_last {
            let called =
                TicketFact { status: Status::Called, from: Some(Status::Waiting), version: 2, ..end.clone() };
            live.apply(t.tenant_id, &called, &site.day);
        }
    }
    if !live.apply(t.tenant_id, &end, &site.day) {
        return None;
    }
    live.seats.lock().note(&end, t.last_called_at().unwrap_or(t.issued_at), &site.day);
    let (counter_id, at) = (t.counter_id?, t.last_called_at()?);
    let call = Call::long_ago(t.id, t.number.clone(), counter_id, t.queue_id, at, t.recalls > 0);
    Some(Call { settled: t.status != Status::Called, ..call })
}
