//! Rows of `linked_accounts`, `oidc_flows`, `second_factors`, `recovery_codes` and `half_sign_ins`.

use usher_db::{DbError, Read, Tx, row, sql};
use usher_kernel::{TenantId, Timestamp, UserId};
use uuid::Uuid;

use crate::model::oidc::LinkedAccount;
use crate::model::{Factor, SecretHash, SessionKind};

row! {
    struct LinkedRow {
        id: Uuid,
        user_id: UserId,
        provider: String,
        issuer: String,
        subject: String,
        email: String,
        created_at: Timestamp,
    }
}

row! {
    struct FactorRow {
        user_id: UserId,
        salt: [u8; 32],
        confirmed_at: Option<Timestamp>,
        last_step: i64,
        created_at: Timestamp,
    }
}

row! {
    /// A log-in that went to an issuer.
    pub(crate) struct FlowRow {
        id: Uuid,
        secret_hash: SecretHash,
        provider: String,
        challenge: [u8; 32],
        linking_user: Option<UserId>,
        expires_at: Timestamp,
    }
}

row! {
    /// A log-in whose first step is done.
    pub(crate) struct HalfRow {
        id: Uuid,
        secret_hash: SecretHash,
        user_id: UserId,
        acting_tenant: Option<TenantId>,
        kind: SessionKind,
        expires_at: Timestamp,
    }
}

sql! {
    LINK = "INSERT INTO linked_accounts (", LinkedRow::COLUMNS, ") VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING";
    BY_SUBJECT = "SELECT ", LinkedRow::COLUMNS, " FROM linked_accounts WHERE issuer = $1 AND subject = $2";
    LINKS_OF = "SELECT ", LinkedRow::COLUMNS, " FROM linked_accounts WHERE user_id = $1 ORDER BY id";
    UNLINK = "DELETE FROM linked_accounts WHERE id = $1 AND user_id = $2 RETURNING ", LinkedRow::COLUMNS;
    UNLINK_ALL = "DELETE FROM linked_accounts WHERE user_id = $1";
    BEGIN_FLOW = "INSERT INTO oidc_flows (", FlowRow::COLUMNS, ") VALUES ($1, $2, $3, $4, $5, $6)";
    TAKE_FLOW = "DELETE FROM oidc_flows WHERE id = $1 AND secret_hash = $2 RETURNING ", FlowRow::COLUMNS;
    PURGE_FLOWS = "DELETE FROM oidc_flows WHERE expires_at <= $1";
    FACTOR = "SELECT ", FactorRow::COLUMNS, " FROM second_factors WHERE user_id = $1";
    /// A factor that is confirmed stays until it is removed.
    SET_UP = "INSERT INTO second_factors (", FactorRow::COLUMNS, ") VALUES ($1, $2, NULL, 0, $3)
        ON CONFLICT (user_id) DO UPDATE SET salt = $2, created_at = $3 WHERE second_factors.confirmed_at IS NULL";
    /// Two who bring the same code at once: one gets in.
    USE_STEP = "UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2";
    CONFIRM = "UPDATE second_factors SET confirmed_at = $2 WHERE user_id = $1 AND confirmed_at IS NULL";
    REMOVE_FACTOR = "DELETE FROM second_factors WHERE user_id = $1";
    INSERT_CODE = "INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, $2)";
    USE_CODE = "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL";
    CODES_LEFT = "SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL";
    REMOVE_CODES = "DELETE FROM recovery_codes WHERE user_id = $1";
    BEGIN_HALF = "INSERT INTO half_sign_ins (", HalfRow::COLUMNS, ") VALUES ($1, $2, $3, $4, $5, $6)";
    GET_HALF = "SELECT ", HalfRow::COLUMNS, " FROM half_sign_ins WHERE id = $1";
    END_HALF = "DELETE FROM half_sign_ins WHERE id = $1";
    PURGE_HALVES = "DELETE FROM half_sign_ins WHERE expires_at <= $1";
}

impl From<LinkedRow> for LinkedAccount {
    fn from(row: LinkedRow) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            provider: row.provider,
            issuer: row.issuer,
            subject: row.subject,
            email: row.email,
            created_at: row.created_at,
        }
    }
}

impl From<FactorRow> for Factor {
    fn from(row: FactorRow) -> Self {
        Self {
            user_id: row.user_id,
            salt: row.salt,
            confirmed_at: row.confirmed_at,
            last_step: row.last_step,
            created_at: row.created_at,
        }
    }
}

/// Connects an account elsewhere; false when it is connected already.
pub(crate) fn link(tx: &mut Tx, one: &LinkedAccount) -> Result<bool, DbError> {
    let rows = tx.execute(
        LINK,
        &[&one.id, &one.user_id, &one.provider, &one.issuer, &one.subject, &one.email, &one.created_at],
    )?;
    Ok(rows == 1)
}

