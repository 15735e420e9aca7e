//! Which numbers of a line somebody has: those of living tickets, and those that a kiosk may still print. And the days
//! that they belong to.

use std::collections::BTreeSet;
use std::sync::Arc;

use usher_db::{Read, Tx};

use super::line::Queueing;
use super::outside;
use super::site_now::SiteNow;
use crate::error::Error;
use crate::model::numbering::prefix_of;
use crate::model::{Queue, Ticket};
use crate::store;
use crate::store::lines::Guards;

/// Every value that a number can have.
const ALL: (i64, i64) = (0, i64::MAX);

/// Begins a day on a line that still stands at an earlier one, as its guards say. Whoever was counted outside on that
/// one has gone.
pub(crate) fn begin(
    line: &Queueing,
    tx: &mut Tx<'_>,
    queue: &Queue,
    site: &SiteNow,
    day: &str,
    guards: &Guards,
) -> Result<(), Error> {
    if store::lines::roll_over(tx, queue, day, &site.day)? && guards.outside_count > 0 {
        outside::tell(line, tx, queue, 0)?;
    }
    Ok(())
}

/// The numbers from `first` to `last` of a line that nobody else may get on the site's day. To be asked where the range
/// has begun anew, or tickets of an earlier series live on; otherwise no number was ever given out.
pub(crate) fn taken(
    read: &mut Read<'_>,
    queue: &Queue,
    site: &SiteNow,
    range: (i64, i64),
) -> Result<BTreeSet<i64>, Error> {
    // The blocks first: a ticket that is uploaded between the two looks is seen by the second.
    let blocks = store::leases::open_within(read, queue.id, &site.day, range)?;
    let mut taken: BTreeSet<i64> = blocks.iter().flat_map(store::leases::LeaseRow::unused).collect();
    taken.extend(living(read, queue, range)?);
    Ok(taken)
}

/// The values of a range that living tickets have under a line's prefix, in whichever line of the site. Another line
/// counts with the same values, under a prefix of its own.
fn living(read: &mut Read<'_>, queue: &Queue, range: (i64, i64)) -> Result<Vec<i64>, Error> {
    let numbers = store::tickets::living_numbers(read, queue, range)?;
    let own = |number: &str| prefix_of(number) == queue.settings.prefix;
    Ok(numbers.into_iter().filter(|(number, _)| own(number)).map(|(_, value)| value).collect())
}

/// Whether a ticket that was over may live again under its number: since the range began anew it may be on another, or
/// in a kiosk's block. If so, it is on no other as long as it lives.
///
/// # Errors
/// The number was given out again.
pub(crate) fn still_its_own(line: &Queueing, tx: &mut Tx<'_>, t: &Ticket) -> Result<(), Error> {
    let config = line.config(tx)?;
    let site = line.site_now(t.tenant_id, t.site_id, tx.now())?;
    let counts = |queue: &&Arc<Queue>| queue.settings.prefix == prefix_of(&t.number);
    for queue in config.queues_at(t.site_id).filter(counts) {
        // Whoever gives out a number of that line on another node waits, or is waited for.
        store::lines::hold(tx, queue.id)?;
        if taken(tx, queue, &site, (t.value, t.value))?.contains(&t.value) {
            return Err(Error::NumberGivenOut(t.number.clone()));
        }
        store::lines::carry(tx, queue.id, &t.day, t.value)?;
    }
    Ok(())
}

/// A line takes another prefix: nobody may have a number under the one before, and no kiosk may be about to print one;
/// numbers that live on under the new one are given to nobody else. `old` is the line as it was, `new` as it will be.
///
/// # Errors
/// Numbers under the prefix before are in use.
pub(crate) fn change_prefix(tx: &mut Tx<'_>, old: &Queue, new: &Queue) -> Result<(), Error> {
    // Whoever gives out a number of the line on another node waits, or is waited for.
    store::lines::hold(tx, old.id)?;
    let blocks = store::leases::open_within(tx, old.id, "", ALL)?;
    let blocks = blocks.iter().filter(|block| !block.unused().is_empty()).count();
    let tickets = living(tx, old, ALL)?.len();
    if blocks > 0 || tickets > 0 {
        return Err(Error::PrefixInUse { prefix: old.settings.prefix.clone(), tickets, blocks });
    }
    if let Some(highest) = living(tx, new, ALL)?.into_iter().max() {
        store::lines::carry(tx, new.id, "", highest)?;
    }
    Ok(())
}
