//! Rows of `sessions`, `socket_tickets`, `mail_tokens` and `sign_in_failures`.

use usher_db::{DbError, Read, Tx, row, sql, text_column};
use usher_kernel::{TenantId, Timestamp, UserId, text_enum};
use uuid::Uuid;

use crate::model::{Failures, MEMORY, SecretHash, Session, SessionKind, StaffMachine};

text_column!(SessionKind, MailPurpose, HolderKind);

text_enum! {
    /// What a secret in a mail is good for.
    pub(crate) enum MailPurpose {
        /// To choose a new password.
        ResetPassword = "reset_password",
        /// To prove an e-mail address.
        VerifyEmail = "verify_email",
    }
}

text_enum! {
    /// Whose a socket ticket is.
    pub(crate) enum HolderKind {
        /// A session's.
        Session = "session",
        /// An API key's.
        ApiKey = "api_key",
        /// A device's.
        Device = "device",
    }
}

row! {
    /// A session as it is stored.
    struct SessionRow {
        id: Uuid,
        user_id: UserId,
        acting_tenant: Option<TenantId>,
        kind: SessionKind,
        secret_hash: SecretHash,
        refresh_hash: Option<SecretHash>,
        refreshes: i64,
        ip: Option<String>,
        user_agent: Option<String>,
        created_at: Timestamp,
        last_used_at: Timestamp,
        expires_at: Timestamp,
        revoked_at: Option<Timestamp>,
    }
}

row! {
    /// A secret that was mailed.
    pub(crate) struct MailTokenRow {
        id: Uuid,
        user_id: UserId,
        purpose: MailPurpose,
        secret_hash: SecretHash,
        email_key: String,
        expires_at: Timestamp,
        used_at: Option<Timestamp>,
    }
}

row! {
    /// What a member of staff is signed in with.
    struct StaffRow {
        user_id: UserId,
        name: String,
        kind: SessionKind,
        user_agent: Option<String>,
        last_used_at: Timestamp,
    }
}

sql! {
    INSERT = "INSERT INTO sessions (", SessionRow::COLUMNS, ")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    GET = "SELECT ", SessionRow::COLUMNS, " FROM sessions WHERE id = $1";
    LIVE_OF_USER = "SELECT ", SessionRow::COLUMNS, " FROM sessions
        WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY id DESC";
    OF_STAFF = "SELECT s.user_id, u.name, s.kind, s.user_agent, s.last_used_at FROM members m
        JOIN users u ON u.id = m.user_id JOIN sessions s ON s.user_id = m.user_id
        WHERE m.tenant_id = $1 AND m.staff AND u.status = 'active' AND s.acting_tenant = $1
        AND s.revoked_at IS NULL AND s.expires_at > $2 ORDER BY s.last_used_at DESC LIMIT 200";
    ROTATE = "UPDATE sessions SET refresh_hash = $3, refreshes = refreshes + 1, last_used_at = $4, expires_at = $5
        WHERE id = $1 AND refresh_hash = $2 AND revoked_at IS NULL";
    REVOKE = "UPDATE sessions SET revoked_at = $2, revoked_reason = $3 WHERE id = $1 AND revoked_at IS NULL";
    PURGE = "DELETE FROM sessions WHERE expires_at < $1";
    /// From where somebody had signed in, and with what.
    FORGET = "UPDATE sessions SET ip = NULL, user_agent = NULL WHERE user_id = $1";
    FORGET_MAIL = "DELETE FROM mail_tokens WHERE user_id = $1";
    INSERT_TICKET = "INSERT INTO socket_tickets (id, secret_hash, holder_kind, holder_id, expires_at)
        VALUES ($1, $2, $3, $4, $5)";
    TAKE_TICKET = "DELETE FROM socket_tickets WHERE id = $1 AND secret_hash = $2 AND expires_at > $3
        RETURNING holder_kind, holder_id";
    PURGE_TICKETS = "DELETE FROM socket_tickets WHERE expires_at <= $1";
    INSERT_MAIL = "INSERT INTO mail_tokens (id, user_id, purpose, secret_hash, email_key, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    GET_MAIL = "SELECT ", MailTokenRow::COLUMNS, " FROM mail_tokens WHERE id = $1";
    USE_MAIL = "UPDATE mail_tokens SET used_at = $2 WHERE id = $1 AND used_at IS NULL";
    /// A new one, and a used one, end all older ones of the same purpose.
    VOID_MAIL = "UPDATE mail_tokens SET used_at = $3 WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL";
    PURGE_MAIL = "DELETE FROM mail_tokens WHERE expires_at < $1";
    FAILURES = "SELECT failures, locked_until, last_at FROM sign_in_failures WHERE login_hash = $1";
    /// Whoever counts a failure of the same login at this moment, on whatever node, comes after.
    HOLD_FAILURES = "INSERT INTO sign_in_failures (login_hash, failures, locked_until, last_at)
        VALUES ($1, 0, NULL, $2)
        ON CONFLICT (login_hash) DO UPDATE SET failures = sign_in_failures.failures";
    FAILED = "INSERT INTO sign_in_failures (login_hash, failures, locked_until, last_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (login_hash) DO UPDATE
        SET failures = $2, locked_until = $3, last_at = $4";
    CLEAR_FAILURES = "DELETE FROM sign_in_failures WHERE login_hash = $1";
    PURGE_FAILURES = "DELETE FROM sign_in_failures WHERE last_at < $1";
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            acting_tenant: row.acting_tenant,
            kind: row.kind,
            secret_hash: row.secret_hash,
            refresh_hash: row.refresh_hash,
            refreshes: row.refreshes,
            ip: row.ip,
            user_agent: row.user_agent,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}

