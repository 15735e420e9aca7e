//! Forgotten, reset and changed passwords, and e-mail verification.

use std::sync::Arc;

use usher_db::{Lane, Tx};
use usher_kernel::{SignedDuration, SystemCtx, TenantId, UserId};
use uuid::Uuid;

use super::mail::Mail;
use super::register::login_hash;
use crate::error::Error;
use crate::model::letter::{self, Letter, Particulars, Written};
use crate::model::{
    Failures, INVITATION_LIFE, SecretKind, User, UserStatus, key, mint, password_fault, read_secret,
};
use crate::store::sessions::{MailPurpose, MailTokenRow};
use crate::{Identity, events, store};

/// How long a reset link is good.
const RESET_LIFE: SignedDuration = SignedDuration::from_mins(30);
/// How long a verification link, and that to a new member's first password, is good.
const VERIFY_LIFE: SignedDuration = SignedDuration::from_hours(72);

/// A letter to be mailed.
struct Post {
    letter: Letter,
    /// The language of who asked for it, where that is the person themselves; else empty.
    wished: Arc<str>,
    /// The tenant that it is about; the person's first one when absent.
    tenant: Option<TenantId>,
}

impl Post {
    /// To somebody who asks for it themselves.
    fn to_asker(letter: Letter, sys: &SystemCtx) -> Self {
        Self { letter, wished: Arc::clone(&sys.locale), tenant: None }
    }
}

impl Identity {
    /// Mails a link to choose a new password, where somebody has the address. The caller is told the same
    /// either way, and the mail is written in the background, so that the time says nothing either.
    ///
    /// # Errors
    /// The database.
    pub(crate) async fn forgot_password(&self, sys: &SystemCtx, email: String) -> Result<(), Error> {
        let found = self.db().read_system(sys, move |read| store::users::by_email(read, &email)).await?;
        if let Some(user) = found.filter(|user| user.status == UserStatus::Active) {
            let (identity, sys) = (self.clone(), sys.clone());
            tokio::spawn(async move {
                let letter = Post::to_asker(Letter::Reset, &sys);
                if let Err(error) = identity.mail_link(&sys, &user, letter).await {
                    tracing::error!(%error, "a password reset could not be mailed");
                }
            });
        }
        Ok(())
    }

    /// Mails a new member of a tenant a link to choose their password.
    pub(crate) async fn invite(&self, sys: &SystemCtx, user: &User, tenant: TenantId) {
        let letter = Post { letter: Letter::Invitation, wished: Arc::from(""), tenant: Some(tenant) };
        if let Err(error) = self.mail_link(sys, user, letter).await {
            tracing::error!(%error, "an invitation could not be mailed");
        }
    }

    /// Mails somebody who has just been registered a link to prove their address; `themselves` says that they
    /// did it and therefore read the language of the request. That it fails stops nothing.
    pub(crate) async fn offer_verification(&self, sys: &SystemCtx, user: &User, themselves: bool) {
        let mut letter = Post::to_asker(Letter::Verification, sys);
        if !themselves {
            letter.wished = Arc::from("");
        }
        if let Err(error) = self.mail_link(sys, user, letter).await {
            tracing::error!(%error, "an e-mail verification could not be mailed");
        }
    }

    /// Mails the link to prove an address once more.
    ///
    /// # Errors
    /// No such person, or the mail cannot be written.
    pub(crate) async fn resend_verification(&self, sys: &SystemCtx, id: UserId) -> Result<(), Error> {
        let user = self.db().read_system(sys, move |read| store::users::get(read, id)).await?;
        let user = user.ok_or(Error::NotFound("user"))?;
        self.mail_link(sys, &user, Post::to_asker(Letter::Verification, sys)).await
    }

    /// Mails somebody who has an account that a tenant asks them to belong to it.
    pub(crate) async fn mail_invitation(&self, user: &User, tenant: TenantId, secret: &str) {
        let letter = Post { letter: Letter::Joining, wished: Arc::from(""), tenant: Some(tenant) };
        let mail = self.compose(user, Some(tenant), &letter, INVITATION_LIFE, secret);
        if let Err(error) = self.mailer().send(mail).await {
            tracing::error!(%error, "an invitation could not be mailed");
        }
    }

