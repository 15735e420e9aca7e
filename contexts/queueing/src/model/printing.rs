//! Where receipts may be printed over the network.

use std::net::IpAddr;
use std::sync::Arc;

/// Where receipts may be printed over the network, and what their codes lead to.
#[derive(Clone)]
pub struct Printing {
    /// Whether a printer may stand at an address.
    pub allowed: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    /// Where people reach this installation: `https://queue.example`.
    pub base: String,
}

impl Default for Printing {
    /// Nowhere.
    fn default() -> Self {
        Self { allowed: Arc::new(|_| false), base: String::new() }
    }
}
