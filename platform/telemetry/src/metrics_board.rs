//! Counters and gauges of the whole product, for Prometheus.

use std::sync::{Arc, OnceLock};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Where the macros of the `metrics` crate write to, once [`Metrics::install`] has run.
#[derive(Clone, Default)]
pub struct Metrics(Arc<OnceLock<PrometheusHandle>>);

impl Metrics {
    /// Makes this the recorder of the process. Only the first call in a process has an effect; the rest
    /// share its recorder.
    pub fn install(&self) {
        static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
        let recorder = RECORDER.get_or_init(|| match PrometheusBuilder::new().install_recorder() {
            Ok(handle) => Some(handle),
            Err(error) => {
                tracing::warn!(%error, "metrics are not recorded");
                None
            }
        });
        if let Some(handle) = recorder {
            self.0.get_or_init(|| handle.clone());
        }
    }

    /// Folds the samples of histograms together; to be called every few seconds, or memory grows with them.
    pub fn upkeep(&self) {
        if let Some(handle) = self.0.get() {
            handle.run_upkeep();
        }
    }

    /// Everything in the Prometheus text format; empty before [`Metrics::install`].
    pub fn render(&self) -> String {
        self.0.get().map(PrometheusHandle::render).unwrap_or_default()
    }
}
