//! SQL only; rows in, model out.

pub(crate) mod agents;
pub(crate) mod announcements;
pub(crate) mod config;
pub(crate) mod export;
pub(crate) mod leases;
pub(crate) mod lines;
pub(crate) mod past;
pub(crate) mod sites;
pub(crate) mod tickets;

use usher_db::Stmt;

use crate::model::Status;
use crate::model::counter::{AgentStatus, CounterStatus};
use crate::model::queue::QueueStatus;
use crate::model::rule::RuleEvent;
use crate::model::ticket::{Cause, Channel};

usher_db::text_column!(Status, Cause, Channel, QueueStatus, CounterStatus, AgentStatus, RuleEvent);

/// Every fixed statement of this context.
pub(crate) fn statements() -> Vec<Stmt> {
    [
        agents::STATEMENTS,
        announcements::STATEMENTS,
        config::STATEMENTS,
        export::STATEMENTS,
        leases::STATEMENTS,
        lines::STATEMENTS,
        past::STATEMENTS,
        sites::STATEMENTS,
        tickets::STATEMENTS,
    ]
    .concat()
}
