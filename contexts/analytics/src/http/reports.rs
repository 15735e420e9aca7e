//! Custom reports, schedules, and what they made.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Lane;
use usher_http::{
    Accepted, Access, Answered, Created, Docs, IfMatch, Json, NoContent, Path, Query, Routes, State,
    Versioned,
};
use usher_kernel::{Ctx, Fault, Page, PageQuery};
use uuid::Uuid;

use super::{ask, stored};
use crate::Analytics;
use crate::error::Error;
use crate::model::render::render;
use crate::model::report::{Format, Told};
use crate::model::schedule::{Made, Schedule};
use crate::model::scopes::{ANALYTICS_READ, REPORTS_WRITE};
use crate::model::{ReportId, ScheduleId};
use crate::ops::report::{Definition, report};
use crate::ops::schedule::{ScheduleInput, create, delete, one, run_now, update, within_reach};
use crate::store::reports::{self, File};

/// A report and what it is written as.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Wanted {
    #[serde(flatten)]
    definition: Definition,
    /// What it is written as; JSON when absent.
    format: Option<Format>,
}

/// Which results.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Results {
    /// Of this schedule alone.
    schedule_id: Option<ScheduleId>,
    #[serde(flatten)]
    page: PageQuery,
}

/// What programs are told of the files that are for people.
const CSV_IS: &str = "CSV is UTF-8 with commas and begins with a byte-order mark (EF BB BF), without which Excel takes it for \
                      another encoding; a program that reads it skips those three bytes (`utf-8-sig` in Python), or \
                      asks for JSON.";

type Scheduled = Schedule<Definition>;

pub(super) fn routes(routes: Routes<Analytics>) -> Routes<Analytics> {
    let read = || Access::scope(ANALYTICS_READ);
    let write = || Access::scope(REPORTS_WRITE);
    routes
        .get("/api/v1/tenants/{tenant}/analytics/report", read(), generate, |d| {
            let d = d
                .summary("Make a report: metrics by dimensions, as JSON, CSV, XLSX or PDF")
                .description(CSV_IS)
                .query::<Wanted>()
                .answer::<Told>(200)
                .fault("too_many_rows", 422);
            files(d, &[Format::Csv, Format::Xlsx, Format::Pdf])
        })
        .also(&["/api/organizations/{org}/analytics/reports"])
        .get("/api/v1/tenants/{tenant}/analytics/schedules", write(), list, |d| {
            d.summary("List the scheduled reports").query::<PageQuery>().answer::<Page<Scheduled>>(200)
        })
        .post("/api/v1/tenants/{tenant}/analytics/schedules", write(), make, |d| {
            d.summary("Schedule a report")
                .description(
                    "It runs by a cron expression in its own time zone and sees no more sites than its maker. \
                     Each result is kept for a year. One whose report could not be made says why in `failure`; where every \
                     site that it tells of was deleted (`site_gone`), it rests until it is changed to tell of something else.",
                )
                .body::<ScheduleInput>()
                .answer::<Scheduled>(201)
                .fault("too_many_schedules", 409)
        })
        .get("/api/v1/tenants/{tenant}/analytics/schedules/{id}", write(), read_one, |d| {
            d.summary("Read a scheduled report").answer::<Scheduled>(200)
        })
        .put("/api/v1/tenants/{tenant}/analytics/schedules/{id}", write(), change, |d| {
            d.summary("Change a scheduled report")
                .body::<ScheduleInput>()
                .answer::<Scheduled>(200)
                .fault("site_gone", 409)
                .fault("stale", 412)
        })
        .delete("/api/v1/tenants/{tenant}/analytics/schedules/{id}", write(), remove, |d| {
            d.summary("Delete a scheduled report; its results stay").answer_empty(204)
        })
        .post("/api/v1/tenants/{tenant}/analytics/schedules/{id}/run", write(), run, |d| {
            d.summary("Make a scheduled report now")
                .description("Its result is among the results a moment later.")
                .answer::<Scheduled>(202)
                .fault("site_gone", 409)
        })
        .get("/api/v1/tenants/{tenant}/analytics/results", read(), results, |d| {
            d.summary("List the results of scheduled reports, newest first")
                .query::<Results>()
                .answer::<Page<Made>>(200)
        })
        .get("/api/v1/tenants/{tenant}/analytics/results/{id}", read(), download, |d| {
            let d = d
                .summary("Download a result of a scheduled report, in the format of its schedule")
                .description(CSV_IS);
            files(d, &[Format::Json, Format::Csv, Format::Xlsx, Format::Pdf])
        })
        .delete("/api/v1/tenants/{tenant}/analytics/results/{id}", write(), forget, |d| {
            d.summary("Delete a result of a scheduled report").answer_empty(204)
        })
}

/// The same answer as a file of each of these formats.
fn files(d: Docs, formats: &[Format]) -> Docs {
    formats.iter().fold(d, |d, format| {
        let media = format.media();
        d.answer_raw(200, media.split(';').next().unwrap_or(media), "The report")
    })
}

