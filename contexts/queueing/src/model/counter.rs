//! Places where service is given, and the agents at them.

use std::collections::BTreeMap;

use usher_kernel::{SiteId, Timestamp};

use super::{AgentId, CounterId, QueueId};

usher_kernel::text_enum! {
    /// Whether a counter is staffed; busy and idle are derived from what it holds.
    pub enum CounterStatus {
        /// Serves.
        Open = "open",
        /// Does not.
        Closed = "closed",
    }
}

usher_kernel::text_enum! {
    /// How a counter stands, in document 000's words.
    pub enum CounterWord {
        /// Open, and nobody sits there.
        Open = "open",
        /// Does not serve.
        Closed = "closed",
        /// Somebody sits there and is free to call.
        Idle = "idle",
        /// It holds somebody.
        Busy = "busy",
    }
}

impl CounterWord {
    /// What is meant by whoever sets it: what it holds is not theirs to say.
    pub fn set(self) -> CounterStatus {
        match self {
            Self::Closed => CounterStatus::Closed,
            Self::Open | Self::Idle | Self::Busy => CounterStatus::Open,
        }
    }
}

usher_kernel::text_enum! {
    /// Whether an agent takes tickets.
    pub enum AgentStatus {
        /// Free to call.
        Available = "available",
        /// Serving.
        Busy = "busy",
        /// On a break, with a reason.
        Paused = "paused",
        /// Not signed in.
        Offline = "offline",
    }
}

/// A place where service is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Counter {
    /// Its id.
    pub id: CounterId,
    /// Where it is.
    pub site_id: SiteId,
    /// Its name.
    pub name: String,
    /// The short label that boards show.
    pub number: String,
    /// What it serves, in order of preference.
    pub queue_ids: Vec<QueueId>,
    /// Shares by queue; without them the order decides.
    pub weights: Option<BTreeMap<QueueId, i64>>,
    /// How many tickets it may hold at once.
    pub capacity: i64,
    /// The agent who usually sits there.
    pub staff_id: Option<AgentId>,
    /// Counts its changes.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// An agent's day so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    /// The person.
    pub user_id: AgentId,
    /// Whether they take tickets.
    pub status: AgentStatus,
    /// Why they are on a break.
    pub pause_reason: Option<String>,
    /// Where they sit.
    pub counter_id: Option<CounterId>,
    /// Since when.
    pub since: Timestamp,
    /// Counts its changes.
    pub version: i64,
}
