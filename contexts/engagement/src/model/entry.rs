//! The ledger's lines, and how somebody stands.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::CustomerId;
use usher_kernel::{TenantId, Timestamp, UserId, text_enum};
use uuid::Uuid;

use super::ledger::{self, Lot};
use super::{EntryId, Programme, RewardId, Trigger};

text_enum! {
    /// Why points came or went.
    pub enum EntryKind {
        /// For something that was done.
        Earned = "earned",
        /// For a reward.
        Redeemed = "redeemed",
        /// Given back, because the reward was not taken or was returned.
        Released = "released",
        /// Taken back, because what they were given for was undone.
        Reversed = "reversed",
        /// Too old.
        Expired = "expired",
        /// By hand.
        Adjusted = "adjusted",
        /// From another record of the same person.
        Merged = "merged",
    }
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// Whose tenant.
    pub tenant_id: TenantId,
    /// Whose points.
    pub customer_id: CustomerId,
    /// Its place among the customer's lines.
    pub seq: i64,
    /// Why.
    pub kind: EntryKind,
    /// How many; negative where they went.
    pub points: i64,
    /// The balance after it.
    pub balance: i64,
    /// What was done for them.
    pub trigger: Option<Trigger>,
    /// The ticket, feedback or redemption that it is about; for a refund, the line with which its purchase came.
    pub reference: Option<Uuid>,
    /// For how much a purchase or its refund was, in minor units of the currency.
    pub amount: Option<i64>,
    /// After a refund, what is left of the purchase: 0 where nothing is, none where its amount is not known.
    pub amount_left: Option<i64>,
    /// The reward.
    pub reward_id: Option<RewardId>,
    /// What makes it one of a kind.
    pub source: Option<String>,
    /// The tenant's day.
    pub day: String,
    /// What whoever made it says.
    pub note: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

/// One line of the ledger as the API shows it: a transaction in zeroQ's words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Transaction {
    /// Its id.
    pub id: EntryId,
    /// The account of the customer, where they have one.
    pub user_id: Option<UserId>,
    /// The customer.
    pub customer_id: CustomerId,
    /// The reward, for a redemption.
    pub reward_id: Option<RewardId>,
    /// How many points came, or went where it is negative.
    #[schemars(example = 10)]
    pub points_change: i64,
    /// The balance after it.
    #[schemars(example = 25)]
    pub balance: i64,
    /// Why.
    #[serde(rename = "type")]
    pub kind: EntryKind,
    /// What was done for them.
    pub trigger: Option<Trigger>,
    /// The ticket, feedback or redemption that it is about; for a refund, the line with which its purchase came.
    pub reference_id: Option<Uuid>,
    /// For how much a purchase or its refund was, in minor units of the tenant's currency.
    pub amount: Option<i64>,
    /// What whoever made it says.
    pub note: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

impl Transaction {
    /// A line with the account of its customer.
    pub fn of(entry: Entry, user: Option<UserId>) -> Self {
        Self {
            id: entry.id,
            user_id: user,
            customer_id: entry.customer_id,
            reward_id: entry.reward_id,
            points_change: entry.points,
            balance: entry.balance,
            kind: entry.kind,
            trigger: entry.trigger,
            reference_id: entry.reference,
            amount: entry.amount,
            note: entry.note,
            created_at: entry.created_at,
        }
    }
}

/// How somebody stands: the balance and what it is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The sum of all entries.
    pub balance: i64,
    /// All that was ever earned.
    pub lifetime: i64,
    /// What is left of what came in.
    pub lots: Vec<Lot>,
}

/// A level in few words.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TierView {
    /// Its name.
    #[schemars(example = &"Gold")]
    pub name: String,
    /// From how many earned points on.
    pub from_points: i64,
}

/// Points that expire together.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Expiring {
    /// How many.
    pub points: i64,
    /// When.
    pub at: Timestamp,
}

/// How somebody stands, as the API shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Points {
    /// The customer; null for whoever has no record yet.
    pub customer_id: Option<CustomerId>,
    /// What can be spent now.
    #[schemars(example = 25)]
    pub available: i64,
    /// What can be spent later.
    pub pending: i64,
    /// All that was ever earned.
    pub lifetime: i64,
    /// What expires next, the soonest first; at most ten.
    pub expiring: Vec<Expiring>,
    /// The level.
    pub tier: Option<TierView>,
    /// The next level.
    pub next_tier: Option<TierView>,
}

impl Points {
    /// How somebody stands in a programme.
    pub fn of(
        customer: Option<CustomerId>,
        standing: &Standing,
        programme: &Programme,
        now: Timestamp,
    ) -> Self {
        let view = |tier: &super::Tier| TierView { name: tier.name.clone(), from_points: tier.from_points };
        let left = standing.lots.iter().filter(|lot| lot.remaining > 0);
        let mut expiring: Vec<Expiring> = left
            .filter_map(|lot| Some(Expiring { points: lot.remaining, at: lot.expires_at? }))
            .filter(|lot| lot.at > now)
            .collect();
        expiring.sort_by_key(|lot| lot.at);
        expiring.truncate(10);
        Self {
            customer_id: customer,
            available: ledger::spendable(&standing.lots, now),
            pending: ledger::pending(&standing.lots, now),
            lifetime: standing.lifetime,
            expiring,
            tier: programme.tier_of(standing.lifetime).map(view),
            next_tier: programme.next_tier(standing.lifetime).map(view),
        }
    }
}