/// A file to be saved under a name.
fn file(name: &str, format: Format, body: Vec<u8>) -> Response {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' })
        .take(60)
        .collect();
    let named = format!("attachment; filename=\"{plain}.{format}\"");
    let mut response = Body::from(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media()));
    if let Ok(value) = HeaderValue::from_str(&named) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

async fn generate(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let Wanted { definition, format } = wanted;
    let format = format.unwrap_or(Format::Json);
    let table = ask(&ctx, &analytics, move |line, read| report(line, read, &definition)).await?;
    let title = table.title.clone();
    if format == Format::Json {
        return Ok(Json(Told::from(&table)).into_response());
    }
    let drawn = tokio::task::spawn_blocking(move || render(&table, format)).await;
    Ok(file(&title, format, drawn.map_err(Fault::internal)?.map_err(Fault::internal)?))
}

async fn list(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Scheduled>>, Fault> {
    let tenant = ctx.tenant;
    let all = stored(&ctx, &analytics, move |read| {
        let mut all = reports::all(read, tenant)?;
        all.retain(|schedule| within_reach(read, &schedule.sites));
        Ok(all)
    });
    Page::of(all.await?, &query, |schedule| schedule.id.to_string()).map(Json)
}

async fn make(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Json(input): Json<ScheduleInput>,
) -> Result<Answered, Fault> {
    let line = analytics.line().clone();
    usher_http::write(&ctx, analytics.db(), Lane::Tenant, move |tx| {
        let schedule = create(&line, tx, input.clone())?;
        Ok::<_, Error>(Versioned { version: schedule.version, answer: Created(schedule) })
    })
    .await
}

async fn read_one(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Path(id): Path<ScheduleId>,
) -> Result<Versioned<Json<Scheduled>>, Fault> {
    let schedule = stored(&ctx, &analytics, move |read| one(read, id)).await?;
    Ok(Versioned { version: schedule.version, answer: Json(schedule) })
}

async fn change(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Path(id): Path<ScheduleId>,
    IfMatch(version): IfMatch,
    Json(input): Json<ScheduleInput>,
) -> Result<Answered, Fault> {
    let line = analytics.line().clone();
    usher_http::write(&ctx, analytics.db(), Lane::Tenant, move |tx| {
        let schedule = update(&line, tx, id, input.clone(), version)?;
        Ok::<_, Error>(Versioned { version: schedule.version, answer: usher_http::Ok(schedule) })
    })
    .await
}

async fn remove(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Path(id): Path<ScheduleId>,
) -> Result<NoContent, Fault> {
    analytics.db().write(&ctx, Lane::Tenant, move |tx| delete(tx, id)).await?;
    Ok(NoContent)
}

async fn run(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Path(id): Path<ScheduleId>,
) -> Result<Answered, Fault> {
    usher_http::write(&ctx, analytics.db(), Lane::Tenant, move |tx| run_now(tx, id).map(Accepted)).await
}

async fn results(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(wanted): Query<Results>,
) -> Result<Json<Page<Made>>, Fault> {
    let before = wanted.page.after()?.unwrap_or(ReportId::from_uuid(Uuid::max()));
    let (tenant, limit) = (ctx.tenant, wanted.page.limit());
    let made = stored(&ctx, &analytics, move |read| {
        let rows = reports::made(read, tenant, wanted.schedule_id, before, limit + 1)?;
        let page = Page::cut(rows, limit, |(made, _)| made.id.to_string());
        // Those out of reach leave gaps: the page is cut before they are taken out.
        let items = page.items.into_iter().filter(|(_, sites)| within_reach(read, sites));
        Ok(Page { items: items.map(|(made, _)| made).collect(), next_cursor: page.next_cursor })
    });
    made.await.map(Json)
}

async fn download(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Path(id): Path<ReportId>,
) -> Result<Response, Fault> {
    let tenant = ctx.tenant;
    let found = stored(&ctx, &analytics, move |read| {
        let found = reports::file(read, tenant, id)?.ok_or(Error::NotFound("report"))?;
        if within_reach(read, &found.sites) { Ok(found) } else { Err(Error::NotFound("report")) }
    });
    let File { name, format, body, .. } = found.await?;
    Ok(file(&name, format, body))
}

async fn forget(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Path(id): Path<ReportId>,
) -> Result<NoContent, Fault> {
    let tenant = ctx.tenant;
    analytics
        .db()
        .write(&ctx, Lane::Tenant, move |tx| {
            let found = reports::file(tx, tenant, id)?.filter(|file| within_reach(tx, &file.sites));
            if found.is_none() || !reports::forget_file(tx, tenant, id)? {
                return Err(Error::NotFound("report"));
            }
            Ok(())
        })
        .await?;
    Ok(NoContent)
}
