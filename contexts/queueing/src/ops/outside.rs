//! People in line who hold no ticket: counted by line, and by zeroQ's `/updateQueue`.

use usher_db::Tx;

use super::line::Queueing;
use crate::error::Error;
use crate::events;
use crate::model::QueueId;
use crate::store;

/// What a change of the count did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The whole length before: those in line with a ticket, and those outside without.
    pub previous_length: i64,
    /// The whole length after.
    pub new_length: i64,
    /// How many are outside now.
    pub outside_count: i64,
}

/// Moves the count of people outside by `change`, never below zero.
///
/// # Errors
/// There is no such line, or the change is absurd.
pub fn update(line: &Queueing, tx: &mut Tx<'_>, queue: QueueId, change: i64) -> Result<Outside, Error> {
    if !(-1_000..=1_000).contains(&change) {
        return Err(Error::field("change", "out_of_range", "Between -1000 and 1000 people."));
    }
    let config = line.config(tx)?;
    let queue = line.queue(&config, queue)?;
    let guards = store::lines::guards(tx, queue.id)?.ok_or(Error::NotFound("queue"))?;
    let after: i64 = tx.query_one(store::lines::OUTSIDE, &[&queue.id, &change, &queue.tenant_id])?;
    let waiting = line.live().line(queue.id).map_or(0, |l| l.lock().len());
    let fact = events::OutsideFact { queue_id: queue.id, outside_count: after };
    events::append(tx, "queue.outside", ("queue", queue.id.uuid()), 0, Some(queue.site_id), &fact)?;
    let (line, id) = (line.clone(), queue.id);
    tx.on_commit(move || events::apply_outside(&line, id, after));
    Ok(Outside {
        previous_length: waiting + guards.outside_count,
        new_length: waiting + after,
        outside_count: after,
    })
}
