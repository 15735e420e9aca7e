//! What this context publishes, and what it reacts to: tickets that are taken, served and undone.

use std::collections::hash_map::Entry as Place;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bytes::Bytes;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::json;
use usher_customers::CustomerId;
use usher_db::{DbError, Tx};
use usher_events::{Bus, Event, NewEvent, Subscriber, append_for};
use usher_jobs::NewJob;
use usher_kernel::{Diff, Fault, SignedDuration, SiteId, TenantId, Timestamp};
use usher_queueing::model::{AgentId, ServiceId, Status, TicketFact, TicketId};
use usher_realtime::Room;
use uuid::Uuid;

use crate::jobs::ASK;
use crate::model::{
    Deed, Entry, EntryId, EntryKind, Feedback, FeedbackId, Programme, Redemption, RedemptionId,
    RedemptionStatus, Reward, RewardId, RewardView, Tier, TierView, Trigger,
};
use crate::ops::{Earning, earn, reverse};
use crate::{Engagement, Error, ops, store};

/// Points were given for something that was done.
pub const POINTS_EARNED: &str = "points.earned";
/// Points were taken back, because that was undone.
pub const POINTS_REVERSED: &str = "points.reversed";
/// Points were too old.
pub const POINTS_EXPIRED: &str = "points.expired";
/// Points were given or taken by hand.
pub const POINTS_ADJUSTED: &str = "points.adjusted";
/// Somebody has come to another tier.
pub const TIER_REACHED: &str = "tier.reached";
/// How points are earned was changed.
pub const PROGRAMME_UPDATED: &str = "reward_programme.updated";
/// A reward was added.
pub const REWARD_CREATED: &str = "reward.created";
/// A reward was changed.
pub const REWARD_UPDATED: &str = "reward.updated";
/// A reward was taken out of the catalogue.
pub const REWARD_DELETED: &str = "reward.deleted";
/// A reward is kept for a customer.
pub const REWARD_RESERVED: &str = "reward.reserved";
/// A customer got a reward.
pub const REWARD_REDEEMED: &str = "reward.redeemed";
/// A reward that was kept or handed out went back.
pub const REWARD_RELEASED: &str = "reward.released";
/// Somebody who was served can be asked how it was.
pub const FEEDBACK_REQUESTED: &str = "feedback.requested";
/// Somebody said how it was.
pub const FEEDBACK_GIVEN: &str = "feedback.given";
/// Somebody was not content.
pub const FEEDBACK_LOW: &str = "feedback.low";

const VERSION: u16 = 1;

/// `points.…`: one line of the ledger.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PointsEvent {
    /// The line.
    pub entry_id: EntryId,
    /// Whose points.
    pub customer_id: CustomerId,
    /// Why.
    pub kind: EntryKind,
    /// How many; negative where they went.
    pub points: i64,
    /// The balance after it.
    pub balance: i64,
    /// What was done for them.
    pub trigger: Option<Trigger>,
    /// The ticket or feedback; for a refund, the line with which its purchase came.
    pub reference_id: Option<Uuid>,
}

/// `tier.reached`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TierEvent {
    /// Who.
    pub customer_id: CustomerId,
    /// The tier.
    pub tier: TierView,
}

/// `reward_programme.updated`, `reward.created`, `reward.updated`, `reward.deleted`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CatalogueEvent {
    /// The reward; absent for the programme.
    pub reward_id: Option<RewardId>,
    /// The reward, or the programme, as it is now.
    pub now: serde_json::Value,
    /// What changed, as it was.
    pub before: serde_json::Value,
    /// What changed, as it is.
    pub after: serde_json::Value,
}

/// `reward.reserved`, `reward.redeemed`, `reward.released`. The code stays out of it: whoever has it gets the reward.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RedemptionEvent {
    /// The redemption.
    pub redemption_id: RedemptionId,
    /// The reward.
    pub reward_id: RewardId,
    /// The customer.
    pub customer_id: CustomerId,
    /// What it costs.
    pub points: i64,
    /// Where it stands now.
    pub status: RedemptionStatus,
    /// Until when it is kept.
    pub expires_at: Timestamp,
}

