//! A person who can sign in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use usher_kernel::{Change, FieldFault, SiteId, TenantId, Timestamp, UserId, is_unshowable, text_enum};
use usher_tenancy::model::{is_email, is_locale};
use uuid::Uuid;

use super::{MemberStatus, role};

/// Shortest password.
const MIN_PASSWORD: usize = 8;
/// Longest password in bytes: more would only cost time to hash.
const MAX_PASSWORD: usize = 256;
/// Largest preferences, as JSON text, in bytes.
const MAX_PREFERENCES: usize = 16 * 1024;

text_enum! {
    /// Whether a person may sign in.
    pub enum UserStatus {
        /// May.
        Active = "active",
        /// May not; everything is kept.
        Inactive = "inactive",
        /// Gone: may not, and is in no list.
        Deleted = "deleted",
    }
}

/// A person who can sign in.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// The name they sign in with beside their e-mail address.
    pub username: Option<String>,
    /// Their e-mail address as they write it.
    pub email: String,
    /// Whether they proved that the address is theirs, and when.
    pub email_verified_at: Option<Timestamp>,
    /// What they are called.
    pub name: String,
    /// Their telephone number, E.164.
    pub phone: Option<String>,
    /// The language they read, a BCP 47 tag.
    pub locale: Option<String>,
    /// What they chose in the apps.
    pub preferences: Map<String, Value>,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// Whether they operate the installation.
    pub platform_admin: bool,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Grows with each change.
    pub version: i64,
    /// When they registered.
    pub created_at: Timestamp,
    /// When the record was last changed.
    pub updated_at: Timestamp,
}

/// A change of one's own profile; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProfileChange {
    /// The name to sign in with.
    pub username: Change<String>,
    /// The e-mail address; it counts as unproved until it is verified again.
    pub email: Option<String>,
    /// What they are called.
    #[serde(alias = "full_name", alias = "fullName")]
    pub name: Option<String>,
    /// The telephone number, with the country's prefix.
    #[serde(alias = "phone_number", alias = "phoneNumber")]
    pub phone: Change<String>,
    /// The language they read.
    pub locale: Change<String>,
    /// Preferences to set by name; null takes one away.
    pub preferences: Option<Map<String, Value>>,
}

impl ProfileChange {
    /// Puts the change into effect; version and times are the caller's matter.
    pub fn apply(self, user: &mut User) {
        match self.username {
            Change::Keep => {}
            Change::Clear => user.username = None,
            Change::Set(name) => user.username = Some(name.trim().to_owned()).filter(|name| !name.is_empty()),
        }
        if let Some(email) = self.email {
            let email = email.trim().to_owned();
            if key(&email) != key(&user.email) {
                user.email_verified_at = None;
            }
            user.email = email;
        }
        if let Some(name) = self.name {
            user.name = name.trim().to_owned();
        }
        match self.phone {
            Change::Keep => {}
            Change::Clear => user.phone = None,
            Change::Set(phone) => user.phone = Some(plain_phone(&phone)).filter(|phone| !phone.is_empty()),
        }
        self.locale.apply(&mut user.locale);
        for (name, value) in self.preferences.into_iter().flatten() {
            if value.is_null() {
                user.preferences.remove(&name);
            } else {
                user.preferences.insert(name, value);
            }
        }
    }
}

