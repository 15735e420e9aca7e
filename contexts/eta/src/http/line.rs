//! The estimate of a line for somebody who would join it now.

use usher_http::{Access, Json, Path, Routes, State};
use usher_kernel::{Ctx, Fault};
use usher_queueing::model::{Estimate, QueueId};

use super::EtaState;
use crate::model::scopes::QUEUES_READ;

pub(super) fn routes(routes: Routes<EtaState>) -> Routes<EtaState> {
    routes.get("/api/v1/tenants/{tenant}/queues/{id}/eta", Access::scope(QUEUES_READ), estimate, |d| {
        d.summary("Estimate the wait of somebody who would join a queue now")
            .description("A range in minutes: half wait less than `p50`, nine in ten less than `p90`.")
            .answer::<Estimate>(200)
    })
}

async fn estimate(
    ctx: Ctx,
    State(state): State<EtaState>,
    Path(id): Path<QueueId>,
) -> Result<Json<Estimate>, Fault> {
    let line = state.line.clone();
    let config = state.line.db().read(&ctx, move |read| line.config(read)).await?;
    let queue = config.queue(id).filter(|queue| ctx.may_at(queue.site_id));
    let queue = queue.ok_or_else(|| Fault::not_found("queue"))?;
    let service = config.services_of(queue).next().ok_or_else(|| Fault::not_found("service"))?;
    Ok(Json(state.line.estimate(&config, queue, service, None, ctx.now())))
}
