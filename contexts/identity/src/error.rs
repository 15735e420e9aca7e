//! Everything that this context refuses.

use std::time::Duration;

use usher_db::DbError;
use usher_kernel::{Fault, FaultKind, FieldFault, SignedDuration};

/// Why something about people, memberships or credentials was refused.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Unknown address, wrong password, or a person without a password: one answer for all.
    #[error("The e-mail address or the password is wrong.")]
    InvalidCredentials,
    /// Too many wrong passwords for one address.
    #[error("Too many wrong passwords. Wait a while, then try again.")]
    LockedOut(SignedDuration),
    /// More people sign in at once than can be checked.
    #[error("Many people are signing in at this moment. Try again in a few seconds.")]
    SignInBusy,
    /// The right password of somebody who may not sign in.
    #[error("This account is switched off. Ask an administrator.")]
    UserInactive,
    /// The tenant named at log-in is not one of this person's, or is not there.
    #[error("You do not belong to this organisation.")]
    NotAMember,
    /// Every tenant that the person could sign in to is suspended.
    #[error("This organisation is suspended. Ask whoever runs this installation.")]
    TenantSuspended,
    /// A refresh token or a session that is over.
    #[error("This session has ended. Sign in again.")]
    SessionEnded,
    /// A refresh token that was used before: somebody may have copied it, so the session was ended.
    #[error("This refresh token was used before. For safety the session was ended; sign in again.")]
    RefreshReused,
    /// A secret from a mail that is used, out of date or unknown.
    #[error("This link was used before or is too old. Ask for a new one.")]
    LinkSpent,
    /// The current password, asked for once more, is wrong.
    #[error("The current password is wrong.")]
    WrongPassword,
    /// Values that cannot be kept.
    #[error("{}", FieldFault::list(.0))]
    Fields(Vec<FieldFault>),
    /// Another person has this e-mail address.
    #[error("Somebody is registered with this e-mail address already.")]
    EmailTaken,
    /// Another person has this user name.
    #[error("This user name is taken.")]
    UsernameTaken,
    /// Only people themselves change what they sign in with.
    #[error("Only the person themselves can change their e-mail address and user name.")]
    NotYourself,
    /// There is no such thing, or it is another tenant's.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// A role, a member or a key above what the caller may do.
    #[error("You cannot give, change or take away more than you may do yourself.")]
    AboveOwn,
    /// The tenant would be left without anybody who may do everything.
    #[error("This is the last administrator. Make somebody else an administrator first.")]
    LastAdmin,
    /// The person is a member already.
    #[error("This person is a member already.")]
    AlreadyMember,
    /// Another role of the tenant has this name.
    #[error("There is a role of this name already.")]
    RoleTaken,
    /// Built-in roles stay as they are.
    #[error("A built-in role cannot be changed or deleted.")]
    RoleBuiltIn,
    /// Members still have the role.
    #[error("{0} members still have this role. Give them another one first.")]
    RoleInUse(i64),
    /// No device shows this code, or no longer.
    #[error("No device shows this code any more. Look at the device for its current code.")]
    UnknownCode,
    /// The version that the client read is no longer the current one.
    #[error("Somebody else changed this in the meantime. Read it again, then repeat your change.")]
    Stale {
        /// The version that is stored.
        current: i64,
    },
    /// The installation has no tenant to register with.
    #[error("There is no organisation to register with yet.")]
    NoTenant,
    /// What people have could not be read.
    #[error("{}", .0.detail())]
    Wallet(Fault),
    /// What tenancy refuses.
    #[error(transparent)]
    Tenancy(#[from] usher_tenancy::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Our own mistake.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// One wrong field.
    pub(crate) fn field(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Fields(vec![FieldFault { field: field.to_owned(), code, message: message.into() }])
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        let (kind, code) = match error {
            Error::Fields(fields) => return Self::fields(fields),
            Error::Tenancy(error) => return error.into(),
            Error::Wallet(fault) => return fault,
            Error::Db(error) => return error.into(),
            Error::Internal(detail) => return Self::internal(detail),
            Error::LockedOut(wait) => {
                let wait = Duration::from_secs(wait.as_secs().unsigned_abs().max(1));
                return Self::new(FaultKind::TooMany, "locked_out", text).retry_after(wait);
            }
            Error::SignInBusy => {
                let fault = Self::new(FaultKind::Unavailable, "sign_in_busy", text);
                return fault.retry_after(Duration::from_secs(2));
            }
            Error::Stale { current } => {
                return Self::new(FaultKind::Stale, "stale", text).with("version", current);
            }
            Error::RoleInUse(count) => {
                return Self::new(FaultKind::Conflict, "role_in_use", text).with("members", count);
            }
            Error::InvalidCredentials => (FaultKind::Unauthenticated, "invalid_credentials"),
            Error::UserInactive => (FaultKind::Forbidden, "user_inactive"),
            Error::TenantSuspended => (FaultKind::Forbidden, "tenant_suspended"),
            Error::NotAMember => (FaultKind::Forbidden, "not_a_member"),
            Error::SessionEnded => (FaultKind::Unauthenticated, "session_ended"),
            Error::RefreshReused => (FaultKind::Unauthenticated, "refresh_reused"),
            Error::LinkSpent => (FaultKind::Gone, "link_spent"),
            Error::WrongPassword => return Self::field("current_password", "wrong_password", text),
            Error::EmailTaken => (FaultKind::Conflict, "email_taken"),
            Error::UsernameTaken => (FaultKind::Conflict, "username_taken"),
            Error::NotYourself => (FaultKind::Forbidden, "not_yourself"),
            Error::NotFound(_) => (FaultKind::NotFound, "not_found"),
            Error::AboveOwn => (FaultKind::Forbidden, "above_own"),
            Error::LastAdmin => (FaultKind::Conflict, "last_admin"),
            Error::AlreadyMember => (FaultKind::Conflict, "already_member"),
            Error::RoleTaken => (FaultKind::Conflict, "role_taken"),
            Error::RoleBuiltIn => (FaultKind::Conflict, "role_built_in"),
            Error::UnknownCode => (FaultKind::NotFound, "unknown_code"),
            Error::NoTenant => (FaultKind::Conflict, "no_tenant"),
        };
        let fault = Self::new(kind, code, text);
        match code {
            "email_taken" | "already_member" => fault.at("email"),
            "username_taken" => fault.at("username"),
            "role_taken" => fault.at("name"),
            "unknown_code" => fault.at("code"),
            _ => fault,
        }
    }
}
