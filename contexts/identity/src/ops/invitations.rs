//! Invitations: asking, taking back and accepting. The person's record stays closed until they accept.

use usher_db::{Lane, Tx};
use usher_kernel::{SystemCtx, TenantId};
use uuid::Uuid;

use super::members::{checked_roles, insert};
use crate::error::Error;
use crate::model::{
    INVITATION_LIFE, Invitation, NewInvitation, SecretKind, User, UserStatus, mint, read_secret, skill,
};
use crate::{Identity, events, store};

/// Invites somebody who has an account. Answers them and the secret for their mail, too.
///
/// # Errors
/// Nobody has the address; they are a member already, or invited; a role above the caller's own, or unknown.
pub(crate) fn invite(
    tx: &mut Tx,
    identity: &Identity,
    tenant: TenantId,
    new: &NewInvitation,
) -> Result<(Invitation, User, String), Error> {
    let wanted = new.membership();
    identity.check_counter(tx, tenant, wanted.counter_id)?;
    let known = |site| identity.tenancy().site(tenant, site).is_ok();
    let roles = checked_roles(tx, tenant, &known, &wanted)?;
    let user = store::users::by_email(tx, &new.email)?.filter(|user| user.status == UserStatus::Active);
    let user = user.ok_or_else(|| {
        let text = "Nobody has an account with this address. Add them as a member: they get a mail to choose \
                    their password.";
        Error::field("email", "unknown_user", text)
    })?;
    if user.platform_admin {
        return Err(Error::AboveOwn);
    }
    if store::members::of_user_in(tx, tenant, user.id)?.is_some() {
        return Err(Error::AlreadyMember);
    }
    let now = tx.now();
    let id = usher_kernel::random::uuid_v7(now);
    let secret = mint(SecretKind::Invitation, id);
    let invitation = Invitation {
        id,
        tenant_id: tenant,
        user_id: user.id,
        email: new.email.trim().to_owned(),
        roles,
        sites: wanted.sites,
        counter_id: wanted.counter_id,
        skills: skill::kept(&wanted.skills),
        secret_hash: secret.hash,
        created_at: now,
        expires_at: now.checked_add(INVITATION_LIFE).unwrap_or(now),
    };
    if !store::invitations::insert(tx, &invitation)? {
        return Err(Error::AlreadyInvited);
    }
    events::invitation(tx, events::INVITATION_SENT, &invitation)?;
    Ok((invitation, user, secret.text))
}

/// Takes an invitation back; its link opens nothing any more.
///
/// # Errors
/// There is no such invitation.
pub(crate) fn withdraw(tx: &mut Tx, tenant: TenantId, id: Uuid) -> Result<(), Error> {
    let gone = store::invitations::take(tx, tenant, id)?.ok_or(Error::NotFound("invitation"))?;
    Ok(events::invitation(tx, events::INVITATION_WITHDRAWN, &gone)?)
}

impl Identity {
    /// Makes the person who holds a mailed secret a member of the tenant that invited them. The secret went to
    /// their address: it says that they are asked, and that it is them who answers.
    ///
    /// # Errors
    /// A secret that is used, out of date or unknown; the tenant has withdrawn, or no longer has the role.
    pub(crate) async fn accept_invitation(&self, sys: &SystemCtx, secret: &str) -> Result<(), Error> {
        let presented = read_secret(SecretKind::Invitation, secret).ok_or(Error::LinkSpent)?;
        let find = move |read: &mut usher_db::Read| {
            store::invitations::of_secret(read, presented.id, &presented.hash).map_err(Error::from)
        };
        let found = self.db().read_system(sys, find).await?.ok_or(Error::LinkSpent)?;
        let (tenant, id) = (found.tenant_id, found.id);
        let write = move |tx: &mut Tx| {
            let taken = store::invitations::take(tx, tenant, id)?;
            let invitation = taken.filter(|one| one.expires_at > tx.now()).ok_or(Error::LinkSpent)?;
            let user = store::users::get(tx, invitation.user_id)?;
            let active = user.is_some_and(|user| user.status == UserStatus::Active);
            let own = store::members::own_roles(tx, tenant)?;
            let roles = super::members::resolve_roles("roles", &invitation.roles, &own);
            let (true, Ok(roles)) = (active, roles) else { return Err(Error::LinkSpent) };
            insert(tx, tenant, invitation.user_id, roles, &invitation.membership())?;
            Ok(())
        };
        self.db().write(&sys.within(tenant), Lane::Tenant, write).await
    }
}
