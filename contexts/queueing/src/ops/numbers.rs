//! Which numbers of a line somebody has: those of living tickets, and those that a kiosk may still print.

use std::collections::BTreeSet;

use usher_db::{Read, Tx};

use super::line::Queueing;
use crate::error::Error;
use crate::model::{Queue, Ticket};
use crate::store;

/// The numbers from `first` to `last` of a line that nobody else may get on `day`. To be asked where the range has begun
/// anew, or tickets of an earlier day live on; otherwise no number was ever given out.
pub(crate) fn taken(
    read: &mut Read<'_>,
    queue: &Queue,
    day: &str,
    (first, last): (i64, i64),
) -> Result<BTreeSet<i64>, Error> {
    // The blocks first: a ticket that is uploaded between the two looks is seen by the second.
    let blocks = store::leases::open_within(read, queue.id, day, (first, last))?;
    let mut taken: BTreeSet<i64> = blocks.iter().flat_map(store::leases::LeaseRow::unused).collect();
    let numbering = queue.settings.numbering();
    for (number, value) in store::tickets::living_numbers(read, queue, (first, last))? {
        // Another line of the site counts with the same values, under a prefix of its own.
        if numbering.text(value) == number {
            taken.insert(value);
        }
    }
    Ok(taken)
}

/// Whether a ticket that was over may live again under its number: since the range began anew it may be on another, or
/// in a kiosk's block.
///
/// # Errors
/// The number was given out again.
pub(crate) fn still_its_own(line: &Queueing, tx: &mut Tx<'_>, t: &Ticket) -> Result<(), Error> {
    let config = line.config(tx)?;
    for queue in &config.queues {
        if queue.site_id != t.site_id || queue.settings.numbering().text(t.value) != t.number {
            continue;
        }
        // Whoever gives out a number of that line on another node waits, or is waited for.
        store::lines::hold(tx, queue.id)?;
        if taken(tx, queue, &t.day, (t.value, t.value))?.contains(&t.value) {
            return Err(Error::NumberGivenOut(t.number.clone()));
        }
    }
    Ok(())
}
