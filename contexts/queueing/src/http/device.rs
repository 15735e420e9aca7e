//! What paired devices read and do: a kiosk issues, a display plays announcements.

use axum::http::HeaderMap;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::{Lane, Read};
use usher_http::{Access, Answered, Json, NoContent, Path, Query, Routes, State};
use usher_kernel::{Actor, Ctx, Fault, FaultKind, SiteId};
use usher_realtime::Room;
use uuid::Uuid;

use super::public::{Join, Joined, Resume, follow, refusals, take_ticket};
use super::write;
use crate::error::Error;
use crate::model::ticket::Channel;
use crate::ops::show::{CallView, Labels, SiteBoard, board, call};
use crate::ops::{Queueing, announcement};

/// The board with the calls that no display has played yet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct DeviceBoard {
    #[serde(flatten)]
    board: SiteBoard,
    /// Calls that wait to be played, in order.
    queue_of_calls: Vec<CallView>,
}

/// What became of an announcement.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Heard {
    /// `spoken`, `chime_only` or `blocked`.
    outcome: String,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let any = || Access::device(&["kiosk", "display"]);
    routes
        .get("/api/v1/device/kiosk", any(), kiosk, |d| {
            d.summary("What the kiosk's site offers now").answer::<SiteBoard>(200)
        })
        .post("/api/v1/device/tickets", Access::device(&["kiosk"]), issue, |d| {
            refusals(d.summary("Issue a ticket at the kiosk").body::<Join>().answer::<Joined>(201))
        })
        .get("/api/v1/device/board", any(), display, |d| {
            d.summary("What the display shows, and what it still has to play").answer::<DeviceBoard>(200)
        })
        .get("/api/v1/device/events", any(), events, |d| {
            d.summary("Follow the device's site live")
                .query::<Resume>()
                .answer_raw(200, "text/event-stream", "A `snapshot`, then `announcement` and `board`.")
                .stream()
        })
        .post("/api/v1/device/announcements/{id}/ack", Access::device(&["display"]), heard, |d| {
            d.summary("Say what became of an announcement").body::<Heard>().answer_empty(204)
        })
}

/// The device behind the call, and its site.
fn device(ctx: &Ctx) -> Result<(Uuid, SiteId), Fault> {
    match &ctx.actor {
        Actor::Device { id, site, .. } => Ok((*id, *site)),
        _ => Err(Fault::new(FaultKind::Forbidden, "not_a_device", "Only a paired device can do this.")),
    }
}

async fn read_board(ctx: &Ctx, line: &Queueing) -> Result<SiteBoard, Fault> {
    let (_, site) = device(ctx)?;
    board(line, ctx.tenant, site).await?.ok_or_else(|| Fault::not_found("site"))
}

async fn kiosk(ctx: Ctx, State(line): State<Queueing>) -> Result<Json<SiteBoard>, Fault> {
    Ok(Json(read_board(&ctx, &line).await?))
}

async fn display(ctx: Ctx, State(line): State<Queueing>) -> Result<Json<DeviceBoard>, Fault> {
    let (_, site) = device(&ctx)?;
    let board = read_board(&ctx, &line).await?;
    let mut waiting: Vec<_> = {
        let calls = line.live().calls.lock();
        calls.of(site).filter(|c| c.acknowledged.is_none() && !c.settled).cloned().collect()
    };
    waiting.reverse();
    let (me, tenant) = (line.clone(), ctx.tenant);
    let read = move |read: &mut Read<'_>| {
        let labels = Labels::of_calls(&me, read, tenant, &waiting)?;
        Ok::<_, Error>(waiting.iter().map(|c| call(&me, tenant, c, &labels)).collect())
    };
    let queue_of_calls = line.db().read(&ctx, read).await?;
    Ok(Json(DeviceBoard { board, queue_of_calls }))
}

async fn events(
    ctx: Ctx,
    State(line): State<Queueing>,
    Query(from): Query<Resume>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let (_, site) = device(&ctx)?;
    let room = Room::new(ctx.tenant, "board", site.uuid());
    follow(&line, std::sync::Arc::clone(ctx.caller()), room, &from, &headers)
}

async fn issue(ctx: Ctx, State(line): State<Queueing>, Json(join): Json<Join>) -> Result<Answered, Fault> {
    let (_, site) = device(&ctx)?;
    take_ticket(&ctx, &line, site, join, Channel::Kiosk).await
}

async fn heard(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<Uuid>,
    Json(heard): Json<Heard>,
) -> Result<Answered, Fault> {
    let (device, site) = device(&ctx)?;
    write(&ctx, &line, Lane::Site(site), move |line, tx| {
        announcement::acknowledge(line, tx, site, id, device, &heard.outcome)?;
        Ok(NoContent)
    })
    .await
}
