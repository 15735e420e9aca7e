//! The visits that the demo's customer has behind her, so that her own page has something to show.

use anyhow::Result;
use usher_db::{Lane, Tx};
use usher_engagement::Error;
use usher_engagement::model::{FeedbackChannel, FeedbackInput};
use usher_engagement::ops::say;
use usher_kernel::{Clock, Ctx, ManualClock, SignedDuration, SystemCtx, UserId};
use usher_queueing::model::ticket::Channel;
use usher_queueing::model::{CounterId, QueueId, ServiceId, TicketId};
use usher_queueing::ops::call::call;
use usher_queueing::ops::close::{Close, close};
use usher_queueing::ops::issue::{Issue, Terms, issue};
use usher_queueing::ops::serve::start;

use super::bank::{Bank, Branch};
use crate::house::House;

/// How many days ago, for which line, minutes waited and served, and what she said of it (0 for nothing).
const VISITS: &[(i64, usize, i64, i64, i64)] = &[
    (41, 0, 7, 4, 0),
    (33, 1, 12, 3, 5),
    (26, 0, 4, 5, 0),
    (17, 0, 38, 6, 2),
    (9, 1, 6, 3, 4),
    (3, 0, 9, 4, 5),
];

/// Where she is served, and for what.
#[derive(Clone, Copy)]
struct Place {
    queue: QueueId,
    service: ServiceId,
    counter: CounterId,
}

/// Lives through her visits, the oldest first, with the operations of every other visitor. Her points come from them
/// by the rules of the programme.
///
/// # Errors
/// The database.
pub(super) async fn visits(house: &House, bank: &Bank) -> Result<()> {
    let (Some(user), Some(branch)) = (bank.guest, bank.branches.first()) else { return Ok(()) };
    let now = house.system.now();
    let (clock, hands) = Clock::manual(now);
    let ctx = SystemCtx::new("demo", clock).within(bank.tenant);
    for &(days, line, waited, served, score) in VISITS {
        // Not all at the same time of the day.
        let came = SignedDuration::from_mins(days * 24 * 60 + days * 7 % 90);
        hands.set(now.checked_sub(came).unwrap_or(now));
        let Some(place) = place(branch, line) else { continue };
        let ticket = visit(house, &ctx, &hands, branch, place, user, (waited, served)).await?;
        if score > 0 {
            hands.advance(SignedDuration::from_mins(20));
            tell(house, &ctx, branch, ticket, score).await?;
        }
    }
    Ok(())
}

/// The n-th line of a branch, with the first counter that is staffed, which serves the first two.
fn place(branch: &Branch, line: usize) -> Option<Place> {
    let (queue, service, _) = branch.queues.get(line).copied()?;
    Some(Place { queue, service, counter: branch.staffed.first()?.0 })
}

/// One visit, from the ticket to the end of the service.
async fn visit(
    house: &House,
    ctx: &Ctx,
    hands: &ManualClock,
    branch: &Branch,
    place: Place,
    user: UserId,
    (waited, served): (i64, i64),
) -> Result<TicketId> {
    let lane = Lane::Site(branch.id);
    let line = house.line.clone();
    let take = move |tx: &mut Tx<'_>| {
        let input = Issue {
            queue_id: Some(place.queue),
            service_id: Some(place.service),
            channel: Some(Channel::Mobile),
            user_id: Some(user),
            ..Issue::default()
        };
        issue(&line, tx, &input, Terms { staff: true, ..Terms::default() }).map(|ticket| ticket.id)
    };
    let ticket = house.db.write(ctx, lane, take).await?;
    hands.advance(SignedDuration::from_mins(waited));
    let line = house.line.clone();
    house.db.write(ctx, lane, move |tx| call(&line, tx, ticket, place.counter)).await?;
    hands.advance(SignedDuration::from_secs(40));
    let line = house.line.clone();
    house.db.write(ctx, lane, move |tx| start(&line, tx, ticket)).await?;
    hands.advance(SignedDuration::from_mins(served));
    let line = house.line.clone();
    house.db.write(ctx, lane, move |tx| close(&line, tx, ticket, &Close::default())).await?;
    Ok(ticket)
}

/// What she said of a visit, from the ticket's page.
async fn tell(house: &House, ctx: &Ctx, branch: &Branch, ticket: TicketId, score: i64) -> Result<()> {
    let (engagement, tenant) = (house.engagement.clone(), ctx.tenant);
    let write = move |tx: &mut Tx<'_>| {
        let input = FeedbackInput { csat: Some(score), nps: Some(score * 2), ..FeedbackInput::default() };
        say(tx, &engagement, tenant, ticket, input, FeedbackChannel::Page).map(drop)
    };
    house.db.write::<_, Error>(ctx, Lane::Site(branch.id), write).await?;
    Ok(())
}
