//! Routing rules.

use usher_db::Lane;
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page, PageQuery};

use super::refusals::{CHANGING, refuses};
use super::{config_of, write};
use crate::model::Code;
use crate::model::scopes::QUEUES_WRITE;
use crate::model::{RoutingRule, RuleId};
use crate::ops::Queueing;
use crate::ops::configure::{RuleInput, create_rule, delete_rule, update_rule};

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    // A condition may name a person, a number or a class: whoever may see the lines does not read it for that.
    let own = || Access::scope(QUEUES_WRITE);
    routes
        .get("/api/v1/tenants/{tenant}/routing-rules", own(), list, |d| {
            d.summary("List the routing rules, in the order in which they are asked")
                .query::<PageQuery>()
                .answer::<Page<RoutingRule>>(200)
        })
        .post("/api/v1/tenants/{tenant}/routing-rules", own(), create, |d| {
            refuses(d.summary("Make a routing rule")
                .description(
                    "The condition is written in the Common Expression Language over `service`, `queue`, \
                     `customer`, `channel`, `time` and `load`. One that cannot be read is refused with its place.",
                )
                .body::<RuleInput>()
                .answer::<RoutingRule>(201)
                .fault("some_sites", 403), &[&[Code::WrongSite]])
        })
        .get("/api/v1/tenants/{tenant}/routing-rules/{id}", own(), get, |d| {
            d.summary("Read a routing rule").answer::<RoutingRule>(200)
        })
        .put("/api/v1/tenants/{tenant}/routing-rules/{id}", own(), update, |d| {
            let d = d.summary("Change a routing rule").body::<RuleInput>().answer::<RoutingRule>(200);
            refuses(d.fault("some_sites", 403), &[CHANGING])
        })
        .delete("/api/v1/tenants/{tenant}/routing-rules/{id}", own(), delete, |d| {
            let d = d.summary("Delete a routing rule").answer_empty(204).fault("some_sites", 403);
            refuses(d, &[&[Code::WrongSite]])
        })
}

async fn list(
    ctx: Ctx,
    State(line): State<Queueing>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<RoutingRule>>, Fault> {
    let config = config_of(&ctx, &line).await?;
    let all = config.rules.iter().map(|c| c.rule.clone()).collect();
    Ok(Json(Page::of(all, &query, |r: &RoutingRule| format!("{:012} {}", r.position, r.id))?))
}

async fn get(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<RuleId>,
) -> Result<Versioned<Json<RoutingRule>>, Fault> {
    let config = config_of(&ctx, &line).await?;
    let found = config.rules.iter().find(|known| known.rule.id == id);
    let rule = found.ok_or_else(|| Fault::not_found("routing rule"))?.rule.clone();
    Ok(Versioned { version: rule.version, answer: Json(rule) })
}

async fn create(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(input): Json<RuleInput>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, Lane::Tenant, move |line, tx| {
        let rule = create_rule(line, tx, &input)?;
        Ok(Versioned { version: rule.version, answer: Created(rule) })
    })
    .await
}

async fn update(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<RuleId>,
    IfMatch(version): IfMatch,
    Json(input): Json<RuleInput>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, Lane::Tenant, move |line, tx| {
        let rule = update_rule(line, tx, id, &input, version)?;
        Ok(Versioned { version: rule.version, answer: usher_http::Ok(rule) })
    })
    .await
}

async fn delete(ctx: Ctx, State(line): State<Queueing>, Path(id): Path<RuleId>) -> Result<Answered, Fault> {
    write(&ctx, &line, Lane::Tenant, move |line, tx| delete_rule(line, tx, id).map(|()| NoContent)).await
}
