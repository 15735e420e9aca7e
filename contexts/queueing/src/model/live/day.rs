//! The figures of a line's business day.

use usher_kernel::Timestamp;

use super::Past;
use crate::model::ticket::Cause;
use crate::model::{Status, TicketFact, TicketId};

/// What a line did on its current business day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DayStats {
    /// The business day, `2026-11-20`.
    pub day: String,
    /// Tickets issued into this line.
    pub issued: i64,
    /// Tickets served.
    pub served: i64,
    /// Called, and did not come.
    pub no_shows: i64,
    /// Left by themselves.
    pub left: i64,
    /// Minutes waited, of everybody who was called.
    pub waits: Vec<(TicketId, f32)>,
    /// Minutes served, of everybody who was served.
    pub services: Vec<(TicketId, f32)>,
    /// When the first ticket was served to its end.
    pub first_end: Option<Timestamp>,
    /// When the last one was.
    pub last_end: Option<Timestamp>,
}

/// The figures that screens show.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DayFigures {
    /// Mean minutes waited.
    pub average_wait: f64,
    /// What nine in ten waited less than.
    pub p90_wait: f64,
    /// Mean minutes served.
    pub average_service: f64,
    /// What nine in ten were served within.
    pub p90_service: f64,
    /// How many of a hundred were called within the target.
    pub sla_met_percent: Option<f64>,
    /// How many of a hundred left or did not come.
    pub abandonment_percent: f64,
}

/// What a ticket's record tells of its whole life.
#[derive(Clone, Copy)]
struct Life {
    ticket_id: TicketId,
    status: Status,
    cause: Option<Cause>,
    waits_since: Timestamp,
    called_at: Option<Timestamp>,
    service_began: Option<Timestamp>,
    ended_at: Option<Timestamp>,
}

/// Minutes between two moments, never negative.
fn minutes_between(from: Timestamp, to: Timestamp) -> f64 {
    (to.duration_since(from).as_secs_f64() / 60.0).max(0.0)
}

impl DayStats {
    fn begin(&mut self, day: &str) {
        if self.day != day {
            *self = Self { day: day.to_owned(), ..Self::default() };
        }
    }

    /// Takes in a ticket that had ended before the start.
    pub(super) fn remember(&mut self, past: &Past, day: &str) {
        self.begin(day);
        // What was taken back counts as never issued.
        if past.cause != Some(Cause::Undone) {
            self.live_through(Life {
                ticket_id: past.ticket_id,
                status: past.status,
                cause: past.cause,
                waits_since: past.waits_since(),
                called_at: past.called_at,
                service_began: past.service_began(),
                ended_at: Some(past.ended_at),
            });
        }
    }

    /// Takes in a change of a ticket.
    pub(super) fn note(&mut self, fact: &TicketFact, day: &str) {
        self.begin(day);
        if fact.undone.is_some() {
            return self.take_back(fact);
        }
        if fact.status == Status::Waiting && fact.from.is_some_and(|from| from.is_held() || from.is_final()) {
            // Back in line: its wait ends with the call that it comes for, as its record tells it after a restart.
            take_out(&mut self.waits, fact.ticket_id);
        }
        match (fact.from, fact.status) {
            // A remark on it, or what became of its visit: it stands where it stood.
            (Some(from), to) if from == to => {}
            (None, Status::Waiting) => self.issued += 1,
            (Some(Status::Waiting), Status::Called) => {
                if let Some(called) = fact.called_at {
                    self.waits.push((fact.ticket_id, narrow(minutes_between(fact.waits_since(), called))));
                }
            }
            (Some(_), Status::Served) => {
                self.served += 1;
                self.note_service(fact.ticket_id, fact.service_began(), fact.ended_at);
            }
            (_, Status::NoShow) => self.no_shows += 1,
            (Some(Status::NoShow), Status::Waiting) => self.no_shows -= 1,
            (_, Status::Cancelled) if fact.cause == Some(Cause::Left) => self.left += 1,
            (Some(Status::Cancelled), Status::Waiting) => self.left -= 1,
            _ => {}
        }
    }

    /// Counts a ticket's whole life by its last state, for reports over past days.
    pub fn count(&mut self, last: &TicketFact) {
        self.live_through(Life {
            ticket_id: last.ticket_id,
            status: last.status,
            cause: last.cause,
            waits_since: last.waits_since(),
            called_at: last.called_at,
            service_began: last.service_began(),
            ended_at: last.ended_at,
        });
    }