/// `feedback.given`, `feedback.low`. The words stand beside it, so that they can be erased.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FeedbackEvent {
    /// What was said.
    pub feedback_id: FeedbackId,
    /// Of which ticket.
    pub ticket_id: TicketId,
    /// Where.
    pub site_id: SiteId,
    /// For what.
    pub service_id: ServiceId,
    /// By whom they were served.
    pub agent_id: Option<AgentId>,
    /// The customer, where known.
    pub customer_id: Option<CustomerId>,
    /// 1 to 5.
    pub csat: Option<i64>,
    /// 0 to 10.
    pub nps: Option<i64>,
    /// In a word.
    pub tags: Vec<String>,
}

/// `feedback.requested`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RequestEvent {
    /// The ticket that was served.
    pub ticket_id: TicketId,
    /// Where.
    pub site_id: SiteId,
    /// For what.
    pub service_id: ServiceId,
    /// Whom to ask.
    pub customer_id: CustomerId,
}

/// Each kind with its version and the schema of its payload.
pub fn schemas() -> Vec<(&'static str, u16, Schema)> {
    fn of<T: JsonSchema>() -> Schema {
        SchemaGenerator::default().into_root_schema_for::<T>()
    }
    vec![
        (POINTS_EARNED, VERSION, of::<PointsEvent>()),
        (POINTS_REVERSED, VERSION, of::<PointsEvent>()),
        (POINTS_EXPIRED, VERSION, of::<PointsEvent>()),
        (POINTS_ADJUSTED, VERSION, of::<PointsEvent>()),
        (TIER_REACHED, VERSION, of::<TierEvent>()),
        (PROGRAMME_UPDATED, VERSION, of::<CatalogueEvent>()),
        (REWARD_CREATED, VERSION, of::<CatalogueEvent>()),
        (REWARD_UPDATED, VERSION, of::<CatalogueEvent>()),
        (REWARD_DELETED, VERSION, of::<CatalogueEvent>()),
        (REWARD_RESERVED, VERSION, of::<RedemptionEvent>()),
        (REWARD_REDEEMED, VERSION, of::<RedemptionEvent>()),
        (REWARD_RELEASED, VERSION, of::<RedemptionEvent>()),
        (FEEDBACK_REQUESTED, VERSION, of::<RequestEvent>()),
        (FEEDBACK_GIVEN, VERSION, of::<FeedbackEvent>()),
        (FEEDBACK_LOW, VERSION, of::<FeedbackEvent>()),
    ]
}

/// A line of the ledger.
pub(crate) fn points(tx: &mut Tx, kind: &'static str, entry: &Entry) -> Result<(), DbError> {
    let facts = PointsEvent {
        entry_id: entry.id,
        customer_id: entry.customer_id,
        kind: entry.kind,
        points: entry.points,
        balance: entry.balance,
        trigger: entry.trigger,
        reference_id: entry.reference,
    };
    let thing = ("points", entry.customer_id.uuid());
    append_for(tx, entry.tenant_id, NewEvent::new(kind, VERSION, thing, entry.seq, &facts)).map(drop)
}

/// `tier.reached`.
pub(crate) fn tier_reached(tx: &mut Tx, entry: &Entry, tier: &Tier) -> Result<(), DbError> {
    let view = TierView { name: tier.name.clone(), from_points: tier.from_points };
    let facts = TierEvent { customer_id: entry.customer_id, tier: view };
    let thing = ("points", entry.customer_id.uuid());
    append_for(tx, entry.tenant_id, NewEvent::new(TIER_REACHED, VERSION, thing, entry.seq, &facts)).map(drop)
}

