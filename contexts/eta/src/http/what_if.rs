//! What if: two plans for the rest of a site's day.

use usher_db::Read;
use usher_http::{Access, Json, Path, Routes, State};
use usher_kernel::{Ctx, Fault, SiteId};
use usher_queueing::Error;
use usher_queueing::model::scopes::STATS_READ;

use super::EtaState;
use crate::ops::what_if::{DayComparison, WhatIf, roster_span, setting};

pub(super) fn routes(routes: Routes<EtaState>) -> Routes<EtaState> {
    routes.post("/api/v1/tenants/{tenant}/sites/{site}/what-if", Access::scope(STATS_READ), what_if, |d| {
        d.summary("Simulate the rest of a site's day with other counters, arrivals or rules")
            .description(
                "The day is run some hundred times from how the lines stand now, as it is and with what is changed. \
                 Today's plan is that of the published roster, breaks between shifts included, and where there is none the \
                 counters that are open at this moment, to the end; who is on a break comes back. Whoever sits at a counter \
                 serves what their skills allow, and at a counter that is opened sits somebody who can serve all its lines. \
                 Nothing is changed by it. A few days are simulated at once: whoever comes too many is answered at once, \
                 and asks again in a second.",
            )
            .body::<WhatIf>()
            .answer::<DayComparison>(200)
            .fault("what_if_busy", 429)
            .fault("what_if_busy", 503)
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
    let (line, tenant, id, (from, to)) = (state.line.clone(), ctx.tenant, site.id, roster_span(ctx.now()));
    let read = move |read: &mut Read<'_>| {
        line.may_work_at(read, id)?;
        Ok::<_, Error>((line.config(read)?, line.identity().rostered(read, tenant, id, from, to)?))
    };
    let (config, shifts) = state.line.db().read(&ctx, read).await?;
    let place = state.desk.take(ctx.tenant)?;
    let setting = setting(&state.eta, &state.line, &config, &site, &shifts, &wish, ctx.now())?;
    // Some tenths of a second of computing, which no other request shall wait for.
    let compared = tokio::task::spawn_blocking(move || {
        // Also where nobody waits for the answer any more, the place is taken until it is found.
        let _taken = place;
        setting.compare(&wish)
    });
    let compared = compared.await;
    Ok(Json(compared.map_err(Fault::internal)??))
}
