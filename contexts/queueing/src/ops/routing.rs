//! Asking a tenant's routing rules.

use usher_kernel::Timestamp;

use super::line::Queueing;
use crate::error::Error;
use crate::model::rule::{
    CustomerFacts, LoadFacts, QueueFacts, RoutingFacts, RuleEvent, ServiceFacts, TimeFacts, Verdict, route,
};
use crate::model::ticket::Channel;
use crate::model::{Queue, Service, TenantConfig};

/// What the rules are asked about.
pub(crate) struct Asked<'a> {
    pub(crate) event: RuleEvent,
    pub(crate) queue: &'a Queue,
    pub(crate) service: &'a Service,
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
