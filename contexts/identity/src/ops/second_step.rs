//! The second step of signing in: setting an authenticator app up, asking for its codes, and letting in who lost it.

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::{Lane, Read, Tx};
use usher_kernel::{Ctx, SignedDuration, SystemCtx, TenantId, UserId, random};
use uuid::Uuid;

use super::sign_in::{Client, Entered, SignedIn};
use crate::error::Error;
use crate::model::{
    FactorView, MemberStatus, RECOVERY_CODES, STEP_LIFE, SecretHash, SecretKind, SessionKind, User,
    UserStatus, mint, mint_recovery, otpauth_url, read_secret, typed_recovery,
};
use crate::store::doors::HalfRow;
use crate::{Identity, events, store};

/// What an authenticator app is told to set itself up.
#[derive(Clone, Serialize, JsonSchema)]
pub struct FactorSetup {
    /// The secret, to be typed into an app, in Base32.
    pub secret: String,
    /// The same as a QR code says it.
    pub otpauth_url: String,
}

/// The codes that let their owner in without the app, each once. Shown this once.
#[derive(Clone, Serialize, JsonSchema)]
pub struct RecoveryCodes {
    /// The codes.
    pub recovery_codes: Vec<String>,
}

/// How a code was tried.
enum Tried {
    Good,
    Wrong,
    Locked(SignedDuration),
}

impl Tried {
    fn pass(self) -> Result<(), Error> {
        match self {
            Self::Good => Ok(()),
            Self::Wrong => Err(wrong_code()),
            Self::Locked(wait) => Err(Error::LockedOut(wait)),
        }
    }
}

fn wrong_code() -> Error {
    Error::field(
        "code",
        "wrong_code",
        "This code is wrong, too old or was used before. Wait for the next one, or take a recovery code.",
    )
}

/// Under what wrong codes of a person are counted.
fn guard(user: UserId) -> SecretHash {
    super::register::login_hash(&format!("second step of {user}"))
}

/// Tries a code of the app, or a recovery code, of somebody whose app may still be unconfirmed.
///
/// What comes of it is an answer and no error, so that a wrong code is counted in the transaction.
fn try_code(tx: &mut Tx, identity: &Identity, user: &User, code: &str) -> Result<Tried, Error> {
    let guard = guard(user.id);
    let failures = store::sessions::hold_failures(tx, &guard)?;
    if let Some(wait) = failures.wait(tx.now()) {
        return Ok(Tried::Locked(wait));
    }
    let factor = store::doors::factor(tx, user.id)?.ok_or(Error::NotFound("second step"))?;
    let good = match identity.factors().accept(&factor, code, tx.now()) {
        Some(step) => store::doors::use_step(tx, user.id, step)?,
        None => match typed_recovery(user.id, code) {
            Some(hash) => use_recovery(tx, user, &hash)?,
            None => false,
        },
    };
    if good {
        store::sessions::clear_failures(tx, &guard)?;
        return Ok(Tried::Good);
    }
    let failures = failures.and_one(tx.now());
    store::sessions::set_failures(tx, &guard, failures)?;
    if let Some(until) = failures.locked_until {
        let step = Some("second".to_owned());
        let facts = events::UserLockedOut { user_id: user.id, failures: failures.count, until, step };
        events::user(tx, events::USER_LOCKED_OUT, user, &facts)?;
    }
    Ok(Tried::Wrong)
}

fn use_recovery(tx: &mut Tx, user: &User, hash: &SecretHash) -> Result<bool, Error> {
    if !store::doors::use_code(tx, user.id, hash)? {
        return Ok(false);
    }
    let left = store::doors::codes_left(tx, user.id)?;
    let facts = events::RecoveryCodeUsed { user_id: user.id, left };
    events::user(tx, events::USER_RECOVERY_CODE_USED, user, &facts)?;
    Ok(true)
}

fn new_codes(tx: &mut Tx, user: UserId) -> Result<RecoveryCodes, Error> {
    let minted: Vec<_> = (0..RECOVERY_CODES).map(|_| mint_recovery(user)).collect();
    let hashes: Vec<SecretHash> = minted.iter().map(|code| code.hash).collect();
    store::doors::set_codes(tx, user, &hashes)?;
    Ok(RecoveryCodes { recovery_codes: minted.into_iter().map(|code| code.text).collect() })
}

fn person(read: &mut Read, id: UserId) -> Result<User, Error> {
    store::users::get(read, id)?.ok_or(Error::NotFound("user"))
}

