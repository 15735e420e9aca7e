//! What paired devices read and do: a kiosk issues, a display plays announcements.

use axum::http::HeaderMap;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::{Lane, Read};
use usher_http::{Access, Answered, Json, NoContent, Path, Query, Routes, State};
use usher_identity::model::DeviceView;
use usher_kernel::{Actor, Ctx, Fault, FaultKind, SiteId, Timestamp};
use usher_realtime::Room;
use uuid::Uuid;

use super::public::{Join, Joined, Resume, follow, joining, take_ticket};
use super::refusals::refuses;
use super::write;
use crate::error::Error;
use crate::model::Code;
use crate::model::live::Call;
use crate::model::ticket::Channel;
use crate::ops::show::{CallView, Labels, SiteBoard, board, call};
use crate::ops::{Queueing, announcement, cancel, guard};

/// The board with the calls that no display has played yet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct DeviceBoard {
    #[serde(flatten)]
    board: SiteBoard,
    /// The boards of the further sites that the device shows.
    others: Vec<SiteBoard>,
    /// Calls that wait to be played, in order.
    queue_of_calls: Vec<CallView>,
    /// The code that one scans here to join by phone; null where no line asks for one, or the set-up hides it
    /// (`join_code`).
    join_code: Option<JoinCode>,
}

/// The code that a screen shows for a while.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct JoinCode {
    /// The code, to be typed.
    code: String,
    /// The path that its QR code opens.
    url: String,
    /// Until when it is shown; the screen then asks for the next.
    until: Timestamp,
}

/// What became of an announcement.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Heard {
    /// `spoken`; `chime_only` where no voice finished within eight seconds; `quiet` where quiet hours let none be heard;
    /// or `blocked` where there was no sound at all.
    outcome: String,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let any = || Access::device(&["kiosk", "display"]);
    routes
        .get("/api/v1/device/kiosk", any(), kiosk, |d| {
            d.summary("What the kiosk's site offers now").answer::<SiteBoard>(200)
        })
        .post("/api/v1/device/tickets", Access::device(&["kiosk"]), issue, |d| {
            joining(d.summary("Issue a ticket at the kiosk").body::<Join>().answer::<Joined>(201))
        })
        .post("/api/v1/device/tickets/{secret}/withdraw", Access::device(&["kiosk"]), withdraw, |d| {
            let d = d.summary("Take back a ticket whose answer came too late").description(
                "For a kiosk that gave a number of its own store because the answer to its request did not come in \
                 time: so the person has one ticket. The ticket counts as never issued.",
            );
            refuses(d.answer_empty(204), &[&[Code::NotAllowedInState, Code::ChangedMeanwhile]])
        })
        .get("/api/v1/device/board", any(), display, |d| {
            d.summary("What the display shows, and what it still has to play").answer::<DeviceBoard>(200)
        })
        .get("/api/v1/device/events", any(), events, |d| {
            d.summary("Follow the device's site live")
                .query::<Resume>()
                .answer_raw(
                    200,
                    "text/event-stream",
                    "A `snapshot`, then `announcement` and `board`; `device.changed` once the device is set up anew, \
                     `device.test` when it is to show that it prints, chimes or speaks.",
                )
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
        _ => Err(Fault::new(FaultKind::Forbidden, "forbidden", "Only a paired device can do this.")),
    }
}

/// The device behind the call as it is set up; none where it is not on record.
async fn set_up(ctx: &Ctx, line: &Queueing) -> Result<Option<DeviceView>, Fault> {
    let (id, _) = device(ctx)?;
    let (me, tenant) = (line.clone(), ctx.tenant);
    let read = move |read: &mut Read<'_>| me.identity().device_in(read, tenant, id);
    Ok(line.db().read(ctx, read).await?)
}

/// The sites whose boards a device shows: its own first, then those of its set-up that are there.
fn sites(ctx: &Ctx, line: &Queueing, set_up: Option<&DeviceView>) -> Result<Vec<SiteId>, Fault> {
    let (_, own) = device(ctx)?;
    let others = set_up.into_iter().flat_map(DeviceView::further_sites);
    let others = others.filter(|site| *site != own && line.directory().site(ctx.tenant, *site).is_some());
    Ok([own].into_iter().chain(others).collect())
}

