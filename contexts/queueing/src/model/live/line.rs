//! One line as it stands now.

use std::collections::{HashMap, HashSet};

use usher_kernel::{SiteId, TenantId, Timestamp};

use super::day::DayStats;
use super::{Caller, Past};
use crate::model::line::Key;
use crate::model::turns::Load;
use crate::model::{AgentId, CounterId, Order, Presence, QueueId, ServiceId, Status, TicketFact, TicketId};

/// What the memory keeps of a living ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveTicket {
    /// The ticket.
    pub id: TicketId,
    /// Its number.
    pub number: String,
    /// What the person came for.
    pub service_id: ServiceId,
    /// Where it stands.
    pub status: Status,
    /// Its place.
    pub rank: i64,
    /// When it entered the line, in microseconds.
    pub entry: i64,
    /// Its class.
    pub class: String,
    /// Who holds it.
    pub counter_id: Option<CounterId>,
    /// The agent there.
    pub agent_id: Option<AgentId>,
    /// The only counter that may call it.
    pub target_counter_id: Option<CounterId>,
    /// The only member of staff who may call it.
    pub for_agent_id: Option<AgentId>,
    /// Until when that person is waited for, here or not.
    pub for_agent_until: Option<Timestamp>,
    /// When it was last called.
    pub last_called_at: Option<Timestamp>,
    /// When it comes back.
    pub parked_until: Option<Timestamp>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// What is known of its person, once its page was opened.
    pub presence: Option<Presence>,
    /// Since when its person is late for their last call.
    pub overdue_since: Option<Timestamp>,
    /// How many people came with it.
    pub party_size: i64,
    /// Counts its changes.
    pub version: i64,
}

/// Whoever entered more than so many microseconds after their ticket was made did not enter with its number.
const SOON: i64 = 1_000_000;

/// Where a would-be key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// How many come before it.
    pub ahead: i64,
    /// How many in line came later and stand behind.
    pub behind: i64,
}

/// One line as it stands now.
#[derive(Debug)]
pub struct LiveLine {
    /// Whose.
    pub tenant_id: TenantId,
    /// Where.
    pub site_id: SiteId,
    /// Which.
    pub queue_id: QueueId,
    /// The waiting in calling order.
    pub order: Order,
    /// Those among them who are probably gone.
    silent: Order,
    /// Those among them who wait for one member of staff.
    bound: HashSet<TicketId>,
    /// Those among them who wait for one counter.
    sent: HashSet<TicketId>,
    /// How many of them wait for each service.
    wanted: Vec<(ServiceId, usize)>,
    /// The number called last.
    pub current_number: Option<String>,
    /// People outside who hold no ticket.
    pub outside: i64,
    /// The day's figures.
    pub day: DayStats,
    /// When the last one entered who did so with a number of this line, in microseconds.
    newest: i64,
    /// When the number called last was called.
    called: Option<Timestamp>,
    tickets: HashMap<TicketId, LiveTicket>,
    /// Those among them who do not wait.
    aside: HashSet<TicketId>,
}

impl LiveLine {
    /// An empty line.
    pub fn new(tenant_id: TenantId, site_id: SiteId, queue_id: QueueId) -> Self {
        Self {
            tenant_id,
            site_id,
            queue_id,
            order: Order::default(),
            silent: Order::default(),
            bound: HashSet::new(),
            sent: HashSet::new(),
            wanted: Vec::new(),
            current_number: None,
            outside: 0,
            day: DayStats::default(),
            newest: i64::MIN,
            called: None,
            tickets: HashMap::new(),
            aside: HashSet::new(),
        }
    }

    /// A living ticket of this line.
    pub fn ticket(&self, id: TicketId) -> Option<&LiveTicket> {
        self.tickets.get(&id)
    }

    /// Every living ticket, in no order.
    pub fn tickets(&self) -> impl Iterator<Item = &LiveTicket> {
        self.tickets.values()
    }

    /// The living tickets that do not wait, in no order: at a counter, or out of the line for a while. Few, however long the
    /// line is.
    pub fn aside(&self) -> impl Iterator<Item = &LiveTicket> {
        self.aside.iter().filter_map(|id| self.tickets.get(id))
    }

    /// The waiting in calling order.
    pub fn waiting(&self) -> impl Iterator<Item = &LiveTicket> {
        self.order.iter().filter_map(|(_, id)| self.tickets.get(&id))
    }

    /// Those among the waiting who wait for one member of staff alone, in no order.
    pub fn bound(&self) -> impl Iterator<Item = &LiveTicket> {
        self.bound.iter().filter_map(|id| self.tickets.get(id))
    }

