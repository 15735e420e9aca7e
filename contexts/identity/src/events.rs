//! What this context publishes. Names, addresses and numbers of people stand in the personal side rows;
//! passwords and secrets nowhere.

mod payloads;

use serde::Serialize;
use serde_json::{Value, json};
use usher_db::{DbError, Tx};
use usher_events::NewEvent;
use usher_kernel::Diff;
use uuid::Uuid;

use crate::model::{ApiKey, Device, Invitation, Member, Role, Session, Shift, User};

pub use payloads::*;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = $text;)*

        /// Every kind that this context publishes.
        pub const KINDS: &[&str] = &[$($name),*];
    };
}

kinds! {
    /// Somebody registered, or was registered by an administrator.
    USER_REGISTERED = "user.registered";
    /// Somebody signed in.
    USER_SIGNED_IN = "user.signed_in";
    /// Somebody was locked out for a while after wrong passwords.
    USER_LOCKED_OUT = "user.locked_out";
    /// Somebody's record was changed.
    USER_UPDATED = "user.updated";
    /// Somebody's password was changed.
    USER_PASSWORD_CHANGED = "user.password_changed";
    /// A mail to choose a new password was asked for.
    USER_RESET_REQUESTED = "user.reset_requested";
    /// Somebody proved their e-mail address.
    USER_EMAIL_VERIFIED = "user.email_verified";
    /// Somebody's authenticator app is asked at log-in from now on.
    USER_SECOND_STEP_ENABLED = "user.second_step_enabled";
    /// Somebody's authenticator app is asked no more.
    USER_SECOND_STEP_REMOVED = "user.second_step_removed";
    /// Somebody got in with a recovery code.
    USER_RECOVERY_CODE_USED = "user.recovery_code_used";
    /// Somebody has new recovery codes.
    USER_RECOVERY_CODES_RENEWED = "user.recovery_codes_renewed";
    /// An account at another issuer opens somebody's account from now on.
    USER_ACCOUNT_LINKED = "user.account_linked";
    /// It does so no more.
    USER_ACCOUNT_UNLINKED = "user.account_unlinked";
    /// Somebody may no longer sign in, or may again, or is gone.
    USER_STATUS_CHANGED = "user.status_changed";
    /// A person became a member of a tenant.
    MEMBER_ADDED = "member.added";
    /// A member's roles were changed.
    MEMBER_ROLE_CHANGED = "member.role_changed";
    /// A member's sites, counter or status were changed.
    MEMBER_UPDATED = "member.updated";
    /// A person is no longer a member of a tenant.
    MEMBER_REMOVED = "member.removed";
    /// Somebody who has an account was asked to belong to a tenant.
    INVITATION_SENT = "invitation.sent";
    /// The tenant asks them no more.
    INVITATION_WITHDRAWN = "invitation.withdrawn";
    /// A session was ended: signed out, revoked, or a refresh token was used twice.
    SESSION_REVOKED = "session.revoked";
    /// A tenant's own role was created.
    ROLE_CREATED = "role.created";
    /// A tenant's own role was changed.
    ROLE_UPDATED = "role.updated";
    /// A tenant's own role was deleted.
    ROLE_DELETED = "role.deleted";
    /// A shift was planned.
    SHIFT_PLANNED = "shift.planned";
    /// A shift was changed.
    SHIFT_CHANGED = "shift.changed";
    /// A shift was taken out of the roster.
    SHIFT_CANCELLED = "shift.cancelled";
    /// Those who work can see a shift from now on.
    SHIFT_PUBLISHED = "shift.published";
    /// Somebody came for their shift.
    SHIFT_CLOCKED_IN = "shift.clocked_in";
    /// Somebody left their counter on their shift.
    SHIFT_CLOCKED_OUT = "shift.clocked_out";
    /// An API key was created.
    API_KEY_CREATED = "api_key.created";
    /// An API key was revoked.
    API_KEY_REVOKED = "api_key.revoked";
    /// A device was paired, or a printer put on record.
    DEVICE_PAIRED = "device.paired";
    /// A device's set-up was changed.
    DEVICE_UPDATED = "device.updated";
    /// A device was revoked.
    DEVICE_REVOKED = "device.revoked";
    /// A device gives no signs of life any more.
    DEVICE_SILENT = "device.silent";
    /// A silent device gives signs of life again.
    DEVICE_BACK = "device.back";
    /// A device's paper is low, at an end, or there again.
    DEVICE_PAPER = "device.paper";
    /// A printer on the network takes no tickets, or takes them again.
    DEVICE_PRINTER = "device.printer";
    /// A device was asked to print, to chime or to speak.
    DEVICE_TEST_ASKED = "device.test_asked";
    /// It said how that went.
    DEVICE_TESTED = "device.tested";
}

/// Version of every payload here.
const VERSION: u16 = 1;

fn user_thing(user: &User) -> (&'static str, Uuid) {
    ("user", user.id.uuid())
}

/// What an event keeps apart of a person.
fn personal(user: &User) -> Value {
    json!({ "email": user.email, "username": user.username, "name": user.name, "phone": user.phone })
}

/// An event about a person that changes nothing in their record.
pub(crate) fn user(
    tx: &mut Tx,
    kind: &'static str,
    user: &User,
    facts: &impl Serialize,
) -> Result<(), DbError> {
    usher_events::append(tx, NewEvent::new(kind, VERSION, user_thing(user), user.version, facts))?;
    Ok(())
}

