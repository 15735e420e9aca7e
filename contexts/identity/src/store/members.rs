//! Rows of `members` and `roles`.

use usher_db::{DbError, DynQuery, Json, Read, Tx, row, sql, text_column};
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};
use uuid::Uuid;

use crate::model::{Member, MemberStatus, OwnRoles, Role, role};

text_column!(MemberStatus);

row! {
    /// A membership as it is stored.
    struct MemberRow {
        id: Uuid,
        tenant_id: TenantId,
        user_id: UserId,
        roles: Json<Vec<String>>,
        sites: Json<Vec<SiteId>>,
        counter_id: Option<Uuid>,
        skills: Json<Vec<String>>,
        status: MemberStatus,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

row! {
    /// A tenant's own role as it is stored.
    struct RoleRow {
        id: Uuid,
        name: String,
        description: String,
        scopes: Json<Vec<String>>,
        version: i64,
        created_at: Timestamp,
    }
}

sql! {
    INSERT = "INSERT INTO members (", MemberRow::COLUMNS, ", staff)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE members SET roles = $3, sites = $4, counter_id = $5, status = $6, version = $7,
        updated_at = $8, staff = $9, skills = $10 WHERE tenant_id = $1 AND id = $2";
    DELETE = "DELETE FROM members WHERE tenant_id = $1 AND id = $2";
    GET = "SELECT ", MemberRow::COLUMNS, " FROM members WHERE tenant_id = $1 AND (id = $2 OR user_id = $2)";
    OF_USER_IN = "SELECT ", MemberRow::COLUMNS, " FROM members WHERE tenant_id = $1 AND user_id = $2";
    OF_USER across "what a person belongs to is asked before they have chosen a tenant" =
        "SELECT ", MemberRow::COLUMNS, " FROM members WHERE user_id = $1 ORDER BY id";
    SKILLED across "the skills of every tenant are in memory from the start" =
        "SELECT ", MemberRow::COLUMNS, " FROM members WHERE staff AND CAST(skills AS TEXT) <> '[]'";
    STAFF = "SELECT ", MemberRow::COLUMNS, " FROM members WHERE tenant_id = $1 AND staff ORDER BY id";
    /// Takes the tenant's row lock on PostgreSQL, so that two admins cannot remove each other at once.
    LOCK_TENANT = "UPDATE tenants SET version = version WHERE id = $1";
    INSERT_ROLE = "INSERT INTO roles (id, tenant_id, name, description, scopes, version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    UPDATE_ROLE = "UPDATE roles SET description = $3, scopes = $4, version = $5 WHERE tenant_id = $1 AND id = $2";
    DELETE_ROLE = "DELETE FROM roles WHERE tenant_id = $1 AND id = $2";
    ROLES = "SELECT ", RoleRow::COLUMNS, " FROM roles WHERE tenant_id = $1 ORDER BY name";
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            user_id: row.user_id,
            roles: row.roles.0,
            sites: row.sites.0,
            counter_id: row.counter_id,
            skills: row.skills.0,
            status: row.status,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<RoleRow> for Role {
    fn from(row: RoleRow) -> Self {
        Self {
            id: Some(row.id),
            name: row.name,
            description: row.description,
            scopes: row.scopes.0,
            built_in: false,
            version: row.version,
            created_at: Some(row.created_at),
        }
    }
}

/// Writes a new membership; false when the person is a member already.
pub(crate) fn insert(tx: &mut Tx, member: &Member) -> Result<bool, DbError> {
    let rows = tx.execute(
        INSERT,
        &[
            &member.id,
            &member.tenant_id,
            &member.user_id,
            &Json(&member.roles),
            &Json(&member.sites),
            &member.counter_id,
            &Json(&member.skills),
            &member.status,
            &member.version,
            &member.created_at,
            &member.updated_at,
            &role::any_staff(&member.roles),
        ],
    )?;
    Ok(rows == 1)
}

/// Writes a changed membership.
pub(crate) fn update(tx: &mut Tx, member: &Member) -> Result<(), DbError> {
    tx.execute(
        UPDATE,
        &[
            &member.tenant_id,
            &member.id,
            &Json(&member.roles),
            &Json(&member.sites),
            &member.counter_id,
            &member.status,
            &member.version,
            &member.updated_at,
            &role::any_staff(&member.roles),
            &Json(&member.skills),
        ],
    )?;
    Ok(())
}

pub(crate) fn delete(tx: &mut Tx, member: &Member) -> Result<(), DbError> {
    tx.execute(DELETE, &[&member.tenant_id, &member.id])?;
    Ok(())
}

/// A membership by its own id or by the person's: document 000 calls both "staff id".
pub(crate) fn get(read: &mut Read, tenant: TenantId, id: Uuid) -> Result<Option<Member>, DbError> {
    Ok(read.query_opt::<MemberRow>(GET, &[&tenant, &id])?.map(Member::from))
}

/// A person's membership in one tenant.
pub(crate) fn of_user_in(read: &mut Read, tenant: TenantId, user: UserId) -> Result<Option<Member>, DbError> {
    Ok(read.query_opt::<MemberRow>(OF_USER_IN, &[&tenant, &user])?.map(Member::from))
}

/// Those of some people whose membership of a tenant counts now.
pub(crate) fn active_among(
    read: &mut Read,
    tenant: TenantId,
    ids: &[UserId],
) -> Result<Vec<UserId>, DbError> {
    let mut query = DynQuery::new("SELECT user_id FROM members WHERE tenant_id = ");
    query.bind(&tenant).push_sql(" AND status = ").bind(&MemberStatus::Active);
    query.push_sql(" AND user_id IN ").bind_list(ids.iter().copied());
    read.query_dyn(&query)
}

/// All of a person's memberships, oldest first; needs a transaction across tenants.
pub(crate) fn of_user(read: &mut Read, user: UserId) -> Result<Vec<Member>, DbError> {
    Ok(read.query::<MemberRow>(OF_USER, &[&user])?.into_iter().map(Member::from).collect())
}

/// Everybody who works for a tenant; customers, who may be a million, are not among them.
pub(crate) fn staff(read: &mut Read, tenant: TenantId) -> Result<Vec<Member>, DbError> {
    Ok(read.query::<MemberRow>(STAFF, &[&tenant])?.into_iter().map(Member::from).collect())
}

/// Which members of a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemberFilter {
    /// Those with this role; without one, those who work for the tenant.
    pub(crate) role: Option<String>,
    pub(crate) site: Option<SiteId>,
    pub(crate) status: Option<MemberStatus>,
    pub(crate) after: Option<Uuid>,
    pub(crate) limit: u32,
}

/// Members in the order they joined, `limit` and one more.
pub(crate) fn list(read: &mut Read, tenant: TenantId, filter: &MemberFilter) -> Result<Vec<Member>, DbError> {
    let mut query = DynQuery::new("SELECT ");
    query.push_sql(MemberRow::COLUMNS).push_sql(" FROM members WHERE tenant_id = ").bind(&tenant);
    match &filter.role {
        // Roles are a JSON array of names, which hold no quotes: one is found with its quotes.
        Some(role) => query.push_sql(" AND CAST(roles AS TEXT) LIKE ").bind(&format!("%\"{role}\"%")),
        None => query.push_sql(" AND staff"),
    };
    if let Some(site) = filter.site {
        query.push_sql(" AND (CAST(sites AS TEXT) = '[]' OR CAST(sites AS TEXT) LIKE ");
        query.bind(&format!("%{site}%")).push_sql(")");
    }
    query.and(" AND status = ", &filter.status).and(" AND id > ", &filter.after);
    query.order("id").limit(filter.limit + 1);
    Ok(read.query_dyn::<MemberRow>(&query)?.into_iter().map(Member::from).collect())
}

/// Everybody, of every tenant, who has skills.
pub(crate) fn skilled(read: &mut Read) -> Result<Vec<Member>, DbError> {
    Ok(read.query::<MemberRow>(SKILLED, &[])?.into_iter().map(Member::from).collect())
}

/// Has whoever changes members of this tenant next wait.
pub(crate) fn lock_tenant(tx: &mut Tx, tenant: TenantId) -> Result<(), DbError> {
    tx.execute(LOCK_TENANT, &[&tenant])?;
    Ok(())
}

/// Writes a new role of a tenant; false when the name is taken.
pub(crate) fn insert_role(tx: &mut Tx, tenant: TenantId, id: Uuid, role: &Role) -> Result<bool, DbError> {
    let now = tx.now();
    let scopes = Json(&role.scopes);
    let rows = tx
        .execute(INSERT_ROLE, &[&id, &tenant, &role.name, &role.description, &scopes, &role.version, &now])?;
    Ok(rows == 1)
}

pub(crate) fn update_role(tx: &mut Tx, tenant: TenantId, role: &Role) -> Result<(), DbError> {
    tx.execute(UPDATE_ROLE, &[&tenant, &role.id, &role.description, &Json(&role.scopes), &role.version])?;
    Ok(())
}

pub(crate) fn delete_role(tx: &mut Tx, tenant: TenantId, id: Uuid) -> Result<(), DbError> {
    tx.execute(DELETE_ROLE, &[&tenant, &id])?;
    Ok(())
}

/// A tenant's own roles by name.
pub(crate) fn roles(read: &mut Read, tenant: TenantId) -> Result<Vec<Role>, DbError> {
    Ok(read.query::<RoleRow>(ROLES, &[&tenant])?.into_iter().map(Role::from).collect())
}

/// What a tenant's own roles permit, by name.
pub(crate) fn own_roles(read: &mut Read, tenant: TenantId) -> Result<OwnRoles, DbError> {
    Ok(roles(read, tenant)?.into_iter().map(|role| (role.name.clone(), role.granted())).collect())
}
