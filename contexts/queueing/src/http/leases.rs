//! Blocks of numbers for kiosks: leased while the network is there, uploaded when it is back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_http::{Access, Answered, Created, Json, Path, Routes, State};
use usher_kernel::{Actor, Ctx, Fault};

use super::refusals::refuses;
use super::{lane_of_queue, shown, write};
use crate::error::Error;
use crate::model::Code;
use crate::model::{LeaseId, QueueId, TicketId};
use crate::ops::Queueing;
use crate::ops::lease::{Lease, Printed, Upload, lease, upload};
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
struct Printout {
    /// The tickets, in the order in which they were printed.
    tickets: Vec<Printed>,
}

usher_kernel::text_enum! {
    /// What became of a ticket that was printed offline.
    enum Became {
        /// It was taken in now.
        TakenIn = "taken_in",
        /// An earlier upload had brought it.
        Known = "known",
        /// It cannot be taken in, now or later.
        Refused = "refused",
    }
}

/// What became of one ticket that was printed offline.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Uploaded {
    /// The bare number.
    value: i64,
    /// What became of it.
    result: Became,
    /// The ticket, where there is one.
    ticket_id: Option<TicketId>,
    /// The code of the refusal.
    code: Option<&'static str>,
    /// The refusal in words.
    reason: Option<String>,
}

/// What became of an upload.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct TakenIn {
    /// The tickets that were taken in now; those of an earlier upload are not among them.
    items: Vec<TicketView>,
    /// What became of each, in the order of the upload.
    results: Vec<Uploaded>,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let kiosk = || Access::device(&["kiosk"]);
    routes
        .post("/api/v1/device/leases", kiosk(), take, |d| {
            refuses(d.summary("Lease a block of numbers to issue offline")
                .body::<Wanted>()
                .answer::<Lease>(201), &[&[Code::NumbersExhausted, Code::QueuePaused, Code::QueueInactive]])
        })
        .post("/api/v1/device/leases/{id}/tickets", kiosk(), give_back, |d| {
            d.summary(
                "Upload the tickets that were printed offline; each is taken in once, or refused by itself",
            )
            .description(
                "What became of each stands in `results`, a refusal with its code: `lease_number` for a number that \
                 is none of the block's, `issued_in_future` where the kiosk's clock is wrong, `service_not_here`, or \
                 `invalid_field`.",
            )
            .body::<Printout>()
            .answer::<TakenIn>(200)
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
    Json(input): Json<Printout>,
) -> Result<Answered, Fault> {
    let lane = match &ctx.actor {
        Actor::Device { site, .. } => usher_db::Lane::Site(*site),
        _ => usher_db::Lane::Tenant,
    };
    write(&ctx, &line, lane, move |line, tx| {
        let (mut items, mut results) = (Vec::new(), Vec::new());
        for (value, upload) in upload(line, tx, id, &input.tickets)? {
            if let Upload::TakenIn(ticket) = &upload {
                items.push(shown(line, tx, ticket)?);
            }
            results.push(uploaded(value, upload));
        }
        Ok(usher_http::Ok(TakenIn { items, results }))
    })
    .await
}

fn uploaded(value: i64, upload: Upload) -> Uploaded {
    let (result, ticket_id, refusal) = match upload {
        Upload::TakenIn(ticket) => (Became::TakenIn, Some(ticket.id), None),
        Upload::Known(ticket) => (Became::Known, Some(ticket), None),
        Upload::Refused(error) => (Became::Refused, None, Some(Fault::from(error))),
    };
    let code = refusal.as_ref().map(Fault::code);
    Uploaded { value, result, ticket_id, code, reason: refusal.map(|fault| fault.detail().to_owned()) }
}