/// Whom an account elsewhere belongs to here.
pub(crate) fn by_subject(
    read: &mut Read,
    issuer: &str,
    subject: &str,
) -> Result<Option<LinkedAccount>, DbError> {
    Ok(read.query_opt::<LinkedRow>(BY_SUBJECT, &[&issuer, &subject])?.map(LinkedAccount::from))
}

/// A person's accounts elsewhere.
pub(crate) fn links_of(read: &mut Read, user: UserId) -> Result<Vec<LinkedAccount>, DbError> {
    Ok(read.query::<LinkedRow>(LINKS_OF, &[&user])?.into_iter().map(LinkedAccount::from).collect())
}

/// Disconnects an account elsewhere from its person.
pub(crate) fn unlink(tx: &mut Tx, id: Uuid, user: UserId) -> Result<Option<LinkedAccount>, DbError> {
    Ok(tx.query_opt::<LinkedRow>(UNLINK, &[&id, &user])?.map(LinkedAccount::from))
}

/// Keeps a log-in that goes to an issuer.
pub(crate) fn begin_flow(tx: &mut Tx, flow: &FlowRow) -> Result<(), DbError> {
    tx.execute(
        BEGIN_FLOW,
        &[&flow.id, &flow.secret_hash, &flow.provider, &flow.challenge, &flow.linking_user, &flow.expires_at],
    )?;
    Ok(())
}

/// Uses a log-in's state up.
pub(crate) fn take_flow(tx: &mut Tx, id: Uuid, hash: &SecretHash) -> Result<Option<FlowRow>, DbError> {
    tx.query_opt(TAKE_FLOW, &[&id, hash])
}

/// A person's authenticator app, confirmed or not.
pub(crate) fn factor(read: &mut Read, user: UserId) -> Result<Option<Factor>, DbError> {
    Ok(read.query_opt::<FactorRow>(FACTOR, &[&user])?.map(Factor::from))
}

/// Begins to set an app up; false while a confirmed one is there.
pub(crate) fn set_up(tx: &mut Tx, user: UserId, salt: &[u8; 32]) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(SET_UP, &[&user, salt, &now])? == 1)
}

/// Uses a time step up; false when it or a later one was used.
pub(crate) fn use_step(tx: &mut Tx, user: UserId, step: i64) -> Result<bool, DbError> {
    Ok(tx.execute(USE_STEP, &[&user, &step])? == 1)
}

/// From now on the app is asked; false when it was already.
pub(crate) fn confirm(tx: &mut Tx, user: UserId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(CONFIRM, &[&user, &now])? == 1)
}

/// Takes app and recovery codes away; false when there was no app.
pub(crate) fn remove_factor(tx: &mut Tx, user: UserId) -> Result<bool, DbError> {
    tx.execute(REMOVE_CODES, &[&user])?;
    Ok(tx.execute(REMOVE_FACTOR, &[&user])? == 1)
}

/// Everything by which somebody gets in besides a password is gone.
pub(crate) fn close_all(tx: &mut Tx, user: UserId) -> Result<(), DbError> {
    remove_factor(tx, user)?;
    tx.execute(UNLINK_ALL, &[&user])?;
    Ok(())
}

/// Puts new recovery codes in the place of the old ones.
pub(crate) fn set_codes(tx: &mut Tx, user: UserId, hashes: &[SecretHash]) -> Result<(), DbError> {
    tx.execute(REMOVE_CODES, &[&user])?;
    for hash in hashes {
        tx.execute(INSERT_CODE, &[&user, hash])?;
    }
    Ok(())
}

/// Uses a recovery code up; false when it is unknown or was used.
pub(crate) fn use_code(tx: &mut Tx, user: UserId, hash: &SecretHash) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(USE_CODE, &[&user, hash, &now])? == 1)
}

/// How many recovery codes are left.
pub(crate) fn codes_left(read: &mut Read, user: UserId) -> Result<i64, DbError> {
    read.query_one(CODES_LEFT, &[&user])
}

/// Keeps a log-in that waits for its second step.
pub(crate) fn begin_half(tx: &mut Tx, half: &HalfRow) -> Result<(), DbError> {
    tx.execute(
        BEGIN_HALF,
        &[&half.id, &half.secret_hash, &half.user_id, &half.acting_tenant, &half.kind, &half.expires_at],
    )?;
    Ok(())
}

/// A log-in that waits for its second step.
pub(crate) fn half(read: &mut Read, id: Uuid) -> Result<Option<HalfRow>, DbError> {
    read.query_opt(GET_HALF, &[&id])
}

/// Ends a log-in that waited; false when another request was faster.
pub(crate) fn end_half(tx: &mut Tx, id: Uuid) -> Result<bool, DbError> {
    Ok(tx.execute(END_HALF, &[&id])? == 1)
}

/// Removes log-ins that nobody finished.
pub(crate) fn purge(tx: &mut Tx) -> Result<(), DbError> {
    let now = tx.now();
    tx.execute(PURGE_FLOWS, &[&now])?;
    tx.execute(PURGE_HALVES, &[&now])?;
    Ok(())
}
