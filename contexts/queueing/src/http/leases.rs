//! Blocks of numbers for kiosks: leased while the network is there, uploaded when it is back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_http::{Access, Answered, Created, Json, Path, Routes, State};
use usher_kernel::{Actor, Ctx, Fault};

use super::{lane_of_queue, shown, write};
use crate::error::Error;
use crate::model::{LeaseId, QueueId};
use crate::ops::Queueing;
use crate::ops::lease::{Lease, Printed, lease, upload};
use crate::ops::show::TicketView;

/// A kiosk wants numbers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Of which line.
    queue_id: QueueId,
    /// How many.
    count: i64,
}

/// What a kiosk printed while it was offline.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Upload {
    /// The tickets, in the order in which they were printed.
    tickets: Vec<Printed>,
}

/// The tickets that were taken in now; those of an earlier upload are not among them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct TakenIn {
    /// The tickets.
    items: Vec<TicketView>,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let kiosk = || Access::device(&["kiosk"]);
    routes
        .post("/api/v1/device/leases", kiosk(), take, |d| {
            d.summary("Lease a block of numbers to issue offline")
                .body::<Wanted>()
                .answer::<Lease>(201)
                .fault("numbers_exhausted", 409)
        })
        .post("/api/v1/device/leases/{id}/tickets", kiosk(), give_back, |d| {
            d.summary("Upload the tickets that were printed offline; each is taken in once")
                .body::<Upload>()
                .answer::<TakenIn>(200)
                .fault("lease_closed", 409)
                .fault("lease_number", 409)
        })
}

async fn take(ctx: Ctx, State(line): State<Queueing>, Json(input): Json<Wanted>) -> Result<Answered, Fault> {
    let (device, site) = match &ctx.actor {
        Actor::Device { id, site, .. } => (Some(*id), Some(*site)),
        _ => (None, None),
    };
    write(&ctx, &line, lane_of_queue(&line, input.queue_id), move |line, tx| {
        let config = line.config(tx)?;
        // A kiosk takes numbers of its own site's lines only.
        let queue = line.queue(&config, input.queue_id)?;
        if site != Some(queue.site_id) {
            return Err(Error::NotFound("queue"));
        }
        lease(line, tx, input.queue_id, input.count, device).map(Created)
    })
    .await
}

async fn give_back(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<LeaseId>,
    Json(input): Json<Upload>,
) -> Result<Answered, Fault> {
    let lane = match &ctx.actor {
        Actor::Device { site, .. } => usher_db::Lane::Site(*site),
        _ => usher_db::Lane::Tenant,
    };
    write(&ctx, &line, lane, move |line, tx| {
        let tickets = upload(line, tx, id, &input.tickets)?;
        let items = tickets.iter().map(|t| shown(line, tx, t)).collect::<Result<_, _>>()?;
        Ok(usher_http::Ok(TakenIn { items }))
    })
    .await
}
