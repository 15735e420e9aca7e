//! Routing rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;
use usher_kernel::{Change, SiteId};

use super::{every_site, fresh, name};
use crate::error::Error;
use crate::events::{self, ConfigFact};
use crate::model::rule::{Compiled, RuleEvent, Then};
use crate::model::service::NORMAL;
use crate::model::{RoutingRule, RuleId, Service, TenantConfig};
use crate::ops::Queueing;
use crate::store;

/// A new rule, or a change of one: what is absent stays, or has its default.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RuleInput {
    /// What it is for.
    pub name: Option<String>,
    /// At one site only; null: everywhere.
    pub site_id: Change<SiteId>,
    /// When it is asked.
    pub event: Option<RuleEvent>,
    /// The condition, in CEL.
    pub condition: Option<String>,
    /// What follows.
    pub then: Option<Then>,
    /// Lower ones are asked first.
    pub position: Option<i64>,
    /// Whether it is asked at all.
    pub active: Option<bool>,
}

/// Passes for who works where a rule is asked: one without a site is asked at all of them.
fn theirs(line: &Queueing, tx: &Tx<'_>, site: Option<SiteId>) -> Result<(), Error> {
    match site {
        Some(site) => line.may_work_at(tx, site),
        None => every_site(tx),
    }
}

fn apply(
    line: &Queueing,
    tx: &mut Tx<'_>,
    config: &TenantConfig,
    input: &RuleInput,
    r: &mut RoutingRule,
) -> Result<(), Error> {
    if let (Some(site), Some(tenant)) = (input.site_id.value(), tx.tenant())
        && line.directory().site(tenant, *site).is_none()
    {
        return Err(Error::field("site_id", "unknown", "There is no such site."));
    }
    if let Some(text) = &input.name {
        r.name = name("name", text)?;
    }
    input.site_id.clone().apply(&mut r.site_id);
    theirs(line, tx, r.site_id)?;
    r.event = input.event.unwrap_or(r.event);
    if let Some(condition) = &input.condition {
        r.condition.clone_from(condition);
    }
    if let Some(then) = &input.then {
        r.then.clone_from(then);
    }
    r.position = input.position.unwrap_or(r.position);
    r.active = input.active.unwrap_or(r.active);
    if let Some(queue) = r.then.queue_id {
        let Some(queue) = config.queue(queue) else {
            return Err(Error::field("then.queue_id", "unknown", "There is no such queue."));
        };
        if r.site_id.is_some_and(|site| site != queue.site_id) {
            let text = format!("{} is at another site than the rule.", queue.name);
            return Err(Error::field("then.queue_id", "other_site", text));
        }
    }
    if let Some(class) = &r.then.class {
        check_class(config, r.site_id, class)?;
    }
    if r.then == Then::default() {
        return Err(Error::field("then", "required", "Say what follows when the condition holds."));
    }
    Compiled::new(r.clone()).map_err(|fault| Error::Fields(vec![fault]))?;
    Ok(())
}

/// Some service where the rule is asked has the class, and takes it without a reason: a rule gives none.
fn check_class(config: &TenantConfig, site: Option<SiteId>, class: &str) -> Result<(), Error> {
    if class == NORMAL {
        return Ok(());
    }
    let asked = |service: &Service| {
        site.is_none_or(|site| config.queues_at(site).any(|queue| queue.serves(service.id)))
    };
    let services: Vec<&Arc<Service>> = config.services.iter().filter(|service| asked(service)).collect();
    let mut rules = services.iter().filter_map(|service| service.class(class)).peekable();
    if rules.peek().is_none() {
        let classes = services.iter().flat_map(|service| service.priority_rules.classes.keys());
        let known: BTreeSet<&str> = classes.map(String::as_str).chain([NORMAL]).collect();
        let known: Vec<&str> = known.into_iter().collect();
        let text = format!("No service has a priority {class}; there are: {}.", known.join(", "));
        return Err(Error::field("then.class", "unknown", text));
    }
    if rules.all(|rules| rules.reason_required) {
        let text = format!("The priority {class} needs a reason, which a rule cannot give.");
        return Err(Error::field("then.class", "reason_required", text));
    }
    Ok(())
}

/// Makes a rule.
///
/// # Errors
/// The condition cannot be read, with its place; nothing follows from it; the site, queue or class is unknown; or it would be
/// asked where the caller does not work.
pub fn create_rule(line: &Queueing, tx: &mut Tx<'_>, input: &RuleInput) -> Result<RoutingRule, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let config = line.load_config(tx, tenant)?;
    let mut r = RoutingRule {
        id: RuleId::generate(tx.now()),
        name: "Rule".to_owned(),
        site_id: None,
        event: RuleEvent::Issue,
        condition: String::new(),
        then: Then::default(),
        position: i64::try_from(config.rules.len()).unwrap_or(0) * 10,
        active: true,
        version: 1,
    };
    apply(line, tx, &config, input, &mut r)?;
    store::config::insert_rule(tx, tenant, &r)?;
    let fact = ConfigFact {
        id: r.id.uuid(),
        site_id: r.site_id,
        before: None,
        after: serde_json::to_value(&r).ok(),
    };
    events::config(line, tx, "routing_rule.created", ("routing_rule", r.id.uuid()), 1, fact)?;
    Ok(r)
}

/// Changes a rule.
///
/// # Errors
/// As [`create_rule`], the version is not the current one, or it is asked where the caller does not work.
pub fn update_rule(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: RuleId,
    input: &RuleInput,
    version: Option<i64>,
) -> Result<RoutingRule, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let config = line.load_config(tx, tenant)?;
    let old = find(tx, id)?;
    theirs(line, tx, old.site_id)?;
    fresh(version, old.version)?;
    let mut r = old.clone();
    apply(line, tx, &config, input, &mut r)?;
    if !store::config::save_rule(tx, &r)? {
        return Err(Error::Raced(r.name));
    }
    r.version += 1;
    let fact = ConfigFact {
        id: id.uuid(),
        site_id: r.site_id,
        before: serde_json::to_value(&old).ok(),
        after: serde_json::to_value(&r).ok(),
    };
    events::config(line, tx, "routing_rule.updated", ("routing_rule", id.uuid()), r.version, fact)?;
    Ok(r)
}

/// Deletes a rule.
///
/// # Errors
/// There is none, or it is asked where the caller does not work.
pub fn delete_rule(line: &Queueing, tx: &mut Tx<'_>, id: RuleId) -> Result<(), Error> {
    let old = find(tx, id)?;
    theirs(line, tx, old.site_id)?;
    store::config::delete_rule(tx, id)?;
    let fact = ConfigFact {
        id: id.uuid(),
        site_id: old.site_id,
        before: serde_json::to_value(&old).ok(),
        after: None,
    };
    events::config(line, tx, "routing_rule.deleted", ("routing_rule", id.uuid()), old.version + 1, fact)
}

fn find(tx: &mut Tx<'_>, id: RuleId) -> Result<RoutingRule, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    store::config::rules(tx, tenant)?.into_iter().find(|r| r.id == id).ok_or(Error::NotFound("rule"))
}
