//! The trail in the graph.

use usher_graphql::{Declared, Graph};

use crate::model::Entry;

/// What this context adds to the graph.
pub fn graph() -> Declared {
    Graph::new(())
        .named::<Entry>("AuditEntry")
        .queries(&[
            ("auditTrail", "GET /api/v1/tenants/{tenant}/audit"),
            ("history", "GET /api/v1/tenants/{tenant}/audit/{kind}/{id}"),
        ])
        .finish()
}
