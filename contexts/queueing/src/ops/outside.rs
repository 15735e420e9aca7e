//! People in line who hold no ticket: counted by line, and by zeroQ's `/updateQueue`.

use usher_db::Tx;

use super::line::Queueing;
use super::numbers;
use crate::error::Error;
use crate::events;
use crate::model::{Queue, QueueId};
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
    let mut guards = store::lines::guards(tx, queue.id)?.ok_or(Error::NotFound("queue"))?;
    let site = line.site_now(queue.tenant_id, queue.site_id, tx.now())?;
    let day = site.series(&queue);
    if guards.day.as_str() < day {
        // Nobody has taken a number of this day yet. Who is counted now belongs to it.
        guards.outside_count = 0;
        numbers::begin(line, tx, &queue, &site, day, &guards)?;
    }
    let after: i64 = tx.query_one(store::lines::OUTSIDE, &[&queue.id, &change, &queue.tenant_id])?;
    let waiting = line.live().line(queue.id).map_or(0, |l| l.lock().len());
    tell(line, tx, &queue, after)?;
    Ok(Outside {
        previous_length: waiting + guards.outside_count,
        new_length: waiting + after,
        outside_count: after,
    })
}

/// Nobody stands outside of a line any more who was counted on a day before `day`; whether anybody was.
///
/// # Errors
/// There is no such line, or the database failed.
pub(crate) fn end(line: &Queueing, tx: &mut Tx<'_>, queue: QueueId, day: &str) -> Result<bool, Error> {
    if !store::lines::outside_gone(tx, queue, day)? {
        return Ok(false);
    }
    let config = line.config(tx)?;
    let queue = line.queue(&config, queue)?;
    tell(line, tx, &queue, 0)?;
    Ok(true)
}

/// Nobody stands outside of a line any more that is taken out of use: its counters would still take them first, in every
/// estimate of their other lines, and no new day would begin for it.
///
/// # Errors
/// The database failed.
pub(crate) fn close(line: &Queueing, tx: &mut Tx<'_>, queue: &Queue) -> Result<(), Error> {
    let count = store::lines::guards(tx, queue.id)?.map_or(0, |guards| guards.outside_count);
    if count > 0 {
        let none: i64 = tx.query_one(store::lines::OUTSIDE, &[&queue.id, &(-count), &queue.tenant_id])?;
        tell(line, tx, queue, none)?;
    }
    Ok(())
}

/// Writes how many people are outside of a line now, and brings memory and screens up to it.
pub(crate) fn tell(line: &Queueing, tx: &mut Tx<'_>, queue: &Queue, count: i64) -> Result<(), Error> {
    let fact = events::OutsideFact { queue_id: queue.id, outside_count: count };
    events::append(tx, "queue.outside", ("queue", queue.id.uuid()), 0, Some(queue.site_id), &fact)?;
    let (line, id) = (line.clone(), queue.id);
    tx.on_commit(move || events::apply_outside(&line, id, count));
    Ok(())
}
