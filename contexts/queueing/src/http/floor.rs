//! What a manager reads and does for a whole site.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::{Lane, Read};
use usher_http::{Access, Answered, Json, NoContent, Path, Query, Routes, State};
use usher_identity::model::scopes::STAFF_READ;
use usher_kernel::{Ctx, Fault, civil::Date};

use super::refusals::refuses;
use super::{site_named, write};
use crate::error::Error;
use crate::model::Code;
use crate::model::scopes::{STATS_READ, TICKETS_MANAGE};
use crate::ops::Queueing;
use crate::ops::close_site::{self, CloseSite};
use crate::ops::show::{Floor, Report, floor, report};

/// Which day.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Day {
    /// A business day of the site, `2026-11-20`; today when absent.
    date: Option<Date>,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    routes
        .get("/api/v1/tenants/{tenant}/sites/{site}/floor", Access::scope(STATS_READ), the_floor, |d| {
            d.summary("A site's lines, counters and agents as they stand").answer::<Floor>(200)
        })
        .get("/api/v1/tenants/{tenant}/sites/{site}/report", Access::scope(STATS_READ), the_day, |d| {
            d.summary("A business day of a site in figures").query::<Day>().answer::<Report>(200)
        })
        .post("/api/v1/tenants/{tenant}/sites/{site}/close", Access::scope(TICKETS_MANAGE), close, |d| {
            refuses(
                d.summary("Close a site at once, for an emergency").body::<CloseSite>().answer_empty(204),
                &[&[Code::AlreadyClosed, Code::WrongSite]],
            )
        })
        .post("/api/v1/tenants/{tenant}/sites/{site}/reopen", Access::scope(TICKETS_MANAGE), reopen, |d| {
            refuses(
                d.summary("Open a site again after an emergency").answer_empty(204),
                &[&[Code::NotClosed, Code::WrongSite]],
            )
        })
}

async fn the_floor(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(site): Path<String>,
) -> Result<Json<Floor>, Fault> {
    let site = site_named(&ctx, &line, &site)?.id;
    let (me, tenant) = (line.clone(), ctx.tenant);
    let read = move |read: &mut Read<'_>| {
        me.may_work_at(read, site)?;
        floor(&me, read, tenant, site)
    };
    line.day_known().await;
    let floor = line.db().read(&ctx, read).await?;
    Ok(Json(if ctx.may(&STAFF_READ) { floor } else { floor.without_roster() }))
}

async fn the_day(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(site): Path<String>,
    Query(day): Query<Day>,
) -> Result<Json<Report>, Fault> {
    let site = site_named(&ctx, &line, &site)?.id;
    let (me, tenant) = (line.clone(), ctx.tenant);
    let read = move |read: &mut Read<'_>| {
        me.may_work_at(read, site)?;
        report(&me, read, tenant, site, day.date)
    };
    Ok(Json(line.db().read(&ctx, read).await?))
}

async fn close(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(site): Path<String>,
    Json(input): Json<CloseSite>,
) -> Result<Answered, Fault> {
    let site = site_named(&ctx, &line, &site)?.id;
    write(&ctx, &line, Lane::Site(site), move |line, tx| {
        line.may_work_at(tx, site)?;
        close_site::close(line, tx, site, &input)?;
        Ok::<_, Error>(NoContent)
    })
    .await
}

async fn reopen(ctx: Ctx, State(line): State<Queueing>, Path(site): Path<String>) -> Result<Answered, Fault> {
    let site = site_named(&ctx, &line, &site)?.id;
    write(&ctx, &line, Lane::Site(site), move |line, tx| {
        line.may_work_at(tx, site)?;
        close_site::reopen(line, tx, site)?;
        Ok::<_, Error>(NoContent)
    })
    .await
}
