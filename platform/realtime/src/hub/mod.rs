//! The hub: rooms, their listeners, and the numbers that order what they hear.

mod pump;
mod recheck;
mod state;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use tokio::sync::Notify;
use tokio::time::Instant;
use usher_kernel::{Caller, Clock, Ctx, Fault, FaultKind, TenantId, Timestamp, UserId, random};
use uuid::Uuid;

use crate::access::{Closing, RoomGate, SnapshotSource, Vouch};
use crate::config::HubConfig;
use crate::feed::{Admitted, Since};
use crate::frame::{Event, Ping, one_line};
use crate::listener::{Listener, Roster};
use crate::room::{Room, split_name};
use crate::socketio::Outbox;

pub(crate) use recheck::Present;
pub(crate) use state::RoomState;

/// Where events become live: contexts publish into rooms, doors let clients listen.
///
/// Publishing costs the same with one listener as with ten thousand: the event is put down in its room
/// and the hub's own task numbers it, joins it with its neighbours and wakes whoever listens.
/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) config: HubConfig,
    pub(crate) clock: Clock,
    /// This run of this node; a cursor of another run or node cannot be resumed here.
    pub(crate) node: Arc<str>,
    kinds: RwLock<HashMap<&'static str, Kind>>,
    rooms: RwLock<HashMap<Room, Arc<RoomState>>>,
    /// The last number given out; held while what it numbers is put into a ring.
    numbers: Mutex<u64>,
    /// Everything up to this number is in the rings.
    sealed: AtomicU64,
    /// Rooms whose first event after a silence waits to be sent.
    fresh: Mutex<Vec<Arc<RoomState>>>,
    wake: Arc<Notify>,
    /// All listeners, spread over the slices of a heartbeat.
    slices: Box<[Mutex<Roster>]>,
    next_slice: AtomicUsize,
    ping: RwLock<Arc<Ping>>,
    pub(crate) listeners: AtomicUsize,
    /// Listeners at doors that keep them themselves.
    pub(crate) elsewhere: AtomicUsize,
    pub(crate) resyncs: AtomicU64,
    stopping: AtomicBool,
    doors: RwLock<Vec<OtherDoor>>,
    /// Whether somebody says who may go on listening.
    vouched: AtomicBool,
    /// Who has come in and was not asked about since.
    newcomers: Mutex<Vec<Present>>,
    pub(crate) outbox: Outbox,
}

/// Says of a listener, and of the tenant in which it listens, whether it is meant.
pub(crate) type Meant<'a> = dyn Fn(&Caller, Option<TenantId>) -> bool + Sync + 'a;

/// Ends connections of those who are meant.
pub(crate) type Close = Box<dyn Fn(&Meant<'_>, Closing) + Send + Sync>;

/// A door that keeps its listeners itself.
pub(crate) struct OtherDoor {
    /// Ends the connections of those who are meant.
    pub(crate) close: Close,
    /// Everybody who listens there.
    pub(crate) present: Box<dyn Fn() -> Vec<Present> + Send + Sync>,
}

struct Kind {
    gate: Arc<dyn RoomGate>,
    snapshots: Option<Arc<dyn SnapshotSource>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").field("node", &self.node).finish_non_exhaustive()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // The pump holds only a weak handle and sleeps until it is told.
        self.wake.notify_one();
    }
}

