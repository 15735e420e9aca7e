//! The estimate of a line for somebody who would join it now, what it rests on, and what estimates were worth.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_http::{Access, Json, Path, Query, Routes, State};
use usher_kernel::{Ctx, Fault};
use usher_queueing::model::service::NORMAL;
use usher_queueing::model::{Estimate, LineView, Queue, QueueId, Service, ServiceId, TenantConfig};

use super::{EtaState, queue_of};
use crate::model::scopes::QUEUES_READ;
use crate::ops::accuracy::{EstimateRecord, record};
use crate::ops::explain::{EstimateReasons, explain};

pub(super) fn routes(routes: Routes<EtaState>) -> Routes<EtaState> {
    routes
        .get("/api/v1/tenants/{tenant}/queues/{id}/eta", Access::scope(QUEUES_READ), estimate, |d| {
            d.summary("Estimate the wait of somebody who would join a queue now")
                .description(
                    "A range in minutes: half wait less than `p50`, nine in ten less than `p90`. They stand where the \
                     queue's algorithm would put them.",
                )
                .query::<Joining>()
                .answer::<Estimate>(200)
        })
        .get("/api/v1/tenants/{tenant}/queues/{id}/eta/explain", Access::scope(QUEUES_READ), reasons, |d| {
            d.summary("What the estimate of a queue rests on")
                .description("The same estimate with its parts, and in words.")
                .query::<Joining>()
                .answer::<EstimateReasons>(200)
        })
        .get("/api/v1/tenants/{tenant}/queues/{id}/eta/accuracy", Access::scope(QUEUES_READ), accuracy, |d| {
            d.summary("What the estimates of a queue were worth")
                .description(
                    "Every estimate that is given at issue is kept with the wait until the first call. Tickets of \
                     appointments do not count, nor those that did not simply wait until then: moved, transferred, \
                     parked, postponed, or given or confirmed in another priority.",
                )
                .query::<Window>()
                .answer::<EstimateRecord>(200)
        })
}

/// What somebody would join for, and where they would stand.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Joining {
    /// The service; when absent the queue's first one for which tickets are issued.
    service_id: Option<ServiceId>,
    /// Their priority class; none when absent. A class that staff have to confirm puts nobody forward before they have.
    #[schemars(length(max = 60))]
    priority_class: Option<String>,
    /// How many would be before them; when absent those of the line that the queue's algorithm puts before them.
    #[schemars(range(min = 0, max = 100_000))]
    ahead: Option<i64>,
}

/// How far back the split goes.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Window {
    /// The last so many days by hour and service: 1 to 30; 30 when absent.
    #[schemars(range(min = 1, max = 30))]
    days: Option<i64>,
}

/// The line as somebody finds it who joins now.
fn view(
    state: &EtaState,
    ctx: &Ctx,
    config: &TenantConfig,
    queue: &Queue,
    joining: &Joining,
) -> Result<LineView, Fault> {
    let service = service_of(config, queue, joining.service_id)?;
    let class = class_of(service, joining.priority_class.as_deref())?;
    let view = state.line.view_of_joining(config, queue, service, class, ctx.now());
    match joining.ahead {
        None => Ok(view),
        Some(ahead @ 0..=100_000) => {
            let view = state.line.view_with(config, queue, service, &view, ahead);
            Ok(LineView { waiting: ahead.max(view.waiting), ..view })
        }
        Some(_) => Err(Fault::field("ahead", "out_of_range", "Give a whole number from 0 to 100000.")),
    }
}

fn class_of<'j>(service: &Service, wanted: Option<&'j str>) -> Result<&'j str, Fault> {
    match wanted {
        None | Some(NORMAL) => Ok(NORMAL),
        Some(class) if service.class(class).is_some() => Ok(class),
        Some(_) => {
            let known = service.priority_rules.classes.keys().map(String::as_str);
            let known = std::iter::once(NORMAL).chain(known).collect::<Vec<_>>().join(", ");
            let text = format!("{} has no such priority; it has: {known}.", service.name);
            Err(Fault::field("priority_class", "unknown", text))
        }
    }
}

fn service_of<'c>(
    config: &'c TenantConfig,
    queue: &'c Queue,
    wanted: Option<ServiceId>,
) -> Result<&'c Service, Fault> {
    let first = || config.first_service(queue).map(AsRef::as_ref);
    match wanted {
        None => first().ok_or_else(|| Fault::not_found("service")),
        Some(id) if queue.serves(id) => {
            config.service(id).map(AsRef::as_ref).ok_or_else(|| Fault::not_found("service"))
        }
        Some(_) => Err(Fault::field("service_id", "not_offered", "This queue does not offer that service.")),
    }
}

async fn estimate(
    ctx: Ctx,
    State(state): State<EtaState>,
    Path(id): Path<QueueId>,
    Query(joining): Query<Joining>,
) -> Result<Json<Estimate>, Fault> {
    let config = state.config(&ctx).await?;
    let queue = queue_of(&ctx, &config, id)?;
    Ok(Json(state.line.ask(&view(&state, &ctx, &config, queue, &joining)?)))
}

async fn reasons(
    ctx: Ctx,
    State(state): State<EtaState>,
    Path(id): Path<QueueId>,
    Query(joining): Query<Joining>,
) -> Result<Json<EstimateReasons>, Fault> {
    let config = state.config(&ctx).await?;
    let queue = queue_of(&ctx, &config, id)?;
    let view = view(&state, &ctx, &config, queue, &joining)?;
    Ok(Json(explain(&state.eta, &view, state.line.ask(&view))))
}

async fn accuracy(
    ctx: Ctx,
    State(state): State<EtaState>,
    Path(id): Path<QueueId>,
    Query(window): Query<Window>,
) -> Result<Json<EstimateRecord>, Fault> {
    let config = state.config(&ctx).await?;
    let queue = queue_of(&ctx, &config, id)?;
    let days = match window.days {
        None => 30,
        Some(days @ 1..=30) => days,
        Some(_) => return Err(Fault::field("days", "out_of_range", "Give a whole number from 1 to 30.")),
    };
    let (tenant, today) = (ctx.tenant, state.eta.wall(ctx.tenant, queue.site_id, ctx.now()).day());
    let names = config.services.iter().map(|service| (service.id, service.name.clone())).collect();
    let read = move |read: &mut usher_db::Read<'_>| record(read, tenant, id, today, days, &names);
    Ok(Json(state.line.db().read(&ctx, read).await.map_err(Fault::from)?))
}