    fn live_through(&mut self, life: Life) {
        self.issued += 1;
        if let Some(called) = life.called_at {
            self.waits.push((life.ticket_id, narrow(minutes_between(life.waits_since, called))));
        }
        match life.status {
            Status::Served => {
                self.served += 1;
                self.note_service(life.ticket_id, life.service_began, life.ended_at);
            }
            Status::NoShow => self.no_shows += 1,
            Status::Cancelled if life.cause == Some(Cause::Left) => self.left += 1,
            _ => {}
        }
    }

    /// Somebody was served from a moment to another, where those are known.
    fn note_service(&mut self, ticket: TicketId, began: Option<Timestamp>, ended: Option<Timestamp>) {
        let (Some(began), Some(ended)) = (began, ended) else { return };
        self.services.push((ticket, narrow(minutes_between(began, ended))));
        self.first_end = Some(self.first_end.map_or(ended, |first| first.min(ended)));
        self.last_end = self.last_end.max(Some(ended));
    }

    fn take_back(&mut self, fact: &TicketFact) {
        // It was sent back into the line, and was not: the call by which its wait ended stands again.
        if fact.from == Some(Status::Waiting)
            && let Some(called) = fact.called_at
            && self.waits.iter().all(|(id, _)| *id != fact.ticket_id)
        {
            self.waits.push((fact.ticket_id, narrow(minutes_between(fact.waits_since(), called))));
        }
        match (fact.from, fact.status) {
            (Some(Status::Served), _) => {
                self.served -= 1;
                take_out(&mut self.services, fact.ticket_id);
            }
            (Some(Status::Called), Status::Waiting) => {
                take_out(&mut self.waits, fact.ticket_id);
            }
            (Some(Status::NoShow), _) => self.no_shows -= 1,
            (Some(Status::Waiting), Status::NoShow) => self.no_shows += 1,
            (Some(Status::Waiting), Status::Cancelled) => self.issued -= 1,
            _ => {}
        }
    }

    /// The figures; `target` is the wait in minutes within which people shall be called.
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    pub fn figures(&self, target: Option<f64>) -> DayFigures {
        let gone = (self.no_shows + self.left) as f64;
        let all = self.served as f64 + gone;
        let met = target.filter(|_| !self.waits.is_empty()).map(|target| {
            let within = self.waits.iter().filter(|(_, w)| f64::from(*w) <= target).count();
            percent(within as f64, self.waits.len() as f64)
        });
        DayFigures {
            average_wait: mean(&self.waits),
            p90_wait: p90(&self.waits),
            average_service: mean(&self.services),
            p90_service: p90(&self.services),
            sla_met_percent: met,
            abandonment_percent: percent(gone, all),
        }
    }

    /// How many tickets were served in an hour, from the first to the last end.
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    pub fn throughput_per_hour(&self, now: Timestamp) -> f64 {
        let Some(first) = self.first_end else { return 0.0 };
        let hours = (minutes_between(first, now) / 60.0).max(0.25);
        tenth(self.served as f64 / hours)
    }
}

/// Takes out the last minutes of a ticket.
fn take_out(minutes: &mut Vec<(TicketId, f32)>, ticket: TicketId) {
    if let Some(at) = minutes.iter().rposition(|(id, _)| *id == ticket) {
        minutes.remove(at);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "minutes of a day")]
fn narrow(minutes: f64) -> f32 {
    minutes as f32
}

fn tenth(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

fn percent(part: f64, whole: f64) -> f64 {
    if whole <= 0.0 { 0.0 } else { tenth(100.0 * part / whole) }
}

#[expect(clippy::cast_precision_loss, reason = "counts of people")]
fn mean(values: &[(TicketId, f32)]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    tenth(values.iter().map(|(_, v)| f64::from(*v)).sum::<f64>() / values.len() as f64)
}

/// The nearest-rank 90th percentile.
fn p90(values: &[(TicketId, f32)]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let mut sorted: Vec<f32> = values.iter().map(|(_, v)| *v).collect();
    let rank = (sorted.len() * 9).div_ceil(10).saturating_sub(1);
    let (_, value, _) = sorted.select_nth_unstable_by(rank, f32::total_cmp);
    tenth(f64::from(*value))
}
