//! What the product tells of itself: logs, metrics and health.
//!
//! [`Telemetry`] is made once by the composition root and handed to whoever reports or shows something.
//! Secrets never reach a log: credentials have no readable `Debug`, the access log has paths without their
//! queries, and events carry none.

mod health;
mod logs;
mod metrics_board;
mod routes;

pub use health::{CheckFuture, CheckState, DependencyHealth, Health, HealthCheck, HealthReport};
pub use logs::{LogBuffer, LogConfig, LogError, LogFormat, LogLine, LogSink, check_filter, init, init_with};
pub use metrics_board::Metrics;
pub use routes::{RouteBoard, RouteCounts, RouteStats};

/// The four together; cheap to clone.
#[derive(Clone, Default)]
pub struct Telemetry {
    /// The most recent log lines.
    pub logs: LogBuffer,
    /// Counters and gauges of the whole product.
    pub metrics: Metrics,
    /// Counts and times of each route.
    pub routes: RouteBoard,
    /// The dependencies and how they are.
    pub health: Health,
}
