//! How far each durable subscriber has read.

use usher_db::{DbError, Read, Tx};
use usher_kernel::{TenantId, Timestamp};

use crate::place::Place;

usher_db::row! {
    /// A subscriber's place, and how often it has moved.
    pub(crate) struct CursorRow { turn: i64, seq: i64, snapshot: String, target: Option<String> }
}

usher_db::row! {
    /// How a subscriber is doing.
    pub struct SubscriptionState {
        /// Its name.
        name: String,
        /// On SQLite the last event that it has read; on PostgreSQL the place inside a large delta.
        seq: i64,
        /// On PostgreSQL what it has read: everything that this snapshot sees.
        snapshot: String,
        /// The node that reads for it now.
        holder: Option<i64>,
        /// How often in a row it has failed.
        failures: i64,
        /// Why it failed last.
        last_error: Option<String>,
        /// When it moved last.
        updated_at: Timestamp,
    }
}

usher_db::sql! {
    ENSURE = "INSERT INTO subscriptions (name, turn, seq, snapshot, updated_at) VALUES ($1, 0, $2, $3, $4) \
              ON CONFLICT (name) DO NOTHING";
    /// The condition is looked at again once a competitor has committed, so one of two wins.
    CLAIM = "UPDATE subscriptions SET holder = $2, held_until = $3 \
             WHERE name = $1 AND (holder IS NULL OR holder = $2 OR held_until < $4) \
             RETURNING turn, seq, snapshot, target";
    STORED = "SELECT turn, seq, snapshot, target FROM subscriptions WHERE name = $1";
    MOVE = "UPDATE subscriptions SET turn = turn + 1, seq = $3, snapshot = $4, target = $5, holder = $6, \
            held_until = $7, failures = 0, last_error = NULL, updated_at = $8 WHERE name = $1 AND turn = $2";
    FAILED = "UPDATE subscriptions SET failures = $3, last_error = $4 WHERE name = $1 AND turn = $2";
    RELEASE = "UPDATE subscriptions SET holder = NULL, held_until = NULL WHERE name = $1 AND holder = $2";
    REWIND = "UPDATE subscriptions SET turn = turn + 1, seq = $2, snapshot = $3, target = NULL, failures = 0, \
              last_error = NULL, updated_at = $4 WHERE name = $1";
    STATES = "SELECT ", SubscriptionState::COLUMNS, " FROM subscriptions ORDER BY name";
    FORGET = "DELETE FROM subscriptions WHERE name = $1";
    /// The place that every subscriber has passed; the whole log when there is none.
    LOWEST = "SELECT coalesce(min(seq), 9223372036854775807) FROM subscriptions";
    /// On SQLite: how many of a tenant's rows one subscriber has read.
    PASSED = "SELECT count(*) FROM events e JOIN subscriptions s ON s.name = $1 AND e.seq <= s.seq \
              WHERE e.tenant_id IS NOT DISTINCT FROM $2";
}

/// Adds a subscriber at `place` unless it is known.
pub(crate) fn ensure(tx: &mut Tx<'_>, name: &str, place: &Place) -> Result<(), DbError> {
    let now = tx.now();
    tx.execute(ENSURE, &[&name, &place.seq, &place.snapshot, &now]).map(drop)
}

/// Takes the right to read for a subscriber until `until`; none while another node has it.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    name: &str,
    node: i64,
    until: Timestamp,
) -> Result<Option<(i64, Place)>, DbError> {
    let now = tx.now();
    let row: Option<CursorRow> = tx.query_opt(CLAIM, &[&name, &node, &until, &now])?;
    Ok(row.map(|row| (row.turn, Place { seq: row.seq, snapshot: row.snapshot, target: row.target })))
}

/// Where a reader stands and how often it has moved; none for one that was never heard of.
pub(crate) fn stored(read: &mut Read<'_>, name: &str) -> Result<Option<(i64, Place)>, DbError> {
    let row: Option<CursorRow> = read.query_opt(STORED, &[&name])?;
    Ok(row.map(|row| (row.turn, Place { seq: row.seq, snapshot: row.snapshot, target: row.target })))
}

/// Moves a subscriber on from its `turn`; false when somebody else has moved it since.
pub(crate) fn advance(
    tx: &mut Tx<'_>,
    name: &str,
    turn: i64,
    place: &Place,
    (node, until): (i64, Timestamp),
) -> Result<bool, DbError> {
    let now = tx.now();
    let moved =
        tx.execute(MOVE, &[&name, &turn, &place.seq, &place.snapshot, &place.target, &node, &until, &now])?;
    Ok(moved == 1)
}

/// Sends a subscriber back to `place`, whoever reads for it.
pub(crate) fn rewind(tx: &mut Tx<'_>, name: &str, place: &Place) -> Result<(), DbError> {
    let now = tx.now();
    tx.execute(REWIND, &[&name, &place.seq, &place.snapshot, &now]).map(drop)
}

pub(crate) fn failed(
    tx: &mut Tx<'_>,
    name: &str,
    turn: i64,
    failures: u32,
    reason: &str,
) -> Result<(), DbError> {
    tx.execute(FAILED, &[&name, &turn, &failures, &reason]).map(drop)
}

pub(crate) fn release(tx: &mut Tx<'_>, name: &str, node: i64) -> Result<(), DbError> {
    tx.execute(RELEASE, &[&name, &node]).map(drop)
}

/// Every subscriber that has ever read here, by name.
///
/// # Errors
/// The database failed.
pub fn subscription_states(read: &mut Read<'_>) -> Result<Vec<SubscriptionState>, DbError> {
    read.query(STATES, &[])
}

/// Forgets a subscriber that the product no longer has: its cursor would hold up retention for ever.
///
/// # Errors
/// The database failed.
pub fn forget_subscription(tx: &mut Tx<'_>, name: &str) -> Result<bool, DbError> {
    Ok(tx.execute(FORGET, &[&name])? > 0)
}

pub(crate) fn lowest(read: &mut Read<'_>) -> Result<i64, DbError> {
    read.query_one(LOWEST, &[])
}

pub(crate) fn passed(read: &mut Read<'_>, name: &str, tenant: Option<TenantId>) -> Result<i64, DbError> {
    read.query_one(PASSED, &[&name, &tenant])
}