/// `user.registered`.
pub(crate) fn registered(tx: &mut Tx, user: &User) -> Result<(), DbError> {
    let facts = UserRegistered { user_id: user.id, locale: user.locale.clone(), status: user.status };
    let event = NewEvent::new(USER_REGISTERED, VERSION, user_thing(user), user.version, &facts);
    usher_events::append(tx, event.with_personal(personal(user)))?;
    Ok(())
}

/// `user.updated`: which fields in the open, their values apart.
pub(crate) fn user_updated(tx: &mut Tx, before: &User, after: &User) -> Result<(), DbError> {
    let diff = Diff::between(&personal(before), &personal(after), &[]);
    let mut fields: Vec<String> = diff.after.keys().cloned().collect();
    if before.locale != after.locale {
        fields.push("locale".to_owned());
    }
    if before.preferences != after.preferences {
        fields.push("preferences".to_owned());
    }
    let facts = UserUpdated { user_id: after.id, fields, diff: Diff::default() };
    let event = NewEvent::new(USER_UPDATED, VERSION, user_thing(after), after.version, &facts);
    let event = if diff.is_empty() {
        event
    } else {
        event.with_personal(json!({ "before": diff.before, "after": diff.after }))
    };
    usher_events::append(tx, event)?;
    Ok(())
}

/// `user.signed_in`.
pub(crate) fn signed_in(tx: &mut Tx, user: &User, session: &Session) -> Result<(), DbError> {
    let facts = UserSignedIn { user_id: user.id, session_id: session.id, kind: session.kind };
    usher_events::append(tx, NewEvent::new(USER_SIGNED_IN, VERSION, user_thing(user), user.version, &facts))?;
    Ok(())
}

/// `session.revoked`.
pub(crate) fn session_revoked(tx: &mut Tx, session: &Session, reason: &str) -> Result<(), DbError> {
    let facts =
        SessionEvent { user_id: session.user_id, tenant: session.acting_tenant, reason: reason.to_owned() };
    usher_events::append(tx, NewEvent::new(SESSION_REVOKED, VERSION, ("session", session.id), 1, &facts))?;
    Ok(())
}

/// An event about a membership.
pub(crate) fn member(tx: &mut Tx, kind: &'static str, member: &Member, diff: Diff) -> Result<(), DbError> {
    let facts = MemberEvent { member: member.clone(), diff };
    usher_events::append(tx, NewEvent::new(kind, VERSION, ("member", member.id), member.version, &facts))?;
    Ok(())
}

/// An event about an invitation. Who is invited is not the tenant's to know, and stands in no event of it.
pub(crate) fn invitation(tx: &mut Tx, kind: &'static str, one: &Invitation) -> Result<(), DbError> {
    let version = if kind == INVITATION_SENT { 1 } else { 2 };
    let facts =
        InvitationEvent { roles: one.roles.clone(), sites: one.sites.clone(), expires_at: one.expires_at };
    let event = NewEvent::new(kind, VERSION, ("invitation", one.id), version, &facts);
    usher_events::append(tx, event.with_personal(json!({ "email": one.email })))?;
    Ok(())
}

/// An event about a tenant's own role.
pub(crate) fn role(tx: &mut Tx, kind: &'static str, role: &Role, diff: Diff) -> Result<(), DbError> {
    let thing = ("role", role.id.unwrap_or_default());
    let facts = RoleEvent { role: role.clone(), diff };
    usher_events::append(tx, NewEvent::new(kind, VERSION, thing, role.version, &facts))?;
    Ok(())
}

/// An event about an API key.
pub(crate) fn api_key(tx: &mut Tx, kind: &'static str, key: &ApiKey) -> Result<(), DbError> {
    let facts = ApiKeyEvent {
        name: key.name.clone(),
        scopes: key.scopes.clone(),
        sites: key.sites.clone(),
        hint: key.hint.clone(),
    };
    let version = if kind == API_KEY_CREATED { 1 } else { 2 };
    usher_events::append(tx, NewEvent::new(kind, VERSION, ("api_key", key.id), version, &facts))?;
    Ok(())
}

/// An event about a shift.
pub(crate) fn shift(tx: &mut Tx, kind: &'static str, shift: &Shift, diff: Diff) -> Result<(), DbError> {
    let facts = ShiftEvent { shift: shift.clone(), diff };
    let event =
        NewEvent::new(kind, VERSION, ("shift", shift.id), shift.version, &facts).at_site(shift.site_id);
    usher_events::append(tx, event)?;
    Ok(())
}

/// An event about a device.
pub(crate) fn device(tx: &mut Tx, kind: &'static str, device: &Device, diff: Diff) -> Result<(), DbError> {
    let facts = DeviceEvent { device: device.clone(), diff };
    let thing = ("device", device.id);
    let event = NewEvent::new(kind, VERSION, thing, device.version, &facts).at_site(device.site_id);
    usher_events::append(tx, event)?;
    Ok(())
}

/// What became of a device by itself: its state is no part of its set-up, and its version stays.
pub(crate) fn device_state(
    tx: &mut Tx,
    kind: &'static str,
    device: &Device,
    facts: &impl Serialize,
) -> Result<(), DbError> {
    let thing = ("device", device.id);
    let event = NewEvent::new(kind, VERSION, thing, device.version, facts).at_site(device.site_id);
    usher_events::append_for(tx, device.tenant_id, event)?;
    Ok(())
}
