//! Database threads.

use std::thread::{Builder, JoinHandle};

use crate::config::OpenError;

/// Starts a named thread.
pub(crate) fn spawn(name: &str, f: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    Builder::new()
        .name(name.to_owned())
        .spawn(f)
        .map_err(|error| OpenError::Other(format!("no thread could be started: {error}")))
}