    /// Where a key stands or would stand; the ticket's own place, old or new, does not count.
    pub fn ahead_of(&self, key: Key) -> Ahead {
        let mut ahead = self.order.ahead_of(key);
        let mut others = self.order.len();
        if let Some(own) = self.tickets.get(&key.1).filter(|t| t.status == Status::Waiting) {
            others -= 1;
            ahead -= usize::from((own.rank, own.id) < key);
        }
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Ahead { ahead: count(ahead), behind: count(others - ahead) }
    }

    /// How many are expected to come before a key: those before it, without those who are probably gone.
    pub fn expected_before(&self, key: Key) -> i64 {
        let mut silent = self.silent.ahead_of(key);
        if let Some(own) = self.tickets.get(&key.1) {
            let own = (own.rank, own.id);
            silent -= usize::from(own < key && self.silent.contains(own));
        }
        self.ahead_of(key).ahead - i64::try_from(silent).unwrap_or(0)
    }

    /// Those expected before a key, in calling order.
    fn expected(&self, key: Key) -> impl Iterator<Item = &LiveTicket> {
        let before = self.order.iter().take_while(move |other| *other < key);
        let others = before.filter(move |other| other.1 != key.1);
        others.filter_map(|(_, id)| self.tickets.get(&id)).filter(|ticket| !is_silent(ticket))
    }

    /// How many of those expected before a key at least one of some counters may call.
    pub fn expected_by(&self, key: Key, callers: &[Caller]) -> i64 {
        let called = |ticket: &&LiveTicket| callers.iter().any(|caller| caller.may_call(ticket));
        i64::try_from(self.expected(key).filter(called).count()).unwrap_or(i64::MAX)
    }

    /// Of those expected before a key whom a counter may call, how many others may call as well, and how many wait for it
    /// alone or for its agent. Who waits for another one is called there.
    pub fn expected_at(&self, key: Key, caller: &Caller) -> (i64, i64) {
        let mut expected = (0, 0);
        for ticket in self.expected(key).filter(|ticket| caller.may_call(ticket)) {
            let own = ticket.target_counter_id.is_some() || ticket.for_agent_id.is_some();
            expected.0 += i64::from(!own);
            expected.1 += i64::from(own);
        }
        expected
    }

    /// Whether anybody waits for one counter alone, or for one member of staff.
    pub fn has_bonds(&self) -> bool {
        !self.bound.is_empty() || !self.sent.is_empty()
    }

    /// The services that people wait for, each once.
    pub fn wanted(&self) -> impl Iterator<Item = ServiceId> {
        self.wanted.iter().map(|(service, _)| *service)
    }

    /// How many people each of its counters takes, where they may not all call everybody.
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    pub fn load_on(&self, callers: &[Caller]) -> Load<CounterId> {
        let there = self.waiting().filter(|ticket| !is_silent(ticket));
        let may_call = |caller: &Caller, ticket: &&LiveTicket| caller.may_call(ticket);
        Load::each(callers, |caller| caller.counter_id, there, self.outside.max(0) as f64, may_call)
    }

    /// How many of those who wait are probably gone.
    pub fn silent(&self) -> i64 {
        i64::try_from(self.silent.len()).unwrap_or(0)
    }

    /// How many people wait or are served: whole parties, without those who are probably gone or were set aside.
    pub fn people(&self) -> i64 {
        let there = |ticket: &&LiveTicket| match ticket.status {
            Status::Waiting => !is_silent(ticket),
            Status::Called | Status::Serving | Status::Paused => true,
            _ => false,
        };
        self.tickets.values().filter(there).map(|ticket| ticket.party_size).sum()
    }