impl User {
    /// What is wrong with the record, field by field.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code, message: &str| {
            faults.push(FieldFault { field: field.to_owned(), code, message: message.to_owned() });
        };
        if !is_email(&self.email) {
            fault("email", "not_an_email", "This is not an e-mail address.");
        }
        if let Some(username) = &self.username {
            let letters = username.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
            if !letters || !(2..=64).contains(&username.chars().count()) {
                let text = "A user name has 2 to 64 letters, digits, dots, hyphens and underscores.";
                fault("username", "not_a_username", text);
            }
        }
        if self.name.chars().count() > 120 {
            fault("name", "too_long", "At most 120 letters.");
        } else if self.name.chars().any(is_unshowable) {
            fault("name", "control_letters", "The name contains letters that cannot be shown.");
        }
        if self.phone.as_ref().is_some_and(|phone| !is_phone(phone)) {
            let text = "Give the number with its country's prefix, for example +49 30 1234567.";
            fault("phone", "not_a_phone", text);
        }
        if self.locale.as_ref().is_some_and(|locale| !is_locale(locale)) {
            fault("locale", "not_a_locale", "Give a language tag such as en or de-CH.");
        }
        if serde_json::to_string(&self.preferences).map_or(0, |text| text.len()) > MAX_PREFERENCES {
            fault("preferences", "too_large", "The preferences hold at most 16 KiB.");
        }
        faults
    }

    /// What they are called, or else what they sign in with.
    pub fn display_name(&self) -> &str {
        match (&*self.name, &self.username) {
            ("", Some(username)) => username,
            ("", None) => self.email.split('@').next().unwrap_or_default(),
            (name, _) => name,
        }
    }
}

/// The form in which e-mail addresses and user names are compared: case does not matter.
pub fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

/// What is wrong with a new password; none when it can be taken.
pub fn password_fault(field: &str, password: &str, email: &str) -> Option<FieldFault> {
    let (code, message) = if password.chars().count() < MIN_PASSWORD {
        ("password_too_short", format!("A password has at least {MIN_PASSWORD} letters."))
    } else if password.len() > MAX_PASSWORD {
        ("password_too_long", format!("A password has at most {MAX_PASSWORD} bytes."))
    } else if key(password) == key(email) || is_common(password) {
        ("password_too_common", "This password is among the first that anybody would try.".to_owned())
    } else {
        return None;
    };
    Some(FieldFault { field: field.to_owned(), code, message })
}

/// Whether a password is one of the worst: one letter repeated, a keyboard row, a word everybody takes.
fn is_common(password: &str) -> bool {
    const WORST: &[&str] = &[
        "password",
        "passwort",
        "password1",
        "password123",
        "passw0rd",
        "12345678",
        "123456789",
        "1234567890",
        "87654321",
        "qwertyui",
        "qwertyuiop",
        "qwerty123",
        "qwertz123",
        "1q2w3e4r",
        "abcd1234",
        "abc12345",
        "iloveyou",
        "letmein1",
        "welcome1",
        "sunshine",
        "princess",
        "football",
        "changeme",
        "baseball",
    ];
    let lower = password.to_lowercase();
    let mut letters = lower.chars();
    let first = letters.next();
    WORST.contains(&lower.as_str()) || letters.all(|c| Some(c) == first)
}

/// A telephone number without the signs that people put between its digits.
pub fn plain_phone(text: &str) -> String {
    let text: String =
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '/' | '.')).collect();
    match text.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => text,
    }
}

fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// A tenant in few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TenantBrief {
    /// Its id.
    pub id: TenantId,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// What somebody is in one tenant, for whoever runs the installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BelongsTo {
    /// The tenant.
    #[serde(flatten)]
    pub tenant: TenantBrief,
    /// Their roles there.
    pub roles: Vec<String>,
    /// Whether the membership counts.
    pub status: MemberStatus,
}

/// A person of the installation, for whoever runs it: who they are and where they belong.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct InstallationUser {
    /// Their id.
    pub id: UserId,
    /// The name they sign in with.
    pub username: Option<String>,
    /// Their e-mail address.
    pub email: String,
    /// Whether they proved that the address is theirs.
    pub email_verified: bool,
    /// What they are called.
    pub name: String,
    /// Whether they are let in anywhere.
    pub status: UserStatus,
    /// Whether they run the installation.
    pub platform_admin: bool,
    /// Where they belong.
    pub tenants: Vec<BelongsTo>,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When they registered.
    pub created_at: Timestamp,
    /// Grows with each change.
    pub version: i64,
}

