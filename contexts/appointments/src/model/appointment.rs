//! Appointments and their states.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::CustomerId;
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};
use usher_queueing::model::{Channel, ServiceId, TicketId};

use super::{AppointmentId, AvailabilityId, SeriesId, Stretch, WaitlistId};

usher_kernel::text_enum! {
    /// Where an appointment stands.
    pub enum State {
        /// Its place is kept for somebody who is still typing, or to whom it was offered.
        Held = "held",
        /// The person will come.
        Booked = "booked",
        /// The person is here and has a ticket.
        CheckedIn = "checked_in",
        /// The person was served.
        Completed = "completed",
        /// It does not take place.
        Cancelled = "cancelled",
        /// The person did not come.
        NoShow = "no_show",
        /// Nobody confirmed it in time.
        Expired = "expired",
    }
}

usher_kernel::text_enum! {
    /// What is done with an appointment.
    pub enum Act {
        /// Make a held one firm.
        Confirm = "confirm",
        /// Hold it for longer.
        Extend = "extend",
        /// Give it another time.
        Reschedule = "reschedule",
        /// Call it off.
        Cancel = "cancel",
        /// Come.
        CheckIn = "check_in",
        /// Note that the person did not come.
        NoShow = "no_show",
        /// Change what it says of the person.
        Edit = "edit",
    }
}

impl State {
    /// Whether it takes up a place.
    pub fn takes_place(self) -> bool {
        matches!(self, Self::Held | Self::Booked | Self::CheckedIn)
    }

    /// What can be done with one that stands here.
    pub fn allowed(self) -> &'static [Act] {
        match self {
            Self::Held => &[Act::Confirm, Act::Extend, Act::Cancel],
            Self::Booked => &[Act::Reschedule, Act::Cancel, Act::CheckIn, Act::NoShow, Act::Edit],
            // Staff may still take in somebody who came after all.
            Self::NoShow => &[Act::CheckIn],
            Self::CheckedIn => &[Act::Edit],
            Self::Completed | Self::Cancelled | Self::Expired => &[],
        }
    }

    /// The state in a sentence: "the appointment …".
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Held => "is only held and not confirmed yet",
            Self::Booked => "is booked",
            Self::CheckedIn => "is checked in already",
            Self::Completed => "has taken place",
            Self::Cancelled => "was cancelled",
            Self::NoShow => "was missed",
            Self::Expired => "was not confirmed in time; book again",
        }
    }
}

/// One booking of a slot.
#[derive(Clone, Debug, PartialEq)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Where.
    pub site_id: SiteId,
    /// What for.
    pub service_id: ServiceId,
    /// By which hours and rules.
    pub availability_id: AvailabilityId,
    /// Whose time it takes.
    pub staff_id: Option<UserId>,
    /// What it is called by.
    pub reference: String,
    /// Where it stands.
    pub status: State,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// From when on its place is taken: with what is kept free before it.
    pub busy_from: Timestamp,
    /// Until when its place is taken.
    pub busy_until: Timestamp,
    /// Until when it is held.
    pub hold_until: Option<Timestamp>,
    /// The person's name.
    pub name: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The person, where known.
    pub customer_id: Option<CustomerId>,
    /// The account of whoever booked it for them.
    pub booked_by: Option<UserId>,
    /// How many people.
    pub party_size: i64,
    /// What the person or staff want remembered.
    pub notes: Option<String>,
    /// The language the person reads.
    pub locale: Option<String>,
    /// Through which door it was booked.
    pub channel: Channel,
    /// The series that it is part of.
    pub series_id: Option<SeriesId>,
    /// The place on the waitlist for which it is offered.
    pub waitlist_id: Option<WaitlistId>,
    /// The ticket that it became.
    pub ticket_id: Option<TicketId>,
    /// When it was booked or first held.
    pub created_at: Timestamp,
    /// When the person came.
    pub checked_in_at: Option<Timestamp>,
    /// Why it does not take place, in somebody's words.
    pub reason: Option<String>,
    /// When something becomes due with it by itself.
    pub due_at: Option<Timestamp>,
    /// How long before it the last reminder went out, in minutes.
    pub reminded: Option<i64>,
    /// Counts its changes.
    pub version: i64,
}

impl Appointment {
    /// When its place is taken.
    pub fn busy(&self) -> Stretch {
        Stretch { from: self.busy_from, until: self.busy_until }
    }

    /// Whether somebody has it among their own: as the customer whose it is, or as the account that booked it for somebody
    /// else.
    pub fn is_of(&self, customer: Option<CustomerId>, user: Option<UserId>) -> bool {
        (customer.is_some() && self.customer_id == customer) || (user.is_some() && self.booked_by == user)
    }
}

/// What an event says of an appointment: nothing personal. Version 1 of every `appointment.*` payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AppointmentFact {
    /// The appointment.
    pub appointment_id: AppointmentId,
    /// What it is called by.
    pub reference: String,
    /// Where.
    pub site_id: SiteId,
    /// What for.
    pub service_id: ServiceId,
    /// By which hours and rules.
    pub availability_id: AvailabilityId,
    /// Whose time it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<UserId>,
    /// Where it stands now.
    pub status: State,
    /// Where it stood before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<State>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// When it began before it was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Timestamp>,
    /// Until when it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_until: Option<Timestamp>,
    /// Through which door it was booked.
    pub channel: Channel,
    /// How many people.
    pub party_size: i64,
    /// The person, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// The series that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series_id: Option<SeriesId>,
    /// The place on the waitlist for which it is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waitlist_id: Option<WaitlistId>,
    /// The ticket that it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_id: Option<TicketId>,
    /// With a reminder: how many minutes before its beginning it was to go out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_before: Option<i64>,
}

impl AppointmentFact {
    /// What is to be said of an appointment after a change.
    pub fn of(a: &Appointment) -> Self {
        Self {
            appointment_id: a.id,
            reference: a.reference.clone(),
            site_id: a.site_id,
            service_id: a.service_id,
            availability_id: a.availability_id,
            staff_id: a.staff_id,
            status: a.status,
            from: None,
            starts_at: a.starts_at,
            ends_at: a.ends_at,
            moved_from: None,
            hold_until: a.hold_until.filter(|_| a.status == State::Held),
            channel: a.channel,
            party_size: a.party_size,
            customer_id: a.customer_id,
            series_id: a.series_id,
            waitlist_id: a.waitlist_id,
            ticket_id: a.ticket_id,
            minutes_before: None,
        }
    }
}
