//! What is remembered of one ticket, and what it adds to the rollups.
//!
//! The rollups are the sum of what every ticket adds ([`Trace::additions`]), a pure function of the ticket's
//! trace. An event changes the trace; what the old one added is taken out and what the new one adds is put in.
//! So a replayed event changes nothing, an undone action leaves nothing behind, and a late one counts where it
//! belongs.

use serde::{Deserialize, Serialize};
use usher_kernel::{SiteId, Timestamp};
use usher_queueing::model::ticket::Cause;
use usher_queueing::model::{AgentId, CounterId, QueueId, ServiceId, Status, TicketFact, VisitId};

use super::{Count, Measures};

usher_kernel::text_enum! {
    /// How a ticket's time in one line ended.
    pub enum LegEnd {
        /// Served to the end.
        Served = "served",
        /// Called, and did not come.
        NoShow = "no_show",
        /// Left by itself.
        Left = "left",
        /// Still in line at the end of the day.
        Expired = "expired",
        /// Taken out by staff, or with its line.
        Cancelled = "cancelled",
        /// Sent on.
        Transferred = "transferred",
    }
}

/// A ticket's time in one line. Times are microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The line.
    #[serde(rename = "q")]
    pub queue: QueueId,
    /// What for.
    #[serde(rename = "s")]
    pub service: ServiceId,
    /// The time of entry that the ticket carried.
    #[serde(rename = "r")]
    entry: i64,
    /// When it began to wait here.
    #[serde(rename = "w")]
    pub entered: i64,
    /// When it was called.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub called: Option<i64>,
    /// When it was last called again.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    recalled: Option<i64>,
    /// When service began.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub began: Option<i64>,
    /// Who called it.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<CounterId>,
    /// The agent there.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// The wait that was promised when it was called, in seconds.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    promise: Option<i64>,
    /// When it ended.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<i64>,
    /// How.
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub end: Option<LegEnd>,
}

/// What is remembered of one ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Where.
    pub site: SiteId,
    /// The visit that it is part of.
    pub visit: Option<VisitId>,
    /// Its number as printed.
    pub number: String,
    /// When it was issued, in microseconds.
    pub issued: i64,
    /// The newest change that is in it.
    pub version: i64,
    /// The time in each line, in order; never empty.
    pub legs: Vec<Leg>,
    /// The service that its visit went on with.
    pub next: Option<ServiceId>,
    /// Whether its issue was taken back.
    pub void: bool,
}

/// What the rollups count by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Where {
    /// When, in microseconds.
    pub at: i64,
    /// The line.
    pub queue: QueueId,
    /// The service.
    pub service: ServiceId,
    /// Who called, where that matters.
    pub counter: Option<CounterId>,
    /// Which agent, where that matters.
    pub agent: Option<AgentId>,
}

usher_kernel::text_enum! {
    /// How somebody came from one service to another.
    pub enum How {
        /// The ticket was sent on.
        Transfer = "transfer",
        /// The visit went on with another ticket.
        Visit = "visit",
    }
}

/// A step from one service to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When, in microseconds.
    pub at: i64,
    /// From this service.
    pub from: ServiceId,
    /// To this one.
    pub to: ServiceId,
    /// How.
    pub how: How,
}

impl Trace {
    /// The trace of a ticket that is heard of for the first time.
    pub fn begin(fact: &TicketFact) -> Self {
        Self {
            site: fact.site_id,
            visit: fact.visit_id,
            number: fact.number.clone(),
            issued: fact.issued_at.as_microsecond(),
            version: -1,
            legs: vec![Leg::of(fact, fact.entry)],
            next: None,
            void: false,
        }
    }

    /// Takes in an event; `promise` is the wait in seconds that the service promises now. An event that is in
    /// it already changes nothing.
    pub fn take(&mut self, kind: &str, fact: &TicketFact, at: Timestamp, promise: Option<i64>) {
        if fact.version <= self.version {
            return;
        }
        let at = at.as_microsecond();
        let known = self.version >= 0;
        self.version = fact.version;
        self.visit = fact.visit_id.or(self.visit);
        self.number.clone_from(&fact.number);
        match fact.undone.as_deref() {
            Some("ticket.issued") => self.void = true,
            Some(undone) => self.take_back(undone, fact),
            None if known => self.go_on(kind, fact, at),
            None => {}
        }
        if let Some(step) = fact.next_step.as_ref().filter(|step| step.ticket_id.is_some()) {
            self.next = Some(step.service_id);
        }
        if let Some(leg) = self.legs.last_mut() {
            leg.update(fact, at, promise);
        }
    }

    /// The ticket stands again as it stood before.
    fn take_back(&mut self, undone: &str, fact: &TicketFact) {
        self.next = None;
        let Some(leg) = self.legs.last() else { return };
        let sent = undone == "ticket.transferred" || leg.queue != fact.queue_id;
        if sent && self.legs.len() > 1 {
            self.legs.pop();
        }
    }

