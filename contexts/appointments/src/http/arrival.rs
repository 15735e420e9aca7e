//! What somebody who checks in brings, and why they may not: the same at the desk, on their phone and at a kiosk.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_queueing::model::guard::{Position, Proof};

/// Somebody who says that they are here: what they bring where the line asks whoever joins by themselves for it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Arrival {
    /// Where they are; it decides and is kept nowhere.
    position: Option<Position>,
    /// The code that a screen of the site shows.
    join_code: Option<String>,
}

impl Arrival {
    /// What they bring.
    pub(super) fn proof(&self) -> Proof {
        Proof { position: self.position, code: self.join_code.clone() }
    }
}

/// The ways in which nobody checks in.
pub(super) fn check_in_refusals(docs: usher_http::Docs) -> usher_http::Docs {
    docs.fault("not_allowed_in_state", 409)
        .fault("too_early", 409)
        .fault("too_late", 409)
        .fault("out_of_hours", 409)
        .fault("site_closed", 409)
        .fault("queue_paused", 409)
        .fault("queue_full", 409)
        .fault("service_not_here", 409)
}

/// The ways in which nobody checks in who is not there.
pub(super) fn from_afar(docs: usher_http::Docs) -> usher_http::Docs {
    docs.fault("too_far", 403).fault("join_code_old", 403)
}
