//! Filling the memory from the database at start.

use usher_db::Read;
use usher_kernel::{SystemCtx, Timestamp};

use super::issue::first_id;
use super::line::Queueing;
use crate::error::Error;
use crate::model::live::{AgentSeat, Call, CounterSeat};
use crate::model::{Status, Ticket, TicketFact};
use crate::store;

/// How far back a business day can reach: tickets of the last 36 hours make the day's figures.
const FIGURES_MILLIS: i64 = 36 * 3_600_000;

/// Reads lines, seats and the day's figures into memory. What happens meanwhile arrives as events, and an
/// older picture never replaces a newer one.
///
/// # Errors
/// The database failed.
pub async fn load(line: &Queueing, sys: &SystemCtx) -> Result<(), Error> {
    let me = line.clone();
    line.db().read_system(sys, move |read| fill(&me, read)).await
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
    for row in read.query::<store::sites::ClosureRow>(store::sites::CLOSURES, &[])? {
        line.set_closure(row.site_id, Some(&row.reason));
    }
    let since = first_id(now.as_millisecond() - FIGURES_MILLIS);
    read.query_each::<Ticket>(store::tickets::SINCE, &[&since], |t| {
        replay(line, &t, now);
        Ok(())
    })?;
    read.query_each::<Ticket>(store::tickets::ALIVE, &[], |t| {
        replay(line, &t, now);
        Ok(())
    })?;
    Ok(())
}

/// Tells the memory a ticket's life in the steps that its record still shows.
fn replay(line: &Queueing, t: &Ticket, now: Timestamp) {
    let Ok(site) = line.site_now(t.tenant_id, t.site_id, now) else { return };
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
            ended_at: None,
            ..end.clone()
        };
        live.apply(t.tenant_id, &issued, &site.day);
        if t.version > 2 && t.called_at.is_some() {
            let called = TicketFact {
                status: Status::Called,
                from: Some(Status::Waiting),
                version: 2,
                ended_at: None,
                ..end.clone()
            };
            live.apply(t.tenant_id, &called, &site.day);
        }
    }
    if !today && t.status.is_final() {
        return;
    }
    if live.apply(t.tenant_id, &end, &site.day) {
        live.seats.lock().note(&end, t.ended_at.or(t.called_at).unwrap_or(t.issued_at), &site.day);
        if let (Some(counter_id), Some(at)) = (t.counter_id, t.called_at) {
            // The announcement's own id is in the log; a board only needs the call itself, heard long ago.
            let call = Call {
                id: t.id.uuid(),
                ticket_id: t.id,
                number: t.number.clone(),
                counter_id,
                queue_id: t.queue_id,
                at,
                recall: t.recalls > 0,
                acknowledged: Some("before_restart".to_owned()),
                unheard: false,
                settled: t.status != Status::Called,
            };
            live.calls.lock().push(t.site_id, call);
        }
    }
}
