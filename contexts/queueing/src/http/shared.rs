//! `/api/queues…` and `/api/tickets…`, which documents 000 and 004 share: both spellings in every answer.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::CustomerId;
use usher_db::{Lane, Read, Tx};
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page, Scope, Timestamp, UserId};

use super::queues::{Filter, listed, one as one_queue};
use super::refusals::{CALLING, CALLING_NAMED, CHANGING, CONFIGURING, ENDING, ON_TICKET, refuses};
use super::rooms::holds;
use super::tickets::{TicketFilter, found};
use super::{lane_of, lane_of_queue, shown, write};
use crate::error::Error;
use crate::model::Code;
use crate::model::guard::{Position, Proof};
use crate::model::scopes::{
    QUEUES_READ, QUEUES_WRITE, TICKETS_CALL, TICKETS_ISSUE, TICKETS_READ, TICKETS_SERVE,
};
use crate::model::ticket::Channel;
use crate::model::{QueueId, ServiceId, Status, Ticket, TicketId};
use crate::ops::close::Close;
use crate::ops::configure::{QueueInput, create_queue, update_queue};
use crate::ops::customer::is_own;
use crate::ops::issue::{Issue, Terms};
use crate::ops::show::{QueueUpdated, QueueView, TicketView};
use crate::ops::{Queueing, agent, call, cancel, close, issue, show, ticket};
use crate::store;

/// A queue in both documents' words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct SharedQueue {
    #[serde(flatten)]
    queue: QueueView,
    /// Whether it takes people at all.
    #[serde(rename = "isActive")]
    is_active: bool,
    /// How many tickets may be alive at once.
    #[serde(rename = "maxActiveTickets")]
    max_active_tickets: Option<i64>,
    /// Mean minutes of service today.
    #[serde(rename = "averageServiceTime")]
    average_service_time: f64,
    /// When it was made.
    #[serde(rename = "createdAt")]
    created: Timestamp,
    /// When it was last changed.
    #[serde(rename = "updatedAt")]
    updated: Timestamp,
    /// `currentNumber`, `activeTickets` and `statistics`.
    #[serde(flatten)]
    now: QueueUpdated,
}

/// A ticket in both documents' words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct SharedTicket {
    #[serde(flatten)]
    ticket: TicketView,
    /// Its number.
    #[serde(rename = "ticketNumber")]
    ticket_number: String,
    /// The line it stands in.
    #[serde(rename = "queueId")]
    queue: QueueId,
    /// The account of the person, where they have one.
    #[serde(rename = "userId")]
    user: Option<UserId>,
    /// The median wait in whole minutes.
    #[serde(rename = "estimatedWaitTime")]
    estimated_wait: Option<i64>,
    /// When it was issued.
    #[serde(rename = "createdAt")]
    created: Timestamp,
    /// When it last came to another state: the latest of the times of its steps.
    #[serde(rename = "updatedAt")]
    updated: Timestamp,
    /// When it was served.
    #[serde(rename = "servedAt")]
    served: Option<Timestamp>,
    /// The path of its page, for the person whose ticket it is. Whoever has it can act on the ticket without
    /// signing in, so nobody else is told.
    url: Option<String>,
}

/// Who joins, and for what.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Join {
    /// The line; in the path where the path has one.
    #[serde(alias = "queueId")]
    queue_id: Option<QueueId>,
    /// What for; the queue's first service when absent.
    #[serde(alias = "serviceId")]
    service_id: Option<ServiceId>,
    /// The person's name.
    name: Option<String>,
    /// Their phone number.
    phone: Option<String>,
    /// How many people.
    #[serde(alias = "partySize")]
    party_size: Option<i64>,
    /// For whom; only staff join others.
    #[serde(alias = "userId")]
    user_id: Option<UserId>,
    /// Where they are, where the line asks for it. It decides and is not kept.
    position: Option<Position>,
    /// The code of a screen at the site, where the line asks for it.
    #[serde(alias = "joinCode")]
    join_code: Option<String>,
}

/// Which ticket leaves.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Leave {
    /// The ticket; the caller's own in this line when absent.
    #[serde(alias = "ticketId")]
    ticket_id: Option<TicketId>,
}

