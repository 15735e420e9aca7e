//! zeroQ's `/updateQueue`, word for word.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_http::{Access, Answered, Json, Routes, State};
use usher_kernel::{Ctx, Fault};

use super::{config_of, lane_of_queue, write};
use crate::error::Error;
use crate::model::scopes::TICKETS_ISSUE;
use crate::model::{Queue, QueueStatus, TenantConfig};
use crate::ops::{Queueing, outside};

/// By how many people a line changed that hold no ticket.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Update {
    /// The service's name, code or id.
    service_type: String,
    /// How many more, or fewer.
    change: i64,
}

/// The line before and after.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Updated {
    /// The service as it was named.
    service_type: String,
    /// The length before.
    previous_length: i64,
    /// The length after.
    new_queue_length: i64,
    /// When, in UTC and without a zone, as zeroQ has it.
    timestamp: String,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    routes.post("/updateQueue", Access::scope(TICKETS_ISSUE), update, |d| {
        d.summary("Count people in line who hold no ticket")
            .description("The count never falls below zero; it is part of every estimate.")
            .body::<Update>()
            .answer::<Updated>(200)
            .fault("unknown_service_type", 404)
    })
}

async fn update(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(input): Json<Update>,
) -> Result<Answered, Fault> {
    let config = config_of(&ctx, &line).await?;
    let unknown = || Error::UnknownServiceType(input.service_type.clone());
    let queue = line_for(&line, &ctx, &config, &input.service_type).ok_or_else(unknown)?.id;
    let lane = lane_of_queue(&line, queue);
    write(&ctx, &line, lane, move |line, tx| {
        let moved = outside::update(line, tx, queue, input.change)?;
        Ok(usher_http::Ok(Updated {
            service_type: input.service_type.clone(),
            previous_length: moved.previous_length,
            new_queue_length: moved.new_length,
            timestamp: tx.now().strftime("%Y-%m-%dT%H:%M:%S.%6f").to_string(),
        }))
    })
    .await
}

/// The line of a service at the tenant's default site, else at any of its sites; one that takes people before
/// one that does not. Not the one with the shortest estimate: who counts people in one by one must not be
/// sent to another line by the very people counted before.
fn line_for<'a>(line: &Queueing, ctx: &Ctx, config: &'a TenantConfig, service: &str) -> Option<&'a Queue> {
    let service = config.service_named(service)?.id;
    let home = line.directory().default_site(ctx.tenant).map(|site| site.id);
    let offers = config.queues.iter().filter(|q| q.serves(service) && ctx.may_at(q.site_id));
    let place = |q: &Queue| (Some(q.site_id) != home, q.status != QueueStatus::Active);
    offers.map(AsRef::as_ref).min_by_key(|q| (place(q), q.id))
}
