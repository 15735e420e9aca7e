//! How people earn points.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{Change, FieldFault, Timestamp, is_unshowable, text_enum};
use usher_queueing::model::ServiceId;

/// The most points that one rule gives at once, and that anybody has.
pub(crate) const MOST_POINTS: i64 = 1_000_000_000;
const MOST_RULES: usize = 50;
const MOST_TIERS: usize = 20;

text_enum! {
    /// What points are given for.
    pub enum Trigger {
        /// A ticket was taken.
        Joined = "joined",
        /// A ticket was served.
        Served = "served",
        /// A ticket was served after a long wait.
        Waited = "waited",
        /// Something was bought.
        Purchase = "purchase",
        /// Feedback was given.
        Feedback = "feedback",
    }
}

/// What somebody did that may be worth points.
#[derive(Clone, Copy, Debug)]
pub struct Deed {
    /// What.
    pub trigger: Trigger,
    /// For which service, where it was for one.
    pub service: Option<ServiceId>,
    /// After how many minutes of waiting.
    pub waited_minutes: i64,
    /// For how much, in minor units of the tenant's currency.
    pub amount: i64,
}

/// Points for one kind of deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What for.
    pub on: Trigger,
    /// How many; for a purchase, how many for each `per_amount`.
    #[schemars(range(min = 1, max = 1_000_000_000), example = 10)]
    pub points: i64,
    /// For waiting: only from so many minutes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1440))]
    pub over_minutes: Option<i64>,
    /// For a purchase: so many minor units of the currency are worth `points`; 100 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub per_amount: Option<i64>,
    /// Only for these services; for all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_ids: Vec<ServiceId>,
    /// How often a day it counts for one customer; always when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub times_per_day: Option<i64>,
}

impl Rule {
    const fn plain(on: Trigger, points: i64, times_per_day: Option<i64>) -> Self {
        Self { on, points, over_minutes: None, per_amount: None, service_ids: Vec::new(), times_per_day }
    }

    /// The points for a deed; 0 when it is not for this. `times` is how often today its trigger has counted.
    pub fn points_for(&self, deed: &Deed, times: i64) -> i64 {
        let service =
            self.service_ids.is_empty() || deed.service.is_some_and(|id| self.service_ids.contains(&id));
        let long = self.over_minutes.is_none_or(|minutes| deed.waited_minutes >= minutes);
        let often = self.times_per_day.is_some_and(|most| times >= most);
        if self.on != deed.trigger || !service || !long || often {
            return 0;
        }
        match self.on {
            Trigger::Purchase => {
                (deed.amount / self.per_amount.unwrap_or(100).max(1)).saturating_mul(self.points)
            }
            _ => self.points,
        }
    }
}

/// A level that people reach by what they have earned in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Its name.
    #[schemars(example = &"Gold")]
    pub name: String,
    /// From how many earned points on.
    #[schemars(range(min = 0, max = 1_000_000_000), example = 500)]
    pub from_points: i64,
    /// What is earned there, in percent; 100 when absent.
    #[serde(default = "plain_percent")]
    #[schemars(range(min = 100, max = 1000), example = 150)]
    pub multiplier_percent: i64,
}

fn plain_percent() -> i64 {
    100
}

/// How a tenant's people earn points and for how long they keep them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Programme {
    /// What it is called.
    #[schemars(example = &"Usher points")]
    pub name: String,
    /// Whether points are earned.
    pub active: bool,
    /// What for.
    pub rules: Vec<Rule>,
    /// The most points that one customer earns in a day; any number when null.
    pub points_per_day: Option<i64>,
    /// How long points are pending before they can be spent.
    pub pending_minutes: i64,
    /// After how many days points expire; never when null.
    pub expires_after_days: Option<i64>,
    /// How long a reserved reward is kept.
    pub reserve_minutes: i64,
    /// Levels, the lowest first.
    pub tiers: Vec<Tier>,
    /// Grows with each change; 0 until the first.
    #[serde(default)]
    pub version: i64,
    /// When it was last changed.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
}

impl Default for Programme {
    /// What a tenant begins with: points for joining and for being served. It is switched on with the first reward.
    fn default() -> Self {
        Self {
            name: String::new(),
            active: false,
            rules: vec![Rule::plain(Trigger::Joined, 5, Some(3)), Rule::plain(Trigger::Served, 10, Some(10))],
            points_per_day: None,
            pending_minutes: 0,
            expires_after_days: None,
            reserve_minutes: 30,
            tiers: Vec::new(),
            version: 0,
            updated_at: None,
        }
    }
}

