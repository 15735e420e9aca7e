//! `/getETA` and `/feedback` as the zeroQ document has them.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::{DbError, Lane};
use usher_http::{Access, Answered, Json, Query, Routes, State};
use usher_kernel::{Ctx, Fault, FaultKind, SiteId, TimeZone, Timestamp};
use usher_queueing::model::scopes::TICKETS_ISSUE;
use usher_queueing::model::{EstimateBasis, LineView, Queue, QueueStatus, Service, TenantConfig};

use super::EtaState;
use crate::model::{Asked, Wall};
use crate::ops::feedback::{Place, keep, rows};

/// Days of which one has the weekday that is asked for.
const WEEK: i64 = 7;

pub(super) fn routes(routes: Routes<EtaState>) -> Routes<EtaState> {
    routes
        .get("/getETA", Access::public(), get_eta, |d| {
            d.summary("Estimated wait for a type of service")
                .description(
                    "Without `queue_length` nobody is ahead. The line is the active one of the site, else of the \
                     tenant's default site, that offers the service with the shortest estimate. Where nobody serves it \
                     now (`serving` is false) the estimate is as if one counter opened now. For another hour or day it is \
                     told for as many counters as usually serve the line when somebody joins it, whoever does at this \
                     moment; where nobody was seen joining yet, for all that are set up for it. Another day is the next \
                     such day, with the hours that the site has on it.",
                )
                .query::<Wanted>()
                .answer::<Eta>(200)
                .fault("unknown_service_type", 404)
        })
        .post("/feedback", Access::scope(TICKETS_ISSUE), feedback, |d| {
            d.summary("Say how long somebody really waited")
                .description(
                    "The estimates of the line learn from it at once: a line of the tenant's default site where the \
                     caller works there, else of a site where they do. A list of up to 200 rows is taken as well; the \
                     answer then tells of the last one.",
                )
                .body::<Feedback>()
                .answer::<Learned>(200)
                .fault("required", 422)
                .fault("not_a_number", 422)
                .fault("empty_feedback", 422)
                .fault("model_not_found", 404)
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
    /// When the estimate was made, to the second.
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
    /// Whether any counter serves the line at this moment. Where none does, the estimate says how long it takes once one
    /// opens; that for another hour or day does not depend on it.
    serving: bool,
    /// Whether the site closes for the day before half of such waits are over, or has closed for it, at the hour that was
    /// asked for.
    after_closing: bool,
}

/// How long somebody really waited.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read member by member, for the document's own refusals")]
struct Feedback {
    /// The service's name, code or id.
    service_type: String,
    /// How long it really took, in minutes.
    #[schemars(range(min = 0, max = 1440))]
    actual_time: f64,
    /// The hour, 0 to 23; the current one when absent.
    #[schemars(range(min = 0, max = 23))]
    time_of_day: Option<i64>,
    /// How many were in line; 0 when absent.
    #[schemars(range(min = 0, max = 100_000))]
    queue_length: Option<f64>,
    /// What a service took, in minutes; what is known of it when absent.
    #[schemars(range(min = 0, max = 1440))]
    avg_service_time: Option<f64>,
    /// The day, 0 (Monday) to 6; the current one when absent.
    #[schemars(range(min = 0, max = 6))]
    day_of_week: Option<i64>,
}

/// The answer to feedback as zeroQ documents it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Learned {
    /// That it was learned from.
    status: &'static str,
    /// The service as it was named.
    service_type: String,
    /// How many rows that were.
    trained_on_rows: i64,
    /// What a service was taken to take, in minutes.
    avg_service_time_used: f64,
    /// The wait that was learned from, in minutes.
    eta_feedback: f64,
}

/// What the document says before the reason.
const FAILED: &str = "Feedback failed during model update: ";

/// Where feedback could not be kept.
struct Failed(DbError);

impl From<DbError> for Failed {
    fn from(error: DbError) -> Self {
        Self(error)
    }
}

impl From<Failed> for Fault {
    fn from(Failed(error): Failed) -> Self {
        let fault = Self::from(error);
        if fault.kind() == FaultKind::Internal {
            return fault.told(format!("{FAILED}something went wrong on our side. It has been recorded."));
        }
        let text = format!("{FAILED}{}", fault.detail());
        let told = Self::new(fault.kind(), fault.code(), text);
        match fault.retry() {
            Some(wait) => told.retry_after(wait),
            None => told,
        }
    }
}

/// The line that a service type means.
struct Found<'c> {
    queue: &'c Queue,
    asked: Asked,
    /// Whether it is served at this moment.
    serving: bool,
}

