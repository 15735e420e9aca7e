//! The people of the whole installation, for whoever runs it.

use usher_db::{Read, Tx};
use usher_kernel::{SystemCtx, UserId};

use crate::error::Error;
use crate::model::{BelongsTo, InstallationUser, Member, TenantBrief, User, UserStatus};
use crate::store::users::AnybodyFilter;
use crate::{Identity, store};

impl Identity {
    /// People of the installation, one more than the limit.
    pub(crate) async fn anybody(
        &self,
        sys: &SystemCtx,
        filter: AnybodyFilter,
    ) -> Result<Vec<InstallationUser>, Error> {
        let identity = self.clone();
        let read = move |read: &mut Read| {
            let people = store::users::anybody(read, &filter)?;
            people.into_iter().map(|user| shown(read, &identity, user)).collect()
        };
        self.db().read_system(sys, read).await
    }

    /// Lets somebody in everywhere, or keeps them out everywhere; their sessions end. Nobody locks themselves out, so
    /// that somebody who runs the installation is always left.
    ///
    /// # Errors
    /// No such person; oneself.
    pub(crate) async fn let_in(
        &self,
        sys: &SystemCtx,
        id: UserId,
        status: UserStatus,
    ) -> Result<InstallationUser, Error> {
        if sys.actor.user() == Some(id) {
            let text = "This is you. Somebody else who runs the installation can switch you off.";
            return Err(Error::field("status", "yourself", text));
        }
        // It stands in the history of where they have belonged longest.
        let home = self.memberships(sys, id).await?.first().map(|member| member.tenant_id);
        let write = move |tx: &mut Tx| super::set_status(tx, id, status, "switched_by_operator");
        let user = self.write_for(sys, home, write).await?;
        let identity = self.clone();
        self.db().read_system(sys, move |read| shown(read, &identity, user.clone())).await
    }
}

fn shown(read: &mut Read, identity: &Identity, user: User) -> Result<InstallationUser, Error> {
    let members = store::members::of_user(read, user.id)?;
    let belongs = |member: Member| {
        let tenant = identity.tenancy().directory().tenant(member.tenant_id)?;
        let tenant = TenantBrief { id: tenant.id, slug: tenant.slug.clone(), name: tenant.name.clone() };
        Some(BelongsTo { tenant, roles: member.roles, status: member.status })
    };
    Ok(InstallationUser {
        id: user.id,
        email_verified: user.email_verified_at.is_some(),
        username: user.username,
        email: user.email,
        name: user.name,
        status: user.status,
        platform_admin: user.platform_admin,
        tenants: members.into_iter().filter_map(belongs).collect(),
        last_sign_in_at: user.last_sign_in_at,
        created_at: user.created_at,
        version: user.version,
    })
}
