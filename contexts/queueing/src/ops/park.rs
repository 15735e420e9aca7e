//! Parking a ticket for some minutes, and its return.

use usher_db::Tx;
use usher_kernel::SignedDuration;

use super::line::Queueing;
use super::{advance, save, ticket};
use crate::error::Error;
use crate::model::machine::Op;
use crate::model::{Before, Ticket, TicketId};

/// Takes a waiting ticket out of the line for `minutes`; it keeps its place for when it comes back.
///
/// # Errors
/// It does not wait, or the line does not allow so long.
pub fn park(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, minutes: i64) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let before = Before::of(&t);
    away(line, tx, &mut t, minutes)?;
    save(tx, &mut t)?;
    line.record(tx, "ticket.parked", &t, |fact| fact.before = Some(before))?;
    Ok(t)
}

/// A ticket is out of the line for `minutes`, within what its line allows.
pub(super) fn away(line: &Queueing, tx: &mut Tx<'_>, t: &mut Ticket, minutes: i64) -> Result<(), Error> {
    let config = line.config(tx)?;
    let limit = line.queue(&config, t.queue_id)?.settings.park_limit_minutes;
    if minutes < 1 || minutes > limit {
        return Err(Error::ParkLimit(limit));
    }
    advance(t, Op::Park)?;
    t.parked_until = tx.now().checked_add(SignedDuration::from_mins(minutes)).ok();
    Ok(())
}

/// Brings a parked ticket back into the line.
///
/// # Errors
/// It is not parked, or somebody changed it at the same moment.
pub fn unpark(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let before = Before::of(&t);
    advance(&mut t, Op::Unpark)?;
    t.parked_until = None;
    super::target::keep(tx, &mut t)?;
    super::presence::sign_of_life(tx, &mut t);
    save(tx, &mut t)?;
    line.record(tx, "ticket.returned", &t, |fact| fact.before = Some(before))?;
    Ok(t)
}
