//! Routing rules that cannot be followed, for the floor.

use std::collections::HashMap;

use usher_kernel::{SignedDuration, SiteId, TenantId, Timestamp};

use crate::events::RuleFailure;
use crate::model::RuleId;

/// How long a failure is shown after it last happened.
const SHOWN: SignedDuration = SignedDuration::from_hours(1);
/// The same failure is written this seldom.
const SELDOM: SignedDuration = SignedDuration::from_mins(15);

/// Routing rules that cannot be followed.
#[derive(Clone, Debug, Default)]
pub struct FailingRules(HashMap<RuleId, (TenantId, RuleFailure)>);

impl FailingRules {
    /// Whether the same was said a moment ago.
    pub fn knows(&self, tenant: TenantId, failure: &RuleFailure) -> bool {
        self.0.get(&failure.rule_id).is_some_and(|(of, known)| {
            let same = (*of, &known.code, &known.text) == (tenant, &failure.code, &failure.text);
            same && failure.at.duration_since(known.at) < SELDOM
        })
    }

    /// Notes what a rule asked for and could not have.
    pub fn note(&mut self, tenant: TenantId, failure: RuleFailure) {
        self.0.insert(failure.rule_id, (tenant, failure));
    }

    /// The rule was changed or is no more.
    pub fn settle(&mut self, rule: RuleId) {
        self.0.remove(&rule);
    }

    /// The rules asked at a site that could not be followed within the last hour, by name.
    pub fn at(&self, tenant: TenantId, site: SiteId, now: Timestamp) -> Vec<RuleFailure> {
        let mut found: Vec<RuleFailure> = self
            .0
            .values()
            .filter(|(of, one)| *of == tenant && one.site_id.is_none_or(|at| at == site))
            .filter(|(_, one)| now.duration_since(one.at) < SHOWN)
            .map(|(_, one)| one.clone())
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name).then(a.rule_id.cmp(&b.rule_id)));
        found
    }
}