pub(crate) fn insert(tx: &mut Tx, session: &Session) -> Result<(), DbError> {
    tx.execute(
        INSERT,
        &[
            &session.id,
            &session.user_id,
            &session.acting_tenant,
            &session.kind,
            &session.secret_hash,
            &session.refresh_hash,
            &session.refreshes,
            &session.ip,
            &session.user_agent,
            &session.created_at,
            &session.last_used_at,
            &session.expires_at,
            &session.revoked_at,
        ],
    )?;
    Ok(())
}

pub(crate) fn get(read: &mut Read, id: Uuid) -> Result<Option<Session>, DbError> {
    Ok(read.query_opt::<SessionRow>(GET, &[&id])?.map(Session::from))
}

/// A person's sessions that have not ended, newest first.
pub(crate) fn live_of_user(read: &mut Read, user: UserId) -> Result<Vec<Session>, DbError> {
    let now = read.now();
    Ok(read.query::<SessionRow>(LIVE_OF_USER, &[&user, &now])?.into_iter().map(Session::from).collect())
}

/// Puts a new refresh token in the place of the presented one; false when that is not the one good next.
pub(crate) fn rotate(
    tx: &mut Tx,
    id: Uuid,
    presented: &SecretHash,
    next: &SecretHash,
    expires_at: Timestamp,
) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(ROTATE, &[&id, presented, next, &now, &expires_at])? == 1)
}

/// Ends a session; false when it had ended already.
pub(crate) fn revoke(tx: &mut Tx, id: Uuid, reason: &str) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(REVOKE, &[&id, &now, &reason])? == 1)
}

/// Takes off somebody's sessions from where they came, and voids what was mailed to them.
pub(crate) fn forget(tx: &mut Tx, user: UserId) -> Result<(), DbError> {
    tx.execute(FORGET, &[&user])?;
    tx.execute(FORGET_MAIL, &[&user]).map(drop)
}

