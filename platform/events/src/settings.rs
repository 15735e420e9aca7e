//! The figures that the log's readers go by.

use std::time::Duration;

use usher_kernel::SignedDuration;

/// How the log is read and how nodes speak with each other. The default is what the product runs on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where events travel between nodes, `redis://host:6379`; none on one node.
    pub redis_url: Option<String>,
    /// How many events a subscriber takes at once, at most.
    pub batch: u32,
    /// How long a node keeps the right to read for a subscriber without renewing it.
    pub lease: SignedDuration,
    /// How often the log is looked at when nothing wakes a reader.
    pub poll: Duration,
    /// How long a reader waits after a batch for others to join the next one.
    pub linger: Duration,
    /// How often an event is tried before it is put aside.
    pub tries: u32,
    /// The wait after the first failure; doubled with each, up to a minute.
    pub first_back_off: Duration,
    /// After how long a place that moved only over unwanted events is stored.
    pub store_idle_after: SignedDuration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            redis_url: None,
            batch: 256,
            lease: SignedDuration::from_secs(15),
            poll: Duration::from_secs(1),
            linger: Duration::from_millis(20),
            tries: 5,
            first_back_off: Duration::from_millis(500),
            store_idle_after: SignedDuration::from_secs(60),
        }
    }
}

impl Settings {
    /// The wait after so many failures in a row.
    pub(crate) fn back_off(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        self.first_back_off.saturating_mul(1 << doublings).min(Duration::from_secs(60))
    }
}
