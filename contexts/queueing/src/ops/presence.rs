//! Asking people in line whether they still come, by their tickets' pages.

use usher_db::Tx;
use usher_kernel::Actor;

use super::line::Queueing;
use super::{save, ticket};
use crate::error::Error;
use crate::model::{Presence, Status, Ticket, TicketId};

/// Notes that a ticket's page was opened: its person can be asked from now on.
///
/// # Errors
/// There is no such ticket, or somebody changed it at the same moment.
pub fn open_page(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<(), Error> {
    let mut t = ticket(tx, id)?;
    if t.status.is_final() || Presence::of(&t).is_some() {
        return Ok(());
    }
    t.edit_extra(|extra| extra.paged = true);
    note(line, tx, t, "ticket.page_opened")
}

/// Has a ticket's page ask whether its person still comes; false when there is nothing to ask any more.
///
/// # Errors
/// There is no such ticket, or somebody changed it at the same moment.
pub fn ask(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<bool, Error> {
    let mut t = ticket(tx, id)?;
    let open = Presence::of(&t).is_some_and(|presence| presence.asked_at.is_none());
    if t.status != Status::Waiting || !open {
        return Ok(false);
    }
    let now = tx.now();
    t.edit_extra(|extra| extra.asked_at = Some(now));
    note(line, tx, t, "ticket.asked").map(|()| true)
}

/// Notes that nobody answered: the ticket keeps its place, and lengthens nobody's estimate any more. False when
/// somebody did answer.
///
/// # Errors
/// There is no such ticket, or somebody changed it at the same moment.
pub fn mark_silent(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<bool, Error> {
    let mut t = ticket(tx, id)?;
    let asked = Presence::of(&t).is_some_and(|presence| presence.is_asked() && !presence.silent);
    if t.status != Status::Waiting || !asked {
        return Ok(false);
    }
    let now = tx.now();
    t.edit_extra(|extra| extra.silent_since = Some(now));
    note(line, tx, t, "ticket.silent").map(|()| true)
}

/// Whoever does something with their own ticket is there.
pub(super) fn sign_of_life(tx: &Tx<'_>, t: &mut Ticket) {
    if Presence::of(t).is_some() && matches!(tx.caller().actor, Actor::Link { .. }) {
        let now = tx.now();
        t.edit_extra(|extra| extra.see(now));
    }
}

fn note(line: &Queueing, tx: &mut Tx<'_>, mut t: Ticket, kind: &'static str) -> Result<(), Error> {
    t.prev_status = Some(t.status);
    save(tx, &mut t)?;
    line.record(tx, kind, &t, |_| {})?;
    Ok(())
}
