//! Rows of `sites`.

use usher_db::{DbError, Json, Read, Tx, row, sql, text_column};
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};

use crate::model::{OpeningHours, Site, SiteKind, SiteStatus};

text_column!(SiteKind, SiteStatus);

row! {
    /// A site as it is stored.
    struct SiteRow {
        id: SiteId,
        tenant_id: TenantId,
        slug: String,
        name: String,
        kind: SiteKind,
        address: Option<String>,
        latitude: Option<f64>,
        longitude: Option<f64>,
        timezone: String,
        opening: Json<OpeningHours>,
        capacity: Option<i64>,
        manager_id: Option<UserId>,
        status: SiteStatus,
        notice: Option<String>,
        is_default: bool,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

sql! {
    INSERT = "INSERT INTO sites (", SiteRow::COLUMNS, ")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE sites SET slug = $3, name = $4, kind = $5, address = $6, latitude = $7, longitude = $8,
        timezone = $9, opening = $10, capacity = $11, manager_id = $12, status = $13, notice = $14,
        is_default = $15, version = $16, updated_at = $17 WHERE tenant_id = $2 AND id = $1";
    DELETE = "DELETE FROM sites WHERE tenant_id = $1 AND id = $2";
    GET = "SELECT ", SiteRow::COLUMNS, " FROM sites WHERE tenant_id = $1 AND id = $2";
    BY_SLUG = "SELECT ", SiteRow::COLUMNS, " FROM sites WHERE tenant_id = $1 AND slug = $2";
    OF_TENANT = "SELECT ", SiteRow::COLUMNS, " FROM sites WHERE tenant_id = $1 ORDER BY id";
    ALL across "the directory of every tenant is filled at start" =
        "SELECT ", SiteRow::COLUMNS, " FROM sites ORDER BY id";
}

impl From<SiteRow> for Site {
    fn from(row: SiteRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            slug: row.slug,
            name: row.name,
            kind: row.kind,
            address: row.address,
            latitude: row.latitude,
            longitude: row.longitude,
            timezone: row.timezone,
            opening: row.opening.0,
            capacity: row.capacity,
            manager_id: row.manager_id,
            status: row.status,
            notice: row.notice,
            is_default: row.is_default,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Writes a new site; false when its short name is taken.
pub(crate) fn insert(tx: &mut Tx, site: &Site) -> Result<bool, DbError> {
    let rows = tx.execute(
        INSERT,
        &[
            &site.id,
            &site.tenant_id,
            &site.slug,
            &site.name,
            &site.kind,
            &site.address,
            &site.latitude,
            &site.longitude,
            &site.timezone,
            &Json(&site.opening),
            &site.capacity,
            &site.manager_id,
            &site.status,
            &site.notice,
            &site.is_default,
            &site.version,
            &site.created_at,
            &site.updated_at,
        ],
    )?;
    Ok(rows == 1)
}

/// Writes a changed site.
pub(crate) fn update(tx: &mut Tx, site: &Site) -> Result<(), DbError> {
    tx.execute(
        UPDATE,
        &[
            &site.id,
            &site.tenant_id,
            &site.slug,
            &site.name,
            &site.kind,
            &site.address,
            &site.latitude,
            &site.longitude,
            &site.timezone,
            &Json(&site.opening),
            &site.capacity,
            &site.manager_id,
            &site.status,
            &site.notice,
            &site.is_default,
            &site.version,
            &site.updated_at,
        ],
    )?;
    Ok(())
}

pub(crate) fn delete(tx: &mut Tx, tenant: TenantId, id: SiteId) -> Result<(), DbError> {
    tx.execute(DELETE, &[&tenant, &id])?;
    Ok(())
}

pub(crate) fn get(read: &mut Read, tenant: TenantId, id: SiteId) -> Result<Option<Site>, DbError> {
    Ok(read.query_opt::<SiteRow>(GET, &[&tenant, &id])?.map(Site::from))
}

pub(crate) fn by_slug(read: &mut Read, tenant: TenantId, slug: &str) -> Result<Option<Site>, DbError> {
    Ok(read.query_opt::<SiteRow>(BY_SLUG, &[&tenant, &slug])?.map(Site::from))
}

pub(crate) fn of_tenant(read: &mut Read, tenant: TenantId) -> Result<Vec<Site>, DbError> {
    Ok(read.query::<SiteRow>(OF_TENANT, &[&tenant])?.into_iter().map(Site::from).collect())
}

pub(crate) fn all(read: &mut Read) -> Result<Vec<Site>, DbError> {
    Ok(read.query::<SiteRow>(ALL, &[])?.into_iter().map(Site::from).collect())
}
