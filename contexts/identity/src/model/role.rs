//! Roles: named sets of scopes, built in or a tenant's own.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{FieldFault, Scope, Scopes, Timestamp, text_enum};
use uuid::Uuid;

use super::scopes;

text_enum! {
    /// The roles that every tenant has.
    pub enum BuiltIn {
        /// Everything, across tenants: a mark on the person, not on a membership.
        PlatformAdmin = "platform_admin",
        /// Everything in one tenant.
        Admin = "admin",
        /// Operates sites: queues, counters, rosters, reports.
        Manager = "manager",
        /// Serves tickets.
        Agent = "agent",
        /// Factories and stock.
        Manufacturer = "manufacturer",
        /// A person who is served.
        Customer = "customer",
        /// Issues tickets at a site.
        Kiosk = "kiosk",
        /// Reads a board.
        Display = "display",
    }
}

const READ_PUBLIC: &[&str] = &["tenants:read", "sites:read", "services:read", "queues:read", "rewards:read"];
const KIOSK: &[&str] = &["tickets:issue"];
const AGENT: &[&str] = &[
    "counters:read",
    "staff:read",
    "tickets:read",
    "tickets:issue",
    "tickets:call",
    "tickets:serve",
    "stats:read",
    "events:read",
    "customers:read",
    "customers:write",
    "appointments:read",
    "appointments:write",
    "rewards:redeem",
];
const MANAGER: &[&str] = &[
    "analytics:read",
    "reports:write",
    "sites:write",
    "services:write",
    "queues:write",
    "counters:write",
    "staff:write",
    "users:read",
    "tickets:manage",
    "devices:read",
    "devices:write",
    "announcements:write",
    "customers:manage",
    "availabilities:write",
    "rewards:write",
    "feedback:read",
];

impl BuiltIn {
    /// The role that a name means: our own name, or one that a source document uses, in any case.
    pub fn named(name: &str) -> Option<Self> {
        let plain: String =
            name.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
        Some(match plain.as_str() {
            "platformadmin" | "globaladmin" => Self::PlatformAdmin,
            "admin" | "orgadmin" | "executive" => Self::Admin,
            "manager" => Self::Manager,
            "agent" | "staff" | "operator" | "clerk" => Self::Agent,
            "manufacturer" => Self::Manufacturer,
            "customer" | "user" | "patron" => Self::Customer,
            "kiosk" => Self::Kiosk,
            "display" => Self::Display,
            _ => return None,
        })
    }

    /// What it permits inside a tenant.
    pub fn scopes(self) -> Scopes {
        let parts: &[&[&'static str]] = match self {
            // All of them, those of later versions too. Routes of the platform ask for the mark on the
            // person and not for a scope, so this opens none of them.
            Self::PlatformAdmin | Self::Admin => return Scopes::all(),
            Self::Manager => &[READ_PUBLIC, AGENT, MANAGER],
            Self::Agent => &[READ_PUBLIC, AGENT],
            Self::Kiosk => &[READ_PUBLIC, KIOSK],
            Self::Manufacturer | Self::Customer | Self::Display => &[READ_PUBLIC],
        };
        Scopes::of(parts.concat().into_iter().map(Scope::new))
    }

    /// Whether its holders work for the tenant.
    pub fn is_staff(self) -> bool {
        !matches!(self, Self::Customer | Self::Kiosk | Self::Display)
    }
}

/// A tenant's own role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// Its id; null for the built-in roles.
    pub id: Option<Uuid>,
    /// Its name, which members list.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it permits.
    pub scopes: Vec<String>,
    /// Whether every tenant has it.
    pub built_in: bool,
    /// Grows with each change.
    pub version: i64,
    /// When it was created; null for the built-in roles.
    pub created_at: Option<Timestamp>,
}

impl Role {
    /// A built-in role as the list of roles shows it.
    pub fn of(role: BuiltIn) -> Self {
        let granted = role.scopes();
        let scopes = scopes::ALL.iter().filter(|name| granted.has(&Scope::new(name)));
        Self {
            id: None,
            name: role.as_str().to_owned(),
            description: String::new(),
            scopes: scopes.map(|name| (*name).to_owned()).collect(),
            built_in: true,
            version: 0,
            created_at: None,
        }
    }

    /// What it permits.
    pub fn granted(&self) -> Scopes {
        match BuiltIn::named(&self.name) {
            Some(built_in) if self.built_in => built_in.scopes(),
            _ => Scopes::of(self.scopes.iter().filter_map(|name| scopes::known(name))),
        }
    }

    /// What is wrong with a tenant's own role, field by field.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault =
            |field: String, code, message: String| faults.push(FieldFault { field, code, message });
        let letters = self.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !letters || !(2..=40).contains(&self.name.len()) {
            let text = "A role's name has 2 to 40 letters a–z, digits and underscores.";
            fault("name".to_owned(), "not_a_role_name", text.to_owned());
        } else if BuiltIn::named(&self.name).is_some() {
            fault("name".to_owned(), "role_built_in", "This name belongs to a built-in role.".to_owned());
        }
        if self.description.chars().count() > 280 {
            fault("description".to_owned(), "too_long", "At most 280 letters.".to_owned());
        }
        if self.scopes.is_empty() {
            fault("scopes".to_owned(), "required", "Give at least one scope.".to_owned());
        }
        for (index, scope) in self.scopes.iter().enumerate() {
            if scopes::known(scope).is_none() {
                fault(format!("scopes[{index}]"), "unknown_scope", format!("There is no scope {scope:?}."));
            }
        }
        faults
    }
}

