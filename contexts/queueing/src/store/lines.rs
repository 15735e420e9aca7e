//! The hot part of queues: guards of issuing, numbers, entry times.
//!
//! What a line takes at most holds without counting who is in it each time. `spare` says for how many more there is space:
//! never for more than there is, and null where it has to be counted first. Whoever counts in the line from now on takes a
//! spare place in the same transaction, with the line's row locked: with a number ([`ALLOCATE`]), from another line
//! ([`ENTER_OPEN`]), and as whoever else is written as waiting or at a counter and was neither before ([`take`]; the store
//! of tickets sees to that for every row that it writes). Whoever leaves gives nothing back, for then each end of a service
//! would wait for those who enter. Where nothing is left it is counted again ([`count`]), and what was given up meanwhile is
//! found: as often as the line has let in as many as it had space for, and whenever somebody wants to enter one that is full.

use usher_db::{DbError, FromRow, Read, Row, Tx};
use usher_kernel::{SiteId, TenantId};

use crate::model::queue::QueueStatus;
use crate::model::{Counter, Queue, QueueId, Ticket};

/// Entry times of one line are at least so many microseconds apart, so that a ticket can be put between any
/// two of them; the statements below say the same.
pub(crate) const ENTRY_STEP: i64 = 64;

usher_db::sql! {
    pub(crate) INSERT = "INSERT INTO queue_lines (queue_id, tenant_id, site_id, status, max_active, first_number, \
         last_number, day, value, cycle, carried, entry, outside_count, closed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, 0, FALSE, 0, 0, \
         EXISTS (SELECT 1 FROM site_closures c WHERE c.site_id = $3 AND c.reopened_at IS NULL AND c.tenant_id = $2))";
    /// Closes the lines of a site in an emergency, or opens them again.
    pub(crate) CLOSE = "UPDATE queue_lines SET closed = $3 WHERE site_id = $1 AND tenant_id = $2";
    /// The guards as they are set; spare places are to be counted anew.
    pub(crate) CONFIGURE = "UPDATE queue_lines SET status = $2, max_active = $3, first_number = $4, last_number = $5, \
         spare = NULL WHERE queue_id = $1 AND tenant_id = $6";
    /// Gives out the next number and entry time, if the line takes people now and knows of spare places for so many.
    pub(crate) ALLOCATE = "UPDATE queue_lines SET \
         cycle = CASE WHEN value >= last_number THEN cycle + 1 ELSE cycle END, \
         value = CASE WHEN value >= last_number OR value < first_number - 1 THEN first_number ELSE value + 1 END, \
         entry = CASE WHEN entry + 64 > $3 THEN entry + 64 ELSE $3 END, spare = spare - $5 \
         WHERE queue_id = $1 AND day = $2 AND tenant_id = $4 AND status = 'active' \
         AND (max_active IS NULL OR spare >= $5) \
         RETURNING value, cycle, carried, entry, day, closed";
    /// The next entry time alone, for a ticket that comes from another line.
    pub(crate) ENTER = "UPDATE queue_lines SET entry = CASE WHEN entry + 64 > $2 THEN entry + 64 ELSE $2 END \
         WHERE queue_id = $1 AND tenant_id = $3 RETURNING entry";
    /// The same with a spare place, if the line takes people now and knows of one.
    pub(crate) ENTER_OPEN = "UPDATE queue_lines SET entry = CASE WHEN entry + 64 > $2 THEN entry + 64 ELSE $2 END, \
         spare = spare - 1 WHERE queue_id = $1 AND tenant_id = $3 AND status = 'active' \
         AND (max_active IS NULL OR spare > 0) RETURNING entry";
    /// Counts who waits and who is at a counter, and with that the spare places.
    pub(crate) COUNT = "UPDATE queue_lines SET spare = max_active \
         - (SELECT count(*) FROM tickets t WHERE t.queue_id = $1 AND t.status = 'waiting') \
         - (SELECT count(*) FROM tickets h WHERE h.status IN ('called', 'serving', 'paused', 'wrap_up') \
            AND h.queue_id = $1) \
         WHERE queue_id = $1 AND tenant_id = $2 AND status = 'active' AND max_active IS NOT NULL";
    /// The place of one who is in the line from now on, whether or not there is a spare one. Also where no limit is set:
    /// whoever sets one and counts waits for them, or is waited for.
    pub(crate) TAKE = "UPDATE queue_lines SET spare = spare - 1 WHERE queue_id = $1 AND tenant_id = $2";
    /// Begins a new business day, for which nobody was counted outside yet; carried is what lives on under a number of
    /// this line, in whichever line of the site, and what a kiosk may still print of a series that ended before its day.
    pub(crate) ROLL_OVER = "UPDATE queue_lines SET day = $2, value = first_number - 1, cycle = 0, outside_count = 0, \
         carried = EXISTS (SELECT 1 FROM tickets t WHERE t.status = 'waiting' AND t.number LIKE $4 \
         AND t.queue_id IN (SELECT q.id FROM queues q WHERE q.site_id = $5 AND q.tenant_id = $3) AND t.tenant_id = $3) \
         OR EXISTS (SELECT 1 FROM tickets h WHERE h.status IN ('called', 'serving', 'paused', 'wrap_up') AND h.number LIKE $4 \
         AND h.queue_id IN (SELECT q.id FROM queues q WHERE q.site_id = $5 AND q.tenant_id = $3) AND h.tenant_id = $3) \
         OR EXISTS (SELECT 1 FROM tickets p WHERE p.status = 'parked' AND p.number LIKE $4 \
         AND p.queue_id IN (SELECT q.id FROM queues q WHERE q.site_id = $5 AND q.tenant_id = $3) AND p.tenant_id = $3) \
         OR EXISTS (SELECT 1 FROM number_leases l WHERE l.queue_id = $1 AND l.day >= $6 AND l.closed_at IS NULL \
         AND l.tenant_id = $3) \
         WHERE queue_id = $1 AND day < $2 AND tenant_id = $3";
    /// Takes a block of numbers for a kiosk, as far as the range goes.
    pub(crate) LEASE = "UPDATE queue_lines SET value = value + $3, entry = CASE WHEN entry >= $4 THEN entry + 64 * $3 \
         ELSE $4 + 64 * $3 END WHERE queue_id = $1 AND day = $2 AND tenant_id = $5 AND status = 'active' AND value + $3 <= last_number \
         AND value >= first_number - 1 RETURNING value, cycle, carried, entry, day, closed";
    /// A number is looked at before it is given out, from now on, where the series has yet to come to this one, which
    /// lives already.
    pub(crate) CARRY = "UPDATE queue_lines SET carried = TRUE WHERE queue_id = $1 AND tenant_id = $2 \
         AND (day <> $3 OR (cycle = 0 AND value < $4))";
    /// The next number is the one behind this.
    pub(crate) STAND_AT = "UPDATE queue_lines SET value = $2 WHERE queue_id = $1 AND tenant_id = $3";
    pub(crate) GET = "SELECT status, max_active, day, outside_count FROM queue_lines \
         WHERE queue_id = $1 AND tenant_id = $2";
    /// Moves the count of people outside, never below zero.
    pub(crate) OUTSIDE = "UPDATE queue_lines SET outside_count = CASE WHEN outside_count + $2 < 0 THEN 0 \
         ELSE outside_count + $2 END WHERE queue_id = $1 AND tenant_id = $3 RETURNING outside_count";
    /// Nobody of an earlier day is outside any more.
    pub(crate) OUTSIDE_GONE = "UPDATE queue_lines SET outside_count = 0 \
         WHERE queue_id = $1 AND day < $2 AND outside_count > 0 AND tenant_id = $3";
    pub(crate) ALL across "the memory of every tenant is filled at start" = "SELECT queue_id, tenant_id, site_id, value, outside_count FROM queue_lines";
}

