//! The catalogue.

use usher_db::{DbError, DynQuery, Read, Tx, row, sql};
use usher_kernel::{TenantId, Timestamp};

use crate::model::{Reward, RewardId};

row! {
    /// A reward as it is stored.
    struct RewardRow {
        id: RewardId,
        tenant_id: TenantId,
        name: String,
        description: String,
        kind: String,
        points_required: i64,
        stock: Option<i64>,
        per_customer: Option<i64>,
        valid_from: Option<Timestamp>,
        valid_until: Option<Timestamp>,
        active: bool,
        deleted_at: Option<Timestamp>,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

sql! {
    INSERT = "INSERT INTO rewards (id, tenant_id, name, description, kind, points_required, stock, per_customer,
        valid_from, valid_until, active, deleted_at, version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    UPDATE = "UPDATE rewards SET name = $3, description = $4, kind = $5, points_required = $6, stock = $7,
        per_customer = $8, valid_from = $9, valid_until = $10, active = $11, deleted_at = $12, version = $13,
        updated_at = $14 WHERE id = $1 AND tenant_id = $2";
    GET = "SELECT ", RewardRow::COLUMNS, " FROM rewards WHERE id = $1 AND tenant_id = $2 AND deleted_at IS NULL";
    /// One of the stock; none where nothing is left.
    TAKE_ONE = "UPDATE rewards SET stock = stock - 1 WHERE id = $1 AND tenant_id = $2 AND (stock IS NULL OR stock > 0)";
    PUT_BACK = "UPDATE rewards SET stock = stock + 1 WHERE id = $1 AND tenant_id = $2";
}

impl From<RewardRow> for Reward {
    fn from(row: RewardRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            name: row.name,
            description: row.description,
            kind: row.kind,
            points_required: row.points_required,
            stock: row.stock,
            per_customer: row.per_customer,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            active: row.active,
            deleted_at: row.deleted_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Writes a new reward.
pub(crate) fn insert(tx: &mut Tx, r: &Reward) -> Result<(), DbError> {
    tx.execute(
        INSERT,
        &[
            &r.id,
            &r.tenant_id,
            &r.name,
            &r.description,
            &r.kind,
            &r.points_required,
            &r.stock,
            &r.per_customer,
            &r.valid_from,
            &r.valid_until,
            &r.active,
            &r.deleted_at,
            &r.version,
            &r.created_at,
            &r.updated_at,
        ],
    )
    .map(drop)
}

/// Writes a changed reward that [`held`] has read.
pub(crate) fn update(tx: &mut Tx, r: &Reward) -> Result<(), DbError> {
    tx.execute(
        UPDATE,
        &[
            &r.id,
            &r.tenant_id,
            &r.name,
            &r.description,
            &r.kind,
            &r.points_required,
            &r.stock,
            &r.per_customer,
            &r.valid_from,
            &r.valid_until,
            &r.active,
            &r.deleted_at,
            &r.version,
            &r.updated_at,
        ],
    )
    .map(drop)
}

/// A reward of the catalogue.
pub(crate) fn get(read: &mut Read, tenant: TenantId, id: RewardId) -> Result<Option<Reward>, DbError> {
    Ok(read.query_opt::<RewardRow>(GET, &[&id, &tenant])?.map(Reward::from))
}

/// The same, with others kept off it until the commit.
pub(crate) fn held(tx: &mut Tx, tenant: TenantId, id: RewardId) -> Result<Option<Reward>, DbError> {
    tx.lock_rows("rewards", &[id])?;
    get(tx, tenant, id)
}

/// Takes one of the stock; false where nothing is left.
pub(crate) fn take_one(tx: &mut Tx, tenant: TenantId, id: RewardId) -> Result<bool, DbError> {
    Ok(tx.execute(TAKE_ONE, &[&id, &tenant])? == 1)
}

/// Puts one back, also where the reward is in the catalogue no more.
pub(crate) fn put_back(tx: &mut Tx, tenant: TenantId, id: RewardId) -> Result<(), DbError> {
    tx.execute(PUT_BACK, &[&id, &tenant]).map(drop)
}

/// Rewards in the order in which they were made, `limit` and one more; only those of use where `active` says so.
pub(crate) fn list(
    read: &mut Read,
    tenant: TenantId,
    active: Option<bool>,
    after: Option<RewardId>,
    limit: u32,
) -> Result<Vec<Reward>, DbError> {
    let mut query = DynQuery::new("SELECT ");
    query.push_sql(RewardRow::COLUMNS).push_sql(" FROM rewards WHERE tenant_id = ").bind(&tenant);
    query.push_sql(" AND deleted_at IS NULL");
    if let Some(active) = active {
        query.push_sql(" AND active = ").bind(&active);
    }
    if let Some(after) = after {
        query.push_sql(" AND id > ").bind(&after);
    }
    query.order("id").limit(limit + 1);
    Ok(read.query_dyn::<RewardRow>(&query)?.into_iter().map(Reward::from).collect())
}
