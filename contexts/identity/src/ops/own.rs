//! One's own account as a whole: handed out, and ended for good.

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::{Lane, Read, Tx};
use usher_kernel::{SystemCtx, TenantId, UserId};

use crate::error::Error;
use crate::model::oidc::LinkedAccount;
use crate::model::{SessionView, User, UserStatus, UserView, role};
use crate::{Identity, store};

/// What an account itself holds of its person.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AccountData {
    /// Who they are, as they wrote it, and where they belong.
    pub profile: UserView,
    /// Where they are signed in.
    pub sessions: Vec<SessionView>,
    /// Accounts elsewhere that open this one.
    pub linked_accounts: Vec<LinkedAccount>,
}

impl Identity {
    /// What an account holds of its person, who asks for it themselves in a tenant.
    ///
    /// # Errors
    /// No such person, or the database.
    pub async fn account_data(
        &self,
        sys: &SystemCtx,
        user: UserId,
        tenant: TenantId,
    ) -> Result<AccountData, Error> {
        let read = move |read: &mut Read| store::doors::links_of(read, user).map_err(Error::from);
        Ok(AccountData {
            profile: self.user_view(sys, user, Some(tenant)).await?,
            sessions: self.sessions_of(sys, user).await?,
            linked_accounts: self.db().read_system(sys, read).await?,
        })
    }

    /// Ends the account of a person who wants to be forgotten, unless they belong to a tenant still or are the
    /// installation's operator. Says whether it is gone.
    ///
    /// Nothing by which they could be known stays on record: name, address, number, password, sessions. What stands
    /// beside the events of the installation goes too; what stands in the tenant's log is the caller's to erase.
    ///
    /// # Errors
    /// The database.
    pub async fn forget_account(
        &self,
        sys: &SystemCtx,
        tenant: TenantId,
        user: UserId,
    ) -> Result<bool, Error> {
        let left = self.db().read_system(sys, move |read| store::members::of_user(read, user)).await?;
        if !left.is_empty() {
            return Ok(false);
        }
        let end = move |tx: &mut Tx| forget(tx, user);
        let gone = self.write_for(sys, Some(tenant), end).await?;
        if gone {
            let erase = move |tx: &mut Tx| usher_events::retention::erase_thing(tx, None, user.uuid());
            self.db().write_system(sys, Lane::Any, erase).await?;
        }
        Ok(gone)
    }
}

/// Empties a record and ends the account; false where there is none to end. Once more changes nothing.
fn forget(tx: &mut Tx, id: UserId) -> Result<bool, Error> {
    let found = store::users::get(tx, id)?.filter(|user| !user.platform_admin);
    let Some(user) = found else { return Ok(false) };
    let ended = match user.status {
        UserStatus::Deleted => user,
        _ => super::set_status(tx, id, UserStatus::Deleted, "erased_by_owner")?,
    };
    let nobody = User {
        name: String::new(),
        phone: None,
        locale: None,
        preferences: serde_json::Map::new(),
        email_verified_at: None,
        ..ended
    };
    store::users::update(tx, &nobody)?;
    store::users::forget(tx, id)?;
    store::sessions::forget(tx, id)?;
    Ok(true)
}

/// Somebody leaves a tenant by themselves; whoever works there does not. Says whether they were a member and are none
/// any more.
///
/// # Errors
/// The database.
pub fn leave(tx: &mut Tx, tenant: TenantId, user: UserId) -> Result<bool, Error> {
    match store::members::of_user_in(tx, tenant, user)? {
        Some(member) if !role::any_staff(&member.roles) => {
            super::remove_member(tx, tenant, member.id)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}
