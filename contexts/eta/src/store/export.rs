//! What is handed out of the estimates when everything of a tenant is exported: nothing that is not made of the log.

use usher_tenancy::Part;

/// The tables of this context.
pub(crate) fn parts() -> Vec<Part> {
    let learned = "What estimates have learned and what they were worth is made of events.ndjson";
    vec![Part::left_out(&["eta_books", "eta_lessons", "eta_corrections", "eta_scores"], learned)]
}
