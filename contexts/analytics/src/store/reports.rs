//! Scheduled reports and their results.

use usher_db::{DbError, Json, Read, Tx};
use usher_kernel::{SiteId, TenantId, Timestamp};

use crate::model::report::Format;
use crate::model::schedule::{Made, Schedule};
use crate::model::{ReportId, ScheduleId};
use crate::ops::report::Definition;

usher_db::row! {
    /// A schedule as it is stored.
    struct ScheduleRow {
        definition: Json<Schedule<Definition>>, version: i64, active: bool, next_at: Option<Timestamp>,
    }
}

usher_db::row! {
    /// A result without its file.
    struct MadeRow {
        id: ReportId, schedule_id: Option<ScheduleId>, name: String, format: String, sites: Json<Vec<SiteId>>,
        row_count: i64, made_at: Timestamp,
    }
}

usher_db::row! {
    /// A result's file.
    struct FileRow { name: String, format: String, sites: Json<Vec<SiteId>>, body: Vec<u8> }
}

usher_db::sql! {
    INSERT = "INSERT INTO report_schedules \
              (id, tenant_id, site_id, name, definition, version, active, next_at, created_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    COUNT = "SELECT count(*) FROM report_schedules WHERE tenant_id = $1";
    GET = "SELECT ", ScheduleRow::COLUMNS, " FROM report_schedules WHERE tenant_id = $1 AND id = $2";
    ALL = "SELECT ", ScheduleRow::COLUMNS, " FROM report_schedules WHERE tenant_id = $1 ORDER BY id";
    UPDATE = "UPDATE report_schedules SET site_id = $4, name = $5, definition = $6, active = $7, next_at = $8, \
              version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3";
    /// Whether it runs, and when, stays as it is.
    NOTE = "UPDATE report_schedules SET definition = $4, version = version + 1 \
            WHERE tenant_id = $1 AND id = $2 AND version = $3";
    DELETE = "DELETE FROM report_schedules WHERE tenant_id = $1 AND id = $2";
    DUE across "the clock looks for every tenant's reports that are due; each is made in its own tenant" =
        "SELECT tenant_id, id FROM report_schedules WHERE active AND next_at <= $1 ORDER BY next_at, id LIMIT 200";
    /// One of two nodes that see it due moves it on.
    MOVE_ON = "UPDATE report_schedules SET next_at = $4 WHERE tenant_id = $1 AND id = $2 AND next_at = $3";

    KEEP = "INSERT INTO report_results \
            (id, tenant_id, schedule_id, name, format, sites, row_count, body, made_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";
    MADE = "SELECT ", MadeRow::COLUMNS, " FROM report_results WHERE tenant_id = $1 AND id < $2 \
            ORDER BY id DESC LIMIT $3";
    MADE_BY = "SELECT ", MadeRow::COLUMNS, " FROM report_results \
               WHERE tenant_id = $1 AND schedule_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
    FILE = "SELECT ", FileRow::COLUMNS, " FROM report_results WHERE tenant_id = $1 AND id = $2";
    FORGET_FILE = "DELETE FROM report_results WHERE tenant_id = $1 AND id = $2";
    ORPHAN = "UPDATE report_results SET schedule_id = NULL WHERE tenant_id = $1 AND schedule_id = $2";
    TIDY across "old results of every tenant go at once; they are told to nobody" =
        "DELETE FROM report_results WHERE id IN (SELECT id FROM report_results WHERE id < $1 ORDER BY id LIMIT $2)";
}

/// A schedule of reports.
pub(crate) type Stored = Schedule<Definition>;

impl From<ScheduleRow> for Stored {
    fn from(row: ScheduleRow) -> Self {
        let ScheduleRow { definition: Json(schedule), version, active, next_at } = row;
        Self { version, active, next_at, ..schedule }
    }
}

pub(crate) fn insert(tx: &mut Tx<'_>, tenant: TenantId, s: &Stored) -> Result<(), DbError> {
    let definition = Json(s);
    let params: [&dyn usher_db::ToParam; 9] = [
        &s.id,
        &tenant,
        &s.report.site_id,
        &s.name,
        &definition,
        &s.version,
        &s.active,
        &s.next_at,
        &s.created_at,
    ];
    tx.execute(INSERT, &params).map(drop)
}

pub(crate) fn count(read: &mut Read<'_>, tenant: TenantId) -> Result<i64, DbError> {
    read.query_one(COUNT, &[&tenant])
}

pub(crate) fn get(read: &mut Read<'_>, tenant: TenantId, id: ScheduleId) -> Result<Option<Stored>, DbError> {
    Ok(read.query_opt::<ScheduleRow>(GET, &[&tenant, &id])?.map(Stored::from))
}

