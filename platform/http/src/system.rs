//! The routes about the installation itself: health, metrics, recent logs.

use std::sync::Arc;
use std::time::Instant;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{Caller, Clock, Fault, Scope, Timestamp};
use usher_telemetry::{CheckState, HealthReport, LogLine, RouteCounts, Telemetry};

use crate::access::Access;
use crate::answer::NoContent;
use crate::extract::{Json, Query, State};
use crate::routes::Routes;

/// Sees how the installation is.
pub(crate) const SETTINGS_WRITE: Scope = Scope::new("settings:write");

#[derive(Clone)]
pub(crate) struct System {
    telemetry: Telemetry,
    clock: Clock,
    started: Instant,
    version: &'static str,
}

/// That the product answers.
#[derive(Serialize, JsonSchema)]
struct Alive {
    /// Always `ok`.
    status: &'static str,
    /// The product's version.
    version: &'static str,
    /// Seconds since it started.
    uptime_seconds: u64,
    /// The server's clock.
    time: Timestamp,
}

/// What the installation does at present.
#[derive(Serialize, JsonSchema)]
struct SystemMetrics {
    /// Seconds since it started.
    uptime_seconds: u64,
    /// Requests answered so far.
    requests: u64,
    /// Of those, answered with 400 to 499.
    refused: u64,
    /// Of those, answered with 500 or more.
    failed: u64,
    /// Each route that was asked at least once.
    routes: Vec<RouteMetrics>,
}

/// One route's counts.
#[derive(Serialize, JsonSchema)]
struct RouteMetrics {
    /// The method.
    method: String,
    /// The path pattern.
    path: String,
    /// Requests so far.
    requests: u64,
    /// Answered with 400 to 499.
    refused: u64,
    /// Answered with 500 or more.
    failed: u64,
    /// Half of the requests took no longer, in milliseconds.
    p50_ms: f64,
    /// 99 of 100 requests took no longer, in milliseconds.
    p99_ms: f64,
}

/// Which lines of the log.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LogQuery {
    /// The least grave level: error, warn, info, debug or trace.
    level: Option<Level>,
    /// How many lines, 1 to 1000; 200 when absent.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<u32>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// The latest lines of the log.
#[derive(Serialize, JsonSchema)]
struct Logs {
    /// Newest first.
    items: Vec<LogLine>,
}

pub(crate) fn routes(telemetry: Telemetry, clock: Clock, version: &'static str) -> Routes<System> {
    let operator = || Access::platform().or(Access::scope(SETTINGS_WRITE));
    let state = System { telemetry, clock, started: Instant::now(), version };
    Routes::new("system", state)
        .get("/api/v1/health", Access::public(), alive, |d| {
            d.summary("Whether the product answers").operation_id("health").answer::<Alive>(200)
        })
        .get("/metrics", Access::public(), prometheus, |d| {
            d.summary("Metrics for Prometheus")
                .description("To be closed to the outside by the gateway; it holds no personal data.")
                .operation_id("prometheus_metrics")
                .answer_raw(200, "text/plain", "The Prometheus text format")
        })
        .get("/api/v1/admin/system/health", operator(), health, |d| {
            d.summary("How each dependency is")
                .description("503 with the same body when one that is needed is down.")
                .operation_id("system_health")
                .answer::<HealthReport>(200)
                .answer::<HealthReport>(503)
        })
        .get("/api/v1/admin/system/metrics", operator(), system_metrics, |d| {
            d.summary("Requests and their times, by route")
                .operation_id("system_metrics")
                .answer::<SystemMetrics>(200)
        })
        .get("/api/v1/admin/system/logs", Access::platform(), logs, |d| {
            d.summary("The latest lines of the log")
                .operation_id("system_logs")
                .query::<LogQuery>()
                .answer::<Logs>(200)
        })
        .post("/api/v1/admin/system/logs/clear", Access::platform(), clear_logs, |d| {
            d.summary("Forget the remembered lines of the log")
                .operation_id("clear_system_logs")
                .answer_empty(204)
                .done_again("what is forgotten is forgotten, however often it is asked")
        })
}

async fn alive(State(system): State<System>) -> Json<Alive> {
    Json(Alive {
        status: "ok",
        version: system.version,
        uptime_seconds: system.started.elapsed().as_secs(),
        time: system.clock.now(),
    })
}

async fn prometheus(State(system): State<System>) -> Response {
    let mut text = system.telemetry.routes.render();
    text.push_str(&system.telemetry.metrics.render());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

async fn health(State(system): State<System>) -> (StatusCode, Json<HealthReport>) {
    let report = system.telemetry.health.report().await;
    let status =
        if report.status == CheckState::Down { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    (status, Json(report))
}

async fn system_metrics(State(system): State<System>) -> Json<SystemMetrics> {
    let counts = system.telemetry.routes.counts();
    let sum = |of: fn(&RouteCounts) -> u64| counts.iter().map(of).sum();
    Json(SystemMetrics {
        uptime_seconds: system.started.elapsed().as_secs(),
        requests: sum(|c| c.requests),
        refused: sum(|c| c.refused),
        failed: sum(|c| c.failed),
        routes: counts
            .into_iter()
            .map(|c| RouteMetrics {
                method: c.method,
                path: c.path,
                requests: c.requests,
                refused: c.refused,
                failed: c.failed,
                p50_ms: c.p50_micros as f64 / 1_000.0,
                p99_ms: c.p99_micros as f64 / 1_000.0,
            })
            .collect(),
    })
}

async fn logs(State(system): State<System>, Query(query): Query<LogQuery>) -> Json<Logs> {
    let limit = query.limit.unwrap_or(200).clamp(1, 1_000) as usize;
    let least = query.level.map(|level| match level {
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Info => "info",
        Level::Debug => "debug",
        Level::Trace => "trace",
    });
    Json(Logs { items: system.telemetry.logs.latest(limit, least) })
}

async fn clear_logs(State(system): State<System>, caller: Arc<Caller>) -> Result<NoContent, Fault> {
    system.telemetry.logs.clear();
    // The first line of the new log says who emptied it.
    tracing::info!(actor = caller.actor.kind(), id = ?caller.actor.id(), "the log was cleared");
    Ok(NoContent)
}