/// `reward_programme.updated`.
pub(crate) fn programme(
    tx: &mut Tx,
    tenant: TenantId,
    programme: &Programme,
    diff: &Diff,
) -> Result<(), DbError> {
    let facts = json!({ "reward_id": null, "now": programme, "before": diff.before, "after": diff.after });
    let thing = ("reward_programme", tenant.uuid());
    append_for(tx, tenant, NewEvent::new(PROGRAMME_UPDATED, VERSION, thing, programme.version, &facts))
        .map(drop)
}

/// An event about the catalogue.
pub(crate) fn reward(tx: &mut Tx, kind: &'static str, reward: &Reward, diff: &Diff) -> Result<(), DbError> {
    let now = RewardView::at(reward.clone(), tx.now());
    let facts = json!({ "reward_id": reward.id, "now": now, "before": diff.before, "after": diff.after });
    let thing = ("reward", reward.id.uuid());
    append_for(tx, reward.tenant_id, NewEvent::new(kind, VERSION, thing, reward.version, &facts)).map(drop)
}

/// An event about a reward on its way.
pub(crate) fn redemption(tx: &mut Tx, kind: &'static str, one: &Redemption) -> Result<(), DbError> {
    let facts = RedemptionEvent {
        redemption_id: one.id,
        reward_id: one.reward_id,
        customer_id: one.customer_id,
        points: one.points,
        status: one.status,
        expires_at: one.expires_at,
    };
    let version = match kind {
        REWARD_RESERVED => 1,
        REWARD_REDEEMED => 2,
        _ => 3,
    };
    let thing = ("redemption", one.id.uuid());
    append_for(tx, one.tenant_id, NewEvent::new(kind, VERSION, thing, version, &facts)).map(drop)
}

/// `feedback.given`, and `feedback.low` where a manager should know.
pub(crate) fn said(tx: &mut Tx, said: &Feedback) -> Result<(), DbError> {
    let facts = FeedbackEvent {
        feedback_id: said.id,
        ticket_id: said.ticket_id,
        site_id: said.site_id,
        service_id: said.service_id,
        agent_id: said.agent_id,
        customer_id: said.customer_id,
        csat: said.csat,
        nps: said.nps,
        tags: said.tags.clone(),
    };
    let thing = ("feedback", said.id.uuid());
    let mut event = NewEvent::new(FEEDBACK_GIVEN, VERSION, thing, 1, &facts).at_site(said.site_id);
    event.personal = said.comment.as_ref().map(|comment| json!({ "comment": comment }));
    append_for(tx, said.tenant_id, event)?;
    if said.is_low() {
        let event = NewEvent::new(FEEDBACK_LOW, VERSION, thing, 1, &facts).at_site(said.site_id);
        append_for(tx, said.tenant_id, event)?;
    }
    Ok(())
}

/// `feedback.requested`.
pub(crate) fn requested(tx: &mut Tx, tenant: TenantId, facts: &RequestEvent) -> Result<(), DbError> {
    let thing = ("ticket", facts.ticket_id.uuid());
    let event = NewEvent::new(FEEDBACK_REQUESTED, VERSION, thing, 0, facts).at_site(facts.site_id);
    append_for(tx, tenant, event).map(drop)
}

/// How long after a service people are asked: its undo is over then.
const ASK_AFTER: SignedDuration = SignedDuration::from_secs(90);

/// Tells a site's staff of people who were not content, from whichever node they said so.
pub(crate) fn follow(engagement: &Engagement, bus: &Bus) {
    let hub = engagement.line().hub().clone();
    bus.listen(move |event: &Arc<Event>| {
        let (FEEDBACK_LOW, Some(tenant), Some(site)) = (&*event.kind, event.tenant, event.site) else {
            return;
        };
        let room = Room::new(tenant, "site", site.uuid());
        hub.publish_with(&room, FEEDBACK_LOW, || Bytes::copy_from_slice(event.payload.get().as_bytes()));
    });
}

/// Gives points for tickets, once for each event, takes them back when what they were for is undone, and has people
/// asked how it was.
pub(crate) struct Earner(pub(crate) Engagement);

/// A change of a ticket that has a customer.
struct Change<'a> {
    tenant: TenantId,
    customer: CustomerId,
    event: &'a Event,
    fact: TicketFact,
}

