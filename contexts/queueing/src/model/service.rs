//! What people come for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ServiceId;

/// Something people come for, offered by one or more queues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// A short code, unique in the tenant: "deposit".
    pub code: String,
    /// Its name in the tenant's own language.
    pub name: String,
    /// Its name by language tag.
    pub names: BTreeMap<String, String>,
    /// What it is, in the tenant's own language.
    pub description: String,
    /// What it is, by language tag.
    #[serde(default)]
    pub descriptions: BTreeMap<String, String>,
    /// The prefix proposed for queues that serve only this.
    pub prefix: String,
    /// How long one takes, until something is learned, in minutes.
    pub default_minutes: f64,
    /// Within how many minutes a person shall be called.
    pub target_minutes: Option<f64>,
    /// Who comes before whom.
    pub priority_rules: PriorityRules,
    /// What an agent must know to serve it.
    pub required_skills: Vec<String>,
    /// How a service can end.
    pub outcomes: Vec<Outcome>,
    /// Whether an outcome must be given when a ticket is closed.
    pub outcome_required: bool,
    /// Whether tickets are issued for it.
    pub active: bool,
    /// Counts its changes.
    pub version: i64,
}

/// One way in which a service can end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// A short code: "approved".
    pub code: String,
    /// What the agent reads.
    pub label: String,
}

/// The priority classes of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriorityRules {
    /// The classes beside "normal", by name.
    #[serde(default)]
    pub classes: BTreeMap<String, PriorityClass>,
}

/// One priority class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriorityClass {
    /// By how many minutes it is treated as having come earlier: the most anybody can be overtaken by.
    #[serde(default)]
    pub head_start_minutes: f64,
    /// Whether it always comes before every lower class, however long those have waited.
    #[serde(default)]
    pub strict: bool,
    /// Whether a reason must be given.
    #[serde(default)]
    pub reason_required: bool,
    /// Whether staff must confirm it before it counts.
    #[serde(default)]
    pub confirm: bool,
}

impl Default for PriorityRules {
    /// `priority` ten minutes ahead, `vip` twenty.
    fn default() -> Self {
        let class = |minutes| PriorityClass {
            head_start_minutes: minutes,
            strict: false,
            reason_required: false,
            confirm: false,
        };
        Self { classes: [("priority".to_owned(), class(10.0)), ("vip".to_owned(), class(20.0))].into() }
    }
}

/// The class of everybody without one.
pub const NORMAL: &str = "normal";

/// A class as a number, for whoever only tells classes apart: 0 is "normal", 1 `priority`, 2 `vip`, 3 any other.
pub fn class_number(class: &str) -> u8 {
    match class {
        NORMAL => 0,
        "priority" => 1,
        "vip" => 2,
        _ => 3,
    }
}

impl Service {
    /// The rules of a class; none for "normal" and for unknown names.
    pub fn class(&self, name: &str) -> Option<&PriorityClass> {
        self.priority_rules.classes.get(name)
    }

    /// The description in `locale`, else in its language, else the tenant's own.
    pub fn description_in(&self, locale: &str) -> &str {
        in_locale(&self.descriptions, locale).unwrap_or(&self.description)
    }

    /// The name in `locale`, else in its language, else the tenant's own.
    pub fn name_in(&self, locale: &str) -> &str {
        in_locale(&self.names, locale).unwrap_or(&self.name)
    }
}

fn in_locale<'t>(texts: &'t BTreeMap<String, String>, locale: &str) -> Option<&'t str> {
    let language = locale.split('-').next().unwrap_or(locale);
    texts.get(locale).or_else(|| texts.get(language)).map(String::as_str)
}
