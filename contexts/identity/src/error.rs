//! Everything that this context refuses.

use std::time::Duration;

use usher_db::DbError;
use usher_kernel::{Fault, FaultKind, FieldFault, SignedDuration, Timestamp};

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
    /// The current password, asked for once more in this field, is wrong.
    #[error("The current password is wrong.")]
    WrongPassword(&'static str),
    /// The second step came too late.
    #[error("This log-in has run out. Begin again with your password.")]
    StepOver,
    /// There is an authenticator app already.
    #[error("An authenticator app is set up already. Remove it first.")]
    StepThere,
    /// A log-in through another issuer that has run out, was used or never began.
    #[error("This log-in has run out or was used before. Begin again.")]
    FlowOver,
    /// A log-in that came back to another browser than the one that began it.
    #[error("This log-in was begun in another browser. Begin again in this one.")]
    OtherBrowser,
    /// The issuer does not know whose the address is.
    #[error("Your account there has no confirmed e-mail address. Confirm it there, then come back.")]
    AddressUnproved,
    /// Somebody here has the address and never proved it.
    #[error(
        "There is an account with your e-mail address here that was never confirmed. Choose \"Forgotten your \
         password?\" and follow the mail; after that this button signs you in."
    )]
    ConfirmFirst,
    /// The account elsewhere opens an account here already.
    #[error("This account is connected already.")]
    LinkTaken,
    /// Without it the person could not get in.
    #[error("This is your only way in. Set a password first.")]
    LastWayIn,
    /// The issuer does not answer as it should.
    #[error("{0} cannot be reached at this moment. Try again, or sign in with your password.")]
    IssuerAway(String),
    /// The issuer's answer was not taken.
    #[error("The answer of {0} could not be taken. Begin again.")]
    IssuerRefused(String),
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
    /// Only the person changes a record that other tenants see too.
    #[error("This person belongs to other organisations too: only they can change their record.")]
    BelongsElsewhere,
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
    /// The person has an account and decides themselves where they belong.
    #[error(
        "Somebody has an account with this address already. Invite them: they belong here once they accept."
    )]
    InviteFirst,
    /// An invitation waits for the person's answer.
    #[error("This person is invited already. Take that invitation back to send another.")]
    AlreadyInvited,
    /// Another role of the tenant has this name.
    #[error("There is a role of this name already.")]
    RoleTaken,
    /// Built-in roles stay as they are.
    #[error("A built-in role cannot be changed or deleted.")]
    RoleBuiltIn,
    /// Members still have the role.
    #[error("{0} members still have this role. Give them another one first.")]
    RoleInUse(i64),
    /// The person has another shift at that time.
    #[error("This person has another shift then; it begins at {0}.")]
    ShiftClash(Timestamp),
    /// Somebody has come for the shift already.
    #[error("Somebody has clocked in on this shift; it stays in the roster.")]
    ShiftBegun,
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
            Error::ShiftClash(_) => (FaultKind::Conflict, "shift_clash"),
            Error::ShiftBegun => (FaultKind::Conflict, "shift_begun"),
            Error::InvalidCredentials => (FaultKind::Unauthenticated, "invalid_credentials"),
            Error::UserInactive => (FaultKind::Forbidden, "user_inactive"),
            Error::TenantSuspended => (FaultKind::Forbidden, "tenant_suspended"),
            Error::NotAMember => (FaultKind::Forbidden, "not_a_member"),
            Error::SessionEnded => (FaultKind::Unauthenticated, "session_ended"),
            Error::RefreshReused => (FaultKind::Unauthenticated, "refresh_reused"),
            Error::LinkSpent => (FaultKind::Gone, "link_spent"),
            Error::WrongPassword(field) => return Self::field(field, "wrong_password", text),
            Error::IssuerAway(_) => {
                let fault = Self::new(FaultKind::Unavailable, "issuer_away", text);
                return fault.retry_after(Duration::from_secs(10));
            }
            Error::IssuerRefused(_) => (FaultKind::Unauthenticated, "issuer_refused"),
            Error::StepOver => (FaultKind::Unauthenticated, "step_over"),
            Error::StepThere => (FaultKind::Conflict, "second_step_there"),
            Error::FlowOver => (FaultKind::Unauthenticated, "log_in_over"),
            Error::OtherBrowser => (FaultKind::Unauthenticated, "other_browser"),
            Error::AddressUnproved => (FaultKind::Forbidden, "address_unproved"),
            Error::ConfirmFirst => (FaultKind::Conflict, "confirm_first"),
            Error::LinkTaken => (FaultKind::Conflict, "link_taken"),
            Error::LastWayIn => (FaultKind::Conflict, "last_way_in"),
            Error::EmailTaken => (FaultKind::Conflict, "email_taken"),
            Error::UsernameTaken => (FaultKind::Conflict, "username_taken"),
            Error::NotYourself => (FaultKind::Forbidden, "not_yourself"),
            Error::BelongsElsewhere => (FaultKind::Forbidden, "belongs_elsewhere"),
            Error::NotFound(_) => (FaultKind::NotFound, "not_found"),
            Error::AboveOwn => (FaultKind::Forbidden, "above_own"),
            Error::LastAdmin => (FaultKind::Conflict, "last_admin"),
            Error::AlreadyMember => (FaultKind::Conflict, "already_member"),
            Error::InviteFirst => (FaultKind::Conflict, "invite_first"),
            Error::AlreadyInvited => (FaultKind::Conflict, "already_invited"),
            Error::RoleTaken => (FaultKind::Conflict, "role_taken"),
            Error::RoleBuiltIn => (FaultKind::Conflict, "role_built_in"),
            Error::UnknownCode => (FaultKind::NotFound, "unknown_code"),
            Error::NoTenant => (FaultKind::Conflict, "no_tenant"),
        };
        let fault = Self::new(kind, code, text);
        match code {
            "email_taken" | "already_member" | "invite_first" | "already_invited" => fault.at("email"),
            "username_taken" => fault.at("username"),
            "role_taken" => fault.at("name"),
            "unknown_code" => fault.at("code"),
            "shift_clash" => fault.at("starts_at"),
            _ => fault,
        }
    }
}