    /// A ticket that changes lines begins to wait anew.
    fn go_on(&mut self, kind: &str, fact: &TicketFact, at: i64) {
        let Some(leg) = self.legs.last_mut() else { return };
        if kind == "ticket.transferred" || leg.queue != fact.queue_id {
            leg.ended = Some(at);
            leg.end = Some(LegEnd::Transferred);
            let entered = if fact.entry == leg.entry { at } else { fact.entry };
            self.legs.push(Leg::of(fact, entered));
        }
    }

    /// What it adds to the rollups: where, and how much.
    pub fn additions(&self, mut add: impl FnMut(Where, &Measures)) {
        let Some(first) = self.legs.first().filter(|_| !self.void) else { return };
        add(first.place(self.issued, false), &one(Count::Issued));
        for leg in &self.legs {
            if let Some(called) = leg.called {
                let mut measures = one(Count::Called);
                let wait = called.saturating_sub(leg.entered);
                measures.waits.count(wait, 1);
                if let Some(promise) = leg.promise {
                    measures.bump(Count::SlaOf, 1);
                    measures.bump(Count::SlaMet, i64::from(wait <= promise.saturating_mul(1_000_000)));
                }
                add(leg.place(called, true), &measures);
            }
            if let (Some(ended), Some(end)) = (leg.ended, leg.end) {
                add(leg.place(ended, true), &leg.ending(ended, end));
            }
        }
    }

    /// The steps from service to service that it took.
    pub fn steps(&self) -> Vec<Step> {
        if self.void {
            return Vec::new();
        }
        let sent = self.legs.windows(2).filter_map(|pair| {
            let (from, to) = (pair.first()?, pair.last()?);
            Some(Step { at: to.entered, from: from.service, to: to.service, how: How::Transfer })
        });
        let went_on = self.legs.last().and_then(|leg| {
            Some(Step { at: leg.ended?, from: leg.service, to: self.next?, how: How::Visit })
        });
        sent.chain(went_on).collect()
    }
}

impl Leg {
    fn of(fact: &TicketFact, entered: i64) -> Self {
        Self {
            queue: fact.queue_id,
            service: fact.service_id,
            entry: fact.entry,
            entered,
            called: None,
            recalled: None,
            began: None,
            counter: None,
            agent: None,
            promise: None,
            ended: None,
            end: None,
        }
    }

    fn update(&mut self, fact: &TicketFact, at: i64, promise: Option<i64>) {
        (self.queue, self.service) = (fact.queue_id, fact.service_id);
        if fact.entry != self.entry {
            (self.entry, self.entered) = (fact.entry, fact.entry);
        }
        let called = fact.called_at.map(Timestamp::as_microsecond);
        if called != self.called {
            self.called = called;
            self.promise = called.and(promise);
        }
        self.recalled = fact.recalled_at.map(Timestamp::as_microsecond);
        self.began = fact.started_at.map(Timestamp::as_microsecond);
        (self.counter, self.agent) = (fact.counter_id, fact.agent_id);
        self.end = end_of(fact);
        self.ended = self.end.map(|_| fact.ended_at.map_or(at, Timestamp::as_microsecond));
    }

    /// When service began, or the last call where the agent did not say.
    pub fn service_began(&self) -> Option<i64> {
        self.began.or(self.recalled).or(self.called)
    }

    fn place(&self, at: i64, staff: bool) -> Where {
        Where {
            at,
            queue: self.queue,
            service: self.service,
            counter: self.counter.filter(|_| staff),
            agent: self.agent.filter(|_| staff),
        }
    }

    fn ending(&self, ended: i64, end: LegEnd) -> Measures {
        let mut measures = one(match end {
            LegEnd::Served => Count::Served,
            LegEnd::NoShow => Count::NoShows,
            LegEnd::Left => Count::Left,
            LegEnd::Expired => Count::Expired,
            LegEnd::Cancelled => Count::Cancelled,
            LegEnd::Transferred => Count::Transferred,
        });
        if let Some(called) = self.called {
            measures.bump(Count::Handling, ended.saturating_sub(called).max(0) / 1000);
            if end == LegEnd::Served {
                let began = self.service_began().unwrap_or(called);
                measures.services.count(ended.saturating_sub(began), 1);
            }
        }
        measures
    }
}

fn one(count: Count) -> Measures {
    let mut measures = Measures::default();
    measures.bump(count, 1);
    measures
}

fn end_of(fact: &TicketFact) -> Option<LegEnd> {
    match (fact.status, fact.cause) {
        (Status::Served, _) => Some(LegEnd::Served),
        (Status::NoShow, _) => Some(LegEnd::NoShow),
        (Status::Expired, _) => Some(LegEnd::Expired),
        (Status::Cancelled, Some(Cause::Left)) => Some(LegEnd::Left),
        (Status::Cancelled, Some(Cause::Expired)) => Some(LegEnd::Expired),
        (Status::Cancelled, _) => Some(LegEnd::Cancelled),
        _ => None,
    }
}
