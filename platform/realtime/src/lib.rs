//! Live delivery: rooms, and three doors to them.
//!
//! Contexts [`publish`](Hub::publish) into a [`Room`]; clients listen over Server-Sent Events,
//! WebSocket ([`door`]) or Socket.IO ([`SocketIoDoor`]). An event is encoded once and shared by everybody
//! who hears it; what follows within a tick is joined; a client that was cut off hears exactly what
//! it missed, and one that is too far behind gets a snapshot and is told so.
//!
//! Wire forms, resume rules and payloads are written down in `docs/realtime.md`.

mod access;
mod config;
pub mod door;
mod feed;
mod frame;
mod hub;
mod listener;
mod ring;
mod room;
mod socketio;

pub use access::{Closing, OpenGate, RoomGate, SnapshotSource, Vouch};
pub use config::HubConfig;
pub use feed::{Admitted, Since};
pub use hub::Hub;
pub use room::Room;
pub use socketio::{SocketIoDoor, SocketRoom};