impl Hub {
    /// A hub with its own task on the current tokio runtime; the task ends with the last clone.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn new(config: HubConfig, clock: Clock) -> Self {
        let node: Arc<str> = format!("{:08x}", u32::from_le_bytes(random::bytes())).into();
        let beat = pump::slices(&config);
        let shared = Arc::new(Shared {
            ping: RwLock::new(Arc::new(Ping::new(Arc::clone(&node), 0, clock.now()))),
            node,
            kinds: RwLock::default(),
            rooms: RwLock::default(),
            numbers: Mutex::new(0),
            sealed: AtomicU64::new(0),
            fresh: Mutex::default(),
            wake: Arc::default(),
            slices: (0..beat).map(|_| Mutex::default()).collect(),
            next_slice: AtomicUsize::new(0),
            listeners: AtomicUsize::new(0),
            elsewhere: AtomicUsize::new(0),
            resyncs: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            doors: RwLock::default(),
            vouched: AtomicBool::new(false),
            newcomers: Mutex::default(),
            outbox: Outbox::default(),
            config,
            clock,
        });
        tokio::spawn(pump::run(Arc::downgrade(&shared), Arc::clone(&shared.wake)));
        Self(shared)
    }

    /// Opens rooms of one kind: who may join them, and where their snapshots come from.
    ///
    /// Without a source a snapshot says `null`, and the client reads the state over REST.
    /// A later registration of the same kind replaces the earlier one.
    pub fn register(
        &self,
        kind: &'static str,
        gate: Arc<dyn RoomGate>,
        snapshots: Option<Arc<dyn SnapshotSource>>,
    ) {
        self.0.kinds.write().insert(kind, Kind { gate, snapshots });
    }

    /// Whether anybody listens to `room` or may still come back to it.
    pub fn wants(&self, room: &Room) -> bool {
        self.0.rooms.read().contains_key(room)
    }

    /// The rooms of one kind that are [wanted](Self::wants), in no order: for whoever would have to ask about more things
    /// than anybody listens to.
    pub fn wanted(&self, kind: &str) -> Vec<Room> {
        self.0.rooms.read().keys().filter(|room| room.kind() == kind).copied().collect()
    }

    /// Tells everybody in `room` that something happened. `data` is JSON.
    ///
    /// Never blocks for long and never waits for a client: fit for the database's writer thread.
    pub fn publish(&self, room: &Room, name: impl Into<Cow<'static, str>>, data: Bytes) {
        self.put(room, name.into(), || data, false);
    }

    /// [`Hub::publish`] with the data made only when somebody wants it.
    pub fn publish_with(
        &self,
        room: &Room,
        name: impl Into<Cow<'static, str>>,
        data: impl FnOnce() -> Bytes,
    ) {
        self.put(room, name.into(), data, false);
    }

    /// [`Hub::publish`] for a state of which only the latest matters, such as the length of a line:
    /// it takes the place of an event of the same name that still waits for the room's next frame.
    pub fn publish_latest(
        &self,
        room: &Room,
        name: impl Into<Cow<'static, str>>,
        data: impl FnOnce() -> Bytes,
    ) {
        self.put(room, name.into(), data, true);
    }

    fn put(&self, room: &Room, name: Cow<'static, str>, data: impl FnOnce() -> Bytes, latest: bool) {
        let Some(state) = self.0.rooms.read().get(room).map(Arc::clone) else { return };
        let Some(data) = one_line(data()) else {
            tracing::error!(%room, %name, "an event that is not UTF-8 was not published");
            return;
        };
        let event = Event { name, at: self.0.clock.now(), data };
        if state.put(event, latest, self.0.config.pending_events) {
            self.0.fresh.lock().push(state);
            self.0.wake.notify_one();
        }
    }

    /// Reads room names as a client writes them (`queue:<uuid>`, `global`) for a tenant.
    ///
    /// # Errors
    /// 422 `unknown_room` for a name that no context registered, `too_many_rooms` past the limit.
    pub fn rooms<'n>(
        &self,
        tenant: TenantId,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<Vec<Room>, Fault> {
        let mut rooms: Vec<Room> = Vec::new();
        for name in names.into_iter().map(str::trim).filter(|name| !name.is_empty()) {
            let room = self.room(tenant, name).ok_or_else(|| {
                Fault::field(
                    "rooms",
                    "unknown_room",
                    format!("There is no room {name:?}; write kind:id, for example queue:<uuid>."),
                )
            })?;
            if !rooms.contains(&room) {
                rooms.push(room);
            }
        }
        if rooms.is_empty() {
            return Err(Fault::field("rooms", "required", "Name at least one room."));
        }
        if rooms.len() > self.0.config.max_rooms {
            let most = self.0.config.max_rooms;
            return Err(Fault::field(
                "rooms",
                "too_many_rooms",
                format!("At most {most} rooms on one stream."),
            ));
        }
        Ok(rooms)
    }

    /// One room by its name on the wire, as a client wrote it.
    pub fn room(&self, tenant: TenantId, name: &str) -> Option<Room> {
        let (kind, id) = split_name(name)?;
        let (kind, _) =
            self.0.kinds.read().get_key_value(kind).map(|(kind, k)| (*kind, k.snapshots.is_some()))?;
        Some(match id {
            Some(id) => Room::new(tenant, kind, id),
            None => Room::whole(tenant, kind),
        })
    }

    /// Asks the gates of `rooms` and, when all agree, admits the caller.
    ///
    /// # Errors
    /// The first refusal; 404 for a room of another tenant; 503 when as many clients listen as may.
    pub async fn admit(&self, ctx: &Ctx, rooms: Vec<Room>) -> Result<Admitted, Fault> {
        for room in &rooms {
            self.may_join(ctx, room).await?;
        }
        self.admit_unasked(Arc::clone(ctx.caller()), rooms)
    }

    /// Asks the gate of one room.
    pub(crate) async fn may_join(&self, ctx: &Ctx, room: &Room) -> Result<(), Fault> {
        if room.tenant() != ctx.tenant {
            return Err(Fault::not_found("room"));
        }
        let gate = self.0.kinds.read().get(room.kind()).map(|kind| Arc::clone(&kind.gate));
        gate.ok_or_else(|| Fault::not_found("room"))?.may_join(ctx, room).await
    }

    /// Admits a caller whose right to `rooms` was decided elsewhere: by a ticket's secret, by a device's pairing.
    ///
    /// # Errors
    /// 503 when as many clients listen as may, or the server stops.
    pub fn admit_unasked(&self, caller: Arc<Caller>, rooms: Vec<Room>) -> Result<Admitted, Fault> {
        self.room_for_one()?;
        // The rooms of one stream are all of one tenant.
        let tenant = rooms.first().map(Room::tenant);
        Ok(Admitted { hub: self.clone(), caller, tenant, rooms })
    }

    /// Admits a caller to no room: to a place that beats, and that hears when the caller may not go on in `tenant`.
    ///
    /// # Errors
    /// As [`Hub::admit_unasked`].
    pub fn admit_to_no_room(&self, caller: Arc<Caller>, tenant: Option<TenantId>) -> Result<Admitted, Fault> {
        self.room_for_one()?;
        Ok(Admitted { hub: self.clone(), caller, tenant, rooms: Vec::new() })
    }

    /// Passes while one more client may listen, at whichever door.
    pub(crate) fn room_for_one(&self) -> Result<(), Fault> {
        if self.0.stopping.load(Ordering::Acquire) {
            return Err(Fault::new(FaultKind::Unavailable, "stopping", "The server is being restarted.")
                .retry_after(std::time::Duration::from_secs(2)));
        }
        let all = self.0.listeners.load(Ordering::Relaxed) + self.0.elsewhere.load(Ordering::Relaxed);
        if all >= self.0.config.max_listeners {
            return Err(Fault::new(
                FaultKind::Unavailable,
                "too_many_listeners",
                "As many screens are connected as this server can serve.",
            )
            .retry_after(std::time::Duration::from_secs(10)));
        }
        Ok(())
    }

    /// Reads a cursor that a client sent as `since` or `Last-Event-ID`.
    pub fn since(&self, text: Option<&str>) -> Since {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Since::Start };
        let number = text
            .split_once('.')
            .filter(|(node, _)| **node == *self.0.node)
            .and_then(|(_, number)| number.parse().ok())
            .filter(|number| *number <= self.0.sealed.load(Ordering::Acquire));
        number.map_or(Since::Unusable, Since::After)
    }

    /// Ends the connections of whoever `matches`, by the caller and the tenant in which they listen; they come back
    /// with their cursor and are asked anew.
    pub fn close_where(&self, matches: impl Fn(&Caller, Option<TenantId>) -> bool + Sync, why: Closing) {
        self.0.close_where(&matches, why);
    }

    /// Has `vouch` asked whether what let clients in still holds: of everybody about once a minute
    /// ([`HubConfig::recheck`]), and of whoever has just come in within a second. Rights run out without an event, and
    /// one that was revoked while its holder came in was revoked before the hub knew of them.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn vouched_by(&self, vouch: Arc<dyn Vouch>) {
        self.0.vouched.store(true, Ordering::Release);
        tokio::spawn(recheck::run(Arc::downgrade(&self.0), vouch));
    }

    /// A session, opaque token or API key was revoked: whoever listens through it is let go at once.
    pub fn revoke_credential(&self, credential: Uuid) {
        use usher_kernel::Actor;
        self.close_where(
            |caller, _| match &caller.actor {
                Actor::User { session, .. } => *session == credential,
                Actor::ApiKey { id } | Actor::Device { id, .. } => *id == credential,
                _ => false,
            },
            Closing::Revoked,
        );
    }

    /// A person's roles or status changed: all their connections are let go and come back asked anew.
    pub fn revoke_user(&self, user: UserId) {
        self.close_where(|caller, _| caller.actor.user() == Some(user), Closing::Revoked);
    }

    /// A tenant was suspended: whoever listens there is let go, and is refused when they come back.
    pub fn close_tenant(&self, tenant: TenantId) {
        self.close_where(|_, of| of == Some(tenant), Closing::Revoked);
    }

    /// Lets everybody go and admits nobody more; long-lived streams would otherwise hold up a stop.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::Release);
        self.close_where(|_, _| true, Closing::Stopping);
    }

    /// Another door, to be asked who is there and told of [`Hub::close_where`].
    pub(crate) fn keep_door(&self, door: OtherDoor) {
        self.0.doors.write().push(door);
    }

    /// How many clients listen now over SSE and WebSocket.
    pub fn listeners(&self) -> usize {
        self.0.listeners.load(Ordering::Relaxed)
    }

    /// How many times a client was too far behind and was sent a snapshot instead, since the start.
    pub fn resyncs(&self) -> u64 {
        self.0.resyncs.load(Ordering::Relaxed)
    }
}

