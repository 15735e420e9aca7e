//! What one client still has to hear: a place in each of its rooms, and nothing else.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;
use usher_kernel::{Caller, Fault, TenantId};

use crate::access::Closing;
use crate::frame::{Frame, Ping, Snapshot, Wire};
use crate::hub::{Hub, RoomState, Seat, Shared};
use crate::listener::Listener;
use crate::ring::Next;
use crate::room::Room;

/// Where a client wants to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// It is new: it gets a snapshot of each room.
    Start,
    /// It heard everything up to this number of this node: it gets what it missed.
    After(u64),
    /// It has a cursor that means nothing here: it gets snapshots marked `resync`.
    Unusable,
}

/// A caller who may listen to rooms, and has not begun yet. See [`Hub::admit`].
#[derive(Debug)]
pub struct Admitted {
    pub(crate) hub: Hub,
    pub(crate) caller: Arc<Caller>,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) rooms: Vec<Room>,
}

impl Admitted {
    /// The rooms.
    pub fn rooms(&self) -> &[Room] {
        &self.rooms
    }
}

/// One room as one client stands in it.
struct Place {
    room: Arc<RoomState>,
    seat: u32,
    at: At,
}

#[derive(Clone, Copy)]
enum At {
    /// Everything up to this number was handed out.
    Cursor(u64),
    /// A snapshot is needed first; `true` when it stands for something missed.
    Snapshot { resync: bool },
}

/// How a feed ends.
#[derive(Debug)]
pub(crate) enum End {
    /// The server ends it.
    Closing(Closing),
    /// A snapshot could not be had.
    Failed(Fault),
}

type Asking = BoxFuture<'static, Result<Arc<Snapshot>, Fault>>;

/// A client's feed in one wire form. It buffers nothing: frames stay in the rooms' rings until
/// the client takes them, and a client that lets them fall out of there gets a snapshot instead.
pub(crate) struct Feed<W: Wire> {
    hub: Arc<Shared>,
    listener: Arc<Listener>,
    seat: Seat,
    places: Vec<Place>,
    asking: Option<(usize, Asking)>,
    /// The highest number that the client was told; what it is told never goes back behind it.
    told: u64,
    form: std::marker::PhantomData<fn() -> W>,
}

impl<W: Wire> Feed<W> {
    /// Takes the admitted caller's places; from here on nothing is missed.
    pub(crate) fn open(admitted: Admitted, since: Since) -> Self {
        let hub = admitted.hub.0;
        let listener = Arc::new(Listener::new(admitted.caller, admitted.tenant));
        let (seat, joined) = hub.seat(&listener, &admitted.rooms);
        let at = match since {
            Since::Start => At::Snapshot { resync: false },
            Since::After(cursor) => At::Cursor(cursor),
            Since::Unusable => At::Snapshot { resync: true },
        };
        metrics::counter!("usher_realtime_connections_total", "door" => W::DOOR).increment(1);
        let places = joined.into_iter().map(|(room, seat)| Place { room, seat, at }).collect();
        Self { hub, listener, seat, places, asking: None, told: 0, form: std::marker::PhantomData }
    }

