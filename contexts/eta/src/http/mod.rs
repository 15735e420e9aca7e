//! Estimates over HTTP.

mod line;
mod what_if;
mod zeroq;

use std::sync::Arc;

use usher_http::Routes;
use usher_kernel::{Ctx, Fault};
use usher_queueing::Queueing;
use usher_queueing::model::{Queue, QueueId, TenantConfig};

use crate::Eta;
use crate::ops::what_if::Desk;

/// What the handlers here need.
#[derive(Clone)]
pub struct EtaState {
    pub(crate) eta: Eta,
    pub(crate) line: Queueing,
    /// Where simulations take a place.
    pub(crate) desk: Arc<Desk>,
}

/// Every route of this context.
pub fn routes(eta: Eta, line: Queueing) -> Routes<EtaState> {
    let own = line.clone();
    let state = EtaState { eta, line, desk: Arc::default() };
    Routes::new("eta", state)
        .with(line::routes)
        .with(what_if::routes)
        .with(zeroq::routes)
        .wait_for(move || own.estimates_to_come())
}

impl EtaState {
    /// The tenant's configuration.
    async fn config(&self, ctx: &Ctx) -> Result<Arc<TenantConfig>, Fault> {
        let line = self.line.clone();
        Ok(self.line.db().read(ctx, move |read| line.config(read)).await?)
    }
}

/// A queue that the caller may see.
fn queue_of<'c>(ctx: &Ctx, config: &'c TenantConfig, id: QueueId) -> Result<&'c Arc<Queue>, Fault> {
    config.queue(id).filter(|queue| ctx.may_at(queue.site_id)).ok_or_else(|| Fault::not_found("queue"))
}
