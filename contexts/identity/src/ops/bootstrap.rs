//! The first people of an installation and of a tenant: for the command line and the demo.

use usher_db::{Lane, Tx};
use usher_kernel::{Diff, SystemCtx, TenantId, UserId};
use usher_tenancy::Tenant;
use usher_tenancy::model::NewTenant;

use super::hasher::random_password;
use super::register::{NewUser, create_user};
use crate::error::Error;
use crate::model::{BuiltIn, Member, NewMember, User, UserStatus, password_fault};
use crate::{Identity, events, store};

/// A person to be created from the command line.
#[derive(Clone, Debug, Default)]
pub struct FirstAdmin {
    /// Their e-mail address.
    pub email: String,
    /// Their password; one is made when there is none.
    pub password: Option<String>,
    /// What they are called.
    pub name: String,
}

/// What was created.
#[derive(Clone, Debug)]
pub struct Bootstrapped {
    /// The person.
    pub user: UserId,
    /// Their password, where one was made: it is shown once.
    pub generated_password: Option<String>,
}

impl Identity {
    /// Creates a tenant and its administrator in one transaction. Somebody who is registered already keeps
    /// their password and becomes the administrator too.
    ///
    /// # Errors
    /// Values that cannot be kept; a short name that is taken.
    pub async fn create_tenant(
        &self,
        sys: &SystemCtx,
        new: NewTenant,
        admin: FirstAdmin,
    ) -> Result<(Tenant, Bootstrapped), Error> {
        let id = TenantId::generate(sys.now());
        let (new_user, generated) = self.prepare(admin, false).await?;
        let known_password = generated.clone();
        let write = move |tx: &mut Tx| {
            let tenant = usher_tenancy::ops::create_tenant(tx, id, new.clone())?;
            let (user, fresh) = find_or_create(tx, new_user.clone())?;
            let roles = vec![BuiltIn::Admin.to_string()];
            super::members::insert(tx, id, user.id, roles, &NewMember::default())?;
            let generated_password = known_password.clone().filter(|_| fresh);
            Ok((tenant, Bootstrapped { user: user.id, generated_password }))
        };
        self.db().write(&sys.within(id), Lane::Tenant, write).await
    }

    /// Creates a person with a role in a tenant, or, without a tenant, an operator of the installation.
    ///
    /// # Errors
    /// Values that cannot be kept; an unknown role; a person who has an account already and is a member.
    pub async fn create_person(
        &self,
        sys: &SystemCtx,
        tenant: Option<TenantId>,
        person: FirstAdmin,
        role: &str,
        member: NewMember,
    ) -> Result<Bootstrapped, Error> {
        let platform = tenant.is_none();
        if platform && BuiltIn::named(role) != Some(BuiltIn::PlatformAdmin) {
            return Err(Error::field("role", "unknown_role", "Without a tenant the role is platform_admin."));
        }
        if !platform && BuiltIn::named(role) == Some(BuiltIn::PlatformAdmin) {
            let text = "platform_admin is a role in no tenant: leave the tenant out.";
            return Err(Error::field("role", "unknown_role", text));
        }
        let (new_user, generated) = self.prepare(person, platform).await?;
        let role = role.to_owned();
        let write = move |tx: &mut Tx| {
            let (user, fresh) = find_or_create(tx, new_user.clone())?;
            if let Some(tenant) = tenant {
                let own = store::members::own_roles(tx, tenant)?;
                let roles = super::members::resolve_roles("role", std::slice::from_ref(&role), &own)?;
                super::members::insert(tx, tenant, user.id, roles, &member)?;
            } else if !user.platform_admin {
                promote(tx, &user)?;
            }
            Ok(Bootstrapped { user: user.id, generated_password: generated.clone().filter(|_| fresh) })
        };
        self.write_for(sys, tenant, write).await
    }

    /// The person with their password hashed, and the password where it was made here.
    async fn prepare(&self, person: FirstAdmin, platform: bool) -> Result<(NewUser, Option<String>), Error> {
        let generated = person.password.is_none().then(random_password);
        let password = person.password.or_else(|| generated.clone()).unwrap_or_default();
        if let Some(fault) = password_fault("password", &password, &person.email) {
            return Err(Error::Fields(vec![fault]));
        }
        let password_hash = Some(self.hasher().hash(password).await?);
        let new = NewUser {
            email: person.email,
            name: person.name,
            password_hash,
            platform_admin: platform,
            ..NewUser::default()
        };
        Ok((new, generated))
    }

    /// Whether anybody is registered: an empty installation offers to create its first operator.
    ///
    /// # Errors
    /// The database.
    pub async fn is_empty(&self, sys: &SystemCtx) -> Result<bool, Error> {
        Ok(!self.db().read_system(sys, store::users::any).await?)
    }

    /// The membership of a person, for contexts that work with staff.
    ///
    /// # Errors
    /// The person is no member of this tenant.
    pub async fn member_of(&self, sys: &SystemCtx, tenant: TenantId, user: UserId) -> Result<Member, Error> {
        let read = move |read: &mut usher_db::Read| store::members::of_user_in(read, tenant, user);
        self.db().read(&sys.within(tenant), read).await?.ok_or(Error::NotFound("member"))
    }
}

fn find_or_create(tx: &mut Tx, new: NewUser) -> Result<(User, bool), Error> {
    match store::users::by_email(tx, &new.email)? {
        Some(user) if user.status == UserStatus::Active => Ok((user, false)),
        Some(_) => Err(Error::EmailTaken),
        None => Ok((create_user(tx, new)?, true)),
    }
}

/// Gives a registered person the mark of the installation's operator.
fn promote(tx: &mut Tx, before: &User) -> Result<(), Error> {
    let user =
        User { platform_admin: true, version: before.version + 1, updated_at: tx.now(), ..before.clone() };
    store::users::update(tx, &user)?;
    let role = BuiltIn::PlatformAdmin.as_str();
    let diff = Diff::between(&serde_json::json!({ "role": null }), &serde_json::json!({ "role": role }), &[]);
    let facts = events::UserUpdated { user_id: user.id, fields: vec!["role".to_owned()], diff };
    Ok(events::user(tx, events::USER_UPDATED, &user, &facts)?)
}
