//! What if: two plans for the rest of a site's day.

use usher_http::{Access, Json, Path, Routes, State};
use usher_kernel::{Ctx, Fault, SiteId};
use usher_queueing::model::scopes::STATS_READ;

use super::EtaState;
use crate::ops::what_if::{DayComparison, WhatIf, setting};

pub(super) fn routes(routes: Routes<EtaState>) -> Routes<EtaState> {
    routes.post("/api/v1/tenants/{tenant}/sites/{site}/what-if", Access::scope(STATS_READ), what_if, |d| {
        d.summary("Simulate the rest of a site's day with other counters, arrivals or rules")
            .description(
                "The day is run some hundred times from how the lines stand now, as it is and with what is changed. \
                 Today's plan is the counters that are open at this moment, to the end: rosters and breaks are not \
                 looked at. Nothing is changed by it.",
            )
            .body::<WhatIf>()
            .answer::<DayComparison>(200)
            .done_again("nothing is changed by it")
    })
}

async fn what_if(
    ctx: Ctx,
    State(state): State<EtaState>,
    Path(site): Path<String>,
    Json(wish): Json<WhatIf>,
) -> Result<Json<DayComparison>, Fault> {
    let directory = state.line.directory();
    let site = match site.parse::<SiteId>() {
        Ok(id) => directory.site(ctx.tenant, id),
        Err(_) => directory.site_by_slug(ctx.tenant, &site),
    };
    let site = site.ok_or_else(|| Fault::not_found("site"))?;
    let (line, id) = (state.line.clone(), site.id);
    let config = state
        .line
        .db()
        .read(&ctx, move |read| {
            line.may_work_at(read, id)?;
            line.config(read)
        })
        .await?;
    let setting = setting(&state.eta, &state.line, &config, &site, &wish, ctx.now())?;
    // Some tenths of a second of computing, which no other request shall wait for.
    let compared = tokio::task::spawn_blocking(move || setting.compare(&config, &wish)).await;
    Ok(Json(compared.map_err(Fault::internal)??))
}