impl Subscriber for Earner {
    fn name(&self) -> &'static str {
        "engagement.earning"
    }

    fn kinds(&self) -> &[&'static str] {
        &["ticket.issued", "ticket.completed", "ticket.cancelled", "ticket.undone"]
    }

    fn handle(&self, tx: &mut Tx<'_>, batch: &[Arc<Event>]) -> Result<(), Fault> {
        let mut changes = Vec::new();
        for event in batch {
            let (Some(tenant), Ok(fact)) = (event.tenant, event.payload_as::<TicketFact>()) else { continue };
            let Some(known) = fact.customer_id else { continue };
            // Whoever was merged since is somebody else now, and whoever was erased nobody.
            if let Some(customer) = self.0.customers().current(tx, tenant, known)? {
                changes.push(Change { tenant, customer, event, fact });
            }
        }
        let mut programmes: HashMap<TenantId, Programme> = HashMap::new();
        for change in &changes {
            if let Place::Vacant(place) = programmes.entry(change.tenant) {
                place.insert(ops::programme(tx, change.tenant)?);
            }
        }
        // All accounts are held at once, in order: a batch and somebody who redeems do not wait for each other.
        let earning = changes.iter().filter(|change| programmes[&change.tenant].active);
        let accounts: BTreeSet<_> = earning.map(|change| (change.customer, change.tenant)).collect();
        let accounts: Vec<_> = accounts.into_iter().map(|(customer, tenant)| (tenant, customer)).collect();
        store::points::open_all(tx, &accounts)?;
        for change in &changes {
            self.react(tx, change, &programmes[&change.tenant])?;
        }
        Ok(())
    }
}

impl Earner {
    fn react(&self, tx: &mut Tx<'_>, change: &Change<'_>, programme: &Programme) -> Result<(), Error> {
        let Change { tenant, fact, event, .. } = change;
        let ticket = fact.ticket_id.uuid();
        let back =
            |tx: &mut Tx<'_>, triggers: &[Trigger]| reverse(tx, &self.0, *tenant, ticket, triggers).map(drop);
        match (&*event.kind, fact.undone.as_deref()) {
            ("ticket.issued", _) => self.give(tx, change, programme, Trigger::Joined),
            ("ticket.completed", _) => {
                self.give(tx, change, programme, Trigger::Served)?;
                self.give(tx, change, programme, Trigger::Waited)?;
                let at = event.at.saturating_add(ASK_AFTER).unwrap_or(event.at);
                let ask = NewJob::new(ASK, &fact.ticket_id).at(at).keyed(ticket.to_string());
                usher_jobs::enqueue_for(tx, *tenant, ask)?;
                Ok(())
            }
            // Who leaves has not earned what joining was worth.
            ("ticket.cancelled", _) => back(tx, &[Trigger::Joined]),
            ("ticket.undone", Some("ticket.cancelled")) if fact.status == Status::Waiting => {
                self.give(tx, change, programme, Trigger::Joined)
            }
            ("ticket.undone", Some("ticket.issued")) => back(tx, &[Trigger::Joined]),
            ("ticket.undone", _) if fact.status != Status::Served => {
                back(tx, &[Trigger::Served, Trigger::Waited])
            }
            _ => Ok(()),
        }
    }

    fn give(
        &self,
        tx: &mut Tx<'_>,
        change: &Change<'_>,
        programme: &Programme,
        trigger: Trigger,
    ) -> Result<(), Error> {
        let fact = &change.fact;
        let waited = fact.called_at.map_or(0, |called| called.duration_since(fact.issued_at).as_mins());
        let deed = Deed { trigger, service: Some(fact.service_id), waited_minutes: waited.max(0), amount: 0 };
        let earning = Earning {
            customer: change.customer,
            deed,
            reference: Some(fact.ticket_id.uuid()),
            source: format!("{}/{trigger}", change.event.id),
        };
        earn(tx, &self.0, change.tenant, programme, earning).map(drop)
    }
}
