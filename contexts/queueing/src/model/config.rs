//! A tenant's configuration as the line needs it, whole and immutable.

use std::collections::HashMap;
use std::sync::Arc;

use usher_kernel::SiteId;

use super::rule::Compiled;
use super::{Counter, CounterId, Queue, QueueId, Service, ServiceId};

/// Services, queues, counters and rules of one tenant, by id and in order.
#[derive(Debug, Default)]
pub struct TenantConfig {
    /// Services in the order they were made.
    pub services: Vec<Arc<Service>>,
    /// Queues in the order they were made.
    pub queues: Vec<Arc<Queue>>,
    /// Counters in the order they were made.
    pub counters: Vec<Arc<Counter>>,
    /// Rules in the order in which they are asked.
    pub rules: Vec<Compiled>,
    /// Whether any service demands an outcome or any queue has a wrap-up: completing then takes a closer look.
    pub careful: bool,
    /// Whether any service asks for skills: calling then looks at what the agent knows.
    pub skilled: bool,
    service: HashMap<ServiceId, usize>,
    queue: HashMap<QueueId, usize>,
    counter: HashMap<CounterId, usize>,
    counters_of: HashMap<QueueId, Vec<CounterId>>,
}

impl TenantConfig {
    /// Puts the parts together.
    pub fn new(
        services: Vec<Service>,
        queues: Vec<Queue>,
        counters: Vec<Counter>,
        rules: Vec<Compiled>,
    ) -> Self {
        let careful =
            services.iter().any(|s| s.outcome_required) || queues.iter().any(|q| q.settings.wrap_up);
        let skilled = services.iter().any(|s| !s.required_skills.is_empty());
        let mut counters_of: HashMap<QueueId, Vec<CounterId>> = HashMap::new();
        for counter in &counters {
            for queue in &counter.queue_ids {
                counters_of.entry(*queue).or_default().push(counter.id);
            }
        }
        Self {
            service: services.iter().enumerate().map(|(n, s)| (s.id, n)).collect(),
            queue: queues.iter().enumerate().map(|(n, q)| (q.id, n)).collect(),
            counter: counters.iter().enumerate().map(|(n, c)| (c.id, n)).collect(),
            services: services.into_iter().map(Arc::new).collect(),
            queues: queues.into_iter().map(Arc::new).collect(),
            counters: counters.into_iter().map(Arc::new).collect(),
            rules,
            careful,
            skilled,
            counters_of,
        }
    }

    /// A service.
    pub fn service(&self, id: ServiceId) -> Option<&Arc<Service>> {
        self.service.get(&id).and_then(|n| self.services.get(*n))
    }

    /// A queue.
    pub fn queue(&self, id: QueueId) -> Option<&Arc<Queue>> {
        self.queue.get(&id).and_then(|n| self.queues.get(*n))
    }

    /// A counter.
    pub fn counter(&self, id: CounterId) -> Option<&Arc<Counter>> {
        self.counter.get(&id).and_then(|n| self.counters.get(*n))
    }

    /// The counters that serve a queue.
    pub fn counters_of(&self, queue: QueueId) -> &[CounterId] {
        self.counters_of.get(&queue).map_or(&[], Vec::as_slice)
    }

    /// The queues of a site.
    pub fn queues_at(&self, site: SiteId) -> impl Iterator<Item = &Arc<Queue>> {
        self.queues.iter().filter(move |q| q.site_id == site)
    }

    /// The counters of a site.
    pub fn counters_at(&self, site: SiteId) -> impl Iterator<Item = &Arc<Counter>> {
        self.counters.iter().filter(move |c| c.site_id == site)
    }

    /// A service by its id, its code or its name, as older documents' clients name it.
    pub fn service_named(&self, name: &str) -> Option<&Arc<Service>> {
        if let Ok(id) = name.parse::<ServiceId>() {
            return self.service(id);
        }
        self.services
            .iter()
            .find(|s| s.code.eq_ignore_ascii_case(name))
            .or_else(|| self.services.iter().find(|s| s.name.eq_ignore_ascii_case(name)))
    }

    /// The tightest wait target among the services of a queue, in minutes.
    pub fn target_of(&self, queue: &Queue) -> Option<f64> {
        self.services_of(queue).filter_map(|s| s.target_minutes).min_by(f64::total_cmp)
    }

    /// The service that a queue is told for where nobody names one: the first for which tickets are issued, and the first of
    /// all where they are for none.
    pub fn first_service<'a>(&'a self, queue: &'a Queue) -> Option<&'a Arc<Service>> {
        self.services_of(queue).find(|service| service.active).or_else(|| self.services_of(queue).next())
    }

    /// The services of a queue.
    pub fn services_of<'a>(&'a self, queue: &'a Queue) -> impl Iterator<Item = &'a Arc<Service>> {
        queue.settings.service_ids.iter().filter_map(|id| self.service(*id))
    }
}
