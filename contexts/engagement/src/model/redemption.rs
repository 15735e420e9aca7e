//! One reward on its way to one customer.

use schemars::JsonSchema;
use serde::Serialize;
use usher_customers::CustomerId;
use usher_kernel::{TenantId, Timestamp, UserId, random, text_enum};

use super::{RedemptionId, RewardId, Taken};

text_enum! {
    /// Where it stands.
    pub enum RedemptionStatus {
        /// The points are taken and the reward is kept for the customer.
        Reserved = "reserved",
        /// The customer has it.
        Redeemed = "redeemed",
        /// Points and reward went back: its time ran out, somebody changed their mind, it was returned.
        Released = "released",
    }
}

/// One reward on its way to one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// Its id.
    pub id: RedemptionId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// The reward.
    pub reward_id: RewardId,
    /// The customer.
    pub customer_id: CustomerId,
    /// What it costs.
    pub points: i64,
    /// Where it stands.
    pub status: RedemptionStatus,
    /// What the customer shows.
    pub code: String,
    /// From which lots the points were taken.
    pub taken: Vec<Taken>,
    /// When it was reserved.
    pub reserved_at: Timestamp,
    /// Until when it is kept.
    pub expires_at: Timestamp,
    /// When the customer got it.
    pub redeemed_at: Option<Timestamp>,
    /// When it went back.
    pub released_at: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
}

/// Letters and digits that nobody mistakes for each other, read or heard.
const LETTERS: &[u8] = b"ACDEFGHJKLMNPRTUVWXY3479";
/// How many: about as many codes as a hundred billion.
const LENGTH: usize = 8;

impl Redemption {
    /// A new code.
    pub fn new_code() -> String {
        let letters = u32::try_from(LETTERS.len()).unwrap_or(1);
        (0..LENGTH).map(|_| char::from(LETTERS[random::below(letters) as usize])).collect()
    }
}

/// One reward on its way to one customer, as the API shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Redemption")]
pub struct RedemptionView {
    /// Its id.
    pub id: RedemptionId,
    /// The reward.
    pub reward_id: RewardId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's account, where they have one.
    pub user_id: Option<UserId>,
    /// What it costs.
    #[schemars(example = 20)]
    pub points: i64,
    /// Where it stands.
    pub status: RedemptionStatus,
    /// What the customer shows.
    #[schemars(example = &"KX7P3MRA")]
    pub code: String,
    /// When it was reserved.
    pub reserved_at: Timestamp,
    /// Until when it is kept; null once it is decided.
    pub expires_at: Option<Timestamp>,
    /// When the customer got it.
    pub redeemed_at: Option<Timestamp>,
    /// When it went back.
    pub released_at: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
}

impl RedemptionView {
    /// A redemption with the account of its customer.
    pub fn of(redemption: Redemption, user: Option<UserId>) -> Self {
        let kept = redemption.status == RedemptionStatus::Reserved;
        Self {
            id: redemption.id,
            reward_id: redemption.reward_id,
            customer_id: redemption.customer_id,
            user_id: user,
            points: redemption.points,
            status: redemption.status,
            code: redemption.code,
            reserved_at: redemption.reserved_at,
            expires_at: kept.then_some(redemption.expires_at),
            redeemed_at: redemption.redeemed_at,
            released_at: redemption.released_at,
            reason: redemption.reason,
        }
    }
}