usher_db::row! {
    /// What was given out to a new ticket; closed is whether the site is, in an emergency.
    pub(crate) struct Slot { value: i64, cycle: i64, carried: bool, entry: i64, day: String, closed: bool }
}

/// The guards of a line, read to say why it takes nobody.
pub(crate) struct Guards {
    pub(crate) status: QueueStatus,
    pub(crate) max_active: Option<i64>,
    pub(crate) day: String,
    pub(crate) outside_count: i64,
}

impl FromRow for Guards {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            status: row.get(0)?,
            max_active: row.get(1)?,
            day: row.get(2)?,
            outside_count: row.get(3)?,
        })
    }
}

usher_db::row! {
    /// A line, for rebuilding the lines in memory.
    pub(crate) struct LineRow { queue_id: QueueId, tenant_id: TenantId, site_id: SiteId, value: i64, outside_count: i64 }
}

/// Writes the hot part of a new queue.
pub(crate) fn insert(tx: &mut Tx<'_>, q: &Queue) -> Result<(), DbError> {
    let s = &q.settings;
    tx.execute(
        INSERT,
        &[
            &q.id,
            &q.tenant_id,
            &q.site_id,
            &q.status,
            &s.max_active_tickets,
            &s.first_number,
            &s.last_number,
            &(s.first_number - 1),
        ],
    )?;
    Ok(())
}

