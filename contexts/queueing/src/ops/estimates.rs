//! What an estimator is told of a line, and what it answers.

use std::sync::Arc;
use std::time::Duration;

use usher_kernel::Timestamp;
use uuid::Uuid;

use super::booked_with::counter_of;
use super::line::Queueing;
use super::micros;
use crate::model::line::Key;
use crate::model::rank::rank;
use crate::model::service::NORMAL;
use crate::model::{
    Counter, CounterId, Estimate, LineView, Load, Queue, QueueId, Service, Status, Taker, TenantConfig,
    TicketId, ToCome, class_number, others_first,
};

/// Nobody waits longer than this for what estimates learned before the start. What they are told then says what it rests
/// on, as every estimate does.
const PATIENCE: Duration = Duration::from_secs(10);

impl Queueing {
    /// What to wait for before estimates are asked for or shown, so that nobody is told one thing and a moment later
    /// another; none but for the first moments after a start.
    pub fn estimates_to_come(&self) -> Option<ToCome> {
        let to_come = self.estimator().to_come()?;
        Some(Box::pin(async move { drop(tokio::time::timeout(PATIENCE, to_come).await) }))
    }

    /// Waits for it.
    pub async fn estimates_known(&self) {
        if let Some(to_come) = self.estimates_to_come() {
            to_come.await;
        }
    }

    /// The estimate for a key in a line, or for somebody who joins now.
    pub fn estimate(
        &self,
        config: &TenantConfig,
        queue: &Queue,
        service: &Service,
        key: Option<Key>,
        now: Timestamp,
    ) -> Estimate {
        self.ask(&self.view(config, queue, service, key, now))
    }

    /// The median wait for a key in a line, or of somebody who joins now, in whole minutes, for documents that know nothing
    /// else. Where nobody serves the line it is as if one counter opened now: a 0 would say that there is nothing to wait
    /// for.
    pub(crate) fn minutes_told(
        &self,
        config: &TenantConfig,
        queue: &Queue,
        service: &Service,
        (key, now): (Option<Key>, Timestamp),
        estimate: &Estimate,
    ) -> i64 {
        if estimate.serving {
            return estimate.minutes();
        }
        let view = self.view(config, queue, service, key, now);
        self.estimator().estimate(&LineView { open_counters: 1, free_counters: 1, ..view }).minutes()
    }

    /// A line as an estimator sees it, for a key in it or for somebody of no class who joins now.
    pub fn view(
        &self,
        config: &TenantConfig,
        queue: &Queue,
        service: &Service,
        key: Option<Key>,
        now: Timestamp,
    ) -> LineView {
        let Some(key) = key else { return self.view_of_joining(config, queue, service, NORMAL, now) };
        let own = self.live().line(queue.id).and_then(|line| line.lock().ticket(key.1).cloned());
        let class = own.as_ref().map_or(0, |ticket| class_number(&ticket.class));
        let in_line = own.as_ref().is_some_and(|ticket| ticket.status == Status::Waiting);
        let view = self.view_at(config, queue, service, key, now);
        let view = LineView { class, in_line, waiting: view.waiting - i64::from(in_line), ..view };
        // Whoever waits for one member of staff is called where that person sits; before they come, nobody knows where.
        let alone = own.and_then(|ticket| {
            let agent = || ticket.for_agent_id.and_then(|agent| counter_of(self, config, agent, queue.id));
            ticket.target_counter_id.or_else(agent)
        });
        match alone {
            Some(counter) => self.view_for_one(&view, config, queue, service, key, counter),
            None => view,
        }
    }

    /// The line of somebody whom one counter alone may call: that counter, those before them who wait for it alone, and
    /// its share of those whom the others call as well.
    pub(crate) fn view_for_one(
        &self,
        view: &LineView,
        config: &TenantConfig,
        queue: &Queue,
        service: &Service,
        key: Key,
        counter: CounterId,
    ) -> LineView {
        let (shared, own) = self.people_before_at(config, queue, counter, key);
        let others = view.open_counters.max(1);
        let staffing = self.staffing_of(&[counter], queue, service);
        let people_ahead = own + (shared + others - 1) / others;
        LineView {
            people_ahead,
            others_first: self.others_first(config, queue, service, &[counter], people_ahead),
            open_counters: staffing.open,
            free_counters: staffing.free,
            ..*view
        }
    }

