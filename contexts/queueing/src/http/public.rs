//! What anybody may see and do without signing in: a site's board, joining, and one's own ticket.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::{Lane, Tx};
use usher_http::{Access, Answered, Created, Json, Path, Query, RateClass, Routes, State};
use usher_kernel::{Caller, Ctx, Fault};
use usher_realtime::{Room, door};

use super::refusals::{ENTERING, FROM_AFAR, ON_TICKET, refuses};
use super::{lane_of_queue, site_named, write};
use crate::error::Error;
use crate::model::Code;
use crate::model::guard::{Position, Proof};
use crate::model::ticket::Channel;
use crate::model::{QueueId, ServiceId, Status, Ticket, TicketId};
use crate::ops::issue::{Issue, Terms};
use crate::ops::place::Postpone;
use crate::ops::show::{PublicTicket, SiteBoard, board, public_view};
use crate::ops::{Queueing, cancel, issue, note, park, place, presence};

/// From where on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Resume {
    /// The `id` of the last event that was heard; a browser's `Last-Event-ID` goes before it.
    pub(super) since: Option<String>,
}

/// Somebody who joins from their own phone, or at a kiosk.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    /// What for.
    pub(super) service_id: ServiceId,
    /// Into which line; the one with the shortest wait when absent.
    #[serde(default)]
    pub(super) queue_id: Option<QueueId>,
    /// Their name.
    #[serde(default)]
    pub(super) name: Option<String>,
    /// Their phone number.
    #[serde(default)]
    pub(super) phone: Option<String>,
    /// How many people.
    #[serde(default)]
    pub(super) party_size: Option<i64>,
    /// The language they read.
    #[serde(default)]
    pub(super) locale: Option<String>,
    /// The priority class that they claim; staff may have to confirm it.
    #[serde(default)]
    pub(super) priority: Option<String>,
    /// Why they claim it.
    #[serde(default)]
    pub(super) priority_reason: Option<String>,
    /// What they need: a seat, a lift, an interpreter.
    #[serde(default)]
    pub(super) assistance: Option<String>,
    /// Further services of this visit, in order.
    #[serde(default)]
    pub(super) service_ids: Vec<ServiceId>,
    /// Where they are, where the line asks for it. It decides and is not kept.
    #[serde(default)]
    pub(super) position: Option<Position>,
    /// The code of a screen at the site, where the line asks for it.
    #[serde(default)]
    pub(super) join_code: Option<String>,
}

/// A new ticket with what opens its page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Joined {
    #[serde(flatten)]
    page: PublicTicket,
    /// Opens the ticket's page; nobody can guess it.
    secret: String,
    /// The path of that page.
    url: String,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let open = Access::public;
    routes
        .get("/api/v1/public/sites/{tenant}/{site}", open(), site_board, |d| {
            d.summary("What is public about a site's lines").answer::<SiteBoard>(200)
        })
        .get("/api/v1/public/sites/{tenant}/{site}/events", open(), site_events, |d| {
            d.summary("Follow a site's board live")
                .query::<Resume>()
                .answer_raw(200, "text/event-stream", "A `snapshot`, then a `board` whenever it changes.")
                .stream()
        })
        .post("/api/v1/public/sites/{tenant}/{site}/tickets", open(), join, |d| {
            joining(
                d.summary("Join a line")
                    .description("The ticket of who is signed in is theirs; nobody has to be.")
                    .body::<Join>()
                    .answer::<Joined>(201),
            )
            .rate(RateClass::AnonymousIssue)
        })
        .get("/api/v1/public/tickets/{secret}", open(), ticket_page, |d| {
            d.summary("One's own ticket").answer::<PublicTicket>(200)
        })
        .get("/api/v1/public/tickets/{secret}/events", open(), ticket_events, |d| {
            d.summary("Follow one's own ticket live")
                .query::<Resume>()
                .answer_raw(200, "text/event-stream", "A `snapshot`, then a `ticket` whenever it changes.")
                .stream()
        })
        .post("/api/v1/public/tickets/{secret}/leave", open(), leave, |d| {
            refuses(d.summary("Leave the line").answer::<PublicTicket>(200), &[ON_TICKET])
        })
        .post("/api/v1/public/tickets/{secret}/undo-leave", open(), undo_leave, |d| {
            refuses(
                d.summary("Come back at once to the place that was left").answer::<PublicTicket>(200),
                &[ON_TICKET, &[Code::UndoTooLate, Code::UndoMovedOn, Code::NumberGivenOut]],
            )
        })
        .post("/api/v1/public/tickets/{secret}/coming", open(), coming, |d| {
            refuses(
                d.summary("Say that one is on the way").answer::<PublicTicket>(200),
                &[&[Code::ChangedMeanwhile, Code::Over]],
            )
        })
        .post("/api/v1/public/tickets/{secret}/still-here", open(), still_here, |d| {
            refuses(
                d.summary("Say that one still waits; a parked ticket comes back into the line")
                    .answer::<PublicTicket>(200),
                &[ON_TICKET, &[Code::Over]],
            )
        })
        .post("/api/v1/public/tickets/{secret}/rejoin", open(), rejoin, |d| {
            refuses(
                d.summary("Come back after a missed call").answer::<PublicTicket>(200),
                &[ON_TICKET, &[Code::ReinstateTooLate, Code::NumberGivenOut]],
            )
        })
        .post("/api/v1/public/tickets/{secret}/postpone", open(), postpone, |d| {
            refuses(
                d.summary("Let others go first, or be back in some minutes")
                    .body::<Postpone>()
                    .answer::<PublicTicket>(200),
                &[ON_TICKET, &[Code::ParkLimit]],
            )
        })
}

