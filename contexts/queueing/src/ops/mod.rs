//! What people and the system do with the line, one file each.

pub mod agent;
pub mod announcement;
pub mod booked_with;
pub mod call;
pub mod call_next;
mod callers;
pub mod cancel;
pub mod close;
pub mod close_site;
pub mod configure;
pub(crate) mod customer;
mod estimates;
pub mod expire;
pub(crate) mod guard;
mod holder;
pub mod issue;
pub mod lease;
pub mod line;
pub mod note;
pub(crate) mod numbers;
pub mod outside;
pub(crate) mod overdue;
pub mod park;
pub mod place;
pub mod presence;
pub mod routing;
pub mod serve;
pub mod setup;
pub mod show;
pub(crate) mod site_now;
pub(crate) mod skills;
pub mod slots;
pub mod start;
pub(crate) mod target;
pub mod transfer;
pub mod undo;
pub mod visit;

use usher_db::{Read, Tx};
use usher_kernel::Timestamp;

pub use line::{Parts, Queueing};

use crate::error::Error;
use crate::model::machine::{self, Op};
use crate::model::{Ticket, TicketId};
use crate::store;

/// Reads a ticket of the tenant.
pub(crate) fn ticket(read: &mut Read<'_>, id: TicketId) -> Result<Ticket, Error> {
    store::tickets::get(read, id)?.ok_or(Error::NotFound("ticket"))
}

/// Reads a ticket for whoever may see it: staff of its site.
pub(crate) fn seen(line: &Queueing, read: &mut Read<'_>, id: TicketId) -> Result<Ticket, Error> {
    let found = ticket(read, id)?;
    line.may_see(read, found.site_id, "ticket")?;
    Ok(found)
}

/// Reads a ticket on which `op` is possible, and moves it to the state where that leads.
pub(crate) fn step(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, op: Op) -> Result<Ticket, Error> {
    let mut found = ticket(tx, id)?;
    line.may_work_at(tx, found.site_id)?;
    advance(&mut found, op)?;
    Ok(found)
}

/// The refusal of `op` on a ticket as it stands.
pub(crate) fn not_allowed(op: Op, t: &Ticket) -> Error {
    Error::NotAllowed { op, number: t.number.clone(), status: t.status, claimed: t.claims_priority() }
}

/// Moves a ticket to the state where `op` leads.
pub(crate) fn advance(t: &mut Ticket, op: Op) -> Result<(), Error> {
    let Some(next) = machine::next(op, t.status) else {
        return Err(not_allowed(op, t));
    };
    t.prev_status = Some(t.status);
    t.status = next;
    Ok(())
}

/// Writes a ticket back, if nobody changed it since it was read.
pub(crate) fn save(tx: &mut Tx<'_>, t: &mut Ticket) -> Result<(), Error> {
    if store::tickets::save(tx, t)? { Ok(()) } else { Err(Error::Raced(t.number.clone())) }
}

/// Microseconds since 1970, the unit of ranks.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}
