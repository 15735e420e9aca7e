//! Queues, their figures and estimates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::Lane;
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page, PageQuery, SiteId};

use super::refusals::{CHANGING, CONFIGURING, refuses};
use super::{config_of, lane_of_queue, site_named, write};
use crate::model::Code;
use crate::model::queue::QueueStatus;
use crate::model::scopes::{QUEUES_READ, QUEUES_WRITE, STATS_READ, TICKETS_ISSUE};
use crate::model::{Queue, QueueId, ServiceId, TenantConfig};
use crate::ops::configure::{QueueInput, archive_queue, create_queue, update_queue};
use crate::ops::show::{QueueView, Stats};
use crate::ops::{Queueing, outside, show};

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Filter {
    #[serde(flatten)]
    page: PageQuery,
    /// Of one site.
    site_id: Option<SiteId>,
    /// In one status.
    status: Option<QueueStatus>,
    /// That offer a service.
    service_id: Option<ServiceId>,
}

/// By how many people without a ticket a line has changed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OutsideChange {
    /// How many more; fewer where it is negative.
    #[schemars(range(min = -1_000, max = 1_000), example = 1)]
    change: i64,
}

/// A line after its people without a ticket were counted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct OutsideCount {
    /// How many stand there without a ticket.
    outside_count: i64,
    /// The whole line, those with a ticket too.
    length: i64,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let read = || Access::scope(QUEUES_READ);
    let write = || Access::scope(QUEUES_WRITE);
    routes
        .get("/api/v1/tenants/{tenant}/queues", read(), list, |d| {
            d.summary("List the queues").query::<Filter>().answer::<Page<QueueView>>(200)
        })
        .also(&["/api/organizations/{org}/queues"])
        .post("/api/v1/tenants/{tenant}/queues", write(), create, |d| {
            let d = d.summary("Make a queue").body::<QueueInput>().answer::<QueueView>(201);
            refuses(d.fault("some_sites", 403), &[CONFIGURING])
        })
        .also(&["/api/organizations/{org}/queues"])
        .get("/api/v1/tenants/{tenant}/queues/{id}", read(), get, |d| {
            d.summary("Read a queue").answer::<QueueView>(200)
        })
        .put("/api/v1/tenants/{tenant}/queues/{id}", write(), update, |d| {
            refuses(
                d.summary("Change a queue").body::<QueueInput>().answer::<QueueView>(200),
                &[CONFIGURING, CHANGING, &[Code::PrefixInUse]],
            )
        })
        .delete("/api/v1/tenants/{tenant}/queues/{id}", write(), delete, |d| {
            refuses(
                d.summary("Take a queue out of use").answer_empty(204),
                &[&[Code::InUse, Code::WrongSite]],
            )
        })
        .also(&["/api/queues/{id}"])
        .get("/api/v1/tenants/{tenant}/sites/{site}/queues", read(), at_site, |d| {
            d.summary("List the queues of a site").query::<Filter>().answer::<Page<QueueView>>(200)
        })
        .post("/api/v1/tenants/{tenant}/queues/{id}/outside", Access::scope(TICKETS_ISSUE), count, |d| {
            d.summary("Count people who stand in line without a ticket")
                .description(
                    "The count never falls below zero; it is part of every estimate, and begins at zero every day.",
                )
                .body::<OutsideChange>()
                .answer::<OutsideCount>(200)
        })
        .get("/api/v1/tenants/{tenant}/queues/{id}/stats", Access::scope(STATS_READ), stats, |d| {
            d.summary("The figures of a queue today").answer::<Stats>(200)
        })
}

async fn list(
    ctx: Ctx,
    State(line): State<Queueing>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<QueueView>>, Fault> {
    Ok(Json(listed(&ctx, &line, &filter).await?))
}

pub(super) async fn listed(ctx: &Ctx, line: &Queueing, filter: &Filter) -> Result<Page<QueueView>, Fault> {
    line.day_known().await;
    let config = config_of(ctx, line).await?;
    let now = ctx.now();
    let found = config
        .queues
        .iter()
        .filter(|q| {
            ctx.may_at(q.site_id)
                && filter.site_id.is_none_or(|site| q.site_id == site)
                && filter.status.is_none_or(|status| q.status == status)
                && filter.service_id.is_none_or(|service| q.serves(service))
        })
        .map(|q| show::queue_view(line, &config, q, now))
        .collect();
    Page::of(found, &filter.page, |q: &QueueView| q.id.to_string())
}

async fn at_site(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(site): Path<String>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<QueueView>>, Fault> {
    let site = site_named(&ctx, &line, &site)?;
    Ok(Json(listed(&ctx, &line, &Filter { site_id: Some(site.id), ..filter }).await?))
}

/// A queue for whoever may see it: staff of other sites find it in no list either.
fn seen<'a>(ctx: &Ctx, config: &'a TenantConfig, id: QueueId) -> Result<&'a Queue, Fault> {
    let queue = config.queue(id).filter(|queue| ctx.may_at(queue.site_id));
    queue.map(AsRef::as_ref).ok_or_else(|| Fault::not_found("queue"))
}

pub(super) async fn one(ctx: &Ctx, line: &Queueing, id: QueueId) -> Result<QueueView, Fault> {
    line.day_known().await;
    let config = config_of(ctx, line).await?;
    let queue = seen(ctx, &config, id)?;
    Ok(show::queue_view(line, &config, queue, ctx.now()))
}

async fn get(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<QueueId>,
) -> Result<Versioned<Json<QueueView>>, Fault> {
    let view = one(&ctx, &line, id).await?;
    Ok(Versioned { version: view.version, answer: Json(view) })
}

async fn create(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(input): Json<QueueInput>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, Lane::Tenant, move |line, tx| {
        let queue = create_queue(line, tx, &input)?;
        let tenant = queue.tenant_id;
        let config = line.load_config(tx, tenant)?;
        let view = show::queue_view(line, &config, &queue, tx.now());
        Ok(Versioned { version: queue.version, answer: Created(view) })
    })
    .await
}

async fn update(
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
        Ok(Versioned { version: queue.version, answer: usher_http::Ok(view) })
    })
    .await
}

async fn delete(ctx: Ctx, State(line): State<Queueing>, Path(id): Path<QueueId>) -> Result<Answered, Fault> {
    let lane = lane_of_queue(&line, id);
    write(&ctx, &line, lane, move |line, tx| archive_queue(line, tx, id).map(|()| NoContent)).await
}

async fn count(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<QueueId>,
    Json(input): Json<OutsideChange>,
) -> Result<Answered, Fault> {
    let config = config_of(&ctx, &line).await?;
    let id = seen(&ctx, &config, id)?.id;
    write(&ctx, &line, lane_of_queue(&line, id), move |line, tx| {
        let moved = outside::update(line, tx, id, input.change)?;
        Ok(usher_http::Ok(OutsideCount { outside_count: moved.outside_count, length: moved.new_length }))
    })
    .await
}

async fn stats(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<QueueId>,
) -> Result<Json<Stats>, Fault> {
    line.day_known().await;
    let config = config_of(&ctx, &line).await?;
    let queue = seen(&ctx, &config, id)?;
    Ok(Json(show::stats(&line, &config, queue, ctx.now())))
}
