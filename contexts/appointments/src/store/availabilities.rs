//! When services can be booked.

use usher_db::{DbError, Json, Read, Tx};
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};
use usher_queueing::model::ServiceId;

use crate::model::{Availability, AvailabilityId, Rules};

usher_db::row! {
    /// An availability as it is stored.
    pub(crate) struct AvailabilityRow {
        id: AvailabilityId, tenant_id: TenantId, site_id: SiteId, service_id: ServiceId, staff_id: Option<UserId>,
        rules: Json<Rules>, version: i64,
    }
}

usher_db::sql! {
    pub(crate) INSERT = "INSERT INTO availabilities (id, tenant_id, site_id, service_id, staff_id, rules, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    pub(crate) SAVE = "UPDATE availabilities SET staff_id = $3, rules = $4, version = version + 1 \
         WHERE id = $1 AND version = $2 AND tenant_id = $5 AND archived_at IS NULL";
    pub(crate) ARCHIVE = "UPDATE availabilities SET archived_at = $3, version = version + 1 \
         WHERE id = $1 AND version = $2 AND tenant_id = $4 AND archived_at IS NULL";
    pub(crate) GET = "SELECT ", AvailabilityRow::COLUMNS, " FROM availabilities \
         WHERE id = $1 AND tenant_id = $2 AND archived_at IS NULL";
    /// Also one that is no longer offered: what was booked keeps its rules.
    pub(crate) EVER = "SELECT ", AvailabilityRow::COLUMNS, " FROM availabilities WHERE id = $1 AND tenant_id = $2";
    pub(crate) ALL = "SELECT ", AvailabilityRow::COLUMNS, " FROM availabilities \
         WHERE tenant_id = $1 AND archived_at IS NULL ORDER BY id";
    pub(crate) AT = "SELECT ", AvailabilityRow::COLUMNS, " FROM availabilities \
         WHERE tenant_id = $1 AND site_id = $2 AND archived_at IS NULL ORDER BY id";
    /// Sites behind one, as they follow one another by tenant.
    pub(crate) SITES across "who looks for a place to book looks at those of every tenant; only which there are is read" =
        "SELECT DISTINCT tenant_id, site_id FROM availabilities WHERE archived_at IS NULL \
         AND (tenant_id > $1 OR (tenant_id = $1 AND site_id > $2)) ORDER BY tenant_id, site_id LIMIT $3";
    pub(crate) AT_SITE = "SELECT count(*) FROM availabilities \
         WHERE tenant_id = $1 AND site_id = $2 AND archived_at IS NULL";
    /// The availabilities of a member of staff, whose time cannot be given twice.
    pub(crate) OF_STAFF = "SELECT id FROM availabilities WHERE tenant_id = $1 AND staff_id = $2 AND archived_at IS NULL";
}

impl From<AvailabilityRow> for Availability {
    fn from(row: AvailabilityRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            site_id: row.site_id,
            service_id: row.service_id,
            staff_id: row.staff_id,
            rules: row.rules.0,
            version: row.version,
        }
    }
}

/// Writes a new one.
pub(crate) fn insert(tx: &mut Tx<'_>, a: &Availability) -> Result<(), DbError> {
    let rules = Json(a.rules.clone());
    tx.execute(INSERT, &[&a.id, &a.tenant_id, &a.site_id, &a.service_id, &a.staff_id, &rules, &a.version])?;
    Ok(())
}

/// Writes one back, if nobody changed it since it was read.
pub(crate) fn save(tx: &mut Tx<'_>, a: &Availability) -> Result<bool, DbError> {
    let rules = Json(a.rules.clone());
    Ok(tx.execute(SAVE, &[&a.id, &a.version, &a.staff_id, &rules, &a.tenant_id])? == 1)
}

/// Takes one out of use.
pub(crate) fn archive(tx: &mut Tx<'_>, a: &Availability, at: Timestamp) -> Result<bool, DbError> {
    Ok(tx.execute(ARCHIVE, &[&a.id, &a.version, &at, &a.tenant_id])? == 1)
}

/// One that is offered.
pub(crate) fn get(read: &mut Read<'_>, id: AvailabilityId) -> Result<Option<Availability>, DbError> {
    let tenant = read.tenant();
    Ok(read.query_opt::<AvailabilityRow>(GET, &[&id, &tenant])?.map(Availability::from))
}

/// One that is or was offered.
pub(crate) fn ever(read: &mut Read<'_>, id: AvailabilityId) -> Result<Option<Availability>, DbError> {
    let tenant = read.tenant();
    Ok(read.query_opt::<AvailabilityRow>(EVER, &[&id, &tenant])?.map(Availability::from))
}

/// All that are offered, in the order in which they were made.
pub(crate) fn all(read: &mut Read<'_>) -> Result<Vec<Availability>, DbError> {
    let tenant = read.tenant();
    let rows: Vec<AvailabilityRow> = read.query(ALL, &[&tenant])?;
    Ok(rows.into_iter().map(Availability::from).collect())
}

/// All that are offered at a site, in the order in which they were made.
pub(crate) fn at(read: &mut Read<'_>, site: SiteId) -> Result<Vec<Availability>, DbError> {
    let tenant = read.tenant();
    let rows: Vec<AvailabilityRow> = read.query(AT, &[&tenant, &site])?;
    Ok(rows.into_iter().map(Availability::from).collect())
}

/// Sites of any tenant that have availabilities, at most so many behind one of them.
pub(crate) fn sites(
    read: &mut Read<'_>,
    (tenant, site): (TenantId, SiteId),
    limit: u32,
) -> Result<Vec<(TenantId, SiteId)>, DbError> {
    read.query(SITES, &[&tenant, &site, &limit])
}

/// Keeps others who book by these away until the commit, on every node: what is counted afterwards is what there
/// is. In the order of their ids, so that two who need the same cannot wait for each other.
pub(crate) fn lock(tx: &mut Tx<'_>, ids: &[AvailabilityId]) -> Result<(), DbError> {
    tx.lock_rows("availabilities", ids)
}

/// The availabilities of a member of staff.
pub(crate) fn of_staff(read: &mut Read<'_>, staff: UserId) -> Result<Vec<AvailabilityId>, DbError> {
    let tenant = read.tenant();
    read.query(OF_STAFF, &[&tenant, &staff])
}
