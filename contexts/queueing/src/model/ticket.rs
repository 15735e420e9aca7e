//! Tickets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::CustomerId;
use usher_kernel::{SiteId, TenantId, Timestamp};
use uuid::Uuid;

use super::rank::rank;
use super::service::NORMAL;
use super::{AgentId, CounterId, Queue, QueueId, Service, ServiceId, Status, TicketId, VisitId};

usher_kernel::text_enum! {
    /// Through which door a person came.
    pub enum Channel {
        /// At a kiosk.
        Kiosk = "kiosk",
        /// On the public site.
        Web = "web",
        /// In an app.
        Mobile = "mobile",
        /// From a member of staff.
        Staff = "staff",
        /// By text message.
        Sms = "sms",
        /// By WhatsApp.
        Whatsapp = "whatsapp",
        /// By USSD.
        Ussd = "ussd",
        /// From another program.
        Api = "api",
        /// From an appointment.
        Appointment = "appointment",
        /// From an order at a till.
        Order = "order",
    }
}

usher_kernel::text_enum! {
    /// Why a ticket's life ended, or why it changed lines.
    pub enum Cause {
        /// Served to the end.
        Served = "served",
        /// The customer left.
        Left = "left",
        /// Staff took it out.
        Staff = "staff",
        /// The day ended.
        Expired = "expired",
        /// The line was closed.
        LineClosed = "line_closed",
        /// Called, and did not come.
        Missed = "missed",
        /// Taken back: it counts as never issued.
        Undone = "undone",
    }
}

usher_kernel::text_enum! {
    /// Where somebody stands whom staff have moved.
    pub enum MovedPlace {
        /// Where they stood: another counter or service of the same line, and the place is kept.
        Kept = "kept",
        /// As if they had just come: the end of the line they are in now.
        Anew = "anew",
        /// At the place that staff chose.
        Chosen = "chosen",
    }
}

/// How staff last moved a ticket; gone once it stands somewhere else by another way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// Where the person stands since then.
    pub place: MovedPlace,
    /// Why, in the words of staff; its holder reads it.
    pub reason: Option<String>,
}

/// A remark of a member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// By whom: a user's id, or the kind of another actor.
    pub by: String,
    /// What.
    pub text: String,
}

/// What became of the next service of a visit: a ticket for it, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NextStep {
    /// The service.
    pub service_id: ServiceId,
    /// The ticket that was issued for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_id: Option<TicketId>,
    /// Its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The code of the refusal, when none could be issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// That refusal in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

usher_kernel::text_enum! {
    /// How an appointment's time became the time at which its ticket entered the line.
    pub enum EntryRule {
        /// The booked time counts, whenever the person came.
        Slot = "slot",
        /// The person came too late for it, and counts as of when they came.
        Arrival = "arrival",
    }
}

/// The appointment that brought a person, and since when they count in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Booked {
    /// The appointment.
    pub appointment_id: Uuid,
    /// The time that was booked.
    pub slot_at: Timestamp,
    /// When the ticket entered the line, for its order.
    pub enters_at: Timestamp,
    /// By which rule.
    pub rule: EntryRule,
}

/// What few tickets have; stored as one value and absent on most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extra {
    /// Remarks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Marks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What the person needs: a seat, a lift, an interpreter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assistance: Option<String>,
    /// The language the person reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The services still to come in this visit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remaining_services: Vec<ServiceId>,
    /// What became of the next of them, once this ticket was served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
    /// Where it came from, while it stands in another line than it was issued for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<QueueId>,
    /// How staff last moved it, within its line or into another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// Why its line was closed, which ended it; its holder reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_because: Option<String>,
    /// The customer said "I'm coming" or "still here" then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// The ticket's page was opened.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub paged: bool,
    /// The page asked then whether the person still comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
    /// Since when they count as probably gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent_since: Option<Timestamp>,
    /// The appointment that brought the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booked: Option<Booked>,
    /// What the member of staff is called whose time was booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// When the person had been called for as long as their line waits, and had not come. It is of the call before
    /// it: see [`Ticket::overdue_since`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue_since: Option<Timestamp>,
}

impl Extra {
    /// The person showed that they are there.
    pub fn see(&mut self, now: Timestamp) {
        self.seen_at = Some(now);
        self.silent_since = None;
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One person's (or party's) place in a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Where.
    pub site_id: SiteId,
    /// The line it stands in.
    pub queue_id: QueueId,
    /// What the person came for.
    pub service_id: ServiceId,
    /// The business day it was issued on, `2026-11-20`.
    pub day: String,
    /// How often that day's numbers had wrapped.
    pub cycle: i64,
    /// The bare number.
    pub value: i64,
    /// The number as printed.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// Where it stood before the last change.
    pub prev_status: Option<Status>,
    /// Its place in calling order: see [`super::rank`].
    pub rank: i64,
    /// When it entered the line, in microseconds since 1970, strictly growing within a line.
    pub entry: i64,
    /// Its priority class.
    pub class: String,
    /// Why it has that class.
    pub class_reason: Option<String>,
    /// Whether the class counts.
    pub class_confirmed: bool,
    /// Through which door the person came.
    pub channel: Channel,
    /// How many people.
    pub party_size: i64,
    /// The person, where known.
    pub customer_id: Option<CustomerId>,
    /// Their name.
    pub customer_name: Option<String>,
    /// Their phone number.
    pub customer_phone: Option<String>,
    /// Their e-mail address.
    pub customer_email: Option<String>,
    /// Who holds it.
    pub counter_id: Option<CounterId>,
    /// The agent there.
    pub agent_id: Option<AgentId>,
    /// The only counter that may call it, after a transfer to a counter.
    pub target_counter_id: Option<CounterId>,
    /// The member of staff whose time was booked, who alone may call it.
    pub for_agent_id: Option<AgentId>,
    /// Until when that person is waited for, here or not.
    pub for_agent_until: Option<Timestamp>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it was called: for the first time, where it was called again.
    pub called_at: Option<Timestamp>,
    /// When it was last called again.
    pub recalled_at: Option<Timestamp>,
    /// When service began.
    pub started_at: Option<Timestamp>,
    /// Since when it is paused.
    pub paused_at: Option<Timestamp>,
    /// When it comes back into the line.
    pub parked_until: Option<Timestamp>,
    /// When wrap-up began.
    pub wrap_up_at: Option<Timestamp>,
    /// When its life ended.
    pub ended_at: Option<Timestamp>,
    /// Why.
    pub cause: Option<Cause>,
    /// How the service ended.
    pub outcome: Option<String>,
    /// How often it was called again.
    pub recalls: i64,
    /// How often it changed lines.
    pub transfers: i64,
    /// The estimate when it was issued: the median, in minutes.
    pub issued_p50: Option<f64>,
    /// The estimate when it was issued: what nine in ten stay within.
    pub issued_p90: Option<f64>,
    /// How many stood before it when it was issued.
    pub issued_ahead: i64,
    /// The visit it is part of.
    pub visit_id: Option<VisitId>,
    /// What few tickets have.
    pub extra: Option<Extra>,
    /// Counts its changes.
    pub version: i64,
    /// The line in which it counted as it was read or last written, or in which it was given a place since.
    pub(crate) counted_in: Option<QueueId>,
}

