//! What routing rules say and cannot be done.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::Tx;
use usher_kernel::{SiteId, TenantId, Timestamp};

use super::{append, publish, sites_changed};
use crate::error::Error;
use crate::model::RuleId;
use crate::ops::Queueing;

/// What a routing rule says cannot be done: `routing_rule.failed`. The ticket was taken without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleFailure {
    /// The rule.
    pub rule_id: RuleId,
    /// Its name.
    pub name: String,
    /// Where it is asked, when that is one site.
    pub site_id: Option<SiteId>,
    /// The code of the refusal.
    pub code: String,
    /// That refusal in words.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// Writes that a routing rule cannot be followed, unless that was said a moment ago.
pub(crate) fn rule_failed(line: &Queueing, tx: &mut Tx<'_>, fact: RuleFailure) -> Result<(), Error> {
    let Some(tenant) = tx.tenant() else { return Err(Error::NotFound("tenant")) };
    if line.live().rules.lock().knows(tenant, &fact) {
        return Ok(());
    }
    append(tx, "routing_rule.failed", ("routing_rule", fact.rule_id.uuid()), 0, fact.site_id, &fact)?;
    let line = line.clone();
    tx.on_commit(move || apply(&line, tenant, fact));
    Ok(())
}

/// Brings memory and screens up to it.
pub(super) fn apply(line: &Queueing, tenant: TenantId, fact: RuleFailure) {
    let site = fact.site_id;
    line.live().rules.lock().note(tenant, fact);
    match site {
        Some(site) => publish::site_changed(line, tenant, site),
        None => sites_changed(line, tenant),
    }
}
