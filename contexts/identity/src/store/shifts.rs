//! Rows of `shifts`.

use usher_db::{DbError, DynQuery, Read, Tx, row, sql};
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};
use uuid::Uuid;

use crate::model::Shift;
use crate::model::shift::LONGEST;

row! {
    struct ShiftRow {
        id: Uuid,
        tenant_id: TenantId,
        site_id: SiteId,
        user_id: UserId,
        starts_at: Timestamp,
        ends_at: Timestamp,
        note: String,
        published_at: Option<Timestamp>,
        clocked_in_at: Option<Timestamp>,
        clocked_out_at: Option<Timestamp>,
        version: i64,
        updated_at: Timestamp,
    }
}

sql! {
    INSERT = "INSERT INTO shifts (", ShiftRow::COLUMNS, ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    UPDATE = "UPDATE shifts SET site_id = $4, user_id = $5, starts_at = $6, ends_at = $7, note = $8,
        version = version + 1, updated_at = $9 WHERE id = $1 AND tenant_id = $2 AND version = $3";
    DELETE = "DELETE FROM shifts WHERE id = $1 AND tenant_id = $2 AND version = $3";
    GET = "SELECT ", ShiftRow::COLUMNS, " FROM shifts WHERE id = $1 AND tenant_id = $2";
    CLASH = "SELECT ", ShiftRow::COLUMNS, " FROM shifts
        WHERE tenant_id = $1 AND user_id = $2 AND starts_at < $4 AND ends_at > $3 AND id <> $5 ORDER BY starts_at LIMIT 1";
    PUBLISH = "UPDATE shifts SET published_at = $5, version = version + 1, updated_at = $5
        WHERE tenant_id = $1 AND site_id = $2 AND starts_at >= $3 AND starts_at < $4 AND published_at IS NULL
        RETURNING ", ShiftRow::COLUMNS;
    /// The shift that somebody comes for, or comes back to: the one that is on, or begins soon.
    CLOCK_IN = "UPDATE shifts SET clocked_in_at = COALESCE(clocked_in_at, $4), clocked_out_at = NULL,
        version = version + 1, updated_at = $4
        WHERE tenant_id = $1 AND user_id = $2 AND site_id = $3 AND published_at IS NOT NULL
        AND starts_at <= $5 AND ends_at > $4 AND (clocked_in_at IS NULL OR clocked_out_at IS NOT NULL)
        RETURNING ", ShiftRow::COLUMNS;
    /// The shift that somebody goes from is the last that they came for: when they went from one before stays as it is.
    CLOCK_OUT = "UPDATE shifts SET clocked_out_at = $3, version = version + 1, updated_at = $3
        WHERE tenant_id = $1 AND user_id = $2 AND clocked_in_at IS NOT NULL AND starts_at <= $4 AND ends_at > $5
        AND (clocked_out_at IS NULL OR NOT EXISTS (SELECT 1 FROM shifts later
            WHERE later.tenant_id = $1 AND later.user_id = $2 AND later.clocked_in_at IS NOT NULL
            AND later.starts_at > shifts.starts_at AND later.starts_at <= $4))
        RETURNING ", ShiftRow::COLUMNS;
    /// Those for which somebody who has left comes no more.
    DROP_COMING = "DELETE FROM shifts WHERE tenant_id = $1 AND user_id = $2 AND ends_at > $3 AND clocked_in_at IS NULL
        RETURNING ", ShiftRow::COLUMNS;
    /// Those for which somebody is still to come.
    AWAITED = "SELECT ", ShiftRow::COLUMNS, " FROM shifts
        WHERE tenant_id = $1 AND site_id = $2 AND starts_at > $3 AND starts_at < $4 AND ends_at > $5
        AND published_at IS NOT NULL AND clocked_in_at IS NULL ORDER BY starts_at, id LIMIT 200";
    ROSTERED = "SELECT ", ShiftRow::COLUMNS, " FROM shifts WHERE tenant_id = $1 AND site_id = $2
        AND published_at IS NOT NULL AND ends_at > $3 AND starts_at < $4 AND starts_at > $5 ORDER BY starts_at, id
        LIMIT 1000";
    AT_SITE = "SELECT count(*) FROM shifts WHERE tenant_id = $1 AND site_id = $2 AND ends_at > $3";
    DROP_PAST_AT = "DELETE FROM shifts WHERE tenant_id = $1 AND site_id = $2 AND ends_at <= $3";
}