/// The ways in which a line takes nobody who comes by themselves.
pub(super) fn joining(docs: usher_http::Docs) -> usher_http::Docs {
    refuses(docs, &[ENTERING, FROM_AFAR])
}

async fn site_board(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(site): Path<String>,
) -> Result<Json<SiteBoard>, Fault> {
    let site = site_named(&ctx, &line, &site)?;
    let found = board(&line, ctx.tenant, site.id).await?;
    found.map(Json).ok_or_else(|| Fault::not_found("site"))
}

async fn site_events(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(site): Path<String>,
    Query(from): Query<Resume>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let site = site_named(&ctx, &line, &site)?;
    let room = Room::new(ctx.tenant, "board", site.id.uuid());
    follow(&line, Arc::clone(ctx.caller()), vec![room], &from, &headers)
}

/// Opens an event stream of some rooms for somebody whom the path itself let in.
pub(super) fn follow(
    line: &Queueing,
    caller: Arc<Caller>,
    rooms: Vec<Room>,
    from: &Resume,
    headers: &HeaderMap,
) -> Result<Response, Fault> {
    let since = line.hub().since(door::cursor(headers, from.since.as_deref()));
    Ok(door::sse(line.hub().admit_unasked(caller, rooms)?, since))
}

async fn join(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(site): Path<String>,
    Json(join): Json<Join>,
) -> Result<Answered, Fault> {
    let site = site_named(&ctx, &line, &site)?;
    take_ticket(&ctx, &line, site.id, join, Channel::Web).await
}

/// Issues a ticket to somebody at a site and answers with its page and its secret. Who is signed in joins as themselves.
pub(super) async fn take_ticket(
    ctx: &Ctx,
    line: &Queueing,
    site: usher_kernel::SiteId,
    join: Join,
    channel: Channel,
) -> Result<Answered, Fault> {
    let wanted = Issue {
        queue_id: join.queue_id,
        service_id: Some(join.service_id),
        site_id: Some(site),
        name: join.name,
        phone: join.phone,
        party_size: join.party_size,
        channel: Some(channel),
        locale: join.locale,
        priority: join.priority,
        priority_reason: join.priority_reason,
        assistance: join.assistance,
        service_ids: join.service_ids,
        user_id: ctx.actor.user(),
        proof: Proof { position: join.position, code: join.join_code },
        ..Issue::default()
    };
    let lane = join.queue_id.map_or(Lane::Site(site), |queue| lane_of_queue(line, queue));
    write(ctx, line, lane, move |line, tx| {
        let ticket = issue::issue(line, tx, &wanted, Terms::default())?;
        if ticket.site_id != site {
            return Err(Error::NotFound("queue"));
        }
        let secret = line.secrets().seal(ticket.id);
        Ok(Created(Joined { page: page_of(line, tx, &ticket)?, url: format!("/t/{secret}"), secret }))
    })
    .await
}

