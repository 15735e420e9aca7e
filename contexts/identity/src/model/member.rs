//! A person's membership in a tenant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{Change, Scopes, SiteId, TenantId, Timestamp, UserId, text_enum};
use uuid::Uuid;

text_enum! {
    /// Whether a membership counts.
    pub enum MemberStatus {
        /// It does.
        Active = "active",
        /// It permits nothing for now.
        Inactive = "inactive",
    }
}

/// A person's membership in a tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// The membership's id.
    pub id: Uuid,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The person.
    pub user_id: UserId,
    /// Their roles by name, built-in ones and the tenant's own.
    pub roles: Vec<String>,
    /// The sites they are limited to; empty means all.
    pub sites: Vec<SiteId>,
    /// The counter they usually work at.
    pub counter_id: Option<Uuid>,
    /// What they know how to do; see [`super::skill`].
    #[serde(default)]
    pub skills: Vec<String>,
    /// Whether it counts.
    pub status: MemberStatus,
    /// Grows with each change.
    pub version: i64,
    /// When they joined.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a membership permits at this moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// What the roles permit together.
    pub scopes: Scopes,
    /// The sites they are limited to; empty means all.
    pub sites: std::sync::Arc<[SiteId]>,
}

impl Standing {
    /// Whether somebody of this standing may give, change or take away the other: nobody reaches above
    /// their own scopes or beyond their own sites.
    pub fn reaches(&self, other: &Self) -> bool {
        let sites = self.sites.is_empty()
            || (!other.sites.is_empty() && other.sites.iter().all(|site| self.sites.contains(site)));
        self.scopes.covers(&other.scopes) && sites
    }
}

/// The person behind a membership, in few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonBrief {
    /// Their id.
    pub id: UserId,
    /// Their e-mail address.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// The name they sign in with.
    pub username: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
}

/// A membership as the API shows it; document 000 calls it staff.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MemberView {
    /// The membership's id.
    pub id: Uuid,
    /// The person.
    pub user: PersonBrief,
    /// The person's id.
    pub user_id: UserId,
    /// The tenant's id, as document 000 names it.
    pub organization_id: TenantId,
    /// The most telling role.
    pub role: String,
    /// The roles.
    pub roles: Vec<String>,
    /// The sites they are limited to; empty means all.
    pub sites: Vec<SiteId>,
    /// The counter they usually work at.
    pub counter_id: Option<Uuid>,
    /// What they know how to do; services ask for it.
    pub skills: Vec<String>,
    /// Whether it counts.
    pub status: MemberStatus,
    /// Grows with each change.
    pub version: i64,
    /// When they joined.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl MemberView {
    /// A membership and its person.
    pub fn of(member: Member, user: &super::User) -> Self {
        Self {
            id: member.id,
            user: PersonBrief {
                id: user.id,
                email: user.email.clone(),
                name: user.display_name().to_owned(),
                username: user.username.clone(),
                phone: user.phone.clone(),
            },
            user_id: member.user_id,
            organization_id: member.tenant_id,
            role: super::role::leading(&member.roles),
            roles: member.roles,
            sites: member.sites,
            counter_id: member.counter_id,
            skills: member.skills,
            status: member.status,
            version: member.version,
            created_at: member.created_at,
            updated_at: member.updated_at,
        }
    }
}

/// A person to be made a member: somebody known by id or address, or somebody new.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewMember {
    /// A person who is known already.
    #[serde(alias = "userId")]
    pub user_id: Option<UserId>,
    /// Their e-mail address; a new person is created when nobody has it.
    pub email: Option<String>,
    /// What a new person is called.
    pub name: Option<String>,
    /// The name a new person signs in with.
    pub username: Option<String>,
    /// A new person's telephone number.
    #[serde(alias = "phone_number")]
    pub phone: Option<String>,
    /// A new person's password; without one they get a mail in which to choose it.
    pub password: Option<String>,
    /// One role; `roles` names several.
    pub role: Option<String>,
    /// The roles; `agent` when neither is given.
    pub roles: Option<Vec<String>>,
    /// The sites they are limited to; empty means all.
    pub sites: Vec<SiteId>,
    /// The counter they usually work at.
    #[serde(alias = "counterId")]
    pub counter_id: Option<Uuid>,
    /// What they know how to do.
    pub skills: Vec<String>,
}

/// A change of a membership; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MemberChange {
    /// One role; `roles` names several.
    pub role: Option<String>,
    /// The roles.
    pub roles: Option<Vec<String>>,
    /// The sites they are limited to; empty means all.
    pub sites: Option<Vec<SiteId>>,
    /// The counter they usually work at.
    #[serde(alias = "counterId")]
    pub counter_id: Change<Uuid>,
    /// What they know how to do, as a whole.
    pub skills: Option<Vec<String>>,
    /// Whether the membership counts.
    pub status: Option<MemberStatus>,
}

#[cfg(test)]
mod tests {
    use usher_kernel::Scope;

    use super::*;

    fn standing(scopes: &[&'static str], sites: &[u128]) -> Standing {
        Standing {
            scopes: Scopes::of(scopes.iter().map(|s| Scope::new(s))),
            sites: sites.iter().map(|n| SiteId::from_uuid(Uuid::from_u128(*n))).collect(),
        }
    }

    #[test]
    fn nobody_reaches_above_their_scopes_or_beyond_their_sites() {
        let everywhere = standing(&["a", "b"], &[]);
        let here = standing(&["a", "b"], &[1, 2]);
        assert!(everywhere.reaches(&here));
        assert!(here.reaches(&standing(&["a"], &[1])));
        assert!(!here.reaches(&everywhere));
        assert!(!here.reaches(&standing(&["a"], &[3])));
        assert!(!here.reaches(&standing(&["c"], &[1])));
        assert!(!everywhere.reaches(&Standing { scopes: Scopes::all(), ..Standing::default() }));
    }
}