pub(crate) fn all(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Stored>, DbError> {
    let rows: Vec<ScheduleRow> = read.query(ALL, &[&tenant])?;
    Ok(rows.into_iter().map(Stored::from).collect())
}

/// Changes a schedule of which `version` was read; false when somebody else was faster.
pub(crate) fn update(tx: &mut Tx<'_>, tenant: TenantId, s: &Stored, version: i64) -> Result<bool, DbError> {
    let definition = Json(s);
    let params: [&dyn usher_db::ToParam; 8] =
        [&tenant, &s.id, &version, &s.report.site_id, &s.name, &definition, &s.active, &s.next_at];
    Ok(tx.execute(UPDATE, &params)? == 1)
}

/// Writes down what became of a schedule of which `version` was read, whatever moves it on meanwhile; false when somebody
/// else changed it.
pub(crate) fn note(tx: &mut Tx<'_>, tenant: TenantId, s: &Stored, version: i64) -> Result<bool, DbError> {
    let definition = Json(s);
    let params: [&dyn usher_db::ToParam; 4] = [&tenant, &s.id, &version, &definition];
    Ok(tx.execute(NOTE, &params)? == 1)
}

/// Deletes a schedule; its results stay.
pub(crate) fn delete(tx: &mut Tx<'_>, tenant: TenantId, id: ScheduleId) -> Result<bool, DbError> {
    tx.execute(ORPHAN, &[&tenant, &id])?;
    Ok(tx.execute(DELETE, &[&tenant, &id])? == 1)
}

/// What is due, across tenants.
pub(crate) fn due(read: &mut Read<'_>, now: Timestamp) -> Result<Vec<(TenantId, ScheduleId)>, DbError> {
    read.query(DUE, &[&now])
}

/// Moves a due schedule on to its next time; false when somebody else did.
pub(crate) fn move_on(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: ScheduleId,
    (due, next): (Timestamp, Option<Timestamp>),
) -> Result<bool, DbError> {
    Ok(tx.execute(MOVE_ON, &[&tenant, &id, &due, &next])? == 1)
}

/// Keeps a result; false when it is there already.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    made: &Made,
    sites: &[SiteId],
    body: &[u8],
) -> Result<bool, DbError> {
    let sites = Json(sites);
    let format = made.format.as_str();
    let params: [&dyn usher_db::ToParam; 9] =
        [&made.id, &tenant, &made.schedule_id, &made.name, &format, &sites, &made.rows, &body, &made.made_at];
    Ok(tx.execute(KEEP, &params)? == 1)
}

fn format_of(word: &str) -> Result<Format, DbError> {
    word.parse().map_err(|error: usher_kernel::UnknownWord| DbError::Type(error.to_string()))
}

/// Results with the sites that they tell of, the newest first.
pub(crate) fn made(
    read: &mut Read<'_>,
    tenant: TenantId,
    schedule: Option<ScheduleId>,
    before: ReportId,
    limit: u32,
) -> Result<Vec<(Made, Vec<SiteId>)>, DbError> {
    let rows: Vec<MadeRow> = match schedule {
        Some(schedule) => read.query(MADE_BY, &[&tenant, &schedule, &before, &limit])?,
        None => read.query(MADE, &[&tenant, &before, &limit])?,
    };
    let made = rows.into_iter().map(|row| {
        let format = format_of(&row.format)?;
        let MadeRow { id, schedule_id, name, sites: Json(sites), row_count, made_at, .. } = row;
        Ok((Made { id, schedule_id, name, format, rows: row_count, made_at }, sites))
    });
    made.collect()
}

/// A result's file.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) format: Format,
    /// The sites that it tells of; empty for all.
    pub(crate) sites: Vec<SiteId>,
    pub(crate) body: Vec<u8>,
}

/// A result's file.
pub(crate) fn file(read: &mut Read<'_>, tenant: TenantId, id: ReportId) -> Result<Option<File>, DbError> {
    let Some(row): Option<FileRow> = read.query_opt(FILE, &[&tenant, &id])? else { return Ok(None) };
    let format = format_of(&row.format)?;
    Ok(Some(File { name: row.name, format, sites: row.sites.0, body: row.body }))
}

pub(crate) fn forget_file(tx: &mut Tx<'_>, tenant: TenantId, id: ReportId) -> Result<bool, DbError> {
    Ok(tx.execute(FORGET_FILE, &[&tenant, &id])? == 1)
}

/// Forgets at most `most` results made before `before`; says how many that were.
pub(crate) fn tidy(tx: &mut Tx<'_>, before: ReportId, most: i64) -> Result<u64, DbError> {
    tx.execute(TIDY, &[&before, &most])
}
