//! What points are given for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{Change, FieldFault, TenantId, Timestamp, is_unshowable};

use super::RewardId;
use super::programme::MOST_POINTS;

/// Something that points are given for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reward {
    /// Its id.
    pub id: RewardId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Of what sort: `voucher`, `discount`, whatever the tenant calls it.
    pub kind: String,
    /// How many points it costs.
    pub points_required: i64,
    /// How many are left; any number when none.
    pub stock: Option<i64>,
    /// How often one customer gets it; as often as they like when none.
    pub per_customer: Option<i64>,
    /// From when on it is given.
    pub valid_from: Option<Timestamp>,
    /// Until when.
    pub valid_until: Option<Timestamp>,
    /// Whether it is given at all.
    pub active: bool,
    /// When it was taken out of the catalogue.
    pub deleted_at: Option<Timestamp>,
    /// Grows with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Reward {
    /// Whether it is given at `at`, whatever its stock.
    pub fn is_given(&self, at: Timestamp) -> bool {
        self.active
            && self.deleted_at.is_none()
            && self.valid_from.is_none_or(|from| from <= at)
            && self.valid_until.is_none_or(|until| at < until)
    }

    /// What is wrong with it, field by field.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code, message: String| {
            faults.push(FieldFault { field: field.to_owned(), code, message });
        };
        let texts = [
            ("name", &self.name, 1, 120),
            ("description", &self.description, 0, 2_000),
            ("type", &self.kind, 1, 40),
        ];
        for (field, text, least, most) in texts {
            let letters = text.chars().count();
            if letters < least {
                fault(field, "required", "Write something.".to_owned());
            } else if letters > most {
                fault(field, "too_long", format!("At most {most} letters."));
            } else if text.chars().any(|c| is_unshowable(c) && c != '\n') {
                fault(field, "control_letters", "The text contains letters that cannot be shown.".to_owned());
            }
        }
        let numbers = [
            ("points_required", Some(self.points_required), 1),
            ("stock", self.stock, 0),
            ("per_customer", self.per_customer, 1),
        ];
        for (field, value, least) in numbers {
            if value.is_some_and(|value| !(least..=MOST_POINTS).contains(&value)) {
                fault(field, "out_of_range", format!("Between {least} and {MOST_POINTS}."));
            }
        }
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && until <= from
        {
            fault("valid_until", "not_after", "The end lies after the beginning.".to_owned());
        }
        faults
    }
}

/// A new reward, or a change of one: what is absent stays, or has its default. A new one needs a name and its points.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RewardInput {
    /// What it is called.
    #[schemars(example = &"Coffee")]
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Of what sort; `reward` when absent.
    #[serde(rename = "type")]
    #[schemars(example = &"voucher")]
    pub kind: Option<String>,
    /// How many points it costs.
    #[schemars(range(min = 1, max = 1_000_000_000), example = 20)]
    pub points_required: Option<i64>,
    /// How many there are; null for any number.
    pub stock: Change<i64>,
    /// How often one customer gets it; null for as often as they like.
    pub per_customer: Change<i64>,
    /// From when on it is given.
    pub valid_from: Change<Timestamp>,
    /// Until when.
    pub valid_until: Change<Timestamp>,
    /// Whether it is given at all.
    pub active: Option<bool>,
}

impl RewardInput {
    /// A new reward.
    pub fn build(self, id: RewardId, tenant: TenantId, now: Timestamp) -> Reward {
        let mut reward = Reward {
            id,
            tenant_id: tenant,
            name: String::new(),
            description: String::new(),
            kind: "reward".to_owned(),
            points_required: 0,
            stock: None,
            per_customer: None,
            valid_from: None,
            valid_until: None,
            active: true,
            deleted_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        self.apply(&mut reward);
        reward
    }

    /// Puts the change into effect; version and times of the record are the caller's matter.
    pub fn apply(self, reward: &mut Reward) {
        let trimmed = |from: Option<String>, to: &mut String| {
            if let Some(text) = from {
                *to = text.trim().to_owned();
            }
        };
        trimmed(self.name, &mut reward.name);
        trimmed(self.description, &mut reward.description);
        trimmed(self.kind, &mut reward.kind);
        reward.points_required = self.points_required.unwrap_or(reward.points_required);
        self.stock.apply(&mut reward.stock);
        self.per_customer.apply(&mut reward.per_customer);
        self.valid_from.apply(&mut reward.valid_from);
        self.valid_until.apply(&mut reward.valid_until);
        reward.active = self.active.unwrap_or(reward.active);
    }
}

/// A reward as the API shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Reward")]
pub struct RewardView {
    /// Its id.
    pub id: RewardId,
    /// Whose it is.
    pub organization_id: TenantId,
    /// What it is called.
    #[schemars(example = &"Coffee")]
    pub name: String,
    /// What it is.
    pub description: String,
    /// Of what sort.
    #[serde(rename = "type")]
    pub kind: String,
    /// How many points it costs.
    #[schemars(example = 20)]
    pub points_required: i64,
    /// How many are left; null for any number.
    pub stock: Option<i64>,
    /// How often one customer gets it; null for as often as they like.
    pub per_customer: Option<i64>,
    /// From when on it is given.
    pub valid_from: Option<Timestamp>,
    /// Until when.
    pub valid_until: Option<Timestamp>,
    /// Whether it is given at all.
    pub active: bool,
    /// Whether it is given now: active, within its time, and not used up.
    pub available: bool,
    /// Grows with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl RewardView {
    /// A reward as it is at `now`.
    pub fn at(reward: Reward, now: Timestamp) -> Self {
        Self {
            available: reward.is_given(now) && reward.stock.is_none_or(|left| left > 0),
            id: reward.id,
            organization_id: reward.tenant_id,
            name: reward.name,
            description: reward.description,
            kind: reward.kind,
            points_required: reward.points_required,
            stock: reward.stock,
            per_customer: reward.per_customer,
            valid_from: reward.valid_from,
            valid_until: reward.valid_until,
            active: reward.active,
            version: reward.version,
            created_at: reward.created_at,
            updated_at: reward.updated_at,
        }
    }
}
