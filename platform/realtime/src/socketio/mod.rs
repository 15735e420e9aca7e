//! Socket.IO: the third door, with the rooms and events that existing clients know.
//!
//! Every packet has its cursor as a last argument after the payload; a client that reconnects with it as
//! `auth.since` is sent what it missed before anything new. See `docs/realtime.md`.

mod hello;
mod outbox;
mod pump;
mod room;
mod stage;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use serde::Serialize;
use socketioxide::extract::{AckSender, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::layer::SocketIoLayer;
use socketioxide::{SocketIo, TransportType};
use tokio::runtime::Handle;
use tokio::sync::SetOnce;
use tokio::time::Instant;
use usher_http::{Api, Authenticator, TenantResolver};
use usher_kernel::{Ctx, Fault};

use crate::access::Closing;
use crate::hub::{Hub, Meant, OtherDoor, Present};
use hello::{Hello, Names, Reception};
use stage::{Member, Namespace, Stage};

pub(crate) use outbox::Outbox;
pub use room::SocketRoom;

/// How many packets may wait for one client. Above what is kept for resuming.
const BUFFER: usize = 512;
/// How many rooms one socket may be in.
const MAX_ROOMS: usize = 64;
/// Clients say little: a room name, an acknowledgement.
const MAX_INCOMING: usize = 64 << 10;

/// The Socket.IO door. Cheap to clone; the door closes with the server.
#[derive(Clone)]
pub struct SocketIoDoor {
    door: Arc<Door>,
    layer: SocketIoLayer,
}

struct Door {
    hub: Hub,
    reception: Reception,
    stage: tokio::sync::Mutex<Stage>,
    /// Somebody connected with a cursor that is of no use: to be told at once.
    lost: AtomicBool,
    /// Whom to disconnect when a session ends, by the socket's place in this table.
    sessions: Mutex<HashMap<u64, (SocketRef, Ctx)>>,
    next_session: AtomicU64,
}

/// A socket's place on the stage, once it has one.
#[derive(Clone, Default)]
struct Seat(Arc<SetOnce<u64>>);

/// What a client asked for and what it got.
#[derive(Debug, Serialize)]
struct Joined {
    joined: Vec<String>,
    refused: Vec<Refused>,
}

#[derive(Debug, Serialize)]
struct Refused {
    room: String,
    code: &'static str,
    detail: String,
}

impl SocketIoDoor {
    /// Opens the door to a hub. The gates of the hub's rooms `global`, `service` and `counter` decide who
    /// may join the Socket.IO rooms of the same names, and their snapshots are what a client is sent that
    /// missed too much.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn open(hub: &Hub, authenticator: Arc<dyn Authenticator>, tenants: Arc<dyn TenantResolver>) -> Self {
        let (layer, io) = SocketIo::builder()
            .max_buffer_size(BUFFER)
            .ws_read_buffer_size(1024)
            .ws_max_message_size(MAX_INCOMING)
            .ws_max_frame_size(MAX_INCOMING)
            .max_payload(MAX_INCOMING as u64)
            .transports([TransportType::Polling, TransportType::Websocket])
            .build_layer();
        let door = Arc::new(Door {
            hub: hub.clone(),
            reception: Reception {
                authenticator,
                tenants,
                clock: hub.0.clock.clone(),
                gate: OnceLock::new(),
            },
            stage: tokio::sync::Mutex::new(Stage::new(Arc::clone(&hub.0.node))),
            lost: AtomicBool::new(false),
            sessions: Mutex::default(),
            next_session: AtomicU64::new(0),
        });
        for (path, namespace) in [("/ws/queues", Namespace::Queues), ("/", Namespace::Default)] {
            let (greeter, host) = (Arc::downgrade(&door), Arc::downgrade(&door));
            let connected = async move |socket: SocketRef, TryData(said): TryData<serde_json::Value>| {
                if let Some(door) = host.upgrade() {
                    door.connected(socket, said.ok(), namespace).await;
                }
            };
            let greet =
                async move |socket: SocketRef, TryData(said): TryData<serde_json::Value>| match greeter
                    .upgrade()
                {
                    Some(door) => door.greet(&socket, said.ok()).await,
                    None => Err(Fault::internal("the door is closed")),
                };
            io.ns(path, connected.with(greet));
        }
        let (weak, wake) = (Arc::downgrade(&door), Arc::clone(&hub.0.outbox.wake));
        tokio::spawn(pump::run(weak, wake));
        let (host, there) = (Arc::downgrade(&door), Arc::downgrade(&door));
        // Sessions are revoked on the writer's thread too, where there is no runtime to end sockets on.
        let runtime = Handle::current();
        hub.keep_door(OtherDoor {
            close: Box::new(move |meant, why| {
                if let Some(door) = host.upgrade() {
                    door.let_go(&io, &runtime, meant, why);
                }
            }),
            present: Box::new(move || there.upgrade().map(|door| door.present()).unwrap_or_default()),
        });
        Self { door, layer }
    }

    /// Puts the door behind the gate of the routes: hosts, addresses behind proxies and rates are theirs from then on.
    /// Only the first gate counts.
    pub fn behind(&self, gate: &Api) {
        // Set once, by whoever puts the product together.
        self.door.reception.gate.set(gate.clone()).ok();
    }

    /// The layer that answers at `/socket.io`, to be put around the whole router.
    pub fn layer(&self) -> SocketIoLayer {
        self.layer.clone()
    }

    /// How many sockets are connected, counted per namespace.
    pub fn connected(&self) -> usize {
        self.door.sessions.lock().len()
    }
}

