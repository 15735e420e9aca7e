//! Rows of recurring work.

use usher_db::{DbError, Read, Tx};
use usher_kernel::Timestamp;

usher_db::sql! {
    ENSURE = "INSERT INTO recurring_jobs (name, next_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    GET = "SELECT next_at, turn, failures FROM recurring_jobs WHERE name = $1";
    RAN = "UPDATE recurring_jobs SET next_at = $3, turn = turn + 1, failures = 0, last_error = NULL, \
           last_run_at = $4 WHERE name = $1 AND turn = $2";
    FAILED = "UPDATE recurring_jobs SET next_at = $3, turn = turn + 1, failures = failures + 1, last_error = $4 \
              WHERE name = $1 AND turn = $2";
}

/// When a recurring job is due, its turn, and how often in a row it has failed.
pub(crate) type Due = (Timestamp, i64, u32);

pub(crate) fn ensure(tx: &mut Tx<'_>, name: &str, next_at: Timestamp) -> Result<(), DbError> {
    tx.execute(ENSURE, &[&name, &next_at]).map(drop)
}

pub(crate) fn get(read: &mut Read<'_>, name: &str) -> Result<Option<Due>, DbError> {
    read.query_opt(GET, &[&name])
}

/// Sets the next time; false when another node was faster.
pub(crate) fn ran(
    tx: &mut Tx<'_>,
    name: &str,
    turn: i64,
    next_at: Timestamp,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx.execute(RAN, &[&name, &turn, &next_at, &now])? == 1)
}

pub(crate) fn failed(
    tx: &mut Tx<'_>,
    name: &str,
    turn: i64,
    next_at: Timestamp,
    error: &str,
) -> Result<(), DbError> {
    tx.execute(FAILED, &[&name, &turn, &next_at, &error]).map(drop)
}
