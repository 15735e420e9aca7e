//! Counters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::Lane;
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page, PageQuery, SiteId};
use uuid::Uuid;

use super::refusals::{CHANGING, CONFIGURING, refuses};
use super::{config_of, lane_of_counter, site_named, write};
use crate::model::Code;
use crate::model::counter::CounterStatus;
use crate::model::scopes::{COUNTERS_READ, COUNTERS_WRITE, STAFF_WRITE};
use crate::model::{Counter, CounterId, TenantConfig};
use crate::ops::configure::{CounterInput, archive_counter, assign_staff, create_counter, update_counter};
use crate::ops::show::{AgentView, CounterView, StandingCounter};
use crate::ops::{Queueing, show};

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Filter {
    #[serde(flatten)]
    page: PageQuery,
    /// Of one site.
    site_id: Option<SiteId>,
}

/// Who sits at a counter.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AssignStaff {
    /// The member of staff, by the membership's id or the person's.
    #[serde(alias = "user_id", alias = "agent_id")]
    staff_id: Uuid,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let read = || Access::scope(COUNTERS_READ);
    let write = || Access::scope(COUNTERS_WRITE);
    routes
        .get("/api/v1/tenants/{tenant}/counters", read(), list, |d| {
            d.summary("List the counters, with the sizes of their queues")
                .query::<Filter>()
                .answer::<Page<CounterView>>(200)
        })
        .get("/api/organizations/{org}/counters", read(), list_standing, |d| {
            d.summary("List the counters, with the sizes of their queues and whether they are busy")
                .query::<Filter>()
                .answer::<Page<StandingCounter>>(200)
        })
        .also(&["/api/counters"])
        .post("/api/v1/tenants/{tenant}/counters", write(), create, |d| {
            refuses(
                d.summary("Make a counter").body::<CounterInput>().answer::<CounterView>(201),
                &[CONFIGURING],
            )
        })
        .post("/api/organizations/{org}/counters", write(), create_standing, |d| {
            refuses(
                d.summary("Make a counter").body::<CounterInput>().answer::<StandingCounter>(201),
                &[CONFIGURING],
            )
        })
        .get("/api/v1/tenants/{tenant}/counters/{id}", read(), get, |d| {
            d.summary("Read a counter").answer::<CounterView>(200)
        })
        .get("/api/counters/{id}", read(), get_standing, |d| {
            d.summary("Read a counter, and whether it is busy").answer::<StandingCounter>(200)
        })
        .put("/api/v1/tenants/{tenant}/counters/{id}", write(), update, |d| {
            refuses(
                d.summary("Change a counter, open or close it")
                    .body::<CounterInput>()
                    .answer::<CounterView>(200),
                &[CONFIGURING, CHANGING],
            )
        })
        .put("/api/counters/{id}", write(), update_standing, |d| {
            refuses(
                d.summary("Change a counter, open or close it")
                    .body::<CounterInput>()
                    .answer::<StandingCounter>(200),
                &[CONFIGURING, CHANGING],
            )
        })
        .delete("/api/v1/tenants/{tenant}/counters/{id}", write(), delete, |d| {
            refuses(
                d.summary("Take a counter out of use").answer_empty(204),
                &[&[Code::InUse, Code::WrongSite]],
            )
        })
        .also(&["/api/counters/{id}"])
        .get("/api/v1/tenants/{tenant}/sites/{site}/counters", read(), at_site, |d| {
            d.summary("List the counters of a site").query::<PageQuery>().answer::<Page<CounterView>>(200)
        })
        .post("/api/counters/{id}/assign-staff", Access::scope(STAFF_WRITE), assign_standing, |d| {
            refuses(
                d.summary("Say who sits at a counter").body::<AssignStaff>().answer::<StandingCounter>(200),
                &[&[Code::ChangedMeanwhile, Code::WrongSite]],
            )
        })
        .post(
            "/api/v1/tenants/{tenant}/counters/{id}/assign-staff",
            Access::scope(STAFF_WRITE),
            assign,
            |d| {
                refuses(
                    d.summary("Say who sits at a counter").body::<AssignStaff>().answer::<CounterView>(200),
                    &[&[Code::ChangedMeanwhile, Code::WrongSite]],
                )
            },
        )
}

pub(super) fn view(line: &Queueing, config: &TenantConfig, ctx: &Ctx, counter: &Counter) -> CounterView {
    show::counter(line, config, ctx.tenant, counter, ctx.now())
}

async fn listed(ctx: &Ctx, line: &Queueing, filter: &Filter) -> Result<Page<CounterView>, Fault> {
    line.day_known().await;
    let config = config_of(ctx, line).await?;
    let found = config
        .counters
        .iter()
        .filter(|c| ctx.may_at(c.site_id) && filter.site_id.is_none_or(|site| c.site_id == site))
        .map(|c| view(line, &config, ctx, c))
        .collect();
    Page::of(found, &filter.page, |c: &CounterView| c.id.to_string())
}

