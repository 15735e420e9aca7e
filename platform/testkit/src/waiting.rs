//! Waiting for what comes true by itself: until it has, and never for a fixed time.

use std::time::{Duration, Instant};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);
/// How long what takes moments may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks until there is an answer; for tests without a runtime.
///
/// # Panics
/// There is none `within` that time; `what` says what was waited for.
#[track_caller]
pub fn eventually<T>(what: &str, within: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < within, "{what}: not within {within:?}");
        std::thread::sleep(PAUSE);
    }
}

/// Looks until it is so.
///
/// # Panics
/// It is not within ten seconds; `what` says what was waited for.
pub async fn until(what: &str, mut ready: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !ready().await {
        assert!(begun.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        tokio::time::sleep(PAUSE).await;
    }
}