/// The state that a ticket shall have.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    /// `called`, `serving`, `served` or `cancelled`, in any case.
    status: String,
    /// Where it is called to; the caller's own counter when absent.
    #[serde(default, alias = "counterId")]
    counter_id: Option<crate::model::CounterId>,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let read = || Access::scope(QUEUES_READ);
    let edit = || Access::scope(QUEUES_WRITE);
    let anybody = Access::signed_in;
    let working = || Access::any_of([TICKETS_CALL, TICKETS_SERVE, TICKETS_ISSUE].map(Access::scope));
    routes
        .get("/api/queues", read(), queues, |d| {
            d.summary("List the queues").query::<Filter>().answer::<Page<SharedQueue>>(200)
        })
        .post("/api/queues", edit(), make_queue, |d| {
            let d = d.summary("Make a queue").body::<QueueInput>().answer::<SharedQueue>(201);
            refuses(d.fault("some_sites", 403), &[CONFIGURING])
        })
        .get("/api/queues/{id}", read(), queue, |d| d.summary("Read a queue").answer::<SharedQueue>(200))
        .put("/api/queues/{id}", edit(), change_queue, |d| {
            refuses(
                d.summary("Change a queue").body::<QueueInput>().answer::<SharedQueue>(200),
                &[CONFIGURING, CHANGING, &[Code::PrefixInUse]],
            )
        })
        .post("/api/queues/{id}/join", anybody(), join, |d| {
            super::public::joining(d.summary("Join a queue").body::<Join>().answer::<SharedTicket>(201))
        })
        .also(&["/api/queues/{id}/tickets"])
        .post("/api/queues/{id}/leave", anybody(), leave, |d| {
            refuses(d.summary("Leave a queue").body::<Leave>().answer::<SharedTicket>(200), &[ON_TICKET])
        })
        .get("/api/queues/{id}/tickets", Access::scope(TICKETS_READ), in_queue, |d| {
            d.summary("Who is in a queue").query::<TicketFilter>().answer::<Page<SharedTicket>>(200)
        })
        .post("/api/tickets", anybody(), take, |d| {
            super::public::joining(d.summary("Take a ticket").body::<Join>().answer::<SharedTicket>(201))
        })
        .get("/api/tickets", anybody(), tickets, |d| {
            d.summary("List tickets: staff all of them, others their own")
                .query::<TicketFilter>()
                .answer::<Page<SharedTicket>>(200)
        })
        .get("/api/tickets/{id}", anybody(), a_ticket, |d| {
            d.summary("Read a ticket").answer::<SharedTicket>(200)
        })
        .put("/api/tickets/{id}", working(), change, |d| {
            refuses(
                d.summary("Change a ticket's state")
                    .description(
                        "`called` needs `tickets:call`, `serving` and `served` need `tickets:serve`, and \
                         `cancelled` needs `tickets:issue`.",
                    )
                    .body::<Change>()
                    .answer::<SharedTicket>(200),
                &[ON_TICKET, CALLING, CALLING_NAMED, ENDING, &[Code::NoCounter]],
            )
        })
        .delete("/api/tickets/{id}", anybody(), drop_ticket, |d| {
            refuses(d.summary("Cancel a ticket").answer_empty(204), &[ON_TICKET])
        })
}

fn queue_of(line: &Queueing, queue: QueueView) -> SharedQueue {
    SharedQueue {
        is_active: queue.status == crate::model::QueueStatus::Active,
        max_active_tickets: queue.max_active_tickets,
        average_service_time: queue.average_service_time,
        created: queue.created_at,
        updated: queue.updated_at,
        now: show::queue_updated(line, queue.id),
        queue,
    }
}

/// A ticket with the account of its owner.
fn with_user(line: &Queueing, read: &mut Read<'_>, ticket: &Ticket) -> Result<SharedTicket, Error> {
    let ids: Vec<_> = ticket.customer_id.into_iter().collect();
    let users = line.customers().users_of(read, ticket.tenant_id, &ids)?;
    let caller = read.caller().actor.user();
    Ok(ticket_of(line, shown(line, read, ticket)?, &users, caller))
}

/// Tickets with the accounts of their owners.
async fn all_with_users(
    ctx: &Ctx,
    line: &Queueing,
    page: Page<TicketView>,
) -> Result<Page<SharedTicket>, Fault> {
    let ids: Vec<_> = page.items.iter().filter_map(|ticket| ticket.customer_id).collect();
    let users = match ids.is_empty() {
        true => HashMap::new(),
        false => {
            let (people, tenant) = (line.customers().clone(), ctx.tenant);
            line.db().read(ctx, move |read| people.users_of(read, tenant, &ids)).await?
        }
    };
    let caller = ctx.actor.user();
    Ok(page.map(|ticket| ticket_of(line, ticket, &users, caller)))
}

fn ticket_of(
    line: &Queueing,
    ticket: TicketView,
    users: &HashMap<CustomerId, UserId>,
    caller: Option<UserId>,
) -> SharedTicket {
    let user = ticket.customer_id.and_then(|customer| users.get(&customer)).copied();
    let own = user.is_some() && user == caller;
    SharedTicket {
        url: own.then(|| format!("/t/{}", line.secrets().seal(ticket.id))),
        ticket_number: ticket.number.clone(),
        queue: ticket.queue_id,
        user,
        estimated_wait: ticket.estimate.as_ref().and_then(|e| e.p50.map(|_| e.minutes())),
        created: ticket.issued_at,
        updated: last_step(&ticket),
        served: ticket.ended_at.filter(|_| ticket.status == Status::Served),
        ticket,
    }
}

