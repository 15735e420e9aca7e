//! Invitations: somebody who has an account at this installation is asked to belong to another tenant, too.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{SignedDuration, SiteId, TenantId, Timestamp, UserId, text_enum};
use uuid::Uuid;

use super::{NewMember, SecretHash};

/// How long an invitation is open.
pub const INVITATION_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

text_enum! {
    /// How an invitation stands.
    pub enum InvitationStatus {
        /// It waits for the person's answer.
        Invited = "invited",
        /// It ran out without one.
        Expired = "expired",
    }
}

/// An open invitation.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Its id.
    pub id: Uuid,
    /// Who invites.
    pub tenant_id: TenantId,
    /// Who is invited. Nobody of the tenant learns it before they accept.
    pub user_id: UserId,
    /// The address as it was given.
    pub email: String,
    /// The roles they would have.
    pub roles: Vec<String>,
    /// The sites they would be limited to; empty means all.
    pub sites: Vec<SiteId>,
    /// The counter they would usually work at.
    pub counter_id: Option<Uuid>,
    /// What they know how to do.
    pub skills: Vec<String>,
    /// Of the secret in the mail.
    pub secret_hash: SecretHash,
    /// When they were invited.
    pub created_at: Timestamp,
    /// Until when they can accept.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// The membership that accepting makes.
    pub fn membership(&self) -> NewMember {
        NewMember {
            roles: Some(self.roles.clone()),
            sites: self.sites.clone(),
            counter_id: self.counter_id,
            skills: self.skills.clone(),
            ..NewMember::default()
        }
    }
}

/// An invitation as the API shows it: what the tenant itself said, and nothing of the person.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct InvitationView {
    /// Its id.
    pub id: Uuid,
    /// The address that was invited.
    pub email: String,
    /// The roles they would have.
    pub roles: Vec<String>,
    /// The sites they would be limited to; empty means all.
    pub sites: Vec<SiteId>,
    /// The counter they would usually work at.
    pub counter_id: Option<Uuid>,
    /// What they know how to do.
    pub skills: Vec<String>,
    /// How it stands.
    pub status: InvitationStatus,
    /// When they were invited.
    pub created_at: Timestamp,
    /// Until when they can accept.
    pub expires_at: Timestamp,
}

impl InvitationView {
    /// An invitation as it stands at `now`.
    pub fn of(invitation: Invitation, now: Timestamp) -> Self {
        let open = invitation.expires_at > now;
        Self {
            id: invitation.id,
            email: invitation.email,
            roles: invitation.roles,
            sites: invitation.sites,
            counter_id: invitation.counter_id,
            skills: invitation.skills,
            status: if open { InvitationStatus::Invited } else { InvitationStatus::Expired },
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// Somebody with an account who is to be invited.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewInvitation {
    /// Their e-mail address.
    pub email: String,
    /// One role; `roles` names several.
    pub role: Option<String>,
    /// The roles; `agent` when neither is given.
    pub roles: Option<Vec<String>>,
    /// The sites they are to be limited to; empty means all.
    pub sites: Vec<SiteId>,
    /// The counter they are usually to work at.
    #[serde(alias = "counterId")]
    pub counter_id: Option<Uuid>,
    /// What they know how to do.
    pub skills: Vec<String>,
}

impl NewInvitation {
    /// The membership that it asks for.
    pub fn membership(&self) -> NewMember {
        NewMember {
            role: self.role.clone(),
            roles: self.roles.clone(),
            sites: self.sites.clone(),
            counter_id: self.counter_id,
            skills: self.skills.clone(),
            ..NewMember::default()
        }
    }
}