impl Programme {
    /// The points for a deed before the day's cap; `times` as in [`Rule::points_for`], `lifetime` is what the
    /// customer has earned so far.
    pub fn points_for(&self, deed: &Deed, times: i64, lifetime: i64) -> i64 {
        if !self.active {
            return 0;
        }
        let plain = self.rules.iter().map(|rule| rule.points_for(deed, times)).fold(0, i64::saturating_add);
        let percent = self.tier_of(lifetime).map_or(100, |tier| tier.multiplier_percent);
        (plain.min(MOST_POINTS) * percent / 100).min(MOST_POINTS)
    }

    /// The level of somebody who has earned so much; none below the lowest.
    pub fn tier_of(&self, lifetime: i64) -> Option<&Tier> {
        self.tiers.iter().rfind(|tier| tier.from_points <= lifetime)
    }

    /// The level above.
    pub fn next_tier(&self, lifetime: i64) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.from_points > lifetime)
    }

    /// What is wrong with it, field by field.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut range = |field: String, value: Option<i64>, least: i64, most: i64| {
            if value.is_some_and(|value| !(least..=most).contains(&value)) {
                let message = format!("Between {least} and {most}.");
                faults.push(FieldFault { field, code: "out_of_range", message });
            }
        };
        range("points_per_day".to_owned(), self.points_per_day, 1, MOST_POINTS);
        range("pending_minutes".to_owned(), Some(self.pending_minutes), 0, 43_200);
        range("expires_after_days".to_owned(), self.expires_after_days, 1, 36_500);
        range("reserve_minutes".to_owned(), Some(self.reserve_minutes), 1, 43_200);
        for (n, rule) in self.rules.iter().enumerate() {
            range(format!("rules[{n}].points"), Some(rule.points), 1, MOST_POINTS);
            range(format!("rules[{n}].over_minutes"), rule.over_minutes, 1, 1_440);
            range(format!("rules[{n}].per_amount"), rule.per_amount, 1, MOST_POINTS);
            range(format!("rules[{n}].times_per_day"), rule.times_per_day, 1, 1_000);
        }
        for (n, tier) in self.tiers.iter().enumerate() {
            range(format!("tiers[{n}].from_points"), Some(tier.from_points), 0, MOST_POINTS);
            range(format!("tiers[{n}].multiplier_percent"), Some(tier.multiplier_percent), 100, 1_000);
        }
        let mut fault = |field: String, code, message: &str| {
            faults.push(FieldFault { field, code, message: message.to_owned() });
        };
        let shown = |text: &str| text.chars().count() <= 80 && !text.chars().any(is_unshowable);
        if !shown(&self.name) {
            fault("name".to_owned(), "not_a_name", "At most 80 letters that can be shown.");
        }
        if self.rules.len() > MOST_RULES {
            fault("rules".to_owned(), "too_many", "At most 50 rules.");
        }
        for (n, rule) in self.rules.iter().enumerate() {
            if rule.on == Trigger::Waited && rule.over_minutes.is_none() {
                let text = "Say from how many minutes of waiting on.";
                fault(format!("rules[{n}].over_minutes"), "required", text);
            }
            if rule.on != Trigger::Purchase && rule.per_amount.is_some() {
                let text = "Only a rule for purchases has an amount.";
                fault(format!("rules[{n}].per_amount"), "not_here", text);
            }
        }
        if self.tiers.len() > MOST_TIERS {
            fault("tiers".to_owned(), "too_many", "At most 20 tiers.");
        }
        for (n, tier) in self.tiers.iter().enumerate() {
            if tier.name.trim().is_empty() || !shown(&tier.name) {
                fault(format!("tiers[{n}].name"), "not_a_name", "Give a name of at most 80 letters.");
            }
        }
        for (n, pair) in self.tiers.windows(2).enumerate() {
            if pair[0].from_points >= pair[1].from_points {
                let text = "Each tier begins with more points than the one before.";
                fault(format!("tiers[{}].from_points", n + 1), "not_in_order", text);
            }
        }
        faults
    }
}

