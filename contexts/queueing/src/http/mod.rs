//! The routes of the line: one file per resource, one more per route family that a source document names.

mod agents;
mod counters;
mod device;
mod floor;
mod leases;
mod places;
mod print;
mod public;
mod queues;
mod refusals;
mod rooms;
mod rules;
mod services;
mod shared;
mod tickets;
mod tokens;
mod zeroq;

use std::sync::Arc;

use usher_db::{Lane, Read, Tx};
use usher_http::{Answer, Answered, Routes};
use usher_kernel::{Ctx, Fault, SiteId};
use usher_tenancy::Site;

pub(crate) use print::look_at;
pub(crate) use rooms::open_rooms;
pub(crate) use shared::SharedTicket;

use crate::error::Error;
use crate::model::{CounterId, QueueId, TenantConfig, Ticket, TicketId};
use crate::ops::{Queueing, show};

/// Every route of this context. Nearly all of them show an estimate, so that they wait until those are known.
pub fn routes(line: Queueing) -> Routes<Queueing> {
    let own = line.clone();
    Routes::new("queueing", line)
        .with(services::routes)
        .with(queues::routes)
        .with(counters::routes)
        .with(rules::routes)
        .with(tickets::routes)
        .with(agents::routes)
        .with(tokens::routes)
        .with(floor::routes)
        .with(places::routes)
        .with(public::routes)
        .with(device::routes)
        .with(leases::routes)
        .with(print::routes)
        .with(shared::routes)
        .with(zeroq::routes)
        .wait_for(move || own.estimates_to_come())
}

/// On which writer a ticket's operations run: with everything else of its site.
fn lane_of(line: &Queueing, ticket: TicketId) -> Lane {
    line.live().whereabouts(ticket).map_or(Lane::Tenant, |queue| lane_of_queue(line, queue))
}

fn lane_of_queue(line: &Queueing, queue: QueueId) -> Lane {
    line.live().line(queue).map_or(Lane::Tenant, |shared| Lane::Site(shared.lock().site_id))
}

fn lane_of_counter(line: &Queueing, counter: CounterId) -> Lane {
    line.live().seats.lock().counters.get(&counter).map_or(Lane::Tenant, |seat| Lane::Site(seat.site_id))
}

/// Runs a write, honouring the idempotency key.
async fn write<T: Answer>(
    ctx: &Ctx,
    line: &Queueing,
    lane: Lane,
    mut f: impl FnMut(&Queueing, &mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<Answered, Fault> {
    let me = line.clone();
    usher_http::write(ctx, line.db(), lane, move |tx| f(&me, tx)).await
}

/// Runs an operation on one ticket and answers with the ticket.
async fn on_ticket(
    ctx: &Ctx,
    line: &Queueing,
    id: TicketId,
    mut f: impl FnMut(&Queueing, &mut Tx<'_>) -> Result<Ticket, Error> + Send + 'static,
) -> Result<Answered, Fault> {
    write(ctx, line, lane_of(line, id), move |line, tx| {
        let ticket = f(line, tx)?;
        Ok(usher_http::Ok(shown(line, tx, &ticket)?))
    })
    .await
}

/// A ticket in the shape of the API, as this transaction sees it.
fn shown(line: &Queueing, read: &mut Read<'_>, ticket: &Ticket) -> Result<show::TicketView, Error> {
    let config = line.config(read)?;
    Ok(show::ticket(line, &config, ticket, read.now()))
}

/// The tenant's configuration.
pub(crate) async fn config_of(ctx: &Ctx, line: &Queueing) -> Result<Arc<TenantConfig>, Fault> {
    if let Some(known) = line.known_config(ctx.tenant) {
        return Ok(known);
    }
    let me = line.clone();
    Ok(line.db().read(ctx, move |read| me.config(read)).await?)
}

/// A site by its short name or its id.
fn site_named(ctx: &Ctx, line: &Queueing, name: &str) -> Result<Arc<Site>, Fault> {
    let directory = line.directory();
    let found = match name.parse::<SiteId>() {
        Ok(id) => directory.site(ctx.tenant, id),
        Err(_) => directory.site_by_slug(ctx.tenant, name),
    };
    found.ok_or_else(|| Fault::not_found("site"))
}
