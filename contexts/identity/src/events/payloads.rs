//! What the events of this context carry.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use usher_kernel::{Diff, SiteId, TenantId, Timestamp, UserId};
use uuid::Uuid;

use super::*;
use crate::model::{DeviceTest, DeviceType, Paper, PrinterState, SessionKind, UserStatus};

/// `user.registered`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UserRegistered {
    /// Who.
    pub user_id: UserId,
    /// The language that they read.
    pub locale: Option<String>,
    /// Whether they may sign in.
    pub status: UserStatus,
}

/// `user.updated`: the values of fields that are personal stand beside it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UserUpdated {
    /// Who.
    pub user_id: UserId,
    /// The fields that changed.
    pub fields: Vec<String>,
    /// Values that are not personal.
    #[serde(flatten, default, skip_serializing_if = "Diff::is_empty")]
    pub diff: Diff,
}

/// `user.signed_in`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UserSignedIn {
    /// Who.
    pub user_id: UserId,
    /// The session that began.
    pub session_id: Uuid,
    /// How it is used.
    pub kind: SessionKind,
}

/// `user.locked_out`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UserLockedOut {
    /// Who.
    pub user_id: UserId,
    /// After how many wrong answers.
    pub failures: i64,
    /// Until when.
    pub until: Timestamp,
    /// `second` where it was the authenticator app's code that was wrong; absent where it was the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

/// `user.reset_requested`, `user.email_verified`, `user.second_step_enabled`, `user.recovery_codes_renewed`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UserNamed {
    /// Who.
    pub user_id: UserId,
}

/// `user.password_changed`, `user.second_step_removed`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UserReason {
    /// Who.
    pub user_id: UserId,
    /// Why.
    pub reason: String,
}

/// `user.recovery_code_used`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryCodeUsed {
    /// Who.
    pub user_id: UserId,
    /// How many codes are left.
    pub left: i64,
}

/// `user.account_linked`, `user.account_unlinked`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AccountEvent {
    /// Who.
    pub user_id: UserId,
    /// Where the account is.
    pub provider: String,
    /// The id of the connection.
    pub link_id: Uuid,
}

/// `user.status_changed`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UserStatusChanged {
    /// Who.
    pub user_id: UserId,
    /// Before it.
    pub before: UserStatus,
    /// After it.
    pub after: UserStatus,
}

/// The payload of `member.*`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MemberEvent {
    /// The membership after it; before it, where it was removed.
    pub member: Member,
    /// What an edit changed.
    #[serde(flatten, default, skip_serializing_if = "Diff::is_empty")]
    pub diff: Diff,
}

/// The payload of `session.revoked`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SessionEvent {
    /// Whose it was.
    pub user_id: UserId,
    /// Where they had signed in to.
    pub tenant: Option<TenantId>,
    /// Why it ended.
    pub reason: String,
}

/// The payload of `device.*`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeviceEvent {
    /// The device after it.
    pub device: Device,
    /// What an edit changed.
    #[serde(flatten, default, skip_serializing_if = "Diff::is_empty")]
    pub diff: Diff,
}

/// The payload of `shift.*`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ShiftEvent {
    /// The shift after it; before it, where it was cancelled.
    pub shift: Shift,
    /// What an edit changed.
    #[serde(flatten, default, skip_serializing_if = "Diff::is_empty")]
    pub diff: Diff,
}

/// `invitation.*`; who is invited stands beside it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct InvitationEvent {
    /// What they would be.
    pub roles: Vec<String>,
    /// Where; empty means everywhere.
    pub sites: Vec<SiteId>,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
}

/// `role.*`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RoleEvent {
    /// The role after it; before it, where it was deleted.
    pub role: Role,
    /// What an edit changed.
    #[serde(flatten)]
    pub diff: Diff,
}

/// `api_key.*`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ApiKeyEvent {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Where; empty means everywhere.
    pub sites: Vec<SiteId>,
    /// The last characters of it, by which people tell it from others.
    pub hint: String,
}

/// `device.silent`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeviceSilent {
    /// The device.
    pub device_id: Uuid,
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: DeviceType,
}

/// `device.back`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeviceBack {
    /// The device.
    pub device_id: Uuid,
    /// Its name.
    pub name: String,
    /// Since when nothing had been heard of it.
    pub silent_since: Timestamp,
}

/// `device.paper`, `device.printer`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeviceStood<T> {
    /// The device.
    pub device_id: Uuid,
    /// Its name.
    pub name: String,
    /// How it stood before.
    pub before: T,
    /// How it stands now.
    pub after: T,
}

/// `device.test_asked`, `device.tested`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeviceTested {
    /// The device.
    pub device_id: Uuid,
    /// Its name.
    pub name: String,
    /// What was asked, and how it went.
    pub test: DeviceTest,
}

/// Each kind with its version and the schema of its payload.
pub fn schemas() -> Vec<(&'static str, u16, Schema)> {
    KINDS.iter().map(|kind| (*kind, VERSION, schema(kind))).collect()
}

fn schema(kind: &str) -> Schema {
    fn of<T: JsonSchema>() -> Schema {
        SchemaGenerator::default().into_root_schema_for::<T>()
    }
    match kind {
        USER_REGISTERED => of::<UserRegistered>(),
        USER_UPDATED => of::<UserUpdated>(),
        USER_SIGNED_IN => of::<UserSignedIn>(),
        USER_LOCKED_OUT => of::<UserLockedOut>(),
        USER_PASSWORD_CHANGED | USER_SECOND_STEP_REMOVED => of::<UserReason>(),
        USER_RECOVERY_CODE_USED => of::<RecoveryCodeUsed>(),
        USER_ACCOUNT_LINKED | USER_ACCOUNT_UNLINKED => of::<AccountEvent>(),
        USER_STATUS_CHANGED => of::<UserStatusChanged>(),
        SESSION_REVOKED => of::<SessionEvent>(),
        DEVICE_SILENT => of::<DeviceSilent>(),
        DEVICE_BACK => of::<DeviceBack>(),
        DEVICE_PAPER => of::<DeviceStood<Paper>>(),
        DEVICE_PRINTER => of::<DeviceStood<PrinterState>>(),
        DEVICE_TEST_ASKED | DEVICE_TESTED => of::<DeviceTested>(),
        _ => match kind.split('.').next() {
            Some("member") => of::<MemberEvent>(),
            Some("invitation") => of::<InvitationEvent>(),
            Some("role") => of::<RoleEvent>(),
            Some("shift") => of::<ShiftEvent>(),
            Some("api_key") => of::<ApiKeyEvent>(),
            Some("device") => of::<DeviceEvent>(),
            _ => of::<UserNamed>(),
        },
    }
}
