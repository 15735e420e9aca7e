//! Filling the memory from the database at start.

use std::collections::HashSet;

use usher_db::{DbError, Read};
use usher_kernel::{SignedDuration, SiteId, SystemCtx, Timestamp};

use super::issue::first_id;
use super::line::{Done, Queueing};
use crate::error::Error;
use crate::events::{AnnouncementFact, note_announcement, take_up_call};
use crate::model::live::undo::{ISSUED, UNDO_SECONDS};
use crate::model::live::{AgentSeat, Call, CounterSeat};
use crate::model::ticket::Cause;
use crate::model::{Status, Ticket, TicketFact, TicketId};
use crate::store;

/// How far back a business day can reach: tickets of the last 36 hours make the day's figures.
const FIGURES_MILLIS: i64 = 36 * 3_600_000;

/// How many events of the last minute are looked through: a node that was busier than that forgets the older
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

/// Reads what ended today, page by page.
async fn read_day(line: &Queueing, sys: &SystemCtx) -> Result<(), Error> {
    let mut after = Some(first_id(sys.now().as_millisecond() - FIGURES_MILLIS));
    while let Some(from) = after {
        let me = line.clone();
        after = line.db().read_system(sys, move |read| read_page(&me, read, from)).await?;
    }
    Ok(())
}

/// One page; answers with the last ticket of it, when there may be more behind it.
fn read_page(line: &Queueing, read: &mut Read<'_>, after: TicketId) -> Result<Option<TicketId>, Error> {
    let (now, mut last, mut found) = (read.now(), None, 0);
    read.query_each::<Ticket>(store::tickets::ENDED_SINCE, &[&after, &i64::from(PAGE)], |t| {
        (last, found) = (Some(t.id), found + 1);
        if let Some((site, call)) = replay(line, &t, now) {
            line.live().calls.lock().push(site, call);
        }
        Ok(())
    })?;
    Ok(last.filter(|_| found == PAGE))
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
            if let Some((site, call)) = replay(line, &t, now) {
                live.calls.lock().push(site, call);
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
    let mut called = HashSet::new();
    let (mut actions, mut announced) = (Vec::new(), Vec::new());
    // The newest first: of several calls of a ticket the last one counts.
    for event in usher_events::recent(read, since, ACTIONS)? {
        if matches!(&*event.kind, "announcement.acknowledged" | "announcement.unheard") {
            announced.extend(event.payload_as::<AnnouncementFact>().ok());
        }
        let Some(done) = Done::of(&event) else { continue };
        let Ok(fact) = event.payload_as::<TicketFact>() else { continue };
        if matches!(done.kind, "ticket.called" | "ticket.recalled") && called.insert(fact.ticket_id) {
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

/// Tells the memory a ticket's life in the steps that its record still shows; answers with its last call.
fn replay(line: &Queueing, t: &Ticket, now: Timestamp) -> Option<(SiteId, Call)> {
    let site = line.site_now(t.tenant_id, t.site_id, now).ok()?;
    let today = site.site.business_day(t.issued_at).to_string() == site.day;
    let mut end = TicketFact::of(t);
    if t.cause == Some(Cause::Undone) {
        // As whoever followed it was told: it counts as never issued.
        end.from = Some(Status::Waiting);
        end.undone = Some(ISSUED.to_owned());
    } else if t.status.is_final() && end.from == Some(t.status) {
        // Something was written to it after its end; how it came there is what counts.
        end.from = Some(Status::Called);
    }
    let live = line.live();
    if today && t.version > 1 {
        let issued = TicketFact {
            status: Status::Waiting,
            from: None,
            version: 1,
            counter_id: None,
            called_at: None,
            recalled_at: None,
            ended_at: None,
            undone: None,
            ..end.clone()
        };
        live.apply(t.tenant_id, &issued, &site.day);
        // Where the call is the last that happened to it, it is told below.
        let called_last = (end.from, end.status) == (Some(Status::Waiting), Status::Called);
        if t.version > 2 && t.called_at.is_some() && !called_last {
            let called = TicketFact {
                status: Status::Called,
                from: Some(Status::Waiting),
                version: 2,
                ended_at: None,
                undone: None,
                ..end.clone()
            };
            live.apply(t.tenant_id, &called, &site.day);
        }
    }
    if !today && t.status.is_final() || !live.apply(t.tenant_id, &end, &site.day) {
        return None;
    }
    live.seats.lock().note(&end, t.ended_at.or(t.last_called_at()).unwrap_or(t.issued_at), &site.day);
    let step = t.extra.as_ref().and_then(|extra| extra.next_step.clone()).filter(|_| today);
    if let (Some(step), Some(at)) = (step, t.ended_at) {
        live.visits.lock().note(&TicketFact { next_step: Some(step), ..end }, at);
    }
    // The announcement's own id is in the log, where the last minute is read from; of what was called before that a
    // board only needs the call itself, heard long ago.
    let call = Call {
        id: t.id.uuid(),
        ticket_id: t.id,
        number: t.number.clone(),
        counter_id: t.counter_id?,
        queue_id: t.queue_id,
        at: t.last_called_at()?,
        recall: t.recalls > 0,
        heard: Vec::new(),
        unheard: Vec::new(),
        judged: true,
        settled: t.status != Status::Called,
        old: true,
    };
    Some((t.site_id, call))
}
