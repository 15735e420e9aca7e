//! Asking a tenant's routing rules.
//!
//! A rule is the tenant's, not the person's: what it says and cannot be done is left out, the ticket is issued
//! without it, and the floor is told which rule that was and why.

use std::sync::Arc;

use usher_customers::Customer;
use usher_db::Tx;
use usher_kernel::{SiteId, Timestamp};

use super::line::Queueing;
use crate::error::Error;
use crate::events::{self, RuleFailure};
use crate::model::queue::QueueStatus;
use crate::model::rule::{
    CustomerFacts, LoadFacts, QueueFacts, RoutingFacts, RuleEvent, ServiceFacts, TimeFacts, Verdict, route,
};
use crate::model::ticket::Channel;
use crate::model::{Queue, QueueId, RuleId, Service, TenantConfig};

/// What the rules are asked about.
pub(crate) struct Asked<'a> {
    pub(crate) event: RuleEvent,
    pub(crate) queue: &'a Queue,
    pub(crate) service: &'a Service,
    /// The record of the person, where a rule asks for it and there is one.
    pub(crate) record: Option<&'a Customer>,
    pub(crate) locale: Option<&'a str>,
    pub(crate) name: &'a str,
    pub(crate) phone: &'a str,
    pub(crate) class: &'a str,
    pub(crate) party_size: i64,
    pub(crate) channel: Channel,
}

/// What the rules say.
pub(crate) fn ask(
    line: &Queueing,
    config: &TenantConfig,
    asked: &Asked<'_>,
    now: Timestamp,
) -> Result<Verdict, Error> {
    let queue = asked.queue;
    let site = line.site_now(queue.tenant_id, queue.site_id, now)?;
    let local = site.site.zone().to_datetime(now);
    let waiting_in = |id| line.live().line(id).map_or(0, |l| l.lock().len());
    let open = {
        let counters: Vec<_> = config.counters_at(queue.site_id).map(|c| c.id).collect();
        line.live().seats.lock().open_among(&counters)
    };
    let facts = RoutingFacts {
        service: ServiceFacts { code: &asked.service.code, name: &asked.service.name },
        queue: QueueFacts {
            name: &queue.name,
            prefix: &queue.settings.prefix,
            waiting: waiting_in(queue.id),
        },
        customer: CustomerFacts {
            name: asked.name,
            phone: asked.phone,
            priority: asked.class,
            party_size: asked.party_size,
            known: asked.record.is_some(),
            id: asked.record.map_or_else(String::new, |record| record.id.to_string()),
            locale: asked.locale.or_else(|| asked.record?.locale.as_deref()).unwrap_or(""),
            metadata: asked.record.map(|record| record.metadata.clone()).unwrap_or_default(),
        },
        channel: asked.channel.as_str(),
        time: TimeFacts {
            hour: i64::from(local.hour()),
            minute: i64::from(local.minute()),
            weekday: i64::from(local.weekday().to_monday_one_offset()),
            date: local.date().to_string(),
        },
        load: LoadFacts {
            waiting: config.queues_at(queue.site_id).map(|q| waiting_in(q.id)).sum(),
            counters_open: open,
        },
    };
    Ok(route(&config.rules, asked.event, queue.site_id, &facts))
}

/// The line that a rule names; none where it cannot take anybody from this site.
pub(crate) fn line_of(
    line: &Queueing,
    tx: &mut Tx<'_>,
    config: &TenantConfig,
    named: Option<(RuleId, QueueId)>,
    site: SiteId,
) -> Result<Option<(RuleId, Arc<Queue>)>, Error> {
    let Some((id, queue)) = named else { return Ok(None) };
    let found = match config.queue(queue).filter(|queue| queue.site_id == site) {
        None => Err(Error::NotFound("queue")),
        Some(queue) => match queue.status {
            QueueStatus::Active => Ok(Arc::clone(queue)),
            QueueStatus::Paused => Err(Error::QueuePaused(queue.name.clone())),
            QueueStatus::Inactive => Err(Error::QueueInactive(queue.name.clone())),
        },
    };
    Ok(or_without(line, tx, config, id, found)?.map(|queue| (id, queue)))
}

/// What a rule asked for, or nothing where that was refused; then staff of the site are told.
pub(crate) fn or_without<T>(
    line: &Queueing,
    tx: &mut Tx<'_>,
    config: &TenantConfig,
    id: RuleId,
    outcome: Result<T, Error>,
) -> Result<Option<T>, Error> {
    let refused = match outcome {
        Ok(done) => return Ok(Some(done)),
        Err(Error::Db(error)) => return Err(Error::Db(error)),
        Err(refused) => refused,
    };
    let Some(rule) = config.rules.iter().map(|one| &one.rule).find(|rule| rule.id == id) else {
        return Ok(None);
    };
    let failure = RuleFailure {
        rule_id: id,
        name: rule.name.clone(),
        site_id: rule.site_id,
        code: refused.code().to_owned(),
        text: refused.to_string(),
        at: tx.now(),
    };
    tracing::warn!(rule = %failure.name, code = %failure.code, "a routing rule cannot be followed: {}", failure.text);
    events::rule_failed(line, tx, failure)?;
    Ok(None)
}