impl Door {
    /// Ends the connections of those who are meant.
    fn let_go(&self, io: &SocketIo, runtime: &Handle, meant: &Meant<'_>, why: Closing) {
        if why == Closing::Stopping {
            let io = io.clone();
            runtime.spawn(async move { io.close().await });
            return;
        }
        let gone: Vec<SocketRef> = {
            let sessions = self.sessions.lock();
            let matching = sessions.values().filter(|(_, ctx)| meant(ctx.caller(), Some(ctx.tenant)));
            matching.map(|(socket, _)| socket.clone()).collect()
        };
        if gone.is_empty() {
            return;
        }
        runtime.spawn(async move {
            for socket in gone {
                // A socket that is gone already needs no good-bye.
                let _ = socket.disconnect();
            }
        });
    }

    /// Everybody who is connected.
    fn present(&self) -> Vec<Present> {
        let one = |ctx: &Ctx| Present { caller: Arc::clone(ctx.caller()), tenant: Some(ctx.tenant) };
        self.sessions.lock().values().map(|(_, ctx)| one(ctx)).collect()
    }

    /// Before a socket is let in: who is it, and where does it belong? From here on it is listened to: a
    /// client asks for rooms as soon as it hears that it is connected, and that may be before it has a seat.
    async fn greet(
        self: Arc<Self>,
        socket: &SocketRef,
        said: Option<serde_json::Value>,
    ) -> Result<(), Fault> {
        self.hub.room_for_one()?;
        let hello = Hello::read(said, socket.req_parts())?;
        let ctx = self.reception.receive(&hello, socket.req_parts()).await?;
        let seat = Seat::default();
        self.listen(socket, &ctx, &seat);
        socket.extensions.insert(ctx);
        socket.extensions.insert(seat);
        Ok(())
    }

    /// A socket is in: its rooms, what it missed, and what it may ask for.
    async fn connected(
        self: Arc<Self>,
        socket: SocketRef,
        said: Option<serde_json::Value>,
        namespace: Namespace,
    ) {
        let (Some(ctx), Some(seat)) = (socket.extensions.get::<Ctx>(), socket.extensions.get::<Seat>())
        else {
            return;
        };
        let hello = Hello::read(said, socket.req_parts()).unwrap_or_default();
        let (rooms, answer) = match &hello.rooms {
            Some(names) => self.choose(&ctx, names, 0).await,
            // Who names no room wants everything that it may hear.
            None => self.choose(&ctx, &Names::One("global".to_owned()), 0).await,
        };
        let tenant = ctx.tenant;
        let session = self.next_session.fetch_add(1, Ordering::Relaxed);
        self.sessions.lock().insert(session, (socket.clone(), ctx.clone()));
        self.hub.0.elsewhere.fetch_add(1, Ordering::Relaxed);
        self.hub.0.came_in(ctx.caller(), Some(tenant));
        let (key, cursor) = {
            let mut stage = self.stage.lock().await;
            let place = stage.place(tenant, hello.since.as_deref());
            if matches!(place, stage::Place::Lost) {
                self.lost.store(true, Ordering::Release);
                self.hub.0.outbox.wake.notify_one();
            }
            let member = Member { socket: socket.clone(), namespace, rooms, behind: false };
            let key = stage.join(tenant, member, &place);
            self.hub.0.outbox.tenants.write().insert(tenant);
            (key, stage.cursor(stage.latest()))
        };
        self.see_off(&socket, &ctx, key, session);
        if !socket.connected() {
            // It went away while it was being let in, before anybody listened for that.
            self.part(&ctx, key, session).await;
        } else {
            let _ = socket.emit("joined", &(answer, cursor));
        }
        // What it has asked for meanwhile is answered after that.
        let _ = seat.0.set(key);
    }

