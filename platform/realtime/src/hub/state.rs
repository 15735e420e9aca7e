//! One room: what waits, what is remembered, who listens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use tokio::time::Instant;
use usher_kernel::Fault;

use super::Shared;
use crate::frame::{Event, Frame, Label, Snapshot, one_line};
use crate::listener::Roster;
use crate::ring::Ring;
use crate::room::Room;

/// A room that somebody listens to, or listened to not long ago.
#[derive(Debug)]
pub(crate) struct RoomState {
    pub(crate) room: Room,
    pub(crate) label: Arc<Label>,
    pending: Mutex<Pending>,
    pub(crate) ring: RwLock<Ring>,
    /// The number of the newest event in the ring, read before its lock is taken.
    pub(crate) newest: AtomicU64,
    pub(crate) listeners: Mutex<Roster>,
    /// Since when nobody listens.
    pub(crate) empty_since: Mutex<Option<Instant>>,
    snapshot: tokio::sync::Mutex<Option<(Instant, Arc<Snapshot>)>>,
}

#[derive(Debug, Default)]
struct Pending {
    events: Vec<Event>,
    /// Whether the pump knows of the room: it waits in its list, or a tick of it runs.
    armed: bool,
    /// More came than may wait: the events are lost and everybody needs a snapshot.
    overflown: bool,
}

impl RoomState {
    pub(crate) fn new(room: Room, node: &Arc<str>, gone: u64) -> Self {
        Self {
            label: Arc::new(Label { node: Arc::clone(node), room: room.to_string() }),
            room,
            pending: Mutex::default(),
            ring: RwLock::new(Ring::new(gone)),
            newest: AtomicU64::new(gone),
            listeners: Mutex::default(),
            empty_since: Mutex::new(None),
            snapshot: tokio::sync::Mutex::const_new(None),
        }
    }

    /// Puts an event down; true when the pump has to be told of the room.
    pub(super) fn put(&self, event: Event, latest: bool, bound: usize) -> bool {
        let mut pending = self.pending.lock();
        let same = if latest { pending.events.iter_mut().rev().find(|e| e.name == event.name) } else { None };
        if let Some(same) = same {
            *same = event;
        } else if pending.events.len() < bound {
            pending.events.push(event);
        } else {
            pending.overflown = true;
        }
        !std::mem::replace(&mut pending.armed, true)
    }

    /// Numbers what waits, remembers it and wakes the listeners. False when nothing waited:
    /// the room is silent and its next event goes out at once.
    pub(super) fn seal(self: &Arc<Self>, hub: &Shared, now: Instant) -> bool {
        let (events, overflown) = {
            let mut pending = self.pending.lock();
            if pending.events.is_empty() {
                pending.armed = false;
                return false;
            }
            (std::mem::take(&mut pending.events), std::mem::take(&mut pending.overflown))
        };
        hub.number(|mut last| {
            if overflown {
                last += 1;
                self.ring.write().forget_all(last);
            } else {
                for events in split(events, hub.config.frame_bytes) {
                    let frame = Arc::new(Frame::new(Arc::clone(&self.label), last + 1, events));
                    last = frame.last();
                    self.ring.write().push(now, frame, &hub.config);
                }
            }
            self.newest.store(last, Ordering::Release);
            last
        });
        for listener in self.listeners.lock().iter() {
            listener.waker.wake();
        }
        true
    }

    /// The room's state now, read from its source at most once per `snapshot_for` however many ask.
    pub(crate) async fn snapshot(&self, hub: &Shared) -> Result<Arc<Snapshot>, Fault> {
        // Whoever comes while the source is being asked waits here and shares the answer.
        let mut kept = self.snapshot.lock().await;
        if let Some((at, snapshot)) = &*kept
            && at.elapsed() < hub.config.snapshot_for
            && self.ring.read().reaches(snapshot.cursor)
        {
            return Ok(Arc::clone(snapshot));
        }
        // The number first: what is published while the source reads is sent again after the snapshot,
        // which does no harm, while the other way round it could be missed.
        let cursor = hub.sealed();
        let data = match hub.snapshots(&self.room) {
            Some(source) => source.snapshot(&self.room).await?,
            None => Bytes::from_static(b"null"),
        };
        let data = one_line(data).ok_or_else(|| Fault::internal("a snapshot that is not UTF-8"))?;
        let snapshot = Arc::new(Snapshot::new(Arc::clone(&self.label), cursor, hub.now(), data));
        *kept = Some((Instant::now(), Arc::clone(&snapshot)));
        Ok(snapshot)
    }
}

/// Cuts what waited into frames of about `bytes` of data.
fn split(events: Vec<Event>, bytes: usize) -> Vec<Vec<Event>> {
    let mut frames = Vec::with_capacity(1);
    let (mut frame, mut size) = (Vec::with_capacity(events.len()), 0);
    for event in events {
        if size > 0 && size + event.data.len() > bytes {
            frames.push(std::mem::take(&mut frame));
            size = 0;
        }
        size += event.data.len();
        frame.push(event);
    }
    frames.push(frame);
    frames
}
