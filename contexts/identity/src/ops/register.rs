//! A new person.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use usher_db::Tx;
use usher_kernel::{Ctx, Fault, SiteId, SystemCtx, Timestamp, UserId};

use super::members::resolve_roles;
use super::sign_in::{Client, SignedIn};
use crate::error::Error;
use crate::model::{
    BuiltIn, NewMember, SessionKind, Standing, User, UserStatus, key, password_fault, plain_phone, role,
};
use crate::{Identity, events, store};

/// What a person registers with.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The e-mail address.
    pub email: String,
    /// The password, at least 8 letters.
    pub password: String,
    /// What they are called.
    #[serde(default, alias = "full_name", alias = "fullName")]
    pub name: Option<String>,
    /// The first name, where the client asks for it apart.
    #[serde(default, alias = "firstName")]
    pub first_name: Option<String>,
    /// The last name, where the client asks for it apart.
    #[serde(default, alias = "lastName")]
    pub last_name: Option<String>,
    /// The name to sign in with beside the address.
    #[serde(default)]
    pub username: Option<String>,
    /// The telephone number, with the country's prefix.
    #[serde(default, alias = "phone_number", alias = "phoneNumber")]
    pub phone: Option<String>,
    /// The language they read.
    #[serde(default)]
    pub locale: Option<String>,
    /// What they chose in the apps.
    #[serde(default)]
    pub preferences: Map<String, Value>,
    /// The role; `customer` when absent. Another one is given only by somebody who may give it.
    #[serde(default)]
    pub role: Option<String>,
    /// The tenant, by short name or id; that of the request when absent.
    #[serde(default, alias = "organization_id", alias = "organizationId", alias = "organization")]
    pub tenant: Option<String>,
    /// The sites a member of staff is limited to; empty means all.
    #[serde(default)]
    pub sites: Vec<SiteId>,
}

/// A person about to be written.
#[derive(Clone, Default)]
pub struct NewUser {
    /// The e-mail address.
    pub email: String,
    /// The name to sign in with.
    pub username: Option<String>,
    /// The password's hash; without one they cannot sign in with a password.
    pub password_hash: Option<String>,
    /// What they are called.
    pub name: String,
    /// The telephone number.
    pub phone: Option<String>,
    /// The language they read.
    pub locale: Option<String>,
    /// What they chose in the apps.
    pub preferences: Map<String, Value>,
    /// Whether they operate the installation.
    pub platform_admin: bool,
}

/// Writes a new person.
///
/// # Errors
/// Values that cannot be kept; an address or a user name that somebody has.
pub fn create_user(tx: &mut Tx, new: NewUser) -> Result<User, Error> {
    let password_hash = new.password_hash.clone();
    let user = draft(new, tx.now());
    let faults = user.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    if !store::users::insert(tx, &user, password_hash.as_deref())? {
        let email_taken = store::users::by_email(tx, &user.email)?.is_some();
        return Err(if email_taken { Error::EmailTaken } else { Error::UsernameTaken });
    }
    events::registered(tx, &user)?;
    Ok(user)
}

