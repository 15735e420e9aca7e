//! `/api/analytics…` of document 004, in its own names.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use usher_db::Lane;
use usher_events::EventId;
use usher_http::{Access, Answered, Created, Json, Path, Query, Routes, State};
use usher_kernel::{Ctx, Fault, Timestamp, UserId};
use usher_queueing::model::QueueId;
use usher_queueing::ops::show;

use super::ask;
use crate::Analytics;
use crate::error::Error;
use crate::model::scopes::ANALYTICS_READ;
use crate::model::{Figures, Period};
use crate::ops::dashboard::{Dashboard, Day, PeakHour, dashboard, peak_hours, series, throughput};
use crate::ops::person::{PastTicket, Person, person};
use crate::ops::read::{Names, daily, total};
use crate::ops::track::{Track, Tracked, track};
use crate::ops::view::{Asked, View};

/// What was written down, as document 004 has it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Analytic {
    #[serde(rename = "_id")]
    old_id: EventId,
    id: EventId,
    #[serde(rename = "eventType")]
    event_type: String,
    #[serde(rename = "queueId")]
    queue: Option<QueueId>,
    #[serde(rename = "userId")]
    user: Option<UserId>,
    metadata: Map<String, Value>,
    timestamp: Timestamp,
}

impl From<Tracked> for Analytic {
    fn from(tracked: Tracked) -> Self {
        Self {
            old_id: tracked.id,
            id: tracked.id,
            event_type: tracked.event_type,
            queue: tracked.queue_id,
            user: tracked.user_id,
            metadata: tracked.metadata,
            timestamp: tracked.timestamp,
        }
    }
}

/// The statistics of a queue.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct QueueStatistics {
    #[serde(rename = "queueId")]
    queue: QueueId,
    name: String,
    /// The days.
    period: Period,
    /// How many wait now.
    #[serde(rename = "activeTickets")]
    active: i64,
    /// Tickets issued.
    #[serde(rename = "totalTickets")]
    total: i64,
    /// Tickets served.
    #[serde(rename = "servedTickets")]
    served: i64,
    /// Mean minutes waited.
    #[serde(rename = "averageWaitTime")]
    average_wait: Option<f64>,
    /// Mean minutes served.
    #[serde(rename = "averageServiceTime")]
    average_service: Option<f64>,
    /// How many were served in an hour in which anybody was.
    #[serde(rename = "throughputPerHour")]
    throughput: Option<f64>,
    /// By hour and weekday.
    #[serde(rename = "peakHours")]
    peak_hours: Vec<PeakHour>,
    /// Day by day.
    days: Vec<Day>,
    /// Everything that is counted.
    statistics: Figures,
}

/// The statistics of a person.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct UserStatistics {
    #[serde(rename = "userId")]
    user: UserId,
    /// Tickets that they took, among the newest 200.
    #[serde(rename = "totalTickets")]
    total: i64,
    /// Of those, how many were served.
    #[serde(rename = "servedTickets")]
    served: i64,
    /// Mean minutes that they waited.
    #[serde(rename = "averageWaitTime")]
    average_wait: Option<f64>,
    /// Mean minutes that they were served.
    #[serde(rename = "averageServiceTime")]
    average_service: Option<f64>,
    /// Their tickets, the newest first.
    #[serde(rename = "ticketHistory")]
    history: Vec<PastTicket>,
    /// Everything that is known.
    statistics: Person,
}

/// The report of document 004: a dashboard with its names beside ours.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ServiceReport {
    /// Mean minutes waited.
    #[serde(rename = "averageWaitTime")]
    average_wait: Option<f64>,
    /// Mean minutes served.
    #[serde(rename = "averageServiceTime")]
    average_service: Option<f64>,
    /// By hour and weekday.
    #[serde(rename = "peakHours")]
    peak: Vec<PeakHour>,
    #[serde(rename = "systemPerformance")]
    performance: Performance,
    #[serde(flatten)]
    dashboard: Dashboard,
}

