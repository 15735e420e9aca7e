//! Rosters: who works where and when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{FieldFault, SignedDuration, SiteId, TenantId, Timestamp, UserId, is_unshowable};
use uuid::Uuid;

/// The longest shift.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// How long before its begin somebody may clock in.
pub const EARLY: SignedDuration = SignedDuration::from_mins(60);

/// How long after its begin nobody is called late yet.
const GRACE: SignedDuration = SignedDuration::from_mins(5);

/// One person's work at one site, from one time to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shift {
    /// Its id.
    pub id: Uuid,
    /// Whose roster.
    pub tenant_id: TenantId,
    /// Where.
    pub site_id: SiteId,
    /// Who.
    pub user_id: UserId,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// A word of the planner.
    pub note: String,
    /// Since when those who work can see it.
    pub published_at: Option<Timestamp>,
    /// When the person signed in to a counter.
    pub clocked_in_at: Option<Timestamp>,
    /// When they last signed out.
    pub clocked_out_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Shift {
    /// What is wrong with it, field by field.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code, message: &str| {
            faults.push(FieldFault { field: field.to_owned(), code, message: message.to_owned() });
        };
        if self.ends_at <= self.starts_at {
            fault("ends_at", "before_start", "A shift ends after it has begun.");
        } else if self.ends_at.duration_since(self.starts_at) > LONGEST {
            fault("ends_at", "too_long", "A shift takes at most 24 hours.");
        }
        if self.note.chars().count() > 200 {
            fault("note", "too_long", "At most 200 letters.");
        } else if self.note.chars().any(is_unshowable) {
            fault("note", "control_letters", "The text contains letters that cannot be shown.");
        }
        faults
    }
}

/// A shift as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ShiftView {
    /// Its id.
    pub id: Uuid,
    /// Where.
    pub site_id: SiteId,
    /// Who.
    pub user_id: UserId,
    /// What they are called.
    pub user_name: String,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// A word of the planner.
    pub note: String,
    /// Whether those who work can see it.
    pub published: bool,
    /// When the person signed in to a counter.
    pub clocked_in_at: Option<Timestamp>,
    /// When they last signed out.
    pub clocked_out_at: Option<Timestamp>,
    /// Whether the person has not come though it began more than five minutes ago.
    pub late: bool,
    /// Counts its changes.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl ShiftView {
    /// A shift with its person's name, at `now`.
    pub fn at(shift: Shift, user_name: String, now: Timestamp) -> Self {
        let began = now.duration_since(shift.starts_at) > GRACE && now < shift.ends_at;
        Self {
            id: shift.id,
            site_id: shift.site_id,
            user_id: shift.user_id,
            user_name,
            starts_at: shift.starts_at,
            ends_at: shift.ends_at,
            note: shift.note,
            published: shift.published_at.is_some(),
            clocked_in_at: shift.clocked_in_at,
            clocked_out_at: shift.clocked_out_at,
            late: began && shift.published_at.is_some() && shift.clocked_in_at.is_none(),
            version: shift.version,
            updated_at: shift.updated_at,
        }
    }
}

impl ShiftView {
    /// When whoever has not come by then is late.
    pub fn late_from(&self) -> Timestamp {
        self.starts_at.saturating_add(GRACE).unwrap_or(Timestamp::MAX)
    }
}

/// A new shift, or a change of one: what is absent stays. A new one needs everything but the note.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShiftInput {
    /// Who: the person's id, or the membership's.
    pub user_id: Option<Uuid>,
    /// Where.
    pub site_id: Option<SiteId>,
    /// From when.
    pub starts_at: Option<Timestamp>,
    /// Until when, at most 24 hours later.
    pub ends_at: Option<Timestamp>,
    /// A word for who works.
    pub note: Option<String>,
}

/// Which part of a roster becomes visible.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// Where.
    pub site_id: SiteId,
    /// Shifts that begin at or after.
    pub from: Timestamp,
    /// Shifts that begin before, at most 62 days later.
    pub to: Timestamp,
}