fn last_step(t: &TicketView) -> Timestamp {
    // Who has booked may enter the line for its order at a time that is still to come.
    let entered = t.booked.is_none().then_some(t.entered_at);
    let steps = [entered, t.called_at, t.recalled_at, t.started_at, t.paused_at, t.ended_at];
    steps.into_iter().flatten().fold(t.issued_at, Timestamp::max)
}

async fn queues(
    ctx: Ctx,
    State(line): State<Queueing>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<SharedQueue>>, Fault> {
    let page = listed(&ctx, &line, &filter).await?;
    Ok(Json(page.map(|q| queue_of(&line, q))))
}

async fn queue(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<QueueId>,
) -> Result<Versioned<Json<SharedQueue>>, Fault> {
    let view = one_queue(&ctx, &line, id).await?;
    Ok(Versioned { version: view.version, answer: Json(queue_of(&line, view)) })
}

async fn make_queue(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(input): Json<QueueInput>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, Lane::Tenant, move |line, tx| {
        let queue = create_queue(line, tx, &input)?;
        let config = line.load_config(tx, queue.tenant_id)?;
        let view = show::queue_view(line, &config, &queue, tx.now());
        Ok(Versioned { version: queue.version, answer: Created(queue_of(line, view)) })
    })
    .await
}

async fn change_queue(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<QueueId>,
    IfMatch(version): IfMatch,
    Json(input): Json<QueueInput>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, lane_of_queue(&line, id), move |line, tx| {
        let queue = update_queue(line, tx, id, &input, version)?;
        let config = line.load_config(tx, queue.tenant_id)?;
        let view = show::queue_view(line, &config, &queue, tx.now());
        Ok(Versioned { version: queue.version, answer: usher_http::Ok(queue_of(line, view)) })
    })
    .await
}

async fn join(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<QueueId>,
    Json(input): Json<Join>,
) -> Result<Answered, Fault> {
    issue_for(&ctx, &line, Join { queue_id: Some(id), ..input }).await
}

async fn take(ctx: Ctx, State(line): State<Queueing>, Json(input): Json<Join>) -> Result<Answered, Fault> {
    if input.queue_id.is_none() && input.service_id.is_none() {
        return Err(Fault::field("queue_id", "required", "Name the queue, or the service."));
    }
    issue_for(&ctx, &line, input).await
}

/// A ticket for the caller; staff may take one for somebody else.
async fn issue_for(ctx: &Ctx, line: &Queueing, input: Join) -> Result<Answered, Fault> {
    let staff = ctx.may(&TICKETS_ISSUE);
    let own = ctx.actor.user();
    let person = match input.user_id {
        Some(other) if Some(other) != own && !staff => {
            return Err(Fault::field("user_id", "not_yours", "Only staff take tickets for others."));
        }
        Some(person) => Some(person),
        None => own.filter(|_| !staff),
    };
    let lane = input.queue_id.map_or(Lane::Tenant, |queue| lane_of_queue(line, queue));
    let wanted = Issue {
        queue_id: input.queue_id,
        service_id: input.service_id,
        name: input.name,
        phone: input.phone,
        party_size: input.party_size,
        user_id: person,
        channel: Some(if staff { Channel::Staff } else { Channel::Mobile }),
        proof: Proof { position: input.position, code: input.join_code },
        ..Issue::default()
    };
    write(ctx, line, lane, move |line, tx| {
        let t = issue::issue(line, tx, &wanted, Terms { staff, confirmed: staff, ..Terms::default() })?;
        Ok(Created(with_user(line, tx, &t)?))
    })
    .await
}

/// The ticket, if it is the caller's own or the caller works with tickets.
fn reachable(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    let t = ticket(tx, id)?;
    let may = tx.caller().may(&TICKETS_ISSUE) || is_own(line, tx, t.tenant_id, t.customer_id)?;
    if may { Ok(t) } else { Err(Error::NotFound("ticket")) }
}

async fn leave(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(queue): Path<QueueId>,
    Json(input): Json<Leave>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, lane_of_queue(&line, queue), move |line, tx| {
        let id = match input.ticket_id {
            Some(id) => reachable(line, tx, id)?.id,
            None => own_in(line, tx, queue)?,
        };
        let staff = tx.caller().may(&TICKETS_ISSUE);
        let t = cancel::leave(line, tx, id).map_err(|no| if staff { no } else { no.for_holder() })?;
        Ok(usher_http::Ok(with_user(line, tx, &t)?))
    })
    .await
}

