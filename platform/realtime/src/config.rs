//! The bounds within which live delivery works.

use std::time::Duration;

/// How a [`Hub`](crate::Hub) joins, keeps and bounds what it sends.
#[derive(Clone, Debug)]
pub struct HubConfig {
    /// What follows a room's first event within this time goes out in one frame (50–100 ms is sensible).
    pub tick: Duration,
    /// How often every client hears the server's time, so that a screen can show how old it is.
    pub heartbeat: Duration,
    /// How many events a room keeps for clients that come back.
    pub keep_events: usize,
    /// How many bytes of event data a room keeps at most.
    pub keep_bytes: usize,
    /// How long a room keeps events, and how long an empty room is remembered.
    pub keep_for: Duration,
    /// How many events may wait for a room's next frame before all its clients are sent a snapshot instead.
    pub pending_events: usize,
    /// A frame is closed when its data reaches this many bytes; the rest goes into the next one. A WebSocket
    /// keeps a write buffer as large as the largest frame it sent, so this bounds its memory too.
    pub frame_bytes: usize,
    /// For how long one snapshot serves everybody who needs one of the same room.
    pub snapshot_for: Duration,
    /// A client whose connection has taken nothing for this long is let go.
    pub stall: Duration,
    /// How often it is asked of everybody who listens whether what let them in still holds, where somebody can say so
    /// ([`Hub::vouched_by`](crate::Hub::vouched_by)).
    pub recheck: Duration,
    /// How many clients may listen at once, at all doors; the next one is answered 503.
    pub max_listeners: usize,
    /// How many rooms one stream may follow.
    pub max_rooms: usize,
}

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            tick: Duration::from_millis(75),
            // Screens call themselves live for 5 s after the last sign of life: it must come sooner.
            heartbeat: Duration::from_secs(4),
            keep_events: 1024,
            keep_bytes: 1 << 20,
            keep_for: Duration::from_secs(120),
            pending_events: 8192,
            frame_bytes: 64 << 10,
            snapshot_for: Duration::from_millis(250),
            stall: Duration::from_secs(30),
            recheck: Duration::from_secs(60),
            max_listeners: 50_000,
            max_rooms: 32,
        }
    }
}
