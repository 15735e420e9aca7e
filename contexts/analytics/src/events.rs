//! What the figures are made from, and what this context publishes.
//!
//! One durable subscriber keeps every read model. A batch is made ready beside a reader; each of its tickets is written
//! with all that it is counted for, and the rest of it with the cursor.
//! Another one has schedules follow the sites that they tell of: where one is deleted they go on for the others, or rest.
//! Published: `analytics.tracked` (something that happened outside was written down) and `report.made` (a
//! scheduled report has a result, or was left out because it was empty) and `report_schedule.changed`.

use std::sync::Arc;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use usher_appointments::model::{AppointmentFact, EntryFact};
use usher_db::{Read, Tx};
use usher_engagement::events::{
    FEEDBACK_GIVEN, FeedbackEvent, POINTS_EARNED, POINTS_REVERSED, PointsEvent, REWARD_RELEASED,
    REWARD_RESERVED, RedemptionEvent,
};
use usher_events::{Effects, Event, Prepares, Subscriber};
use usher_kernel::{Fault, SiteId, Timestamp, UserId};
use usher_queueing::events::{AgentFact, ConfigFact, SeatFact};
use usher_queueing::model::{QueueId, TicketFact};
use usher_tenancy::Tenancy;
use usher_tenancy::events::SITE_DELETED;

use crate::model::schedule::FailureReason;
use crate::model::{Count, ReportId, ScheduleId};
use crate::ops::fold::{Fold, Made};
use crate::ops::schedule::without_site;

/// Something happened outside.
pub const TRACKED: &str = "analytics.tracked";
/// A scheduled report came due.
pub const REPORT_MADE: &str = "report.made";
/// A schedule was made, changed or deleted.
pub const SCHEDULE_CHANGED: &str = "report_schedule.changed";

/// Something that happened outside of the product: version 1 of `analytics.tracked`. What its `metadata` said
/// stands beside the event, as a personal value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrackedFact {
    /// What happened.
    pub event_type: String,
    /// The line that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_id: Option<QueueId>,
    /// The person that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// When.
    pub occurred_at: Timestamp,
}

/// A scheduled report came due: version 1 of `report.made`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportFact {
    /// The schedule.
    pub schedule_id: ScheduleId,
    /// Its name.
    pub name: String,
    /// The result; absent when there was nothing to say and the schedule leaves such reports out.
    pub report_id: Option<ReportId>,
    /// How many rows it has.
    pub rows: i64,
    /// Who is to be told.
    pub recipients: Vec<UserId>,
}

/// A schedule was made, changed or deleted, or its reports cannot be made: version 1 of `report_schedule.changed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScheduleFact {
    /// The schedule.
    pub schedule_id: ScheduleId,
    /// `created`, `updated` or `deleted`; `failed` when its report could not be made, `recovered` when it could again.
    pub change: String,
    /// Its name.
    pub name: String,
    /// When it comes due.
    pub cron: String,
    /// Whether it runs.
    pub active: bool,
    /// Why its report is not made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureReason>,
}

/// Each published kind with its version and the schema of its payload.
pub fn schemas() -> Vec<(&'static str, u16, Schema)> {
    fn of<T: JsonSchema>() -> Schema {
        SchemaGenerator::default().into_root_schema_for::<T>()
    }
    vec![
        (TRACKED, 1, of::<TrackedFact>()),
        (REPORT_MADE, 1, of::<ReportFact>()),
        (SCHEDULE_CHANGED, 1, of::<ScheduleFact>()),
    ]
}

/// The subscriber's name in the log.
pub(crate) const SUBSCRIBER: &str = "analytics.figures";

/// Everything that the figures are made from.
const KINDS: &[&str] = &[
    "ticket.issued",
    "ticket.called",
    "ticket.skipped",
    "ticket.transferred",
    "ticket.moved",
    "ticket.no_show",
    "ticket.reinstated",
    "ticket.completed",
    "ticket.visit_continued",
    "ticket.cancelled",
    "ticket.returned",
    "ticket.expired",
    "ticket.undone",
    "counter.changed",
    "agent.changed",
    "service.created",
    "service.updated",
    "queue.created",
    "queue.updated",
    "counter.created",
    "counter.updated",
    TRACKED,
    FEEDBACK_GIVEN,
    POINTS_EARNED,
    POINTS_REVERSED,
    REWARD_RESERVED,
    REWARD_RELEASED,
    "appointment.booked",
    "appointment.rescheduled",
    "appointment.cancelled",
    "appointment.checked_in",
    "appointment.completed",
    "appointment.reopened",
    "appointment.no_show",
    "waitlist.offered",
    "waitlist.accepted",
];

