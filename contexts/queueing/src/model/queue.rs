//! Lines at a site.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{FieldFault, SiteId, TenantId, Timestamp};

use super::guard::{RADIUS, WINDOW};
use super::numbering::{Numbering, prefix_is_sound};
use super::{QueueId, ServiceId};

usher_kernel::text_enum! {
    /// Whether a queue takes people.
    pub enum QueueStatus {
        /// It does.
        Active = "active",
        /// It is switched off.
        Inactive = "inactive",
        /// For a while it does not; those in line are still served.
        Paused = "paused",
    }
}

usher_kernel::text_enum! {
    /// How the order of the line comes about.
    pub enum Algorithm {
        /// First come, first served.
        Fifo = "fifo",
        /// Classes with a head start.
        Priority = "priority",
        /// Earliest due first: entry time plus the service's target wait.
        Sla = "sla",
    }
}

usher_kernel::text_enum! {
    /// When numbers begin anew.
    pub enum Reset {
        /// At the site's midnight.
        Midnight = "midnight",
        /// When the site closes.
        Closing = "closing",
    }
}

usher_kernel::text_enum! {
    /// Where a ticket that was taken back stands.
    pub enum Reinstate {
        /// Where it stood before it was called.
        OldPlace = "old_place",
        /// At the end.
        End = "end",
    }
}

/// What can be set on a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QueueSettings {
    /// How the order comes about.
    pub algorithm: Algorithm,
    /// What it serves.
    pub service_ids: Vec<ServiceId>,
    /// Before the numbers, unique among the queues of a site.
    pub prefix: String,
    /// The first number.
    pub first_number: i64,
    /// The last number; after it the first one follows.
    pub last_number: i64,
    /// How many digits at least.
    pub padding: i64,
    /// When numbers begin anew.
    pub reset: Reset,
    /// How many tickets may be alive at once.
    pub max_active_tickets: Option<i64>,
    /// How many tickets one customer may take on one day.
    pub max_per_customer_per_day: Option<i64>,
    /// After how many minutes the agent is advised to mark a called ticket as a no-show.
    pub no_show_minutes: i64,
    /// How often a ticket may be called again.
    pub recall_limit: i64,
    /// For how many minutes a ticket may be parked at most.
    pub park_limit_minutes: i64,
    /// Whether an agent has a wrap-up after each service.
    pub wrap_up: bool,
    /// How many people are told to come near before it is their turn.
    pub call_ahead: i64,
    /// For how many minutes a no-show may be taken back.
    pub reinstate_minutes: i64,
    /// Where it then stands.
    pub reinstate: Reinstate,
    /// Whether a ticket that is transferred here keeps its number.
    pub transfer_keeps_number: bool,
    /// How near to the site one has to be to join by oneself, in metres; null asks nobody.
    pub join_within_meters: Option<i64>,
    /// How often the code changes that one has to scan on a screen to join by oneself, in seconds; null asks nobody.
    pub join_code_seconds: Option<i64>,
    /// At which place in line people with a page are asked whether they still come; null asks nobody.
    pub ask_at_place: Option<i64>,
    /// After how many minutes without an answer somebody counts as probably gone.
    pub silent_minutes: i64,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self {
            algorithm: Algorithm::Fifo,
            service_ids: Vec::new(),
            prefix: "A".to_owned(),
            first_number: 1,
            last_number: 999,
            padding: 3,
            reset: Reset::Midnight,
            max_active_tickets: None,
            max_per_customer_per_day: None,
            no_show_minutes: 3,
            recall_limit: 3,
            park_limit_minutes: 60,
            wrap_up: false,
            call_ahead: 3,
            reinstate_minutes: 60,
            reinstate: Reinstate::OldPlace,
            transfer_keeps_number: true,
            join_within_meters: None,
            join_code_seconds: None,
            ask_at_place: Some(3),
            silent_minutes: 3,
        }
    }
}

impl QueueSettings {
    /// The numbers it prints.
    pub fn numbering(&self) -> Numbering<'_> {
        Numbering {
            prefix: &self.prefix,
            first: self.first_number,
            last: self.last_number,
            padding: self.padding,
        }
    }

    /// What is wrong with the settings, field by field.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut check = |ok: bool, field: &str, code: &'static str, message: &str| {
            if !ok {
                faults.push(FieldFault { field: field.to_owned(), code, message: message.to_owned() });
            }
        };
        check(
            prefix_is_sound(&self.prefix),
            "prefix",
            "bad_prefix",
            "One to four capital letters A–Z or digits.",
        );
        check(
            (0..=999_999).contains(&self.first_number),
            "first_number",
            "out_of_range",
            "Between 0 and 999999.",
        );
        check(
            self.last_number > self.first_number && self.last_number <= 999_999,
            "last_number",
            "out_of_range",
            "Above the first number and at most 999999.",
        );
        check((1..=6).contains(&self.padding), "padding", "out_of_range", "Between 1 and 6 digits.");
        check(
            self.max_active_tickets.is_none_or(|n| n >= 1),
            "max_active_tickets",
            "out_of_range",
            "At least 1.",
        );
        check(
            self.max_per_customer_per_day.is_none_or(|n| n >= 1),
            "max_per_customer_per_day",
            "out_of_range",
            "At least 1.",
        );
        check(
            (1..=120).contains(&self.no_show_minutes),
            "no_show_minutes",
            "out_of_range",
            "Between 1 and 120.",
        );
        check((0..=20).contains(&self.recall_limit), "recall_limit", "out_of_range", "Between 0 and 20.");
        check(
            (1..=480).contains(&self.park_limit_minutes),
            "park_limit_minutes",
            "out_of_range",
            "Between 1 and 480 minutes.",
        );
        check((0..=50).contains(&self.call_ahead), "call_ahead", "out_of_range", "Between 0 and 50.");
        check(
            (0..=1440).contains(&self.reinstate_minutes),
            "reinstate_minutes",
            "out_of_range",
            "Between 0 and 1440 minutes.",
        );
        check(
            self.join_within_meters.is_none_or(|n| RADIUS.contains(&n)),
            "join_within_meters",
            "out_of_range",
            "Between 50 and 50000 metres.",
        );
        check(
            self.join_code_seconds.is_none_or(|n| WINDOW.contains(&n)),
            "join_code_seconds",
            "out_of_range",
            "Between 15 and 3600 seconds.",
        );
        check(
            self.ask_at_place.is_none_or(|n| (1..=20).contains(&n)),
            "ask_at_place",
            "out_of_range",
            "Between 1 and 20.",
        );
        check((1..=60).contains(&self.silent_minutes), "silent_minutes", "out_of_range", "Between 1 and 60.");
        faults
    }
}

/// A line at a site for one or more services.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    /// Its id.
    pub id: QueueId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Where it is.
    pub site_id: SiteId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it takes people.
    pub status: QueueStatus,
    /// What can be set.
    pub settings: QueueSettings,
    /// Counts its changes.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Queue {
    /// Whether it serves `service`.
    pub fn serves(&self, service: ServiceId) -> bool {
        self.settings.service_ids.contains(&service)
    }
}