    /// Sets up what a socket may ask for.
    fn listen(self: &Arc<Self>, socket: &SocketRef, ctx: &Ctx, seat: &Seat) {
        for event in ["join", "subscribe"] {
            let (door, ctx, seat) = (Arc::downgrade(self), ctx.clone(), seat.clone());
            socket.on(
                event,
                async move |socket: SocketRef, TryData(names): TryData<Names>, ack: AckSender| {
                    let key = *seat.0.wait().await;
                    if let Some(door) = door.upgrade() {
                        let answer = match names {
                            Ok(names) => door.enter(&ctx, key, &names).await,
                            Err(_) => door.unread().await,
                        };
                        if !answer.0.refused.is_empty() {
                            let _ = socket.emit("refused", &answer.0.refused);
                        }
                        let _ = ack.send(&answer);
                    }
                },
            );
        }
        for event in ["leave", "unsubscribe"] {
            let (door, tenant, seat) = (Arc::downgrade(self), ctx.tenant, seat.clone());
            socket.on(event, async move |TryData(names): TryData<Names>, ack: AckSender| {
                let key = *seat.0.wait().await;
                let Some(door) = door.upgrade() else { return };
                if let Ok(names) = &names {
                    let rooms: Vec<SocketRoom> = names.iter().filter_map(SocketRoom::read).collect();
                    door.stage.lock().await.leave(tenant, key, &rooms);
                }
                let _ = ack.send(&names.is_ok());
            });
        }
    }

    /// Sets up what happens when a socket goes.
    fn see_off(self: &Arc<Self>, socket: &SocketRef, ctx: &Ctx, key: u64, session: u64) {
        let (door, ctx) = (Arc::downgrade(self), ctx.clone());
        socket.on_disconnect(async move || {
            if let Some(door) = door.upgrade() {
                door.part(&ctx, key, session).await;
            }
        });
    }

    async fn enter(&self, ctx: &Ctx, key: u64, names: &Names) -> (Joined, String) {
        let already = self.stage.lock().await.rooms_of(ctx.tenant, key);
        let (rooms, answer) = self.choose(ctx, names, already).await;
        let mut stage = self.stage.lock().await;
        stage.enter(ctx.tenant, key, &rooms);
        let cursor = stage.cursor(stage.latest());
        (answer, cursor)
    }

    /// What is said to whoever asks for rooms in a way that cannot be read.
    async fn unread(&self) -> (Joined, String) {
        let stage = self.stage.lock().await;
        let refused = Refused {
            room: String::new(),
            code: "invalid_rooms",
            detail: "Name a room, or a list of rooms: global, service:<id>, counter:<id>.".to_owned(),
        };
        (Joined { joined: Vec::new(), refused: vec![refused] }, stage.cursor(stage.latest()))
    }

    async fn part(&self, ctx: &Ctx, key: u64, session: u64) {
        if self.sessions.lock().remove(&session).is_some() {
            self.hub.0.elsewhere.fetch_sub(1, Ordering::Relaxed);
        }
        self.stage.lock().await.part(ctx.tenant, key, Instant::now());
    }

    /// Which of the named rooms the caller may join.
    async fn choose(&self, ctx: &Ctx, names: &Names, already: usize) -> (Vec<SocketRoom>, Joined) {
        let mut rooms = Vec::new();
        let mut answer = Joined { joined: Vec::new(), refused: Vec::new() };
        for name in names.iter().take(MAX_ROOMS) {
            let refusal = match SocketRoom::read(name) {
                Some(room) if rooms.contains(&room) => continue,
                Some(_) if already + rooms.len() >= MAX_ROOMS => Fault::field(
                    "rooms",
                    "too_many_rooms",
                    format!("At most {MAX_ROOMS} rooms for one connection."),
                ),
                Some(room) => match self.hub.may_join(ctx, &room.within(ctx.tenant)).await {
                    Ok(()) => {
                        rooms.push(room);
                        answer.joined.push(room.to_string());
                        continue;
                    }
                    Err(fault) => fault,
                },
                None => Fault::new(
                    usher_kernel::FaultKind::Invalid,
                    "unknown_room",
                    "Rooms are global, service:<id> and counter:<id>.",
                ),
            };
            answer.refused.push(Refused {
                room: name.to_owned(),
                code: refusal.code(),
                detail: refusal.detail().to_owned(),
            });
        }
        (rooms, answer)
    }
}