/// Brings the guards up to changed settings.
pub(crate) fn configure(tx: &mut Tx<'_>, q: &Queue) -> Result<(), DbError> {
    let s = &q.settings;
    tx.execute(
        CONFIGURE,
        &[&q.id, &q.status, &s.max_active_tickets, &s.first_number, &s.last_number, &q.tenant_id],
    )?;
    Ok(())
}

/// Closes the lines of a site in an emergency, or opens them again. Whoever is entering one of them on another node is
/// waited for, or sees it.
pub(crate) fn close(
    tx: &mut Tx<'_>,
    site: SiteId,
    tenant: TenantId,
    queues: &[QueueId],
    closed: bool,
) -> Result<(), DbError> {
    tx.lock_rows_by("queue_lines", "queue_id", queues)?;
    tx.execute(CLOSE, &[&site, &tenant, &closed]).map(drop)
}

/// Gives out a number and an entry time, with spare places for so many: one, or none where the operation has taken it with
/// a number before. None when a guard refuses, or no spare place is known of: see [`count`].
pub(crate) fn allocate(
    tx: &mut Tx<'_>,
    queue: QueueId,
    day: &str,
    now: i64,
    people: i64,
) -> Result<Option<Slot>, DbError> {
    let tenant = tx.tenant();
    tx.query_opt(ALLOCATE, &[&queue, &day, &now, &tenant, &people])
}

/// The next entry time of a line.
pub(crate) fn enter(tx: &mut Tx<'_>, queue: QueueId, now: i64) -> Result<i64, DbError> {
    let tenant = tx.tenant();
    tx.query_one(ENTER, &[&queue, &now, &tenant])
}

/// The next entry time of a line that takes people now, with a spare place; none when a guard refuses.
pub(crate) fn enter_open(tx: &mut Tx<'_>, queue: QueueId, now: i64) -> Result<Option<i64>, DbError> {
    let tenant = tx.tenant();
    let entry: Option<i64> = tx.query_opt(ENTER_OPEN, &[&queue, &now, &tenant])?;
    if entry.is_some() || !count(tx, queue)? {
        return Ok(entry);
    }
    tx.query_opt(ENTER_OPEN, &[&queue, &now, &tenant])
}

/// Counts the spare places of a line; false where it has no limit, or takes nobody now.
pub(crate) fn count(tx: &mut Tx<'_>, queue: QueueId) -> Result<bool, DbError> {
    // Whoever has taken one on another node and not committed yet is waited for, and is counted.
    hold(tx, queue)?;
    let tenant = tx.tenant();
    Ok(tx.execute(COUNT, &[&queue, &tenant])? == 1)
}