/// The record of a new person, not yet checked.
fn draft(new: NewUser, now: Timestamp) -> User {
    User {
        id: UserId::generate(now),
        username: new.username.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
        email: new.email.trim().to_owned(),
        email_verified_at: None,
        name: new.name.trim().to_owned(),
        phone: new.phone.as_deref().map(plain_phone).filter(|phone| !phone.is_empty()),
        locale: new.locale,
        preferences: new.preferences,
        status: UserStatus::Active,
        platform_admin: new.platform_admin,
        last_sign_in_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

impl Registration {
    fn full_name(&self) -> String {
        let parts = [self.first_name.as_deref(), self.last_name.as_deref()];
        match &self.name {
            Some(name) => name.clone(),
            None => parts.into_iter().flatten().collect::<Vec<_>>().join(" "),
        }
    }

    fn new_user(&self, password_hash: String, platform_admin: bool) -> NewUser {
        NewUser {
            email: self.email.clone(),
            username: self.username.clone(),
            password_hash: Some(password_hash),
            name: self.full_name(),
            phone: self.phone.clone(),
            locale: self.locale.clone(),
            preferences: self.preferences.clone(),
            platform_admin,
        }
    }
}

/// What came of a registration.
pub(crate) enum Registered {
    /// A person registered themselves and is signed in.
    SignedIn(Box<SignedIn>),
    /// Somebody else registered them.
    ByOther(UserId),
}

impl Identity {
    /// Registers a person. Who registers themselves is signed in at once; who has somebody else's
    /// credential stays who they are.
    ///
    /// # Errors
    /// Values that cannot be kept; a taken address; a role above the caller's own.
    pub(crate) async fn register(
        &self,
        sys: &SystemCtx,
        ctx: Option<Ctx>,
        platform: bool,
        registration: Registration,
        client: Client,
    ) -> Result<Registered, Fault> {
        let anonymous = sys.actor.user().is_none();
        // Everything that is wrong at once, before a hash is spent on it.
        let mut faults = draft(registration.new_user(String::new(), false), sys.now()).faults();
        faults.extend(password_fault("password", &registration.password, &registration.email));
        if !faults.is_empty() {
            return Err(Fault::fields(faults));
        }
        let asked = registration.role.clone().unwrap_or_else(|| BuiltIn::Customer.to_string());
        let for_platform = BuiltIn::named(&asked) == Some(BuiltIn::PlatformAdmin);
        if for_platform && !platform {
            return Err(Error::AboveOwn.into());
        }
        let ctx = self.registering_in(sys, ctx, registration.tenant.as_deref(), anonymous).await?;
        let hash = self.hasher().hash(registration.password.clone()).await?;
        let input = registration.clone();
        let tenant = ctx.tenant;
        let write = move |tx: &mut Tx| {
            let own = store::members::own_roles(tx, tenant)?;
            // The operator's mark is on the person; no membership carries it.
            let roles = match for_platform {
                true => Vec::new(),
                false => resolve_roles("role", std::slice::from_ref(&asked), &own)?,
            };
            let given = Standing { scopes: role::granted(&roles, &own), sites: input.sites.clone().into() };
            // Anybody may become a customer; everything else is given.
            let is_customer = roles == [BuiltIn::Customer.as_str()];
            if !is_customer && !for_platform && !super::standing(tx.caller()).reaches(&given) {
                return Err(Error::AboveOwn);
            }
            let user = create_user(tx, input.new_user(hash.clone(), for_platform))?;
            if !for_platform {
                let member = NewMember { sites: input.sites.clone(), ..NewMember::default() };
                super::members::insert(tx, tenant, user.id, roles, &member)?;
            }
            Ok(user)
        };
        let user = self.db().write(&ctx, usher_db::Lane::Tenant, write).await?;
        self.offer_verification(sys, &user, anonymous).await;
        if !anonymous {
            return Ok(Registered::ByOther(user.id));
        }
        let signed_in = self.open_session(sys, user, Some(tenant), SessionKind::Web, client).await?;
        Ok(Registered::SignedIn(Box::new(signed_in)))
    }

    /// The tenant that somebody registers with. A caller's rights are those of the request's tenant, so
    /// who gives roles names the tenant in the path or by their token, and not only in the body.
    async fn registering_in(
        &self,
        sys: &SystemCtx,
        ctx: Option<Ctx>,
        named: Option<&str>,
        anonymous: bool,
    ) -> Result<Ctx, Fault> {
        let Some(name) = named else { return Ok(ctx.ok_or(Error::NoTenant)?) };
        let missing = || Error::field("tenant", "unknown_tenant", "There is no such organisation.");
        let tenant = self.tenancy().tenant_named(name).ok_or_else(missing)?;
        if tenant.status != usher_tenancy::TenantStatus::Active {
            return Err(missing().into());
        }
        match ctx {
            Some(ctx) if ctx.tenant == tenant.id => Ok(ctx),
            _ if anonymous => Ok(sys.within(tenant.id)),
            _ => {
                let caller = self.caller_in(sys.caller(), tenant.id).await?;
                Ok(Ctx::new(tenant.id, caller))
            }
        }
    }
}

/// The hash under which failures for a login are counted: whoever reads the table learns no address.
pub(super) fn login_hash(login: &str) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(key(login).as_bytes()).into()
}