fn page_of(line: &Queueing, tx: &mut Tx<'_>, ticket: &Ticket) -> Result<PublicTicket, Error> {
    let config = line.config(tx)?;
    public_view(line, &config, ticket, tx.now()).ok_or(Error::NotFound("ticket"))
}

async fn ticket_page(
    caller: Arc<Caller>,
    State(line): State<Queueing>,
    Path(secret): Path<String>,
) -> Result<Json<PublicTicket>, Fault> {
    let (ctx, id) = line.holder(&caller, &secret).await?;
    let found = crate::ops::show::public_ticket(&line, ctx.tenant, id).await?;
    found.map(Json).ok_or_else(|| Fault::not_found("ticket"))
}

async fn ticket_events(
    caller: Arc<Caller>,
    State(line): State<Queueing>,
    Path(secret): Path<String>,
    Query(from): Query<Resume>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let (ctx, id) = line.holder(&caller, &secret).await?;
    // Whoever follows their ticket can be asked whether they still come.
    if line.live().ticket(id).is_some_and(|ticket| ticket.presence.is_none()) {
        let me = line.clone();
        let noted =
            line.db().write(&ctx, super::lane_of(&line, id), move |tx| presence::open_page(&me, tx, id));
        if let Err(error) = noted.await {
            tracing::warn!(%error, "that a ticket's page was opened is not noted");
        }
    }
    let room = Room::new(ctx.tenant, "ticket", id.uuid());
    follow(&line, Arc::clone(ctx.caller()), vec![room], &from, &headers)
}

/// Runs an operation on one's own ticket and answers with its page.
async fn mine(
    line: &Queueing,
    caller: &Arc<Caller>,
    secret: &str,
    mut f: impl FnMut(&Queueing, &mut Tx<'_>, TicketId) -> Result<Ticket, Error> + Send + 'static,
) -> Result<Answered, Fault> {
    let (ctx, id) = line.holder(caller, secret).await?;
    write(&ctx, line, super::lane_of(line, id), move |line, tx| {
        let ticket = f(line, tx, id).map_err(Error::for_holder)?;
        Ok(usher_http::Ok(page_of(line, tx, &ticket)?))
    })
    .await
}

async fn leave(
    caller: Arc<Caller>,
    State(line): State<Queueing>,
    Path(secret): Path<String>,
) -> Result<Answered, Fault> {
    mine(&line, &caller, &secret, cancel::leave).await
}

async fn undo_leave(
    caller: Arc<Caller>,
    State(line): State<Queueing>,
    Path(secret): Path<String>,
) -> Result<Answered, Fault> {
    mine(&line, &caller, &secret, cancel::undo_leave).await
}

async fn coming(
    caller: Arc<Caller>,
    State(line): State<Queueing>,
    Path(secret): Path<String>,
) -> Result<Answered, Fault> {
    mine(&line, &caller, &secret, |line, tx, id| note::seen(line, tx, id, true)).await
}

async fn still_here(
    caller: Arc<Caller>,
    State(line): State<Queueing>,
    Path(secret): Path<String>,
) -> Result<Answered, Fault> {
    mine(&line, &caller, &secret, |line, tx, id| {
        // Who is away by agreement and says so is back in line.
        if crate::ops::ticket(tx, id)?.status == Status::Parked {
            return park::unpark(line, tx, id);
        }
        note::seen(line, tx, id, false)
    })
    .await
}

async fn rejoin(
    caller: Arc<Caller>,
    State(line): State<Queueing>,
    Path(secret): Path<String>,
) -> Result<Answered, Fault> {
    mine(&line, &caller, &secret, place::reinstate).await
}

async fn postpone(
    caller: Arc<Caller>,
    State(line): State<Queueing>,
    Path(secret): Path<String>,
    Json(wish): Json<Postpone>,
) -> Result<Answered, Fault> {
    mine(&line, &caller, &secret, move |line, tx, id| place::postpone(line, tx, id, &wish)).await
}