/// A ticket is about to be written as one that counts in this line, or in none. It takes a spare place there, whether or
/// not there is one, unless it counted there as it was read, or has taken one with a number or an entry time.
pub(crate) fn take(tx: &mut Tx<'_>, queue: Option<QueueId>, t: &mut Ticket) -> Result<(), DbError> {
    if let Some(queue) = queue.filter(|queue| t.counted_in != Some(*queue)) {
        tx.defer(TAKE, &[&queue, &t.tenant_id])?;
    }
    t.counted_in = queue;
    Ok(())
}

/// Begins `day` on a line that still stands at an earlier one; `today` is the site's business day, which a series that
/// ends at closing is ahead of.
pub(crate) fn roll_over(tx: &mut Tx<'_>, queue: &Queue, day: &str, today: &str) -> Result<bool, DbError> {
    // Whoever brings a ticket of the line back to life on another node is waited for, and what they did is seen.
    hold(tx, queue.id)?;
    let prefix = queue.settings.numbering().prefix;
    let own = if prefix.is_empty() { "%".to_owned() } else { format!("{prefix}-%") };
    let touched =
        tx.execute(ROLL_OVER, &[&queue.id, &day, &queue.tenant_id, &own, &queue.site_id, &today])?;
    if touched == 1 {
        // Each day begins with what is there, whoever has written to the tables meanwhile.
        count(tx, queue.id)?;
    }
    Ok(touched == 1)
}

/// A ticket lives again, or only now, under a number of `day`: where the line is in another series by now, or has not
/// come to the number yet, it will not give it out a second time.
pub(crate) fn carry(tx: &mut Tx<'_>, queue: QueueId, day: &str, value: i64) -> Result<(), DbError> {
    let tenant = tx.tenant();
    tx.defer(CARRY, &[&queue, &tenant, &day, &value])
}

/// Nobody of a day before `day` is outside any more; whether somebody was counted.
pub(crate) fn outside_gone(tx: &mut Tx<'_>, queue: QueueId, day: &str) -> Result<bool, DbError> {
    let tenant = tx.tenant();
    Ok(tx.execute(OUTSIDE_GONE, &[&queue, &day, &tenant])? == 1)
}

/// Gives back the numbers behind `value`; only whoever took them in this same operation may.
pub(crate) fn stand_at(tx: &mut Tx<'_>, queue: QueueId, value: i64) -> Result<(), DbError> {
    let tenant = tx.tenant();
    tx.execute(STAND_AT, &[&queue, &value, &tenant]).map(drop)
}

/// The guards of a line.
pub(crate) fn guards(read: &mut Read<'_>, queue: QueueId) -> Result<Option<Guards>, DbError> {
    let tenant = read.tenant();
    read.query_opt(GET, &[&queue, &tenant])
}

/// Keeps callers on other nodes away from these lines until the commit, so that rank order holds across
/// nodes. The settings' rows are locked, not the hot ones: issuing goes on meanwhile.
///
/// Whoever calls to a counter locks all lines that it serves ([`lock_for`] where further lines are concerned): how many
/// tickets it holds is counted by the call itself, and what somebody else calls to it at the same moment is not seen.
pub(crate) fn lock(tx: &mut Tx<'_>, queues: &[QueueId]) -> Result<(), DbError> {
    tx.lock_rows("queues", queues)
}

/// The same for everything that is called to a counter, and for further lines: those of tickets that wait for it alone.
pub(crate) fn lock_for(
    tx: &mut Tx<'_>,
    counter: &Counter,
    further: impl IntoIterator<Item = QueueId>,
) -> Result<(), DbError> {
    let mut queues = counter.queue_ids.clone();
    queues.extend(further);
    lock(tx, &queues)
}

/// Keeps those on other nodes who enter this line away from it until the commit, so that whoever counts who is in it, or
/// who has been, counts right.
pub(crate) fn hold(tx: &mut Tx<'_>, queue: QueueId) -> Result<(), DbError> {
    tx.lock_rows_by("queue_lines", "queue_id", &[queue])
}