    /// A line as somebody of a priority class finds it who joins now: they stand where the queue's algorithm puts them.
    /// A class that staff have to confirm puts nobody forward before they have.
    pub fn view_of_joining(
        &self,
        config: &TenantConfig,
        queue: &Queue,
        service: &Service,
        class: &str,
        now: Timestamp,
    ) -> LineView {
        // A number that is given out now comes after all that were given out before, whatever the clocks say.
        let newest = self.live().line(queue.id).map_or(i64::MIN, |line| line.lock().newest_entry());
        let entry = micros(now).max(newest.saturating_add(1));
        let placed = rank(queue.settings.algorithm, entry, service, class, false);
        let key = (placed, TicketId::from_uuid(Uuid::max()));
        LineView { class: class_number(class), ..self.view_at(config, queue, service, key, now) }
    }

    fn view_at(
        &self,
        config: &TenantConfig,
        queue: &Queue,
        service: &Service,
        key: Key,
        now: Timestamp,
    ) -> LineView {
        let waiting = self.live().line(queue.id).map_or(0, |line| {
            let line = line.lock();
            line.len() + line.outside
        });
        let counters = config.counters_of(queue.id);
        let people_ahead = self.people_before(config, queue, service, counters, key);
        let staffing = self.staffing(config, queue, service);
        LineView {
            tenant_id: queue.tenant_id,
            site_id: queue.site_id,
            queue_id: queue.id,
            service_id: service.id,
            class: 0,
            people_ahead,
            others_first: self.others_first(config, queue, service, counters, people_ahead),
            waiting,
            in_line: false,
            open_counters: staffing.open,
            free_counters: staffing.free,
            default_minutes: service.default_minutes,
            now,
        }
    }

    /// The same line for somebody with so many of it before them.
    pub fn view_with(
        &self,
        config: &TenantConfig,
        queue: &Queue,
        service: &Service,
        view: &LineView,
        ahead: i64,
    ) -> LineView {
        let others_first = self.others_first(config, queue, service, config.counters_of(queue.id), ahead);
        LineView { people_ahead: ahead, others_first, ..*view }
    }

    /// How many people of other lines these counters take before somebody who has so many of their own line before them.
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    fn others_first(
        &self,
        config: &TenantConfig,
        queue: &Queue,
        service: &Service,
        counters: &[CounterId],
        ahead: i64,
    ) -> f64 {
        if counters.iter().filter_map(|id| config.counter(*id)).all(|counter| counter.queue_ids.len() < 2) {
            return 0.0;
        }
        let mut shared: Vec<(QueueId, usize)> = Vec::new();
        let open: Vec<Arc<Counter>> = {
            let seats = self.live().seats.lock();
            let open = self.serving(&seats, counters, queue, service);
            let open: Vec<_> = open.filter_map(|id| config.counter(id).cloned()).collect();
            for other in open.iter().flat_map(|counter| &counter.queue_ids).filter(|id| **id != queue.id) {
                if !shared.iter().any(|(known, _)| known == other) {
                    let serving = config.counters_of(*other).iter().filter(|id| seats.serves(**id));
                    shared.push((*other, serving.count()));
                }
            }
            open
        };
        // A line's people are shared by the counters that may call them.
        let load =
            |(id, serving): &(QueueId, usize)| (*id, self.load_of(config, queue.tenant_id, *id, *serving));
        let loads: Vec<(QueueId, Load<CounterId>)> = shared.iter().map(load).collect();
        let taker = |counter: &Arc<Counter>| {
            let weight =
                |id: &QueueId| counter.weights.as_ref().map(|known| known.get(id).copied().unwrap_or(1));
            let load = |id: QueueId| {
                loads.iter().find(|(known, _)| *known == id).map_or(0.0, |(_, load)| load.at(counter.id))
            };
            Taker::of(counter.queue_ids.iter().map(|id| (*id, weight(id))), queue.id, load)
        };
        others_first(ahead as f64, &open.iter().map(taker).collect::<Vec<_>>())
    }

    /// Asks the estimator, and sees whether the site is closed by then.
    pub fn ask(&self, view: &LineView) -> Estimate {
        let estimate = self.estimator().estimate(view);
        let hours = self.site_now(view.tenant_id, view.site_id, view.now);
        estimate.before_closing(hours.ok().and_then(|hours| hours.closes_for_good))
    }
}
