//! `/getETA` as the zeroQ document has it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_http::{Access, Json, Query, Routes, State};
use usher_kernel::{Ctx, Fault, FaultKind, SiteId, Timestamp};
use usher_queueing::model::{EstimateBasis, QueueStatus};

use super::EtaState;

pub(super) fn routes(routes: Routes<EtaState>) -> Routes<EtaState> {
    routes.get("/getETA", Access::public(), get_eta, |d| {
        d.summary("Estimated wait for a type of service")
            .description(
                "Without `queue_length` nobody is ahead. The line is the active one of the site, else of the \
                 tenant's default site, that offers the service with the shortest estimate.",
            )
            .query::<Wanted>()
            .answer::<Eta>(200)
            .fault("unknown_service_type", 404)
    })
}

/// The service, and how things stand there.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The service's name, code or id.
    service_type: String,
    /// How many are in line; 0 when absent.
    #[schemars(range(min = 0, max = 100_000))]
    queue_length: Option<i64>,
    /// The hour, 0 to 23; the current one when absent.
    #[schemars(range(min = 0, max = 23))]
    time_of_day: Option<i64>,
    /// The day, 0 (Monday) to 6; the current one when absent.
    #[schemars(range(min = 0, max = 6))]
    day_of_week: Option<i64>,
    /// Where; the tenant's default site when absent.
    site_id: Option<SiteId>,
}

/// The answer as zeroQ documents it, with the range beside it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Eta {
    /// The service as it was asked for.
    service_type: String,
    /// The median wait in whole minutes.
    estimated_wait_time_minutes: i64,
    /// The length of the line that was assumed.
    queue_length: i64,
    /// When the estimate was made.
    timestamp: Timestamp,
    /// One in ten waits less, in minutes.
    p10: f64,
    /// Half wait less.
    p50: f64,
    /// Nine in ten wait less.
    p90: f64,
    /// What the estimate rests on.
    basis: EstimateBasis,
    /// How many finished waits it was learned from.
    samples: i64,
}

async fn get_eta(
    ctx: Ctx,
    State(state): State<EtaState>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Eta>, Fault> {
    let queue_length = within("queue_length", wanted.queue_length, 0..=100_000)?.unwrap_or(0);
    within("time_of_day", wanted.time_of_day, 0..=23)?;
    within("day_of_week", wanted.day_of_week, 0..=6)?;
    let line = state.line.clone();
    let config = state.line.db().read(&ctx, move |read| line.config(read)).await?;
    let unknown = || Fault::new(FaultKind::NotFound, "unknown_service_type", "Service type not found");
    let service = config.service_named(&wanted.service_type).ok_or_else(unknown)?;
    let directory = state.line.directory();
    let site = match wanted.site_id {
        Some(id) => Some(directory.site(ctx.tenant, id).ok_or_else(|| Fault::not_found("site"))?),
        None => directory.default_site(ctx.tenant),
    };
    let site = site.ok_or_else(unknown)?;
    let best = config
        .queues_at(site.id)
        .filter(|queue| queue.status == QueueStatus::Active && queue.serves(service.id))
        .map(|queue| (queue, state.eta.ahead_of(&config, queue, service, queue_length)))
        .min_by(|(a, x), (b, y)| x.p50.total_cmp(&y.p50).then_with(|| a.id.cmp(&b.id)));
    let (queue, wait) = best.ok_or_else(unknown)?;
    let samples = state.eta.pace(queue.id).samples;
    let tenth = |minutes: f64| (minutes * 10.0).round() / 10.0;
    Ok(Json(Eta {
        service_type: wanted.service_type,
        estimated_wait_time_minutes: whole(wait.p50),
        queue_length,
        timestamp: ctx.now(),
        p10: tenth(wait.p10),
        p50: tenth(wait.p50),
        p90: tenth(wait.p90),
        basis: crate::basis(samples),
        samples,
    }))
}

#[expect(clippy::cast_possible_truncation, reason = "a wait of at most a day, in minutes")]
fn whole(minutes: f64) -> i64 {
    minutes.round() as i64
}

fn within(
    field: &'static str,
    value: Option<i64>,
    range: std::ops::RangeInclusive<i64>,
) -> Result<Option<i64>, Fault> {
    match value {
        Some(n) if !range.contains(&n) => {
            let text = format!("Give a whole number from {} to {}.", range.start(), range.end());
            Err(Fault::field(field, "out_of_range", text))
        }
        other => Ok(other),
    }
}
