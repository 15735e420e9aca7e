//! The end of the business day: who still waits expires, leased numbers that were never printed become void.

use usher_db::{Json, Tx};

use super::line::Queueing;
use super::{advance, save, ticket};
use crate::error::Error;
use crate::model::machine::Op;
use crate::model::ticket::Cause;
use crate::model::{QueueId, Status, Ticket, TicketId};
use crate::store;

/// Ends a ticket with its day: who still waits expires, who was called and never came is a no-show, and whoever was
/// being served when everybody went home has been served.
///
/// # Errors
/// It ended in the meantime.
pub fn end(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    match ticket(tx, id)?.status {
        Status::Called => super::place::mark_no_show(line, tx, id),
        Status::Serving | Status::Paused | Status::WrapUp => super::close::left_behind(line, tx, id),
        _ => expire(line, tx, id),
    }
}

/// Expires a ticket that still waits or is parked.
///
/// # Errors
/// It was called, served or left in the meantime.
pub fn expire(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    advance(&mut t, Op::Expire)?;
    t.ended_at = Some(tx.now());
    t.cause = Some(Cause::Expired);
    t.parked_until = None;
    save(tx, &mut t)?;
    line.record(tx, "ticket.expired", &t, |_| {})?;
    Ok(t)
}

/// Ends the leases of a line that belong to a day before `day`; the numbers left are recorded as void, until a kiosk
/// that was away says that it printed them.
///
/// # Errors
/// The database failed.
pub fn void_leases(tx: &mut Tx<'_>, queue: QueueId, day: &str) -> Result<usize, Error> {
    let now = tx.now();
    // A kiosk that uploads at this moment waits, or is waited for: what it printed is not void.
    store::lines::lock(tx, &[queue])?;
    let leases = store::leases::open_before(tx, queue, day)?;
    for lease in &leases {
        let void = Json(lease.unused());
        if store::leases::close(tx, lease.id, &void, now)? {
            crate::events::lease(tx, "number_lease.voided", lease, &void.0)?;
        }
    }
    Ok(leases.len())
}
