//! What an event says of a ticket, and what the lines in memory are advanced by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::CustomerId;
use usher_kernel::{SiteId, Timestamp};

use super::ticket::{Cause, Channel, NextStep};
use super::{
    AgentId, CounterId, Order, Presence, QueueId, ServiceId, Status, Ticket, TicketId, VisitId, line,
};

/// The state of a ticket after a change, without anything personal. Version 1 of every `ticket.*` payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TicketFact {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its number as printed.
    pub number: String,
    /// The line it stands in.
    pub queue_id: QueueId,
    /// What the person came for.
    pub service_id: ServiceId,
    /// Where.
    pub site_id: SiteId,
    /// Where it stands now.
    pub status: Status,
    /// Where it stood before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Status>,
    /// Its place in calling order.
    pub rank: i64,
    /// When it entered the line, in microseconds.
    pub entry: i64,
    /// Its priority class.
    pub class: String,
    /// Through which door the person came.
    pub channel: Channel,
    /// How many people.
    pub party_size: i64,
    /// The person, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// Counts its changes.
    pub version: i64,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter_id: Option<CounterId>,
    /// The agent there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    /// The only counter that may call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_counter_id: Option<CounterId>,
    /// The only member of staff who may call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_agent_id: Option<AgentId>,
    /// Until when that person is waited for, here or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_agent_until: Option<Timestamp>,
    /// When it was called: for the first time, where it was called again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called_at: Option<Timestamp>,
    /// When it was last called again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalled_at: Option<Timestamp>,
    /// When service began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it comes back into the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked_until: Option<Timestamp>,
    /// When its life ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// How the service ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// How often it was called again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub recalls: i64,
    /// How often it changed lines.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub transfers: i64,
    /// How many stood before it when it was issued.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub issued_ahead: i64,
    /// The median estimate when it was issued, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_p50: Option<f64>,
    /// What nine in ten stay within, when it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_p90: Option<f64>,
    /// The visit it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_id: Option<VisitId>,
    /// What became of the next step of its visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
    /// What is known of its person, once its page was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<Presence>,
    /// Since when its person is late for their last call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_since: Option<Timestamp>,
    /// The line it came from, when it changed lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_queue_id: Option<QueueId>,
    /// Why its line closed, where that ended it. What staff write of a person stands beside the event, as its personal
    /// value `reason`, and goes with their erasure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was taken back: the kind of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<String>,
    /// How it stood before, where undoing needs more than the state before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Before>>,
}

fn is_zero(n: &i64) -> bool {
    *n == 0
}

impl TicketFact {
    /// Since when the person has waited: since they entered the line, but not since before they came, which an
    /// appointment's time may be.
    pub fn waits_since(&self) -> Timestamp {
        Timestamp::from_microsecond(self.entry).map_or(self.issued_at, |entered| entered.max(self.issued_at))
    }

    /// What is to be said of a ticket after a change.
    pub fn of(t: &Ticket) -> Self {
        Self {
            ticket_id: t.id,
            number: t.number.clone(),
            queue_id: t.queue_id,
            service_id: t.service_id,
            site_id: t.site_id,
            status: t.status,
            from: t.prev_status,
            rank: t.rank,
            entry: t.entry,
            class: t.class.clone(),
            channel: t.channel,
            party_size: t.party_size,
            customer_id: t.customer_id,
            version: t.version,
            issued_at: t.issued_at,
            counter_id: t.counter_id,
            agent_id: t.agent_id,
            target_counter_id: t.target_counter_id,
            for_agent_id: t.for_agent_id,
            for_agent_until: t.for_agent_until,
            called_at: t.called_at,
            recalled_at: t.recalled_at,
            started_at: t.started_at,
            parked_until: t.parked_until,
            ended_at: t.ended_at,
            cause: t.cause,
            outcome: t.outcome.clone(),
            recalls: t.recalls,
            transfers: t.transfers,
            issued_ahead: t.issued_ahead,
            issued_p50: t.issued_p50,
            issued_p90: t.issued_p90,
            visit_id: t.visit_id,
            next_step: None,
            presence: Presence::of(t),
            overdue_since: t.overdue_since(),
            from_queue_id: None,
            reason: None,
            undone: None,
            before: None,
        }
    }

    /// Its place in calling order.
    pub fn key(&self) -> line::Key {
        (self.rank, self.ticket_id)
    }

    /// When it was last called.
    pub fn last_called_at(&self) -> Option<Timestamp> {
        self.recalled_at.or(self.called_at)
    }

