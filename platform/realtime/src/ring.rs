//! What a room remembers, so that a client that was cut off hears exactly what it missed.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::config::HubConfig;
use crate::frame::Frame;

/// The latest frames of a room, bounded by number of events, by bytes and by age.
#[derive(Debug)]
pub(crate) struct Ring {
    frames: VecDeque<(Instant, Arc<Frame>)>,
    events: usize,
    bytes: usize,
    /// Events up to this number are no longer here; a cursor below it cannot be resumed.
    gone: u64,
}

/// What the ring has for a cursor.
pub(crate) enum Next {
    /// Nothing happened after it.
    Nothing,
    /// The first frame with something after it.
    Frame(Arc<Frame>),
    /// It is too old: something after it is gone.
    Lost,
}

impl Ring {
    /// An empty ring that can resume no cursor below `gone`.
    pub(crate) fn new(gone: u64) -> Self {
        Self { frames: VecDeque::new(), events: 0, bytes: 0, gone }
    }

    /// Adds the newest frame and forgets what exceeds the bounds; the newest frame always stays.
    pub(crate) fn push(&mut self, now: Instant, frame: Arc<Frame>, config: &HubConfig) {
        self.events += frame.len();
        self.bytes += frame.bytes();
        self.frames.push_back((now, frame));
        while self.frames.len() > 1 && (self.events > config.keep_events || self.bytes > config.keep_bytes) {
            self.forget_oldest();
        }
        self.forget_older(now, config.keep_for);
    }

    /// Forgets frames of more than `keep` ago, except the newest.
    pub(crate) fn forget_older(&mut self, now: Instant, keep: Duration) {
        while self.frames.len() > 1
            && self.frames.front().is_some_and(|(at, _)| now.saturating_duration_since(*at) > keep)
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, frame)) = self.frames.pop_front() {
            self.events -= frame.len();
            self.bytes -= frame.bytes();
            self.gone = self.gone.max(frame.last());
        }
    }

    /// Gives up everything up to `number`: events were lost before they could be numbered.
    pub(crate) fn forget_all(&mut self, number: u64) {
        self.frames.clear();
        (self.events, self.bytes) = (0, 0);
        self.gone = self.gone.max(number);
    }

    /// What follows `cursor`.
    pub(crate) fn next(&self, cursor: u64) -> Next {
        if cursor < self.gone {
            return Next::Lost;
        }
        let at = self.frames.partition_point(|(_, frame)| frame.last() <= cursor);
        match self.frames.get(at) {
            Some((_, frame)) => Next::Frame(Arc::clone(frame)),
            None => Next::Nothing,
        }
    }

    /// Whether `cursor` can be resumed without a gap.
    pub(crate) fn reaches(&self, cursor: u64) -> bool {
        cursor >= self.gone
    }
}