    async fn mail_link(&self, sys: &SystemCtx, user: &User, post: Post) -> Result<(), Error> {
        let (purpose, life) = match post.letter {
            Letter::Reset => (MailPurpose::ResetPassword, RESET_LIFE),
            Letter::Invitation => (MailPurpose::ResetPassword, VERIFY_LIFE),
            Letter::Verification => (MailPurpose::VerifyEmail, VERIFY_LIFE),
            Letter::Joining => {
                return Err(Error::Internal("an invitation has a secret of its own".to_owned()));
            }
        };
        let person = user.clone();
        let tenant = match post.tenant {
            Some(tenant) => Some(tenant),
            None => self.memberships(sys, user.id).await?.first().map(|member| member.tenant_id),
        };
        let write = move |tx: &mut Tx| {
            let now = tx.now();
            let id = usher_kernel::random::uuid_v7(now);
            let secret = mint(SecretKind::Mail, id);
            let token = MailTokenRow {
                id,
                user_id: person.id,
                purpose,
                secret_hash: secret.hash,
                email_key: key(&person.email),
                expires_at: now.checked_add(life).unwrap_or(now),
                used_at: None,
            };
            store::sessions::insert_mail(tx, &token)?;
            if purpose == MailPurpose::ResetPassword {
                events::user(
                    tx,
                    events::USER_RESET_REQUESTED,
                    &person,
                    &events::UserNamed { user_id: person.id },
                )?;
            }
            Ok(secret.text)
        };
        let secret = self.write_for(sys, tenant, write).await?;
        let mail = self.compose(user, tenant, &post, life, &secret);
        self.mailer().send(mail).await.map_err(|error| Error::Internal(format!("the mail: {error}")))
    }

    fn compose(
        &self,
        user: &User,
        tenant: Option<TenantId>,
        post: &Post,
        life: SignedDuration,
        secret: &str,
    ) -> Mail {
        let word = match post.letter {
            Letter::Reset | Letter::Invitation => "reset",
            Letter::Joining => "invitation",
            Letter::Verification => "verify",
        };
        // After the #, so that no server's log and no Referer holds the secret.
        let link = format!("{}/login#{word}={secret}", self.config().public_url.trim_end_matches('/'));
        let tenant = tenant.and_then(|id| self.tenancy().tenant(id).ok());
        let (organisation, default) =
            tenant.as_deref().map_or(("", ""), |tenant| (&*tenant.name, &*tenant.default_locale));
        let wished = [user.locale.as_deref().unwrap_or_default(), &post.wished, default];
        let about = Particulars { name: user.display_name(), organisation, link: &link, life };
        let Written { language, subject, text } = letter::write(post.letter, &wished, about);
        Mail { to: user.email.clone(), language, subject, text, at: self.clock().now() }
    }

    /// Chooses a new password with a mailed secret; all sessions of the person end, and a lock-out too.
    ///
    /// # Errors
    /// A secret that is used, out of date or unknown, or was mailed to another address than they have now; a password that
    /// cannot be taken.
    pub(crate) async fn reset_password(
        &self,
        sys: &SystemCtx,
        secret: &str,
        password: String,
    ) -> Result<(), Error> {
        let presented = read_secret(SecretKind::Mail, secret).ok_or(Error::LinkSpent)?;
        let found = self
            .db()
            .read_system(sys, move |read| {
                let token = store::sessions::mail(read, presented.id)?;
                let user = match &token {
                    Some(token) => store::users::get(read, token.user_id)?,
                    None => None,
                };
                Ok::<_, Error>(token.zip(user))
            })
            .await?;
        let (token, user) = found.ok_or(Error::LinkSpent)?;
        let good = token.secret_hash == presented.hash
            && token.purpose == MailPurpose::ResetPassword
            && token.used_at.is_none()
            && token.expires_at > sys.now()
            // A mail to an address that is no longer theirs opens nothing.
            && token.email_key == key(&user.email);
        if !good {
            return Err(Error::LinkSpent);
        }
        if let Some(fault) = password_fault("password", &password, &user.email) {
            return Err(Error::Fields(vec![fault]));
        }
        let hash = self.hasher().hash(password).await?;
        let tenant = self.memberships(sys, user.id).await?.first().map(|member| member.tenant_id);
        let write = move |tx: &mut Tx| {
            if !store::sessions::use_mail(tx, token.id)? {
                return Err(Error::LinkSpent);
            }
            store::sessions::clear_failures(tx, &login_hash(&user.email))?;
            if let Some(username) = &user.username {
                store::sessions::clear_failures(tx, &login_hash(username))?;
            }
            set_password(tx, &user, &hash, None, "password_reset")?;
            // The mail reached its address.
            if user.email_verified_at.is_none()
                && let Some(mut user) = store::users::get(tx, user.id)?
                && key(&user.email) == token.email_key
            {
                prove_address(tx, &mut user)?;
            }
            Ok(())
        };
        self.write_for(sys, tenant, write).await
    }