/// The caller's own ticket in a line.
fn own_in(line: &Queueing, tx: &mut Tx<'_>, queue: QueueId) -> Result<TicketId, Error> {
    let (Some(tenant), Some(user)) = (tx.tenant(), tx.caller().actor.user()) else {
        return Err(Error::NotFound("ticket"));
    };
    let customer = line.customers().of_user(tx, tenant, user)?;
    let filter = store::tickets::Filter {
        statuses: vec![Status::Waiting, Status::Called, Status::Parked],
        queue: Some(queue),
        customer: Some(customer.ok_or(Error::NotFound("ticket"))?),
        ..store::tickets::Filter::default()
    };
    let found = store::tickets::list(tx, &filter, 1)?;
    found.first().map(|t| t.id).ok_or(Error::NotFound("ticket"))
}

async fn in_queue(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<QueueId>,
    Query(filter): Query<TicketFilter>,
) -> Result<Json<Page<SharedTicket>>, Fault> {
    one_queue(&ctx, &line, id).await?;
    let page = found(&ctx, &line, filter.active_in(id)).await?;
    Ok(Json(all_with_users(&ctx, &line, page).await?))
}

async fn tickets(
    ctx: Ctx,
    State(line): State<Queueing>,
    Query(filter): Query<TicketFilter>,
) -> Result<Json<Page<SharedTicket>>, Fault> {
    let filter = if ctx.may(&TICKETS_READ) {
        filter
    } else {
        match customer_of(&ctx, &line).await? {
            Some(customer) => filter.of_customer(customer),
            None => return Ok(Json(Page { items: Vec::new(), next_cursor: None })),
        }
    };
    let page = found(&ctx, &line, filter).await?;
    Ok(Json(all_with_users(&ctx, &line, page).await?))
}

/// The customer who asks.
async fn customer_of(ctx: &Ctx, line: &Queueing) -> Result<Option<CustomerId>, Fault> {
    let Some(user) = ctx.actor.user() else { return Ok(None) };
    let (people, tenant) = (line.customers().clone(), ctx.tenant);
    Ok(line.db().read(ctx, move |read| people.of_user(read, tenant, user)).await?)
}

async fn a_ticket(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
) -> Result<Json<SharedTicket>, Fault> {
    let me = line.clone();
    let read = move |read: &mut Read<'_>| {
        let t = ticket(read, id)?;
        let staff = read.caller().may(&TICKETS_READ) && read.caller().may_at(t.site_id);
        let may = staff || is_own(&me, read, t.tenant_id, t.customer_id)?;
        if may { with_user(&me, read, &t) } else { Err(Error::NotFound("ticket")) }
    };
    Ok(Json(line.db().read(&ctx, read).await?))
}

/// The state that a word of document 004 means, and the scope of the operation that leads to it.
fn state_of(word: &str) -> Result<(Status, Scope), Fault> {
    Ok(match word.to_ascii_lowercase().as_str() {
        "called" => (Status::Called, TICKETS_CALL),
        "serving" => (Status::Serving, TICKETS_SERVE),
        "served" | "completed" => (Status::Served, TICKETS_SERVE),
        "cancelled" => (Status::Cancelled, TICKETS_ISSUE),
        _ => return Err(Fault::field("status", "unknown", "One of called, serving, served, cancelled.")),
    })
}

async fn change(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
    Json(input): Json<Change>,
) -> Result<Answered, Fault> {
    let (wanted, needed) = state_of(&input.status)?;
    holds(&ctx, &[needed])?;
    write(&ctx, &line, lane_of(&line, id), move |line, tx| {
        let t = match wanted {
            Status::Called => {
                let counter = match input.counter_id {
                    Some(counter) => counter,
                    None => agent::my_counter(line, tx)?,
                };
                call::call(line, tx, id, counter)?
            }
            Status::Cancelled => cancel::cancel(line, tx, id, None)?,
            Status::Served => close::close(line, tx, id, &Close::default())?,
            _ => crate::ops::serve::start(line, tx, id)?,
        };
        Ok(usher_http::Ok(with_user(line, tx, &t)?))
    })
    .await
}

async fn drop_ticket(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
) -> Result<NoContent, Fault> {
    let me = line.clone();
    line.db()
        .write(&ctx, lane_of(&line, id), move |tx| {
            let t = reachable(&me, tx, id)?;
            let staff = tx.caller().may(&TICKETS_ISSUE);
            let gone = cancel::cancel(&me, tx, t.id, None).map(|_| ());
            gone.map_err(|no| if staff { no } else { no.for_holder() })
        })
        .await?;
    Ok(NoContent)
}
