//! How many people a tenant has, and what they and its sites work with.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use usher_kernel::{SiteId, Timestamp, UserId};
use uuid::Uuid;

use super::device::{DeviceType, DeviceView};
use super::session::SessionKind;
use super::user::UserStatus;

/// The people of a tenant in numbers, and their machines.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Machines {
    /// How many people there are.
    pub total: i64,
    /// How many by the most telling of their roles.
    pub by_role: BTreeMap<String, i64>,
    /// How many by whether they are let in.
    pub by_status: BTreeMap<UserStatus, i64>,
    /// The kiosks, displays and tills of the sites.
    pub devices: Vec<SiteMachine>,
    /// What staff are signed in with, the last used first; at most 200.
    pub sessions: Vec<StaffMachine>,
    /// When this was true.
    pub at: Timestamp,
}

/// A device of a site.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SiteMachine {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: DeviceType,
    /// Where it stands.
    pub site_id: SiteId,
    /// Whether it was seen in the last 90 seconds.
    pub online: bool,
    /// When it was last seen.
    pub last_seen: Option<Timestamp>,
}

impl From<DeviceView> for SiteMachine {
    fn from(device: DeviceView) -> Self {
        let DeviceView { id, name, kind, site_id, online, last_seen, .. } = device;
        Self { id, name, kind, site_id, online, last_seen }
    }
}

/// What a member of staff is signed in with.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct StaffMachine {
    /// Who.
    pub user_id: UserId,
    /// What they are called.
    pub name: String,
    /// Whether it is a browser's session or a long-lived token.
    pub kind: SessionKind,
    /// What the program said of itself.
    pub user_agent: Option<String>,
    /// When it was last renewed.
    pub last_seen: Timestamp,
}
