//! What was called at each site: the boards' memory.

use std::collections::{HashMap, VecDeque};

use usher_kernel::{SignedDuration, SiteId, Timestamp};
use uuid::Uuid;

use crate::model::{CounterId, QueueId, TicketId};

/// How many calls a site remembers: more than any board shows.
const KEPT: usize = 60;
/// After this many seconds without an acknowledgement staff are told.
pub(super) const UNHEARD_AFTER: i64 = 15;

/// One call, which is one announcement.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The announcement: the id of the event of the call.
    pub id: Uuid,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its number.
    pub number: String,
    /// Where to.
    pub counter_id: CounterId,
    /// From which line.
    pub queue_id: QueueId,
    /// When.
    pub at: Timestamp,
    /// Whether it was called before.
    pub recall: bool,
    /// What the first display that said so did with it.
    pub acknowledged: Option<String>,
    /// Staff have been told that nobody heard it.
    pub unheard: bool,
    /// Whether it no longer matters: started, put back, ended.
    pub settled: bool,
}

/// The calls of every site.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    sites: HashMap<SiteId, VecDeque<Call>>,
}

impl Calls {
    /// Notes a call, at its place in time: those from before a start are told in any order.
    pub fn push(&mut self, site: SiteId, call: Call) {
        let calls = self.sites.entry(site).or_default();
        if calls.iter().any(|known| known.id == call.id) {
            return;
        }
        for earlier in calls.iter_mut().filter(|c| c.ticket_id == call.ticket_id) {
            earlier.settled = true;
        }
        let place = calls.partition_point(|known| known.at <= call.at);
        calls.insert(place, call);
        if calls.len() > KEPT {
            calls.pop_front();
        }
    }

    /// The calls of a site, the newest first.
    pub fn of(&self, site: SiteId) -> impl Iterator<Item = &Call> {
        self.sites.get(&site).into_iter().flat_map(|calls| calls.iter().rev())
    }

    /// The last call of a ticket.
    pub fn last_of(&self, site: SiteId, ticket: TicketId) -> Option<&Call> {
        self.of(site).find(|call| call.ticket_id == ticket)
    }

    /// A call by its announcement.
    pub fn find(&self, site: SiteId, id: Uuid) -> Option<&Call> {
        self.of(site).find(|call| call.id == id)
    }

    /// Notes what a display did with an announcement.
    pub fn acknowledge(&mut self, site: SiteId, id: Uuid, outcome: &str) {
        if let Some(call) = self.find_mut(site, id)
            && call.acknowledged.is_none()
        {
            call.acknowledged = Some(outcome.to_owned());
        }
    }

    /// Notes that staff were told.
    pub fn mark_unheard(&mut self, site: SiteId, id: Uuid) {
        if let Some(call) = self.find_mut(site, id) {
            call.unheard = true;
        }
    }

    /// No display stands there that could be heard.
    pub fn need_no_hearing(&mut self, site: SiteId, id: Uuid) {
        if let Some(call) = self.find_mut(site, id) {
            call.settled = true;
        }
    }

    /// The ticket moved on: its call needs no hearing any more. `undone` forgets the call altogether.
    pub fn settle(&mut self, site: SiteId, ticket: TicketId, undone: bool) {
        let Some(calls) = self.sites.get_mut(&site) else { return };
        if undone {
            calls.retain(|call| call.ticket_id != ticket);
        } else {
            calls.iter_mut().filter(|call| call.ticket_id == ticket).for_each(|call| call.settled = true);
        }
    }

    /// The calls that nobody acknowledged in time and that staff have not been told of.
    pub fn overdue(&self, now: Timestamp) -> Vec<(SiteId, Call)> {
        let limit = now.saturating_sub(SignedDuration::from_secs(UNHEARD_AFTER)).unwrap_or(Timestamp::MIN);
        let mut found = Vec::new();
        for (site, calls) in &self.sites {
            for call in calls {
                if call.acknowledged.is_none() && !call.unheard && !call.settled && call.at <= limit {
                    found.push((*site, call.clone()));
                }
            }
        }
        found
    }

    fn find_mut(&mut self, site: SiteId, id: Uuid) -> Option<&mut Call> {
        self.sites.get_mut(&site)?.iter_mut().find(|call| call.id == id)
    }
}
