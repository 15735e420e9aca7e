//! Memberships: who belongs to a tenant, with which roles.

use usher_db::{DbError, Tx};
use usher_kernel::{Ctx, Diff, SiteId, SystemCtx, TenantId, UserId};
use uuid::Uuid;

use super::register::{NewUser, create_user};

use crate::error::Error;
use crate::model::{
    BuiltIn, Member, MemberChange, MemberStatus, NewMember, OwnRoles, Shift, Standing, User, UserStatus,
    password_fault, role, skill,
};
use crate::{Identity, events, store};

/// Makes a known person a member.
///
/// # Errors
/// Unknown roles or sites; roles above the caller's own; a person who is a member already.
pub fn add_member(
    tx: &mut Tx,
    tenant: TenantId,
    known_site: &dyn Fn(SiteId) -> bool,
    user: UserId,
    new: &NewMember,
) -> Result<Member, Error> {
    let roles = checked_roles(tx, tenant, known_site, new)?;
    insert(tx, tenant, user, roles, new)
}

/// The roles of a membership that the caller may give as a whole.
pub(super) fn checked_roles(
    tx: &mut Tx,
    tenant: TenantId,
    known_site: &dyn Fn(SiteId) -> bool,
    new: &NewMember,
) -> Result<Vec<String>, Error> {
    let own = store::members::own_roles(tx, tenant)?;
    let (field, named) = match (&new.roles, &new.role) {
        (Some(roles), _) => ("roles", roles.clone()),
        (None, Some(role)) => ("role", vec![role.clone()]),
        (None, None) => ("role", vec![BuiltIn::Agent.to_string()]),
    };
    let roles = resolve_roles(field, &named, &own)?;
    check_sites(&new.sites, known_site)?;
    check_skills(&new.skills)?;
    let given = Standing { scopes: role::granted(&roles, &own), sites: new.sites.clone().into() };
    if !super::standing(tx.caller()).reaches(&given) {
        return Err(Error::AboveOwn);
    }
    Ok(roles)
}

