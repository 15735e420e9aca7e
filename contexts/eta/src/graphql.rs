//! Estimates in the graph.

use usher_graphql::{Declared, Graph};

/// What this context adds to the graph.
pub fn graph() -> Declared {
    Graph::new(())
        .query("queueEstimate", "GET /api/v1/tenants/{tenant}/queues/{id}/eta")
        .query("queueEstimateReasons", "GET /api/v1/tenants/{tenant}/queues/{id}/eta/explain")
        .query("queueEstimateAccuracy", "GET /api/v1/tenants/{tenant}/queues/{id}/eta/accuracy")
        .mutation("whatIf", "POST /api/v1/tenants/{tenant}/sites/{site}/what-if")
        .finish()
}