async fn read_board(ctx: &Ctx, line: &Queueing) -> Result<SiteBoard, Fault> {
    let (_, site) = device(ctx)?;
    board(line, ctx.tenant, site).await?.ok_or_else(|| Fault::not_found("site"))
}

async fn kiosk(ctx: Ctx, State(line): State<Queueing>) -> Result<Json<SiteBoard>, Fault> {
    Ok(Json(read_board(&ctx, &line).await?))
}

async fn display(ctx: Ctx, State(line): State<Queueing>) -> Result<Json<DeviceBoard>, Fault> {
    let (id, site) = device(&ctx)?;
    let board = read_board(&ctx, &line).await?;
    let set_up = set_up(&ctx, &line).await?;
    let sites = sites(&ctx, &line, set_up.as_ref())?;
    let mut others = Vec::with_capacity(sites.len() - 1);
    for other in sites.iter().skip(1) {
        others.extend(crate::ops::show::board(&line, ctx.tenant, *other).await?);
    }
    let mut waiting: Vec<_> = {
        let calls = line.live().calls.lock();
        let open = |site| calls.of(site).filter(|c| c.waits_for(id)).map(move |c| (site, c.clone()));
        sites.iter().flat_map(|site| open(*site)).collect()
    };
    waiting.sort_by_key(|(_, call): &(SiteId, Call)| call.at);
    let (me, tenant) = (line.clone(), ctx.tenant);
    let read = move |read: &mut Read<'_>| {
        let calls: Vec<Call> = waiting.iter().map(|(_, call)| call.clone()).collect();
        let labels = Labels::of_calls(&me, read, tenant, &calls)?;
        Ok::<_, Error>(waiting.iter().map(|(site, c)| call(&me, tenant, *site, c, &labels)).collect())
    };
    let queue_of_calls = line.db().read(&ctx, read).await?;
    let config = super::config_of(&ctx, &line).await?;
    let shows_code = set_up.is_none_or(|device| device.shows_join_code());
    let code = guard::code_now(&line, &config, site, ctx.now()).filter(|_| shows_code);
    let join_code = code.map(|(code, until)| JoinCode {
        url: format!("/s/{}/{}?code={code}", board.tenant.slug, board.site.slug),
        code,
        until,
    });
    Ok(Json(DeviceBoard { board, others, queue_of_calls, join_code }))
}

async fn events(
    ctx: Ctx,
    State(line): State<Queueing>,
    Query(from): Query<Resume>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let (id, _) = device(&ctx)?;
    let sites = sites(&ctx, &line, set_up(&ctx, &line).await?.as_ref())?;
    let boards = sites.iter().map(|site| Room::new(ctx.tenant, "board", site.uuid()));
    let rooms = boards.chain([Room::new(ctx.tenant, "device", id)]).collect();
    follow(&line, std::sync::Arc::clone(ctx.caller()), rooms, &from, &headers)
}

async fn issue(ctx: Ctx, State(line): State<Queueing>, Json(join): Json<Join>) -> Result<Answered, Fault> {
    let (_, site) = device(&ctx)?;
    take_ticket(&ctx, &line, site, join, Channel::Kiosk).await
}

async fn withdraw(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(secret): Path<String>,
) -> Result<Answered, Fault> {
    let (_, site) = device(&ctx)?;
    let id = line.secrets().open(&secret).ok_or_else(|| Fault::not_found("ticket"))?;
    write(&ctx, &line, Lane::Site(site), move |line, tx| {
        cancel::withdraw(line, tx, site, id)?;
        Ok(NoContent)
    })
    .await
}

async fn heard(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<Uuid>,
    Json(heard): Json<Heard>,
) -> Result<Answered, Fault> {
    let (device, own) = device(&ctx)?;
    let sites = sites(&ctx, &line, set_up(&ctx, &line).await?.as_ref())?;
    let at = |site: &&SiteId| line.live().calls.lock().find(**site, id).is_some();
    let site = sites.iter().find(at).copied().unwrap_or(own);
    write(&ctx, &line, Lane::Site(site), move |line, tx| {
        announcement::acknowledge(line, tx, site, id, device, &heard.outcome)?;
        Ok(NoContent)
    })
    .await
}
