//! What an estimator is told of a line, and what it answers.

use usher_kernel::Timestamp;
use uuid::Uuid;

use super::line::Queueing;
use super::micros;
use crate::model::line::Key;
use crate::model::rank::rank;
use crate::model::service::NORMAL;
use crate::model::{CounterId, Estimate, LineView, Queue, Service, TenantConfig, TicketId, class_number};

impl Queueing {
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
        let view = LineView { class, ..self.view_at(config, queue, service, key, now) };
        match own.and_then(|ticket| ticket.target_counter_id) {
            Some(counter) => self.view_for_one(&view, queue, service, key, counter),
            None => view,
        }
    }

    /// The line of somebody whom one counter alone may call: that counter, those before them who wait for it alone, and
    /// its share of those whom the others call as well.
    fn view_for_one(
        &self,
        view: &LineView,
        queue: &Queue,
        service: &Service,
        key: Key,
        counter: CounterId,
    ) -> LineView {
        let (shared, own) = self.live().line(queue.id).map_or((0, 0), |line| {
            let line = line.lock();
            let (shared, own) = line.expected_at(key, counter);
            (shared + line.outside, own)
        });
        let others = view.open_counters.max(1);
        let staffing = self.staffing_of(&[counter], queue, service);
        LineView {
            people_ahead: own + (shared + others - 1) / others,
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
        let (people_ahead, waiting) = match self.live().line(queue.id) {
            Some(line) => {
                let line = line.lock();
                (line.expected_before(key) + line.outside, line.len() + line.outside)
            }
            None => (0, 0),
        };
        let staffing = self.staffing(config, queue, service);
        LineView {
            tenant_id: queue.tenant_id,
            site_id: queue.site_id,
            queue_id: queue.id,
            service_id: service.id,
            class: 0,
            people_ahead,
            waiting,
            open_counters: staffing.open,
            free_counters: staffing.free,
            default_minutes: service.default_minutes,
            now,
        }
    }

    /// Asks the estimator.
    pub fn ask(&self, view: &LineView) -> Estimate {
        self.estimator().estimate(view)
    }
}