/// Takes the second step away from a member who lost app and recovery codes. Only where the person belongs to this
/// tenant alone, or the caller operates the installation: who may do everything in one organisation must not open
/// accounts of another.
///
/// # Errors
/// No such member, or none with a second step; one above the caller.
pub(crate) fn reset_factor(tx: &mut Tx, tenant: TenantId, id: Uuid, elsewhere: bool) -> Result<(), Error> {
    let member = store::members::get(tx, tenant, id)?.ok_or(Error::NotFound("member"))?;
    let user = person(tx, member.user_id)?;
    if elsewhere {
        return Err(Error::AboveOwn);
    }
    remove(tx, &user, "reset_by_administrator")
}

fn remove(tx: &mut Tx, user: &User, reason: &str) -> Result<(), Error> {
    if !store::doors::remove_factor(tx, user.id)? {
        return Err(Error::NotFound("second step"));
    }
    let facts = events::UserReason { user_id: user.id, reason: reason.to_owned() };
    Ok(events::user(tx, events::USER_SECOND_STEP_REMOVED, user, &facts)?)
}

impl Identity {
    /// Lets somebody in who has proved who they are: at once, or after their second step.
    pub(crate) async fn enter(
        &self,
        sys: &SystemCtx,
        user: User,
        tenant: Option<TenantId>,
        kind: SessionKind,
        client: Client,
        ask: bool,
    ) -> Result<Entered, Error> {
        let id = user.id;
        let factor = self.db().read_system(sys, move |read| store::doors::factor(read, id)).await?;
        if !ask || factor.is_none_or(|factor| factor.confirmed_at.is_none()) {
            let signed_in = self.open_session(sys, user, tenant, kind, client).await?;
            return Ok(Entered::Whole(Box::new(signed_in)));
        }
        let write = move |tx: &mut Tx| {
            let now = tx.now();
            let half = random::uuid_v7(now);
            let secret = mint(SecretKind::HalfSignIn, half);
            let row = HalfRow {
                id: half,
                secret_hash: secret.hash,
                user_id: id,
                acting_tenant: tenant,
                kind,
                expires_at: now.checked_add(STEP_LIFE).unwrap_or(now),
            };
            store::doors::begin_half(tx, &row)?;
            Ok::<_, Error>(secret.text)
        };
        let secret = self.db().write_system(sys, Lane::Any, write).await?;
        Ok(Entered::Half { secret, life: STEP_LIFE })
    }

    /// Finishes a log-in with a code.
    ///
    /// # Errors
    /// The log-in has run out; a wrong code; too many of them.
    pub(crate) async fn second_step(
        &self,
        sys: &SystemCtx,
        secret: &str,
        code: String,
        client: Client,
    ) -> Result<SignedIn, Error> {
        let presented = read_secret(SecretKind::HalfSignIn, secret).ok_or(Error::StepOver)?;
        let found = self.db().read_system(sys, move |read| store::doors::half(read, presented.id)).await?;
        let half = found
            .filter(|half| half.secret_hash == presented.hash && half.expires_at > sys.now())
            .ok_or(Error::StepOver)?;
        let (user, tenant, kind) = (half.user_id, half.acting_tenant, half.kind);
        let inner = self.clone();
        let write = move |tx: &mut Tx| {
            let user = store::users::get(tx, user)?.filter(|user| user.status == UserStatus::Active);
            let user = user.ok_or(Error::StepOver)?;
            let tried = try_code(tx, &inner, &user, &code)?;
            if matches!(tried, Tried::Good) && !store::doors::end_half(tx, half.id)? {
                return Err(Error::StepOver);
            }
            Ok((tried, user))
        };
        let (tried, user) = self.write_for(sys, tenant, write).await?;
        tried.pass()?;
        self.open_session(sys, user, tenant, kind, client).await
    }

    /// How one's own second step stands.
    pub(crate) async fn factor_view(&self, sys: &SystemCtx, user: UserId) -> Result<FactorView, Error> {
        let read = move |read: &mut Read| {
            let factor = store::doors::factor(read, user)?;
            let since = factor.and_then(|factor| factor.confirmed_at);
            let recovery_codes_left = store::doors::codes_left(read, user)?;
            Ok::<_, Error>(FactorView { enabled: since.is_some(), since, recovery_codes_left })
        };
        self.db().read_system(sys, read).await
    }

