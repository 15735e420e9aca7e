//! Estimates over HTTP.

mod line;
mod zeroq;

use usher_http::Routes;
use usher_queueing::Queueing;

use crate::Eta;

/// What the handlers here need.
#[derive(Clone)]
pub struct EtaState {
    pub(crate) eta: Eta,
    pub(crate) line: Queueing,
}

/// Every route of this context.
pub fn routes(eta: Eta, line: Queueing) -> Routes<EtaState> {
    Routes::new("eta", EtaState { eta, line }).with(line::routes).with(zeroq::routes)
}
