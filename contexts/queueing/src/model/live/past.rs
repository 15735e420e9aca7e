//! Tickets that had ended before this node started, as far as anything remembers them: the day's figures, the boards, the
//! counters, and the visits that wait for staff.

use usher_kernel::{SiteId, TenantId, Timestamp};

use crate::model::ticket::{Cause, NextStep};
use crate::model::{CounterId, QueueId, Status, TicketId};

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Where.
    pub site_id: SiteId,
    /// The line it stood in last.
    pub queue_id: QueueId,
    /// Its number as printed.
    pub number: String,
    /// How it ended.
    pub status: Status,
    /// Why.
    pub cause: Option<Cause>,
    /// When it entered the line, in microseconds.
    pub entry: i64,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The counter that it was called to last.
    pub counter_id: Option<CounterId>,
    /// When it was called: for the first time, where it was called again.
    pub called_at: Option<Timestamp>,
    /// When it was last called again.
    pub recalled_at: Option<Timestamp>,
    /// When service began.
    pub started_at: Option<Timestamp>,
    /// When its life ended.
    pub ended_at: Timestamp,
    /// How often it was called again.
    pub recalls: i64,
    /// What became of the next step of its visit.
    pub next_step: Option<NextStep>,
    /// Counts its changes.
    pub version: i64,
}

impl Past {
    /// Since when the person had waited: since they entered the line, but not since before they came.
    pub fn waits_since(&self) -> Timestamp {
        Timestamp::from_microsecond(self.entry).map_or(self.issued_at, |entered| entered.max(self.issued_at))
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

#[cfg(test)]
mod tests {
    use usher_kernel::{Id, SignedDuration};
    use uuid::Uuid;

    use super::*;
    use crate::model::live::{Calls, Live};

    const DAY: &str = "2026-03-04";

    fn id<K>(number: u128) -> Id<K> {
        Id::from_uuid(Uuid::from_u128(number))
    }

    fn at(minute: i64) -> Timestamp {
        let day: Timestamp = "2026-03-04T08:00:00Z".parse().unwrap();
        day + SignedDuration::from_mins(minute)
    }

    /// Issued at a minute, called three minutes later and served in two.
    fn served(number: u128, minute: i64) -> Past {
        Past {
            ticket_id: id(number),
            tenant_id: id(1),
            site_id: id(2),
            queue_id: id(3),
            number: format!("A-{number}"),
            status: Status::Served,
            cause: Some(Cause::Served),
            entry: at(minute).as_microsecond(),
            issued_at: at(minute),
            counter_id: Some(id(4)),
            called_at: Some(at(minute + 3)),
            recalled_at: None,
            started_at: None,
            ended_at: at(minute + 5),
            recalls: 0,
            next_step: None,
            version: 3,
        }
    }

    #[test]
    fn the_day_counts_each_of_them_once_and_what_was_taken_back_not_at_all() {
        let live = Live::default();
        assert!(live.remember(&served(10, 0), DAY) && live.remember(&served(11, 20), DAY));
        assert!(!live.remember(&served(11, 20), DAY), "told already");
        let gone = Past { status: Status::NoShow, cause: Some(Cause::Missed), ..served(12, 10) };
        let undone = Past {
            status: Status::Cancelled,
            cause: Some(Cause::Undone),
            called_at: None,
            counter_id: None,
            ..served(13, 30)
        };
        assert!(live.remember(&gone, DAY) && live.remember(&undone, DAY));
        let line = live.line(id(3)).unwrap();
        let line = line.lock();
        assert_eq!((line.day.issued, line.day.served, line.day.no_shows, line.day.left), (3, 2, 1, 0));
        assert_eq!((line.day.waits.len(), line.day.services.len()), (3, 2));
        assert_eq!((line.day.first_end, line.day.last_end), (Some(at(5)), Some(at(25))));
        assert_eq!(line.current_number.as_deref(), Some("A-11"), "the last that was called");
        assert_eq!(line.newest_entry(), at(30).as_microsecond());
    }

    #[test]
    fn boards_keep_the_last_calls_in_whatever_order_pages_tell_of_them() {
        let mut calls = Calls::default();
        // The newer page first, each in the order in which its tickets came.
        for number in (60..130).chain(0..60) {
            calls.remember(&served(number, i64::try_from(number / 2).unwrap()));
        }
        let kept: Vec<TicketId> = calls.of(id(2)).map(|call| call.ticket_id).collect();
        let expected: Vec<TicketId> = (70..130).rev().map(id).collect();
        assert_eq!(kept, expected);
        assert!(calls.of(id(2)).all(|call| call.old && call.settled && call.acknowledged()));
    }
}