impl From<ShiftRow> for Shift {
    fn from(row: ShiftRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            site_id: row.site_id,
            user_id: row.user_id,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            note: row.note,
            published_at: row.published_at,
            clocked_in_at: row.clocked_in_at,
            clocked_out_at: row.clocked_out_at,
            version: row.version,
            updated_at: row.updated_at,
        }
    }
}

pub(crate) fn insert(tx: &mut Tx, s: &Shift) -> Result<(), DbError> {
    tx.execute(
        INSERT,
        &[
            &s.id,
            &s.tenant_id,
            &s.site_id,
            &s.user_id,
            &s.starts_at,
            &s.ends_at,
            &s.note,
            &s.published_at,
            &s.clocked_in_at,
            &s.clocked_out_at,
            &s.version,
            &s.updated_at,
        ],
    )?;
    Ok(())
}

/// Writes a changed shift; false when somebody else changed it since it was read.
pub(crate) fn update(tx: &mut Tx, s: &Shift) -> Result<bool, DbError> {
    let rows = tx.execute(
        UPDATE,
        &[
            &s.id,
            &s.tenant_id,
            &s.version,
            &s.site_id,
            &s.user_id,
            &s.starts_at,
            &s.ends_at,
            &s.note,
            &s.updated_at,
        ],
    )?;
    Ok(rows == 1)
}

/// Takes a shift out; false when somebody else changed it since it was read.
pub(crate) fn delete(tx: &mut Tx, s: &Shift) -> Result<bool, DbError> {
    Ok(tx.execute(DELETE, &[&s.id, &s.tenant_id, &s.version])? == 1)
}

pub(crate) fn get(read: &mut Read, tenant: TenantId, id: Uuid) -> Result<Option<Shift>, DbError> {
    Ok(read.query_opt::<ShiftRow>(GET, &[&id, &tenant])?.map(Shift::from))
}

/// Another shift of the same person at the same time.
pub(crate) fn clash(read: &mut Read, s: &Shift) -> Result<Option<Shift>, DbError> {
    let found =
        read.query_opt::<ShiftRow>(CLASH, &[&s.tenant_id, &s.user_id, &s.starts_at, &s.ends_at, &s.id])?;
    Ok(found.map(Shift::from))
}

