//! Rows of the job table.

use usher_db::{DbError, DynQuery, Read, Tx};
use usher_kernel::{TenantId, Timestamp};

use crate::job::{Job, JobId};

usher_db::row! {
    /// A job as it is claimed.
    pub(crate) struct JobRow {
        id: JobId, tenant_id: Option<TenantId>, kind: String, payload: String, run_at: Timestamp,
        attempts: u32, max_attempts: u32, turn: i64,
    }
}

usher_db::row! {
    /// A job that failed too often.
    pub struct DeadJob {
        /// The job.
        id: JobId,
        /// Whose it was.
        tenant_id: Option<TenantId>,
        /// What it was to do.
        kind: String,
        /// How often it was tried.
        attempts: u32,
        /// Why it failed last.
        last_error: Option<String>,
        /// When it was enqueued.
        created_at: Timestamp,
    }
}

usher_db::sql! {
    INSERT = "INSERT INTO jobs (id, tenant_id, kind, dedupe, run_at, payload, max_attempts, created_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (dedupe) DO NOTHING";
    REPLACE = "INSERT INTO jobs (id, tenant_id, kind, dedupe, run_at, payload, max_attempts, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (dedupe) DO UPDATE SET \
               run_at = excluded.run_at, payload = excluded.payload, max_attempts = excluded.max_attempts, \
               attempts = 0, held_until = NULL, dead = FALSE, turn = jobs.turn + 1";
    CANCEL across "jobs are run by the system, for all tenants; each carries its own" =
        "DELETE FROM jobs WHERE dedupe = $1";
    FINISH across "jobs are run by the system, for all tenants; each carries its own" =
        "DELETE FROM jobs WHERE id = $1 AND turn = $2";
    RETRY across "jobs are run by the system, for all tenants; each carries its own" =
        "UPDATE jobs SET run_at = $3, last_error = $4, held_until = NULL, turn = turn + 1 \
             WHERE id = $1 AND turn = $2";
    BURY across "jobs are run by the system, for all tenants; each carries its own" =
        "UPDATE jobs SET dead = TRUE, last_error = $3, held_until = NULL, turn = turn + 1 \
            WHERE id = $1 AND turn = $2";
    NEXT across "jobs are run by the system, for all tenants; each carries its own" =
        "SELECT min(run_at) FROM jobs WHERE NOT dead AND (held_until IS NULL OR held_until < $1)";
    COUNT_DEAD across "jobs are run by the system, for all tenants; each carries its own" =
        "SELECT count(*) FROM jobs WHERE dead";
    COUNT_WAITING across "jobs are run by the system, for all tenants; each carries its own" =
        "SELECT count(*) FROM jobs WHERE NOT dead";
    DEAD across "jobs are run by the system, for all tenants; each carries its own" =
        "SELECT ", DeadJob::COLUMNS, " FROM jobs WHERE dead ORDER BY created_at DESC LIMIT $1";
    REVIVE across "jobs are run by the system, for all tenants; each carries its own" =
        "UPDATE jobs SET dead = FALSE, attempts = 0, run_at = $2, turn = turn + 1 WHERE id = $1 AND dead";
}

/// The fields of a job that is to be stored.
pub(crate) struct Insert<'a> {
    pub(crate) id: JobId,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) kind: &'a str,
    pub(crate) dedupe: Option<&'a str>,
    pub(crate) run_at: Timestamp,
    pub(crate) payload: &'a str,
    pub(crate) max_attempts: u32,
    /// Whether a job with the same key gives way.
    pub(crate) replace: bool,
}

/// Stores a job; false when one with its key is there already.
pub(crate) fn insert(tx: &mut Tx<'_>, job: &Insert<'_>) -> Result<bool, DbError> {
    let now = tx.now();
    let stmt = if job.replace { REPLACE } else { INSERT };
    let params: [&dyn usher_db::ToParam; 8] =
        [&job.id, &job.tenant, &job.kind, &job.dedupe, &job.run_at, &job.payload, &job.max_attempts, &now];
    if job.dedupe.is_none() {
        // Nothing to collide with, so nobody waits for the answer.
        return tx.defer(stmt, &params).map(|()| true);
    }
    Ok(tx.execute(stmt, &params)? > 0)
}

pub(crate) fn cancel(tx: &mut Tx<'_>, dedupe: &str) -> Result<bool, DbError> {
    Ok(tx.execute(CANCEL, &[&dedupe])? > 0)
}

/// Takes up to `limit` due jobs of these kinds until `until`.
///
/// The condition stands twice: once a competitor has committed, PostgreSQL looks at the outer one again, so
/// that of two nodes one gets the job.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    kinds: &[&'static str],
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<JobRow>, DbError> {
    let mut query = DynQuery::new("UPDATE jobs SET attempts = attempts + 1, turn = turn + 1, held_until = ");
    query.across("jobs are run by the system, for all tenants; each carries its own").bind(&until);
    query.push_sql(" WHERE id IN (SELECT id FROM jobs WHERE NOT dead AND run_at <= ").bind(&now);
    query.push_sql(" AND (held_until IS NULL OR held_until < ").bind(&now).push_sql(") AND kind IN ");
    query.bind_list(kinds.iter().copied()).order("run_at").limit(limit);
    query.push_sql(") AND (held_until IS NULL OR held_until < ").bind(&now);
    query.push_sql(") RETURNING id, tenant_id, kind, payload, run_at, attempts, max_attempts, turn");
    let mut rows: Vec<JobRow> = tx.query_dyn(&query)?;
    rows.sort_by_key(|row| (row.run_at, row.id));
    Ok(rows)
}

/// Takes a finished job away; false when it was cancelled, replaced or taken over meanwhile.
pub(crate) fn finish(tx: &mut Tx<'_>, job: &Job) -> Result<bool, DbError> {
    Ok(tx.execute(FINISH, &[&job.id, &job.turn])? == 1)
}

pub(crate) fn retry(tx: &mut Tx<'_>, job: &Job, run_at: Timestamp, error: &str) -> Result<(), DbError> {
    tx.execute(RETRY, &[&job.id, &job.turn, &run_at, &error]).map(drop)
}

pub(crate) fn bury(tx: &mut Tx<'_>, job: &Job, error: &str) -> Result<(), DbError> {
    tx.execute(BURY, &[&job.id, &job.turn, &error]).map(drop)
}

/// When the next job is due that nobody holds.
pub(crate) fn next(read: &mut Read<'_>, now: Timestamp) -> Result<Option<Timestamp>, DbError> {
    read.query_one(NEXT, &[&now])
}

/// How many jobs wait, and how many are dead.
///
/// # Errors
/// The database failed.
pub fn counts(read: &mut Read<'_>) -> Result<(i64, i64), DbError> {
    Ok((read.query_one(COUNT_WAITING, &[])?, read.query_one(COUNT_DEAD, &[])?))
}

/// The jobs that failed too often, newest first.
///
/// # Errors
/// The database failed.
pub fn dead_jobs(read: &mut Read<'_>, limit: u32) -> Result<Vec<DeadJob>, DbError> {
    read.query(DEAD, &[&limit])
}

/// Has a dead job tried again from now on; false when there is no such job.
///
/// # Errors
/// The database failed.
pub fn revive(tx: &mut Tx<'_>, job: JobId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(REVIVE, &[&job, &now])? == 1)
}
