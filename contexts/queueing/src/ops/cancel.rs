//! Leaving the line, and taking that back.

use usher_db::Tx;
use usher_kernel::{Actor, SignedDuration, SiteId};

use super::line::Queueing;
use super::place::back_in_line;
use super::{advance, numbers, save, ticket};
use crate::error::Error;
use crate::model::live::undo::ISSUED;
use crate::model::machine::Op;
use crate::model::ticket::{Cause, Channel};
use crate::model::{Before, Status, Ticket, TicketId};

/// For how many seconds a customer can take leaving back; the page offers it for ten, the network takes some.
const UNDO_LEAVE_SECONDS: i64 = 30;

/// Takes a ticket out of the line: the customer left, or staff took it out.
///
/// # Errors
/// Its state does not allow it, or somebody changed it at the same moment.
pub fn cancel(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, reason: Option<&str>) -> Result<Ticket, Error> {
    super::note::check_text("reason", reason)?;
    let staff = matches!(tx.caller().actor, Actor::User { .. } | Actor::ApiKey { .. })
        && (tx.caller().may(&crate::model::scopes::TICKETS_SERVE)
            || tx.caller().may(&crate::model::scopes::TICKETS_ISSUE));
    end(line, tx, id, if staff { Cause::Staff } else { Cause::Left }, reason)
}

/// The customer leaves.
///
/// # Errors
/// As [`cancel`].
pub fn leave(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    end(line, tx, id, Cause::Left, None)
}

pub(crate) fn end(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: TicketId,
    cause: Cause,
    reason: Option<&str>,
) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let before = Before::of(&t);
    advance(&mut t, Op::Cancel)?;
    t.ended_at = Some(tx.now());
    t.cause = Some(cause);
    t.parked_until = None;
    // Why a line closed is about the line, and everybody in it reads it.
    let (closed, said) = if cause == Cause::LineClosed { (reason, None) } else { (None, reason) };
    if let Some(why) = closed {
        t.edit_extra(|extra| extra.closed_because = Some(why.to_owned()));
    }
    save(tx, &mut t)?;
    line.record_because(tx, "ticket.cancelled", &t, said, |fact| {
        fact.before = Some(before);
        fact.reason = closed.map(str::to_owned);
    })?;
    Ok(t)
}

/// Takes back a ticket whose answer reached its kiosk too late: the person has a number of the kiosk's own store, and one
/// ticket is enough. It counts as never issued, and nobody has left.
///
/// # Errors
/// The kiosk's site did not issue it at a kiosk, it is being served or over, or somebody changed it at the same moment.
pub fn withdraw(line: &Queueing, tx: &mut Tx<'_>, site: SiteId, id: TicketId) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    if t.site_id != site || t.channel != Channel::Kiosk {
        return Err(Error::NotFound("ticket"));
    }
    if t.status != Status::Waiting {
        // Somebody calls it already: nobody comes, and that is not the person's doing.
        return end(line, tx, id, Cause::Staff, Some("The kiosk gave another number instead."));
    }
    advance(&mut t, Op::Cancel)?;
    t.ended_at = Some(tx.now());
    t.cause = Some(Cause::Undone);
    save(tx, &mut t)?;
    line.record(tx, "ticket.undone", &t, |fact| fact.undone = Some(ISSUED.to_owned()))?;
    Ok(t)
}

/// The customer takes leaving back; the old place is kept.
///
/// # Errors
/// The ticket was not left by the customer, that was too long ago, or its number was given out again.
pub fn undo_leave(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    advance(&mut t, Op::UndoLeave)?;
    if t.cause != Some(Cause::Left) {
        return Err(Error::UndoMovedOn(t.number));
    }
    let limit = SignedDuration::from_secs(UNDO_LEAVE_SECONDS);
    if t.ended_at.is_none_or(|at| tx.now().duration_since(at) > limit) {
        return Err(Error::UndoTooLate(UNDO_LEAVE_SECONDS));
    }
    numbers::still_its_own(line, tx, &t)?;
    back_in_line(tx, &mut t)?;
    save(tx, &mut t)?;
    line.record(tx, "ticket.returned", &t, |_| {})?;
    Ok(t)
}
