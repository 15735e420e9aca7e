//! The kinds of events that the line publishes, with the JSON Schemas of their payloads.

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{
    AgentFact, AnnouncementFact, ClosureFact, ConfigFact, LeaseFact, LeaseRefusals, OutsideFact, RuleFailure,
    SeatFact,
};
use crate::model::TicketFact;

/// Every kind.
pub const KINDS: &[&str] = &[
    "ticket.issued",
    "ticket.called",
    "ticket.recalled",
    "ticket.overdue",
    "ticket.started",
    "ticket.paused",
    "ticket.resumed",
    "ticket.parked",
    "ticket.returned",
    "ticket.transferred",
    "ticket.released",
    "ticket.skipped",
    "ticket.no_show",
    "ticket.reinstated",
    "ticket.wrap_up",
    "ticket.completed",
    "ticket.visit_continued",
    "ticket.visit_stopped",
    "ticket.cancelled",
    "ticket.expired",
    "ticket.reprioritised",
    "ticket.priority_confirmed",
    "ticket.moved",
    "ticket.postponed",
    "ticket.undone",
    "ticket.noted",
    "ticket.edited",
    "ticket.reprinted",
    "ticket.coming",
    "ticket.seen",
    "ticket.page_opened",
    "ticket.asked",
    "ticket.silent",
    "counter.changed",
    "agent.changed",
    "announcement.acknowledged",
    "announcement.unheard",
    "queue.outside",
    "number_lease.leased",
    "number_lease.voided",
    "number_lease.corrected",
    "number_lease.refused",
    "site.emergency_closed",
    "site.emergency_reopened",
    "service.created",
    "service.updated",
    "service.archived",
    "queue.created",
    "queue.updated",
    "queue.archived",
    "counter.created",
    "counter.updated",
    "counter.archived",
    "routing_rule.created",
    "routing_rule.updated",
    "routing_rule.deleted",
    "routing_rule.failed",
];

/// Each kind with its version and the schema of its payload.
pub fn schemas() -> Vec<(&'static str, u16, Schema)> {
    KINDS.iter().map(|kind| (*kind, 1, schema(kind))).collect()
}

fn schema(kind: &str) -> Schema {
    fn of<T: JsonSchema>() -> Schema {
        SchemaGenerator::default().into_root_schema_for::<T>()
    }
    match kind {
        "counter.changed" => of::<SeatFact>(),
        "agent.changed" => of::<AgentFact>(),
        "announcement.acknowledged" | "announcement.unheard" => of::<AnnouncementFact>(),
        "queue.outside" => of::<OutsideFact>(),
        "number_lease.leased" | "number_lease.voided" | "number_lease.corrected" => of::<LeaseFact>(),
        "number_lease.refused" => of::<LeaseRefusals>(),
        "site.emergency_closed" | "site.emergency_reopened" => of::<ClosureFact>(),
        "routing_rule.failed" => of::<RuleFailure>(),
        ticket if ticket.starts_with("ticket.") => of::<TicketFact>(),
        _ => of::<ConfigFact>(),
    }
}
