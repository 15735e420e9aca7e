//! A tenant's own roles.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;
use usher_kernel::{Diff, TenantId};
use uuid::Uuid;

use crate::error::Error;
use crate::model::{BuiltIn, Role};
use crate::{events, store};

/// What a new role is made of.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// Its name: 2 to 40 letters a–z, digits and underscores.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// What it permits; nothing that its creator may not.
    pub scopes: Vec<String>,
}

/// A change of a role; what is absent stays. Members keep roles by name, so the name stays.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RoleChange {
    /// What it is for.
    pub description: Option<String>,
    /// What it permits.
    pub scopes: Option<Vec<String>>,
}

/// Creates a role of the tenant.
///
/// # Errors
/// Values that cannot be kept; scopes above the caller's own; a name that is taken.
pub fn create_role(tx: &mut Tx, tenant: TenantId, new: NewRole) -> Result<Role, Error> {
    let now = tx.now();
    let id = usher_kernel::random::uuid_v7(now);
    let role = checked(
        tx,
        Role {
            id: Some(id),
            name: new.name.trim().to_owned(),
            description: new.description.trim().to_owned(),
            scopes: new.scopes,
            built_in: false,
            version: 1,
            created_at: Some(now),
        },
    )?;
    if !store::members::insert_role(tx, tenant, id, &role)? {
        return Err(Error::RoleTaken);
    }
    events::role(tx, events::ROLE_CREATED, &role, Diff::default())?;
    Ok(role)
}

/// Changes a role of the tenant; its members' rights change at once.
///
/// # Errors
/// No such role; another version; a built-in role; scopes above the caller's own, before or after; a caller who is
/// limited to sites.
pub fn update_role(
    tx: &mut Tx,
    tenant: TenantId,
    name: &str,
    change: RoleChange,
    read_version: Option<i64>,
) -> Result<Role, Error> {
    let before = find(tx, tenant, name)?;
    if read_version.is_some_and(|read| read != before.version) {
        return Err(Error::Stale { current: before.version });
    }
    reached(tx, &before)?;
    let role = Role {
        description: change.description.unwrap_or_else(|| before.description.clone()),
        scopes: change.scopes.unwrap_or_else(|| before.scopes.clone()),
        ..before.clone()
    };
    let mut role = checked(tx, role)?;
    let diff = Diff::between(&before, &role, &["version"]);
    if diff.is_empty() {
        return Ok(before);
    }
    role.version += 1;
    store::members::update_role(tx, tenant, &role)?;
    events::role(tx, events::ROLE_UPDATED, &role, diff)?;
    Ok(role)
}

/// Deletes a role that no member has.
///
/// # Errors
/// No such role; a built-in role; one above the caller, or a caller who is limited to sites; members who still have it.
pub fn delete_role(tx: &mut Tx, tenant: TenantId, name: &str) -> Result<(), Error> {
    let role = find(tx, tenant, name)?;
    reached(tx, &role)?;
    let members = store::members::staff(tx, tenant)?;
    let holders = members.iter().filter(|member| member.roles.contains(&role.name)).count();
    if holders > 0 {
        return Err(Error::RoleInUse(i64::try_from(holders).unwrap_or(i64::MAX)));
    }
    store::members::delete_role(tx, tenant, role.id.unwrap_or_default())?;
    let role = Role { version: role.version + 1, ..role };
    events::role(tx, events::ROLE_DELETED, &role, Diff::default())?;
    Ok(())
}

/// A role that is not above the caller. Its members may work anywhere, so whoever is limited to sites leaves it alone.
fn reached(tx: &Tx, role: &Role) -> Result<(), Error> {
    let caller = tx.caller();
    if caller.sites.is_empty() && caller.scopes.covers(&role.granted()) {
        Ok(())
    } else {
        Err(Error::AboveOwn)
    }
}

/// A role of the tenant by its name or its id.
fn find(tx: &mut Tx, tenant: TenantId, name: &str) -> Result<Role, Error> {
    let id = name.parse::<Uuid>().ok();
    let found = store::members::roles(tx, tenant)?
        .into_iter()
        .find(|role| role.name == name || (id.is_some() && role.id == id));
    match found {
        Some(role) => Ok(role),
        None if BuiltIn::named(name).is_some() => Err(Error::RoleBuiltIn),
        None => Err(Error::NotFound("role")),
    }
}

/// A role whose values can be kept and which is not above the caller.
fn checked(tx: &mut Tx, mut role: Role) -> Result<Role, Error> {
    role.scopes.sort();
    role.scopes.dedup();
    let faults = role.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    if !tx.caller().scopes.covers(&role.granted()) {
        return Err(Error::AboveOwn);
    }
    Ok(role)
}
