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

#[cfg(test)]
mod tests {
    use super::{lines, statements};
    use crate::model::Status;

    /// Whoever counts in a line from then on takes one of its spare places: that is seen to where a ticket is inserted and
    /// where one is saved. A call leaves counted who was, and the end of a service counts nobody.
    #[test]
    fn who_counts_in_a_line_is_changed_by_these_statements_alone() {
        let changes = |text: &str| {
            let set = text.split(" WHERE ").next().unwrap_or_default();
            text.starts_with("INSERT INTO tickets ")
                || text.starts_with("DELETE FROM tickets ")
                || text.starts_with("UPDATE tickets ")
                    && ["status =", "queue_id ="].iter().any(|column| set.contains(column))
        };
        let all = statements();
        let found: Vec<&str> =
            all.iter().filter(|stmt| changes(stmt.text())).map(|stmt| stmt.name()).collect();
        assert_eq!(found, ["INSERT", "SAVE", "CALL", "COMPLETE"]);
    }

    #[test]
    fn a_line_counts_those_who_count_in_it() {
        for status in Status::ALL {
            let counted = lines::COUNT.text().contains(&format!("'{}'", status.as_str()));
            assert_eq!(counted, status.counts_in_line(), "{status:?}");
        }
    }
}
