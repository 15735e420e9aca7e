//! Rewards on their way.

use usher_customers::CustomerId;
use usher_db::{DbError, DynQuery, Json, Read, Tx, row, sql};
use usher_kernel::{TenantId, Timestamp};

use crate::model::{Redemption, RedemptionId, RedemptionStatus, RewardId, Taken};

row! {
    /// A redemption as it is stored.
    struct RedemptionRow {
        id: RedemptionId,
        tenant_id: TenantId,
        reward_id: RewardId,
        customer_id: CustomerId,
        points: i64,
        status: RedemptionStatus,
        code: String,
        taken: Json<Vec<Taken>>,
        reserved_at: Timestamp,
        expires_at: Timestamp,
        redeemed_at: Option<Timestamp>,
        released_at: Option<Timestamp>,
        reason: Option<String>,
    }
}

sql! {
    INSERT = "INSERT INTO redemptions (id, tenant_id, reward_id, customer_id, points, status, code, taken, reserved_at,
        expires_at) VALUES ($1, $2, $3, $4, $5, 'reserved', $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    GET = "SELECT ", RedemptionRow::COLUMNS, " FROM redemptions WHERE id = $1 AND tenant_id = $2";
    /// Handed out, unless its time is over or it was decided.
    REDEEM = "UPDATE redemptions SET status = 'redeemed', redeemed_at = $3
        WHERE id = $1 AND tenant_id = $2 AND status = 'reserved' AND expires_at > $3";
    /// Gone back, from the state in which it was found.
    RELEASE = "UPDATE redemptions SET status = 'released', released_at = $3, reason = $4
        WHERE id = $1 AND tenant_id = $2 AND status = $5";
    HAD = "SELECT count(*) FROM redemptions
        WHERE customer_id = $1 AND reward_id = $2 AND tenant_id = $3 AND status <> 'released'";
    RESERVED_BY = "SELECT ", RedemptionRow::COLUMNS, " FROM redemptions
        WHERE customer_id = $1 AND tenant_id = $2 AND status = 'reserved' ORDER BY id";
    MOVE = "UPDATE redemptions SET customer_id = $2 WHERE customer_id = $1 AND tenant_id = $3";
    FORGET = "UPDATE redemptions SET reason = NULL WHERE customer_id = $1 AND tenant_id = $2 AND reason IS NOT NULL";
}

impl From<RedemptionRow> for Redemption {
    fn from(row: RedemptionRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            reward_id: row.reward_id,
            customer_id: row.customer_id,
            points: row.points,
            status: row.status,
            code: row.code,
            taken: row.taken.0,
            reserved_at: row.reserved_at,
            expires_at: row.expires_at,
            redeemed_at: row.redeemed_at,
            released_at: row.released_at,
            reason: row.reason,
        }
    }
}

/// Writes a new one; false when its code is taken.
pub(crate) fn insert(tx: &mut Tx, r: &Redemption) -> Result<bool, DbError> {
    let rows = tx.execute(
        INSERT,
        &[
            &r.id,
            &r.tenant_id,
            &r.reward_id,
            &r.customer_id,
            &r.points,
            &r.code,
            &Json(&r.taken),
            &r.reserved_at,
            &r.expires_at,
        ],
    )?;
    Ok(rows == 1)
}

pub(crate) fn get(
    read: &mut Read,
    tenant: TenantId,
    id: RedemptionId,
) -> Result<Option<Redemption>, DbError> {
    Ok(read.query_opt::<RedemptionRow>(GET, &[&id, &tenant])?.map(Redemption::from))
}

/// Hands it out; false when it was decided, or its time is over.
pub(crate) fn redeem(
    tx: &mut Tx,
    tenant: TenantId,
    id: RedemptionId,
    at: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx.execute(REDEEM, &[&id, &tenant, &at])? == 1)
}

/// Marks it as gone back; false when it is no longer as it was found.
pub(crate) fn release(
    tx: &mut Tx,
    found: &Redemption,
    at: Timestamp,
    reason: Option<&str>,
) -> Result<bool, DbError> {
    let touched = tx.execute(RELEASE, &[&found.id, &found.tenant_id, &at, &reason, &found.status])?;
    Ok(touched == 1)
}

/// How often a customer has, or is getting, a reward.
pub(crate) fn had(
    read: &mut Read,
    tenant: TenantId,
    customer: CustomerId,
    reward: RewardId,
) -> Result<i64, DbError> {
    read.query_one(HAD, &[&customer, &reward, &tenant])
}

/// What is kept for a customer.
pub(crate) fn reserved_by(
    read: &mut Read,
    tenant: TenantId,
    customer: CustomerId,
) -> Result<Vec<Redemption>, DbError> {
    let rows = read.query::<RedemptionRow>(RESERVED_BY, &[&customer, &tenant])?;
    Ok(rows.into_iter().map(Redemption::from).collect())
}

/// Gives all of a customer's to another.
pub(crate) fn give_over(
    tx: &mut Tx,
    tenant: TenantId,
    from: CustomerId,
    to: CustomerId,
) -> Result<(), DbError> {
    tx.execute(MOVE, &[&from, &to, &tenant]).map(drop)
}

/// Takes off a customer's what somebody wrote.
pub(crate) fn forget(tx: &mut Tx, tenant: TenantId, customer: CustomerId) -> Result<(), DbError> {
    tx.execute(FORGET, &[&customer, &tenant]).map(drop)
}

/// Which redemptions of a list.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) tenant: TenantId,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) status: Option<RedemptionStatus>,
    pub(crate) code: Option<String>,
    pub(crate) before: Option<RedemptionId>,
    pub(crate) limit: u32,
}

/// Redemptions, the newest first, `limit` and one more.
pub(crate) fn list(read: &mut Read, filter: &Filter) -> Result<Vec<Redemption>, DbError> {
    let mut query = DynQuery::new("SELECT ");
    query
        .push_sql(RedemptionRow::COLUMNS)
        .push_sql(" FROM redemptions WHERE tenant_id = ")
        .bind(&filter.tenant);
    query
        .and(" AND customer_id = ", &filter.customer)
        .and(" AND status = ", &filter.status)
        .and(" AND code = ", &filter.code)
        .and(" AND id < ", &filter.before);
    query.order("id DESC").limit(filter.limit + 1);
    Ok(read.query_dyn::<RedemptionRow>(&query)?.into_iter().map(Redemption::from).collect())
}
