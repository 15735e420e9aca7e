//! The hub's one task: it closes frames when their tick is over, beats, and forgets empty rooms.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::Duration;

use std::sync::atomic::Ordering;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{RoomState, Shared};
use crate::config::HubConfig;
use crate::frame::Ping;

/// Heartbeats are spread over slices of about this length, so that ten thousand clients
/// are not all written to in the same moment.
const SLICE: Duration = Duration::from_millis(100);

/// How many slices a heartbeat has.
pub(super) fn slices(config: &HubConfig) -> usize {
    usize::try_from(config.heartbeat.as_millis() / SLICE.as_millis()).unwrap_or(1).clamp(1, 50)
}

/// Runs until the hub is gone.
pub(super) async fn run(hub: Weak<Shared>, wake: Arc<Notify>) {
    let Some(mut pump) = hub.upgrade().map(|hub| Pump::new(&hub)) else { return };
    loop {
        let due = match hub.upgrade() {
            Some(hub) => pump.due(&hub),
            None => return,
        };
        match due {
            Some(due) => {
                // Either is reason enough to look; looking twice does no harm.
                let _ = tokio::time::timeout_at(due, wake.notified()).await;
            }
            None => wake.notified().await,
        }
        let Some(hub) = hub.upgrade() else { return };
        pump.turn(&hub, Instant::now());
    }
}

struct Pump {
    /// Rooms whose tick runs, by its end; all ticks are equally long, so they end in order.
    ticking: VecDeque<(Instant, Arc<RoomState>)>,
    beat_every: Duration,
    next_beat: Instant,
    slice: usize,
    next_sweep: Instant,
}

impl Pump {
    fn new(hub: &Shared) -> Self {
        let count = u32::try_from(hub.slices.len()).unwrap_or(1).max(1);
        let now = Instant::now();
        Self {
            ticking: VecDeque::new(),
            beat_every: hub.config.heartbeat / count,
            next_beat: now,
            slice: 0,
            next_sweep: now,
        }
    }

    /// When the next turn is due; never, while nothing ticks and nobody is known to the hub.
    fn due(&mut self, hub: &Shared) -> Option<Instant> {
        let beat = (hub.listeners.load(Ordering::Relaxed) > 0).then_some(self.next_beat);
        let tick = self.ticking.front().map(|(at, _)| *at);
        let sweep = (!hub.rooms.read().is_empty()).then_some(self.next_sweep);
        [beat, tick, sweep].into_iter().flatten().min()
    }

    fn turn(&mut self, hub: &Shared, now: Instant) {
        while self.ticking.front().is_some_and(|(at, _)| *at <= now) {
            let Some((_, room)) = self.ticking.pop_front() else { break };
            if room.seal(hub, now) {
                self.ticking.push_back((now + hub.config.tick, room));
            }
        }
        let fresh = std::mem::take(&mut *hub.fresh.lock());
        for room in fresh {
            if room.seal(hub, now) {
                self.ticking.push_back((now + hub.config.tick, room));
            }
        }
        if now >= self.next_beat {
            // After a pause (nobody listened, the machine slept) it goes on from now and catches nothing up.
            self.next_beat = (self.next_beat + self.beat_every).max(now);
            self.beat(hub);
        }
        if now >= self.next_sweep {
            self.next_sweep = now + hub.config.heartbeat;
            sweep(hub, now);
        }
    }

    fn beat(&mut self, hub: &Shared) {
        self.slice = (self.slice + 1) % hub.slices.len();
        let Some(slice) = hub.slices.get(self.slice).map(|slice| slice.lock()) else { return };
        if slice.len() == 0 {
            return;
        }
        *hub.ping.write() = Arc::new(Ping::new(Arc::clone(&hub.node), hub.sealed(), hub.now()));
        for listener in slice.iter() {
            listener.ping();
        }
    }
}

/// Forgets old events, and rooms that nobody has come back to.
fn sweep(hub: &Shared, now: Instant) {
    metrics::gauge!("usher_realtime_listeners").set(hub.listeners.load(Ordering::Relaxed) as f64);
    metrics::counter!("usher_realtime_resyncs_total").absolute(hub.resyncs.load(Ordering::Relaxed));
    let keep = hub.config.keep_for;
    let mut over = Vec::new();
    {
        let rooms = hub.rooms.read();
        metrics::gauge!("usher_realtime_rooms").set(rooms.len() as f64);
        for (key, room) in rooms.iter() {
            room.ring.write().forget_older(now, keep);
            if abandoned(room, now, keep) {
                over.push(*key);
            }
        }
    }
    if over.is_empty() {
        return;
    }
    let mut rooms = hub.rooms.write();
    for key in over {
        if rooms.get(&key).is_some_and(|room| abandoned(room, now, keep)) {
            rooms.remove(&key);
        }
    }
}

fn abandoned(room: &RoomState, now: Instant, keep: Duration) -> bool {
    room.listeners.lock().len() == 0
        && room.empty_since.lock().is_some_and(|since| now.saturating_duration_since(since) > keep)
}
