//! Types and rules of the line. Pure: no I/O, no SQL, no HTTP.

pub mod config;
pub mod counter;
pub mod estimate;
pub mod fact;
pub mod ids;
pub mod label;
pub mod line;
pub mod live;
pub mod machine;
pub mod numbering;
pub mod person;
pub mod queue;
pub mod rank;
pub mod rule;
pub mod scopes;
pub mod secret;
pub mod service;
pub mod ticket;

pub use config::TenantConfig;
pub use counter::{AgentStatus, Counter, CounterStatus};
pub use estimate::{Declared, Estimate, EstimateBasis, Estimator, LineView};
pub use fact::{Before, TicketFact};
pub use ids::{AgentId, CounterId, LeaseId, QueueId, RuleId, ServiceId, TicketId, VisitId};
pub use line::Order;
pub use live::Live;
pub use machine::{Op, Status};
pub use queue::{Algorithm, Queue, QueueSettings, QueueStatus, Reset};
pub use rank::{Explanation, Term};
pub use rule::{RoutingFacts, RoutingRule, Verdict};
pub use service::{Outcome, PriorityRules, Service};
pub use ticket::{Booked, Cause, Channel, EntryRule, NextStep, Note, Ticket};