/// Removes what ended so long ago that nobody asks for it any more. Goes through whole tables: an hourly job.
pub(crate) fn purge(tx: &mut Tx) -> Result<(), DbError> {
    let long_ago = tx.now().saturating_sub(MEMORY).unwrap_or(Timestamp::MIN);
    let now = tx.now();
    tx.execute(PURGE, &[&long_ago])?;
    tx.execute(PURGE_TICKETS, &[&now])?;
    tx.execute(PURGE_MAIL, &[&long_ago])?;
    tx.execute(PURGE_FAILURES, &[&long_ago])?;
    Ok(())
}

pub(crate) fn insert_ticket(
    tx: &mut Tx,
    id: Uuid,
    hash: &SecretHash,
    holder: (HolderKind, Uuid),
    expires_at: Timestamp,
) -> Result<(), DbError> {
    tx.execute(INSERT_TICKET, &[&id, hash, &holder.0, &holder.1, &expires_at])?;
    Ok(())
}

/// Uses a ticket up: whose it was, where it was good.
pub(crate) fn take_ticket(
    tx: &mut Tx,
    id: Uuid,
    hash: &SecretHash,
) -> Result<Option<(HolderKind, Uuid)>, DbError> {
    let now = tx.now();
    tx.query_opt(TAKE_TICKET, &[&id, hash, &now])
}

/// Keeps a secret to be mailed; older ones of the same purpose are void.
pub(crate) fn insert_mail(tx: &mut Tx, token: &MailTokenRow) -> Result<(), DbError> {
    let now = tx.now();
    tx.execute(VOID_MAIL, &[&token.user_id, &token.purpose, &now])?;
    tx.execute(
        INSERT_MAIL,
        &[
            &token.id,
            &token.user_id,
            &token.purpose,
            &token.secret_hash,
            &token.email_key,
            &now,
            &token.expires_at,
        ],
    )?;
    Ok(())
}

pub(crate) fn mail(read: &mut Read, id: Uuid) -> Result<Option<MailTokenRow>, DbError> {
    read.query_opt(GET_MAIL, &[&id])
}

/// Uses a mailed secret up; false when somebody did already.
pub(crate) fn use_mail(tx: &mut Tx, id: Uuid) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(USE_MAIL, &[&id, &now])? == 1)
}

/// The failures for a login that are not yet forgotten.
pub(crate) fn failures(read: &mut Read, login_hash: &SecretHash) -> Result<Failures, DbError> {
    let now = read.now();
    let row: Option<(i64, Option<Timestamp>, Timestamp)> = read.query_opt(FAILURES, &[login_hash])?;
    Ok(match row {
        Some((count, locked_until, last_at)) if now.duration_since(last_at) < MEMORY => {
            Failures { count, locked_until }
        }
        _ => Failures::default(),
    })
}

/// The same for who is about to count another one: nobody else counts before this is committed, so that of many guesses
/// at once none is lost.
pub(crate) fn hold_failures(tx: &mut Tx, login_hash: &SecretHash) -> Result<Failures, DbError> {
    let now = tx.now();
    tx.execute(HOLD_FAILURES, &[login_hash, &now])?;
    failures(tx, login_hash)
}

pub(crate) fn set_failures(tx: &mut Tx, login_hash: &SecretHash, failures: Failures) -> Result<(), DbError> {
    let now = tx.now();
    tx.execute(FAILED, &[login_hash, &failures.count, &failures.locked_until, &now])?;
    Ok(())
}

pub(crate) fn clear_failures(tx: &mut Tx, login_hash: &SecretHash) -> Result<(), DbError> {
    tx.defer(CLEAR_FAILURES, &[login_hash])
}

/// What the staff of a tenant are signed in with there, the last used first.
pub(crate) fn of_staff(read: &mut Read, tenant: TenantId) -> Result<Vec<StaffMachine>, DbError> {
    let now = read.now();
    let rows: Vec<StaffRow> = read.query(OF_STAFF, &[&tenant, &now])?;
    let shown = rows.into_iter().map(|row| StaffMachine {
        user_id: row.user_id,
        name: row.name,
        kind: row.kind,
        user_agent: row.user_agent,
        last_seen: row.last_used_at,
    });
    Ok(shown.collect())
}
