//! The waitlist: people who want a place where there is none, and to whom the next one that is freed is offered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::CustomerId;
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};
use usher_queueing::model::ServiceId;

use super::{AppointmentId, WaitlistId};

usher_kernel::text_enum! {
    /// Where somebody on the waitlist stands.
    pub enum EntryState {
        /// Nothing was free yet.
        Waiting = "waiting",
        /// A place is kept for them until the offer ends.
        Offered = "offered",
        /// They took it.
        Accepted = "accepted",
        /// They did not want it.
        Declined = "declined",
        /// The offer, or the time that they wanted, passed.
        Expired = "expired",
        /// They no longer wait.
        Left = "left",
    }
}

usher_kernel::text_enum! {
    /// Whose appointments a calendar shows.
    pub enum FeedKind {
        /// Those of a person: what they booked, and what staff give.
        Person = "person",
        /// Those of a site.
        Site = "site",
    }
}

/// Somebody on the waitlist.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: WaitlistId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Where.
    pub site_id: SiteId,
    /// What for.
    pub service_id: ServiceId,
    /// With whom; absent: with anybody.
    pub staff_id: Option<UserId>,
    /// Where they stand.
    pub status: EntryState,
    /// They want a slot that begins at or after it.
    pub from_at: Timestamp,
    /// And before it.
    pub until_at: Timestamp,
    /// The person's name.
    pub name: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The person, where known.
    pub customer_id: Option<CustomerId>,
    /// The account of whoever waits for somebody else.
    pub booked_by: Option<UserId>,
    /// How many people.
    pub party_size: i64,
    /// The language the person reads.
    pub locale: Option<String>,
    /// The appointment that is offered or was accepted.
    pub appointment_id: Option<AppointmentId>,
    /// When they joined.
    pub joined_at: Timestamp,
    /// Counts its changes.
    pub version: i64,
}

impl Entry {
    /// Whether a slot that begins then is one that they want.
    pub fn suits(&self, start: Timestamp) -> bool {
        self.from_at <= start && start < self.until_at
    }
}

/// What an event says of somebody on the waitlist: nothing personal. Version 1 of every `waitlist.*` payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EntryFact {
    /// The entry.
    pub waitlist_id: WaitlistId,
    /// Where.
    pub site_id: SiteId,
    /// What for.
    pub service_id: ServiceId,
    /// Where they stand now.
    pub status: EntryState,
    /// The appointment that is offered or was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_id: Option<AppointmentId>,
    /// Until when the offer stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_until: Option<Timestamp>,
    /// The person, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
}