impl EtaState {
    /// The line that a service type means at a site: of the active ones that offer it the one with the shortest estimate
    /// for somebody with so many before them.
    fn line_for<'c>(
        &self,
        ctx: &Ctx,
        config: &'c TenantConfig,
        service: &Service,
        site: SiteId,
        moment: impl Fn(&Queue) -> Wall,
        ahead: i64,
    ) -> Option<Found<'c>> {
        config
            .queues_at(site)
            .filter(|queue| queue.status == QueueStatus::Active && queue.serves(service.id))
            .map(|queue| {
                let now = moment(queue);
                let live = now == self.eta.wall(ctx.tenant, queue.site_id, ctx.now());
                let found = self.found(ctx, config, queue, service, ahead, live);
                Found { asked: Asked { now, live, ..found.asked }, ..found }
            })
            .map(|found| (self.eta.tell(ctx.tenant, &found.asked).0.wait().p50, found))
            .min_by(|(x, a), (y, b)| x.total_cmp(y).then_with(|| a.queue.id.cmp(&b.queue.id)))
            .map(|(_, found)| found)
    }

    /// A line with so many people in it, whether or not it is served now; where it is not asked about as it stands (`live`),
    /// with the counters that it usually has.
    fn found<'c>(
        &self,
        ctx: &Ctx,
        config: &TenantConfig,
        queue: &'c Queue,
        service: &Service,
        ahead: i64,
        live: bool,
    ) -> Found<'c> {
        let view = self.line.view(config, queue, service, None, ctx.now());
        let serving = view.open_counters > 0;
        // Where nobody serves now, it is asked as if one counter opened.
        let (open_counters, free_counters) =
            if serving { (view.open_counters, view.free_counters) } else { (1, 1) };
        let view = self.line.view_with(config, queue, service, &view, ahead);
        let asked = self.eta.asked(&LineView { waiting: ahead, open_counters, free_counters, ..view });
        if live {
            return Found { queue, asked, serving };
        }
        // Who serves now, and who waits in other lines, has nothing to do with another time.
        let configured = config.counters_of(queue.id).len();
        let usual = self.eta.book(ctx.tenant).read().usual_counters(asked.queue, configured);
        Found { queue, asked: Asked { counters: usual, free: usual, others: 0.0, ..asked }, serving }
    }

    /// Whether the site of a line closes for the day within so many minutes of what its wall shows, or has closed by then.
    fn closes_within(&self, ctx: &Ctx, queue: &Queue, at: Wall, minutes: f64) -> bool {
        let Some(site) = self.line.directory().site(ctx.tenant, queue.site_id) else { return false };
        let closes = moment(&site.zone(), at).and_then(|at| Some((at, site.closes_for_good(at)?)));
        closes.is_some_and(|(at, closes)| closes.duration_since(at).as_secs_f64() <= minutes * 60.0)
    }

    fn site_of(&self, ctx: &Ctx, wanted: Option<SiteId>) -> Result<Option<SiteId>, Fault> {
        let directory = self.line.directory();
        Ok(match wanted {
            Some(id) => Some(directory.site(ctx.tenant, id).ok_or_else(|| Fault::not_found("site"))?.id),
            None => directory.default_site(ctx.tenant).map(|site| site.id),
        })
    }
}

