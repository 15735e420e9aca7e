//! People, memberships, roles and credentials: types and rules without I/O.

mod access_token;
mod api_key;
mod device;
mod device_config;
mod device_test;
mod invitation;
mod known;
pub mod letter;
mod lockout;
mod machines;
mod member;
pub mod oidc;
pub mod role;
pub mod scopes;
mod second_factor;
mod secret;
mod session;
pub mod shift;
pub mod skill;
mod user;

pub use access_token::{AccessTokens, Claims, MIN_SECRET};
pub use api_key::{ApiKey, ApiKeyView, NewApiKey};
pub use device::{
    CODE_LIFE, Device, DeviceChange, DeviceType, DeviceView, NewPrinter, PairDevice, Paper, Presence,
    PrinterState, SILENT_AFTER,
};
pub use device_config::{DeviceConfig, DisplayLayout, MediaItem, MediaKind};
pub use device_test::{AnswerTest, AskTest, DeviceTask, DeviceTest, TEST_LIFE, TestOutcome};
pub use invitation::{INVITATION_LIFE, Invitation, InvitationStatus, InvitationView, NewInvitation};
pub use known::{Epoch, Known, LiveDevice, LiveKey, LiveMember};
pub use lockout::{FREE_TRIES, Failures, MEMORY};
pub use machines::{Machines, SiteMachine, StaffMachine};
pub use member::{Member, MemberChange, MemberStatus, MemberView, NewMember, PersonBrief, Standing};
pub use role::{BuiltIn, OwnRoles, Role};
pub use second_factor::{
    Factor, FactorKey, FactorView, RECOVERY_CODES, STEP_LIFE, mint_recovery, otpauth_url, typed_recovery,
};
pub use secret::{
    CODE_LENGTH, Minted, Presented, SecretHash, SecretKind, mint, pairing_code, read as read_secret,
    typed_code,
};
pub use session::{LiveSession, Session, SessionKind, SessionView};
pub use shift::{LONGEST as LONGEST_SHIFT, Publish, Shift, ShiftInput, ShiftView};
pub use user::{
    BelongsTo, InstallationUser, ProfileChange, TenantBrief, User, UserStatus, UserView, key, password_fault,
    plain_phone,
};
