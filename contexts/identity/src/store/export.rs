//! What is handed out of people, keys and devices when everything of a tenant is exported: nothing that opens anything.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use usher_db::{row, sql};
use usher_kernel::Timestamp;
use usher_tenancy::Part;
use uuid::Uuid;

row! {
    /// Somebody who belongs to the organisation: who they are, and what they may do there.
    #[derive(Serialize, JsonSchema)]
    struct MemberLine {
        id: Uuid,
        user_id: Uuid,
        username: Option<String>,
        email: String,
        email_verified_at: Option<Timestamp>,
        name: String,
        phone: Option<String>,
        locale: Option<String>,
        last_sign_in_at: Option<Timestamp>,
        roles: Value,
        sites: Value,
        counter_id: Option<Uuid>,
        skills: Value,
        staff: bool,
        status: String,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

row! {
    /// A role of the organisation's own.
    #[derive(Serialize, JsonSchema)]
    struct RoleLine {
        id: Uuid,
        name: String,
        description: String,
        scopes: Value,
        version: i64,
        created_at: Timestamp,
    }
}

row! {
    /// An API key, known by the first letters of it.
    #[derive(Serialize, JsonSchema)]
    struct ApiKeyLine {
        id: Uuid,
        name: String,
        scopes: Value,
        sites: Value,
        hint: String,
        created_at: Timestamp,
        expires_at: Option<Timestamp>,
        last_used_at: Option<Timestamp>,
        revoked_at: Option<Timestamp>,
    }
}

row! {
    /// A paired device, how it is set up, and what it last said of itself.
    #[derive(Serialize, JsonSchema)]
    struct DeviceLine {
        id: Uuid,
        name: String,
        kind: String,
        site_id: Uuid,
        config: Value,
        report: Value,
        paper: String,
        printer: String,
        test: Option<Value>,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
        revoked_at: Option<Timestamp>,
        last_ping_at: Option<Timestamp>,
        silent_since: Option<Timestamp>,
    }
}

row! {
    /// Somebody's work at a site from one time to another.
    #[derive(Serialize, JsonSchema)]
    struct ShiftLine {
        id: Uuid,
        site_id: Uuid,
        user_id: Uuid,
        starts_at: Timestamp,
        ends_at: Timestamp,
        note: String,
        published_at: Option<Timestamp>,
        clocked_in_at: Option<Timestamp>,
        clocked_out_at: Option<Timestamp>,
        version: i64,
        updated_at: Timestamp,
    }
}

row! {
    /// An invitation that nobody has answered yet.
    #[derive(Serialize, JsonSchema)]
    struct InvitationLine {
        id: Uuid,
        user_id: Uuid,
        email: String,
        roles: Value,
        sites: Value,
        counter_id: Option<Uuid>,
        skills: Value,
        created_at: Timestamp,
        expires_at: Timestamp,
    }
}

sql! {
    /// In the order of the people, whose index it is.
    MEMBERS = "SELECT m.id, m.user_id, u.username, u.email, u.email_verified_at, u.name, u.phone, u.locale,
        u.last_sign_in_at, m.roles, m.sites, m.counter_id, m.skills, m.staff, m.status, m.version, m.created_at,
        m.updated_at FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.tenant_id = $1 AND m.user_id > $2 ORDER BY m.user_id LIMIT $3";
    ROLES = "SELECT ", RoleLine::COLUMNS, " FROM roles WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    API_KEYS = "SELECT ", ApiKeyLine::COLUMNS, " FROM api_keys
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    DEVICES = "SELECT ", DeviceLine::COLUMNS, " FROM devices WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    SHIFTS = "SELECT ", ShiftLine::COLUMNS, " FROM shifts WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    INVITATIONS = "SELECT ", InvitationLine::COLUMNS, " FROM invitations
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
}

/// Accounts, and what opens them or is about to.
const ACCOUNTS: &[&str] = &[
    "users",
    "sessions",
    "mail_tokens",
    "sign_in_failures",
    "socket_tickets",
    "pairings",
    "linked_accounts",
    "oidc_flows",
    "second_factors",
    "recovery_codes",
    "half_sign_ins",
];

/// The tables of this context.
pub(crate) fn parts() -> Vec<Part> {
    vec![
        Part::by_id(
            "members",
            &["members"],
            "Everybody who belongs to the organisation, customers with an account too",
            MEMBERS,
            |member: &MemberLine| member.user_id,
        ),
        Part::by_id("roles", &["roles"], "Roles of the organisation's own", ROLES, |role: &RoleLine| role.id),
        Part::by_id(
            "api_keys",
            &["api_keys"],
            "API keys, without what opens",
            API_KEYS,
            |key: &ApiKeyLine| key.id,
        ),
        Part::by_id(
            "devices",
            &["devices"],
            "Kiosks, displays and tills, without their tokens",
            DEVICES,
            |device: &DeviceLine| device.id,
        ),
        Part::by_id(
            "shifts",
            &["shifts"],
            "Rosters: who works where and when",
            SHIFTS,
            |shift: &ShiftLine| shift.id,
        ),
        Part::by_id(
            "invitations",
            &["invitations"],
            "Invitations that wait for an answer",
            INVITATIONS,
            |invitation: &InvitationLine| invitation.id,
        ),
        Part::left_out(
            ACCOUNTS,
            "Accounts and sign-ins are their people's, who may belong to several organisations",
        ),
    ]
}