/// A tenant's own roles by name.
pub type OwnRoles = BTreeMap<String, Scopes>;

/// The name under which a role is kept: a built-in one's own name, or the tenant's role as written.
///
/// None when there is no such role.
pub fn canonical(name: &str, own: &OwnRoles) -> Option<String> {
    if own.contains_key(name) {
        return Some(name.to_owned());
    }
    BuiltIn::named(name).map(|role| role.as_str().to_owned())
}

/// What a set of roles permits together. A role that no longer exists permits nothing.
pub fn granted(roles: &[String], own: &OwnRoles) -> Scopes {
    let mut list = Vec::new();
    for name in roles {
        let scopes = match own.get(name) {
            Some(scopes) => scopes.clone(),
            None => BuiltIn::named(name).map(BuiltIn::scopes).unwrap_or_default(),
        };
        if scopes.is_all() {
            return scopes;
        }
        list.extend(scopes.iter().cloned());
    }
    Scopes::of(list)
}

/// Whether somebody with these roles works for the tenant; a tenant's own roles are for staff.
pub fn any_staff(roles: &[String]) -> bool {
    roles.iter().any(|name| BuiltIn::named(name).is_none_or(BuiltIn::is_staff))
}

/// The most telling of a member's roles: what `role` says where only one can be said.
pub fn leading(roles: &[String]) -> String {
    let rank = |name: &str| match BuiltIn::named(name) {
        Some(built_in) => BuiltIn::ALL.iter().position(|role| *role == built_in).unwrap_or(0) * 2,
        // A tenant's own role stands between agent and customer.
        None => 7,
    };
    roles.iter().min_by_key(|name| rank(name)).cloned().unwrap_or_else(|| BuiltIn::Customer.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_documents_is_understood() {
        for (name, role) in [
            ("globalAdmin", BuiltIn::PlatformAdmin),
            ("platform_admin", BuiltIn::PlatformAdmin),
            ("orgAdmin", BuiltIn::Admin),
            ("Admin", BuiltIn::Admin),
            ("EXECUTIVE", BuiltIn::Admin),
            ("Manager", BuiltIn::Manager),
            ("staff", BuiltIn::Agent),
            ("operator", BuiltIn::Agent),
            ("CLERK", BuiltIn::Agent),
            ("MANUFACTURER", BuiltIn::Manufacturer),
            ("user", BuiltIn::Customer),
            ("PATRON", BuiltIn::Customer),
            ("kiosk", BuiltIn::Kiosk),
        ] {
            assert_eq!(BuiltIn::named(name), Some(role), "{name}");
        }
        assert_eq!(BuiltIn::named("king"), None);
    }

    #[test]
    fn each_role_covers_those_below_it() {
        let covers = |above: BuiltIn, below: BuiltIn| above.scopes().covers(&below.scopes());
        assert!(covers(BuiltIn::Admin, BuiltIn::Manager));
        assert!(covers(BuiltIn::Manager, BuiltIn::Agent));
        assert!(covers(BuiltIn::Agent, BuiltIn::Customer));
        assert!(covers(BuiltIn::Agent, BuiltIn::Kiosk));
        assert!(!covers(BuiltIn::Manager, BuiltIn::Admin));
        assert!(!covers(BuiltIn::Agent, BuiltIn::Manager));
        assert!(!covers(BuiltIn::Customer, BuiltIn::Kiosk));
    }

    #[test]
    fn built_in_roles_hold_only_known_scopes() {
        for role in BuiltIn::ALL {
            for scope in role.scopes().iter() {
                assert!(scopes::known(scope.as_str()).is_some(), "{role}: {scope}");
            }
        }
        assert_eq!(Role::of(BuiltIn::Admin).scopes.len(), scopes::ALL.len());
        assert!(scopes::ALL.is_sorted(), "kept in order, so that a missing one is seen");
    }

    #[test]
    fn roles_add_up_and_a_lost_role_permits_nothing() {
        let own = OwnRoles::from([("greeter".to_owned(), Scopes::of([Scope::new("tickets:issue")]))]);
        let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert_eq!(granted(&list(&["greeter"]), &own), own["greeter"]);
        assert_eq!(granted(&list(&["gone"]), &own), Scopes::none());
        assert!(granted(&list(&["greeter", "admin"]), &own).is_all());
        assert!(granted(&list(&["customer", "greeter"]), &own).has(&Scope::new("queues:read")));
    }

    #[test]
    fn the_leading_role_is_the_highest() {
        let lead = |names: &[&str]| leading(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(lead(&["customer", "agent"]), "agent");
        assert_eq!(lead(&["greeter", "customer"]), "greeter");
        assert_eq!(lead(&["greeter", "manager"]), "manager");
        assert_eq!(lead(&[]), "customer");
    }

    #[test]
    fn a_role_of_the_tenant_is_checked() {
        let role = |name: &str, scopes: &[&str]| Role {
            id: None,
            name: name.to_owned(),
            description: String::new(),
            scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
            built_in: false,
            version: 1,
            created_at: None,
        };
        let codes = |role: Role| role.faults().into_iter().map(|f| f.code).collect::<Vec<_>>();
        assert_eq!(codes(role("greeter", &["tickets:issue"])), [""; 0]);
        assert_eq!(codes(role("Clerk!", &[])), ["not_a_role_name", "required"]);
        assert_eq!(codes(role("clerk", &["tickets:eat"])), ["role_built_in", "unknown_scope"]);
    }
}
