//! How points are earned.

use usher_db::{Lane, Tx};
use usher_http::{Access, IfMatch, Json, Ok as Answer, Routes, State, Versioned};
use usher_kernel::{Ctx, Fault};

use crate::model::scopes::{REWARDS_READ, REWARDS_WRITE};
use crate::model::{Programme, ProgrammeChange};
use crate::{Engagement, ops};

const PROGRAMME: &str = "/api/v1/tenants/{tenant}/reward-programme";

pub(super) fn declare(routes: Routes<Engagement>) -> Routes<Engagement> {
    routes
        .get(PROGRAMME, Access::scope(REWARDS_READ), read, |d| {
            d.summary("Read how points are earned, and the tiers").answer::<Programme>(200)
        })
        .put(PROGRAMME, Access::scope(REWARDS_WRITE), update, |d| {
            d.summary("Change how points are earned, and the tiers")
                .description("Absent fields stay; `rules` and `tiers` are replaced as a whole.")
                .body::<ProgrammeChange>()
                .answer::<Programme>(200)
                .fault("some_sites", 403)
                .fault("stale", 412)
        })
}

fn shown(programme: Programme) -> Versioned<Answer<Programme>> {
    Versioned { version: programme.version, answer: Answer(programme) }
}

async fn read(ctx: Ctx, State(engagement): State<Engagement>) -> Result<Versioned<Answer<Programme>>, Fault> {
    let tenant = ctx.tenant;
    Ok(shown(engagement.db().read(&ctx, move |read| ops::programme(read, tenant)).await?))
}

async fn update(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(engagement): State<Engagement>,
    Json(change): Json<ProgrammeChange>,
) -> Result<Versioned<Answer<Programme>>, Fault> {
    ctx.require_every_site()?;
    let tenant = ctx.tenant;
    let write = move |tx: &mut Tx<'_>| ops::update_programme(tx, tenant, change.clone(), version);
    Ok(shown(engagement.db().write(&ctx, Lane::Tenant, write).await?))
}