/// A person as the API shows them, in the tenant of the request.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct UserView {
    /// Their id.
    pub id: UserId,
    /// The name they sign in with.
    pub username: Option<String>,
    /// Their e-mail address.
    pub email: String,
    /// Whether they proved that the address is theirs.
    pub email_verified: bool,
    /// What they are called.
    pub name: String,
    /// Their telephone number.
    pub phone: Option<String>,
    /// The language they read.
    pub locale: Option<String>,
    /// What they chose in the apps.
    pub preferences: Map<String, Value>,
    /// Whether they are let in here.
    pub status: UserStatus,
    /// The most telling of their roles in this tenant.
    pub role: String,
    /// Their roles in this tenant.
    pub roles: Vec<String>,
    /// What these roles permit.
    pub scopes: Vec<String>,
    /// The sites they are limited to; empty means all.
    pub sites: Vec<SiteId>,
    /// The counter they usually work at.
    pub counter_id: Option<Uuid>,
    /// Their membership in this tenant, where they have one.
    pub member_id: Option<Uuid>,
    /// This tenant.
    pub tenant: Option<TenantBrief>,
    /// This tenant's id, as document 000 names it.
    pub organization_id: Option<TenantId>,
    /// The tenants they belong to: all of them for the person themselves, this one for others.
    pub tenants: Vec<TenantBrief>,
    /// The points that they can spend in this tenant.
    #[schemars(example = 25)]
    pub reward_points: i64,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When they registered.
    pub created_at: Timestamp,
    /// When the record was last changed.
    pub updated_at: Timestamp,
    /// The same as document 004 names it.
    #[serde(rename = "createdAt")]
    pub created_at_camel: Timestamp,
    /// The same as document 004 names it.
    #[serde(rename = "updatedAt")]
    pub updated_at_camel: Timestamp,
    /// Grows with each change.
    pub version: i64,
}

impl UserView {
    /// A person without a tenant.
    pub fn bare(user: User) -> Self {
        let roles =
            if user.platform_admin { vec![role::BuiltIn::PlatformAdmin.to_string()] } else { Vec::new() };
        Self {
            id: user.id,
            email_verified: user.email_verified_at.is_some(),
            username: user.username,
            email: user.email,
            name: user.name,
            phone: user.phone,
            locale: user.locale,
            preferences: user.preferences,
            status: user.status,
            role: role::leading(&roles),
            roles,
            scopes: if user.platform_admin { all_scopes() } else { Vec::new() },
            sites: Vec::new(),
            counter_id: None,
            member_id: None,
            tenant: None,
            organization_id: None,
            tenants: Vec::new(),
            reward_points: 0,
            last_sign_in_at: user.last_sign_in_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
            created_at_camel: user.created_at,
            updated_at_camel: user.updated_at,
            version: user.version,
        }
    }
}

/// The names of all scopes, and the platform's own.
fn all_scopes() -> Vec<String> {
    super::scopes::ALL.iter().copied().chain(["platform:admin"]).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords() {
        let code = |password: &str| password_fault("password", password, "ana@bank.example").map(|f| f.code);
        for good in ["admin123", "demo1234", "correct horse battery staple", "пароль-длинный"] {
            assert_eq!(code(good), None, "{good}");
        }
        assert_eq!(code("short"), Some("password_too_short"));
        assert_eq!(code(&"x1".repeat(200)), Some("password_too_long"));
        for bad in ["password", "PassWord", "aaaaaaaaaa", "12345678", "Ana@Bank.example"] {
            assert_eq!(code(bad), Some("password_too_common"), "{bad}");
        }
    }

    #[test]
    fn telephone_numbers_are_kept_as_e164() {
        assert_eq!(plain_phone("+49 (30) 123-4567"), "+49301234567");
        assert_eq!(plain_phone("0049 30 1234567"), "+49301234567");
        for good in ["+49301234567", "+12025550123"] {
            assert!(is_phone(good), "{good}");
        }
        for bad in ["", "+", "030123", "+0301234567", "+4930", "+49x0123456", "+1234567890123456"] {
            assert!(!is_phone(bad), "{bad}");
        }
    }
}
