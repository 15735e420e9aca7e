//! What is handed out of figures and reports when everything of a tenant is exported.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use usher_db::{row, sql};
use usher_kernel::Timestamp;
use usher_tenancy::Part;
use uuid::Uuid;

row! {
    /// A report that comes back by itself.
    #[derive(Serialize, JsonSchema)]
    struct ScheduleLine {
        id: Uuid,
        site_id: Option<Uuid>,
        name: String,
        definition: Value,
        version: i64,
        active: bool,
        next_at: Option<Timestamp>,
        created_at: Timestamp,
    }
}

sql! {
    SCHEDULES = "SELECT ", ScheduleLine::COLUMNS, " FROM report_schedules
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
}

/// Read models.
const FIGURES: &[&str] = &[
    "analytics_tickets",
    "analytics_cells",
    "analytics_steps",
    "analytics_step_months",
    "analytics_things",
    "analytics_presence",
    "analytics_tracked",
    "analytics_floor",
];

/// The tables of this context.
pub(crate) fn parts() -> Vec<Part> {
    vec![
        Part::by_id(
            "report_schedules",
            &["report_schedules"],
            "Reports that come back by themselves",
            SCHEDULES,
            |schedule: &ScheduleLine| schedule.id,
        ),
        Part::left_out(
            &["report_results"],
            "Results of scheduled reports are files of their own, to be had on /reports",
        ),
        Part::left_out(FIGURES, "Figures are made of events.ndjson"),
    ]
}
