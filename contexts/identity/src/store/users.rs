//! Rows of `users`.

use serde_json::{Map, Value};
use usher_db::{DbError, DynQuery, Json, Read, Tx, row, sql, text_column};
use usher_kernel::{TenantId, Timestamp, UserId};

use crate::model::{MemberStatus, User, UserStatus, key};

text_column!(UserStatus);

row! {
    /// A person as they are stored, without the password's hash.
    struct UserRow {
        id: UserId,
        username: Option<String>,
        email: String,
        email_verified_at: Option<Timestamp>,
        name: String,
        phone: Option<String>,
        locale: Option<String>,
        preferences: Json<Map<String, Value>>,
        status: UserStatus,
        platform_admin: bool,
        last_sign_in_at: Option<Timestamp>,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

row! {
    /// So many people of a tenant have the same roles and stand alike.
    pub(crate) struct Counted {
        roles: Json<Vec<String>>,
        status: UserStatus,
        member_status: MemberStatus,
        people: i64,
    }
}

sql! {
    INSERT = "INSERT INTO users (id, username, username_key, email, email_key, email_verified_at, password_hash,
        name, phone, locale, preferences, status, platform_admin, last_sign_in_at, version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE users SET username = $2, username_key = $3, email = $4, email_key = $5,
        email_verified_at = $6, name = $7, phone = $8, locale = $9, preferences = $10, status = $11,
        platform_admin = $12, version = $13, updated_at = $14 WHERE id = $1";
    SET_PASSWORD = "UPDATE users SET password_hash = $2, version = version + 1, updated_at = $3 WHERE id = $1";
    /// No password opens an account that is gone.
    FORGET = "UPDATE users SET password_hash = NULL, last_sign_in_at = NULL WHERE id = $1";
    SIGNED_IN = "UPDATE users SET last_sign_in_at = $2 WHERE id = $1";
    GET = "SELECT ", UserRow::COLUMNS, " FROM users WHERE id = $1";
    PASSWORD = "SELECT password_hash FROM users WHERE id = $1";
    BY_EMAIL = "SELECT ", UserRow::COLUMNS, " FROM users WHERE email_key = $1";
    BY_USERNAME = "SELECT ", UserRow::COLUMNS, " FROM users WHERE username_key = $1";
    COUNTED = "SELECT m.roles, u.status, m.status, COUNT(*) FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.tenant_id = $1 AND u.status <> 'deleted' GROUP BY m.roles, u.status, m.status";
    ANY = "SELECT id FROM users LIMIT 1";
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id,
            username: row.username,
            email: row.email,
            email_verified_at: row.email_verified_at,
            name: row.name,
            phone: row.phone,
            locale: row.locale,
            preferences: row.preferences.0,
            status: row.status,
            platform_admin: row.platform_admin,
            last_sign_in_at: row.last_sign_in_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Writes a new person; false when the address or the user name is taken.
pub(crate) fn insert(tx: &mut Tx, user: &User, password_hash: Option<&str>) -> Result<bool, DbError> {
    let rows = tx.execute(
        INSERT,
        &[
            &user.id,
            &user.username,
            &user.username.as_deref().map(key),
            &user.email,
            &key(&user.email),
            &user.email_verified_at,
            &password_hash,
            &user.name,
            &user.phone,
            &user.locale,
            &Json(&user.preferences),
            &user.status,
            &user.platform_admin,
            &user.last_sign_in_at,
            &user.version,
            &user.created_at,
            &user.updated_at,
        ],
    )?;
    Ok(rows == 1)
}

/// Writes a changed person; address and user name were looked up before.
pub(crate) fn update(tx: &mut Tx, user: &User) -> Result<(), DbError> {
    tx.execute(
        UPDATE,
        &[
            &user.id,
            &user.username,
            &user.username.as_deref().map(key),
            &user.email,
            &key(&user.email),
            &user.email_verified_at,
            &user.name,
            &user.phone,
            &user.locale,
            &Json(&user.preferences),
            &user.status,
            &user.platform_admin,
            &user.version,
            &user.updated_at,
        ],
    )?;
    Ok(())
}

pub(crate) fn set_password(tx: &mut Tx, id: UserId, hash: &str) -> Result<(), DbError> {
    let now = tx.now();
    tx.execute(SET_PASSWORD, &[&id, &hash, &now])?;
    Ok(())
}

/// Takes the password and the last sign-in off an account that is gone.
pub(crate) fn forget(tx: &mut Tx, id: UserId) -> Result<(), DbError> {
    tx.execute(FORGET, &[&id]).map(drop)
}

pub(crate) fn signed_in(tx: &mut Tx, id: UserId) -> Result<(), DbError> {
    let now = tx.now();
    tx.execute(SIGNED_IN, &[&id, &now])?;
    Ok(())
}

pub(crate) fn get(read: &mut Read, id: UserId) -> Result<Option<User>, DbError> {
    Ok(read.query_opt::<UserRow>(GET, &[&id])?.map(User::from))
}

/// Those of some people who are there.
pub(crate) fn some(read: &mut Read, ids: &[UserId]) -> Result<Vec<User>, DbError> {
    match ids {
        [] => Ok(Vec::new()),
        [id] => Ok(get(read, *id)?.into_iter().collect()),
        _ => {
            let mut query = DynQuery::new("SELECT ");
            query
                .push_sql(UserRow::COLUMNS)
                .push_sql(" FROM users WHERE id IN ")
                .bind_list(ids.iter().copied());
            Ok(read.query_dyn::<UserRow>(&query)?.into_iter().map(User::from).collect())
        }
    }
}

/// The hash of a person's password; none when they have no password, or are not there.
pub(crate) fn password(read: &mut Read, id: UserId) -> Result<Option<String>, DbError> {
    Ok(read.query_opt::<Option<String>>(PASSWORD, &[&id])?.flatten())
}

pub(crate) fn by_email(read: &mut Read, email: &str) -> Result<Option<User>, DbError> {
    Ok(read.query_opt::<UserRow>(BY_EMAIL, &[&key(email)])?.map(User::from))
}

/// By e-mail address where the text has an `@`, else by user name.
pub(crate) fn by_login(read: &mut Read, login: &str) -> Result<Option<User>, DbError> {
    let statement = if login.contains('@') { BY_EMAIL } else { BY_USERNAME };
    Ok(read.query_opt::<UserRow>(statement, &[&key(login)])?.map(User::from))
}

/// Whether anybody is registered at all.
pub(crate) fn any(read: &mut Read) -> Result<bool, DbError> {
    Ok(read.query_opt::<UserId>(ANY, &[])?.is_some())
}

/// Which people of a list.
#[derive(Clone, Debug)]
pub(crate) struct UserFilter {
    pub(crate) tenant: TenantId,
    pub(crate) role: Option<String>,
    pub(crate) status: Option<UserStatus>,
    pub(crate) text: Option<String>,
    pub(crate) after: Option<UserId>,
    pub(crate) limit: u32,
}

/// How many people of a tenant there are by roles and status.
pub(crate) fn counted(read: &mut Read, tenant: TenantId) -> Result<Vec<Counted>, DbError> {
    read.query(COUNTED, &[&tenant])
}

/// Which people of the installation.
#[derive(Clone, Debug)]
pub(crate) struct AnybodyFilter {
    pub(crate) status: Option<UserStatus>,
    pub(crate) text: Option<String>,
    pub(crate) after: Option<UserId>,
    pub(crate) limit: u32,
}

/// People of the whole installation in the order they registered, `limit` and one more. Who they are in a tenant is
/// not asked here.
pub(crate) fn anybody(read: &mut Read, filter: &AnybodyFilter) -> Result<Vec<User>, DbError> {
    let mut query = DynQuery::new("SELECT ");
    query.push_sql(UserRow::COLUMNS).push_sql(" FROM users WHERE status <> 'deleted'");
    query.and(" AND status = ", &filter.status);
    if let Some(text) = &filter.text {
        query.piece_in(&["email_key", "name", "username_key"], text.trim(), &[], None);
    }
    query.and(" AND id > ", &filter.after);
    query.order("id").limit(filter.limit + 1);
    Ok(read.query_dyn::<UserRow>(&query)?.into_iter().map(User::from).collect())
}

/// People of a tenant in the order they registered, `limit` and one more.
pub(crate) fn list(read: &mut Read, filter: &UserFilter) -> Result<Vec<User>, DbError> {
    let mut query = DynQuery::new(
        "SELECT u.id, u.username, u.email, u.email_verified_at, u.name, u.phone, u.locale, u.preferences, \
         u.status, u.platform_admin, u.last_sign_in_at, u.version, u.created_at, u.updated_at FROM users u",
    );
    query.push_sql(" JOIN members m ON m.user_id = u.id AND m.tenant_id = ").bind(&filter.tenant);
    if let Some(role) = &filter.role {
        // Roles are a JSON array of names, which hold no quotes: one is found with its quotes.
        query.push_sql(" AND CAST(m.roles AS TEXT) LIKE ").bind(&format!("%\"{role}\"%"));
    }
    query.push_sql(" WHERE u.status <> 'deleted'");
    // Whoever is switched off in this tenant is as little let in as who is switched off everywhere.
    match filter.status {
        Some(UserStatus::Active) => query.push_sql(" AND u.status = 'active' AND m.status = 'active'"),
        Some(UserStatus::Inactive) => query.push_sql(" AND (u.status = 'inactive' OR m.status = 'inactive')"),
        Some(UserStatus::Deleted) => query.push_sql(" AND u.status = 'deleted'"),
        None => &mut query,
    };
    if let Some(text) = &filter.text {
        query.piece_in(&["u.email_key", "u.name", "u.username_key"], text.trim(), &[], None);
    }
    query.and(" AND u.id > ", &filter.after);
    query.order("u.id").limit(filter.limit + 1);
    Ok(read.query_dyn::<UserRow>(&query)?.into_iter().map(User::from).collect())
}