/// Writes a membership whose roles were checked.
pub(super) fn insert(
    tx: &mut Tx,
    tenant: TenantId,
    user: UserId,
    roles: Vec<String>,
    new: &NewMember,
) -> Result<Member, Error> {
    let now = tx.now();
    let member = Member {
        id: usher_kernel::random::uuid_v7(now),
        tenant_id: tenant,
        user_id: user,
        roles,
        sites: new.sites.clone(),
        counter_id: new.counter_id,
        skills: skill::kept(&new.skills),
        status: MemberStatus::Active,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    if !store::members::insert(tx, &member)? {
        return Err(Error::AlreadyMember);
    }
    events::member(tx, events::MEMBER_ADDED, &member, Diff::default())?;
    Ok(member)
}

/// Changes a membership.
///
/// # Errors
/// No such member; another version; unknown roles or sites; a member, or roles, above the caller's own;
/// the last administrator.
pub fn change_member(
    tx: &mut Tx,
    tenant: TenantId,
    known_site: &dyn Fn(SiteId) -> bool,
    id: Uuid,
    change: MemberChange,
    read_version: Option<i64>,
) -> Result<Member, Error> {
    store::members::lock_tenant(tx, tenant)?;
    let before = store::members::get(tx, tenant, id)?.ok_or(Error::NotFound("member"))?;
    if read_version.is_some_and(|read| read != before.version) {
        return Err(Error::Stale { current: before.version });
    }
    let own = store::members::own_roles(tx, tenant)?;
    let mut member = before.clone();
    let named = change.roles.map(|roles| ("roles", roles));
    if let Some((field, named)) = named.or_else(|| change.role.map(|role| ("role", vec![role]))) {
        member.roles = resolve_roles(field, &named, &own)?;
    }
    if let Some(sites) = change.sites {
        check_sites(&sites, known_site)?;
        member.sites = sites;
    }
    change.counter_id.apply(&mut member.counter_id);
    if let Some(skills) = change.skills {
        check_skills(&skills)?;
        member.skills = skill::kept(&skills);
    }
    if let Some(status) = change.status {
        member.status = status;
    }
    let caller = super::standing(tx.caller());
    if !caller.reaches(&held(&before, &own)) || !caller.reaches(&held(&member, &own)) {
        return Err(Error::AboveOwn);
    }
    let diff = Diff::between(&before, &member, &["version", "updated_at"]);
    if diff.is_empty() {
        return Ok(before);
    }
    if is_admin(&before, &own) && !is_admin(&member, &own) {
        keep_an_admin(tx, tenant, &before, &own)?;
    }
    member.version += 1;
    member.updated_at = tx.now();
    store::members::update(tx, &member)?;
    let kind =
        if before.roles == member.roles { events::MEMBER_UPDATED } else { events::MEMBER_ROLE_CHANGED };
    events::member(tx, kind, &member, diff)?;
    Ok(member)
}

/// Notes at which counter a member usually works. The installation's operator, who needs no membership, may
/// sit anywhere without one.
///
/// # Errors
/// The database.
pub(crate) fn seat(tx: &mut Tx, tenant: TenantId, user: UserId, counter: Uuid) -> Result<(), DbError> {
    let Some(before) = store::members::of_user_in(tx, tenant, user)? else { return Ok(()) };
    if before.counter_id == Some(counter) {
        return Ok(());
    }
    let member = Member {
        counter_id: Some(counter),
        version: before.version + 1,
        updated_at: tx.now(),
        ..before.clone()
    };
    store::members::update(tx, &member)?;
    let diff = Diff::between(&before, &member, &["version", "updated_at"]);
    events::member(tx, events::MEMBER_UPDATED, &member, diff)
}

/// Ends a membership, and with it the shifts that were still to come. A person who belongs to no tenant any more stays
/// registered.
///
/// # Errors
/// No such member; one above the caller; the last administrator.
pub fn remove_member(tx: &mut Tx, tenant: TenantId, id: Uuid) -> Result<Member, Error> {
    store::members::lock_tenant(tx, tenant)?;
    let member = store::members::get(tx, tenant, id)?.ok_or(Error::NotFound("member"))?;
    let own = store::members::own_roles(tx, tenant)?;
    if !super::standing(tx.caller()).reaches(&held(&member, &own)) {
        return Err(Error::AboveOwn);
    }
    if is_admin(&member, &own) {
        keep_an_admin(tx, tenant, &member, &own)?;
    }
    store::members::delete(tx, &member)?;
    for shift in store::shifts::drop_coming(tx, tenant, member.user_id)? {
        let cancelled = Shift { version: shift.version + 1, ..shift };
        events::shift(tx, events::SHIFT_CANCELLED, &cancelled, Diff::default())?;
    }
    let gone = Member { version: member.version + 1, ..member };
    events::member(tx, events::MEMBER_REMOVED, &gone, Diff::default())?;
    Ok(gone)
}

/// What a membership permits, whether it counts at the moment or not: a switched-off administrator is
/// still above a manager.
fn held(member: &Member, own: &OwnRoles) -> Standing {
    Standing { scopes: role::granted(&member.roles, own), sites: member.sites.clone().into() }
}

/// Whether somebody may do everything in the tenant, everywhere in it.
fn is_admin(member: &Member, own: &OwnRoles) -> bool {
    member.status == MemberStatus::Active
        && member.sites.is_empty()
        && role::granted(&member.roles, own).is_all()
}

/// Passes when somebody else can still do everything in the tenant.
pub(super) fn keep_an_admin(
    tx: &mut Tx,
    tenant: TenantId,
    leaving: &Member,
    own: &OwnRoles,
) -> Result<(), Error> {
    for other in store::members::staff(tx, tenant)? {
        if other.id == leaving.id || !is_admin(&other, own) {
            continue;
        }
        let person = store::users::get(tx, other.user_id)?;
        if person.is_some_and(|user| user.status == UserStatus::Active) {
            return Ok(());
        }
    }
    Err(Error::LastAdmin)
}

/// The roles under the names that they are kept by, each once.
pub(super) fn resolve_roles(field: &str, named: &[String], own: &OwnRoles) -> Result<Vec<String>, Error> {
    if named.is_empty() {
        return Err(Error::field(field, "required", "Give at least one role."));
    }
    let mut roles: Vec<String> = Vec::new();
    for name in named {
        let Some(role) = role::canonical(name, own) else {
            return Err(Error::field(field, "unknown_role", format!("There is no role {name:?}.")));
        };
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    // The mark of the platform's operator is on the person; no membership carries it.
    if roles.iter().any(|role| role == BuiltIn::PlatformAdmin.as_str()) {
        return Err(Error::AboveOwn);
    }
    Ok(roles)
}

fn check_sites(sites: &[SiteId], known_site: &dyn Fn(SiteId) -> bool) -> Result<(), Error> {
    match sites.iter().find(|site| !known_site(**site)) {
        Some(site) => Err(Error::field("sites", "unknown_site", format!("There is no site {site}."))),
        None => Ok(()),
    }
}

fn check_skills(skills: &[String]) -> Result<(), Error> {
    skill::fault("skills", skills).map_or(Ok(()), |fault| Err(Error::Fields(vec![fault])))
}

impl Identity {
    /// The hash of the password that a new member comes with, where one was given.
    pub(crate) async fn member_password(&self, new: &NewMember) -> Result<Option<String>, Error> {
        let Some(password) = &new.password else { return Ok(None) };
        let email = new.email.as_deref().unwrap_or_default();
        if let Some(fault) = password_fault("password", password, email) {
            return Err(Error::Fields(vec![fault]));
        }
        self.hasher().hash(password.clone()).await.map(Some)
    }

    /// Passes when the caller reaches a member of their tenant.
    ///
    /// # Errors
    /// The person is no member here, or stands above the caller.
    pub(crate) async fn reach(&self, ctx: &Ctx, user: UserId) -> Result<(), Error> {
        let tenant = ctx.tenant;
        let found = self
            .db()
            .read(ctx, move |read| {
                let member = store::members::of_user_in(read, tenant, user)?;
                let own = store::members::own_roles(read, tenant)?;
                let platform = store::users::get(read, user)?.is_some_and(|user| user.platform_admin);
                Ok::<_, Error>(member.map(|member| (held(&member, &own), platform)))
            })
            .await?;
        let (standing, platform) = found.ok_or(Error::NotFound("user"))?;
        if platform || !super::standing(ctx).reaches(&standing) {
            return Err(Error::AboveOwn);
        }
        Ok(())
    }

    /// Ends the account of a person who was removed from their last tenant.
    pub(crate) async fn close_orphan(
        &self,
        sys: &SystemCtx,
        tenant: TenantId,
        user: UserId,
    ) -> Result<(), Error> {
        let left = self.db().read_system(sys, move |read| store::members::of_user(read, user)).await?;
        if !left.is_empty() {
            return Ok(());
        }
        let write = move |tx: &mut Tx| {
            let platform = store::users::get(tx, user)?.is_none_or(|user| user.platform_admin);
            if !platform {
                super::users::set_status(tx, user, UserStatus::Deleted, "removed")?;
            }
            Ok(())
        };
        self.write_for(sys, Some(tenant), write).await
    }
}

/// Makes somebody a member: a person who is known, or a new one. Says whether they need a mail to choose
/// their password.
///
/// # Errors
/// As [`add_member`]; somebody who has an account elsewhere; values of a new person that cannot be kept.
pub(crate) fn add_person(
    tx: &mut Tx,
    identity: &Identity,
    tenant: TenantId,
    new: &NewMember,
    password_hash: Option<String>,
    by_platform: bool,
) -> Result<(Member, User, bool), Error> {
    let without_password = password_hash.is_none();
    identity.check_counter(tx, tenant, new.counter_id)?;
    let (user, created) = match find_person(tx, tenant, new, by_platform)? {
        Some(user) => (user, false),
        None => (create_user(tx, person_of(new, password_hash))?, true),
    };
    let known = |site| identity.tenancy().site(tenant, site).is_ok();
    let member = add_member(tx, tenant, &known, user.id, new)?;
    Ok((member, user, created && without_password))
}

/// The person that a new membership is for, where they are registered. Nobody but the installation's operator
/// takes in somebody whom the tenant does not know already: an id or an address alone opens nobody's record.
fn find_person(
    tx: &mut Tx,
    tenant: TenantId,
    new: &NewMember,
    by_platform: bool,
) -> Result<Option<User>, Error> {
    if let Some(id) = new.user_id {
        let known = by_platform || store::members::of_user_in(tx, tenant, id)?.is_some();
        let user = store::users::get(tx, id)?.filter(|user| known && user.status == UserStatus::Active);
        let unknown = || {
            let text = "There is no such person here. Give their e-mail address to take in somebody new.";
            Error::field("user_id", "unknown_user", text)
        };
        return user.map(Some).ok_or_else(unknown);
    }
    let Some(email) = new.email.as_deref().map(str::trim).filter(|email| !email.is_empty()) else {
        return Err(Error::field("email", "required", "Give the person's e-mail address."));
    };
    match store::users::by_email(tx, email)? {
        Some(user) if user.status != UserStatus::Active => Err(Error::UserInactive),
        Some(user) if user.platform_admin && !by_platform => Err(Error::AboveOwn),
        Some(user) if !by_platform && store::members::of_user_in(tx, tenant, user.id)?.is_none() => {
            Err(Error::InviteFirst)
        }
        found => Ok(found),
    }
}

fn person_of(new: &NewMember, password_hash: Option<String>) -> NewUser {
    NewUser {
        email: new.email.clone().unwrap_or_default(),
        username: new.username.clone(),
        password_hash,
        name: new.name.clone().unwrap_or_default(),
        phone: new.phone.clone(),
        ..NewUser::default()
    }
}