async fn list(
    ctx: Ctx,
    State(line): State<Queueing>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<CounterView>>, Fault> {
    Ok(Json(listed(&ctx, &line, &filter).await?))
}

/// The same in document 000's words.
async fn list_standing(
    ctx: Ctx,
    State(line): State<Queueing>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<StandingCounter>>, Fault> {
    Ok(Json(listed(&ctx, &line, &filter).await?.map(StandingCounter)))
}

async fn at_site(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(site): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<CounterView>>, Fault> {
    let site = site_named(&ctx, &line, &site)?;
    Ok(Json(listed(&ctx, &line, &Filter { page, site_id: Some(site.id) }).await?))
}

async fn read_one(ctx: &Ctx, line: &Queueing, id: CounterId) -> Result<CounterView, Fault> {
    let config = config_of(ctx, line).await?;
    let counter = config.counter(id).filter(|counter| ctx.may_at(counter.site_id));
    let counter = counter.ok_or_else(|| Fault::not_found("counter"))?;
    Ok(view(line, &config, ctx, counter))
}

async fn get(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<CounterId>,
) -> Result<Versioned<Json<CounterView>>, Fault> {
    let found = read_one(&ctx, &line, id).await?;
    Ok(Versioned { version: found.version, answer: Json(found) })
}

async fn get_standing(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<CounterId>,
) -> Result<Versioned<Json<StandingCounter>>, Fault> {
    let found = read_one(&ctx, &line, id).await?;
    Ok(Versioned { version: found.version, answer: Json(StandingCounter(found)) })
}

async fn create(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(input): Json<CounterInput>,
) -> Result<Answered, Fault> {
    made(&ctx, &line, input, |view| view).await
}

async fn create_standing(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(input): Json<CounterInput>,
) -> Result<Answered, Fault> {
    made(&ctx, &line, input, StandingCounter).await
}

/// Makes a counter and shows it as `shown` has it.
async fn made<T: Serialize + Send + 'static>(
    ctx: &Ctx,
    line: &Queueing,
    input: CounterInput,
    shown: fn(CounterView) -> T,
) -> Result<Answered, Fault> {
    let tenant = ctx.tenant;
    write(ctx, line, Lane::Tenant, move |line, tx| {
        let counter = create_counter(line, tx, &input)?;
        let config = line.load_config(tx, tenant)?;
        let mut view = show::counter(line, &config, tenant, &counter, tx.now());
        // Its seat comes into memory with the commit.
        if let Some(status) = input.status {
            view.status = status;
            view.state = if status.as_str() == "open" { "idle" } else { "closed" };
        }
        Ok(Versioned { version: counter.version, answer: Created(shown(view)) })
    })
    .await
}

async fn update(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<CounterId>,
    IfMatch(version): IfMatch,
    Json(input): Json<CounterInput>,
) -> Result<Answered, Fault> {
    changed(&ctx, &line, (id, version), input, |view| view).await
}

async fn update_standing(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<CounterId>,
    IfMatch(version): IfMatch,
    Json(input): Json<CounterInput>,
) -> Result<Answered, Fault> {
    changed(&ctx, &line, (id, version), input, StandingCounter).await
}

/// Changes a counter and shows it as `shown` has it.
async fn changed<T: Serialize + Send + 'static>(
    ctx: &Ctx,
    line: &Queueing,
    (id, version): (CounterId, Option<i64>),
    input: CounterInput,
    shown: fn(CounterView) -> T,
) -> Result<Answered, Fault> {
    let tenant = ctx.tenant;
    write(ctx, line, lane_of_counter(line, id), move |line, tx| {
        let counter = update_counter(line, tx, id, &input, version)?;
        let config = line.load_config(tx, tenant)?;
        let mut view = show::counter(line, &config, tenant, &counter, tx.now());
        if let Some(status) = input.status {
            view.status = status;
            view.state = match (status.as_str(), view.holding) {
                ("closed", _) => "closed",
                (_, 0) => "idle",
                _ => "busy",
            };
        }
        Ok(Versioned { version: counter.version, answer: usher_http::Ok(shown(view)) })
    })
    .await
}

async fn delete(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<CounterId>,
) -> Result<Answered, Fault> {
    let lane = lane_of_counter(&line, id);
    write(&ctx, &line, lane, move |line, tx| archive_counter(line, tx, id).map(|()| NoContent)).await
}

async fn assign(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<CounterId>,
    Json(input): Json<AssignStaff>,
) -> Result<Answered, Fault> {
    seated(&ctx, &line, id, input, |view| view).await
}

async fn assign_standing(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<CounterId>,
    Json(input): Json<AssignStaff>,
) -> Result<Answered, Fault> {
    seated(&ctx, &line, id, input, StandingCounter).await
}

/// Seats somebody at a counter and shows it as `shown` has it.
async fn seated<T: Serialize + Send + 'static>(
    ctx: &Ctx,
    line: &Queueing,
    id: CounterId,
    input: AssignStaff,
    shown: fn(CounterView) -> T,
) -> Result<Answered, Fault> {
    let tenant = ctx.tenant;
    write(ctx, line, lane_of_counter(line, id), move |line, tx| {
        let (counter, agent, name) = assign_staff(line, tx, id, input.staff_id)?;
        let config = line.load_config(tx, tenant)?;
        let mut view = show::counter(line, &config, tenant, &counter, tx.now());
        // Who sits there comes into memory with the commit.
        view.status = CounterStatus::Open;
        view.state = if view.holding == 0 { "idle" } else { "busy" };
        view.agent = Some(AgentView { id: agent.user_id, name, status: agent.status });
        Ok(usher_http::Ok(shown(view)))
    })
    .await
}
