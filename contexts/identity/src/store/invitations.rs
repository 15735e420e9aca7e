//! Rows of `invitations`.

use usher_db::{DbError, Json, Read, Tx, row, sql};
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};
use uuid::Uuid;

use crate::model::{INVITATION_LIFE, Invitation, SecretHash};

row! {
    struct InvitationRow {
        id: Uuid,
        tenant_id: TenantId,
        user_id: UserId,
        email: String,
        roles: Json<Vec<String>>,
        sites: Json<Vec<SiteId>>,
        counter_id: Option<Uuid>,
        skills: Json<Vec<String>>,
        secret_hash: SecretHash,
        created_at: Timestamp,
        expires_at: Timestamp,
    }
}

sql! {
    /// One that ran out makes room for another.
    CLEAR = "DELETE FROM invitations WHERE tenant_id = $1 AND user_id = $2 AND expires_at <= $3";
    INSERT = "INSERT INTO invitations (", InvitationRow::COLUMNS, ")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    LIST = "SELECT ", InvitationRow::COLUMNS, " FROM invitations
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    OF_SECRET across "who opens the link of a mail has not said which tenant it is of" =
        "SELECT ", InvitationRow::COLUMNS, " FROM invitations WHERE id = $1 AND secret_hash = $2";
    /// Two who press at once: one gets the row.
    TAKE = "DELETE FROM invitations WHERE tenant_id = $1 AND id = $2 RETURNING ", InvitationRow::COLUMNS;
    PURGE across "what ran out long ago goes in every tenant" = "DELETE FROM invitations WHERE expires_at < $1";
}

impl From<InvitationRow> for Invitation {
    fn from(row: InvitationRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            user_id: row.user_id,
            email: row.email,
            roles: row.roles.0,
            sites: row.sites.0,
            counter_id: row.counter_id,
            skills: row.skills.0,
            secret_hash: row.secret_hash,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// Writes an invitation; false while the person has an open one.
pub(crate) fn insert(tx: &mut Tx, one: &Invitation) -> Result<bool, DbError> {
    let now = tx.now();
    tx.execute(CLEAR, &[&one.tenant_id, &one.user_id, &now])?;
    let rows = tx.execute(
        INSERT,
        &[
            &one.id,
            &one.tenant_id,
            &one.user_id,
            &one.email,
            &Json(&one.roles),
            &Json(&one.sites),
            &one.counter_id,
            &Json(&one.skills),
            &one.secret_hash,
            &one.created_at,
            &one.expires_at,
        ],
    )?;
    Ok(rows == 1)
}

/// Invitations of a tenant, oldest first, `limit` and one more.
pub(crate) fn list(
    read: &mut Read,
    tenant: TenantId,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Invitation>, DbError> {
    let found =
        read.query::<InvitationRow>(LIST, &[&tenant, &after.unwrap_or_default(), &(i64::from(limit) + 1)])?;
    Ok(found.into_iter().map(Invitation::from).collect())
}

/// The invitation behind a mailed secret.
pub(crate) fn of_secret(read: &mut Read, id: Uuid, hash: &SecretHash) -> Result<Option<Invitation>, DbError> {
    Ok(read.query_opt::<InvitationRow>(OF_SECRET, &[&id, hash])?.map(Invitation::from))
}

/// Ends an invitation; none where there is none any more.
pub(crate) fn take(tx: &mut Tx, tenant: TenantId, id: Uuid) -> Result<Option<Invitation>, DbError> {
    Ok(tx.query_opt::<InvitationRow>(TAKE, &[&tenant, &id])?.map(Invitation::from))
}

/// Removes what ran out so long ago that nobody wonders where it is.
pub(crate) fn purge(tx: &mut Tx) -> Result<(), DbError> {
    let long_ago = tx.now().saturating_sub(INVITATION_LIFE * 4).unwrap_or(Timestamp::MIN);
    tx.execute(PURGE, &[&long_ago])?;
    Ok(())
}