    /// How many wait.
    pub fn len(&self) -> i64 {
        i64::try_from(self.order.len()).unwrap_or(i64::MAX)
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// When the one who entered first of all that wait did so, in microseconds.
    pub fn oldest_entry(&self) -> Option<i64> {
        self.waiting().map(|t| t.entry).min()
    }

    /// Of those who wait for a service, whoever entered first: their place, and when that was, in microseconds.
    pub fn oldest_by_service(&self) -> Vec<(ServiceId, Key, i64)> {
        let mut oldest: Vec<(ServiceId, Key, i64)> = Vec::new();
        for one in self.waiting() {
            let this = (one.service_id, (one.rank, one.id), one.entry);
            match oldest.iter_mut().find(|known| known.0 == one.service_id) {
                Some(known) if known.2 <= one.entry => {}
                Some(known) => *known = this,
                None => oldest.push(this),
            }
        }
        oldest
    }

    /// When the last one entered who did so as their number was given out, in microseconds; what was booked for later
    /// does not count.
    pub fn newest_entry(&self) -> i64 {
        self.newest
    }

    /// Takes in what happened; false when something newer is known.
    pub(super) fn apply(&mut self, fact: &TicketFact, day: &str) -> bool {
        let known = self.tickets.get(&fact.ticket_id);
        if known.is_some_and(|known| known.version >= fact.version) {
            return false;
        }
        let was = known.map(|t| (t.status, t.rank));
        self.note_entry(fact.entry, fact.issued_at);
        if let Some((Status::Waiting, rank)) = was {
            self.order.remove((rank, fact.ticket_id));
            self.silent.remove((rank, fact.ticket_id));
        }
        self.let_go(fact.ticket_id);
        self.day.note(fact, day);
        if fact.status == Status::Called {
            self.current_number = Some(fact.number.clone());
            self.called = fact.last_called_at();
        }
        if fact.status.is_final() {
            self.tickets.remove(&fact.ticket_id);
            return true;
        }
        if fact.status == Status::Waiting {
            self.order.insert(fact.key());
            match self.wanted.iter_mut().find(|(service, _)| *service == fact.service_id) {
                Some((_, people)) => *people += 1,
                None => self.wanted.push((fact.service_id, 1)),
            }
            if fact.for_agent_id.is_some() {
                self.bound.insert(fact.ticket_id);
            }
            if fact.target_counter_id.is_some() {
                self.sent.insert(fact.ticket_id);
            }
            if fact.presence.is_some_and(|presence| presence.silent) {
                self.silent.insert(fact.key());
            }
        } else {
            self.aside.insert(fact.ticket_id);
        }
        self.tickets.insert(
            fact.ticket_id,
            LiveTicket {
                id: fact.ticket_id,
                number: fact.number.clone(),
                service_id: fact.service_id,
                status: fact.status,
                rank: fact.rank,
                entry: fact.entry,
                class: fact.class.clone(),
                counter_id: fact.counter_id,
                agent_id: fact.agent_id,
                target_counter_id: fact.target_counter_id,
                for_agent_id: fact.for_agent_id,
                for_agent_until: fact.for_agent_until,
                last_called_at: fact.last_called_at(),
                parked_until: fact.parked_until,
                issued_at: fact.issued_at,
                presence: fact.presence,
                overdue_since: fact.overdue_since,
                party_size: fact.party_size,
                version: fact.version,
            },
        );
        true
    }

    /// Takes in a ticket that had ended before the start.
    pub(super) fn remember(&mut self, past: &Past, day: &str) {
        self.note_entry(past.entry, past.issued_at);
        self.day.remember(past, day);
        let called = past.last_called_at();
        if called > self.called {
            self.current_number = Some(past.number.clone());
            self.called = called;
        }
    }

    fn note_entry(&mut self, entry: i64, issued_at: Timestamp) {
        // Numbers that are given out at once stand microseconds apart.
        if entry <= issued_at.as_microsecond().saturating_add(SOON) {
            self.newest = self.newest.max(entry);
        }
    }

    /// Lets go of a ticket that now stands in another line; false when this line knows something newer.
    pub(super) fn hand_over(&mut self, fact: &TicketFact) -> bool {
        match self.tickets.get(&fact.ticket_id) {
            Some(known) if known.version >= fact.version => false,
            Some(known) => {
                let key = (known.rank, known.id);
                self.order.remove(key);
                self.silent.remove(key);
                self.let_go(fact.ticket_id);
                self.tickets.remove(&fact.ticket_id);
                true
            }
            None => true,
        }
    }

    /// Forgets what was noted of somebody as one of those who wait, or of those who do not.
    fn let_go(&mut self, id: TicketId) {
        self.aside.remove(&id);
        self.bound.remove(&id);
        self.sent.remove(&id);
        let Some(known) = self.tickets.get(&id).filter(|known| known.status == Status::Waiting) else {
            return;
        };
        if let Some(at) = self.wanted.iter().position(|(service, _)| *service == known.service_id) {
            self.wanted[at].1 -= 1;
            if self.wanted[at].1 == 0 {
                self.wanted.swap_remove(at);
            }
        }
    }
}

/// Whether somebody is probably gone.
fn is_silent(ticket: &LiveTicket) -> bool {
    ticket.presence.is_some_and(|presence| presence.silent)
}