/// Publishes what begins within a time; the shifts that became visible by it.
pub(crate) fn publish(
    tx: &mut Tx,
    tenant: TenantId,
    site: SiteId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Shift>, DbError> {
    let now = tx.now();
    let rows = tx.query::<ShiftRow>(PUBLISH, &[&tenant, &site, &from, &to, &now])?;
    Ok(rows.into_iter().map(Shift::from).collect())
}

/// Notes that somebody has come.
pub(crate) fn clock_in(
    tx: &mut Tx,
    tenant: TenantId,
    user: UserId,
    site: SiteId,
    latest_start: Timestamp,
) -> Result<Vec<Shift>, DbError> {
    let now = tx.now();
    let rows = tx.query::<ShiftRow>(CLOCK_IN, &[&tenant, &user, &site, &now, &latest_start])?;
    Ok(rows.into_iter().map(Shift::from).collect())
}

/// Notes that somebody has gone, on shifts that ended after `oldest_end`.
pub(crate) fn clock_out(
    tx: &mut Tx,
    tenant: TenantId,
    user: UserId,
    latest_start: Timestamp,
    oldest_end: Timestamp,
) -> Result<Vec<Shift>, DbError> {
    let now = tx.now();
    let rows = tx.query::<ShiftRow>(CLOCK_OUT, &[&tenant, &user, &now, &latest_start, &oldest_end])?;
    Ok(rows.into_iter().map(Shift::from).collect())
}

/// Takes out the shifts of somebody that are not over and that they have not come for; which they were.
pub(crate) fn drop_coming(tx: &mut Tx, tenant: TenantId, user: UserId) -> Result<Vec<Shift>, DbError> {
    let now = tx.now();
    let rows = tx.query::<ShiftRow>(DROP_COMING, &[&tenant, &user, &now])?;
    Ok(rows.into_iter().map(Shift::from).collect())
}

/// Published shifts at a site that begin within a time, are not over, and that nobody has come for, by their begin.
pub(crate) fn awaited(
    read: &mut Read,
    tenant: TenantId,
    site: SiteId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Shift>, DbError> {
    let now = read.now();
    let rows = read.query::<ShiftRow>(AWAITED, &[&tenant, &site, &from, &to, &now])?;
    Ok(rows.into_iter().map(Shift::from).collect())
}

/// The published shifts of a site that touch a time.
pub(crate) fn rostered(
    read: &mut Read,
    tenant: TenantId,
    site: SiteId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Shift>, DbError> {
    // No shift is longer: those before are not looked at.
    let earliest = from.saturating_sub(LONGEST).unwrap_or(Timestamp::MIN);
    let rows = read.query::<ShiftRow>(ROSTERED, &[&tenant, &site, &from, &to, &earliest])?;
    Ok(rows.into_iter().map(Shift::from).collect())
}

/// How many shifts at a site are not over.
pub(crate) fn count_at(read: &mut Read, tenant: TenantId, site: SiteId) -> Result<i64, DbError> {
    let now = read.now();
    read.query_one(AT_SITE, &[&tenant, &site, &now])
}

/// Takes out the shifts at a site that are over.
pub(crate) fn drop_past_at(tx: &mut Tx, tenant: TenantId, site: SiteId) -> Result<(), DbError> {
    let now = tx.now();
    tx.execute(DROP_PAST_AT, &[&tenant, &site, &now])?;
    Ok(())
}

/// Which shifts.
#[derive(Clone, Debug)]
pub(crate) struct ShiftFilter {
    pub(crate) tenant: TenantId,
    /// The sites that the caller reaches; empty means all.
    pub(crate) within: Vec<SiteId>,
    pub(crate) site: Option<SiteId>,
    pub(crate) user: Option<UserId>,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    pub(crate) published_only: bool,
    /// The begin and the id of the last one before.
    pub(crate) after: Option<(Timestamp, Uuid)>,
    pub(crate) limit: u32,
}

/// Shifts that touch a time, by their begin, `limit` and one more.
pub(crate) fn list(read: &mut Read, filter: &ShiftFilter) -> Result<Vec<Shift>, DbError> {
    let mut query = DynQuery::new(
        "SELECT id, tenant_id, site_id, user_id, starts_at, ends_at, note, published_at, clocked_in_at, \
         clocked_out_at, version, updated_at FROM shifts",
    );
    query.push_sql(" WHERE tenant_id = ").bind(&filter.tenant);
    query.and(" AND site_id = ", &filter.site);
    for (index, site) in filter.within.iter().enumerate() {
        query.push_sql(if index == 0 { " AND (site_id = " } else { " OR site_id = " }).bind(site);
    }
    if !filter.within.is_empty() {
        query.push_sql(")");
    }
    query
        .and(" AND user_id = ", &filter.user)
        .and(" AND ends_at > ", &filter.from)
        .and(" AND starts_at < ", &filter.to);
    if filter.published_only {
        query.push_sql(" AND published_at IS NOT NULL");
    }
    if let Some((start, id)) = filter.after {
        query.push_sql(" AND (starts_at > ").bind(&start);
        query.push_sql(" OR (starts_at = ").bind(&start);
        query.push_sql(" AND id > ").bind(&id).push_sql("))");
    }
    query.order("starts_at, id").limit(filter.limit + 1);
    Ok(read.query_dyn::<ShiftRow>(&query)?.into_iter().map(Shift::from).collect())
}