/// Keeps the read models.
pub(crate) struct Keeper(pub(crate) Tenancy);

impl Subscriber for Keeper {
    fn name(&self) -> &'static str {
        SUBSCRIBER
    }

    fn kinds(&self) -> &[&'static str] {
        KINDS
    }

    /// Half a second is fresh enough for figures, and lets the events of a busy day share their cells' writes.
    fn linger(&self) -> Option<Duration> {
        Some(Duration::from_millis(500))
    }

    fn prepares(self: Arc<Self>) -> Option<Arc<dyn Prepares>> {
        Some(self)
    }

    fn handle(&self, tx: &mut Tx<'_>, batch: &[Arc<Event>]) -> Result<(), Fault> {
        self.prepare(tx, batch)?.write(tx)
    }
}

impl Prepares for Keeper {
    fn prepare(&self, read: &mut Read<'_>, batch: &[Arc<Event>]) -> Result<Effects, Fault> {
        let mut fold = Fold::new(self.0.directory());
        fold.load(read, batch)?;
        for event in batch {
            take(&mut fold, read, event)?;
        }
        let Made { parts, last } = fold.finish(read)?;
        let effects = Effects::new(move |tx| last.write(tx).map_err(Fault::from));
        Ok(parts
            .into_iter()
            .fold(effects, |effects, part| effects.part(move |tx| part.write(tx).map_err(Fault::from))))
    }
}

/// Lets schedules follow the sites that they tell of.
pub(crate) struct SiteFollower;

impl Subscriber for SiteFollower {
    fn name(&self) -> &'static str {
        "analytics.schedules"
    }

    fn kinds(&self) -> &[&'static str] {
        &[SITE_DELETED]
    }

    fn handle(&self, tx: &mut Tx<'_>, batch: &[Arc<Event>]) -> Result<(), Fault> {
        for event in batch {
            let Some(tenant) = event.tenant else { continue };
            without_site(tx, tenant, SiteId::from_uuid(event.thing_id))?;
        }
        Ok(())
    }
}

fn take(fold: &mut Fold<'_>, read: &mut Read<'_>, event: &Event) -> Result<(), Fault> {
    let Some(tenant) = event.tenant else { return Ok(()) };
    let unreadable = |error: serde_json::Error| Fault::internal(format_args!("{}: {error}", event.kind));
    match (&*event.thing_kind, &*event.kind) {
        ("ticket", kind) => {
            let fact: TicketFact = event.payload_as().map_err(unreadable)?;
            fold.ticket(read, tenant, kind, &fact, event.at)?;
        }
        ("appointment", kind) => {
            let fact: AppointmentFact = event.payload_as().map_err(unreadable)?;
            fold.appointment(read, tenant, kind, &fact)?;
        }
        ("waitlist", kind) => {
            let fact: EntryFact = event.payload_as().map_err(unreadable)?;
            fold.waitlist(read, tenant, kind, &fact, event.at)?;
        }
        (_, "counter.changed") => {
            let fact: SeatFact = event.payload_as().map_err(unreadable)?;
            fold.seat(read, tenant, &fact, event.at)?;
        }
        (_, "agent.changed") => {
            let fact: AgentFact = event.payload_as().map_err(unreadable)?;
            fold.agent(read, tenant, &fact, event.at)?;
        }
        (_, TRACKED) => {
            let fact: TrackedFact = event.payload_as().map_err(unreadable)?;
            fold.tracked(read, tenant, &fact)?;
        }
        (_, FEEDBACK_GIVEN) => {
            let fact: FeedbackEvent = event.payload_as().map_err(unreadable)?;
            fold.feedback(read, tenant, &fact, event.at)?;
        }
        (_, POINTS_EARNED | POINTS_REVERSED) => {
            let fact: PointsEvent = event.payload_as().map_err(unreadable)?;
            fold.points(read, tenant, (Count::PointsEarned, fact.points), event.at)?;
        }
        (_, REWARD_RESERVED | REWARD_RELEASED) => {
            let fact: RedemptionEvent = event.payload_as().map_err(unreadable)?;
            let times = if event.kind == REWARD_RESERVED { 1 } else { -1 };
            fold.points(read, tenant, (Count::PointsSpent, times * fact.points), event.at)?;
            fold.points(read, tenant, (Count::Rewards, times), event.at)?;
        }
        (thing, _) => {
            let fact: ConfigFact = event.payload_as().map_err(unreadable)?;
            fold.thing(tenant, thing, &fact);
        }
    }
    Ok(())
}
