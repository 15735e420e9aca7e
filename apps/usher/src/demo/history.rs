//! A day that the demo bank has behind it: real operations on a clock that is wound back.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use anyhow::Result;
use usher_db::Lane;
use usher_kernel::{Clock, Ctx, SignedDuration, SystemCtx, Timestamp, random};
use usher_queueing::model::ticket::Channel;
use usher_queueing::model::{CounterId, TicketId};
use usher_queueing::ops::close::{Close, close};
use usher_queueing::ops::issue::{Issue, Terms, issue};
use usher_queueing::ops::{call_next::call_next, cancel::cancel};

use super::bank::{Bank, Branch};
use crate::house::House;

/// How fast a branch lives. The day behind it and the crowd that goes on keep to the same one: waits that people are
/// told are learned from the first and come true in the second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// How long the day was.
    hours: i64,
    /// What a minute of a service takes on the average, in seconds.
    minute: f64,
}

impl Pace {
    /// A day like any other.
    pub(crate) const DAY: Self = Self { hours: 7, minute: DAY_MINUTE };
    /// Services of seconds, so that whoever looks on sees people come and go; and less of a day, with as many people.
    pub(crate) const LIVELY: Self = Self { hours: 2, minute: 5.0 };

    /// How many seconds somebody is at the counter for a service of so many minutes, by chance.
    pub(super) fn at_counter(self, minutes: f64) -> i64 {
        BESIDE + exponential(minutes * self.minute)
    }

    /// Seconds between two arrivals for the n-th line, by chance: what the branch's counters can just about bear.
    pub(super) fn until_next(self, bank: &Bank, branch: &Branch, n: usize) -> i64 {
        let with_three_counters = [480.0, 420.0, 480.0, 1300.0].get(n).copied().unwrap_or(600.0);
        let counters = u32::try_from(branch.staffed.len().max(1)).unwrap_or(3);
        let minutes = branch.queues.get(n).map_or(5.0, |(_, service, _)| bank.minutes(*service));
        let beside = f64::from(i32::try_from(BESIDE).unwrap_or(20));
        let quicker = (beside + minutes * self.minute) / (beside + minutes * DAY_MINUTE);
        exponential(with_three_counters * 3.0 / f64::from(counters) * quicker)
    }
}

/// Seconds that somebody is at a counter beside the service itself: to come, to greet, to go.
const BESIDE: i64 = 20;
/// Seconds that a minute of a service takes on a day like any other.
const DAY_MINUTE: f64 = 50.0;

/// Something that happened at a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    /// Somebody took a ticket for the n-th line.
    Arrival(usize),
    /// A counter became free (the ticket that it served, where it served one).
    Free(CounterId, Option<TicketId>),
}

/// Seconds from an exponential distribution with this mean, at most five times it.
#[expect(clippy::cast_possible_truncation, reason = "seconds of a day")]
fn exponential(mean_seconds: f64) -> i64 {
    let uniform = (f64::from(random::below(1_000_000)) + 1.0) / 1_000_001.0;
    (-uniform.ln() * mean_seconds).min(5.0 * mean_seconds) as i64
}

/// Lives through the bank's day up to now, branch by branch, so that boards, reports and estimates have
/// something to say. The last visitors are still in line when it ends.
///
/// # Errors
/// The database.
pub(crate) async fn live_through(house: &House, bank: &Bank, pace: Pace) -> Result<usize> {
    super::guest::visits(house, bank).await?;
    let mut tickets = 0;
    for branch in &bank.branches {
        tickets += day_of(house, bank, branch, pace).await?;
    }
    Ok(tickets)
}

async fn day_of(house: &House, bank: &Bank, branch: &Branch, pace: Pace) -> Result<usize> {
    let now = house.system.now();
    let start = now.checked_sub(SignedDuration::from_hours(pace.hours)).unwrap_or(now);
    let (clock, hands) = Clock::manual(start);
    let ctx = SystemCtx::new("demo", clock).within(bank.tenant);
    let after =
        |at: Timestamp, seconds: i64| at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now);

    let mut agenda = BinaryHeap::new();
    for n in 0..branch.queues.len() {
        agenda.push(Reverse((after(start, pace.until_next(bank, branch, n) / 4), Happening::Arrival(n))));
    }
    for (counter, ..) in &branch.staffed {
        agenda.push(Reverse((start, Happening::Free(*counter, None))));
    }
    let mut issued = 0;
    while let Some(Reverse((at, happening))) = agenda.pop() {
        if at >= now {
            break;
        }
        hands.set(at);
        match happening {
            Happening::Arrival(n) => {
                issued += 1;
                arrive(house, &ctx, branch, n).await?;
                let gap = pace.until_next(bank, branch, n);
                agenda.push(Reverse((after(at, gap), Happening::Arrival(n))));
            }
            Happening::Free(counter, served) => {
                let called = serve_on(house, &ctx, branch, counter, served).await?;
                let seconds = match called {
                    Some((_, service)) => pace.at_counter(bank.minutes(service)),
                    None => 30,
                };
                agenda
                    .push(Reverse((after(at, seconds), Happening::Free(counter, called.map(|(id, _)| id)))));
            }
        }
    }
    Ok(issued)
}

async fn arrive(house: &House, ctx: &Ctx, branch: &Branch, n: usize) -> Result<()> {
    let Some((queue, service, _)) = branch.queues.get(n).copied() else { return Ok(()) };
    let line = house.line.clone();
    let channel = if random::below(4) == 0 { Channel::Web } else { Channel::Kiosk };
    // One in twelve gives up before it begins.
    let gives_up = random::below(12) == 0;
    house
        .db
        .write(ctx, Lane::Site(branch.id), move |tx| {
            let input = Issue {
                queue_id: Some(queue),
                service_id: Some(service),
                channel: Some(channel),
                ..Issue::default()
            };
            let ticket = issue(&line, tx, &input, Terms { staff: true, ..Terms::default() })?;
            if gives_up {
                cancel(&line, tx, ticket.id, None)?;
            }
            Ok::<_, usher_queueing::Error>(())
        })
        .await?;
    Ok(())
}

/// Completes what the counter served and calls the next; the ticket with its service where somebody came.
async fn serve_on(
    house: &House,
    ctx: &Ctx,
    branch: &Branch,
    counter: CounterId,
    served: Option<TicketId>,
) -> Result<Option<(TicketId, usher_queueing::model::ServiceId)>> {
    let line = house.line.clone();
    let called = house
        .db
        .write(ctx, Lane::Site(branch.id), move |tx| {
            if let Some(ticket) = served {
                close(&line, tx, ticket, &Close::default())?;
            }
            call_next(&line, tx, counter)
        })
        .await?;
    Ok(called.map(|ticket| (ticket.id, ticket.service_id)))
}