    /// The next thing to send. Pending with the waker kept: a publish, a heartbeat or a closing wakes it.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<W::Out, End>> {
        self.listener.waker.register(cx.waker());
        if let Some(why) = self.listener.closing() {
            return Poll::Ready(Err(End::Closing(why)));
        }
        loop {
            if self.asking.is_some() {
                return self.poll_snapshot(cx).map_err(End::Failed);
            }
            if let Some(index) = self.places.iter().position(|place| matches!(place.at, At::Snapshot { .. }))
            {
                self.ask(index);
                continue;
            }
            match self.next_frame() {
                Ok(Some(out)) => return Poll::Ready(Ok(out)),
                Ok(None) => break,
                // A room's ring has gone past the client: on to its snapshot.
                Err(()) => {}
            }
        }
        if self.listener.take_ping() { Poll::Ready(Ok(self.ping())) } else { Poll::Pending }
    }

    /// Keeps the waker without looking for something to send: the client still takes what it was sent before.
    pub(crate) fn keep_waker(&self, cx: &mut Context<'_>) {
        self.listener.waker.register(cx.waker());
    }

    /// A heartbeat for a client that has heard everything up to its rooms' cursors.
    fn ping(&mut self) -> W::Out {
        let shared = self.hub.ping();
        if shared.cursor() >= self.told {
            self.told = shared.cursor();
            return W::ping(&shared);
        }
        // It was told something later than this heartbeat: going back would repeat that after a cut.
        W::ping(&Ping::new(Arc::clone(&self.hub.node), self.told, self.hub.now()))
    }

    /// Starts to ask for the snapshot of a room.
    fn ask(&mut self, index: usize) {
        let (hub, room) =
            (Arc::clone(&self.hub), self.places.get(index).map(|place| Arc::clone(&place.room)));
        self.asking = room.map(|room| {
            let asking: Asking = Box::pin(async move { room.snapshot(&hub).await });
            (index, asking)
        });
    }

    fn poll_snapshot(&mut self, cx: &mut Context<'_>) -> Poll<Result<W::Out, Fault>> {
        let Some((index, asking)) = &mut self.asking else { return Poll::Pending };
        let index = *index;
        let answer = ready!(Pin::new(asking).poll(cx));
        self.asking = None;
        let snapshot = answer?;
        let mut resync = false;
        if let Some(place) = self.places.get_mut(index) {
            resync = matches!(place.at, At::Snapshot { resync: true });
            place.at = At::Cursor(snapshot.cursor);
        }
        if resync {
            self.hub.resyncs.fetch_add(1, Ordering::Relaxed);
        }
        let cursor = self.cursor().filter(|cursor| *cursor >= self.told);
        self.told = cursor.unwrap_or(self.told);
        Poll::Ready(Ok(W::snapshot(&snapshot, resync, cursor)))
    }

    /// The number up to which the client has heard every room; nothing while one needs a snapshot.
    fn cursor(&self) -> Option<u64> {
        self.places.iter().try_fold(u64::MAX, |least, place| match place.at {
            At::Cursor(cursor) => Some(least.min(cursor)),
            At::Snapshot { .. } => None,
        })
    }

    /// The earliest frame of any room that the client has not heard.
    ///
    /// Only up to the number that is sealed when it begins to look: a frame that is sealed while it
    /// looks must wait, or it could overtake an earlier one in a room that was looked at already.
    fn next_frame(&mut self) -> Result<Option<W::Out>, ()> {
        let sealed = self.hub.sealed();
        let mut best: Option<(usize, u64, Arc<Frame>)> = None;
        for (index, place) in self.places.iter_mut().enumerate() {
            let At::Cursor(cursor) = place.at else { return Err(()) };
            if place.room.newest.load(Ordering::Acquire) <= cursor {
                continue;
            }
            match place.room.ring.read().next(cursor) {
                Next::Nothing => {}
                Next::Lost => {
                    place.at = At::Snapshot { resync: true };
                    return Err(());
                }
                Next::Frame(frame) if frame.last() > sealed => {}
                Next::Frame(frame) => {
                    if best.as_ref().is_none_or(|(_, _, b)| frame.last() < b.last()) {
                        best = Some((index, cursor, frame));
                    }
                }
            }
        }
        let Some((index, cursor, frame)) = best else {
            for place in &mut self.places {
                if let At::Cursor(cursor) = &mut place.at {
                    *cursor = sealed.max(*cursor);
                }
            }
            return Ok(None);
        };
        self.told = frame.last();
        if let Some(place) = self.places.get_mut(index) {
            place.at = At::Cursor(frame.last());
        }
        Ok(Some(W::frame(&frame, cursor)))
    }
}

impl<W: Wire> Drop for Feed<W> {
    fn drop(&mut self) {
        let rooms = std::mem::take(&mut self.places).into_iter().map(|place| (place.room, place.seat));
        self.hub.unseat(&self.seat, rooms);
    }
}