    /// Changes the password of somebody who knows the current one; their other sessions end.
    ///
    /// # Errors
    /// The current password is wrong; the new one cannot be taken; too many wrong ones.
    pub(crate) async fn change_password(
        &self,
        sys: &SystemCtx,
        tenant: Option<TenantId>,
        current: String,
        new: String,
    ) -> Result<(), Error> {
        let (Some(id), session) = (sys.actor.user(), Self::session_of(sys)) else {
            return Err(Error::NotFound("user"));
        };
        let (user, stored, failures) = self.for_password_check(sys, id).await?;
        if let Some(fault) = password_fault("new_password", &new, &user.email) {
            return Err(Error::Fields(vec![fault]));
        }
        self.check_password(sys, &user, stored, failures, current, "current_password").await?;
        let hash = self.hasher().hash(new).await?;
        let write = move |tx: &mut Tx| {
            store::sessions::clear_failures(tx, &login_hash(&user.email))?;
            set_password(tx, &user, &hash, session, "password_changed")
        };
        self.write_for(sys, tenant, write).await
    }

    /// Passes who knows their password, or has none.
    ///
    /// # Errors
    /// It is missing or wrong; too many wrong ones.
    pub(crate) async fn prove_password(
        &self,
        sys: &SystemCtx,
        id: UserId,
        given: Option<String>,
    ) -> Result<(), Error> {
        let (user, stored, failures) = self.for_password_check(sys, id).await?;
        if stored.is_none() {
            return Ok(());
        }
        let missing = || Error::field("password", "required", "Give your password once more.");
        self.check_password(sys, &user, stored, failures, given.ok_or_else(missing)?, "password").await
    }

    /// A copied session must not be a place to guess the password at leisure: same lock as at log-in.
    async fn check_password(
        &self,
        sys: &SystemCtx,
        user: &User,
        stored: Option<String>,
        failures: Failures,
        given: String,
        field: &'static str,
    ) -> Result<(), Error> {
        if let Some(wait) = failures.wait(sys.now()) {
            return Err(Error::LockedOut(wait));
        }
        if self.hasher().verify(given, stored).await? {
            return Ok(());
        }
        let guard = login_hash(&user.email);
        let write = move |tx: &mut Tx| {
            let failures = store::sessions::hold_failures(tx, &guard)?.and_one(tx.now());
            Ok(store::sessions::set_failures(tx, &guard, failures)?)
        };
        self.db().write_system(sys, Lane::Any, write).await.map_err(|error: Error| error)?;
        Err(Error::WrongPassword(field))
    }

    async fn for_password_check(
        &self,
        sys: &SystemCtx,
        id: UserId,
    ) -> Result<(User, Option<String>, Failures), Error> {
        self.db()
            .read_system(sys, move |read| {
                let user = store::users::get(read, id)?.ok_or(Error::NotFound("user"))?;
                let stored = store::users::password(read, id)?;
                let failures = store::sessions::failures(read, &login_hash(&user.email))?;
                Ok((user, stored, failures))
            })
            .await
    }

    /// Proves an e-mail address with a mailed secret.
    ///
    /// # Errors
    /// A secret that is used, out of date or unknown, or for an address that is no longer theirs.
    pub(crate) async fn verify_email(&self, sys: &SystemCtx, secret: &str) -> Result<(), Error> {
        let presented = read_secret(SecretKind::Mail, secret).ok_or(Error::LinkSpent)?;
        let write = move |tx: &mut Tx| {
            let token = store::sessions::mail(tx, presented.id)?.ok_or(Error::LinkSpent)?;
            let good = token.secret_hash == presented.hash
                && token.purpose == MailPurpose::VerifyEmail
                && token.expires_at > tx.now();
            let user =
                store::users::get(tx, token.user_id)?.filter(|user| key(&user.email) == token.email_key);
            let (true, Some(mut user)) = (good, user) else { return Err(Error::LinkSpent) };
            if !store::sessions::use_mail(tx, token.id)? {
                return Err(Error::LinkSpent);
            }
            prove_address(tx, &mut user)
        };
        self.db().write_system(sys, Lane::Any, write).await
    }
}

/// Notes that a person's address is proved to be theirs.
pub(super) fn prove_address(tx: &mut Tx, user: &mut User) -> Result<(), Error> {
    user.email_verified_at = Some(tx.now());
    user.version += 1;
    user.updated_at = tx.now();
    store::users::update(tx, user)?;
    Ok(events::user(tx, events::USER_EMAIL_VERIFIED, user, &events::UserNamed { user_id: user.id })?)
}

/// Stores a new password; sessions but the one that asked end.
fn set_password(tx: &mut Tx, user: &User, hash: &str, but: Option<Uuid>, reason: &str) -> Result<(), Error> {
    store::users::set_password(tx, user.id, hash)?;
    super::sessions::end_sessions(tx, user.id, but, reason)?;
    let facts = events::UserReason { user_id: user.id, reason: reason.to_owned() };
    Ok(events::user(tx, events::USER_PASSWORD_CHANGED, user, &facts)?)
}
