//! The one source of time.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

/// Tells the time, in UTC with microsecond precision (what both engines store).
///
/// Cheap to clone. The product runs on [`Clock::system`]; tests hold a [`ManualClock`].
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until its handle moves it.
    pub fn manual(start: Timestamp) -> (Self, ManualClock) {
        let cell = Arc::new(Mutex::new(start));
        (Self(Source::Manual(Arc::clone(&cell))), ManualClock(cell))
    }

    /// Now, cut to whole microseconds.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => machine_now(),
            Source::Manual(cell) => *cell.lock(),
        }
    }
}

/// Reads the machine's clock. A clock before 1970 or past the year 9999 reads as the epoch.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn machine_now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_micros())
        .ok()
        .and_then(|micros| Timestamp::from_microsecond(micros).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Moves a manual [`Clock`].
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<Timestamp>>);

impl ManualClock {
    /// Moves the clock on (or back, with a negative duration).
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock();
        *now = now.saturating_add(by).unwrap_or(Timestamp::MAX);
    }

    /// Sets the clock to a moment.
    pub fn set(&self, to: Timestamp) {
        *self.0.lock() = to;
    }
}