/// How much the installation got done for the tenant.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Performance {
    /// Tickets issued.
    #[serde(rename = "ticketsIssued")]
    issued: i64,
    /// Tickets served.
    #[serde(rename = "ticketsServed")]
    served: i64,
    /// How many were served in an hour in which anybody was.
    #[serde(rename = "throughputPerHour")]
    throughput: Option<f64>,
}

pub(super) fn routes(routes: Routes<Analytics>) -> Routes<Analytics> {
    let read = || Access::scope(ANALYTICS_READ);
    routes
        .post("/api/analytics/track", Access::signed_in(), tell, |d| {
            d.summary("Track an event").body::<Track>().answer::<Analytic>(201)
        })
        .get("/api/analytics/queue/{id}", read(), queue, |d| {
            d.summary("Statistics of a queue").query::<Asked>().answer::<QueueStatistics>(200)
        })
        .get("/api/analytics/user/{id}", Access::signed_in(), user, |d| {
            d.summary("Statistics of a user: one's own, or anybody's with the scope analytics:read")
                .query::<Asked>()
                .answer::<UserStatistics>(200)
        })
        .also(&["/api/v1/tenants/{tenant}/analytics/users/{id}"])
        .get("/api/analytics/report", read(), report, |d| {
            d.summary("Generate a report").query::<Asked>().answer::<ServiceReport>(200)
        })
}

async fn tell(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Json(input): Json<Track>,
) -> Result<Answered, Fault> {
    let write = move |tx: &mut usher_db::Tx<'_>| track(tx, &input).map(|told| Created(Analytic::from(told)));
    usher_http::write(&ctx, analytics.db(), Lane::Any, write).await
}

async fn queue(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Path(id): Path<QueueId>,
    Query(asked): Query<Asked>,
) -> Result<Json<QueueStatistics>, Fault> {
    let told = ask(&ctx, &analytics, move |line, read| {
        let view = View::of(line, read, &Asked { queue_id: Some(id), ..asked.clone() })?;
        let days = daily(read, &view)?;
        let statistics = Figures::of(&total(read, &view)?);
        let config = line.config(read)?;
        let waiting = config.queue(id).map_or(0, |queue| show::stats(line, &config, queue, view.now).waiting);
        Ok(QueueStatistics {
            queue: id,
            name: Names::load(line, read, &view)?.of(id.uuid()),
            period: view.period,
            active: waiting,
            total: statistics.issued,
            served: statistics.served,
            average_wait: statistics.average_wait_minutes,
            average_service: statistics.average_service_minutes,
            throughput: throughput(days.values()),
            peak_hours: peak_hours(&days),
            days: series(&view, &days),
            statistics,
        })
    });
    told.await.map(Json)
}

async fn user(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Path(id): Path<UserId>,
    Query(asked): Query<Asked>,
) -> Result<Json<UserStatistics>, Fault> {
    if ctx.actor.user() != Some(id) && !ctx.may(&ANALYTICS_READ) {
        return Err(Error::NotFound("user").into());
    }
    let told = ask(&ctx, &analytics, move |line, read| person(line, read, id, &asked)).await?;
    Ok(Json(UserStatistics {
        user: id,
        total: told.tickets,
        served: told.served,
        average_wait: told.average_wait_minutes,
        average_service: told.average_service_minutes,
        history: told.history.clone(),
        statistics: told,
    }))
}

async fn report(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(asked): Query<Asked>,
) -> Result<Json<ServiceReport>, Fault> {
    let dashboard = ask(&ctx, &analytics, move |line, read| dashboard(line, read, &asked)).await?;
    Ok(Json(ServiceReport {
        average_wait: dashboard.figures.average_wait_minutes,
        average_service: dashboard.figures.average_service_minutes,
        peak: dashboard.peak_hours.clone(),
        performance: Performance {
            issued: dashboard.figures.issued,
            served: dashboard.figures.served,
            throughput: dashboard.throughput_per_hour,
        },
        dashboard,
    }))
}