async fn get_eta(
    ctx: Ctx,
    State(state): State<EtaState>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Eta>, Fault> {
    let queue_length = within("queue_length", wanted.queue_length, 0..=100_000)?.unwrap_or(0);
    let hour = within("time_of_day", wanted.time_of_day, 0..=23)?;
    let weekday = within("day_of_week", wanted.day_of_week, 0..=6)?;
    let config = state.config(&ctx).await?;
    let unknown = || Fault::new(FaultKind::NotFound, "unknown_service_type", "Service type not found");
    let service = config.service_named(&wanted.service_type).ok_or_else(unknown)?;
    let site = state.site_of(&ctx, wanted.site_id)?.ok_or_else(unknown)?;
    let moment = |queue: &Queue| shifted(state.eta.wall(ctx.tenant, queue.site_id, ctx.now()), hour, weekday);
    let found = state.line_for(&ctx, &config, service, site, moment, queue_length);
    let Found { queue, asked, serving } = found.ok_or_else(unknown)?;
    let (told, basis, samples) = state.eta.tell(ctx.tenant, &asked);
    let wait = told.wait();
    let tenth = |minutes: f64| (minutes * 10.0).round() / 10.0;
    // The whole minutes of the median that is told, as queues have them.
    let p50 = tenth(wait.p50);
    Ok(Json(Eta {
        service_type: wanted.service_type,
        estimated_wait_time_minutes: whole(p50),
        queue_length,
        // In whole seconds, as the document writes it.
        timestamp: Timestamp::from_second(ctx.now().as_second()).unwrap_or(ctx.now()),
        p10: tenth(wait.p10),
        p50,
        p90: tenth(wait.p90),
        basis,
        samples,
        serving,
        after_closing: state.closes_within(&ctx, queue, asked.now, p50),
    }))
}

async fn feedback(ctx: Ctx, State(state): State<EtaState>, body: String) -> Result<Answered, Fault> {
    let rows = rows(body.as_bytes())?;
    let config = state.config(&ctx).await?;
    let site = state.site_of(&ctx, None)?.filter(|site| ctx.may_at(*site));
    let mut placed = Vec::with_capacity(rows.len());
    for row in rows {
        let unknown = || {
            let text = format!("Model for service '{}' not found.", row.service_type);
            Fault::new(FaultKind::NotFound, "model_not_found", text)
        };
        let service = config.service_named(&row.service_type).ok_or_else(unknown)?;
        let now = |queue: &Queue| state.eta.wall(ctx.tenant, queue.site_id, ctx.now());
        let found = site.and_then(|site| state.line_for(&ctx, &config, service, site, now, 0));
        // Where the caller works, a line that takes nobody now learns as well.
        let any = || {
            let offers = |queue: &&Arc<Queue>| queue.serves(service.id) && ctx.may_at(queue.site_id);
            let queue = config.queues.iter().find(offers)?;
            Some(state.found(&ctx, &config, queue, service, 0, true))
        };
        let Found { queue, asked, .. } = found.or_else(any).ok_or_else(unknown)?;
        let minutes =
            state.eta.book(ctx.tenant).read().service_minutes(asked.queue, asked.service, asked.declared);
        let place = Place {
            site: queue.site_id,
            queue: queue.id,
            service: service.id,
            hour: asked.now.0.rem_euclid(86_400) / 3600,
            weekday: weekday_of(asked.now),
            service_minutes: (minutes * 10.0).round() / 10.0,
        };
        placed.push((row, place));
    }
    usher_http::write::<_, Failed>(&ctx, state.line.db(), Lane::Tenant, move |tx| {
        let mut used = 0.0;
        for (row, place) in &placed {
            used = keep(tx, row, place)?;
        }
        let Some((row, _)) = placed.last() else { return Err(Failed(DbError::NoRow)) };
        Ok(usher_http::Ok(Learned {
            status: "✅ Feedback retraining successful",
            service_type: row.service_type.clone(),
            trained_on_rows: i64::try_from(placed.len()).unwrap_or(i64::MAX),
            avg_service_time_used: used,
            eta_feedback: row.actual_time,
        }))
    })
    .await
}

/// The moment at which a wall shows this; none beyond all calendars.
fn moment(zone: &TimeZone, at: Wall) -> Option<Timestamp> {
    let shown = Timestamp::from_second(at.0).ok()?;
    zone.to_ambiguous_timestamp(TimeZone::UTC.to_datetime(shown)).compatible().ok()
}

/// 0 is Monday.
fn weekday_of(at: Wall) -> i64 {
    (at.day() + 3).rem_euclid(WEEK)
}

/// The next such weekday, which is this day where it is the same or none is asked for, with the hour that is asked for: who
/// asks of a Friday asks of one to come, and of its opening hours.
fn shifted(now: Wall, hour: Option<i64>, weekday: Option<i64>) -> Wall {
    let ahead = weekday.map_or(0, |wanted| (wanted - weekday_of(now)).rem_euclid(WEEK));
    let second = hour.map_or(now.0.rem_euclid(86_400), |hour| hour * 3600 + now.0.rem_euclid(3600));
    Wall((now.day() + ahead) * 86_400 + second)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_says_so_in_the_documents_words_and_tells_nothing_of_the_inside() {
        let said = |error| {
            let members = usher_http::problem_members(&Fault::from(Failed(error)));
            (members["status"].as_u64().unwrap(), members["error"].as_str().unwrap().to_owned())
        };
        let (status, text) = said(DbError::Type("column wait is a secret".to_owned()));
        assert_eq!(
            (status, &*text),
            (
                500,
                "Feedback failed during model update: something went wrong on our side. It has been recorded."
            )
        );
        let (status, text) = said(DbError::Busy);
        assert_eq!(status, 503);
        assert!(text.starts_with("Feedback failed during model update: "), "{text}");
    }

    #[test]
    fn another_hour_and_day_are_found_in_the_week_to_come() {
        // A Wednesday, 10:20.
        let now = Wall(20_096 * 86_400 + 37_200);
        assert_eq!(weekday_of(now), 2);
        assert_eq!(shifted(now, None, None), now);
        assert_eq!(shifted(now, Some(9), None), Wall(20_096 * 86_400 + 33_600));
        assert_eq!(shifted(now, None, Some(2)), now);
        assert_eq!(weekday_of(shifted(now, Some(23), Some(4))), 4);
        assert_eq!(shifted(now, None, Some(3)).day(), 20_096 + 1);
        assert_eq!(shifted(now, Some(9), Some(1)), Wall((20_096 + 6) * 86_400 + 33_600));
    }

    #[test]
    fn a_wall_shows_the_time_of_its_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for at in ["2026-01-20T10:00:00Z", "2026-07-20T10:00:00Z"] {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(moment(&berlin, crate::wall(&berlin, at)), Some(at));
        }
        assert_eq!(moment(&berlin, Wall(i64::MAX)), None);
    }
}
