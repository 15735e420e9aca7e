//! How long a wait will be.
//!
//! Purpose: an honest range for a ticket, a would-be ticket and a queue. Today's model is the learned
//! pace of a line ([`model::Pace`]): one multiply, learned online from every call, kept across
//! restarts, starting from the service's declared duration.
//!
//! [`model::Forecaster`] is what takes its place: a prior from the pace, corrected and calibrated online. [`replay`]
//! measures it on queue logs.
//!
//! Words: *pace* is minutes of waiting per person ahead; *basis* is what an estimate rests on.
//!
//! It fills queueing's [`Estimator`] and learns from `ticket.called`; it publishes no event itself.

mod events;
pub mod graphql;
mod http;
pub mod model;
mod ops;
mod store;

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;
use usher_db::{DbError, MigrationSet, Stmt};
use usher_events::{Bus, Subscriber};
use usher_kernel::SystemCtx;
use usher_queueing::Queueing;
use usher_queueing::model::{
    Estimate, EstimateBasis, Estimator, LineView, Queue, QueueId, Service, TenantConfig,
};

use crate::model::{Pace, Quantiles};

pub use http::routes;
pub use ops::replay;

/// How many finished waits make a pace more than a first guess.
const ESTABLISHED: i64 = 20;

/// This context's migrations.
pub const MIGRATIONS: MigrationSet =
    MigrationSet { context: "eta", migrations: usher_db::migrations!("0001_paces") };

/// Every statement of this context, for the test that prepares each on both engines.
pub fn statements() -> Vec<Stmt> {
    store::STATEMENTS.to_vec()
}

/// The estimator of the product: the learned paces of all queues, in memory.
///
/// Every node learns from every call as it happens; [`Eta::subscriber`] writes the same lesson down
/// once, so that a restart forgets nothing.
#[derive(Clone, Default)]
pub struct Eta(Arc<RwLock<HashMap<QueueId, Pace>>>);

impl Eta {
    /// Starts with what is stored, and learns from `bus` from now on.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn start(line: &Queueing, bus: &Bus, system: &SystemCtx) -> Result<Self, DbError> {
        let stored = line.db().read_system(system, store::all).await?;
        let eta = Self(Arc::new(RwLock::new(stored.into_iter().collect())));
        let (learner, line) = (eta.clone(), line.clone());
        bus.listen(move |event| {
            if let Some(lesson) = events::Lesson::of(&line, event) {
                lesson.teach(learner.0.write().entry(lesson.queue).or_default());
            }
        });
        Ok(eta)
    }

    /// The durable subscriber that keeps what was learned.
    pub fn subscriber(line: &Queueing) -> Arc<dyn Subscriber> {
        Arc::new(events::Learning(line.clone()))
    }

    /// The wait of somebody with `ahead` people before them in a line, whether or not it is served now.
    #[expect(clippy::cast_precision_loss, reason = "counts of people and counters")]
    pub(crate) fn ahead_of(
        &self,
        config: &TenantConfig,
        queue: &Queue,
        service: &Service,
        ahead: i64,
    ) -> Quantiles {
        let declared = service.default_minutes / config.counters_of(queue.id).len().max(1) as f64;
        if ahead == 0 {
            // Nobody is before them: what is left is the end of somebody else's service.
            let wait = self.pace(queue.id).estimate(0.0, declared);
            return Quantiles { p10: 0.0, ..wait };
        }
        self.pace(queue.id).estimate(ahead as f64, declared)
    }

    /// What one queue has taught so far.
    pub fn pace(&self, queue: QueueId) -> Pace {
        self.0.read().get(&queue).copied().unwrap_or_default()
    }
}

impl Estimator for Eta {
    #[expect(clippy::cast_precision_loss, reason = "counts of people and counters")]
    fn estimate(&self, line: &LineView) -> Estimate {
        if line.open_counters <= 0 {
            return Estimate::unserved(line.now);
        }
        let pace = self.pace(line.queue_id);
        let declared = line.default_minutes / line.open_counters as f64;
        let wait = pace.estimate(line.people_ahead as f64, declared);
        Estimate::of(basis(pace.samples), wait.p10, wait.p50, wait.p90, pace.samples, line.now)
    }
}

/// What an estimate from so many finished waits rests on.
pub(crate) fn basis(samples: i64) -> EstimateBasis {
    match samples {
        0 => EstimateBasis::Declared,
        n if n < ESTABLISHED => EstimateBasis::Prior,
        _ => EstimateBasis::Pace,
    }
}
