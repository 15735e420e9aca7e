//! Called, and not come for as long as the line waits: the agent is advised to mark a no-show.

use usher_db::Tx;
use usher_kernel::{SignedDuration, Timestamp};

use super::line::Queueing;
use super::{save, ticket};
use crate::error::Error;
use crate::model::{QueueSettings, Status, TicketId};

/// Whether somebody who was last called then is late.
pub(crate) fn is_late(settings: &QueueSettings, called_at: Option<Timestamp>, now: Timestamp) -> bool {
    let patience = SignedDuration::from_mins(settings.no_show_minutes);
    called_at.is_some_and(|at| now.duration_since(at) >= patience)
}

/// Advises the agent to mark a called ticket as a no-show; false when there is nothing to advise any more.
///
/// # Errors
/// There is no such ticket, or somebody changed it at the same moment.
pub(crate) fn advise(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<bool, Error> {
    let config = line.config(tx)?;
    let mut t = ticket(tx, id)?;
    let queue = line.queue(&config, t.queue_id)?;
    let now = tx.now();
    let late = is_late(&queue.settings, t.last_called_at(), now);
    if t.status != Status::Called || t.overdue_since().is_some() || !late {
        return Ok(false);
    }
    t.edit_extra(|extra| extra.overdue_since = Some(now));
    t.prev_status = Some(t.status);
    save(tx, &mut t)?;
    line.record(tx, "ticket.overdue", &t, |_| {})?;
    Ok(true)
}
