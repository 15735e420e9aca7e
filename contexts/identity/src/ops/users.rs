//! People's own records.

use usher_db::{Read, Tx};
use usher_kernel::{Actor, SystemCtx, TenantId, UserId};

use crate::error::Error;
use crate::model::{
    MemberStatus, OwnRoles, ProfileChange, TenantBrief, User, UserStatus, UserView, key, role, scopes,
};
use crate::store::users::UserFilter;
use crate::{Identity, events, store};

/// Changes a person's record. `own` says that they do it themselves: nobody else changes what they sign in
/// with, because whoever holds the address can take the account.
///
/// # Errors
/// No such person; values that cannot be kept; an address or a user name that somebody has.
pub fn change_profile(tx: &mut Tx, id: UserId, change: ProfileChange, own: bool) -> Result<User, Error> {
    let before = store::users::get(tx, id)?.filter(|user| user.status != UserStatus::Deleted);
    let before = before.ok_or(Error::NotFound("user"))?;
    let mut user = before.clone();
    change.apply(&mut user);
    if !own && (user.email != before.email || user.username != before.username) {
        return Err(Error::NotYourself);
    }
    let faults = user.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    if user == before {
        return Ok(before);
    }
    if key(&user.email) != key(&before.email) && store::users::by_email(tx, &user.email)?.is_some() {
        return Err(Error::EmailTaken);
    }
    if let Some(username) = &user.username
        && Some(key(username)) != before.username.as_deref().map(key)
        && store::users::by_login(tx, username)?.is_some()
    {
        return Err(Error::UsernameTaken);
    }
    user.version += 1;
    user.updated_at = tx.now();
    store::users::update(tx, &user)?;
    events::user_updated(tx, &before, &user)?;
    Ok(user)
}

/// Switches a person off or on again, or ends their account; sessions end when they may no longer sign in.
///
/// # Errors
/// No such person.
pub fn set_status(tx: &mut Tx, id: UserId, status: UserStatus, reason: &str) -> Result<User, Error> {
    let before = store::users::get(tx, id)?.filter(|user| user.status != UserStatus::Deleted);
    let before = before.ok_or(Error::NotFound("user"))?;
    if before.status == status {
        return Ok(before);
    }
    let mut user = User { status, version: before.version + 1, updated_at: tx.now(), ..before.clone() };
    if status == UserStatus::Deleted {
        // The address is free again; the one there was stands in the event's personal row.
        user.email = format!("{}@deleted.invalid", user.id);
        user.username = None;
    }
    store::users::update(tx, &user)?;
    if status != UserStatus::Active {
        super::sessions::end_sessions(tx, id, None, reason)?;
    }
    if status == UserStatus::Deleted {
        store::doors::close_all(tx, id)?;
        events::user_updated(tx, &before, &user)?;
    }
    let facts = events::UserStatusChanged { user_id: id, before: before.status, after: status };
    events::user(tx, events::USER_STATUS_CHANGED, &user, &facts)?;
    Ok(user)
}

impl Identity {
    /// Passes when somebody else's record would not change, or is one that only this tenant sees.
    ///
    /// # Errors
    /// The person belongs to another tenant, too.
    pub(crate) async fn may_rewrite(
        &self,
        sys: &SystemCtx,
        tenant: TenantId,
        id: UserId,
        change: ProfileChange,
    ) -> Result<(), Error> {
        let read = move |read: &mut Read| {
            let before = store::users::get(read, id)?.ok_or(Error::NotFound("user"))?;
            let mut after = before.clone();
            change.apply(&mut after);
            if after == before {
                return Ok(());
            }
            let elsewhere = store::members::of_user(read, id)?.iter().any(|m| m.tenant_id != tenant);
            if elsewhere { Err(Error::BelongsElsewhere) } else { Ok(()) }
        };
        self.db().read_system(sys, read).await
    }

    /// A person as the API shows them in a tenant.
    pub(crate) async fn user_view(
        &self,
        sys: &SystemCtx,
        id: UserId,
        tenant: Option<TenantId>,
    ) -> Result<UserView, Error> {
        let (identity, who) = (self.clone(), sys.actor.clone());
        self.db().read_system(sys, move |read| view(read, &identity, &who, id, tenant)).await
    }
}

impl Identity {
    /// People of a tenant as the API shows them there, one more than the limit; `role` by any of its names.
    pub(crate) async fn user_views(
        &self,
        sys: &SystemCtx,
        mut filter: UserFilter,
        role: Option<String>,
    ) -> Result<Vec<UserView>, Error> {
        let (identity, who) = (self.clone(), sys.actor.clone());
        let tenant = filter.tenant;
        let read = move |read: &mut Read| {
            let own = store::members::own_roles(read, tenant)?;
            filter.role = role.map(|name| role::canonical(&name, &own).unwrap_or(name));
            let users = store::users::list(read, &filter)?;
            users.into_iter().map(|user| view(read, &identity, &who, user.id, Some(tenant))).collect()
        };
        self.db().read_system(sys, read).await
    }
}

/// A person as the API shows them in a tenant to `who`; reads across tenants.
fn view(
    read: &mut Read,
    identity: &Identity,
    who: &Actor,
    id: UserId,
    tenant: Option<TenantId>,
) -> Result<UserView, Error> {
    let user = store::users::get(read, id)?.filter(|user| user.status != UserStatus::Deleted);
    let user = user.ok_or(Error::NotFound("user"))?;
    let members = store::members::of_user(read, id)?;
    let brief = |id: TenantId| {
        let tenant = identity.tenancy().directory().tenant(id)?;
        Some(TenantBrief { id, slug: tenant.slug.clone(), name: tenant.name.clone() })
    };
    let platform = user.platform_admin;
    let mut view = UserView::bare(user);
    // Where else somebody belongs is nobody's business but their own. Nobody is who is just signing in.
    let all = matches!(who, Actor::Anonymous | Actor::System { .. }) || who.user() == Some(id);
    let active = members.iter().filter(|member| member.status == MemberStatus::Active);
    let shown = active.filter(|member| all || Some(member.tenant_id) == tenant);
    view.tenants = shown.filter_map(|member| brief(member.tenant_id)).collect();
    let member = members.into_iter().find(|member| Some(member.tenant_id) == tenant);
    view.tenant = tenant.filter(|_| platform || member.is_some()).and_then(brief);
    view.organization_id = view.tenant.as_ref().map(|tenant| tenant.id);
    if let (Some(tenant), Some(wallet)) = (view.organization_id, identity.wallet()) {
        view.reward_points = wallet.reward_points(read, tenant, id).map_err(Error::Wallet)?;
    }
    let Some(member) = member else { return Ok(view) };
    let own: OwnRoles = store::members::own_roles(read, member.tenant_id)?;
    view.roles.extend(member.roles.iter().cloned());
    view.role = role::leading(&view.roles);
    if !platform {
        let granted = role::granted(&member.roles, &own);
        let permitted = scopes::ALL.iter().filter(|name| granted.has(&usher_kernel::Scope::new(name)));
        view.scopes = permitted.map(|name| (*name).to_owned()).collect();
    }
    view.sites = member.sites;
    view.counter_id = member.counter_id;
    view.member_id = Some(member.id);
    if member.status == MemberStatus::Inactive {
        view.status = UserStatus::Inactive;
    }
    Ok(view)
}