/// A number that was given out.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// The id of its ticket.
    pub id: TicketId,
    /// The business day whose number it is, `2026-11-20`.
    pub day: String,
    /// How often that day's numbers had wrapped.
    pub cycle: i64,
    /// The bare number.
    pub value: i64,
    /// When it entered the line, in microseconds since 1970, strictly growing within a line.
    pub entry: i64,
    /// When it was given out.
    pub issued_at: Timestamp,
}

impl Ticket {
    /// A number's ticket as it enters the line: one person of the normal class, of whom nothing is known.
    pub fn waiting(queue: &Queue, service: &Service, numbered: Numbered, channel: Channel) -> Self {
        let Numbered { id, day, cycle, value, entry, issued_at } = numbered;
        Self {
            id,
            tenant_id: queue.tenant_id,
            site_id: queue.site_id,
            queue_id: queue.id,
            service_id: service.id,
            day,
            cycle,
            value,
            number: queue.settings.numbering().text(value),
            status: Status::Waiting,
            prev_status: None,
            rank: rank(queue.settings.algorithm, entry, service, NORMAL, true),
            entry,
            class: NORMAL.to_owned(),
            class_reason: None,
            class_confirmed: true,
            channel,
            party_size: 1,
            customer_id: None,
            customer_name: None,
            customer_phone: None,
            customer_email: None,
            counter_id: None,
            agent_id: None,
            target_counter_id: None,
            for_agent_id: None,
            for_agent_until: None,
            issued_at,
            called_at: None,
            recalled_at: None,
            started_at: None,
            paused_at: None,
            parked_until: None,
            wrap_up_at: None,
            ended_at: None,
            cause: None,
            outcome: None,
            recalls: 0,
            transfers: 0,
            issued_p50: None,
            issued_p90: None,
            issued_ahead: 0,
            visit_id: None,
            extra: None,
            version: 1,
            counted_in: None,
        }
    }

    /// The line in which it counts towards what that takes at most.
    pub(crate) fn counts_in(&self) -> Option<QueueId> {
        self.status.counts_in_line().then_some(self.queue_id)
    }

    /// When it entered the line.
    pub fn entered_at(&self) -> Timestamp {
        Timestamp::from_microsecond(self.entry).unwrap_or(self.issued_at)
    }

    /// The appointment that brought the person.
    pub fn booked(&self) -> Option<&Booked> {
        self.extra.as_ref()?.booked.as_ref()
    }

    /// When it was last called: the call that people heard last, and that whoever is late missed.
    pub fn last_called_at(&self) -> Option<Timestamp> {
        self.recalled_at.or(self.called_at)
    }

    /// Whether its priority is claimed and still to be confirmed.
    pub fn claims_priority(&self) -> bool {
        self.class != NORMAL && !self.class_confirmed
    }

    /// Since when the person is late for their last call; none while they are not, or once they came.
    pub fn overdue_since(&self) -> Option<Timestamp> {
        let since = self.extra.as_ref()?.overdue_since?;
        (self.status == Status::Called && self.last_called_at().is_some_and(|at| at <= since))
            .then_some(since)
    }

    /// When service began, or the last call where the agent did not say.
    pub fn service_began(&self) -> Option<Timestamp> {
        self.started_at.or(self.last_called_at())
    }

    /// Its place in calling order.
    pub fn key(&self) -> (i64, TicketId) {
        (self.rank, self.id)
    }

    /// Changes what few tickets have; an emptied value is stored as none.
    pub fn edit_extra(&mut self, change: impl FnOnce(&mut Extra)) {
        let mut extra = self.extra.take().unwrap_or_default();
        change(&mut extra);
        self.extra = (!extra.is_empty()).then_some(extra);
    }

    /// Anybody may call it from now on.
    pub fn unbind(&mut self) {
        self.for_agent_id = None;
        self.for_agent_until = None;
    }

    /// Lets go of counter and agent.
    pub fn release(&mut self) {
        self.counter_id = None;
        self.agent_id = None;
        self.called_at = None;
        self.recalled_at = None;
        self.started_at = None;
        self.paused_at = None;
        self.wrap_up_at = None;
    }
}