impl Shared {
    /// Now, for what is sent.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The number up to which every ring is complete.
    pub(crate) fn sealed(&self) -> u64 {
        self.sealed.load(Ordering::Acquire)
    }

    /// Gives numbers out: `take` gets the last one given and returns the last one it took.
    ///
    /// One at a time, so that every number up to [`Shared::sealed`] is in its ring.
    fn number(&self, take: impl FnOnce(u64) -> u64) -> u64 {
        let mut last = self.numbers.lock();
        *last = take(*last);
        self.sealed.store(*last, Ordering::Release);
        *last
    }

    /// The latest heartbeat.
    pub(crate) fn ping(&self) -> Arc<Ping> {
        Arc::clone(&self.ping.read())
    }

    /// The room's source of snapshots, where its kind has one.
    pub(crate) fn snapshots(&self, room: &Room) -> Option<Arc<dyn SnapshotSource>> {
        self.kinds.read().get(room.kind()).and_then(|kind| kind.snapshots.clone())
    }

    /// Somebody listens from now on, at whichever door.
    pub(crate) fn came_in(&self, caller: &Arc<Caller>, tenant: Option<TenantId>) {
        if self.vouched.load(Ordering::Acquire) {
            self.newcomers.lock().push(Present { caller: Arc::clone(caller), tenant });
        }
    }

