//! Serving: start, pause, resume.

use usher_db::Tx;

use super::line::Queueing;
use super::{save, step};
use crate::error::Error;
use crate::model::Code;
use crate::model::machine::Op;
use crate::model::{Before, CounterId, CounterStatus, Ticket, TicketId};
use crate::store;

/// Begins to serve a called ticket.
///
/// # Errors
/// Its state does not allow it, its counter is closed, or somebody changed it at the same moment.
pub fn start(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    change(line, tx, id, Op::StartService, "ticket.started", |t, now| t.started_at = Some(now))
}

/// Interrupts the service.
///
/// # Errors
/// As [`start`].
pub fn pause(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    change(line, tx, id, Op::Pause, "ticket.paused", |t, now| t.paused_at = Some(now))
}

/// Goes on serving.
///
/// # Errors
/// As [`start`].
pub fn resume(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    change(line, tx, id, Op::Resume, "ticket.resumed", |t, _| t.paused_at = None)
}

/// Confirms the priority that a person claimed; the ticket takes the place it gives.
///
/// # Errors
/// As [`start`].
pub fn confirm_priority(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    let config = line.config(tx)?;
    let mut t = step(line, tx, id, Op::ConfirmPriority)?;
    if !t.claims_priority() {
        return Err(Error::Conflict(
            Code::NothingToConfirm,
            format!("{} has no priority that waits to be confirmed.", t.number),
        ));
    }
    let queue = line.queue(&config, t.queue_id)?;
    let service = line.service(&config, t.service_id)?;
    let before = Before::of(&t);
    let rank = |confirmed| {
        crate::model::rank::rank(queue.settings.algorithm, t.entry, &service, &t.class, confirmed)
    };
    // What moves put on top of the rank stays.
    let moved = t.rank - rank(t.class_confirmed);
    let confirmed = rank(true);
    t.rank = confirmed + moved;
    t.class_confirmed = true;
    save(tx, &mut t)?;
    line.record(tx, "ticket.priority_confirmed", &t, |fact| fact.before = Some(before))?;
    Ok(t)
}

fn change(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: TicketId,
    op: Op,
    kind: &'static str,
    set: impl FnOnce(&mut Ticket, usher_kernel::Timestamp),
) -> Result<Ticket, Error> {
    let mut t = super::ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let before = Before::of(&t);
    super::advance(&mut t, op)?;
    if matches!(op, Op::StartService | Op::Resume)
        && let Some(counter) = t.counter_id
    {
        open(line, tx, counter)?;
    }
    set(&mut t, tx.now());
    save(tx, &mut t)?;
    line.record(tx, kind, &t, |fact| fact.before = Some(before))?;
    Ok(t)
}

/// A counter serves only while it is open. Whoever sat down there on another node a moment ago is there, too.
pub(crate) fn open(line: &Queueing, tx: &mut Tx<'_>, counter: CounterId) -> Result<(), Error> {
    if line.live().seats.lock().is_open(counter) {
        return Ok(());
    }
    if store::agents::seat_of(tx, counter)?.is_some_and(|seat| seat.status == CounterStatus::Open) {
        return Ok(());
    }
    let config = line.config(tx)?;
    Err(Error::CounterClosed(line.counter(&config, counter)?.name.clone()))
}