    /// When service began, or the last call where the agent did not say.
    pub fn service_began(&self) -> Option<Timestamp> {
        self.started_at.or(self.last_called_at())
    }
}

/// What an operation overwrote, for taking it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Before {
    /// Where it stood.
    pub status: Status,
    /// In which line.
    pub queue_id: QueueId,
    /// For what.
    pub service_id: ServiceId,
    /// The day of the number; absent in events of before it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// The bare number.
    pub value: i64,
    /// The cycle of the number.
    pub cycle: i64,
    /// The number as printed.
    pub number: String,
    /// Its place.
    pub rank: i64,
    /// When it entered the line.
    pub entry: i64,
    /// Its class.
    pub class: String,
    /// Whether the class counted.
    #[serde(default = "counted")]
    pub class_confirmed: bool,
    /// Who held it.
    pub counter_id: Option<CounterId>,
    /// The agent there.
    pub agent_id: Option<AgentId>,
    /// The only counter that might call it.
    pub target_counter_id: Option<CounterId>,
    /// The only member of staff who might call it.
    #[serde(default)]
    pub for_agent_id: Option<AgentId>,
    /// Until when that person was waited for.
    #[serde(default)]
    pub for_agent_until: Option<Timestamp>,
    /// When it was called.
    pub called_at: Option<Timestamp>,
    /// When it was last called again.
    #[serde(default)]
    pub recalled_at: Option<Timestamp>,
    /// When service began.
    pub started_at: Option<Timestamp>,
    /// Since when it was paused.
    pub paused_at: Option<Timestamp>,
    /// When it would have come back.
    pub parked_until: Option<Timestamp>,
    /// When wrap-up began.
    pub wrap_up_at: Option<Timestamp>,
    /// How the service had ended so far.
    #[serde(default)]
    pub outcome: Option<String>,
    /// How often it had been called again.
    pub recalls: i64,
    /// How often it had changed lines.
    pub transfers: i64,
}

fn counted() -> bool {
    true
}

impl Before {
    /// How a ticket stands now, before something is done to it.
    pub fn of(t: &Ticket) -> Box<Self> {
        Box::new(Self {
            status: t.status,
            queue_id: t.queue_id,
            service_id: t.service_id,
            day: Some(t.day.clone()),
            value: t.value,
            cycle: t.cycle,
            number: t.number.clone(),
            rank: t.rank,
            entry: t.entry,
            class: t.class.clone(),
            class_confirmed: t.class_confirmed,
            counter_id: t.counter_id,
            agent_id: t.agent_id,
            target_counter_id: t.target_counter_id,
            for_agent_id: t.for_agent_id,
            for_agent_until: t.for_agent_until,
            called_at: t.called_at,
            recalled_at: t.recalled_at,
            started_at: t.started_at,
            paused_at: t.paused_at,
            parked_until: t.parked_until,
            wrap_up_at: t.wrap_up_at,
            outcome: t.outcome.clone(),
            recalls: t.recalls,
            transfers: t.transfers,
        })
    }

    /// Puts a ticket back.
    pub fn restore(&self, t: &mut Ticket) {
        t.status = self.status;
        t.queue_id = self.queue_id;
        t.service_id = self.service_id;
        if let Some(day) = &self.day {
            t.day.clone_from(day);
        }
        t.value = self.value;
        t.cycle = self.cycle;
        t.number.clone_from(&self.number);
        t.rank = self.rank;
        t.entry = self.entry;
        t.class.clone_from(&self.class);
        t.class_confirmed = self.class_confirmed;
        t.counter_id = self.counter_id;
        t.agent_id = self.agent_id;
        t.target_counter_id = self.target_counter_id;
        t.for_agent_id = self.for_agent_id;
        t.for_agent_until = self.for_agent_until;
        t.called_at = self.called_at;
        t.recalled_at = self.recalled_at;
        t.started_at = self.started_at;
        t.paused_at = self.paused_at;
        t.parked_until = self.parked_until;
        t.wrap_up_at = self.wrap_up_at;
        t.outcome.clone_from(&self.outcome);
        t.recalls = self.recalls;
        t.transfers = self.transfers;
        t.ended_at = None;
        t.cause = None;
    }
}

/// The waiting tickets of a line rebuilt from facts: what a reference model of the tests and the live
/// lines have in common.
pub fn place(order: &mut Order, before: Option<line::Key>, after: &TicketFact) {
    if let Some(key) = before {
        order.remove(key);
    }
    if after.status == Status::Waiting {
        order.insert(after.key());
    }
}