/// A change of the programme: what is absent stays, lists are replaced as a whole.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProgrammeChange {
    /// What it is called.
    pub name: Option<String>,
    /// Whether points are earned.
    pub active: Option<bool>,
    /// What for.
    pub rules: Option<Vec<Rule>>,
    /// The most points that one customer earns in a day.
    pub points_per_day: Change<i64>,
    /// How long points are pending before they can be spent.
    pub pending_minutes: Option<i64>,
    /// After how many days points expire.
    pub expires_after_days: Change<i64>,
    /// How long a reserved reward is kept.
    pub reserve_minutes: Option<i64>,
    /// Levels, the lowest first.
    pub tiers: Option<Vec<Tier>>,
}

impl ProgrammeChange {
    /// Puts the change into effect; version and time are the caller's matter.
    pub fn apply(self, programme: &mut Programme) {
        let set = |from: Option<i64>, to: &mut i64| *to = from.unwrap_or(*to);
        if let Some(name) = self.name {
            programme.name = name.trim().to_owned();
        }
        programme.active = self.active.unwrap_or(programme.active);
        if let Some(rules) = self.rules {
            programme.rules = rules;
        }
        self.points_per_day.apply(&mut programme.points_per_day);
        set(self.pending_minutes, &mut programme.pending_minutes);
        self.expires_after_days.apply(&mut programme.expires_after_days);
        set(self.reserve_minutes, &mut programme.reserve_minutes);
        if let Some(tiers) = self.tiers {
            programme.tiers = tiers;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed(trigger: Trigger) -> Deed {
        Deed { trigger, service: None, waited_minutes: 0, amount: 0 }
    }

    #[test]
    fn points_by_rule_tier_and_count() {
        let programme = Programme {
            active: true,
            rules: vec![
                Rule::plain(Trigger::Served, 10, Some(2)),
                Rule { over_minutes: Some(30), ..Rule::plain(Trigger::Waited, 7, None) },
                Rule { per_amount: Some(250), ..Rule::plain(Trigger::Purchase, 3, None) },
            ],
            tiers: vec![
                Tier { name: "Silver".to_owned(), from_points: 100, multiplier_percent: 100 },
                Tier { name: "Gold".to_owned(), from_points: 500, multiplier_percent: 150 },
            ],
            ..Programme::default()
        };
        assert_eq!(programme.faults(), []);
        let points = |deed: Deed, times, lifetime| programme.points_for(&deed, times, lifetime);
        assert_eq!(points(deed(Trigger::Served), 0, 0), 10);
        assert_eq!(points(deed(Trigger::Served), 2, 0), 0, "twice a day and no more");
        assert_eq!(points(deed(Trigger::Served), 0, 500), 15);
        assert_eq!(points(deed(Trigger::Joined), 0, 0), 0);
        assert_eq!(points(Deed { waited_minutes: 29, ..deed(Trigger::Waited) }, 0, 0), 0);
        assert_eq!(points(Deed { waited_minutes: 30, ..deed(Trigger::Waited) }, 0, 0), 7);
        assert_eq!(points(Deed { amount: 999, ..deed(Trigger::Purchase) }, 0, 0), 9);
        assert_eq!(points(Deed { amount: i64::MAX, ..deed(Trigger::Purchase) }, 0, 500), MOST_POINTS);
        assert_eq!(programme.tier_of(99), None);
        assert_eq!(programme.next_tier(100).map(|tier| &*tier.name), Some("Gold"));
        let off = Programme { active: false, ..programme.clone() };
        assert_eq!(off.points_for(&deed(Trigger::Served), 0, 0), 0);
    }

    #[test]
    fn each_wrong_value_is_named() {
        let wrong = Programme {
            name: "x".repeat(81),
            rules: vec![
                Rule::plain(Trigger::Waited, 0, None),
                Rule { per_amount: Some(1), ..Rule::plain(Trigger::Joined, 1, None) },
            ],
            points_per_day: Some(0),
            pending_minutes: -1,
            tiers: vec![
                Tier { name: "B".to_owned(), from_points: 5, multiplier_percent: 99 },
                Tier { name: String::new(), from_points: 5, multiplier_percent: 100 },
            ],
            ..Programme::default()
        };
        let fields: Vec<String> = wrong.faults().into_iter().map(|fault| fault.field).collect();
        let expected = [
            "points_per_day",
            "pending_minutes",
            "rules[0].points",
            "tiers[0].multiplier_percent",
            "name",
            "rules[0].over_minutes",
            "rules[1].per_amount",
            "tiers[1].name",
            "tiers[1].from_points",
        ];
        assert_eq!(fields, expected);
    }
}
