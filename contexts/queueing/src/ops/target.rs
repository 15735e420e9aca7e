//! The one counter that a ticket waits for, after a transfer to it: kept only while that counter serves its line,
//! so that nobody waits for a counter that will never call them.

use usher_db::Tx;

use super::line::Queueing;
use super::save;
use crate::error::Error;
use crate::model::{CounterId, QueueId, Ticket};
use crate::store;

/// `counter`, where it is in use and serves `queue`. Asked past the memory and held until the commit: a counter
/// that is taken out of use at the same moment waits, or is waited for.
pub(crate) fn that_serves(
    tx: &mut Tx<'_>,
    counter: CounterId,
    queue: QueueId,
) -> Result<Option<CounterId>, Error> {
    tx.lock_rows("counters", &[counter])?;
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let known = store::config::counters(tx, tenant)?;
    Ok(known.iter().any(|c| c.id == counter && c.queue_ids.contains(&queue)).then_some(counter))
}

/// A ticket that goes into a line, or back into one, waits for its counter only where that serves the line.
pub(crate) fn keep(tx: &mut Tx<'_>, t: &mut Ticket) -> Result<(), Error> {
    if let Some(counter) = t.target_counter_id {
        t.target_counter_id = that_serves(tx, counter, t.queue_id)?;
    }
    Ok(())
}

/// Everybody who waits for a counter that does not serve their line any more may be called by the others.
pub(crate) fn release(
    line: &Queueing,
    tx: &mut Tx<'_>,
    counter: CounterId,
    still: &[QueueId],
) -> Result<(), Error> {
    for mut t in store::tickets::waiting_for(tx, counter)? {
        if still.contains(&t.queue_id) {
            continue;
        }
        t.target_counter_id = None;
        t.prev_status = Some(t.status);
        save(tx, &mut t)?;
        line.record(tx, "ticket.released", &t, |_| {})?;
    }
    Ok(())
}