    fn close_where(&self, meant: &Meant<'_>, why: Closing) {
        for slice in &self.slices {
            for listener in slice.lock().iter().filter(|one| meant(&one.caller, one.tenant)) {
                listener.close(why);
            }
        }
        for door in self.doors.read().iter() {
            (door.close)(meant, why);
        }
    }

    /// Seats a listener in the heartbeat and in `rooms`, making rooms that nobody was in.
    pub(crate) fn seat(
        &self,
        listener: &Arc<Listener>,
        rooms: &[Room],
    ) -> (Seat, Vec<(Arc<RoomState>, u32)>) {
        let slice = self.next_slice.fetch_add(1, Ordering::Relaxed) % self.slices.len();
        let number = self.slices.get(slice).map_or(0, |s| s.lock().join(Arc::clone(listener)));
        if self.listeners.fetch_add(1, Ordering::Relaxed) == 0 {
            // The pump beats only while somebody listens.
            self.wake.notify_one();
        }
        let mut map = self.rooms.write();
        let joined = rooms
            .iter()
            .map(|room| {
                let state = map.entry(*room).or_insert_with(|| {
                    // A number of its own, which no client was ever told: whoever brings a cursor from
                    // before the room existed (again) is behind it and gets a snapshot.
                    Arc::new(RoomState::new(*room, &self.node, self.number(|last| last + 1)))
                });
                let seat = state.listeners.lock().join(Arc::clone(listener));
                (Arc::clone(state), seat)
            })
            .collect();
        drop(map);
        self.came_in(&listener.caller, listener.tenant);
        (Seat { slice, number }, joined)
    }

    /// Gives a listener's seats back.
    pub(crate) fn unseat(&self, seat: &Seat, rooms: impl Iterator<Item = (Arc<RoomState>, u32)>) {
        for (room, number) in rooms {
            let mut listeners = room.listeners.lock();
            listeners.leave(number);
            if listeners.len() == 0 {
                *room.empty_since.lock() = Some(Instant::now());
            }
        }
        if let Some(slice) = self.slices.get(seat.slice) {
            slice.lock().leave(seat.number);
        }
        self.listeners.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A listener's place in the heartbeat.
#[derive(Debug)]
pub(crate) struct Seat {
    slice: usize,
    number: u32,
}
