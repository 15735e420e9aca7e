//! Figures and reports in the graph.

use usher_graphql::{Declared, Graph};

/// Operations by the name in the graph and the way after that of all figures.
macro_rules! of_analytics {
    ($($name:literal = $method:literal $rest:literal),* $(,)?) => {
        &[$(($name, concat!($method, " /api/v1/tenants/{tenant}/analytics/", $rest))),*]
    };
}

/// What this context adds to the graph.
pub fn graph() -> Declared {
    Graph::new(())
        .queries(of_analytics![
            "dashboard" = "GET" "dashboard",
            "siteFigures" = "GET" "sites",
            "queueFigures" = "GET" "queues",
            "serviceFigures" = "GET" "services",
            "counterFigures" = "GET" "counters",
            "agentFigures" = "GET" "agents",
            "heatMap" = "GET" "heat-map",
            "slaFigures" = "GET" "sla",
            "abandonment" = "GET" "abandonment",
            "journeys" = "GET" "journeys",
            "ticketJourney" = "GET" "tickets/{id}/journey",
            "customReport" = "GET" "report",
            "personFigures" = "GET" "users/{id}",
            "reportSchedules" = "GET" "schedules",
            "reportSchedule" = "GET" "schedules/{id}",
            "reportResults" = "GET" "results",
        ])
        .mutations(of_analytics![
            "createReportSchedule" = "POST" "schedules",
            "updateReportSchedule" = "PUT" "schedules/{id}",
            "deleteReportSchedule" = "DELETE" "schedules/{id}",
            "runReportSchedule" = "POST" "schedules/{id}/run",
            "deleteReportResult" = "DELETE" "results/{id}",
            "trackEvent" = "POST" "track",
        ])
        .finish()
}
