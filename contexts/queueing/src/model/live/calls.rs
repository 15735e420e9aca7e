//! What was called at each site: the boards' memory.

use std::collections::{HashMap, VecDeque};

use usher_kernel::{SignedDuration, SiteId, Timestamp};
use uuid::Uuid;

use super::Past;
use crate::model::{CounterId, QueueId, TicketId};

/// How many calls a site remembers: more than any board shows.
const KEPT: usize = 60;
/// After this many seconds without an acknowledgement staff are told.
pub(super) const UNHEARD_AFTER: i64 = 15;

/// The display had no sound that a person could hear.
pub const BLOCKED: &str = "blocked";
/// The display chimed, and no voice said the call.
pub const CHIME_ONLY: &str = "chime_only";

/// A display that did not acknowledge an announcement in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Deaf {
    /// The display.
    pub device_id: Uuid,
    /// Its name.
    pub name: String,
}

/// One call, which is an announcement at each display of the site.
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
    /// What each display that said so did with it.
    pub heard: Vec<(Uuid, String)>,
    /// The displays of which staff were told that they did not acknowledge it.
    pub unheard: Vec<Deaf>,
    /// Whether it was looked at when its time was over: staff are told of a call once.
    pub judged: bool,
    /// Whether it no longer matters: started, put back, ended.
    pub settled: bool,
    /// Whether it was made long before this node started: heard, or not needed any more.
    pub old: bool,
}

impl Call {
    /// A call of before the start, as the record of its ticket tells it. The announcement's own id is in the log, where the
    /// last minute is read from; of what was called before that a board only needs the call itself, heard long ago.
    pub fn long_ago(
        ticket_id: TicketId,
        number: String,
        counter_id: CounterId,
        queue_id: QueueId,
        at: Timestamp,
        recall: bool,
    ) -> Self {
        Self {
            id: ticket_id.uuid(),
            ticket_id,
            number,
            counter_id,
            queue_id,
            at,
            recall,
            heard: Vec::new(),
            unheard: Vec::new(),
            judged: true,
            settled: true,
            old: true,
        }
    }

    /// Whether a display played it.
    pub fn acknowledged(&self) -> bool {
        self.old || !self.heard.is_empty()
    }

    /// Whether a display that took it up had no sound.
    pub fn blocked(&self) -> bool {
        self.heard.iter().any(|(_, outcome)| outcome == BLOCKED)
    }

    /// Whether somebody has yet to come whom a display called without a sound.
    pub fn is_mute(&self) -> bool {
        !self.settled && self.blocked()
    }

    /// Whether somebody has yet to come whom a display called with its chime alone. Quiet hours are no failure.
    pub fn is_voiceless(&self) -> bool {
        !self.settled && self.heard.iter().any(|(_, outcome)| outcome == CHIME_ONLY)
    }

    /// What a display did with it.
    pub fn heard_by(&self, device: Uuid) -> Option<&str> {
        self.heard.iter().find(|(known, _)| *known == device).map(|(_, outcome)| outcome.as_str())
    }

    /// Whether a display still has to play it.
    pub fn waits_for(&self, device: Uuid) -> bool {
        !self.settled && !self.old && self.heard_by(device).is_none()
    }

    /// Whether a display left it out that staff are to know of.
    pub fn is_unheard(&self) -> bool {
        !self.settled && !self.unheard.is_empty()
    }
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

    /// Notes the call of a ticket that had ended before the start, as far as a board would still show it. Of those of one
    /// moment the newest ticket is the last.
    pub fn remember(&mut self, past: &Past) {
        let (Some(counter_id), Some(at)) = (past.counter_id, past.last_called_at()) else { return };
        let calls = self.sites.entry(past.site_id).or_default();
        let place = calls.partition_point(|known| (known.at, known.ticket_id) < (at, past.ticket_id));
        if place == 0 && calls.len() >= KEPT {
            return;
        }
        let (id, number) = (past.ticket_id, past.number.clone());
        calls.insert(place, Call::long_ago(id, number, counter_id, past.queue_id, at, past.recalls > 0));
        if calls.len() > KEPT {
            calls.pop_front();
        }
    }

    /// Notes a call of a moment before this node started as it was made, instead of what the ticket's record alone
    /// tells of it. What this node heard of since then stands.
    pub fn take_up(&mut self, site: SiteId, call: Call) {
        let calls = self.sites.entry(site).or_default();
        if calls.iter().any(|known| known.ticket_id == call.ticket_id && !known.old) {
            return;
        }
        calls.retain(|known| known.ticket_id != call.ticket_id);
        self.push(site, call);
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
    pub fn acknowledge(&mut self, site: SiteId, id: Uuid, device: Uuid, outcome: &str) {
        if let Some(call) = self.find_mut(site, id)
            && call.heard_by(device).is_none()
        {
            call.heard.push((device, outcome.to_owned()));
            call.unheard.retain(|deaf| deaf.device_id != device);
        }
    }

    /// Notes that staff were told of a display that did not play an announcement.
    pub fn miss(&mut self, site: SiteId, id: Uuid, deaf: Deaf) {
        if let Some(call) = self.find_mut(site, id)
            && call.heard_by(deaf.device_id).is_none()
            && !call.unheard.contains(&deaf)
        {
            call.unheard.push(deaf);
        }
    }

    /// Notes that whoever had to be told of an announcement was told.
    pub fn judge(&mut self, site: SiteId, id: Uuid) {
        if let Some(call) = self.find_mut(site, id) {
            call.judged = true;
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

    /// The calls that every display should have acknowledged by now, and that nobody has looked at since.
    pub fn overdue(&self, now: Timestamp) -> Vec<(SiteId, Call)> {
        let limit = now.saturating_sub(SignedDuration::from_secs(UNHEARD_AFTER)).unwrap_or(Timestamp::MIN);
        let mut found = Vec::new();
        for (site, calls) in &self.sites {
            for call in calls {
                if !call.judged && !call.settled && !call.old && call.at <= limit {
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
