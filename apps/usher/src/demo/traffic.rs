//! Simulated people who keep arriving and being served, so that every screen is alive.

use std::collections::HashMap;
use std::time::Duration;

use usher_db::Lane;
use usher_kernel::{Ctx, SignedDuration, Timestamp, random};
use usher_queueing::model::ticket::Channel;
use usher_queueing::model::{CounterId, Status, TicketId};
use usher_queueing::ops::call_next::call_next;
use usher_queueing::ops::close::{Close, close};
use usher_queueing::ops::issue::{Issue, Terms, issue};
use usher_queueing::ops::serve::start;

use super::bank::{Bank, Branch};
use super::history::Pace;
use crate::house::House;

/// How often the crowd is looked at.
const TICK: Duration = Duration::from_secs(1);
/// Seconds from a call to the beginning of the service, on the average.
const COMING: i64 = 7;
/// A line that is this long sends people away: a demo left alone overnight stays a demo.
const LONG_LINE: i64 = 12;

/// What a simulated counter is doing.
struct Busy {
    ticket: TicketId,
    /// When service begins, then when it ends.
    until: Timestamp,
    serving: bool,
}

/// Runs until it is dropped. What is refused (a paused line, a counter taken over by a person) is tried again later.
pub(crate) async fn keep_busy(house: &House, bank: &Bank, pace: Pace) {
    let ctx = house.system.within(bank.tenant);
    let mut busy: HashMap<CounterId, Busy> = HashMap::new();
    let mut next_arrival: HashMap<(usize, usize), Timestamp> = HashMap::new();
    let mut tick = tokio::time::interval(TICK);
    loop {
        tick.tick().await;
        for (n, branch) in bank.branches.iter().enumerate() {
            let now = house.system.now();
            for line in 0..branch.queues.len() {
                let due = next_arrival.get(&(n, line)).copied();
                if due.is_some_and(|at| at > now) {
                    continue;
                }
                next_arrival.insert((n, line), later(now, pace.until_next(bank, branch, line)));
                if due.is_some() {
                    arrive(house, &ctx, branch, line).await;
                }
            }
            for (counter, ..) in &branch.staffed {
                turn(house, &ctx, (bank, branch, pace), *counter, &mut busy).await;
            }
        }
    }
}

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(at)
}

async fn arrive(house: &House, ctx: &Ctx, branch: &Branch, n: usize) {
    let Some((queue, service, _)) = branch.queues.get(n).copied() else { return };
    let waiting = house.line.live().line(queue).map_or(0, |line| line.lock().len());
    if waiting >= LONG_LINE {
        return;
    }
    let line = house.line.clone();
    let outcome = house
        .db
        .write(ctx, Lane::Site(branch.id), move |tx| {
            let input = Issue {
                queue_id: Some(queue),
                service_id: Some(service),
                channel: Some(Channel::Kiosk),
                ..Issue::default()
            };
            issue(&line, tx, &input, Terms::default())
        })
        .await;
    if let Err(error) = outcome {
        tracing::debug!(%error, "a simulated visitor was sent away");
    }
}

/// One simulated counter: come, serve, complete, next.
async fn turn(
    house: &House,
    ctx: &Ctx,
    (bank, branch, pace): (&Bank, &Branch, Pace),
    counter: CounterId,
    busy: &mut HashMap<CounterId, Busy>,
) {
    let now = house.system.now();
    if busy.get(&counter).is_some_and(|b| b.until > now) {
        return;
    }
    // After the seeded day, and after a restart, a counter may hold a ticket that this loop knows nothing of.
    let at_counter = match busy.remove(&counter) {
        Some(held) => Some((held.ticket, held.serving)),
        None => holding(house, counter),
    };
    let line = house.line.clone();
    let outcome = house
        .db
        .write(ctx, Lane::Site(branch.id), move |tx| match at_counter {
            Some((ticket, false)) => start(&line, tx, ticket).map(|t| Some((t.id, t.service_id, true))),
            Some((ticket, true)) => {
                close(&line, tx, ticket, &Close::default())?;
                call_next(&line, tx, counter).map(|t| t.map(|t| (t.id, t.service_id, false)))
            }
            None => call_next(&line, tx, counter).map(|t| t.map(|t| (t.id, t.service_id, false))),
        })
        .await;
    match outcome {
        Ok(Some((ticket, service, serving))) => {
            // Whoever is called needs some seconds to come; they are part of the time at the counter.
            let seconds = if serving {
                (pace.at_counter(bank.minutes(service)) - COMING).max(1)
            } else {
                COMING - 3 + i64::from(random::below(7))
            };
            busy.insert(counter, Busy { ticket, until: later(now, seconds), serving });
        }
        Ok(None) => {}
        Err(error) => tracing::debug!(%error, "a simulated counter waits"),
    }
}

/// The ticket that a counter holds, and whether its service has begun.
fn holding(house: &House, counter: CounterId) -> Option<(TicketId, bool)> {
    let live = house.line.live();
    let ticket = live.seats.lock().counters.get(&counter)?.holding.first().copied()?;
    let status = live.ticket(ticket)?.status;
    Some((ticket, status != Status::Called))
}