    /// Begins to set an app up. Whoever has a password gives it once more, so that a copied session cannot lock its
    /// owner out.
    ///
    /// # Errors
    /// A wrong password; an app that is set up already.
    pub(crate) async fn set_up_factor(
        &self,
        sys: &SystemCtx,
        user: UserId,
        tenant: Option<TenantId>,
        password: Option<String>,
    ) -> Result<FactorSetup, Error> {
        self.prove_password(sys, user, password).await?;
        let salt: [u8; 32] = random::bytes();
        let write = move |tx: &mut Tx| {
            let user = person(tx, user)?;
            if !store::doors::set_up(tx, user.id, &salt)? {
                return Err(Error::StepThere);
            }
            Ok(user)
        };
        let user = self.write_for(sys, tenant, write).await?;
        let secret = self.factors().shared(user.id, &salt);
        let issuer = tenant.and_then(|tenant| self.tenancy().tenant(tenant).ok());
        let issuer = issuer.as_deref().map_or("Usher", |tenant| &*tenant.name);
        Ok(FactorSetup { otpauth_url: otpauth_url(issuer, &user.email, &secret), secret })
    }

    /// Confirms an app with one of its codes: from now on it is asked. Answers the recovery codes.
    ///
    /// # Errors
    /// A wrong code; no app that waits for it.
    pub(crate) async fn confirm_factor(
        &self,
        sys: &SystemCtx,
        user: UserId,
        tenant: Option<TenantId>,
        code: String,
    ) -> Result<RecoveryCodes, Error> {
        let after = |tx: &mut Tx, user: &User| {
            if !store::doors::confirm(tx, user.id)? {
                return Err(Error::StepThere);
            }
            events::user(
                tx,
                events::USER_SECOND_STEP_ENABLED,
                user,
                &events::UserNamed { user_id: user.id },
            )?;
            new_codes(tx, user.id)
        };
        self.with_code(sys, user, tenant, code, after).await
    }

    /// Makes new recovery codes; the old ones are worth nothing.
    ///
    /// # Errors
    /// A wrong code; no second step.
    pub(crate) async fn renew_codes(
        &self,
        sys: &SystemCtx,
        user: UserId,
        tenant: Option<TenantId>,
        code: String,
    ) -> Result<RecoveryCodes, Error> {
        let after = |tx: &mut Tx, user: &User| {
            let factor = store::doors::factor(tx, user.id)?.filter(|factor| factor.confirmed_at.is_some());
            factor.ok_or(Error::NotFound("second step"))?;
            events::user(
                tx,
                events::USER_RECOVERY_CODES_RENEWED,
                user,
                &events::UserNamed { user_id: user.id },
            )?;
            new_codes(tx, user.id)
        };
        self.with_code(sys, user, tenant, code, after).await
    }

    /// Takes one's own second step away.
    ///
    /// # Errors
    /// A wrong code; no second step.
    pub(crate) async fn remove_factor(
        &self,
        sys: &SystemCtx,
        user: UserId,
        tenant: Option<TenantId>,
        code: String,
    ) -> Result<(), Error> {
        self.with_code(sys, user, tenant, code, |tx, user| remove(tx, user, "removed_by_owner")).await
    }

    /// Does something for who has just given a good code.
    async fn with_code<T: Send + 'static>(
        &self,
        sys: &SystemCtx,
        user: UserId,
        tenant: Option<TenantId>,
        code: String,
        after: impl Fn(&mut Tx, &User) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let inner = self.clone();
        let write = move |tx: &mut Tx| {
            let user = person(tx, user)?;
            match try_code(tx, &inner, &user, &code)? {
                Tried::Good => after(tx, &user).map(|done| (Tried::Good, Some(done))),
                tried => Ok((tried, None)),
            }
        };
        let (tried, done) = self.write_for(sys, tenant, write).await?;
        tried.pass()?;
        done.ok_or_else(wrong_code)
    }

    /// Takes the second step away from a member of the caller's tenant.
    ///
    /// # Errors
    /// As [`reset_factor`].
    pub(crate) async fn reset_member_factor(&self, ctx: &Ctx, platform: bool, id: Uuid) -> Result<(), Error> {
        let tenant = ctx.tenant;
        let member = self.db().read(ctx, move |read| store::members::get(read, tenant, id)).await?;
        let user = member.ok_or(Error::NotFound("member"))?.user_id;
        if !platform {
            self.reach(ctx, user).await?;
        }
        let memberships =
            self.db().read_system(&self.system(), move |read| store::members::of_user(read, user)).await?;
        let elsewhere = !platform
            && memberships.iter().any(|m| m.tenant_id != tenant && m.status == MemberStatus::Active);
        let write = move |tx: &mut Tx| reset_factor(tx, tenant, id, elsewhere);
        self.db().write(ctx, Lane::Tenant, write).await
    }
}
